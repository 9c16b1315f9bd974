//! Plain requests and replies: all that the pure machines see of HTTP.

use std::collections::BTreeMap;

/// One request as it came in, with header names in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …; a HEAD request arrives here as `GET`.
    pub method: String,
    /// The path without the query, as received.
    pub path: String,
    /// The query without the question mark, empty if there is none.
    pub query: String,
    /// Headers by lower-case name; of repeated ones the last.
    pub headers: BTreeMap<String, String>,
    /// The body, already limited in size by the shell.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without query, headers and body. A `?` in `target` begins the query.
    pub fn new(method: &str, target: &str) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: BTreeMap::new(),
            body: Vec::new(),
        }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Request {
        self.headers.insert(name.to_ascii_lowercase(), value.to_owned());
        self
    }

    /// The same request with this JSON as its body, and the content type that says so.
    #[must_use]
    pub fn with_json(mut self, body: &serde_json::Value) -> Request {
        self.body = body.to_string().into_bytes();
        self.with_header("content-type", "application/json")
    }

    /// The same request with these fields as its form body.
    #[must_use]
    pub fn with_form(mut self, fields: &[(&str, &str)]) -> Request {
        self.body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
        self.with_header("content-type", "application/x-www-form-urlencoded")
    }

    /// The value of a header, asked by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The non-empty pieces of the path.
    pub fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|piece| !piece.is_empty()).collect()
    }

    /// The decoded pairs of the query, in order.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The decoded pairs of the query followed by those of a form body.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = self.query_pairs();
        let kind = self.header("content-type").unwrap_or("");
        if kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            pairs.extend(form_urlencoded::parse(&self.body).into_owned());
        }
        pairs
    }

    /// The last non-empty value of a field of the form or the query.
    pub fn field(&self, name: &str) -> Option<String> {
        self.pairs()
            .into_iter()
            .rev()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value)
    }
}

/// How the shell hands a reply over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Delivery {
    /// Written at once.
    AtOnce,
    /// Written after so many milliseconds.
    After(u64),
    /// Never written: the connection is closed without a byte.
    Lost,
    /// Never written: the connection stays open and silent until the other side gives up.
    Hang,
}

/// One reply, and what becomes of it on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How it travels.
    pub delivery: Delivery,
}

impl Reply {
    /// A JSON document.
    pub fn json(status: u16, body: &serde_json::Value) -> Reply {
        Reply::with_body(status, "application/json; charset=utf-8", body.to_string())
    }

    /// Plain text.
    pub fn text(status: u16, body: impl Into<String>) -> Reply {
        Reply::with_body(status, "text/plain; charset=utf-8", body.into())
    }

    /// A page that may load nothing and run nothing; only its own inline style is allowed.
    pub fn page(status: u16, body: String) -> Reply {
        let mut reply = Reply::with_body(status, "text/html; charset=utf-8", body);
        let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        reply.headers.push(("content-security-policy", policy.to_owned()));
        reply.headers.push(("referrer-policy", "no-referrer".to_owned()));
        reply
    }

    /// A redirect after a form: the browser asks for `target` by GET.
    pub fn see_other(target: &str) -> Reply {
        let mut reply = Reply::text(303, "");
        reply.headers.push(("location", target.to_owned()));
        reply
    }

    /// The value of a header, asked by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }

    fn with_body(status: u16, kind: &str, body: String) -> Reply {
        let headers = vec![("content-type", kind.to_owned()), ("cache-control", "no-store".to_owned())];
        Reply { status, headers, body: body.into_bytes(), delivery: Delivery::AtOnce }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_field_wins_over_the_query_and_an_empty_one_does_not_count() {
        let request = Request::new("POST", "/x?a=query&b=query").with_form(&[("a", "form"), ("b", "")]);
        assert_eq!(request.field("a").as_deref(), Some("form"));
        assert_eq!(request.field("b").as_deref(), Some("query"));
        assert_eq!(request.field("c"), None);
    }

    #[test]
    fn the_path_is_cut_from_the_query() {
        let request = Request::new("GET", "/v3//payments/1?limit=2");
        assert_eq!(request.segments(), ["v3", "payments", "1"]);
        assert_eq!(request.query_pairs(), [("limit".to_owned(), "2".to_owned())]);
    }
}
