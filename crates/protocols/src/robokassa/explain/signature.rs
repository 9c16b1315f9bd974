//! The signature as it was sent: cleaned, turned into hex, and the digests that have its length.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use wire::digest::Digest;

use super::mistake::Mistake;

/// What was sent as the signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Received {
    /// In hex, as far as that can be had.
    pub hex: String,
    /// What is wrong with it by itself.
    pub mistakes: Vec<Mistake>,
    /// The digests of this length.
    pub digests: Vec<Digest>,
}

/// Reads a signature.
pub(super) fn received(sent: &str) -> Received {
    let mut mistakes = Vec::new();
    let clean = sent.trim().trim_matches(['"', '\'', ',', ';']).trim();
    if clean != sent {
        mistakes.push(Mistake::SignatureSpaces);
    }
    if clean.is_empty() {
        return Received {
            hex: String::new(),
            mistakes: vec![Mistake::SignatureMissing],
            digests: Vec::new(),
        };
    }
    let is_hex = clean.bytes().all(|b| b.is_ascii_hexdigit());
    let hex = match (is_hex, from_base64(clean)) {
        (false, Some(hex)) => {
            mistakes.push(Mistake::SignatureBase64);
            hex
        }
        (true, _) | (false, None) => clean.to_ascii_lowercase(),
    };
    let of_length = |digest: &Digest| digest.hex(b"").len() == hex.len();
    let digests: Vec<Digest> = Digest::ALL.into_iter().filter(of_length).collect();
    if digests.is_empty() || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Received { hex, mistakes: vec![Mistake::SignatureMalformed], digests: Vec::new() };
    }
    Received { hex, mistakes, digests }
}

/// Base64 in either alphabet, with or without its padding; a plus may have become a space on its way.
fn from_base64(text: &str) -> Option<String> {
    let bare = text.replace(' ', "+");
    let bare = bare.trim_end_matches('=');
    let padding = (4_usize.saturating_sub(bare.len().checked_rem(4)?)).checked_rem(4)?;
    let padded = format!("{bare}{}", "=".repeat(padding));
    let bytes = STANDARD.decode(&padded).or_else(|_| URL_SAFE.decode(&padded)).ok()?;
    Some(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_known_by_its_length_in_either_case() {
        let sent = "1134D8C4444BFCEE86614C267435A8C1";
        let read = received(sent);
        assert_eq!((read.hex, read.digests), (sent.to_lowercase(), vec![Digest::Md5]));
        assert!(read.mistakes.is_empty());
        assert_eq!(received(&"a".repeat(40)).digests, [Digest::Ripemd160, Digest::Sha1]);
    }

    #[test]
    fn spaces_base64_and_nonsense_are_told_apart() {
        assert_eq!(received(" 1134d8c4444bfcee86614c267435a8c1\n").mistakes, [Mistake::SignatureSpaces]);
        assert_eq!(received("").mistakes, [Mistake::SignatureMissing]);
        for nonsense in ["abc", "zz34d8c4444bfcee86614c267435a8c1", "$2y$10$abcdefghijklmnopqrstuv"] {
            assert_eq!(received(nonsense).mistakes, [Mistake::SignatureMalformed], "{nonsense}");
        }
        let base64 = STANDARD.encode(hex::decode("1134d8c4444bfcee86614c267435a8c1").unwrap());
        let read = received(&base64);
        assert_eq!(
            (read.hex.as_str(), read.mistakes),
            ("1134d8c4444bfcee86614c267435a8c1", vec![Mistake::SignatureBase64])
        );
    }
}
