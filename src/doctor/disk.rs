//! The disk under the data folder: room for bytes, room for files, and whether it can be written at all.

use super::codes::{DISK_FULL, DISK_LOW, DISK_READ_ONLY, DISK_UNKNOWN};
use super::finding::Finding;
use rustix::fs::{StatVfsMountFlags, statvfs};
use std::path::Path;

const MIB: u64 = 1_048_576;
/// With less the next burst may fill the disk.
const FULL_BELOW_MIB: u64 = 256;
/// With less somebody should make room within days.
const LOW_BELOW_MIB: u64 = 2_048;
/// The program opens a handful of files; whatever shares the disk needs more.
const INODES_FULL_BELOW: u64 = 100;
const INODES_LOW_BELOW: u64 = 10_000;

/// What a file system has left.
#[derive(Clone, Copy, Debug)]
struct Room {
    free_mib: u64,
    /// None where files are not counted.
    free_inodes: Option<u64>,
    read_only: bool,
}

pub(super) fn look(folder: &Path, found: &mut Vec<Finding>) {
    // Of a folder that is not there yet, the one above tells.
    let place = folder.ancestors().find(|place| place.exists()).unwrap_or(Path::new("."));
    match statvfs(place) {
        Ok(stat) => found.push(of_room(
            place,
            Room {
                free_mib: stat.f_bavail.saturating_mul(stat.f_frsize).checked_div(MIB).unwrap_or(0),
                free_inodes: (stat.f_files > 0).then_some(stat.f_favail),
                read_only: stat.f_flag.contains(StatVfsMountFlags::RDONLY),
            },
        )),
        Err(error) => found.push(Finding::of(&DISK_UNKNOWN, format!("{}: {error}", place.display()))),
    }
}

fn of_room(place: &Path, room: Room) -> Finding {
    let Room { free_mib, free_inodes, read_only } = room;
    let place = place.display();
    if read_only {
        return Finding::of(&DISK_READ_ONLY, format!("{place} can only be read"));
    }
    let files = free_inodes.map(|free| format!(", room for {free} files")).unwrap_or_default();
    let what = format!("{free_mib} MiB are free at {place}{files}");
    if free_mib < FULL_BELOW_MIB || free_inodes.is_some_and(|free| free < INODES_FULL_BELOW) {
        return Finding::of(&DISK_FULL, what);
    }
    if free_mib < LOW_BELOW_MIB || free_inodes.is_some_and(|free| free < INODES_LOW_BELOW) {
        return Finding::of(&DISK_LOW, what);
    }
    Finding::well("disk", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(free_mib: u64, free_inodes: Option<u64>, read_only: bool) -> &'static str {
        of_room(Path::new("/srv/kassa"), Room { free_mib, free_inodes, read_only }).code
    }

    #[test]
    fn room_for_bytes_and_for_files_are_both_looked_at() {
        assert_eq!(code(9_000, Some(1_000_000), false), "disk");
        assert_eq!(code(9_000, None, false), "disk");
        assert_eq!(code(2_047, None, false), "disk.low");
        assert_eq!(code(255, None, false), "disk.full");
        assert_eq!(code(9_000, Some(9_999), false), "disk.low");
        assert_eq!(code(9_000, Some(5), false), "disk.full");
        assert_eq!(code(9_000, None, true), "disk.read_only");
    }

    #[test]
    fn a_folder_that_is_not_there_is_looked_at_where_it_would_be() {
        let folder = tempfile::tempdir().unwrap();
        let mut found = Vec::new();
        look(&folder.path().join("not/yet"), &mut found);
        assert_ne!(found[0].code, "disk.unknown");
    }
}
