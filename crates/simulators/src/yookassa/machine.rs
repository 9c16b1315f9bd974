//! The three ways into the machine: a request, a moment that has come, and the answer to a notice.
//! All are pure: the same world, arguments and seed give the same result.

use jiff::Timestamp;

use crate::message::{Reply, Request};
use crate::seeded::Seeded;

use super::api;
use super::control;
use super::course;
use super::notices::{self, Outgoing};
use super::pages;
use super::receipts;
use super::refunds;
use super::state::{Happening, Later, Turn, World};

/// Answers one request: the API under `/v3`, the tests' interface under `/control`, else a page.
/// The caller hands each [`Later`] to [`happen`] when its time has come.
pub fn handle(
    world: &mut World,
    request: &Request,
    now: Timestamp,
    seeded: &mut Seeded,
) -> (Reply, Vec<Later>) {
    let mut turn = Turn { now, seeded, later: Vec::new() };
    let reply = match request.segments().as_slice() {
        ["v3", path @ ..] => api::answer(world, &mut turn, request, path),
        ["control", path @ ..] => control::answer(world, &mut turn, request, path),
        path => pages::answer(world, &mut turn, request, path),
    };
    (reply, turn.later)
}

/// Lets something happen whose time has come. A notice to send comes back; its fate goes to [`answered`].
pub fn happen(
    world: &mut World,
    what: &Happening,
    now: Timestamp,
    seeded: &mut Seeded,
) -> (Option<Outgoing>, Vec<Later>) {
    let mut turn = Turn { now, seeded, later: Vec::new() };
    let mut outgoing = None;
    // What is overtaken by events changes nothing: each of these looks at the state first.
    match what {
        Happening::ConfirmationEnds { payment } => {
            course::decline(world, &mut turn, payment, "expired_on_confirmation");
        }
        Happening::PayerPays { payment } => {
            course::confirm(world, &mut turn, payment, None);
        }
        Happening::HoldEnds { payment } => {
            course::release(world, &mut turn, payment, "expired_on_capture");
        }
        Happening::RefundArrives { refund } => {
            refunds::succeed(world, &mut turn, refund);
        }
        Happening::ReceiptRegisters { receipt } => receipts::register(world, &mut turn, receipt),
        Happening::NoticeLeaves { notice, copy } => {
            outgoing = notices::leave(world, &turn, *notice, *copy);
        }
    }
    (outgoing, turn.later)
}

/// Learns the status that a notice was answered with; `None` means that no answer came.
pub fn answered(world: &mut World, outgoing: &Outgoing, status: Option<u16>, now: Timestamp) -> Vec<Later> {
    notices::answered(world, outgoing.notice, outgoing.copy, status, now)
}
