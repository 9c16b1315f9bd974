//! What the engine counts of itself, for the operator's metrics.
//!
//! Labels are words of this program, or the names that the operator gave to accounts with providers: a
//! bounded set, without anything of buyers or shops in it.

use crate::conversation::Ended;
use crate::network::SendError;
use connectors::connector::{Learned, Next};
use domain::attempts::Operation;
use domain::outcomes::Outcome;
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};
use store::reads::books::Report;
use wire::http::HttpReply;

/// Bounds of work that waits for somebody else, in seconds.
const CALL_SECONDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// A label and its value; both are words of this program.
type Word = [(&'static str, &'static str); 1];
/// A histogram of seconds for each set of labels.
type Seconds<L> = Family<L, Histogram, fn() -> Histogram>;

/// An account with a provider, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfAccount {
    pub(crate) account: String,
}

/// A conversation with a provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfOperation {
    account: String,
    operation: &'static str,
}

/// How something at a provider ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfResult {
    account: String,
    operation: &'static str,
    result: &'static str,
}

/// What became of a provider's notice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfNotice {
    account: String,
    result: &'static str,
}

/// Jobs of a kind in a state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfJobs {
    pub(crate) kind: String,
    pub(crate) state: &'static str,
}

/// Jobs of a kind that ended so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWork {
    kind: &'static str,
    result: &'static str,
}

/// How a job ended, this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worked {
    /// It is done, or goes on at a later moment by decision.
    Done,
    /// Somebody else has it.
    LeaseOver,
    /// It failed for reasons of our own and is tried again.
    Failed,
    /// It failed so often that a person must look.
    Parked,
}

impl Worked {
    const fn word(self) -> &'static str {
        match self {
            Worked::Done => "done",
            Worked::LeaseOver => "lease_over",
            Worked::Failed => "failed",
            Worked::Parked => "parked",
        }
    }
}

/// What became of a notice to a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The shop confirmed it.
    Accepted,
    /// The shop answered something else.
    Refused,
    /// The shop did not answer.
    NoAnswer,
}

impl Heard {
    const fn word(self) -> &'static str {
        match self {
            Heard::Accepted => "accepted",
            Heard::Refused => "refused",
            Heard::NoAnswer => "no_answer",
        }
    }
}

/// Counters of one engine.
#[derive(Debug)]
pub struct Meters {
    calls: Family<OfResult, Counter>,
    call_seconds: Seconds<OfOperation>,
    outcomes: Family<OfResult, Counter>,
    provider_notices: Family<OfNotice, Counter>,
    shop_notices: Family<Word, Counter>,
    shop_seconds: Histogram,
    opened: Family<Word, Counter>,
    work: Family<OfWork, Counter>,
    work_seconds: Seconds<Word>,
    books_green: Gauge,
    books_findings: Gauge,
    books_checked_at: Gauge,
    books_seconds: Gauge<f64, std::sync::atomic::AtomicU64>,
    pub(crate) breaker_open: Family<OfAccount, Gauge>,
    pub(crate) jobs: Family<OfJobs, Gauge>,
    pub(crate) job_age: Family<OfJobs, Gauge>,
    pub(crate) open_payments: Gauge,
    pub(crate) ready: Family<Word, Gauge>,
}

impl Default for Meters {
    fn default() -> Meters {
        let meters = Meters {
            calls: Family::default(),
            call_seconds: Family::new_with_constructor(call_seconds),
            outcomes: Family::default(),
            provider_notices: Family::default(),
            shop_notices: Family::default(),
            shop_seconds: call_seconds(),
            opened: Family::default(),
            work: Family::default(),
            work_seconds: Family::new_with_constructor(call_seconds),
            books_green: Gauge::default(),
            books_findings: Gauge::default(),
            books_checked_at: Gauge::default(),
            books_seconds: Gauge::default(),
            breaker_open: Family::default(),
            jobs: Family::default(),
            job_age: Family::default(),
            open_payments: Gauge::default(),
            ready: Family::default(),
        };
        // A rate that is zero is told as zero, not left out until it is too late to see it rise.
        for heard in [Heard::Accepted, Heard::Refused, Heard::NoAnswer] {
            meters.shop_notices.get_or_create(&[("result", heard.word())]).inc_by(0);
        }
        meters
    }
}

impl Meters {
    /// Names the counters in a registry.
    pub fn register(&self, registry: &mut Registry) {
        let mut name = Naming(registry);
        name.it("provider_calls", "Calls to providers, by what came of them", &self.calls);
        name.it("provider_call_seconds", "How long providers took to answer", &self.call_seconds);
        name.it("provider_outcomes", "What providers said in the end of a conversation", &self.outcomes);
        name.it("provider_breaker_open", "1 while an account is left alone", &self.breaker_open);
        name.it("provider_notices", "What providers told us", &self.provider_notices);
        name.it("shop_notices", "Tries to tell a shop, by what it answered", &self.shop_notices);
        name.it("shop_notice_seconds", "How long shops took to answer", &self.shop_seconds);
        name.it("payments_opened", "Payments that shops opened", &self.opened);
        name.it("payments_open", "Payments whose time runs: neither paid nor ended", &self.open_payments);
        name.it("jobs", "Jobs in the store now", &self.jobs);
        name.it("job_age_seconds", "Since when the oldest job of a state was due", &self.job_age);
        name.it("jobs_worked", "Jobs that were worked at", &self.work);
        name.it("job_seconds", "How long work at a job took", &self.work_seconds);
        name.it("books_green", "1 when the last check found the books in order", &self.books_green);
        name.it("books_findings", "What the last check of the books found", &self.books_findings);
        name.it(
            "books_checked_at_seconds",
            "When the books were checked last; 0: not yet",
            &self.books_checked_at,
        );
        name.it("books_check_seconds", "How long the last check took", &self.books_seconds);
        name.it("ready", "1 when this part allows to take requests", &self.ready);
    }

    /// A call to a provider, after its answer or for want of one.
    pub(crate) fn called(
        &self,
        account: &str,
        operation: &'static str,
        sent: &Result<HttpReply, SendError>,
        (began, ended): (Timestamp, Timestamp),
    ) {
        let result = match sent {
            Ok(reply) if reply.status >= 500 => "server_error",
            Ok(reply) if reply.status >= 400 => "client_error",
            Ok(_) => "answered",
            Err(SendError::NoAnswer(_)) => "no_answer",
            Err(SendError::NotSent(_)) => "not_sent",
        };
        self.calls.get_or_create(&of_result(account, operation, result)).inc();
        let labels = OfOperation { account: account.to_owned(), operation };
        self.call_seconds.get_or_create(&labels).observe(seconds(began, ended));
    }

    /// A call that did not leave, because the account is left alone for a while.
    pub(crate) fn left_alone(&self, account: &str, operation: &'static str) {
        self.calls.get_or_create(&of_result(account, operation, "left_alone")).inc();
    }

    /// How a conversation ended.
    pub(crate) fn spoken(&self, account: &str, operation: Operation, ended: &Ended) {
        let result = match ended {
            Ended::Said { next: Next::Done(outcome), .. } => word(outcome),
            Ended::Said { next: Next::Ask(..) | Next::Wait | Next::Call(_), .. } => "waits",
            Ended::Lost { .. } => "unknown",
            Ended::Forgotten => "forgotten",
            Ended::Stopped(_) => "stopped",
        };
        self.outcomes.get_or_create(&of_result(account, operation.code(), result)).inc();
    }

    /// What was heard of a payout.
    pub(crate) fn paid_out(&self, account: &str, operation: &'static str, result: &'static str) {
        self.outcomes.get_or_create(&of_result(account, operation, result)).inc();
    }

    /// An outcome that a provider proved in a notice of its own.
    pub(crate) fn proven(&self, account: &str, outcome: &Outcome) {
        self.outcomes.get_or_create(&of_result(account, Operation::Check.code(), word(outcome))).inc();
    }

    /// What became of a provider's notice.
    pub(crate) fn told(&self, account: &str, learned: Learned) {
        let result = match learned {
            Learned::Saved => "saved",
            Learned::NotOurs => "not_ours",
            Learned::TryAgain => "try_again",
        };
        let labels = OfNotice { account: account.to_owned(), result };
        self.provider_notices.get_or_create(&labels).inc();
    }

    /// What a shop answered to a notice.
    pub(crate) fn heard(&self, heard: Heard, (began, ended): (Timestamp, Timestamp)) {
        self.shop_notices.get_or_create(&[("result", heard.word())]).inc();
        self.shop_seconds.observe(seconds(began, ended));
    }

    /// A payment was opened in a live or a test book.
    pub(crate) fn opened(&self, book: &'static str) {
        self.opened.get_or_create(&[("book", book)]).inc();
    }

    /// A job was worked at.
    pub(crate) fn worked(&self, kind: &'static str, worked: Worked, (began, ended): (Timestamp, Timestamp)) {
        self.work.get_or_create(&OfWork { kind, result: worked.word() }).inc();
        self.work_seconds.get_or_create(&[("kind", kind)]).observe(seconds(began, ended));
    }

    /// What a check of the books found.
    pub(crate) fn checked(&self, report: &Report, (began, ended): (Timestamp, Timestamp)) {
        self.books_green.set(i64::from(report.is_green()));
        self.books_findings.set(i64::try_from(report.findings.len()).unwrap_or(i64::MAX));
        self.books_checked_at.set(ended.as_second());
        self.books_seconds.set(seconds(began, ended));
    }
}

/// Registers under the names that all of them begin with.
struct Naming<'a>(&'a mut Registry);

impl Naming<'_> {
    fn it(&mut self, name: &str, help: &str, metric: &(impl Metric + Clone)) {
        self.0.register(format!("openkassa_{name}"), help, metric.clone());
    }
}

fn call_seconds() -> Histogram {
    Histogram::new(CALL_SECONDS)
}

/// A length of time; one that a moved clock made negative is none.
fn seconds(began: Timestamp, ended: Timestamp) -> f64 {
    ended.duration_since(began).as_secs_f64().max(0.0)
}

fn of_result(account: &str, operation: &'static str, result: &'static str) -> OfResult {
    OfResult { account: account.to_owned(), operation, result }
}

const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Held { .. } => "held",
        Outcome::Received { .. } => "received",
        Outcome::Captured { .. } => "captured",
        Outcome::Released => "released",
        Outcome::Returned { .. } => "returned",
        Outcome::Declined { .. } => "declined",
    }
}
