//! The master key: there, for its owner only, and the one that opens this database.

use super::Patient;
use super::codes::{KEY_MISSING, KEY_PERMISSIONS, KEY_UNREADABLE, KEY_WRONG};
use super::finding::{Finding, Known};
use crate::master_key::KeyPlace;
use std::os::unix::fs::MetadataExt;
use store::checkup::Checkup;
use store::error::StoreError;
use store::seal::MasterKey;

/// Permissions of others, whatever they are.
const OTHERS: u32 = 0o077;

/// The key, if it can be had.
pub(super) fn read(patient: &Patient<'_>, found: &mut Vec<Finding>) -> Option<MasterKey> {
    let place = KeyPlace::of(patient.settings, patient.folder.path());
    match place.read() {
        Ok(key) => Some(key),
        Err(error) => {
            found.push(Finding::of(kind_of(&place), error.to_string()));
            None
        }
    }
}

/// Why a key cannot be had.
fn kind_of(place: &KeyPlace) -> &'static Known {
    match place {
        KeyPlace::File(path) if !path.exists() => &KEY_MISSING,
        KeyPlace::File(path) if std::fs::metadata(path).is_ok_and(|file| file.mode() & OTHERS != 0) => {
            &KEY_PERMISSIONS
        }
        KeyPlace::File(_) | KeyPlace::Command(_) => &KEY_UNREADABLE,
    }
}

/// Whether the key opens the database.
pub(super) async fn opens(checkup: &Checkup, found: &mut Vec<Finding>) -> Result<bool, StoreError> {
    let opens = checkup.key_opens().await?;
    found.push(if opens {
        Finding::well("key", "the master key opens what was sealed")
    } else {
        Finding::of(&KEY_WRONG, "the master key does not open the database")
    });
    Ok(opens)
}
