//! Hides the values of secret members in JSON.
//!
//! It works on the text, so it keeps numbers and order as they were sent and also serves a document that was cut
//! off in the middle.

use std::borrow::Cow;

use crate::redact::{HIDDEN, is_secret_name};
use crate::rewriting::Rewriting;

/// A member of this name is a payer's method, and whoever knows its `id` charges it.
const METHOD_NAME: &str = "payment_method";
/// What may begin or end a value, or something inside it.
const MARKS: [char; 6] = ['"', '{', '[', '}', ']', ','];

/// The document with the values of its secret members replaced, if it has any.
pub(crate) fn hide_members(text: &str) -> Option<String> {
    hide_members_of(text, false)
}

/// Of a payer's method the members that name it are secrets, too.
fn hide_members_of(text: &str, of_method: bool) -> Option<String> {
    let mut rewriting = Rewriting::of(text);
    let mut rest = text;
    while let Some(from_quote) = rest.find('"').and_then(|at| rest.get(at..)) {
        let (token, after) = string_token(from_quote);
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        let (name, value) = (without_escapes(token), value.trim_start());
        if is_secret_name(&name) || (of_method && name == "id") {
            rest = after_value(value);
            rewriting.replace(after, rest, &format!(": \"{HIDDEN}\""));
        } else if !of_method && name == METHOD_NAME && value.starts_with('{') {
            rest = after_value(value);
            let method = value.strip_suffix(rest).unwrap_or(value);
            let hidden = hide_members_of(method, true);
            rewriting.replace(after, rest, &format!(": {}", hidden.as_deref().unwrap_or(method)));
        }
    }
    rewriting.finish()
}

/// The string that the text begins with, with its quotes, and what follows; everything if it never ends.
fn string_token(text: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return text.split_at_checked(at.saturating_add(1)).unwrap_or((text, "")),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    (text, "")
}

/// A name as its reader understands it, as far as it matters here: `\u0070` is `p`, other escapes are dropped.
fn without_escapes(token: &str) -> Cow<'_, str> {
    let mut rest = token.trim_matches('"');
    if !rest.contains('\\') {
        return Cow::Borrowed(rest);
    }
    let mut plain = String::with_capacity(token.len());
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
    Cow::Owned(plain)
}

/// What follows the value that the text begins with: a string, an object or list, a number or a word.
fn after_value(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut rest = text;
    while let Some(from_mark) = rest.find(MARKS).and_then(|at| rest.get(at..)) {
        match from_mark.as_bytes() {
            [b'}' | b']' | b',', ..] if depth == 0 => return from_mark,
            [b'{' | b'[', ..] => depth = depth.saturating_add(1),
            [b'}' | b']', ..] => depth = depth.saturating_sub(1),
            _ => {}
        }
        // All marks are one byte long.
        let after_mark = from_mark.get(1..).unwrap_or_default();
        rest = if from_mark.starts_with('"') { string_token(from_mark).1 } else { after_mark };
        if depth == 0 {
            return rest;
        }
    }
    ""
}
