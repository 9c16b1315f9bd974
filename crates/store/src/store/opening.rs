//! Opening a store: the address chooses the engine, and every writer gets a thread of its own.

use super::Opening;
use crate::backend::{Backend, Plain};
use crate::error::StoreError;
use crate::handover::{HANDOVER_MAX, Handover};
use crate::jobs;
use crate::kept::Kept;
use crate::meters::Meters;
use crate::numbers::Fresh;
use crate::postgres::Postgres;
use crate::postgres::address::Address;
use crate::reader::{Query, Reader};
use crate::seal::Sealer;
use crate::service::{Clock, Message, QUEUE_MAX, Service};
use crate::sqlite::Sqlite;
use crate::value::{Row, Value};
use crate::writer::Writer;
use domain::ids::{NODES_MAX, PublicIds};
use domain::jobs::Lease;
use jiff::Timestamp;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// A store that is open.
pub(super) struct Opened {
    /// A queue for each writer.
    pub(super) queues: Vec<mpsc::Sender<Message>>,
    /// The writers' threads.
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) fresh: Arc<Fresh>,
    pub(super) public_ids: PublicIds,
    pub(super) reader: Reader,
    pub(super) sealer: Arc<Sealer>,
    pub(super) handover: Handover,
    pub(super) leased: mpsc::Receiver<Lease>,
}

/// What the first writer finds out for all.
pub(super) struct Found {
    pub(super) node: u8,
    pub(super) fresh: Arc<Fresh>,
    pub(super) public_ids: PublicIds,
}

/// Opens the database behind an address.
pub(super) async fn open(opening: Opening, meters: &Arc<Meters>) -> Result<Opened, StoreError> {
    if opening.node >= NODES_MAX {
        return Err(StoreError::Unavailable(format!("nodes are numbered below {NODES_MAX}")));
    }
    if Address::is_one(&opening.address) {
        return open_postgres(opening, meters).await;
    }
    let path = opening.address.strip_prefix("sqlite:").filter(|path| !path.is_empty());
    let path = PathBuf::from(path.ok_or_else(|| StoreError::no_address(&opening.address))?);
    open_sqlite(path, opening, meters.clone()).await
}

async fn open_sqlite(path: PathBuf, opening: Opening, meters: Arc<Meters>) -> Result<Opened, StoreError> {
    let Opening { master_key, node, readers, clock, .. } = opening;
    let sealer = Arc::new(Sealer::new(&master_key));
    let (handover, leased) = Handover::new(HANDOVER_MAX);
    let (queue, receiver) = mpsc::channel(QUEUE_MAX);
    let (file, seals, giving) = (path.clone(), sealer.clone(), handover.clone());
    let kept = Kept::default();
    let keeps = kept.clone();
    let (thread, found) = start(move || async move {
        let now = clock();
        let mut backend = Sqlite::open(&file, seals.clone(), now)?.alone(keeps);
        let found = move_in(&mut backend, node, &seals, random_key()?, now).await?;
        let writer = Writer::new(backend, u32::from(node), found.fresh.clone(), giving).await?;
        Ok((Service::new(writer, receiver, found.fresh.clone(), clock, true, meters), found))
    })
    .await?;
    let reader = Reader::new(path, readers, sealer.clone()).beside(kept);
    let Found { fresh, public_ids, .. } = found;
    let (queues, threads) = (vec![queue], vec![thread]);
    Ok(Opened { queues, threads, fresh, public_ids, reader, sealer, handover, leased })
}

async fn open_postgres(opening: Opening, meters: &Arc<Meters>) -> Result<Opened, StoreError> {
    let Opening { address, master_key, readers, clock, .. } = opening;
    let address = Address::parse(&address)?;
    let sealer = Arc::new(Sealer::new(&master_key));
    let (handover, leased) = Handover::new(HANDOVER_MAX);
    let first =
        first_writer(address.clone(), sealer.clone(), clock.clone(), handover.clone(), meters.clone());
    let (queue, thread, found) = first.await?;
    let (mut queues, mut threads) = (vec![queue], vec![thread]);
    let Found { node, fresh, public_ids } = found;
    for place in 1..address.writers {
        let (queue, receiver) = mpsc::channel(QUEUE_MAX);
        let (address, seals) = (address.clone(), sealer.clone());
        let (numbers, clock, handover) = (fresh.clone(), clock.clone(), handover.clone());
        let meters = meters.clone();
        let (thread, ()) = start(move || async move {
            let backend = Postgres::further(&address, node, place, seals).await?;
            let number = backend.writer();
            let writer = Writer::new(backend, number, numbers.clone(), handover).await?;
            Ok((Service::new(writer, receiver, numbers, clock, false, meters), ()))
        })
        .await?;
        queues.push(queue);
        threads.push(thread);
    }
    let reader = Reader::of_server(address, readers, sealer.clone());
    Ok(Opened { queues, threads, fresh, public_ids, reader, sealer, handover, leased })
}

async fn first_writer(
    address: Address,
    sealer: Arc<Sealer>,
    clock: Clock,
    handover: Handover,
    meters: Arc<Meters>,
) -> Result<(mpsc::Sender<Message>, JoinHandle<()>, Found), StoreError> {
    let (queue, receiver) = mpsc::channel(QUEUE_MAX);
    let (thread, found) = start(move || async move {
        let now = clock();
        let (mut backend, node) = Postgres::first(&address, sealer.clone(), now).await?;
        let found = move_in(&mut backend, node, &sealer, random_key()?, now).await?;
        let number = backend.writer();
        let writer = Writer::new(backend, number, found.fresh.clone(), handover).await?;
        Ok((Service::new(writer, receiver, found.fresh.clone(), clock, true, meters), found))
    })
    .await?;
    Ok((queue, thread, found))
}

/// What a node does first in a database. A database that is new gets this key of public identifiers.
pub(super) async fn move_in(
    backend: &mut impl Backend,
    node: u8,
    sealer: &Sealer,
    key: [u8; 16],
    now: Timestamp,
) -> Result<Found, StoreError> {
    let public_ids = PublicIds::new(public_key(backend, sealer, key).await?);
    let fresh = Arc::new(Fresh::reserve(backend, node, now).await?);
    // Whoever opens holds the node: what an earlier run left leased is free, not busy.
    backend.plain(&jobs::end_leases_of(&[node], now)).await?;
    Ok(Found { node, fresh, public_ids })
}

/// Runs a writer on a thread of its own, for a commit waits for the disk; answers when it is made.
/// It is made there, because a connection belongs to the runtime in which it was opened.
async fn start<B, M, F, T>(make: M) -> Result<(JoinHandle<()>, T), StoreError>
where
    B: Backend + 'static,
    M: FnOnce() -> F + Send + 'static,
    F: Future<Output = Result<(Service<B>, T), StoreError>>,
    T: Send + 'static,
{
    let failed = |error: std::io::Error| StoreError::Unavailable(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let (tell, told) = oneshot::channel();
    let serve = move || {
        runtime.block_on(async {
            let service = match make().await {
                Ok((service, found)) => tell.send(Ok(found)).map(|()| service).ok(),
                Err(error) => {
                    // Whoever opened went away: nobody is there to be told.
                    let _ = tell.send(Err(error));
                    None
                }
            };
            if let Some(service) = service {
                service.run().await;
            }
        });
    };
    let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(serve).map_err(failed)?;
    let found = told.await.unwrap_or(Err(StoreError::Closed))?;
    Ok((thread, found))
}

/// What is sealed when the database is made; under another master key it does not open.
const PUBLIC_KEY: &str = "public_ids";

/// A key of public identifiers for a database that has none yet.
fn random_key() -> Result<[u8; 16], StoreError> {
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(key)
}

/// The key of public identifiers: made with the database, sealed in it, never changed. Opening it
/// proves the master key.
async fn public_key(
    backend: &mut impl Backend,
    sealer: &Sealer,
    key: [u8; 16],
) -> Result<[u8; 16], StoreError> {
    let failed = |error: crate::seal::SealError| StoreError::Unavailable(error.to_string());
    let sealed = sealer.seal_bytes(PUBLIC_KEY, &key).map_err(failed)?;
    let insert = "INSERT INTO sealed_keys (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let values = vec![PUBLIC_KEY.into(), Value::Blob(sealed)];
    backend.plain(&Plain::any(insert.to_owned(), values)).await?;
    let Query { sql, values } = sealed_key();
    let done = backend.plain(&Plain::any(sql, values)).await?;
    opened_key(&done.rows, sealer)
}

/// The query for the sealed key of public identifiers.
pub(crate) fn sealed_key() -> Query {
    Query::new("SELECT sealed FROM sealed_keys WHERE name = $1", vec![PUBLIC_KEY.into()])
}

/// The key of public identifiers behind its seal.
///
/// # Errors
/// [`StoreError::WrongMasterKey`] when there is none or it was sealed under another key.
pub(crate) fn opened_key(rows: &[Row], sealer: &Sealer) -> Result<[u8; 16], StoreError> {
    let row = rows.first().ok_or(StoreError::WrongMasterKey)?;
    let sealed = row.bytes("sealed").map_err(|error| error.of_table("sealed_keys"))?;
    let opened = sealer.open_bytes(PUBLIC_KEY, sealed).map_err(|_| StoreError::WrongMasterKey)?;
    opened.try_into().map_err(|_| StoreError::WrongMasterKey)
}
