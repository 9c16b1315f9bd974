//! A small disk in a mount namespace of its own, which a test fills up, forbids to write on, or breaks.

use std::env;
use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

/// Tells a test that it runs where it may mount, and where its small disk is.
const SMALL_DISK: &str = "CRASH_SMALL_DISK";
/// Whatever room comes up on a disk that is full is taken after so long, …
const PAUSE: Duration = Duration::from_millis(20);
/// … and so often it is tried to make a disk read-only.
const LOOKS_MAX: u32 = 500;

/// What a small disk is made of.
#[derive(Debug, Clone, Copy)]
pub enum Made {
    /// Memory, which needs no more than a namespace.
    OfMemory {
        /// How much it holds.
        megabytes: u32,
    },
    /// Blocks with a journal, which break as those of a machine do; only root may mount them.
    OfBlocks {
        /// How much it holds, the journal included.
        megabytes: u32,
    },
}

impl Made {
    /// Mounts the disk in the folder of the first argument and goes on with the others.
    fn script(self) -> String {
        let mount = match self {
            Made::OfMemory { megabytes } => {
                format!(r#"mount -t tmpfs -o size={megabytes}m,mode=700 tmpfs "$1/disk""#)
            }
            // The blocks must not lie below what is mounted of them, or neither would ever go away.
            Made::OfBlocks { megabytes } => format!(
                r#"rm -f "$1/blocks" && truncate -s {megabytes}M "$1/blocks" &&
                mkfs.ext4 -q -F "$1/blocks" && mount -o loop "$1/blocks" "$1/disk""#
            ),
        };
        format!(r#"mkdir -p "$1/disk" && {mount} && shift && exec "$@""#)
    }
}

/// The disk of a test that runs in its namespace.
pub struct SmallDisk {
    /// Where it is mounted.
    mounted: PathBuf,
    /// What it is made of, if it is made of blocks.
    blocks: PathBuf,
}

/// Runs a test with a small disk in a mount namespace of its own, which nobody else sees and which goes away
/// with it. Where that is not allowed the test is skipped, and says so.
pub fn on_a_small_disk(test: &str, made: Made, body: impl AsyncFnOnce(&SmallDisk)) {
    if let Some(place) = env::var_os(SMALL_DISK) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let place = PathBuf::from(place);
        let disk = SmallDisk { mounted: place.join("disk"), blocks: place.join("blocks") };
        return runtime.expect("a runtime").block_on(body(&disk));
    }
    let place = tempfile::Builder::new().prefix("openkassa-small-").tempdir().expect("a folder");
    // A server runs as another user, who must come through to the disk.
    fs::set_permissions(place.path(), Permissions::from_mode(0o711)).expect("a folder of ours");
    let script = made.script();
    let as_others: [&[&str]; 2] = [&["-m"], &["-Urm"]];
    let inside = |flags: &[&str], program: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(flags).args(["sh", "-c", &script, "mount"]).arg(place.path()).args(program);
        command
    };
    let mut why = Vec::new();
    let allowed = as_others.into_iter().find(|flags| match inside(flags, &["true"]).output() {
        Ok(done) if done.status.success() => true,
        Ok(done) => {
            why.push(String::from_utf8_lossy(&done.stderr).trim().to_owned());
            false
        }
        Err(error) => {
            why.push(error.to_string());
            false
        }
    });
    let Some(flags) = allowed else {
        eprintln!("\n!!! SKIPPED: {test}\n!!! a disk cannot be mounted here: {}\n", why.join("; "));
        return;
    };
    let myself = env::current_exe().expect("this program");
    let done = inside(flags, &[])
        .arg(myself)
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env(SMALL_DISK, place.path())
        .output()
        .expect("this test in its namespace");
    let told = [done.stdout, done.stderr].map(|told| String::from_utf8_lossy(&told).into_owned());
    assert!(done.status.success(), "in its namespace the test failed:\n{}\n{}", told[0], told[1]);
    // A test that has another name by now would not be run at all.
    assert!(told[0].contains("1 passed"), "{}", told[0]);
    // Seeds and counts are worth reading when all is well, too.
    print!("{}", told[0]);
}

impl SmallDisk {
    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.mounted
    }

    /// Fills what is left of it, and goes on filling it whenever somebody else gives room back.
    pub fn fill(&self) -> Ballast {
        let path = self.mounted.join("ballast");
        let mut file = File::create(&path).expect("a file for the ballast");
        let mut fill = move || {
            // Large pieces first, then whatever little is left.
            for size in [1 << 20, 1 << 12, 1] {
                while file.write_all(&vec![7; size]).is_ok() {}
            }
        };
        fill();
        let enough = Arc::new(AtomicBool::new(false));
        let until = enough.clone();
        let filling = spawn(move || {
            while !until.load(Ordering::Relaxed) {
                fill();
                sleep(PAUSE);
            }
        });
        Ballast { path, enough, filling }
    }

    /// From now on it can only be read. The system allows that once nobody has a file open to write in it;
    /// whoever was killed a moment ago may still have.
    pub fn forbid(&self) {
        for _ in 0..LOOKS_MAX {
            if self.does("mount", &["-o", "remount,ro"]).is_ok() {
                return;
            }
            sleep(PAUSE);
        }
        panic!("somebody writes on the disk all the time");
    }

    /// Everything can be changed again.
    pub fn allow(&self) {
        self.does("mount", &["-o", "remount,rw"]).expect("a disk");
    }

    /// As if its blocks could not be written any more: the system lets it be read only, whoever is writing.
    /// What was not synced may be lost.
    pub fn break_down(&self) {
        self.does("mount", &["-o", "remount,abort"]).expect("a disk");
    }

    /// Takes the disk out and puts it in again, in order; nobody may use it meanwhile.
    pub fn repair(&self) {
        self.does("umount", &[]).expect("a disk that nobody uses");
        let blocks = self.blocks.to_str().expect("a path of plain letters");
        self.does("mount", &["-o", "loop", blocks]).expect("the disk is whole");
    }

    fn does(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let done = Command::new(program).args(arguments).arg(&self.mounted).output();
        let done = done.map_err(|error| error.to_string())?;
        let told = || String::from_utf8_lossy(&done.stderr).into_owned();
        if done.status.success() { Ok(()) } else { Err(told()) }
    }
}

/// What a disk is full of.
pub struct Ballast {
    path: PathBuf,
    enough: Arc<AtomicBool>,
    filling: JoinHandle<()>,
}

impl Ballast {
    /// Gives all the room back.
    pub fn give_back(self) {
        self.enough.store(true, Ordering::Relaxed);
        self.filling.join().expect("the disk was filled");
        fs::remove_file(&self.path).expect("the ballast");
    }
}
