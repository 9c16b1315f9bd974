//! What waits for a person, as people read it.

use super::table::{Fields, Table};
use crate::admin::reply::attention::{ClockView, JobLine, JobsView, StrayLine, TokenView};

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

pub(super) fn stray(payments: &[StrayLine]) -> String {
    let titles = [
        "payment",
        "shop",
        "state",
        ">credit",
        ">unclaimed",
        "currency",
        ">age",
        "cause",
        "refund failed",
        "payer",
    ];
    let mut table = Table::new(&titles);
    for stray in payments {
        let line = &stray.line;
        table.row([
            &line.payment,
            &line.shop,
            &line.state,
            &stray.credit,
            &stray.unclaimed,
            &line.currency,
            &age(stray.age_s),
            &stray.cause,
            stray.refund_failed.as_ref().unwrap_or(&String::new()),
            stray.payer.as_ref().unwrap_or(&String::new()),
        ]);
    }
    format!("{table}\n`openkassa payment refund PAYMENT --of credit|unclaimed` gives it back.\n")
}

/// An age in its largest unit: people ask whether it is minutes or days.
fn age(seconds: u64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')];
    let fits = units.into_iter().find(|(each, _)| seconds >= *each);
    fits.map_or_else(|| "0s".to_owned(), |(each, unit)| format!("{}{unit}", seconds / each))
}

pub(super) fn clock(view: &ClockView) -> String {
    let mut fields = Fields::new();
    fields.add("now", &view.now);
    fields.add("ahead of real time", format!("{} s", view.offset_s));
    fields.add_some("stops on the way", view.steps.map(|steps| steps.to_string()).as_ref());
    match view.reached {
        Some(false) => format!(
            "{fields}\nThe clock came only so far: there was more work on the way than one move does, or some \
             did not end in time. Move it again, or look at `openkassa job list`."
        ),
        Some(true) | None => fields.to_string(),
    }
}

pub(super) fn token(view: &TokenView) -> String {
    let mut fields = Fields::new();
    fields.add("token of the owner", &view.api_token);
    format!("{fields}\nIt is told this once, and the one before opens nothing any more.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let cases = [(0, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (3_600, "1h"), (172_900, "2d")];
        for (seconds, text) in cases {
            assert_eq!(age(seconds), text);
        }
    }
}
