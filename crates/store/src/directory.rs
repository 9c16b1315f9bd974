//! Directories as rows: what leads from a stranger's words to a book, only ever added.

use crate::error::StoreError;
use crate::table::{Shape, inside, int, text};
use crate::value::Value;
use domain::decide::DirectoryLine;
use domain::ids::Book;

/// Logins of shops. A small reference table: a login is unique everywhere.
pub const SHOP_LOGINS: Shape =
    Shape { table: "shop_logins", columns: &[text("login"), int("shop"), int("book")], keys: 1 };

/// What providers call our attempts. Distributed by its own key.
pub const PROVIDER_REFERENCES: Shape = Shape {
    table: "provider_references",
    columns: &[text("reference"), int("account"), int("attempt"), int("book")],
    keys: 2,
};

/// The table of a line and its values.
pub(crate) fn write(line: &DirectoryLine) -> Result<(&'static Shape, Vec<Value>), StoreError> {
    Ok(match line {
        DirectoryLine::ShopLogin { login, shop } => {
            (&SHOP_LOGINS, vec![login.into(), shop.number.into(), shop.book.into()])
        }
        DirectoryLine::ProviderReference { account, reference, attempt } => (
            &PROVIDER_REFERENCES,
            vec![
                reference.into(),
                inside(*account, Book::PLATFORM)?,
                attempt.number.into(),
                attempt.book.into(),
            ],
        ),
    })
}
