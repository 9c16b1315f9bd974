//! Whether this node can take requests, and the numbers that are looked up rather than counted.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::meters::{OfAccount, OfJobs};
use crate::network::Network;
use domain::ids::PaymentId;
use domain::jobs::Task;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use std::time::Duration;
use store::reads::books::Report;
use store::reads::jobs::KindOfJobs;

/// A store that has not answered after so long does not answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Whether a node can take requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Writer and readers answer in time.
    pub store: bool,
    /// Numbers for new identifiers are reserved.
    pub numbers: bool,
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Whether store and numbers are as they must be; at most two seconds old, for strangers may ask.
    pub async fn readiness(&self) -> Readiness {
        let look = async {
            let answered = tokio::time::timeout(ANSWER_WITHIN, self.store.ask()).await;
            let numbers = self.store.fresh(self.now()).is_ok();
            Ok::<_, EngineError>(Readiness { store: matches!(answered, Ok(Ok(()))), numbers })
        };
        let found = self.readiness.get((), self.now(), look).await;
        let found = found.unwrap_or(Readiness { store: false, numbers: false });
        for (part, good) in [("store", found.store), ("numbers", found.numbers)] {
            self.meters.ready.get_or_create(&[("part", part)]).set(i64::from(good));
        }
        found
    }

    /// Registers what engine and store count of themselves; [`Engine::measure`] before each reading.
    pub fn register(&self, registry: &mut Registry) {
        self.meters.register(registry);
        self.store.register(registry);
    }

    /// Brings up to date what is looked up: jobs, open payments, breakers, the writer's queue, readiness.
    ///
    /// What cannot be read in time keeps its last numbers, and `openkassa_ready` tells why.
    pub async fn measure(&self) {
        self.store.measure();
        let now = self.now();
        let readiness = self.readiness().await;
        let accounts = if readiness.store { self.all_providers().await.ok() } else { None };
        for account in accounts.iter().flat_map(|accounts| accounts.iter()) {
            let open = self.breakers.is_open(account.id, now);
            let labels = OfAccount { account: account.name.clone() };
            self.meters.breaker_open.get_or_create(&labels).set(i64::from(open));
        }
        match tokio::time::timeout(ANSWER_WITHIN, self.store.job_counts_by_kind(now)).await {
            Ok(Ok(kinds)) => self.note_jobs(&kinds, now),
            Ok(Err(error)) => tracing::warn!(%error, "jobs could not be counted"),
            Err(_) => tracing::warn!("jobs could not be counted in time"),
        }
    }

    fn note_jobs(&self, kinds: &[KindOfJobs], now: Timestamp) {
        let since =
            |moment: Option<Timestamp>| moment.map_or(0, |then| now.duration_since(then).as_secs().max(0));
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        // A kind of which the last job is done would otherwise stay at its last number for ever.
        self.meters.jobs.clear();
        self.meters.job_age.clear();
        self.meters.open_payments.set(0);
        for KindOfJobs { kind, counts, oldest_parked } in kinds {
            let labels = |state| OfJobs { kind: kind.clone(), state };
            let states = [
                ("waiting", counts.waiting),
                ("due", counts.due),
                ("leased", counts.leased),
                ("parked", counts.parked),
            ];
            for (state, number) in states {
                self.meters.jobs.get_or_create(&labels(state)).set(count(number));
            }
            self.meters.job_age.get_or_create(&labels("due")).set(since(counts.oldest_due));
            self.meters.job_age.get_or_create(&labels("parked")).set(since(*oldest_parked));
            if kind == expiry() {
                // Whoever is neither paid nor ended has an end that is planned.
                let all = counts.waiting.saturating_add(counts.due).saturating_add(counts.leased);
                self.meters.open_payments.set(count(all));
            }
        }
    }

    /// Checks all books and remembers for the metrics what was found.
    ///
    /// # Errors
    /// [`EngineError`] when the store does not answer.
    #[tracing::instrument(skip_all)]
    pub async fn check_books(&self) -> Result<Report, EngineError> {
        let began = self.now();
        let report = self.store.check_books().await?;
        self.meters.checked(&report, (began, self.now()));
        Ok(report)
    }
}

/// The kind of the job that every open payment has.
fn expiry() -> &'static str {
    use domain::ids::{Book, Id};
    Task::ExpirePayment(PaymentId::new(Book::PLATFORM, 0)).kind()
}
