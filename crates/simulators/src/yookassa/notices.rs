//! Notices to the shop: frozen when something happens, repeated until they are answered with 200.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::faults::{Family, Fault, On};
use super::state::{Happening, Later, Turn, World};

/// The gaps between tries. The live schedule is not published; only its end after a day is.
const GAPS_SECONDS: [i64; 7] = [10, 30, 60, 120, 300, 600, 1_800];

/// The gap once the list has run out.
const LAST_GAP: SignedDuration = SignedDuration::from_hours(1);

/// How soon a notice leaves. Always the same, so that only a fault changes their order.
const SOON: SignedDuration = SignedDuration::from_millis(50);

/// No new try begins later than this after the first.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// The longest that a notice waits to be overtaken.
const HELD_BACK_FOR: SignedDuration = SignedDuration::from_secs(60);

/// One notice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice {
    pub(crate) event: &'static str,
    pub(crate) object: String,
    body: Value,
    told_at: Timestamp,
    /// When the next try may leave; `None` while one is on its way or none will follow.
    due: Option<Timestamp>,
    pub(crate) tries: u32,
    pub(crate) delivered: bool,
}

/// A notice on its way: POST this JSON to this address, then report to the machine's `answered`.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// The number of the notice.
    pub notice: u64,
    /// An unasked copy, whose answer changes nothing.
    pub copy: bool,
    /// Where to.
    pub url: String,
    /// The JSON body.
    pub body: Value,
}

/// Freezes a notice about what just happened and plans its first try.
pub(crate) fn tell(world: &mut World, turn: &mut Turn, event: &'static str, object: Value) {
    // Without an address nobody listens, just as with an empty field in the provider's cabinet.
    if world.notice_url.is_none() {
        return;
    }
    let number = world.notices.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
    let fault = world.faults.strike(On::Notice, Family::Notice, turn.seeded);
    let delay = if let Some(Fault::Late { seconds }) = &fault {
        SignedDuration::from_secs(i64::from(*seconds))
    } else if fault == Some(Fault::Reordered) {
        HELD_BACK_FOR
    } else {
        SOON
    };
    let id = object.get("id").and_then(Value::as_str).unwrap_or("").to_owned();
    let body = json!({"type": "notification", "event": event, "object": object});
    let due = Some(turn.now.saturating_add(delay).unwrap_or(Timestamp::MAX));
    let notice = Notice { event, object: id, body, told_at: turn.now, due, tries: 0, delivered: false };
    world.notices.insert(number, notice);
    turn.plan(delay, Happening::NoticeLeaves { notice: number, copy: false });
    if let Some(Fault::Duplicate { times }) = fault {
        for _ in 0..times {
            turn.plan(SOON, Happening::NoticeLeaves { notice: number, copy: true });
        }
    }
    release_held(world, turn, SOON.saturating_add(SignedDuration::from_secs(1)));
    if fault == Some(Fault::Reordered) {
        world.held_back.push(number);
    }
}

/// A newer notice is about to leave, so those held back may follow it.
fn release_held(world: &mut World, turn: &mut Turn, delay: SignedDuration) {
    for number in std::mem::take(&mut world.held_back) {
        let Some(notice) = world.notices.get_mut(&number) else { continue };
        // Its minute may have run out already; then it is on its way or delivered.
        if notice.tries == 0 {
            notice.due = turn.now.saturating_add(delay).ok();
            turn.plan(delay, Happening::NoticeLeaves { notice: number, copy: false });
        }
    }
}

/// The notice to send now, if its time has come and nobody has answered it yet.
pub(crate) fn leave(world: &mut World, turn: &Turn, number: u64, copy: bool) -> Option<Outgoing> {
    let url = world.notice_url.clone()?;
    let notice = world.notices.get_mut(&number)?;
    if !copy {
        if notice.due.is_none_or(|due| turn.now < due) {
            return None;
        }
        notice.due = None;
        notice.tries = notice.tries.saturating_add(1);
    }
    Some(Outgoing { notice: number, copy, url, body: notice.body.clone() })
}

/// Learns how a try went: only status 200 ends it. `None` means no answer came.
pub(crate) fn answered(
    world: &mut World,
    number: u64,
    copy: bool,
    status: Option<u16>,
    now: Timestamp,
) -> Vec<Later> {
    let Some(notice) = world.notices.get_mut(&number) else { return Vec::new() };
    if copy || notice.delivered {
        return Vec::new();
    }
    if status == Some(200) {
        notice.delivered = true;
        return Vec::new();
    }
    let place = usize::try_from(notice.tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let gap = GAPS_SECONDS.get(place).map_or(LAST_GAP, |seconds| SignedDuration::from_secs(*seconds));
    let at = now.saturating_add(gap).unwrap_or(Timestamp::MAX);
    if at.duration_since(notice.told_at) > TRIED_FOR {
        return Vec::new();
    }
    notice.due = Some(at);
    vec![Later { at, what: Happening::NoticeLeaves { notice: number, copy: false } }]
}
