//! The mistakes that integrators make when they sign, each with a code for programs and the data for words.

use wire::digest::Digest;

use crate::robokassa::explain::mistake::{Dirt, Layer, Respelt, Whole};

/// In which order fields were signed instead of by their names' bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Order {
    /// As they were sent.
    AsSent,
    /// By name, capital and small letters alike.
    AnyCase,
    /// By value.
    Values,
    /// The wrong way round.
    Backwards,
    /// By name, although the protocol has an order of its own.
    ByName,
}

/// What was done to the members of nested fields.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Nested {
    /// Left out.
    LeftOut,
    /// In the order in which they were sent.
    AsSent,
    /// By the value of their numbers instead of as texts.
    Numbers,
    /// By their whole names, brackets and all.
    WholeNames,
}

/// One mistake.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Mistake {
    /// No signature was sent.
    SignatureMissing,
    /// What was sent is no digest of any kind.
    SignatureMalformed,
    /// Hex where Base64 of the raw digest should be.
    SignatureHex,
    /// Base64 of the digest's hex instead of the raw digest.
    SignatureOfHex,
    /// Base64 where hex should be.
    SignatureBase64,
    /// Base64 in the alphabet of addresses, or without its padding.
    SignatureAlphabet,
    /// A plus became a space in a link; it is mended here.
    SignaturePlus,
    /// Spaces or quotes around it.
    SignatureSpaces,
    /// A zero at its beginning was lost.
    LeadingZero,
    /// The test key for the sign key, or the reverse.
    KeysSwapped,
    /// A key that was replaced since.
    FormerKey,
    /// Something invisible beside the key.
    KeyDirt(Dirt),
    /// The key in another spelling.
    KeyRespelt(Respelt),
    /// No key in the text.
    KeyLeftOut,
    /// The key at the beginning.
    KeyMoved,
    /// Another digest than the merchant's.
    WrongAlgorithm {
        /// The one that was used.
        used: Digest,
    },
    /// HMAC instead of the plain digest.
    Hmac,
    /// The digest of a digest.
    HashedTwice,
    /// Other marks than colons between the values.
    WrongSeparator {
        /// What stood there; empty for nothing.
        used: &'static str,
    },
    /// Something was done to the whole text.
    Whole(Whole),
    /// Names signed beside the values.
    NamesSigned,
    /// Another order of the fields.
    FieldOrder(Order),
    /// Something was done to nested fields.
    Nested(Nested),
    /// Fields without a value left out with their colon.
    EmptyLeftOut,
    /// A field that was sent and not signed; without a name, all of the merchant's own.
    FieldLeftOut {
        /// Its name.
        name: Option<String>,
    },
    /// A field whose place is empty although it has a value.
    FieldEmptied {
        /// Its name.
        name: String,
    },
    /// A field that takes no part was signed; without a name, all such.
    FieldAdded {
        /// Its name.
        name: Option<String>,
    },
    /// An amount in another format than sent.
    AmountFormat {
        /// As it was signed.
        signed: String,
    },
    /// An amount rounded otherwise than sent.
    AmountRounded {
        /// As it was signed.
        signed: String,
    },
    /// The letters of a value were made small or capital.
    ValueCase {
        /// The field's name.
        name: String,
    },
    /// Values spelt otherwise than sent; without a name, all of them.
    ValueEncoding {
        /// How.
        layer: Layer,
        /// The field's name.
        name: Option<String>,
    },
    /// Spaces around a value were cut off, or line ends changed, before it was signed.
    ValueTrimmed {
        /// The field's name.
        name: String,
    },
    /// The text was hashed in Windows-1251 instead of UTF-8, or the reverse.
    Charset,
    /// UTF-8 taken for another encoding and encoded once more.
    CharsetTwice,
    /// The values are not UTF-8, and `ik_enc` does not say what they are.
    EncodingNotNamed,
    /// A link whose `&` became `&amp;`.
    HtmlAmpersands,
    /// A link that was cut at a `#`.
    LinkCut,
    /// A field that is sent more than once.
    Repeated {
        /// Its name.
        name: String,
    },
}

impl Mistake {
    /// The word for programs; it never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Mistake::SignatureMissing => "signature_missing",
            Mistake::SignatureMalformed => "signature_malformed",
            Mistake::SignatureHex => "signature_hex",
            Mistake::SignatureOfHex => "signature_of_hex",
            Mistake::SignatureBase64 => "signature_base64",
            Mistake::SignatureAlphabet => "signature_alphabet",
            Mistake::SignaturePlus => "signature_plus",
            Mistake::SignatureSpaces => "signature_spaces",
            Mistake::LeadingZero => "leading_zero",
            Mistake::KeysSwapped => "keys_swapped",
            Mistake::FormerKey => "former_key",
            Mistake::KeyDirt(_) => "key_spaces",
            Mistake::KeyRespelt(_) => "key_respelt",
            Mistake::KeyLeftOut => "key_left_out",
            Mistake::KeyMoved => "key_moved",
            Mistake::WrongAlgorithm { .. } => "wrong_algorithm",
            Mistake::Hmac => "hmac",
            Mistake::HashedTwice => "hashed_twice",
            Mistake::WrongSeparator { .. } => "wrong_separator",
            Mistake::Whole(Whole::Spaces) => "text_spaces",
            Mistake::Whole(Whole::ExtraSeparator) => "extra_separator",
            Mistake::Whole(Whole::Case) => "text_case",
            Mistake::Whole(Whole::PercentEncoded) => "text_encoded",
            Mistake::NamesSigned => "names_signed",
            Mistake::FieldOrder(_) => "field_order",
            Mistake::Nested(_) => "nested_fields",
            Mistake::EmptyLeftOut => "empty_left_out",
            Mistake::FieldLeftOut { .. } => "field_left_out",
            Mistake::FieldEmptied { .. } => "field_emptied",
            Mistake::FieldAdded { .. } => "field_added",
            Mistake::AmountFormat { .. } => "amount_format",
            Mistake::AmountRounded { .. } => "amount_rounded",
            Mistake::ValueCase { .. } => "value_case",
            Mistake::ValueEncoding { .. } => "value_encoding",
            Mistake::ValueTrimmed { .. } => "value_trimmed",
            Mistake::Charset => "charset",
            Mistake::CharsetTwice => "charset_twice",
            Mistake::EncodingNotNamed => "encoding_not_named",
            Mistake::HtmlAmpersands => "html_ampersands",
            Mistake::LinkCut => "link_cut",
            Mistake::Repeated { .. } => "repeated_parameter",
        }
    }
}
