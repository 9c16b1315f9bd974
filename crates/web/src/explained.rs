//! The mistakes of signatures in words, for whoever shows them.

use crate::words::Words;
use domain::payments::Language;
use protocols::interkassa::explain::mistake::Mistake as CheckoutMistake;
use protocols::robokassa::explain::mistake::Mistake;

/// What is wrong and how to put it right, in the language named or in English.
///
/// ```
/// use domain::payments::Language;
/// use protocols::robokassa::explain::mistake::Mistake;
/// let words = web::explained::in_words(Language::En, &Mistake::PasswordsSwapped);
/// assert!(words.starts_with("Passwords 1 and 2 are swapped."));
/// ```
pub fn in_words(language: Language, mistake: &Mistake) -> String {
    Words::of(language).mistake(mistake)
}

/// What is wrong with a checkout's signature and how to put it right, in the language named or in English.
///
/// ```
/// use domain::payments::Language;
/// use protocols::interkassa::explain::mistake::Mistake;
/// let words = web::explained::checkout_in_words(Language::En, &Mistake::KeysSwapped);
/// assert!(words.starts_with("The keys are swapped."));
/// ```
pub fn checkout_in_words(language: Language, mistake: &CheckoutMistake) -> String {
    Words::of(language).checkout_mistake(mistake)
}
