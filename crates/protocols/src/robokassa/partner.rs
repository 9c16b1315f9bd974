//! The service that is not there: registering shops for others. It answers with the error that its clients understand.

use wire::http::HttpReply;

/// What its clients show or log.
const SENTENCE: &str = "This feature is not available here";

/// Whether a path in small letters is one of that service (protocol, section 15).
pub(super) fn is_partner(path: &str) -> bool {
    path.starts_with("/partnerregisterservice/api/")
}

/// The answer to every request there.
pub fn answer() -> HttpReply {
    HttpReply::json(200, format!("{{\"success\":false,\"error\":\"{SENTENCE}\",\"resultCode\":500}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_answer_is_a_refusal_in_json() {
        assert!(
            is_partner("/partnerregisterservice/api/shop/registershop")
                && !is_partner("/merchant/index.aspx")
        );
        let said: serde_json::Value = serde_json::from_slice(&answer().body).unwrap();
        assert_eq!((&said["success"], said["error"].is_string()), (&false.into(), true));
    }
}
