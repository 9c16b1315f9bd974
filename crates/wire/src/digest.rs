//! Plain digests printed as hex, the way merchant protocols sign, and their comparison.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A digest that a shop can choose. Which of them still resist forgery is the shop's to know; new shops
/// get SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Digest {
    /// MD5 (RFC 1321).
    Md5,
    /// RIPEMD-160.
    Ripemd160,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
}

impl Digest {
    /// Every digest.
    pub const ALL: [Digest; 6] =
        [Digest::Md5, Digest::Ripemd160, Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512];

    /// The name that is stored and shown: `MD5`, `SHA256`.
    pub const fn name(self) -> &'static str {
        match self {
            Digest::Md5 => "MD5",
            Digest::Ripemd160 => "RIPEMD160",
            Digest::Sha1 => "SHA1",
            Digest::Sha256 => "SHA256",
            Digest::Sha384 => "SHA384",
            Digest::Sha512 => "SHA512",
        }
    }

    /// The digest of a name in any case, with or without dashes: `md5`, `sha-256`, `HS256`.
    ///
    /// ```
    /// use wire::digest::Digest;
    /// assert_eq!(Digest::from_name("sha-256"), Some(Digest::Sha256));
    /// assert_eq!(Digest::from_name("HS512"), Some(Digest::Sha512));
    /// assert_eq!(Digest::from_name("crc32"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Digest> {
        let plain: String =
            name.trim().chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>().to_ascii_uppercase();
        match plain.as_str() {
            "MD5" => Some(Digest::Md5),
            "RIPEMD160" | "RMD160" | "RIPEMD" => Some(Digest::Ripemd160),
            "SHA1" | "HS1" => Some(Digest::Sha1),
            "SHA256" | "HS256" => Some(Digest::Sha256),
            "SHA384" | "HS384" => Some(Digest::Sha384),
            "SHA512" | "HS512" => Some(Digest::Sha512),
            _ => None,
        }
    }

    /// The digest of these bytes as lower-case hex.
    ///
    /// ```
    /// use wire::digest::Digest;
    /// assert_eq!(Digest::Md5.hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
    /// ```
    pub fn hex(self, text: &[u8]) -> String {
        match self {
            Digest::Md5 => hex::encode(Md5::digest(text)),
            Digest::Ripemd160 => hex::encode(Ripemd160::digest(text)),
            Digest::Sha1 => hex::encode(Sha1::digest(text)),
            Digest::Sha256 => hex::encode(Sha256::digest(text)),
            Digest::Sha384 => hex::encode(Sha384::digest(text)),
            Digest::Sha512 => hex::encode(Sha512::digest(text)),
        }
    }

    /// The HMAC (RFC 2104) of these bytes with this digest, as lower-case hex.
    ///
    /// ```
    /// use wire::digest::Digest;
    /// let hex = Digest::Md5.keyed_hex(b"Jefe", b"what do ya want for nothing?");
    /// assert_eq!(hex, "750c783e6ab0b503eaa86e310a5db738");
    /// ```
    pub fn keyed_hex(self, key: &[u8], text: &[u8]) -> String {
        match self {
            Digest::Md5 => keyed::<Hmac<Md5>>(key, text),
            Digest::Ripemd160 => keyed::<Hmac<Ripemd160>>(key, text),
            Digest::Sha1 => keyed::<Hmac<Sha1>>(key, text),
            Digest::Sha256 => keyed::<Hmac<Sha256>>(key, text),
            Digest::Sha384 => keyed::<Hmac<Sha384>>(key, text),
            Digest::Sha512 => keyed::<Hmac<Sha512>>(key, text),
        }
    }

    /// Whether this hex, in any case, is the digest of these bytes.
    pub fn fits(self, text: &[u8], received_hex: &str) -> bool {
        same_hex(&self.hex(text), received_hex)
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> String {
    // HMAC takes keys of any length, so there is no failure to tell.
    <M as KeyInit>::new_from_slice(key)
        .map(|mac| hex::encode(mac.chain_update(text).finalize().into_bytes()))
        .unwrap_or_default()
}

/// The raw SHA-256 of these bytes, for fingerprints of content.
pub fn sha256(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Compares two hex texts ignoring case. The time depends on the length only, which is no secret, so a
/// stranger cannot find a right hash letter by letter.
pub fn same_hex(left: &str, right: &str) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let difference = left
        .bytes()
        .zip(right.bytes())
        .fold(0_u8, |found, (l, r)| found | (l.to_ascii_lowercase() ^ r.to_ascii_lowercase()));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digest_agrees_with_its_published_test_value() {
        let of_abc = |digest: Digest| digest.hex(b"abc");
        assert_eq!(of_abc(Digest::Md5), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of_abc(Digest::Ripemd160), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
        assert_eq!(of_abc(Digest::Sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            of_abc(Digest::Sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            of_abc(Digest::Sha384),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        );
        assert_eq!(
            of_abc(Digest::Sha512),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        );
        assert_eq!(hex::encode(sha256(b"abc")), of_abc(Digest::Sha256));
    }

    #[test]
    fn names_lead_back_to_their_digest() {
        for digest in Digest::ALL {
            assert_eq!(Digest::from_name(digest.name()), Some(digest));
            assert_eq!(Digest::from_name(&digest.name().to_lowercase()), Some(digest));
        }
        assert_eq!(Digest::from_name(" Sha-384 "), Some(Digest::Sha384));
        assert_eq!(Digest::from_name(""), None);
    }

    #[test]
    fn hex_is_compared_in_any_case_and_in_full() {
        assert!(Digest::Md5.fits(b"", "D41D8CD98F00B204E9800998ECF8427E"));
        assert!(!Digest::Md5.fits(b"", "D41D8CD98F00B204E9800998ECF8427F"));
        assert!(!Digest::Md5.fits(b"", "D41D8CD98F00B204E9800998ECF8427"));
        assert!(!Digest::Md5.fits(b"", ""));
    }
}
