//! Where an installation keeps its books: in a file of its data folder, or on a PostgreSQL server.

use crate::error::ProgramError;
use crate::folder::Folder;
use crate::settings::Settings;
use std::path::PathBuf;
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
    if Address::is_one(address) && Address::parse(address).is_ok() {
        return Ok(());
    }
    Err(ProgramError::Settings(format!(
        "database: expected an address such as postgres://openkassa@db.example/openkassa, found \"{}\". \
         Without one the books are a file in the data folder",
        without_password(address)
    )))
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
