//! Payments, refunds and receipts as the API shows them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::kopecks::amount;
use super::methods::{Confirming, Method};
use super::state::{About, Cancellation, Payment, Receipt, Refund, Status};

/// A moment as the provider writes it: UTC with milliseconds.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The whole payment object.
pub(crate) fn payment(payment: &Payment, public_url: &str) -> Value {
    let paid = matches!(payment.status, Status::WaitingForCapture | Status::Succeeded);
    let refundable = payment.status == Status::Succeeded
        && payment.refunded.saturating_add(payment.refunding) < payment.amount;
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("id", json!(payment.id));
    put("status", json!(payment.status.code()));
    put("amount", amount(payment.amount));
    put("recipient", json!({"account_id": payment.shop, "gateway_id": payment.gateway}));
    put("created_at", json!(moment(payment.created_at)));
    put("test", json!(payment.test));
    put("paid", json!(paid));
    put("refundable", json!(refundable));
    put("metadata", json!(payment.metadata));
    if let Some(income) = payment.income {
        put("income_amount", amount(income));
        put("refunded_amount", amount(payment.refunded));
    }
    if let Some(description) = &payment.description {
        put("description", json!(description));
    }
    if let Some(method) = payment.method {
        put("payment_method", payment_method(payment, method));
    }
    if let Some(at) = payment.captured_at {
        put("captured_at", json!(moment(at)));
    }
    if let Some(at) = payment.expires_at {
        put("expires_at", json!(moment(at)));
    }
    if payment.status == Status::Pending {
        put("confirmation", confirmation(payment, public_url));
    }
    if let Some(status) = payment.receipt_status {
        put("receipt_registration", json!(status.code()));
    }
    if let Some(customer) = &payment.customer {
        put("merchant_customer_id", json!(customer));
    }
    if let Some(details) = &payment.cancellation {
        put("cancellation_details", cancellation(details));
    }
    if let (Some(Method::BankCard), Some(rrn)) = (payment.method, &payment.bank_reference) {
        let code: String = rrn.chars().take(6).collect();
        put(
            "authorization_details",
            json!({"rrn": rrn, "auth_code": code, "three_d_secure": {"applied": true}}),
        );
    }
    Value::Object(object)
}

fn payment_method(payment: &Payment, method: Method) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("type", json!(method.code()));
    put("id", json!(payment.method_id));
    put("saved", json!(payment.is_kept));
    put("status", json!(if payment.is_kept { "active" } else { "inactive" }));
    if let Some(phone) = &payment.phone {
        put("phone", json!(phone));
    }
    let Some(reference) = &payment.bank_reference else { return Value::Object(object) };
    match method {
        Method::BankCard => {
            put("title", json!("Bank card *4477"));
            put(
                "card",
                json!({"first6": "555555", "last4": "4477", "expiry_year": "2030", "expiry_month": "12",
                       "card_type": "MasterCard", "issuer_country": "RU", "issuer_name": "Simulated bank"}),
            );
        }
        Method::YooMoney => {
            put("title", json!("YooMoney wallet"));
            put("account_number", json!(format!("4100{reference}")));
        }
        Method::Sbp => {
            put("sbp_operation_id", json!(format!("A{reference}SIMULATED00000000000000")));
            put("payer_bank_details", json!({"bank_id": "100000000111", "bic": "044525225"}));
        }
        Method::Sberbank | Method::TinkoffBank | Method::MobileBalance | Method::Cash => {}
    }
    Value::Object(object)
}

fn confirmation(payment: &Payment, public_url: &str) -> Value {
    let page = format!("{public_url}/pay/{}", payment.id);
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("type", json!(payment.confirmation.by.code()));
    match payment.confirmation.by {
        Confirming::Redirect => {
            put("confirmation_url", json!(page));
            if let Some(enforce) = payment.confirmation.enforce {
                put("enforce", json!(enforce));
            }
        }
        Confirming::Qr => {
            put("confirmation_data", json!(page));
        }
        Confirming::External => {}
    }
    if let Some(url) = &payment.confirmation.return_url {
        put("return_url", json!(url));
    }
    Value::Object(object)
}

fn cancellation(details: &Cancellation) -> Value {
    json!({"party": details.party, "reason": details.reason})
}

/// The whole refund object.
pub(crate) fn refund(refund: &Refund) -> Value {
    let mut object = json!({
        "id": refund.id,
        "payment_id": refund.payment,
        "status": refund.status.code(),
        "created_at": moment(refund.created_at),
        "amount": amount(refund.amount),
    });
    if let Some(map) = object.as_object_mut() {
        if let Some(description) = &refund.description {
            map.insert("description".to_owned(), json!(description));
        }
        if let Some(status) = refund.receipt_status {
            map.insert("receipt_registration".to_owned(), json!(status.code()));
        }
        if let Some(details) = &refund.cancellation {
            map.insert("cancellation_details".to_owned(), cancellation(details));
        }
    }
    object
}

/// The whole receipt object.
pub(crate) fn receipt(receipt: &Receipt) -> Value {
    let (kind, name, about) = match &receipt.about {
        About::Payment(id) => ("payment", "payment_id", id),
        About::Refund(id) => ("refund", "refund_id", id),
    };
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("id", json!(receipt.id));
    put("type", json!(kind));
    put(name, json!(about));
    put("status", json!(receipt.status.code()));
    for copied in ["items", "settlements", "tax_system_code", "internet", "timezone", "on_behalf_of"] {
        if let Some(value) = receipt.content.get(copied).filter(|value| !value.is_null()) {
            put(copied, value.clone());
        }
    }
    if let (Some(at), Some(number)) = (receipt.registered_at, &receipt.fiscal_number) {
        put("registered_at", json!(moment(at)));
        put("fiscal_document_number", json!(number));
        put("fiscal_storage_number", json!("9999078900000001"));
        put("fiscal_attribute", json!(number.chars().rev().collect::<String>()));
        put("fiscal_provider_id", json!(receipt.id));
    }
    Value::Object(object)
}
