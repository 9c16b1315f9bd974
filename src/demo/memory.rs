//! Which addresses the demo has ever had, so that it moves its own and leaves those of people alone.

use crate::error::ProgramError;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const FILE: &str = "demo.json";
/// So many addresses are remembered; every start takes two new ones.
const ADDRESSES_MAX: usize = 200;

/// Addresses that the demo's shop and simulators had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memory {
    addresses: Vec<String>,
}

impl Memory {
    /// What the last start wrote; nothing in a new folder.
    pub(super) fn read(folder: &Path) -> Result<Memory, ProgramError> {
        let path = folder.join(FILE);
        let failed = |detail| ProgramError::System { what: path.display().to_string(), detail };
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| failed(error.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Memory::default()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Remembers further addresses.
    pub(super) fn with(mut self, addresses: impl IntoIterator<Item = String>) -> Memory {
        for address in addresses {
            self.addresses.retain(|known| *known != address);
            self.addresses.push(address);
        }
        let too_many = self.addresses.len().saturating_sub(ADDRESSES_MAX);
        self.addresses.drain(..too_many);
        self
    }

    /// Writes it down, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), ProgramError> {
        let path = folder.join(FILE);
        let unfinished = folder.join("demo.json.new");
        let written = || -> std::io::Result<()> {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
            file.write_all(serde_json::to_string(self)?.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&unfinished, &path)
        };
        written().map_err(ProgramError::system(path.display().to_string()))
    }

    /// Whether an address is at one of the places that the demo had.
    pub(super) fn knows(&self, address: &str) -> bool {
        let at = |place: &String| {
            address.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.addresses.iter().any(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_the_demo_had_are_its_own() {
        let memory = Memory::default().with(["http://127.0.0.1:4100".to_owned()]);
        assert!(memory.knows("http://127.0.0.1:4100/result") && memory.knows("http://127.0.0.1:4100"));
        assert!(!memory.knows("http://127.0.0.1:41001/result"));
        assert!(!memory.knows("https://shop.example/result"));
    }

    #[test]
    fn what_is_written_is_read_and_old_addresses_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Memory::read(folder.path()).unwrap(), Memory::default());
        let many = (0..300).map(|port| format!("http://127.0.0.1:{port}"));
        let memory = Memory::default().with(many);
        memory.write(folder.path()).unwrap();
        let read = Memory::read(folder.path()).unwrap();
        assert_eq!(read, memory);
        assert!(read.knows("http://127.0.0.1:299") && !read.knows("http://127.0.0.1:0"));
    }
}
