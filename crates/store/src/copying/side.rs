//! One of the two places of a journey, whichever engine it has.

use super::engine;
use super::error::CopyError;
use super::plan::Plan;
use crate::error::StoreError;
use crate::migrate::Engine;
use crate::postgres::address::{Address, without_password};
use crate::postgres::copying as postgres;
use crate::reader::Query;
use crate::sqlite::copying as sqlite;
use crate::value::Row;
use jiff::Timestamp;
use std::path::Path;

/// A database with a transaction that was begun.
pub(crate) struct Side {
    /// Where it is, for people.
    place: String,
    carrier: Carrier,
}

enum Carrier {
    Sqlite(Box<sqlite::Carrier>),
    Postgres(Box<postgres::Carrier>),
}

impl Side {
    /// The old place, as of one moment; nobody else uses it as long as this value lives.
    ///
    /// # Errors
    /// [`CopyError`]: there is none, somebody uses it, or it cannot be read.
    pub(crate) async fn old_place(address: &str) -> Result<Side, CopyError> {
        let place = shown(address);
        let carrier = match engine(address) {
            Engine::Sqlite => {
                let path = path_of(address, &place)?;
                if !path.is_file() {
                    return Err(CopyError::Missing { place });
                }
                let opened = sqlite::Carrier::reading(path);
                Carrier::Sqlite(Box::new(opened.map_err(|error| met(&place, error))?))
            }
            Engine::Postgres => {
                let address = Address::parse(address).map_err(|error| met(&place, error))?;
                let opened = postgres::Carrier::reading(&address).await;
                Carrier::Postgres(Box::new(entered(opened, &place)?))
            }
        };
        Ok(Side { place, carrier })
    }

    /// The new place, empty but for the schema; nothing of it is there before [`Side::commit`].
    ///
    /// # Errors
    /// [`CopyError`]: there is something in it, somebody uses it, or it cannot be written.
    pub(crate) async fn new_place(address: &str, now: Timestamp) -> Result<Side, CopyError> {
        let place = shown(address);
        let (found, carrier) = match engine(address) {
            Engine::Sqlite => {
                let path = path_of(address, &place)?;
                let found = sqlite::found_at(path).map_err(|error| met(&place, error))?;
                if !found.is_empty() {
                    return Err(not_empty(place, &found));
                }
                let made = sqlite::Carrier::arriving(path, now);
                (found, Carrier::Sqlite(Box::new(made.map_err(|error| met(&place, error))?)))
            }
            Engine::Postgres => {
                let address = Address::parse(address).map_err(|error| met(&place, error))?;
                let opened = postgres::Carrier::arriving(&address, now).await;
                let (carrier, found) = entered(opened, &place)?;
                (found, Carrier::Postgres(Box::new(carrier)))
            }
        };
        if !found.is_empty() {
            return Err(not_empty(place, &found));
        }
        Ok(Side { place, carrier })
    }

    /// Where it is, for people.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// An error of this place.
    pub(crate) fn met(&self, detail: StoreError) -> CopyError {
        met(&self.place, detail)
    }

    /// The names of all tables.
    ///
    /// # Errors
    /// [`CopyError::Database`], like all that follow.
    pub(crate) async fn tables(&mut self) -> Result<Vec<String>, CopyError> {
        let tables = match &mut self.carrier {
            Carrier::Sqlite(carrier) => carrier.tables(),
            Carrier::Postgres(carrier) => carrier.tables().await,
        };
        tables.map_err(|error| self.met(error))
    }

    /// The rows of a query.
    pub(crate) async fn read(&mut self, query: &Query) -> Result<Vec<Row>, CopyError> {
        self.rows(query).await.map_err(|error| self.met(error))
    }

    /// The rows of a query, for readers that know no places.
    pub(crate) async fn rows(&mut self, query: &Query) -> Result<Vec<Row>, StoreError> {
        match &mut self.carrier {
            Carrier::Sqlite(carrier) => carrier.rows(&query.sql, &query.values),
            Carrier::Postgres(carrier) => carrier.rows(&query.sql, &query.values).await,
        }
    }

    /// Adds rows to a table.
    pub(crate) async fn insert(&mut self, plan: &Plan, rows: &[Row]) -> Result<(), CopyError> {
        let done = match &mut self.carrier {
            Carrier::Sqlite(carrier) => carrier.insert(plan, rows),
            Carrier::Postgres(carrier) => carrier.insert(plan, rows).await,
        };
        done.map_err(|error| self.met(error))
    }

    /// Has the engine learn how its tables look, where it plans by that.
    pub(crate) async fn analyse(&mut self, plans: &[&Plan]) -> Result<(), CopyError> {
        let done = match &mut self.carrier {
            Carrier::Sqlite(_) => Ok(()),
            Carrier::Postgres(carrier) => carrier.analyse(plans).await,
        };
        done.map_err(|error| self.met(error))
    }

    /// Runs a statement and tells how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<u64, CopyError> {
        let touched = match &mut self.carrier {
            Carrier::Sqlite(carrier) => carrier.run(sql),
            Carrier::Postgres(carrier) => carrier.run(sql).await,
        };
        touched.map_err(|error| self.met(error))
    }

    /// Makes it all be there.
    pub(crate) async fn commit(self) -> Result<(), CopyError> {
        let done = match self.carrier {
            Carrier::Sqlite(carrier) => carrier.commit(),
            Carrier::Postgres(carrier) => carrier.commit().await,
        };
        done.map_err(|error| met(&self.place, error))
    }
}

fn met(place: &str, detail: StoreError) -> CopyError {
    CopyError::Database { place: place.to_owned(), detail }
}

/// A server's answer to somebody who wants the place to itself.
fn entered<T>(opened: Result<T, postgres::Kept>, place: &str) -> Result<T, CopyError> {
    opened.map_err(|kept| match kept {
        postgres::Kept::InUse(by) => CopyError::InUse { place: place.to_owned(), by },
        postgres::Kept::Fault(detail) => met(place, detail),
    })
}

fn not_empty(place: String, found: &[String]) -> CopyError {
    CopyError::NotEmpty { place, what: found.join(", ") }
}

fn shown(address: &str) -> String {
    match engine(address) {
        Engine::Sqlite => address.strip_prefix("sqlite:").unwrap_or(address).to_owned(),
        Engine::Postgres => without_password(address),
    }
}

fn path_of<'a>(address: &'a str, place: &str) -> Result<&'a Path, CopyError> {
    let path = address.strip_prefix("sqlite:").filter(|path| !path.is_empty());
    path.map(Path::new).ok_or_else(|| met(place, StoreError::no_address(address)))
}
