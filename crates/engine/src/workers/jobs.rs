//! Doing jobs: those handed over with a decision, and those that have become due.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::meters::Worked;
use crate::months;
use crate::network::Network;
use domain::attempts::Operation;
use domain::closing::ExpirePayment;
use domain::decide::Refused;
use domain::faults::{Planted, planted};
use domain::jobs::{Job, Lease, Task};
use domain::settings::SetTurnover;
use domain::settling::SettlePayment;
use domain::telling_ends::OweEnd;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use store::handover::{AtHand, Records};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Due jobs are looked for this often at least.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// So many jobs are claimed at once.
const CLAIM_MAX: usize = 64;
/// A job that failed for reasons of our own is tried so often before a person must look.
const TRIES_MAX: u32 = 40;
/// Work is begun only while its lease lasts so much longer: more than any call can take, with the one
/// repeat that a pure read may have.
const LEFT_MIN: SignedDuration = SignedDuration::from_secs(75);

/// Does jobs until told to stop; then finishes what is under way.
///
/// Two things bring work, and neither waits for the other: a place is given in the order in which it
/// was asked for, so a crowd of new work never starves what has become due.
pub async fn run<N: Network, C: Clock>(engine: Arc<Engine<N, C>>, stop: watch::Receiver<bool>) {
    let places = u32::try_from(engine.setup.workers.max(1)).unwrap_or(u32::MAX);
    let room = Arc::new(Semaphore::new(engine.setup.workers.max(1)));
    let _at_work = engine.travels.at_work();
    tokio::join!(take_handed(&engine, &room, stop.clone()), take_due(&engine, &room, stop));
    // Taking every place waits for whoever still works.
    let _ = room.acquire_many(places).await;
}

/// Begins what is handed over with decisions, as it comes.
async fn take_handed<N: Network, C: Clock>(
    engine: &Arc<Engine<N, C>>,
    room: &Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    let Some(mut handed) = engine.store.take_leased() else {
        return;
    };
    loop {
        let lease = tokio::select! {
            lease = handed.recv() => lease,
            () = stopped(&mut stop) => return,
        };
        let (Some(lease), Ok(place)) = (lease, room.clone().acquire_owned().await) else {
            return;
        };
        begin(engine, place, lease);
    }
}

/// Looks for what has become due, again and again.
async fn take_due<N: Network, C: Clock>(
    engine: &Arc<Engine<N, C>>,
    room: &Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    let mut more = false;
    loop {
        if *stop.borrow() {
            return;
        }
        if !more {
            tokio::select! {
                () = engine.clock.sleep(LOOK_EVERY) => {}
                () = engine.travels.hurried() => {}
                () = stopped(&mut stop) => return,
            }
        }
        more = claim(engine, room).await;
    }
}

/// Comes back when work is to stop; whoever could say so being gone says it too.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Begins as much due work as there are places for, at least one; true when more may wait.
async fn claim<N: Network, C: Clock>(engine: &Arc<Engine<N, C>>, room: &Arc<Semaphore>) -> bool {
    let Ok(first) = room.clone().acquire_owned().await else {
        return false;
    };
    // Only what has a place is claimed: a lease must not run out while its job waits for one.
    let others = std::iter::from_fn(|| room.clone().try_acquire_owned().ok());
    let places: Vec<OwnedSemaphorePermit> = std::iter::once(first).chain(others).take(CLAIM_MAX).collect();
    let count = u32::try_from(places.len()).unwrap_or(1);
    match engine.store.claim(count, engine.now()).await {
        Ok(claimed) => {
            let all = claimed.len() == places.len();
            for (place, (_, lease)) in places.into_iter().zip(claimed) {
                begin(engine, place, lease);
            }
            all
        }
        Err(error) => {
            tracing::warn!(%error, "due jobs could not be claimed");
            false
        }
    }
}

fn begin<N: Network, C: Clock>(engine: &Arc<Engine<N, C>>, place: OwnedSemaphorePermit, lease: Lease) {
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
    #[tracing::instrument(name = "job", skip_all, fields(task = lease.task.kind(), about = lease.task.about()))]
    pub async fn work(&self, lease: Lease) {
        let began = self.now();
        let at_hand = self.store.at_hand(&lease, began);
        let worked = match self.dispatch_if_live(lease, at_hand).await {
            Ok(()) => Worked::Done,
            Err(EngineError::Refused(Refused::LeaseOver)) => {
                tracing::info!("somebody else has this job by now, or will have it");
                Worked::LeaseOver
            }
            Err(error) => self.failed(lease, &error).await,
        };
        self.meters.worked(lease.task.kind(), worked, (began, self.now()));
    }

    /// Puts a failed job off, or sets it aside for a person once it has failed too often.
    async fn failed(&self, lease: Lease, error: &EngineError) -> Worked {
        tracing::error!(%error, "a job failed and will be tried again");
        let tries = self.store.job(lease.task).await.ok().flatten().map_or(0, |job| job.tries);
        let (saved, worked) = if tries >= TRIES_MAX {
            (self.store.park(&lease, &error.to_string()).await, Worked::Parked)
        } else {
            let due = again(self.now(), tries);
            (self.store.put_off(&lease, due, &error.to_string()).await, Worked::Failed)
        };
        if let Err(error) = saved {
            // The lease ends by itself, and the job is claimed again.
            tracing::warn!(%error, "a failed job could not be put off");
        }
        worked
    }

    /// A lease may have waited for a place too long: what it allowed is done under the next one. One that was
    /// given a moment ago comes with its job and what that is about, and none of it is read again.
    async fn dispatch_if_live(&self, lease: Lease, at_hand: Option<AtHand>) -> Result<(), EngineError> {
        let (job, records) = match at_hand {
            Some(AtHand { job, records }) => (Some(job), records),
            None => (self.store.job(lease.task).await?, Records::default()),
        };
        let latest = self.now().saturating_add(LEFT_MIN).unwrap_or(Timestamp::MAX);
        let live = match job {
            Some(Job { lease: Some((number, until)), .. }) => number == lease.number && until >= latest,
            // A check that news has planned anew for a second later: asking at once harms nobody.
            Some(Job { lease: None, .. }) => matches!(lease.task, Task::CheckAttempt(_)),
            None => false,
        };
        if live || planted(Planted::IgnoreLease) {
            self.dispatch(lease, records).await
        } else {
            Err(EngineError::Refused(Refused::LeaseOver))
        }
    }

    async fn dispatch(&self, lease: Lease, records: Records) -> Result<(), EngineError> {
        match lease.task {
            Task::AdvanceAttempt(id) => self.advance(id, lease, records).await,
            Task::CheckAttempt(id) => self.check(id, lease, records).await,
            Task::CaptureHold(id) => self.operate(id, Operation::Capture, lease, records).await,
            Task::ReleaseHold(id) => self.operate(id, Operation::Release, lease, records).await,
            Task::CarryRefund(id) => self.carry_refund(id, lease).await,
            Task::CarryMove(id) => self.carry_move(id, lease).await,
            Task::CarryPayout(id) => self.carry_payout(id, lease).await,
            Task::SendNotice(id) => self.send_notice(id, lease, records).await,
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
            Task::TellEnd(payment) => {
                let notice = self.fresh(payment.book)?;
                self.submit(OweEnd { payment, notice, lease: Some(lease) }).await
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
