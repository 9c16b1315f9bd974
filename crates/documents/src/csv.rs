//! CSV after RFC 4180, with formulas disarmed.

use crate::cell::Cell;

/// Tells spreadsheets that the text is UTF-8; it stands before the first line.
pub const MARK: &str = "\u{feff}";

/// One line, its end included.
///
/// A spreadsheet takes a text that begins with a formula's sign for a formula, whoever sent it. An apostrophe in
/// front keeps it a text.
#[must_use]
pub fn line(cells: &[Cell]) -> String {
    let mut line = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        match cell {
            Cell::Empty => {}
            Cell::Sum(sum) => line.push_str(&sum.to_string()),
            Cell::Text(text) => push_text(&mut line, text),
        }
    }
    line.push_str("\r\n");
    line
}

fn push_text(line: &mut String, text: &str) {
    let armed = text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let quoted = armed || text.contains([',', '"', '\r', '\n', ';']) || text != text.trim();
    if quoted {
        line.push('"');
    }
    if armed {
        line.push('\'');
    }
    line.push_str(&text.replace('"', "\"\""));
    if quoted {
        line.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::Money;
    use money::currency::Currency;

    fn text(text: &str) -> String {
        line(&[Cell::Text(text.to_owned())])
    }

    #[test]
    fn texts_that_would_be_formulas_stay_texts() {
        for (formula, disarmed) in [
            ("=1+1", "\"'=1+1\"\r\n"),
            ("+7 900", "\"'+7 900\"\r\n"),
            ("-5", "\"'-5\"\r\n"),
            ("@SUM(A1)", "\"'@SUM(A1)\"\r\n"),
            ("  =1", "\"'  =1\"\r\n"),
            ("\t=1", "\"'\t=1\"\r\n"),
        ] {
            assert_eq!(text(formula), disarmed);
        }
    }

    #[test]
    fn commas_quotes_and_line_breaks_are_quoted() {
        assert_eq!(text("a,b"), "\"a,b\"\r\n");
        assert_eq!(text("say \"yes\""), "\"say \"\"yes\"\"\"\r\n");
        assert_eq!(text("a\nb"), "\"a\nb\"\r\n");
    }

    #[test]
    fn our_own_sums_are_numbers_also_below_zero() {
        let cells = [Cell::Sum(Money::from_minor(-129_000, Currency::Rub)), Cell::Empty, text_cell("RUB")];
        assert_eq!(line(&cells), "-1290.00,,RUB\r\n");
    }

    fn text_cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}
