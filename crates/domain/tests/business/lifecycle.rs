//! What may follow what: every state against every event.

use crate::world::{World, rub};
use domain::decide::Refused;
use domain::ids::{AttemptId, Id};
use domain::lifecycle::{Booking, PaymentEvent, Transition};
use domain::payments::{ClosingWhy, Payment, PaymentState};
use jiff::{SignedDuration, Timestamp};

/// A payment of 100.00 in a state; attempt 1 holds or paid it.
fn payment(state: PaymentState) -> (Payment, Timestamp) {
    let mut world = World::new();
    let id = world.open(1, 10_000);
    let own = AttemptId::new(world.book, 1);
    (Payment { state, paid_by: Some(own), ..world.get(id) }, world.now)
}

fn attempt(number: u64) -> AttemptId {
    AttemptId::new(World::empty().book, number)
}

const UNTIL: Timestamp = Timestamp::constant(1_772_900_000, 0);
const LATER: Timestamp = Timestamp::constant(1_773_000_000, 0);
const HELD: PaymentState = PaymentState::Held { until: UNTIL };
const RELEASING: PaymentState = PaymentState::Releasing { until: UNTIL };
const TIME_OVER: PaymentState = PaymentState::Closing { why: ClosingWhy::TimeOver };
const CANCELLING: PaymentState = PaymentState::Closing { why: ClosingWhy::Cancelled };
const REPLACED: PaymentState = PaymentState::Closing { why: ClosingWhy::Replaced };

fn capturing() -> PaymentState {
    PaymentState::Capturing { amount: rub(6_000), until: UNTIL }
}

fn states() -> [PaymentState; 10] {
    [
        PaymentState::Open,
        HELD,
        capturing(),
        RELEASING,
        TIME_OVER,
        CANCELLING,
        REPLACED,
        PaymentState::Paid,
        PaymentState::Cancelled,
        PaymentState::Expired,
    ]
}

fn received(number: u64) -> PaymentEvent {
    PaymentEvent::FundsReceived { attempt: attempt(number) }
}

fn differs(number: u64, minor: i64) -> PaymentEvent {
    PaymentEvent::AmountDiffers { attempt: attempt(number), amount: rub(minor), asked: rub(10_000) }
}

fn capture(minor: i64) -> PaymentEvent {
    PaymentEvent::CaptureAsked { amount: rub(minor), held: rub(10_000) }
}

/// Fails unless every state answers the event as the table says, in the order of [`states`].
fn table(event: PaymentEvent, answers: [Option<(PaymentState, Booking)>; 10]) {
    for (state, expected) in states().into_iter().zip(answers) {
        let (payment, now) = payment(state);
        let answer = payment.on(event, now);
        match expected {
            Some((to, booking)) => {
                assert_eq!(answer, Ok(Transition { to, booking }), "{state:?} on {event:?}")
            }
            None => assert!(answer.is_err(), "{state:?} on {event:?}: {answer:?}"),
        }
    }
}

/// Nothing is booked and the state stays, but for the states named.
fn quiet(event: PaymentEvent, changes: &[(PaymentState, PaymentState)]) {
    let answers = states().map(|state| {
        let changed = changes.iter().find(|(from, _)| *from == state);
        Some((changed.map_or(state, |(_, to)| *to), Booking::Nothing))
    });
    table(event, answers);
}

#[test]
fn a_hold_is_taken_by_an_open_payment_and_let_go_by_any_other() {
    let event = PaymentEvent::FundsHeld { attempt: attempt(2), until: LATER };
    let answers = states().map(|state| match state {
        PaymentState::Open => Some((PaymentState::Held { until: LATER }, Booking::Nothing)),
        other => Some((other, Booking::ReleaseHold)),
    });
    table(event, answers);
}

#[test]
fn the_payments_own_hold_told_again_is_kept() {
    let event = PaymentEvent::FundsHeld { attempt: attempt(1), until: LATER };
    for state in [HELD, capturing(), RELEASING] {
        let (payment, now) = payment(state);
        assert_eq!(payment.on(event, now), Ok(Transition { to: state, booking: Booking::Nothing }));
    }
}

#[test]
fn money_of_the_payments_own_attempt_is_the_sale_where_one_is_still_wanted() {
    let paid = Some((PaymentState::Paid, Booking::Sale));
    table(
        received(1),
        [
            paid,
            paid,
            paid,
            Some((CANCELLING, Booking::Unclaimed)),
            paid,
            Some((CANCELLING, Booking::Unclaimed)),
            Some((REPLACED, Booking::Unclaimed)),
            Some((PaymentState::Paid, Booking::Unclaimed)),
            Some((PaymentState::Cancelled, Booking::Unclaimed)),
            paid,
        ],
    );
}

#[test]
fn money_of_another_attempt_is_no_sale_once_one_holds_or_paid() {
    let paid = Some((PaymentState::Paid, Booking::Sale));
    let strange = |state| Some((state, Booking::Unclaimed));
    table(
        received(2),
        [
            paid,
            strange(HELD),
            strange(capturing()),
            strange(RELEASING),
            paid,
            strange(CANCELLING),
            strange(REPLACED),
            strange(PaymentState::Paid),
            strange(PaymentState::Cancelled),
            paid,
        ],
    );
}

#[test]
fn another_sum_is_credit_until_the_sum_due_is_reached() {
    for (minor, completes) in [(4_000, false), (12_000, true)] {
        let credit =
            |stay| Some((if completes { PaymentState::Paid } else { stay }, Booking::Credit { completes }));
        let pooled = if completes { Booking::Credit { completes } } else { Booking::Sale };
        table(
            differs(1, minor),
            [
                credit(PaymentState::Open),
                // What was captured is the sale, but never more than was asked for.
                Some((PaymentState::Paid, pooled)),
                Some((PaymentState::Paid, pooled)),
                Some((CANCELLING, Booking::Unclaimed)),
                credit(TIME_OVER),
                Some((CANCELLING, Booking::Unclaimed)),
                Some((REPLACED, Booking::Unclaimed)),
                Some((PaymentState::Paid, Booking::Unclaimed)),
                Some((PaymentState::Cancelled, Booking::Unclaimed)),
                credit(PaymentState::Expired),
            ],
        );
    }
}

#[test]
fn what_is_in_credit_completes_a_sale_together_with_the_rest() {
    for state in [PaymentState::Open, HELD, capturing(), TIME_OVER, PaymentState::Expired] {
        let (payment, now) = payment(state);
        let payment = Payment { credit: rub(4_000), ..payment };
        let booking = Booking::Credit { completes: true };
        assert_eq!(payment.on(received(1), now), Ok(Transition { to: PaymentState::Paid, booking }));
    }
}

#[test]
fn money_after_the_grace_is_credit_whatever_its_sum() {
    for state in [TIME_OVER, PaymentState::Expired] {
        let (payment, _) = payment(state);
        let late = payment.grace_ends_at + SignedDuration::from_secs(1);
        for event in [received(1), differs(1, 12_000), differs(1, 1)] {
            let booking = Booking::Credit { completes: false };
            assert_eq!(payment.on(event, late), Ok(Transition { to: state, booking }));
        }
        let last = payment.on(received(1), payment.grace_ends_at);
        assert_eq!(last, Ok(Transition { to: PaymentState::Paid, booking: Booking::Sale }));
    }
}

#[test]
fn a_hold_that_ends_closes_the_payment_that_stood_on_it() {
    for end in
        [PaymentEvent::Released { attempt: attempt(1) }, PaymentEvent::AttemptFailed { attempt: attempt(1) }]
    {
        quiet(end, &[(HELD, CANCELLING), (capturing(), TIME_OVER), (RELEASING, CANCELLING)]);
    }
    let (payment, _) = payment(HELD);
    let lapsed = payment.on(PaymentEvent::Released { attempt: attempt(1) }, UNTIL).unwrap();
    assert_eq!(lapsed.to, TIME_OVER);
}

#[test]
fn the_end_of_another_attempt_changes_nothing() {
    quiet(PaymentEvent::Released { attempt: attempt(2) }, &[]);
    quiet(PaymentEvent::AttemptFailed { attempt: attempt(2) }, &[]);
}

#[test]
fn a_refused_operation_leaves_the_hold() {
    quiet(PaymentEvent::OperationRefused, &[(capturing(), HELD), (RELEASING, HELD)]);
}

#[test]
fn the_deadline_closes_only_what_is_open() {
    quiet(PaymentEvent::DeadlinePassed, &[(PaymentState::Open, TIME_OVER)]);
}

#[test]
fn the_end_of_the_last_attempt_ends_what_is_closing() {
    quiet(
        PaymentEvent::AttemptsEnded,
        &[
            (TIME_OVER, PaymentState::Expired),
            (CANCELLING, PaymentState::Cancelled),
            (REPLACED, PaymentState::Cancelled),
        ],
    );
}

#[test]
fn only_a_hold_can_be_captured_and_the_same_capture_only_once() {
    let to = |state| Some((state, Booking::Nothing));
    let mut answers = [None; 10];
    answers[1] = to(capturing());
    answers[2] = to(capturing());
    table(capture(6_000), answers);
    let (held, now) = payment(HELD);
    assert_eq!(held.on(capture(10_001), now), Err(Refused::TooMuch { wish: "captured", left: rub(10_000) }));
    let (under_way, now) = payment(capturing());
    assert!(matches!(under_way.on(capture(5_000), now), Err(Refused::WrongState { .. })));
}

#[test]
fn only_a_hold_can_be_released() {
    let to = |state| Some((state, Booking::Nothing));
    let mut answers = [None; 10];
    answers[1] = to(RELEASING);
    answers[3] = to(RELEASING);
    table(PaymentEvent::ReleaseAsked, answers);
}

#[test]
fn whatever_is_not_paid_can_be_cancelled() {
    let to = |state| Some((state, Booking::Nothing));
    table(
        PaymentEvent::CancelAsked,
        [
            to(CANCELLING),
            to(RELEASING),
            None,
            to(RELEASING),
            to(TIME_OVER),
            to(CANCELLING),
            to(REPLACED),
            None,
            to(PaymentState::Cancelled),
            None,
        ],
    );
}

#[test]
fn whatever_has_no_money_can_be_replaced() {
    let to = |state| Some((state, Booking::Nothing));
    table(
        PaymentEvent::Replaced,
        [
            to(REPLACED),
            None,
            None,
            None,
            to(REPLACED),
            to(REPLACED),
            to(REPLACED),
            None,
            to(PaymentState::Cancelled),
            to(PaymentState::Cancelled),
        ],
    );
    for state in [HELD, capturing(), RELEASING, PaymentState::Paid] {
        let (payment, now) = payment(state);
        assert_eq!(payment.on(PaymentEvent::Replaced, now), Err(Refused::AlreadyPaid));
    }
}
