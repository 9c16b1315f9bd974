//! Invoices that a program lists, and their money that it gives back.

use serde_json::{Value, json};
use testkit::waiting::wait_until;

use super::till::{CHECKOUT, OTHER, Till, code};
use crate::scene::SOON;

impl Till {
    /// The numbers of the checkout's own on the list with these filters, sorted.
    async fn listed(&self, filters: &str) -> Vec<String> {
        let all = self.gets(&format!("co-invoice?{filters}")).await;
        let all = all.as_object().unwrap();
        assert!(all.iter().all(|(id, invoice)| invoice["id"] == *id));
        let mut numbers: Vec<_> =
            all.values().map(|invoice| invoice["paymentNo"].as_str().unwrap().to_owned()).collect();
        numbers.sort_unstable();
        numbers
    }

    async fn refunds(&self, invoice: &str, amount: &str, more: &[(&str, &str)]) -> Value {
        self.posts("refund", &[&[("id", invoice), ("amount", amount)], more].concat()).await
    }
}

#[tokio::test]
async fn a_program_lists_its_invoices_and_looks_at_one() {
    let till = Till::open().await;
    assert_eq!(till.gets("co-invoice").await, json!({}));
    let paid = till.pays("A-1", "100.00").await;
    let rehearsed = till.rehearses("A-2", "50").await;
    let (_, _page) = till.opens(&[("ik_pm_no", "A-3"), ("ik_am", "7,50")]).await;

    let one = till.gets(&format!("co-invoice/{paid}/")).await;
    let purse = till.purse_of("RUB").await;
    for (name, value) in [
        ("id", json!(paid)),
        ("coId", json!(CHECKOUT)),
        ("purseId", json!(purse)),
        ("paymentNo", json!("A-1")),
        ("paywayAlias", json!("card_kassa_merchant_rub")),
        ("state", json!(7)),
        ("stateName", json!("success")),
        ("coAmount", json!(100)),
        ("coRefund", json!(96.5)),
        ("psPrice", json!(100)),
        ("currency", json!("RUB")),
        ("description", json!("Tea")),
    ] {
        assert_eq!(one[name], value, "{name} of {one}");
    }
    // What the shop was told has the same number.
    let told = till.scene.shop.wait_for("/interaction", 2, SOON).await;
    let numbers: Vec<_> = told.iter().map(|notice| notice.field("ik_inv_id").unwrap().to_owned()).collect();
    assert!(numbers.contains(&paid) && numbers.contains(&rehearsed), "{numbers:?}");
    assert!(told.iter().all(|notice| notice.field("ik_co_prs_id") == Some(&purse)));

    assert_eq!(till.listed("").await, ["A-1", "A-2", "A-3"]);
    assert_eq!(till.listed(&format!("checkoutId={CHECKOUT}&purseId={purse}")).await, ["A-1", "A-2", "A-3"]);
    assert_eq!(till.listed(&format!("checkoutId={OTHER}")).await, [] as [&str; 0]);
    assert_eq!(till.listed(&format!("purseId={}", till.purse_of("UAH").await)).await, [] as [&str; 0]);
    let payway = one["paywayId"].as_str().unwrap();
    for by in [payway, "card_kassa_merchant_rub"] {
        assert_eq!(till.listed(&format!("paywayId={by}")).await, ["A-1"], "{by}");
    }
    assert_eq!(till.listed("paywayId=test_interkassa_test_xts").await, ["A-2"]);
    for none in ["paywayId=webmoney_merchant_wmz", "paywayId=card_kassa_merchant_uah", "paymentNo=A"] {
        assert_eq!(till.listed(none).await, [] as [&str; 0], "{none}");
    }
    let created = one["created"].as_str().unwrap().replace(' ', "+");
    assert!(till.listed(&format!("fromDate={created}")).await.contains(&"A-1".to_owned()));
    assert!(
        till.listed(&format!("fromDate={created}&toDate=2099-01-01+00:00:00"))
            .await
            .contains(&"A-1".to_owned())
    );
    for dates in ["toDate=2020-01-01", "fromDate=2099-01-01+00:00:00"] {
        assert_eq!(till.listed(dates).await, [] as [&str; 0], "{dates}");
    }
    let open = till.gets("co-invoice?paymentNo=A-3").await;
    let open = open.as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(
        (&open["state"], &open["paywayId"], &open["processed"]),
        (&json!(0), &Value::Null, &Value::Null)
    );
    assert_eq!(open["coAmount"], json!(7.5));
    till.scene.is_green().await;
}

#[tokio::test]
async fn money_goes_back_once_for_each_number_and_a_rehearsals_number_means_no_sale() {
    let till = Till::open().await;
    let paid = till.pays("B-1", "100.00").await;
    let rehearsed = till.rehearses("B-2", "50.00").await;
    assert_ne!(paid, rehearsed);
    assert_eq!(till.roubles().await, ("0.0000".to_owned(), "96.5000".to_owned()));

    let first = till.refunds(&paid, "40", &[("merchantOrderId", "R-1"), ("description", "one cup")]).await;
    assert_eq!((code(&first), &first["data"]["@resultCode"]), (0, &json!(0)), "{first}");
    let refund = &first["data"]["refund"];
    assert_eq!((&refund["invoiceId"], &refund["amount"]), (&json!(paid), &json!(40)));
    assert_eq!((&refund["merchantOrderId"], &refund["state"]), (&json!("R-1"), &json!(7)));
    let again = till.refunds(&paid, "40.00", &[("merchantOrderId", "R-1")]).await;
    assert_eq!(again["data"]["refund"]["id"], refund["id"], "the first answer may have been lost");
    for (invoice, amount) in [(&paid, "41"), (&rehearsed, "40")] {
        let other = till.refunds(invoice, amount, &[("merchantOrderId", "R-1")]).await;
        let taken = if *invoice == paid { 1412 } else { 0 };
        assert_eq!(code(&other), taken, "a rehearsal's refunds are numbered for themselves: {other}");
    }
    let too_much = till.refunds(&paid, "60.01", &[]).await;
    assert_eq!(code(&too_much), 1414);
    assert!(too_much["message"].as_str().unwrap().contains("60.00 RUB"), "{too_much}");
    for (fields, expected) in [
        (&[("id", paid.as_str())][..], 1021),
        (&[("id", paid.as_str()), ("amount", "")], 1022),
        (&[("id", paid.as_str()), ("amount", "-5")], 1024),
        (&[("id", paid.as_str()), ("amount", "1.001")], 1024),
        (&[("id", "x"), ("amount", "1")], 1024),
        (&[("id", paid.as_str()), ("amount", "1"), ("merchantOrderId", "a b")], 1024),
        (&[("id", "123456789"), ("amount", "1")], 404),
    ] {
        let body: Vec<(&str, &str)> = fields.to_vec();
        let answer = match expected {
            404 => till.tries("refund", &body).await.1,
            _ => till.posts("refund", &body).await,
        };
        assert_eq!(code(&answer), expected, "{body:?}");
    }
    let open = till.opens(&[("ik_pm_no", "B-3"), ("ik_am", "5")]).await;
    drop(open);
    let unpaid = till.until_invoice("B-3", 0).await;
    assert_eq!(code(&till.refunds(&unpaid, "5", &[]).await), 1026);

    let rest = till.refunds(&paid, "60", &[]).await;
    assert!(matches!(rest["data"]["refund"]["state"].as_u64(), Some(4 | 6)), "{rest}");
    till.until_invoice("B-1", 6).await;
    assert_eq!(wait_for_refunds(&till).await, 2, "at the provider, where no rehearsal is heard of");
    assert_eq!(till.roubles().await, ("0.0000".to_owned(), "0.0000".to_owned()));
    till.scene.is_green().await;
}

async fn wait_for_refunds(till: &Till) -> usize {
    wait_until("two refunds", SOON, || async {
        Some(till.scene.provider.refunds().await.len()).filter(|count| *count >= 2)
    })
    .await
}
