//! What happened, who did it: the append-only history of payments, shops and sellers.

use crate::ids::{
    AttemptId, Id, MoveId, NoticeId, PaymentId, PayoutId, ProviderAccountId, RefundId, SellerId, ShopId,
    StoredMethodId,
};
use crate::methods::Method;
use crate::payouts_history::PayoutHappened;
use money::Money;

/// Who caused an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The person who pays.
    Buyer,
    /// The shop through its protocol.
    Shop,
    /// A provider, by notice or by answer.
    Provider(ProviderAccountId),
    /// Time itself: a deadline, a schedule.
    Clock,
    /// A person at the command line or in the back office, by name.
    Operator(String),
}

impl Actor {
    /// The word in the database.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Actor::Buyer => "buyer".to_owned(),
            Actor::Shop => "shop".to_owned(),
            Actor::Provider(account) => format!("provider:{}", account.number),
            Actor::Clock => "clock".to_owned(),
            Actor::Operator(name) => format!("operator:{name}"),
        }
    }
}

/// What an event is about, so that its history can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A payment with everything under it.
    Payment(PaymentId),
    /// A payout.
    Payout(PayoutId),
    /// A shop's settings.
    Shop(ShopId),
    /// A seller.
    Seller(SellerId),
    /// An account with a provider, or something else of the platform's.
    Platform,
}

impl Subject {
    /// Kind and number in the database.
    #[must_use]
    pub fn parts(self) -> (&'static str, u64) {
        match self {
            Subject::Payment(id) => ("payment", id.number()),
            Subject::Payout(id) => ("payout", id.number()),
            Subject::Shop(id) => ("shop", id.number()),
            Subject::Seller(id) => ("seller", id.number()),
            Subject::Platform => ("platform", 0),
        }
    }
}

/// A detail of an event: a name and its value as text.
pub type Detail = (&'static str, String);

/// What happened.
#[expect(missing_docs, reason = "the variants say what happened; their fields name themselves")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The shop asked for money.
    PaymentOpened { amount: Money, number: i64 },
    /// The order was asked for again with other content and lives on under another payment.
    PaymentReplaced { by: PaymentId },
    /// The buyer chose a method.
    AttemptStarted { attempt: AttemptId, method: Method, amount: Money },
    /// A request to the provider was saved and is about to leave.
    CallSaved { operation: &'static str, step: u32 },
    /// The buyer was shown what to do.
    PromptShown { attempt: AttemptId },
    /// The provider did not answer; it will be asked.
    AnswerLost { attempt: AttemptId },
    /// The provider refused.
    AttemptDeclined { attempt: AttemptId, reason: String },
    /// The provider will not finish this attempt any more.
    AttemptAbandoned { attempt: AttemptId },
    /// The provider holds the money.
    FundsHeld { attempt: AttemptId, amount: Money },
    /// The provider has the money.
    FundsReceived { attempt: AttemptId, amount: Money },
    /// The provider keeps the method that was paid by.
    MethodStored { attempt: AttemptId, mask: String },
    /// A kept method cannot be charged any more.
    MethodEnded { stored: StoredMethodId },
    /// The payment is paid.
    PaymentPaid { amount: Money },
    /// Money that does not belong to the sale was set aside for the payer.
    MoneySetAside { attempt: AttemptId, amount: Money, why: &'static str },
    /// News did not fit what is known; the sum stands in suspense and a person must look.
    NewsContradicts { attempt: AttemptId, amount: Money, what: &'static str },
    /// The shop or a person asked for the capture of a hold.
    CaptureAsked { amount: Money },
    /// The shop or a person asked for the release of a hold.
    ReleaseAsked,
    /// The hold is released.
    HoldReleased,
    /// A request to the provider was refused; the state before it holds again.
    OperationRefused { operation: &'static str, reason: String },
    /// No attempt may start any more; unfinished ones are waited for.
    PaymentClosing { why: &'static str },
    /// The payment is cancelled.
    PaymentCancelled,
    /// The payment's time is over.
    PaymentExpired,
    /// The unsettled part became available.
    PaymentSettled { amount: Money },
    /// A refund was asked for.
    RefundAsked { refund: RefundId, amount: Money },
    /// The refund arrived at the payer.
    RefundReturned { refund: RefundId, amount: Money },
    /// The refund failed and the money is back.
    RefundFailed { refund: RefundId, reason: String },
    /// A notice to the shop was frozen.
    NoticeOwed { notice: NoticeId },
    /// The shop accepted the notice.
    NoticeAccepted { notice: NoticeId },
    /// The shop did not accept it this time.
    NoticeRefused { notice: NoticeId, tries: u32, why: String },
    /// The last try failed; a person must look.
    NoticeGivenUp { notice: NoticeId },
    /// Somebody asked for the notice to be sent again.
    NoticeAgain { notice: NoticeId },
    /// A shop attached another receipt to a paid order, under its own number.
    ReceiptAttached { name: String },
    /// A message to a phone was kept instead of being sent.
    MessageKept { phone: String, text: String },
    /// What another shop gets of the payment has left the book.
    PartSent { part: MoveId, amount: Money },
    /// It has arrived in that shop's book.
    PartArrived { part: MoveId, amount: Money },
    /// That shop takes nothing at present; it is tried again.
    PartWaits { part: MoveId, why: &'static str },
    /// That shop took nothing in time, and the money is back.
    PartReturned { part: MoveId, amount: Money },
    /// A part of another shop's payment arrived.
    PartReceived { amount: Money, number: i64 },
    /// A step of a payout.
    Payout(PayoutHappened),
    /// A person let work go on that had been set aside.
    JobResumed { job: &'static str },
    /// Settings were created or changed; only names, never values of secrets.
    SettingsChanged { what: &'static str, fields: String },
}

impl Happened {
    /// The word in the database and the details, for history and timeline.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Vec<Detail>) {
        match self {
            Happened::PaymentOpened { amount, number } => ("payment_opened", numbered(*amount, *number)),
            Happened::PaymentReplaced { by } => ("payment_replaced", vec![reference("by", *by)]),
            Happened::AttemptStarted { attempt, method, amount } => {
                ("attempt_started", started(*attempt, *method, *amount))
            }
            Happened::CallSaved { operation, step } => {
                ("call_saved", vec![("operation", (*operation).to_owned()), ("step", step.to_string())])
            }
            Happened::PromptShown { attempt } => ("prompt_shown", vec![reference("attempt", *attempt)]),
            Happened::AnswerLost { attempt } => ("answer_lost", vec![reference("attempt", *attempt)]),
            Happened::AttemptDeclined { attempt, reason } => {
                ("attempt_declined", vec![reference("attempt", *attempt), ("reason", reason.clone())])
            }
            Happened::AttemptAbandoned { attempt } => {
                ("attempt_abandoned", vec![reference("attempt", *attempt)])
            }
            Happened::FundsHeld { attempt, amount } => ("funds_held", money_of(*attempt, *amount)),
            Happened::FundsReceived { attempt, amount } => ("funds_received", money_of(*attempt, *amount)),
            Happened::MethodStored { attempt, mask } => ("method_stored", kept_of(*attempt, mask)),
            Happened::MethodEnded { stored } => ("method_ended", vec![reference("stored", *stored)]),
            Happened::PaymentPaid { amount } => ("payment_paid", vec![sum(*amount), currency(*amount)]),
            Happened::MoneySetAside { attempt, amount, why } => {
                ("money_set_aside", with(money_of(*attempt, *amount), ("why", (*why).to_owned())))
            }
            Happened::NewsContradicts { attempt, amount, what } => {
                ("news_contradicts", with(money_of(*attempt, *amount), ("what", (*what).to_owned())))
            }
            Happened::CaptureAsked { amount } => ("capture_asked", vec![sum(*amount), currency(*amount)]),
            Happened::ReleaseAsked => ("release_asked", Vec::new()),
            Happened::HoldReleased => ("hold_released", Vec::new()),
            Happened::OperationRefused { operation, reason } => (
                "operation_refused",
                vec![("operation", (*operation).to_owned()), ("reason", reason.clone())],
            ),
            Happened::PaymentClosing { why } => ("payment_closing", vec![("why", (*why).to_owned())]),
            Happened::PaymentCancelled => ("payment_cancelled", Vec::new()),
            Happened::PaymentExpired => ("payment_expired", Vec::new()),
            Happened::PaymentSettled { amount } => ("payment_settled", vec![sum(*amount), currency(*amount)]),
            Happened::RefundAsked { refund, amount } => ("refund_asked", refund_of(*refund, *amount)),
            Happened::RefundReturned { refund, amount } => ("refund_returned", refund_of(*refund, *amount)),
            Happened::RefundFailed { refund, reason } => {
                ("refund_failed", vec![reference("refund", *refund), ("reason", reason.clone())])
            }
            Happened::NoticeOwed { notice } => ("notice_owed", vec![reference("notice", *notice)]),
            Happened::NoticeAccepted { notice } => ("notice_accepted", vec![reference("notice", *notice)]),
            Happened::NoticeRefused { notice, tries, why } => (
                "notice_refused",
                vec![reference("notice", *notice), ("tries", tries.to_string()), ("why", why.clone())],
            ),
            Happened::NoticeGivenUp { notice } => ("notice_given_up", vec![reference("notice", *notice)]),
            Happened::NoticeAgain { notice } => ("notice_again", vec![reference("notice", *notice)]),
            Happened::ReceiptAttached { name } => ("receipt_attached", vec![("receipt", name.clone())]),
            Happened::MessageKept { phone, text } => {
                ("message_kept", vec![("phone", phone.clone()), ("text", text.clone())])
            }
            Happened::PartSent { part, amount } => ("part_sent", part_of(*part, *amount)),
            Happened::PartArrived { part, amount } => ("part_arrived", part_of(*part, *amount)),
            Happened::PartWaits { part, why } => {
                ("part_waits", vec![reference("part", *part), ("why", (*why).to_owned())])
            }
            Happened::PartReturned { part, amount } => ("part_returned", part_of(*part, *amount)),
            Happened::PartReceived { amount, number } => ("part_received", numbered(*amount, *number)),
            Happened::Payout(step) => step.parts(),
            Happened::JobResumed { job } => ("job_resumed", vec![("job", (*job).to_owned())]),
            Happened::SettingsChanged { what, fields } => {
                ("settings_changed", vec![("what", (*what).to_owned()), ("fields", fields.clone())])
            }
        }
    }
}

pub(crate) fn sum(amount: Money) -> Detail {
    ("sum", amount.to_string())
}

pub(crate) fn currency(amount: Money) -> Detail {
    ("currency", amount.currency().code().to_owned())
}

fn reference(name: &'static str, id: impl Id) -> Detail {
    (name, id.number().to_string())
}

fn numbered(amount: Money, number: i64) -> Vec<Detail> {
    vec![sum(amount), currency(amount), ("number", number.to_string())]
}

fn started(attempt: AttemptId, method: Method, amount: Money) -> Vec<Detail> {
    vec![reference("attempt", attempt), ("method", method.code().to_owned()), sum(amount), currency(amount)]
}

fn money_of(attempt: AttemptId, amount: Money) -> Vec<Detail> {
    vec![reference("attempt", attempt), sum(amount), currency(amount)]
}

fn kept_of(attempt: AttemptId, mask: &str) -> Vec<Detail> {
    vec![reference("attempt", attempt), ("mask", mask.to_owned())]
}

fn refund_of(refund: RefundId, amount: Money) -> Vec<Detail> {
    vec![reference("refund", refund), sum(amount), currency(amount)]
}

fn part_of(part: MoveId, amount: Money) -> Vec<Detail> {
    vec![reference("part", part), sum(amount), currency(amount)]
}

fn with(mut details: Vec<Detail>, more: Detail) -> Vec<Detail> {
    details.push(more);
    details
}

/// An event with its actor; the writer adds when it was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose history it belongs to.
    pub subject: Subject,
    /// Who caused it.
    pub actor: Actor,
    /// What happened.
    pub happened: Happened,
}
