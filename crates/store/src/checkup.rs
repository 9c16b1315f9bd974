//! A look at a database from outside: it changes nothing, whoever serves the database meanwhile.

pub mod server;
pub mod work;

use crate::clock;
use crate::error::StoreError;
use crate::installation::kind_word;
use crate::migrate::{FOUND_VERSION, MIGRATIONS};
use crate::postgres::address::Address;
use crate::reader::{Query, Reader};
use crate::reads::books::{Report, check};
use crate::seal::{MasterKey, Sealer};
use crate::store::opening::{opened_key, sealed_key};
use domain::ids::BookKind;
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;

/// So many connections read at once: one query after the other is asked.
const READERS: usize = 1;

/// A database that is only read: nothing is migrated, reserved or leased.
pub struct Checkup {
    reader: Reader,
    sealer: Arc<Sealer>,
    server: Option<Address>,
}

/// How far the schema of a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The version that was applied last.
    pub found: u32,
    /// The oldest version that a program must know to use it.
    pub oldest: u32,
    /// The newest version that this program knows.
    pub known: u32,
}

/// The latest moments that the database has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    /// When the last entry of any book was saved.
    pub last_entry: Option<Timestamp>,
    /// Until when the numbers of some node are reserved.
    pub reserved_until: Option<Timestamp>,
}

impl Checkup {
    /// The database at an address; no connection is opened yet. Without a key whatever is sealed stays so.
    ///
    /// # Errors
    /// [`StoreError::Address`].
    pub fn at(address: &str, key: Option<&MasterKey>) -> Result<Checkup, StoreError> {
        let sealer = Arc::new(key.map_or_else(|| Sealer::new(&MasterKey::new([0; 32])), Sealer::new));
        if Address::is_one(address) {
            let server = Address::parse(address)?;
            let reader = Reader::of_server(server.clone(), READERS, sealer.clone());
            return Ok(Checkup { reader, sealer, server: Some(server) });
        }
        let path = address.strip_prefix("sqlite:").filter(|path| !path.is_empty());
        let path = PathBuf::from(path.ok_or_else(|| StoreError::no_address(address))?);
        Ok(Checkup { reader: Reader::new(path, READERS, sealer.clone()), sealer, server: None })
    }

    /// How far the schema is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], like all that follow, when the database does not answer.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        let rows = self.reader.rows(Query::new(FOUND_VERSION, Vec::new())).await?;
        let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
        let row = rows.first().ok_or_else(|| StoreError::corrupt("version", "nothing was counted"))?;
        Ok(Schema { found: row.small("found")?, oldest: row.small("oldest")?, known })
    }

    /// The kind of the installation; none where nobody has set one up.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn kind(&self) -> Result<Option<BookKind>, StoreError> {
        let rows = self.reader.rows(Query::new("SELECT kind FROM installation", Vec::new())).await?;
        let known =
            |word: &str| [BookKind::Live, BookKind::Test].into_iter().find(|kind| kind_word(*kind) == word);
        let kind = rows.first().map(|row| row.word("kind", known)).transpose();
        kind.map_err(|error| error.of_table("installation"))
    }

    /// How far the installation's clock was moved ahead of the machine's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clock_ahead(&self) -> Result<SignedDuration, StoreError> {
        match self.schema().await?.found {
            found if found < clock::SINCE => Ok(SignedDuration::ZERO),
            _ => clock::ahead(&self.reader).await,
        }
    }

    /// Whether the master key opens what was sealed when the database was made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn key_opens(&self) -> Result<bool, StoreError> {
        let rows = self.reader.rows(sealed_key()).await?;
        match opened_key(&rows, &self.sealer) {
            Ok(_) => Ok(true),
            Err(StoreError::WrongMasterKey) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The latest moments that were saved.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn moments(&self) -> Result<Moments, StoreError> {
        let sql = "SELECT (SELECT MAX(last_at) FROM books) AS last_entry, \
                   (SELECT MAX(reserved_until) FROM nodes) AS reserved_until";
        let rows = self.reader.rows(Query::new(sql, Vec::new())).await?;
        rows.first().map_or(Ok(Moments::default()), |row| {
            let (last_entry, reserved_until) =
                (row.maybe_time("last_entry")?, row.maybe_time("reserved_until")?);
            Ok(Moments { last_entry, reserved_until })
        })
    }

    /// Checks all books as of one moment. The key must open the database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn books(&self) -> Result<Report, StoreError> {
        check(&mut self.reader.snapshot().await?, &self.sealer).await
    }
}

#[cfg(test)]
mod tests;
