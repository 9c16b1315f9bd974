//! What a person may ask of an installation, as it travels through the admin socket.

pub mod checkouts;
pub mod payouts;

use checkouts::CheckoutRequest;
use payouts::PayoutRequest;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that is told and never shown: it prints as `***`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A request with the name of whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The system's name of the person.
    pub by: String,
    /// What is asked.
    pub request: Request,
}

/// Which seller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SellerRef {
    /// By its identifier, `seller_…`.
    Id(String),
    /// The one whose shop has this login or identifier.
    OfShop(String),
}

/// Which payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaymentRef {
    /// By its identifier, `pay_…`.
    Id(String),
    /// By the shop's own number of the order.
    Order {
        /// The shop's login or identifier.
        shop: String,
        /// The number.
        number: i64,
        /// Whether the rehearsal of this number is meant.
        test: bool,
    },
}

/// An address of a shop as it is typed; an empty one takes the address away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressWish {
    /// Absolute, http or https.
    pub url: String,
    /// GET or POST.
    pub verb: String,
}

/// Addresses to set; those not named stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressWishes {
    /// Where the shop is told of payments.
    pub result: Option<AddressWish>,
    /// Where its buyers return after success.
    pub success: Option<AddressWish>,
    /// Where its buyers return otherwise.
    pub fail: Option<AddressWish>,
}

/// A new shop; what is not named has its usual value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewShopWish {
    /// Whose.
    pub seller: String,
    /// The identifier in merchant protocols.
    pub login: String,
    /// The name that buyers see; the login if none is given.
    pub name: Option<String>,
    /// Where the shop is found.
    pub site: String,
    /// The code of its currency.
    pub currency: String,
    /// The digest it signs with.
    pub digest: String,
    /// When its money becomes available.
    pub delay: String,
    /// Whether its payments are authorised only.
    pub two_step: bool,
    /// The time zone of its days; the seller's if none is given.
    pub zone: Option<String>,
    /// Its addresses.
    pub addresses: AddressWishes,
}

/// Settings of a shop to change; those not named stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopWishes {
    /// The name that buyers see.
    pub name: Option<String>,
    /// The digest it signs with.
    pub digest: Option<String>,
    /// The methods it offers.
    pub methods: Option<Vec<String>>,
    /// The buyer's share of the fee, such as `50%`.
    pub buyer_share: Option<String>,
    /// When its money becomes available, such as `1d`.
    pub delay: Option<String>,
    /// How long a payment lives, such as `7d`.
    pub lifetime: Option<String>,
    /// How long late money still counts, such as `3d`.
    pub grace: Option<String>,
    /// Hosts to which a request may send its buyers.
    pub domains: Option<Vec<String>>,
    /// Named exceptions.
    pub switches: Option<Vec<String>>,
    /// Whether it may take new payments.
    pub active: Option<bool>,
    /// Whether new payments are authorised only.
    pub two_step: Option<bool>,
    /// Whether it may charge its buyers again without them.
    #[serde(default)]
    pub recurring: Option<bool>,
    /// Whether cards are kept, and offered to their buyers again.
    #[serde(default)]
    pub saved_cards: Option<bool>,
    /// Whether every payout waits for a person to approve it.
    #[serde(default)]
    pub payouts_by_hand: Option<bool>,
    /// Where the shop is found; an empty text takes it away.
    pub site: Option<String>,
    /// Whether its program may give money back.
    #[serde(default)]
    pub refunds: Option<RefundsWish>,
}

/// What becomes of password 3, which signs a program's refunds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundsWish {
    /// It is made if there is none.
    Allow,
    /// A new one is made.
    Renew,
    /// It is taken away.
    Forbid,
}

/// A new account with a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProviderWish {
    /// The connector that speaks its protocol.
    pub connector: String,
    /// A name for people.
    pub name: String,
    /// Where its API stands; built-in connectors have none.
    pub base_url: Option<String>,
    /// Plain settings by name.
    pub settings: Vec<(String, String)>,
    /// Secret settings by name.
    pub secrets: Vec<(String, Hidden)>,
    /// Whether it serves live books.
    pub live: bool,
    /// Whether it serves test books.
    pub test: bool,
    /// The methods it is used for; empty: all that it offers.
    pub methods: Vec<String>,
}

/// Changes of an account with a provider; what is not named stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderWishes {
    /// Its name or identifier.
    pub provider: String,
    /// Where its API stands.
    pub base_url: Option<String>,
    /// Whether new attempts may start.
    pub active: Option<bool>,
    /// Plain settings by name.
    pub settings: Vec<(String, String)>,
    /// Secret settings by name.
    pub secrets: Vec<(String, Hidden)>,
}

/// A new tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTariffWish {
    /// The fee, such as `max(3.5%, 10.00)`.
    pub fee: String,
    /// Further fees from a turnover on, such as `1000000` and `3%`.
    pub steps: Vec<(String, String)>,
    /// The code of its currency.
    pub currency: String,
    /// For one method.
    pub method: Option<String>,
    /// For one seller.
    pub seller: Option<String>,
    /// For one shop.
    pub shop: Option<String>,
    /// On refunds: `keep`, `return` or a sum that each refund costs.
    pub refund_fee: String,
}

/// What a currency shall be worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateWish {
    /// The code of the currency in which shops price.
    pub currency: String,
    /// What one unit of it is worth.
    pub worth: String,
    /// The code of the currency in which buyers pay.
    pub paid_in: String,
    /// Only for this shop.
    pub shop: Option<String>,
    /// From when; now if nothing is said.
    pub at: Option<String>,
}

/// Which payments to list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentsWish {
    /// Of one shop.
    pub shop: Option<String>,
    /// Of one seller.
    pub seller: Option<String>,
    /// Only of live books, or only of test books.
    pub kind: Option<String>,
    /// The list goes on after this payment.
    pub after: Option<String>,
    /// So many at most.
    pub limit: u32,
}

/// What a person may ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// A new seller.
    CreateSeller {
        /// Its name, as on the contract.
        name: String,
        /// The time zone of its days.
        zone: String,
        /// What its people say whose they are; made of the name if none is given.
        organisation: Option<String>,
    },
    /// Lets somebody of a seller's people in.
    CreatePerson {
        /// The seller.
        seller: String,
        /// The personal login.
        login: String,
        /// The name for other people.
        name: String,
        /// The organisation's login, for the first person.
        organisation: Option<String>,
    },
    /// Gives somebody a new password.
    ResetPassword {
        /// The seller.
        seller: String,
        /// The personal login.
        login: String,
    },
    /// A seller's people.
    ListPeople {
        /// The seller.
        seller: String,
    },
    /// A seller with its balances.
    ShowSeller {
        /// Which.
        seller: SellerRef,
        /// The balances as of this moment or the end of this day; as they are if none is named.
        at: Option<String>,
    },
    /// All sellers.
    ListSellers,
    /// Changes a seller; what is not named stays.
    ChangeSeller {
        /// Which.
        seller: String,
        /// Its name, as on the contract.
        name: Option<String>,
        /// Whether it may take new payments.
        active: Option<bool>,
        /// The time zone of its days.
        zone: Option<String>,
    },
    /// A new shop; its passwords are told this once.
    CreateShop(NewShopWish),
    /// A shop's settings.
    ShowShop {
        /// Its login or identifier.
        shop: String,
    },
    /// All shops, or those of a seller.
    ListShops {
        /// Whose.
        seller: Option<String>,
    },
    /// Sets addresses of a shop.
    SetAddresses {
        /// Its login or identifier.
        shop: String,
        /// The addresses.
        addresses: AddressWishes,
    },
    /// Changes settings of a shop.
    ChangeShop {
        /// Its login or identifier.
        shop: String,
        /// The changes.
        wishes: ShopWishes,
    },
    /// Gives a shop new passwords and tells them this once.
    RotatePasswords {
        /// Its login or identifier.
        shop: String,
    },
    /// A new account with a provider.
    CreateProvider(NewProviderWish),
    /// An account with a provider; secrets are never shown.
    ShowProvider {
        /// Its name or identifier.
        provider: String,
    },
    /// All accounts with providers.
    ListProviders,
    /// Changes an account with a provider.
    ChangeProvider(ProviderWishes),
    /// A new tariff.
    CreateTariff(NewTariffWish),
    /// All tariffs.
    ListTariffs,
    /// Switches a tariff on or off.
    ChangeTariff {
        /// Which.
        tariff: String,
        /// Whether new attempts may use it.
        active: bool,
    },
    /// Says what a currency is worth.
    SetRate(RateWish),
    /// What was said of rates.
    ListRates {
        /// What holds at this moment; now if none is named.
        at: Option<String>,
    },
    /// Payments, the newest first.
    ListPayments(PaymentsWish),
    /// Payments that hold money which belongs to no sale.
    ListStray {
        /// So many at most.
        limit: u32,
    },
    /// Everything about a payment.
    ShowPayment(PaymentRef),
    /// Gives money back.
    Refund {
        /// Of which payment.
        payment: PaymentRef,
        /// How much; all that is left if none is named.
        amount: Option<String>,
        /// Of what: the sale, money that belongs to no sale, or the payer's credit.
        source: String,
    },
    /// Captures a hold.
    Capture {
        /// Of which payment.
        payment: PaymentRef,
        /// How much; all of it if none is named.
        amount: Option<String>,
    },
    /// Releases a hold.
    Release {
        /// Of which payment.
        payment: PaymentRef,
    },
    /// Cancels a payment that is not paid.
    Cancel {
        /// Which.
        payment: PaymentRef,
    },
    /// Sends a notice to the shop again.
    SendAgain {
        /// About which payment.
        payment: PaymentRef,
        /// Which notice; the last one if none is named.
        notice: Option<String>,
    },
    /// About payouts.
    Payout(PayoutRequest),
    /// Work that waits for a person, and work that nobody does.
    ListJobs,
    /// Lets work go on that was set aside.
    ResumeJob {
        /// What it does, in the word of the list.
        kind: String,
        /// What it is about.
        id: String,
    },
    /// What the clock shows.
    ShowClock,
    /// Moves the clock forward, by a length or to a moment.
    MoveClock {
        /// By so much, such as `3d4h`.
        by: Option<String>,
        /// To this moment.
        to: Option<String>,
    },
    /// A new token for the owner, told this once; the old one opens nothing any more.
    RenewToken,
    /// Checks that the books add up.
    CheckBooks,
    /// Something about checkouts.
    Checkout(CheckoutRequest),
    /// Explains the signature of a request in Robokassa's dialect.
    ExplainSignature {
        /// What was pasted.
        text: String,
        /// The shop's login or identifier; the one that the request names if none is given.
        shop: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_travels_as_one_line_and_arrives_as_it_was() {
        let wish = NewProviderWish {
            connector: "yookassa".to_owned(),
            name: "main\nline".to_owned(),
            base_url: Some("https://provider.example/v3".to_owned()),
            settings: vec![("shop_id".to_owned(), "100500".to_owned())],
            secrets: vec![("secret_key".to_owned(), Hidden("test_fake".to_owned()))],
            live: true,
            test: false,
            methods: Vec::new(),
        };
        let order = PaymentRef::Order { shop: "demo".to_owned(), number: i64::MAX, test: true };
        let all = [
            Request::CreateProvider(wish),
            Request::ShowPayment(order.clone()),
            Request::Refund { payment: order, amount: Some("60.00".to_owned()), source: "sale".to_owned() },
            Request::CheckBooks,
        ];
        for request in all {
            let asked = Asked { by: "anna".to_owned(), request };
            let line = serde_json::to_string(&asked).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<Asked>(&line).unwrap(), asked);
        }
    }

    #[test]
    fn a_secret_does_not_show_in_debug_output() {
        let secrets = vec![("secret_key".to_owned(), Hidden("test_fake".to_owned()))];
        assert!(!format!("{secrets:?}").contains("fake"));
    }
}
