//! An installation: its data folder, its master key, its books, and the kind that never changes.

use crate::database::Database;
use crate::error::ProgramError;
use crate::folder::{Folder, FolderLock};
use crate::master_key::KeyPlace;
use crate::operator;
use crate::settings::{SetUpKind, Settings, kind_word};
use domain::history::Actor;
use domain::ids::BookKind;
use domain::settings::SetUp;
use engine::clock::{Clock, InstallationClock, Movable};
use engine::emulation::Emulation;
use engine::engine::{Engine, Setup};
use engine::outbound::Internet;
use std::sync::Arc;
use store::error::StoreError;
use store::seal::MasterKey;
use store::store::{Opening, Store};
use web::state::Kassa;

/// The number of the only node that an installation on SQLite has. On a server nodes find their own.
const NODE: u8 = 0;
/// So many reads run at once.
const READERS: usize = 8;

/// An installation that this program has to itself.
pub struct Installation {
    folder: Folder,
    store: Store,
    kind: BookKind,
    clock: InstallationClock,
    /// Given back when the installation is closed.
    _lock: FolderLock,
}

/// How strangers are treated by an engine.
#[derive(Clone, Debug)]
pub struct Manners {
    /// The address under which buyers, shops and providers reach us.
    pub public_url: String,
    /// Whether every host counts as verified for the way back: in the demo only.
    pub any_host: bool,
    /// Whether shops may live at private addresses.
    pub private_shops: bool,
    /// What is imitated for shops' own tests: in the emulator only.
    pub emulation: Option<Arc<Emulation>>,
}

impl Installation {
    /// Opens an installation that was set up before.
    ///
    /// # Errors
    /// [`ProgramError::NotSetUp`] when there is none; the others say what is wrong with it.
    pub async fn open(folder: &Folder, settings: &Settings, lock: FolderLock) -> Result<Self, ProgramError> {
        let database = Database::of(settings, folder);
        if database.is_missing() {
            return Err(folder.not_set_up());
        }
        let place = KeyPlace::of(settings, folder.path());
        if !database.is_there() && !place.may_be_read() {
            return Err(no_key_for(&database, &place));
        }
        let clock = InstallationClock::default();
        let store = open_store(&database, &place, place.read()?, &clock).await?;
        let found = store.installation().await?;
        match found {
            Some(found) => Installation::of(folder, store, found.kind, clock, lock).await,
            None => {
                store.close().await;
                Err(folder.not_set_up())
            }
        }
    }

    /// Opens an installation, or sets a new one up as the kind that was asked for.
    ///
    /// # Errors
    /// [`ProgramError::KindFixed`] when it is of the other kind already.
    pub async fn open_or_set_up(
        folder: &Folder,
        settings: &Settings,
        lock: FolderLock,
        asked: Option<SetUpKind>,
    ) -> Result<Self, ProgramError> {
        let Some(asked) = asked.map(SetUpKind::book_kind) else {
            return Installation::open(folder, settings, lock).await;
        };
        let place = KeyPlace::of(settings, folder.path());
        // The key of books that exist is never made anew: a new one would not open them.
        let database = Database::of(settings, folder);
        let is_made = !database.is_there() && !place.may_be_read();
        let key = if database.is_there() { place.read()? } else { place.read_or_make()? };
        let clock = InstallationClock::default();
        let store = match open_store(&database, &place, key, &clock).await {
            // Another node has set this installation up: the key that was just made opens nothing.
            Err(ProgramError::WrongMasterKey { .. }) if is_made => {
                place.take_back()?;
                return Err(no_key_for(&database, &place));
            }
            opened => opened?,
        };
        let found = store.installation().await?.map(|found| found.kind);
        let actor = Actor::Operator(operator::name());
        match found {
            Some(kind) if kind != asked => {
                store.close().await;
                let folder = folder.path().to_owned();
                return Err(ProgramError::KindFixed {
                    folder,
                    fixed: kind_word(kind),
                    asked: kind_word(asked),
                });
            }
            Some(_) => {}
            None => {
                store.submit(SetUp { kind: asked, actor }).await?;
                tracing::info!(kind = kind_word(asked), "a new installation was set up");
            }
        }
        Installation::of(folder, store, asked, clock, lock).await
    }

    /// An installation for tests goes on at the time to which it was moved, and its owner has a token.
    async fn of(
        folder: &Folder,
        store: Store,
        kind: BookKind,
        clock: InstallationClock,
        lock: FolderLock,
    ) -> Result<Self, ProgramError> {
        if kind == BookKind::Test {
            clock.set_ahead(store.clock_ahead().await?);
            store.make_owner_token().await?;
        }
        Ok(Installation { folder: folder.clone(), store, kind, clock, _lock: lock })
    }

    /// Its clock.
    #[must_use]
    pub const fn clock(&self) -> &InstallationClock {
        &self.clock
    }

    /// Live or test.
    #[must_use]
    pub const fn kind(&self) -> BookKind {
        self.kind
    }

    /// Its folder.
    #[must_use]
    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Its store.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// An engine over it.
    ///
    /// # Errors
    /// [`ProgramError::System`] when there can be no calls out, for want of certificates.
    pub fn engine(&self, settings: &Settings, manners: Manners) -> Result<Kassa, ProgramError> {
        let network = Internet::new(manners.private_shops).map_err(|error| ProgramError::System {
            what: "calls to shops and providers".to_owned(),
            detail: std::io::Error::other(error),
        })?;
        let Manners { public_url, any_host, private_shops: _, emulation } = manners;
        let setup = Setup { public_url, any_host, workers: settings.workers(), emulation };
        Ok(Engine::new(self.store.clone(), network, self.clock.clone(), self.kind, setup))
    }

    /// Saves what waits and gives the folder back.
    pub async fn close(self) {
        self.store.close().await;
    }
}

async fn open_store(
    database: &Database,
    place: &KeyPlace,
    master_key: MasterKey,
    clock: &InstallationClock,
) -> Result<Store, ProgramError> {
    let clock = clock.clone();
    let opening = Opening {
        address: database.address()?,
        master_key,
        node: NODE,
        readers: READERS,
        clock: Arc::new(move || clock.now()),
    };
    Store::open(opening).await.map_err(|error| not_opened(database, place, error))
}

/// What a store says when it does not open, in words for whoever must put it right.
fn not_opened(database: &Database, place: &KeyPlace, error: StoreError) -> ProgramError {
    let database = database.describe();
    match error {
        StoreError::WrongMasterKey => ProgramError::WrongMasterKey { key_place: place.describe(), database },
        detail @ StoreError::Newer { .. } => ProgramError::Newer { database, detail },
        detail @ (StoreError::Refused(_)
        | StoreError::Busy
        | StoreError::Panicked
        | StoreError::Closed
        | StoreError::Unavailable(_)
        | StoreError::Unknown(_)
        | StoreError::Corrupt { .. }
        | StoreError::Address(_)) => ProgramError::Store { database, detail },
    }
}

/// A node of an installation that others run already has no key yet.
fn no_key_for(database: &Database, place: &KeyPlace) -> ProgramError {
    ProgramError::MasterKey(format!(
        "there is no master key in {}. If {} holds an installation already, copy the key that it was set up \
         with; if not, set it up: run `openkassa serve --set-up live` for real money or \
         `openkassa serve --set-up test` for rehearsals",
        place.describe(),
        database.describe()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Folder) {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::at(parent.path().join("data"));
        folder.prepare().unwrap();
        (parent, folder)
    }

    async fn set_up(folder: &Folder, kind: SetUpKind) -> Result<BookKind, String> {
        let lock = folder.lock().map_err(|error| error.to_string())?;
        let opened = Installation::open_or_set_up(folder, &Settings::default(), lock, Some(kind)).await;
        let installation = opened.map_err(|error| error.to_string())?;
        let kind = installation.kind();
        installation.close().await;
        Ok(kind)
    }

    async fn open(folder: &Folder) -> Result<BookKind, String> {
        let lock = folder.lock().map_err(|error| error.to_string())?;
        let opened = Installation::open(folder, &Settings::default(), lock).await;
        let installation = opened.map_err(|error| error.to_string())?;
        let kind = installation.kind();
        installation.close().await;
        Ok(kind)
    }

    #[tokio::test]
    async fn the_kind_is_fixed_when_an_installation_is_set_up() {
        let (_parent, folder) = place();
        assert!(open(&folder).await.unwrap_err().contains("--set-up live"));
        assert_eq!(set_up(&folder, SetUpKind::Test).await, Ok(BookKind::Test));
        assert_eq!(set_up(&folder, SetUpKind::Test).await, Ok(BookKind::Test));
        assert!(set_up(&folder, SetUpKind::Live).await.unwrap_err().contains("never changes"));
        assert_eq!(open(&folder).await, Ok(BookKind::Test));
    }

    #[test]
    fn a_database_of_a_newer_program_asks_for_that_program() {
        let place = KeyPlace::File("/etc/key".into());
        let newer = StoreError::Newer { found: 9, oldest: 8, known: 1 };
        let told = not_opened(&Database::File("/srv/kassa/openkassa.db".into()), &place, newer).to_string();
        assert!(told.contains("/srv/kassa") && told.contains("Start that newer version"), "{told}");
    }

    #[tokio::test]
    async fn a_wrong_or_lost_master_key_says_what_to_do() {
        let (_parent, folder) = place();
        set_up(&folder, SetUpKind::Test).await.unwrap();
        let key = folder.path().join("master.key");
        std::fs::write(&key, "00".repeat(32)).unwrap();
        assert!(open(&folder).await.unwrap_err().contains("sealed under another key"));
        std::fs::remove_file(&key).unwrap();
        assert!(open(&folder).await.unwrap_err().contains("put the file back"));
        // Setting up again must not make a key that opens nothing.
        assert!(set_up(&folder, SetUpKind::Test).await.is_err());
        assert!(!key.exists());
    }
}
