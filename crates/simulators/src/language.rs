//! The two languages of the simulators' pages, and which one a browser asks for.

use crate::message::Request;

/// A language the pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, also for everybody who asks for neither.
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// The tag for `<html lang>` and `?lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ru => "ru",
        }
    }

    /// The tag of the other one, for the link that switches.
    pub fn other(self) -> Language {
        match self {
            Language::En => Language::Ru,
            Language::Ru => Language::En,
        }
    }

    /// `ru`, `ru-RU`, `ru_RU`, `en`, …; anything else is `None`.
    pub fn parse(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or("").trim();
        match primary.to_ascii_lowercase().as_str() {
            "ru" => Some(Language::Ru),
            "en" => Some(Language::En),
            _ => None,
        }
    }

    /// `?lang=` first, then what the page itself was made for, then the browser's list in its order.
    pub fn of(request: &Request, made_for: Option<Language>) -> Language {
        let asked = request.field("lang").and_then(|tag| Language::parse(&tag));
        let accepted = request.header("accept-language").and_then(|list| {
            list.split(',').find_map(|entry| Language::parse(entry.split(';').next().unwrap_or("")))
        });
        asked.or(made_for).or(accepted).unwrap_or(Language::En)
    }

    /// A sum for people: `1 290,00 ₽` or `₽1,290.00`.
    pub fn sum(self, kopecks: i64) -> String {
        let (roubles, rest) = (kopecks.unsigned_abs() / 100, kopecks.unsigned_abs() % 100);
        let minus = if kopecks < 0 { "−" } else { "" };
        match self {
            Language::En => format!("{minus}₽{}.{rest:02}", grouped(roubles, ',')),
            // The spaces do not break, so a sum never splits over two lines.
            Language::Ru => format!("{minus}{},{rest:02}\u{a0}₽", grouped(roubles, '\u{a0}')),
        }
    }
}

fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_over_the_browser() {
        let request = Request::new("GET", "/?lang=en").with_header("Accept-Language", "ru-RU,ru;q=0.9");
        assert_eq!(Language::of(&request, Some(Language::Ru)), Language::En);
    }

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        let request = Request::new("GET", "/").with_header("Accept-Language", "de,ru-RU;q=0.8,en;q=0.5");
        assert_eq!(Language::of(&request, None), Language::Ru);
        assert_eq!(Language::of(&Request::new("GET", "/"), None), Language::En);
    }

    #[test]
    fn sums_are_written_the_way_people_read_them() {
        assert_eq!(Language::En.sum(123_456_789), "₽1,234,567.89");
        assert_eq!(Language::Ru.sum(129_000), "1\u{a0}290,00\u{a0}₽");
        assert_eq!(Language::Ru.sum(5), "0,05\u{a0}₽");
    }
}
