//! Where books stand: a folder for SQLite, a database on a server of our own for PostgreSQL.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use clap::ValueEnum;
use tempfile::TempDir;
use testkit::measured_server::MeasuredServer;

use crate::usage;

/// What the books are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

/// A folder in which books are made, with a server if one is needed.
pub struct Ground {
    folder: PathBuf,
    cluster: Option<Arc<MeasuredServer>>,
    /// Goes after the server.
    _thrown_away: Option<TempDir>,
}

/// A place for one set of books.
pub struct Site {
    /// What they are kept in.
    pub engine: Engine,
    /// The data folder of the program.
    pub folder: PathBuf,
    database: Option<(Arc<MeasuredServer>, String)>,
    thrown_away: Option<TempDir>,
}

impl Ground {
    /// Ground that goes away, with all that stands on it.
    pub fn throw_away(parent: &Path, engines: &[Engine]) -> Ground {
        let folder = temporary(parent);
        let ground = Ground::keep(folder.path(), engines);
        Ground { _thrown_away: Some(folder), ..ground }
    }

    /// Ground that stays, and may have been used before.
    pub fn keep(folder: &Path, engines: &[Engine]) -> Ground {
        fs::create_dir_all(folder).expect("a folder for books");
        // The server runs as a user of its own.
        mode(folder, 0o755);
        let start = || Arc::new(MeasuredServer::start(&folder.join("postgres")));
        let cluster = engines.contains(&Engine::Postgres).then(start);
        Ground { folder: folder.to_owned(), cluster, _thrown_away: None }
    }

    /// A new place, which goes away.
    pub fn site(&self, engine: Engine) -> Site {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let folder = temporary(&self.folder);
        let name = format!("books_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let mut site = self.site_in(engine, folder.path(), &name);
        site.thrown_away = Some(folder);
        site
    }

    /// The place that stays.
    pub fn kept_site(&self, engine: Engine) -> Site {
        let folder = self.folder.join(engine.title().to_lowercase() + "-data");
        fs::create_dir_all(&folder).expect("a folder for books");
        self.site_in(engine, &folder, "kept")
    }

    fn site_in(&self, engine: Engine, folder: &Path, name: &str) -> Site {
        mode(folder, 0o700);
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let cluster = self.cluster.clone().expect("a server was started");
                cluster.make(name);
                Some((cluster, name.to_owned()))
            }
        };
        Site { engine, folder: folder.to_owned(), database, thrown_away: None }
    }
}

impl Site {
    /// The address of the books, as the store takes it.
    pub fn address(&self) -> String {
        self.server_address()
            .unwrap_or_else(|| format!("sqlite:{}", self.folder.join("openkassa.db").display()))
    }

    /// The address of the books on a server, as the program takes it.
    pub fn server_address(&self) -> Option<String> {
        let (cluster, name) = self.database.as_ref()?;
        // A number of its own: whoever opens the books next goes on at once with what was begun.
        Some(format!("{}&node=0", cluster.address(name)))
    }

    /// Processor time of the database server so far, if there is one.
    pub fn server_us(&self) -> Option<u64> {
        self.database.as_ref().map(|(cluster, _)| usage::family_us(cluster.pid()))
    }

    /// Bytes of the books on the disk; nobody has them open.
    pub fn bytes(&self) -> u64 {
        match &self.database {
            None => usage::folder_bytes(&self.folder),
            Some((cluster, name)) => {
                let told = cluster.tell(&format!("SELECT pg_database_size('{name}')"));
                told.trim().parse().expect("the size of a database")
            }
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let (Some((cluster, name)), Some(_)) = (&self.database, &self.thrown_away) {
            cluster.tell(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn temporary(parent: &Path) -> TempDir {
    tempfile::Builder::new().prefix("bench-").tempdir_in(parent).expect("a folder for books")
}

fn mode(folder: &Path, mode: u32) {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("permissions");
}
