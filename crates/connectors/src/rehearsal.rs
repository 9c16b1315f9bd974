//! The built-in `test` connector: no provider and no network, a person chooses the outcome on our own page.
//!
//! It serves test books everywhere, and live books only where no real money is taken: in installations for
//! tests, of which the emulator is one. It never ends anything by
//! itself but a charge of a kept method, at which no buyer waits: that is paid after a moment in which another
//! outcome can be chosen.
//!
//! [`OUTCOMES`] is what that page offers. When a choice was posted, the engine verifies the page's own
//! token and that the attempt is in a book which may rehearse, makes [`outcome_request`] from the attempt as
//! it stands in the store, and gives it to `callback`. So the amount is never the browser's, and nothing
//! that came through a door is believed: such a request has a path and a sender, ours has neither.

use domain::attempts::{AttemptState, Operation, PaidWith, Prompt, Reason};
use domain::methods::Method;
use domain::secrets::Secret;
use domain::stored::{Kept, Reuse};
use jiff::{SignedDuration, Timestamp};
use money::Money;
use money::currency::Currency;
use wire::form::{RawForm, TextEncoding, encode_pairs};
use wire::http::{Headers, HttpReply, HttpRequest, Method as Verb};

use crate::connector::{
    About, Connector, ConnectorFault, Context, Learned, LostCreation, News, Next, Offer, Profile, Step, Task,
};
use crate::payouts::PaysOut;
use domain::outcomes::Outcome;

/// The connector.
#[derive(Debug)]
pub(crate) struct Rehearsal;

const NAME: &str = "test";
/// How long a rehearsed hold lasts: as long as the longest real one.
const HOLD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The currencies of our region and the large ones beside them.
const CURRENCIES: &[Currency] = &[
    Currency::Rub,
    Currency::Byn,
    Currency::Kzt,
    Currency::Uah,
    Currency::Uzs,
    Currency::Kgs,
    Currency::Amd,
    Currency::Gel,
    Currency::Azn,
    Currency::Tjs,
    Currency::Mdl,
    Currency::Usd,
    Currency::Eur,
    Currency::Gbp,
    Currency::Chf,
    Currency::Pln,
    Currency::Try,
    Currency::Aed,
    Currency::Cny,
    Currency::Jpy,
    Currency::Inr,
];

static PROFILE: Profile = Profile {
    name: NAME,
    title: "Rehearsal",
    methods: &[
        Offer { keeps: true, ..offer(Method::BankCard) },
        offer(Method::Sbp),
        offer(Method::SberPay),
        offer(Method::TPay),
        Offer { keeps: true, ..offer(Method::YooMoney) },
        offer(Method::MobileBalance),
        offer(Method::Cash),
    ],
    operations: Operation::ALL,
    settings: &[],
    // Nobody but the page knows more, so asking is a formality.
    checks: &[SignedDuration::from_hours(1), SignedDuration::from_hours(24)],
    // Nothing is sent, so nothing is lost: a check answers that nothing was chosen yet.
    lost_creation: LostCreation::AskByReference,
    cancels_prompts: false,
    rehearsal: true,
};

const fn offer(method: Method) -> Offer {
    let (smallest, largest) = (1, 1_000_000_000_000);
    Offer { method, currencies: CURRENCIES, smallest, largest, holds: true, keeps: false, ends_within: None }
}

/// What people see of every card that is kept here.
const MASK: &str = "411111******1111";
/// What stands for the card network's reference.
const REFERENCE: &str = "000000000000";
/// So long a charge without its buyer can be given another outcome; then it is paid.
const CHARGE: SignedDuration = SignedDuration::from_secs(2);

/// What becomes of the attempt by a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The money is taken.
    Paid,
    /// The money is held.
    Held,
    /// The provider refuses.
    Declined(Reason),
    /// Nothing happens: the buyer went away.
    Nothing,
}

/// A line of the outcome page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word that the page posts.
    pub code: &'static str,
    /// What becomes of the attempt.
    pub chosen: Chosen,
}

/// Everything that the outcome page can offer, in its order.
pub const OUTCOMES: &[Choice] = &[
    Choice { code: "paid", chosen: Chosen::Paid },
    Choice { code: "held", chosen: Chosen::Held },
    Choice { code: "insufficient_funds", chosen: Chosen::Declined(Reason::InsufficientFunds) },
    Choice { code: "3ds_failed", chosen: Chosen::Declined(Reason::AuthenticationFailed) },
    Choice { code: "issuer_declined", chosen: Chosen::Declined(Reason::IssuerDeclined) },
    Choice { code: "payer_canceled", chosen: Chosen::Declined(Reason::PayerCanceled) },
    Choice { code: "nothing", chosen: Chosen::Nothing },
];

impl Choice {
    /// The choice that the page posted.
    ///
    /// ```
    /// use connectors::rehearsal::{Choice, Chosen};
    /// assert_eq!(Choice::find("paid").map(|choice| choice.chosen), Some(Chosen::Paid));
    /// ```
    #[must_use]
    pub fn find(code: &str) -> Option<Choice> {
        OUTCOMES.iter().copied().find(|choice| choice.code == code)
    }

    /// Whether it is offered: money is held where a hold was asked for, and taken elsewhere.
    #[must_use]
    pub const fn is_offered(self, hold: bool) -> bool {
        match self.chosen {
            Chosen::Paid => !hold,
            Chosen::Held => hold,
            Chosen::Declined(_) | Chosen::Nothing => true,
        }
    }
}

/// The method that is kept of an attempt, named by its public form.
#[must_use]
pub fn kept_by(attempt: &str) -> Kept {
    Kept { token: Secret::new(format!("kept-by-{attempt}")), mask: MASK.to_owned() }
}

/// What is told of the means of a rehearsal: of a card its mask and a reference that no network gave.
#[must_use]
pub fn paid_with(method: Method) -> PaidWith {
    let card = method == Method::BankCard;
    PaidWith { account: card.then(|| MASK.to_owned()), bank_reference: card.then(|| REFERENCE.to_owned()) }
}

/// The request that tells the connector of a choice. The attempt is named by its public form, the amount is
/// the attempt's own, and so are its method and whether it asks to keep that.
#[must_use]
pub fn outcome_request(
    attempt: &str,
    choice: Choice,
    amount: Money,
    method: Method,
    keep: bool,
) -> HttpRequest {
    let (outcome, reason) = match choice.chosen {
        Chosen::Paid => ("paid", ""),
        Chosen::Held => ("held", ""),
        Chosen::Declined(reason) => ("declined", reason.code()),
        Chosen::Nothing => ("nothing", ""),
    };
    let minor = amount.minor().to_string();
    let fields = [
        ("attempt", attempt),
        ("outcome", outcome),
        ("reason", reason),
        ("amount", minor.as_str()),
        ("currency", amount.currency().code()),
        ("method", method.code()),
        ("keep", if keep { "1" } else { "" }),
    ];
    HttpRequest {
        method: Verb::Post,
        path: String::new(),
        query: String::new(),
        headers: Headers::new(),
        body: encode_pairs(fields).into_bytes(),
        peer: None,
    }
}

impl Connector for Rehearsal {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn begin(&self, task: &Task<'_>, cx: &Context<'_>) -> Result<Step, ConnectorFault> {
        let amount = task.amount;
        let next = match task.operation {
            Operation::Pay => Next::Ask(Prompt::Outcome, chosen_until(task, cx)),
            Operation::Check => checked(task, cx)?,
            Operation::Capture => Next::Done(Outcome::Captured { amount, cost: None }),
            Operation::Release => Next::Done(Outcome::Released),
            Operation::Refund | Operation::CheckRefund => Next::Done(Outcome::Returned { amount }),
        };
        Ok(Step { remember: None, kept: None, paid_with: paid_with(task.attempt.method), next })
    }

    fn reply(&self, _: &Task<'_>, _: &HttpReply, _: &Context<'_>) -> Result<Step, ConnectorFault> {
        Err(ConnectorFault::Unsupported { provider: NAME, what: "have an answer: nothing is sent to it" })
    }

    fn callback(&self, request: &HttpRequest, cx: &Context<'_>) -> Result<News, ConnectorFault> {
        if request.peer.is_some() || !request.path.is_empty() {
            return Err(bad("it came through a door"));
        }
        let form = RawForm::from_urlencoded(&request.body).map_err(|error| bad(&error.to_string()))?;
        let field = |name| field(&form, name);
        let name = field("attempt")?;
        let keeps = form.first("keep").is_some_and(|field| field.value == b"1");
        let kept = keeps.then(|| kept_by(&name));
        let method = Method::from_code(&field("method")?).ok_or(bad("the method is not known"))?;
        let paid_with = paid_with(method);
        let outcome = match field("outcome")?.as_str() {
            "paid" => Outcome::Received { amount: amount(&field)?, cost: None },
            "held" => Outcome::Held { amount: amount(&field)?, until: hold_ends(cx)? },
            "declined" => {
                // A card that did not pay is not kept.
                let about = About::Attempt(name);
                let reason = Reason::from_code(&field("reason")?).ok_or(bad("the reason is not known"))?;
                let outcome = Outcome::Declined { reason };
                return Ok(News::Proven { about, outcome, kept: None, paid_with });
            }
            "nothing" => return Ok(News::Nothing),
            _ => return Err(bad("the outcome is not known")),
        };
        Ok(News::Proven { about: About::Attempt(name), outcome, kept, paid_with })
    }

    fn payouts(&self) -> Option<&'static dyn PaysOut> {
        Some(&Rehearsal)
    }

    fn answer(&self, learned: Learned) -> HttpReply {
        match learned {
            Learned::Saved => HttpReply::text(200, "saved"),
            Learned::NotOurs => HttpReply::text(404, "not known"),
            Learned::TryAgain => HttpReply::text(503, "try again"),
        }
    }
}

/// Until when an outcome can be chosen. Nobody waits at a charge without its buyer.
fn chosen_until(task: &Task<'_>, cx: &Context<'_>) -> Timestamp {
    let soon = cx.now.checked_add(CHARGE).unwrap_or(cx.ends_at);
    match task.attempt.reuse {
        Reuse::Charge(_) => soon.min(cx.ends_at),
        Reuse::Once | Reuse::Keep | Reuse::Confirm(_) => cx.ends_at,
    }
}

/// A charge for which nobody has chosen anything is paid; everything else waits for a person.
fn checked(task: &Task<'_>, cx: &Context<'_>) -> Result<Next, ConnectorFault> {
    let over = task.attempt.waits_until.is_some_and(|until| until <= cx.now);
    match task.attempt.reuse {
        Reuse::Charge(_) if over && task.attempt.state == AttemptState::Waiting => {
            let amount = task.attempt.amount;
            Ok(Next::Done(match task.attempt.hold {
                true => Outcome::Held { amount, until: hold_ends(cx)? },
                false => Outcome::Received { amount, cost: None },
            }))
        }
        Reuse::Once | Reuse::Keep | Reuse::Charge(_) | Reuse::Confirm(_) => Ok(Next::Wait),
    }
}

fn hold_ends(cx: &Context<'_>) -> Result<Timestamp, ConnectorFault> {
    cx.now.checked_add(HOLD).map_err(|_| bad("the hold would never end"))
}

fn field(form: &RawForm, name: &'static str) -> Result<String, ConnectorFault> {
    let field = form.first(name).ok_or_else(|| bad(&format!("it has no field {name}")))?;
    field.text(TextEncoding::UTF_8).map_err(|error| bad(&error.to_string()))
}

fn amount(field: &dyn Fn(&'static str) -> Result<String, ConnectorFault>) -> Result<Money, ConnectorFault> {
    let minor: i64 = field("amount")?.parse().map_err(|_| bad("the amount is not a number"))?;
    let currency = Currency::from_code(&field("currency")?).ok_or(bad("the currency is not known"))?;
    let amount = Money::from_minor(minor, currency);
    if amount.is_positive() { Ok(amount) } else { Err(bad("the amount is not more than nothing")) }
}

fn bad(what: &str) -> ConnectorFault {
    ConnectorFault::BadCallback { provider: NAME, what: what.to_owned() }
}

mod payouts;
#[cfg(test)]
mod tests;
