//! Telling the shop until it confirms: the schedule, each try, and "send again".

use crate::attempts::Attempt;
use crate::calendar::after;
use crate::checkouts::Telling;
use crate::decide::{Command, Decision, Kind, Stop};
use crate::facts::{Asks, Facts};
use crate::history::{Actor, Happened, Subject};
use crate::ids::{Book, BookKind, NoticeId};
use crate::jobs::{Lease, Task};
use crate::methods::Method;
use crate::notices::{Notice, NoticeKind, NoticeState};
use crate::payments::Payment;
use crate::sellers::{Shop, ShopAddress, Verb};
use jiff::Timestamp;

/// Minutes between one try and the next: a minute at first, then growing, over more than a day.
const GAPS_MIN: [u32; 23] =
    [1, 1, 1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 60, 60, 90, 90, 120, 120, 180, 180, 180, 240];

/// Minutes between the tries to tell a checkout of an invoice: powers of e seconds, rounded up to the minute, as
/// Interkassa was seen to do.
const INVOICE_GAPS_MIN: [u32; 12] = [1, 1, 1, 1, 3, 7, 19, 50, 136, 368, 998, 2_713];

/// How often a checkout is told of an invoice before a person must look.
pub const INVOICE_TRIES_MAX: u32 = 13;
/// How often a notice is sent before a person must look.
pub const NOTICE_TRIES_MAX: u32 = 24;
/// How often a statement is sent: once, and five times again.
pub const STATEMENT_TRIES_MAX: u32 = 6;

impl NoticeKind {
    /// How often a notice of this kind is sent before a person must look.
    #[must_use]
    pub const fn tries_max(self) -> u32 {
        match self {
            NoticeKind::Fields => NOTICE_TRIES_MAX,
            NoticeKind::PaidStatement | NoticeKind::HeldStatement => STATEMENT_TRIES_MAX,
            NoticeKind::PaidInvoice | NoticeKind::EndedInvoice => INVOICE_TRIES_MAX,
        }
    }

    /// Minutes between one try and the next.
    const fn gaps_min(self) -> &'static [u32] {
        match self {
            NoticeKind::Fields | NoticeKind::PaidStatement | NoticeKind::HeldStatement => &GAPS_MIN,
            NoticeKind::PaidInvoice | NoticeKind::EndedInvoice => &INVOICE_GAPS_MIN,
        }
    }
}

/// What a payment and its shop owe notices about: read by whoever freezes one.
pub(crate) struct Owing<'a> {
    /// The payment as it stands now.
    pub(crate) payment: &'a Payment,
    /// Its shop.
    pub(crate) shop: &'a Shop,
    /// The attempt that brought or holds the money.
    pub(crate) attempt: &'a Attempt,
    /// The moment.
    pub(crate) now: Timestamp,
}

impl Owing<'_> {
    /// What a payment that is paid owes: the shop's notice, should it have an address for it, and the statement,
    /// should the order have asked for one.
    pub(crate) fn paid(&self, notice: NoticeId, statement: NoticeId) -> Vec<Notice> {
        let fields = self.shop.told_at(self.payment).and_then(|(kind, address)| {
            self.shop.current_passwords()?;
            Some(self.frozen(notice, kind, address))
        });
        fields.into_iter().chain(self.stated(statement, NoticeKind::PaidStatement)).collect()
    }

    /// What money that is held owes: the statement alone.
    pub(crate) fn held(&self, statement: NoticeId) -> Option<Notice> {
        self.stated(statement, NoticeKind::HeldStatement)
    }

    /// A statement to the address that the order named. Rehearsals have none.
    fn stated(&self, id: NoticeId, kind: NoticeKind) -> Option<Notice> {
        let url = self.payment.terms.statement_to.clone()?;
        let live = self.payment.id.book.kind() == BookKind::Live;
        live.then(|| self.frozen(id, kind, ShopAddress { url, verb: Verb::Post }))
    }

    fn frozen(&self, id: NoticeId, kind: NoticeKind, address: ShopAddress) -> Notice {
        let (payment, attempt) = (self.payment, self.attempt);
        let paid = match kind {
            NoticeKind::Fields
            | NoticeKind::PaidStatement
            | NoticeKind::PaidInvoice
            | NoticeKind::EndedInvoice => payment.captured,
            NoticeKind::HeldStatement => attempt.received.unwrap_or(attempt.amount),
        };
        Notice {
            id,
            payment: payment.id,
            kind,
            attempt: Some(attempt.id),
            address,
            algorithm: self.shop.algorithm,
            passwords: self.shop.current_passwords().map_or(0, |passwords| passwords.version),
            method: attempt.method,
            paid,
            fee: payment.fee,
            state: NoticeState::Owed,
            tries: 0,
            first_answer_at: None,
            owed_at: self.now,
        }
    }
}

impl Shop {
    /// How and where the shop is told that a payment is paid; nothing if it has no address for it.
    pub(crate) fn told_at(&self, payment: &Payment) -> Option<(NoticeKind, ShopAddress)> {
        let own = || self.result.clone();
        match payment.terms.checkout.as_ref().map(|checkout| &checkout.telling) {
            None => Some((NoticeKind::Fields, own()?)),
            Some(Telling::Own) => Some((NoticeKind::PaidInvoice, own()?)),
            Some(Telling::At(address)) => Some((NoticeKind::PaidInvoice, address.clone())),
            Some(Telling::Off) => None,
        }
    }
}

impl Notice {
    /// What is owed for a share of another shop's payment, which no attempt of its own has paid: the shop's notice,
    /// should it have an address for it.
    pub(crate) fn of_share(
        id: NoticeId,
        payment: &Payment,
        method: Method,
        shop: &Shop,
        now: Timestamp,
    ) -> Option<Notice> {
        Some(Notice {
            id,
            payment: payment.id,
            kind: NoticeKind::Fields,
            attempt: None,
            address: shop.result.clone()?,
            algorithm: shop.algorithm,
            passwords: shop.current_passwords()?.version,
            method,
            paid: payment.captured,
            fee: payment.fee,
            state: NoticeState::Owed,
            tries: 0,
            first_answer_at: None,
            owed_at: now,
        })
    }
}

/// News: a notice was sent, and this came of it.
#[derive(Clone, Debug)]
pub struct LearnNoticeTried {
    /// Which.
    pub notice: NoticeId,
    /// Accepted, or why not.
    pub accepted: Result<(), String>,
    /// The job that sent it.
    pub lease: Option<Lease>,
}

impl Command for LearnNoticeTried {
    type Answer = ();
    const KIND: Kind = Kind::News;

    fn book(&self) -> Book {
        self.notice.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.notice);
        asks.know(Task::SendNotice(self.notice));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let mut notice = facts.need(&self.notice)?.clone();
        let holds = match &self.lease {
            Some(lease) => facts.holds(lease)?,
            None => false,
        };
        let mut decision = Decision::nothing().finish(self.lease);
        notice.tries = notice.tries.saturating_add(1);
        notice.first_answer_at = notice.first_answer_at.or(Some(now));
        let subject = Subject::Payment(notice.payment);
        let accepted_before = matches!(notice.state, NoticeState::Accepted { .. });
        match &self.accepted {
            Ok(()) => {
                notice.state = NoticeState::Accepted { at: now };
                // Whoever brought the answer: a try that another lease has planned is not needed any more.
                decision = decision
                    .tell(subject, &Actor::Shop, Happened::NoticeAccepted { notice: notice.id })
                    .forget(Task::SendNotice(notice.id));
            }
            Err(why) => {
                let refused =
                    Happened::NoticeRefused { notice: notice.id, tries: notice.tries, why: why.clone() };
                decision = decision.tell(subject, &Actor::Shop, refused);
                if !accepted_before && notice.tries >= notice.kind.tries_max() {
                    notice.state = NoticeState::GivenUp;
                    let given_up = Happened::NoticeGivenUp { notice: notice.id };
                    decision =
                        decision.tell(subject, &Actor::Clock, given_up).forget(Task::SendNotice(notice.id));
                } else if !accepted_before && holds {
                    decision = decision.then(Task::SendNotice(notice.id), next_try(&notice, now));
                }
            }
        }
        Ok((decision.save(notice), ()))
    }
}

/// When the next try is due after so many.
fn next_try(notice: &Notice, now: Timestamp) -> Timestamp {
    let (gaps, place) = (notice.kind.gaps_min(), usize::try_from(notice.tries.saturating_sub(1)));
    let minutes = gaps.get(place.unwrap_or(usize::MAX)).or(gaps.last()).copied().unwrap_or(1);
    after(now, minutes.saturating_mul(60))
}

/// A wish: send a notice again, byte-equal in what is signed.
#[derive(Clone, Debug)]
pub struct SendNoticeAgain {
    /// Which.
    pub notice: NoticeId,
    /// Who wants it.
    pub actor: Actor,
}

impl Command for SendNoticeAgain {
    type Answer = ();
    const KIND: Kind = Kind::Wish;

    fn book(&self) -> Book {
        self.notice.book
    }

    fn asks(&self, asks: &mut Asks<'_>) {
        asks.know(self.notice);
        asks.know(Task::SendNotice(self.notice));
    }

    fn decide(&self, facts: &Facts, now: Timestamp) -> Result<(Decision, ()), Stop> {
        let mut notice = facts.need(&self.notice)?.clone();
        let task = Task::SendNotice(notice.id);
        let under_way = facts.find(&task)?.is_some_and(|job| job.is_leased(now));
        let again = Happened::NoticeAgain { notice: notice.id };
        let decision = Decision::nothing().tell(Subject::Payment(notice.payment), &self.actor, again);
        if under_way {
            // One in flight per payment: the try that is on its way is the answer to the wish.
            return Ok((decision, ()));
        }
        if notice.state == NoticeState::GivenUp {
            notice.state = NoticeState::Owed;
            notice.tries = 0;
        }
        Ok((decision.then(task, now).save(notice), ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_four_tries_span_more_than_a_day() {
        let minutes: u32 = GAPS_MIN.iter().sum();
        assert!(minutes >= 24 * 60);
        assert_eq!(u32::try_from(GAPS_MIN.len()).unwrap() + 1, NOTICE_TRIES_MAX);
        assert!(GAPS_MIN.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(NoticeKind::ALL.iter().all(|kind| kind.tries_max() <= NOTICE_TRIES_MAX));
    }
}
