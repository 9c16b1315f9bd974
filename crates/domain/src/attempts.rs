//! One try to pay through one provider, and the calls frozen for it.

use crate::faults::{Planted, planted};
use crate::ids::{AttemptId, CallId, PaymentId, ProviderAccountId, TariffId};
use crate::methods::Method;
use crate::stored::Reuse;
use crate::tariffs::{Fee, RefundFee};
use jiff::Timestamp;
use money::{Money, MoneyError, Rounding};

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// Saved, nothing sent yet.
    Planned,
    /// A call is saved and may have left.
    Sending {
        /// The link of the chain.
        step: u32,
    },
    /// The provider waits for the buyer, or we for the provider.
    Waiting,
    /// An answer was lost; the provider is being asked.
    Unknown,
    /// The provider holds the money.
    Held,
    /// The provider has the money.
    Received,
    /// The provider refused, finally.
    Declined {
        /// The reason, from the common set.
        reason: Reason,
    },
    /// The hold was released, by us or by time.
    Released,
    /// The provider will not finish it.
    Abandoned,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $code:literal;)*) => {
        /// Why a provider refused: the set common to all providers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// The word in history and database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code,)* }
            }

            /// The reason with this word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Reason> {
                Reason::ALL.iter().copied().find(|reason| reason.code() == code)
            }
        }
    };
}

reasons! {
    /// Not enough money.
    InsufficientFunds "insufficient_funds";
    /// The card is past its date.
    ExpiredCard "expired_card";
    /// No such card.
    InvalidCard "invalid_card";
    /// Wrong security code.
    InvalidCvc "invalid_cvc";
    /// Reported lost or stolen.
    LostOrStolen "lost_or_stolen";
    /// The card may not pay here.
    CardRestricted "card_restricted";
    /// Suspected fraud.
    FraudSuspected "fraud_suspected";
    /// The buyer was not authenticated.
    AuthenticationFailed "3ds_failed";
    /// Over a limit.
    LimitExceeded "limit_exceeded";
    /// The issuer refused without a reason.
    IssuerDeclined "issuer_declined";
    /// The issuer does not answer.
    IssuerUnavailable "issuer_unavailable";
    /// The method does not work for this buyer.
    MethodUnavailable "method_unavailable";
    /// The buyer must be identified first.
    IdentificationRequired "identification_required";
    /// The stored method is not valid any more.
    TokenRevoked "token_revoked";
    /// The buyer turned back.
    PayerCanceled "payer_canceled";
    /// We or the shop turned back.
    MerchantCanceled "merchant_canceled";
    /// Time ran out.
    Timeout "timeout";
    /// Already done under another number.
    Duplicate "duplicate";
    /// The provider did not understand the request.
    InvalidRequest "invalid_request";
    /// Not possible in this state.
    InvalidState "invalid_state";
    /// Our credentials are wrong.
    AuthError "auth_error";
    /// Too many requests.
    RateLimited "rate_limited";
    /// The provider is out of order.
    ProviderUnavailable "provider_unavailable";
    /// None of these.
    Unknown "unknown";
}

/// What the buyer is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Go to the provider's page.
    Redirect {
        /// Its address.
        url: String,
    },
    /// Scan or open a code.
    Qr {
        /// The text of the code, also a link.
        data: String,
    },
    /// Confirm on the phone, in the bank's app or by SMS.
    External {
        /// The number shown back, if one was given.
        phone: Option<String>,
    },
    /// Choose the outcome: rehearsals only.
    Outcome,
}

/// What the buyer told for this attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayerFields {
    /// A phone number in digits, with the country's code.
    pub phone: Option<String>,
    /// Where the receipt is to go, if the shop did not say it.
    pub email: Option<String>,
    /// Whether the card is to be used that an earlier payment kept.
    pub saved: bool,
}

/// One try to pay through one provider.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Which.
    pub id: AttemptId,
    /// For which payment.
    pub payment: PaymentId,
    /// By which method.
    pub method: Method,
    /// Through which account.
    pub provider: ProviderAccountId,
    /// What the order costs the buyer by this method, whatever is in credit.
    pub price: Money,
    /// What the buyer pays: the price less what was in credit when it started.
    pub amount: Money,
    /// The tariff chosen when it started, and its version.
    pub tariff: (TariffId, u32),
    /// The fee template of that tariff and step, frozen.
    pub fee: Fee,
    /// What becomes of the fee on refunds, frozen.
    pub refund_fee: RefundFee,
    /// Whether the money is to be held only.
    pub hold: bool,
    /// Whether the provider is asked to keep the method, or charges a kept one.
    pub reuse: Reuse,
    /// Where it stands.
    pub state: AttemptState,
    /// What the connector remembers: the provider's number, its place in a chain.
    pub memo: Option<String>,
    /// What the buyer is shown, while Waiting.
    pub prompt: Option<Prompt>,
    /// When the provider itself ends the attempt, if it told.
    pub waits_until: Option<Timestamp>,
    /// What the buyer told.
    pub payer: PayerFields,
    /// The last call frozen for it.
    pub call: Option<CallId>,
    /// How often it was checked without news; picks the gap to the next check.
    pub checks: u32,
    /// What the provider told of the buyer's means.
    pub paid_with: PaidWith,
    /// What was received or held.
    pub received: Option<Money>,
    /// What the provider charged, when known.
    pub cost: Option<Money>,
    /// Of what was received, how much was given back or is on its way back.
    pub returned: Money,
    /// When it started.
    pub started_at: Timestamp,
}

/// What a provider tells of the means that the buyer used, as far as people may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaidWith {
    /// The card or purse, masked, such as `555555******4477`.
    pub account: Option<String>,
    /// The reference that the card network gave the payment (RRN).
    pub bank_reference: Option<String>,
}

impl PaidWith {
    /// What is told takes the place of what was known; what is not told changes nothing.
    pub fn learn(&mut self, told: &PaidWith) {
        let newer = |known: &mut Option<String>, told: &Option<String>| {
            if told.is_some() {
                known.clone_from(told);
            }
        };
        newer(&mut self.account, &told.account);
        newer(&mut self.bank_reference, &told.bank_reference);
    }
}

/// What a frozen call belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Take (or hold) the money.
    Pay,
    /// Capture a hold.
    Capture,
    /// Release a hold.
    Release,
    /// Give money back.
    Refund,
    /// Ask how an attempt stands.
    Check,
    /// Ask how a refund stands.
    CheckRefund,
}

impl Operation {
    /// Every operation.
    pub const ALL: &[Operation] = &[
        Operation::Pay,
        Operation::Capture,
        Operation::Release,
        Operation::Refund,
        Operation::Check,
        Operation::CheckRefund,
    ];

    /// The word in history and database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Operation::Pay => "pay",
            Operation::Capture => "capture",
            Operation::Release => "release",
            Operation::Refund => "refund",
            Operation::Check => "check",
            Operation::CheckRefund => "check_refund",
        }
    }

    /// The operation with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Operation> {
        Operation::ALL.iter().copied().find(|operation| operation.code() == code)
    }
}

/// A request to a provider, frozen before it is sent: after a crash it is repeated byte-equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which.
    pub id: CallId,
    /// For which attempt.
    pub attempt: AttemptId,
    /// What for.
    pub operation: Operation,
    /// The link of the chain.
    pub step: u32,
    /// The request as the engine wrote it down; without secrets.
    pub request: String,
    /// When it was saved.
    pub saved_at: Timestamp,
}

impl Attempt {
    /// Of what it brought, how much can still go back through it.
    ///
    /// # Errors
    /// [`MoneyError`] when sums do not fit together.
    pub fn room(&self) -> Result<Money, MoneyError> {
        let zero = Money::zero(self.amount.currency());
        self.received.unwrap_or(zero).minus(self.returned)?.larger(zero)
    }

    /// The commission on a sum received: the tariff's on the full sum, scaled on a partial capture.
    ///
    /// # Errors
    /// [`MoneyError`] when currencies differ or a sum is too large.
    pub fn commission(&self, full: Money, received: Money) -> Result<Money, MoneyError> {
        let fee = self.fee.on(full)?;
        if received == full || full.is_zero() || planted(Planted::FeeOfWhole) {
            return Ok(fee);
        }
        fee.share(received.minor().unsigned_abs(), full.minor().unsigned_abs(), Rounding::HalfUp)
    }

    /// Whether nothing can follow any more but late news.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.state {
            AttemptState::Planned
            | AttemptState::Sending { .. }
            | AttemptState::Waiting
            | AttemptState::Unknown
            | AttemptState::Held => false,
            AttemptState::Received
            | AttemptState::Declined { .. }
            | AttemptState::Released
            | AttemptState::Abandoned => true,
        }
    }
}
