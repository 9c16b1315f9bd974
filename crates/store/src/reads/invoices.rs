//! Payment links: one by its identifier or its order's number, and a shop's list, filtered and in pages.

use crate::error::StoreError;
use crate::invoices::small;
use crate::reader::Query;
use crate::store::Store;
use crate::table::{Shape, Table, record};
use crate::value::Value;
use domain::ids::{InvoiceId, ShopId};
use domain::invoices::{Invoice, InvoiceKind};
use domain::methods::Method;
use jiff::Timestamp;
use money::Money;

/// A page is this long at most.
pub const INVOICES_MAX: u32 = 500;
/// So many words are looked for at most; a search with more finds what has these.
const WORDS_MAX: usize = 8;

/// Whether any payment that a link opened is paid.
const IS_PAID: &str = "EXISTS (SELECT 1 FROM invoice_payments AS l \
    JOIN payments AS p ON p.number = l.payment AND p.book = l.book \
    WHERE l.invoice = invoices.number AND l.book = invoices.book AND p.state = 'paid')";

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceStatus {
    /// A payment that it opened is paid.
    Paid,
    /// It is not paid, and nobody can open it any more.
    Expired,
    /// It is not paid and can be.
    Unpaid,
}

/// Which links are wanted; an empty list means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// How they stand.
    pub statuses: Vec<InvoiceStatus>,
    /// For how many payments.
    pub kinds: Vec<InvoiceKind>,
    /// Paid by one of these methods, or to be paid by one.
    pub methods: Vec<Method>,
    /// Words in number, description, comment or e-mail address, in any case.
    pub keywords: String,
    /// Issued at or after.
    pub from: Option<Timestamp>,
    /// Issued before.
    pub until: Option<Timestamp>,
    /// At least so much.
    pub least: Option<Money>,
    /// At most so much.
    pub most: Option<Money>,
    /// The oldest first.
    pub ascending: bool,
}

/// A page of a shop's links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvoicePage {
    /// The links, each with how it stands.
    pub rows: Vec<(Invoice, InvoiceStatus)>,
    /// How many there are on all pages.
    pub total: u64,
}

impl Store {
    /// A payment link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, StoreError> {
        self.record_of(&id).await
    }

    /// The link of an order's number: one that can be opened before others, then the youngest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invoice_of_number(&self, shop: ShopId, number: i64) -> Result<Option<Invoice>, StoreError> {
        let condition =
            "shop = $1 AND book = $2 AND order_number = $3 ORDER BY active DESC, number DESC LIMIT 1";
        let values = vec![shop.number.into(), shop.book.into(), number.into()];
        Ok(self.reader().look_up_all::<Invoice>(Query::records::<Invoice>(condition, values)).await?.pop())
    }

    /// A page of a shop's links, counted from 0; the youngest first unless asked otherwise.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invoice_list(
        &self,
        shop: ShopId,
        filter: &InvoiceFilter,
        now: Timestamp,
        (page, size): (u32, u32),
    ) -> Result<InvoicePage, StoreError> {
        let size = size.clamp(1, INVOICES_MAX);
        let mut asked = Asked::new(shop, filter, now);
        let counted = asked.counted();
        let of_page = asked.page(filter.ascending, u64::from(page).saturating_mul(size.into()), size);
        let found = self.reader().several(vec![counted, of_page]).await?;
        let [counted, rows] = found.as_slice() else {
            return Err(StoreError::Unavailable("a read was broken off".to_owned()));
        };
        let total = counted.first().map_or(Ok(0), |row| row.number("counted"));
        let rows = rows.iter().map(|row| {
            let invoice: Invoice = record(row, self.reader().sealer())?;
            let paid = row.flag("is_paid")?;
            let status = match (paid, invoice.active && !invoice.is_over(now)) {
                (true, _) => InvoiceStatus::Paid,
                (false, false) => InvoiceStatus::Expired,
                (false, true) => InvoiceStatus::Unpaid,
            };
            Ok((invoice, status))
        });
        let table = Invoice::SHAPE.table;
        let rows = rows.collect::<Result<_, StoreError>>().map_err(|error| error.of_table(table))?;
        Ok(InvoicePage { rows, total: total.map_err(|error| error.of_table(table))? })
    }
}

/// A query for the list in the making.
struct Asked {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Asked {
    fn new(shop: ShopId, filter: &InvoiceFilter, now: Timestamp) -> Asked {
        let mut asked = Asked {
            conditions: vec!["shop = $1 AND book = $2".to_owned()],
            values: vec![shop.number.into(), shop.book.into()],
        };
        asked.statuses(&filter.statuses, now);
        asked.any_of(&filter.kinds, |asked, kind| format!("kind = {}", asked.value(kind.code().into())));
        asked.any_of(&filter.methods, Asked::by_method);
        let words = small(&filter.keywords);
        for word in words.split_whitespace().take(WORDS_MAX) {
            let pattern = format!("%{}%", escaped(word));
            let pattern = asked.value(pattern.as_str().into());
            asked.conditions.push(format!("words LIKE {pattern} ESCAPE '\\'"));
        }
        let bounds = [
            ("created_at >=", filter.from.map(Value::from)),
            ("created_at <", filter.until.map(Value::from)),
            ("amount >=", filter.least.map(|sum| sum.minor().into())),
            ("amount <=", filter.most.map(|sum| sum.minor().into())),
        ];
        for (bound, value) in bounds {
            if let Some(value) = value {
                let value = asked.value(value);
                asked.conditions.push(format!("{bound} {value}"));
            }
        }
        asked
    }

    fn value(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// One of several must be; none asked for: anything may be.
    fn any_of<T: Copy>(&mut self, wanted: &[T], condition: impl Fn(&mut Asked, T) -> String) {
        if !wanted.is_empty() {
            let any: Vec<String> = wanted.iter().map(|one| condition(self, *one)).collect();
            self.conditions.push(format!("({})", any.join(" OR ")));
        }
    }

    fn statuses(&mut self, wanted: &[InvoiceStatus], now: Timestamp) {
        let now = now.into();
        let mut at = None;
        for status in wanted {
            if *status != InvoiceStatus::Paid && at.is_none() {
                at = Some(self.value(Value::clone(&now)));
            }
        }
        let at = at.unwrap_or_default();
        self.any_of(wanted, |_, status| match status {
            InvoiceStatus::Paid => IS_PAID.to_owned(),
            InvoiceStatus::Expired => format!("((active = 0 OR ends_at <= {at}) AND NOT {IS_PAID})"),
            InvoiceStatus::Unpaid => {
                format!("(active = 1 AND (ends_at IS NULL OR ends_at > {at}) AND NOT {IS_PAID})")
            }
        });
    }

    /// What is paid was paid by one method; what is not may be paid by those that the link allows.
    fn by_method(&mut self, method: Method) -> String {
        let code = self.value(method.code().into());
        let allowed = self.value(format!("%\"{}\"%", method.code()).as_str().into());
        format!(
            "(EXISTS (SELECT 1 FROM invoice_payments AS m JOIN payments AS q \
             ON q.number = m.payment AND q.book = m.book JOIN attempts AS a \
             ON a.number = q.paid_by AND a.book = q.book WHERE m.invoice = invoices.number \
             AND m.book = invoices.book AND q.state = 'paid' AND a.method = {code}) \
             OR ((allowed = '[]' OR allowed LIKE {allowed}) AND NOT {IS_PAID}))"
        )
    }

    fn condition(&self) -> String {
        self.conditions.join(" AND ")
    }

    fn counted(&self) -> Query {
        let sql =
            format!("SELECT CAST(COUNT(*) AS BIGINT) AS counted FROM invoices WHERE {}", self.condition());
        Query::new(sql, self.values.clone())
    }

    fn page(&mut self, ascending: bool, skipped: u64, size: u32) -> Query {
        let order = if ascending { "ASC" } else { "DESC" };
        let skipped = i64::try_from(skipped).unwrap_or(i64::MAX);
        let (size, skipped) = (self.value(size.into()), self.value(skipped.into()));
        let shape: Shape = Invoice::SHAPE;
        let sql = format!(
            "SELECT {}, CAST(CASE WHEN {IS_PAID} THEN 1 ELSE 0 END AS BIGINT) AS is_paid FROM {} WHERE {} \
             ORDER BY number {order} LIMIT {size} OFFSET {skipped}",
            shape.names(),
            shape.table,
            self.condition()
        );
        Query::new(sql, self.values.clone())
    }
}

/// A text that means itself in a pattern.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests;
