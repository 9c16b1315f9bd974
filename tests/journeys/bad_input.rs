//! What strangers send: each refusal has its number on a proper page, and leaves nothing behind.

use testkit::html::value_of;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::{Page, Visitor, client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::buyer::Buyer;
use crate::world::World;

const FORM: &str = "application/x-www-form-urlencoded";
const BODY_BYTES_MAX: usize = 262_144;

/// Checks that a page is this refusal, whole and in this language.
fn is_refused(what: &str, page: &Page, number: &str, language: &str) {
    assert_eq!(page.status, 200, "{what}");
    assert_eq!(page.error().as_deref(), Some(number), "{what}: {}\n{}", page.url, page.text);
    assert_eq!(page.language().as_deref(), Some(language), "{what}");
    assert!(page.text.contains("<h1") && page.text.trim_end().ends_with("</html>"), "{what}: a whole page");
}

/// A receipt of one item.
fn receipt(sum: &str, tax: &str) -> String {
    format!(r#"{{"items":[{{"name":"Чай","quantity":1,"sum":{sum},"tax":"{tax}"}}]}}"#)
}

async fn get(url: &str) -> Page {
    Visitor::new().open(url).await
}

impl World {
    /// Checks that so many payments are known and that nothing else is wrong either.
    async fn holds(&mut self, payments: usize) {
        assert_eq!(self.payments().await.len(), payments);
        self.is_green().await;
    }

    fn door(&self) -> String {
        format!("{}/Merchant/Index.aspx", self.program.ready.url)
    }
}

#[tokio::test]
async fn every_refusal_has_its_documented_number_and_saves_nothing() {
    let mut world = World::demo().await;
    let plain = || world.order("100.00", "5001");
    let signed = |name: &str, value: &str| plain().signed(name, value);
    let thirty_digits = "1".repeat(30);
    let cases: Vec<(&str, Link, &str)> = vec![
        ("an unknown shop", Link::new("nobody-at-all", "100.00", "5001"), "26"),
        ("no shop", Link::new("", "100.00", "5001"), "26"),
        ("a comma in the sum", world.order("1,5", "5001"), "31"),
        ("an exponent", world.order("1e3", "5001"), "31"),
        ("a negative sum", world.order("-1", "5001"), "31"),
        ("thirty digits", world.order(&thirty_digits, "5001"), "31"),
        ("nothing", world.order("0.00", "5001"), "31"),
        ("half a kopeck", world.order("1.005", "5001"), "31"),
        ("no sum", world.order("", "5001"), "31"),
        ("spaces around the sum", world.order(" 100.00", "5001"), "31"),
        ("a number that is none", world.order("100.00", "seven"), "30"),
        ("a negative number", world.order("100.00", "-7"), "30"),
        ("a number beyond all numbers", world.order("100.00", "9223372036854775808"), "30"),
        ("a receipt without items", signed("Receipt", "{\"items\":[]}"), "30"),
        ("a receipt of another sum", signed("Receipt", &receipt("99.99", "none")), "30"),
        ("a receipt with a sum in a float's words", signed("Receipt", &receipt("1e2", "none")), "30"),
        ("a receipt with an unknown tax", signed("Receipt", &receipt("100.00", "vat18")), "30"),
        ("a receipt that is no JSON object", signed("Receipt", "[]"), "29"),
        ("another currency", signed("OutSumCurrency", "USD"), "41"),
        ("an earlier payment", plain().unsigned("PreviousInvoiceID", "7"), "35"),
        ("an end that has passed", plain().unsigned("ExpirationDate", "2020-01-01T00:00"), "33"),
        ("an end that is no date", plain().unsigned("ExpirationDate", "tomorrow"), "30"),
    ];
    for (what, order, number) in cases {
        is_refused(what, &get(&world.url(&order)).await, number, "ru");
    }
    world.holds(0).await;
}

#[tokio::test]
async fn whatever_is_signed_cannot_be_changed_exchanged_or_repeated() {
    let mut world = World::demo().await;
    let (url, password) = (&world.program.ready.url, &world.keys.password1);
    let link = world.url(&world.order("100.00", "5101").custom("Shp_a", "1"));
    let currency = world.url(&world.order("100.00", "5101").signed("OutSumCurrency", "USD"));
    let cases = [
        ("a changed sum", link.replace("100.00", "1.00")),
        ("a changed number", link.replace("5101", "5102")),
        ("a changed field of the shop", link.replace("Shp_a=1", "Shp_a=2")),
        ("a field of the shop added", format!("{link}&Shp_b=1")),
        ("no signature", link.replace("SignatureValue", "Nothing")),
        ("a short signature", link.get(..link.len() - 1).unwrap().to_owned()),
        ("another password", world.order("100.00", "5101").url(url, "not the password", Digest::Sha256)),
        ("another digest", world.order("100.00", "5101").url(url, password, Digest::Md5)),
        ("the live password in test mode", format!("{link}&IsTest=1")),
        ("a sum sent twice", format!("{link}&OutSum=1.00")),
        ("a number sent twice", format!("{link}&invid=5102")),
        ("a currency read as an address", currency.replace("OutSumCurrency", "UserIp")),
        ("a currency read as a token", currency.replace("OutSumCurrency", "Token")),
        ("a currency read as a receipt", currency.replace("OutSumCurrency", "Receipt")),
        ("a currency read as a hold", currency.replace("OutSumCurrency", "StepByStep")),
        ("a signature that is no text", link.replace("SignatureValue=", "SignatureValue=%FF")),
    ];
    for (what, url) in cases {
        is_refused(what, &get(&url).await, "29", "ru");
    }
    world.holds(0).await;
}

#[tokio::test]
async fn text_that_is_none_is_refused_before_it_is_believed() {
    let mut world = World::demo().await;
    let link = world.url(&world.order("100.00", "5201"));
    let cases = [
        ("a sum that is no UTF-8", link.replace("100.00", "100.00%FF"), "31"),
        ("a shop that is no UTF-8", link.replace("MerchantLogin=", "MerchantLogin=%C3%28"), "26"),
        ("a number with a control byte", link.replace("5201", "5201%00"), "30"),
        ("half a character", link.replace("5201", "5201%E2%82"), "30"),
    ];
    for (what, url, number) in cases {
        is_refused(what, &get(&url).await, number, "ru");
    }
    world.holds(0).await;
}

#[tokio::test]
async fn an_order_that_is_paid_is_answered_with_40_and_one_whose_time_is_over_with_33() {
    let mut world = World::demo().await;
    world.paid("100.00", "5301").await;
    is_refused("paid", &get(&world.url(&world.order("100.00", "5301"))).await, "40", "ru");
    is_refused("paid, another sum", &get(&world.url(&world.order("200.00", "5301"))).await, "40", "ru");

    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(1_500);
    let order = world.order("100.00", "5302").unsigned("ExpirationDate", &soon.to_string());
    let mut buyer = Buyer::opens(&world.url(&order)).await;
    assert_eq!(buyer.page.state().as_deref(), Some("choose"));
    let list = buyer.page.clone();
    buyer.waits_for("expired").await;
    // A page that was opened in time starts nothing when it is late.
    let form = list.form_with("method", Some("bank_card"));
    let late = buyer.visitor.send(&list, &form, &[], Some(("method", "bank_card"))).await;
    assert_eq!(late.state().as_deref(), Some("expired"));
    assert_eq!(world.provider.payments().await.len(), 1, "only the order that was paid");
    is_refused("expired", &get(&world.url(&order)).await, "33", "ru");
    world.holds(2).await;
}

#[tokio::test]
async fn the_refusal_speaks_the_buyer_s_language() {
    let world = World::demo().await;
    let link = world.url(&world.order("100.00", "5401")).replace("100.00", "1.00");
    let cases = [
        ("nothing said", link.clone(), None, "ru"),
        ("the browser", link.clone(), Some("en-GB,en;q=0.9,ru;q=0.5"), "en"),
        ("the shop", format!("{link}&Culture=en"), Some("ru"), "en"),
        ("the shop, in Russian", format!("{link}&Culture=ru"), Some("en"), "ru"),
        ("an unknown language", format!("{link}&Culture=tlh"), Some("en"), "en"),
    ];
    for (what, url, languages, language) in cases {
        let mut visitor = Visitor::new();
        visitor.languages = languages.map(str::to_owned);
        is_refused(what, &visitor.open(&url).await, "29", language);
    }
}

#[tokio::test]
async fn what_is_too_large_or_no_http_is_turned_away_and_the_next_request_is_served() {
    let mut world = World::demo().await;
    let fields = world.order("100.00", "5501").fields(&world.keys.password1, Digest::Sha256);
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let post = |body: String| client().post(world.door()).header("content-type", FORM).body(body).send();
    let large = format!("{form}&Description={}", "a".repeat(BODY_BYTES_MAX));
    let many = "a=1&".repeat(50_000) + &form;
    for body in [large.clone(), many] {
        let refused = post(body).await.unwrap();
        assert_eq!(refused.status().as_u16(), 200);
        assert_eq!(value_of(&refused.text().await.unwrap(), "main", "data-error").as_deref(), Some("30"));
    }
    let elsewhere = format!("{}/pay/nothing/start", world.program.ready.url);
    let refused = client().post(elsewhere).header("content-type", FORM).body(large).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 413);

    let address = world.program.ready.url.trim_start_matches("http://").to_owned();
    let garbage: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST /Merchant/Index.aspx HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"GET /pay/%00%ff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        b"POST /callback/x HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\nconnection: close\r\n\r\n{\"a",
    ];
    for bytes in garbage {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        // Some are hung up on before they have finished.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 2") && !answer.starts_with(b"HTTP/1.1 5"), "{bytes:?}");
    }
    let missing = get(&format!("{}/pay/pay_00000000000000000000000000", world.program.ready.url)).await;
    assert_eq!(missing.status, 404);
    world.holds(0).await;
    world.paid("100.00", "5501").await;
    world.holds(1).await;
}
