//! Log lines: on standard error, filtered, for people or for machines. Spans, where somebody collects them.

use crate::error::ProgramError;
use crate::settings::{LogFormat, Settings};
use crate::traces::Traces;
use std::io::IsTerminal;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

/// A server says what it does.
pub const SERVER: &str = "info";
/// A command says only what is wrong.
pub const COMMAND: &str = "warn";

/// Begins to write log lines; `usual` is the filter when the settings name none.
///
/// # Errors
/// [`ProgramError::Settings`] when the filter is malformed.
pub fn begin(settings: &Settings, usual: &str) -> Result<(), ProgramError> {
    let filter = filter(settings, usual)?;
    // Standard output belongs to answers; a program that reads them must not meet a log line.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match settings.log_format.unwrap_or_default() {
        LogFormat::Text => lines.with_ansi(colour()).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    begun.map_err(not_written)
}

/// The same for a program that serves: where the settings name a collector, it is sent spans as well.
///
/// # Errors
/// [`ProgramError::Settings`] when the filter is malformed, or this program cannot send spans.
pub fn begin_traced(settings: &Settings, usual: &str) -> Result<Traces, ProgramError> {
    let Some(endpoint) = &settings.traces_endpoint else {
        return begin(settings, usual).map(|()| Traces::none());
    };
    let (spans, traces) = Traces::to(endpoint)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match settings.log_format.unwrap_or_default() {
        LogFormat::Text => lines.with_ansi(colour()).with_filter(filter(settings, usual)?).boxed(),
        LogFormat::Json => lines.json().with_filter(filter(settings, usual)?).boxed(),
    };
    tracing_subscriber::registry().with(vec![lines, spans]).try_init().map_err(not_written)?;
    Ok(traces)
}

fn filter(settings: &Settings, usual: &str) -> Result<EnvFilter, ProgramError> {
    let filter = settings.log.as_deref().unwrap_or(usual);
    EnvFilter::try_new(filter)
        .map_err(|error| ProgramError::Settings(format!("log: \"{filter}\" is no filter: {error}")))
}

fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn not_written(error: impl std::fmt::Display) -> ProgramError {
    ProgramError::Settings(format!("log lines cannot be written: {error}"))
}
