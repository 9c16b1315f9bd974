//! Payment links as rows; what their payments say stands in them as JSON.

use crate::error::StoreError;
use crate::payments::{method_list, read_methods};
use crate::receipts;
use crate::seal::Sealer;
use crate::table::{Shape, Table, blob, inside, int, key_first, maybe_inside, text};
use crate::value::{Row, Value, json};
use domain::decide::Refused;
use domain::ids::{Book, Id, InvoiceId, StoredMethodId};
use domain::invoices::{Invoice, InvoiceKind, InvoicePayment, InvoicePaymentKey};
use domain::methods::Method;
use domain::payments::{CustomField, Language, Terms};
use domain::sellers::{ShopAddress, Verb};
use domain::stored::Reuse;
use serde::{Deserialize, Serialize};

/// What is searched of a link is this long at most, in characters.
const WORDS_CHARS_MAX: usize = 2_000;

/// The terms of a link's payments, but for what has columns of its own.
#[derive(Serialize, Deserialize)]
struct TermsRow {
    sum_text: String,
    description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default)]
    custom: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    success: Option<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fail: Option<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preferred: Option<String>,
    #[serde(default)]
    hold: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    statement_to: Option<String>,
    /// The word of what is kept, and the number of the kept method that is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reuse: Option<(String, Option<u64>)>,
}

impl Table for Invoice {
    const SHAPE: Shape = Shape {
        table: "invoices",
        columns: &[
            int("number"),
            int("book"),
            int("shop"),
            int("order_number"),
            text("kind"),
            int("active"),
            text("currency"),
            int("amount"),
            text("terms"),
            text("allowed"),
            text("receipt"),
            text("comment"),
            text("words"),
            int("no_free_sale"),
            blob("content"),
            int("ends_at"),
            int("payment"),
            int("created_at"),
            int("changed_at"),
        ],
        keys: 2,
    };

    fn key_values(key: &InvoiceId) -> Vec<Value> {
        vec![key.number.into(), key.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let book = self.id.book;
        let mut values = key_first(self);
        values.extend([
            inside(self.shop, book)?,
            self.terms.number.into(),
            self.kind.code().into(),
            self.active.into(),
            self.amount.currency().into(),
            self.amount.minor().into(),
            json(&terms_row(&self.terms, book)?)?,
            method_list(&self.terms.allowed)?,
            self.terms.receipt.as_ref().map_or(Ok(Value::Null), receipts::value)?,
            (&self.comment).into(),
            words(self).into(),
            self.no_free_sale.into(),
            self.content.into(),
            self.until.into(),
            maybe_inside(self.payment, book)?,
            self.created_at.into(),
            self.changed_at.into(),
        ]);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<Invoice, StoreError> {
        let id: InvoiceId = row.id("number", row.book("book")?)?;
        Ok(Invoice {
            id,
            shop: row.id("shop", id.book)?,
            kind: row.word("kind", InvoiceKind::from_code)?,
            active: row.flag("active")?,
            amount: row.money("amount", row.currency("currency")?)?,
            terms: read_terms(row, id.book)?,
            comment: row.string("comment")?,
            no_free_sale: row.flag("no_free_sale")?,
            content: row.digest("content")?,
            until: row.maybe_time("ends_at")?,
            payment: row.maybe_id("payment", id.book)?,
            created_at: row.time("created_at")?,
            changed_at: row.time("changed_at")?,
        })
    }
}

impl Table for InvoicePayment {
    const SHAPE: Shape =
        Shape { table: "invoice_payments", columns: &[int("payment"), int("book"), int("invoice")], keys: 2 };

    fn key_values(key: &InvoicePaymentKey) -> Vec<Value> {
        vec![key.0.number.into(), key.0.book.into()]
    }

    fn write(&self, _: &Sealer) -> Result<Vec<Value>, StoreError> {
        let mut values = key_first(self);
        values.push(inside(self.invoice, self.payment.book)?);
        Ok(values)
    }

    fn read(row: &Row, _: &Sealer) -> Result<InvoicePayment, StoreError> {
        let book = row.book("book")?;
        Ok(InvoicePayment { payment: row.id("payment", book)?, invoice: row.id("invoice", book)? })
    }
}

/// What is searched: number, description and comment, in small letters, for engines know only those of ASCII.
fn words(invoice: &Invoice) -> String {
    let terms = &invoice.terms;
    let email = terms.email.as_deref().unwrap_or_default();
    let all = format!("{} {} {} {email}", terms.number, terms.description, invoice.comment);
    small(&all).chars().take(WORDS_CHARS_MAX).collect()
}

/// A text as it is searched.
pub(crate) fn small(text: &str) -> String {
    text.to_lowercase()
}

fn terms_row(terms: &Terms, book: Book) -> Result<TermsRow, StoreError> {
    let address = |to: &ShopAddress| (to.url.clone(), to.verb.code().to_owned());
    if terms.reuse.stored().is_some_and(|id| id.book != book) {
        return Err(Refused::Mistake("a record refers into another book").into());
    }
    let reuse = match terms.reuse {
        Reuse::Once => None,
        kept @ (Reuse::Keep | Reuse::Charge(_) | Reuse::Confirm(_)) => {
            Some((kept.code().to_owned(), kept.stored().map(|id| id.number)))
        }
    };
    Ok(TermsRow {
        sum_text: terms.sum_text.clone(),
        description: terms.description.clone(),
        email: terms.email.clone(),
        language: terms.language.map(|language| language.code().to_owned()),
        custom: terms.custom.iter().map(|field| (field.name.clone(), field.value.clone())).collect(),
        success: terms.success.as_ref().map(address),
        fail: terms.fail.as_ref().map(address),
        preferred: terms.preferred.map(|method| method.code().to_owned()),
        hold: terms.hold,
        statement_to: terms.statement_to.clone(),
        reuse,
    })
}

fn read_reuse(found: Option<(String, Option<u64>)>, book: Book) -> Result<Reuse, StoreError> {
    let Some((word, number)) = found else { return Ok(Reuse::Once) };
    let stored = number.map(|number| StoredMethodId::new(book, number));
    Reuse::from_parts(&word, stored)
        .ok_or_else(|| StoreError::corrupt("terms", format!("unknown word \"{word}\"")))
}

fn read_terms(row: &Row, book: Book) -> Result<Terms, StoreError> {
    let found: TermsRow = row.json("terms")?;
    let address = |to: Option<(String, String)>| match to {
        Some((url, verb)) => Ok(Some(ShopAddress { url, verb: known(&verb, Verb::from_code)? })),
        None => Ok::<_, StoreError>(None),
    };
    Ok(Terms {
        number: row.int("order_number")?,
        sum_text: found.sum_text,
        description: found.description,
        email: found.email,
        payer_ip: None,
        language: found.language.as_deref().map(|code| known(code, Language::from_code)).transpose()?,
        custom: found.custom.into_iter().map(|(name, value)| CustomField { name, value }).collect(),
        success: address(found.success)?,
        fail: address(found.fail)?,
        statement_to: found.statement_to,
        reuse: read_reuse(found.reuse, book)?,
        // A link has its price in the shop's currency, and its payments are the shop's alone.
        price: None,
        split: Vec::new(),
        checkout: None,
        preferred: found.preferred.as_deref().map(|code| known(code, Method::from_code)).transpose()?,
        allowed: read_methods(row, "allowed")?,
        hold: found.hold,
        receipt: receipts::read(row, "receipt")?,
    })
}

fn known<T>(code: &str, from_code: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    from_code(code).ok_or_else(|| StoreError::corrupt("terms", format!("unknown word \"{code}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{book, invoice, sealer};
    use crate::table::record;
    use domain::ids::PaymentId;

    fn row<R: Table>(record: &R) -> Row {
        let names: Vec<Box<str>> = R::SHAPE.columns.iter().map(|column| column.name.into()).collect();
        Row::new(names.into(), record.write(&sealer()).unwrap())
    }

    #[test]
    fn a_link_is_read_back_as_it_was_written() {
        let whole = invoice(7);
        assert_eq!(record::<Invoice>(&row(&whole), &sealer()), Ok(whole.clone()));
        let bare = Terms {
            email: None,
            language: None,
            custom: Vec::new(),
            success: None,
            fail: None,
            preferred: None,
            allowed: Vec::new(),
            receipt: None,
            ..whole.terms.clone()
        };
        let bare = Invoice { terms: bare, until: None, payment: None, ..whole.clone() };
        assert_eq!(record::<Invoice>(&row(&bare), &sealer()), Ok(bare));
        let card = StoredMethodId::new(book(1), 77);
        for reuse in [Reuse::Once, Reuse::Keep, Reuse::Confirm(card)] {
            let statement_to = Some("https://shop.example/r2".to_owned());
            let terms = Terms { reuse, statement_to, ..whole.terms.clone() };
            let kept = Invoice { terms, ..whole.clone() };
            assert_eq!(record::<Invoice>(&row(&kept), &sealer()), Ok(kept));
        }
        let foreign = Reuse::Confirm(StoredMethodId::new(book(2), 77));
        let foreign = Invoice { terms: Terms { reuse: foreign, ..whole.terms.clone() }, ..whole };
        assert!(foreign.write(&sealer()).is_err());
    }

    #[test]
    fn what_is_searched_is_in_small_letters_of_every_alphabet() {
        assert!(words(&invoice(7)).contains("для себя"));
    }

    #[test]
    fn a_payment_of_another_book_belongs_to_no_link() {
        let payment = PaymentId::new(book(2), 10);
        let link = InvoicePayment { payment, invoice: InvoiceId::new(book(1), 7) };
        assert!(link.write(&sealer()).is_err());
    }
}
