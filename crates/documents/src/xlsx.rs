//! XLSX, row by row into a temporary file, so that a table of any length needs the same memory.

use crate::cell::Cell;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::io::{Seek, Write};

/// A sheet holds so many rows with its head; the format has no more.
pub const ROWS_MAX: u32 = 1_048_576;
/// Programs that read sheets keep fifteen digits of a number; a longer sum is written as text.
const EXACT_BELOW: u64 = 1_000_000_000_000_000;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The table is longer than the format allows.
    #[error("a sheet has at most {ROWS_MAX} rows")]
    TooLong,
    /// A file could not be written.
    #[error("the sheet cannot be written: {0}")]
    Write(#[from] XlsxError),
}

/// A table in the making.
pub struct Sheet {
    book: Workbook,
    rows: u32,
}

impl Sheet {
    /// A table with its head.
    ///
    /// # Errors
    /// [`SheetError`] when the temporary file cannot be written.
    pub fn new(name: &str, head: &[&str]) -> Result<Sheet, SheetError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, title) in (0_u16..).zip(head) {
            sheet.set_column_width(column, 20)?;
            sheet.write_string_with_format(0, column, *title, &bold)?;
        }
        Ok(Sheet { book, rows: 1 })
    }

    /// Adds a row. Texts are written as texts, so none is ever taken for a formula.
    ///
    /// # Errors
    /// [`SheetError`] when the table is full or the temporary file cannot be written.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        if self.rows >= ROWS_MAX {
            return Err(SheetError::TooLong);
        }
        let row = self.rows;
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            write(sheet, row, column, cell)?;
        }
        self.rows = row.saturating_add(1);
        Ok(())
    }

    /// Writes the finished file.
    ///
    /// # Errors
    /// [`SheetError`] when it cannot be written.
    pub fn finish(mut self, into: impl Write + Seek + Send) -> Result<(), SheetError> {
        Ok(self.book.save_to_writer(into)?)
    }
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Cell::Sum(sum) => {
            let text = sum.to_string();
            // The format knows numbers only as floats. Nothing is computed with this one here.
            match text.parse::<f64>() {
                Ok(number) if sum.minor().unsigned_abs() < EXACT_BELOW => {
                    let format = Format::new().set_num_format("#,##0.00");
                    sheet.write_number_with_format(row, column, number, &format)?;
                }
                Ok(_) | Err(_) => {
                    sheet.write_string(row, column, &text)?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::Money;
    use money::currency::Currency;
    use std::io::Cursor;

    #[test]
    fn a_table_becomes_a_packed_file() {
        let mut sheet = Sheet::new("Payments", &["Sum", "Order"]).unwrap();
        for minor in 0..1_000 {
            let sum = Money::from_minor(minor, Currency::Rub);
            sheet.row(&[Cell::Sum(sum), Cell::Text("=1+1".to_owned())]).unwrap();
        }
        let mut file = Cursor::new(Vec::new());
        sheet.finish(&mut file).unwrap();
        assert_eq!(&file.get_ref()[..4], b"PK\x03\x04");
    }
}
