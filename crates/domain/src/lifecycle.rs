//! What may follow what in the life of a payment.
//!
//! One match over state and event, so a new state does not compile until every event has an
//! answer. Only wishes are refused; for news every state has a transition.

use crate::decide::Refused;
use crate::faults::{Planted, planted};
use crate::ids::AttemptId;
use crate::payments::{ClosingWhy, Payment, PaymentState};
use jiff::Timestamp;
use money::Money;

/// What happens to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentEvent {
    /// News: the provider holds the money.
    FundsHeld {
        /// For which attempt.
        attempt: AttemptId,
        /// The end of the hold.
        until: Timestamp,
    },
    /// News: the provider has the money that the attempt asked for, or captured it.
    FundsReceived {
        /// For which attempt.
        attempt: AttemptId,
    },
    /// News: the provider has another sum than the attempt asked for.
    AmountDiffers {
        /// For which attempt.
        attempt: AttemptId,
        /// How much it has.
        amount: Money,
        /// How much the attempt asked for.
        asked: Money,
    },
    /// News: a hold is released, by us or by time.
    Released {
        /// For which attempt.
        attempt: AttemptId,
    },
    /// News: the provider refused an attempt, or will not finish it.
    AttemptFailed {
        /// Which.
        attempt: AttemptId,
    },
    /// News: the provider refused to capture or release.
    OperationRefused,
    /// News: the time is over.
    DeadlinePassed,
    /// News: no attempt is unfinished any more.
    AttemptsEnded,
    /// Wish: capture so much of the hold.
    CaptureAsked {
        /// How much.
        amount: Money,
        /// How much is held.
        held: Money,
    },
    /// Wish: release the hold.
    ReleaseAsked,
    /// Wish: end it without a sale.
    CancelAsked,
    /// Wish: the order lives on under another payment.
    Replaced,
}

/// What becomes of the money that news brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// There is none.
    Nothing,
    /// It is the sale.
    Sale,
    /// It is kept for the payer; `completes` the sale together with what was there.
    Credit {
        /// Whether the sum due is reached.
        completes: bool,
    },
    /// It belongs to no sale and goes back.
    Unclaimed,
    /// It is held for nothing: the hold is released at once.
    ReleaseHold,
}

/// The next state, and what becomes of the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The next state; often the same.
    pub to: PaymentState,
    /// What becomes of the money.
    pub booking: Booking,
}

impl Payment {
    /// What follows an event.
    ///
    /// ```
    /// # use domain::{ids::{AttemptId, Book, BookKind, Id, PaymentId, ShopId}, payments::Terms};
    /// # use jiff::Timestamp;
    /// # use money::{Money, currency::Currency};
    /// use domain::lifecycle::{Booking, PaymentEvent};
    /// use domain::payments::{Payment, PaymentState};
    /// # let book = Book::of_seller(7, BookKind::Live).expect("it fits");
    /// # let (zero, now) = (Money::zero(Currency::Rub), Timestamp::UNIX_EPOCH);
    /// # let terms = Terms {
    /// #     number: 1, sum_text: "100.00".to_owned(), description: String::new(), email: None, payer_ip: None,
    /// #     language: None, custom: Vec::new(), success: None, fail: None, statement_to: None, preferred: None,
    /// #     allowed: Vec::new(), hold: false, receipt: None, reuse: Default::default(), price: None,
    /// #     split: Vec::new(), checkout: None,
    /// # };
    /// # let payment = Payment {
    /// #     id: PaymentId::new(book, 17), shop: ShopId::new(book, 2), state: PaymentState::Open, terms,
    /// #     amount: Money::from_minor(10_000, Currency::Rub), captured: zero, refunded: zero, unsettled: zero,
    /// #     passed: zero,
    /// #     settled: false, fee: zero, fee_returned: zero, credit: zero, receipts_attached: 0, unclaimed: zero, paid_by: None,
    /// #     brought: Vec::new(), unfinished: Vec::new(), attempts: 0, last_attempt: None, opened_at: now,
    /// #     ends_at: now, grace_ends_at: now, paid_at: None, changed_at: now,
    /// # };
    /// # let attempt = AttemptId::new(book, 21);
    /// // An open payment is paid by money that arrives …
    /// let received = PaymentEvent::FundsReceived { attempt };
    /// let transition = payment.on(received, now)?;
    /// assert_eq!((transition.to, transition.booking), (PaymentState::Paid, Booking::Sale));
    /// // … and a paid one sets it aside: news is never refused, but a wish may be.
    /// let paid = Payment { state: transition.to, ..payment };
    /// assert_eq!(paid.on(received, now)?.booking, Booking::Unclaimed);
    /// assert!(paid.on(PaymentEvent::CancelAsked, now).is_err());
    /// # Ok::<(), domain::decide::Refused>(())
    /// ```
    ///
    /// # Errors
    /// [`Refused`] for a wish that the state does not allow; never for news.
    pub fn on(&self, event: PaymentEvent, now: Timestamp) -> Result<Transition, Refused> {
        match self.state {
            PaymentState::Open => self.on_open(event),
            PaymentState::Held { until } => self.on_held(event, until, now),
            PaymentState::Capturing { amount, until } => self.on_capturing(event, amount, until),
            PaymentState::Releasing { until } => self.on_releasing(event, until),
            PaymentState::Closing { why } => self.on_closing(event, why, now),
            PaymentState::Paid => self.on_paid(event),
            PaymentState::Cancelled => self.on_cancelled(event),
            PaymentState::Expired => self.on_expired(event, now),
        }
    }

    fn on_open(&self, event: PaymentEvent) -> Result<Transition, Refused> {
        match event {
            PaymentEvent::FundsHeld { until, .. } => to(PaymentState::Held { until }),
            PaymentEvent::FundsReceived { .. } if self.credit.is_positive() => {
                book(PaymentState::Paid, Booking::Credit { completes: true })
            }
            PaymentEvent::FundsReceived { .. } => book(PaymentState::Paid, Booking::Sale),
            PaymentEvent::AmountDiffers { amount, asked, .. } => {
                // The attempt asked for what was missing beside the credit.
                let completes = amount.minor() >= asked.minor();
                let next = if completes { PaymentState::Paid } else { PaymentState::Open };
                book(next, Booking::Credit { completes })
            }
            PaymentEvent::Released { .. }
            | PaymentEvent::AttemptFailed { .. }
            | PaymentEvent::OperationRefused
            | PaymentEvent::AttemptsEnded => to(PaymentState::Open),
            PaymentEvent::DeadlinePassed => to(PaymentState::Closing { why: ClosingWhy::TimeOver }),
            PaymentEvent::CancelAsked => to(PaymentState::Closing { why: ClosingWhy::Cancelled }),
            PaymentEvent::Replaced => to(PaymentState::Closing { why: ClosingWhy::Replaced }),
            PaymentEvent::CaptureAsked { .. } => self.refuse("a capture"),
            PaymentEvent::ReleaseAsked => self.refuse("a release"),
        }
    }

    fn on_held(&self, event: PaymentEvent, until: Timestamp, now: Timestamp) -> Result<Transition, Refused> {
        let stay = PaymentState::Held { until };
        match event {
            PaymentEvent::FundsHeld { attempt, .. } => self.another_hold(attempt, stay),
            PaymentEvent::FundsReceived { attempt } => self.captured(attempt, false, stay),
            PaymentEvent::AmountDiffers { attempt, amount, asked } => {
                self.captured(attempt, amount.minor() > asked.minor(), stay)
            }
            PaymentEvent::Released { attempt } | PaymentEvent::AttemptFailed { attempt } => {
                let why = if now >= until { ClosingWhy::TimeOver } else { ClosingWhy::Cancelled };
                self.unless_other(attempt, PaymentState::Closing { why }, stay)
            }
            PaymentEvent::OperationRefused | PaymentEvent::DeadlinePassed | PaymentEvent::AttemptsEnded => {
                to(stay)
            }
            PaymentEvent::CaptureAsked { amount, held } if amount.minor() > held.minor() => {
                Err(Refused::TooMuch { wish: "captured", left: held })
            }
            PaymentEvent::CaptureAsked { amount, .. } => to(PaymentState::Capturing { amount, until }),
            PaymentEvent::ReleaseAsked | PaymentEvent::CancelAsked => to(PaymentState::Releasing { until }),
            PaymentEvent::Replaced => Err(Refused::AlreadyPaid),
        }
    }

    fn on_capturing(
        &self,
        event: PaymentEvent,
        amount: Money,
        until: Timestamp,
    ) -> Result<Transition, Refused> {
        let stay = PaymentState::Capturing { amount, until };
        match event {
            PaymentEvent::FundsHeld { attempt, .. } => self.another_hold(attempt, stay),
            PaymentEvent::FundsReceived { attempt } => self.captured(attempt, false, stay),
            PaymentEvent::AmountDiffers { attempt, amount, asked } => {
                self.captured(attempt, amount.minor() > asked.minor(), stay)
            }
            PaymentEvent::Released { attempt } | PaymentEvent::AttemptFailed { attempt } => {
                self.unless_other(attempt, PaymentState::Closing { why: ClosingWhy::TimeOver }, stay)
            }
            PaymentEvent::OperationRefused => to(PaymentState::Held { until }),
            PaymentEvent::DeadlinePassed | PaymentEvent::AttemptsEnded => to(stay),
            PaymentEvent::CaptureAsked { amount: again, .. } if again == amount => to(stay),
            PaymentEvent::CaptureAsked { .. } => self.refuse("another capture"),
            PaymentEvent::ReleaseAsked | PaymentEvent::CancelAsked => self.refuse("a release"),
            PaymentEvent::Replaced => Err(Refused::AlreadyPaid),
        }
    }

    fn on_releasing(&self, event: PaymentEvent, until: Timestamp) -> Result<Transition, Refused> {
        let stay = PaymentState::Releasing { until };
        let released = PaymentState::Closing { why: ClosingWhy::Cancelled };
        match event {
            PaymentEvent::FundsHeld { attempt, .. } => self.another_hold(attempt, stay),
            // It was captured all the same: nobody wants that money any more.
            PaymentEvent::FundsReceived { attempt } | PaymentEvent::AmountDiffers { attempt, .. } => {
                let next = if self.paid_by == Some(attempt) { released } else { stay };
                book(next, Booking::Unclaimed)
            }
            PaymentEvent::Released { attempt } | PaymentEvent::AttemptFailed { attempt } => {
                self.unless_other(attempt, released, stay)
            }
            PaymentEvent::OperationRefused => to(PaymentState::Held { until }),
            PaymentEvent::DeadlinePassed
            | PaymentEvent::AttemptsEnded
            | PaymentEvent::ReleaseAsked
            | PaymentEvent::CancelAsked => to(stay),
            PaymentEvent::CaptureAsked { .. } => self.refuse("a capture"),
            PaymentEvent::Replaced => Err(Refused::AlreadyPaid),
        }
    }

    fn on_closing(
        &self,
        event: PaymentEvent,
        why: ClosingWhy,
        now: Timestamp,
    ) -> Result<Transition, Refused> {
        let stay = PaymentState::Closing { why };
        match event {
            PaymentEvent::FundsHeld { .. } => book(stay, Booking::ReleaseHold),
            PaymentEvent::FundsReceived { .. } | PaymentEvent::AmountDiffers { .. } => match why {
                ClosingWhy::TimeOver => self.late(event, stay, now),
                ClosingWhy::Cancelled | ClosingWhy::Replaced => book(stay, Booking::Unclaimed),
            },
            PaymentEvent::AttemptsEnded => match why {
                ClosingWhy::TimeOver => to(PaymentState::Expired),
                ClosingWhy::Cancelled | ClosingWhy::Replaced => to(PaymentState::Cancelled),
            },
            PaymentEvent::Released { .. }
            | PaymentEvent::AttemptFailed { .. }
            | PaymentEvent::OperationRefused
            | PaymentEvent::DeadlinePassed
            | PaymentEvent::CancelAsked => to(stay),
            PaymentEvent::Replaced => to(PaymentState::Closing { why: ClosingWhy::Replaced }),
            PaymentEvent::CaptureAsked { .. } => self.refuse("a capture"),
            PaymentEvent::ReleaseAsked => self.refuse("a release"),
        }
    }

    fn on_paid(&self, event: PaymentEvent) -> Result<Transition, Refused> {
        match event {
            PaymentEvent::FundsHeld { .. } => book(PaymentState::Paid, Booking::ReleaseHold),
            PaymentEvent::FundsReceived { .. } | PaymentEvent::AmountDiffers { .. } => {
                book(PaymentState::Paid, Booking::Unclaimed)
            }
            PaymentEvent::Released { .. }
            | PaymentEvent::AttemptFailed { .. }
            | PaymentEvent::OperationRefused
            | PaymentEvent::DeadlinePassed
            | PaymentEvent::AttemptsEnded => to(PaymentState::Paid),
            PaymentEvent::CaptureAsked { .. } => self.refuse("a capture"),
            PaymentEvent::ReleaseAsked => self.refuse("a release"),
            PaymentEvent::CancelAsked => self.refuse("a cancellation"),
            PaymentEvent::Replaced => Err(Refused::AlreadyPaid),
        }
    }

    fn on_cancelled(&self, event: PaymentEvent) -> Result<Transition, Refused> {
        match event {
            PaymentEvent::FundsHeld { .. } => book(PaymentState::Cancelled, Booking::ReleaseHold),
            PaymentEvent::FundsReceived { .. } | PaymentEvent::AmountDiffers { .. } => {
                book(PaymentState::Cancelled, Booking::Unclaimed)
            }
            PaymentEvent::Released { .. }
            | PaymentEvent::AttemptFailed { .. }
            | PaymentEvent::OperationRefused
            | PaymentEvent::DeadlinePassed
            | PaymentEvent::AttemptsEnded
            | PaymentEvent::CancelAsked
            | PaymentEvent::Replaced => to(PaymentState::Cancelled),
            PaymentEvent::CaptureAsked { .. } => self.refuse("a capture"),
            PaymentEvent::ReleaseAsked => self.refuse("a release"),
        }
    }

    fn on_expired(&self, event: PaymentEvent, now: Timestamp) -> Result<Transition, Refused> {
        match event {
            PaymentEvent::FundsHeld { .. } => book(PaymentState::Expired, Booking::ReleaseHold),
            PaymentEvent::FundsReceived { .. } | PaymentEvent::AmountDiffers { .. } => {
                self.late(event, PaymentState::Expired, now)
            }
            PaymentEvent::Released { .. }
            | PaymentEvent::AttemptFailed { .. }
            | PaymentEvent::OperationRefused
            | PaymentEvent::DeadlinePassed
            | PaymentEvent::AttemptsEnded => to(PaymentState::Expired),
            PaymentEvent::CancelAsked => self.refuse("a cancellation"),
            // The order lives on elsewhere: money for this payment belongs to no sale from now on.
            PaymentEvent::Replaced => to(PaymentState::Cancelled),
            PaymentEvent::CaptureAsked { .. } => self.refuse("a capture"),
            PaymentEvent::ReleaseAsked => self.refuse("a release"),
        }
    }

    /// Money after the end: within the grace the goods are paid for all the same.
    fn late(&self, event: PaymentEvent, stay: PaymentState, now: Timestamp) -> Result<Transition, Refused> {
        if now > self.grace_ends_at && !planted(Planted::IgnoreGrace) {
            return book(stay, Booking::Credit { completes: false });
        }
        let transition = self.on_open(event)?;
        let next = match transition.to {
            PaymentState::Open => stay,
            PaymentState::Held { .. }
            | PaymentState::Capturing { .. }
            | PaymentState::Releasing { .. }
            | PaymentState::Closing { .. }
            | PaymentState::Paid
            | PaymentState::Cancelled
            | PaymentState::Expired => transition.to,
        };
        book(next, transition.booking)
    }

    fn another_hold(&self, attempt: AttemptId, stay: PaymentState) -> Result<Transition, Refused> {
        let booking = if self.paid_by == Some(attempt) { Booking::Nothing } else { Booking::ReleaseHold };
        book(stay, booking)
    }

    /// The hold's own attempt was captured; money of any other attempt is a second success.
    /// What was captured beyond the sum asked for, and what is in credit, never enlarges the sale.
    fn captured(&self, attempt: AttemptId, over: bool, stay: PaymentState) -> Result<Transition, Refused> {
        if self.paid_by != Some(attempt) {
            return book(stay, Booking::Unclaimed);
        }
        let pooled = over || self.credit.is_positive();
        book(PaymentState::Paid, if pooled { Booking::Credit { completes: true } } else { Booking::Sale })
    }

    fn unless_other(
        &self,
        attempt: AttemptId,
        next: PaymentState,
        stay: PaymentState,
    ) -> Result<Transition, Refused> {
        to(if self.paid_by == Some(attempt) { next } else { stay })
    }

    fn refuse(&self, wish: &'static str) -> Result<Transition, Refused> {
        Err(Refused::WrongState { wish, what: "payment", state: self.state.word() })
    }
}

impl PaymentState {
    /// The word for people, pages, protocols and the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            PaymentState::Open => "open",
            PaymentState::Held { .. } => "held",
            PaymentState::Capturing { .. } => "capturing",
            PaymentState::Releasing { .. } => "releasing",
            PaymentState::Closing { .. } => "closing",
            PaymentState::Paid => "paid",
            PaymentState::Cancelled => "cancelled",
            PaymentState::Expired => "expired",
        }
    }
}

fn to(to: PaymentState) -> Result<Transition, Refused> {
    Ok(Transition { to, booking: Booking::Nothing })
}

fn book(to: PaymentState, booking: Booking) -> Result<Transition, Refused> {
    Ok(Transition { to, booking })
}
