//! A database for one running program on the throw-away server, or on a server that a test has for itself.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::postgres::{programs, server};

/// A database of its own on the server; gone when it is dropped.
#[derive(Debug)]
pub struct Database {
    name: String,
    /// A database of the same server from which this one was made.
    server: String,
}

impl Database {
    /// Makes one, empty, on the server that all tests share.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Database {
        Database::on(server())
    }

    /// Makes one, empty, on the server with this address, as libpq takes it.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn on(server: &str) -> Database {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("journey_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        psql(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        psql(server, &format!("CREATE DATABASE {name} TEMPLATE template0"));
        Database { name, server: server.to_owned() }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> String {
        let (scheme, rest) = self.server.split_once("://").expect("an address");
        let (host, rest) = rest.split_once('/').expect("an address with a database");
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        format!("{scheme}://{host}/{}?{query}", self.name)
    }
}

impl Default for Database {
    fn default() -> Database {
        Database::new()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that fails may have left its server dead; its own message is the one to be read.
        if !std::thread::panicking() {
            psql(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

fn psql(server: &str, sql: &str) {
    let done = Command::new(programs().join("psql")).args(["-X", "-q", "-c", sql, server]).output();
    let done = done.expect("psql");
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
}
