//! Forms as strangers send them: ordered pairs of bytes, bounded, and turned into text only when somebody
//! says in which encoding.

use encoding_rs::Encoding;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use crate::multipart;

/// The longest form that is read, in bytes.
pub const FORM_BYTES_MAX: usize = 262_144;
/// The most fields that one form may have.
pub const FORM_FIELDS_MAX: usize = 500;
/// How much of a field's name an error repeats, in characters.
const SHOWN_NAME_MAX: usize = 64;

/// Why a form could not be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormError {
    /// More bytes than [`FORM_BYTES_MAX`].
    #[error("the form has {bytes} bytes; at most {FORM_BYTES_MAX} are read")]
    TooLong {
        /// How many there were.
        bytes: usize,
    },
    /// More fields than [`FORM_FIELDS_MAX`].
    #[error("the form has more than {FORM_FIELDS_MAX} fields")]
    TooManyFields,
    /// A body of a type that is no form.
    #[error("the body is not a form")]
    NotAForm,
    /// A multipart body that breaks its own rules.
    #[error("the multipart form is broken: {what}")]
    BrokenMultipart {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A file in a multipart form.
    #[error("the form contains a file; files are not accepted here")]
    FileRefused,
    /// A value that is not text in the encoding named.
    #[error("the field {name} is not valid {encoding}")]
    InvalidText {
        /// The field's name, shortened.
        name: String,
        /// The encoding in which it was to be read.
        encoding: &'static str,
    },
}

/// An encoding in which ASCII is ASCII, so that names, digits and percent signs mean the same in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextEncoding(&'static Encoding);

impl TextEncoding {
    /// What everybody uses now.
    pub const UTF_8: TextEncoding = TextEncoding(encoding_rs::UTF_8);
    /// What old Russian shops use.
    pub const WINDOWS_1251: TextEncoding = TextEncoding(encoding_rs::WINDOWS_1251);

    /// The encoding of a label of the WHATWG standard (`utf-8`, `cp1251`, `Windows-1251`, `koi8-r`), if
    /// ASCII is a part of it.
    pub fn from_label(label: &str) -> Option<TextEncoding> {
        Encoding::for_label_no_replacement(label.as_bytes())
            .filter(|encoding| encoding.is_ascii_compatible())
            .map(TextEncoding)
    }

    /// Its standard name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The text of these bytes; `None` if they are not valid in this encoding. Nothing is replaced.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        self.0.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
    }

    /// The bytes of this text; `None` if the encoding has no place for one of its characters.
    pub fn encode(self, text: &str) -> Option<Vec<u8>> {
        let (bytes, _, replaced) = self.0.encode(text);
        (!replaced).then(|| bytes.into_owned())
    }
}

/// One field: its name and value as bytes, percent-decoded once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawField {
    /// The name.
    pub name: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

impl RawField {
    /// The value as text.
    ///
    /// # Errors
    /// [`FormError::InvalidText`] with the field's name if the bytes are not valid in this encoding.
    pub fn text(&self, encoding: TextEncoding) -> Result<String, FormError> {
        encoding
            .decode(&self.value)
            .ok_or_else(|| FormError::InvalidText { name: self.shown_name(), encoding: encoding.name() })
    }

    /// Whether the field is called so, in any case.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    fn shown_name(&self) -> String {
        String::from_utf8_lossy(&self.name).chars().take(SHOWN_NAME_MAX).collect()
    }
}

/// The fields of a form in the order in which they were sent.
///
/// ```
/// use wire::form::{RawForm, TextEncoding};
/// let form = RawForm::from_urlencoded(b"InvId=7&Description=%CE%EA")?;
/// assert_eq!(form.first("invid").map(|f| f.value.as_slice()), Some(b"7".as_slice()));
/// let description = form.first("description").unwrap();
/// assert!(description.text(TextEncoding::UTF_8).is_err());
/// assert_eq!(description.text(TextEncoding::WINDOWS_1251)?, "Ок");
/// # Ok::<(), wire::form::FormError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RawForm {
    fields: Vec<RawField>,
}

impl RawForm {
    /// Reads `application/x-www-form-urlencoded` text: a query or a body. A broken percent sign stands for
    /// itself, empty pieces between ampersands are skipped, a name without `=` has an empty value.
    ///
    /// # Errors
    /// Too long, or too many fields.
    pub fn from_urlencoded(text: &[u8]) -> Result<RawForm, FormError> {
        limit_bytes(text)?;
        let mut form = RawForm::default();
        for piece in text.split(|&b| b == b'&').filter(|piece| !piece.is_empty()) {
            let mut halves = piece.splitn(2, |&b| b == b'=');
            let name = halves.next().unwrap_or_default();
            let value = halves.next().unwrap_or_default();
            form.push(percent_decode_form(name), percent_decode_form(value))?;
        }
        Ok(form)
    }

    /// Reads a body by its content type; without one it is taken as urlencoded. An empty body is an empty
    /// form whatever its type says.
    ///
    /// # Errors
    /// [`FormError::NotAForm`] for another type, and whatever is wrong with the form.
    pub fn from_body(content_type: Option<&str>, body: &[u8]) -> Result<RawForm, FormError> {
        limit_bytes(body)?;
        if body.is_empty() {
            return Ok(RawForm::default());
        }
        let content_type = content_type.unwrap_or("application/x-www-form-urlencoded");
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => RawForm::from_urlencoded(body),
            "multipart/form-data" => multipart::read(content_type, body),
            _ => Err(FormError::NotAForm),
        }
    }

    /// Adds a field at the end.
    ///
    /// # Errors
    /// [`FormError::TooManyFields`].
    pub fn push(&mut self, name: Vec<u8>, value: Vec<u8>) -> Result<(), FormError> {
        if self.fields.len() >= FORM_FIELDS_MAX {
            return Err(FormError::TooManyFields);
        }
        self.fields.push(RawField { name, value });
        Ok(())
    }

    /// All fields in order.
    pub fn fields(&self) -> &[RawField] {
        &self.fields
    }

    /// The fields of this name, in any case, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a RawField> {
        self.fields.iter().filter(move |field| field.is_called(name))
    }

    /// The first field of this name, in any case.
    pub fn first(&self, name: &str) -> Option<&RawField> {
        self.fields.iter().find(|field| field.is_called(name))
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

fn limit_bytes(text: &[u8]) -> Result<(), FormError> {
    if text.len() > FORM_BYTES_MAX { Err(FormError::TooLong { bytes: text.len() }) } else { Ok(()) }
}

/// What PHP's `urlencode` leaves alone besides letters and digits. The space is encoded first and becomes
/// a plus afterwards.
const FORM_KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Percent-encodes like PHP's `urlencode`: upper-case hex, space as plus, `~` and `*` escaped.
///
/// ```
/// assert_eq!(wire::form::percent_encode_form("a b~ж".as_bytes()), "a+b%7E%D0%B6");
/// ```
pub fn percent_encode_form(text: &[u8]) -> String {
    percent_encode(text, FORM_KEPT).to_string().replace("%20", "+")
}

/// Undoes percent-encoding once; a plus is a space, a broken percent sign stands for itself.
///
/// ```
/// assert_eq!(wire::form::percent_decode_form(b"a+b%7e%zz%"), b"a b~%zz%");
/// ```
pub fn percent_decode_form(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|&b| if b == b'+' { b' ' } else { b }).collect();
    percent_decode(&spaced).collect()
}

/// Pairs as the text of a query or of an urlencoded body, in the order given.
///
/// ```
/// assert_eq!(wire::form::encode_pairs([("EMail", "a@b.test"), ("Fee", "")]), "EMail=a%40b.test&Fee=");
/// ```
pub fn encode_pairs<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let encode = |text: &str| percent_encode_form(text.as_bytes());
    pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", encode(name.as_ref()), encode(value.as_ref())))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(form: &RawForm) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        form.fields().iter().map(|f| (text(&f.name), text(&f.value))).collect()
    }

    #[test]
    fn fields_keep_their_order_their_repeats_and_their_case() {
        let form = RawForm::from_urlencoded(b"&b=2&A=1&&a=3&c&d=x=y&").unwrap();
        let expected = [("b", "2"), ("A", "1"), ("a", "3"), ("c", ""), ("d", "x=y")];
        assert_eq!(pairs(&form), expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(form.all("A").count(), 2);
        assert_eq!(form.first("a").unwrap().value, b"1");
        assert!(form.first("e").is_none());
    }

    #[test]
    fn limits_hold() {
        assert_eq!(
            RawForm::from_urlencoded(&vec![b'a'; FORM_BYTES_MAX + 1]),
            Err(FormError::TooLong { bytes: FORM_BYTES_MAX + 1 })
        );
        assert!(RawForm::from_urlencoded("a=1&".repeat(FORM_FIELDS_MAX).as_bytes()).is_ok());
        let too_many = "a=1&".repeat(FORM_FIELDS_MAX + 1);
        assert_eq!(RawForm::from_urlencoded(too_many.as_bytes()), Err(FormError::TooManyFields));
    }

    #[test]
    fn invalid_text_is_refused_by_the_name_of_its_field() {
        let form = RawForm::from_urlencoded(b"Shp_a=%ff").unwrap();
        let error = form.first("shp_A").unwrap().text(TextEncoding::UTF_8).unwrap_err();
        assert_eq!(error.to_string(), "the field Shp_a is not valid UTF-8");
    }

    #[test]
    fn a_byte_order_mark_is_text_like_any_other() {
        assert_eq!(TextEncoding::UTF_8.decode(b"\xef\xbb\xbfa").as_deref(), Some("\u{feff}a"));
    }

    #[test]
    fn text_goes_back_to_its_bytes_where_it_has_a_place() {
        assert_eq!(TextEncoding::WINDOWS_1251.encode("Ок"), Some(b"\xce\xea".to_vec()));
        assert_eq!(TextEncoding::WINDOWS_1251.encode("🎁"), None);
    }

    #[test]
    fn only_encodings_that_contain_ascii_are_known() {
        assert_eq!(TextEncoding::from_label("cp1251"), Some(TextEncoding::WINDOWS_1251));
        assert_eq!(TextEncoding::from_label(" UTF8 "), Some(TextEncoding::UTF_8));
        for label in ["utf-16le", "utf-16", "iso-2022-jp", "hz-gb-2312", "replacement", "nonsense", ""] {
            assert_eq!(TextEncoding::from_label(label), None, "{label}");
        }
    }

    #[test]
    fn the_body_is_read_by_its_type() {
        let read = |kind, body: &[u8]| RawForm::from_body(kind, body).map(|form| pairs(&form));
        let one = Ok(vec![("a".to_owned(), "1".to_owned())]);
        assert_eq!(read(None, b"a=1"), one);
        assert_eq!(read(Some("Application/X-WWW-Form-URLencoded; charset=utf-8"), b"a=1"), one);
        assert_eq!(read(Some("application/json"), b""), Ok(vec![]));
        assert_eq!(read(Some("application/json"), b"{}"), Err(FormError::NotAForm));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            if let Ok(form) = RawForm::from_urlencoded(&bytes) {
                for field in form.fields() {
                    let _ = field.text(TextEncoding::UTF_8);
                }
            }
        }

        #[test]
        fn what_is_encoded_is_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(percent_decode_form(percent_encode_form(&bytes).as_bytes()), bytes);
        }

        #[test]
        fn encoded_pairs_are_read_back(all in proptest::collection::vec(("\\PC{0,9}", "\\PC{0,9}"), 0..9)) {
            let form = RawForm::from_urlencoded(encode_pairs(all.iter().map(|(n, v)| (n, v))).as_bytes()).unwrap();
            prop_assert_eq!(pairs(&form), all);
        }
    }
}
