//! The planted bugs, and within how many seeds the storm must find each of them.
//!
//! A bug that is not found means that the storm is too gentle. `--features faults` plants them.

use domain::faults::{Planted, plant};

use crate::history::History;
use crate::run::run;

/// Each bug with the number of seeds, from 0 on, within which it must be found.
const FOUND_WITHIN: [(Planted, u64); 32] = [
    (Planted::SkipFloor, 40),
    (Planted::AcknowledgeUnsaved, 40),
    (Planted::AcknowledgeNewsUnsaved, 100),
    (Planted::DoubtIsSaved, 40),
    (Planted::DoubtIsLost, 100),
    (Planted::ForgetClaim, 40),
    (Planted::SellPaidAgain, 100),
    (Planted::KeepReplacedOpen, 40),
    (Planted::AssignTakenNumber, 100),
    (Planted::SkipSignature, 40),
    (Planted::UnknownIsFailed, 40),
    (Planted::ForgetCheck, 40),
    (Planted::ForgetNotice, 40),
    (Planted::ForgetExpiry, 40),
    (Planted::ForgetRelease, 40),
    (Planted::ReceiveTwice, 40),
    (Planted::DropLateMoney, 40),
    (Planted::IgnoreCurrency, 100),
    (Planted::AnySumPays, 60),
    (Planted::IgnoreGrace, 40),
    (Planted::EndWithUnfinished, 100),
    (Planted::ShareRefundKey, 40),
    (Planted::RefundTooMuch, 60),
    (Planted::RefundNotCounted, 40),
    (Planted::KeepFailedRefund, 100),
    (Planted::SettleWhole, 40),
    (Planted::CaptureWhole, 40),
    (Planted::HoldIsMoney, 40),
    (Planted::IgnoreLease, 200),
    (Planted::SignNoticeAnew, 60),
    (Planted::AnyAnswerAccepts, 40),
    (Planted::FeeOfWhole, 40),
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
