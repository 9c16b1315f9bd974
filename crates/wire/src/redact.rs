//! Hides secrets and card numbers in what is kept of an exchange: headers, addresses, JSON and form bodies.

use std::borrow::Cow;

use crate::card_numbers::mask_card_numbers;
use crate::form::{RawForm, percent_decode_form, percent_encode_form};
use crate::http::Headers;

/// How much of a body is kept, in bytes, after hiding what must be hidden.
pub const KEPT_BODY_BYTES_MAX: usize = 65_536;

/// What stands in the place of a secret.
const HIDDEN: &str = "***";

/// A name that contains one of these, ignoring case, dashes and underscores, names a secret.
const SECRET_PARTS: [&str; 9] = [
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "apikey",
    "cardnumber",
    "securitycode",
];
/// And so does a name that is one of these; as parts of longer names they would hide too much.
const SECRET_NAMES: [&str; 10] =
    ["pass", "pwd", "pin", "pan", "csc", "cvc", "cvv", "cvc2", "cvv2", "paymentmethodid"];
/// A member of this name is a payer's method, and whoever knows its `id` charges it.
const METHOD_NAME: &str = "payment_method";

/// Whether a header, field or member of this name holds a secret.
///
/// ```
/// use wire::redact::is_secret_name;
/// assert!(is_secret_name("Password1") && is_secret_name("X-Api-Key") && is_secret_name("csc"));
/// assert!(!is_secret_name("company") && !is_secret_name("Idempotence-Key"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    let plain: String =
        name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect();
    SECRET_NAMES.contains(&plain.as_str()) || SECRET_PARTS.iter().any(|part| plain.contains(part))
}

/// The same lines with secret values replaced and card numbers masked.
pub fn redact_headers(headers: &Headers) -> Headers {
    headers
        .iter()
        .map(|(name, value)| {
            let shown = if is_secret_name(name) { Cow::Borrowed(HIDDEN) } else { mask_card_numbers(value) };
            (name.to_owned(), shown.into_owned())
        })
        .collect()
}

/// An address with the secrets of its query hidden. A user name and password before the host are cut off.
pub fn redact_url(url: &str) -> String {
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (url, None),
    };
    let address = match address.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = match rest.split_once('/') {
                Some((authority, path)) => (authority, format!("/{path}")),
                None => (rest, String::new()),
            };
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            format!("{scheme}://{host}{path}")
        }
        None => address.to_owned(),
    };
    let address = mask_card_numbers(&address).into_owned();
    query.map_or(address.clone(), |query| format!("{address}?{}", redact_form(query)))
}

/// A body as it may be kept: secrets hidden, card numbers masked, at most [`KEPT_BODY_BYTES_MAX`] bytes.
/// What begins like JSON is read as JSON whatever the type says; of multipart forms the fields are kept.
pub fn redact_body(content_type: Option<&str>, body: &[u8]) -> String {
    let kind = content_type.unwrap_or_default().to_ascii_lowercase();
    let text = String::from_utf8_lossy(body);
    let kept = if kind.starts_with("multipart/form-data") {
        match RawForm::from_body(content_type, body) {
            Ok(form) => redact_fields(&form),
            // What cannot be read cannot be redacted either.
            Err(error) => format!("[{error}]"),
        }
    } else if text.trim_start().starts_with(['{', '[', '"']) {
        mask_card_numbers(&redact_json(&text)).into_owned()
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        redact_form(&text)
    } else {
        mask_card_numbers(&text).into_owned()
    };
    shortened(kept)
}

/// Urlencoded text; a piece is rewritten only where something had to be hidden.
fn redact_form(text: &str) -> String {
    let redact_piece = |piece: &str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let plain =
            |encoded: &str| String::from_utf8_lossy(&percent_decode_form(encoded.as_bytes())).into_owned();
        if is_secret_name(&plain(name)) {
            return format!("{name}={HIDDEN}");
        }
        let value = plain(value);
        match mask_card_numbers(&value) {
            Cow::Borrowed(_) => mask_card_numbers(piece).into_owned(),
            Cow::Owned(masked) => format!("{name}={}", percent_encode_form(masked.as_bytes())),
        }
    };
    text.split('&').map(redact_piece).collect::<Vec<_>>().join("&")
}

fn redact_fields(form: &RawForm) -> String {
    let pieces = form.fields().iter().map(|field| {
        let encoded = format!("{}={}", percent_encode_form(&field.name), percent_encode_form(&field.value));
        redact_form(&encoded)
    });
    pieces.collect::<Vec<_>>().join("&")
}

/// Replaces the values of secret members. It works on the text, so it keeps numbers and order as they
/// were sent and also serves a document that was cut off in the middle.
fn redact_json(text: &str) -> String {
    redact_members(text, false)
}

/// Of a payer's method the members that name it are secrets, too.
fn redact_members(text: &str, of_method: bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from_quote)) = rest.find('"').and_then(|at| rest.split_at_checked(at)) {
        kept.push_str(before);
        let (name, after) = string_token(from_quote);
        kept.push_str(name);
        rest = after;
        let trimmed = after.trim_start();
        let Some(value) = trimmed.strip_prefix(':') else { continue };
        let (name, value) = (without_escapes(name), value.trim_start());
        if is_secret_name(&name) || (of_method && name == "id") {
            kept.push_str(": \"");
            kept.push_str(HIDDEN);
            kept.push('"');
            rest = after_value(value);
        } else if !of_method && name == METHOD_NAME && value.starts_with('{') {
            rest = after_value(value);
            let method = value.strip_suffix(rest).unwrap_or(value);
            kept.push_str(": ");
            kept.push_str(&redact_members(method, true));
        }
    }
    kept.push_str(rest);
    kept
}

/// The string that the text begins with, with its quotes, and what follows; everything if it never ends.
fn string_token(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return text.split_at_checked(at.saturating_add(1)).unwrap_or((text, "")),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    (text, "")
}

/// A name as its reader understands it, as far as it matters here: `\u0070` is `p`, other escapes are dropped.
fn without_escapes(token: &str) -> String {
    let mut plain = String::with_capacity(token.len());
    let mut rest = token.trim_matches('"');
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = after.strip_prefix('u').and_then(|hex| hex.split_at_checked(4));
        match code.and_then(|(hex, next)| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, next))) {
            Some((c, next)) => {
                plain.push(c);
                rest = next;
            }
            None => rest = after,
        }
    }
    plain.push_str(rest);
    plain
}

/// What follows the value that the text begins with: a string, an object or list, a number or a word.
fn after_value(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '"' => {
                rest = string_token(rest).1;
                if depth == 0 {
                    return rest;
                }
                continue;
            }
            '{' | '[' => depth = depth.saturating_add(1),
            '}' | ']' if depth == 0 => return rest,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return rest.get(1..).unwrap_or_default();
                }
            }
            ',' if depth == 0 => return rest,
            _ => {}
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    rest
}

fn shortened(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(KEPT_BODY_BYTES_MAX));
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    fn body(kind: Option<&str>, text: &str) -> String {
        redact_body(kind, text.as_bytes())
    }

    #[test]
    fn secret_headers_are_hidden_and_others_stay() {
        let mut headers = Headers::new();
        headers.push("Authorization", "Basic dGVzdDp0ZXN0");
        headers.push("Idempotence-Key", "abc");
        let shown = redact_headers(&headers);
        assert_eq!(shown.get("authorization"), Some("***"));
        assert_eq!(shown.get("idempotence-key"), Some("abc"));
    }

    #[test]
    fn secret_members_of_json_are_hidden_and_numbers_stay_as_sent() {
        let sent = r#"{"amount":{"value":"10.00"},"card":{"number":"4111111111111111","csc" : "123"},
            "password":12, "secret":{"a":["}",1]},"n":1.50,"x":"token: a \" quote"}"#;
        let kept = body(None, sent);
        assert_eq!(
            kept,
            r#"{"amount":{"value":"10.00"},"card":{"number":"411111******1111","csc": "***"},
            "password": "***", "secret": "***","n":1.50,"x":"token: a \" quote"}"#
        );
    }

    #[test]
    fn the_name_of_a_kept_method_is_hidden_and_what_it_is_stays() {
        let sent =
            r#"{"id":"1","payment_method":{"id":"2","saved":true,"card":{"last4":"4477"}},"a":{"id":"3"}}"#;
        assert_eq!(
            body(None, sent),
            r#"{"id":"1","payment_method": {"id": "***","saved":true,"card":{"last4":"4477"}},"a":{"id":"3"}}"#
        );
        assert_eq!(body(None, r#"{"payment_method_id":"2"}"#), r#"{"payment_method_id": "***"}"#);
        assert_eq!(body(None, r#"{"payment_method":{"id":"2"#), r#"{"payment_method": {"id": "***""#);
    }

    #[test]
    fn escapes_in_a_name_hide_nothing_from_us() {
        assert_eq!(body(None, r#"{"\u0070assword":"x"}"#), r#"{"\u0070assword": "***"}"#);
    }

    #[test]
    fn a_document_that_was_cut_off_hides_its_last_secret_too() {
        assert_eq!(body(None, r#"{"a":1,"token":"abc"#), r#"{"a":1,"token": "***""#);
        assert_eq!(body(None, r#"{"token":[1,"#), r#"{"token": "***""#);
    }

    #[test]
    fn secret_fields_of_forms_are_hidden_and_others_stay_as_sent() {
        assert_eq!(
            body(FORM, "OutSum=1&Pass%77ord1=x&note=4111+1111+1111+1111&d=%7e"),
            "OutSum=1&Pass%77ord1=***&note=4111+11%2A%2A+%2A%2A%2A%2A+1111&d=%7e"
        );
    }

    #[test]
    fn multipart_forms_are_kept_as_pairs() {
        let sent = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nx\r\n--b\r\n\
            Content-Disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n--b--";
        assert_eq!(body(Some("multipart/form-data; boundary=b"), sent), "password=***&a=1+2");
        assert_eq!(
            body(Some("multipart/form-data; boundary=c"), sent),
            "[the multipart form is broken: no first part]"
        );
    }

    #[test]
    fn addresses_lose_their_password_and_their_secrets() {
        assert_eq!(
            redact_url("https://user:word@host.test/a?token=x&b=1"),
            "https://host.test/a?token=***&b=1"
        );
        assert_eq!(redact_url("https://host.test"), "https://host.test");
        assert_eq!(redact_url("/a/b?c=d"), "/a/b?c=d");
    }

    #[test]
    fn long_bodies_are_shortened_between_characters() {
        let kept = body(Some("text/plain"), &"ж".repeat(KEPT_BODY_BYTES_MAX));
        assert_eq!(kept.len(), KEPT_BODY_BYTES_MAX);
    }

    proptest! {
        #[test]
        fn any_bytes_are_redacted(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "[{}\\[\\]\",:\\\\a1 ]*") {
            for kind in [None, FORM, Some("multipart/form-data; boundary=b")] {
                let _ = redact_body(kind, &bytes);
            }
            let _ = redact_body(None, text.as_bytes());
            let _ = redact_url(&text);
        }

        #[test]
        fn no_string_value_of_a_secret_survives(value in "[a-z]{8,20}", spaces in "[ \n]{0,3}") {
            let sent = format!("{{\"a\":1,\"client_secret\"{spaces}:{spaces}\"{value}\\\"{value}\"}}");
            prop_assert!(!body(None, &sent).contains(&value));
        }
    }
}
