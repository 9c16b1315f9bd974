//! A program that asks the account API of Interkassa's protocol: HTTP Basic, forms, envelopes.

use reqwest::Method;
use serde_json::Value;

use crate::visitor::client;

/// The kind of a form's body.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A call, and who makes it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The method's word.
    pub method: &'a str,
    /// The whole address.
    pub url: &'a str,
    /// A name and a key, if any are sent.
    pub credentials: Option<(&'a str, &'a str)>,
    /// The account that is named besides.
    pub account: Option<&'a str>,
    /// The kind of the body.
    pub kind: &'a str,
    /// The body.
    pub body: &'a str,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// How the caller shall prove himself, if he is told.
    pub challenge: Option<String>,
    /// The envelope.
    pub envelope: Value,
}

impl<'a> Call<'a> {
    /// A question under an address.
    pub fn get(url: &'a str) -> Call<'a> {
        Call { method: "GET", url, credentials: None, account: None, kind: FORM, body: "" }
    }

    /// Makes the call.
    ///
    /// # Panics
    /// When nobody answers, or no envelope comes back.
    pub async fn answered(&self) -> Answered {
        let method = Method::from_bytes(self.method.as_bytes()).expect("a method");
        let mut request = client().request(method, self.url);
        if let Some((name, key)) = self.credentials {
            request = request.basic_auth(name, Some(key));
        }
        if let Some(account) = self.account {
            request = request.header("Ik-Api-Account-Id", account);
        }
        if self.method != "GET" {
            request = request.header("content-type", self.kind).body(self.body.to_owned());
        }
        let answer = request.send().await.unwrap_or_else(|fault| panic!("{}: {fault:?}", self.url));
        let status = answer.status().as_u16();
        let challenge = answer.headers().get("www-authenticate");
        let challenge = challenge.map(|told| String::from_utf8_lossy(told.as_bytes()).into_owned());
        let text = answer.text().await.unwrap_or_else(|fault| panic!("{}: {fault:?}", self.url));
        let envelope = serde_json::from_str(&text);
        let envelope = envelope.unwrap_or_else(|fault| panic!("{}: {fault}: {text}", self.url));
        Answered { status, challenge, envelope }
    }
}
