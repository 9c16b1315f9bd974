//! A database that somebody else holds: the program's writer waits until it is let go.

use std::path::Path;

use rusqlite::Connection;

/// Holds the only right to write to the books; dropping it lets them go.
#[derive(Debug)]
pub struct Held(Connection);

impl Held {
    /// Takes the books of a data folder, as soon as the program is not writing.
    ///
    /// # Panics
    /// When there are none, or the program writes without end.
    pub fn books(data: &Path) -> Held {
        let books = Connection::open(data.join("openkassa.db")).expect("the books");
        books.busy_timeout(std::time::Duration::from_secs(5)).expect("a limit for waiting");
        books.execute_batch("BEGIN IMMEDIATE").expect("the books can be held");
        Held(books)
    }

    /// Lets them go.
    ///
    /// # Panics
    /// When the database does not answer.
    pub fn let_go(self) {
        self.0.execute_batch("ROLLBACK").expect("the books can be let go");
    }
}
