//! The clock: against the server's, and against what was saved already.

use super::codes::{CLOCK_BACK, CLOCK_OFFSET};
use super::finding::Finding;
use engine::clock::{Clock, InstallationClock, SystemClock};
use jiff::{SignedDuration, Timestamp};
use store::checkup::{Checkup, Moments};
use store::error::StoreError;

/// Clocks that are kept by a time server differ by less.
const OFFSET_MAX: SignedDuration = SignedDuration::from_secs(2);
/// Numbers are reserved a minute ahead, and each start in between adds one.
const RESERVED_MAX: SignedDuration = SignedDuration::from_hours(1);

pub(super) async fn look(
    checkup: &Checkup,
    clock: &InstallationClock,
    found: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let began = SystemClock.now();
    let server = checkup.server().await?.map(|server| server.now);
    let ended = SystemClock.now();
    let moments = checkup.moments().await?;
    let now = clock.now();
    let before = found.len();
    found.extend(server.and_then(|server| of_server(server, (began, ended))));
    found.extend(of_moments(moments, now));
    if found.len() == before {
        found.push(Finding::well("clock", format!("{now}, after all that was saved")));
    }
    Ok(())
}

/// The server's answer was made between two looks at our own clock.
fn of_server(server: Timestamp, (began, ended): (Timestamp, Timestamp)) -> Option<Finding> {
    let off = if server < began { began.duration_since(server) } else { server.duration_since(ended) };
    (off > OFFSET_MAX).then(|| {
        Finding::of(&CLOCK_OFFSET, format!("it is {ended} here and {server} at the database's server"))
    })
}

fn of_moments(moments: Moments, now: Timestamp) -> Option<Finding> {
    let ahead = |moment: Timestamp, by| moment.duration_since(now) > by;
    if let Some(last) = moments.last_entry.filter(|last| ahead(*last, OFFSET_MAX)) {
        return Some(Finding::of(&CLOCK_BACK, format!("it is {now}, and an entry was saved at {last}")));
    }
    let reserved = moments.reserved_until.filter(|until| ahead(*until, RESERVED_MAX))?;
    Some(Finding::of(&CLOCK_BACK, format!("it is {now}, and numbers are reserved until {reserved}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_slow_answer_is_no_offset() {
        assert_eq!(of_server(at(105), (at(100), at(110))), None);
        assert_eq!(of_server(at(99), (at(100), at(100))), None);
        assert_eq!(of_server(at(90), (at(100), at(101))).unwrap().code, "clock.offset");
        assert_eq!(of_server(at(110), (at(100), at(101))).unwrap().code, "clock.offset");
    }

    #[test]
    fn what_was_saved_in_the_future_tells_of_a_clock_that_was_set_back() {
        let moments = |entry, until| Moments { last_entry: Some(at(entry)), reserved_until: Some(at(until)) };
        assert_eq!(of_moments(moments(1_000, 1_090), at(1_000)), None);
        assert_eq!(of_moments(moments(1_010, 1_090), at(1_000)).unwrap().code, "clock.back");
        assert_eq!(of_moments(moments(1_000, 8_000), at(1_000)).unwrap().code, "clock.back");
        assert_eq!(of_moments(Moments::default(), at(0)), None);
    }
}
