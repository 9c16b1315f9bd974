//! The JSON answers of the payment page: one envelope, four kinds of data, always with status 200.

use domain::sellers::Verb;
use money::Money;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use wire::http::HttpReply;

use super::FORM_PAYMENT;
use super::errors::{Refused, is_plain};
use super::views::{Direction, Number, Offer, PaywayView, number};
use crate::robokassa::xml::escaped;

/// The only text of a success: one client compares it.
const SUCCESS: &str = "Success";

/// Where a payer is sent, with what. Shops' scripts write all of it into a form without escaping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentForm {
    action: String,
    verb: Verb,
    parameters: Vec<(String, String)>,
}

impl PaymentForm {
    /// A form with this address and these fields; `None` if one of them has a quote, an angle bracket or an
    /// ampersand in it, which would break the shop's page.
    pub fn new(action: &str, verb: Verb, parameters: Vec<(String, String)>) -> Option<PaymentForm> {
        let texts = parameters.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        let all_plain = texts.chain([action]).all(|text| text.chars().all(is_plain));
        all_plain.then(|| PaymentForm { action: action.to_owned(), verb, parameters })
    }
}

/// A form that the shop's page shows because the payer must tell something first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InternalForm<'a> {
    /// The absolute address of the payment page.
    pub action: &'a str,
    /// The payment's public identifier.
    pub payment: &'a str,
    /// The request's own fields, to be wrapped so that the shop's script can take some out.
    pub wrapped: &'a [(&'a str, &'a str)],
    /// What the payer must tell.
    pub inputs: &'a [Input<'a>],
}

/// One thing that a payer must tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Input<'a> {
    /// The field's name, which is its identifier too: scripts look for `#phone`.
    pub name: &'a str,
    /// The kind of field: `tel`, `text`.
    pub kind: &'a str,
    /// What it is, in the payer's language.
    pub title: &'a str,
    /// The words on the button, in the payer's language.
    pub button: &'a str,
}

/// The price of a payway for an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// What the checkout asks for.
    pub amount: Money,
    /// What the buyer pays.
    pub price: Money,
}

/// The data of a success.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer<'a> {
    /// The payways that can be chosen.
    Payways(&'a [Offer]),
    /// What one of them costs.
    Price(Price),
    /// Where to send the payer.
    Form(&'a PaymentForm),
    /// What to ask the payer first.
    Internal(&'a InternalForm<'a>),
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    #[serde(rename = "resultCode")]
    code: u16,
    #[serde(rename = "resultMsg")]
    message: &'a str,
    #[serde(rename = "resultData")]
    data: T,
}

#[derive(Serialize)]
enum Data {
    #[serde(rename = "paywaySet")]
    Payways(Vec<PaywayView>),
    #[serde(rename = "invoice")]
    Price(PriceView),
    #[serde(rename = "paymentForm")]
    Form(FormView),
    #[serde(rename = "internalForm")]
    Internal(String),
}

#[derive(Serialize)]
struct PriceView {
    #[serde(rename = "coAmount")]
    amount: Number,
    #[serde(rename = "psPrice")]
    price: Number,
    // A mobile client reads it: both sides are in one currency here.
    #[serde(rename = "ikExchRate")]
    rate: u8,
}

#[derive(Serialize)]
struct FormView {
    action: String,
    method: &'static str,
    #[serde(serialize_with = "as_object")]
    parameters: Vec<(String, String)>,
}

fn as_object<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

/// The answer to a request that succeeded.
pub fn success(answer: &Answer<'_>) -> HttpReply {
    let data = match answer {
        Answer::Payways(offers) => {
            Data::Payways(offers.iter().map(|offer| PaywayView::of(offer, Direction::In, None)).collect())
        }
        Answer::Price(price) => {
            Data::Price(PriceView { amount: number(price.amount), price: number(price.price), rate: 1 })
        }
        Answer::Form(form) => Data::Form(FormView {
            action: form.action.clone(),
            method: match form.verb {
                Verb::Get => "get",
                Verb::Post => "post",
            },
            parameters: form.parameters.clone(),
        }),
        Answer::Internal(form) => Data::Internal(html(form)),
    };
    reply(&Envelope { code: 0, message: SUCCESS, data })
}

/// The answer to a request that was refused. Its status is 200 as well, and its data is an object.
pub fn refusal(refused: &Refused) -> HttpReply {
    let nothing = RawValue::from_string("{}".to_owned()).ok();
    reply(&Envelope { code: refused.code.number(), message: &refused.message(), data: nothing })
}

fn reply(envelope: &impl Serialize) -> HttpReply {
    // Texts, integers and numbers written from decimals always serialise.
    HttpReply::json(200, serde_json::to_string(envelope).unwrap_or_default())
}

fn html(form: &InternalForm<'_>) -> String {
    let hidden = |name: &str, value: &str| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value))
    };
    let wrapped: String =
        form.wrapped.iter().map(|(name, value)| hidden(&format!("sci[{name}]"), value)).collect();
    let inputs: String = form
        .inputs
        .iter()
        .map(|input| {
            let (name, kind, title) = (escaped(input.name), escaped(input.kind), escaped(input.title));
            format!("<label for=\"{name}\">{title}</label><input type=\"{kind}\" id=\"{name}\" name=\"{name}\" required>")
        })
        .collect();
    let button = form.inputs.first().map(|input| input.button).unwrap_or_default();
    format!(
        "<form id=\"internalForm\" method=\"post\" action=\"{}\">{wrapped}{}{inputs}<button type=\"submit\">{}</button></form>",
        escaped(form.action),
        hidden(FORM_PAYMENT, form.payment),
        escaped(button)
    )
}

#[cfg(test)]
mod tests {
    use domain::methods::Method;
    use money::currency::Currency;

    use super::super::errors::Code;
    use super::super::payways::Payway;
    use super::*;

    fn body(reply: &HttpReply) -> String {
        assert_eq!((reply.status, reply.headers.get("content-type")), (200, Some("application/json")));
        String::from_utf8(reply.body.clone()).unwrap()
    }

    const fn uah(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Uah)
    }

    #[test]
    fn a_price_and_a_form_are_written_as_documented() {
        let price = Answer::Price(Price { amount: uah(10_000), price: uah(10_350) });
        assert_eq!(
            body(&success(&price)),
            "{\"resultCode\":0,\"resultMsg\":\"Success\",\"resultData\":{\"invoice\":\
             {\"coAmount\":100,\"psPrice\":103.5,\"ikExchRate\":1}}}"
        );
        let parameters = vec![("token".to_owned(), "abc".to_owned())];
        let form = PaymentForm::new("https://pay.example/i/123", Verb::Post, parameters).unwrap();
        assert_eq!(
            body(&success(&Answer::Form(&form))),
            "{\"resultCode\":0,\"resultMsg\":\"Success\",\"resultData\":{\"paymentForm\":\
             {\"action\":\"https://pay.example/i/123\",\"method\":\"post\",\"parameters\":{\"token\":\"abc\"}}}}"
        );
        let empty = PaymentForm::new("https://pay.example/i/123", Verb::Get, Vec::new()).unwrap();
        assert!(body(&success(&Answer::Form(&empty))).contains("\"method\":\"get\",\"parameters\":{}"));
    }

    #[test]
    fn what_would_break_a_shops_page_is_no_form() {
        for action in ["https://pay.example/?a=1&b=2", "https://pay.example/'", "https://pay.example/\"<b>"] {
            assert_eq!(PaymentForm::new(action, Verb::Get, Vec::new()), None, "{action}");
        }
        let broken = vec![("a".to_owned(), "it's".to_owned())];
        assert_eq!(PaymentForm::new("https://pay.example/", Verb::Get, broken), None);
    }

    #[test]
    fn a_payway_has_every_member_that_clients_read() {
        let offer = Offer {
            payway: Payway::Real { method: Method::BankCard, currency: Currency::Uah },
            least: Some(uah(100)),
            most: None,
            fee: None,
        };
        let written = body(&success(&Answer::Payways(&[offer])));
        let id = Payway::Real { method: Method::BankCard, currency: Currency::Uah }.id();
        assert_eq!(
            written,
            format!(
                "{{\"resultCode\":0,\"resultMsg\":\"Success\",\"resultData\":{{\"paywaySet\":[{{\"_id\":\"{id}\",\"id\":\"{id}\",\
                 \"als\":\"card_kassa_merchant_uah\",\"ser\":\"card\",\"srv\":\"merchant\",\"ps\":\"kassa\",\"curAls\":\"uah\",\
                 \"name\":[{{\"l\":\"en\",\"v\":\"Bank card\"}},{{\"l\":\"ru\",\"v\":\"Банковская карта\"}}],\"amn\":{{\"min\":1}}}}]}}}}"
            )
        );
        assert!(body(&success(&Answer::Payways(&[]))).ends_with("{\"paywaySet\":[]}}"));
    }

    #[test]
    fn a_refusal_has_its_code_its_text_and_an_empty_object() {
        let refused = Refused::because_of("ik_am", Code::NotSet, "the field is needed");
        assert_eq!(
            body(&refusal(&refused)),
            "{\"resultCode\":1021,\"resultMsg\":\"the parameter is not set: ik_am (the field is needed)\",\"resultData\":{}}"
        );
    }

    #[test]
    fn a_form_to_be_filled_in_wraps_the_request_and_escapes_everything() {
        let input = Input { name: "phone", kind: "tel", title: "Phone <mobile>", button: "Pay" };
        let form = InternalForm {
            action: "https://pay.example/sci",
            payment: "pay_x",
            wrapped: &[("ik_int", "json"), ("ik_desc", "a\"b")],
            inputs: &[input],
        };
        let html = html(&form);
        assert!(
            html.starts_with("<form id=\"internalForm\" method=\"post\" action=\"https://pay.example/sci\">"),
            "{html}"
        );
        for part in [
            "name=\"sci[ik_int]\" value=\"json\"",
            "value=\"a&quot;b\"",
            "name=\"kassa_payment\" value=\"pay_x\"",
            "<input type=\"tel\" id=\"phone\" name=\"phone\" required>",
            "Phone &lt;mobile&gt;",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(
            body(&success(&Answer::Internal(&form)))
                .contains("\"internalForm\":\"<form id=\\\"internalForm\\\"")
        );
    }
}
