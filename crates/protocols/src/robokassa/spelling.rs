//! The spellings in which clients sign a value that they send: as it is, decoded, or encoded once more.

use wire::form::{TextEncoding, percent_decode_form, percent_encode_form};

/// How the text in a signed slot is made from the value received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spelling {
    /// As it is after the one form-decode every framework performs.
    Received,
    /// Decoded once more: the client encoded the value before its HTTP library did.
    Decoded,
    /// Decoded twice more.
    DecodedTwice,
    /// Encoded like PHP's `urlencode`: space as plus, `~` escaped.
    Form,
    /// Encoded like PHP's `rawurlencode`: space as `%20`, `~` bare.
    Raw,
    /// Encoded like JavaScript's `encodeURIComponent`: also `!'()*` bare.
    Script,
}

impl Spelling {
    /// The text in this spelling; `None` if the value has none.
    pub(super) fn of(self, text: &str, encoding: TextEncoding) -> Option<String> {
        match self {
            Spelling::Received => Some(text.to_owned()),
            Spelling::Decoded => decoded(text, encoding),
            Spelling::DecodedTwice => decoded(&decoded(text, encoding)?, encoding),
            Spelling::Form => Some(percent_encode_form(&encoding.encode(text)?)),
            Spelling::Raw => Some(Spelling::Form.of(text, encoding)?.replace('+', "%20").replace("%7E", "~")),
            Spelling::Script => {
                let bare = [("%21", "!"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*")];
                let raw = Spelling::Raw.of(text, encoding)?;
                Some(bare.iter().fold(raw, |text, (escaped, plain)| text.replace(escaped, plain)))
            }
        }
    }
}

/// Percent-decodes once; `None` if what comes out is not text in this encoding.
pub(super) fn decoded(text: &str, encoding: TextEncoding) -> Option<String> {
    encoding.decode(&percent_decode_form(&encoding.encode(text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTF_8: TextEncoding = TextEncoding::UTF_8;

    #[test]
    fn encoders_differ_as_their_languages_do() {
        let text = "a b~!'()*я+/-_.";
        assert_eq!(Spelling::Form.of(text, UTF_8).unwrap(), "a+b%7E%21%27%28%29%2A%D1%8F%2B%2F-_.");
        assert_eq!(Spelling::Raw.of(text, UTF_8).unwrap(), "a%20b~%21%27%28%29%2A%D1%8F%2B%2F-_.");
        assert_eq!(Spelling::Script.of(text, UTF_8).unwrap(), "a%20b~!'()*%D1%8F%2B%2F-_.");
    }

    #[test]
    fn percent_signs_are_escaped_once_and_never_mistaken() {
        assert_eq!(Spelling::Script.of("%7E%21", UTF_8).unwrap(), "%257E%2521");
    }

    #[test]
    fn decoding_keeps_to_the_encoding() {
        assert_eq!(Spelling::Decoded.of("%25CE", UTF_8).unwrap(), "%CE");
        assert_eq!(Spelling::DecodedTwice.of("%25CE", UTF_8), None);
        assert_eq!(Spelling::DecodedTwice.of("%25CE", TextEncoding::WINDOWS_1251).unwrap(), "О");
    }

    #[test]
    fn what_every_encoder_writes_is_decoded_to_the_same_text() {
        for spelling in [Spelling::Form, Spelling::Raw, Spelling::Script] {
            let written = spelling.of("a b~!'()*я", UTF_8).unwrap();
            assert_eq!(decoded(&written, UTF_8).unwrap(), "a b~!'()*я");
        }
    }
}
