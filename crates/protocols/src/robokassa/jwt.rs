//! The tokens (JWT) of the invoice and refund services: found in whatever body they come in, and verified over
//! the very letters that were received (protocol, sections 11.1 and 12).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use wire::digest::{Digest, same_hex, sha256};

use super::members::Members;

/// The largest token, in bytes: one with a hundred long items stays below it.
pub const TOKEN_BYTES_MAX: usize = 131_072;

/// One alphabet after both were made one; clients pad or do not, and leave bits over that mean nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Why a body is no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum JwtError {
    /// Longer than [`TOKEN_BYTES_MAX`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64 with JSON in the first two.
    #[error("the body is not a token of three parts with a dot between them")]
    Form,
}

/// What a token says its signature was made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// Nothing.
    Nothing,
    /// The HMAC with this digest.
    Hmac(Digest),
    /// `none`, a key pair's algorithm, or a word that nobody knows: no signature of ours.
    Other,
}

/// A token that was read but not verified.
#[derive(Debug)]
pub struct Token {
    /// Header and payload with the dot between them, as received: this is what is signed.
    signed: String,
    named: Named,
    mac: Vec<u8>,
    payload: String,
}

impl Token {
    /// Finds the token in a body: bare, in quotes, or as a JSON text with its escapes.
    ///
    /// # Errors
    /// [`JwtError`].
    pub fn read(body: &[u8]) -> Result<Token, JwtError> {
        if body.len() > TOKEN_BYTES_MAX {
            return Err(JwtError::TooLong);
        }
        let body = std::str::from_utf8(body).map_err(|_| JwtError::Form)?;
        let body = body.trim_start_matches('\u{feff}').trim();
        let token = match serde_json::from_str::<String>(body) {
            Ok(text) => text,
            Err(_) => body.trim_matches('"').to_owned(),
        };
        let token = token.trim();
        let (signed, mac) = token.rsplit_once('.').ok_or(JwtError::Form)?;
        let (header, payload) = signed.split_once('.').ok_or(JwtError::Form)?;
        if header.is_empty() || payload.is_empty() || payload.contains('.') {
            return Err(JwtError::Form);
        }
        let header = text_of(header).ok_or(JwtError::Form)?;
        let payload = text_of(payload).ok_or(JwtError::Form)?;
        Members::of(&payload).ok_or(JwtError::Form)?;
        Ok(Token {
            named: named(&header).ok_or(JwtError::Form)?,
            mac: bytes_of(mac).ok_or(JwtError::Form)?,
            signed: signed.to_owned(),
            payload,
        })
    }

    /// What the header names.
    pub fn named(&self) -> Named {
        self.named
    }

    /// The payload, a JSON object. Nobody vouches for it before [`Token::is_signed`] says so.
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// Whether the token carries the HMAC with this digest under this key. The header has no say in it: the
    /// caller chooses a digest that the shop's settings allow.
    pub fn is_signed(&self, digest: Digest, key: &str) -> bool {
        same_hex(&digest.keyed_hex(key.as_bytes(), self.signed.as_bytes()), &hex::encode(&self.mac))
    }

    /// SHA-256 over what is signed: a token that comes again has the same.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(self.signed.as_bytes())
    }
}

fn named(header: &str) -> Option<Named> {
    let header = Members::of(header)?;
    let Some(word) = header.text("alg").ok()? else { return Some(Named::Nothing) };
    // .NET writes the address of an algorithm, some write HMAC-MD5 or HmacSHA256.
    let word = word.rsplit_once('#').map_or(word.as_str(), |(_, word)| word).trim().to_ascii_lowercase();
    let word = word.strip_prefix("hmac").map_or(word.as_str(), |word| word.trim_start_matches(['-', '_']));
    Some(Digest::from_name(word).map_or(Named::Other, Named::Hmac))
}

fn text_of(part: &str) -> Option<String> {
    String::from_utf8(bytes_of(part)?).ok()
}

/// Decodes either alphabet, padded or not.
fn bytes_of(part: &str) -> Option<Vec<u8>> {
    let standard: String = part
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    LENIENT.decode(standard.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "demo:password1";
    const PAYLOAD: &str = r#"{"MerchantLogin":"demo","Description":"~~~???>>>"}"#;

    fn signed(header: &str, digest: Digest, engine: &GeneralPurpose) -> String {
        let signed = format!("{}.{}", engine.encode(header), engine.encode(PAYLOAD));
        let mac = hex::decode(digest.keyed_hex(KEY.as_bytes(), signed.as_bytes())).unwrap();
        format!("{signed}.{}", engine.encode(mac))
    }

    #[test]
    fn a_token_is_found_in_every_body_that_clients_send() {
        let token = signed(r#"{"typ":"JWT","alg":"MD5"}"#, Digest::Md5, &STANDARD);
        let escaped = format!("\"{}\"", token.replace('/', "\\/").replace('+', "\\u002b"));
        for body in [
            token.clone(),
            format!("\"{token}\""),
            escaped,
            format!("\u{feff} \"{token}\"\r\n"),
            format!("{token}\n"),
        ] {
            let read = Token::read(body.as_bytes()).unwrap();
            assert!(read.is_signed(Digest::Md5, KEY), "{body}");
            assert!(!read.is_signed(Digest::Md5, "demo:password2"));
            assert!(!read.is_signed(Digest::Sha256, KEY));
            assert_eq!(read.payload(), PAYLOAD);
        }
    }

    #[test]
    fn every_digest_signs_in_both_alphabets_with_and_without_padding() {
        for digest in Digest::ALL {
            for engine in [STANDARD, URL_SAFE_NO_PAD] {
                let token = signed(&format!(r#"{{"alg":"{}"}}"#, digest.name()), digest, &engine);
                let read = Token::read(token.as_bytes()).unwrap();
                assert_eq!(read.named(), Named::Hmac(digest));
                assert!(read.is_signed(digest, KEY), "{token}");
            }
        }
    }

    #[test]
    fn an_algorithm_is_known_in_every_spelling() {
        for (word, digest) in [
            ("md5", Digest::Md5),
            ("HMAC-MD5", Digest::Md5),
            ("HmacRIPEMD160", Digest::Ripemd160),
            ("hs1", Digest::Sha1),
            ("HS256", Digest::Sha256),
            ("sha-256", Digest::Sha256),
            ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha384", Digest::Sha384),
            ("Sha512", Digest::Sha512),
        ] {
            let header = format!(r#"{{"typ":"JWT","ALG":"{word}"}}"#);
            assert_eq!(named(&header), Some(Named::Hmac(digest)), "{word}");
        }
        for word in ["none", "NONE", "RS256", "ES256", "HS", "hmac", "md6"] {
            assert_eq!(named(&format!(r#"{{"alg":"{word}"}}"#)), Some(Named::Other), "{word}");
        }
        assert_eq!(named(r#"{"typ":"JWT"}"#), Some(Named::Nothing));
    }

    #[test]
    fn what_is_no_token_is_told_so() {
        let token = signed(r#"{"alg":"MD5"}"#, Digest::Md5, &STANDARD);
        for body in ["", ".", "..", "a.b.c", "\"\"", "{}", "null", "eyJ9.eyJ9.eyJ9", &format!("{token}.x")] {
            assert_eq!(Token::read(body.as_bytes()).unwrap_err(), JwtError::Form, "{body}");
        }
        assert_eq!(Token::read(&[0xff, 0xfe]).unwrap_err(), JwtError::Form);
        assert_eq!(Token::read(&vec![b'a'; TOKEN_BYTES_MAX + 1]).unwrap_err(), JwtError::TooLong);
        let unsigned = token.rsplit_once('.').unwrap().0.to_owned() + ".";
        assert!(!Token::read(unsigned.as_bytes()).unwrap().is_signed(Digest::Md5, KEY));
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body: Vec<u8>, text in "[A-Za-z0-9+/=._\"-]{0,80}") {
            let _ = (Token::read(&body), Token::read(text.as_bytes()));
        }

        #[test]
        fn no_letter_of_a_token_can_be_changed(at in 0_usize..120, letter in "[A-Za-z0-9_-]") {
            let mut token = signed(r#"{"alg":"HS256"}"#, Digest::Sha256, &URL_SAFE_NO_PAD);
            let signed_length = token.rsplit_once('.').unwrap().0.len();
            let at = at % signed_length;
            prop_assume!(token[at..=at] != letter && &token[at..=at] != ".");
            token.replace_range(at..=at, &letter);
            if let Ok(read) = Token::read(token.as_bytes()) {
                prop_assert!(!read.is_signed(Digest::Sha256, KEY));
            }
        }
    }
}
