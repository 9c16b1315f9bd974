//! The world of a storm: nodes on one database, a provider, a counter, shops and buyers, and the mail.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use domain::ids::ProviderAccountId;
use domain::jobs::Lease;
use jiff::{SignedDuration, Timestamp};
use simulators::seeded::Seeded;
use testkit::imagined::provider::ImaginedProvider;

use crate::books::Books;
use crate::clock::{Watch, WorldTime};
use crate::counter::Counter;
use crate::flaky::Mishaps;
use crate::history::{Climate, History};
use crate::judge::Judge;
use crate::log::Log;
use crate::mail::{Letter, Waiting};
use crate::node::{Ground, Node, StormEngine, Turned};
use crate::orders::Order;
use crate::scene;
use crate::shops::Shop;
use crate::tasks::{Task, Then};

/// The place of a node: what stays of it when it dies.
pub struct Place {
    /// The node, while it lives.
    pub node: Option<Node>,
    /// Its watch.
    pub watch: Watch,
    /// What will go wrong with its commits.
    pub mishaps: Mishaps,
    /// When it comes back, if it is dead.
    pub back_at: Timestamp,
    /// Until when its process stands still.
    pub frozen_until: Timestamp,
}

/// Everything there is.
pub struct World {
    /// The time.
    pub time: WorldTime,
    /// The chance of the step under way.
    pub chance: Seeded,
    /// What goes wrong.
    pub climate: Climate,
    /// The database and the bag.
    pub ground: Ground,
    /// The places of the nodes.
    pub places: Vec<Place>,
    /// Letters under way.
    pub mail: Vec<Letter>,
    /// Calls that wait for an answer.
    pub waiting: BTreeMap<u64, Waiting>,
    /// The provider that is asked.
    pub provider: ImaginedProvider,
    /// Its account with us.
    pub provider_account: ProviderAccountId,
    /// The provider whose word is proven.
    pub counter: Counter,
    /// The shops.
    pub shops: Vec<Shop>,
    /// What they signed.
    pub orders: Vec<Order>,
    /// What strangers saw of us.
    pub judge: Judge,
    /// What our books say, step by step.
    pub books: Books,
    /// When the next job is due; unknown after every turn.
    pub due: Option<Option<Timestamp>>,
    /// The lease of the job that was moved on last, while what it sent is taken out of the bag.
    pub under: Option<Lease>,
    /// What happened.
    pub log: Log,
    /// What must not be, once it was seen.
    pub wrong: Option<String>,
}

impl World {
    /// The world of a history, set up and quiet.
    pub fn of(history: &History, log: bool) -> World {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let made = MADE.fetch_add(1, Ordering::SeqCst);
        let mut chance = Seeded::new(history.seed);
        let mut public_key = [0; 16];
        for half in public_key.chunks_mut(8) {
            half.copy_from_slice(&chance.bits().to_le_bytes());
        }
        let time = WorldTime::beginning();
        let path = PathBuf::from(format!("file:storm-{made}?mode=memory&cache=shared"));
        let ground = Ground::new(path, public_key, time.clone());
        let place = |_| Place {
            node: None,
            watch: Watch::new(&time),
            mishaps: Mishaps::default(),
            back_at: time.now(),
            frozen_until: time.now(),
        };
        let mut world = World {
            places: (0..history.nodes).map(place).collect(),
            provider: ImaginedProvider::new(chance.bits()),
            provider_account: scene::NOBODY,
            counter: Counter::new(scene::NOBODY),
            time,
            chance,
            climate: Climate::default(),
            ground,
            mail: Vec::new(),
            waiting: BTreeMap::new(),
            shops: Vec::new(),
            orders: Vec::new(),
            judge: Judge::default(),
            books: Books::default(),
            due: None,
            under: None,
            log: Log::new(log),
            wrong: None,
        };
        for number in 0..history.nodes {
            world.start(number);
        }
        scene::set_up(&mut world, history);
        world.climate = history.climate.clone();
        world
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// Writes a line into the log.
    pub fn say(&mut self, line: impl FnOnce() -> String) {
        let now = self.now();
        self.log.say(now, line);
    }

    /// Something that must not be.
    pub fn accuse(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.say(|| format!("WRONG: {what}"));
        self.wrong.get_or_insert(what);
    }

    /// A number from 0 up to but without `end`, by the chance of this step.
    pub fn roll(&mut self, end: usize) -> usize {
        usize::try_from(self.chance.below(end as u64)).unwrap_or(0)
    }

    /// Whether something strikes that does so in so many of a thousand cases.
    pub fn strikes(&mut self, per_mille: u16) -> bool {
        per_mille > 0 && self.chance.chance(per_mille)
    }

    /// One of several, if there are any.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let place = self.roll(of.len());
        of.get(place).cloned()
    }

    /// A node that lives.
    pub fn some_node(&mut self) -> Option<usize> {
        let alive = self.places.iter().enumerate().filter(|(_, place)| place.node.is_some());
        let alive: Vec<usize> = alive.map(|(number, _)| number).collect();
        self.pick(&alive)
    }

    /// The node at a place, if it lives.
    pub fn node(&mut self, number: usize) -> Option<&mut Node> {
        self.places.get_mut(number)?.node.as_mut()
    }

    /// Begins something in some node; `lost` follows if the node dies meanwhile, or if none lives.
    pub fn ask_node<F>(&mut self, lost: Then, ask: impl FnOnce(Arc<StormEngine>) -> F)
    where
        F: Future<Output = Then> + 'static,
    {
        let number = self.some_node();
        if let Some(number) = number
            && self.strikes(self.climate.mishap / 6)
        {
            self.mishap_of(number);
        }
        match number.and_then(|number| self.node(number)) {
            Some(node) => {
                let future = ask(node.engine.clone());
                node.tasks.push(Task::new(None, future, lost));
            }
            None => lost(self),
        }
    }

    /// Starts the node of a place.
    pub fn start(&mut self, number: usize) {
        self.say(|| format!("node {number} starts"));
        let alone = self.places.len() == 1;
        let Some(place) = self.places.get_mut(number) else { return };
        place.node = Some(Node::start(&self.ground, number, alone, &place.watch, &place.mishaps));
        self.due = None;
    }

    /// The process of a node dies wherever it is, and comes back after a while.
    pub fn kill(&mut self, number: usize) {
        let pause = SignedDuration::from_millis(i64::try_from(self.chance.below(20_000)).unwrap_or(0));
        let back_at = self.now().checked_add(pause).expect("a moment before the end of time");
        let Some(place) = self.places.get_mut(number) else { return };
        let Some(node) = place.node.take() else { return };
        place.mishaps.clear();
        place.back_at = back_at;
        self.say(|| format!("node {number} DIES with {} things under way", node.tasks.len()));
        self.waiting.retain(|_, waiting| waiting.node != number);
        let Node { tasks, engine, .. } = node;
        let lost: Vec<Then> = tasks.into_iter().map(Task::into_lost).collect();
        drop(engine);
        for lost in lost {
            lost(self);
        }
        self.due = None;
    }

    /// Gives the writer of a node a turn.
    pub fn turn(&mut self, number: usize) {
        self.due = None;
        if self.node(number).map(Node::turn) == Some(Turned::Died) {
            self.kill(number);
        }
    }

    /// Does something whole in a node while nothing goes wrong: a person at the command line.
    pub fn by_hand<T>(&mut self, number: usize, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let mishaps = self.places.get(number).map(|place| place.mishaps.clone()).unwrap_or_default();
        mishaps.clear();
        loop {
            if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return done;
            }
            self.turn(number);
        }
    }
}
