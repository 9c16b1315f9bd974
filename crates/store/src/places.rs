//! Databases for tests: an empty one on every engine, gone when the test is over.

use crate::backend::{Backend, BackendFault, Plain, PlainAnswer, Turn};
use crate::handover::Handover;
use crate::kept::Kept;
use crate::migrate::Engine;
use crate::numbers::Fresh;
use crate::postgres::Postgres;
use crate::postgres::address::Address;
use crate::samples::{at, sealer};
use crate::server::server;
use crate::sqlite::Sqlite;
use crate::writer::Writer;
use domain::facts::Facts;
use domain::ids::Book;
use domain::jobs::Lease;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_postgres::Client;

/// Makes a test for each engine of a function that takes a [`Place`].
macro_rules! on_both_engines {
    ($($name:ident)*) => {$(
        mod $name {
            use crate::migrate::Engine;
            use crate::places::Place;

            #[tokio::test]
            async fn on_sqlite() {
                super::$name(Place::new(Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                super::$name(Place::new(Engine::Postgres).await).await;
            }
        }
    )*};
}
pub(crate) use on_both_engines;

/// An empty database.
pub struct Place {
    pub engine: Engine,
    pub folder: tempfile::TempDir,
    /// Its name on the server.
    database: String,
}

impl Place {
    pub async fn new(engine: Engine) -> Place {
        // By the rules of a language, so that whoever relies on bytes being compared is found out.
        Place::made(engine, "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'").await
    }

    async fn made(engine: Engine, how: &str) -> Place {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::SeqCst);
        let database = format!("kassa_{}_{number}", std::process::id());
        if engine == Engine::Postgres {
            run(server(), &format!("DROP DATABASE IF EXISTS {database}")).await.unwrap();
            let make = format!("CREATE DATABASE {database} {how}");
            let mut tries = 0;
            // A template must not be in use, and the server may not have noticed yet who went away.
            while let Err(error) = run(server(), &make).await {
                tries += 1;
                assert!(tries < 100, "{error}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Place { engine, folder: tempfile::tempdir().unwrap(), database }
    }

    /// Another place with the same content; nobody uses this one meanwhile.
    pub async fn copy(&self) -> Place {
        let copy = Place::made(self.engine, &format!("TEMPLATE {}", self.database)).await;
        if self.engine == Engine::Sqlite {
            std::fs::copy(self.folder.path().join("kassa.db"), copy.folder.path().join("kassa.db")).unwrap();
        }
        copy
    }

    /// Lets rows of append-only tables be changed.
    pub async fn free(&self, tables: &[&str]) {
        for table in tables {
            let free: Vec<String> = match self.engine {
                Engine::Sqlite => {
                    ["UPDATE", "DELETE"].map(|deed| format!("DROP TRIGGER {table}_never_{deed}")).to_vec()
                }
                Engine::Postgres => vec![format!("DROP TRIGGER {table}_only_added ON {table}")],
            };
            for sql in free {
                self.execute(&sql).await.unwrap();
            }
        }
    }

    /// Keeps everybody from writing until it is dropped.
    pub async fn block(&self) -> Block {
        match self.engine {
            Engine::Sqlite => {
                let raw = rusqlite::Connection::open(self.folder.path().join("kassa.db")).unwrap();
                raw.execute_batch("BEGIN IMMEDIATE").unwrap();
                Block::Sqlite(raw)
            }
            Engine::Postgres => self.hold("LOCK TABLE books IN ACCESS EXCLUSIVE MODE").await,
        }
    }

    /// Holds what a statement locks on the server until it is dropped.
    pub async fn hold(&self, sql: &str) -> Block {
        let (client, carrier) = connect(&self.server_address()).await.unwrap();
        client.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
        Block::Postgres(client, carrier)
    }

    /// The address, for node 3.
    pub fn address(&self) -> String {
        match self.engine {
            Engine::Sqlite => format!("sqlite:{}", self.folder.path().join("kassa.db").display()),
            Engine::Postgres => format!("{}&node=3", self.server_address()),
        }
    }

    /// The address of a database on the server, for any node.
    pub fn server_address(&self) -> String {
        let (before, after) = server().split_once("://").unwrap();
        let (host, rest) = after.split_once('/').unwrap();
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        format!("{before}://{host}/{}?{query}", self.database)
    }

    /// Runs a statement behind the store's back.
    pub async fn execute(&self, sql: &str) -> Result<u64, String> {
        match self.engine {
            Engine::Sqlite => {
                let raw = rusqlite::Connection::open(self.folder.path().join("kassa.db")).unwrap();
                raw.execute(sql, []).map(|touched| touched as u64).map_err(|error| error.to_string())
            }
            Engine::Postgres => run(&self.server_address(), sql).await,
        }
    }

    /// The number that a statement counts, read behind the store's back.
    pub async fn number(&self, sql: &str) -> i64 {
        match self.engine {
            Engine::Sqlite => {
                let raw = rusqlite::Connection::open(self.folder.path().join("kassa.db")).unwrap();
                raw.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Engine::Postgres => {
                let (client, _carrier) = connect(&self.server_address()).await.unwrap();
                client.query_one_scalar(sql, &[]).await.unwrap()
            }
        }
    }

    /// The lines of a query that gives one text each.
    pub async fn lines(&self, sql: &str) -> Vec<String> {
        match self.engine {
            Engine::Sqlite => {
                let raw = rusqlite::Connection::open(self.folder.path().join("kassa.db")).unwrap();
                let mut statement = raw.prepare(sql).unwrap();
                let lines = statement.query_map([], |row| row.get(0)).unwrap();
                lines.collect::<Result<_, _>>().unwrap()
            }
            Engine::Postgres => {
                let (client, _carrier) = connect(&self.server_address()).await.unwrap();
                client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// A writing connection, for one writer at a time.
    pub async fn backend(&self) -> AnyBackend {
        match self.engine {
            Engine::Sqlite => {
                let path = self.folder.path().join("kassa.db");
                let sqlite = Sqlite::open(&path, sealer(), at(0)).unwrap();
                AnyBackend::Sqlite(sqlite.alone(Kept::default()))
            }
            Engine::Postgres => {
                let address = Address::parse(&self.address()).unwrap();
                AnyBackend::Postgres(Postgres::first(&address, sealer(), at(0)).await.unwrap().0)
            }
        }
    }

    /// A writer and where the work arrives that it hands over.
    pub async fn writer(&self) -> (Writer<AnyBackend>, mpsc::Receiver<Lease>) {
        let mut backend = self.backend().await;
        let fresh = Arc::new(Fresh::reserve(&mut backend, 3, at(0)).await.unwrap());
        let (handover, leased) = Handover::new(8);
        let number = backend.writer();
        (Writer::new(backend, number, fresh, handover).await.unwrap(), leased)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.engine == Engine::Postgres {
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database);
            // A thread of its own, for the test's runtime may be waiting for us.
            let dropping = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(run(server(), &drop))
            });
            let _ = dropping.join();
        }
    }
}

/// What keeps everybody from writing.
#[expect(dead_code, reason = "what it holds ends with it")]
pub enum Block {
    Sqlite(rusqlite::Connection),
    Postgres(Client, JoinSet<Result<(), tokio_postgres::Error>>),
}

async fn connect(
    address: &str,
) -> Result<(Client, JoinSet<Result<(), tokio_postgres::Error>>), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await?;
    let mut carrier = JoinSet::new();
    carrier.spawn(connection);
    Ok((client, carrier))
}

async fn run(address: &str, sql: &str) -> Result<u64, String> {
    let (client, _carrier) = connect(address).await.map_err(|error| format!("{error:?}"))?;
    client.execute(sql, &[]).await.map_err(|error| {
        error.as_db_error().map_or_else(|| format!("{error:?}"), |told| told.message().to_owned())
    })
}

/// A backend on whichever engine a test is for.
#[expect(clippy::large_enum_variant, reason = "there are one or two in a test")]
pub enum AnyBackend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl AnyBackend {
    pub fn writer(&self) -> u32 {
        match self {
            AnyBackend::Sqlite(_) => 3,
            AnyBackend::Postgres(postgres) => postgres.writer(),
        }
    }
}

impl Backend for AnyBackend {
    async fn look(&mut self, books: &BTreeSet<Book>, facts: &mut Facts) -> Result<(), BackendFault> {
        match self {
            AnyBackend::Sqlite(sqlite) => sqlite.look(books, facts).await,
            AnyBackend::Postgres(postgres) => postgres.look(books, facts).await,
        }
    }

    async fn write(&mut self, facts: &Facts, turn: Turn) -> Result<(), BackendFault> {
        match self {
            AnyBackend::Sqlite(sqlite) => sqlite.write(facts, turn).await,
            AnyBackend::Postgres(postgres) => postgres.write(facts, turn).await,
        }
    }

    async fn ahead(&mut self, plains: &[Plain]) -> Result<Option<Vec<PlainAnswer>>, BackendFault> {
        match self {
            AnyBackend::Sqlite(sqlite) => sqlite.ahead(plains).await,
            AnyBackend::Postgres(postgres) => postgres.ahead(plains).await,
        }
    }

    async fn leave(&mut self) {
        match self {
            AnyBackend::Sqlite(sqlite) => sqlite.leave().await,
            AnyBackend::Postgres(postgres) => postgres.leave().await,
        }
    }

    async fn plains(&mut self, plains: &[Plain]) -> Result<Vec<PlainAnswer>, BackendFault> {
        match self {
            AnyBackend::Sqlite(sqlite) => sqlite.plains(plains).await,
            AnyBackend::Postgres(postgres) => postgres.plains(plains).await,
        }
    }

    async fn reopen(&mut self) -> Result<(), BackendFault> {
        match self {
            AnyBackend::Sqlite(sqlite) => sqlite.reopen().await,
            AnyBackend::Postgres(postgres) => postgres.reopen().await,
        }
    }
}
