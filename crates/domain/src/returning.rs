//! What money that goes back does to a payment and to the books.

use crate::attempts::Attempt;
use crate::decide::{Refused, Stop};
use crate::faults::{Planted, planted};
use crate::history::Actor;
use crate::ids::{AttemptId, PaymentId, RefundId};
use crate::ledger::{Account, Cause, Entry};
use crate::payments::Payment;
use crate::refunds::{Refund, RefundState, Source};
use crate::tariffs::RefundFee;
use jiff::Timestamp;
use jiff::civil::Date;
use money::{Money, Rounding};

impl Refund {
    fn asked(
        id: RefundId,
        payment: PaymentId,
        attempt: AttemptId,
        source: Source,
        amount: Money,
        now: Timestamp,
    ) -> Refund {
        let zero = Money::zero(amount.currency());
        Refund {
            id,
            payment,
            attempt,
            amount,
            source,
            state: RefundState::Asked,
            from_unsettled: zero,
            fee_returned: zero,
            fee_charged: zero,
            memo: None,
            call: None,
            checks: 0,
            receipt: None,
            asked_by: Actor::Clock,
            asked_at: now,
        }
    }

    /// The return of a part of the sale. The fee comes back first; then the payment's own unsettled
    /// part goes, as far as `pending` (what the book's Pending holds) has it, then Available.
    ///
    /// # Errors
    /// [`Stop`] when sums do not fit together.
    pub fn of_sale(
        id: RefundId,
        payment: &mut Payment,
        attempt: &mut Attempt,
        amount: Money,
        pending: Money,
        (now, today): (Timestamp, Date),
    ) -> Result<(Refund, Entry), Stop> {
        let zero = Money::zero(amount.currency());
        if !planted(Planted::RefundNotCounted) {
            payment.refunded = payment.refunded.plus(amount)?;
        }
        attempt.returned = attempt.returned.plus(amount)?;
        let fee_returned = fee_returned(payment, attempt)?;
        payment.fee_returned = payment.fee_returned.plus(fee_returned)?;
        let fee_charged = match &attempt.refund_fee {
            RefundFee::Keep | RefundFee::Return => zero,
            RefundFee::Fixed(fee) => *fee,
        };
        let mut from_unsettled = zero;
        if !payment.settled {
            let own = payment.unsettled.plus(fee_returned)?;
            let there = own.smaller(pending.larger(zero)?.plus(fee_returned)?)?;
            from_unsettled = amount.plus(fee_charged)?.smaller(there)?;
            payment.unsettled = own.minus(from_unsettled)?;
        }
        let refund = Refund {
            from_unsettled,
            fee_returned,
            fee_charged,
            ..Refund::asked(id, payment.id, attempt.id, Source::Sale, amount, now)
        };
        let (own, cost) = refund.own_part()?;
        let entry = Entry::new(Cause::RefundAsked(id), payment.id, today)
            .moving(Account::FeesEarned, home(payment), fee_returned)?
            .moving(Account::Pending, Account::RefundsInTransit, own)?
            .moving(Account::Available, Account::RefundsInTransit, amount.minus(own)?)?
            .moving(Account::Pending, Account::FeesEarned, cost)?
            .moving(Account::Available, Account::FeesEarned, fee_charged.minus(cost)?)?;
        Ok((refund, entry))
    }

    /// Of what the payment's own unsettled part paid: of the amount, and of the refund's cost.
    fn own_part(&self) -> Result<(Money, Money), Stop> {
        let of_amount = self.from_unsettled.smaller(self.amount)?;
        Ok((of_amount, self.from_unsettled.minus(of_amount)?))
    }

    /// The return of money that is no sale: from `Unclaimed` or `PayerCredit`, without any fee.
    ///
    /// # Errors
    /// [`Stop`] when sums do not fit together.
    pub fn of_strange_money(
        id: RefundId,
        payment: &mut Payment,
        attempt: &mut Attempt,
        source: Source,
        amount: Money,
        (now, today): (Timestamp, Date),
    ) -> Result<(Refund, Entry), Stop> {
        let zero = Money::zero(amount.currency());
        let from = match source {
            Source::Sale => return Err(Refused::Mistake("a sale is no strange money").into()),
            Source::Unclaimed => {
                payment.unclaimed = payment.unclaimed.minus(amount)?.larger(zero)?;
                Account::Unclaimed(payment.id)
            }
            Source::Credit => {
                payment.credit = payment.credit.minus(amount)?.larger(zero)?;
                Account::PayerCredit(payment.id)
            }
        };
        attempt.returned = attempt.returned.plus(amount)?;
        let entry = Entry::new(Cause::RefundAsked(id), payment.id, today).moving(
            from,
            Account::RefundsInTransit,
            amount,
        )?;
        Ok((Refund::asked(id, payment.id, attempt.id, source, amount, now), entry))
    }

    /// The money back where it came from: to what the payment has become meanwhile.
    ///
    /// # Errors
    /// [`Stop`] when sums do not fit together.
    pub fn undo(&self, payment: &mut Payment, attempt: &mut Attempt, today: Date) -> Result<Entry, Stop> {
        let transit = Account::RefundsInTransit;
        let entry = Entry::new(Cause::RefundFailed(self.id), payment.id, today);
        attempt.returned = attempt.returned.minus(self.amount)?;
        match self.source {
            Source::Unclaimed => {
                payment.unclaimed = payment.unclaimed.plus(self.amount)?;
                Ok(entry.moving(transit, Account::Unclaimed(payment.id), self.amount)?)
            }
            Source::Credit => {
                payment.credit = payment.credit.plus(self.amount)?;
                Ok(entry.moving(transit, Account::PayerCredit(payment.id), self.amount)?)
            }
            Source::Sale => {
                if !planted(Planted::KeepFailedRefund) {
                    payment.refunded = payment.refunded.minus(self.amount)?;
                }
                payment.fee_returned = payment.fee_returned.minus(self.fee_returned)?;
                if !payment.settled {
                    let back = self.from_unsettled.minus(self.fee_returned)?;
                    payment.unsettled = payment.unsettled.plus(back)?;
                }
                let home = home(payment);
                let (own, cost) = self.own_part()?;
                Ok(entry
                    .moving(Account::FeesEarned, home, cost)?
                    .moving(Account::FeesEarned, Account::Available, self.fee_charged.minus(cost)?)?
                    .moving(transit, home, own)?
                    .moving(transit, Account::Available, self.amount.minus(own)?)?
                    .moving(home, Account::FeesEarned, self.fee_returned)?)
            }
        }
    }
}

/// Where a payment's own money stands.
const fn home(payment: &Payment) -> Account {
    if payment.settled { Account::Available } else { Account::Pending }
}

/// round(fee × refunded total ÷ captured) − returned before, so partial refunds sum exactly.
fn fee_returned(payment: &Payment, attempt: &Attempt) -> Result<Money, Stop> {
    let zero = Money::zero(payment.currency());
    match attempt.refund_fee {
        RefundFee::Keep | RefundFee::Fixed(_) => Ok(zero),
        RefundFee::Return if payment.captured.is_zero() => Ok(zero),
        RefundFee::Return => {
            let refunded = payment.refunded.smaller(payment.captured)?.minor().unsigned_abs();
            let captured = payment.captured.minor().unsigned_abs();
            let total = payment.fee.share(refunded, captured, Rounding::HalfUp)?;
            // A refund that failed between two others may have left a unit of rounding behind.
            Ok(total.minus(payment.fee_returned)?.larger(zero)?)
        }
    }
}
