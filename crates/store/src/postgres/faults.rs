//! What an error of PostgreSQL means for the batch or the statement that met it.

use crate::backend::BackendFault;
use crate::error::StoreError;
use std::error::Error as _;
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// What an error means while the commit was not sent yet: nothing is saved.
pub(super) fn fault(error: &Error) -> BackendFault {
    let Some(told) = error.as_db_error() else { return BackendFault::Again { why: words(error) } };
    if is_about_the_rows(told.code()) {
        let table = told.table().unwrap_or_default().to_owned();
        return BackendFault::Clash { table, detail: told.message().to_owned() };
    }
    BackendFault::Again { why: words(error) }
}

/// Whether the server refused what it was told, for a reason that it named before it did anything.
pub(super) fn is_refusal(error: &Error) -> bool {
    error.code().is_some_and(|state| is_about_the_rows(state) || is_worth_repeating(state))
}

/// Whether the same may work when it is sent again, on the same connection.
pub(super) fn is_transient(error: &Error) -> bool {
    error.code().is_some_and(is_worth_repeating)
}

/// Whether the connection is to be given up: the server did not refuse, it went away.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.code() {
        // Classes 57P (the server is told to end this connection) and 08 (connection exceptions),
        // and 25P03: the server ended a transaction that was idle for too long.
        Some(state) => {
            state.code().starts_with("57P") || state.code().starts_with("08") || state.code() == "25P03"
        }
        None => true,
    }
}

/// For a database that cannot be used.
pub(super) fn unavailable(error: &Error) -> StoreError {
    StoreError::Unavailable(words(error))
}

/// Classes 22 (values that no column can hold), 23 (constraints) and 54 (limits of the server).
fn is_about_the_rows(state: &SqlState) -> bool {
    ["22", "23", "54"].iter().any(|class| state.code().starts_with(class))
}

fn is_worth_repeating(state: &SqlState) -> bool {
    *state == SqlState::T_R_SERIALIZATION_FAILURE
        || *state == SqlState::T_R_DEADLOCK_DETECTED
        || *state == SqlState::LOCK_NOT_AVAILABLE
}

/// The error with its causes; values of columns stand in none of them.
pub(super) fn words(error: &Error) -> String {
    if let Some(told) = error.as_db_error() {
        return format!("{} ({})", told.message(), told.code().code());
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}
