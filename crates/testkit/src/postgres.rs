//! A throw-away PostgreSQL server, shared by all tests that run, and gone soon after the last.
//!
//! Nothing but the standard library is used here, so that rooms below this one can take the file in
//! as it is. `DATABASE_URL` names a server to be used instead.

use std::fs::{File, create_dir_all};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

/// The oldest version that we are tested with.
const OLDEST: u32 = 15;
/// So often we look whether the server answers, …
const LOOKS_MAX: u32 = 600;
/// … with this pause between.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes the server, watches who uses it, and takes everything away when nobody has for ten seconds.
/// Whoever starts or uses it holds a lock, and the system takes the lock from whoever dies.
const KEEPER: &str = r#"
set -eu
bin=$1 folder=$2
rm -rf "$folder/data"
"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync
"$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c port=5432 -c fsync=off \
    -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB -c deadlock_timeout=100ms &
server=$!
idle=0
while kill -0 $server; do
    sleep 2
    if flock -n -x "$folder/users" true; then idle=$((idle + 1)); else idle=0; fi
    [ $idle -ge 5 ] || continue
    exec 9<"$folder/start"
    flock 9
    if flock -n -x "$folder/users" true; then
        kill -INT $server
        wait $server || true
        rm -rf "$folder/data"
        exit
    fi
    exec 9<&-
done
"#;

/// The address of a database on the server from which others can be made, as libpq takes it.
///
/// # Panics
/// When there is no server and none can be started; the message says what to install.
#[must_use]
pub fn server() -> &'static str {
    static SERVER: OnceLock<(String, Option<File>)> = OnceLock::new();
    let (address, _) = SERVER.get_or_init(|| match std::env::var("DATABASE_URL") {
        Ok(address) => (address, None),
        Err(_) => {
            let (address, users) = own_server();
            (address, Some(users))
        }
    });
    address
}

/// Finds the server or starts it; it stays as long as the file is open somewhere.
fn own_server() -> (String, File) {
    let folder = std::env::temp_dir().join(format!("openkassa-postgres-{}", own_number("-u")));
    create_dir_all(&folder).expect("a folder for PostgreSQL");
    let start = lock_file(&folder, "start");
    start.lock().expect("the lock for starting PostgreSQL");
    let users = lock_file(&folder, "users");
    let socket = folder.join(".s.PGSQL.5432");
    if UnixStream::connect(&socket).is_err() {
        keep(&folder);
        wait_for(&socket, &folder);
    }
    users.lock_shared().expect("the lock for using PostgreSQL");
    (format!("postgres://postgres@/postgres?host={}", folder.display()), users)
}

fn lock_file(folder: &Path, name: &str) -> File {
    File::options().create(true).append(true).open(folder.join(name)).expect("a lock file for PostgreSQL")
}

fn own_number(what: &str) -> String {
    let told = Command::new("id").arg(what).output().expect("id");
    String::from_utf8_lossy(&told.stdout).trim().to_owned()
}

/// A shell that can run a server in a folder. PostgreSQL refuses to run as root, so both the folder and
/// the shell are then given to the user that its package made.
///
/// # Panics
/// When there is no such user; the message says what to install.
#[must_use]
pub fn shell_in(folder: &Path) -> Command {
    if own_number("-u") != "0" {
        return Command::new("sh");
    }
    let done = Command::new("chown").arg("postgres").arg(folder).status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "there is no user \"postgres\" to run PostgreSQL as: {}",
        advice()
    );
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    command
}

#[expect(clippy::zombie_processes, reason = "it outlives this process on purpose, and goes by itself")]
fn keep(folder: &Path) {
    let mut command = shell_in(folder);
    let log = File::create(folder.join("log")).expect("PostgreSQL's log");
    command.args(["-c", KEEPER, "keeper"]).arg(programs()).arg(folder).current_dir("/");
    command.stdin(Stdio::null()).stdout(log.try_clone().expect("the log")).stderr(log);
    // A group of its own: whoever ends the test's group does not end what other tests use.
    command.process_group(0).spawn().expect("the keeper of PostgreSQL");
}

/// Waits until the server of a folder answers on its socket.
///
/// # Panics
/// When it does not; the message shows its log.
pub fn wait_for(socket: &Path, folder: &Path) {
    for _ in 0..LOOKS_MAX {
        if UnixStream::connect(socket).is_ok() && is_ready(folder) {
            return;
        }
        sleep(PAUSE);
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("PostgreSQL did not start; its log says:\n{log}");
}

fn is_ready(folder: &Path) -> bool {
    let asked = Command::new(programs().join("pg_isready")).arg("-q").arg("-h").arg(folder).status();
    asked.is_ok_and(|status| status.success())
}

/// Where the newest of the installed servers has its programs.
///
/// # Panics
/// When there are none; the message says what to install.
#[must_use]
pub fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = installed.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        (version >= OLDEST && programs.join("initdb").is_file()).then_some((version, programs))
    });
    if let Some((_, programs)) = versions.max() {
        return programs;
    }
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).find(|path| path.join("initdb").is_file());
    found.unwrap_or_else(|| panic!("the programs of PostgreSQL's server are missing: {}", advice()))
}

fn advice() -> String {
    format!(
        "install them with `apt-get install postgresql` ({OLDEST} or newer), or name a server on which \
         databases can be made in DATABASE_URL"
    )
}
