//! Settings: a configuration file, over it the environment, over both the command line.

use crate::database;
use crate::error::ProgramError;
use crate::schedule;
use domain::ids::BookKind;
use engine::workers::books::Schedule;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What a variable of the environment that sets something begins with.
const PREFIX: &str = "OPENKASSA_";
/// What can follow it.
const KNOWN: [&str; 17] = [
    "CONFIG",
    "DATA",
    "DATABASE",
    "LISTEN",
    "PUBLIC_URL",
    "NAME",
    "HELP_EMAIL",
    "SET_UP",
    "MASTER_KEY_FILE",
    "MASTER_KEY_COMMAND",
    "WORKERS",
    "PRIVATE_SHOPS",
    "METRICS_LISTEN",
    "TRACES_ENDPOINT",
    "BOOKS_CHECK",
    "LOG",
    "LOG_FORMAT",
];
/// Names the configuration file in the environment.
const CONFIG: &str = "OPENKASSA_CONFIG";
/// The configuration file that is read when none is named and this one is there.
const USUAL_FILE: &str = "openkassa.toml";
/// The data folder when none is named.
const USUAL_DATA: &str = "openkassa-data";
/// Where the aggregator listens when nothing else is said.
const USUAL_LISTEN: &str = "127.0.0.1:8080";
/// The name that buyers see when none is given.
const USUAL_NAME: &str = "OpenKassa";
/// So many jobs run at once when nothing else is said.
const USUAL_WORKERS: usize = 16;
/// The books are checked at this time, UTC, when nothing else is said: few people pay at night.
const USUAL_BOOKS_CHECK: &str = "01:30";
/// More jobs at once would only wait for one another.
const WORKERS_MAX: usize = 512;

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The kind of an installation, in the word of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum SetUpKind {
    /// Real money.
    Live,
    /// Rehearsals.
    Test,
}

impl SetUpKind {
    /// The kind of its main books.
    #[must_use]
    pub const fn book_kind(self) -> BookKind {
        match self {
            SetUpKind::Live => BookKind::Live,
            SetUpKind::Test => BookKind::Test,
        }
    }
}

/// The word for a kind of book or installation.
#[must_use]
pub const fn kind_word(kind: BookKind) -> &'static str {
    match kind {
        BookKind::Live => "live",
        BookKind::Test => "test",
    }
}

/// What the configuration file may say; the environment says the same as `OPENKASSA_` and the name in
/// capitals. `docs/running.md` describes each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The address of a PostgreSQL server that has the books; without it they are a file in the data folder.
    pub database: Option<String>,
    /// The address to listen on.
    pub listen: Option<SocketAddr>,
    /// The address under which buyers, shops and providers reach us.
    pub public_url: Option<String>,
    /// The name of the installation or its operator, as buyers see it.
    pub name: Option<String>,
    /// Where buyers may write with questions.
    pub help_email: Option<String>,
    /// The kind of a new installation.
    pub set_up: Option<SetUpKind>,
    /// The file of the master key.
    pub master_key_file: Option<PathBuf>,
    /// A program with its arguments, separated by spaces, that prints the master key.
    pub master_key_command: Option<String>,
    /// So many jobs run at once.
    pub workers: Option<usize>,
    /// Whether shops may live at private addresses.
    pub private_shops: Option<bool>,
    /// Where the operator's own programs read metrics and health; nowhere unless it is set.
    pub metrics_listen: Option<SocketAddr>,
    /// Where a collector of OpenTelemetry takes spans, such as `http://127.0.0.1:4317`; nowhere unless it is set.
    pub traces_endpoint: Option<String>,
    /// When all books are checked: a time of the day in UTC, a length such as `6h`, or `off`.
    pub books_check: Option<String>,
    /// Which log lines are written: `info`, or a filter such as `warn,engine=debug`.
    pub log: Option<String>,
    /// How they are written.
    pub log_format: Option<LogFormat>,
}

impl Settings {
    /// Reads the file that was named, or the usual one if it is there, and the environment over it.
    ///
    /// # Errors
    /// [`ProgramError::Settings`] naming the file or variable, what is wrong and what is expected.
    pub fn read(named: Option<&Path>) -> Result<Settings, ProgramError> {
        let mut settings = match Settings::file(named) {
            Some(path) => Settings::parse(&read_file(&path)?, &path)?,
            None => Settings::default(),
        };
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        settings.overlay(variables)?;
        settings.check()?;
        Ok(settings)
    }

    /// The configuration file: the one that was named, or the usual one if it is there.
    #[must_use]
    pub fn file(named: Option<&Path>) -> Option<PathBuf> {
        let named = named.map(Path::to_owned).or_else(|| std::env::var_os(CONFIG).map(PathBuf::from));
        named.or_else(|| Some(PathBuf::from(USUAL_FILE)).filter(|usual| usual.is_file()))
    }

    fn parse(text: &str, path: &Path) -> Result<Settings, ProgramError> {
        toml::from_str(text).map_err(|error| {
            // The message shows the line and lists the names that are known.
            ProgramError::Settings(format!("the configuration file {} is wrong: {error}", path.display()))
        })
    }

    /// Takes what the environment says. A name of ours that sets nothing is a slip of the pen, as in the file.
    fn overlay(&mut self, variables: impl Iterator<Item = (String, String)>) -> Result<(), ProgramError> {
        for (name, value) in variables {
            let Some(field) = name.strip_prefix(PREFIX) else {
                continue;
            };
            match field {
                "DATA" => self.data = Some(PathBuf::from(value)),
                "DATABASE" => self.database = Some(value),
                "LISTEN" => {
                    self.listen =
                        Some(expected(&name, "an address such as 127.0.0.1:8080", value.parse().ok())?)
                }
                "PUBLIC_URL" => self.public_url = Some(value),
                "NAME" => self.name = Some(value),
                "HELP_EMAIL" => self.help_email = Some(value),
                "SET_UP" => self.set_up = Some(expected(&name, "live or test", kind_of(&value))?),
                "MASTER_KEY_FILE" => self.master_key_file = Some(PathBuf::from(value)),
                "MASTER_KEY_COMMAND" => self.master_key_command = Some(value),
                "WORKERS" => self.workers = Some(expected(&name, "a number", value.parse().ok())?),
                "PRIVATE_SHOPS" => {
                    self.private_shops = Some(expected(&name, "true or false", value.parse().ok())?);
                }
                "METRICS_LISTEN" => {
                    self.metrics_listen =
                        Some(expected(&name, "an address such as 127.0.0.1:9464", value.parse().ok())?);
                }
                "TRACES_ENDPOINT" => self.traces_endpoint = Some(value),
                "BOOKS_CHECK" => self.books_check = Some(value),
                "LOG" => self.log = Some(value),
                "LOG_FORMAT" => self.log_format = Some(expected(&name, "text or json", format_of(&value))?),
                // Names the file itself, which has been read by now.
                "CONFIG" => {}
                _ => return Err(unknown(&name)),
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ProgramError> {
        if let Some(url) = &self.public_url {
            checked_url(url)?;
        }
        if let Some(database) = &self.database {
            database::checked(database)?;
        }
        if let Some(endpoint) = &self.traces_endpoint {
            checked_collector(endpoint)?;
        }
        if self.workers.is_some_and(|workers| !(1..=WORKERS_MAX).contains(&workers)) {
            return Err(ProgramError::Settings(format!("workers: expected 1 to {WORKERS_MAX}")));
        }
        if let Some(text) = &self.books_check {
            schedule::read(text).map_err(|why| ProgramError::Settings(format!("books_check: {why}")))?;
        }
        if self.master_key_file.is_some() && self.master_key_command.is_some() {
            let why = "master_key_file and master_key_command are both set: name one place of the master key";
            return Err(ProgramError::Settings(why.to_owned()));
        }
        Ok(())
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from(USUAL_DATA))
    }

    /// The address to listen on.
    #[must_use]
    pub fn listen(&self) -> SocketAddr {
        let usual = || USUAL_LISTEN.parse().ok();
        self.listen.or_else(usual).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)))
    }

    /// The name that buyers see.
    #[must_use]
    pub fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| USUAL_NAME.to_owned())
    }

    /// When all books are checked.
    #[must_use]
    pub fn books_check(&self) -> Schedule {
        let text = self.books_check.as_deref().unwrap_or(USUAL_BOOKS_CHECK);
        // What was read is checked already; a text that is none would check nothing.
        schedule::read(text).unwrap_or(Schedule::Never)
    }

    /// So many jobs run at once.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers.unwrap_or(USUAL_WORKERS)
    }
}

/// A public address as settings may name it: absolute, http or https, no path of its own.
///
/// # Errors
/// [`ProgramError::Settings`] saying what is expected.
pub fn checked_url(url: &str) -> Result<(), ProgramError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.trim_end_matches('/')).filter(|host| !host.is_empty());
    let plain = |host: &str| !host.contains(['/', '?', '#', '@', ' ']);
    if host.is_some_and(plain) {
        return Ok(());
    }
    Err(ProgramError::Settings(format!(
        "public_url: expected an address such as https://pay.example.com without a path, found \"{url}\""
    )))
}

/// The address of a collector: this machine's or of a network of your own, for it is not encrypted.
fn checked_collector(endpoint: &str) -> Result<(), ProgramError> {
    let place = endpoint.strip_prefix("http://").map(|place| place.trim_end_matches('/'));
    if place.is_some_and(|place| !place.is_empty() && !place.contains(['/', '?', '#', '@', ' '])) {
        return Ok(());
    }
    Err(ProgramError::Settings(
        "traces_endpoint: expected the address of a collector for OTLP over gRPC, such as http://127.0.0.1:4317; \
         to send spans further, and encrypted, let a collector on this machine do it"
            .to_owned(),
    ))
}

fn read_file(path: &Path) -> Result<String, ProgramError> {
    std::fs::read_to_string(path).map_err(|error| {
        ProgramError::Settings(format!("the configuration file {} cannot be read: {error}", path.display()))
    })
}

fn expected<T>(name: &str, what: &str, value: Option<T>) -> Result<T, ProgramError> {
    // The value is not repeated: somebody may have put a secret there.
    value.ok_or_else(|| ProgramError::Settings(format!("the environment's {name}: expected {what}")))
}

fn unknown(name: &str) -> ProgramError {
    let known = KNOWN.map(|field| format!("{PREFIX}{field}")).join(", ");
    ProgramError::Settings(format!("the environment's {name} sets nothing; known are {known}"))
}

fn kind_of(text: &str) -> Option<SetUpKind> {
    match text {
        "live" => Some(SetUpKind::Live),
        "test" => Some(SetUpKind::Test),
        _ => None,
    }
}

fn format_of(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Settings, String> {
        Settings::parse(text, Path::new("x.toml")).map_err(|error| error.to_string())
    }

    fn overlaid(name: &str, value: &str) -> Result<Settings, String> {
        let mut settings = Settings::default();
        let variable = (name.to_owned(), value.to_owned());
        settings.overlay(std::iter::once(variable)).map_err(|error| error.to_string())?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(settings)
    }

    #[test]
    fn every_field_of_the_file_has_a_variable_that_says_the_same() {
        let cases = [
            ("data = \"/srv/kassa\"", "DATA", "/srv/kassa"),
            ("database = \"postgres://kassa@db/books\"", "DATABASE", "postgres://kassa@db/books"),
            ("listen = \"127.0.0.1:9000\"", "LISTEN", "127.0.0.1:9000"),
            ("public_url = \"https://pay.example\"", "PUBLIC_URL", "https://pay.example"),
            ("name = \"Kassa\"", "NAME", "Kassa"),
            ("help_email = \"help@pay.example\"", "HELP_EMAIL", "help@pay.example"),
            ("set_up = \"live\"", "SET_UP", "live"),
            ("master_key_file = \"/etc/key\"", "MASTER_KEY_FILE", "/etc/key"),
            ("master_key_command = \"pass show kassa\"", "MASTER_KEY_COMMAND", "pass show kassa"),
            ("workers = 4", "WORKERS", "4"),
            ("private_shops = true", "PRIVATE_SHOPS", "true"),
            ("metrics_listen = \"127.0.0.1:9464\"", "METRICS_LISTEN", "127.0.0.1:9464"),
            ("traces_endpoint = \"http://127.0.0.1:4317\"", "TRACES_ENDPOINT", "http://127.0.0.1:4317"),
            ("books_check = \"6h\"", "BOOKS_CHECK", "6h"),
            ("log = \"debug\"", "LOG", "debug"),
            ("log_format = \"json\"", "LOG_FORMAT", "json"),
        ];
        for (text, name, value) in cases {
            assert_ne!(parsed(text).unwrap(), Settings::default(), "{text}");
            assert_eq!(parsed(text), overlaid(&format!("OPENKASSA_{name}"), value), "{text}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_and_the_known_ones_are_named() {
        let message = parsed("listne = \"127.0.0.1:80\"").unwrap_err();
        assert!(
            message.contains("x.toml") && message.contains("listne") && message.contains("listen"),
            "{message}"
        );
    }

    #[test]
    fn an_unknown_variable_of_ours_is_refused_and_the_known_ones_are_named() {
        let message = overlaid("OPENKASSA_LISTNE", "127.0.0.1:80").unwrap_err();
        assert!(message.contains("OPENKASSA_LISTNE") && message.contains("OPENKASSA_LISTEN,"), "{message}");
        assert_eq!(overlaid("LISTEN", "127.0.0.1:80").unwrap(), Settings::default());
        for field in KNOWN {
            let refused = overlaid(&format!("OPENKASSA_{field}"), "").err().unwrap_or_default();
            assert!(!refused.contains("sets nothing"), "{refused}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_is_refused_without_being_repeated() {
        let message = overlaid("OPENKASSA_WORKERS", "s3cret").unwrap_err();
        assert!(message.contains("OPENKASSA_WORKERS") && !message.contains("s3cret"), "{message}");
        assert!(overlaid("OPENKASSA_WORKERS", "0").is_err());
        assert!(overlaid("OPENKASSA_BOOKS_CHECK", "at night").is_err());
        assert!(overlaid("OPENKASSA_PUBLIC_URL", "pay.example").is_err());
        assert!(overlaid("OPENKASSA_TRACES_ENDPOINT", "https://collector.example:4317").is_err());
        assert!(overlaid("OPENKASSA_PUBLIC_URL", "https://pay.example/shop").is_err());
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let mut settings = parsed("workers = 4\nlog = \"warn\"").unwrap();
        settings.overlay(std::iter::once(("OPENKASSA_WORKERS".to_owned(), "8".to_owned()))).unwrap();
        assert_eq!((settings.workers, settings.log.as_deref()), (Some(8), Some("warn")));
    }

    #[test]
    fn the_master_key_has_one_place() {
        let both = "master_key_file = \"a\"\nmaster_key_command = \"b\"";
        assert!(parsed(both).unwrap().check().is_err());
    }
}
