//! The members of a JSON object, found by name in whatever case and with or without underscores: clients of
//! one service write `InvoiceItems`, `invoiceItems` and `invoice_items`.
//!
//! Values stay text until somebody reads them, so no number passes through a float.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::fields::has_control;

/// A value that cannot be taken: where it stands, and what is wrong with it. It repeats nothing of the value.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct Wrong {
    /// The member, as the documentation spells it: `InvoiceItems[0].Cost`.
    pub path: String,
    /// The reason, in English.
    pub why: &'static str,
}

impl Wrong {
    /// A member to blame.
    pub(super) fn of(path: impl Into<String>, why: &'static str) -> Wrong {
        Wrong { path: path.into(), why }
    }

    /// The same, inside of something.
    pub(super) fn inside(self, outer: &str) -> Wrong {
        Wrong { path: format!("{outer}.{}", self.path), ..self }
    }
}

/// An object's members with their values as written.
#[derive(Debug)]
pub(super) struct Members<'a>(Vec<(String, String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The members of a text; `None` if it is no JSON object.
    pub(super) fn of(json: &'a str) -> Option<Members<'a>> {
        let members: BTreeMap<String, &'a RawValue> = serde_json::from_str(json).ok()?;
        Some(Members(members.into_iter().map(|(name, value)| (plain(&name), name, value)).collect()))
    }

    /// Every member under its own name, ordered by it.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(_, name, value)| (name.as_str(), *value))
    }

    /// A member's value; nothing where it is missing or `null`.
    pub(super) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let wanted = plain(name);
        let found = self.0.iter().find(|(known, _, _)| *known == wanted);
        found.map(|(_, _, value)| *value).filter(|value| value.get() != "null")
    }

    /// A text, or a number as it was written; nothing where there is none or it is empty.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let text = text_of(raw).ok_or_else(|| Wrong::of(name, "expected a text"))?;
        if has_control(&text, &['\t', '\r', '\n', '\u{1d}']) {
            return Err(Wrong::of(name, "the text has control characters"));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// Yes or no, as JSON says it or as a text with 1, 0, true or false; no where there is none.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(false) };
        let text = text_of(raw).unwrap_or_else(|| raw.get().to_owned()).to_ascii_lowercase();
        match text.trim() {
            "true" | "1" => Ok(true),
            "false" | "0" | "" => Ok(false),
            _ => Err(Wrong::of(name, "expected true or false")),
        }
    }

    /// The elements of an array, which some clients send as a text with JSON in it; none where there is none.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Box<RawValue>>, Wrong> {
        let Some(raw) = self.raw(name) else { return Ok(Vec::new()) };
        let inner = inner_json(raw);
        if inner.trim().is_empty() {
            return Ok(Vec::new());
        }
        serde_json::from_str(&inner).map_err(|_| Wrong::of(name, "expected an array"))
    }

    /// The texts of an array, or a single text in its place.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Wrong> {
        if let Some(text) =
            self.raw(name).and_then(text_of).filter(|text| !text.trim_start().starts_with('['))
        {
            return Ok(Some(text).filter(|text| !text.is_empty()).into_iter().collect());
        }
        let wrong = || Wrong::of(name, "expected an array of texts");
        self.list(name)?.iter().map(|raw| text_of(raw).ok_or_else(wrong)).collect()
    }
}

/// The JSON of a value, or the JSON inside of its text.
pub(super) fn inner_json(raw: &RawValue) -> String {
    if raw.get().starts_with('"') { text_of(raw).unwrap_or_default() } else { raw.get().to_owned() }
}

/// The text of a number as it was written, or a text.
pub(super) fn text_of(raw: &RawValue) -> Option<String> {
    let raw = raw.get();
    match raw.bytes().next()? {
        b'"' => serde_json::from_str(raw).ok(),
        b'-' | b'0'..=b'9' => Some(raw.to_owned()),
        _ => None,
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_in_every_spelling_of_its_name() {
        for json in [r#"{"OutSum":1.50}"#, r#"{"outSum":"1.50"}"#, r#"{"out_sum":1.50}"#] {
            assert_eq!(Members::of(json).unwrap().text("OutSum"), Ok(Some("1.50".to_owned())), "{json}");
        }
        assert!(Members::of("[]").is_none() && Members::of("{").is_none());
    }

    #[test]
    fn numbers_keep_every_digit() {
        let json = r#"{"InvId":9223372036854775807,"Sum":0.1000000000000000055511151231257827}"#;
        let members = Members::of(json).unwrap();
        assert_eq!(members.text("InvId").unwrap().unwrap(), "9223372036854775807");
        assert_eq!(members.text("Sum").unwrap().unwrap(), "0.1000000000000000055511151231257827");
    }

    #[test]
    fn nothing_is_said_in_several_ways() {
        let members = Members::of(r#"{"a":null,"b":"","c":[],"d":false,"e":"0"}"#).unwrap();
        assert_eq!((members.text("a"), members.text("b"), members.text("z")), (Ok(None), Ok(None), Ok(None)));
        assert!(members.list("c").unwrap().is_empty() && members.list("z").unwrap().is_empty());
        assert_eq!(
            (members.flag("d"), members.flag("e"), members.flag("z")),
            (Ok(false), Ok(false), Ok(false))
        );
    }

    #[test]
    fn a_value_of_another_kind_is_named() {
        let members = Members::of(r#"{"Sum":{},"On":"perhaps","Items":7,"Text":"\u0000"}"#).unwrap();
        assert_eq!(members.text("Sum").unwrap_err().to_string(), "Sum: expected a text");
        assert_eq!(members.flag("On").unwrap_err().path, "On");
        assert_eq!(members.list("Items").unwrap_err().path, "Items");
        assert_eq!(members.text("Text").unwrap_err().why, "the text has control characters");
        assert_eq!(Wrong::of("Cost", "missing").inside("InvoiceItems[0]").path, "InvoiceItems[0].Cost");
    }

    #[test]
    fn an_array_may_be_written_as_a_text() {
        let members = Members::of(r#"{"Items":"[1,2]","Aliases":["SBP"],"Statuses":"Paid"}"#).unwrap();
        assert_eq!(members.list("Items").unwrap().len(), 2);
        assert_eq!(members.texts("Aliases").unwrap(), ["SBP"]);
        assert_eq!(members.texts("Statuses").unwrap(), ["Paid"]);
    }
}
