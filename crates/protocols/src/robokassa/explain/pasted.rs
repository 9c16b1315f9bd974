//! What a person pasted: an address, a form, a JSON object or a whole request, taken apart into parameters.

use serde_json::value::RawValue;
use std::collections::BTreeMap;
use wire::form::{RawField, RawForm, TextEncoding, encode_pairs, percent_encode_form};
use wire::http::{Headers, HttpRequest, Method};

/// The most bytes that are looked at; a receipt of a hundred lines is a third of it.
pub(crate) const PASTED_MAX: usize = 262_144;
/// The names under which each dialect tells its encoding.
const ENCODINGS: [&str; 2] = ["Encoding", "ik_enc"];
/// What an ampersand leaves at the beginning of the next name when a link was escaped for HTML.
const AMP: &str = "amp;";

/// One parameter as it was sent, decoded once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Parameter {
    pub name: String,
    pub value: String,
}

/// Everything that was pasted.
#[derive(Clone, Debug)]
pub(crate) struct Pasted {
    /// The path without its host; empty if none was pasted.
    pub path: String,
    /// The parameters in the order received; those of a body before those of the query.
    pub parameters: Vec<Parameter>,
    /// The encoding in which the values are read.
    pub encoding: TextEncoding,
    /// Some value is no UTF-8, and no `Encoding` says what it is.
    pub encoding_not_named: bool,
    /// Names begin with `amp;`.
    pub html_ampersands: bool,
    /// There is a `#` after which something stands.
    pub cut: bool,
    query: String,
    form: String,
}

impl Pasted {
    /// Takes a text apart; `None` if there is no parameter in it.
    pub(crate) fn read(text: &str) -> Option<Pasted> {
        let text = text.trim_start_matches('\u{feff}').trim().trim_matches(['"', '\'', '<', '>', '`']);
        let text = text.get(..PASTED_MAX).unwrap_or(text);
        let (head, body) = split_body(text);
        let (path, query, cut) = address(head);
        Pasted::of(path, query, body.map_or(String::new(), as_form), cut)
    }

    /// Takes a request apart that came through a door.
    pub(crate) fn of_request(request: &HttpRequest) -> Option<Pasted> {
        let form = match request.method {
            Method::Post | Method::Put => {
                RawForm::from_body(request.headers.get("content-type"), &request.body).unwrap_or_default()
            }
            Method::Get | Method::Head | Method::Delete => RawForm::default(),
        };
        let pair = |field: &RawField| {
            format!("{}={}", percent_encode_form(&field.name), percent_encode_form(&field.value))
        };
        let form: Vec<String> = form.fields().iter().map(pair).collect();
        Pasted::of(request.path.clone(), request.query.clone(), form.join("&"), false)
    }

    fn of(path: String, query: String, form: String, cut: bool) -> Option<Pasted> {
        let mut pasted = Pasted {
            path,
            parameters: Vec::new(),
            encoding: TextEncoding::UTF_8,
            encoding_not_named: false,
            html_ampersands: false,
            cut,
            query,
            form,
        };
        pasted.take_parameters();
        (!pasted.parameters.is_empty()).then_some(pasted)
    }

    /// The request as the door would get it, for its own verdict.
    pub(crate) fn request(&self) -> HttpRequest {
        let mut headers = Headers::new();
        headers.push("Content-Type", "application/x-www-form-urlencoded");
        HttpRequest {
            method: if self.form.is_empty() { Method::Get } else { Method::Post },
            path: self.path.clone(),
            query: self.query.clone(),
            headers,
            body: self.form.clone().into_bytes(),
            peer: None,
        }
    }

    /// The value of the first of these names, in any case.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let called = |parameter: &&Parameter| parameter.name.eq_ignore_ascii_case(name);
            self.parameters.iter().find(called).map(|parameter| parameter.value.as_str())
        })
    }

    /// Whether one of these names is there, with a value or without.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.value(names).is_some()
    }

    fn take_parameters(&mut self) {
        let read = |text: &str| RawForm::from_urlencoded(text.as_bytes()).unwrap_or_default();
        let (body, query) = (read(&self.form), read(&self.query));
        let repeated = |name: &[u8]| body.fields().iter().any(|field| field.name.eq_ignore_ascii_case(name));
        let fields: Vec<_> = body
            .fields()
            .iter()
            .chain(query.fields().iter().filter(|field| !repeated(&field.name)))
            .collect();
        let label = fields.iter().find(|field| ENCODINGS.iter().any(|name| field.is_called(name)));
        let named = label
            .and_then(|field| TextEncoding::UTF_8.decode(&field.value))
            .and_then(|label| TextEncoding::from_label(&label));
        let utf_8 = |bytes: &[u8]| TextEncoding::UTF_8.decode(bytes).is_some();
        self.encoding = match named {
            Some(named) => named,
            // What old shops send in Windows-1251 without saying so is read as that here.
            None if !fields.iter().all(|field| utf_8(&field.value) && utf_8(&field.name)) => {
                self.encoding_not_named = true;
                TextEncoding::WINDOWS_1251
            }
            None => TextEncoding::UTF_8,
        };
        let text = |bytes: &[u8]| {
            self.encoding.decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
        };
        let all = fields.iter().map(|field| (text(&field.name), text(&field.value)));
        let all: Vec<(String, String)> = all.collect();
        self.html_ampersands = all.iter().any(|(name, _)| name.starts_with(AMP));
        self.parameters = all
            .into_iter()
            .map(|(name, value)| Parameter {
                name: name.strip_prefix(AMP).map_or(name.clone(), str::to_owned),
                value,
            })
            .collect();
    }
}

/// Cuts a whole request into its head and its body: at the empty line, or where an address is followed by
/// a form on a line of its own.
fn split_body(text: &str) -> (&str, Option<&str>) {
    if text.starts_with('{') || is_pairs(text) {
        return ("", Some(text));
    }
    for gap in ["\r\n\r\n", "\n\n"] {
        if let Some((head, body)) = text.split_once(gap) {
            return (head.lines().next().unwrap_or_default(), Some(body.trim()));
        }
    }
    match text.split_once('\n') {
        Some((head, body)) if body.contains('=') || body.trim_start().starts_with('{') => {
            (head.trim(), Some(body.trim()))
        }
        Some((head, _)) => (head.trim(), None),
        None => (text, None),
    }
}

/// Whether a text looks like a form: its first name has nothing of an address in it.
fn is_pairs(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    text.contains('=') && !name.contains(['/', '?', ' '])
}

/// The path, the query and whether something stood behind a `#`.
fn address(head: &str) -> (String, String, bool) {
    let head = head.trim();
    let target = match head.split_once(' ') {
        Some((verb, rest)) if Method::parse(verb).is_some() => {
            rest.rsplit_once(" HTTP/").map_or(rest, |(target, _)| target)
        }
        Some(_) | None => head,
    };
    let (target, fragment) = target.split_once('#').unwrap_or((target, ""));
    let (place, query) = target.split_once('?').unwrap_or((target, ""));
    let bare = place.split_once("://").map_or(place, |(_, rest)| rest);
    let path = match bare.split_once('/') {
        Some((_, path)) => format!("/{path}"),
        None => String::new(),
    };
    (path, query.to_owned(), !fragment.is_empty())
}

/// A body as a form: JSON's members become fields with their numbers as they are written, lines of
/// `name=value` become pairs.
fn as_form(body: &str) -> String {
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(body) {
        let pairs = members.iter().filter_map(|(name, value)| {
            let text = value.get();
            let plain = serde_json::from_str::<String>(text).ok();
            let text = plain.unwrap_or_else(|| text.to_owned());
            (text != "null").then_some((name.as_str(), text))
        });
        return encode_pairs(pairs);
    }
    if body.contains('&') || !body.contains('\n') {
        return body.to_owned();
    }
    let lines = body.lines().map(str::trim).filter(|line| line.contains('='));
    lines.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, name: &str) -> Option<String> {
        Pasted::read(text)?.value(&[name]).map(str::to_owned)
    }

    #[test]
    fn an_address_is_read_with_and_without_its_host() {
        for text in [
            "https://pay.example/Merchant/Index.aspx?MerchantLogin=demo&InvId=7",
            "pay.example/Merchant/Index.aspx?MerchantLogin=demo&InvId=7",
            "/Merchant/Index.aspx?MerchantLogin=demo&InvId=7",
            "GET /Merchant/Index.aspx?MerchantLogin=demo&InvId=7 HTTP/1.1",
            " \"/Merchant/Index.aspx?MerchantLogin=demo&InvId=7\" ",
        ] {
            let pasted = Pasted::read(text).unwrap();
            assert_eq!(pasted.path, "/Merchant/Index.aspx", "{text}");
            assert_eq!(pasted.value(&["invid"]), Some("7"), "{text}");
        }
    }

    #[test]
    fn a_form_a_query_lines_and_json_say_the_same() {
        for text in [
            "OutSum=10.00&InvId=7",
            "?OutSum=10.00&InvId=7",
            "OutSum=10.00\nInvId=7",
            "{\"OutSum\": 10.00, \"InvId\": \"7\", \"Receipt\": null}",
            "POST /result HTTP/1.1\r\nHost: shop.test\r\n\r\nOutSum=10.00&InvId=7",
            "https://shop.test/result\nOutSum=10.00&InvId=7",
        ] {
            assert_eq!(value(text, "OutSum").as_deref(), Some("10.00"), "{text}");
            assert_eq!(value(text, "InvId").as_deref(), Some("7"), "{text}");
            assert_eq!(value(text, "Receipt"), None, "{text}");
        }
    }

    #[test]
    fn spoilt_links_are_recognised() {
        let escaped = Pasted::read("/Index.aspx?MerchantLogin=demo&amp;OutSum=1").unwrap();
        assert!(escaped.html_ampersands);
        assert_eq!(escaped.value(&["OutSum"]), Some("1"));
        assert!(Pasted::read("/Index.aspx?OutSum=1&Desc=Order+#5&SignatureValue=x").unwrap().cut);
        let old = Pasted::read("/Index.aspx?OutSum=1&Shp_a=%CE%EA").unwrap();
        assert!(old.encoding_not_named);
        assert_eq!(old.value(&["Shp_a"]), Some("Ок"));
    }

    #[test]
    fn what_has_no_parameters_is_nothing() {
        for text in ["", "hello", "https://pay.example/", "{}", "[1]"] {
            assert!(Pasted::read(text).is_none(), "{text}");
        }
    }
}
