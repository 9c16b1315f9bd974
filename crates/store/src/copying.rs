//! Carrying a whole installation from one database to another, and proving it before it is there.
//!
//! What arrives is one transaction: read from the old place as of one moment while nobody serves it,
//! read back row by row, checked like any books, and only then committed. Whatever goes wrong, the new
//! place stays as empty as it was.

pub mod error;
pub(crate) mod found;
pub(crate) mod plan;
pub(crate) mod side;

use crate::error::StoreError;
use crate::installation::kind_word;
use crate::jobs::end_all_leases;
use crate::migrate::{Engine, FOUND_VERSION, MIGRATIONS};
use crate::reader::{Query, Snapshot};
use crate::reads::books::{self, Report};
use crate::seal::{MasterKey, Sealer};
use crate::store::opening::{opened_key, sealed_key};
use crate::value::{Row, Value};
use domain::ids::BookKind;
use error::CopyError;
use jiff::Timestamp;
use plan::Plan;
use side::Side;

/// Tables whose rows belong to the place and not to the installation. The schema's version is written
/// by whoever makes the schema. The last turn of a writer settles what became of a commit whose answer
/// was lost; no commit of the old place is in doubt when it is carried, and none of its writers goes on.
pub const LEFT_BEHIND: [&str; 2] = ["schema_version", "writers"];

/// What is to be carried where.
pub struct Journey {
    /// The address of the old database: `sqlite:PATH` or `postgres://USER@HOST/DATABASE`.
    pub from: String,
    /// The address of the new one, which must be empty.
    pub to: String,
    /// The key under which secrets are sealed, before and after.
    pub master_key: MasterKey,
    /// The present moment.
    pub now: Timestamp,
}

/// An installation that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Whether it is a live or a test one.
    pub kind: BookKind,
    /// What was carried, in the order of the names.
    pub tables: Vec<Carried>,
    /// So many jobs were under way at the old place and are due anew.
    pub leases_ended: u64,
    /// So many books have a chain of entries; each ends in the same hash as before.
    pub chains: u64,
    /// What the check of all books found at the new place; green, or nothing would have arrived.
    pub books: Report,
}

/// A table that was carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Its name.
    pub table: String,
    /// So many rows, at both places.
    pub rows: u64,
}

/// Carries an installation, with constant memory.
///
/// That no program has the data folder of an SQLite file is the caller's care; on a server the store
/// sees to it itself, and keeps nodes from starting meanwhile.
///
/// # Errors
/// [`CopyError`]; nothing has arrived then, save for a commit whose answer was lost, which it says.
pub async fn copy(journey: &Journey) -> Result<Arrived, CopyError> {
    let plans = plan::of_the_schema()?;
    let sealer = Sealer::new(&journey.master_key);
    // The new place first: a place that is carried to itself is told as one that is not empty.
    let mut to = Side::new_place(&journey.to, journey.now).await?;
    let mut from = Side::old_place(&journey.from).await?;
    let kind = recognise(&mut from, &sealer).await?;
    let carried = plans.iter().filter(|plan| !LEFT_BEHIND.contains(&plan.name.as_str()));
    let carried: Vec<&Plan> = carried.collect();
    for plan in &carried {
        carry(&mut from, &mut to, plan).await?;
    }
    to.analyse(&carried).await?;
    let mut tables = Vec::with_capacity(carried.len());
    for plan in &carried {
        tables.push(Carried { table: plan.name.clone(), rows: compared(&mut from, &mut to, plan).await? });
    }
    // The workers of the old place are gone, and its nodes are no nodes of the new one.
    let leases_ended = to.run(end_all_leases()).await?;
    let (to, books) = proven(to, &sealer).await?;
    to.commit().await?;
    let chains = tables.iter().find(|one| one.table == "books").map_or(0, |one| one.rows);
    Ok(Arrived { kind, tables, leases_ended, chains, books })
}

/// What kind of installation a place holds, once it is certain that this program and this key fit it.
async fn recognise(from: &mut Side, sealer: &Sealer) -> Result<BookKind, CopyError> {
    let place = from.place().to_owned();
    let nothing = || CopyError::NoInstallation { place: place.clone() };
    if !from.tables().await?.iter().any(|table| table == "schema_version") {
        return Err(nothing());
    }
    let version = from.read(&Query::new(FOUND_VERSION, Vec::new())).await?;
    let version = version.first().map_or(Ok(0), |row| row.small("found")).map_err(|error| from.met(error))?;
    let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
    if version != known {
        return Err(CopyError::Version { place, found: version, known });
    }
    let rows = from.read(&Query::new("SELECT kind FROM installation", Vec::new())).await?;
    let row = rows.first().ok_or_else(nothing)?;
    let known =
        |word: &str| [BookKind::Live, BookKind::Test].into_iter().find(|kind| kind_word(*kind) == word);
    let kind = row.word("kind", known).map_err(|error| from.met(error.of_table("installation")))?;
    let key = from.read(&sealed_key()).await?;
    match opened_key(&key, sealer) {
        Ok(_) => Ok(kind),
        Err(StoreError::WrongMasterKey) => Err(CopyError::WrongMasterKey { place }),
        Err(error) => Err(from.met(error)),
    }
}

/// Carries the rows of a table in the order of its key, page by page.
async fn carry(from: &mut Side, to: &mut Side, plan: &Plan) -> Result<(), CopyError> {
    let mut last = None;
    loop {
        let rows = page(from, plan, last.as_deref()).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = Some(plan.key_of(end));
        to.insert(plan, &rows).await?;
    }
}

/// Reads both places again and counts the rows; each must be the same.
async fn compared(from: &mut Side, to: &mut Side, plan: &Plan) -> Result<u64, CopyError> {
    let (mut last, mut count) = (None, 0_u64);
    loop {
        let there = page(from, plan, last.as_deref()).await?;
        let here = page(to, plan, last.as_deref()).await?;
        if !there.iter().map(Row::values).eq(here.iter().map(Row::values)) {
            return Err(CopyError::Differs { table: plan.name.clone() });
        }
        let Some(end) = there.last() else { return Ok(count) };
        last = Some(plan.key_of(end));
        count = count.saturating_add(there.len() as u64);
    }
}

async fn page(side: &mut Side, plan: &Plan, after: Option<&[Value]>) -> Result<Vec<Row>, CopyError> {
    let values = after.map(<[Value]>::to_vec).unwrap_or_default();
    side.read(&Query::new(plan.page(after.is_some()), values)).await
}

/// Checks all books at the new place, as whoever fills it sees them.
async fn proven(to: Side, sealer: &Sealer) -> Result<(Side, Report), CopyError> {
    let place = to.place().to_owned();
    let mut snapshot = Snapshot::of_arriving(to);
    let checked = books::check(&mut snapshot, sealer).await;
    let report = checked.map_err(|detail| CopyError::Database { place: place.clone(), detail })?;
    if !report.is_green() {
        return Err(CopyError::NotGreen(report));
    }
    match snapshot.into_arriving() {
        Some(to) => Ok((to, report)),
        None => Err(CopyError::Database { place, detail: StoreError::Closed }),
    }
}

/// The engine of an address, which decides how a place is looked at.
fn engine(address: &str) -> Engine {
    if crate::postgres::address::Address::is_one(address) { Engine::Postgres } else { Engine::Sqlite }
}

#[cfg(test)]
mod tests;
