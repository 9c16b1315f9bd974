//! Requests of the invoice service, in every form that clients send and with everything that can be wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::currency::Currency;
use proptest::prelude::*;
use wire::http::Headers;

use super::*;
use crate::robokassa::invoices_list::{Status, Wanted};
use crate::robokassa::keys::Switches;

struct Shop {
    password: Secret,
    switches: Switches,
}

impl Shop {
    fn new() -> Shop {
        let switches = Switches { holds: true, ..Switches::default() };
        Shop { password: Secret::new("password1".to_owned()), switches }
    }

    fn keys(&self) -> ShopKeys<'_> {
        ShopKeys {
            login: "demo",
            currency: Currency::Rub,
            algorithm: Algorithm::Sha256,
            password1: &self.password,
            password2: &self.password,
            switches: self.switches,
        }
    }
}

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn signed(alg: &str, digest: Digest, payload: &str) -> InvoiceRequest {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(alg), URL_SAFE_NO_PAD.encode(payload));
    let mac = hex::decode(digest.keyed_hex(b"demo:password1", signed.as_bytes())).unwrap();
    let body = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac)).into_bytes();
    InvoiceRequest::read(&request(Verbs::Post, body)).unwrap()
}

fn request(method: Verbs, body: Vec<u8>) -> HttpRequest {
    let path = "/InvoiceServiceWebApi/api/CreateInvoice".to_owned();
    HttpRequest { method, path, query: String::new(), headers: Headers::new(), body, peer: None }
}

fn of(payload: &str) -> InvoiceRequest {
    signed(r#"{"typ":"JWT","alg":"SHA256"}"#, Digest::Sha256, payload)
}

/// A request with these members beside those that must be there.
fn wanted(more: &str) -> Result<WantedInvoice, InvoiceDenied> {
    let payload = format!(r#"{{"MerchantLogin":"demo","InvoiceType":"OneTime","OutSum":100.50{more}}}"#);
    of(&payload).wanted(&Shop::new().keys(), now())
}

fn blamed(more: &str) -> String {
    wanted(more).unwrap_err().to_string()
}

#[test]
fn a_token_is_verified_with_the_shops_own_digest_alone() {
    let (mut shop, payload) = (Shop::new(), r#"{"MerchantLogin":"demo"}"#);
    for word in ["SHA256", "HS256", "sha256", "hs256"] {
        let read = signed(&format!(r#"{{"alg":"{word}","typ":"JWT"}}"#), Digest::Sha256, payload);
        assert_eq!(read.verify(&shop.keys()), Ok(()), "{word}");
    }
    assert_eq!(signed(r#"{"typ":"JWT"}"#, Digest::Sha256, payload).verify(&shop.keys()), Ok(()));
    let md5 = signed(r#"{"alg":"MD5"}"#, Digest::Md5, payload);
    assert_eq!(md5.verify(&shop.keys()), Err(InvoiceDenied::WrongSignature));
    shop.switches.also_md5 = true;
    assert_eq!(md5.verify(&shop.keys()), Ok(()), "a switch of the shop allows it");
    for (alg, digest) in [("none", Digest::Sha256), ("RS256", Digest::Sha256), ("SHA512", Digest::Sha512)] {
        let read = signed(&format!(r#"{{"alg":"{alg}"}}"#), digest, payload);
        assert_eq!(read.verify(&shop.keys()), Err(InvoiceDenied::WrongSignature), "{alg}");
    }
    let foreign = of(r#"{"MerchantLogin":"Demo"}"#);
    assert_eq!(foreign.verify(&shop.keys()), Err(InvoiceDenied::WrongSignature));
}

#[test]
fn what_is_no_request_is_told_so() {
    let read =
        |method, body: &str| InvoiceRequest::read(&request(method, body.as_bytes().to_vec())).unwrap_err();
    assert_eq!(read(Verbs::Get, ""), InvoiceDenied::NotPosted);
    assert_eq!(read(Verbs::Post, "{}"), InvoiceDenied::Unread(JwtError::Form));
    let nobody = format!("{}.{}.AA", URL_SAFE_NO_PAD.encode("{}"), URL_SAFE_NO_PAD.encode("{}"));
    assert_eq!(read(Verbs::Post, &nobody), InvoiceDenied::NoShop);
}

#[test]
fn every_member_of_a_link_is_read() {
    let more = r#","InvId":851,"Culture":"ru","Description":"Tea\n& cups","MerchantComments":"for Anna",
        "UserFields":{"shp_b":"2","Shp_a":1,"plain":true,"shp_interface":"mine","shp_none":null},"Sno":"osn",
        "InvoiceItems":[{"Name":"Tea","Quantity":1,"Cost":100.5,"Tax":"vat20","PaymentMethod":"full_payment",
        "PaymentObject":"commodity"}],"SuccessUrl2Data":{"Url":"https://shop.test/ok","Method":"POST"},
        "FailUrl2Data":{"Url":"https://shop.test/no"},"ExpirationDate":"2026-02-01T12:00:00.000+03:00",
        "Aliases":["BankCard","SBP","Apple","SBP"],"IsWithoutFreeSale":true,"Unknown":[1],"UserIp":"127.0.0.1",
        "AdditionalParameters":{"Email":"buyer@shop.test","StepByStep":"true","IsTest":"0","Token":""}"#;
    let link = wanted(more).unwrap();
    assert_eq!((link.kind, link.number, link.sum.minor()), (InvoiceKind::OneTime, Some(851), 10_050));
    assert_eq!((link.sum_text.as_str(), link.description.as_str()), ("100.50", "Tea & cups"));
    assert_eq!((link.comment.as_str(), link.language), ("for Anna", Some(Language::Ru)));
    let fields: Vec<_> =
        link.custom.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
    assert_eq!(fields, [("Shp_a", "1"), ("shp_b", "2"), INTERFACE, ("shp_plain", "true")]);
    let receipt = link.receipt.unwrap();
    assert_eq!((receipt.total(), receipt.tax_system()), (link.sum, Some(TaxSystem::General)));
    let to = |way: Option<ShopAddress>| way.map(|way| (way.url, way.verb));
    assert_eq!(to(link.success), Some(("https://shop.test/ok".to_owned(), Verb::Post)));
    assert_eq!(to(link.fail), Some(("https://shop.test/no".to_owned(), Verb::Get)));
    assert_eq!(link.until.unwrap().to_string(), "2026-02-01T09:00:00Z");
    assert_eq!(link.allowed, [Method::BankCard, Method::Sbp]);
    assert_eq!(link.email.as_deref(), Some("buyer@shop.test"));
    assert!(link.hold && link.no_free_sale);
}

#[test]
fn what_is_not_said_is_left_open() {
    let link = wanted("").unwrap();
    assert_eq!((link.number, link.until, link.receipt, link.email), (None, None, None, None));
    assert_eq!(link.custom.len(), 1, "the field that tells such payments from others is always there");
    assert_eq!(
        wanted(r#","InvId":0,"InvoiceItems":[],"Aliases":null,"Recurring":false"#).unwrap().number,
        None
    );
    let snake = r#"{"merchant_login":"demo","invoice_type":"reusable","out_sum":"100.50"}"#;
    assert_eq!(of(snake).wanted(&Shop::new().keys(), now()).unwrap().kind, InvoiceKind::Reusable);
}

#[test]
fn the_first_member_that_cannot_be_is_named() {
    for (more, path) in [
        (r#","InvId":-1"#, "InvId"),
        (r#","InvId":9223372036854775808"#, "InvId"),
        (r#","InvId":1.5"#, "InvId"),
        (r#","Description":{}"#, "Description"),
        (r#","Sno":"none""#, "Sno"),
        (r#","UserFields":[]"#, "UserFields"),
        (r#","UserFields":{"shp_a:shp_b":"1"}"#, "UserFields"),
        (r#","UserFields":{"shp_a":{}}"#, "UserFields"),
        (r#","SuccessUrl2Data":{"Url":"javascript:alert(1)"}"#, "SuccessUrl2Data.Url"),
        (r#","FailUrl2Data":{"Url":"https://shop.test","Method":"PUT"}"#, "FailUrl2Data.Method"),
        (r#","ExpirationDate":"soon""#, "ExpirationDate"),
        (r#","ExpirationDate":"2025-01-01T00:00:00""#, "ExpirationDate"),
        (r#","InvoiceItems":[{"Name":"a","Quantity":1,"Sum":100.50,"Tax":"none"}]"#, "InvoiceItems[0].Cost"),
        (r#","InvoiceItems":[{"Name":"a","Quantity":1,"Cost":100,"Tax":"none"}]"#, "InvoiceItems"),
        (r#","Payments":[{"Type":2,"Sum":1}]"#, "Payments"),
        (r#","Recurring":true"#, "AdditionalParameters.Recurring"),
        (r#","AdditionalParameters":{"Recurring":"true"}"#, "AdditionalParameters.Recurring"),
        (r#","AdditionalParameters":{"ResultURL2":"shop.test"}"#, "AdditionalParameters.ResultURL2"),
        (r#","AdditionalParameters":{"Token":"K"}"#, "AdditionalParameters.Token"),
        (r#","AdditionalParameters":{"Split":"{\"a\":1}"}"#, "AdditionalParameters.Split"),
        (r#","AdditionalParameters":"no""#, "AdditionalParameters"),
    ] {
        let said = blamed(more);
        assert!(said.starts_with(&format!("{path}: ")), "{more}: {said}");
    }
    let without = |change: (&str, &str)| {
        let whole =
            r#"{"MerchantLogin":"demo","InvoiceType":"OneTime","OutSum":1}"#.replace(change.0, change.1);
        of(&whole).wanted(&Shop::new().keys(), now()).unwrap_err().to_string()
    };
    assert!(without((",\"OutSum\":1", "")).starts_with("OutSum: missing"));
    assert!(without((":1}", ":0}")).starts_with("OutSum: "));
    assert!(without((":1}", ":1e2}")).starts_with("OutSum: "));
    assert!(without(("OneTime", "Sometimes")).starts_with("InvoiceType: "));
    let shop = Shop { switches: Switches::default(), ..Shop::new() };
    let hold = r#"{"MerchantLogin":"demo","InvoiceType":"OneTime","OutSum":1,"AdditionalParameters":{"StepByStep":true}}"#;
    let denied = of(hold).wanted(&shop.keys(), now()).unwrap_err().to_string();
    assert!(denied.starts_with("AdditionalParameters.StepByStep"), "{denied}");
}

#[test]
fn what_a_shop_has_agreed_to_is_taken_and_what_cannot_be_had_together_is_not() {
    let switches = Switches { holds: true, recurring: true, saved_cards: true, ..Switches::default() };
    let shop = Shop { switches, ..Shop::new() };
    let asked = |kind: &str, more: &str| {
        let payload = format!(
            r#"{{"MerchantLogin":"demo","InvoiceType":"{kind}","OutSum":1,"AdditionalParameters":{{{more}}}}}"#
        );
        of(&payload).wanted(&shop.keys(), now())
    };
    let link = asked("OneTime", r#""ResultURL2":"https://shop.test/r2","Recurring":"true""#).unwrap();
    assert_eq!((link.statement_to.as_deref(), link.recurring), (Some("https://shop.test/r2"), true));
    assert_eq!(asked("OneTime", r#""Token":"K-1""#).unwrap().token.as_deref(), Some("K-1"));
    let top = r#"{"MerchantLogin":"demo","InvoiceType":"OneTime","OutSum":1,"Recurring":"True"}"#;
    assert!(of(top).wanted(&shop.keys(), now()).unwrap().recurring);
    for (kind, more, path) in [
        ("OneTime", r#""Recurring":"true","IsTest":"1""#, "Recurring"),
        ("OneTime", r#""Recurring":"true","Token":"K-1""#, "Token"),
        ("OneTime", r#""StepByStep":"true","Token":"K-1""#, "Token"),
        ("Reusable", r#""Token":"K-1""#, "Token"),
    ] {
        let said = asked(kind, more).unwrap_err().to_string();
        assert!(said.starts_with(&format!("AdditionalParameters.{path}: ")), "{more}: {said}");
    }
}

#[test]
fn a_rehearsal_is_told_by_its_additional_parameter() {
    let is_test = |more: &str| of(&format!(r#"{{"MerchantLogin":"demo"{more}}}"#)).is_test();
    assert_eq!(is_test(""), Ok(false));
    assert_eq!(is_test(r#","AdditionalParameters":{"IsTest":"1"}"#), Ok(true));
    assert_eq!(is_test(r#","AdditionalParameters":{"isTest":true}"#), Ok(true));
    assert!(is_test(r#","AdditionalParameters":{"IsTest":"yes"}"#).is_err());
}

#[test]
fn a_link_is_named_in_three_ways() {
    let which = |more: &str| of(&format!(r#"{{"MerchantLogin":"demo"{more}}}"#)).which();
    let bits = 0x14d2_b521_4eab_492a_9d91_00d1_2ff2_4d57;
    let public = Ok(Which::Public(guid::public_of(bits, PREFIX)));
    assert_eq!(which(r#","InvId":851"#), Ok(Which::Number(851)));
    assert_eq!(which(r#","Id":"14d2b521-4eab-492a-9d91-00d12ff24d57","InvId":0"#), public);
    assert_eq!(which(&format!(r#","EncodedId":"{}""#, guid::encode(bits))), public);
    assert_eq!(which(r#","EncodedId":"abc""#), Err(InvoiceDenied::NotFound));
    assert!(which("").unwrap_err().to_string().starts_with("InvId"));
    assert_eq!(
        public_of_link(&format!("/merchant/Invoice/{}/", guid::encode(bits))),
        public.ok().map(public_text)
    );
    assert_eq!(public_of_link("/merchant/Invoice/abc"), None);
}

fn public_text(which: Which) -> String {
    match which {
        Which::Public(public) => public,
        Which::Number(number) => panic!("{number}"),
    }
}

#[test]
fn a_list_is_asked_for_with_every_filter() {
    let list = |more: &str| of(&format!(r#"{{"MerchantLogin":"demo"{more}}}"#)).list(Currency::Rub);
    let all = list("").unwrap();
    assert_eq!((all.page, all.size, all.ascending), (1, 10, false));
    let asked = list(
        r#","CurrentPage":2,"PageSize":1000,"InvoiceStatuses":["paid","Expired","notpaid"],"Keywords":"tea",
        "DateFrom":"2026-01-01","DateTo":"2026-01-31","IsAscending":true,"InvoiceTypes":["OneTime","reusable"],
        "PaymentAliases":["SBP"],"SumFrom":1,"SumTo":"2.50""#,
    );
    assert_eq!(
        asked.unwrap(),
        Wanted {
            page: 2,
            size: 500,
            statuses: vec![Status::Paid, Status::Expired, Status::NotPaid],
            kinds: vec![InvoiceKind::OneTime, InvoiceKind::Reusable],
            methods: vec![Method::Sbp],
            keywords: "tea".to_owned(),
            from: Some("2025-12-31T21:00:00Z".parse().unwrap()),
            until: Some("2026-01-31T21:00:00Z".parse().unwrap()),
            least: Some(Money::from_minor(100, Currency::Rub)),
            most: Some(Money::from_minor(250, Currency::Rub)),
            ascending: true,
        }
    );
    let until = list(r#","DateTo":"2026-01-31T23:59:59Z""#).unwrap().until.unwrap();
    assert_eq!(until.to_string(), "2026-01-31T23:59:59.000001Z");
    for (more, path) in [
        (r#","CurrentPage":-1"#, "CurrentPage"),
        (r#","PageSize":99999999999"#, "PageSize"),
        (r#","InvoiceStatuses":["new"]"#, "InvoiceStatuses"),
        (r#","InvoiceTypes":[{}]"#, "InvoiceTypes"),
        (r#","DateFrom":"today""#, "DateFrom"),
        (r#","SumTo":"much""#, "SumTo"),
    ] {
        assert!(list(more).unwrap_err().to_string().starts_with(path), "{more}");
    }
}

proptest! {
    #[test]
    fn no_payload_makes_the_readers_panic(name in "[A-Za-z]{1,20}", value in "\\PC{0,40}") {
        let member = serde_json::Value::from(value);
        for value in [member.to_string(), format!("[{member}]"), format!("{{\"Url\":{member}}}")] {
            let _ = wanted(&format!(",\"{name}\":{value},\"UserFields\":{value},\"AdditionalParameters\":{value}"));
            let read = of(&format!(r#"{{"MerchantLogin":"demo","{name}":{value}}}"#));
            let _ = (read.which(), read.is_test(), read.list(Currency::Rub));
        }
    }
}
