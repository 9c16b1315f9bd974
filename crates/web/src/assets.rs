//! The page's style, which is inlined, and its script, which has an address with its hash.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style as it stands on pages, and what the policy must say to allow it.
pub(crate) struct Style {
    pub(crate) text: String,
    pub(crate) hash: String,
}

const STYLE: &str = include_str!("../templates/checkout.css");
const SCRIPT: &str = include_str!("../static/checkout.js");
const CABINET_STYLE: &str = include_str!("../static/cabinet.css");
const CABINET_SCRIPT: &str = include_str!("../static/cabinet.js");
const EMULATOR_STYLE: &str = include_str!("../static/emulator.css");
const EMULATOR_SCRIPT: &str = include_str!("../static/emulator.js");

static SQUEEZED: LazyLock<Style> = LazyLock::new(|| {
    let text = squeeze(STYLE);
    let hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())));
    Style { text, hash }
});

static SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| hashed("checkout", SCRIPT, "js"));
static CABINET_SQUEEZED: LazyLock<String> = LazyLock::new(|| squeeze(CABINET_STYLE));
static CABINET_STYLE_NAME: LazyLock<String> = LazyLock::new(|| hashed("cabinet", &CABINET_SQUEEZED, "css"));
static CABINET_SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| hashed("cabinet", CABINET_SCRIPT, "js"));

static EMULATOR_SQUEEZED: LazyLock<String> = LazyLock::new(|| squeeze(EMULATOR_STYLE));
static EMULATOR_STYLE_NAME: LazyLock<String> =
    LazyLock::new(|| hashed("emulator", &EMULATOR_SQUEEZED, "css"));
static EMULATOR_SCRIPT_NAME: LazyLock<String> = LazyLock::new(|| hashed("emulator", EMULATOR_SCRIPT, "js"));

/// A name that changes with the content.
fn hashed(name: &str, content: &str, ending: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}.{hash}.{ending}")
}

/// The style of all pages here.
pub(crate) fn style() -> &'static Style {
    &SQUEEZED
}

/// The address of the script.
pub fn script_address() -> String {
    format!("/static/{}", *SCRIPT_NAME)
}

/// The address of the cabinet's style, which all its pages share.
pub fn cabinet_style_address() -> String {
    format!("/static/{}", *CABINET_STYLE_NAME)
}

/// The address of the cabinet's script.
pub fn cabinet_script_address() -> String {
    format!("/static/{}", *CABINET_SCRIPT_NAME)
}

/// The address of the style that the emulator's page has besides.
pub(crate) fn emulator_style_address() -> String {
    format!("/static/{}", *EMULATOR_STYLE_NAME)
}

/// The address of the emulator's script.
pub(crate) fn emulator_script_address() -> String {
    format!("/static/{}", *EMULATOR_SCRIPT_NAME)
}

/// A file that may be kept for ever, because its name changes with its content.
#[derive(Clone, Copy, Debug)]
pub struct StaticFile {
    /// The content.
    pub bytes: &'static [u8],
    /// The value of `Content-Type`.
    pub kind: &'static str,
}

/// The file of a name under `/static/`, if there is one.
pub fn static_file(name: &str) -> Option<StaticFile> {
    const SCRIPTS: &str = "text/javascript; charset=utf-8";
    const STYLES: &str = "text/css; charset=utf-8";
    let of = |content: &'static str, kind| Some(StaticFile { bytes: content.as_bytes(), kind });
    match name {
        name if name == *SCRIPT_NAME => of(SCRIPT, SCRIPTS),
        name if name == *CABINET_SCRIPT_NAME => of(CABINET_SCRIPT, SCRIPTS),
        name if name == *EMULATOR_SCRIPT_NAME => of(EMULATOR_SCRIPT, SCRIPTS),
        name if name == *EMULATOR_STYLE_NAME => of(&EMULATOR_SQUEEZED, STYLES),
        name if name == *CABINET_STYLE_NAME => of(&CABINET_SQUEEZED, STYLES),
        _ => None,
    }
}

/// Takes comments, indentation and line breaks out of a style; nothing inside strings looks like those.
fn squeeze(style: &str) -> String {
    let mut text = String::new();
    let mut rest = style;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let squeezed: String = text.lines().map(str::trim).collect();
    let shorter = [(": ", ":"), ("; ", ";"), (" {", "{"), ("{ ", "{"), (" }", "}"), (";}", "}"), (", ", ",")];
    shorter.iter().fold(squeezed, |text, (long, short)| text.replace(long, short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_name_no_side_of_the_page() {
        for word in ["left", "right", "-top", "-bottom"] {
            let found = STYLE
                .lines()
                .chain(CABINET_STYLE.lines())
                .chain(EMULATOR_STYLE.lines())
                .find(|line| line.contains(word));
            assert_eq!(found, None, "{word}: use the logical property");
        }
    }

    #[test]
    fn the_script_is_found_under_its_hashed_name_only() {
        let address = script_address();
        let name = address.strip_prefix("/static/").unwrap();
        assert_eq!(static_file(name).unwrap().bytes, SCRIPT.as_bytes());
        assert!(static_file("checkout.js").is_none());
        assert!(static_file("../templates/checkout.css").is_none());
    }

    #[test]
    fn squeezing_keeps_what_a_browser_reads() {
        let style =
            "/* a */\na:hover {\n  color: red;\n  margin: 1px 2px;\n}\n@media (x: y) { b { c: d; } }\n";
        assert_eq!(squeeze(style), "a:hover{color:red;margin:1px 2px}@media (x:y){b{c:d}}");
    }
}
