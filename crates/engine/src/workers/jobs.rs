//! Doing jobs: those handed over with a decision, and those that have become due.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::months;
use crate::network::Network;
use domain::attempts::Operation;
use domain::closing::ExpirePayment;
use domain::decide::Refused;
use domain::jobs::{Lease, Task};
use domain::settings::SetTurnover;
use domain::settling::SettlePayment;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};

/// Due jobs are looked for this often at least.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// So many jobs are claimed at once.
const CLAIM_MAX: u32 = 64;
/// A job that failed for reasons of our own is tried so often before a person must look.
const TRIES_MAX: u32 = 40;

/// Does jobs until told to stop; then finishes what is under way.
pub async fn run<N: Network, C: Clock>(engine: Arc<Engine<N, C>>, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(engine.setup.workers.max(1)));
    let mut handed = engine.store.take_leased();
    while !*stop.borrow() {
        tokio::select! {
            () = next_handed(&engine, &room, &mut handed) => {}
            () = engine.clock.sleep(LOOK_EVERY) => claim(&engine, &room).await,
            _ = stop.changed() => {}
        }
    }
    // Taking every place waits for whoever still works.
    let places = u32::try_from(engine.setup.workers.max(1)).unwrap_or(u32::MAX);
    let _ = room.acquire_many(places).await;
}

async fn next_handed<N: Network, C: Clock>(
    engine: &Arc<Engine<N, C>>,
    room: &Arc<Semaphore>,
    handed: &mut Option<mpsc::Receiver<Lease>>,
) {
    match handed {
        Some(leases) => match leases.recv().await {
            Some(lease) => begin(engine, room, lease).await,
            None => *handed = None,
        },
        None => std::future::pending().await,
    }
}

async fn claim<N: Network, C: Clock>(engine: &Arc<Engine<N, C>>, room: &Arc<Semaphore>) {
    let free = u32::try_from(room.available_permits()).unwrap_or(CLAIM_MAX).min(CLAIM_MAX);
    if free == 0 {
        return;
    }
    match engine.store.claim(free, engine.now()).await {
        Ok(claimed) => {
            for (_, lease) in claimed {
                begin(engine, room, lease).await;
            }
        }
        Err(error) => tracing::warn!(%error, "due jobs could not be claimed"),
    }
}

async fn begin<N: Network, C: Clock>(engine: &Arc<Engine<N, C>>, room: &Arc<Semaphore>, lease: Lease) {
    let Ok(place) = room.clone().acquire_owned().await else {
        return;
    };
    let engine = engine.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "the semaphore bounds them, and shutting down waits for its places"
    )]
    tokio::spawn(async move {
        engine.work(lease).await;
        drop(place);
    });
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Does one job, whatever comes of it.
    #[tracing::instrument(skip_all, fields(task = lease.task.kind(), about = lease.task.about()))]
    pub async fn work(&self, lease: Lease) {
        let Err(error) = self.dispatch(lease).await else {
            return;
        };
        if matches!(error, EngineError::Refused(Refused::LeaseOver)) {
            tracing::info!("somebody else has this job by now");
            return;
        }
        tracing::error!(%error, "a job failed and will be tried again");
        let tries = self.store.job(lease.task).await.ok().flatten().map_or(0, |job| job.tries);
        let saved = if tries >= TRIES_MAX {
            self.store.park(&lease, &error.to_string()).await
        } else {
            self.store.put_off(&lease, again(self.now(), tries), &error.to_string()).await
        };
        if let Err(error) = saved {
            // The lease ends by itself, and the job is claimed again.
            tracing::warn!(%error, "a failed job could not be put off");
        }
    }

    async fn dispatch(&self, lease: Lease) -> Result<(), EngineError> {
        match lease.task {
            Task::AdvanceAttempt(id) => self.advance(id, lease).await,
            Task::CheckAttempt(id) => self.check(id, lease).await,
            Task::CaptureHold(id) => self.operate(id, Operation::Capture, lease).await,
            Task::ReleaseHold(id) => self.operate(id, Operation::Release, lease).await,
            Task::CarryRefund(id) => self.carry_refund(id, lease).await,
            Task::SendNotice(id) => self.send_notice(id, lease).await,
            Task::ExpirePayment(payment) => {
                self.submit(ExpirePayment { payment, lease: Some(lease) }).await?;
                self.changed(payment);
                Ok(())
            }
            Task::SettlePayment(payment) => {
                self.submit(SettlePayment { payment, lease: Some(lease) }).await?;
                self.changed(payment);
                Ok(())
            }
            Task::MeasureTurnover(id) => {
                let seller = self.store.seller(id).await?.ok_or(EngineError::NotFound("seller"))?;
                let month = months::before(self.now(), &seller.zone);
                let sums = self.store.captured_between(id.book, month.begins, month.ends).await?;
                self.submit(SetTurnover { seller: id, month: month.first_day, sums, lease: Some(lease) })
                    .await
            }
        }
    }

    /// Makes a job due now, unless somebody is at it.
    pub(crate) async fn bring_forward(&self, task: Task) -> Result<(), EngineError> {
        Ok(self.store.bring_forward(task, self.now()).await?)
    }
}

/// The next try after so many failures: 1 s, 2 s, 4 s … up to ten minutes.
fn again(now: Timestamp, tries: u32) -> Timestamp {
    let seconds = 1_i64.checked_shl(tries.min(10)).unwrap_or(600).min(600);
    now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}
