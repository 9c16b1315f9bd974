//! The emulator of Robokassa's service, through HTTP with the real program: outcomes, accounts, what it heard.

use std::path::Path;
use std::process::Stdio;

use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::program::Program;
use testkit::receiver::{Answer, Receiver};
use testkit::robokassa::{Digest, Link, is_genuine, state_code, state_url};
use testkit::visitor::{Visitor, client};
use testkit::waiting::wait_until;

use crate::scene::{BINARY, SOON};

/// An emulator and a shop that listens.
pub struct Emulator {
    pub program: Program,
    pub shop: Receiver,
}

impl Emulator {
    pub async fn start(more: &[&str]) -> Emulator {
        let shop = Receiver::start().await;
        let [result, success, fail] = ["/result", "/success", "/fail"].map(|path| shop.url(path));
        let places = ["--result-url", &result, "--success-url", &success, "--fail-url", &fail];
        let typed = [&["emulate", "robokassa", "--json"][..], &places, more].concat();
        let program = Program::start(BINARY, typed.into_iter().map(str::to_owned).collect()).await;
        Emulator { program, shop }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.program.ready.url)
    }

    /// A buyer follows a shop's link; the payment that it led to.
    pub async fn starts(&self, link: &Link, password: &str) -> Value {
        let page = Visitor::new().open(&link.url(&self.program.ready.url, password, Digest::Md5)).await;
        let id = page.url.path().strip_prefix("/pay/").unwrap_or_else(|| panic!("{}", page.text)).to_owned();
        let all = self.payments("").await;
        all.into_iter().find(|payment| payment["id"] == id.as_str()).unwrap()
    }

    /// The usual order of an unlisted login.
    pub async fn order(&self, login: &str, number: &str) -> String {
        let payment = self.starts(&Link::new(login, "100.00", number), "password1").await;
        assert_eq!((&payment["state"], &payment["notice"]["state"]), (&json!("open"), &json!("none")));
        payment["id"].as_str().unwrap().to_owned()
    }

    pub async fn payments(&self, query: &str) -> Vec<Value> {
        let (status, said) = self.asked(&format!("/emulator/payments{query}")).await;
        assert_eq!(status, 200, "{said}");
        said.as_array().unwrap().clone()
    }

    async fn asked(&self, path: &str) -> (u16, Value) {
        let answer = client().get(self.at(path)).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, read(answer.text().await.unwrap()))
    }

    async fn posts(&self, path: &str, body: impl Into<String>) -> (u16, Value) {
        let answer = client().post(self.at(path)).body(body.into()).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, read(answer.text().await.unwrap()))
    }

    pub async fn chooses(&self, id: &str, outcome: &str) -> (u16, Value) {
        self.posts(&format!("/emulator/payments/{id}/outcome"), json!({ "outcome": outcome }).to_string())
            .await
    }

    /// Waits until something is true of a payment.
    pub async fn until(&self, id: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        wait_until(&format!("{what} of {id}"), SOON, || async {
            self.payments("").await.into_iter().find(|payment| payment["id"] == id && is_so(payment))
        })
        .await
    }

    pub async fn state(&self, login: &str, number: &str) -> Result<u32, u32> {
        let url = state_url(&self.program.ready.url, login, number, "password2", Digest::Md5);
        state_code(&client().get(url).send().await.unwrap().text().await.unwrap())
    }

    /// Moves the clock; an emulator needs no token.
    async fn waits(&self, length: &str) {
        let (status, said) = self.posts("/api/v1/clock", json!({ "advance": length }).to_string()).await;
        assert_eq!((status, &said["reached"]), (200, &json!(true)), "{said}");
    }

    pub async fn is_green(&self) {
        assert_eq!(self.program.run(&["books", "check"]).await["green"], true);
    }
}

/// What is no JSON is text.
fn read(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

#[tokio::test]
async fn a_login_that_nobody_listed_is_paid_and_told_and_everything_is_heard_as_it_was_sent() {
    let emulator = Emulator::start(&[]).await;
    assert_eq!(
        emulator.state("newcomer", "7").await,
        Err(3),
        "its shop is made by any question that names it"
    );
    let id = emulator.order("newcomer", "7").await;
    let (status, paid) = emulator.chooses(&id, "paid").await;
    assert_eq!(
        (status, &paid["state"], &paid["inv_id"], &paid["out_sum"]),
        (200, &json!("paid"), &json!(7), &json!("100.00"))
    );
    assert_eq!((&paid["login"], &paid["test"]), (&json!("newcomer"), &json!(false)));
    let told = emulator.shop.wait_for("/result", 1, SOON).await;
    assert!(is_genuine(&told[0], "password2", Digest::Md5));
    let notice = emulator.until(&id, "the answer", |payment| payment["notice"]["state"] == "accepted").await
        ["notice"]
        .clone();
    assert_eq!(
        notice,
        json!({ "state": "accepted", "tries": 1, "next_at": null, "last_answer": { "status": 200, "body": "OK7" } })
    );
    assert_eq!(emulator.state("newcomer", "7").await, Ok(100));

    let (_, events) = emulator.asked("/emulator/events?after=0").await;
    let events = events.as_array().unwrap();
    let numbers: Vec<u64> = events.iter().map(|event| event["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let of_kind = |kind: &str| events.iter().filter(|event| event["kind"] == kind).collect::<Vec<_>>();
    let start = of_kind("request")
        .into_iter()
        .find(|event| event["url"].as_str().unwrap().contains("/Merchant/Index.aspx?MerchantLogin=newcomer"))
        .unwrap();
    assert_eq!((&start["direction"], &start["method"]), (&json!("in"), &json!("GET")));
    assert!(start["headers"].as_object().unwrap().contains_key("host"));
    let sent = of_kind("notice")[0];
    assert!(
        sent["body"].as_str().unwrap().contains("SignatureValue=") && sent["direction"] == "out",
        "{sent}"
    );
    let answer = of_kind("answer").into_iter().find(|event| event["answers"] == sent["number"]).unwrap();
    assert_eq!(
        (&answer["direction"], &answer["status"], &answer["body"]),
        (&json!("in"), &json!(200), &json!("OK7"))
    );
    let (_, later) = emulator.asked(&format!("/emulator/events?after={}", numbers.len())).await;
    assert_eq!(later, json!([]));
    emulator.is_green().await;
}

#[tokio::test]
async fn a_refused_and_an_expired_payment_bring_no_notice_and_the_number_can_be_paid_again() {
    let emulator = Emulator::start(&[]).await;
    let refused = emulator.order("demo", "1").await;
    assert_eq!(emulator.chooses(&refused, "refused").await.1["state"], "cancelled");
    assert_eq!(emulator.state("demo", "1").await, Ok(10));
    let expired = emulator.order("demo", "2").await;
    assert_eq!(emulator.chooses(&expired, "expired").await.1["state"], "expired");
    assert_eq!(emulator.state("demo", "2").await, Ok(10));
    let again = emulator.order("demo", "1").await;
    assert_ne!(again, refused);
    assert_eq!(emulator.chooses(&again, "paid").await.1["state"], "paid");
    let told = emulator.shop.wait_for("/result", 1, SOON).await;
    assert_eq!(told[0].field("InvId"), Some("1"));
    let numbered = emulator.payments("?login=demo&inv_id=1").await;
    assert_eq!(
        numbered.iter().map(|payment| payment["state"].as_str().unwrap()).collect::<Vec<_>>(),
        ["paid", "cancelled"]
    );
    emulator.is_green().await;
}

#[tokio::test]
async fn money_that_comes_late_counts_and_money_that_never_comes_is_waited_for_until_the_end() {
    let emulator = Emulator::start(&[]).await;
    let late = emulator.order("demo", "1").await;
    let paid = emulator.chooses(&late, "paid_late").await.1;
    assert_eq!(paid["state"], "paid");
    emulator.shop.wait_for("/result", 1, SOON).await;

    let silent = emulator.order("demo", "2").await;
    let open = emulator.chooses(&silent, "no_answer").await.1;
    assert_eq!(open["state"], "open");
    let end = |payment: &Value| payment["expires_at"].as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(
        end(&open).duration_since(end(&paid)).as_hours() >= 7 * 24 - 1,
        "its own time was cut short: {paid}"
    );
    assert_eq!(emulator.state("demo", "2").await, Ok(5));
    emulator.waits("7d1h").await;
    assert_eq!(emulator.payments("?inv_id=2").await[0]["state"], "closing");
    emulator.waits("4d").await;
    assert_eq!(emulator.payments("?inv_id=2").await[0]["state"], "expired");
    assert_eq!(emulator.shop.received("/result").len(), 1);
    emulator.is_green().await;
}

#[tokio::test]
async fn a_shop_is_told_twice_and_is_told_by_a_forger_first() {
    let emulator = Emulator::start(&[]).await;
    let twice = emulator.order("demo", "1").await;
    emulator.chooses(&twice, "notified_twice").await;
    let told = emulator.shop.wait_for("/result", 2, SOON).await;
    assert_eq!(told[0].fields, told[1].fields);
    let notice = emulator.until(&twice, "the second answer", |payment| payment["notice"]["tries"] == 2).await;
    assert_eq!(notice["notice"]["state"], "accepted");

    emulator.shop.answer_next([Answer::Text("bad sign".to_owned())]);
    let forged = emulator.order("demo", "2").await;
    emulator.chooses(&forged, "bad_signature").await;
    let told = emulator.shop.wait_for("/result", 3, SOON).await;
    assert!(!is_genuine(&told[2], "password2", Digest::Md5));
    let seen =
        emulator.until(&forged, "the refusal", |payment| payment["notice"]["state"] == "repeating").await;
    assert_eq!(seen["notice"]["last_answer"], json!({ "status": 200, "body": "bad sign" }));
    assert!(seen["notice"]["next_at"].is_string());
    emulator.waits("2m").await;
    let told = emulator.shop.received("/result");
    assert!(is_genuine(told.last().unwrap(), "password2", Digest::Md5));
    assert_eq!(emulator.payments("?inv_id=2").await[0]["notice"]["state"], "accepted");
    emulator.is_green().await;
}

#[tokio::test]
async fn a_hold_is_on_and_ends_by_the_shops_own_protocol() {
    let emulator = Emulator::start(&[]).await;
    let link = Link::new("demo", "100.00", "9").signed("StepByStep", "true");
    let held = emulator.starts(&link, "password1").await["id"].as_str().unwrap().to_owned();
    assert_eq!(emulator.chooses(&held, "paid").await.1["state"], "held");
    assert_eq!(emulator.state("demo", "9").await, Ok(20));
    let (status, problem) = emulator.chooses(&held, "paid").await;
    assert!(status == 409 && problem["detail"].as_str().unwrap().contains("Confirm"), "{problem}");
    let signature = Digest::Md5.of("demo:100.00:9:password1");
    let form = format!("MerchantLogin=demo&InvoiceID=9&OutSum=100.00&SignatureValue={signature}");
    let kind = "application/x-www-form-urlencoded";
    let confirm =
        client().post(emulator.at("/Merchant/Payment/Confirm")).header("content-type", kind).body(form);
    assert!(confirm.send().await.unwrap().text().await.unwrap().contains("true"));
    emulator.until(&held, "the capture", |payment| payment["state"] == "paid").await;
    emulator.shop.wait_for("/result", 1, SOON).await;
    emulator.is_green().await;
}

fn file_of(accounts: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts.json");
    std::fs::write(&path, accounts).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[tokio::test]
async fn listed_accounts_are_as_they_are_listed_and_others_as_usual_and_a_folder_keeps_them() {
    let shop = Receiver::start().await;
    let accounts = json!([
        { "login": "first", "password1": "one", "password2": "two", "result_url": shop.url("/own"), "result_method": "GET",
          "test_password1": "three", "test_password2": "four" },
        { "login": "second" },
    ]);
    let (_folder, file) = file_of(&accounts.to_string());
    let mut emulator = Emulator::start(&["--accounts", &file]).await;
    let live = emulator.starts(&Link::new("first", "5", "1"), "one").await;
    emulator.chooses(live["id"].as_str().unwrap(), "paid").await;
    let told = shop.wait_for("/own", 1, SOON).await;
    assert!(told[0].method == "GET" && is_genuine(&told[0], "two", Digest::Md5), "{:?}", told[0]);

    let rehearsal = Link::new("first", "5", "2").unsigned("IsTest", "1");
    let test = emulator.starts(&rehearsal, "three").await;
    assert_eq!(test["test"], true);
    emulator.chooses(test["id"].as_str().unwrap(), "paid").await;
    let told = shop.wait_for("/own", 2, SOON).await;
    assert_eq!((told[1].field("OutSum"), told[1].field("IsTest")), (Some("5"), Some("1")));
    assert!(is_genuine(&told[1], "four", Digest::Md5));

    let url = Link::new("first", "5", "3").url(&emulator.program.ready.url, "password1", Digest::Md5);
    assert_eq!(Visitor::new().open(&url).await.error().as_deref(), Some("29"), "not its password");
    emulator.order("second", "1").await;
    assert_eq!(emulator.payments("?login=second").await.len(), 1);
    assert_eq!(emulator.payments("?login=nobody").await.len(), 0);

    emulator.program.restart().await;
    let kept = emulator.payments("?login=first&inv_id=1").await;
    assert_eq!(
        (&kept[0]["state"], &kept[0]["notice"]["last_answer"]["status"]),
        (&json!("paid"), &json!(200))
    );
    emulator.order("third", "1").await;
    emulator.is_green().await;
}

/// The emulator with a file that it does not take: its exit code and what it says.
async fn refusal(accounts: Option<&str>, more: &[&str]) -> (Option<i32>, String) {
    let data = tempfile::tempdir().unwrap();
    let file = accounts.map(file_of);
    let mut command = tokio::process::Command::new(BINARY);
    command
        .args(["emulate", "robokassa", "--listen", "127.0.0.1:0", "--json", "--data"])
        .arg(data.path().join("kassa"));
    if let Some((_, path)) = &file {
        command.arg("--accounts").arg(Path::new(path));
    }
    let ended = command.args(more).stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    assert_eq!(ended.stdout, b"");
    (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
}

#[tokio::test]
async fn a_wrong_file_is_refused_by_entry_and_member() {
    let (code, said) = refusal(Some(r#"[{"login":"a"},{"login":"b","algorithm":"CRC32"}]"#), &[]).await;
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("entry 2, member \"algorithm\"") && said.contains("accounts.json"), "{said}");
    let (code, said) = refusal(Some("login: demo"), &[]).await;
    assert!(code == Some(2) && said.contains("no JSON"), "{said}");
    let (code, said) = refusal(None, &["--accounts", "/nowhere/accounts.json"]).await;
    assert!(code == Some(2) && said.contains("cannot be read"), "{said}");
    let (code, said) = refusal(None, &["--result-url", "shop.example/result"]).await;
    assert!(code == Some(2) && said.contains("no address"), "{said}");
}

#[tokio::test]
async fn what_the_interface_does_not_take_is_told_with_how_to_put_it_right() {
    let emulator = Emulator::start(&[]).await;
    let id = emulator.order("demo", "1").await;
    let outcome = format!("/emulator/payments/{id}/outcome");
    for (path, body, status) in [
        (outcome.as_str(), "{\"outcome\":\"free\"}".to_owned(), 400),
        (&outcome, "outcome=paid".to_owned(), 400),
        (&outcome, String::new(), 400),
        (&outcome, format!("{{\"outcome\":\"{}\"}}", "x".repeat(20_000)), 413),
        (
            "/emulator/payments/pay_00000000000000000000000000/outcome",
            "{\"outcome\":\"paid\"}".to_owned(),
            404,
        ),
        ("/emulator/payments/%ff/outcome", "{\"outcome\":\"paid\"}".to_owned(), 400),
        ("/emulator/nowhere", String::new(), 404),
        ("/emulator/payments", String::new(), 405),
        ("/emulator/explain", "nothing".to_owned(), 400),
        ("/emulator/explain", "OutSum=1&InvId=2&SignatureValue=x".to_owned(), 400),
    ] {
        let (got, said) = emulator.posts(path, body).await;
        assert_eq!(got, status, "{path}: {said}");
        if status != 400 || !path.contains("%ff") {
            assert!(!said["detail"].as_str().unwrap().is_empty(), "{path}: {said}");
        }
    }
    for path in
        ["/emulator/payments?inv_id=x", "/emulator/events?after=-1", "/emulator/events?after=1&wait=x"]
    {
        assert_eq!(emulator.asked(path).await.0, 400, "{path}");
    }
    let foreign = client()
        .post(emulator.at(&outcome))
        .header("sec-fetch-site", "cross-site")
        .body("{\"outcome\":\"paid\"}");
    assert_eq!(foreign.send().await.unwrap().status().as_u16(), 403);
    assert_eq!(emulator.payments("").await[0]["state"], "open");
    assert_eq!(emulator.chooses(&id, "paid").await.0, 200);
    assert_eq!(emulator.chooses(&id, "refused").await.0, 409);
}

#[tokio::test]
async fn a_signature_is_explained_and_a_long_wait_ends_with_the_next_message() {
    let emulator = Emulator::start(&[]).await;
    let url = Link::new("demo", "100.00", "1").url("https://auth.robokassa.ru", "password2", Digest::Md5);
    let (status, said) = emulator.posts("/emulator/explain", url.clone()).await;
    assert_eq!(
        (status, &said["verdict"], &said["mistakes"][0]["code"]),
        (200, &json!("wrong"), &json!("passwords_swapped")),
        "{said}"
    );
    let wrapped = json!({ "request": url, "login": "demo" }).to_string();
    assert_eq!(emulator.posts("/emulator/explain", wrapped).await.1["mistakes"], said["mistakes"]);
    let (_, events) = emulator.asked("/emulator/events").await;
    let after = events.as_array().unwrap().len();
    let path = format!("/emulator/events?after={after}&wait=20");
    let (waited, id) = tokio::join!(emulator.asked(&path), emulator.order("demo", "2"));
    assert!(waited.1[0]["url"].as_str().unwrap().contains("InvId=2") && id.starts_with("pay_"), "{waited:?}");
}

#[tokio::test]
async fn a_strict_emulator_refuses_what_the_live_service_refuses_and_the_usual_one_takes_it() {
    let (strict, usual) = tokio::join!(Emulator::start(&["--strict"]), Emulator::start(&[]));
    let encoded = "https%3A%2F%2Fshop.example%2Fok";
    let back = |url: &str, signed: &str, number: &str| {
        let slots = format!("demo:100.00:{number}:{signed}:GET:password1");
        let pairs = [
            ("MerchantLogin", "demo"),
            ("OutSum", "100.00"),
            ("InvId", number),
            ("SuccessUrl2", url),
            ("SuccessUrl2Method", "GET"),
            ("SignatureValue", &Digest::Md5.of(&slots)),
        ];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    let receipt = r#"{"items":[{"name":"x","quantity":1,"sum":100,"tax":"none"}]}"#;
    let with_receipt = {
        let slots = format!("demo:100.00:3:{receipt}:password1");
        let pairs = [
            ("MerchantLogin", "demo"),
            ("OutSum", "100.00"),
            ("InvId", "3"),
            ("Receipt", receipt),
            ("SignatureValue", &Digest::Md5.of(&slots)),
        ];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    let rehearsed = Link::new("demo", "100.00", "4").signed("StepByStep", "true").unsigned("IsTest", "1");
    let rehearsed = rehearsed.url("", "test_password1", Digest::Md5).split_once('?').unwrap().1.to_owned();
    for (query, refused) in [
        (back(encoded, encoded, "1"), "29"),
        (back("https://shop.example/ok", encoded, "2"), "29"),
        (with_receipt, "29"),
        (rehearsed, "64"),
    ] {
        let path = format!("/Merchant/Index.aspx?{query}");
        assert_eq!(Visitor::new().open(&strict.at(&path)).await.error().as_deref(), Some(refused), "{query}");
        assert_eq!(Visitor::new().open(&usual.at(&path)).await.error(), None, "{query}");
    }
    let plain = back("https://shop.example/ok", "https://shop.example/ok", "5");
    assert_eq!(Visitor::new().open(&strict.at(&format!("/Merchant/Index.aspx?{plain}"))).await.error(), None);
    strict.order("demo", "6").await;
}

#[tokio::test]
async fn its_page_lists_payments_and_chooses_outcomes_without_a_script() {
    let emulator = Emulator::start(&[]).await;
    let id = emulator.order("demo", "1").await;
    let mut tester = Visitor::new();
    for path in ["/", "/emulator"] {
        let page = tester.open(&emulator.at(path)).await;
        assert_eq!(page.state().as_deref(), Some("emulator"));
        assert!(
            page.text.contains(&id) && page.text.contains("/Merchant/Index.aspx?MerchantLogin=demo"),
            "{}",
            page.text
        );
    }
    let page = tester.open(&emulator.at("/emulator")).await;
    let form = page.form_with("outcome", Some("paid"));
    let after = tester.send(&page, &form, &[], Some(("outcome", "paid"))).await;
    assert_eq!(after.state().as_deref(), Some("emulator"));
    emulator.until(&id, "the payment", |payment| payment["state"] == "paid").await;
    let forged = format!("/emulator/payments/{}/choose", emulator.order("demo", "2").await);
    let kind = "application/x-www-form-urlencoded";
    let answer =
        client().post(emulator.at(&forged)).header("content-type", kind).body("outcome=paid&csrf=form_x");
    assert_eq!(answer.send().await.unwrap().status().as_u16(), 303);
    assert_eq!(emulator.payments("?inv_id=2").await[0]["state"], "open");
}

/// Runs one of the examples with the program under test; what it printed.
async fn example(command: &str, arguments: &[&str]) -> String {
    let mut example = tokio::process::Command::new(command);
    example.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("OPENKASSA", BINARY);
    let ended = example.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let ended = ended.unwrap_or_else(|fault| panic!("{command}: {fault}"));
    let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
    assert!(ended.status.success(), "{said}");
    said
}

#[tokio::test]
async fn the_documented_examples_of_a_shops_own_tests_pass() {
    let python = example("python3", &["examples/emulator/test_shop.py"]).await;
    assert!(python.contains("Ran 4 tests"), "{python}");
    let script = example("node", &["--test", "examples/emulator/test_shop.mjs"]).await;
    assert!(script.contains("pass 4"), "{script}");
}
