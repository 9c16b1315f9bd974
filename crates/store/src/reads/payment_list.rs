//! The list of a seller's payments: filtered, page by page, each page at a bounded cost.
//!
//! Identifiers rise with time, so a page goes on at a number. What an index cannot answer (method, sum, text)
//! is looked for among so many payments at most; a page that ends early says how far it has looked.

use crate::checkouts::order_pattern;
use crate::error::StoreError;
use crate::reader::Query;
use crate::store::Store;
use crate::table::{Table, record};
use crate::value::Value;
use domain::ids::{Book, ShopId};
use domain::methods::Method;
use domain::payments::Payment;
use jiff::Timestamp;

/// A page of the list is this long at most; exports read longer ones.
pub const LIST_MAX: u32 = 500;
/// So many payments are looked through for one page at most.
pub const LOOKED_THROUGH_MAX: u32 = 20_000;
/// Counting a group stops here: "and more" is all that a reader needs to know then.
pub const COUNTED_MAX: u32 = 1_000;
/// Identifiers are taken a moment before a payment opens.
const MARGIN_S: i64 = 60;

/// The groups in which people look for payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Waiting for the buyer, or for the end of an attempt.
    Open,
    /// Money is held, is being taken or let go.
    Held,
    /// Paid.
    Paid,
    /// Cancelled.
    Cancelled,
    /// Out of time.
    Expired,
}

impl Group {
    /// Every group, in the order of a payment's life.
    pub const ALL: [Group; 5] = [Group::Open, Group::Held, Group::Paid, Group::Cancelled, Group::Expired];

    /// Its word in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Group::Open => "open",
            Group::Held => "held",
            Group::Paid => "paid",
            Group::Cancelled => "cancelled",
            Group::Expired => "expired",
        }
    }

    /// The group of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.code() == code)
    }

    /// The states that it gathers, as rows name them.
    const fn states(self) -> &'static [&'static str] {
        match self {
            Group::Open => &["open", "closing"],
            Group::Held => &["held", "capturing", "releasing"],
            Group::Paid => &["paid"],
            Group::Cancelled => &["cancelled"],
            Group::Expired => &["expired"],
        }
    }
}

/// What is looked for by text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// The shop's number of an order, or a sum in minor units.
    Number {
        /// As an order's number.
        order: Option<i64>,
        /// As a sum.
        minor: Option<i64>,
        /// As a checkout's own text for an order.
        text: String,
    },
    /// The beginning of the buyer's e-mail address, in any case, or a checkout's own text for an order.
    Text(String),
}

/// Which payments are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of which group; all.
    pub group: Option<Group>,
    /// Of which shop; all of the book.
    pub shop: Option<ShopId>,
    /// Paid, or last tried, by which method.
    pub method: Option<Method>,
    /// Opened at or after.
    pub from: Option<Timestamp>,
    /// Opened before.
    pub until: Option<Timestamp>,
    /// At least so many minor units.
    pub least: Option<i64>,
    /// At most so many minor units.
    pub most: Option<i64>,
    /// What was typed.
    pub search: Option<Search>,
}

impl Filter {
    /// Whether an index alone answers it.
    fn is_plain(&self) -> bool {
        self.method.is_none() && self.least.is_none() && self.most.is_none() && self.search.is_none()
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the newest.
    Top,
    /// Below this number.
    Below(u64),
    /// Above this number.
    Above(u64),
}

/// A payment on the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The payment.
    pub payment: Payment,
    /// The method by which it was paid, or tried last.
    pub method: Option<Method>,
}

/// A page of the list, the newest first.
#[derive(Clone, Debug, Default)]
pub struct ListPage {
    /// The payments.
    pub rows: Vec<Listed>,
    /// Whether the list goes on in the direction in which it was read.
    pub more: bool,
    /// The page ended early because enough was looked through: the search goes on from this number.
    pub looked_to: Option<u64>,
}

/// How many payments a group has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Which group.
    pub group: Group,
    /// How many; with `more`, at least so many.
    pub count: u64,
    /// Whether counting stopped.
    pub more: bool,
}

impl Store {
    /// A page of a book's payments.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_list(
        &self,
        book: Book,
        filter: &Filter,
        place: Place,
        limit: u32,
    ) -> Result<ListPage, StoreError> {
        let limit = limit.clamp(1, LIST_MAX);
        let looked_to = if filter.is_plain() { None } else { self.horizon(book, filter, place).await? };
        let mut asked = Asked::new(book, filter, place);
        if let Some(number) = looked_to {
            asked.stop_at(number);
        }
        let rows = self.reader().rows(asked.page(limit.saturating_add(1))).await?;
        let mut rows = rows
            .iter()
            .map(|row| {
                let payment = record(row, self.reader().sealer())?;
                Ok(Listed { payment, method: row.maybe_word("used_method", Method::from_code)? })
            })
            .collect::<Result<Vec<_>, StoreError>>()
            .map_err(|error| error.of_table("payments"))?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        if matches!(place, Place::Above(_)) {
            rows.reverse();
        }
        Ok(ListPage { rows, more, looked_to: looked_to.filter(|_| !more) })
    }

    /// How far the next page may look: the number after so many payments, if there are so many.
    async fn horizon(&self, book: Book, filter: &Filter, place: Place) -> Result<Option<u64>, StoreError> {
        let rows = self.reader().rows(Asked::new(book, filter, place).horizon()).await?;
        let number = rows.first().map(|row| row.number("number")).transpose();
        number.map_err(|error| error.of_table("payments"))
    }

    /// How many payments each group has, of those opened in a time: the index alone is read, and of each
    /// state no more than is shown.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_counts(
        &self,
        book: Book,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Vec<Count>, StoreError> {
        let (least, most) = range(Place::Top, from, until);
        let leg = |state: &&str| {
            format!(
                "SELECT '{state}' AS state, CAST(COUNT(*) AS BIGINT) AS counted FROM (SELECT 1 AS one \
                 FROM payments WHERE book = $1 AND state = '{state}' AND number > $2 AND number < $3 \
                 LIMIT $4) AS c_{state}"
            )
        };
        let states = Group::ALL.into_iter().flat_map(Group::states);
        let sql = states.map(leg).collect::<Vec<_>>().join(" UNION ALL ");
        let limit = COUNTED_MAX.saturating_add(1);
        let values = vec![book.into(), least.into(), most.into(), limit.into()];
        let rows = self.reader().rows(Query::new(sql, values)).await?;
        let mut counts = Vec::new();
        for group in Group::ALL {
            let mut count = 0_u64;
            for row in &rows {
                let state = row.text("state").map_err(|error| error.of_table("payments"))?;
                if group.states().contains(&state) {
                    let counted = row.number("counted").map_err(|error| error.of_table("payments"))?;
                    count = count.saturating_add(counted);
                }
            }
            let most = u64::from(COUNTED_MAX);
            counts.push(Count { group, count: count.min(most), more: count > most });
        }
        Ok(counts)
    }
}

/// The numbers between which a page lies, both left out.
fn range(place: Place, from: Option<Timestamp>, until: Option<Timestamp>) -> (i64, i64) {
    let margin = jiff::SignedDuration::from_secs(MARGIN_S);
    let least = from.and_then(|from| from.checked_sub(margin).ok()).map_or(-1, first_number);
    let most = until.and_then(|until| until.checked_add(margin).ok()).map_or(i64::MAX, first_number);
    match place {
        Place::Top => (least, most),
        Place::Below(number) => (least, most.min(number.cast_signed())),
        Place::Above(number) => (least.max(number.cast_signed()), most),
    }
}

/// The smallest number that an identifier of a moment can have.
fn first_number(at: Timestamp) -> i64 {
    domain::ids::first_number(at).cast_signed()
}

/// A query for the list in the making.
struct Asked {
    least: i64,
    most: i64,
    up: bool,
    sources: Vec<String>,
    conditions: Vec<String>,
    values: Vec<Value>,
    /// So many of the values belong to the sources.
    of_sources: usize,
}

impl Asked {
    fn new(book: Book, filter: &Filter, place: Place) -> Asked {
        let (least, most) = range(place, filter.from, filter.until);
        let mut asked = Asked {
            least,
            most,
            up: matches!(place, Place::Above(_)),
            sources: Vec::new(),
            conditions: Vec::new(),
            values: vec![book.into(), least.into(), most.into()],
            of_sources: 0,
        };
        let groups: &[Group] = match &filter.group {
            Some(group) => std::slice::from_ref(group),
            None => &Group::ALL,
        };
        let states: Vec<&str> = groups.iter().flat_map(|group| group.states()).copied().collect();
        match filter.shop {
            Some(shop) => {
                let shop = asked.value(shop.number.into());
                let states: Vec<String> = states.iter().map(|state| format!("state = '{state}'")).collect();
                let states = states.join(" OR ");
                asked.sources.push(format!("shop = {shop} AND book = $1 AND ({states})"));
            }
            None => {
                let of = |state: &&str| format!("book = $1 AND state = '{state}'");
                asked.sources = states.iter().map(of).collect();
            }
        }
        asked.of_sources = asked.values.len();
        asked.narrow(filter);
        asked
    }

    fn value(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// What no index answers.
    fn narrow(&mut self, filter: &Filter) {
        let mut wanted = Vec::new();
        if let Some(from) = filter.from {
            wanted.push(format!("opened_at >= {}", self.value(from.into())));
        }
        if let Some(until) = filter.until {
            wanted.push(format!("opened_at < {}", self.value(until.into())));
        }
        if let Some(least) = filter.least {
            wanted.push(format!("amount >= {}", self.value(least.into())));
        }
        if let Some(most) = filter.most {
            wanted.push(format!("amount <= {}", self.value(most.into())));
        }
        if let Some(method) = filter.method {
            wanted.push(format!("{USED_METHOD} = {}", self.value(method.code().into())));
        }
        match &filter.search {
            None => {}
            Some(Search::Number { order, minor, text }) => {
                let order = self.value(order.unwrap_or(-1).into());
                let minor = self.value(minor.unwrap_or(-1).into());
                let text = self.value(order_pattern(text).into());
                wanted.push(format!(
                    "(order_number = {order} OR amount = {minor} OR checkout LIKE {text} ESCAPE '!')"
                ));
            }
            Some(Search::Text(text)) => {
                let start = self.value(beginning(text).into());
                let text = self.value(order_pattern(text).into());
                wanted.push(format!(
                    "(LOWER(email) LIKE {start} ESCAPE '!' OR checkout LIKE {text} ESCAPE '!')"
                ));
            }
        }
        self.conditions = wanted;
    }

    fn stop_at(&mut self, number: u64) {
        let number = number.cast_signed();
        if self.up {
            self.most = self.most.min(number.saturating_add(1));
        } else {
            self.least = self.least.max(number.saturating_sub(1));
        }
        let (least, most) = (self.least, self.most);
        for (place, value) in [(1, least), (2, most)] {
            if let Some(slot) = self.values.get_mut(place) {
                *slot = value.into();
            }
        }
    }

    const fn order(&self) -> &'static str {
        if self.up { "ASC" } else { "DESC" }
    }

    /// The page itself: of each state the newest that fit, and of those the newest of all.
    fn page(mut self, limit: u32) -> Query {
        let (order, limit) = (self.order(), self.value(limit.into()));
        let columns = format!("{}, {USED_METHOD} AS used_method", Payment::SHAPE.names());
        let narrow: String = self.conditions.iter().map(|condition| format!(" AND {condition}")).collect();
        let leg = |(place, source): (usize, &String)| {
            format!(
                "SELECT * FROM (SELECT {columns} FROM payments WHERE {source} AND number > $2 AND number < $3\
                 {narrow} ORDER BY number {order} LIMIT {limit}) AS leg_{place}"
            )
        };
        let legs = self.sources.iter().enumerate().map(leg).collect::<Vec<_>>().join(" UNION ALL ");
        let sql = format!("SELECT * FROM ({legs}) AS payments ORDER BY number {order} LIMIT {limit}");
        Query::new(sql, self.values)
    }

    /// The last number among so many payments, whatever else is wanted of them.
    fn horizon(mut self) -> Query {
        self.values.truncate(self.of_sources);
        let order = self.order();
        let limit = self.value(LOOKED_THROUGH_MAX.into());
        let skipped = self.value(LOOKED_THROUGH_MAX.saturating_sub(1).into());
        let leg = |(place, source): (usize, &String)| {
            format!(
                "SELECT number FROM (SELECT number FROM payments WHERE {source} AND number > $2 \
                 AND number < $3 ORDER BY number {order} LIMIT {limit}) AS leg_{place}"
            )
        };
        let legs = self.sources.iter().enumerate().map(leg).collect::<Vec<_>>().join(" UNION ALL ");
        let sql =
            format!("SELECT number FROM ({legs}) AS looked ORDER BY number {order} LIMIT 1 OFFSET {skipped}");
        Query::new(sql, self.values)
    }
}

/// The method of a payment's deciding or last attempt.
const USED_METHOD: &str = "(SELECT attempts.method FROM attempts \
     WHERE attempts.number = COALESCE(payments.paid_by, payments.last_attempt) AND attempts.book = payments.book)";

/// A pattern for texts that begin so: its own signs stand for themselves.
fn beginning(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests;
