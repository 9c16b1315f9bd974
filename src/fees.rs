//! Fees as people type them: `3.5%`, `2.9% + 5.00`, `max(3.5%, 10.00)`, `min(...)`.

use domain::tariffs::Fee;
use money::Money;
use money::currency::Currency;

/// A percentage has at most this many digits after the dot.
const PERCENT_DIGITS_MAX: usize = 4;
/// Fees inside fees go at most this deep.
const DEPTH_MAX: usize = 8;

/// Reads a fee whose fixed parts are of this currency.
///
/// # Errors
/// A sentence that says where reading stopped and what was expected there.
pub fn parse(text: &str, currency: Currency) -> Result<Fee, String> {
    let mut reader = Reader { text, at: 0, currency };
    let fee = reader.sum(0)?;
    reader.skip_spaces();
    if reader.at < text.len() {
        return Err(reader.expected("+ or the end"));
    }
    Ok(fee)
}

/// A fee as [`parse`] reads it.
#[must_use]
pub fn print(fee: &Fee) -> String {
    match fee {
        Fee::Fixed(amount) => amount.to_string(),
        Fee::Share { parts, of } => percent(*parts, *of),
        Fee::Smallest(fees) => format!("min({})", list(fees, ", ")),
        Fee::Largest(fees) => format!("max({})", list(fees, ", ")),
        Fee::Sum(fees) => list(fees, " + "),
    }
}

fn list(fees: &[Fee], between: &str) -> String {
    fees.iter().map(print).collect::<Vec<_>>().join(between)
}

/// Thousandths and the like as a percentage; other shares as the fraction that they are.
fn percent(parts: u32, of: u32) -> String {
    let scaled = u64::from(parts) * 1_000_000;
    if of == 0 || !scaled.is_multiple_of(u64::from(of)) {
        return format!("{parts}/{of}");
    }
    let ten_thousandths = scaled / u64::from(of);
    let digits = format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000);
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

struct Reader<'a> {
    text: &'a str,
    /// How many bytes are read.
    at: usize,
    currency: Currency,
}

impl<'a> Reader<'a> {
    fn sum(&mut self, depth: usize) -> Result<Fee, String> {
        if depth > DEPTH_MAX {
            return Err(format!("fees inside fees go at most {DEPTH_MAX} deep"));
        }
        let first = self.term(depth)?;
        let mut all = vec![first];
        while self.takes('+') {
            all.push(self.term(depth)?);
        }
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            (last, _) => {
                all.extend(last);
                Ok(Fee::Sum(all))
            }
        }
    }

    fn term(&mut self, depth: usize) -> Result<Fee, String> {
        self.skip_spaces();
        for (word, make) in [("max", Fee::Largest as fn(Vec<Fee>) -> Fee), ("min", Fee::Smallest)] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(make(self.choices(depth)?));
            }
        }
        let number = self.number();
        if number.is_empty() {
            return Err(self.expected("a number, a percentage, max( or min("));
        }
        if self.takes('%') { share(number) } else { self.fixed(number) }
    }

    fn choices(&mut self, depth: usize) -> Result<Vec<Fee>, String> {
        if !self.takes('(') {
            return Err(self.expected("("));
        }
        let mut fees = vec![self.sum(depth + 1)?];
        while self.takes(',') {
            fees.push(self.sum(depth + 1)?);
        }
        if !self.takes(')') {
            return Err(self.expected(", or )"));
        }
        if fees.len() < 2 {
            return Err("max and min choose between at least two fees, separated by a comma".to_owned());
        }
        Ok(fees)
    }

    fn fixed(&self, number: &str) -> Result<Fee, String> {
        Money::parse(number, self.currency).map(Fee::Fixed).map_err(|error| format!("\"{number}\": {error}"))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }

    fn takes(&mut self, sign: char) -> bool {
        self.skip_spaces();
        let there = self.rest().starts_with(sign);
        if there {
            self.at += sign.len_utf8();
        }
        there
    }

    fn number(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or("")
    }

    fn expected(&self, what: &str) -> String {
        let found = self.rest();
        if found.is_empty() {
            return format!("expected {what} after \"{}\"", self.text);
        }
        format!("expected {what} at \"{found}\"")
    }
}

/// A percentage as parts of a power of ten, so that no rounding happens here.
fn share(number: &str) -> Result<Fee, String> {
    let wrong = || format!("\"{number}%\" is no percentage: expected such as 3.5%, at most 100%");
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.trim_end_matches('0');
    if whole.is_empty() || part.len() > PERCENT_DIGITS_MAX || part.contains('.') || number.ends_with('.') {
        return Err(wrong());
    }
    let parts: u32 = format!("{whole}{part}").parse().map_err(|_| wrong())?;
    let of = 10_u32.checked_pow(u32::try_from(part.len() + 2).map_err(|_| wrong())?).ok_or_else(wrong)?;
    if parts > of { Err(wrong()) } else { Ok(Fee::Share { parts, of }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rub(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Rub)
    }

    fn read(text: &str) -> Result<Fee, String> {
        parse(text, Currency::Rub)
    }

    #[test]
    fn fees_are_read_as_they_are_meant() {
        let half = Fee::Share { parts: 35, of: 1_000 };
        assert_eq!(read("3.5%"), Ok(half.clone()));
        assert_eq!(read("3.50 %"), Ok(half.clone()));
        assert_eq!(read(" 3% "), Ok(Fee::Share { parts: 3, of: 100 }));
        assert_eq!(read("10.00"), Ok(Fee::Fixed(rub(1_000))));
        assert_eq!(
            read("2.9% + 5"),
            Ok(Fee::Sum(vec![Fee::Share { parts: 29, of: 1_000 }, Fee::Fixed(rub(500))]))
        );
        assert_eq!(read("max(3.5%,10.00)"), Ok(Fee::Largest(vec![half.clone(), Fee::Fixed(rub(1_000))])));
        assert_eq!(
            read("min(max(3.5%, 10), 3.5% + 1)"),
            Ok(Fee::Smallest(vec![
                Fee::Largest(vec![half.clone(), Fee::Fixed(rub(1_000))]),
                Fee::Sum(vec![half, Fee::Fixed(rub(100))]),
            ]))
        );
    }

    #[test]
    fn a_printed_fee_reads_back() {
        for text in
            ["3.5%", "0.0125%", "100%", "0%", "2.9% + 5.00", "max(3.5%, 10.00)", "min(1% + 2.00, 3.00)"]
        {
            let fee = read(text).unwrap();
            assert_eq!(print(&fee), text);
            assert_eq!(read(&print(&fee)), Ok(fee));
        }
        assert_eq!(print(&Fee::Share { parts: 1, of: 3 }), "1/3");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let cases = [
            ("", "expected a number"),
            ("3.5% +", "expected a number"),
            ("3,5%", "expected + or the end at \",5%\""),
            ("max(3%)", "at least two"),
            ("max 3%", "expected ("),
            ("max(3%, 5", "expected , or )"),
            ("101%", "at most 100%"),
            ("1.2.3%", "no percentage"),
            ("5.001", "at most 2 digits"),
            ("-5", "expected a number"),
            ("3.5%%", "expected + or the end"),
            ("5 руб", "expected + or the end"),
        ];
        for (text, why) in cases {
            let message = read(text).unwrap_err();
            assert!(message.contains(why), "{text}: {message}");
        }
    }

    #[test]
    fn fees_do_not_nest_without_end() {
        let deep = format!("{}1{}", "max(".repeat(10_000), ")".repeat(10_000));
        assert!(read(&deep).unwrap_err().contains("deep"));
    }
}
