//! The disk under the program: `disk.c` is built and preloaded, records what happens and forbids it on demand.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use testkit::program::Around;

/// The source of what is preloaded.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/crash/disk.c");

/// A data folder whose disk is watched.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// Builds what is to be preloaded, and makes room for a data folder and its record.
    pub fn new() -> Disk {
        // A memory disk where there is one: what matters is recorded, not how long a real disk takes.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("openkassa-disk-").tempdir_in(place);
        let disk = Disk { folder: folder.expect("a folder for the disk") };
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-U_FORTIFY_SOURCE", "-o"])
            .arg(disk.preloaded())
            .args([SOURCE, "-ldl", "-lpthread"])
            .output()
            .expect("cc");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        disk
    }

    /// What a program needs around it so that its data folder is on this disk.
    pub fn around(&self) -> Around {
        let variable = |name: &str, value: PathBuf| (OsString::from(name), value.into_os_string());
        let variables = vec![
            variable("LD_PRELOAD", self.preloaded()),
            variable("DISK_FOLDER", self.data()),
            variable("DISK_RECORD", self.record()),
            variable("DISK_FORBID", self.forbidding()),
        ];
        Around { data: Some(self.data()), variables, database: None }
    }

    /// The data folder, named without links, as the program will name its files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder is there").join("data")
    }

    /// Where everything that happens is written down.
    pub fn record(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    /// A further record may be written by this.
    pub fn teller(&self) -> File {
        File::options().append(true).open(self.record()).expect("the record")
    }

    /// From now on nothing can be changed in the data folder, as on a disk that became read-only.
    pub fn forbid(&self) {
        File::create(self.forbidding()).and_then(|mut file| file.write_all(b"")).expect("a file");
    }

    /// Everything can be changed again.
    pub fn allow(&self) {
        fs::remove_file(self.forbidding()).expect("the disk was read-only");
    }

    /// Leaves everything where it is, for somebody who looks for the cause of a failure.
    pub fn keep(&mut self) -> &Path {
        self.folder.disable_cleanup(true);
        self.folder.path()
    }

    fn preloaded(&self) -> PathBuf {
        self.folder.path().join("disk.so")
    }

    fn forbidding(&self) -> PathBuf {
        self.folder.path().join("read-only")
    }
}
