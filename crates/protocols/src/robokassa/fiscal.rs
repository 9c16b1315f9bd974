//! Second receipts (RoboFiscal): a shop attaches one to a paid order and asks where it stands (protocol, section 16).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use domain::receipts::Receipt;
use money::currency::Currency;
use serde::Deserialize;
use serde_json::value::RawValue;
use wire::http::HttpRequest;

use super::keys::ShopKeys;
use super::receipt::{read_receipt, text_of};
use super::sums::{read_number, read_sum};

/// Padding or none: clients differ.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
/// How long a receipt's own number may be, in characters.
const NAME_CHARS_MAX: usize = 64;

/// What of the service is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FiscalCall {
    /// A second receipt of a paid order.
    Attach,
    /// The receipt of an order that was paid without one.
    Register,
    /// Where such a receipt stands.
    Status,
}

/// The codes that clients know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FiscalCode {
    /// It is taken.
    Ok,
    /// It waits for its registration.
    Waiting,
    /// It cannot be registered, for this reason.
    Refused(&'static str),
    /// Something is wrong on our side.
    Internal,
    /// The signature is wrong, or there is nothing that could be signed.
    WrongSignature,
}

impl FiscalCode {
    /// The number in the reply.
    pub const fn number(self) -> u16 {
        match self {
            FiscalCode::Ok => 0,
            FiscalCode::Waiting => 1,
            FiscalCode::Refused(_) => 3,
            FiscalCode::Internal => 1_000,
            FiscalCode::WrongSignature => 1_001,
        }
    }

    const fn description(self) -> &'static str {
        match self {
            FiscalCode::Ok => "ok",
            FiscalCode::Waiting => "Waiting for registration",
            FiscalCode::Refused(why) => why,
            FiscalCode::Internal => "Internal error",
            FiscalCode::WrongSignature => "Wrong signature",
        }
    }
}

/// The two segments of a body, with the JSON that the first one carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Envelope {
    signed: String,
    signature: String,
    json: String,
    login: String,
}

/// What every request of the service says.
#[derive(Deserialize)]
struct Whose {
    #[serde(rename = "merchantId")]
    merchant: String,
}

/// What the service asks for of a receipt, besides its items.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    origin_id: Option<&'a RawValue>,
    operation: Option<String>,
    #[serde(borrow)]
    total: Option<&'a RawValue>,
    client: Option<Client>,
}

#[derive(Deserialize)]
struct Client {
    email: Option<String>,
    phone: Option<String>,
}

/// A receipt that a shop has signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecondReceipt {
    /// The shop's own number of it.
    pub name: String,
    /// The number of the order that was paid.
    pub order: i64,
    /// What it says.
    pub receipt: Receipt,
    /// Where the buyer gets it.
    pub email: Option<String>,
    /// Where else.
    pub phone: Option<String>,
}

impl Envelope {
    /// Takes a body apart: `A.B`, both in base64 of either alphabet, with or without padding. Content types
    /// differ between clients and say nothing.
    ///
    /// # Errors
    /// [`FiscalCode::WrongSignature`] for a body that is none.
    pub fn read(request: &HttpRequest) -> Result<Envelope, FiscalCode> {
        let wrong = FiscalCode::WrongSignature;
        let body = std::str::from_utf8(&request.body).map_err(|_| wrong)?.trim();
        let body = body.strip_prefix('"').and_then(|body| body.strip_suffix('"')).unwrap_or(body);
        let (signed, signature) = body.split_once('.').ok_or(wrong)?;
        let json = String::from_utf8(decoded(signed).ok_or(wrong)?).map_err(|_| wrong)?;
        let signature = String::from_utf8(decoded(signature).ok_or(wrong)?).map_err(|_| wrong)?;
        let whose: Whose = serde_json::from_str(&json).map_err(|_| wrong)?;
        Ok(Envelope { signed: signed.to_owned(), signature, json, login: whose.merchant })
    }

    /// The shop that it names, as written.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Verifies the signature: a digest of the first segment as it came and password 1, in hex.
    ///
    /// # Errors
    /// [`FiscalCode::WrongSignature`].
    pub fn verify(&self, keys: &ShopKeys<'_>) -> Result<(), FiscalCode> {
        let text = format!("{}{}", self.signed, keys.password1.expose());
        let fits = keys.digests().any(|digest| digest.fits(text.as_bytes(), &self.signature));
        if fits && self.login == keys.login { Ok(()) } else { Err(FiscalCode::WrongSignature) }
    }

    /// The shop's own number of the receipt that is asked about.
    ///
    /// # Errors
    /// [`FiscalCode::Refused`] without one.
    pub fn name(&self) -> Result<String, FiscalCode> {
        name(self.sent()?.id)
    }

    /// The receipt, checked: its lines add up to its total.
    ///
    /// # Errors
    /// [`FiscalCode::Refused`] with the first thing that is wrong.
    pub fn receipt(&self, currency: Currency) -> Result<SecondReceipt, FiscalCode> {
        let refused = FiscalCode::Refused;
        let sent = self.sent()?;
        if sent.operation.as_deref().is_some_and(|word| word != "sell") {
            return Err(refused("operation is not sell"));
        }
        // Of an order that was paid without a receipt the receipt may bear the order's own number.
        let order = sent
            .origin_id
            .or(Some(sent.id))
            .and_then(text_of)
            .and_then(|text| read_number(&text).ok().flatten());
        let order = order.ok_or(refused("originId is not the number of an order"))?;
        let total = sent.total.and_then(text_of).and_then(|text| read_sum(&text, currency));
        let total = total
            .filter(|sum| sum.is_positive())
            .ok_or(refused("total is not a plain decimal above zero"))?;
        let receipt = read_receipt(&self.json, total).map_err(|error| refused(error.why()))?;
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let (email, phone) =
            sent.client.map_or((None, None), |client| (given(client.email), given(client.phone)));
        Ok(SecondReceipt { name: name(sent.id)?, order, receipt, email, phone })
    }

    fn sent(&self) -> Result<Sent<'_>, FiscalCode> {
        serde_json::from_str(&self.json)
            .map_err(|_| FiscalCode::Refused("the JSON has not the documented form"))
    }
}

/// A receipt's number: a text or a number as it was written.
fn name(raw: &RawValue) -> Result<String, FiscalCode> {
    let fits = |name: &String| {
        !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control)
    };
    text_of(raw).filter(fits).ok_or(FiscalCode::Refused("id is neither a text nor a number"))
}

fn decoded(segment: &str) -> Option<Vec<u8>> {
    LENIENT.decode(segment.replace('-', "+").replace('_', "/")).ok()
}

/// What a client is told of a receipt that it sent.
pub fn attached(code: FiscalCode) -> String {
    let description = serde_json::Value::from(code.description());
    format!("{{\"ResultCode\":\"{}\",\"ResultDescription\":{description}}}", code.number())
}

/// Where a receipt stands. What only a cash register can tell is not there.
pub fn status(code: FiscalCode) -> String {
    let description = serde_json::Value::from(code.description());
    format!(
        "{{\"Code\":\"{}\",\"Description\":{description},\"Statuses\":null,\"FnNumber\":null,\
         \"FiscalDocumentNumber\":null,\"FiscalDocumentAttribute\":null,\"FiscalDate\":null,\
         \"FiscalType\":null}}",
        code.number()
    )
}

#[cfg(test)]
mod tests {
    use wire::http::{Headers, Method};

    use super::*;

    fn read(body: &str) -> Result<Envelope, FiscalCode> {
        Envelope::read(&HttpRequest {
            method: Method::Post,
            path: "/RoboFiscal/Receipt/Attach".to_owned(),
            query: String::new(),
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
            peer: None,
        })
    }

    fn of(json: &str) -> Envelope {
        read(&format!("{}.AA", LENIENT.encode(json))).unwrap()
    }

    const RECEIPT: &str = r#"{"merchantId":"demo","id":14,"originId":"13","operation":"sell","total":100,"sno":"osn",
        "items":[{"name":"Tea","quantity":2,"sum":100.0,"tax":"none","payment_method":"full_payment"}],
        "client":{"email":"a@shop.example","phone":""},"payments":[{"type":2,"sum":100}],"vats":[]}"#;

    #[test]
    fn both_alphabets_and_padding_are_read() {
        let json = r#"{"merchantId":"d>?~"}"#;
        let standard = LENIENT.encode(json);
        let safe = standard.replace('+', "-").replace('/', "_");
        for segment in [standard.as_str(), &safe, safe.trim_end_matches('=')] {
            assert_eq!(read(&format!(" \"{segment}.YQ\" ")).unwrap().login(), "d>?~", "{segment}");
        }
        for body in ["", ".", "a", "a.b.c", "\u{0}.\u{0}", "e30.YQ", "%41.YQ", "W10.YQ"] {
            assert_eq!(read(body), Err(FiscalCode::WrongSignature), "{body}");
        }
    }

    #[test]
    fn a_receipt_is_read_with_numbers_as_they_are_written() {
        let receipt = of(RECEIPT).receipt(Currency::Rub).unwrap();
        assert_eq!((receipt.name.as_str(), receipt.order), ("14", 13));
        assert_eq!(receipt.receipt.total().minor(), 10_000);
        assert_eq!((receipt.email.as_deref(), receipt.phone), (Some("a@shop.example"), None));
        assert_eq!(of(r#"{"merchantId":"demo","id":"A-1"}"#).name().unwrap(), "A-1");
    }

    #[test]
    fn what_cannot_be_printed_is_refused_with_its_reason() {
        for (from, to) in [
            ("\"total\":100", "\"total\":99"),
            ("\"total\":100", "\"total\":1e2"),
            ("\"13\"", "\"x\""),
            ("\"sell\"", "\"sell_refund\""),
            ("\"id\":14", "\"id\":null"),
            ("\"none\"", "\"vat18\""),
            ("\"id\":14,", ""),
        ] {
            let refused = of(&RECEIPT.replace(from, to)).receipt(Currency::Rub);
            assert!(matches!(refused, Err(FiscalCode::Refused(_))), "{from}: {refused:?}");
        }
    }

    #[test]
    fn answers_are_json_whose_codes_are_texts() {
        let json = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
        assert_eq!(json(attached(FiscalCode::Ok))["ResultCode"], "0");
        let asked = json(status(FiscalCode::Waiting));
        assert_eq!((&asked["Code"], &asked["Statuses"]), (&"1".into(), &serde_json::Value::Null));
        assert_eq!(json(attached(FiscalCode::Refused("say \"no\"")))["ResultDescription"], "say \"no\"");
    }
}
