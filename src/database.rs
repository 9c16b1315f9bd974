//! Where an installation keeps its books: in a file of its data folder, or on a PostgreSQL server.

use crate::error::ProgramError;
use crate::folder::{FILE, Folder};
use crate::settings::Settings;
use std::path::{Path, PathBuf};
use store::postgres::address::{Address, without_password};

/// A database, whether it is there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file, for this program alone.
    File(PathBuf),
    /// A server, which other nodes may use as well; its address may hold a password.
    Server(String),
}

impl Database {
    /// The database that the settings name, or the file in the data folder.
    #[must_use]
    pub fn of(settings: &Settings, folder: &Folder) -> Database {
        settings.database.clone().map_or_else(|| Database::File(folder.database()), Database::Server)
    }

    /// A database that somebody named: `sqlite:FILE`, a server, or `@FILE` that holds one of both.
    ///
    /// # Errors
    /// [`ProgramError::Settings`] saying what is expected, without repeating a password.
    pub fn named(text: &str) -> Result<Database, ProgramError> {
        if let Some(file) = text.strip_prefix('@') {
            let read = std::fs::read_to_string(file).map_err(|error| {
                ProgramError::Settings(format!("the address in {file} cannot be read: {error}"))
            })?;
            return Database::named(read.trim_end().trim_start_matches('@'));
        }
        match text.strip_prefix("sqlite:").map(Path::new) {
            Some(path) if path.is_dir() => Err(ProgramError::Settings(format!(
                "{} is a folder: name the file in it, as sqlite:{}",
                path.display(),
                path.join(FILE).display()
            ))),
            Some(path) if path.file_name().is_some() => Ok(Database::File(path.to_owned())),
            Some(_) => Err(ProgramError::Settings("expected the name of a file after sqlite:".to_owned())),
            None => match server(text) {
                Ok(()) => Ok(Database::Server(text.to_owned())),
                Err(why) => Err(ProgramError::Settings(format!(
                    "{why}. Expected is sqlite:FILE, or an address such as \
                     postgres://openkassa@db.example/openkassa"
                ))),
            },
        }
    }

    /// Whether there is no installation for certain. What a server holds is known when it is asked.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        match self {
            Database::File(path) => !path.exists(),
            Database::Server(_) => false,
        }
    }

    /// Whether books are there for certain, so that a new master key could not open them.
    #[must_use]
    pub fn is_there(&self) -> bool {
        match self {
            Database::File(path) => path.exists(),
            Database::Server(_) => false,
        }
    }

    /// The address as the store takes it.
    ///
    /// # Errors
    /// [`ProgramError::Settings`] when the path of the file cannot be written as text.
    pub fn address(&self) -> Result<String, ProgramError> {
        match self {
            Database::File(path) => match path.to_str() {
                Some(path) => Ok(format!("sqlite:{path}")),
                None => Err(ProgramError::Settings(format!("{}: no valid UTF-8", path.display()))),
            },
            Database::Server(address) => Ok(address.clone()),
        }
    }

    /// Where it is, for people: never with a password.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Database::File(path) => path.display().to_string(),
            Database::Server(address) => without_password(address),
        }
    }
}

/// Checks an address that somebody gave for a server.
///
/// # Errors
/// [`ProgramError::Settings`] saying what is expected, without repeating a password.
pub fn checked(address: &str) -> Result<(), ProgramError> {
    server(address).map_err(|why| {
        ProgramError::Settings(format!(
            "database: {why}. Expected is an address such as postgres://openkassa@db.example/openkassa; without \
             one the books are a file in the data folder"
        ))
    })
}

/// Whether an address is one of a server, and what is wrong with it, without its password.
fn server(address: &str) -> Result<(), String> {
    if !Address::is_one(address) {
        return Err(format!("\"{}\" is no address of a server", without_password(address)));
    }
    Address::parse(address).map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_are_a_file_unless_a_server_is_named() {
        let folder = Folder::at("/srv/kassa".into());
        let usual = Database::of(&Settings::default(), &folder);
        assert_eq!(usual.address().unwrap(), "sqlite:/srv/kassa/openkassa.db");
        assert!(usual.is_missing());
        let database = Some("postgres://kassa:s3cret@db/books".to_owned());
        let server = Database::of(&Settings { database, ..Settings::default() }, &folder);
        assert_eq!(server.address().unwrap(), "postgres://kassa:s3cret@db/books");
        assert_eq!(server.describe(), "postgres://kassa:***@db/books");
        assert!(!server.is_missing() && !server.is_there());
    }

    #[test]
    fn a_place_is_named_by_its_kind_or_by_a_file_that_holds_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("address");
        std::fs::write(&file, "postgres://kassa:s3cret@db/books\n").unwrap();
        let server = Database::named(&format!("@{}", file.display())).unwrap();
        assert_eq!(server, Database::Server("postgres://kassa:s3cret@db/books".to_owned()));
        assert_eq!(Database::named("sqlite:a/b.db").unwrap(), Database::File("a/b.db".into()));
        let told = |text: &str| Database::named(text).unwrap_err().to_string();
        let is_folder = told(&format!("sqlite:{}", folder.path().display()));
        assert!(is_folder.contains("is a folder") && is_folder.contains("openkassa.db"), "{is_folder}");
        for wrong in ["a/b.db", "sqlite:", "postgres://kassa:s3cret@db/books?node=99", "@/no/such/file"] {
            assert!(!told(wrong).contains("s3cret"), "{}", told(wrong));
        }
    }

    #[test]
    fn an_address_of_another_kind_is_refused_and_no_password_is_repeated() {
        checked("postgres://kassa@db/books?writers=4").unwrap();
        for wrong in
            ["mysql://kassa:s3cret@db/books", "postgres://kassa:s3cret@db/books?writers=9", "books.db"]
        {
            let message = checked(wrong).unwrap_err().to_string();
            assert!(message.contains("postgres://openkassa@") && !message.contains("s3cret"), "{message}");
        }
    }
}
