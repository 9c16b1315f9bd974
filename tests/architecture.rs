//! The doors between the rooms and the habits of the house, checked against ARCHITECTURE.md.
//! A new edge is one reviewed line here; everything else that fails is mended where it stands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// "Doors between rooms", read as an upper bound: a room may use these rooms and no others.
const DOORS: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("wire", &[]),
    ("domain", &["money"]),
    ("connectors", &["money", "wire", "domain"]),
    ("protocols", &["money", "wire", "domain"]),
    ("store", &["money", "domain"]),
    ("engine", &["money", "wire", "domain", "connectors", "protocols", "store"]),
    ("web", &["money", "wire", "domain", "protocols", "engine", "store", "connectors", "documents"]),
    ("documents", &["money", "domain"]),
    ("vault", &["money", "wire"]),
    ("simulators", &["money", "wire"]),
    ("testkit", EVERY_ROOM),
    ("openkassa", EVERY_ROOM),
];

const EVERY_ROOM: &[&str] = &[
    "money",
    "wire",
    "domain",
    "connectors",
    "protocols",
    "store",
    "engine",
    "web",
    "documents",
    "vault",
    "simulators",
];

/// Rooms that compute and do nothing else.
const PURE_ROOMS: &[&str] = &["money", "wire", "domain", "connectors", "protocols"];

/// What a pure room may link: plain computation, no sockets, files, threads or clocks.
const PURE_LIBRARIES: &[&str] = &[
    "aes",
    "base64",
    "encoding_rs",
    "form_urlencoded",
    "hex",
    "hmac",
    "jiff",
    "md-5",
    "percent-encoding",
    "ripemd",
    "secrecy",
    "serde",
    "serde_json",
    "sha1",
    "sha2",
    "thiserror",
    "url",
];

/// What only the tests of a pure room may link besides.
const PURE_TEST_LIBRARIES: &[&str] = &["proptest"];

/// Parts of a room that another room may name although the door itself stands open wider.
const NARROW_DOORS: &[(&str, &str, &[&str])] =
    &[("web", "store", &["reads"]), ("web", "connectors", &["registry", "profile", "Profile"])];

/// Guard 4 of ARCHITECTURE.md, beyond what the whole workspace denies.
const STRICT_LINTS: &[&str] =
    &["clippy::arithmetic_side_effects", "clippy::indexing_slicing", "clippy::wildcard_enum_match_arm"];

/// The crates that open with those lints.
const STRICT_ROOMS: &[&str] = &["money", "domain", "connectors", "protocols"];

const FILE_LINES_MAX: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--locked".to_owned()])
        .no_deps()
        .exec()
        .expect("cargo describes the workspace")
}

fn rooms_of(metadata: &Metadata) -> BTreeSet<String> {
    metadata.workspace_packages().iter().map(|room| room.name.to_string()).collect()
}

fn names(room: &Package, kind: DependencyKind) -> Vec<String> {
    room.dependencies.iter().filter(|need| need.kind == kind).map(|need| need.name.clone()).collect()
}

/// Every file of the repository that ends in one of `endings`, without what tools have put there.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let foreign = ["target", "node_modules", ".git", ".venv", "__pycache__"];
    let (mut folders, mut found) = (vec![root().to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                if !foreign.contains(&name.as_str()) {
                    folders.push(entry.path());
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

fn nothing_wrong(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The text without comments and the insides of strings, so that only code is judged.
fn code(text: &str) -> String {
    let without_comments = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut code = String::new();
    for line in without_comments {
        for (place, piece) in line.split('"').enumerate() {
            code.push_str(if place % 2 == 0 { piece } else { "\"\"" });
        }
        code.push('\n');
    }
    code
}

/// What follows each `room::` in code: the first step of the path, or every first step of a braced list.
fn steps_into(room: &str, code: &str) -> BTreeSet<String> {
    let door = format!("{room}::");
    let mut steps = BTreeSet::new();
    for (at, _) in code.match_indices(&door) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            || code[..at].ends_with("crate::")
            || code[..at].ends_with("self::")
        {
            continue;
        }
        let rest = &code[at + door.len()..];
        match rest.strip_prefix('{') {
            Some(list) => steps.extend(listed(list)),
            None => steps.extend([first_word(rest)]),
        }
    }
    steps
}

/// The first step of each item of `a::{b, c}, d as e}`, up to the brace that closes the list.
fn listed(list: &str) -> BTreeSet<String> {
    let (mut depth, mut item, mut steps) = (0, String::new(), BTreeSet::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                steps.insert(first_word(&item));
                item.clear();
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    steps.insert(first_word(&item));
    steps.remove("");
    steps
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '*')).collect()
}

#[test]
fn every_room_stands_in_the_table_of_doors() {
    let known: BTreeSet<String> = DOORS.iter().map(|(room, _)| (*room).to_owned()).collect();
    let unknown: Vec<_> = rooms_of(&metadata()).difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "not in the table of doors: {unknown:?}");
}

#[test]
fn no_room_uses_a_room_that_the_table_does_not_allow() {
    let metadata = metadata();
    let rooms = rooms_of(&metadata);
    let mut complaints = Vec::new();
    for room in metadata.workspace_packages() {
        let Some((_, doors)) = DOORS.iter().find(|(name, _)| *name == room.name.as_str()) else { continue };
        for kind in [DependencyKind::Normal, DependencyKind::Build, DependencyKind::Development] {
            for need in names(room, kind).into_iter().filter(|need| rooms.contains(need)) {
                let for_tests = kind == DependencyKind::Development && need == "testkit";
                if !doors.contains(&need.as_str()) && !for_tests {
                    complaints.push(format!("{} may not use {need} ({kind})", room.name));
                }
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn a_pure_room_links_only_libraries_that_compute() {
    let metadata = metadata();
    let rooms = rooms_of(&metadata);
    let mut complaints = Vec::new();
    for room in metadata.workspace_packages().into_iter().filter(|r| PURE_ROOMS.contains(&r.name.as_str())) {
        let normal = names(room, DependencyKind::Normal).into_iter().map(|need| (need, false));
        let build = names(room, DependencyKind::Build).into_iter().map(|need| (need, false));
        let tests = names(room, DependencyKind::Development).into_iter().map(|need| (need, true));
        for (need, for_tests) in normal.chain(build).chain(tests) {
            let allowed = rooms.contains(&need)
                || PURE_LIBRARIES.contains(&need.as_str())
                || (for_tests && PURE_TEST_LIBRARIES.contains(&need.as_str()));
            if !allowed {
                complaints.push(format!("{} is pure and may not link {need}", room.name));
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn money_and_domain_types_are_not_serialisable() {
    let metadata = metadata();
    for room in
        metadata.workspace_packages().into_iter().filter(|r| ["money", "domain"].contains(&r.name.as_str()))
    {
        let needs = names(room, DependencyKind::Normal);
        assert!(
            !needs.iter().any(|need| need.starts_with("serde")),
            "{}: rows belong to store, views to web",
            room.name
        );
    }
}

#[test]
fn a_room_names_only_the_open_parts_of_a_room_with_a_narrow_door() {
    let mut complaints = Vec::new();
    for (room, other, open) in NARROW_DOORS {
        for file in files(&[".rs"]) {
            if !file.starts_with(root().join("crates").join(room)) {
                continue;
            }
            for step in steps_into(other, &code(&fs::read_to_string(&file).unwrap())) {
                if !open.contains(&step.as_str()) {
                    complaints.push(format!("{}: {other}::{step} is closed to {room}", short(&file)));
                }
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn the_rooms_of_the_business_open_with_the_strict_lints() {
    let mut complaints = Vec::new();
    for room in STRICT_ROOMS {
        let lib = root().join("crates").join(room).join("src/lib.rs");
        let text = fs::read_to_string(&lib).unwrap();
        // A room without modules has no arithmetic to check yet.
        for lint in STRICT_LINTS.iter().filter(|_| text.contains("mod ") || text.contains("fn ")) {
            if !text.contains(lint) {
                complaints.push(format!("{} does not deny {lint}", short(&lib)));
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn every_rust_file_opens_with_one_sentence_and_fits_a_sitting() {
    let mut complaints = Vec::new();
    for file in files(&[".rs"]) {
        let text = fs::read_to_string(&file).unwrap();
        let opening: Vec<_> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let title = opening.first().copied().unwrap_or_default();
        let paragraph: String = opening.iter().take_while(|line| !line.trim().is_empty()).copied().collect();
        if !title.starts_with(' ') || !paragraph.trim_end().ends_with('.') {
            complaints.push(format!("{} does not open with a sentence", short(&file)));
        }
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            complaints.push(format!("{} has {lines} lines, more than {FILE_LINES_MAX}", short(&file)));
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn every_item_has_one_path_and_no_file_is_a_drawer() {
    let mut complaints = Vec::new();
    for file in files(&[".rs"]) {
        let name = file.file_name().unwrap().to_str().unwrap();
        if ["utils.rs", "util.rs", "helpers.rs", "misc.rs"].contains(&name) {
            complaints.push(format!("{}: name the file after what is in it", short(&file)));
        }
        let text = code(&fs::read_to_string(&file).unwrap());
        if text.lines().any(|line| line.trim_start().starts_with("pub use ")) {
            complaints.push(format!("{}: a re-export gives an item a second path", short(&file)));
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn no_text_of_the_repository_holds_words_of_unfinished_work_or_of_one_machine() {
    // Written in halves, so that this file may be read by its own test.
    let banned = [
        concat!("to", "do!("),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("unimple", "mented!("),
        concat!("lorem ", "ipsum"),
        concat!("/wor", "k/"),
        concat!("/roo", "t/"),
        concat!("../", "shared"),
    ];
    let endings = [
        ".rs",
        ".toml",
        ".md",
        ".html",
        ".css",
        ".js",
        ".mjs",
        ".py",
        ".txt",
        ".sql",
        ".yml",
        "test",
        "run",
        "package.json",
    ];
    let mut complaints = Vec::new();
    for file in files(&endings) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        for (number, line) in text.lines().enumerate() {
            for word in banned.iter().filter(|word| line.contains(**word)) {
                complaints.push(format!("{}:{}: {word}", short(&file), number + 1));
            }
        }
    }
    nothing_wrong(&complaints);
}

#[test]
fn paths_into_a_room_are_found_in_every_way_of_writing_them() {
    let text = code(
        "use store::{reads::{a, b}, writer as w};\nlet x = store::sqlite::open(\"store::no\"); // store::no\nmystore::no; crate::store::no;\n",
    );
    assert_eq!(steps_into("store", &text), ["reads", "writer", "sqlite"].map(str::to_owned).into());
}
