//! Work that stands still, and shops that confirm nothing.

use super::codes::{JOBS_LEASE, JOBS_OVERDUE, JOBS_PARKED, SHOP_SILENT};
use super::finding::{Finding, Known};
use engine::clock::{Clock, InstallationClock};
use jiff::{SignedDuration, Timestamp};
use store::checkup::Checkup;
use store::checkup::work::Stuck;
use store::error::StoreError;

/// Workers look twice a second; a rush is over in less.
const OVERDUE: SignedDuration = SignedDuration::from_mins(5);
/// A lease lasts two minutes, and is taken over as soon as it has ended.
const LEASE_ENDED: SignedDuration = SignedDuration::from_mins(10);
/// No lease lasts so long; one that seems to was given by another clock.
const LEASE_BEYOND: SignedDuration = SignedDuration::from_hours(1);
/// Shops are judged by what they were told since.
const SILENT_SINCE: SignedDuration = SignedDuration::from_hours(72);

pub(super) async fn look(
    checkup: &Checkup,
    clock: &InstallationClock,
    found: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let now = clock.now();
    let before = |length| now.checked_sub(length).unwrap_or(Timestamp::MIN);
    let beyond = now.checked_add(LEASE_BEYOND).unwrap_or(Timestamp::MAX);
    let stuck = [
        (&JOBS_PARKED, checkup.parked().await?),
        (&JOBS_OVERDUE, checkup.overdue(before(OVERDUE)).await?),
        (&JOBS_LEASE, checkup.leases(before(LEASE_ENDED), beyond).await?),
    ];
    let first = found.len();
    found.extend(stuck.iter().filter_map(|(known, stuck)| of_stuck(known, stuck)));
    if found.len() == first {
        found.push(Finding::well("jobs", "no work stands still"));
    }
    for shop in checkup.silent(before(SILENT_SINCE)).await? {
        let (login, count, since) = (shop.login, shop.unconfirmed, shop.since);
        found.push(Finding::of(
            &SHOP_SILENT,
            format!("the shop {login} confirmed none of {count} notices, the first owed since {since}"),
        ));
    }
    Ok(())
}

fn of_stuck(known: &Known, stuck: &Stuck) -> Option<Finding> {
    let Stuck { count, kind: Some(kind), since: Some(since), why } = stuck else { return None };
    let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    Some(Finding::of(known, format!("{count} jobs, the first {kind}, due since {since}{why}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuck_work_is_told_with_its_reason() {
        let stuck = Stuck {
            count: 2,
            kind: Some("carry_refund".to_owned()),
            since: Some(Timestamp::UNIX_EPOCH),
            why: Some("shop_id is missing".to_owned()),
        };
        let finding = of_stuck(&JOBS_PARKED, &stuck).unwrap();
        assert!(finding.what.starts_with("2 jobs, the first carry_refund"), "{}", finding.what);
        assert!(finding.what.ends_with(": shop_id is missing"), "{}", finding.what);
        assert_eq!(of_stuck(&JOBS_PARKED, &Stuck::default()), None);
    }
}
