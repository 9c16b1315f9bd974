//! What is done to the whole text: separators, encodings, line ends, HMAC.

use wire::form::TextEncoding;

use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::draft::{Charset, Finish, Hashing};
use crate::robokassa::explain::mistake::{Mistake, Whole};

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    separators(bends);
    charsets(scene, bends);
    bends.extend(FINISHES.map(|(finish, whole)| {
        let cost = if whole == Whole::ExtraSeparator { 2 } else { 3 };
        Bend::new(Aspect::Finish, cost, Mistake::Whole(whole), move |draft| draft.finish = finish)
    }));
    hashing(bends);
}

/// Marks that stand between the values where a colon should, with their costs.
pub(crate) const SEPARATORS: [(u8, &str); 15] = [
    (1, ""),
    (1, ";"),
    (1, ","),
    (1, "|"),
    (2, "."),
    (2, " "),
    (2, "::"),
    (2, ": "),
    (2, "&"),
    (2, "-"),
    (2, "_"),
    (2, "+"),
    (2, "/"),
    (2, "%3A"),
    (2, "\n"),
];

/// What is done to the whole text.
pub(crate) const FINISHES: [(Finish, Whole); 11] = [
    (Finish::After("\n"), Whole::Spaces),
    (Finish::After("\r\n"), Whole::Spaces),
    (Finish::After(" "), Whole::Spaces),
    (Finish::Before(" "), Whole::Spaces),
    (Finish::Before("\u{feff}"), Whole::Spaces),
    (Finish::After(":"), Whole::ExtraSeparator),
    (Finish::After("::"), Whole::ExtraSeparator),
    (Finish::Before(":"), Whole::ExtraSeparator),
    (Finish::Small, Whole::Case),
    (Finish::Capital, Whole::Case),
    (Finish::Encoded, Whole::PercentEncoded),
];

fn separators(bends: &mut Vec<Bend>) {
    for (cost, used) in SEPARATORS {
        bends.push(Bend::new(Aspect::Separator, cost, Mistake::WrongSeparator { used }, move |draft| {
            draft.separator = used;
        }));
    }
}

fn charsets(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    // Plain ASCII is the same in all of them.
    let text = scene.draft.text(scene.draft.password.as_deref());
    if text.is_ascii() {
        return;
    }
    let windows = |draft: &mut super::Draft| draft.charset = Charset::Windows1251;
    if scene.pasted.encoding == TextEncoding::UTF_8 || scene.pasted.encoding_not_named {
        bends.push(Bend::new(Aspect::Charset, 1, Mistake::Charset, windows));
    } else {
        // A shop with an encoding of its own may hash its own bytes.
        bends.push(Bend::harmless(Aspect::Charset, windows));
    }
    let latin = TextEncoding::from_label("windows-1252");
    for taken_for in [Some(TextEncoding::WINDOWS_1251), latin].into_iter().flatten() {
        bends.push(Bend::new(Aspect::Charset, 2, Mistake::CharsetTwice, move |draft| {
            draft.charset = Charset::Again(taken_for);
        }));
    }
}

fn hashing(bends: &mut Vec<Bend>) {
    // With the password only as the key …
    bends.push(Bend::new(Aspect::Hashing, 1, Mistake::Hmac, |draft| {
        draft.key = draft.password.take().unwrap_or_default();
        draft.hashing = Hashing::Keyed;
    }));
    // … and in the text too.
    bends.push(Bend::new(Aspect::Hashing, 1, Mistake::Hmac, |draft| {
        draft.key = draft.password.clone().unwrap_or_default();
        draft.hashing = Hashing::Keyed;
    }));
    bends.push(Bend::new(Aspect::Hashing, 3, Mistake::HashedTwice, |draft| draft.hashing = Hashing::Twice));
}
