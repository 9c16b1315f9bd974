//! The pages on which a person decides.

use serde_json::{Value, json};
use simulators::message::Request;

use crate::stage::stage;

#[test]
fn each_kind_of_confirmation_answers_in_its_own_way() {
    let mut stage = stage();
    let qr = stage.create(|body| {
        body["payment_method_data"] = json!({"type": "sbp"});
        body["confirmation"] = json!({"type": "qr"});
    });
    let shown = stage.payment(&qr)["confirmation"].clone();
    assert_eq!(
        shown,
        json!({"type": "qr", "confirmation_data": format!("http://provider.example/pay/{qr}")})
    );
    let push = stage.create(|body| {
        body["payment_method_data"] = json!({"type": "sberbank", "phone": "79000000000"});
        body["confirmation"] = json!({"type": "external"});
    });
    assert_eq!(stage.payment(&push)["confirmation"], json!({"type": "external"}));
    let list = stage.ask(&Request::new("GET", "/payer"));
    let page = String::from_utf8(list.body).unwrap();
    assert!(page.contains(&push) && !page.contains(&qr));
}

#[test]
fn the_page_lets_a_person_pay_decline_and_go_back() {
    let mut stage = stage();
    for (form, status, location) in [
        (vec![("outcome", "pay")], "succeeded", "https://shop.example/back?a=1"),
        (
            vec![("outcome", "decline"), ("reason", "call_issuer")],
            "canceled",
            "https://shop.example/back?a=1",
        ),
        (vec![("outcome", "back")], "pending", "https://shop.example/back?a=1"),
    ] {
        let id = stage.create(|_| {});
        let target = format!("/pay/{id}");
        let page = String::from_utf8(stage.ask(&Request::new("GET", &target)).body).unwrap();
        assert!(
            page.contains(r#"name="outcome" value="pay""#)
                && page.contains(r#"name="outcome" value="decline""#)
        );
        let reply = stage.ask(&Request::new("POST", &target).with_form(&form));
        assert_eq!((reply.status, reply.header("location")), (303, Some(location)));
        assert_eq!(stage.payment(&id)["status"], status);
    }
}

#[test]
fn a_payment_without_method_lets_the_payer_choose_one() {
    let mut stage = stage();
    let id = stage.create(|body| body["payment_method_data"] = Value::Null);
    assert!(stage.payment(&id).get("payment_method").is_none());
    let form = [("outcome", "pay"), ("method", "yoo_money")];
    stage.ask(&Request::new("POST", &format!("/pay/{id}")).with_form(&form));
    assert_eq!(stage.payment(&id)["payment_method"]["type"], "yoo_money");
}

#[test]
fn pages_speak_the_language_asked_for_and_escape_what_strangers_wrote() {
    let mut stage = stage();
    let id = stage.create(|body| body["description"] = json!("<script>alert(1)</script>"));
    let mut page = |target: &str, language: &str| {
        let request = Request::new("GET", target).with_header("Accept-Language", language);
        String::from_utf8(stage.ask(&request).body).unwrap()
    };
    let russian = page(&format!("/pay/{id}"), "ru-RU,ru");
    assert!(russian.contains("lang=\"ru\"") && russian.contains("Симулятор"));
    assert!(!russian.contains("<script"));
    assert!(page("/?lang=en", "ru").contains("Simulator. No real money moves."));
    assert!(page("/pay/unknown", "ru").contains("Такой страницы нет"));
}

#[test]
fn the_list_page_switches_faults_on_and_off() {
    let mut stage = stage();
    let mut switch = |form: &[(&str, &str)]| {
        let reply = stage.ask(&Request::new("POST", "/faults").with_form(form));
        let faults = stage.ask(&Request::new("GET", "/control/faults"));
        (reply.status, serde_json::from_slice::<Value>(&faults.body).unwrap()["rules"].clone())
    };
    let slow = [("do", "add"), ("fault", "slow"), ("on", "capture"), ("next", "2"), ("size", "3")];
    let rule = json!({"on": "capture", "fault": "slow", "ms": 3000, "next": 2});
    assert_eq!(switch(&slow), (303, json!([rule])));
    let copies = [("do", "add"), ("fault", "duplicate"), ("on", "any"), ("next", "1"), ("size", "3")];
    let second = json!({"on": "notice", "fault": "duplicate", "times": 3, "next": 1});
    assert_eq!(switch(&copies), (303, json!([rule, second])));
    assert_eq!(switch(&[("do", "add"), ("fault", "earthquake"), ("on", "any")]).0, 400);
    assert_eq!(switch(&[("do", "clear")]), (303, json!([])));
}
