//! Carrying an installation from one database to another: who has the folders, which key, what is told.

use crate::cli::{Common, CopyArgs};
use crate::database::Database;
use crate::error::{Failure, ProgramError};
use crate::exits::Ending;
use crate::folder::{Folder, FolderLock};
use crate::master_key::KeyPlace;
use crate::out::copied::{self, CopiedView, ProofView, TableView};
use crate::settings::{Settings, kind_word};
use engine::clock::{Clock, SystemClock};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::copying::error::CopyError;
use store::copying::{Arrived, Journey, copy};

/// Carries an installation and prints what arrived.
///
/// # Errors
/// [`ProgramError`]: a place cannot be used, or the books are not proven; nothing has arrived then.
pub async fn run(
    settings: &Settings,
    folder: &Folder,
    common: &Common,
    args: &CopyArgs,
) -> Result<ExitCode, ProgramError> {
    if common.database.is_some() {
        let why = "copy takes both databases from --from and --to, and none from --database";
        return Err(ProgramError::Settings(why.to_owned()));
    }
    let from = named("--from", &args.from)?;
    let to = named("--to", &args.to)?;
    let _locks = lock(&from, &to)?;
    let place = KeyPlace::of(settings, key_folder(&from, folder).path());
    let journey = Journey {
        from: from.address()?,
        to: to.address()?,
        master_key: place.read()?,
        now: SystemClock.now(),
    };
    let arrived = copy(&journey).await.map_err(|error| failure(error, &from, &place))?;
    // A reader that went away has seen enough; what arrived is there.
    let _ = copied::print(&view(arrived, &from, &to, &place), common.json);
    Ok(ExitCode::SUCCESS)
}

fn named(option: &str, text: &str) -> Result<Database, ProgramError> {
    Database::named(text).map_err(|error| match error {
        ProgramError::Settings(why) => ProgramError::Settings(format!("{option}: {why}")),
        other => other,
    })
}

/// The folder of a database that is a file.
fn folder_of(database: &Database) -> Option<PathBuf> {
    match database {
        Database::File(path) => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            Some(parent.unwrap_or_else(|| Path::new(".")).to_owned())
        }
        Database::Server(_) => None,
    }
}

/// Where the key lies when the settings name no place: with the books, or with the node that served them.
fn key_folder(from: &Database, folder: &Folder) -> Folder {
    folder_of(from).map_or_else(|| folder.clone(), Folder::at)
}

/// Takes the folders of both files, so that nobody serves one of them meanwhile.
fn lock(from: &Database, to: &Database) -> Result<Vec<FolderLock>, ProgramError> {
    let mut locks = Vec::new();
    let mut taken: Option<PathBuf> = None;
    if let (Database::File(path), Some(folder)) = (from, folder_of(from)) {
        if !path.is_file() {
            return Err(Failure::not_found(format!("there is no file {}", path.display())).into());
        }
        locks.push(alone_in(&Folder::at(folder.clone()))?);
        taken = folder.canonicalize().ok();
    }
    if let Some(path) = folder_of(to) {
        let folder = Folder::at(path.clone());
        if path.exists() {
            folder.closed()?;
        } else {
            folder.prepare()?;
        }
        let same = taken.is_some() && taken == path.canonicalize().ok();
        if !same {
            locks.push(alone_in(&folder)?);
        }
    }
    Ok(locks)
}

fn alone_in(folder: &Folder) -> Result<FolderLock, ProgramError> {
    let taken = folder.try_lock()?;
    taken.ok_or_else(|| {
        unavailable(format!(
            "the data folder {} is in use by another openkassa. Stop it, and start none before the books are \
             carried: what is paid meanwhile would stay behind",
            folder.path().display()
        ))
    })
}

fn unavailable(message: String) -> ProgramError {
    Failure { ending: Ending::Unavailable, message }.into()
}

fn failure(error: CopyError, from: &Database, place: &KeyPlace) -> ProgramError {
    let message = error.to_string();
    let ending = match error {
        CopyError::WrongMasterKey { .. } => {
            return ProgramError::WrongMasterKey { key_place: place.describe(), database: from.describe() };
        }
        CopyError::Missing { .. } | CopyError::NoInstallation { .. } => Ending::NotFound,
        CopyError::NotEmpty { .. } => Ending::Refused,
        CopyError::NotGreen(_) | CopyError::Differs { .. } => Ending::NotGreen,
        CopyError::InUse { .. } | CopyError::Version { .. } | CopyError::Database { .. } => {
            Ending::Unavailable
        }
    };
    Failure { ending, message }.into()
}

fn view(arrived: Arrived, from: &Database, to: &Database, place: &KeyPlace) -> CopiedView {
    let Arrived { kind, tables, leases_ended, chains, books } = arrived;
    CopiedView {
        from: from.describe(),
        to: to.describe(),
        kind: kind_word(kind),
        rows: tables.iter().map(|one| one.rows).sum(),
        tables: tables.into_iter().map(|one| TableView { table: one.table, rows: one.rows }).collect(),
        leases_ended,
        books: ProofView {
            green: books.is_green(),
            books: books.books,
            entries: books.entries,
            payments: books.payments,
            chains,
        },
        master_key: place.describe(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn file(path: &Path) -> Database {
        Database::File(path.to_owned())
    }

    #[test]
    fn a_file_whose_folder_somebody_has_is_not_carried() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openkassa.db");
        let missing = lock(&file(&path), &file(&path)).unwrap_err();
        assert_eq!(missing.ending(), Ending::NotFound);
        std::fs::write(&path, "").unwrap();
        let held = Folder::at(folder.path().to_owned()).lock().unwrap();
        let refused = lock(&file(&path), &file(Path::new("/tmp"))).unwrap_err();
        assert_eq!(refused.ending(), Ending::Unavailable);
        assert!(refused.to_string().contains("in use by another openkassa"), "{refused}");
        drop(held);
        // One folder is taken once, however many of its files are meant.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(lock(&file(&path), &file(&folder.path().join("other.db"))).unwrap().len(), 1);
        let away = tempfile::tempdir().unwrap();
        assert_eq!(lock(&file(&path), &file(&away.path().join("a/b/new.db"))).unwrap().len(), 2);
        assert!(away.path().join("a/b").is_dir());
    }

    #[test]
    fn a_folder_that_others_may_open_gets_no_books_and_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let server = Database::Server("postgres://kassa@db/books".to_owned());
        let refused = lock(&server, &file(&folder.path().join("openkassa.db"))).unwrap_err().to_string();
        assert!(refused.contains("chmod 700"), "{refused}");
    }

    #[test]
    fn the_key_lies_with_the_books_or_with_the_node() {
        let data = Folder::at("/srv/node".into());
        let path = |database: &Database| key_folder(database, &data).path().to_owned();
        assert_eq!(path(&file(Path::new("/srv/kassa/openkassa.db"))), Path::new("/srv/kassa"));
        assert_eq!(path(&file(Path::new("openkassa.db"))), Path::new("."));
        assert_eq!(path(&Database::Server("postgres://db/books".to_owned())), Path::new("/srv/node"));
    }
}
