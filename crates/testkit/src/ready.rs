//! The one line of JSON with which the program says that it is ready and where everything listens.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The first line of `openkassa demo --json`; `serve` prints the same object with `url` alone.
#[derive(Debug, Clone, Deserialize)]
pub struct Ready {
    /// Where the aggregator listens, without a slash at the end.
    pub url: String,
    /// Where the example shop listens; the demo has one.
    pub example_shop: Option<String>,
    /// Where each provider's simulator listens, by the provider's code.
    #[serde(default)]
    pub simulators: BTreeMap<String, String>,
    /// Where metrics and health are read, if they are.
    pub metrics: Option<String>,
    /// The owner's token for our API; the demo tells it.
    pub api_token: Option<String>,
    /// Where the demo's cabinet is.
    pub cabinet: Option<String>,
    /// Who signs in to the demo's cabinet.
    pub person: Option<PersonKeys>,
    /// The demo's shop; a real installation prints no passwords.
    pub shop: Option<ShopKeys>,
}

/// With what somebody signs in to a cabinet.
#[derive(Debug, Clone, Deserialize)]
pub struct PersonKeys {
    /// The organisation's login.
    pub organisation: String,
    /// The personal login.
    pub login: String,
    /// The password.
    pub password: String,
}

/// What the owner of a shop gets when it is connected.
#[derive(Debug, Clone, Deserialize)]
pub struct ShopKeys {
    /// The shop's identifier in the Robokassa protocol.
    pub login: String,
    /// Signs payment links and the way back.
    pub password1: String,
    /// Signs notices and requests of the XML services.
    pub password2: String,
    /// Takes the place of `password1` in test mode.
    pub test_password1: String,
    /// Takes the place of `password2` in test mode.
    pub test_password2: String,
    /// Signs refunds that the shop's program asks for.
    #[serde(default)]
    pub password3: Option<String>,
}

impl Ready {
    /// Reads the line that the program printed.
    ///
    /// # Panics
    /// When it is not the promised object; the message shows the line.
    pub fn read(line: &str) -> Ready {
        serde_json::from_str(line).unwrap_or_else(|fault| panic!("not the ready line ({fault}): {line}"))
    }

    /// The simulator of a provider.
    ///
    /// # Panics
    /// When none of that name runs.
    pub fn simulator(&self, provider: &str) -> &str {
        self.simulators.get(provider).unwrap_or_else(|| panic!("no simulator of {provider} in {self:?}"))
    }

    /// The demo's shop.
    ///
    /// # Panics
    /// When the program is not a demo.
    pub fn shop(&self) -> &ShopKeys {
        self.shop.as_ref().expect("the demo names its shop")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_line_names_everything_that_listens() {
        let ready = Ready::read(
            r#"{"url":"http://127.0.0.1:1","example_shop":"http://127.0.0.1:2",
                "simulators":{"yookassa":"http://127.0.0.1:3"},"metrics":"http://127.0.0.1:4",
                "shop":{"login":"demo","password1":"a","password2":"b","test_password1":"c","test_password2":"d"}}"#,
        );
        assert_eq!(ready.simulator("yookassa"), "http://127.0.0.1:3");
        assert_eq!(ready.metrics.as_deref(), Some("http://127.0.0.1:4"));
        assert_eq!(ready.shop().test_password2, "d");
    }

    #[test]
    fn a_real_installation_shows_no_shop() {
        assert!(Ready::read(r#"{"url":"http://127.0.0.1:1"}"#).shop.is_none());
    }
}
