//! Reading a JSON body field by field, each refusal naming its parameter.

use serde_json::{Map, Value};

use super::kopecks;
use super::problem::Problem;

/// One object of the body and where it stands in it. `null` counts as absent.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The body itself; it must be an object.
    pub(crate) fn of_body(body: &'a Value) -> Result<Fields<'a>, Problem> {
        Fields::of(body, String::new())
    }

    /// A value that stands at this path of the body, for example `items[2]`.
    pub(crate) fn of(value: &'a Value, path: String) -> Result<Fields<'a>, Problem> {
        let object = value.as_object().ok_or_else(|| {
            let named = if path.is_empty() { "body" } else { &path };
            Problem::invalid(named, "A JSON object is expected")
        })?;
        Ok(Fields { object, path })
    }

    /// The full name of a field, as errors give it.
    pub(crate) fn name(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    /// The raw value, unless it is absent or null.
    pub(crate) fn value(&self, field: &str) -> Option<&'a Value> {
        self.object.get(field).filter(|value| !value.is_null())
    }

    /// The keys and values of this object.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.object.iter()
    }

    /// An error about one field.
    pub(crate) fn wrong(&self, field: &str, why: &str) -> Problem {
        Problem::invalid(self.name(field), why)
    }

    /// The error for a field that is not there.
    pub(crate) fn missing(&self, field: &str) -> Problem {
        self.wrong(field, "This parameter is required")
    }

    /// A text of at most so many characters.
    pub(crate) fn text(&self, field: &str, most: usize) -> Result<Option<&'a str>, Problem> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.wrong(field, "A string is expected"))?;
        if text.chars().count() > most {
            return Err(self.wrong(field, &format!("At most {most} characters are allowed")));
        }
        Ok(Some(text))
    }

    /// A text that must be there and not be empty.
    pub(crate) fn need_text(&self, field: &str, most: usize) -> Result<&'a str, Problem> {
        self.text(field, most)?.filter(|text| !text.is_empty()).ok_or_else(|| self.missing(field))
    }

    /// A flag.
    pub(crate) fn flag(&self, field: &str) -> Result<Option<bool>, Problem> {
        let Some(value) = self.value(field) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong(field, "true or false is expected"))
    }

    /// A whole number within bounds; SDKs send it as a number or as text.
    pub(crate) fn number(&self, field: &str, least: u64, most: u64) -> Result<Option<u64>, Problem> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        number
            .filter(|number| (least..=most).contains(number))
            .map(Some)
            .ok_or_else(|| self.wrong(field, &format!("A whole number from {least} to {most} is expected")))
    }

    /// A nested object.
    pub(crate) fn object(&self, field: &str) -> Result<Option<Fields<'a>>, Problem> {
        self.value(field).map(|value| Fields::of(value, self.name(field))).transpose()
    }

    /// A list; absent and empty are the same.
    pub(crate) fn list(&self, field: &str) -> Result<&'a [Value], Problem> {
        let Some(value) = self.value(field) else { return Ok(&[]) };
        let list = value.as_array().ok_or_else(|| self.wrong(field, "A list is expected"))?;
        Ok(list.as_slice())
    }

    /// An amount object in kopecks; zero is allowed here.
    pub(crate) fn amount(&self, field: &str) -> Result<Option<i64>, Problem> {
        let Some(amount) = self.object(field)? else { return Ok(None) };
        let value = amount.need_text("value", 32)?;
        let kopecks = kopecks::parse(value).ok_or_else(|| {
            amount.wrong("value", "A sum like 100.00 is expected: digits, a dot, two decimals")
        })?;
        if amount.need_text("currency", 3)? != "RUB" {
            return Err(amount.wrong("currency", "This shop takes RUB only"));
        }
        Ok(Some(kopecks))
    }

    /// An amount that must be there and above zero.
    pub(crate) fn need_amount(&self, field: &str) -> Result<i64, Problem> {
        let kopecks = self.amount(field)?.ok_or_else(|| self.missing(field))?;
        if kopecks == 0 {
            return Err(self.wrong(&format!("{field}.value"), "The sum must be above zero"));
        }
        Ok(kopecks)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_names_the_whole_path() {
        let body = json!({"amount": {"value": "1,50", "currency": "RUB"}, "deep": {"list": 5}});
        let fields = Fields::of_body(&body).unwrap();
        assert_eq!(fields.need_amount("amount").unwrap_err().parameter(), Some("amount.value"));
        let deep = fields.object("deep").unwrap().unwrap();
        assert_eq!(deep.list("list").unwrap_err().parameter(), Some("deep.list"));
    }

    #[test]
    fn null_is_absent_and_an_empty_list_is_fine() {
        let body = json!({"description": null, "transfers": []});
        let fields = Fields::of_body(&body).unwrap();
        assert_eq!(fields.text("description", 5).unwrap(), None);
        assert!(fields.list("transfers").unwrap().is_empty());
        assert!(fields.list("nothing").unwrap().is_empty());
    }

    #[test]
    fn lengths_count_characters_and_not_bytes() {
        let body = json!({"description": "пять!"});
        let fields = Fields::of_body(&body).unwrap();
        assert_eq!(fields.text("description", 5).unwrap(), Some("пять!"));
        assert!(fields.text("description", 4).is_err());
    }

    #[test]
    fn other_currencies_and_plain_numbers_are_refused() {
        let dollars = json!({"amount": {"value": "1.00", "currency": "USD"}});
        let number = json!({"amount": {"value": 1.0, "currency": "RUB"}});
        let at = |body| Fields::of_body(body).unwrap().need_amount("amount").unwrap_err();
        assert_eq!(at(&dollars).parameter(), Some("amount.currency"));
        assert_eq!(at(&number).parameter(), Some("amount.value"));
    }
}
