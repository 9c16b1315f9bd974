//! A shop's own Robokassa client, written from the protocol alone: links, notices, state requests.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::receiver::Received;

/// How the shop signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// What old shops have.
    Md5,
    /// What new shops get.
    Sha256,
}

impl Digest {
    /// The signature of a text, in lower-case hex.
    pub fn of(self, text: &str) -> String {
        match self {
            Digest::Md5 => hex::encode(Md5::digest(text)),
            Digest::Sha256 => hex::encode(Sha256::digest(text)),
        }
    }

    fn keyed(self, key: &str, text: &str) -> Vec<u8> {
        match self {
            Digest::Md5 => mac::<Hmac<Md5>>(key, text),
            Digest::Sha256 => mac::<Hmac<Sha256>>(key, text),
        }
    }
}

fn mac<M: Mac + KeyInit>(key: &str, text: &str) -> Vec<u8> {
    let mac = <M as KeyInit>::new_from_slice(key.as_bytes()).expect("a key may be of any length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// A token for the invoice and refund services: its header names the algorithm in this word.
pub fn token(word: &str, digest: Digest, key: &str, payload: &str) -> String {
    let header = format!("{{\"typ\":\"JWT\",\"alg\":\"{word}\"}}");
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let mac = digest.keyed(key, &signed);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// An order that a shop wants to be paid.
#[derive(Debug, Clone)]
pub struct Link {
    fields: Vec<(String, String)>,
    signed: Vec<String>,
    custom: Vec<(String, String)>,
}

impl Link {
    /// An order with its sum as the shop writes it and its number; an empty number asks for one.
    pub fn new(login: &str, sum: &str, order: &str) -> Link {
        let mut link = Link { fields: Vec::new(), signed: Vec::new(), custom: Vec::new() };
        for (name, value) in [("MerchantLogin", login), ("OutSum", sum), ("InvId", order)] {
            link = link.signed(name, value);
        }
        link
    }

    /// A field that takes the next slot of the signature; the caller keeps the protocol's order.
    pub fn signed(mut self, name: &str, value: &str) -> Link {
        self.signed.push(value.to_owned());
        self.unsigned(name, value)
    }

    /// A field that is not signed.
    pub fn unsigned(mut self, name: &str, value: &str) -> Link {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A field of the shop's own, named with its prefix, `Shp_` for one.
    pub fn custom(mut self, name: &str, value: &str) -> Link {
        self.custom.push((name.to_owned(), value.to_owned()));
        self
    }

    /// All fields with the signature.
    pub fn fields(&self, password1: &str, digest: Digest) -> Vec<(String, String)> {
        let mut slots = self.signed.clone();
        slots.push(password1.to_owned());
        slots.extend(custom_slots(&self.custom));
        let signature = digest.of(&slots.join(":"));
        let mut fields = self.fields.clone();
        fields.extend(self.custom.iter().cloned());
        fields.push(("SignatureValue".to_owned(), signature));
        fields
    }

    /// The address that the buyer is sent to.
    pub fn url(&self, aggregator: &str, password1: &str, digest: Digest) -> String {
        let fields = self.fields(password1, digest);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        format!("{aggregator}/Merchant/Index.aspx?{query}")
    }
}

/// Whether a call to ResultURL (with the second password) or SuccessURL (with the first) was signed by
/// the aggregator: `OutSum:InvId:Password[:Shp_…]`.
pub fn is_genuine(call: &Received, password: &str, digest: Digest) -> bool {
    let custom: Vec<_> = call.fields.iter().filter(|(name, _)| is_custom(name)).cloned().collect();
    let (Some(sum), Some(order)) = (call.field("OutSum"), call.field("InvId")) else { return false };
    let mut slots = vec![sum.to_owned(), order.to_owned(), password.to_owned()];
    slots.extend(custom_slots(&custom));
    let expected = digest.of(&slots.join(":"));
    call.field("SignatureValue").is_some_and(|signature| signature.eq_ignore_ascii_case(&expected))
}

/// The address that tells where an order stands.
pub fn state_url(aggregator: &str, login: &str, order: &str, password2: &str, digest: Digest) -> String {
    let signature = digest.of(&format!("{login}:{order}:{password2}"));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("MerchantLogin", login), ("InvoiceID", order), ("Signature", &signature)])
        .finish();
    format!("{aggregator}/Merchant/WebService/Service.asmx/OpStateExt?{query}")
}

/// `State/Code` of an answer of OpStateExt, or its `Result/Code` as an error.
///
/// # Errors
/// The code of the result when it is not zero.
///
/// # Panics
/// When the answer has no codes at all.
pub fn state_code(answer: &str) -> Result<u32, u32> {
    let code = |element: &str| {
        let inside = answer.split_once(&format!("<{element}>"))?.1;
        inside.split_once("<Code>")?.1.split_once("</Code>")?.0.parse::<u32>().ok()
    };
    match code("Result") {
        Some(0) => Ok(code("State").unwrap_or_else(|| panic!("no state in {answer}"))),
        Some(other) => Err(other),
        None => panic!("no result in {answer}"),
    }
}

fn is_custom(name: &str) -> bool {
    name.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("shp_"))
}

fn custom_slots(custom: &[(String, String)]) -> Vec<String> {
    let mut sorted = custom.to_vec();
    sorted.sort_by_key(|(name, _)| name.to_lowercase());
    sorted.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_worked_example_of_the_protocol_gives_its_signature() {
        let link =
            Link::new("demo", "100.26", "450009").custom("Shp_oplata", "1").custom("Shp_login", "Vasya");
        let signature = |digest| link.fields("password1", digest).pop().unwrap().1;
        assert_eq!(signature(Digest::Md5), "97b8ed9e8f0a97a168731707aac4741d");
        assert_eq!(
            signature(Digest::Sha256),
            "2db66f7c1457dafa6ef23d0f2ef3d8d487bb004e016a360bb79d2eb26daab46a"
        );
    }

    #[test]
    fn a_changed_sum_makes_a_notice_false() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let signature = Digest::Sha256.of("100.000000:7:second:Shp_a=1").to_uppercase();
        let mut call = Received {
            method: "POST".to_owned(),
            path: "/result".to_owned(),
            headers: BTreeMap::new(),
            fields: vec![
                field("OutSum", "100.000000"),
                field("InvId", "7"),
                field("Shp_a", "1"),
                field("SignatureValue", &signature),
            ],
            body: Vec::new(),
        };
        assert!(is_genuine(&call, "second", Digest::Sha256));
        call.fields[0].1 = "900.000000".to_owned();
        assert!(!is_genuine(&call, "second", Digest::Sha256));
    }

    #[test]
    fn a_state_is_read_only_from_a_good_result() {
        assert_eq!(
            state_code("<R><Result><Code>0</Code></Result><State><Code>100</Code></State></R>"),
            Ok(100)
        );
        assert_eq!(state_code("<R><Result><Code>3</Code></Result></R>"), Err(3));
    }
}
