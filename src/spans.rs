//! Lengths of time as people type them: `90s`, `30m`, `12h`, `7d`.

use domain::sellers::SettlementDelay;

/// Seconds of a length such as `12h`.
///
/// # Errors
/// A sentence that says what is expected.
pub fn seconds(text: &str) -> Result<u32, String> {
    let wrong =
        || format!("\"{text}\" is no length of time: expected a number with s, m, h or d, such as 12h");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let each: u32 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or_else(wrong)?;
    number.checked_mul(each).ok_or_else(|| format!("{text} is too long"))
}

/// When money becomes available: `1d` is 00:00 of the next day in the shop's zone, other units count
/// from the payment.
///
/// # Errors
/// A sentence that says what is expected.
pub fn delay(text: &str) -> Result<SettlementDelay, String> {
    let Some(days) = text.strip_suffix('d') else {
        return Ok(SettlementDelay::Seconds(seconds(text)?));
    };
    let days = days.parse().map_err(|_| format!("\"{text}\" is no number of days: expected such as 1d"))?;
    Ok(SettlementDelay::Days(days))
}

/// The delay as it is typed.
#[must_use]
pub fn delay_text(delay: SettlementDelay) -> String {
    match delay {
        SettlementDelay::Days(days) => format!("{days}d"),
        SettlementDelay::Seconds(seconds) => seconds_text(seconds),
    }
}

/// Seconds in the largest unit that divides them.
#[must_use]
pub fn seconds_text(seconds: u32) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let fits = units.into_iter().find(|(each, _)| seconds != 0 && seconds.is_multiple_of(*each));
    fits.map_or_else(|| format!("{seconds}s"), |(each, unit)| format!("{}{unit}", seconds / each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_printed_alike() {
        for (text, length) in [("90s", 90), ("30m", 1_800), ("12h", 43_200), ("7d", 604_800), ("0s", 0)] {
            assert_eq!(seconds(text), Ok(length));
            assert_eq!(seconds_text(length), text);
        }
    }

    #[test]
    fn strange_lengths_are_refused() {
        for text in ["", "7", "d", "-1s", "1.5h", "7 d", "99999999d", "5й"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_of_settlement_are_days_of_the_calendar() {
        assert_eq!(delay("1d"), Ok(SettlementDelay::Days(1)));
        assert_eq!(delay("60s"), Ok(SettlementDelay::Seconds(60)));
        assert_eq!(delay_text(SettlementDelay::Days(2)), "2d");
        assert!(delay("99999d").is_err());
    }
}
