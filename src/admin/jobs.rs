//! Work at the command line: what was set aside for a person, what is late, and letting it go on.

use super::Admin;
use super::reply::Reply;
use super::reply::attention::{JobCountsView, JobLine, JobsView};
use super::words;
use crate::error::Failure;
use domain::ids::{AttemptId, Book, Id, MoveId, NoticeId, PaymentId, PayoutId, RefundId, SellerId};
use domain::jobs::Task;
use jiff::SignedDuration;
use store::reads::jobs::JobView;

/// So many jobs of each sort are told of.
const LISTED_MAX: u32 = 200;
/// Workers look twice a second: what is due for longer than this is done by nobody.
const LATE_AFTER: SignedDuration = SignedDuration::from_secs(60);

impl Admin<'_> {
    pub(super) async fn list_jobs(&self) -> Result<Reply, Failure> {
        let (store, now) = (self.engine.store(), self.engine.now());
        let counts = store.job_counts(now).await?;
        let late = now.checked_sub(LATE_AFTER).unwrap_or(now);
        Ok(Reply::Jobs(JobsView {
            counts: JobCountsView {
                waiting: counts.waiting,
                due: counts.due,
                under_way: counts.leased,
                parked: counts.parked,
            },
            parked: self.job_lines(store.parked_jobs(LISTED_MAX).await?).await?,
            late: self.job_lines(store.late_jobs(late, LISTED_MAX).await?).await?,
            limit: LISTED_MAX,
        }))
    }

    pub(super) async fn resume_job(&self, kind: &str, id: &str) -> Result<Reply, Failure> {
        let task = self.task(kind, id)?;
        self.engine.resume(task, self.actor.clone()).await?;
        Ok(Reply::Job(JobLine {
            kind: task.kind().to_owned(),
            id: self.about(task),
            payment: self.payment_of(task).await?,
            since: words::moment(self.engine.now()),
            tries: 0,
            why: None,
        }))
    }

    async fn job_lines(&self, jobs: Vec<JobView>) -> Result<Vec<JobLine>, Failure> {
        let mut lines = Vec::new();
        for JobView { job, last_why } in jobs {
            lines.push(JobLine {
                kind: job.task.kind().to_owned(),
                id: self.about(job.task),
                payment: self.payment_of(job.task).await?,
                since: words::moment(job.due),
                tries: job.tries,
                why: job.parked.or(last_why),
            });
        }
        Ok(lines)
    }

    fn about(&self, task: Task) -> String {
        match task {
            Task::AdvanceAttempt(id)
            | Task::CheckAttempt(id)
            | Task::CaptureHold(id)
            | Task::ReleaseHold(id) => self.engine.print(id),
            Task::ExpirePayment(id) | Task::SettlePayment(id) | Task::TellEnd(id) => self.engine.print(id),
            Task::CarryRefund(id) => self.engine.print(id),
            Task::SendNotice(id) => self.engine.print(id),
            Task::CarryMove(id) => self.engine.print(id),
            Task::CarryPayout(id) => self.engine.print(id),
            Task::MeasureTurnover(id) => self.engine.print(id),
        }
    }

    async fn payment_of(&self, task: Task) -> Result<Option<String>, Failure> {
        let store = self.engine.store();
        let payment = match task {
            Task::AdvanceAttempt(id)
            | Task::CheckAttempt(id)
            | Task::CaptureHold(id)
            | Task::ReleaseHold(id) => store.attempt(id).await?.map(|attempt| attempt.payment),
            Task::ExpirePayment(id) | Task::SettlePayment(id) | Task::TellEnd(id) => Some(id),
            Task::CarryRefund(id) => store.refund(id).await?.map(|refund| refund.payment),
            Task::SendNotice(id) => store.notice(id).await?.map(|notice| notice.payment),
            Task::CarryMove(id) => store.move_between_books(id).await?.map(|sent| sent.payment),
            Task::CarryPayout(_) | Task::MeasureTurnover(_) => None,
        };
        Ok(payment.map(|payment| self.engine.print(payment)))
    }

    /// The job that a person names by its kind and what it is about.
    fn task(&self, kind: &str, id: &str) -> Result<Task, Failure> {
        let unknown = || Failure::usage(format!("there is no work of the kind \"{kind}\"; see job list"));
        // The kind says of what kind the identifier must be.
        let (book, about) = match Task::from_parts(kind, 0, Book::PLATFORM).ok_or_else(unknown)? {
            Task::AdvanceAttempt(_) | Task::CheckAttempt(_) | Task::CaptureHold(_) | Task::ReleaseHold(_) => {
                self.parts::<AttemptId>(id)?
            }
            Task::ExpirePayment(_) | Task::SettlePayment(_) | Task::TellEnd(_) => {
                self.parts::<PaymentId>(id)?
            }
            Task::CarryRefund(_) => self.parts::<RefundId>(id)?,
            Task::SendNotice(_) => self.parts::<NoticeId>(id)?,
            Task::CarryMove(_) => self.parts::<MoveId>(id)?,
            Task::CarryPayout(_) => self.parts::<PayoutId>(id)?,
            Task::MeasureTurnover(_) => self.parts::<SellerId>(id)?,
        };
        Task::from_parts(kind, about, book).ok_or_else(unknown)
    }

    fn parts<I: Id>(&self, text: &str) -> Result<(Book, u64), Failure> {
        let wrong = |_| Failure::not_found(format!("there is no such work about \"{text}\""));
        let id: I = self.engine.parse(text).map_err(wrong)?;
        Ok((id.book(), id.number()))
    }
}
