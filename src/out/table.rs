//! Aligned text: tables with a head, and fields one under the other.

use std::fmt;

/// What stands between two columns.
const GAP: &str = "  ";

/// A table; columns whose title begins with `>` are aligned to the right.
pub(super) struct Table {
    titles: Vec<String>,
    to_the_right: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(titles: &[&str]) -> Table {
        Table {
            titles: titles.iter().map(|title| title.trim_start_matches('>').to_owned()).collect(),
            to_the_right: titles.iter().map(|title| title.starts_with('>')).collect(),
            rows: Vec::new(),
        }
    }

    pub(super) fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(|cell| shown(cell.as_ref())).collect());
    }

    fn widths(&self) -> Vec<usize> {
        let lines = || std::iter::once(&self.titles).chain(&self.rows);
        let width = |column: usize| {
            lines().filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max()
        };
        (0..self.titles.len()).map(|column| width(column).unwrap_or(0)).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return writeln!(f, "none");
        }
        let widths = self.widths();
        for cells in std::iter::once(&self.titles).chain(&self.rows) {
            let padded = cells.iter().zip(&widths).zip(&self.to_the_right).map(|((cell, width), right)| {
                if *right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            let line = padded.collect::<Vec<_>>().join(GAP);
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Names and values, one under the other.
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    pub(super) const fn new() -> Fields {
        Fields(Vec::new())
    }

    pub(super) fn add(&mut self, name: &'static str, value: impl AsRef<str>) {
        self.0.push((name, shown(value.as_ref())));
    }

    /// Adds a value that is worth a line only where there is one.
    pub(super) fn add_some(&mut self, name: &'static str, value: Option<&String>) {
        if let Some(value) = value {
            self.add(name, value);
        }
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in &self.0 {
            writeln!(f, "{}", format!("{name:<width$}{GAP}{value}").trim_end())?;
        }
        Ok(())
    }
}

/// Text of strangers without what would move the cursor or colour the terminal.
pub(super) fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{b7}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_whatever_the_alphabet() {
        let mut table = Table::new(&["name", ">sum"]);
        table.row(["Ромашка", "1.00"]);
        table.row(["x", "100.00"]);
        assert_eq!(table.to_string(), "name        sum\nРомашка    1.00\nx        100.00\n");
    }

    #[test]
    fn an_empty_table_says_so() {
        assert_eq!(Table::new(&["a"]).to_string(), "none\n");
    }

    #[test]
    fn text_of_strangers_cannot_move_the_cursor() {
        let mut fields = Fields::new();
        fields.add("name", "a\u{1b}[2Jb\nc");
        assert_eq!(fields.to_string(), "name  a\u{b7}[2Jb\u{b7}c\n");
    }
}
