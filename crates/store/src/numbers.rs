//! Where identifiers come from: a node reserves a stretch of time ahead and gives numbers from it.
//!
//! The end of the reservation is saved before numbers are given, and the next start begins there:
//! a clock that is set back repeats nothing.

use crate::backend::{Backend, Plain};
use crate::error::StoreError;
use domain::ids::{Numbers, NumbersError};
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, PoisonError};

/// So far ahead a node reserves.
pub const RESERVED: SignedDuration = SignedDuration::from_secs(60);
/// The reservation is renewed when less than this is left.
pub const RENEW_BELOW: SignedDuration = SignedDuration::from_secs(30);
/// Numbers are never given for the last moments of a reservation while the clock is past it: a clock
/// that jumps ahead finds room here until the renewal is saved.
const RESERVE_KEPT: SignedDuration = SignedDuration::from_secs(5);
/// Bits below the milliseconds of a number.
const BELOW_MS: u32 = 22;

/// The numbers of one node, shared by the writer and whoever makes identifiers.
#[derive(Debug)]
pub struct Fresh(Mutex<Reservation>);

#[derive(Debug)]
struct Reservation {
    node: u8,
    numbers: Numbers,
    until: Timestamp,
    last: u64,
    /// Whether somebody was told already that a renewal is due.
    asked: bool,
}

impl Reservation {
    /// By the clock, or because a clock that was set back makes numbers come from the future.
    fn is_due(&self, now: Timestamp) -> bool {
        let little = self.until.saturating_sub(RENEW_BELOW).unwrap_or(self.until);
        now >= little || self.last >= first_number_at(little)
    }
}

impl Fresh {
    /// Reserves numbers for a node and saves how far.
    ///
    /// # Errors
    /// [`StoreError`] when the reservation cannot be saved.
    pub async fn reserve(backend: &mut impl Backend, node: u8, now: Timestamp) -> Result<Fresh, StoreError> {
        let asked = Plain::any(
            "SELECT reserved_until FROM nodes WHERE node = $1".to_owned(),
            vec![u32::from(node).into()],
        );
        let rows = backend.plain(&asked).await?.rows;
        let stored = rows.first().map(|row| row.time("reserved_until")).transpose();
        let not_before = stored.map_err(|error| error.of_table("nodes"))?.unwrap_or(now).max(now);
        let until = later(not_before, RESERVED);
        backend.plain(&save(node, until)).await?;
        let numbers = Numbers::new(node, not_before, until);
        Ok(Fresh(Mutex::new(Reservation { node, numbers, until, last: 0, asked: false })))
    }

    /// The next number: greater than every one that this node gave before, also in earlier runs.
    ///
    /// # Errors
    /// [`NumbersError::ReservationOver`] when the reservation is used up and was not renewed.
    pub fn number(&self, now: Timestamp) -> Result<u64, NumbersError> {
        let mut held = self.held();
        let latest = held.until.saturating_sub(RESERVE_KEPT).unwrap_or(held.until);
        let number = held.numbers.next(now.min(latest))?;
        held.last = number;
        Ok(number)
    }

    /// A statement that shows whether anything can be saved. It moves the end of the reservation by a
    /// microsecond, which harms nobody: what stays the same, SQLite does not write.
    pub(crate) fn trial(&self) -> Plain {
        let sql = "UPDATE nodes SET reserved_until = reserved_until + 1 WHERE node = $1";
        Plain::exactly(1, sql.to_owned(), vec![u32::from(self.held().node).into()])
    }

    /// The statement that renews the reservation and its new end, when it is time for it.
    pub(crate) fn renewal(&self, now: Timestamp) -> Option<(Plain, Timestamp)> {
        let held = self.held();
        let until = later(now.max(held.until), RESERVED);
        held.is_due(now).then(|| (save(held.node, until), until))
    }

    /// Whether a renewal is due and nobody was told yet.
    pub(crate) fn wants_renewal(&self, now: Timestamp) -> bool {
        let mut held = self.held();
        let first = held.is_due(now) && !held.asked;
        held.asked |= first;
        first
    }

    /// Uses a renewal that was saved.
    pub(crate) fn renewed(&self, until: Timestamp) {
        let mut held = self.held();
        held.until = held.until.max(until);
        held.asked = false;
        held.numbers.extend(until);
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Reservation> {
        // Nothing is left half done inside: every change is one assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

fn save(node: u8, until: Timestamp) -> Plain {
    let sql = "INSERT INTO nodes (node, reserved_until) VALUES ($1, $2) \
               ON CONFLICT (node) DO UPDATE SET reserved_until = excluded.reserved_until \
               WHERE nodes.reserved_until <= excluded.reserved_until";
    Plain::exactly(1, sql.to_owned(), vec![u32::from(node).into(), until.into()])
}

/// The smallest number of a millisecond, whoever gave it.
#[must_use]
pub fn first_number_at(at: Timestamp) -> u64 {
    let soon = later(at, SignedDuration::from_secs(1));
    Numbers::new(0, at, soon).next(at).map_or(0, |number| (number >> BELOW_MS) << BELOW_MS)
}
