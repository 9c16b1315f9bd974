//! The configuration: whether it can be read, who else can, and whether it fits the installation.

use super::codes::{
    CONFIG_INVALID, CONFIG_KIND, CONFIG_METRICS, CONFIG_PERMISSIONS, CONFIG_PRIVATE_SHOPS, CONFIG_URL_PLAIN,
    CONFIG_URL_UNSET, FOLDER_PERMISSIONS,
};
use super::finding::Finding;
use crate::cli::Common;
use crate::database;
use crate::settings::{Settings, kind_word};
use domain::ids::BookKind;
use engine::addresses::is_public;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use store::postgres::address::without_password;

/// Permissions of others to change a file.
const OTHERS_WRITE: u32 = 0o022;
/// Permissions of others, whatever they are.
const OTHERS: u32 = 0o077;

/// Reads the settings as every command does.
pub(super) fn read(common: &Common, found: &mut Vec<Finding>) -> Option<Settings> {
    let read = Settings::read(common.config.as_deref()).and_then(|mut settings| {
        if let Some(database) = &common.database {
            database::checked(database)?;
            settings.database = Some(database.clone());
        }
        Ok(settings)
    });
    match read {
        Ok(settings) => {
            if let Some(path) = Settings::file(common.config.as_deref()) {
                found.extend(of_file(&path));
            }
            let folder = common.data.clone().unwrap_or_else(|| settings.data());
            found.extend(of_folder(&folder));
            Some(settings)
        }
        Err(error) => {
            found.push(Finding::of(&CONFIG_INVALID, error.to_string()));
            None
        }
    }
}

/// Who else may read or change the file.
fn of_file(path: &Path) -> Option<Finding> {
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // A password in an address, or a command whose arguments may be one.
    let secret = text
        .lines()
        .any(|line| line.trim_start().starts_with("master_key_command") || without_password(line) != line);
    let open = mode & OTHERS_WRITE != 0 || (secret && mode & OTHERS != 0);
    open.then(|| {
        Finding::of(
            &CONFIG_PERMISSIONS,
            format!(
                "{} has the mode {mode:o} and holds secrets or may be \
             changed by others",
                path.display()
            ),
        )
    })
}

fn of_folder(path: &Path) -> Option<Finding> {
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    (mode & OTHERS != 0)
        .then(|| Finding::of(&FOLDER_PERMISSIONS, format!("{} has the mode {mode:o}", path.display())))
}

/// Whether the settings are right for an installation of this kind.
pub(super) fn fits(settings: &Settings, kind: BookKind, found: &mut Vec<Finding>) {
    let before = found.len();
    match (kind, settings.public_url.as_deref()) {
        (BookKind::Live, None) => {
            found.push(Finding::of(&CONFIG_URL_UNSET, "public_url is not set, and the installation is live"));
        }
        (BookKind::Live, Some(url)) if url.starts_with("http://") => {
            found
                .push(Finding::of(&CONFIG_URL_PLAIN, format!("public_url is {url}, which is not encrypted")));
        }
        (BookKind::Live | BookKind::Test, _) => {}
    }
    if kind == BookKind::Live && settings.private_shops == Some(true) {
        found.push(Finding::of(&CONFIG_PRIVATE_SHOPS, "private_shops is on, and the installation is live"));
    }
    if let Some(asked) = settings.set_up.map(|asked| asked.book_kind()).filter(|asked| *asked != kind) {
        let (asked, fixed) = (kind_word(asked), kind_word(kind));
        found.push(Finding::of(&CONFIG_KIND, format!("set_up is {asked}; the installation is {fixed}")));
    }
    if let Some(address) = settings.metrics_listen
        && (address.ip().is_unspecified() || is_public(address.ip()))
    {
        found.push(Finding::of(&CONFIG_METRICS, format!("metrics_listen is {address}")));
    }
    if found.len() == before {
        found.push(Finding::well("config", format!("the settings fit a {} installation", kind_word(kind))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::SetUpKind;

    fn codes(settings: &Settings, kind: BookKind) -> Vec<&'static str> {
        let mut found = Vec::new();
        fits(settings, kind, &mut found);
        found.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_is_right_for_rehearsals_may_be_wrong_for_money() {
        let url = |url: &str| Settings { public_url: Some(url.to_owned()), ..Settings::default() };
        assert_eq!(codes(&Settings::default(), BookKind::Test), ["config"]);
        assert_eq!(codes(&Settings::default(), BookKind::Live), ["config.public_url_unset"]);
        assert_eq!(codes(&url("http://pay.example"), BookKind::Live), ["config.public_url_plain"]);
        assert_eq!(codes(&url("http://pay.example"), BookKind::Test), ["config"]);
        assert_eq!(codes(&url("https://pay.example"), BookKind::Live), ["config"]);
    }

    #[test]
    fn a_kind_that_contradicts_the_installation_is_found() {
        let settings = Settings { set_up: Some(SetUpKind::Live), ..Settings::default() };
        assert_eq!(codes(&settings, BookKind::Test), ["config.kind"]);
    }

    #[test]
    fn metrics_for_everybody_are_found() {
        let at = |address: &str| Settings { metrics_listen: address.parse().ok(), ..Settings::default() };
        assert_eq!(codes(&at("0.0.0.0:9464"), BookKind::Test), ["config.metrics"]);
        assert_eq!(codes(&at("10.0.0.2:9464"), BookKind::Test), ["config"]);
    }
}
