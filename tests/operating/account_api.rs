//! The account API of Interkassa's protocol through HTTP with the real program: who may ask, and what he learns.

mod invoices;
mod till;
mod withdrawals;

use serde_json::json;
use testkit::account_api::{Call, FORM};

use till::{ACCOUNT, CHECKOUT, FOREIGN, KEY, KEY2, OTHER, Till, USER, code};

#[tokio::test]
async fn a_key_opens_the_account_of_its_user_with_all_its_checkouts_and_nothing_else() {
    let till = Till::open().await;
    for name in [USER, ACCOUNT] {
        let (status, accounts) = till.asks(name, KEY, "account").await;
        assert_eq!((status, accounts["status"].as_str(), &accounts["code"]), (200, Some("ok"), &json!(0)));
        assert_eq!(
            (&accounts["message"], accounts["data"].as_object().unwrap().len()),
            (&json!("Success"), 1)
        );
        let account = &accounts["data"][ACCOUNT];
        assert_eq!((&account["_id"], &account["tp"]), (&json!(ACCOUNT), &json!("b")));
        assert_eq!(account["usr"], json!([{"id": USER, "o": true, "rl": "owner"}]));
        let one = till.gets(&format!("account/{ACCOUNT}")).await;
        assert_eq!(one, *account);

        // The key of either checkout opens both.
        let (_, checkouts) = till.asks(name, KEY2, "checkout/").await;
        let checkouts = checkouts["data"].as_object().unwrap();
        assert_eq!(checkouts.keys().collect::<Vec<_>>(), [CHECKOUT, OTHER]);
        assert_eq!(checkouts[CHECKOUT]["currencies"], json!(["RUB", "UAH"]));
        let payways = checkouts[CHECKOUT]["paysystemInputPayways"].as_object().unwrap();
        assert!(payways.values().any(|alias| alias == "card_kassa_merchant_rub"), "{payways:?}");
        assert!(payways.values().any(|alias| alias == "test_interkassa_test_xts"), "{payways:?}");
    }
    let one = till.gets(&format!("checkout/{OTHER}/")).await;
    assert_eq!((&one["id"], &one["status"], &one["url"]), (&json!(OTHER), &json!("active"), &json!("")));

    let purses = till.gets("purse").await;
    let purses = purses.as_object().unwrap();
    assert_eq!(purses.len(), 2);
    for (number, purse) in purses {
        assert_eq!((number.len(), &purse["id"]), (12, &json!(number)));
        assert_eq!((&purse["balance"], &purse["frozen"]), (&json!("0.0000"), &json!("0.0000")));
    }
    let own = till.purse_of("RUB").await;
    let named = till.gets(&format!("purse?checkoutId={OTHER}&currency=uah")).await;
    let (_, uah) = named.as_object().unwrap().iter().next().unwrap();
    assert_eq!((&uah["settings"]["co"], &uah["name"]), (&json!(OTHER), &json!("Second till UAH")));
    assert_eq!(till.gets(&format!("purse/{own}")).await["name"], "First till RUB");

    // What is another seller's is not there, and neither is what was made up.
    let foreign = till.foreign_purse().await;
    for path in [
        format!("checkout/{FOREIGN}"),
        format!("purse/{foreign}"),
        "account/5f0000000000000000000bbb".to_owned(),
        "co-invoice/100000001".to_owned(),
        "co-invoice/x".to_owned(),
        "co-invoice/99999999999999999999".to_owned(),
        "withdraw/1".to_owned(),
        "paysystem-input-payway/nothing".to_owned(),
        "currency/usd".to_owned(),
        "nothing".to_owned(),
        String::new(),
    ] {
        let (status, answer) = till.asks(USER, KEY, &path).await;
        assert_eq!((status, code(&answer)), (404, 404), "{path}");
    }
    for (path, expected) in [
        (format!("purse?checkoutId={FOREIGN}"), 1023),
        (format!("co-invoice?checkoutId={FOREIGN}"), 1023),
        (format!("co-invoice?purseId={foreign}"), 1400),
        (format!("withdraw?purseId={foreign}"), 1400),
        (format!("paysystem-output-payway?purseId={foreign}"), 1400),
        ("co-invoice?fromDate=yesterday".to_owned(), 1024),
        ("purse?currency=%00".to_owned(), 1024),
        ("purse?currency=UAH&currency=RUB".to_owned(), 1107),
    ] {
        let (status, answer) = till.asks(USER, KEY, &path).await;
        assert_eq!((status, code(&answer)), (200, expected), "{path}");
        assert_eq!(answer["data"]["@resultMessage"], answer["message"], "{path}");
    }
    till.scene.is_green().await;
}

#[tokio::test]
async fn who_does_not_prove_himself_learns_nothing_and_is_slowed_down() {
    let till = Till::open().await;
    let path = till.url("purse");
    let nobody = Call::get(&path).answered().await;
    assert_eq!((nobody.status, code(&nobody.envelope)), (401, 401));
    assert!(nobody.challenge.unwrap().starts_with("Basic"));
    for (name, key) in [
        (USER, "wrong"),
        (USER, "foreign-key-fake"),
        (CHECKOUT, KEY),
        ("demo", KEY),
        ("5f00000000000000000000ff", KEY),
        ("a b", KEY),
        (USER, ""),
    ] {
        let (status, answer) = till.asks(name, key, "account").await;
        assert_eq!((status, code(&answer)), (401, 401), "{name}");
        // Payway lists are open, but who says who he is proves it.
        assert_eq!(till.asks(name, key, "paysystem-input-payway").await.0, 401, "{name}");
    }
    for (account, status) in [(ACCOUNT, 200), ("", 200), (USER, 403), ("5f0000000000000000000bbb", 403)] {
        let call = Call { credentials: Some((USER, KEY)), account: Some(account), ..Call::get(&path) };
        assert_eq!(call.answered().await.status, status, "{account}");
    }

    let mut refused = 0;
    while till.asks(USER, "guessed", "purse").await.0 == 401 {
        refused += 1;
        assert!(refused < 100, "whoever guesses is never slowed down");
    }
    let (status, answer) = till.asks(USER, KEY, "purse").await;
    assert_eq!((status, &answer["message"]), (403, &json!("Auth: forbidden for current ip")));
    // Behind a proxy others are not stopped by it, and the pause ends.
    assert_eq!(till.asks("5f0000000000000000000bb2", "foreign-key-fake", "purse").await.0, 200);
    till.scene.program.run(&["clock", "advance", "1m"]).await;
    assert_eq!(till.asks(USER, KEY, "purse").await.0, 200);
    let log = till.scene.program.whole_log();
    assert!(!log.contains(KEY) && !log.contains("guessed"), "{log}");
}

#[tokio::test]
async fn strangers_see_rates_and_payways_and_bad_requests_are_told_in_the_envelope() {
    let till = Till::open().await;
    assert_eq!(till.open_to_all("currency").await.1["data"], json!({}));
    till.scene.program.run(&["rates", "set", "USD", "26.90", "--in", "UAH"]).await;
    let (_, rates) = till.open_to_all("currency").await;
    assert_eq!(rates["data"], json!({"USD": {"UAH": {"in": 26.9, "out": 26.9}}}));
    assert_eq!(till.open_to_all("currency/usd").await.1["data"]["UAH"]["in"], json!(26.9));

    let (_, all) = till.open_to_all("paysystem-input-payway").await;
    let all = all["data"].as_object().unwrap();
    let card = all.values().find(|way| way["als"] == "card_kassa_merchant_rub").unwrap();
    assert!(card.get("fee").is_none(), "what it costs a shop is the shop's: {card}");
    let (_, own) = till.open_to_all(&format!("paysystem-input-payway?checkoutId={CHECKOUT}")).await;
    let own = &own["data"][card["id"].as_str().unwrap()];
    assert_eq!(
        (&own["ser"], &own["curAls"], &own["fee"]["in"]["rt"]),
        (&json!("card"), &json!("rub"), &json!(3.5))
    );
    let one = till.open_to_all(&format!("paysystem-input-payway/{}", card["id"].as_str().unwrap())).await;
    assert_eq!(one.1["data"]["_id"], card["id"]);
    let mine = till.gets("paysystem-input-payway").await;
    assert_eq!(mine.as_object().unwrap().values().filter(|way| way["ser"] == "test").count(), 1);
    let (_, none) = till.open_to_all("paysystem-input-payway?checkoutId=nothing").await;
    assert_eq!(code(&none), 1023);
    let (_, out) = till.open_to_all("paysystem-output-payway").await;
    let out = out["data"].as_object().unwrap();
    let details: Vec<_> = out.values().map(|way| way["prm"][0]["al"].as_str().unwrap()).collect();
    assert_eq!((out.len(), details.contains(&"card"), details.contains(&"phone")), (3, true, true));

    for (method, path, status) in [
        ("DELETE", "withdraw", 405),
        ("PUT", "purse", 405),
        ("PATCH", "purse", 405),
        ("POST", "purse", 405),
        ("GET", "refund", 405),
        ("POST", "withdraw/7", 405),
    ] {
        let (seen, answer) = till.sends(method, path, FORM, "").await;
        assert_eq!((seen, code(&answer)), (status, 405), "{method} {path}");
    }
    for (kind, body, expected) in [
        ("application/x-www-form-urlencoded", "", 1021),
        ("application/x-www-form-urlencoded", "id=1&id=2", 1107),
        ("application/x-www-form-urlencoded", "id=%ff", 1024),
        ("application/json", "[1]", 1024),
        ("text/plain", "id", 1024),
        ("multipart/form-data; boundary=x", "--y", 1024),
        ("application/x-www-form-urlencoded", &"a".repeat(300_000), 1024),
    ] {
        let (status, answer) = till.sends("POST", "refund", kind, body).await;
        assert_eq!((status, code(&answer)), (200, expected), "{kind} {body:.20}");
    }
}
