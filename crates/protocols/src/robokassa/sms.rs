//! A shop asks for a message to a phone (protocol, section 14).

use serde::Serialize;
use wire::form::{RawForm, TextEncoding};
use wire::http::{HttpRequest, Method};

use super::keys::ShopKeys;

/// How long a message may be, in characters.
pub const MESSAGE_CHARS_MAX: usize = 128;
/// How long a phone number may be written, in characters; fifteen digits are the longest there are.
const PHONE_CHARS: std::ops::RangeInclusive<usize> = 5..=24;

/// The codes that a client knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SmsCode {
    /// It is taken.
    Ok,
    /// A parameter is missing, or cannot be what it should be.
    Parameter,
    /// There is no such shop.
    ShopNotFound,
    /// The shop is switched off.
    ShopOff,
    /// Nobody here sends messages.
    NotEnabled,
    /// Something is wrong on our side.
    Unavailable,
    /// The signature is wrong.
    WrongSignature,
}

impl SmsCode {
    /// The number in the reply.
    pub const fn number(self) -> u16 {
        match self {
            SmsCode::Ok => 0,
            SmsCode::Parameter => 1,
            SmsCode::ShopNotFound => 2,
            SmsCode::ShopOff => 3,
            SmsCode::NotEnabled => 4,
            SmsCode::Unavailable => 5,
            SmsCode::WrongSignature => 1_000,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            SmsCode::Ok => "",
            SmsCode::Parameter => "A parameter is missing, or the message is longer than 128 characters",
            SmsCode::ShopNotFound => "The shop is not found",
            SmsCode::ShopOff => "The shop is switched off",
            SmsCode::NotEnabled => "The messages service is not enabled",
            SmsCode::Unavailable => "Temporarily impossible",
            SmsCode::WrongSignature => "The signature is wrong",
        }
    }
}

/// A message that was read but not verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SmsRequest {
    login: String,
    /// To which phone, as it was written.
    pub phone: String,
    /// What it says.
    pub message: String,
    signature: String,
}

impl SmsRequest {
    /// Reads a query, or a form where somebody posts it; names in any case.
    ///
    /// # Errors
    /// [`SmsCode::Parameter`] for what is missing, is no text or is too long.
    pub fn read(request: &HttpRequest) -> Result<SmsRequest, SmsCode> {
        let body = match request.method {
            Method::Post => RawForm::from_body(request.headers.get("content-type"), &request.body),
            Method::Get | Method::Head | Method::Put | Method::Delete => Ok(RawForm::default()),
        };
        let body = body.unwrap_or_default();
        let query = RawForm::from_urlencoded(request.query.as_bytes()).map_err(|_| SmsCode::Parameter)?;
        let text = |name: &str| {
            let mut fields = body.fields().iter().chain(query.fields()).filter(|field| field.is_called(name));
            let field = fields.next().filter(|_| fields.next().is_none()).ok_or(SmsCode::Parameter)?;
            let text = field.text(TextEncoding::UTF_8).map_err(|_| SmsCode::Parameter)?;
            if text.is_empty() { Err(SmsCode::Parameter) } else { Ok(text) }
        };
        let read = SmsRequest {
            login: text("login")?,
            phone: text("phone")?,
            message: text("message")?,
            signature: text("signature")?,
        };
        let phone =
            read.phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')'));
        let fits = phone
            && PHONE_CHARS.contains(&read.phone.len())
            && read.message.chars().count() <= MESSAGE_CHARS_MAX
            && !read.message.chars().any(|c| c.is_control() && c != '\n' && c != '\r');
        if fits { Ok(read) } else { Err(SmsCode::Parameter) }
    }

    /// The shop that it names, as written.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Verifies the signature, which password 1 makes: `login:phone:message:Password1`.
    ///
    /// # Errors
    /// [`SmsCode::WrongSignature`].
    pub fn verify(&self, keys: &ShopKeys<'_>) -> Result<(), SmsCode> {
        let password = keys.password1.expose();
        let signed = format!("{}:{}:{}:{password}", self.login, self.phone, self.message);
        let fits = keys.digests().any(|digest| digest.fits(signed.as_bytes(), &self.signature));
        if fits && self.login == keys.login { Ok(()) } else { Err(SmsCode::WrongSignature) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    result: bool,
    count: u32,
    error_code: u16,
    error_message: &'static str,
}

/// What a client is told: whether it is taken, how many more may be sent, and why not.
pub fn answer(code: SmsCode, left: u32) -> String {
    let answer = Answer {
        result: code == SmsCode::Ok,
        count: left,
        error_code: code.number(),
        error_message: code.message(),
    };
    // A struct of texts and numbers has nothing that JSON cannot say.
    serde_json::to_string(&answer).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::secrets::Secret;
    use domain::sellers::Algorithm;
    use money::currency::Currency;
    use wire::form::encode_pairs;
    use wire::http::Headers;

    use super::super::keys::Switches;
    use super::*;

    fn asked(message: &str, signature: &str) -> Result<SmsRequest, SmsCode> {
        let pairs =
            [("Login", "demo"), ("phone", "79991234567"), ("message", message), ("SIGNATURE", signature)];
        SmsRequest::read(&HttpRequest {
            method: Method::Get,
            path: "/SMS/".to_owned(),
            query: encode_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()).copied()),
            headers: Headers::new(),
            body: Vec::new(),
            peer: None,
        })
    }

    fn verified(message: &str, login: &str) -> Result<(), SmsCode> {
        let secret = Secret::new("password1".to_owned());
        let keys = ShopKeys {
            login,
            currency: Currency::Rub,
            algorithm: Algorithm::Md5,
            password1: &secret,
            password2: &secret,
            switches: Switches::default(),
        };
        asked(message, "E27580766520f69e4d1ff3cd9f5505d2").unwrap().verify(&keys)
    }

    #[test]
    fn a_message_in_any_letters_is_verified_and_a_changed_one_is_not() {
        assert_eq!(verified("Привет", "demo"), Ok(()));
        assert_eq!(verified("Привет!", "demo"), Err(SmsCode::WrongSignature));
        assert_eq!(verified("Привет", "Demo"), Err(SmsCode::WrongSignature));
    }

    #[test]
    fn what_is_missing_or_too_long_is_code_1() {
        let long = "я".repeat(MESSAGE_CHARS_MAX + 1);
        for (message, signature) in [("", "00"), ("hi", ""), (long.as_str(), "00"), ("a\u{0}b", "00")] {
            assert_eq!(asked(message, signature), Err(SmsCode::Parameter), "{message}");
        }
        assert!(asked(&"я".repeat(MESSAGE_CHARS_MAX), "00").is_ok());
    }

    #[test]
    fn the_answer_is_as_documented() {
        let taken = r#"{"result":true,"count":10,"errorCode":0,"errorMessage":""}"#;
        assert_eq!(answer(SmsCode::Ok, 10), taken);
        assert!(answer(SmsCode::NotEnabled, 0).starts_with(r#"{"result":false,"count":0,"errorCode":4,"#));
    }
}
