//! Log lines: on standard error, filtered, for people or for machines.

use crate::error::ProgramError;
use crate::settings::{LogFormat, Settings};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// A server says what it does.
pub const SERVER: &str = "info";
/// A command says only what is wrong.
pub const COMMAND: &str = "warn";

/// Begins to write log lines; `usual` is the filter when the settings name none.
///
/// # Errors
/// [`ProgramError::Settings`] when the filter is malformed.
pub fn begin(settings: &Settings, usual: &str) -> Result<(), ProgramError> {
    let filter = settings.log.as_deref().unwrap_or(usual);
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| ProgramError::Settings(format!("log: \"{filter}\" is no filter: {error}")))?;
    // Standard output belongs to answers; a program that reads them must not meet a log line.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let begun = match settings.log_format.unwrap_or_default() {
        LogFormat::Text => lines.with_ansi(colour).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    begun.map_err(|error| ProgramError::Settings(format!("log lines cannot be written: {error}")))
}
