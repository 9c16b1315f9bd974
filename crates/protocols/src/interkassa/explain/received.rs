//! The signature as it was sent: cleaned, turned into hex, and the digests that have its length.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use wire::digest::Digest;

use super::mistake::Mistake;

/// The shortest hex that may be a digest which lost its zeros: two of 32 digits happens once in 256.
const SHORT_HEX_MIN: usize = 28;
/// How many hex digits MD5 has.
const MD5_HEX: usize = 32;

/// How a signature is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    /// Base64 of the raw digest.
    Base64,
    /// Hex.
    Hex,
}

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

/// Reads a signature that should be written so.
pub(super) fn read(sent: &str, coding: Coding) -> Received {
    // A plus at the beginning became a space as well: it must not be cut off.
    if let Some(hex) = Some(sent).filter(|_| coding == Coding::Base64).and_then(with_pluses) {
        return of_length(hex, vec![Mistake::SignaturePlus]);
    }
    let clean = sent.trim().trim_matches(['"', '\'', ',', ';']).trim();
    if clean.is_empty() {
        return Received {
            hex: String::new(),
            mistakes: vec![Mistake::SignatureMissing],
            digests: Vec::new(),
        };
    }
    let mut mistakes = Vec::new();
    if clean != sent {
        mistakes.push(Mistake::SignatureSpaces);
    }
    let (hex, wrong) = match coding {
        Coding::Base64 => of_base64(clean),
        Coding::Hex => of_hex(clean),
    };
    mistakes.extend(wrong);
    of_length(hex, mistakes)
}

fn of_length(hex: String, mistakes: Vec<Mistake>) -> Received {
    let fits = |digest: &Digest| digest.hex(b"").len() == hex.len();
    let digests: Vec<Digest> = Digest::ALL.into_iter().filter(fits).collect();
    let mistakes = if digests.is_empty() { vec![Mistake::SignatureMalformed] } else { mistakes };
    Received { hex, mistakes, digests }
}

/// The hex of Base64 in which pluses became spaces on the way; `None` if it is not that.
fn with_pluses(sent: &str) -> Option<String> {
    let bytes = STANDARD.decode(Some(sent).filter(|sent| sent.contains(' '))?.replace(' ', "+")).ok()?;
    Some(hex::encode(bytes)).filter(|hex| is_digest(hex))
}

/// What should be Base64, in hex, with what is wrong with it.
fn of_base64(clean: &str) -> (String, Option<Mistake>) {
    if is_digest(clean) {
        return (clean.to_ascii_lowercase(), Some(Mistake::SignatureHex));
    }
    let Some((bytes, alphabet)) = decoded(&clean.replace(' ', "+")) else { return (String::new(), None) };
    match std::str::from_utf8(&bytes).ok().filter(|text| is_digest(text)) {
        Some(hex) => (hex.to_ascii_lowercase(), Some(Mistake::SignatureOfHex)),
        None => (hex::encode(bytes), alphabet),
    }
}

/// What should be hex, in hex, with what is wrong with it.
fn of_hex(clean: &str) -> (String, Option<Mistake>) {
    if is_hex(clean) {
        let lower = clean.to_ascii_lowercase();
        let short = (SHORT_HEX_MIN..MD5_HEX).contains(&clean.len());
        let padded = format!("{lower:0>MD5_HEX$}");
        return if short { (padded, Some(Mistake::LeadingZero)) } else { (lower, None) };
    }
    match decoded(&clean.replace(' ', "+")) {
        Some((bytes, _)) => (hex::encode(bytes), Some(Mistake::SignatureBase64)),
        None => (String::new(), None),
    }
}

/// Base64 in either alphabet, with or without its padding.
fn decoded(text: &str) -> Option<(Vec<u8>, Option<Mistake>)> {
    if let Ok(bytes) = STANDARD.decode(text) {
        return Some((bytes, None));
    }
    let bare = text.trim_end_matches('=');
    let padding = (4_usize.saturating_sub(bare.len().checked_rem(4)?)).checked_rem(4)?;
    let padded = format!("{bare}{}", "=".repeat(padding));
    let bytes = STANDARD.decode(&padded).or_else(|_| URL_SAFE.decode(&padded)).ok()?;
    Some((bytes, Some(Mistake::SignatureAlphabet)))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_digest(text: &str) -> bool {
    is_hex(text) && Digest::ALL.iter().any(|digest| digest.hex(b"").len() == text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "1134d8c4444bfcee86614c267435a8fb";

    fn base64(sent: &str) -> (String, Vec<Mistake>) {
        let read = read(sent, Coding::Base64);
        (read.hex, read.mistakes)
    }

    #[test]
    fn a_signature_of_the_second_protocol_is_told_from_what_looks_like_one() {
        let right = STANDARD.encode(hex::decode(HEX).unwrap());
        for (sent, mistakes) in [
            (right.clone(), vec![]),
            (format!(" {right}\n"), vec![Mistake::SignatureSpaces]),
            (HEX.to_uppercase(), vec![Mistake::SignatureHex]),
            (STANDARD.encode(HEX), vec![Mistake::SignatureOfHex]),
            (right.trim_end_matches('=').to_owned(), vec![Mistake::SignatureAlphabet]),
        ] {
            assert_eq!(base64(&sent), (HEX.to_owned(), mistakes), "{sent}");
        }
        assert_eq!(read(&right, Coding::Base64).digests, [Digest::Md5]);
        assert_eq!(base64("").1, [Mistake::SignatureMissing]);
        for nonsense in ["abc", "$$", "garbage"] {
            assert_eq!(base64(nonsense).1, [Mistake::SignatureMalformed], "{nonsense}");
        }
    }

    #[test]
    fn a_plus_that_became_a_space_is_mended_with_a_word() {
        let raw = [0xfb_u8; 16];
        let sent = STANDARD.encode(raw).replace('+', " ");
        assert_eq!(base64(&sent), (hex::encode(raw), vec![Mistake::SignaturePlus]));
    }

    #[test]
    fn a_signature_of_the_first_protocol_may_have_lost_zeros() {
        let short = read(&HEX[1..], Coding::Hex);
        assert_eq!((short.hex, short.mistakes), (format!("0{}", &HEX[1..]), vec![Mistake::LeadingZero]));
        let base64 = read(&STANDARD.encode(hex::decode(HEX).unwrap()), Coding::Hex);
        assert_eq!((base64.hex.as_str(), base64.mistakes), (HEX, vec![Mistake::SignatureBase64]));
        assert!(read(&HEX.to_uppercase(), Coding::Hex).mistakes.is_empty());
    }
}
