//! What is sold, as the command line shows it.

use domain::receipts::{Line, Receipt};
use serde::{Deserialize, Serialize};

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptView {
    /// By which system the seller is taxed, if the shop said so.
    pub tax_system: Option<String>,
    /// The sum of the items.
    pub total: String,
    /// Its items.
    pub items: Vec<ReceiptItemView>,
}

/// An item of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptItemView {
    /// What is sold.
    pub name: String,
    /// How much of it.
    pub quantity: String,
    /// What all of it costs.
    pub sum: String,
    /// Its tax.
    pub tax: String,
    /// How far it is paid, if the shop said so.
    pub payment_mode: Option<String>,
    /// What it is, if the shop said so.
    pub subject: Option<String>,
    /// The marking code of the goods.
    pub marking_code: Option<String>,
    /// The code of the catalogue of Kazakhstan.
    pub catalogue_code: Option<String>,
    /// The code of the package in that catalogue.
    pub package_code: Option<String>,
}

impl ReceiptView {
    /// A receipt in words.
    pub fn of(receipt: &Receipt) -> ReceiptView {
        ReceiptView {
            tax_system: receipt.tax_system().map(|system| system.code().to_owned()),
            total: receipt.total().to_string(),
            items: receipt.lines().iter().map(ReceiptItemView::of).collect(),
        }
    }
}

impl ReceiptItemView {
    fn of(line: &Line) -> ReceiptItemView {
        ReceiptItemView {
            name: line.name.clone(),
            quantity: line.quantity.to_string(),
            sum: line.sum.to_string(),
            tax: line.tax.code().to_owned(),
            payment_mode: line.mode.map(|mode| mode.code().to_owned()),
            subject: line.subject.map(|subject| subject.code().to_owned()),
            marking_code: line.marking.clone(),
            catalogue_code: line.catalogue.clone(),
            package_code: line.package.clone(),
        }
    }
}
