//! The data folder: for its owner only, and for one program at a time.

use crate::error::ProgramError;
use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Permissions of group and others.
const NOT_THE_OWNER: u32 = 0o077;
const OWNER_ONLY: u32 = 0o700;

/// The name of the database in its folder.
pub const FILE: &str = "openkassa.db";

/// A data folder and the places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

/// The right to a data folder; it ends with this value, or with the process.
#[derive(Debug)]
pub struct FolderLock {
    /// The system holds the lock as long as the file is open.
    _file: File,
}

impl Folder {
    /// The folder at a path, whether it is there or not.
    #[must_use]
    pub fn at(path: PathBuf) -> Folder {
        Folder(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join(FILE)
    }

    /// The socket for commands while a server runs.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.0.join("openkassa.sock")
    }

    fn lock_file(&self) -> PathBuf {
        self.0.join("openkassa.lock")
    }

    /// Makes the folder if it is not there. One without a database yet is closed to others; one with a
    /// database that others may open is refused, for nobody knows who has read it meanwhile.
    ///
    /// # Errors
    /// [`ProgramError::Folder`] saying what is wrong and how to put it right.
    pub fn prepare(&self) -> Result<(), ProgramError> {
        let failed = |why: String| ProgramError::Folder { folder: self.0.clone(), why };
        if !self.0.exists() {
            let made = DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(&self.0);
            return made.map_err(|error| failed(error.to_string()));
        }
        let found = std::fs::metadata(&self.0).map_err(|error| failed(error.to_string()))?;
        if !found.is_dir() {
            return Err(failed("it is not a folder".to_owned()));
        }
        if found.mode() & NOT_THE_OWNER == 0 {
            return Ok(());
        }
        if self.database().exists() {
            return self.closed();
        }
        let closed = std::fs::set_permissions(&self.0, Permissions::from_mode(OWNER_ONLY));
        closed.map_err(|error| failed(format!("it cannot be closed to others: {error}")))
    }

    /// Refuses a folder that others may open; changes nothing.
    ///
    /// # Errors
    /// [`ProgramError::Folder`] saying how to close it.
    pub fn closed(&self) -> Result<(), ProgramError> {
        let failed = |why: String| ProgramError::Folder { folder: self.0.clone(), why };
        let mode = std::fs::metadata(&self.0).map_err(|error| failed(error.to_string()))?.mode() & 0o777;
        if mode & NOT_THE_OWNER == 0 {
            return Ok(());
        }
        Err(failed(format!("others may open it (mode {mode:o}): run `chmod 700 {}`", self.0.display())))
    }

    /// Takes the folder for this program; `None` when another has it.
    ///
    /// # Errors
    /// [`ProgramError::Folder`] when the lock file cannot be used at all.
    pub fn try_lock(&self) -> Result<Option<FolderLock>, ProgramError> {
        let path = self.lock_file();
        let failed = |error: std::io::Error| ProgramError::Folder {
            folder: self.0.clone(),
            why: format!("the lock {} cannot be taken: {error}", path.display()),
        };
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FolderLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Takes the folder for this program.
    ///
    /// # Errors
    /// [`ProgramError::Locked`] when another has it.
    pub fn lock(&self) -> Result<FolderLock, ProgramError> {
        self.try_lock()?.ok_or_else(|| self.locked())
    }

    /// Another program has this folder.
    #[must_use]
    pub fn locked(&self) -> ProgramError {
        ProgramError::Locked { folder: self.0.clone(), lock: self.lock_file() }
    }

    /// There is no installation here.
    #[must_use]
    pub fn not_set_up(&self) -> ProgramError {
        ProgramError::NotSetUp { folder: self.0.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_new_folder_is_for_its_owner_only() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(parent.path().join("a/b"));
        folder.prepare().unwrap();
        assert_eq!(mode(folder.path()), 0o700);
    }

    #[test]
    fn an_open_folder_is_closed_while_it_is_empty_and_refused_once_it_holds_books() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(parent.path().to_owned());
        let open = || std::fs::set_permissions(parent.path(), Permissions::from_mode(0o755)).unwrap();
        open();
        folder.prepare().unwrap();
        assert_eq!(mode(folder.path()), 0o700);
        open();
        std::fs::write(folder.database(), "").unwrap();
        assert!(folder.prepare().unwrap_err().to_string().contains("chmod 700"));
    }

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(parent.path().to_owned());
        let held = folder.lock().unwrap();
        let refused = folder.lock().unwrap_err().to_string();
        assert!(refused.contains("Stop that one first") && refused.contains("--data"), "{refused}");
        drop(held);
        folder.lock().unwrap();
    }
}
