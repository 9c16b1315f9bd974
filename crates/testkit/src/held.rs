//! Books that somebody else holds: the program's writer waits until they are let go.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;

use crate::postgres::programs;

/// The right to write to the books, withheld from the program; dropping it lets them go.
#[derive(Debug)]
pub struct Held {
    _holder: Holder,
}

#[derive(Debug)]
enum Holder {
    /// A transaction on the file.
    File { _open: Connection },
    /// A session of the server that has locked the table which every writer locks first.
    Session(Child),
}

impl Held {
    /// Takes the books of a data folder, as soon as the program is not writing.
    ///
    /// # Panics
    /// When there are none, or the program writes without end.
    #[must_use]
    pub fn in_folder(data: &Path) -> Held {
        let books = Connection::open(data.join("openkassa.db")).expect("the books");
        books.busy_timeout(Duration::from_secs(5)).expect("a limit for waiting");
        books.execute_batch("BEGIN IMMEDIATE").expect("the books can be held");
        Held { _holder: Holder::File { _open: books } }
    }

    /// Takes the books of a database on a server.
    ///
    /// # Panics
    /// When the server does not let it.
    #[must_use]
    pub fn on_server(address: &str) -> Held {
        let mut command = Command::new(programs().join("psql"));
        command.args(["-X", "-q", "-A", "-t", address]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut session = command.spawn().expect("psql");
        let asked = b"BEGIN; LOCK TABLE books IN EXCLUSIVE MODE; SELECT 'held';\n";
        session.stdin.as_mut().expect("psql listens").write_all(asked).expect("psql listens");
        let mut told = String::new();
        BufReader::new(session.stdout.take().expect("psql answers")).read_line(&mut told).expect("an answer");
        assert_eq!(told, "held\n");
        Held { _holder: Holder::Session(session) }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        match self {
            Holder::File { .. } => {}
            Holder::Session(session) => {
                // A session whose commands end undoes what it has begun.
                drop(session.stdin.take());
                let _ = session.wait();
            }
        }
    }
}
