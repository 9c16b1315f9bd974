//! Checkpoints of the books from outside, as often as a test wants them.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

/// Copies what stands in the log of the books into their file, with this pause between, without end: whoever
/// calls it is killed.
///
/// # Panics
/// When there are no books.
pub fn without_end(data: &Path, pause: Duration) -> ! {
    let books = Connection::open(data.join("openkassa.db")).expect("the books");
    loop {
        // When somebody reads or copies already, the next time will do.
        let _ = books.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        std::thread::sleep(pause);
    }
}
