//! Lists: newest first, a page at a time, filtered by what the query names.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::message::Request;

use super::problem::Problem;
use super::state::Shelf;

const LIMIT_DEFAULT: usize = 10;
const LIMIT_MAX: usize = 100;

/// A span of time; each end may be open, and says whether it belongs to the span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Span {
    gte: Option<Timestamp>,
    gt: Option<Timestamp>,
    lte: Option<Timestamp>,
    lt: Option<Timestamp>,
}

/// Everything that a list may be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    limit: usize,
    /// Numbers from here on were on earlier pages.
    before: Option<u64>,
    pub(crate) created: Span,
    pub(crate) captured: Span,
    pub(crate) status: Option<String>,
    pub(crate) payment_method: Option<String>,
    pub(crate) payment_id: Option<String>,
    pub(crate) refund_id: Option<String>,
}

impl Span {
    /// Whether a moment lies in the span. What has no moment lies in the open span only.
    pub(crate) fn holds(&self, at: Option<Timestamp>) -> bool {
        let Some(at) = at else { return *self == Span::default() };
        self.gte.is_none_or(|end| at >= end)
            && self.gt.is_none_or(|end| at > end)
            && self.lte.is_none_or(|end| at <= end)
            && self.lt.is_none_or(|end| at < end)
    }

    fn set(&mut self, end: &str, value: &str, parameter: &str) -> Result<(), Problem> {
        let at: Timestamp = value
            .parse()
            .map_err(|_| Problem::invalid(parameter, "A moment like 2026-01-15T10:20:30Z is expected"))?;
        match end {
            "gte" => self.gte = Some(at),
            "gt" => self.gt = Some(at),
            "lte" => self.lte = Some(at),
            "lt" => self.lt = Some(at),
            _ => return Err(Problem::invalid(parameter, "This parameter is not known")),
        }
        Ok(())
    }
}

impl Filter {
    /// Reads the query; `statuses` are the words that this kind of object knows.
    ///
    /// # Errors
    /// A value that cannot be meant: a limit out of bounds, a strange cursor, moment or status.
    pub(crate) fn read(request: &Request, statuses: &[&str]) -> Result<Filter, Problem> {
        let mut filter = Filter {
            limit: LIMIT_DEFAULT,
            before: None,
            created: Span::default(),
            captured: Span::default(),
            status: None,
            payment_method: None,
            payment_id: None,
            refund_id: None,
        };
        for (name, value) in request.query_pairs() {
            if !value.is_empty() {
                filter.set(&name, value, statuses)?;
            }
        }
        Ok(filter)
    }

    fn set(&mut self, name: &str, value: String, statuses: &[&str]) -> Result<(), Problem> {
        if let Some(end) = name.strip_prefix("created_at.") {
            return self.created.set(end, &value, name);
        }
        if let Some(end) = name.strip_prefix("captured_at.") {
            return self.captured.set(end, &value, name);
        }
        match name {
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                self.limit =
                    limit.ok_or_else(|| Problem::invalid("limit", "A number from 1 to 100 is expected"))?;
            }
            "cursor" => {
                let before = value.strip_prefix('n').and_then(|number| number.parse().ok());
                let before =
                    before.ok_or_else(|| Problem::invalid("cursor", "This cursor is not one of ours"))?;
                self.before = Some(before);
            }
            "status" if !statuses.contains(&value.as_str()) => {
                return Err(Problem::invalid("status", "This status is not known"));
            }
            "status" => self.status = Some(value),
            "payment_method" => self.payment_method = Some(value),
            "payment_id" => self.payment_id = Some(value),
            "refund_id" => self.refund_id = Some(value),
            // The live service has more filters; an unknown one narrows nothing here.
            _ => {}
        }
        Ok(())
    }
}

/// One page of the objects to keep, with a cursor if there are more.
pub(crate) fn page<T>(
    shelf: &Shelf<T>,
    filter: &Filter,
    keep: impl Fn(&T) -> bool,
    show: impl Fn(&T) -> Value,
) -> Value {
    let fresh = |number: u64| filter.before.is_none_or(|before| number < before);
    let mut rest =
        shelf.oldest_first().rev().filter(|(number, object)| fresh(*number) && keep(object)).peekable();
    let mut items = Vec::new();
    let mut last = 0;
    while items.len() < filter.limit {
        let Some((number, object)) = rest.next() else { break };
        items.push(show(object));
        last = number;
    }
    if rest.peek().is_some() {
        json!({"type": "list", "items": items, "next_cursor": format!("n{last}")})
    } else {
        json!({"type": "list", "items": items})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(count: u64) -> Shelf<u64> {
        let mut shelf = Shelf::default();
        for number in 1..=count {
            shelf.insert(number.to_string(), number);
        }
        shelf
    }

    fn read(query: &str) -> Result<Filter, Problem> {
        Filter::read(&Request::new("GET", &format!("/x?{query}")), &["pending"])
    }

    #[test]
    fn pages_follow_one_another_without_gap_or_repetition() {
        let shelf = shelf(25);
        let mut seen = Vec::new();
        let mut query = "limit=10".to_owned();
        loop {
            let page = page(&shelf, &read(&query).unwrap(), |number| number % 2 == 1, |number| json!(number));
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item.as_u64().unwrap()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            query = format!("limit=10&cursor={cursor}");
        }
        assert_eq!(seen, (1..=25).rev().filter(|number| number % 2 == 1).collect::<Vec<_>>());
    }

    #[test]
    fn a_full_last_page_has_no_cursor() {
        let page = page(&shelf(10), &read("").unwrap(), |_| true, |number| json!(number));
        assert_eq!(page["items"].as_array().unwrap().len(), 10);
        assert!(page.get("next_cursor").is_none());
    }

    #[test]
    fn ends_of_a_span_say_whether_they_belong_to_it() {
        let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
        let moment = at("2026-01-15T10:00:00Z");
        let holds = |query: &str| read(query).unwrap().created.holds(moment);
        assert!(holds("created_at.gte=2026-01-15T10:00:00.000Z&created_at.lte=2026-01-15T10:00:00Z"));
        assert!(!holds("created_at.gt=2026-01-15T10:00:00Z"));
        assert!(!holds("created_at.lt=2026-01-15T10:00:00Z"));
        assert!(holds("created_at.lt=2026-01-15T10:00:01Z"));
        assert!(!read("captured_at.lt=2030-01-01T00:00:00Z").unwrap().captured.holds(None));
    }

    #[test]
    fn values_that_cannot_be_meant_are_refused_by_name() {
        for (query, name) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("cursor=zzz", "cursor"),
            ("status=lost", "status"),
            ("created_at.gte=yesterday", "created_at.gte"),
            ("created_at.near=2026-01-15T10:00:00Z", "created_at.near"),
        ] {
            assert_eq!(read(query).unwrap_err().parameter(), Some(name), "{query}");
        }
    }
}
