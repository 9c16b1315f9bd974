//! ResultUrl2: a statement of a payment's state as a signed token (protocol, section 4.5).
//!
//! Here is what is signed; the key belongs to the installation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::methods::Method;
use jiff::Timestamp;
use money::Money;
use serde::Serialize;

use super::labels::words;

/// The head of the token: RS256 is the only algorithm that the service uses here.
const HEAD: &str = r#"{"typ":"JWT","alg":"RS256"}"#;
/// The type of body that clients look for: one takes nothing else.
pub const CONTENT_TYPE: &str = "application/json";

/// What a statement says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The payment is paid.
    Paid,
    /// The money is held.
    Held,
}

/// Everything that is stated. It stays the same however often it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The shop's login.
    pub login: &'a str,
    /// The key of the operation.
    pub op_key: &'a str,
    /// The order's number.
    pub number: i64,
    /// How it is paid.
    pub method: Method,
    /// What the buyer pays.
    pub paid: Money,
    /// Where it stands.
    pub state: State,
    /// When that came about.
    pub at: Timestamp,
}

#[derive(Serialize)]
struct Payload<'a> {
    header: Header,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Header {
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    timestamp: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    shop: &'a str,
    op_key: &'a str,
    inv_id: String,
    payment_method: &'a str,
    inc_sum: String,
    state: &'static str,
}

/// The first two segments of the token, joined by a dot: the text that is signed.
///
/// One official module decodes the second with the ordinary base64 alphabet, so it must contain neither `-`
/// nor `_`. In ASCII these two can only come of `>`, `?`, `~` and the delete character, and a login with one of
/// them, or with other letters, is written with JSON's escapes.
pub fn signed_text(statement: &Statement<'_>) -> String {
    let payload = Payload {
        header: Header {
            kind: "PaymentStateNotification",
            version: "1.0.0",
            timestamp: statement.at.as_second().to_string(),
        },
        data: Data {
            shop: statement.login,
            op_key: statement.op_key,
            inv_id: statement.number.to_string(),
            payment_method: words(statement.method).code,
            inc_sum: statement.paid.to_string(),
            state: match statement.state {
                State::Paid => "OK",
                State::Held => "HOLD",
            },
        },
    };
    // A struct of texts has nothing that JSON cannot say.
    let json = in_ascii(&serde_json::to_string(&payload).unwrap_or_default());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(HEAD), URL_SAFE_NO_PAD.encode(json))
}

/// The whole token.
pub fn token(signed_text: &str, signature: &[u8]) -> String {
    format!("{signed_text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The same JSON with escapes for all that is unfit; such characters stand only inside its texts.
fn in_ascii(json: &str) -> String {
    let escaped = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    let fit = |c: char| c.is_ascii() && !matches!(c, '>' | '?' | '~' | '\u{7f}');
    json.chars().map(|c| if fit(c) { c.to_string() } else { escaped(c) }).collect()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use money::currency::Currency;
    use proptest::prelude::*;

    use super::*;

    fn stated(login: &str, number: i64) -> Vec<String> {
        let statement = Statement {
            login,
            op_key: "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf",
            number,
            method: Method::BankCard,
            paid: Money::from_minor(10_026, Currency::Rub),
            state: State::Held,
            at: Timestamp::from_second(1_691_186_412).unwrap(),
        };
        signed_text(&statement).split('.').map(str::to_owned).collect()
    }

    #[test]
    fn every_value_is_a_text() {
        let segments = stated("demo", 7);
        let json: serde_json::Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&segments[1]).unwrap()).unwrap();
        for part in ["header", "data"] {
            assert!(json[part].as_object().unwrap().values().all(serde_json::Value::is_string), "{json}");
        }
        assert_eq!((&json["data"]["incSum"], &json["data"]["state"]), (&"100.26".into(), &"HOLD".into()));
    }

    #[test]
    fn a_token_has_three_segments() {
        assert_eq!(token("a.b", &[255, 254]), "a.b.__4");
    }

    proptest! {
        #[test]
        fn whoever_knows_only_the_ordinary_alphabet_reads_the_payload(login in ".{1,40}", number: i64) {
            let segments = stated(&login, number);
            let bytes = STANDARD_NO_PAD.decode(&segments[1]).unwrap();
            let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(&json["data"]["shop"], &serde_json::Value::from(login));
            prop_assert!(bytes.is_ascii());
        }
    }
}
