//! Wrong passwords: swapped, of the other mode, former, with something invisible beside them, or none.

use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::draft::Place;
use crate::robokassa::explain::mistake::{Dirt, Mistake, Respelt};
use crate::robokassa::explain::secrets::PasswordName;
use wire::digest::Digest;
use wire::form::percent_encode_form;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    others(scene, bends);
    dirt(bends);
    respelt(bends);
    bends.push(Bend::new(Aspect::PasswordSpelling, 2, Mistake::PasswordLeftOut, |draft| {
        draft.password = None
    }));
    bends.push(Bend::new(Aspect::PasswordSpelling, 2, Mistake::PasswordLeftOut, |draft| {
        draft.password = Some(String::new());
    }));
    bends.push(Bend::new(Aspect::Place, 2, Mistake::PasswordMoved, |draft| draft.place = Place::First));
    if !scene.draft.custom.is_empty() {
        bends
            .push(Bend::new(Aspect::Place, 1, Mistake::ShpBeforePassword, |draft| draft.place = Place::Last));
    }
}

fn others(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let (test, second) = (scene.password.is_test(), scene.password.is_second());
    let swapped = || vec![Mistake::PasswordsSwapped];
    let mixed = || vec![Mistake::TestAndLiveMixed];
    let table = [
        (PasswordName::of(test, !second), 1, swapped()),
        (PasswordName::of(!test, second), 1, mixed()),
        (PasswordName::of(!test, !second), 2, [mixed(), swapped()].concat()),
    ];
    let present = table.into_iter().filter_map(|(name, cost, mistakes)| {
        scene.shop.password(name).map(|password| (password.to_owned(), cost, mistakes))
    });
    let former = scene.shop.former.iter();
    let former = former.map(|secret| (secret.expose().to_owned(), 2, vec![Mistake::FormerPassword]));
    bends.extend(present.chain(former).map(|(password, cost, mistakes)| {
        Bend::standing_for(Aspect::Password, cost, mistakes, move |draft| {
            draft.password = Some(password.clone());
        })
    }));
}

/// What stands before and after a password where nobody sees it.
pub(crate) const DIRT: [(&str, &str, Dirt); 15] = [
    ("", " ", Dirt::Space),
    (" ", "", Dirt::Space),
    (" ", " ", Dirt::Space),
    ("", "\t", Dirt::Space),
    ("\t", "", Dirt::Space),
    ("", "\u{a0}", Dirt::Space),
    ("\u{a0}", "", Dirt::Space),
    ("", "\u{200b}", Dirt::Space),
    ("", "\n", Dirt::LineEnd),
    ("", "\r\n", Dirt::LineEnd),
    ("", "\r", Dirt::LineEnd),
    ("\n", "", Dirt::LineEnd),
    ("\u{feff}", "", Dirt::ByteOrderMark),
    ("\u{feff}", "\n", Dirt::ByteOrderMark),
    ("\u{feff}", "\r\n", Dirt::ByteOrderMark),
];

fn dirt(bends: &mut Vec<Bend>) {
    bends.extend(DIRT.into_iter().map(|(before, after, dirt)| {
        Bend::new(Aspect::PasswordDirt, 2, Mistake::PasswordDirt(dirt), move |draft| {
            draft.password = draft.password.take().map(|password| format!("{before}{password}{after}"));
        })
    }));
    // The cabinet's password may itself have a space that a client's settings cut off.
    bends.push(Bend::new(Aspect::PasswordDirt, 2, Mistake::PasswordDirt(Dirt::Space), |draft| {
        draft.password = draft.password.take().map(|password| password.trim().to_owned());
    }));
}

/// A way to spell a password, given the digest that hashes it.
type Spell = fn(&str, Digest) -> String;

/// How a password is spelt where it should be as the cabinet has it.
pub(crate) const RESPELT: [(Respelt, Spell); 11] = [
    (Respelt::Case, |text, _| text.to_lowercase()),
    (Respelt::Case, |text, _| text.to_uppercase()),
    (Respelt::PercentEncoded, |text, _| percent_encode_form(text.as_bytes())),
    (Respelt::PercentEncoded, |text, _| percent_encode_form(text.as_bytes()).replace('+', "%20")),
    (Respelt::Html, |text, _| html(text)),
    (Respelt::Html, |text, _| html(text).replace('\'', "&#039;")),
    (Respelt::Quoted, |text, _| format!("\"{text}\"")),
    (Respelt::Quoted, |text, _| format!("'{text}'")),
    (Respelt::Hashed, |text, digest| digest.hex(text.as_bytes())),
    (Respelt::Hashed, |text, digest| digest.hex(text.as_bytes()).to_uppercase()),
    (Respelt::Hashed, |text, _| Digest::Md5.hex(text.as_bytes())),
];

fn respelt(bends: &mut Vec<Bend>) {
    bends.extend(RESPELT.into_iter().map(|(respelt, spell)| {
        Bend::new(Aspect::PasswordSpelling, 3, Mistake::PasswordRespelt(respelt), move |draft| {
            let digest = draft.digest;
            draft.password = draft.password.take().map(|password| spell(&password, digest));
        })
    }));
}

/// What a template writes for the marks of HTML.
pub(super) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
