//! The planted bugs, and within how many seeds the storm must find each of them.
//!
//! A bug that is not found means that the storm is too gentle. `--features faults` plants them.

use domain::faults::{Planted, plant};

use crate::history::History;
use crate::run::run;

/// Each bug with the number of seeds, from 0 on, within which it must be found.
const FOUND_WITHIN: [(Planted, u64); 32] = [
    (Planted::SkipFloor, 150),
    (Planted::AcknowledgeUnsaved, 150),
    (Planted::AcknowledgeNewsUnsaved, 150),
    (Planted::DoubtIsSaved, 150),
    (Planted::DoubtIsLost, 150),
    (Planted::ForgetClaim, 150),
    (Planted::SellPaidAgain, 150),
    (Planted::KeepReplacedOpen, 150),
    (Planted::AssignTakenNumber, 150),
    (Planted::SkipSignature, 150),
    (Planted::UnknownIsFailed, 150),
    (Planted::ForgetCheck, 150),
    (Planted::ForgetNotice, 150),
    (Planted::ForgetExpiry, 150),
    (Planted::ForgetRelease, 150),
    (Planted::ReceiveTwice, 150),
    (Planted::DropLateMoney, 150),
    (Planted::IgnoreCurrency, 150),
    (Planted::AnySumPays, 150),
    (Planted::IgnoreGrace, 150),
    (Planted::EndWithUnfinished, 150),
    (Planted::ShareRefundKey, 150),
    (Planted::RefundTooMuch, 150),
    (Planted::RefundNotCounted, 150),
    (Planted::KeepFailedRefund, 150),
    (Planted::SettleWhole, 150),
    (Planted::CaptureWhole, 150),
    (Planted::HoldIsMoney, 150),
    (Planted::IgnoreLease, 150),
    (Planted::SignNoticeAnew, 150),
    (Planted::AnyAnswerAccepts, 150),
    (Planted::FeeOfWhole, 150),
];

/// Plants the bug that `STORM_BUG` names, for a replay.
pub fn plant_by_name() {
    let Ok(name) = std::env::var("STORM_BUG") else { return };
    let bug = Planted::ALL.iter().find(|bug| format!("{bug:?}") == name);
    plant(Some(*bug.unwrap_or_else(|| panic!("there is no bug {name}"))));
}

/// The first seed that finds a bug, and what it says of it.
fn finds(bug: Planted, within: u64) -> Option<(u64, String)> {
    plant(Some(bug));
    let found = (0..within).find_map(|seed| Some((seed, run(&History::of(seed), false).wrong?)));
    plant(None);
    found
}

#[test]
fn every_bug_is_on_the_list() {
    let listed: Vec<Planted> = FOUND_WITHIN.iter().map(|(bug, _)| *bug).collect();
    assert_eq!(listed, Planted::ALL);
    assert!(listed.len() >= 20);
}

#[test]
fn every_planted_bug_is_found_within_its_number_of_seeds() {
    let mut missed = Vec::new();
    for (bug, within) in FOUND_WITHIN {
        match finds(bug, within) {
            Some((seed, wrong)) => println!("{bug:?}: found by seed {seed} of {within}: {wrong}"),
            None => missed.push(bug),
        }
    }
    assert_eq!(missed, [], "the storm is too gentle for these");
}
