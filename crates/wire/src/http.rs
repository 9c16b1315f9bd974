//! HTTP requests, replies and calls as values: what came in, what goes back, what is to be sent.

use std::net::IpAddr;

use base64::Engine as _;
use secrecy::{ExposeSecret, SecretString};

/// The methods that doors accept and connectors use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Method {
    /// Reads; the values stand in the query.
    Get,
    /// Sends a body.
    Post,
    /// Replaces what stands under the address.
    Put,
    /// Removes what stands under the address.
    Delete,
    /// Like `Get`, without the body of the answer.
    Head,
}

impl Method {
    /// The method as it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::Head => "HEAD",
        }
    }

    /// The method of a request line; they are case-sensitive (RFC 9110, 9.1).
    pub fn parse(text: &str) -> Option<Method> {
        match text {
            "GET" => Some(Method::Get),
            "POST" => Some(Method::Post),
            "PUT" => Some(Method::Put),
            "DELETE" => Some(Method::Delete),
            "HEAD" => Some(Method::Head),
            _ => None,
        }
    }
}

/// Header lines in the order they were written; names are compared without regard to case.
///
/// ```
/// use wire::http::Headers;
/// let mut headers = Headers::new();
/// headers.push("Content-Type", "text/plain");
/// assert_eq!(headers.get("content-type"), Some("text/plain"));
/// ```
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No lines.
    pub const fn new() -> Headers {
        Headers(Vec::new())
    }

    /// Adds a line at the end; a name may occur more than once.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The first value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// All lines in order, as name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(lines: I) -> Headers {
        Headers(lines.into_iter().collect())
    }
}

/// A request that reached one of our doors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpRequest {
    /// GET, POST and so on.
    pub method: Method,
    /// The path as received, still percent-encoded, without the query.
    pub path: String,
    /// The query as received, without the question mark; empty if there is none.
    pub query: String,
    /// The header lines.
    pub headers: Headers,
    /// The body, at most as long as the door allows.
    pub body: Vec<u8>,
    /// Who is calling, if the door knows it.
    pub peer: Option<IpAddr>,
}

/// An answer: ours to a stranger, or a stranger's to us.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpReply {
    /// The status code, 100 to 599.
    pub status: u16,
    /// The header lines.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// A plain text in UTF-8.
    pub fn text(status: u16, body: impl Into<String>) -> HttpReply {
        HttpReply::typed(status, "text/plain; charset=utf-8", body.into())
    }

    /// A JSON document, given as its text.
    pub fn json(status: u16, body: impl Into<String>) -> HttpReply {
        HttpReply::typed(status, "application/json", body.into())
    }

    /// An XML document in UTF-8, given as its text.
    pub fn xml(status: u16, body: impl Into<String>) -> HttpReply {
        HttpReply::typed(status, "text/xml; charset=utf-8", body.into())
    }

    fn typed(status: u16, content_type: &str, body: String) -> HttpReply {
        let mut headers = Headers::new();
        headers.push("content-type", content_type);
        HttpReply { status, headers, body: body.into_bytes() }
    }
}

/// A request that a connector or a notice wants to be sent.
///
/// It never contains a secret: [`Auth`] names the setting that holds it, and whoever sends the call fills
/// it in at the last moment. So a call can be frozen in the store and shown in a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpCall {
    /// GET, POST and so on.
    pub method: Method,
    /// The absolute address, with its query.
    pub url: String,
    /// The header lines, without authorisation.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The place in the body, in bytes, where the token of a kept method, or the number that a payout goes to, is
    /// put in before it is sent.
    pub token_at: Option<usize>,
    /// How the caller proves who it is.
    pub auth: Auth,
    /// Whether the call may be sent again when its answer is lost.
    pub repeat: Repeat,
    /// How long an answer is waited for, in milliseconds.
    pub deadline_ms: u32,
}

impl HttpCall {
    /// The call with such a token or number in its place; as it is where it has none.
    pub fn with_token(&self, token: &str) -> HttpCall {
        let mut call = self.clone();
        if let Some((before, after)) = self.token_at.and_then(|at| self.body.split_at_checked(at)) {
            call.body = [before, token.as_bytes(), after].concat();
            call.token_at = None;
        }
        call
    }
}

/// The name of a setting of a provider account, such as `secret_key`; not its value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SettingName(String);

impl SettingName {
    /// The setting of this name.
    pub fn new(name: impl Into<String>) -> SettingName {
        SettingName(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a call proves who sends it, with the names of the secrets it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Auth {
    /// Not at all, or by a signature inside the body.
    None,
    /// HTTP Basic (RFC 7617).
    Basic {
        /// The user name, which is no secret.
        user: String,
        /// The setting that holds the password.
        password: SettingName,
    },
    /// A bearer token (RFC 6750).
    Bearer {
        /// The setting that holds the token.
        token: SettingName,
    },
}

/// What may be done when the answer to a call is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// A pure read: it may be sent again at once.
    Safe,
    /// It carries an idempotency key: the same bytes may be sent again while the provider keeps the key.
    SameKey {
        /// How long the provider keeps the key, in hours.
        hours: u16,
    },
    /// Sending it again could do the thing twice.
    Never,
}

/// The value of an `Authorization` header for HTTP Basic. It contains the password: it goes on the wire
/// and nowhere else.
pub fn basic_auth(user: &str, password: &SecretString) -> SecretString {
    let pair = format!("{user}:{}", password.expose_secret());
    SecretString::from(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_print_what_they_were_read_from() {
        for text in ["GET", "POST", "PUT", "DELETE", "HEAD"] {
            assert_eq!(Method::parse(text).map(Method::as_str), Some(text));
        }
        assert_eq!(Method::parse("get"), None);
        assert_eq!(Method::parse("PATCH"), None);
    }

    #[test]
    fn headers_keep_their_order_and_ignore_case() {
        let mut headers = Headers::new();
        headers.push("X-One", "1");
        headers.push("x-one", "2");
        assert_eq!(headers.get("X-ONE"), Some("1"));
        assert_eq!(headers.get("x-two"), None);
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("X-One", "1"), ("x-one", "2")]);
    }

    #[test]
    fn replies_name_their_type() {
        assert_eq!(HttpReply::json(200, "{}").headers.get("Content-Type"), Some("application/json"));
        assert_eq!(HttpReply::text(404, "no").body, b"no");
        assert_eq!(HttpReply::xml(200, "<a/>").headers.get("content-type"), Some("text/xml; charset=utf-8"));
    }

    #[test]
    fn basic_authorisation_follows_the_standard_and_hides_in_logs() {
        // The example of RFC 7617, section 2.
        let value = basic_auth("Aladdin", &SecretString::from("open sesame"));
        assert_eq!(value.expose_secret(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(!format!("{value:?}").contains("QWxh"));
    }
}
