//! Calls written down before they leave, so that they can be repeated byte-equal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use wire::http::{Auth, Headers, HttpCall, Method, Repeat, SettingName};

/// Why a frozen call cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FrozenError {
    /// The text is not what [`freeze`] writes.
    #[error("a saved call cannot be read: {0}")]
    Malformed(String),
}

#[derive(Serialize, Deserialize)]
struct Frozen {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_at: Option<usize>,
    auth: FrozenAuth,
    repeat: FrozenRepeat,
    deadline_ms: u32,
}

#[derive(Serialize, Deserialize)]
enum FrozenAuth {
    None,
    Basic { user: String, password: String },
    Bearer { token: String },
}

#[derive(Serialize, Deserialize)]
enum FrozenRepeat {
    Safe,
    SameKey { hours: u16 },
    Never,
}

/// A call as text; it names secrets and contains none.
#[must_use]
pub fn freeze(call: &HttpCall) -> String {
    let frozen = Frozen {
        method: call.method.as_str().to_owned(),
        url: call.url.clone(),
        headers: call.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: STANDARD.encode(&call.body),
        token_at: call.token_at,
        auth: match &call.auth {
            Auth::None => FrozenAuth::None,
            Auth::Basic { user, password } => {
                FrozenAuth::Basic { user: user.clone(), password: password.as_str().to_owned() }
            }
            Auth::Bearer { token } => FrozenAuth::Bearer { token: token.as_str().to_owned() },
        },
        repeat: match call.repeat {
            Repeat::Safe => FrozenRepeat::Safe,
            Repeat::SameKey { hours } => FrozenRepeat::SameKey { hours },
            Repeat::Never => FrozenRepeat::Never,
        },
        deadline_ms: call.deadline_ms,
    };
    serde_json::to_string(&frozen).unwrap_or_default()
}

/// The call that was frozen.
///
/// # Errors
/// [`FrozenError`] when the text is damaged.
pub fn thaw(text: &str) -> Result<HttpCall, FrozenError> {
    let malformed = |what: String| FrozenError::Malformed(what);
    let frozen: Frozen = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    let mut headers = Headers::new();
    for (name, value) in frozen.headers {
        headers.push(name, value);
    }
    Ok(HttpCall {
        method: Method::parse(&frozen.method).ok_or_else(|| malformed(frozen.method.clone()))?,
        url: frozen.url,
        headers,
        body: STANDARD.decode(&frozen.body).map_err(|error| malformed(error.to_string()))?,
        token_at: frozen.token_at,
        auth: match frozen.auth {
            FrozenAuth::None => Auth::None,
            FrozenAuth::Basic { user, password } => {
                Auth::Basic { user, password: SettingName::new(password) }
            }
            FrozenAuth::Bearer { token } => Auth::Bearer { token: SettingName::new(token) },
        },
        repeat: match frozen.repeat {
            FrozenRepeat::Safe => Repeat::Safe,
            FrozenRepeat::SameKey { hours } => Repeat::SameKey { hours },
            FrozenRepeat::Never => Repeat::Never,
        },
        deadline_ms: frozen.deadline_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thawed_call_is_the_call_that_was_frozen() {
        let mut headers = Headers::new();
        headers.push("Idempotence-Key", "try_fake");
        let call = HttpCall {
            method: Method::Post,
            url: "https://provider.example/v3/payments".to_owned(),
            headers,
            body: vec![0, 159, 146, 150],
            token_at: Some(2),
            auth: Auth::Basic { user: "shop".to_owned(), password: SettingName::new("secret_key") },
            repeat: Repeat::SameKey { hours: 24 },
            deadline_ms: 35_000,
        };
        assert_eq!(thaw(&freeze(&call)).unwrap(), call);
    }
}
