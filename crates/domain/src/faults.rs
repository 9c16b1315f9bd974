//! Planted bugs: small mutations behind the feature `faults`, each at the place of the guard that it breaks.
//!
//! The storm must find every one of them, or it is too gentle. Without the feature there are none: the
//! question is answered by a constant. At most one is in force, and only in the thread that planted it.

#[cfg(all(feature = "faults", not(debug_assertions)))]
compile_error!(
    "the feature `faults` plants bugs: it is for tests, never for a build without debug assertions"
);

macro_rules! planted {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// A bug that can be planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Planted { $($(#[$doc])* $name,)* }

        impl Planted {
            /// Every one of them.
            pub const ALL: &[Planted] = &[$(Planted::$name,)*];
        }
    };
}

planted! {
    /// A wish takes more than an account has.
    SkipFloor;
    /// A command is acknowledged although its commit failed.
    AcknowledgeUnsaved;
    /// A provider's news is acknowledged although it was not saved.
    AcknowledgeNewsUnsaved;
    /// A commit whose answer was lost counts as saved.
    DoubtIsSaved;
    /// A commit whose answer was lost counts as not saved, and is done again.
    DoubtIsLost;
    /// The claim on an order's number is not looked at.
    ForgetClaim;
    /// An order that is paid is sold again.
    SellPaidAgain;
    /// An order that was replaced can still be paid.
    KeepReplacedOpen;
    /// A number is assigned that another order has.
    AssignTakenNumber;
    /// Any signature fits.
    SkipSignature;
    /// An answer that was lost counts as a refusal.
    UnknownIsFailed;
    /// After a lost answer nobody asks again.
    ForgetCheck;
    /// The shop is not told.
    ForgetNotice;
    /// Nobody ends a payment whose time is over.
    ForgetExpiry;
    /// A hold that nobody wants is not released.
    ForgetRelease;
    /// Money is booked before it is looked whether it was booked already.
    ReceiveTwice;
    /// Money for an attempt that has ended is not booked.
    DropLateMoney;
    /// A dollar is a rouble.
    IgnoreCurrency;
    /// Whatever sum arrives pays the order.
    AnySumPays;
    /// Money counts however late it comes.
    IgnoreGrace;
    /// A payment ends while it can still be paid.
    EndWithUnfinished;
    /// The refunds of an attempt share one idempotency key.
    ShareRefundKey;
    /// More is given back than is left.
    RefundTooMuch;
    /// What was given back is not counted.
    RefundNotCounted;
    /// A refund that failed stays counted.
    KeepFailedRefund;
    /// What was given back is settled all the same.
    SettleWhole;
    /// A hold is captured whole, whatever was asked for.
    CaptureWhole;
    /// Money that is only held is sold.
    HoldIsMoney;
    /// Work is done under a lease that is over.
    IgnoreLease;
    /// A repeated notice is signed with whatever password is the current one.
    SignNoticeAnew;
    /// Whatever a shop answers confirms a notice.
    AnyAnswerAccepts;
    /// A part of a hold costs the commission of the whole.
    FeeOfWhole;
}

#[cfg(feature = "faults")]
thread_local! {
    static IN_FORCE: std::cell::Cell<Option<Planted>> = const { std::cell::Cell::new(None) };
}

/// Plants a bug in this thread, in the place of the one that was there before, or takes it out.
#[cfg(feature = "faults")]
pub fn plant(bug: Option<Planted>) {
    IN_FORCE.set(bug);
}

/// Whether a bug is planted.
#[cfg(feature = "faults")]
#[must_use]
pub fn planted(bug: Planted) -> bool {
    IN_FORCE.get() == Some(bug)
}

/// Whether a bug is planted: never, without the feature.
#[cfg(not(feature = "faults"))]
#[must_use]
pub const fn planted(_: Planted) -> bool {
    false
}
