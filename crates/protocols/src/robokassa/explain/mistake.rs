//! The mistakes that integrators make when they sign, each with a code for programs and the data for words.

use wire::digest::Digest;

use super::slot::Slot;

/// What stood before or after a password, where nobody sees it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dirt {
    /// A space, a tab or a space that does not break.
    Space,
    /// The end of a line, as an editor or `echo` writes it.
    LineEnd,
    /// A byte order mark from the beginning of a file.
    ByteOrderMark,
}

/// How a password was spelt where the cabinet's spelling is another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Respelt {
    /// In capital or small letters.
    Case,
    /// Percent-encoded.
    PercentEncoded,
    /// With characters written as HTML writes them.
    Html,
    /// Inside quotes.
    Quoted,
    /// Hashed before it was put into the text.
    Hashed,
}

/// What was done to a value before it was hashed, compared with what was sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layer {
    /// It was sent with a layer of percent-encoding that the signed text lacks.
    Decoded,
    /// It was signed with a layer of percent-encoding that was not sent.
    Encoded,
    /// It was signed with two such layers.
    EncodedTwice,
    /// The letters of its percent-escapes were small.
    SmallEscapes,
    /// HTML's escapes were signed.
    Html,
}

/// What of a JSON text was written otherwise when it was signed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum JsonSpelling {
    /// Slashes with or without a backslash before them.
    Slashes,
    /// Letters as they are or as `\uXXXX`.
    UnicodeEscapes,
    /// White space between the members.
    Spaces,
    /// Several of these at once: another program wrote it.
    Several,
}

/// How the order's number was signed, where it should have been as sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NumberSlot {
    /// Left out with its colon.
    LeftOut,
    /// An empty slot although a number was sent.
    Empty,
    /// The digit 0 although none was sent.
    Zero,
    /// A word such as `null` for a number that is none.
    Word,
}

/// What was done to the whole text that was hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Whole {
    /// A line end, space or byte order mark at its beginning or end.
    Spaces,
    /// One more colon at its beginning or end.
    ExtraSeparator,
    /// All its letters made small or capital.
    Case,
    /// The whole of it percent-encoded.
    PercentEncoded,
}

/// One mistake.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Mistake {
    /// No signature was sent.
    SignatureMissing,
    /// What was sent is no digest of any kind.
    SignatureMalformed,
    /// The digest was sent as Base64 instead of hex.
    SignatureBase64,
    /// The signature has spaces or quotes around it.
    SignatureSpaces,
    /// The shop's other password was used: 1 for 2 or 2 for 1.
    PasswordsSwapped,
    /// A live password was used for a rehearsal, or a test password for a real payment.
    TestAndLiveMixed,
    /// A password that was replaced since.
    FormerPassword,
    /// Something invisible beside the password.
    PasswordDirt(Dirt),
    /// The password in another spelling.
    PasswordRespelt(Respelt),
    /// No password in the text.
    PasswordLeftOut,
    /// The password at another place of the text.
    PasswordMoved,
    /// Another digest than the shop's.
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
    /// The login in other letters than in the shop's settings.
    LoginSpelling,
    /// The sum in another format than sent.
    SumFormat {
        /// As it was signed.
        signed: String,
    },
    /// The sum rounded otherwise than sent.
    SumRounded {
        /// As it was signed.
        signed: String,
    },
    /// The number's slot is not what was sent.
    Number(NumberSlot),
    /// A value that is signed was left out with its colon.
    SlotLeftOut(Slot),
    /// A value that was sent has an empty slot.
    SlotEmptied(Slot),
    /// An empty slot for something that was not sent.
    EmptySlotAdded {
        /// What stands before it.
        after: Slot,
    },
    /// A value that takes no part in the signature was signed.
    SlotAdded {
        /// Its name.
        name: String,
    },
    /// The values are all there in another order.
    SlotMoved(Slot),
    /// The addresses spelt otherwise than sent.
    AddressEncoding(Layer),
    /// The method of an address signed otherwise than sent.
    AddressMethod(Slot),
    /// The receipt percent-encoded otherwise than sent.
    ReceiptEncoding(Layer),
    /// The receipt's JSON written otherwise than sent.
    ReceiptJson(JsonSpelling),
    /// The custom parameters in another order than by name.
    ShpOrder,
    /// A custom parameter that was sent and not signed.
    ShpLeftOut {
        /// Its name; none for all of them.
        name: Option<String>,
    },
    /// Custom parameters signed without their prefix.
    ShpPrefix,
    /// Custom parameters signed in other letters than sent.
    ShpNameCase,
    /// Only the values of custom parameters signed.
    ShpNames,
    /// Values of custom parameters spelt otherwise than sent.
    ShpEncoding(Layer),
    /// Other marks than a colon between custom parameters, or than `=` inside them.
    ShpMarks,
    /// Custom parameters before the password.
    ShpBeforePassword,
    /// The text was hashed in Windows-1251 instead of UTF-8, or the reverse.
    Charset,
    /// UTF-8 taken for another encoding and encoded once more.
    CharsetTwice,
    /// The values are not UTF-8, and `Encoding` does not say what they are.
    EncodingNotNamed,
    /// A link whose `&` became `&amp;`.
    HtmlAmpersands,
    /// A link that was cut at a `#`.
    LinkCut,
    /// A parameter that is sent more than once.
    Repeated {
        /// Its name.
        name: String,
    },
    /// A custom value with `:shp` in it, which signs like two parameters.
    ShpInValue,
    /// `FailUrl2` without `SuccessUrl2`, which sign alike.
    LoneFailAddress,
}

impl Mistake {
    /// The word for programs; it never changes.
    pub const fn code(&self) -> &'static str {
        match self {
            Mistake::SignatureMissing => "signature_missing",
            Mistake::SignatureMalformed => "signature_malformed",
            Mistake::SignatureBase64 => "signature_base64",
            Mistake::SignatureSpaces => "signature_spaces",
            Mistake::PasswordsSwapped => "passwords_swapped",
            Mistake::TestAndLiveMixed => "test_and_live_mixed",
            Mistake::FormerPassword => "former_password",
            Mistake::PasswordDirt(_) => "password_spaces",
            Mistake::PasswordRespelt(_) => "password_respelt",
            Mistake::PasswordLeftOut => "password_left_out",
            Mistake::PasswordMoved => "password_moved",
            Mistake::WrongAlgorithm { .. } => "wrong_algorithm",
            Mistake::Hmac => "hmac",
            Mistake::HashedTwice => "hashed_twice",
            Mistake::WrongSeparator { .. } => "wrong_separator",
            Mistake::Whole(Whole::Spaces) => "text_spaces",
            Mistake::Whole(Whole::ExtraSeparator) => "extra_separator",
            Mistake::Whole(Whole::Case) => "text_case",
            Mistake::Whole(Whole::PercentEncoded) => "text_encoded",
            Mistake::LoginSpelling => "login_spelling",
            Mistake::SumFormat { .. } => "sum_format",
            Mistake::SumRounded { .. } => "sum_rounded",
            Mistake::Number(_) => "number_slot",
            Mistake::SlotLeftOut(_) => "slot_left_out",
            Mistake::SlotEmptied(_) => "slot_emptied",
            Mistake::EmptySlotAdded { .. } => "empty_slot_added",
            Mistake::SlotAdded { .. } => "slot_added",
            Mistake::SlotMoved(_) => "slot_moved",
            Mistake::AddressEncoding(_) => "address_encoding",
            Mistake::AddressMethod(_) => "address_method",
            Mistake::ReceiptEncoding(_) => "receipt_encoding",
            Mistake::ReceiptJson(_) => "receipt_json",
            Mistake::ShpOrder => "shp_order",
            Mistake::ShpLeftOut { .. } => "shp_left_out",
            Mistake::ShpPrefix => "shp_prefix",
            Mistake::ShpNameCase => "shp_name_case",
            Mistake::ShpNames => "shp_names_left_out",
            Mistake::ShpEncoding(_) => "shp_encoding",
            Mistake::ShpMarks => "shp_marks",
            Mistake::ShpBeforePassword => "shp_before_password",
            Mistake::Charset => "charset",
            Mistake::CharsetTwice => "charset_twice",
            Mistake::EncodingNotNamed => "encoding_not_named",
            Mistake::HtmlAmpersands => "html_ampersands",
            Mistake::LinkCut => "link_cut",
            Mistake::Repeated { .. } => "repeated_parameter",
            Mistake::ShpInValue => "shp_in_value",
            Mistake::LoneFailAddress => "lone_fail_address",
        }
    }
}
