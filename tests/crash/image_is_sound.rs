//! What must be true of the folder that a crash has left, looked at through the store itself.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use domain::payments::{Payment, PaymentState};
use jiff::Timestamp;
use store::reads::payments::{Below, PAGE_MAX};
use store::seal::MasterKey;
use store::store::{Opening, Store};

/// Something that a client was told of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// It was opened.
    Opened(String),
    /// It was paid.
    Paid(String),
    /// Part of it is given back.
    Back(String),
}

impl Promise {
    /// As it stands in a record.
    pub fn read(words: &str) -> Promise {
        let (what, payment) = words.split_once(' ').expect("what, and of which payment");
        match what {
            "opened" => Promise::Opened(payment.to_owned()),
            "paid" => Promise::Paid(payment.to_owned()),
            "back" => Promise::Back(payment.to_owned()),
            other => panic!("nobody is told \"{other}\""),
        }
    }

    fn is_kept(&self, payments: &HashMap<String, Payment>) -> bool {
        match self {
            Promise::Opened(payment) => payments.contains_key(payment),
            Promise::Paid(payment) => payments.get(payment).is_some_and(|it| it.state == PaymentState::Paid),
            Promise::Back(payment) => payments.get(payment).is_some_and(|it| it.refunded.is_positive()),
        }
    }
}

/// What is wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsound {
    /// The store does not open it, or cannot read it.
    Closed(String),
    /// Its books do not add up.
    Red(String),
    /// A promise is not kept.
    Lost(Promise),
}

/// Opens an image, checks its books, and looks for everything that was promised.
pub async fn judged(folder: &Path, promises: &[Promise]) -> Result<(), Unsound> {
    let closed = |error: store::error::StoreError| Unsound::Closed(error.to_string());
    let key = key(folder).ok_or_else(|| Unsound::Closed("there is no master key".to_owned()))?;
    let opening = Opening {
        address: format!("sqlite:{}", folder.join("openkassa.db").display()),
        master_key: key,
        node: 0,
        readers: 1,
        clock: Arc::new(|| Timestamp::UNIX_EPOCH),
    };
    let store = Store::open(opening).await.map_err(closed)?;
    let found = looked_at(&store, promises).await;
    store.close().await;
    found
}

async fn looked_at(store: &Store, promises: &[Promise]) -> Result<(), Unsound> {
    let closed = |error: store::error::StoreError| Unsound::Closed(error.to_string());
    let report = store.check_books().await.map_err(closed)?;
    if let Some(finding) = report.findings.first() {
        return Err(Unsound::Red(finding.to_string()));
    }
    let (mut payments, mut below) = (HashMap::new(), None);
    loop {
        let page = store.payments(below, PAGE_MAX).await.map_err(closed)?;
        below = page.last().map(|payment| Below(payment.id));
        payments.extend(page.into_iter().map(|payment| (store.public_ids().print(payment.id), payment)));
        if below.is_none() {
            break;
        }
    }
    let lost = promises.iter().find(|promise| !promise.is_kept(&payments));
    lost.map_or(Ok(()), |promise| Err(Unsound::Lost(promise.clone())))
}

fn key(folder: &Path) -> Option<MasterKey> {
    let text = fs::read_to_string(folder.join("master.key")).ok()?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
    Some(MasterKey::new(bytes))
}
