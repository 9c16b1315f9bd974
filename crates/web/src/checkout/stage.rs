//! Which of its states a payment's page shows.

use crate::checkout::offers::{Device, Offer, Taste, arrange};
use crate::checkout::views::Field;
use crate::checkout::views::{
    Choose, ChooseNotice, Deadline, Expired, External, Failed, Form, Held, Late, LateWhy, Outcome, Paid, Qr,
    Redirect, Returning, Stage, Summary,
};
use crate::sums;
use domain::attempts::{Attempt, AttemptState, Prompt, Reason};
use domain::methods::{Asks, Method};
use domain::payments::{ClosingWhy, Language, Payment, PaymentState};
use domain::refunds::{Refund, RefundState, Source};
use engine::checkout::{Choice, Scene};

/// What the page was asked to show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The form of this method.
    pub(crate) method: Option<Method>,
    /// The list of methods.
    pub(crate) list: bool,
    /// What to search the list for.
    pub(crate) query: Option<String>,
}

/// Everything that decides what a page shows.
pub(crate) struct Look<'a> {
    /// The payment with shop, seller and attempt.
    pub(crate) scene: &'a Scene,
    /// The methods that can be chosen.
    pub(crate) choices: &'a [Choice],
    /// Returns of money that was no sale.
    pub(crate) refunds: &'a [Refund],
    /// The names of the provider accounts are not for buyers; this is the provider's own.
    pub(crate) provider: Option<&'static str>,
    /// Why a rehearsal can be declined.
    pub(crate) reasons: &'a [Reason],
    /// Whether this is the browser that opened the payment.
    pub(crate) first_browser: bool,
    /// What the buyer holds.
    pub(crate) device: Device,
    /// The page's language.
    pub(crate) language: Language,
    /// What was asked for.
    pub(crate) asked: Asked,
}

impl Look<'_> {
    fn payment(&self) -> &Payment {
        &self.scene.payment
    }

    /// What stands beside every state.
    pub(crate) fn summary(&self) -> Summary {
        let (payment, shop) = (self.payment(), &self.scene.shop);
        let description = payment.terms.description.trim();
        Summary {
            shop: shop.name.clone(),
            sum: payment.amount,
            price: payment.terms.price.map(|price| (price.sum, sums::worth(price.rate.worth, self.language))),
            order: Some(payment.terms.order_text()),
            description: (!description.is_empty()).then(|| description.to_owned()),
            collector: Some(self.scene.seller.name.clone()),
            until: payment.takes_attempts().then_some(payment.ends_at),
        }
    }

    /// The state to show.
    pub(crate) fn stage(&self) -> Stage {
        let payment = self.payment();
        let attempt = self.scene.attempt.as_ref();
        match payment.state {
            PaymentState::Open => self.open(attempt),
            PaymentState::Held { until } | PaymentState::Capturing { until, .. } => Stage::Held(Held {
                method: attempt.map_or(Method::BankCard, |attempt| attempt.method),
                sum: attempt.and_then(|attempt| attempt.received).unwrap_or(payment.amount),
                until: Some(until),
            }),
            PaymentState::Releasing { .. } => Stage::Cancelled(attempt.and_then(|attempt| attempt.received)),
            PaymentState::Closing { why } => self.closing(attempt, why),
            PaymentState::Paid => self.paid(attempt),
            PaymentState::Cancelled => self.late(LateWhy::AfterEnd).unwrap_or(Stage::Cancelled(None)),
            PaymentState::Expired => self.late(LateWhy::AfterEnd).unwrap_or_else(|| self.expired()),
        }
    }

    fn open(&self, attempt: Option<&Attempt>) -> Stage {
        if let Some(method) = self.asked.method
            && let Some(choice) = self.choice(method)
        {
            return Stage::Form(self.form(choice, Field::default(), Field::default()));
        }
        if self.asked.list {
            return self.list(attempt);
        }
        let Some(attempt) = attempt else {
            return self.first_look();
        };
        match &attempt.state {
            AttemptState::Planned | AttemptState::Sending { .. } => Stage::Starting(attempt.method),
            AttemptState::Unknown => Stage::Checking(attempt.method),
            AttemptState::Waiting => self.prompted(attempt),
            AttemptState::Declined { reason } => self.failed(attempt, *reason),
            AttemptState::Received => self.late(LateWhy::OtherSum).unwrap_or_else(|| self.list(None)),
            AttemptState::Held | AttemptState::Released | AttemptState::Abandoned => self.list(None),
        }
    }

    /// One method only, or one that the shop named: the list is skipped.
    fn first_look(&self) -> Stage {
        let named = self.payment().terms.preferred.and_then(|method| self.choice(method));
        let only = match self.choices {
            [only] => Some(only),
            _ => None,
        };
        match named.or(only) {
            Some(choice) => Stage::Form(self.form(choice, Field::default(), Field::default())),
            None => self.list(None),
        }
    }

    fn list(&self, attempt: Option<&Attempt>) -> Stage {
        let offers: Vec<Offer> = self
            .choices
            .iter()
            .map(|choice| Offer {
                method: choice.method,
                total: choice.quote.to_pay,
                asks_email: choice.asks_email,
            })
            .collect();
        let taste = Taste {
            device: self.device,
            preferred: self.payment().terms.preferred,
            last: self.scene.attempt.as_ref().filter(|_| self.first_browser).map(|attempt| attempt.method),
            query: self.asked.query.as_deref(),
            language: self.language,
        };
        let waiting = attempt.is_some_and(|attempt| attempt.state == AttemptState::Waiting);
        let notice = match (waiting, self.first_browser) {
            (true, true) => Some(ChooseNotice::EarlierStillPayable),
            (true, false) => Some(ChooseNotice::StartedElsewhere),
            (false, _) => None,
        };
        Stage::Choose(Choose { notice, ..arrange(&offers, self.payment().amount, &taste) })
    }

    /// The form of a method, with its fields as they were filled in.
    pub(crate) fn form(&self, choice: &Choice, phone: Field, email: Field) -> Form {
        let order = self.payment().amount;
        let fee = choice.quote.price.minus(order).ok().filter(|fee| fee.is_positive());
        Form {
            method: choice.method,
            total: choice.quote.to_pay,
            fee,
            phone: match choice.method.asks() {
                Asks::Phone => Some(phone),
                Asks::Nothing => None,
            },
            email: choice.asks_email.then_some(email),
            // Whose card it is, only the browser learns that the shop has sent.
            saved: choice.saved.clone().filter(|_| self.first_browser),
            others: self.choices.len() > 1,
        }
    }

    /// What the provider wants the buyer to do; only the browser that began is shown it.
    fn prompted(&self, attempt: &Attempt) -> Stage {
        if !self.first_browser {
            return self.list(Some(attempt));
        }
        let method = attempt.method;
        let deadline = attempt.waits_until.map(|until| Deadline { from: attempt.started_at, until });
        match &attempt.prompt {
            None => Stage::Starting(method),
            Some(Prompt::Redirect { url }) => Stage::Redirect(Redirect {
                method,
                provider: self.provider.unwrap_or_default().to_owned(),
                link: url.clone(),
                deadline,
            }),
            Some(Prompt::Qr { data }) => {
                Stage::Qr(Qr { method, code: data.clone(), phone: self.device == Device::Phone, deadline })
            }
            Some(Prompt::External { phone }) => {
                let phone = phone.as_ref().map(|digits| format!("+{digits}"));
                Stage::External(External { method, phone, deadline })
            }
            Some(Prompt::Outcome) => Stage::Outcome(Outcome {
                method,
                total: attempt.amount,
                hold: attempt.hold,
                reasons: self.reasons.to_vec(),
            }),
        }
    }

    fn failed(&self, attempt: &Attempt, reason: Reason) -> Stage {
        let again = self.choice(attempt.method).is_some();
        let others = self.choices.iter().any(|choice| choice.method != attempt.method);
        Stage::Failed(Failed { method: attempt.method, reason, untouched: true, again, others })
    }

    fn closing(&self, attempt: Option<&Attempt>, why: ClosingWhy) -> Stage {
        let unknown = attempt
            .filter(|attempt| matches!(attempt.state, AttemptState::Unknown | AttemptState::Sending { .. }));
        match (unknown, why) {
            (Some(attempt), _) => Stage::Checking(attempt.method),
            (None, ClosingWhy::TimeOver) => self.late(LateWhy::AfterEnd).unwrap_or_else(|| self.expired()),
            (None, ClosingWhy::Cancelled | ClosingWhy::Replaced) => {
                self.late(LateWhy::AfterEnd).unwrap_or(Stage::Closing)
            }
        }
    }

    fn expired(&self) -> Stage {
        Stage::Expired(Expired { at: self.payment().ends_at, prompted: self.payment().attempts > 0 })
    }

    fn paid(&self, attempt: Option<&Attempt>) -> Stage {
        let payment = self.payment();
        Stage::Paid(Paid {
            method: attempt.map_or(Method::BankCard, |attempt| attempt.method),
            sum: payment.captured,
            at: payment.paid_at.unwrap_or(payment.changed_at),
            refunded: Some(payment.refunded).filter(|refunded| refunded.is_positive()),
            returns: true,
        })
    }

    /// Money that the payment could not take: what of it stands here, and how it goes back.
    fn late(&self, why: LateWhy) -> Option<Stage> {
        let payment = self.payment();
        let waits = payment.unclaimed.plus(payment.credit).ok()?;
        let mut returns = self.refunds.iter().filter(|refund| refund.source != Source::Sale);
        let (received, back) = match returns.next_back() {
            _ if waits.is_positive() => (waits, Returning::ByHand),
            Some(refund) => (
                refund.amount,
                match refund.state {
                    RefundState::Asked | RefundState::Sent => Returning::OnItsWay,
                    RefundState::Returned => Returning::Done,
                    RefundState::Failed { .. } => Returning::ByHand,
                },
            ),
            None => return None,
        };
        Some(Stage::Late(Late { received, why, back }))
    }

    pub(crate) fn choice(&self, method: Method) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.method == method)
    }
}
