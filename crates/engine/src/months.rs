//! Months as sellers count them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first_day: Date,
    /// 00:00 of its first day.
    pub begins: Timestamp,
    /// 00:00 of the first day after it.
    pub ends: Timestamp,
}

/// The month before the one in which a moment lies.
#[must_use]
pub fn before(now: Timestamp, zone: &str) -> Month {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let this = domain::calendar::day(now, zone.iana_name().unwrap_or("UTC")).first_of_month();
    let first_day = this.checked_sub(1.month()).unwrap_or(this);
    let midnight = |day: Date| day.to_zoned_datetime(zone.clone()).map_or(now, |zoned| zoned.timestamp());
    Month { first_day, begins: midnight(first_day), ends: midnight(this) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_before_january_is_december_in_the_sellers_zone() {
        // 22:30 UTC on 31 January is February in Moscow already.
        let now: Timestamp = "2026-01-31T22:30:00Z".parse().unwrap();
        assert_eq!(before(now, "Europe/Moscow").first_day.to_string(), "2026-01-01");
        assert_eq!(before(now, "UTC").first_day.to_string(), "2025-12-01");
        assert_eq!(before(now, "Europe/Moscow").ends.to_string(), "2026-01-31T21:00:00Z");
    }
}
