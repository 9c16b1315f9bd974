//! Where an invoice stands, in the words of notices and in the numbers of the API.

use domain::payments::PaymentState;

/// The state in notices and returns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceState {
    /// Nobody has begun to pay.
    New,
    /// A system was chosen, the money is awaited.
    WaitAccept,
    /// The system works on it.
    Process,
    /// Paid.
    Success,
    /// Ended without a sale.
    Canceled,
    /// The system could not.
    Fail,
}

impl InvoiceState {
    /// Every state.
    pub const ALL: [InvoiceState; 6] = [
        InvoiceState::New,
        InvoiceState::WaitAccept,
        InvoiceState::Process,
        InvoiceState::Success,
        InvoiceState::Canceled,
        InvoiceState::Fail,
    ];

    /// The word of `ik_inv_st`.
    pub const fn code(self) -> &'static str {
        match self {
            InvoiceState::New => "new",
            InvoiceState::WaitAccept => "waitAccept",
            InvoiceState::Process => "process",
            InvoiceState::Success => "success",
            InvoiceState::Canceled => "canceled",
            InvoiceState::Fail => "fail",
        }
    }

    /// Whether nothing will follow.
    pub const fn is_final(self) -> bool {
        match self {
            InvoiceState::New | InvoiceState::WaitAccept | InvoiceState::Process => false,
            InvoiceState::Success | InvoiceState::Canceled | InvoiceState::Fail => true,
        }
    }

    /// Where the buyer returns in this state.
    pub const fn back(self) -> Back {
        match self {
            InvoiceState::New | InvoiceState::WaitAccept | InvoiceState::Process => Back::Pending,
            InvoiceState::Success => Back::Success,
            InvoiceState::Canceled | InvoiceState::Fail => Back::Fail,
        }
    }
}

/// Which of a checkout's addresses a buyer returns to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Back {
    /// After success.
    Success,
    /// While undecided.
    Pending,
    /// Otherwise.
    Fail,
}

/// How much of what was paid has gone back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returned {
    /// Not all of it.
    No,
    /// All of it is on its way.
    OnItsWay,
    /// All of it.
    Yes,
}

/// The state in the API's `state` and `stateName`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvoiceStage {
    /// Nobody has begun to pay.
    New,
    /// The money is awaited.
    Waiting,
    /// The system works on it.
    Processing,
    /// The money is on its way back.
    Returning,
    /// Its time is over.
    Expired,
    /// The money went back.
    Returned,
    /// Paid.
    Credited,
    /// Cancelled.
    Cancelled,
    /// The system gave the money back by itself.
    ReturnedBySystem,
}

impl InvoiceStage {
    /// Every stage.
    pub const ALL: [InvoiceStage; 9] = [
        InvoiceStage::New,
        InvoiceStage::Waiting,
        InvoiceStage::Processing,
        InvoiceStage::Returning,
        InvoiceStage::Expired,
        InvoiceStage::Returned,
        InvoiceStage::Credited,
        InvoiceStage::Cancelled,
        InvoiceStage::ReturnedBySystem,
    ];

    /// Where a payment of ours stands: its state, whether an attempt was started, and what has gone back.
    pub const fn of(state: &PaymentState, started: bool, returned: Returned) -> InvoiceStage {
        match state {
            PaymentState::Open if started => InvoiceStage::Waiting,
            PaymentState::Open => InvoiceStage::New,
            PaymentState::Held { until: _ }
            | PaymentState::Capturing { amount: _, until: _ }
            | PaymentState::Closing { why: _ } => InvoiceStage::Processing,
            PaymentState::Releasing { until: _ } => InvoiceStage::Returning,
            PaymentState::Paid => match returned {
                Returned::No => InvoiceStage::Credited,
                Returned::OnItsWay => InvoiceStage::Returning,
                Returned::Yes => InvoiceStage::Returned,
            },
            PaymentState::Cancelled => InvoiceStage::Cancelled,
            PaymentState::Expired => InvoiceStage::Expired,
        }
    }

    /// The number.
    pub const fn number(self) -> u8 {
        match self {
            InvoiceStage::New => 0,
            InvoiceStage::Waiting => 2,
            InvoiceStage::Processing => 3,
            InvoiceStage::Returning => 4,
            InvoiceStage::Expired => 5,
            InvoiceStage::Returned => 6,
            InvoiceStage::Credited => 7,
            InvoiceStage::Cancelled => 8,
            InvoiceStage::ReturnedBySystem => 9,
        }
    }

    /// The word beside the number: that of notices where there is one.
    pub const fn name(self) -> &'static str {
        match self {
            InvoiceStage::Returning => "returning",
            InvoiceStage::Expired => "expired",
            InvoiceStage::Returned => "returned",
            InvoiceStage::ReturnedBySystem => "returnedBySystem",
            InvoiceStage::New
            | InvoiceStage::Waiting
            | InvoiceStage::Processing
            | InvoiceStage::Credited
            | InvoiceStage::Cancelled => self.told().code(),
        }
    }

    /// The state that notices tell at this stage.
    pub const fn told(self) -> InvoiceState {
        match self {
            InvoiceStage::New => InvoiceState::New,
            InvoiceStage::Waiting => InvoiceState::WaitAccept,
            InvoiceStage::Processing => InvoiceState::Process,
            InvoiceStage::Credited => InvoiceState::Success,
            InvoiceStage::Expired | InvoiceStage::Cancelled => InvoiceState::Canceled,
            InvoiceStage::Returning | InvoiceStage::Returned | InvoiceStage::ReturnedBySystem => {
                InvoiceState::Fail
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::payments::ClosingWhy;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_payment_of_ours_is_told_as_the_service_would() {
        let until = Timestamp::UNIX_EPOCH;
        for (state, started, stage, told) in [
            (PaymentState::Open, false, 0, "new"),
            (PaymentState::Open, true, 2, "waitAccept"),
            (PaymentState::Held { until }, true, 3, "process"),
            (PaymentState::Closing { why: ClosingWhy::TimeOver }, true, 3, "process"),
            (PaymentState::Releasing { until }, true, 4, "fail"),
            (PaymentState::Paid, true, 7, "success"),
            (PaymentState::Cancelled, false, 8, "canceled"),
            (PaymentState::Expired, false, 5, "canceled"),
        ] {
            let found = InvoiceStage::of(&state, started, Returned::No);
            assert_eq!((found.number(), found.told().code()), (stage, told), "{state:?}");
        }
        let paid = |returned| InvoiceStage::of(&PaymentState::Paid, true, returned).number();
        assert_eq!((paid(Returned::OnItsWay), paid(Returned::Yes)), (4, 6));
    }

    #[test]
    fn numbers_ascend_without_the_one_that_was_never_seen() {
        assert_eq!(InvoiceStage::ALL.map(InvoiceStage::number), [0, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    #[test]
    fn only_what_is_decided_leads_away_from_the_pending_address() {
        for state in InvoiceState::ALL {
            assert_eq!(state.is_final(), state.back() != Back::Pending, "{}", state.code());
        }
    }
}
