//! When all books are checked, as people type it: `01:30`, `6h` or `off`.

use crate::spans;
use engine::workers::books::Schedule;
use jiff::SignedDuration;
use jiff::civil::Time;

/// Checking more often would only read the same again.
const SECONDS_MIN: u32 = 60;

/// A schedule.
///
/// # Errors
/// A sentence that says what is expected.
pub fn read(text: &str) -> Result<Schedule, String> {
    if text == "off" {
        return Ok(Schedule::Never);
    }
    if let Some(time) = time(text) {
        return Ok(Schedule::Daily(time));
    }
    match spans::seconds(text) {
        Ok(seconds) if seconds >= SECONDS_MIN => {
            Ok(Schedule::Every(SignedDuration::from_secs(i64::from(seconds))))
        }
        Ok(_) | Err(_) => Err(format!(
            "expected a time of the day in UTC such as 01:30, a length of at least a minute such as 6h, or off; \
             found \"{text}\""
        )),
    }
}

fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    #[test]
    fn times_lengths_and_off_are_told_apart() {
        assert_eq!(read("01:30"), Ok(Schedule::Daily(time(1, 30, 0, 0))));
        assert_eq!(read("6h"), Ok(Schedule::Every(SignedDuration::from_hours(6))));
        assert_eq!(read("off"), Ok(Schedule::Never));
    }

    #[test]
    fn what_is_none_of_them_says_what_is_expected() {
        for text in ["", "25:00", "01:60", "1s", "never", "0h", "01:30:00"] {
            assert!(read(text).unwrap_err().contains("01:30"), "{text}");
        }
    }
}
