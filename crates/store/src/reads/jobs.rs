//! Work that waits, is under way, or is set aside for a person.

use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use crate::table::Table;
use crate::value::Row;
use domain::jobs::{Job, Task};
use jiff::Timestamp;

/// A job with the reason of its last failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobView {
    /// The job.
    pub job: Job,
    /// Why it was put off or set aside last.
    pub last_why: Option<String>,
}

/// How many jobs there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Wait for a later moment.
    pub waiting: u64,
    /// Are due and nobody is at them.
    pub due: u64,
    /// Somebody is at them.
    pub leased: u64,
    /// Are set aside for a person.
    pub parked: u64,
    /// Since when the oldest due job is due.
    pub oldest_due: Option<Timestamp>,
}

/// The jobs of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindOfJobs {
    /// The kind's word, as in [`Task::kind`].
    pub kind: String,
    /// How many there are of each sort.
    pub counts: JobCounts,
    /// Since when the oldest that is set aside was due.
    pub oldest_parked: Option<Timestamp>,
}

/// What is counted of jobs at the moment `$1`.
const COUNTED: &str = "\
    CAST(COALESCE(SUM(CASE WHEN parked IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS parked, \
    CAST(COALESCE(SUM(CASE WHEN ready_at <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS due, \
    CAST(COALESCE(SUM(CASE WHEN ready_at > $1 AND lease_until > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS leased, \
    CAST(COUNT(*) AS BIGINT) AS everything, \
    MIN(CASE WHEN ready_at <= $1 THEN ready_at END) AS oldest_due";

impl Store {
    /// A job, if it is still to be done.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job(&self, task: Task) -> Result<Option<Job>, StoreError> {
        self.record_of(&task).await
    }

    /// When the next job can be claimed, if any waits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = Query::new("SELECT MIN(ready_at) AS ready_at FROM jobs", Vec::new());
        let rows = self.reader().rows(query).await?;
        let due = rows.first().map(|row| row.maybe_time("ready_at")).transpose();
        Ok(due.map_err(|error| error.of_table("jobs"))?.flatten())
    }

    /// Jobs that are set aside for a person, the longest waiting first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn parked_jobs(&self, limit: u32) -> Result<Vec<JobView>, StoreError> {
        self.jobs_where("parked IS NOT NULL ORDER BY due, about, kind, book LIMIT $1", vec![limit.into()])
            .await
    }

    /// Jobs that could have been claimed before a moment and were not: work that nobody does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn late_jobs(&self, before: Timestamp, limit: u32) -> Result<Vec<JobView>, StoreError> {
        let condition = "ready_at < $1 ORDER BY ready_at, about, kind, book LIMIT $2";
        self.jobs_where(condition, vec![before.into(), limit.into()]).await
    }

    /// How many jobs there are of each sort.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_counts(&self, now: Timestamp) -> Result<JobCounts, StoreError> {
        let sql = format!("SELECT {COUNTED} FROM jobs");
        let rows = self.reader().rows(Query::new(sql, vec![now.into()])).await?;
        let counts = rows.first().map(read_counts).transpose();
        Ok(counts.map_err(|error| error.of_table("jobs"))?.unwrap_or_default())
    }

    /// How many jobs there are of each kind and sort; kinds without jobs are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn job_counts_by_kind(&self, now: Timestamp) -> Result<Vec<KindOfJobs>, StoreError> {
        let parked = "MIN(CASE WHEN parked IS NOT NULL THEN due END) AS oldest_parked";
        let sql = format!("SELECT kind, {COUNTED}, {parked} FROM jobs GROUP BY kind ORDER BY kind");
        let rows = self.reader().rows(Query::new(sql, vec![now.into()])).await?;
        let kinds = rows.iter().map(|row| {
            let oldest_parked = row.maybe_time("oldest_parked")?;
            Ok(KindOfJobs { kind: row.string("kind")?, counts: read_counts(row)?, oldest_parked })
        });
        kinds.collect::<Result<_, StoreError>>().map_err(|error| error.of_table("jobs"))
    }

    async fn jobs_where(
        &self,
        condition: &str,
        values: Vec<crate::value::Value>,
    ) -> Result<Vec<JobView>, StoreError> {
        let sql = format!("SELECT {}, last_why FROM jobs WHERE {condition}", Job::SHAPE.names());
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        let jobs: Vec<Job> = self.reader().read_all(&rows)?;
        let views = jobs.into_iter().zip(&rows);
        let views = views.map(|(job, row)| Ok(JobView { job, last_why: row.maybe_string("last_why")? }));
        views.collect::<Result<_, StoreError>>().map_err(|error| error.of_table("jobs"))
    }
}

fn read_counts(row: &Row) -> Result<JobCounts, StoreError> {
    let (parked, due, leased) = (row.number("parked")?, row.number("due")?, row.number("leased")?);
    let waiting = row.number("everything")?.saturating_sub(parked).saturating_sub(due).saturating_sub(leased);
    Ok(JobCounts { waiting, due, leased, parked, oldest_due: row.maybe_time("oldest_due")? })
}
