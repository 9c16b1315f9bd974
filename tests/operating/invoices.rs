//! Payment links that a shop's program issues: opened, paid once, withdrawn, listed.

use serde_json::{Value, json};
use testkit::robokassa::{Digest, token};
use testkit::visitor::{Visitor, client};

use crate::scene::{SOON, Scene};

impl Scene {
    /// What the service answers to a body.
    async fn asks(&self, method: &str, body: String) -> Value {
        let url = format!("{}/InvoiceServiceWebApi/api/{method}", self.program.ready.url);
        let answer = client().post(url).header("content-type", "application/json").body(body).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"))
    }

    /// What the service answers to members that the demo's shop has signed, as a JSON text.
    async fn signed(&self, method: &str, members: Value) -> Value {
        self.signed_by(method, members, &self.keys.password1).await
    }

    async fn signed_by(&self, method: &str, mut members: Value, password: &str) -> Value {
        members["MerchantLogin"] = self.keys.login.clone().into();
        let key = format!("{}:{password}", self.keys.login);
        let token = token("SHA256", Digest::Sha256, &key, &members.to_string());
        self.asks(method, format!("\"{token}\"")).await
    }

    async fn issues(&self, more: Value) -> Value {
        let mut members = json!({"InvoiceType": "OneTime", "OutSum": 100.00, "Description": "Tea"});
        for (name, value) in more.as_object().unwrap() {
            members[name] = value.clone();
        }
        let answer = self.signed("CreateInvoice", members).await;
        assert_eq!(answer["isSuccess"], true, "{answer}");
        answer
    }

    /// The numbers on the list with these filters, and how each link stands.
    async fn listed(&self, filter: Value) -> Vec<(i64, String)> {
        let answer = self.signed("GetInvoiceInformationList", filter).await;
        assert_eq!((&answer["isSuccess"], &answer["message"]), (&json!(true), &Value::Null), "{answer}");
        let list = answer["invoiceInformationList"].as_array().unwrap();
        let line =
            |one: &Value| (one["invId"].as_i64().unwrap(), one["invoiceStatus"].as_str().unwrap().to_owned());
        list.iter().map(line).collect()
    }
}

/// The number of the error on the page of a link.
async fn error(issued: &Value) -> Option<String> {
    Visitor::new().open(issued["url"].as_str().unwrap()).await.error()
}

fn is_denied(answer: &Value, why: &str) {
    assert_eq!(answer["isSuccess"], false, "{answer}");
    assert!(answer["message"].as_str().unwrap().contains(why), "{answer}");
}

#[tokio::test]
async fn a_link_is_opened_and_paid_once_and_its_notice_carries_the_shops_fields() {
    let scene = Scene::demo().await;
    let wanted = json!({"InvId": 851, "Culture": "ru", "UserFields": {"shp_order": "5", "Shp_a": "б"},
        "InvoiceItems": [{"Name": "Tea", "Quantity": 2, "Cost": 50, "Tax": "none", "PaymentMethod": "full_payment",
        "PaymentObject": "commodity"}], "MerchantComments": "for Anna",
        "SuccessUrl2Data": {"Url": scene.shop.url("/thanks"), "Method": "GET"}});
    let issued = scene.issues(wanted.clone()).await;
    let encoded = issued["encodedId"].as_str().unwrap();
    assert_eq!((&issued["invId"], encoded.len()), (&json!(851), 22));
    assert_eq!(issued["url"], format!("{}/merchant/Invoice/{encoded}", scene.program.ready.url));
    assert_eq!(scene.issues(wanted).await, issued, "the first answer may have been lost");
    assert_eq!(scene.listed(json!({})).await, [(851, "Notpaid".to_owned())]);

    let mut buyer = Visitor::new();
    let page = buyer.open(issued["url"].as_str().unwrap()).await;
    assert_eq!(page.state().as_deref(), Some("choose"), "{}", page.text);
    let other = Visitor::new().open(issued["url"].as_str().unwrap()).await;
    assert_eq!(other.url, page.url, "one link, one payment");
    scene.pays_by_card(&mut buyer, &page).await;
    scene.shop.wait_for("/result", 1, SOON).await;
    let notice = scene.notices().remove(0);
    assert_eq!((notice.field("InvId"), notice.field("OutSum")), (Some("851"), Some("100.000000")));
    assert_eq!(notice.field("shp_interface"), Some("InvoiceService.WebApi"));
    assert_eq!((notice.field("shp_order"), notice.field("Shp_a")), (Some("5"), Some("б")));
    assert_eq!(scene.state("851").await.0, 100);
    let back = scene.goes_back(&mut buyer, "851").await;
    assert!(back.url.as_str().starts_with(&scene.shop.url("/thanks")), "{}", back.url);

    assert_eq!(error(&issued).await.as_deref(), Some("52"));
    assert_eq!(scene.listed(json!({"InvoiceStatuses": ["paid"]})).await, [(851, "Paid".to_owned())]);
    is_denied(&scene.signed("DeactivateInvoice", json!({"InvId": 851})).await, "paid");
    let again = json!({"InvoiceType": "OneTime", "OutSum": 5, "InvId": 851});
    is_denied(&scene.signed("CreateInvoice", again).await, "paid");
    let list = scene.signed("GetInvoiceInformationList", json!({"Keywords": "ANNA"})).await;
    let line = &list["invoiceInformationList"][0];
    assert_eq!((&list["total"], &line["outSum"], &line["id"]), (&json!(1), &json!(100.0), &issued["id"]));
    assert_eq!(line["userFields"], json!({"shp_order": "5", "Shp_a": "б"}));
    assert_eq!((&line["invoiceItems"][0]["cost"], &line["payments"]), (&json!(50.0), &json!([])));
    assert_eq!(line["invoicePaymentUrl"], issued["url"]);
    scene.is_green().await;
}

#[tokio::test]
async fn links_are_withdrawn_reused_and_over_and_no_number_is_paid_twice() {
    let scene = Scene::demo().await;
    let first = scene.issues(json!({})).await;
    let second = scene.issues(json!({})).await;
    assert_ne!(first["invId"], second["invId"], "without a number two equal requests are two orders");
    for (name, value) in
        [("InvId", &first["invId"]), ("Id", &first["id"]), ("EncodedId", &first["encodedId"])]
    {
        let answer = scene.signed("DeactivateInvoice", json!({name: value})).await;
        assert_eq!(answer, json!({"isSuccess": true}), "withdrawn stays withdrawn");
    }
    assert_eq!(error(&first).await.as_deref(), Some("51"));
    let first = first["invId"].as_i64().unwrap();
    assert_eq!(scene.listed(json!({"InvoiceStatuses": ["Expired"]})).await, [(first, "Expired".to_owned())]);

    // The shop starts the second order itself, and its buyer pays that.
    let number = second["invId"].to_string();
    scene.pays("100.00", &number).await;
    scene.until(&number, "the sale", |payment| payment["state"] == "paid").await;
    assert_eq!(error(&second).await.as_deref(), Some("52"));

    let reusable = scene.issues(json!({"InvoiceType": "reusable", "InvId": 900})).await;
    let url = reusable["url"].as_str().unwrap();
    let (mut one, mut two) = (Visitor::new(), Visitor::new());
    let pages = [one.open(url).await, two.open(url).await];
    assert_ne!(pages[0].url, pages[1].url, "a payment for each visitor");
    assert_eq!(one.open(url).await.url, pages[0].url, "who comes back finds his own");
    scene.pays_by_card(&mut one, &pages[0]).await;
    scene.shop.wait_for("/result", 2, SOON).await;
    assert_eq!(Visitor::new().open(url).await.state().as_deref(), Some("choose"), "it is not used up");
    let types = json!({"InvoiceTypes": ["Reusable"], "IsAscending": true});
    assert_eq!(scene.listed(types).await, [(900, "Paid".to_owned())]);

    let brief = scene.issues(json!({"ExpirationDate": "2096-01-01T00:00:00"})).await;
    assert_eq!(error(&brief).await, None);
    let over = json!({"InvoiceType": "OneTime", "OutSum": 1, "ExpirationDate": "2020-01-01T00:00:00"});
    is_denied(&scene.signed("CreateInvoice", over).await, "ExpirationDate");
    let page = scene.signed("GetInvoiceInformationList", json!({"CurrentPage": 2, "PageSize": 3})).await;
    assert_eq!((&page["total"], page["invoiceInformationList"].as_array().unwrap().len()), (&json!(4), 1));
    for path in ["AAAAAAAAAAAAAAAAAAAAAA", "nothing", "14D2B521-4EAB-492A-9D91-00D12FF24D57"] {
        let url = format!("{}/Merchant/Invoice/{path}", scene.program.ready.url);
        assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("53"), "{path}");
    }
    scene.is_green().await;
}

#[tokio::test]
async fn strangers_reach_no_link_and_bad_requests_say_what_is_wrong() {
    let scene = Scene::demo().await;
    let issued = scene.issues(json!({"InvId": 7})).await;
    let seller = scene.program.run(&["seller", "create", "Other"]).await;
    let whose = seller["seller"].as_str().unwrap().to_owned();
    let other = scene.program.run(&["shop", "create", "other-shop", "--seller", &whose]).await;
    let foreign = |members: Value| {
        let key = format!("other-shop:{}", other["password1"].as_str().unwrap());
        token("HS256", Digest::Sha256, &key, &members.to_string())
    };
    for (name, value) in [("Id", &issued["id"]), ("EncodedId", &issued["encodedId"]), ("InvId", &json!(7))] {
        let answer = scene
            .asks("DeactivateInvoice", foreign(json!({"MerchantLogin": "other-shop", name: value})))
            .await;
        is_denied(&answer, "no such invoice");
    }
    let answer =
        scene.asks("GetInvoiceInformationList", foreign(json!({"MerchantLogin": "other-shop"}))).await;
    assert_eq!(answer["total"], 0);
    // Whoever signs with his own password reaches nobody else's shop.
    let answer = scene.asks("GetInvoiceInformationList", foreign(json!({"MerchantLogin": "demo"}))).await;
    is_denied(&answer, "signature");

    let members = json!({"MerchantLogin": "demo", "InvoiceType": "OneTime", "OutSum": 1});
    let key = format!("demo:{}", scene.keys.password1);
    let md5 = token("MD5", Digest::Md5, &key, &members.to_string());
    is_denied(&scene.asks("CreateInvoice", md5.clone()).await, "signature");
    let none = token("none", Digest::Sha256, &key, &members.to_string());
    is_denied(&scene.asks("CreateInvoice", none).await, "signature");
    let nobody = token("HS256", Digest::Sha256, "nobody:x", r#"{"MerchantLogin":"nobody"}"#);
    is_denied(&scene.asks("CreateInvoice", nobody).await, "MerchantLogin");
    for body in ["", "null", "{}", "[1]", "a.b.c", "\"eyJ9\"", &"A".repeat(200_000)] {
        for method in ["CreateInvoice", "DeactivateInvoice", "GetInvoiceInformationList"] {
            is_denied(&scene.asks(method, body.to_owned()).await, "token");
        }
    }
    for (members, why) in [
        (json!({"InvoiceType": "OneTime"}), "OutSum: missing"),
        (json!({"InvoiceType": "OneTime", "OutSum": -1}), "OutSum"),
        (json!({"OutSum": 1}), "InvoiceType"),
        (json!({"InvoiceType": "OneTime", "OutSum": 1, "InvId": "abc"}), "InvId"),
        (
            json!({"InvoiceType": "OneTime", "OutSum": 1, "InvoiceItems": [{"Name": "a", "Quantity": 1, "Sum": 1, "Tax": "none"}]}),
            "InvoiceItems[0].Cost",
        ),
        (json!({"InvoiceType": "OneTime", "OutSum": 1, "AdditionalParameters": {"IsTest": "1"}}), "IsTest"),
    ] {
        is_denied(&scene.signed("CreateInvoice", members).await, why);
    }
    is_denied(&scene.signed("DeactivateInvoice", json!({})).await, "InvId");
    is_denied(&scene.signed("DeactivateInvoice", json!({"InvId": 404})).await, "no such invoice");
    assert_eq!(scene.listed(json!({})).await, [(7, "Notpaid".to_owned())], "nothing was issued");

    // A switch of the shop lets a client in that knows nothing but MD5.
    scene.program.run(&["shop", "set", "demo", "--switches", "md5_for_invoices"]).await;
    testkit::waiting::wait_until("the switch", SOON, || async {
        let answer = scene.asks("CreateInvoice", md5.clone()).await;
        (answer["isSuccess"] == true).then_some(())
    })
    .await;
    scene.is_green().await;
}

#[tokio::test]
async fn a_rehearsed_link_is_signed_with_the_test_password_and_stays_among_rehearsals() {
    let scene = Scene::demo().await;
    let members =
        json!({"InvoiceType": "OneTime", "OutSum": 100, "InvId": 5, "AdditionalParameters": {"IsTest": "1"}});
    let issued = scene.signed_by("CreateInvoice", members.clone(), &scene.keys.test_password1).await;
    assert_eq!(issued["isSuccess"], true, "{issued}");
    let page = Visitor::new().open(issued["url"].as_str().unwrap()).await;
    assert_eq!(page.state().as_deref(), Some("choose"), "{}", page.text);
    assert!(scene.listed(json!({})).await.is_empty());
    let list = scene.signed_by("GetInvoiceInformationList", json!({}), &scene.keys.test_password1).await;
    assert_eq!((&list["total"], &list["invoiceInformationList"][0]["invId"]), (&json!(1), &json!(5)));
    let unmarked = json!({"InvoiceType": "OneTime", "OutSum": 100});
    is_denied(&scene.signed_by("CreateInvoice", unmarked, &scene.keys.test_password1).await, "IsTest");
    let ended = scene.signed_by("DeactivateInvoice", json!({"InvId": 5}), &scene.keys.test_password1).await;
    assert_eq!(ended, json!({"isSuccess": true}));
    assert_eq!(error(&issued).await.as_deref(), Some("51"));
    scene.is_green().await;
}
