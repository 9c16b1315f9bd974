//! What came back for a notice that was not confirmed: kept as one line, read again by pages in their own language.

use crate::network::SendError;
use std::fmt;

/// What was said instead of a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unconfirmed {
    /// The shop answered something else.
    Otherwise {
        /// The status of the answer.
        status: u16,
        /// The beginning of its text.
        shown: String,
        /// What was expected; any answer with a status of 200 to 299 otherwise.
        expected: Option<String>,
    },
    /// No answer came, and whether the notice was read is unknown.
    Nothing {
        /// Why, in technical words.
        why: String,
    },
    /// The shop was not reached.
    Unreached {
        /// Why, in technical words.
        why: String,
    },
}

const ANSWERED: &str = "answered ";
const EXPECTED: &str = "\u{bb}, expected ";
const ANY_GOOD: &str = "a status of 200 to 299";
const NO_ANSWER: &str = "no answer: ";
const NOT_SENT: &str = "not sent: ";

impl Unconfirmed {
    /// What a kept line says; nothing for a line of another form.
    ///
    /// ```
    /// use engine::unconfirmed::Unconfirmed;
    /// let said = Unconfirmed::Nothing { why: "the time was up".to_owned() };
    /// assert_eq!(Unconfirmed::read(&said.to_string()), Some(said));
    /// ```
    #[must_use]
    pub fn read(line: &str) -> Option<Unconfirmed> {
        if let Some(why) = line.strip_prefix(NO_ANSWER) {
            return Some(Unconfirmed::Nothing { why: why.to_owned() });
        }
        if let Some(why) = line.strip_prefix(NOT_SENT) {
            return Some(Unconfirmed::Unreached { why: why.to_owned() });
        }
        let (status, rest) = line.strip_prefix(ANSWERED)?.split_once(" \u{ab}")?;
        // A shop may write anything, but what was expected stands last.
        let (shown, expected) = rest.rsplit_once(EXPECTED)?;
        let expected = (expected != ANY_GOOD).then(|| expected.to_owned());
        Some(Unconfirmed::Otherwise { status: status.parse().ok()?, shown: shown.to_owned(), expected })
    }
}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unconfirmed::Otherwise { status, shown, expected } => {
                let expected = expected.as_deref().unwrap_or(ANY_GOOD);
                write!(f, "{ANSWERED}{status} \u{ab}{shown}{EXPECTED}{expected}")
            }
            Unconfirmed::Nothing { why } => write!(f, "{NO_ANSWER}{why}"),
            Unconfirmed::Unreached { why } => write!(f, "{NOT_SENT}{why}"),
        }
    }
}

impl From<SendError> for Unconfirmed {
    fn from(error: SendError) -> Unconfirmed {
        match error {
            SendError::NotSent(why) => Unconfirmed::Unreached { why },
            SendError::NoAnswer(why) => Unconfirmed::Nothing { why },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_was_kept() {
        let otherwise = |shown: &str, expected: Option<&str>| Unconfirmed::Otherwise {
            status: 500,
            shown: shown.to_owned(),
            expected: expected.map(str::to_owned),
        };
        for said in [
            otherwise("no such order", Some("OK7")),
            otherwise("\u{bb}, expected OK8", Some("OK7")),
            otherwise("", None),
            Unconfirmed::from(SendError::NotSent("the name is unknown".to_owned())),
            Unconfirmed::from(SendError::NoAnswer("it hung up".to_owned())),
        ] {
            assert_eq!(Unconfirmed::read(&said.to_string()), Some(said));
        }
    }

    #[test]
    fn lines_of_another_form_say_nothing() {
        for line in ["", "answered", "answered x \u{ab}a\u{bb}, expected OK1", "\u{ab}a\u{bb}"] {
            assert_eq!(Unconfirmed::read(line), None, "{line}");
        }
    }
}
