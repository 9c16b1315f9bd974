//! Days and deadlines in the time zones of sellers and shops.

use crate::sellers::{SettlementDelay, Shop};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The day of a moment in a zone with an IANA name; in UTC where the name is not known.
#[must_use]
pub fn day(at: Timestamp, zone: &str) -> Date {
    at.to_zoned_datetime(named(zone)).date()
}

/// When the money of a payment made at `paid_at` becomes available.
#[must_use]
pub fn settles_at(paid_at: Timestamp, shop: &Shop) -> Timestamp {
    match shop.delay {
        SettlementDelay::Seconds(seconds) => after(paid_at, seconds),
        SettlementDelay::Days(days) => {
            let midnight = day(paid_at, &shop.zone)
                .checked_add(i64::from(days).days())
                .and_then(|day| day.to_zoned_datetime(named(&shop.zone)));
            midnight.map_or(paid_at, |midnight| midnight.timestamp())
        }
    }
}

/// The first day of the month after the one in which a moment lies, at 00:00 in the zone.
#[must_use]
pub fn next_month(at: Timestamp, zone: &str) -> Timestamp {
    let first = day(at, zone).first_of_month().checked_add(1.month());
    first.and_then(|first| first.to_zoned_datetime(named(zone))).map_or(at, |first| first.timestamp())
}

/// The last moment of a day in a zone with an IANA name, to the microsecond that entries are dated by.
#[must_use]
pub fn end_of(day: Date, zone: &str) -> Option<Timestamp> {
    let next = day.checked_add(1.day()).and_then(|next| next.to_zoned_datetime(named(zone))).ok()?;
    next.timestamp().checked_sub(SignedDuration::from_micros(1)).ok()
}

/// So many seconds after a moment.
#[must_use]
pub fn after(at: Timestamp, seconds: u32) -> Timestamp {
    at.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(at)
}

fn named(zone: &str) -> TimeZone {
    TimeZone::get(zone).unwrap_or(TimeZone::UTC)
}
