//! A node of the program: the real engine, the real writer on a flaky database, and its work.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use domain::ids::BookKind;
use domain::jobs::Lease;
use engine::clock::Clock;
use engine::engine::{Engine, Setup};
use jiff::Timestamp;
use store::kept::Kept;
use store::reader::Reader;
use store::seal::{MasterKey, Sealer};
use store::sqlite::Sqlite;
use store::store::Store;
use store::store::by_hand::{Desk, Parts};
use tokio::sync::mpsc;

use crate::clock::{Watch, WorldTime};
use crate::flaky::{Flaky, Mishaps};
use crate::network::{Bag, WayOut};
use crate::tasks::{Task, at_once};

/// One of our kind of engine.
pub type StormEngine = Engine<WayOut, Watch>;

/// So many jobs a node does at once.
const WORKERS: usize = 4;

/// What all nodes share.
pub struct Ground {
    /// The name of the database in memory.
    pub path: PathBuf,
    /// What seals its secrets.
    pub sealer: Arc<Sealer>,
    /// The key of public identifiers.
    pub public_key: [u8; 16],
    /// The calls that were sent.
    pub bag: Arc<Mutex<Bag>>,
    /// The world's time.
    pub time: WorldTime,
    /// Reads what is saved, whoever lives.
    pub reader: Reader,
    /// Keeps the database while no node has it open.
    _keeper: Sqlite,
}

impl Ground {
    /// An empty database of this name.
    pub fn new(path: PathBuf, public_key: [u8; 16], time: WorldTime) -> Ground {
        let sealer = Arc::new(Sealer::new(&MasterKey::new([7; 32])));
        let keeper = Sqlite::open(&path, sealer.clone(), time.now()).expect("a database in memory");
        let reader = Reader::here(path.clone(), sealer.clone());
        Ground { path, sealer, public_key, bag: Arc::default(), time, reader, _keeper: keeper }
    }
}

/// A node that runs.
pub struct Node {
    /// The engine.
    pub engine: Arc<StormEngine>,
    /// What is under way in it.
    pub tasks: Vec<Task>,
    /// When it looked for due work last.
    pub looked_at: Timestamp,
    /// Work that was claimed and waits for a place.
    pub claimed: VecDeque<Lease>,
    desk: Desk<Flaky>,
    leased: mpsc::Receiver<Lease>,
}

/// What came of a turn of a node's writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// It was answered.
    Answered,
    /// The process died in it.
    Died,
}

impl Node {
    /// A node that starts on what is saved.
    ///
    /// One that is alone keeps what it has saved, as every program on SQLite does; two are two programs on a
    /// server, where nobody may rely on that.
    pub fn start(ground: &Ground, number: usize, alone: bool, watch: &Watch, mishaps: &Mishaps) -> Node {
        let mut sqlite =
            Sqlite::open(&ground.path, ground.sealer.clone(), watch.now()).expect("the database");
        let mut reader = ground.reader.clone();
        if alone {
            let kept = Kept::default();
            sqlite = sqlite.alone(kept.clone());
            reader = reader.beside(kept);
        }
        let (clock, time) = (watch.clone(), ground.time.clone());
        let parts = Parts {
            public_key: ground.public_key,
            sealer: ground.sealer.clone(),
            node: u8::try_from(number).expect("few nodes"),
            reader,
            clock: Arc::new(move || clock.now()),
        };
        let opened = at_once(Store::by_hand(Flaky::new(sqlite, mishaps.clone()), parts));
        let (store, desk) = opened.expect("nobody is waited for").expect("a store");
        let leased = store.take_leased().expect("the first to ask");
        let way_out = WayOut { node: number, bag: ground.bag.clone(), time };
        let setup = Setup {
            public_url: "https://pay.imagined".to_owned(),
            any_host: false,
            workers: WORKERS,
            emulation: None,
        };
        let engine = Arc::new(Engine::new(store, way_out, watch.clone(), BookKind::Test, setup));
        let (tasks, claimed) = (Vec::new(), VecDeque::new());
        Node { engine, tasks, looked_at: Timestamp::MIN, claimed, desk, leased }
    }

    /// Whether its writer has anything to do.
    pub fn has_turn(&self) -> bool {
        self.desk.waits()
    }

    /// Gives its writer a turn.
    pub fn turn(&mut self) -> Turned {
        match at_once(self.desk.turn()) {
            Some(()) => Turned::Answered,
            None => Turned::Died,
        }
    }

    /// Whether there is work for a worker who is free.
    pub fn has_work(&self) -> bool {
        let busy = self.tasks.iter().filter(|task| task.lease.is_some()).count();
        busy < WORKERS && !(self.claimed.is_empty() && self.leased.is_empty())
    }

    /// The next work, the longest waiting first.
    pub fn next_work(&mut self) -> Option<Lease> {
        self.leased.try_recv().ok().or_else(|| self.claimed.pop_front())
    }

    /// How many jobs could be begun beside those that wait already.
    pub fn free(&self) -> u32 {
        let busy = self.tasks.iter().filter(|task| task.lease.is_some()).count() + self.claimed.len();
        u32::try_from(WORKERS.saturating_sub(busy)).unwrap_or(0)
    }
}
