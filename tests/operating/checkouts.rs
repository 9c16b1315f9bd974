//! Interkassa's protocols through HTTP with the real program: both generations from the request to the notice.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::html::Form;
use testkit::interkassa::{Invoice, encoded, first, is_genuine, is_genuine_first, signature};
use testkit::program::Program;
use testkit::receiver::{Answer, Receiver};
use testkit::robokassa::Digest;
use testkit::visitor::{Page, Visitor, client};
use testkit::waiting::wait_until;

use crate::scene::{BINARY, SOON};

/// A checkout with addresses and keys of its own.
const LISTED: &str = "5534b1683b1eaf00758b4567";
/// Its name in the first generation.
const FIRST: &str = "392894CA-62C4-E3B3-14DC-1CD6058AC6A7";
const KEY: &str = "fake-sign-key";
const TEST_KEY: &str = "fake-test-key";

/// An emulator and a shop that listens.
pub struct Sci {
    pub program: Program,
    pub shop: Receiver,
    _accounts: TempDir,
}

impl Sci {
    pub async fn start() -> Sci {
        let shop = Receiver::start().await;
        let folder = tempfile::tempdir().unwrap();
        let accounts = folder.path().join("accounts.json");
        let listed = json!([
            {
                "checkout": LISTED, "shop_id": FIRST, "secret_key": KEY, "test_key": TEST_KEY,
                "algorithm": "SHA256", "account_id": "52e7f883e4ae1a2406000000",
                "user_id": "52e7f883e4ae1a2406000001", "api_key": "fake-api-key",
                "interaction_url": shop.url("/result"), "success_url": shop.url("/success"),
                "pending_url": shop.url("/pending"), "fail_url": shop.url("/fail"), "currencies": ["UAH", "USD"]
            },
            { "checkout": "62e7f883e4ae1a2406000000", "currencies": ["EUR"], "interaction_url": shop.url("/result") },
        ]);
        std::fs::write(&accounts, listed.to_string()).unwrap();
        let program = started(&accounts).await;
        Sci { program, shop, _accounts: folder }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.program.ready.url)
    }

    pub async fn payments(&self, query: &str) -> Vec<Value> {
        let answer = client().get(self.at(&format!("/emulator/payments{query}"))).send().await.unwrap();
        serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap().as_array().unwrap().clone()
    }

    pub async fn payment(&self, payment_no: &str) -> Value {
        let all = self.payments(&format!("?pm_no={payment_no}")).await;
        all.into_iter().next().unwrap_or_else(|| panic!("{payment_no}"))
    }

    pub async fn opens(&self, fields: &[(String, String)]) -> Page {
        Visitor::new().open(&self.at(&format!("/?{}", encoded(fields)))).await
    }

    pub async fn chooses(&self, payment_no: &str, outcome: &str) {
        let id = self.payment(payment_no).await["id"].as_str().unwrap().to_owned();
        let url = self.at(&format!("/emulator/payments/{id}/outcome"));
        let answer = client().post(url).body(json!({ "outcome": outcome }).to_string()).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{}", answer.text().await.unwrap());
    }

    /// The payment once its notice stands so.
    async fn until(&self, payment_no: &str, state: &str) -> Value {
        wait_until(&format!("{state} of {payment_no}"), SOON, || async {
            Some(self.payment(payment_no).await).filter(|payment| payment["notice"]["state"] == state)
        })
        .await
    }

    /// A request that a program posts, with the envelope of the answer.
    async fn posts(&self, fields: &[(String, String)]) -> Value {
        let request = client().post(self.at("/sci")).body(encoded(fields));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// The browser that came with the form is the one that began, so it is led on.
    async fn until_state(&self, payment_no: &str, state: &str, buyer: &mut Visitor, page: &mut Page) {
        for _ in 0..200 {
            if page.state().as_deref() != Some("starting") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            *page = buyer.open(page.url.as_str()).await;
        }
        assert_eq!(page.state().as_deref(), Some(state), "{payment_no}: {}", page.text);
    }

    /// A buyer's browser sends the form that a program was given.
    async fn follows(&self, buyer: &mut Visitor, said: &Value) -> Page {
        let form = &said["resultData"]["paymentForm"];
        assert_eq!(form["method"], "post", "{said}");
        let fields = form["parameters"].as_object().unwrap().iter();
        let fields = fields.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
        let page = buyer.open(&self.at("/emulator")).await;
        let form = Form {
            action: form["action"].as_str().unwrap().to_owned(),
            method: "post".to_owned(),
            fields: fields.collect(),
            choices: Vec::new(),
        };
        buyer.send(&page, &form, &[], None).await
    }

    async fn is_green(&self) {
        assert_eq!(self.program.run(&["books", "check"]).await["green"], true);
    }
}

async fn started(accounts: &Path) -> Program {
    let typed = ["emulate", "interkassa", "--json", "--accounts"].map(str::to_owned);
    let typed = typed.into_iter().chain([accounts.to_str().unwrap().to_owned()]);
    Program::start(BINARY, typed.collect()).await
}

fn invoice(payment_no: &str) -> Invoice {
    Invoice::new(LISTED, payment_no, "100.00", "UAH")
}

#[tokio::test]
async fn a_signed_request_is_paid_and_told_with_every_field_under_the_sign_key() {
    let sci = Sci::start().await;
    let order = invoice("ID_4233").with("ik_x_order", "42").with("ik_cli", "buyer@example.com");
    let page = sci.opens(&order.signed(KEY, Digest::Sha256)).await;
    assert!(page.url.path().starts_with("/pay/"), "{}", page.text);
    assert!(page.text.contains("ID_4233"), "the buyer reads the shop's own number");
    assert!(page.text.contains("Tea &#38; cakes") || page.text.contains("Tea &amp; cakes"));
    let again = sci.opens(&order.signed(KEY, Digest::Sha256)).await;
    assert_eq!(page.url, again.url, "the same request goes on with the same payment");
    sci.chooses("ID_4233", "paid").await;
    let told = sci.shop.wait_for("/result", 1, SOON).await.remove(0);
    assert!(is_genuine(&told, KEY, Digest::Sha256), "{told:?}");
    let field = |name: &str| told.field(name).unwrap_or_else(|| panic!("{name}: {told:?}"));
    for (name, value) in [
        ("ik_co_id", LISTED),
        ("ik_inv_st", "success"),
        ("ik_pm_no", "ID_4233"),
        ("ik_am", "100.00"),
        ("ik_cur", "UAH"),
        ("ik_co_rfn", "96.5000"),
        ("ik_ps_price", "100.00"),
        ("ik_desc", "Tea & cakes"),
        ("ik_x_order", "42"),
        ("ik_cli", "buyer@example.com"),
    ] {
        assert_eq!(field(name), value, "{name}");
    }
    assert_eq!(field("ik_co_prs_id").len(), 12);
    assert!(field("ik_inv_id").parse::<u32>().is_ok() && !field("ik_inv_prc").is_empty());
    assert!(field("ik_pw_via").ends_with("_merchant_uah"), "{}", field("ik_pw_via"));
    let payment = sci.until("ID_4233", "accepted").await;
    assert_eq!((&payment["checkout"], &payment["pm_no"]), (&json!(LISTED), &json!("ID_4233")));
    assert_eq!((&payment["out_sum"], &payment["test"]), (&json!("100.00"), &json!(false)));
    let heard = client().get(sci.at("/emulator/events?after=0")).send().await.unwrap();
    let heard: Value = serde_json::from_str(&heard.text().await.unwrap()).unwrap();
    let start = heard.as_array().unwrap().iter().find(|event| event["kind"] == "request").unwrap();
    assert!(start["url"].as_str().unwrap().contains("/?ik_co_id="), "{start}");
    let refused = sci.opens(&order.signed(KEY, Digest::Sha256)).await;
    assert_eq!(refused.error().as_deref(), Some("1412"), "what is paid is not sold again");
    sci.is_green().await;
}

#[tokio::test]
async fn the_test_payway_moves_nothing_and_is_told_under_the_test_key() {
    let sci = Sci::start().await;
    let order = invoice("T-1").with("ik_pw_via", "test_interkassa_test_xts").with("ik_act", "process");
    let mut visitor = Visitor::new();
    let page = visitor.open(&sci.at(&format!("/?{}", encoded(&order.signed(KEY, Digest::Sha256))))).await;
    assert!(page.url.path().starts_with("/pay/"), "{}", page.text);
    sci.chooses("T-1", "paid").await;
    let told = sci.shop.wait_for("/result", 1, SOON).await.remove(0);
    assert!(is_genuine(&told, TEST_KEY, Digest::Sha256) && !is_genuine(&told, KEY, Digest::Sha256));
    assert_eq!(told.field("ik_pw_via"), Some("test_interkassa_test_xts"));
    assert_eq!((told.field("ik_trn_id"), told.field("ik_act")), (Some(""), Some("process")));
    assert_eq!(sci.payment("T-1").await["test"], true);
    let back = visitor.open(page.url.as_str()).await;
    assert_eq!(back.state().as_deref(), Some("paid"), "{}", back.text);
}

#[tokio::test]
async fn a_refusal_has_its_code_on_a_page_or_in_an_envelope_and_saves_nothing() {
    let sci = Sci::start().await;
    let fields = invoice("R-1").signed(KEY, Digest::Sha256);
    let changed = |name: &str, value: &str| -> Vec<(String, String)> {
        let each = |(known, old): &(String, String)| {
            (known.clone(), if known == name { value.to_owned() } else { old.clone() })
        };
        fields.iter().map(each).collect()
    };
    let signed = |order: Invoice| order.signed(KEY, Digest::Sha256);
    let cases = [
        ("another amount", changed("ik_am", "1.00"), "1023"),
        ("another key", invoice("R-1").signed("another", Digest::Sha256), "1023"),
        ("another digest", invoice("R-1").signed(KEY, Digest::Md5), "1023"),
        ("no signature", invoice("R-1").unsigned(), "1021"),
        (
            "no such checkout",
            Invoice::new("5534b1683b1eaf0075800000", "R-1", "1", "").signed(KEY, Digest::Md5),
            "1023",
        ),
        ("a currency that it has not", signed(Invoice::new(LISTED, "R-1", "1", "EUR")), "1023"),
        ("no currency where there are two", signed(Invoice::new(LISTED, "R-1", "1", "")), "1021"),
        ("no amount", signed(Invoice::new(LISTED, "R-1", "", "UAH")), "1021"),
        ("three decimals", signed(Invoice::new(LISTED, "R-1", "1.001", "UAH")), "1024"),
        ("an end that has passed", signed(invoice("R-1").with("ik_exp", "2020-01-01")), "1606"),
        ("an unknown action", signed(invoice("R-1").with("ik_act", "steal")), "1030"),
    ];
    for (what, fields, code) in cases {
        let page = sci.opens(&fields).await;
        assert_eq!((page.status, page.error().as_deref()), (200, Some(code)), "{what}: {}", page.text);
    }
    let order = invoice("R-1").with("ik_int", "json");
    let said = sci.posts(&order.signed("another", Digest::Sha256)).await;
    assert_eq!((&said["resultCode"], &said["resultData"]), (&json!(1023), &json!({})), "{said}");
    let large = format!("{}&ik_x_a={}", encoded(&fields), "x".repeat(400_000));
    let answer = client().post(sci.at("/sci")).body(large).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("data-error=\"1024\""));
    assert_eq!(sci.payments("").await, Vec::<Value>::new(), "nothing was opened");
    sci.is_green().await;
}

#[tokio::test]
async fn a_program_has_lists_prices_and_the_way_to_pay_as_json() {
    let sci = Sci::start().await;
    let json_order = |payment_no: &str| invoice(payment_no).with("ik_int", "json");
    let signed = |order: Invoice| order.signed(KEY, Digest::Sha256);
    let said = sci.posts(&signed(json_order("J-1").with("ik_act", "payways"))).await;
    assert_eq!((&said["resultCode"], &said["resultMsg"]), (&json!(0), &json!("Success")));
    let payways = said["resultData"]["paywaySet"].as_array().unwrap();
    let card = payways.iter().find(|payway| payway["ser"] == "card").unwrap();
    assert_eq!((&card["als"], &card["curAls"]), (&json!("card_kassa_merchant_uah"), &json!("uah")));
    let calculated = json_order("J-1").with("ik_act", "payway").with("ik_pw_via", "visa_liqpay_merchant_uah");
    let said = sci.posts(&signed(calculated)).await;
    assert_eq!(said["resultData"]["invoice"]["coAmount"], json!(100), "{said}");
    assert_eq!(said["resultData"]["invoice"]["psPrice"], json!(100), "{said}");
    assert_eq!(sci.payments("").await.len(), 0, "a price opens no payment");
    let process = json_order("J-2").with("ik_act", "process").with("ik_pw_via", "card_kassa_merchant_uah");
    let said = sci.posts(&signed(process)).await;
    let mut buyer = Visitor::new();
    let mut page = sci.follows(&mut buyer, &said).await;
    sci.until_state("J-2", "outcome", &mut buyer, &mut page).await;
    let phone = json_order("J-3").with("ik_act", "process").with("ik_pw_via", "mobile_kassa_merchant_uah");
    let said = sci.posts(&signed(phone)).await;
    let form = said["resultData"]["internalForm"].as_str().unwrap_or_else(|| panic!("{said}"));
    assert!(form.contains("id=\"internalForm\"") && form.contains("id=\"phone\""), "{form}");
    let token = form.split("name=\"kassa_payment\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let filled = [("kassa_payment", token), ("sci[ik_int]", "json"), ("phone", "+38 (050) 123-45-67")];
    let filled = filled.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let said = sci.posts(&filled).await;
    let page = sci.follows(&mut Visitor::new(), &said).await;
    assert!(page.url.path().starts_with("/pay/"), "{}", page.text);
    sci.is_green().await;
}

#[tokio::test]
async fn the_first_generation_is_spoken_from_the_request_to_the_notice() {
    let sci = Sci::start().await;
    let fields = first(FIRST, "10.5", "old_1", "", KEY);
    let body = encoded(&fields);
    let request = client().post(sci.at("/lib/payment.php")).body(body);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
    sci.chooses("old_1", "paid").await;
    let told = sci.shop.wait_for("/result", 1, SOON).await.remove(0);
    assert!(is_genuine_first(&told, KEY), "{told:?}");
    for (name, value) in [
        ("ik_payment_amount", "10.5"),
        ("ik_payment_state", "success"),
        ("ik_baggage_fields", "bag 1"),
        ("ik_fees_payer", "0"),
    ] {
        assert_eq!(told.field(name), Some(value), "{name}");
    }
    assert!(told.field("ik_trans_id").unwrap().starts_with("IK_"));
    let forged = encoded(&first(FIRST, "10.5", "old_2", "", "another"));
    let answer = client().get(sci.at(&format!("/lib/payment.php?{forged}"))).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("data-error=\"1023\""));
    let export = sci.at("/lib/paysystems.currencies.export.php?format=csv");
    let listed = client().get(export).send().await.unwrap().text().await.unwrap();
    assert!(listed.contains("card_kassa_merchant_uah"), "{listed}");
    sci.is_green().await;
}

#[tokio::test]
async fn a_notice_is_repeated_until_it_is_answered_as_expected_and_an_end_is_told() {
    let sci = Sci::start().await;
    sci.shop.answer_next([Answer::Status(302), Answer::Status(200)]);
    sci.opens(&invoice("N-1").signed(KEY, Digest::Sha256)).await;
    sci.chooses("N-1", "paid").await;
    let first = sci.shop.wait_for("/result", 1, SOON).await.remove(0);
    let repeating = sci.until("N-1", "repeating").await;
    assert_eq!(repeating["notice"]["last_answer"]["status"], 302);
    let url = sci.at("/api/v1/clock");
    let moved = client().post(url).body(json!({ "advance": "2m" }).to_string()).send().await.unwrap();
    assert_eq!(moved.status().as_u16(), 200);
    let told = sci.shop.wait_for("/result", 2, SOON).await;
    assert_eq!(told[1].body, first.body, "every repeat is the same to the byte");
    sci.until("N-1", "accepted").await;
    sci.opens(&invoice("N-2").signed(KEY, Digest::Sha256)).await;
    sci.chooses("N-2", "refused").await;
    let told = sci.shop.wait_for("/result", 3, SOON).await.remove(2);
    assert!(is_genuine(&told, KEY, Digest::Sha256));
    assert_eq!((told.field("ik_inv_st"), told.field("ik_pm_no")), (Some("canceled"), Some("N-2")));
    assert!(!told.field("ik_inv_prc").unwrap().is_empty());
    sci.is_green().await;
}

#[tokio::test]
async fn requests_arrive_by_get_post_and_multipart_and_a_buyer_returns_with_what_is_documented() {
    let sci = Sci::start().await;
    let order = invoice("W-1").with("ik_suc_u", &sci.shop.url("/own")).with("ik_suc_m", "get");
    let fields = order.signed(KEY, Digest::Sha256);
    let boundary = "----------------------------f00";
    let mut body = String::new();
    for (name, value) in &fields {
        body.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{boundary}--\r\n"));
    let kind = format!("multipart/form-data; boundary={boundary}");
    let answer = client().post(sci.at("/")).header("content-type", kind).body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
    sci.chooses("W-1", "paid").await;
    sci.until("W-1", "accepted").await;
    let id = sci.payment("W-1").await["id"].as_str().unwrap().to_owned();
    let mut visitor = Visitor::new();
    visitor.open(&sci.at(&format!("/pay/{id}/back"))).await;
    let back = sci.shop.wait_for("/own", 1, SOON).await.remove(0);
    let field = |name: &str| back.field(name);
    assert_eq!((field("ik_inv_st"), field("ik_pm_no")), (Some("success"), Some("W-1")), "{back:?}");
    assert_eq!((field("ik_sign"), field("ik_co_prs_id"), field("ik_trn_id")), (None, None, None));
    let front = client().get(sci.at("/")).send().await.unwrap();
    assert_eq!(
        front.status().as_u16(),
        200,
        "without a field of the protocol the root is the emulator's page"
    );
    let post = client().post(sci.at("/")).body("a=1").send().await.unwrap();
    assert_eq!(post.status().as_u16(), 405);
}

#[test]
fn the_tests_own_client_signs_as_the_protocol_says() {
    let fields = [
        ("ik_am", "100"),
        ("ik_co_id", "5534b1683b1eaf00758b4567"),
        ("ik_cur", "UAH"),
        ("ik_desc", "Payment Description"),
        ("ik_pm_no", "ID_1234"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(signature(&fields, "VYZ1aGgkqmzyQshG", Digest::Md5), "6bNbnsupeyxk/MaNRMBcJg==");
}
