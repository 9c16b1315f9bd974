//! The little XML that the services answer: elements with text, nothing else.

/// Writes an element whose content is XML already.
pub(crate) fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// Writes an element with text in it.
pub(crate) fn text(name: &str, content: &str) -> String {
    element(name, &escaped(content))
}

/// Writes an element with attributes and content that is XML already.
pub(crate) fn attributes(name: &str, values: &[(&str, &str)], content: &str) -> String {
    let values: String =
        values.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value))).collect();
    if content.is_empty() {
        format!("<{name}{values}/>")
    } else {
        format!("<{name}{values}>{content}</{name}>")
    }
}

/// The text as XML 1.0 can carry it. Characters that it cannot carry at all, not even as references, become
/// the replacement character, so that one stranger's control byte does not make a whole reply unreadable.
pub(crate) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&apos;"),
            '\t' | '\n' | '\r' => written.push_str(&format!("&#{};", u32::from(c))),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => written.push('\u{fffd}'),
            _ => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_escaped_and_impossible_characters_replaced() {
        assert_eq!(
            text("Value", "a<b>&\"c\"'\t\u{0}\u{1b}\u{ffff}ж🎁"),
            "<Value>a&lt;b&gt;&amp;&quot;c&quot;&apos;&#9;\u{fffd}\u{fffd}\u{fffd}ж🎁</Value>"
        );
    }
}
