//! The digests that a merchant can choose in the cabinet, taken from libraries.

use md5::Digest as _;

/// A plain digest, printed as hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// MD5.
    Md5,
    /// RIPEMD-160.
    Ripemd160,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// The digest of the UTF-8 bytes of a text, in lower-case hex.
    pub fn hex(self, text: &str) -> String {
        match self {
            Digest::Md5 => hex::encode(md5::Md5::digest(text)),
            Digest::Ripemd160 => hex::encode(ripemd::Ripemd160::digest(text)),
            Digest::Sha1 => hex::encode(sha1::Sha1::digest(text)),
            Digest::Sha256 => hex::encode(sha2::Sha256::digest(text)),
            Digest::Sha384 => hex::encode(sha2::Sha384::digest(text)),
            Digest::Sha512 => hex::encode(sha2::Sha512::digest(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published example of the protocol with two custom fields.
    const TEXT: &str = "demo:100.26:450009:password1:Shp_login=Vasya:Shp_oplata=1";

    #[test]
    fn the_published_examples_come_out() {
        assert_eq!(Digest::Md5.hex(TEXT), "97b8ed9e8f0a97a168731707aac4741d");
        assert_eq!(Digest::Sha1.hex(TEXT), "59b7e49f31ba2a2fa63339865729bbb037877b9a");
        assert_eq!(Digest::Ripemd160.hex(TEXT), "ad5c37095b9044b6cd28ff320d2bb7039f5ddf74");
        let sha256 = "2db66f7c1457dafa6ef23d0f2ef3d8d487bb004e016a360bb79d2eb26daab46a";
        assert_eq!(Digest::Sha256.hex(TEXT), sha256);
    }

    #[test]
    fn the_long_ones_have_their_length() {
        assert_eq!((Digest::Sha384.hex(TEXT).len(), Digest::Sha512.hex(TEXT).len()), (96, 128));
    }
}
