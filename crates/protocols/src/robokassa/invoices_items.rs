//! `InvoiceItems`: what is sold or given back, as the invoice and refund services have it (protocol, sections
//! 11.2 and 12). `Cost` is the price of one.

use domain::receipts::words::{PaymentMode, SaleSubject, Tax, TaxSystem};
use domain::receipts::{Line, Quantity, Receipt};
use money::currency::Currency;
use money::{Money, Rounding};

use super::members::{Members, Wrong};
use super::receipt::read_quantity;
use super::sums::read_sum;

/// The member's name, for whoever is to be told what is wrong.
const ITEMS: &str = "InvoiceItems";
/// More items are not read: no receipt may have them.
const ITEMS_MAX: usize = 100;

/// Reads the items of a payload; nothing where it has none.
///
/// # Errors
/// [`Wrong`]: the first member that cannot be, with its place in the list.
pub(super) fn read_items(
    payload: &Members<'_>,
    tax_system: Option<TaxSystem>,
    currency: Currency,
) -> Result<Option<Receipt>, Wrong> {
    let items = payload.list(ITEMS)?;
    if items.is_empty() {
        return Ok(None);
    }
    if items.len() > ITEMS_MAX {
        return Err(Wrong::of(ITEMS, "more than 100 items"));
    }
    let read = items.iter().enumerate().map(|(place, raw)| {
        let outer = format!("{ITEMS}[{place}]");
        let item = Members::of(raw.get()).ok_or_else(|| Wrong::of(&outer, "expected an object"))?;
        read_item(&item, currency).map_err(|wrong| wrong.inside(&outer))
    });
    let lines: Vec<Line> = read.collect::<Result<_, Wrong>>()?;
    Receipt::new(tax_system, lines).map(Some).map_err(|fault| Wrong::of(ITEMS, fault.why()))
}

fn read_item(item: &Members<'_>, currency: Currency) -> Result<Line, Wrong> {
    let name = item.text("Name")?.ok_or(Wrong::of("Name", "missing"))?;
    let quantity = item.text("Quantity")?.ok_or(Wrong::of("Quantity", "missing"))?;
    let quantity = read_quantity(&quantity).ok_or(Wrong::of("Quantity", "expected 0.001 to 99999.999"))?;
    // The receipt of a payment start has Sum; whoever sends its lines here is told what is missing.
    let cost = item.text("Cost")?.ok_or(Wrong::of("Cost", "missing: the price of one is expected"))?;
    let tax = item.text("Tax")?.ok_or(Wrong::of("Tax", "missing"))?;
    Ok(Line {
        // JSON can say control characters; printers cannot print them.
        name: name.replace(char::is_control, " ").trim().to_owned(),
        quantity,
        sum: line_sum(&cost, quantity, currency).ok_or(Wrong::of("Cost", "expected a sum of money"))?,
        tax: Tax::from_code(&tax.to_ascii_lowercase())
            .ok_or(Wrong::of("Tax", "not in the documented list"))?,
        mode: word(item, "PaymentMethod", mode)?,
        subject: word(item, "PaymentObject", subject)?,
        marking: item.text("NomenclatureCode")?,
        catalogue: item.text("Spic")?,
        package: item.text("PackageCode")?,
    })
}

/// The price of one times the quantity, half-up.
fn line_sum(cost: &str, quantity: Quantity, currency: Currency) -> Option<Money> {
    let one = read_sum(cost, currency)?;
    one.share(u64::from(quantity.thousandths()), 1_000, Rounding::HalfUp).ok()
}

fn word<T>(item: &Members<'_>, name: &str, known: fn(&str) -> Option<T>) -> Result<Option<T>, Wrong> {
    let Some(text) = item.text(name)? else { return Ok(None) };
    let found =
        known(&text.to_ascii_lowercase()).ok_or_else(|| Wrong::of(name, "not in the documented list"))?;
    Ok(Some(found))
}

fn mode(text: &str) -> Option<PaymentMode> {
    // A Python client calls it so, as another provider does.
    let text = if text == "partial_prepayment" { "prepayment" } else { text };
    PaymentMode::from_code(text)
}

fn subject(text: &str) -> Option<SaleSubject> {
    // Two client libraries write this one word otherwise than the documentation does.
    let text = if text == "operating_gain" { "non-operating_gain" } else { text };
    SaleSubject::from_code(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(items: &str) -> Result<Option<Receipt>, Wrong> {
        let payload = format!("{{\"InvoiceItems\":{items}}}");
        read_items(&Members::of(&payload).unwrap(), None, Currency::Rub)
    }

    fn blamed(items: &str) -> String {
        read(items).unwrap_err().to_string()
    }

    #[test]
    fn the_price_of_one_times_the_quantity_is_the_lines_sum() {
        let items = r#"[{"Name":"Tea","Quantity":1.5,"Cost":66.66,"Tax":"vat20","PaymentMethod":"full_payment",
            "PaymentObject":"commodity"},{"name":"Cup","quantity":"2","cost":"10.00","tax":"None",
            "payment_method":"partial_prepayment","payment_object":"operating_gain","nomenclature_code":"01"}]"#;
        let receipt = read(items).unwrap().unwrap();
        assert_eq!(receipt.total(), Money::from_minor(11_999, Currency::Rub));
        assert_eq!(receipt.lines()[1].mode, Some(PaymentMode::Prepayment));
        assert_eq!(receipt.lines()[1].subject, Some(SaleSubject::NonOperatingGain));
        assert_eq!(receipt.lines()[1].marking.as_deref(), Some("01"));
    }

    #[test]
    fn no_items_are_no_receipt() {
        assert_eq!((read("[]"), read("null"), read("\"\"")), (Ok(None), Ok(None), Ok(None)));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let good = r#"{"Name":"a","Quantity":1,"Cost":1,"Tax":"none"}"#;
        for (change, path) in [
            (("\"Cost\":1", "\"Sum\":1"), "InvoiceItems[1].Cost"),
            (("\"Cost\":1", "\"Cost\":-1"), "InvoiceItems[1].Cost"),
            (("\"Cost\":1", "\"Cost\":1.005"), "InvoiceItems[1].Cost"),
            (("\"Cost\":1", "\"Cost\":1e3"), "InvoiceItems[1].Cost"),
            (("\"Quantity\":1", "\"Quantity\":0"), "InvoiceItems[1].Quantity"),
            (("\"Name\":\"a\",", ""), "InvoiceItems[1].Name"),
            (("none", "vat18"), "InvoiceItems[1].Tax"),
            (("\"Tax\"", "\"PaymentMethod\":\"later\",\"Tax\""), "InvoiceItems[1].PaymentMethod"),
            (("\"Tax\"", "\"PaymentObject\":{},\"Tax\""), "InvoiceItems[1].PaymentObject"),
        ] {
            let bad = good.replace(change.0, change.1);
            assert!(blamed(&format!("[{good},{bad}]")).starts_with(path), "{bad}");
        }
        assert_eq!(blamed("[7]"), "InvoiceItems[0]: expected an object");
        assert_eq!(blamed("{}"), "InvoiceItems: expected an array");
        assert!(blamed(&format!("[{}]", vec![good; 101].join(","))).contains("100"));
    }
}
