//! What money that arrives does to a payment and to the books.

use crate::attempts::Attempt;
use crate::decide::Refused;
use crate::ledger::{Account, Cause, Entry, LedgerError};
use crate::payments::Payment;
use jiff::civil::Date;
use money::Money;

/// Money that a provider has for an attempt.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The attempt that brought it.
    pub attempt: &'a Attempt,
    /// How much.
    pub amount: Money,
    /// What the sale comes to, should it be one: paid from this and from what is in credit.
    pub due: Money,
    /// What the provider keeps of it, when known.
    pub cost: Option<Money>,
    /// The seller's day.
    pub day: Date,
}

impl Payment {
    /// The sale: Provider → Pending, the commission → `FeesEarned`, the cost `FeesPaid` → Provider.
    ///
    /// # Errors
    /// [`Refused::Money`] when sums do not fit together.
    pub fn book_sale(&mut self, arrival: &Arrival<'_>) -> Result<Entry, Refused> {
        let Arrival { attempt, amount, .. } = *arrival;
        let fee = attempt.commission(attempt.price, amount)?;
        let entry = Entry::new(Cause::Sale(attempt.id), self.id, arrival.day).moving(
            Account::Provider(attempt.provider),
            Account::Pending,
            amount,
        );
        self.sold(entry.map_err(unwritable)?, arrival, amount, fee)
    }

    /// Part, over- and late payment: Provider → `PayerCredit`; when the sum due is reached, exactly
    /// that goes on to Pending and the rest stays in credit.
    ///
    /// # Errors
    /// [`Refused::Money`] when sums do not fit together.
    pub fn book_credit(&mut self, arrival: &Arrival<'_>, completes: bool) -> Result<Entry, Refused> {
        let Arrival { attempt, amount, .. } = *arrival;
        let credit = Account::PayerCredit(self.id);
        self.credit = self.credit.plus(amount)?;
        let cause = if completes { Cause::Sale(attempt.id) } else { Cause::SetAside(attempt.id) };
        let entry = Entry::new(cause, self.id, arrival.day)
            .moving(Account::Provider(attempt.provider), credit, amount)
            .map_err(unwritable)?;
        if !completes {
            return with_cost(entry, arrival);
        }
        let due = arrival.due.smaller(self.credit)?;
        self.credit = self.credit.minus(due)?;
        let fee = attempt.commission(attempt.price, due)?;
        let entry = entry.moving(credit, Account::Pending, due).map_err(unwritable)?;
        self.sold(entry, arrival, due, fee)
    }

    /// Money that belongs to no sale: Provider → Unclaimed.
    ///
    /// # Errors
    /// [`Refused::Money`] when sums do not fit together.
    pub fn book_unclaimed(&mut self, arrival: &Arrival<'_>) -> Result<Entry, Refused> {
        let Arrival { attempt, amount, .. } = *arrival;
        self.unclaimed = self.unclaimed.plus(amount)?;
        let entry = Entry::new(Cause::SetAside(attempt.id), self.id, arrival.day)
            .moving(Account::Provider(attempt.provider), Account::Unclaimed(self.id), amount)
            .map_err(unwritable)?;
        with_cost(entry, arrival)
    }

    fn sold(
        &mut self,
        entry: Entry,
        arrival: &Arrival<'_>,
        captured: Money,
        fee: Money,
    ) -> Result<Entry, Refused> {
        let zero = Money::zero(captured.currency());
        self.captured = captured;
        self.fee = fee;
        self.unsettled = captured.minus(fee)?.larger(zero)?;
        self.paid_by = Some(arrival.attempt.id);
        let entry = entry.moving(Account::Pending, Account::FeesEarned, fee).map_err(unwritable)?;
        with_cost(entry, arrival)
    }
}

fn with_cost(entry: Entry, arrival: &Arrival<'_>) -> Result<Entry, Refused> {
    let provider = Account::Provider(arrival.attempt.provider);
    let cost = arrival.cost.unwrap_or(Money::zero(arrival.amount.currency()));
    // A cost of another sign or currency is the provider's mistake: the money itself is booked all the same.
    if !cost.is_positive() || cost.currency() != arrival.amount.currency() {
        return Ok(entry);
    }
    entry.moving(Account::FeesPaid, provider, cost).map_err(unwritable)
}

fn unwritable(error: LedgerError) -> Refused {
    match error {
        LedgerError::Money(error) => Refused::Money(error),
        LedgerError::Negative { .. } | LedgerError::Short { .. } => {
            Refused::Mistake("an arrival of a negative amount")
        }
    }
}
