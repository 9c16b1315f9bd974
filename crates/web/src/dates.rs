//! Dates and times as each language writes them, always in a named zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use domain::payments::Language;

const RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const UK: [&str; 12] = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const BG: [&str; 12] = [
    "януари",
    "февруари",
    "март",
    "април",
    "май",
    "юни",
    "юли",
    "август",
    "септември",
    "октомври",
    "ноември",
    "декември",
];

fn month(language: Language, number: i8) -> &'static str {
    let names = match language {
        Language::Ru => &RU,
        Language::En => &EN,
        Language::Uk => &UK,
        Language::Es => &ES,
        Language::Bg => &BG,
    };
    let position = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    position.and_then(|n| names.get(n)).copied().unwrap_or("")
}

/// Date and time, such as `14 марта 2026, 15:04`.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let at = at.to_zoned_datetime(zone.clone());
    let (day, year) = (at.day(), at.year());
    let month = month(language, at.month());
    let clock = at.strftime("%H:%M");
    match language {
        Language::Ru | Language::En => format!("{day} {month} {year}, {clock}"),
        Language::Uk => format!("{day} {month} {year} р., {clock}"),
        Language::Es => format!("{day} de {month} de {year}, {clock}"),
        Language::Bg => format!("{day} {month} {year} г., {clock}"),
    }
}

/// A day, such as `14 марта 2026`.
pub(crate) fn day(day: jiff::civil::Date, language: Language) -> String {
    let (number, month, year) = (day.day(), month(language, day.month()), day.year());
    match language {
        Language::Ru | Language::En => format!("{number} {month} {year}"),
        Language::Uk => format!("{number} {month} {year} р."),
        Language::Es => format!("{number} de {month} de {year}"),
        Language::Bg => format!("{number} {month} {year} г."),
    }
}

/// A moment as short as it can be understood: the time alone if it is on the day of `now`.
pub(crate) fn short(at: Timestamp, now: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = at.to_zoned_datetime(zone.clone());
    if local.date() == now.to_zoned_datetime(zone.clone()).date() {
        local.strftime("%H:%M").to_string()
    } else {
        moment(at, zone, language)
    }
}

/// The zone as a difference from universal time, such as `UTC+3` or `UTC+5:30`.
pub(crate) fn zone_name(zone: &TimeZone, at: Timestamp) -> String {
    let seconds = zone.to_offset(at).seconds();
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let sign = if seconds < 0 { '\u{2212}' } else { '+' };
    match (seconds, minutes) {
        (0, _) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        (_, _) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn each_language_writes_dates_in_its_own_way() {
        let (at, zone) = (at("2026-03-14T12:04:59Z"), zone("Europe/Moscow"));
        assert_eq!(moment(at, &zone, Language::Ru), "14 марта 2026, 15:04");
        assert_eq!(moment(at, &zone, Language::En), "14 March 2026, 15:04");
        assert_eq!(moment(at, &zone, Language::Uk), "14 березня 2026 р., 15:04");
        assert_eq!(moment(at, &zone, Language::Es), "14 de marzo de 2026, 15:04");
        assert_eq!(moment(at, &zone, Language::Bg), "14 март 2026 г., 15:04");
    }

    #[test]
    fn the_day_is_left_out_only_when_it_is_today_in_the_zone() {
        let (now, zone) = (at("2026-03-14T20:30:00Z"), zone("Europe/Moscow"));
        assert_eq!(short(at("2026-03-14T20:45:00Z"), now, &zone, Language::Ru), "23:45");
        assert_eq!(short(at("2026-03-14T21:45:00Z"), now, &zone, Language::Ru), "15 марта 2026, 00:45");
    }

    #[test]
    fn the_zone_is_named_by_its_offset() {
        let now = at("2026-03-14T12:00:00Z");
        assert_eq!(zone_name(&zone("Europe/Moscow"), now), "UTC+3");
        assert_eq!(zone_name(&zone("Asia/Kolkata"), now), "UTC+5:30");
        assert_eq!(zone_name(&zone("America/New_York"), now), "UTC−4");
        assert_eq!(zone_name(&TimeZone::UTC, now), "UTC");
    }
}
