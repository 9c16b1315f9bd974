//! A record of everything that was done to a folder, and the folders that a crash may leave at any point of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use simulators::seeded::Seeded;

/// Disks write so many bytes whole or not at all.
const SECTOR: u64 = 512;
/// A record begins with so many bytes of numbers.
const HEAD: usize = 16;
/// What clients were told stands in the record under this letter.
const TOLD: u8 = b'A';

/// One thing that happened, in the order of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A file came into being.
    Made(String),
    /// Bytes were written at a place.
    Wrote(String, u64, Vec<u8>),
    /// A file was given this length.
    Cut(String, u64),
    /// A file was synced, or the folder, which is called ".".
    Synced(String),
    /// A file was removed.
    Removed(String),
    /// A file got another name.
    Renamed(String, String),
    /// A client was told something.
    Told(String),
}

impl Step {
    /// What a client was told, as it stands in a record.
    pub fn telling(words: &str) -> Vec<u8> {
        let mut bytes = vec![TOLD, 0, 0, 0];
        bytes.extend(u32::try_from(words.len()).expect("few words").to_ne_bytes());
        bytes.extend(0_u64.to_ne_bytes());
        bytes.extend(words.as_bytes());
        bytes
    }

    /// Reads a whole record.
    pub fn all(mut bytes: &[u8]) -> Vec<Step> {
        let mut steps = Vec::new();
        while !bytes.is_empty() {
            let (kind, name) = (bytes[0], usize::from(bytes[1]));
            let data = u32::from_ne_bytes(bytes[4..8].try_into().unwrap()) as usize;
            let offset = u64::from_ne_bytes(bytes[8..HEAD].try_into().unwrap());
            let text = |from: usize, to: usize| String::from_utf8(bytes[from..to].to_vec()).expect("a text");
            let (begins, ends) = (HEAD + name, HEAD + name + data);
            let name = text(HEAD, begins);
            steps.push(match kind {
                b'C' => Step::Made(name),
                b'W' => Step::Wrote(name, offset, bytes[begins..ends].to_vec()),
                b'T' => Step::Cut(name, offset),
                b'S' => Step::Synced(name),
                b'U' => Step::Removed(name),
                b'R' => Step::Renamed(name, text(begins, ends)),
                TOLD => Step::Told(text(begins, ends)),
                other => panic!("a record of an unknown kind: {other}"),
            });
            bytes = &bytes[ends..];
        }
        steps
    }
}

/// What becomes of that which was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// None of it is on the disk.
    Lost,
    /// All of it is.
    Kept,
    /// All up to some point, where a write is torn.
    Prefix,
    /// Some writes are, whole.
    Some,
    /// Of each write some sectors are.
    Torn,
}

impl Fate {
    const ALL: [Fate; 5] = [Fate::Lost, Fate::Kept, Fate::Prefix, Fate::Some, Fate::Torn];

    fn drawn(chance: &mut Seeded) -> Fate {
        let place = chance.below(Fate::ALL.len() as u64);
        Fate::ALL[usize::try_from(place).unwrap()]
    }
}

/// What happened to a file since it was synced.
#[derive(Debug, Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

/// What happened to a name since the folder was synced.
#[derive(Debug, Clone)]
enum Naming {
    Is(String, usize),
    IsNot(String),
}

#[derive(Debug, Default)]
struct Content {
    synced: Vec<u8>,
    since: Vec<Change>,
}

/// A folder as a disk knows it: what is certainly on it, and what may be.
#[derive(Debug, Default)]
pub struct Platter {
    contents: Vec<Content>,
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
    since: Vec<Naming>,
    /// Whether syncs of files do nothing.
    deaf: bool,
}

impl Platter {
    /// An empty folder. A deaf disk does nothing when a file is to be synced: that of a control run.
    pub fn empty(deaf: bool) -> Platter {
        Platter { deaf, ..Platter::default() }
    }

    /// One more thing happens.
    pub fn happens(&mut self, step: &Step) {
        match step {
            Step::Made(name) => {
                self.contents.push(Content::default());
                self.is_named(name, self.contents.len() - 1);
            }
            Step::Wrote(name, offset, bytes) => self.changes(name, Change::Write(*offset, bytes.clone())),
            Step::Cut(name, length) => self.changes(name, Change::Length(*length)),
            Step::Synced(name) if name == "." => {
                self.synced_names.clone_from(&self.names);
                self.since.clear();
            }
            Step::Synced(_) if self.deaf => {}
            Step::Synced(name) => {
                if let Some(place) = self.names.get(name) {
                    let Content { synced, since } = &mut self.contents[*place];
                    since.drain(..).for_each(|change| apply(synced, &change));
                }
            }
            Step::Removed(name) => {
                self.names.remove(name);
                self.since.push(Naming::IsNot(name.clone()));
            }
            Step::Renamed(old, new) => {
                if let Some(place) = self.names.remove(old) {
                    self.since.push(Naming::IsNot(old.clone()));
                    self.is_named(new, place);
                }
            }
            Step::Told(_) => {}
        }
    }

    fn is_named(&mut self, name: &str, place: usize) {
        self.names.insert(name.to_owned(), place);
        self.since.push(Naming::Is(name.to_owned(), place));
    }

    fn changes(&mut self, name: &str, change: Change) {
        // A file that was removed while it was open is nobody's any more.
        if let Some(place) = self.names.get(name) {
            self.contents[*place].since.push(change);
        }
    }

    /// Writes into a folder what a crash may leave; says what became of the rest.
    pub fn crashes(&self, chance: &mut Seeded, folder: &Path) -> String {
        let mut names = self.synced_names.clone();
        for naming in &self.since {
            // A file may be there before its folder was synced, or not.
            if chance.chance(500) {
                match naming {
                    Naming::Is(name, place) => names.insert(name.clone(), *place),
                    Naming::IsNot(name) => names.remove(name),
                };
            }
        }
        let mut told = String::new();
        for (name, place) in names {
            let (fate, content) = (Fate::drawn(chance), &self.contents[place]);
            fs::write(folder.join(&name), content.after(fate, chance)).expect("a file of the image");
            told += &format!("{name}: {} unsynced changes {fate:?}; ", content.since.len());
        }
        told
    }
}

impl Content {
    fn after(&self, fate: Fate, chance: &mut Seeded) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        let until = chance.below(self.since.len() as u64 + 1) as usize;
        for (place, change) in self.since.iter().enumerate() {
            match fate {
                Fate::Lost => {}
                Fate::Kept => apply(&mut bytes, change),
                Fate::Prefix if place < until => apply(&mut bytes, change),
                Fate::Prefix if place == until => tear(&mut bytes, change, chance),
                Fate::Prefix => {}
                Fate::Some if chance.chance(500) => apply(&mut bytes, change),
                Fate::Some => {}
                Fate::Torn => tear(&mut bytes, change, chance),
            }
        }
        bytes
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        Change::Write(offset, written) => {
            let begins = usize::try_from(*offset).unwrap();
            let ends = begins + written.len();
            if bytes.len() < ends {
                bytes.resize(ends, 0);
            }
            bytes[begins..ends].copy_from_slice(written);
        }
    }
}

/// Some sectors of a write reach the disk. A change of length has no parts.
fn tear(bytes: &mut Vec<u8>, change: &Change, chance: &mut Seeded) {
    let Change::Write(offset, written) = change else {
        if chance.chance(500) {
            apply(bytes, change);
        }
        return;
    };
    let (mut at, ends) = (*offset, offset + written.len() as u64);
    while at < ends {
        let next = ((at / SECTOR + 1) * SECTOR).min(ends);
        if chance.chance(500) {
            let part = usize::try_from(at - offset).unwrap()..usize::try_from(next - offset).unwrap();
            apply(bytes, &Change::Write(at, written[part].to_vec()));
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platter(steps: &[Step]) -> Platter {
        let mut platter = Platter::default();
        steps.iter().for_each(|step| platter.happens(step));
        platter
    }

    fn wrote(offset: u64, bytes: &[u8]) -> Step {
        Step::Wrote("a".to_owned(), offset, bytes.to_vec())
    }

    #[test]
    fn what_was_synced_is_in_every_image_and_what_was_not_is_in_some() {
        let (file, folder) = (Step::Synced("a".to_owned()), Step::Synced(".".to_owned()));
        let made = Step::Made("a".to_owned());
        let platter = platter(&[made, folder, wrote(0, &[1; 1024]), file, wrote(512, &[2; 1024])]);
        let (place, mut chance) = (tempfile::tempdir().unwrap(), Seeded::new(1));
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            platter.crashes(&mut chance, place.path());
            let bytes = fs::read(place.path().join("a")).unwrap();
            assert_eq!(bytes[..512], [1; 512]);
            assert!(bytes.chunks(512).all(|sector| sector.iter().all(|byte| *byte == sector[0])));
            seen.insert(bytes.chunks(512).map(|sector| sector[0]).collect::<Vec<_>>());
        }
        let all: [&[u8]; 4] = [&[1, 1], &[1, 2], &[1, 1, 2], &[1, 2, 2]];
        assert_eq!(seen, all.iter().map(|image| image.to_vec()).collect());
    }

    #[test]
    fn a_file_that_was_synced_may_be_missing_as_long_as_its_folder_was_not() {
        let (made, file) = (Step::Made("a".to_owned()), Step::Synced("a".to_owned()));
        let mut platter = platter(&[made, wrote(0, b"kept"), file]);
        let is_there = |platter: &Platter, seed| {
            let place = tempfile::tempdir().unwrap();
            platter.crashes(&mut Seeded::new(seed), place.path());
            fs::read(place.path().join("a")).ok()
        };
        let images: Vec<_> = (0..20).map(|seed| is_there(&platter, seed)).collect();
        assert!(images.contains(&None) && images.contains(&Some(b"kept".to_vec())), "{images:?}");
        platter.happens(&Step::Synced(".".to_owned()));
        assert!((0..20).all(|seed| is_there(&platter, seed) == Some(b"kept".to_vec())));
    }

    #[test]
    fn what_was_told_is_read_as_it_was_written() {
        let bytes = [Step::telling("opened x"), Step::telling("")].concat();
        assert_eq!(Step::all(&bytes), [Step::Told("opened x".to_owned()), Step::Told(String::new())]);
    }
}
