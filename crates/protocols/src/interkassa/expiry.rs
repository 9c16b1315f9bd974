//! Until when an invoice may be paid: `ik_exp`, a date that shops write in several ways, or `ik_ltm`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::errors::{Code, Refused};
use super::names;
use super::reader::Reader;
use crate::robokassa::expiry::read_expiry_in;

/// How many characters `YYYY-MM-DD` has.
const DATE_CHARS: usize = 10;

/// The end that a request names: the expiry, else the lifetime from now; `None` if it names none.
///
/// # Errors
/// 1024 for a date that cannot be read, 1023 for a lifetime that is no number of seconds, 1606 for an end
/// that has passed.
pub(super) fn end(reader: Reader<'_>, zone: &TimeZone, now: Timestamp) -> Result<Option<Timestamp>, Refused> {
    let expiry = reader.pattern(names::EXP, 30, |_| true)?;
    let lifetime = reader.pattern(names::LTM, 10, |c| c.is_ascii_digit())?;
    let (until, blamed) = match (expiry, lifetime) {
        (Some(text), _) => {
            let wrong = Refused::because_of(
                names::EXP,
                Code::WrongFormat,
                "the date is not written as year, month and day, perhaps with a time",
            );
            (read(text, zone).ok_or(wrong)?, names::EXP)
        }
        (None, Some(seconds)) => {
            let after = |seconds: i64| now.checked_add(SignedDuration::from_secs(seconds)).ok();
            let until = seconds.parse().ok().filter(|&seconds: &i64| seconds > 0).and_then(after);
            let wrong =
                Refused::because_of(names::LTM, Code::Invalid, "a number of seconds above zero is expected");
            (until.ok_or(wrong)?, names::LTM)
        }
        (None, None) => return Ok(None),
    };
    if until <= now {
        return Err(Refused::because_of(blamed, Code::InvoiceExpired, "the time to pay has passed"));
    }
    Ok(Some(until))
}

/// A date with or without a time. Without a zone it is meant in the checkout's; a date alone means its end.
fn read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() == DATE_CHARS {
        let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date: Date = Some(text).filter(|_| digits)?.parse().ok()?;
        return in_zone(date.tomorrow().ok()?.at(0, 0, 0, 0), zone);
    }
    read_expiry_in(text, |local| in_zone(local, zone))
}

fn in_zone(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tree::Tree;
    use super::*;

    fn ends(fields: &[(&str, &str)]) -> Result<Option<String>, (u16, Option<&'static str>)> {
        let mut tree = Tree::default();
        for (name, value) in fields {
            tree.insert(name, (*value).to_owned()).unwrap();
        }
        let zone = TimeZone::get("Europe/Kyiv").unwrap();
        let now = "2030-01-01T00:00:00Z".parse().unwrap();
        let end = end(Reader(&tree), &zone, now);
        end.map(|end| end.map(|end| end.to_string())).map_err(|r| (r.code.number(), r.parameter))
    }

    #[test]
    fn a_date_without_a_zone_is_meant_in_the_checkouts() {
        for (text, utc) in [
            ("2031-01-31 23:59:59", "2031-01-31T21:59:59Z"),
            ("2031-07-31 23:59", "2031-07-31T20:59:00Z"),
            ("2031-01-31T12:00:00+03:00", "2031-01-31T09:00:00Z"),
            ("2031-01-31T12:00:00Z", "2031-01-31T12:00:00Z"),
            ("2031-01-31", "2031-01-31T22:00:00Z"),
        ] {
            assert_eq!(ends(&[("ik_exp", text)]), Ok(Some(utc.to_owned())), "{text}");
        }
    }

    #[test]
    fn the_lifetime_counts_only_where_no_expiry_is_named() {
        assert_eq!(ends(&[]), Ok(None));
        assert_eq!(ends(&[("ik_ltm", "3600")]), Ok(Some("2030-01-01T01:00:00Z".to_owned())));
        let both = ends(&[("ik_ltm", "3600"), ("ik_exp", "2031-01-31")]);
        assert_eq!(both, Ok(Some("2031-01-31T22:00:00Z".to_owned())));
    }

    #[test]
    fn what_is_no_end_and_what_has_passed_are_refused() {
        for text in ["tomorrow", "2031-13-01", "31.01.2031 10:00", "20310131", "2031-01-31 10:00 Europe/Kyiv"]
        {
            assert_eq!(ends(&[("ik_exp", text)]), Err((1024, Some("ik_exp"))), "{text}");
        }
        assert_eq!(ends(&[("ik_exp", "2029-12-31")]), Err((1606, Some("ik_exp"))));
        assert_eq!(ends(&[("ik_ltm", "0")]), Err((1023, Some("ik_ltm"))));
        assert_eq!(ends(&[("ik_ltm", "9999999999999")]), Err((1024, Some("ik_ltm"))));
        assert_eq!(ends(&[("ik_ltm", "1h")]), Err((1024, Some("ik_ltm"))));
    }
}
