//! A database for one running program on the throw-away server.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::postgres::{programs, server};

/// A database of its own on the server; gone when it is dropped.
#[derive(Debug)]
pub struct Database {
    name: String,
}

impl Database {
    /// Makes one, empty.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Database {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("journey_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        psql(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        psql(&format!("CREATE DATABASE {name} TEMPLATE template0"));
        Database { name }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> String {
        let (scheme, rest) = server().split_once("://").expect("an address");
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
        psql(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

fn psql(sql: &str) {
    let done = Command::new(programs().join("psql")).args(["-X", "-q", "-c", sql, server()]).output();
    let done = done.expect("psql");
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
}
