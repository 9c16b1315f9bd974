//! The errors of the API: status, code, words and the parameter at fault.

use serde_json::{Map, Value, json};

use crate::message::Reply;
use crate::seeded::Seeded;

/// One error, before it gets its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: u16,
    code: &'static str,
    description: String,
    parameter: Option<String>,
}

impl Problem {
    /// 400: this parameter is missing or wrong.
    pub(crate) fn invalid(parameter: impl Into<String>, description: impl Into<String>) -> Problem {
        Problem::new(400, "invalid_request", description, Some(parameter.into()))
    }

    /// 400: no single parameter is at fault, for example an object in no state for this.
    pub(crate) fn refused(description: impl Into<String>) -> Problem {
        Problem::new(400, "invalid_request", description, None)
    }

    /// 401: no shop or not its secret.
    pub(crate) fn credentials(description: &str) -> Problem {
        Problem::new(401, "invalid_credentials", description, Some("Authorization".to_owned()))
    }

    /// 403: the feature is not enabled, or the object belongs to another shop.
    pub(crate) fn forbidden(description: impl Into<String>) -> Problem {
        Problem::new(403, "forbidden", description, None)
    }

    /// 404: no such object.
    pub(crate) fn not_found(parameter: &str, description: impl Into<String>) -> Problem {
        Problem::new(404, "not_found", description, Some(parameter.to_owned()))
    }

    /// 500: an answer that says nothing about what was done.
    pub(crate) fn internal() -> Problem {
        Problem::new(500, "internal_server_error", "Internal server error, repeat with the same key", None)
    }

    /// 503: nothing was done.
    pub(crate) fn unavailable() -> Problem {
        Problem::new(503, "internal_server_error", "Service is temporarily unavailable", None)
    }

    fn new(status: u16, code: &'static str, text: impl Into<String>, parameter: Option<String>) -> Problem {
        Problem { status, code, description: text.into(), parameter }
    }

    /// The error as the API sends it.
    pub(crate) fn reply(&self, seeded: &mut Seeded) -> Reply {
        let mut body = Map::new();
        body.insert("type".to_owned(), json!("error"));
        body.insert("id".to_owned(), Value::String(seeded.uuid()));
        body.insert("code".to_owned(), json!(self.code));
        body.insert("description".to_owned(), Value::String(self.description.clone()));
        if let Some(parameter) = &self.parameter {
            body.insert("parameter".to_owned(), Value::String(parameter.clone()));
        }
        Reply::json(self.status, &Value::Object(body))
    }

    /// The parameter at fault, for tests of the validation.
    #[cfg(test)]
    pub(crate) fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }
}
