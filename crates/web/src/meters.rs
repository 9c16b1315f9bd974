//! What the doors and pages count of themselves, for the operator's metrics.

use crate::crowd::{Class, Crowd};
use crate::spots::Spot;
use axum::http::StatusCode;
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

/// Bounds of an answer's length, in seconds.
const ANSWER_SECONDS: [f64; 13] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// A label and its value; both are words of this program.
type Word = [(&'static str, &'static str); 1];

/// Answers of a route by the first digit of the status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAnswer {
    route: &'static str,
    status: &'static str,
}

/// Counters of the doors and pages of one program.
#[derive(Debug)]
pub struct Meters {
    answers: Family<OfAnswer, Counter>,
    seconds: Family<Word, Histogram, fn() -> Histogram>,
    refused: Family<Word, Counter>,
    busy: Family<Word, Gauge>,
    waiting: Family<Word, Gauge>,
    pub(crate) connections: Gauge,
}

impl Default for Meters {
    fn default() -> Meters {
        let meters = Meters {
            answers: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(ANSWER_SECONDS)),
            refused: Family::default(),
            busy: Family::default(),
            waiting: Family::default(),
            connections: Gauge::default(),
        };
        // A rate that is zero is told as zero, not left out until it is too late to see it rise.
        for class in Class::ALL {
            meters.refused.get_or_create(&[("class", class.word())]).inc_by(0);
        }
        meters
    }
}

impl Meters {
    /// Names the counters in a registry.
    pub fn register(&self, registry: &mut Registry) {
        let mut name = Naming(registry);
        name.it("answers", "Answers by route and kind of status", &self.answers);
        name.it("answer_seconds", "How long answers took, waiting included", &self.seconds);
        name.it("refused", "Requests that were told to come again", &self.refused);
        name.it("busy", "Requests that are worked at now", &self.busy);
        name.it("waiting", "Requests that wait for a place now", &self.waiting);
        name.it("connections", "Open connections", &self.connections);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, spot: Spot, status: StatusCode, (began, ended): (Timestamp, Timestamp)) {
        let status = match status.as_u16() {
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.answers.get_or_create(&OfAnswer { route: spot.word(), status }).inc();
        // A clock that was moved meanwhile makes no negative lengths.
        let seconds = ended.duration_since(began).as_secs_f64().max(0.0);
        self.seconds.get_or_create(&[("route", spot.word())]).observe(seconds);
    }

    /// A request was told to come again.
    pub(crate) fn refused(&self, class: Class) {
        self.refused.get_or_create(&[("class", class.word())]).inc();
    }

    /// Brings up to date what is looked at rather than counted.
    pub(crate) fn measure(&self, crowd: &Crowd) {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        for class in Class::ALL {
            let (room, label) = (crowd.room(class), [("class", class.word())]);
            self.busy.get_or_create(&label).set(count(room.busy()));
            self.waiting.get_or_create(&label).set(count(room.waiting()));
        }
    }
}

/// Registers under the names that all of them begin with.
struct Naming<'a>(&'a mut Registry);

impl Naming<'_> {
    fn it(&mut self, name: &str, help: &str, metric: &(impl Metric + Clone)) {
        self.0.register(format!("openkassa_http_{name}"), help, metric.clone());
    }
}
