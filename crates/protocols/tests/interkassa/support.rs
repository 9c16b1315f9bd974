//! What the tests share: a checkout with fake keys, requests, and signatures made the plain way.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::secrets::Secret;
use domain::sellers::{Algorithm, ShopAddress, Verb};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use md5::{Digest as _, Md5};
use money::currency::Currency;
use protocols::interkassa::errors::Refused;
use protocols::interkassa::keys::{Addresses, CheckoutKeys, Overrides};
use protocols::interkassa::request::Opened;
use protocols::interkassa::sci1::request::{FirstKeys, FirstOpened};
use protocols::interkassa::{Entry, entry};
use sha2::Sha256;
use wire::form::encode_pairs;
use wire::http::{Headers, HttpRequest, Method};

pub static KYIV: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Kyiv").unwrap());

pub struct Checkout {
    pub id: String,
    pub currencies: Vec<Currency>,
    pub algorithm: Algorithm,
    pub secret: Secret,
    pub must_sign: bool,
    pub addresses: Addresses,
    pub overrides: Overrides,
}

impl Checkout {
    pub fn with(id: &str, algorithm: &str, key: &str) -> Checkout {
        let own = |path: &str, verb| ShopAddress { url: format!("https://shop.test/own/{path}"), verb };
        Checkout {
            id: id.to_owned(),
            currencies: vec![Currency::Uah, Currency::Usd, Currency::Rub, Currency::Eur],
            algorithm: Algorithm::from_code(&algorithm.to_lowercase()).unwrap(),
            secret: Secret::new(key.to_owned()),
            must_sign: true,
            addresses: Addresses {
                interaction: Some(own("ia", Verb::Post)),
                success: Some(own("ok", Verb::Post)),
                pending: Some(own("wait", Verb::Post)),
                fail: None,
            },
            overrides: Overrides::ALL,
        }
    }

    /// The checkout of most vectors.
    pub fn md5() -> Checkout {
        Checkout::with(ID, "md5", KEY)
    }

    pub fn keys(&self) -> CheckoutKeys<'_> {
        CheckoutKeys {
            checkout: &self.id,
            currencies: &self.currencies,
            algorithm: self.algorithm,
            secret: &self.secret,
            must_sign: self.must_sign,
            addresses: &self.addresses,
            overrides: self.overrides,
            zone: &KYIV,
        }
    }

    /// Reads and verifies a request as a door would, on the first of January 2030.
    pub fn open(&self, request: &HttpRequest) -> Result<Opened, Refused> {
        match entry(request)?.unwrap() {
            Entry::Second(start) => start.verify(&self.keys(), now()),
            other => panic!("{other:?}"),
        }
    }

    /// Posts these fields with the signature over the text given.
    pub fn open_signed(&self, fields: &[(&str, &str)], signed: &str) -> Result<Opened, Refused> {
        self.open(&post("", &form(fields, signed)))
    }
}

pub const ID: &str = "5534b1683b1eaf00758b4567";
pub const KEY: &str = "VYZ1aGgkqmzyQshG";

pub fn now() -> Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

/// A form of the fields with the Base64 of the MD5 of the signed text.
pub fn form(fields: &[(&str, &str)], signed: &str) -> String {
    let signature = base64_of("md5", signed);
    encode_pairs(fields.iter().copied().chain([("ik_sign", signature.as_str())]))
}

/// The signature of a text, made without the code under test.
pub fn base64_of(algorithm: &str, text: &str) -> String {
    match algorithm.to_lowercase().as_str() {
        "md5" => STANDARD.encode(Md5::digest(text)),
        "sha256" => STANDARD.encode(Sha256::digest(text)),
        other => panic!("{other}"),
    }
}

pub fn get(query: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        path: "/".to_owned(),
        query: query.to_owned(),
        headers: Headers::new(),
        body: Vec::new(),
        peer: None,
    }
}

pub fn post(query: &str, body: &str) -> HttpRequest {
    let mut headers = Headers::new();
    headers.push("Content-Type", "application/x-www-form-urlencoded");
    HttpRequest { method: Method::Post, headers, body: body.as_bytes().to_vec(), ..get(query) }
}

pub fn multipart(fields: &[(String, String)]) -> HttpRequest {
    let mut headers = Headers::new();
    headers.push("Content-Type", "multipart/form-data; boundary=seam");
    let part = |(name, value): &(String, String)| {
        format!("--seam\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.iter().map(part).collect::<String>() + "--seam--\r\n";
    HttpRequest { method: Method::Post, headers, body: body.into_bytes(), ..get("") }
}

/// Reads and verifies a request of the first protocol.
pub fn open_first(request: &HttpRequest, keys: &FirstKeys<'_>) -> Result<FirstOpened, Refused> {
    match entry(request)?.unwrap() {
        Entry::First(start) => start.verify(keys),
        other => panic!("{other:?}"),
    }
}

/// The code of a refusal and the parameter that is named.
pub fn blamed<T: std::fmt::Debug>(result: Result<T, Refused>) -> (u16, Option<&'static str>) {
    let refused = result.unwrap_err();
    (refused.code.number(), refused.parameter)
}
