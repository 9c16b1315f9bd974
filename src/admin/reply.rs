//! What an installation answers to a person: plain views, printed as tables or as JSON.

pub mod attention;
pub mod books;
pub mod checkouts;
pub mod done;
pub mod explained;
pub mod messages;
pub mod passwords;
pub mod payouts;
pub mod people;
pub mod rates;
pub mod receipt;
pub mod reuse;

use attention::{JobLine, JobsView, StrayLine};
use books::{BooksView, MoveView};
use checkouts::{CheckoutView, FormView};
use done::DoneView;
use explained::ExplainedView;
use messages::MessageView;
use passwords::PasswordsView;
use payouts::{PayoutView, PayoutsView};
use people::{AdmissionView, PersonLine};
use rates::{PriceView, RateView};
use receipt::ReceiptView;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sums by the code of their account, as decimal text.
pub type Balances = BTreeMap<String, String>;
/// Balances by the code of their currency.
pub type ByCurrency = BTreeMap<String, Balances>;

/// A seller with its balances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerView {
    /// Its identifier.
    pub seller: String,
    /// Its name.
    pub name: String,
    /// Whether it may take new payments.
    pub active: bool,
    /// The time zone of its days.
    pub zone: String,
    /// The logins of its shops.
    pub shops: Vec<String>,
    /// The moment as of which the balances are told; none where they are told as they stand.
    pub at: Option<String>,
    /// What its live book holds.
    pub balances: ByCurrency,
    /// What its test book holds.
    pub test_balances: ByCurrency,
    /// With what its first person signs in; told when it is created, and never again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub administrator: Option<AdmissionView>,
}

/// A seller in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerLine {
    /// Its identifier.
    pub seller: String,
    /// Its name.
    pub name: String,
    /// Whether it may take new payments.
    pub active: bool,
    /// The time zone of its days.
    pub zone: String,
}

/// An address of a shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressView {
    /// Where.
    pub url: String,
    /// GET or POST.
    pub method: String,
}

/// A shop's settings; never its passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopView {
    /// Its identifier.
    pub shop: String,
    /// Whose.
    pub seller: String,
    /// The identifier in merchant protocols.
    pub login: String,
    /// The name that buyers see.
    pub name: String,
    /// Where the shop is found.
    pub site: String,
    /// The code of its currency.
    pub currency: String,
    /// Whether it may take new payments.
    pub active: bool,
    /// The digest it signs with.
    pub digest: String,
    /// How often its passwords were made.
    pub password_version: u32,
    /// Where it is told of payments.
    pub result: Option<AddressView>,
    /// Where its buyers return after success.
    pub success: Option<AddressView>,
    /// Where its buyers return otherwise.
    pub fail: Option<AddressView>,
    /// The methods it offers.
    pub methods: Vec<String>,
    /// The buyer's share of the fee, as a percentage.
    pub buyer_share: String,
    /// Whether its payments are authorised only, and captured or released by a person.
    pub two_step: bool,
    /// When its money becomes available.
    pub delay: String,
    /// How long a payment lives.
    pub lifetime: String,
    /// How long late money still counts.
    pub grace: String,
    /// Hosts to which a request may send its buyers.
    pub domains: Vec<String>,
    /// Named exceptions.
    pub switches: Vec<String>,
    /// The time zone of its days.
    pub zone: String,
    /// Whether its program may give money back.
    #[serde(default)]
    pub refunds: bool,
    /// Password 3, which signs such refunds; told once, right after it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password3: Option<String>,
    /// Messages to phones that were kept instead of being sent; told of one shop, not of many.
    pub messages: Vec<MessageView>,
}

/// An account with a provider; secrets print as `***`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderView {
    /// Its identifier.
    pub provider: String,
    /// Its name.
    pub name: String,
    /// The connector that speaks its protocol.
    pub connector: String,
    /// Where its API stands; empty for built-in connectors.
    pub base_url: String,
    /// Its settings by name.
    pub settings: BTreeMap<String, String>,
    /// Whether it serves live books.
    pub live: bool,
    /// Whether it serves test books.
    pub test: bool,
    /// The methods it is used for.
    pub methods: Vec<String>,
    /// Whether new attempts may start.
    pub active: bool,
    /// Where it must tell us news.
    pub callback_url: String,
}

/// A fee from a turnover on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// The turnover of the month before.
    pub from: String,
    /// The fee.
    pub fee: String,
}

/// A tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffView {
    /// Its identifier.
    pub tariff: String,
    /// The currency.
    pub currency: String,
    /// For one method, or all.
    pub method: Option<String>,
    /// For one seller, or all.
    pub seller: Option<String>,
    /// For one shop, by login, or all.
    pub shop: Option<String>,
    /// By turnover, ascending.
    pub steps: Vec<StepView>,
    /// On refunds: `keep`, `return` or a sum.
    pub refund_fee: String,
    /// Whether new attempts may use it.
    pub active: bool,
}

/// A payment in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLine {
    /// Its identifier.
    pub payment: String,
    /// The shop's number of the order.
    pub order: String,
    /// The shop's login.
    pub shop: String,
    /// Whether it is a rehearsal.
    pub test: bool,
    /// Where it stands.
    pub state: String,
    /// The order's sum.
    pub amount: String,
    /// Of it, what was received.
    pub captured: String,
    /// Of that, what was given back.
    pub refunded: String,
    /// The currency of all sums.
    pub currency: String,
    /// When it was opened.
    pub opened_at: String,
}

/// A page of payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentsView {
    /// The payments, the newest first.
    pub payments: Vec<PaymentLine>,
    /// The list goes on after this payment.
    pub next: Option<String>,
}

/// One try to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    /// Its identifier.
    pub attempt: String,
    /// By which method.
    pub method: String,
    /// Through which account, by name.
    pub provider: String,
    /// Where it stands.
    pub state: String,
    /// Why the provider refused.
    pub reason: Option<String>,
    /// What the buyer pays.
    pub amount: String,
    /// What was received or held.
    pub received: Option<String>,
    /// What the provider charged.
    pub cost: Option<String>,
    /// What the provider calls it.
    pub provider_memo: Option<String>,
    /// When it started.
    pub started_at: String,
}

/// Money on its way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundView {
    /// Its identifier.
    pub refund: String,
    /// Where it stands.
    pub state: String,
    /// Why the provider refused.
    pub reason: Option<String>,
    /// How much.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// Of what.
    pub source: String,
    /// The commission given back with it.
    pub fee_returned: String,
    /// What the refund itself costs the seller.
    pub fee_charged: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: String,
}

/// A notice to the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// Its identifier.
    pub notice: String,
    /// What it is: `fields` for ResultURL, `paid_statement` and `held_statement` for ResultUrl2.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// How often it was sent.
    pub tries: u32,
    /// Where to.
    pub url: String,
    /// GET or POST.
    pub method: String,
    /// When it was promised.
    pub owed_at: String,
    /// When the shop confirmed it.
    pub accepted_at: Option<String>,
    /// When it is sent next, if it is to be sent again.
    pub next_at: Option<String>,
}

/// An event of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// When.
    pub at: String,
    /// Who caused it.
    pub actor: String,
    /// What happened.
    pub what: String,
    /// The details by name.
    pub details: BTreeMap<String, String>,
}

/// A movement of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovementView {
    /// The number of its entry in the book.
    pub entry: u64,
    /// When it was written.
    pub at: String,
    /// The seller's day to which it belongs.
    pub effective_on: String,
    /// Why.
    pub cause: String,
    /// Where the money left.
    pub from: String,
    /// Where it arrived.
    pub to: String,
    /// How much.
    pub amount: String,
    /// The currency.
    pub currency: String,
}

/// What was said to a provider or shop and what it answered; already without secrets and card data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeView {
    /// When it began.
    pub at: String,
    /// `out`: we asked; `in`: we were asked.
    pub direction: String,
    /// With whom.
    pub peer: String,
    /// What was asked.
    pub request: String,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What was answered.
    pub reply: Option<String>,
    /// Why there is no answer.
    pub error: Option<String>,
    /// How long it took.
    pub took_ms: u64,
}

/// Everything about a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentView {
    /// Its sums and state in short.
    #[serde(flatten)]
    pub line: PaymentLine,
    /// What is bought.
    pub description: String,
    /// The buyer's address, if the shop told it.
    pub email: Option<String>,
    /// The shop's own fields.
    pub custom: BTreeMap<String, String>,
    /// What is sold, for the fiscal service, if the shop said it.
    pub receipt: Option<ReceiptView>,
    /// The kept method that it is about.
    pub stored: Option<reuse::StoredView>,
    /// The price in another currency from which the sum was made.
    pub price: Option<PriceView>,
    /// What other shops get of it.
    pub parts: Vec<MoveView>,
    /// The payment of another shop that it is a part of.
    pub part_of: Option<String>,
    /// The commission taken.
    pub fee: String,
    /// Of the commission, what was given back.
    pub fee_returned: String,
    /// Of what was captured, what still stands in Pending.
    pub unsettled: String,
    /// What the payer has in credit.
    pub credit: String,
    /// Money that belongs to no sale and has not gone back yet.
    pub unclaimed: String,
    /// When its time is over.
    pub ends_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// The page on which it is paid.
    pub pay_url: String,
    /// Its attempts.
    pub attempts: Vec<AttemptView>,
    /// Its refunds.
    pub refunds: Vec<RefundView>,
    /// Its notices.
    pub notices: Vec<NoticeView>,
    /// What happened.
    pub history: Vec<EventView>,
    /// Where its money went.
    pub ledger: Vec<MovementView>,
    /// What was said to others about it.
    pub exchanges: Vec<ExchangeView>,
}

/// What an installation answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// A seller.
    Seller(SellerView),
    /// With what somebody signs in.
    Admission(AdmissionView),
    /// A seller's people.
    People {
        /// By login.
        people: Vec<PersonLine>,
    },
    /// Sellers.
    Sellers {
        /// The oldest first.
        sellers: Vec<SellerLine>,
    },
    /// A shop.
    Shop(ShopView),
    /// Shops.
    Shops {
        /// The oldest first.
        shops: Vec<ShopView>,
    },
    /// Passwords, this once.
    Passwords(PasswordsView),
    /// An account with a provider.
    Provider(ProviderView),
    /// Accounts with providers.
    Providers {
        /// The oldest first.
        providers: Vec<ProviderView>,
    },
    /// A tariff.
    Tariff(TariffView),
    /// Tariffs.
    Tariffs {
        /// The oldest first.
        tariffs: Vec<TariffView>,
    },
    /// Rates.
    Rates {
        /// The youngest first.
        rates: Vec<RateView>,
    },
    /// Payments.
    Payments(PaymentsView),
    /// Payments with money that belongs to no sale.
    Stray {
        /// The oldest first.
        payments: Vec<StrayLine>,
    },
    /// A payment.
    Payment(Box<PaymentView>),
    /// A payout.
    Payout(PayoutView),
    /// Payouts.
    Payouts(PayoutsView),
    /// A wish about a payment.
    Done(DoneView),
    /// Work.
    Jobs(JobsView),
    /// Work that goes on.
    Job(JobLine),
    /// The clock.
    Clock(attention::ClockView),
    /// A token, this once.
    Token(attention::TokenView),
    /// The books.
    Books(BooksView),
    /// A signature.
    Explained(ExplainedView),
    /// A checkout.
    Checkout(Box<CheckoutView>),
    /// Checkouts.
    Checkouts {
        /// The oldest first.
        checkouts: Vec<CheckoutView>,
    },
    /// A form that was prepared.
    Form(FormView),
}
