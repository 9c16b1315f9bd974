//! The paths whose features are not there yet: each answers with the error that its clients understand.

use wire::http::HttpReply;

use super::errors::{Refused, RobokassaError};

/// What is said where a client shows or logs a sentence.
const SENTENCE: &str = "This feature is not available here";

/// A feature that is not there yet, by the path that clients call it at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// A payment shared between shops.
    Split,
    /// Registering shops for others.
    Partner,
}

/// What a client gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A page with an error's number: a buyer reads it.
    Page(Refused),
    /// Bytes for a program.
    Reply(HttpReply),
}

impl Missing {
    /// The feature behind a path in small letters, without the end's slash.
    pub(super) fn at(path: &str) -> Option<Missing> {
        if path.starts_with("/partnerregisterservice/api/") {
            return Some(Missing::Partner);
        }
        match path {
            "/merchant/payment/createv2" => Some(Missing::Split),
            _ => None,
        }
    }

    /// Whether a buyer's browser calls it, and not a program.
    pub const fn is_page(self) -> bool {
        matches!(self, Missing::Split)
    }

    /// The answer in the form that the path's clients read.
    pub fn answer(self) -> Answer {
        let page = |error| Answer::Page(Refused::with(error, "the feature is not available here"));
        let json = |body: String| Answer::Reply(HttpReply::json(200, body));
        match self {
            Missing::Split => page(RobokassaError::CannotStart),
            Missing::Partner => {
                json(format!("{{\"success\":false,\"error\":\"{SENTENCE}\",\"resultCode\":500}}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_a_missing_feature_answers_with_an_error_of_its_own_form() {
        for (path, expected) in [
            ("/merchant/payment/createv2", "41"),
            ("/partnerregisterservice/api/shop/registershop", "\"success\":false"),
        ] {
            let missing = Missing::at(path).unwrap();
            let said = match missing.answer() {
                Answer::Page(refused) => refused.error.number().to_string(),
                Answer::Reply(reply) => String::from_utf8(reply.body).unwrap(),
            };
            assert!(said.contains(expected), "{path}: {said}");
            assert_eq!(missing.is_page(), matches!(missing.answer(), Answer::Page(_)), "{path}");
        }
        assert_eq!(Missing::at("/merchant/index.aspx"), None);
    }

    #[test]
    fn what_programs_read_as_json_is_json() {
        let Answer::Reply(reply) = Missing::Partner.answer() else { panic!("a program reads it") };
        assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_ok());
    }
}
