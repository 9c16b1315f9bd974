//! The languages of the pages, which of them are complete, and how one is chosen for a reader.

use domain::payments::Language;

/// What one language calls itself, and whether every text exists in it.
///
/// A language becomes complete when the register in `words` has its column; until then its readers get
/// English, and the page says `lang="en"`.
struct Row {
    name: &'static str,
    complete: bool,
}

/// Every language in one table.
const fn row(language: Language) -> Row {
    match language {
        Language::Ru => Row { name: "Русский", complete: true },
        Language::En => Row { name: "English", complete: true },
        Language::Uk => Row { name: "Українська", complete: false },
        Language::Es => Row { name: "Español", complete: false },
        Language::Bg => Row { name: "Български", complete: false },
    }
}

/// What may decide the language of a page, the strongest first.
#[derive(Clone, Copy, Default, Debug)]
pub struct Wishes<'a> {
    /// What the reader asked for just now: `?lang=` or the form in the footer.
    pub asked: Option<&'a str>,
    /// What stands on the payment: the shop's request named it, or the reader chose it before.
    pub payment: Option<Language>,
    /// The language that the shop has set for its buyers.
    pub shop: Option<Language>,
    /// The browser's `Accept-Language` header.
    pub browser: Option<&'a str>,
}

/// The language's own name for itself.
pub(crate) fn name(language: Language) -> &'static str {
    row(language).name
}

/// The languages that a reader may choose.
pub(crate) fn complete() -> impl Iterator<Item = Language> {
    Language::ALL.iter().copied().filter(|language| row(*language).complete)
}

/// The language that a page is really written in for readers of this one.
pub(crate) fn written(language: Language) -> Language {
    if row(language).complete { language } else { Language::En }
}

/// The language of a code or a tag such as `en-GB`, in any case; the region is ignored.
pub fn from_tag(tag: &str) -> Option<Language> {
    let short = tag.split(['-', '_']).next().unwrap_or(tag);
    Language::from_code(&short.to_ascii_lowercase())
}

/// Chooses the language of a page. Without any wish it is Russian; a browser that names only languages
/// that we do not have gets English.
pub fn choose(wishes: Wishes) -> Language {
    let language = wishes
        .asked
        .and_then(from_tag)
        .or(wishes.payment)
        .or(wishes.shop)
        .or_else(|| wishes.browser.and_then(from_browser))
        .unwrap_or(Language::Ru);
    written(language)
}

/// Reads `Accept-Language`: the language with the highest weight that we know, the earlier one among equals.
fn from_browser(header: &str) -> Option<Language> {
    let mut best: Option<(u32, Language)> = None;
    let mut named = false;
    for item in header.split(',').take(20) {
        let mut parts = item.split(';');
        let tag = parts.next().unwrap_or("").trim();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
        if tag.is_empty() || weight == 0 {
            continue;
        }
        named = true;
        if let Some(language) = from_tag(tag)
            && best.is_none_or(|(highest, _)| weight > highest)
        {
            best = Some((weight, language));
        }
    }
    match best {
        Some((_, language)) => Some(language),
        None => named.then_some(Language::En),
    }
}

/// A weight such as `0.8` in thousandths; what is not a weight counts as nothing.
fn thousandths(text: &str) -> u32 {
    let (whole, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    match whole {
        "1" => 1000,
        "0" => {
            let digits: String = rest.chars().chain("000".chars()).take(3).collect();
            digits.parse().unwrap_or(0)
        }
        _ => 0,
    }
}

/// The plural categories of CLDR that our languages use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Plural {
    /// 1, and in Russian 21, 31, …
    One,
    /// In Russian 2–4, 22–24, …
    Few,
    /// In Russian 0, 5–20, 25–30, …
    Many,
    /// Everything else; in English everything but 1.
    Other,
}

impl Plural {
    /// The category of a whole number.
    pub(crate) fn of(n: u64, language: Language) -> Plural {
        match language {
            Language::Ru | Language::Uk => match (n % 10, n % 100) {
                (1, rest) if rest != 11 => Plural::One,
                (2..=4, rest) if !(12..=14).contains(&rest) => Plural::Few,
                (_, _) => Plural::Many,
            },
            Language::En | Language::Es | Language::Bg => match n {
                1 => Plural::One,
                _ => Plural::Other,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(header: &str) -> Language {
        choose(Wishes { browser: Some(header), ..Wishes::default() })
    }

    #[test]
    fn what_was_asked_just_now_wins() {
        let wishes = Wishes {
            asked: Some("en"),
            payment: Some(Language::Ru),
            shop: Some(Language::Ru),
            browser: Some("ru"),
        };
        assert_eq!(choose(wishes), Language::En);
        assert_eq!(choose(Wishes { asked: Some("xx"), ..wishes }), Language::Ru);
    }

    #[test]
    fn the_shop_s_language_stands_before_the_browser_s() {
        let wishes = Wishes { shop: Some(Language::En), browser: Some("ru"), ..Wishes::default() };
        assert_eq!(choose(wishes), Language::En);
    }

    #[test]
    fn the_browser_s_weights_are_obeyed() {
        assert_eq!(browser("en;q=0.3, ru;q=0.9"), Language::Ru);
        assert_eq!(browser("de, en-GB;q=0.8, ru;q=0.75"), Language::En);
        assert_eq!(browser("ru;q=0, de"), Language::En);
        assert_eq!(browser(""), Language::Ru);
    }

    #[test]
    fn an_incomplete_language_reads_english_and_says_so() {
        assert_eq!(browser("uk"), Language::En);
        assert_eq!(written(Language::Bg).code(), "en");
    }

    #[test]
    fn russian_plurals_follow_the_last_two_digits() {
        let category = |n| Plural::of(n, Language::Ru);
        assert_eq!([category(1), category(21), category(101)], [Plural::One; 3]);
        assert_eq!([category(2), category(4), category(33)], [Plural::Few; 3]);
        assert_eq!([category(0), category(5), category(11), category(112)], [Plural::Many; 4]);
        assert_eq!(Plural::of(1, Language::En), Plural::One);
        assert_eq!(Plural::of(11, Language::En), Plural::Other);
    }
}
