//! The signatures of the first protocol: MD5 in hex over named fields in a fixed order and the key.

use domain::faults::{Planted, planted};
use domain::secrets::Secret;
use wire::digest::Digest;

/// How many hex digits a signature has.
pub(super) const HEX_CHARS: usize = 32;

/// The signature of these values in lower case, as requests carry it.
pub(super) fn sign(values: &[&str], key: &Secret) -> String {
    let joined: Vec<&str> = values.iter().copied().chain([key.expose()]).collect();
    Digest::Md5.hex(joined.join(":").as_bytes())
}

/// Whether a received signature, in any case, is the one of these values.
pub(super) fn fits(values: &[&str], key: &Secret, received: &str) -> bool {
    wire::digest::same_hex(&sign(values, key), received) || planted(Planted::SkipSignature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_keep_their_place() {
        let key = Secret::new("fakekey".to_owned());
        assert_eq!(sign(&["a", "", "b"], &key), Digest::Md5.hex(b"a::b:fakekey"));
        assert!(fits(&["a"], &key, &Digest::Md5.hex(b"a:fakekey").to_uppercase()));
        assert!(!fits(&["a"], &key, ""));
    }
}
