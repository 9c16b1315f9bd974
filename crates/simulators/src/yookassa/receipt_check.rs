//! Whether a fiscal receipt is one the provider would take.

use serde_json::Value;

use super::fields::Fields;
use super::problem::Problem;

/// Lines in a receipt that comes with a payment, capture or refund.
pub(crate) const INLINE_LINES_MAX: usize = 100;

/// Lines in a receipt sent on its own.
pub(crate) const STANDALONE_LINES_MAX: usize = 80;

/// Quantities have at most three decimals.
const QUANTITY_PARTS: i128 = 1_000;

const PAYMENT_MODES: [&str; 7] = [
    "full_prepayment",
    "partial_prepayment",
    "advance",
    "full_payment",
    "partial_payment",
    "credit",
    "credit_payment",
];

/// Checks customer, tax system and lines.
///
/// # Errors
/// Names the first field that is wrong.
pub(crate) fn check(receipt: &Fields, lines_max: usize) -> Result<i64, Problem> {
    check_customer(receipt)?;
    receipt.number("tax_system_code", 1, 6)?;
    receipt.number("timezone", 1, 11)?;
    receipt.flag("internet")?;
    let items = receipt.list("items")?;
    if items.is_empty() {
        return Err(receipt.missing("items"));
    }
    if items.len() > lines_max {
        return Err(receipt.wrong("items", &format!("At most {lines_max} lines are allowed")));
    }
    let mut total: i64 = 0;
    for (place, item) in items.iter().enumerate() {
        let item = Fields::of(item, receipt.name(&format!("items[{place}]")))?;
        let sum = check_item(&item)?;
        total = total.checked_add(sum).ok_or_else(|| receipt.wrong("items", "The total is too large"))?;
    }
    Ok(total)
}

/// Checks a receipt whose lines must add up to this many kopecks.
///
/// # Errors
/// Names the first field that is wrong, or the receipt itself if only the total is.
pub(crate) fn check_for(receipt: &Fields, amount: i64) -> Result<(), Problem> {
    if check(receipt, INLINE_LINES_MAX)? != amount {
        return Err(Problem::invalid("receipt", "Receipt total differs from the amount"));
    }
    Ok(())
}

fn check_customer(receipt: &Fields) -> Result<(), Problem> {
    let customer = receipt.object("customer")?.ok_or_else(|| receipt.missing("customer"))?;
    customer.text("full_name", 256)?;
    customer.text("inn", 12)?;
    let email = customer.text("email", 254)?.filter(|text| !text.is_empty());
    let phone = customer.text("phone", 32)?.filter(|text| !text.is_empty());
    if email.is_some_and(|email| !email.contains('@')) {
        return Err(customer.wrong("email", "An e-mail address is expected"));
    }
    if phone.is_some_and(|phone| phone.trim_start_matches('+').bytes().any(|byte| !byte.is_ascii_digit())) {
        return Err(customer.wrong("phone", "A phone number in digits is expected"));
    }
    if email.is_none() && phone.is_none() {
        return Err(receipt.wrong("customer", "An e-mail or a phone is required"));
    }
    Ok(())
}

/// The sum of one line in kopecks: price times quantity, half-up.
fn check_item(item: &Fields) -> Result<i64, Problem> {
    item.need_text("description", 128)?;
    let quantity = item.value("quantity").ok_or_else(|| item.missing("quantity"))?;
    let quantity = thousandths(quantity).ok_or_else(|| {
        item.wrong("quantity", "A number above zero with at most three decimals is expected")
    })?;
    let price = item.amount("amount")?.ok_or_else(|| item.missing("amount"))?;
    item.number("vat_code", 1, 12)?.ok_or_else(|| item.missing("vat_code"))?;
    if item.text("payment_mode", 32)?.is_some_and(|mode| !PAYMENT_MODES.contains(&mode)) {
        return Err(item.wrong("payment_mode", "This payment mode is not known"));
    }
    item.text("payment_subject", 64)?;
    item.text("measure", 32)?;
    let product = i128::from(price).checked_mul(quantity).unwrap_or(i128::MAX);
    let half_up = product.saturating_add(QUANTITY_PARTS / 2) / QUANTITY_PARTS;
    i64::try_from(half_up).map_err(|_| item.wrong("amount", "The sum is too large"))
}

/// A quantity in thousandths. It is read from its text, so no digit passes through a float.
fn thousandths(quantity: &Value) -> Option<i128> {
    let text = match quantity {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let part = part.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let parts: i128 = format!("{whole}{part:0<3}").parse().ok()?;
    (parts > 0).then_some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn receipt(items: Value) -> Value {
        json!({"customer": {"email": "buyer@example.com"}, "items": items})
    }

    fn item(price: &str, quantity: Value) -> Value {
        json!({"description": "Tea", "quantity": quantity, "vat_code": 1,
               "amount": {"value": price, "currency": "RUB"},
               "payment_mode": "full_payment", "payment_subject": "commodity"})
    }

    fn judged(receipt: &Value, amount: i64) -> Result<(), Problem> {
        check_for(&Fields::of(receipt, "receipt".to_owned()).unwrap(), amount)
    }

    fn blamed(receipt: &Value) -> String {
        judged(receipt, 100).unwrap_err().parameter().unwrap_or("").to_owned()
    }

    #[test]
    fn lines_that_add_up_are_accepted_whatever_form_the_quantity_has() {
        let good = receipt(json!([
            item("10.00", json!(2)),
            item("5.00", json!("1.5")),
            item("1.00", json!("3.000"))
        ]));
        assert_eq!(judged(&good, 2_000 + 750 + 300), Ok(()));
        let number = receipt(json!([item("10.00", json!(1.5))]));
        assert_eq!(judged(&number, 1_500), Ok(()));
    }

    #[test]
    fn a_wrong_total_blames_the_receipt() {
        assert_eq!(blamed(&receipt(json!([item("10.00", json!(1))]))), "receipt");
    }

    #[test]
    fn each_wrong_field_is_named() {
        assert_eq!(blamed(&receipt(json!([]))), "receipt.items");
        assert_eq!(blamed(&json!({"items": [item("1.00", json!(1))]})), "receipt.customer");
        assert_eq!(blamed(&json!({"customer": {"inn": "7700000000"}, "items": []})), "receipt.customer");
        for quantity in [json!(0), json!(-1), json!("1,5"), json!("1.0005"), json!(true), json!("")] {
            assert_eq!(blamed(&receipt(json!([item("1.00", quantity)]))), "receipt.items[0].quantity");
        }
        let mut bad = item("1.00", json!(1));
        bad["vat_code"] = json!(13);
        assert_eq!(blamed(&receipt(json!([item("1.00", json!(1)), bad]))), "receipt.items[1].vat_code");
        let many: Vec<Value> = (0..101).map(|_| item("1.00", json!(1))).collect();
        assert_eq!(blamed(&receipt(Value::Array(many))), "receipt.items");
    }

    proptest! {
        #[test]
        fn whole_quantities_multiply_exactly(price in 0..1_000_000_i64, quantity in 1..1_000_i64) {
            let text = super::super::kopecks::print(price);
            let receipt = receipt(json!([item(&text, json!(quantity))]));
            prop_assert_eq!(judged(&receipt, price * quantity), Ok(()));
        }

        #[test]
        fn no_text_of_a_quantity_panics(text in ".*") {
            let _ = thousandths(&json!(text));
        }
    }
}
