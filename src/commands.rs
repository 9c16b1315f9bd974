//! A command: asked of the server that runs, or done here when none does.

use crate::admin::Admin;
use crate::admin::reply::Reply;
use crate::admin::request::{Asked, Request};
use crate::admin::socket;
use crate::database::Database;
use crate::error::ProgramError;
use crate::folder::{Folder, FolderLock};
use crate::installation::{Installation, Manners};
use crate::operator;
use crate::settings::Settings;
use std::time::Duration;

/// A server that starts or stops has the folder and no socket; it is waited for so often …
const TRIES: u32 = 50;
/// … with this pause between.
const PAUSE: Duration = Duration::from_millis(100);

/// Does what is asked.
///
/// # Errors
/// [`ProgramError`]: refused, or the installation cannot be used.
pub async fn run(settings: &Settings, folder: &Folder, request: Request) -> Result<Reply, ProgramError> {
    let asked = Asked { by: operator::name(), request };
    if Database::of(settings, folder).is_missing() {
        return Err(folder.not_set_up());
    }
    folder.prepare()?;
    for _ in 0..TRIES {
        if let Some(reply) = socket::ask(&folder.socket(), &asked).await? {
            return Ok(reply);
        }
        if let Some(lock) = folder.try_lock()? {
            return alone(settings, folder, lock, asked).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(folder.locked())
}

async fn alone(
    settings: &Settings,
    folder: &Folder,
    lock: FolderLock,
    asked: Asked,
) -> Result<Reply, ProgramError> {
    let installation = Installation::open(folder, settings, lock).await?;
    // Work that follows is left for the server: nobody here would do it.
    drop(installation.store().take_leased());
    let usual = || format!("http://{}", settings.listen());
    let manners = Manners {
        public_url: settings
            .public_url
            .as_deref()
            .map_or_else(usual, |url| url.trim_end_matches('/').to_owned()),
        any_host: false,
        private_shops: false,
        emulation: None,
    };
    let engine = installation.engine(settings, manners)?;
    let answer = Admin::run(&engine, asked).await;
    drop(engine);
    installation.close().await;
    Ok(answer?)
}
