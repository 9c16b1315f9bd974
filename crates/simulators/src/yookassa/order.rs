//! A wish for a payment, field by field, before anything is created.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::Value;

use super::fields::Fields;
use super::kopecks;
use super::methods::{Confirming, LEAST, MOST, Method, NOT_ENABLED};
use super::problem::Problem;
use super::receipt_check;
use super::state::Confirmation;

const DESCRIPTION_MAX: usize = 128;
const URL_MAX: usize = 2_048;
const CUSTOMER_MAX: usize = 200;
const METADATA_KEYS_MAX: usize = 16;
const METADATA_KEY_MAX: usize = 32;
const METADATA_VALUE_MAX: usize = 512;

/// A valid wish.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) amount: i64,
    pub(crate) description: Option<String>,
    pub(crate) captures_itself: bool,
    pub(crate) method: Option<Method>,
    pub(crate) phone: Option<String>,
    /// None where a kept method is charged without the payer.
    pub(crate) confirmation: Option<Confirmation>,
    /// The payer is asked to let the provider keep the method.
    pub(crate) keeps: bool,
    /// The kept method to charge.
    pub(crate) kept: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) customer: Option<String>,
    pub(crate) gateway: Option<String>,
    pub(crate) receipt: Option<Value>,
}

impl Order {
    /// Reads the body of POST `/payments`.
    ///
    /// # Errors
    /// Names the first parameter that is wrong, or the feature that this shop does not have.
    pub(crate) fn read(body: &Value) -> Result<Order, Problem> {
        let fields = Fields::of_body(body)?;
        refuse_features(&fields)?;
        let amount = fields.need_amount("amount")?;
        let (method, phone) = read_method(&fields)?;
        let kept = read_kept(&fields)?;
        check_limits(&fields, amount, method)?;
        if let Some(ip) = fields.text("client_ip", 64)? {
            ip.parse::<IpAddr>().map_err(|_| fields.wrong("client_ip", "An address is expected"))?;
        }
        let gateway = match fields.object("recipient")? {
            Some(recipient) => recipient.text("gateway_id", 32)?.map(str::to_owned),
            None => None,
        };
        let confirmation = match fields.object("confirmation")? {
            None if kept.is_some() => None,
            _ => Some(read_confirmation(&fields, method)?),
        };
        let by = confirmation.as_ref().map(|confirmation| confirmation.by);
        let by_push = method == Some(Method::Sberbank) && by == Some(Confirming::External);
        if phone.is_none() && (method == Some(Method::MobileBalance) || by_push) {
            return Err(fields.wrong("payment_method_data.phone", "This parameter is required"));
        }
        if let Some(receipt) = fields.object("receipt")? {
            receipt_check::check_for(&receipt, amount)?;
        }
        Ok(Order {
            amount,
            description: fields.text("description", DESCRIPTION_MAX)?.map(str::to_owned),
            captures_itself: fields.flag("capture")?.unwrap_or(false),
            method,
            phone,
            confirmation,
            keeps: fields.flag("save_payment_method")?.unwrap_or(false),
            kept,
            metadata: read_metadata(&fields)?,
            customer: fields.text("merchant_customer_id", CUSTOMER_MAX)?.map(str::to_owned),
            gateway,
            receipt: fields.value("receipt").cloned(),
        })
    }
}

/// Features that need an agreement; the live service answers the same way to a shop without one.
fn refuse_features(fields: &Fields) -> Result<(), Problem> {
    if fields.text("payment_token", 10_240)?.is_some() {
        return Err(Problem::forbidden("Payment tokens are not enabled for this shop"));
    }
    for list in ["transfers", "statements"] {
        if !fields.list(list)?.is_empty() {
            return Err(Problem::forbidden(format!("{list} are not enabled for this shop")));
        }
    }
    for object in ["deal", "airline", "payment_order", "receiver"] {
        if fields.object(object)?.is_some() {
            return Err(Problem::forbidden(format!("{object} is not enabled for this shop")));
        }
    }
    Ok(())
}

/// A method that is kept is named alone.
fn read_kept(fields: &Fields) -> Result<Option<String>, Problem> {
    let Some(kept) = fields.text("payment_method_id", 64)? else { return Ok(None) };
    if fields.value("payment_method_data").is_some() {
        return Err(fields.wrong("payment_method_id", "payment_method_data is given already"));
    }
    Ok(Some(kept.to_owned()))
}

fn read_method(fields: &Fields) -> Result<(Option<Method>, Option<String>), Problem> {
    let Some(data) = fields.object("payment_method_data")? else { return Ok((None, None)) };
    let code = data.need_text("type", 64)?;
    if NOT_ENABLED.contains(&code) {
        return Err(Problem::forbidden(format!("Payment method {code} is not enabled for this shop")));
    }
    let method = Method::parse(code).ok_or_else(|| data.wrong("type", "This payment method is not known"))?;
    if data.object("card")?.is_some() {
        return Err(Problem::forbidden("Card data may be sent by certified shops only"));
    }
    let phone = data.text("phone", 16)?.filter(|phone| !phone.is_empty());
    let is_number =
        |phone: &str| phone.len() >= 4 && phone.len() <= 15 && phone.bytes().all(|b| b.is_ascii_digit());
    if phone.is_some_and(|phone| !is_number(phone)) {
        return Err(data.wrong("phone", "A number in digits with the country code is expected"));
    }
    Ok((Some(method), phone.map(str::to_owned)))
}

fn check_limits(fields: &Fields, amount: i64, method: Option<Method>) -> Result<(), Problem> {
    let most = method.map_or(MOST, Method::most);
    if amount < LEAST || amount > most {
        let (least, most) = (kopecks::print(LEAST), kopecks::print(most));
        return Err(fields.wrong("amount.value", &format!("A sum from {least} to {most} is expected")));
    }
    Ok(())
}

fn read_confirmation(fields: &Fields, method: Option<Method>) -> Result<Confirmation, Problem> {
    let confirmation = fields.object("confirmation")?.ok_or_else(|| fields.missing("confirmation"))?;
    let by = match confirmation.need_text("type", 64)? {
        "redirect" => Confirming::Redirect,
        "qr" => Confirming::Qr,
        "external" => Confirming::External,
        kind @ ("embedded" | "mobile_application") => {
            return Err(Problem::forbidden(format!("Confirmation {kind} is not enabled for this shop")));
        }
        _ => return Err(confirmation.wrong("type", "This confirmation is not known")),
    };
    // While the payer is still to choose a method, only the hosted page can ask.
    let usable = method.map_or(&[Confirming::Redirect][..], Method::confirmed_by);
    if !usable.contains(&by) {
        return Err(confirmation.wrong("type", "This payment method cannot be confirmed this way"));
    }
    let return_url = confirmation.text("return_url", URL_MAX)?.filter(|url| !url.is_empty());
    if return_url.is_some_and(|url| !is_web_address(url)) {
        return Err(confirmation.wrong("return_url", "An absolute web address is expected"));
    }
    if return_url.is_none() && by == Confirming::Redirect {
        return Err(confirmation.missing("return_url"));
    }
    let locale = confirmation.text("locale", 5)?;
    if locale.is_some_and(|locale| !["ru_RU", "en_US"].contains(&locale)) {
        return Err(confirmation.wrong("locale", "ru_RU or en_US is expected"));
    }
    Ok(Confirmation {
        by,
        return_url: return_url.map(str::to_owned),
        locale: locale.map(str::to_owned),
        enforce: confirmation.flag("enforce")?,
    })
}

/// An address that a browser can be sent to and a header can carry.
fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(crate) fn read_metadata(fields: &Fields) -> Result<BTreeMap<String, String>, Problem> {
    let mut metadata = BTreeMap::new();
    // PHP writes an empty map as an empty list.
    if fields.value("metadata").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return Ok(metadata);
    }
    let Some(object) = fields.object("metadata")? else { return Ok(metadata) };
    for (key, value) in object.entries() {
        let value = value.as_str().ok_or_else(|| object.wrong(key, "A string is expected"))?;
        if key.chars().count() > METADATA_KEY_MAX || value.chars().count() > METADATA_VALUE_MAX {
            return Err(
                object.wrong(key, "A key of at most 32 and a value of at most 512 characters are expected")
            );
        }
        metadata.insert(key.clone(), value.to_owned());
    }
    if metadata.len() > METADATA_KEYS_MAX {
        return Err(fields.wrong("metadata", "At most 16 keys are allowed"));
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order() -> Value {
        json!({"amount": {"value": "100.00", "currency": "RUB"},
               "payment_method_data": {"type": "bank_card"},
               "confirmation": {"type": "redirect", "return_url": "https://shop.example/back"}})
    }

    fn with(change: impl FnOnce(&mut Value)) -> Result<Order, Problem> {
        let mut body = order();
        change(&mut body);
        Order::read(&body)
    }

    fn blamed(change: impl FnOnce(&mut Value)) -> String {
        with(change).unwrap_err().parameter().unwrap_or("(none)").to_owned()
    }

    #[test]
    fn the_least_order_is_a_hold() {
        let order = with(|_| {}).unwrap();
        assert_eq!((order.amount, order.captures_itself), (10_000, false));
    }

    #[test]
    fn what_the_toolkits_add_is_tolerated() {
        let order = with(|body| {
            body["transfers"] = json!([]);
            body["statements"] = json!([]);
            body["metadata"] = json!({"cms_name": "yookassa_sdk_python"});
            body["save_payment_method"] = json!(false);
            body["receipt"] = Value::Null;
        });
        assert_eq!(order.unwrap().metadata.len(), 1);
        assert!(with(|body| body["metadata"] = json!([])).is_ok());
    }

    #[test]
    fn sums_keep_to_the_limits_of_their_method() {
        for (value, method, good) in [
            ("1.00", "bank_card", true),
            ("0.99", "bank_card", false),
            ("350000.00", "bank_card", true),
            ("350000.01", "bank_card", false),
            ("350000.01", "sbp", true),
        ] {
            let result = with(|body| {
                body["amount"]["value"] = json!(value);
                body["payment_method_data"]["type"] = json!(method);
            });
            assert_eq!(result.is_ok(), good, "{value} by {method}");
        }
        assert_eq!(blamed(|body| body["amount"]["value"] = json!("0.99")), "amount.value");
    }

    #[test]
    fn each_method_is_confirmed_in_its_own_ways() {
        for method in Method::ALL {
            for kind in [Confirming::Redirect, Confirming::Qr, Confirming::External] {
                let result = with(|body| {
                    body["payment_method_data"] = json!({"type": method.code(), "phone": "79000000000"});
                    body["confirmation"]["type"] = json!(kind.code());
                });
                assert_eq!(result.is_ok(), method.confirmed_by().contains(&kind), "{method:?} {kind:?}");
            }
        }
    }

    #[test]
    fn without_a_method_only_the_hosted_page_can_ask() {
        let open = |kind: &str| {
            with(|body| {
                body["payment_method_data"] = Value::Null;
                body["confirmation"]["type"] = json!(kind);
            })
        };
        assert!(open("redirect").is_ok());
        assert_eq!(open("qr").unwrap_err().parameter(), Some("confirmation.type"));
    }

    #[test]
    fn a_phone_is_needed_where_the_payer_confirms_on_one() {
        for method in ["mobile_balance", "sberbank"] {
            let blamed = blamed(|body| {
                body["payment_method_data"] = json!({"type": method});
                body["confirmation"] = json!({"type": "external"});
            });
            assert_eq!(blamed, "payment_method_data.phone");
        }
    }

    #[test]
    fn each_wrong_field_is_named() {
        assert_eq!(blamed(|body| body["description"] = json!("x".repeat(129))), "description");
        assert_eq!(blamed(|body| body["client_ip"] = json!("somewhere")), "client_ip");
        assert_eq!(blamed(|body| body["capture"] = json!("yes")), "capture");
        assert_eq!(blamed(|body| body["metadata"] = json!({"a": 1})), "metadata.a");
        assert_eq!(blamed(|body| body["metadata"] = json!({"a": "x".repeat(513)})), "metadata.a");
        assert_eq!(
            blamed(|body| body["confirmation"] = json!({"type": "redirect"})),
            "confirmation.return_url"
        );
        for url in ["/back", "javascript:alert(1)", "https://", "http:///x", "https://a\r\nb"] {
            assert_eq!(
                blamed(|body| body["confirmation"]["return_url"] = json!(url)),
                "confirmation.return_url"
            );
        }
        assert_eq!(
            blamed(|body| body["payment_method_data"]["type"] = json!("tulips")),
            "payment_method_data.type"
        );
        let many: serde_json::Map<_, _> = (0..17).map(|n| (format!("k{n}"), json!("v"))).collect();
        assert_eq!(blamed(|body| body["metadata"] = Value::Object(many)), "metadata");
    }

    #[test]
    fn features_without_an_agreement_are_forbidden_and_blame_no_field() {
        assert_eq!(blamed(|body| body["payment_token"] = json!("pm")), "(none)");
        assert_eq!(blamed(|body| body["transfers"] = json!([{}])), "(none)");
        assert_eq!(blamed(|body| body["confirmation"]["type"] = json!("embedded")), "(none)");
        assert_eq!(blamed(|body| body["payment_method_data"]["card"] = json!({"number": "5"})), "(none)");
    }
}
