//! What stands in a table's cell.

use money::Money;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, also of strangers.
    Text(String),
    /// A sum; its currency stands in a cell of its own.
    Sum(Money),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Text, or nothing where there is none.
    #[must_use]
    pub fn maybe(text: Option<&str>) -> Cell {
        text.filter(|text| !text.is_empty()).map_or(Cell::Empty, |text| Cell::Text(text.to_owned()))
    }
}
