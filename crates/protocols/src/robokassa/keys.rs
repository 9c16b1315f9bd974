//! What of a shop a signature is checked and made with.

use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::currency::Currency;
use wire::digest::Digest;

/// The part of a shop's settings that this dialect needs, for live requests or for rehearsals: the door
/// gives the test passwords when the request says `IsTest=1`.
#[derive(Clone, Copy, Debug)]
pub struct ShopKeys<'a> {
    /// The identifier, exactly as it is written in the shop's record.
    pub login: &'a str,
    /// The currency in which sums are meant when the request names none.
    pub currency: Currency,
    /// The digest that the shop configured; no other is accepted.
    pub algorithm: Algorithm,
    /// Signs what the shop asks and where the buyer returns.
    pub password1: &'a Secret,
    /// Signs what the shop is told.
    pub password2: &'a Secret,
    /// Exceptions made for this shop by name.
    pub switches: Switches,
}

/// Exceptions from the strict check, each for a kind of client that needs it; all off unless named.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Switches {
    /// MD5 is accepted for this operation beside the shop's digest: some clients know nothing else.
    pub also_md5: bool,
    /// Custom values may contain `:shp`, although they then sign like two fields.
    pub shp_in_values: bool,
    /// `FailUrl2` may come without `SuccessUrl2`, although the two then sign alike.
    pub lone_fail_address: bool,
    /// Payments may be held first, where a request asks for it.
    pub holds: bool,
    /// Spellings of the signed text that only we take are refused, as the live service refuses them.
    pub strict: bool,
    /// A buyer's method may be kept, where a request asks for it, and charged again.
    pub recurring: bool,
    /// A request may offer its buyer a card that was used before.
    pub saved_cards: bool,
    /// The shop may share payments with others.
    pub split: bool,
}

impl ShopKeys<'_> {
    /// The digests that are accepted, the shop's own first.
    pub(super) fn digests(&self) -> impl Iterator<Item = Digest> + Clone + use<> {
        let own = digest_of(self.algorithm);
        let md5 = (self.switches.also_md5 && own != Digest::Md5).then_some(Digest::Md5);
        std::iter::once(own).chain(md5)
    }
}

/// The digest behind a shop's setting.
pub fn digest_of(algorithm: Algorithm) -> Digest {
    match algorithm {
        Algorithm::Md5 => Digest::Md5,
        Algorithm::Ripemd160 => Digest::Ripemd160,
        Algorithm::Sha1 => Digest::Sha1,
        Algorithm::Sha256 => Digest::Sha256,
        Algorithm::Sha384 => Digest::Sha384,
        Algorithm::Sha512 => Digest::Sha512,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_means_the_digest_of_its_name() {
        for &algorithm in Algorithm::ALL {
            assert_eq!(Digest::from_name(algorithm.code()), Some(digest_of(algorithm)));
        }
    }

    #[test]
    fn md5_is_added_only_where_the_switch_says_so() {
        let secret = Secret::new("fake".to_owned());
        let keys = |algorithm, also_md5| ShopKeys {
            login: "demo",
            currency: Currency::Rub,
            algorithm,
            password1: &secret,
            password2: &secret,
            switches: Switches { also_md5, ..Switches::default() },
        };
        let digests = |algorithm, also| keys(algorithm, also).digests().collect::<Vec<_>>();
        assert_eq!(digests(Algorithm::Sha256, false), [Digest::Sha256]);
        assert_eq!(digests(Algorithm::Sha256, true), [Digest::Sha256, Digest::Md5]);
        assert_eq!(digests(Algorithm::Md5, true), [Digest::Md5]);
    }
}
