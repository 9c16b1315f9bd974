//! What the store counts of itself, for the operator's metrics.

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// Bounds of a turn's length, in seconds: a sync takes about a millisecond on a good disk, and one that
/// takes a second is a disk in trouble.
const TURN_SECONDS: [f64; 13] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];
/// Bounds of a batch's size: 1, 2, 4 … 512.
const BATCH_BOUNDS: u16 = 10;

/// A label and its value; both are words of this program.
type Label = [(&'static str, &'static str); 1];

/// What a message in the writer's queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A command that somebody wants.
    Wish,
    /// A command about what has happened.
    News,
    /// A small statement.
    Statement,
}

impl Sort {
    const fn word(self) -> &'static str {
        match self {
            Sort::Wish => "wish",
            Sort::News => "news",
            Sort::Statement => "statement",
        }
    }
}

/// Counters of one store.
#[derive(Debug)]
pub struct Meters {
    batch: Histogram,
    turn: Family<Label, Histogram, fn() -> Histogram>,
    refused: Family<Label, Counter>,
    queue: Gauge,
}

impl Default for Meters {
    fn default() -> Meters {
        let meters = Meters {
            batch: Histogram::new(exponential_buckets(1.0, 2.0, BATCH_BOUNDS)),
            turn: Family::new_with_constructor(|| Histogram::new(TURN_SECONDS)),
            refused: Family::default(),
            queue: Gauge::default(),
        };
        // A rate that is zero is told as zero, not left out until it is too late to see it rise.
        for sort in [Sort::Wish, Sort::News, Sort::Statement] {
            meters.refused.get_or_create(&[("sort", sort.word())]).inc_by(0);
        }
        meters
    }
}

impl Meters {
    /// Names the counters in a registry.
    pub fn register(&self, registry: &mut Registry) {
        let batch = "Commands that were decided and saved together";
        registry.register("openkassa_store_batch_commands", batch, self.batch.clone());
        let turn = "How long the writer took for a batch of commands, or of small statements";
        registry.register("openkassa_store_turn_seconds", turn, self.turn.clone());
        let refused = "What was refused because too much waited for the writer";
        registry.register("openkassa_store_refused", refused, self.refused.clone());
        registry.register("openkassa_store_queue", "What waits for the writer now", self.queue.clone());
    }

    /// A batch of so many commands was decided and saved.
    pub(crate) fn turned(&self, commands: usize, began: Timestamp, ended: Timestamp) {
        // A batch holds at most 512 commands, so the conversion is exact.
        self.batch.observe(u32::try_from(commands).map_or(f64::MAX, f64::from));
        self.turn.get_or_create(&[("of", "commands")]).observe(seconds(began, ended));
    }

    /// Small statements were run.
    pub(crate) fn stated(&self, began: Timestamp, ended: Timestamp) {
        self.turn.get_or_create(&[("of", "statements")]).observe(seconds(began, ended));
    }

    /// Something was refused because too much waits.
    pub(crate) fn refused(&self, sort: Sort) {
        self.refused.get_or_create(&[("sort", sort.word())]).inc();
    }

    /// So much waits now.
    pub(crate) fn waiting(&self, messages: usize) {
        self.queue.set(i64::try_from(messages).unwrap_or(i64::MAX));
    }
}

/// A length of time; one that a moved clock made negative is none.
fn seconds(began: Timestamp, ended: Timestamp) -> f64 {
    ended.duration_since(began).as_secs_f64().max(0.0)
}
