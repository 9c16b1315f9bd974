//! The doctor: looks at everything an installation stands on, changes nothing, and says what to do.

mod books;
mod clock;
mod codes;
mod configuration;
mod database;
mod disk;
pub mod finding;
mod keys;
mod outside;
mod server;
mod work;

use crate::cli::Common;
use crate::database::Database;
use crate::error::ProgramError;
use crate::exits::Ending;
use crate::folder::Folder;
use crate::logging;
use crate::out::diagnosis;
use crate::settings::Settings;
use domain::ids::BookKind;
use engine::clock::{InstallationClock, Movable};
use finding::{Finding, Severity};
use std::process::ExitCode;
use store::checkup::Checkup;
use store::error::StoreError;

/// What the doctor looks at.
struct Patient<'a> {
    settings: &'a Settings,
    folder: &'a Folder,
    database: Database,
}

/// Looks at an installation and prints what was found.
///
/// # Errors
/// [`ProgramError`] only where the doctor itself cannot work; what is wrong with an installation is a finding.
pub async fn run(common: &Common) -> Result<ExitCode, ProgramError> {
    let mut found = Vec::new();
    if let Some(settings) = configuration::read(common, &mut found) {
        logging::begin(&settings, logging::COMMAND)?;
        let folder = Folder::at(common.data.clone().unwrap_or_else(|| settings.data()));
        let database = Database::of(&settings, &folder);
        examine(&Patient { settings: &settings, folder: &folder, database }, &mut found).await;
    }
    let worst = found.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Ok);
    // A reader that went away has seen enough; the code tells the rest.
    let _ = diagnosis::print(worst, &found, common.json);
    Ok(match worst {
        Severity::Ok => ExitCode::SUCCESS,
        Severity::Warning => Ending::Warned.into(),
        Severity::Problem => Ending::Unwell.into(),
    })
}

/// Looks at one thing after the other; what cannot be looked at because of something else is left out.
async fn examine(patient: &Patient<'_>, found: &mut Vec<Finding>) {
    disk::look(patient.folder.path(), found);
    server::look(patient.folder, found).await;
    let key = keys::read(patient, found);
    if patient.database.is_missing() {
        found.push(Finding::of(
            &codes::DATABASE_MISSING,
            format!("there is no file {}", patient.database.describe()),
        ));
        return;
    }
    let opened = patient
        .database
        .address()
        .map_err(|error| error.to_string())
        .and_then(|address| Checkup::at(&address, key.as_ref()).map_err(|error| error.to_string()));
    let checkup = match opened {
        Ok(checkup) => checkup,
        Err(why) => {
            found.push(Finding::of(&codes::DATABASE_UNREACHABLE, why));
            return;
        }
    };
    let Some(kind) = database::look(&checkup, patient, found).await else { return };
    configuration::fits(patient.settings, kind, found);
    if let Err(error) = content(&checkup, patient, key.is_some(), kind, found).await {
        found.push(Finding::of(&codes::DATABASE_UNREACHABLE, error.to_string()));
    }
}

async fn content(
    checkup: &Checkup,
    patient: &Patient<'_>,
    has_key: bool,
    kind: BookKind,
    found: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let opens = has_key && keys::opens(checkup, found).await?;
    let clock = InstallationClock::default();
    clock.set_ahead(checkup.clock_ahead().await?);
    clock::look(checkup, &clock, found).await?;
    work::look(checkup, &clock, found).await?;
    outside::look(checkup, patient.settings, found).await?;
    if opens {
        books::look(checkup, kind, found).await?;
    }
    Ok(())
}
