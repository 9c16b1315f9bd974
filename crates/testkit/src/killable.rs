//! A PostgreSQL server that one test has for itself, to be killed without warning and started again.
//!
//! Unlike the server that all tests share it syncs as one in earnest does.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::postgres::programs;

/// So often it is looked whether the server answers, …
const LOOKS_MAX: u32 = 600;
/// … with this pause between.
const PAUSE: Duration = Duration::from_millis(50);

/// What a server is started with, wherever its data is.
const SETTINGS: [&str; 4] = ["listen_addresses=", "port=5432", "max_connections=60", "shared_buffers=32MB"];
/// On a small disk it keeps little of its write-ahead log, and takes new files for it instead of old ones: so
/// it soon finds out that there is no room.
const SETTINGS_WHEN_SMALL: [&str; 3] = ["max_wal_size=8MB", "min_wal_size=2MB", "wal_recycle=off"];
/// So much of the log is shown when a server does not start.
const LOG_BYTES_SHOWN: usize = 4_000;

/// Where a server on a small disk has its write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteAhead {
    /// On the same disk.
    OnTheDisk,
    /// On another one, where there is room.
    Elsewhere,
}

/// A server with its folder. Dropping it kills the server and removes the folder.
#[derive(Debug)]
pub struct KillableServer {
    /// What is not on a small disk: the socket and what the server tells.
    folder: TempDir,
    data: PathBuf,
    settings: Vec<&'static str>,
    postmaster: Option<Child>,
}

impl KillableServer {
    /// Makes a server and starts it; it listens on a socket in its own folder.
    ///
    /// # Panics
    /// When it cannot be made; the message shows why.
    #[must_use]
    pub fn new() -> KillableServer {
        let folder = folder();
        let data = folder.path().join("data");
        let made_with = ["--no-sync".to_owned()];
        KillableServer::made(folder, data, &made_with, &[])
    }

    /// The same with its data in a new folder on a small disk, which from then on belongs to the server's user.
    ///
    /// # Panics
    /// As `new`.
    #[must_use]
    pub fn on_disk(disk: &Path, log: WriteAhead) -> KillableServer {
        let folder = folder();
        give(disk);
        // It is synced from the beginning: of a disk that breaks nothing else can be expected to be there.
        let mut made_with = vec!["--wal-segsize=1".to_owned()];
        match log {
            WriteAhead::OnTheDisk => {}
            WriteAhead::Elsewhere => {
                made_with.push(format!("--waldir={}", folder.path().join("wal").display()))
            }
        }
        KillableServer::made(folder, disk.join("data"), &made_with, &SETTINGS_WHEN_SMALL)
    }

    fn made(
        folder: TempDir,
        data: PathBuf,
        made_with: &[String],
        settings: &[&'static str],
    ) -> KillableServer {
        let made = as_server("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])
            .args(made_with)
            .arg("-D")
            .arg(&data)
            .output()
            .expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let settings = SETTINGS.iter().chain(settings).copied().collect();
        let mut server = KillableServer { folder, data, settings, postmaster: None };
        server.start();
        server
    }

    /// The address of a database from which others can be made.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://postgres@/postgres?host={}", self.folder.path().display())
    }

    /// Starts the server on the same folder, and waits until it has put right what a crash has left.
    ///
    /// # Panics
    /// When it runs already, or does not answer within half a minute; the message shows its log.
    pub fn start(&mut self) {
        if let Err(told) = self.try_start() {
            panic!("PostgreSQL did not start:\n{told}");
        }
    }

    /// The same where the server may find that it cannot begin.
    ///
    /// # Errors
    /// What it told of that, when it ended again or did not answer within half a minute.
    ///
    /// # Panics
    /// When it runs already.
    pub fn try_start(&mut self) -> Result<(), String> {
        assert!(self.postmaster.is_none(), "the server runs already");
        let log = File::options().create(true).append(true).open(self.log_file()).expect("the server's log");
        let mut command = as_server("postgres");
        command.arg("-D").arg(&self.data).arg("-k").arg(self.folder.path());
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("the log")).stderr(log);
        self.postmaster = Some(command.spawn().expect("postgres"));
        for _ in 0..LOOKS_MAX {
            let mut ask = Command::new(programs().join("pg_isready"));
            ask.arg("-q").arg("-h").arg(self.folder.path());
            if ask.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            if self.has_ended() {
                break;
            }
            sleep(PAUSE);
        }
        let told = self.log();
        let begins = told.len().saturating_sub(LOG_BYTES_SHOWN);
        Err(told.chars().skip(begins).collect())
    }

    /// Whether the server has ended by itself; then it can be started again.
    ///
    /// # Panics
    /// When the system does not tell.
    pub fn has_ended(&mut self) -> bool {
        let Some(postmaster) = &mut self.postmaster else { return true };
        let ended = postmaster.try_wait().expect("a process can be asked after").is_some();
        if ended {
            self.postmaster = None;
        }
        ended
    }

    /// Everything that the server has told in all its runs.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Ends the postmaster and all its processes at once, as a power cut would.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill9(&mut self) {
        let mut postmaster = self.postmaster.take().expect("the server runs");
        let parent = postmaster.id();
        // First it is stopped, so that it neither starts more processes nor sees the others die.
        signal(parent, Signal::STOP);
        let children = children_of(parent);
        signal(parent, Signal::KILL);
        children.into_iter().for_each(|child| signal(child, Signal::KILL));
        postmaster.wait().expect("the server has ended");
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Default for KillableServer {
    fn default() -> KillableServer {
        KillableServer::new()
    }
}

impl Drop for KillableServer {
    fn drop(&mut self) {
        if self.postmaster.is_some() {
            self.kill9();
        }
    }
}

/// A folder that belongs to the server's user.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("openkassa-killable-").tempdir().expect("a folder");
    give(folder.path());
    folder
}

/// Gives a folder to the user as whom the server runs.
fn give(folder: &Path) {
    if is_root() && !is_root_by_name_only() {
        let done = Command::new("chown").arg("postgres").arg(folder).status();
        assert!(done.is_ok_and(|status| status.success()), "the folder is given to \"postgres\"");
    }
}

/// A program of the server, as the user that may run it: PostgreSQL refuses to run as root.
fn as_server(program: &str) -> Command {
    let program = programs().join(program);
    let mut command = if is_root_by_name_only() {
        // In a namespace within the namespace the same user has another number.
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-user=1000", "--map-group=1000"]).arg(program);
        command
    } else if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether this is an ordinary user who is called root in a namespace that has no other user.
fn is_root_by_name_only() -> bool {
    let users = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    let users: Vec<&str> = users.split_whitespace().collect();
    is_root() && matches!(users[..], [_, _, "1"])
}

fn signal(process: u32, signal: Signal) {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw).expect("the number of a process");
    // One that has ended by itself meanwhile is as dead as the others.
    let _ = kill_process(process, signal);
}

/// The processes that a process has started and that still run.
fn children_of(parent: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("the system's list of processes").flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|process| parent_of(*process) == Some(parent)).collect()
}

fn parent_of(process: u32) -> Option<u32> {
    let text = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()?;
    // The name stands in brackets and may hold anything; state and parent follow it.
    text.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_children_of_a_process_are_found_and_nobody_else() {
        let mut child = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
        let found = children_of(std::process::id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found.contains(&child.id()), "{found:?}");
        assert!(!found.contains(&std::process::id()));
    }

    #[test]
    fn a_server_that_was_killed_has_what_was_committed_when_it_is_back() {
        let mut server = KillableServer::new();
        let ask = |server: &KillableServer, sql: &str| {
            let mut psql = Command::new(programs().join("psql"));
            let told = psql.args(["-X", "-q", "-A", "-t", "-c", sql, &server.address()]).output().unwrap();
            (told.status.success(), String::from_utf8(told.stdout).unwrap())
        };
        assert!(ask(&server, "CREATE TABLE kept AS SELECT 7 AS number").0);
        server.kill9();
        assert!(!ask(&server, "SELECT number FROM kept").0);
        server.start();
        assert_eq!(ask(&server, "SELECT number FROM kept"), (true, "7\n".to_owned()));
    }
}
