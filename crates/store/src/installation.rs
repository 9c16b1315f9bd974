//! The one row about the installation.

use crate::error::StoreError;
use crate::seal::Sealer;
use crate::table::{Shape, Table, int, text};
use crate::value::{Row, Value};
use domain::ids::{Book, BookKind};
use domain::providers::{Installation, InstallationKey};

/// The word of a kind of book in the database and in lists.
#[must_use]
pub const fn kind_word(kind: BookKind) -> &'static str {
    match kind {
        BookKind::Live => "live",
        BookKind::Test => "test",
    }
}

impl Table for Installation {
    const SHAPE: Shape =
        Shape { table: "installation", columns: &[int("book"), text("kind"), int("next_seller")], keys: 1 };

    fn key_values(_: &InstallationKey) -> Vec<Value> {
        vec![Book::PLATFORM.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        Ok(vec![Book::PLATFORM.into(), kind_word(self.kind).into(), self.next_seller.into()])
    }

    fn read(row: &Row, _: &Sealer) -> Result<Installation, StoreError> {
        let known =
            |word: &str| [BookKind::Live, BookKind::Test].into_iter().find(|kind| kind_word(*kind) == word);
        Ok(Installation { kind: row.word("kind", known)?, next_seller: row.number("next_seller")? })
    }
}
