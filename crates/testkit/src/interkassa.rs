//! A shop's own Interkassa client, written from the protocol alone: requests and notices of both generations.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::receiver::Received;
use crate::robokassa::Digest;

/// The signature of the second generation: all `ik_` fields by name, then the key.
pub fn signature(fields: &[(String, String)], key: &str, digest: Digest) -> String {
    let mut own: Vec<&(String, String)> =
        fields.iter().filter(|(name, _)| name.starts_with("ik_") && name != "ik_sign").collect();
    own.sort_by(|one, other| one.0.cmp(&other.0));
    let mut parts: Vec<&str> = own.into_iter().map(|(_, value)| value.as_str()).collect();
    parts.push(key);
    let text = parts.join(":");
    match digest {
        Digest::Md5 => STANDARD.encode(Md5::digest(text)),
        Digest::Sha256 => STANDARD.encode(Sha256::digest(text)),
    }
}

/// A payment that a checkout asks for.
#[derive(Debug, Clone)]
pub struct Invoice {
    fields: Vec<(String, String)>,
}

impl Invoice {
    /// A payment with its number as the shop writes it; an empty one is left out.
    pub fn new(checkout: &str, payment_no: &str, amount: &str, currency: &str) -> Invoice {
        let mut invoice = Invoice { fields: Vec::new() };
        for (name, value) in [
            ("ik_co_id", checkout),
            ("ik_pm_no", payment_no),
            ("ik_am", amount),
            ("ik_cur", currency),
            ("ik_desc", "Tea & cakes"),
        ] {
            if !value.is_empty() {
                invoice = invoice.with(name, value);
            }
        }
        invoice
    }

    /// The same with one more field.
    pub fn with(mut self, name: &str, value: &str) -> Invoice {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// All fields with the signature.
    pub fn signed(&self, key: &str, digest: Digest) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        fields.push(("ik_sign".to_owned(), signature(&self.fields, key, digest)));
        fields
    }

    /// All fields without a signature.
    pub fn unsigned(&self) -> Vec<(String, String)> {
        self.fields.clone()
    }
}

/// Fields as a query or a form body.
pub fn encoded(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A payment that a shop of the first generation asks for: fields and signature.
pub fn first(shop: &str, amount: &str, payment: &str, alias: &str, key: &str) -> Vec<(String, String)> {
    let baggage = "bag 1";
    let text = [shop, amount, payment, alias, baggage, key].join(":");
    let fields = [
        ("ik_shop_id", shop),
        ("ik_payment_amount", amount),
        ("ik_payment_id", payment),
        ("ik_payment_desc", "Tea"),
        ("ik_paysystem_alias", alias),
        ("ik_baggage_fields", baggage),
        ("ik_sign_hash", &Digest::Md5.of(&text)),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Whether a notice of the first generation is signed as the protocol says.
pub fn is_genuine_first(call: &Received, key: &str) -> bool {
    let names = [
        "ik_shop_id",
        "ik_payment_amount",
        "ik_payment_id",
        "ik_paysystem_alias",
        "ik_baggage_fields",
        "ik_payment_state",
        "ik_trans_id",
        "ik_currency_exch",
        "ik_fees_payer",
    ];
    let mut parts: Vec<&str> = names.iter().map(|name| call.field(name).unwrap_or_default()).collect();
    parts.push(key);
    call.field("ik_sign_hash") == Some(Digest::Md5.of(&parts.join(":")).to_ascii_uppercase().as_str())
}

/// Whether a notice of the second generation is signed with this key, and has none but fields of the protocol.
pub fn is_genuine(call: &Received, key: &str, digest: Digest) -> bool {
    let own = call.fields.iter().all(|(name, _)| name.starts_with("ik_"));
    own && call.field("ik_sign") == Some(signature(&call.fields, key, digest).as_str())
}
