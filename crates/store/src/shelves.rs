//! All tables in one list: what the facts ask becomes questions, what they changed becomes writes.

use crate::backend::{BackendFault, Turn};
use crate::directory::{self, PROVIDER_REFERENCES, SHOP_LOGINS};
use crate::error::StoreError;
use crate::history::{self, HISTORY};
use crate::ledger::{self, ENTRIES, POSTINGS};
use crate::migrate::Engine;
use crate::seal::Sealer;
use crate::table::{OR_NOTHING, Shape, Table, int, record};
use crate::value::{Row, Value};
use domain::attaching::AttachedReceipt;
use domain::attempts::{Attempt, Call};
use domain::facts::{Facts, Shelf, Wanted};
use domain::invoices::{Invoice, InvoicePayment};
use domain::jobs::Job;
use domain::ledger::{Balance, BookHead};
use domain::moving::{Move, MoveEnd};
use domain::notices::Notice;
use domain::payments::{Claim, Payment};
use domain::payouts::{Payout, PayoutNumber};
use domain::providers::{Installation, ProviderAccount};
use domain::rates::Rate;
use domain::refunds::{Refund, RefundToken};
use domain::sellers::{Seller, Shop};
use domain::stored::StoredMethod;
use domain::tariffs::Tariff;
use std::sync::Arc;

/// The texts of one table's statements, made once.
#[derive(Clone, Debug)]
struct Texts {
    shape: Shape,
    select: Arc<str>,
    upsert: Arc<str>,
    delete: Arc<str>,
}

impl Texts {
    fn of<R: Table>(engine: Engine) -> Texts {
        let shape = R::SHAPE;
        let overwrite = shape.or_overwrite(engine, R::FIXED);
        match engine {
            // One row a statement: nothing lies between us and the database.
            Engine::Sqlite => Texts {
                shape,
                select: shape.select_key().into(),
                upsert: (shape.insert() + &overwrite).into(),
                delete: shape.delete().into(),
            },
            // All rows in one statement, an array for each column: a round trip costs more than they do.
            Engine::Postgres => Texts {
                shape,
                select: (shape.select_arrays() + own_lock(shape)).into(),
                upsert: (shape.insert_arrays() + &overwrite).into(),
                delete: shape.delete_arrays().into(),
            },
        }
    }
}

/// Jobs are claimed and put off by small statements that do not hold the book, so a decision that
/// looks at a job's lease holds its row until the decision is saved.
fn own_lock(shape: Shape) -> &'static str {
    if shape.table == Job::SHAPE.table { " FOR NO KEY UPDATE OF jobs" } else { "" }
}

/// A look-up of several keys, and where its rows go.
#[derive(Debug)]
pub struct Question {
    /// The text, with `$1` placeholders: for the values of one key, or for an array of each of its columns.
    pub sql: Arc<str>,
    /// The table.
    pub shape: Shape,
    /// The values of all keys, one key behind the other.
    pub values: Vec<Value>,
    learn: fn(&mut Facts, &Row, &Sealer) -> Result<(), StoreError>,
}

impl Question {
    /// Puts a row of the answer on its shelf.
    ///
    /// # Errors
    /// [`BackendFault::Damage`] when the row cannot be read.
    pub fn learn(&self, facts: &mut Facts, row: &Row, sealer: &Sealer) -> Result<(), BackendFault> {
        (self.learn)(facts, row, sealer).map_err(BackendFault::Damage)
    }
}

/// Rows for one statement.
#[derive(Debug)]
pub struct Write {
    /// The text, with `$1` placeholders: for the values of one row, or for an array of each column.
    pub sql: Arc<str>,
    /// The table and its columns.
    pub shape: Shape,
    /// The values of each row.
    pub rows: Vec<Vec<Value>>,
    /// Whether every row must be touched; else some may be left alone.
    pub every: bool,
}

macro_rules! tables {
    ($($shelf:ident: $record:ident;)*) => {
        /// The statements of every table that decisions read and write.
        #[derive(Clone, Debug)]
        pub struct Tables {
            $($shelf: Texts,)*
            added: Added,
        }

        impl Tables {
            /// All statements, as an engine takes them.
            #[must_use]
            pub fn new(engine: Engine) -> Tables {
                Tables { $($shelf: Texts::of::<$record>(engine),)* added: Added::new(engine) }
            }

            /// What the facts ask for. Each key asked counts as answered "not there" until its row is learned.
            pub fn questions(&self, facts: &mut Facts) -> Vec<Question> {
                let mut all = Vec::new();
                $(ask::<$record>(&self.$shelf, facts, &mut all);)*
                all
            }

            /// Whether there is anything to save.
            #[must_use]
            pub fn is_changed(facts: &Facts) -> bool {
                $(facts.$shelf.changes().next().is_some() ||)*
                Added::is_changed(facts)
            }

            /// All that is to be saved, the writer's own row last.
            ///
            /// # Errors
            /// [`BackendFault::Damage`] when a record does not fit its table.
            pub fn writes(&self, facts: &Facts, turn: Turn, sealer: &Sealer) -> Result<Vec<Write>, BackendFault> {
                let mut all = Vec::new();
                $(changed(&self.$shelf, &facts.$shelf, sealer, &mut all)?;)*
                self.added.writes(facts, turn, &mut all).map_err(BackendFault::Damage)?;
                all.retain(|write| !write.rows.is_empty());
                Ok(all)
            }
        }

        /// The table in which something wanted stands. A record without a table does not compile.
        #[must_use]
        pub const fn table_of(wanted: &Wanted) -> &'static str {
            match wanted { $(Wanted::$record(_) => $record::SHAPE.table,)* }
        }
    };
}

tables! {
    installations: Installation;
    sellers: Seller;
    shops: Shop;
    providers: ProviderAccount;
    tariffs: Tariff;
    payments: Payment;
    attempts: Attempt;
    stored: StoredMethod;
    calls: Call;
    refunds: Refund;
    refund_tokens: RefundToken;
    invoices: Invoice;
    invoice_payments: InvoicePayment;
    notices: Notice;
    attached: AttachedReceipt;
    moves: Move;
    move_ends: MoveEnd;
    payouts: Payout;
    payout_numbers: PayoutNumber;
    rates: Rate;
    claims: Claim;
    jobs: Job;
    balances: Balance;
    books: BookHead;
}

fn ask<R: Table>(texts: &Texts, facts: &mut Facts, all: &mut Vec<Question>) {
    let keys = R::shelf_mut(facts).take_asked();
    if keys.is_empty() {
        return;
    }
    let values = keys.iter().flat_map(R::key_values).collect();
    all.push(Question { sql: texts.select.clone(), shape: texts.shape, values, learn: learn::<R> });
    for key in keys {
        R::shelf_mut(facts).learn(key, None);
    }
}

fn learn<R: Table>(facts: &mut Facts, row: &Row, sealer: &Sealer) -> Result<(), StoreError> {
    let found: R = record(row, sealer)?;
    R::shelf_mut(facts).learn(found.key(), Some(found));
    Ok(())
}

fn changed<R: Table>(
    texts: &Texts,
    shelf: &Shelf<R>,
    sealer: &Sealer,
    all: &mut Vec<Write>,
) -> Result<(), BackendFault> {
    let mut upserts = Vec::new();
    let mut deletes = Vec::new();
    for (key, record) in shelf.changes() {
        match record {
            Some(record) => {
                let values = record.write(sealer).map_err(|error| error.of_table(R::SHAPE.table));
                upserts.push(values.map_err(BackendFault::Damage)?);
            }
            None => deletes.push(R::key_values(key)),
        }
    }
    all.push(Write { sql: texts.upsert.clone(), shape: texts.shape, rows: upserts, every: true });
    all.push(Write { sql: texts.delete.clone(), shape: texts.shape, rows: deletes, every: false });
    Ok(())
}

/// The writers' own rows.
const WRITERS: Shape = Shape { table: "writers", columns: &[int("writer"), int("turn")], keys: 1 };

/// The statements of what is only ever added.
#[derive(Clone, Debug)]
struct Added {
    entries: Arc<str>,
    postings: Arc<str>,
    history: Arc<str>,
    logins: Arc<str>,
    references: Arc<str>,
    writers: Arc<str>,
}

impl Added {
    fn new(engine: Engine) -> Added {
        let insert = |shape: Shape| match engine {
            Engine::Sqlite => shape.insert(),
            Engine::Postgres => shape.insert_arrays(),
        };
        Added {
            entries: insert(ENTRIES).into(),
            postings: insert(POSTINGS).into(),
            history: insert(HISTORY).into(),
            logins: insert(SHOP_LOGINS).into(),
            // News is never refused: where two attempts claim one reference, the first keeps it.
            references: (insert(PROVIDER_REFERENCES) + OR_NOTHING).into(),
            writers: (insert(WRITERS) + &WRITERS.or_overwrite(engine, &[])).into(),
        }
    }

    fn is_changed(facts: &Facts) -> bool {
        let added = &facts.added;
        !(added.entries.is_empty() && added.events.is_empty() && added.directory.is_empty())
    }

    fn writes(&self, facts: &Facts, turn: Turn, all: &mut Vec<Write>) -> Result<(), StoreError> {
        let mut entries = Vec::new();
        let mut postings = Vec::new();
        for saved in &facts.added.entries {
            entries.push(ledger::write_entry(saved)?);
            let lines = saved.lines.iter().enumerate();
            postings.extend(lines.map(|(place, line)| ledger::write_line(saved, place, line)));
        }
        let events = facts.added.events.iter().enumerate();
        let events = events.map(|(place, event)| history::write(event, turn, place));
        let (mut logins, mut references) = (Vec::new(), Vec::new());
        for line in &facts.added.directory {
            let (shape, values) = directory::write(line)?;
            if shape.table == SHOP_LOGINS.table { logins.push(values) } else { references.push(values) }
        }
        // Directories belong to no book: whoever writes them does it in one order and waits in no circle.
        logins.sort();
        references.sort();
        let writes = [
            (&self.entries, ENTRIES, entries),
            (&self.postings, POSTINGS, postings),
            (&self.history, HISTORY, events.collect::<Result<_, _>>()?),
            (&self.logins, SHOP_LOGINS, logins),
            (&self.references, PROVIDER_REFERENCES, references),
            (&self.writers, WRITERS, vec![vec![turn.writer.into(), turn.number.into()]]),
        ];
        all.extend(writes.map(|(sql, shape, rows)| Write {
            sql: sql.clone(),
            shape,
            rows,
            every: shape.table != PROVIDER_REFERENCES.table,
        }));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
