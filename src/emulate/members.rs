//! Files of accounts: JSON arrays of objects, mistakes named by entry and member.

use crate::cli::emulate::web_address;
use crate::error::ProgramError;
use domain::secrets::Secret;
use domain::sellers::{ShopAddress, Verb};
use serde_json::{Map, Value};
use std::path::Path;

/// A secret is so long at most, in bytes.
const SECRET_BYTES_MAX: usize = 256;

/// Reads a file.
///
/// # Errors
/// [`ProgramError::Settings`] naming the file and what is wrong in it.
pub(super) fn read_file<T>(
    file: &Path,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, ProgramError> {
    let wrong = |why: String| ProgramError::Settings(format!("the accounts in {}: {why}", file.display()));
    let text =
        std::fs::read_to_string(file).map_err(|error| wrong(format!("the file cannot be read: {error}")))?;
    parse(&text).map_err(wrong)
}

/// An object with its place, counted from 1.
type Entry = (usize, Map<String, Value>);

/// The objects of an array.
pub(super) fn entries(text: &str, example: &str) -> Result<Vec<Entry>, String> {
    // A byte order mark is what Windows' editors put before JSON.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    let Value::Array(entries) = value else {
        return Err(format!("expected an array such as [{example}]"));
    };
    let object = |(entry, number): (Value, usize)| match entry {
        Value::Object(members) => Ok((number, members)),
        _ => Err(format!("entry {number}, which is no object such as {example}")),
    };
    entries.into_iter().zip(1..).map(object).collect()
}

/// Whether an object has none but these members.
pub(super) fn only(members: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match members.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            Err(format!("member \"{unknown}\": there is no such member; there are {}", known.join(", ")))
        }
    }
}

/// A secret that replaces the usual one, if it is named.
pub(super) fn secret(members: &Map<String, Value>, name: &str, place: &mut Secret) -> Result<(), String> {
    let Some(said) = text(members, name)? else { return Ok(()) };
    if said.is_empty() || said.len() > SECRET_BYTES_MAX {
        return Err(format!("member \"{name}\": expected 1 to {SECRET_BYTES_MAX} bytes"));
    }
    *place = Secret::new(said.to_owned());
    Ok(())
}

/// The text of a member; none if it is left out or null.
pub(super) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("member \"{name}\": expected a text in quotes")),
    }
}

/// An address with its method. A method alone goes with the usual address; an empty address means none.
pub(super) fn address(
    members: &Map<String, Value>,
    (url, method): (&str, &str),
    place: &mut Option<ShopAddress>,
    verb: Verb,
) -> Result<(), String> {
    match text(members, url)? {
        Some("") => *place = None,
        Some(said) => {
            let said = web_address(said).map_err(|why| format!("member \"{url}\": {why}"))?;
            *place = Some(ShopAddress { url: said, verb });
        }
        None => {}
    }
    if let Some(said) = text(members, method)? {
        let verb = Verb::from_code(said);
        let verb = verb.ok_or_else(|| format!("member \"{method}\": expected GET or POST"))?;
        if let Some(address) = place {
            address.verb = verb;
        }
    }
    Ok(())
}
