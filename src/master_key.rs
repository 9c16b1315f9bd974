//! The master key: from a file that only its owner may read, or from a command that prints it.

use crate::error::ProgramError;
use crate::settings::Settings;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::seal::MasterKey;

/// The file of the key inside the data folder, when no other place is named.
const USUAL_FILE: &str = "master.key";
/// The key has so many bytes; as text it is twice as many hexadecimal digits.
const KEY_BYTES: usize = 32;
/// Permissions of group and others; a key that has any of them is not secret.
const NOT_THE_OWNER: u32 = 0o077;

/// Where the master key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A file with 64 hexadecimal digits.
    File(PathBuf),
    /// A program and its arguments; its output is the key.
    Command(String),
}

impl KeyPlace {
    /// The place that the settings name, or the usual file.
    #[must_use]
    pub fn of(settings: &Settings, folder: &Path) -> KeyPlace {
        match (&settings.master_key_command, &settings.master_key_file) {
            (Some(command), _) => KeyPlace::Command(command.clone()),
            (None, Some(file)) => KeyPlace::File(file.clone()),
            (None, None) => KeyPlace::File(folder.join(USUAL_FILE)),
        }
    }

    /// The place in words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            KeyPlace::File(path) => format!("the file {}", path.display()),
            // The arguments may name more than strangers to the log should know.
            KeyPlace::Command(command) => {
                format!("the command {}", command.split_whitespace().next().unwrap_or_default())
            }
        }
    }

    /// Whether there is anything to be read; what a command prints is known when it has run.
    #[must_use]
    pub fn may_be_read(&self) -> bool {
        match self {
            KeyPlace::File(path) => path.exists(),
            KeyPlace::Command(_) => true,
        }
    }

    /// Removes the file of a key that was just made and turned out to open nothing.
    ///
    /// # Errors
    /// [`ProgramError::System`] when the file cannot be removed.
    pub fn take_back(&self) -> Result<(), ProgramError> {
        match self {
            KeyPlace::File(path) => {
                std::fs::remove_file(path).map_err(ProgramError::system("the master key that opens nothing"))
            }
            KeyPlace::Command(_) => Ok(()),
        }
    }

    /// The key of an installation that exists.
    ///
    /// # Errors
    /// [`ProgramError::MasterKey`] when the file is missing, open to others or damaged, or the command fails.
    pub fn read(&self) -> Result<MasterKey, ProgramError> {
        let text = match self {
            KeyPlace::File(path) => read_file(path)?,
            KeyPlace::Command(command) => run(command)?,
        };
        decode(text.expose_secret()).ok_or_else(|| {
            let what = self.describe();
            ProgramError::MasterKey(format!(
                "the master key from {what} is damaged: expected {} hexadecimal digits",
                2 * KEY_BYTES
            ))
        })
    }

    /// The key of a new installation: made at random where the file is not there yet.
    ///
    /// # Errors
    /// [`ProgramError::MasterKey`] when it cannot be made or read.
    pub fn read_or_make(&self) -> Result<MasterKey, ProgramError> {
        if let KeyPlace::File(path) = self
            && !path.exists()
        {
            make(path)?;
            tracing::info!(place = %path.display(), "a master key was made; keep a copy of it away from the database");
        }
        self.read()
    }
}

fn read_file(path: &Path) -> Result<SecretString, ProgramError> {
    let unreadable = |error: std::io::Error| {
        let advice = if error.kind() == ErrorKind::NotFound {
            "Without the key that this installation was set up with, shops' passwords and providers' secrets \
             cannot be read: put the file back from its copy (docs/running.md, \"A lost master key\")"
        } else {
            "It must belong to the user that runs openkassa"
        };
        ProgramError::MasterKey(format!(
            "the master key {} cannot be read: {error}. {advice}",
            path.display()
        ))
    };
    let mode = std::fs::metadata(path).map_err(unreadable)?.mode();
    if mode & NOT_THE_OWNER != 0 {
        return Err(ProgramError::MasterKey(format!(
            "the master key {path} may be read by others (mode {mode:o}): run `chmod 600 {path}`",
            path = path.display(),
            mode = mode & 0o777
        )));
    }
    std::fs::read_to_string(path).map(SecretString::from).map_err(unreadable)
}

fn run(command: &str) -> Result<SecretString, ProgramError> {
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    let failed = |why: String| {
        ProgramError::MasterKey(format!("the command {program} did not give the master key: {why}"))
    };
    let output = Command::new(program).args(words).stdin(Stdio::null()).output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("{}: {}", output.status, said.trim())));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| failed("it printed no text".to_owned()))?;
    Ok(SecretString::from(text))
}

fn decode(text: &str) -> Option<MasterKey> {
    let mut bytes = SecretBox::new(Box::new([0_u8; KEY_BYTES]));
    hex::decode_to_slice(text.trim(), secrecy::ExposeSecretMut::expose_secret_mut(&mut bytes)).ok()?;
    Some(MasterKey::new(*bytes.expose_secret()))
}

/// Writes a new key, readable by its owner alone from the first moment on, and waits until it is on the disk.
fn make(path: &Path) -> Result<(), ProgramError> {
    let failed = |why: String| {
        ProgramError::MasterKey(format!("the master key {} cannot be made: {why}", path.display()))
    };
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| failed(error.to_string()))?;
    let text = SecretString::from(format!("{}\n", hex::encode(bytes)));
    let written = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.expose_secret().as_bytes())?;
        file.sync_all()?;
        // A synced file whose folder was not synced may be missing after a power cut, and everything that was
        // sealed meanwhile would be lost with it.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    written().map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn message(place: &KeyPlace) -> String {
        place.read().unwrap_err().to_string()
    }

    #[test]
    fn a_new_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let place = KeyPlace::File(path.clone());
        place.read_or_make().unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        place.read_or_make().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, "00".repeat(32)).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(message(&KeyPlace::File(path)).contains("chmod 600"));
    }

    #[test]
    fn a_missing_or_damaged_key_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(message(&KeyPlace::File(path.clone())).contains("put the file back"));
        std::fs::write(&path, "not a key").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(message(&KeyPlace::File(path)).contains("64 hexadecimal digits"));
    }

    #[test]
    fn a_command_prints_the_key_or_says_why_not() {
        let fake = "ab".repeat(32);
        KeyPlace::Command(format!("echo {fake}")).read().unwrap();
        assert!(message(&KeyPlace::Command("false".to_owned())).contains("did not give"));
        assert!(
            message(&KeyPlace::Command("/no/such/program --secret-name x".to_owned()))
                .contains("/no/such/program")
        );
    }

    #[test]
    fn settings_choose_the_place() {
        let folder = Path::new("/srv/kassa");
        let usual = KeyPlace::of(&Settings::default(), folder);
        assert_eq!(usual, KeyPlace::File(PathBuf::from("/srv/kassa/master.key")));
        let settings = Settings { master_key_command: Some("pass kassa".to_owned()), ..Settings::default() };
        assert_eq!(KeyPlace::of(&settings, folder), KeyPlace::Command("pass kassa".to_owned()));
    }
}
