//! What the tests share: a shop with fake passwords, requests, and signatures made the plain way.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use jiff::Timestamp;
use money::currency::Currency;
use protocols::order::Order;
use protocols::robokassa::errors::Refused;
use protocols::robokassa::keys::{ShopKeys, Switches};
use protocols::robokassa::request::PaymentStart;
use wire::digest::Digest;
use wire::form::encode_pairs;
use wire::http::{Headers, HttpRequest, Method};

pub struct Shop {
    pub algorithm: Algorithm,
    pub password1: Secret,
    pub password2: Secret,
    pub switches: Switches,
}

impl Shop {
    pub fn with(algorithm: &str, password1: &str, password2: &str) -> Shop {
        Shop {
            algorithm: Algorithm::from_code(&algorithm.to_lowercase()).unwrap(),
            password1: Secret::new(password1.to_owned()),
            password2: Secret::new(password2.to_owned()),
            switches: Switches::default(),
        }
    }

    pub fn md5() -> Shop {
        Shop::with("md5", "password1", "password2")
    }

    pub fn keys(&self) -> ShopKeys<'_> {
        ShopKeys {
            login: "demo",
            currency: Currency::Rub,
            algorithm: self.algorithm,
            password1: &self.password1,
            password2: &self.password2,
            switches: self.switches,
        }
    }

    /// Reads and verifies a request as a door would, on the first of January 2026.
    pub fn open(&self, request: &HttpRequest) -> Result<Order, Refused> {
        PaymentStart::read(request)?.verify(&self.keys(), now())
    }

    /// Opens a GET link of these fields, signed by the text given.
    pub fn open_signed(&self, fields: &[(&str, &str)], signed: &str) -> Result<Order, Refused> {
        self.open(&get(&link(fields, signed)))
    }
}

pub fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// A query of the fields with the MD5 of the signed text.
pub fn link(fields: &[(&str, &str)], signed: &str) -> String {
    let signature = Digest::Md5.hex(signed.as_bytes());
    encode_pairs(fields.iter().copied().chain([("SignatureValue", signature.as_str())]))
}

pub fn get(query: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        path: "/Merchant/Index.aspx".to_owned(),
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

pub fn multipart(fields: &[(&str, &str)]) -> HttpRequest {
    let mut headers = Headers::new();
    headers.push("Content-Type", "multipart/form-data; boundary=seam");
    let part = |(name, value)| {
        format!("--seam\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.iter().copied().map(part).collect::<String>() + "--seam--\r\n";
    HttpRequest { method: Method::Post, headers, body: body.into_bytes(), ..get("") }
}

/// The number of an error and the parameter that is named.
pub fn blamed<T: std::fmt::Debug>(result: Result<T, Refused>) -> (u16, Option<&'static str>) {
    let refused = result.unwrap_err();
    (refused.error.number(), refused.parameter)
}
