//! Every text that a page shows, Russian and English side by side in one register.
//!
//! A text is a function of [`Words`], so a missing key does not compile, a text that lacks one of its
//! arguments is an unused variable, and a text that no page uses is dead code; the build accepts neither.

mod cabinet_check;
mod cabinet_checkouts;
mod cabinet_common;
mod cabinet_entry;
mod cabinet_gallery;
mod cabinet_money;
mod cabinet_notices;
mod cabinet_payment;
mod cabinet_payments;
mod cabinet_shops;
mod checkout;
mod checkout_signatures;
mod clock;
mod common;
mod doors;
mod emulator;
mod ends;
mod front;
mod outcomes;
mod signatures;

use domain::payments::Language;

/// The texts in one language, or in the mirrored one: English, longer by half, for pages that run from right to
/// left. Whoever sees a page in it sees what a longer language and another direction would break.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    language: Language,
    mirrored: bool,
}

impl Words {
    /// The texts for readers of a language: those of English where it is not complete yet.
    pub(crate) fn of(language: Language) -> Words {
        Words { language: crate::language::written(language), mirrored: false }
    }

    /// The texts of the mirrored language. It is made from English, so nothing can be missing in it.
    pub(crate) fn mirrored() -> Words {
        Words { language: Language::En, mirrored: true }
    }

    /// Whether these are the mirrored texts.
    pub(crate) fn is_mirrored(self) -> bool {
        self.mirrored
    }

    /// The language in which these texts are written.
    pub(crate) fn language(self) -> Language {
        self.language
    }
}

/// A text of the mirrored language: in brackets, so that a text that is glued from pieces or cut off shows, and
/// longer by half, in words that can be broken.
fn longer(text: &str) -> String {
    let filler: String = "verba longiora quam opus est semper veniunt "
        .chars()
        .cycle()
        .take(text.chars().count() / 2 + 2)
        .collect();
    format!("[{text} {}]", filler.trim())
}

/// Makes the functions of [`Words`] from entries of three forms:
/// `name { ru: "…", en: "…" }`, `name(argument: Type) { ru: "… {argument} …", en: … }`, and, where the
/// wording depends on a count, `name(n: u64) { ru: [n; One: "…", Few: "…", Many: "…"], en: [n; One: …, Other: …] }`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $(($($arg:ident: $kind:ty),+))? { ru: $ru:tt, en: $en:tt })*) => {
        impl crate::words::Words { $(words!(@fn $(#[$doc])* $name [$($($arg: $kind),+)?] $ru $en);)* }
    };
    (@fn $(#[$doc:meta])* $name:ident [] $ru:literal $en:literal) => {
        $(#[$doc])*
        pub(crate) fn $name(self) -> &'static str {
            use domain::payments::Language;
            if self.is_mirrored() {
                static LONG: std::sync::LazyLock<String> =
                    std::sync::LazyLock::new(|| crate::words::longer($en));
                return &LONG;
            }
            match self.language() {
                Language::Ru => $ru,
                Language::En | Language::Uk | Language::Es | Language::Bg => $en,
            }
        }
    };
    (@fn $(#[$doc:meta])* $name:ident [$($arg:ident: $kind:ty),+] $ru:tt $en:tt) => {
        $(#[$doc])*
        pub(crate) fn $name(self, $($arg: $kind),+) -> String {
            use domain::payments::Language;
            fn ru($($arg: $kind),+) -> String { words!(@text Ru $ru) }
            fn en($($arg: $kind),+) -> String { words!(@text En $en) }
            if self.is_mirrored() {
                return crate::words::longer(&en($($arg),+));
            }
            match self.language() {
                Language::Ru => ru($($arg),+),
                Language::En | Language::Uk | Language::Es | Language::Bg => en($($arg),+),
            }
        }
    };
    (@text $language:ident $text:literal) => { format!($text) };
    (@text Ru [$n:ident; One: $one:literal, Few: $few:literal, Many: $many:literal]) => {
        match crate::language::Plural::of($n, domain::payments::Language::Ru) {
            crate::language::Plural::One => format!($one),
            crate::language::Plural::Few => format!($few),
            crate::language::Plural::Many | crate::language::Plural::Other => format!($many),
        }
    };
    (@text En [$n:ident; One: $one:literal, Other: $other:literal]) => {
        match crate::language::Plural::of($n, domain::payments::Language::En) {
            crate::language::Plural::One => format!($one),
            crate::language::Plural::Few
            | crate::language::Plural::Many
            | crate::language::Plural::Other => format!($other),
        }
    };
}
use words;
