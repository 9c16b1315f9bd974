//! Just enough reading of pages to find attributes and to fill in forms.
//! Our pages are checked by a browser elsewhere; here it is enough to act on them.

use std::collections::BTreeMap;

/// A form as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it leads; empty means the page itself.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// Fields that are sent whatever is pressed: hidden ones, texts, checked boxes, chosen options.
    pub fields: Vec<(String, String)>,
    /// What can be pressed or chosen: named buttons and unchecked boxes.
    pub choices: Vec<(String, String)>,
}

#[derive(Debug)]
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Tag {
    fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    fn pair(&self) -> Option<(String, String)> {
        Some((self.get("name")?.to_owned(), self.get("value").unwrap_or_default().to_owned()))
    }
}

/// An attribute of the first element of this name that has it.
pub fn value_of(page: &str, element: &str, attribute: &str) -> Option<String> {
    let mut tags = tags(page).into_iter().filter(|tag| tag.name == element);
    tags.find_map(|tag| tag.get(attribute).map(str::to_owned))
}

/// Every value of an attribute, in the order of the page.
pub fn values_of(page: &str, attribute: &str) -> Vec<String> {
    tags(page).iter().filter_map(|tag| tag.get(attribute).map(str::to_owned)).collect()
}

/// All forms of a page.
pub fn forms(page: &str) -> Vec<Form> {
    let (mut forms, mut open): (Vec<Form>, Option<Form>) = (Vec::new(), None);
    for tag in tags(page) {
        match (tag.name.as_str(), open.as_mut()) {
            ("form", _) => {
                let method = tag.get("method").unwrap_or("get").to_ascii_lowercase();
                let action = tag.get("action").unwrap_or_default().to_owned();
                forms.extend(open.replace(Form { action, method, fields: Vec::new(), choices: Vec::new() }));
            }
            ("/form", _) => forms.extend(open.take()),
            ("input" | "button", Some(form)) => {
                let waits =
                    match tag.get("type").unwrap_or(if tag.name == "button" { "submit" } else { "text" }) {
                        "submit" => true,
                        "radio" | "checkbox" => tag.get("checked").is_none(),
                        _ => false,
                    };
                if waits { &mut form.choices } else { &mut form.fields }.extend(tag.pair());
            }
            _ => {}
        }
    }
    forms.extend(open);
    forms
}

fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name_ends = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
        let name = rest[..name_ends].to_ascii_lowercase();
        let (attributes, after) = attributes(&rest[name_ends..]);
        rest = after;
        if matches!(name.as_str(), "script" | "style") {
            rest = rest.find(&format!("</{name}")).map_or("", |end| &rest[end..]);
        }
        tags.push(Tag { name, attributes });
    }
    tags
}

/// Attributes up to the end of the tag, and what follows it.
fn attributes(mut rest: &str) -> (BTreeMap<String, String>, &str) {
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (attributes, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (attributes, after);
        }
        let ends =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(ends.max(1).min(rest.len()));
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => value_of_attribute(value.trim_start()),
            None => ("", after),
        };
        attributes.insert(name.to_ascii_lowercase(), unescaped(value));
        rest = after;
    }
}

fn value_of_attribute(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len()))
}

/// The text that an attribute stands for. Template engines escape by name or by number.
fn unescaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let entity = after.split_once(';').and_then(|(name, after)| Some((character(name)?, after)));
        match entity {
            Some((c, after)) => {
                plain.push(c);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain + rest
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_in_every_spelling() {
        let page = "<!-- <main data-state=no> --><MAIN class='a b' data-state=\"paid\" hidden data-error=29>";
        assert_eq!(value_of(page, "main", "data-state").as_deref(), Some("paid"));
        assert_eq!(value_of(page, "main", "data-error").as_deref(), Some("29"));
    }

    #[test]
    fn entities_become_what_they_stand_for() {
        assert_eq!(unescaped("a&#38;b&amp;c&#x27;&lt;&unknown;&"), "a&b&c'<&unknown;&");
    }

    #[test]
    fn a_form_knows_what_is_sent_and_what_can_be_pressed() {
        let page = r#"<style>a<b</style><form method=POST action="/pay/1/start"><input type=hidden name=csrf value="a&amp;b">
            <input type=radio name=method value=cash><input type=radio name=method value=sbp checked>
            <input name=phone><button name=outcome value=pay>Pay</button></form><input name=outside>"#;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = Form {
            action: "/pay/1/start".to_owned(),
            method: "post".to_owned(),
            fields: vec![pair("csrf", "a&b"), pair("method", "sbp"), pair("phone", "")],
            choices: vec![pair("method", "cash"), pair("outcome", "pay")],
        };
        assert_eq!(forms(page), [form]);
    }
}
