//! `ExpirationDate` in all the forms that clients send.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Moscow has kept this offset since 2014; a date without a zone is read in it, and dates that shops are
/// told are written in it.
pub(super) const MOSCOW: Offset = Offset::constant(3);

/// How many characters `YYYY-MM-DD` has; a sign or space after it belongs to the zone.
const DATE_CHARS: usize = 10;

/// Reads `YYYY-MM-DDThh:mm[:ss[.fraction]]` with `Z`, `+hh:mm`, `+hhmm`, `+hh` or no zone at all. A plus
/// that was not percent-encoded arrives as a space. `None` if the text is nothing of that.
pub(super) fn read_expiry(text: &str) -> Option<Timestamp> {
    read_expiry_in(text, |local| MOSCOW.to_timestamp(local).ok())
}

/// The same for a dialect whose dates without a zone are meant in another one: it says when they are.
pub(crate) fn read_expiry_in(
    text: &str,
    local_time: impl Fn(DateTime) -> Option<Timestamp>,
) -> Option<Timestamp> {
    let text = text.trim();
    let (local, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(local) => (local, Some(Offset::UTC)),
        None => match text.rfind(['+', '-', ' ']).filter(|&at| at > DATE_CHARS) {
            Some(at) => {
                let (local, zone) = text.split_at_checked(at)?;
                (local, Some(read_offset(zone)?))
            }
            None => (text, None),
        },
    };
    let plain =
        local.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.' | b'T' | b't' | b' '));
    let with_time = local.len() > DATE_CHARS && local.starts_with(|c: char| c.is_ascii_digit()) && plain;
    let local: DateTime = with_time.then(|| local.parse().ok()).flatten()?;
    match offset {
        Some(offset) => offset.to_timestamp(local).ok(),
        None => local_time(local),
    }
}

fn read_offset(zone: &str) -> Option<Offset> {
    let digits = zone.get(1..)?.replace(':', "");
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?;
    let seconds = if zone.starts_with('-') { seconds.checked_neg()? } else { seconds };
    Offset::from_seconds(seconds).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        read_expiry(text).map(|at| at.to_string())
    }

    #[test]
    fn every_form_that_clients_send_is_read() {
        for (text, utc) in [
            ("2029-01-16T12:00:00.0000000+03:00", "2029-01-16T09:00:00Z"),
            ("2029-01-16T12:00:00.1234567+03:00", "2029-01-16T09:00:00.1234567Z"),
            ("2029-01-16T12:00", "2029-01-16T09:00:00Z"),
            ("2029-01-16T12:53Z", "2029-01-16T12:53:00Z"),
            ("2029-01-16T12:53:00.000+0300", "2029-01-16T09:53:00Z"),
            ("2029-01-16T12:53:00.000 03:00", "2029-01-16T09:53:00Z"),
            ("2029-01-16T12:53:00.123456", "2029-01-16T09:53:00.123456Z"),
            ("2029-01-16 12:53:00", "2029-01-16T09:53:00Z"),
            ("2029-01-16T12:53:00-05", "2029-01-16T17:53:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(utc), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2029-01-16",
            "2029-13-16T12:00",
            "2029-01-16T25:00",
            "16.01.2029 12:00",
            "2029-01-16T12:00+99:00",
            "2029-01-16T12:00+3",
            "2029-01-16T12:00 Europe/Moscow",
            "1893456000",
            "2029-01-16T12:00[UTC]",
            "-000001-01-01T00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,40}", dates in "[0-9:.TZ+\\- ]{0,40}") {
            let _ = (read_expiry(&text), read_expiry(&dates));
        }
    }
}
