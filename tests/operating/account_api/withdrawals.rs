//! Withdrawals: computed without a trace, made once for each number, followed to their end.

use serde_json::{Value, json};
use testkit::waiting::wait_until;

use super::till::{CHECKOUT, OTHER, Till, code};
use crate::scene::SOON;

const CARD: &str = "5555555555554477";

impl Till {
    /// A till with 96.50 roubles that can leave, and the number of the purse.
    async fn with_money() -> (Till, String) {
        let till = Till::open().await;
        till.pays("W", "100.00").await;
        till.scene.program.run(&["clock", "advance", "2m"]).await;
        assert_eq!(till.roubles().await, ("96.5000".to_owned(), "0.0000".to_owned()));
        let purse = till.purse_of("RUB").await;
        (till, purse)
    }

    /// The answer to a withdrawal of an amount to the usual card, with these fields besides or instead.
    async fn withdraws(&self, purse: &str, amount: &str, more: &[(&str, &str)]) -> Value {
        let usual = [("purseId", purse), ("amount", amount), ("details[card]", CARD)];
        let mut fields: Vec<_> =
            usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name)).collect();
        if !more.iter().any(|(name, _)| ["paywayId", "method"].contains(name)) {
            fields.push(("paywayId", "card_kassa_merchant_rub"));
        }
        fields.extend(more.iter().filter(|(_, value)| *value != "-"));
        self.posts("withdraw/", &fields).await
    }

    async fn until_withdrawn(&self, id: &str, state: u8) -> Value {
        wait_until(&format!("withdrawal {id} in state {state}"), SOON, || async {
            Some(self.gets(&format!("withdraw/{id}")).await).filter(|seen| seen["state"] == state)
        })
        .await
    }
}

#[tokio::test]
async fn a_withdrawal_is_computed_without_a_trace_and_made_once_for_its_number() {
    let (till, purse) = Till::with_money().await;
    for action in [&[][..], &[("action", "calc")]] {
        let computed =
            till.withdraws(&purse, "60.00", &[action, &[("calcKey", "psPayeeAmount")]].concat()).await;
        assert_eq!((code(&computed), &computed["data"]["withdraw"]["id"]), (0, &Value::Null), "{computed}");
        let sums = &computed["data"]["withdraw"];
        assert_eq!(
            (&sums["payerWriteoff"], &sums["payeeReceive"], &sums["ikFee"]),
            (&json!(60), &json!(60), &json!(0))
        );
        assert_eq!(computed["data"]["transaction"]["payerBalance"], json!(96.5));
    }
    assert_eq!(till.gets("withdraw").await, json!({}));
    assert_eq!(till.gets("withdraw?paymentNo=P-1").await, json!([]));
    assert!(till.scene.provider.payouts().await.is_empty());

    let process = [
        ("action", "process"),
        ("paymentNo", "P-1"),
        ("method", "card"),
        ("currency", "rub"),
        ("useShortAlias", "1"),
    ];
    let made = till.withdraws(&purse, "60", &process).await;
    assert_eq!((code(&made), &made["data"]["@resultMessage"]), (0, &json!("Success")), "{made}");
    let id = made["data"]["withdraw"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made["data"]["transaction"]["opId"], json!(id));
    assert_eq!(made["data"]["transaction"]["payerBalance"], json!(36.5));
    let settled = till.until_withdrawn(&id, 8).await;
    for (name, value) in [
        ("stateName", json!("success")),
        ("result", json!(1)),
        ("purseId", json!(purse)),
        ("coId", json!(CHECKOUT)),
        ("paymentNo", json!("P-1")),
        ("currencyId", json!("RUB")),
    ] {
        assert_eq!(settled[name], value, "{name} of {settled}");
    }
    assert!(!settled["psTrnId"].as_str().unwrap().is_empty());

    let again = till.withdraws(&purse, "60.00", &process).await;
    assert_eq!(again["data"]["withdraw"]["id"], json!(id), "the first answer may have been lost");
    assert_eq!(code(&till.withdraws(&purse, "30", &process).await), 1412);
    assert_eq!(till.scene.provider.payouts().await.len(), 1);
    assert_eq!(till.roubles().await, ("36.5000".to_owned(), "0.0000".to_owned()));

    let listed = till.gets("withdraw?paymentNo=P-1").await;
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &json!(id)));
    for filters in [
        "",
        &format!("purseId={purse}&checkoutId={CHECKOUT}&paywayId=card_kassa_merchant_rub"),
        "fromDate=2020-01-01",
    ] {
        assert_eq!(till.gets(&format!("withdraw?{filters}")).await[&id]["id"], json!(id), "{filters}");
    }
    for filters in [&format!("checkoutId={OTHER}"), "toDate=2020-01-01", "paywayId=card_kassa_merchant_uah"] {
        assert_eq!(till.gets(&format!("withdraw?{filters}")).await, json!({}), "{filters}");
    }
    let (status, foreign) =
        till.asks("5f0000000000000000000bb2", "foreign-key-fake", &format!("withdraw/{id}")).await;
    assert_eq!((status, code(&foreign)), (404, 404), "another seller's");
    assert!(!till.scene.program.whole_log().contains(CARD));
    till.scene.is_green().await;
}

#[tokio::test]
async fn what_cannot_be_withdrawn_is_refused_and_moves_nothing() {
    let (till, purse) = Till::with_money().await;
    let foreign = till.foreign_purse().await;
    let hryvnia = till.purse_of("UAH").await;
    let process = ("action", "process");
    for (amount, more, expected) in [
        ("96.51", &[process][..], 1106),
        ("0.99", &[process], 1413),
        ("500000.01", &[process], 1414),
        ("0", &[], 1024),
        ("1.001", &[], 1024),
        ("60", &[process, ("purseId", &foreign)], 1400),
        ("60", &[process, ("purseId", &hryvnia)], 1403),
        ("60", &[process, ("purseId", "-")], 1021),
        ("60", &[process, ("checkoutId", "nothing")], 1023),
        ("60", &[("paywayId", "-")], 1402),
        ("60", &[("paywayId", "webmoney_transfer_wmz")], 1403),
        ("60", &[("method", "skrill"), ("currency", "rub")], 1403),
        ("60", &[("method", "card"), ("currency", "uah")], 1037),
        ("60", &[("details[card]", "-")], 1021),
        ("60", &[("details[card]", "-"), ("details[purse]", "1")], 1021),
        ("60", &[("details[card]", "5555555555554478")], 1024),
        ("60", &[("action", "send")], 1030),
        ("60", &[("calcKey", "psPayeeSum")], 1023),
        ("60", &[process, ("paymentNo", "a b")], 1024),
        ("60", &[process, ("paymentNo", CARD)], 1024),
    ] {
        let answer = till.withdraws(&purse, amount, more).await;
        assert_eq!(code(&answer), expected, "{amount} {more:?}: {answer}");
    }
    assert_eq!(till.roubles().await, ("96.5000".to_owned(), "0.0000".to_owned()));
    assert!(till.scene.provider.payouts().await.is_empty());

    // One that bounces brings its money back, and one without a number is told without one.
    let refusal = json!({"on": "create_payout", "fault": "payout_canceled", "reason": "one_time_limit_exceeded", "next": 1});
    till.scene.provider.faults(&json!({ "rules": [refusal] })).await;
    let made = till.withdraws(&purse, "50", &[process]).await;
    let id = made["data"]["withdraw"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let bounced = till.until_withdrawn(&id, 9).await;
    assert_eq!((&bounced["stateName"], &bounced["result"]), (&json!("canceled"), &json!(0)));
    assert_eq!(bounced["paymentNo"], json!(""));
    assert_eq!(till.roubles().await.0, "96.5000");
    till.scene.is_green().await;
}
