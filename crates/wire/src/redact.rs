//! Hides secrets and card numbers in what is kept of an exchange: headers, addresses, JSON and form bodies.

use std::borrow::Cow;

use crate::card_numbers::{mask_card_numbers, masked};
use crate::form::{RawForm, percent_decode_form, percent_encode_form};
use crate::http::Headers;
use crate::redact_json::hide_members;
use crate::rewriting::Rewriting;

/// How much of a body is kept, in bytes, after hiding what must be hidden.
pub const KEPT_BODY_BYTES_MAX: usize = 65_536;

/// What stands in the place of a secret.
pub(crate) const HIDDEN: &str = "***";

/// A name that contains one of these, ignoring case, dashes, underscores and spaces, names a secret. They are
/// told by their first letter, so that most names are done with after one look at each of theirs.
const fn secret_parts(first: u8) -> &'static [&'static str] {
    match first {
        b'a' => &["authorization", "apikey"],
        b'c' => &["cookie", "cardnumber"],
        b'p' => &["password", "passwd"],
        b's' => &["secret", "securitycode"],
        b't' => &["token"],
        _ => &[],
    }
}

/// And so does a name that is one of these; as parts of longer names they would hide too much.
const fn secret_names(first: u8) -> &'static [&'static str] {
    match first {
        b'c' => &["csc", "cvc", "cvv", "cvc2", "cvv2"],
        b'p' => &["pass", "pwd", "pin", "pan", "paymentmethodid"],
        _ => &[],
    }
}

/// Whether a header, field or member of this name holds a secret.
///
/// ```
/// use wire::redact::is_secret_name;
/// assert!(is_secret_name("Password1") && is_secret_name("X-Api-Key") && is_secret_name("csc"));
/// assert!(!is_secret_name("company") && !is_secret_name("Idempotence-Key"));
/// ```
pub fn is_secret_name(name: &str) -> bool {
    if name.is_ascii() {
        return is_secret(name.as_bytes());
    }
    // A capital outside ASCII may have its small letter inside: the sign for kelvin is a k.
    is_secret(name.to_lowercase().as_bytes())
}

fn is_secret(name: &[u8]) -> bool {
    let is_called = |secret: &&str| plain_letters(name).eq(secret.bytes());
    let first = plain_letters(name).next().unwrap_or_default();
    secret_names(first).iter().any(is_called) || (0..name.len()).any(|at| has_secret_part(name, at))
}

/// Whether a part that names a secret begins here.
fn has_secret_part(name: &[u8], at: usize) -> bool {
    let Some(rest @ [first, ..]) = name.get(at..) else { return false };
    secret_parts(first.to_ascii_lowercase()).iter().any(|part| {
        let mut letters = plain_letters(rest);
        part.bytes().all(|letter| letters.next() == Some(letter))
    })
}

/// What counts of a name: small letters, without dashes, underscores and spaces.
fn plain_letters(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().filter(|byte| !matches!(byte, b'-' | b'_' | b' ')).map(u8::to_ascii_lowercase)
}

/// The lines in their order, as name and value, with secret values replaced and card numbers masked.
pub fn redact_headers(headers: &Headers) -> Vec<(&str, Cow<'_, str>)> {
    let redact_line = |(name, value)| {
        let shown = if is_secret_name(name) { Cow::Borrowed(HIDDEN) } else { mask_card_numbers(value) };
        (name, shown)
    };
    headers.iter().map(redact_line).collect()
}

/// An address with the secrets of its query hidden. A user name and password before the host are cut off.
pub fn redact_url(url: &str) -> Cow<'_, str> {
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (url, None),
    };
    let address = changed(without_user(address), masked);
    match query.map(|query| changed(Cow::Borrowed(query), hide_fields)) {
        None => address,
        Some(Cow::Borrowed(_)) if matches!(address, Cow::Borrowed(_)) => Cow::Borrowed(url),
        Some(query) => Cow::Owned(format!("{address}?{query}")),
    }
}

/// An address without the user name and password that may stand before its host.
fn without_user(address: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = address.split_once("://") else { return Cow::Borrowed(address) };
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((user, _)) => {
            let from_host = rest.get(user.len().saturating_add(1)..).unwrap_or_default();
            Cow::Owned(format!("{scheme}://{from_host}"))
        }
        None => Cow::Borrowed(address),
    }
}

/// A body as it may be kept: secrets hidden, card numbers masked, at most [`KEPT_BODY_BYTES_MAX`] bytes.
/// What begins like JSON is read as JSON whatever the type says; of multipart forms the fields are kept.
pub fn redact_body<'b>(content_type: Option<&str>, body: &'b [u8]) -> Cow<'b, str> {
    if is_of_type(content_type, "multipart/form-data") {
        return shortened(Cow::Owned(redact_multipart(content_type, body)));
    }
    let text = readable(body);
    shortened(if text.trim_start().starts_with(['{', '[', '"']) {
        changed(changed(text, hide_members), masked)
    } else if is_of_type(content_type, "application/x-www-form-urlencoded") {
        changed(text, hide_fields)
    } else {
        changed(text, masked)
    })
}

fn is_of_type(content_type: Option<&str>, kind: &str) -> bool {
    content_type
        .and_then(|named| named.get(..kind.len()))
        .is_some_and(|named| named.eq_ignore_ascii_case(kind))
}

/// The bytes as text; what is no UTF-8 is replaced.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly all bytes are valid, and to learn just this is much faster than to look for what is not.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The text after `change`, or itself where there was nothing to change.
fn changed<'t>(text: Cow<'t, str>, change: impl Fn(&str) -> Option<String>) -> Cow<'t, str> {
    match change(&text) {
        Some(new) => Cow::Owned(new),
        None => text,
    }
}

/// Urlencoded text with its secrets hidden, if it has any; only the pieces are rewritten in which they stand.
fn hide_fields(text: &str) -> Option<String> {
    let mut rewriting = Rewriting::of(text);
    let mut unread = Some(text);
    while let Some(rest) = unread {
        let piece = rest.split('&').next().unwrap_or_default();
        let after = rest.get(piece.len()..).unwrap_or_default();
        if let Some(hidden) = hide_field(piece) {
            rewriting.replace(rest, after, &hidden);
        }
        unread = after.strip_prefix('&');
    }
    rewriting.finish()
}

/// One piece of an urlencoded text, if there is something to hide in it.
fn hide_field(piece: &str) -> Option<String> {
    let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
    if is_secret_name(&decoded(name)) {
        return Some(format!("{name}={HIDDEN}"));
    }
    match masked(&decoded(value)) {
        Some(value) => Some(format!("{name}={}", percent_encode_form(value.as_bytes()))),
        None => masked(piece),
    }
}

/// A name or value as its reader understands it.
fn decoded(encoded: &str) -> Cow<'_, str> {
    if !encoded.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(encoded);
    }
    Cow::Owned(readable(&percent_decode_form(encoded.as_bytes())).into_owned())
}

fn redact_multipart(content_type: Option<&str>, body: &[u8]) -> String {
    match RawForm::from_body(content_type, body) {
        Ok(form) => redact_fields(&form),
        // What cannot be read cannot be redacted either.
        Err(error) => format!("[{error}]"),
    }
}

fn redact_fields(form: &RawForm) -> String {
    let pieces = form.fields().iter().map(|field| {
        let encoded = format!("{}={}", percent_encode_form(&field.name), percent_encode_form(&field.value));
        hide_field(&encoded).unwrap_or(encoded)
    });
    pieces.collect::<Vec<_>>().join("&")
}

fn shortened(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => {
            Cow::Borrowed(text.get(..text.floor_char_boundary(KEPT_BODY_BYTES_MAX)).unwrap_or(text))
        }
        Cow::Owned(mut text) => {
            text.truncate(text.floor_char_boundary(KEPT_BODY_BYTES_MAX));
            Cow::Owned(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    fn body(kind: Option<&str>, text: &str) -> String {
        redact_body(kind, text.as_bytes()).into_owned()
    }

    #[test]
    fn secret_headers_are_hidden_and_others_stay() {
        let mut headers = Headers::new();
        headers.push("Authorization", "Basic dGVzdDp0ZXN0");
        headers.push("Idempotence-Key", "abc");
        let shown = redact_headers(&headers);
        assert_eq!(shown, [("Authorization", "***".into()), ("Idempotence-Key", "abc".into())]);
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
