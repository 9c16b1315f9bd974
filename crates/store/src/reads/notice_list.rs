//! The log of a seller's notices, page by page: what each was about, what the shop answered, when it is sent next.

use crate::checkouts;
use crate::error::StoreError;
use crate::reader::Query;
use crate::reads::payment_list::Place;
use crate::store::Store;
use crate::table::Table;
use crate::value::{Row, Value};
use domain::ids::{Book, ShopId};
use domain::jobs::Task;
use domain::notices::Notice;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A page of the log is this long at most.
pub const NOTICES_MAX: u32 = 100;

/// Which notices are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeSort {
    /// All of them.
    All,
    /// Those that were not accepted although they were sent: refused, unanswered, given up.
    NotAccepted,
}

impl NoticeSort {
    const fn condition(self) -> &'static str {
        match self {
            NoticeSort::All => "",
            // As in the index that finds them.
            NoticeSort::NotAccepted => " AND (state = 'given_up' OR (state = 'owed' AND tries > 0))",
        }
    }
}

/// A notice in the log.
#[derive(Clone, Debug)]
pub struct LoggedNotice {
    /// The notice.
    pub notice: Notice,
    /// The shop's number of the order, or its text.
    pub order: String,
    /// The shop.
    pub shop: ShopId,
    /// Why it was not accepted the last time; none if it never was refused.
    pub why: Option<String>,
    /// When it is sent next; none if it is not.
    pub next_try: Option<Timestamp>,
}

/// A page of the log, the newest first.
#[derive(Clone, Debug, Default)]
pub struct NoticePage {
    /// The notices.
    pub rows: Vec<LoggedNotice>,
    /// Whether the log goes on in the direction in which it was read.
    pub more: bool,
}

impl Store {
    /// A page of a book's notices.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notice_list(
        &self,
        book: Book,
        sort: NoticeSort,
        place: Place,
        limit: u32,
    ) -> Result<NoticePage, StoreError> {
        let limit = limit.clamp(1, NOTICES_MAX);
        let (side, number, order) = match place {
            Place::Top => ("<", i64::MAX, "DESC"),
            Place::Below(number) => ("<", number.cast_signed(), "DESC"),
            Place::Above(number) => (">", number.cast_signed(), "ASC"),
        };
        // Every number is; it says which index is meant.
        let condition = format!(
            "book = $1 AND number > 0 AND number {side} $2{} ORDER BY number {order} LIMIT $3",
            sort.condition()
        );
        let values = vec![book.into(), number.into(), limit.saturating_add(1).into()];
        let query = Query::new(Notice::SHAPE.select(&condition), values);
        let mut notices: Vec<Notice> = self.reader().records(query).await?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = notices.len() > wanted;
        notices.truncate(wanted);
        if matches!(place, Place::Above(_)) {
            notices.reverse();
        }
        Ok(NoticePage { rows: self.logged(book, notices).await?, more })
    }

    /// What else is known of some notices of a book, each question asked once for all of them.
    async fn logged(&self, book: Book, notices: Vec<Notice>) -> Result<Vec<LoggedNotice>, StoreError> {
        if notices.is_empty() {
            return Ok(Vec::new());
        }
        let payments = notices.iter().map(|notice| notice.payment.number);
        let orders = of_numbers(
            "SELECT number, shop, order_number, checkout FROM payments WHERE book = $1 AND number",
            book,
            payments.clone(),
        );
        let refused = of_numbers(
            "SELECT details FROM history WHERE subject = 'payment' AND what = 'notice_refused' AND book = $1 \
             AND about",
            book,
            payments,
        );
        let refused = Query::new(format!("{} ORDER BY at, writer, turn, place", refused.sql), refused.values);
        let jobs = of_numbers(
            "SELECT about, due FROM jobs WHERE kind = 'send_notice' AND parked IS NULL AND book = $1 AND about",
            book,
            notices.iter().map(|notice| notice.id.number),
        );
        let found = self.reader().several(vec![orders, refused, jobs]).await?;
        let [orders, refused, jobs] = found.as_slice() else {
            return Err(StoreError::Unavailable("a read was broken off".to_owned()));
        };
        let orders = collect(orders, "payments", |row| {
            Ok((row.number("number")?, (row.id::<ShopId>("shop", book)?, checkouts::order_text(row)?)))
        })?;
        // The last refusal of a notice takes the place of those before it.
        let mut whys: BTreeMap<String, String> = BTreeMap::new();
        for row in refused {
            let details: BTreeMap<String, String> = details(row)?;
            if let (Some(notice), Some(why)) = (details.get("notice"), details.get("why")) {
                whys.insert(notice.clone(), why.clone());
            }
        }
        let jobs = collect(jobs, "jobs", |row| Ok((row.number("about")?, row.time("due")?)))?;
        let logged = notices.into_iter().map(|notice| {
            let known = orders.get(&notice.payment.number);
            let (shop, order) =
                known.cloned().ok_or_else(|| StoreError::corrupt("payment", "a notice about no payment"))?;
            let why = whys.get(&notice.id.number.to_string()).cloned();
            let next_try = jobs.get(&Task::SendNotice(notice.id).about()).copied();
            Ok(LoggedNotice { notice, order, shop, why, next_try })
        });
        logged.collect::<Result<_, StoreError>>().map_err(|error| error.of_table("notices"))
    }
}

/// A question about several numbers of a book.
fn of_numbers(beginning: &str, book: Book, numbers: impl Iterator<Item = u64>) -> Query {
    let mut values: Vec<Value> = vec![book.into()];
    values.extend(numbers.map(Value::from));
    let places: Vec<String> = (2..=values.len()).map(|place| format!("${place}")).collect();
    Query::new(format!("{beginning} IN ({})", places.join(", ")), values)
}

fn collect<T>(
    rows: &[Row],
    table: &'static str,
    read: impl Fn(&Row) -> Result<(u64, T), StoreError>,
) -> Result<BTreeMap<u64, T>, StoreError> {
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| error.of_table(table))
}

fn details(row: &Row) -> Result<BTreeMap<String, String>, StoreError> {
    let details: Vec<(String, String)> = row.json("details").map_err(|error| error.of_table("history"))?;
    Ok(details.into_iter().collect())
}

#[cfg(test)]
mod tests;
