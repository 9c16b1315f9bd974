//! What an outcome owes to the shop: notices are frozen, and their first try is planned.

use super::Scene;
use crate::attempts::Attempt;
use crate::faults::{Planted, planted};
use crate::history::Happened;
use crate::jobs::Task;
use crate::notices::Notice;
use crate::notifying::Owing;
use crate::payments::PaymentState;

impl Scene<'_> {
    pub(super) fn owing<'a>(&'a self, attempt: &'a Attempt) -> Owing<'a> {
        Owing { payment: &self.payment, shop: self.shop, attempt, now: self.now }
    }

    /// Says what state was reached, and plans to tell of an end.
    pub(super) fn reached_after(&mut self, before: PaymentState) {
        if let Some(happened) = self.payment.reached(before) {
            self.tell(happened);
        }
        if let Some(task) = self.payment.end_to_tell(before) {
            self.plan(task, self.now);
        }
    }

    /// A notice is frozen and its first try planned.
    pub(super) fn owe(&mut self, notice: Notice) {
        self.tell(Happened::NoticeOwed { notice: notice.id });
        if !planted(Planted::ForgetNotice) {
            self.plan(Task::SendNotice(notice.id), self.now);
        }
        self.decision = std::mem::take(&mut self.decision).save(notice);
    }
}
