//! The check of all books, every night or as the operator has said; what does not add up is an alarm.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::network::Network;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// So often it is looked whether the time has come: a machine that slept, or whose clock was set, is late
/// by no more.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// When the books are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Only when somebody asks for it.
    Never,
    /// Every day at this time, UTC.
    Daily(Time),
    /// Again and again after so long.
    Every(SignedDuration),
}

impl Schedule {
    /// The first check after a moment; none when there is to be none.
    #[must_use]
    pub fn after(self, moment: Timestamp) -> Option<Timestamp> {
        match self {
            Schedule::Never => None,
            Schedule::Every(gap) => moment.checked_add(gap).ok(),
            Schedule::Daily(time) => {
                let today = TimeZone::UTC.to_datetime(moment).date();
                let days = [Some(today), today.tomorrow().ok()];
                let times = days
                    .into_iter()
                    .flatten()
                    .filter_map(|day| TimeZone::UTC.to_timestamp(day.to_datetime(time)).ok());
                times.into_iter().find(|time| *time > moment)
            }
        }
    }
}

/// Checks the books on schedule until told to stop.
pub async fn run<N: Network, C: Clock>(
    engine: Arc<Engine<N, C>>,
    schedule: Schedule,
    mut stop: watch::Receiver<bool>,
) {
    let mut next = schedule.after(engine.now());
    while !*stop.borrow() {
        tokio::select! {
            () = engine.clock.sleep(LOOK_EVERY) => {}
            _ = stop.changed() => continue,
        }
        if next.is_none_or(|next| engine.now() < next) {
            continue;
        }
        tokio::select! {
            () = check(&engine) => {}
            // A check of large books takes minutes, and reads only: the next one begins anew.
            _ = stop.wait_for(|stop| *stop) => {}
        }
        next = schedule.after(engine.now());
    }
}

async fn check<N: Network, C: Clock>(engine: &Engine<N, C>) {
    match engine.check_books().await {
        Ok(report) if report.is_green() => {
            tracing::info!(
                books = report.books,
                entries = report.entries,
                "the books were checked and add up"
            );
        }
        Ok(report) => {
            let first = report.findings.first().map(ToString::to_string).unwrap_or_default();
            tracing::error!(
                findings = report.findings.len(),
                first,
                "THE BOOKS DO NOT ADD UP: run `openkassa books check`"
            );
        }
        Err(error) => tracing::error!(%error, "the books could not be checked"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_nightly_check_comes_at_its_time_today_or_tomorrow() {
        let nightly = Schedule::Daily(time(1, 30, 0, 0));
        assert_eq!(nightly.after(at("2026-03-01T00:10:00Z")), Some(at("2026-03-01T01:30:00Z")));
        assert_eq!(nightly.after(at("2026-03-01T01:30:00Z")), Some(at("2026-03-02T01:30:00Z")));
        assert_eq!(nightly.after(at("2026-12-31T23:59:59Z")), Some(at("2027-01-01T01:30:00Z")));
    }

    #[test]
    fn a_check_after_a_while_and_no_check_at_all() {
        let often = Schedule::Every(SignedDuration::from_hours(6));
        assert_eq!(often.after(at("2026-03-01T00:00:00Z")), Some(at("2026-03-01T06:00:00Z")));
        assert_eq!(Schedule::Never.after(at("2026-03-01T00:00:00Z")), None);
    }
}
