//! What waits for a person, as people read it.

use super::table::{Fields, Table};
use crate::admin::reply::attention::{JobLine, JobsView};

pub(super) fn jobs(view: &JobsView) -> String {
    let counts = &view.counts;
    let mut fields = Fields::new();
    fields.add("set aside for a person", counts.parked.to_string());
    fields.add("due now", counts.due.to_string());
    fields.add("under way", counts.under_way.to_string());
    fields.add("waiting for its time", counts.waiting.to_string());
    let parked = lines("set aside; `openkassa job resume KIND ID` lets it go on", &view.parked);
    let late = lines("late: due for more than a minute, and nobody is at it", &view.late);
    format!("{fields}\n{parked}\n{late}")
}

fn lines(title: &str, jobs: &[JobLine]) -> String {
    let mut table = Table::new(&["kind", "id", "since", ">tries", "payment", "why"]);
    for job in jobs {
        let tries = job.tries.to_string();
        let payment = job.payment.as_deref().unwrap_or_default();
        table.row([&job.kind, &job.id, &job.since, &tries, payment, job.why.as_deref().unwrap_or_default()]);
    }
    format!("{title}\n{table}")
}

pub(super) fn job(job: &JobLine) -> String {
    let mut fields = Fields::new();
    fields.add("goes on", &job.kind);
    fields.add("about", &job.id);
    fields.add_some("payment", job.payment.as_ref());
    fields.to_string()
}
