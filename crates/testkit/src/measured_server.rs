//! A PostgreSQL server of one's own, with nothing turned off that makes it durable, for measurements.

use std::fs::{File, create_dir_all, read_to_string};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::postgres::{programs, shell_in, wait_for};

/// Makes the data if they are not there, and runs the server until its input ends: so it never outlives
/// whoever started it.
const KEEPER: &str = r#"
set -eu
bin=$1 folder=$2
[ -d "$folder/data" ] || "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C
"$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c port=5432 \
    -c shared_buffers=512MB -c max_wal_size=8GB &
server=$!
read -r _ || true
kill -INT $server
wait $server || true
"#;

/// A running server. Dropping it ends the server; its data stay in the folder.
#[derive(Debug)]
pub struct MeasuredServer {
    folder: PathBuf,
    keeper: Child,
    pid: u32,
}

impl MeasuredServer {
    /// Starts the server of a folder, which is made and filled if there is none.
    ///
    /// # Panics
    /// When it does not start; the message shows its log.
    #[must_use]
    pub fn start(folder: &Path) -> MeasuredServer {
        create_dir_all(folder).expect("a folder for PostgreSQL");
        let mut command = shell_in(folder);
        let log = File::create(folder.join("log")).expect("PostgreSQL's log");
        command.args(["-c", KEEPER, "keeper"]).arg(programs()).arg(folder).current_dir("/");
        command.stdin(Stdio::piped()).stdout(log.try_clone().expect("the log")).stderr(log);
        // A group of its own: whoever is interrupted at the keyboard still has a server to put in order.
        let keeper = command.process_group(0).spawn().expect("the keeper of PostgreSQL");
        wait_for(&folder.join(".s.PGSQL.5432"), folder);
        let told = read_to_string(folder.join("data/postmaster.pid")).expect("the server's own note");
        let pid = told.lines().next().and_then(|line| line.parse().ok()).expect("the server's number");
        MeasuredServer { folder: folder.to_owned(), keeper, pid }
    }

    /// The number of the server's first process; all others are its children.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The address of one of its databases.
    #[must_use]
    pub fn address(&self, database: &str) -> String {
        format!("postgres://postgres@/{database}?host={}", self.folder.display())
    }

    /// Makes a database, unless it is there.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn make(&self, database: &str) {
        let known = self.tell(&format!("SELECT 1 FROM pg_database WHERE datname = '{database}'"));
        if known.is_empty() {
            self.tell(&format!("CREATE DATABASE {database} TEMPLATE template0"));
        }
    }

    /// What the server answers to a statement, without any ornaments.
    ///
    /// # Panics
    /// When it refuses.
    pub fn tell(&self, sql: &str) -> String {
        let mut command = Command::new(programs().join("psql"));
        let done = command.args(["-X", "-A", "-t", "-q", "-c", sql]).arg(self.address("postgres")).output();
        let done = done.expect("psql");
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }
}

impl Drop for MeasuredServer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Its data are thrown away or start again from their log.
        let _ = self.keeper.wait();
    }
}

/// Which PostgreSQL is started.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn postgres_version() -> String {
    let told = Command::new(programs().join("postgres")).arg("--version").output().expect("PostgreSQL");
    String::from_utf8_lossy(&told.stdout).trim().to_owned()
}

/// Which SQLite is linked.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_durable_keeps_its_data_and_ends_with_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let cluster = MeasuredServer::start(folder.path());
        for promise in ["fsync", "full_page_writes", "synchronous_commit"] {
            assert_eq!(cluster.tell(&format!("SHOW {promise}")), "on", "{promise}");
        }
        cluster.make("books");
        let (pid, first) =
            (cluster.pid(), cluster.tell("SELECT oid FROM pg_database WHERE datname = 'books'"));
        drop(cluster);
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
        let again = MeasuredServer::start(folder.path());
        again.make("books");
        assert_eq!(again.tell("SELECT oid FROM pg_database WHERE datname = 'books'"), first);
    }
}
