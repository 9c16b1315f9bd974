//! The signature of the second protocol: Base64 over the raw digest of all values by name, and a key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::faults::{Planted, planted};
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use wire::form::TextEncoding;

use super::names;
use super::tree::Tree;
use crate::robokassa::keys::digest_of;

/// The text under a signature without its key: every value but the signature itself, in the order of the
/// names' bytes, joined with colons. Nothing is trimmed, escaped or normalised.
pub(super) fn text(fields: &Tree) -> String {
    let mut signed = fields.clone();
    signed.remove(names::SIGN);
    signed.values().join(":")
}

/// The signature of these fields.
pub(super) fn sign(fields: &Tree, key: &Secret, algorithm: Algorithm) -> String {
    let text = format!("{}:{}", text(fields), key.expose());
    encoded(algorithm, text.as_bytes())
}

/// Whether a received signature is the one of these fields. A shop that names an encoding of its own may
/// have hashed its own bytes instead of UTF-8.
pub(super) fn fits(
    fields: &Tree,
    encoding: TextEncoding,
    key: &Secret,
    algorithm: Algorithm,
    received: &str,
) -> bool {
    // Base64 that was put into a link without percent-encoding arrives with spaces for its pluses.
    let received = received.replace(' ', "+");
    let text = format!("{}:{}", text(fields), key.expose());
    let own_bytes = || encoding.encode(&text).filter(|_| encoding != TextEncoding::UTF_8);
    same(&encoded(algorithm, text.as_bytes()), &received)
        || own_bytes().is_some_and(|bytes| same(&encoded(algorithm, &bytes), &received))
        || planted(Planted::SkipSignature)
}

/// The Base64 of the raw digest of these bytes.
pub(super) fn encoded(algorithm: Algorithm, bytes: &[u8]) -> String {
    // The digest's own hex is always hex.
    STANDARD.encode(hex::decode(digest_of(algorithm).hex(bytes)).unwrap_or_default())
}

/// Compares two signatures in a time that depends on their length only.
fn same(left: &str, right: &str) -> bool {
    let difference = left.bytes().zip(right.bytes()).fold(0_u8, |found, (l, r)| found | (l ^ r));
    left.len() == right.len() && std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (name, value) in pairs {
            tree.insert(name, (*value).to_owned()).unwrap();
        }
        tree
    }

    fn key() -> Secret {
        Secret::new("fakekey".to_owned())
    }

    #[test]
    fn the_signature_itself_takes_no_part_and_empty_values_keep_their_place() {
        let fields = fields(&[("ik_sign", "x"), ("ik_x_b", ""), ("ik_x_a", "1"), ("ik_am", "2.00")]);
        assert_eq!(text(&fields), "2.00:1:");
    }

    #[test]
    fn a_plus_that_became_a_space_is_mended_and_nothing_else() {
        let fields = fields(&[("ik_am", "12")]);
        let fits = |sent: &str| super::fits(&fields, TextEncoding::UTF_8, &key(), Algorithm::Md5, sent);
        let right = sign(&fields, &key(), Algorithm::Md5);
        assert!(fits(&right) && fits(&right.replace('+', " ")));
        for wrong in [right.to_lowercase(), format!("{right}="), right[..23].to_owned(), String::new()] {
            assert!(!fits(&wrong), "{wrong}");
        }
        assert!(!fits(&sign(&fields, &key(), Algorithm::Sha256)), "only the digest configured counts");
    }

    #[test]
    fn a_shop_with_an_encoding_of_its_own_may_hash_its_own_bytes() {
        let fields = fields(&[("ik_desc", "Ок"), ("ik_enc", "windows-1251")]);
        let own = encoded(Algorithm::Md5, b"\xce\xea:windows-1251:fakekey");
        let fits = |encoding| super::fits(&fields, encoding, &key(), Algorithm::Md5, &own);
        assert!(fits(TextEncoding::WINDOWS_1251));
        assert!(!fits(TextEncoding::UTF_8));
    }
}
