//! The texts of look-ups, each made once: making one from its columns costs as much as reading a row.

use crate::table::Shape;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What a text is made from: a table, and a condition unless it is the key.
type Made = (&'static str, Option<&'static str>);

/// They follow from the program alone, so all stores of a process share them, and there are as many as
/// places in the program that ask.
static TEXTS: RwLock<Option<HashMap<Made, Arc<str>>>> = RwLock::new(None);

/// The text that reads the row of a key.
pub(crate) fn of_key(shape: Shape) -> Arc<str> {
    known((shape.table, None), || shape.select_key())
}

/// The text that reads rows under a condition, which also may order and limit.
pub(crate) fn of_condition(shape: Shape, condition: &'static str) -> Arc<str> {
    known((shape.table, Some(condition)), || shape.select(condition))
}

fn known(made: Made, make: impl FnOnce() -> String) -> Arc<str> {
    let found = TEXTS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = found.as_ref().and_then(|texts| texts.get(&made)) {
        return text.clone();
    }
    drop(found);
    let text: Arc<str> = make().into();
    let mut texts = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    texts.get_or_insert_default().insert(made, text.clone());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;
    use domain::payments::Payment;
    use domain::refunds::Refund;

    #[test]
    fn a_text_is_made_once_for_its_table_and_condition() {
        let (first, again) = (of_key(Payment::SHAPE), of_key(Payment::SHAPE));
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(&*first, Payment::SHAPE.select_key());
        assert_eq!(&*of_key(Refund::SHAPE), Refund::SHAPE.select_key());
        assert_eq!(&*of_condition(Refund::SHAPE, "book = $1"), Refund::SHAPE.select("book = $1"));
        assert_eq!(&*of_condition(Refund::SHAPE, "book = $2"), Refund::SHAPE.select("book = $2"));
    }
}
