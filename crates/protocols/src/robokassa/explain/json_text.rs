//! The same JSON as other programs write it: slashes, letters and white space, nothing else changed.

/// How white space is written between the members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spaces {
    Kept,
    /// None at all, as PHP and JavaScript do.
    Compact,
    /// One behind commas and colons, as Python does.
    Python,
}

/// How a character is written inside a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Escape {
    Kept,
    Always,
    Never,
}

/// A way to write JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Style {
    pub spaces: Spaces,
    /// `/` as `\/`.
    pub slashes: Escape,
    /// Letters beyond ASCII as `\uXXXX`.
    pub letters: Escape,
}

/// Writes a JSON text in another style; `None` if it is no JSON that could be read.
pub(super) fn rewritten(text: &str, style: Style) -> Option<String> {
    let mut written = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                written.push('"');
                string(&mut rest, style, &mut written)?;
                written.push('"');
            }
            ' ' | '\t' | '\r' | '\n' if style.spaces != Spaces::Kept => {}
            ',' | ':' if style.spaces == Spaces::Python => {
                written.push(c);
                written.push(' ');
            }
            _ => written.push(c),
        }
    }
    Some(written)
}

fn string(rest: &mut std::str::Chars<'_>, style: Style, written: &mut String) -> Option<()> {
    loop {
        match rest.next()? {
            '"' => return Some(()),
            '\\' => escaped(rest, style, written)?,
            '/' if style.slashes == Escape::Always => written.push_str("\\/"),
            c if !c.is_ascii() && style.letters == Escape::Always => unicode(c, written),
            c => written.push(c),
        }
    }
}

/// What follows a backslash.
fn escaped(rest: &mut std::str::Chars<'_>, style: Style, written: &mut String) -> Option<()> {
    match rest.next()? {
        '/' if style.slashes == Escape::Never => written.push('/'),
        'u' => {
            let first = four(rest)?;
            let code = match first {
                0xD800..=0xDBFF => {
                    (rest.next()? == '\\' && rest.next()? == 'u').then_some(())?;
                    let low = four(rest)?.checked_sub(0xDC00)?;
                    let high = first.checked_sub(0xD800)?.checked_mul(0x400)?;
                    high.checked_add(low)?.checked_add(0x1_0000)?
                }
                _ => first,
            };
            let c = char::from_u32(code)?;
            if style.letters == Escape::Never && !c.is_ascii() {
                written.push(c)
            } else {
                unicode(c, written)
            }
        }
        c => {
            written.push('\\');
            written.push(c);
        }
    }
    Some(())
}

fn four(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let digits: String = rest.take(4).collect();
    u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4)
}

/// Every program seen writes small hexadecimal digits.
fn unicode(c: char, written: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        written.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHP: Style = Style { spaces: Spaces::Compact, slashes: Escape::Always, letters: Escape::Always };
    const PYTHON: Style = Style { spaces: Spaces::Python, slashes: Escape::Never, letters: Escape::Always };
    const PLAIN: Style = Style { spaces: Spaces::Compact, slashes: Escape::Never, letters: Escape::Never };
    const KEPT: Style = Style { spaces: Spaces::Kept, slashes: Escape::Kept, letters: Escape::Kept };

    #[test]
    fn each_language_writes_json_its_own_way() {
        let text = "{ \"a\": \"Чай/\u{1F381} \\\"x\\\"\",\n\"b\": [1, 2.0] }";
        assert_eq!(
            rewritten(text, PHP).unwrap(),
            r#"{"a":"\u0427\u0430\u0439\/\ud83c\udf81 \"x\"","b":[1,2.0]}"#
        );
        assert_eq!(
            rewritten(text, PYTHON).unwrap(),
            r#"{"a": "\u0427\u0430\u0439/\ud83c\udf81 \"x\"", "b": [1, 2.0]}"#
        );
        assert_eq!(
            rewritten(&rewritten(text, PHP).unwrap(), PLAIN).unwrap(),
            rewritten(text, PLAIN).unwrap()
        );
        assert_eq!(rewritten(text, KEPT).unwrap(), text);
    }

    #[test]
    fn broken_json_is_not_written() {
        for text in ["{\"a", "{\"a\\", "{\"\\u12\"}", "{\"\\ud83c\\u0041\"}", "\"\\ud83c\""] {
            assert_eq!(rewritten(text, PLAIN), None, "{text}");
        }
    }
}
