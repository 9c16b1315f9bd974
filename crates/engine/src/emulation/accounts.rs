//! The accounts of an emulated service: listed in a file, or made up from a login.

use domain::ids::BookKind;
use domain::secrets::Secret;
use domain::sellers::{Algorithm, ShopAddress, Switch, Verb};
use money::currency::Currency;

/// What a shop of the emulator may do: everything that needs an agreement or an exception elsewhere. Payouts by hand
/// are neither: nobody sits at an emulator to approve them.
pub const AGREED: &[Switch] = &[
    Switch::ShpInValues,
    Switch::Md5ForHolds,
    Switch::Md5ForInvoices,
    Switch::LoneFailAddress,
    Switch::Holds,
    Switch::Recurring,
    Switch::SavedCards,
    Switch::Split,
];

/// Where a shop is told of payments and where its buyers return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Where it is told.
    pub result: Option<ShopAddress>,
    /// Where its buyers return after success.
    pub success: Option<ShopAddress>,
    /// Where its buyers return otherwise.
    pub fail: Option<ShopAddress>,
}

impl Addresses {
    /// How a shop is told where nothing is said.
    pub const RESULT_VERB: Verb = Verb::Post;
    /// How its buyers return where nothing is said.
    pub const RETURN_VERB: Verb = Verb::Get;
}

/// An account of the emulated service.
#[derive(Clone, Debug)]
pub struct Account {
    /// The shop's identifier.
    pub login: String,
    /// Signs what the shop asks and where its buyers return.
    pub password1: Secret,
    /// Signs what the shop is told.
    pub password2: Secret,
    /// Signs refunds.
    pub password3: Secret,
    /// The first one of rehearsals.
    pub test_password1: Secret,
    /// The second one of rehearsals.
    pub test_password2: Secret,
    /// The digest.
    pub algorithm: Algorithm,
    /// The digest of rehearsals.
    pub test_algorithm: Algorithm,
    /// Where to tell and where to return.
    pub addresses: Addresses,
    /// Roubles for one unit of a currency, as decimal text.
    pub rates: Vec<(Currency, String)>,
}

impl Account {
    /// The account of a login that nobody listed.
    #[must_use]
    pub fn usual(login: &str, addresses: &Addresses) -> Account {
        let secret = |text: &str| Secret::new(text.to_owned());
        Account {
            login: login.to_owned(),
            password1: secret("password1"),
            password2: secret("password2"),
            password3: secret("password3"),
            test_password1: secret("test_password1"),
            test_password2: secret("test_password2"),
            algorithm: Algorithm::Md5,
            test_algorithm: Algorithm::Md5,
            addresses: addresses.clone(),
            rates: Vec::new(),
        }
    }

    /// The digest of one of its two books.
    pub(super) const fn algorithm_of(&self, kind: BookKind) -> Algorithm {
        match kind {
            BookKind::Live => self.algorithm,
            BookKind::Test => self.test_algorithm,
        }
    }

    /// The two passwords of one of its two books.
    pub(super) const fn passwords_of(&self, kind: BookKind) -> (&Secret, &Secret) {
        match kind {
            BookKind::Live => (&self.password1, &self.password2),
            BookKind::Test => (&self.test_password1, &self.test_password2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_that_is_added_to_shops_is_on_or_named_here() {
        let off: Vec<Switch> = Switch::ALL.iter().copied().filter(|known| !AGREED.contains(known)).collect();
        assert_eq!(off, [Switch::PayoutsByHand]);
    }
}
