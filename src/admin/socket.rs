//! The admin socket: one line of JSON asks, one line answers; only the owner of the folder gets in.

use super::Admin;
use super::reply::Reply;
use super::request::Asked;
use crate::error::{Failure, ProgramError};
use crate::exits::Ending;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::state::Kassa;

/// A request is read up to this many bytes.
const REQUEST_BYTES_MAX: u64 = 1_048_576;
/// A request must be there after this long: whoever connects has it ready.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The system allows the address of a socket this many bytes.
const ADDRESS_BYTES_MAX: usize = 107;

/// Opens the socket. A file of that name was left by a program that did not end well, for whoever opens
/// the socket holds the folder's lock.
///
/// # Errors
/// [`ProgramError`] saying why it cannot be opened.
pub fn open(path: &Path) -> Result<UnixListener, ProgramError> {
    if path.as_os_str().len() > ADDRESS_BYTES_MAX {
        let why = format!(
            "the address of the admin socket {} is longer than the system's {ADDRESS_BYTES_MAX} bytes: \
             choose a data folder with a shorter path",
            path.display()
        );
        return Err(ProgramError::Settings(why));
    }
    let failed =
        |detail| ProgramError::System { what: format!("the admin socket {}", path.display()), detail };
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    // The folder is closed to others already; this holds even if somebody opens it.
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

/// Answers until told to stop; then finishes what was asked already.
pub async fn serve(listener: UnixListener, engine: Arc<Kassa>, mut stop: watch::Receiver<bool>) {
    let mut conversations = JoinSet::new();
    let stopped = async move {
        // A sender that is gone stops us as well.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let mut stopped = std::pin::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    conversations.spawn(converse(stream, engine.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a command could not be accepted");
                    // Usually too many open files: waiting a moment is all that helps.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(ended) = conversations.join_next(), if !conversations.is_empty() => log(ended),
        }
    }
    while let Some(ended) = conversations.join_next().await {
        log(ended);
    }
}

fn log(ended: Result<std::io::Result<()>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::info!(%error, "a command went away before its answer"),
        Err(error) => tracing::error!(%error, "a command was stopped by a mistake of ours"),
    }
}

async fn converse(mut stream: UnixStream, engine: Arc<Kassa>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut line = String::new();
    let mut reading = BufReader::new(reading.take(REQUEST_BYTES_MAX));
    let read = tokio::time::timeout(REQUEST_TIMEOUT, reading.read_line(&mut line)).await;
    read.map_err(|_| std::io::Error::from(ErrorKind::TimedOut))??;
    let answer = match serde_json::from_str::<Asked>(&line) {
        Ok(asked) => Admin::run(&engine, asked).await,
        Err(error) => Err(misunderstood(&error)),
    };
    let mut answer = serde_json::to_string(&answer)?;
    answer.push('\n');
    writing.write_all(answer.as_bytes()).await?;
    writing.shutdown().await
}

fn misunderstood(error: &serde_json::Error) -> Failure {
    // The line itself may hold a secret and is not repeated.
    let place = format!("line {}, column {}", error.line(), error.column());
    Failure::usage(format!(
        "the server did not understand the command ({place}): is it of another version than this program?"
    ))
}

/// Asks the server of a folder; `None` when none runs there.
///
/// # Errors
/// [`ProgramError`]: what the server answered, or that it went away.
pub async fn ask(path: &Path, asked: &Asked) -> Result<Option<Reply>, ProgramError> {
    let failed = |detail| ProgramError::System { what: format!("the server at {}", path.display()), detail };
    let mut stream = match UnixStream::connect(path).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    let mut line = serde_json::to_string(asked).map_err(|error| failed(error.into()))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).await.map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.map_err(failed)?;
    if answer.is_empty() {
        return Err(Failure {
            ending: Ending::Unavailable,
            message: "the server ended before it answered, so whether this was done is not known: look \
                      before asking again"
                .to_owned(),
        }
        .into());
    }
    let answer: Result<Reply, Failure> =
        serde_json::from_str(&answer).map_err(|error| failed(error.into()))?;
    Ok(Some(answer?))
}
