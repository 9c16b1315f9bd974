//! What is done to the whole text: names, separators, encodings, line ends, HMAC.

use wire::form::TextEncoding;

use super::{Aspect, Bend, Scene};
use crate::interkassa::explain::draft::Draft;
use crate::interkassa::explain::mistake::Mistake;
use crate::robokassa::explain::bends::whole::{FINISHES, SEPARATORS};
use crate::robokassa::explain::draft::{Charset, Hashing};

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    bends.push(Bend::new(Aspect::Names, 2, Mistake::NamesSigned, |draft| draft.with_names = true));
    for (cost, used) in SEPARATORS {
        bends.push(Bend::new(Aspect::Separator, cost, Mistake::WrongSeparator { used }, move |draft| {
            draft.separator = used;
        }));
    }
    for (finish, whole) in FINISHES {
        bends.push(Bend::new(Aspect::Finish, 3, Mistake::Whole(whole), move |draft| draft.finish = finish));
    }
    charsets(scene, bends);
    // With the key only as the key of the HMAC …
    bends.push(Bend::new(Aspect::Hashing, 1, Mistake::Hmac, |draft| {
        draft.hmac_key = draft.key.take().unwrap_or_default();
        draft.hashing = Hashing::Keyed;
    }));
    // … and in the text too.
    bends.push(Bend::new(Aspect::Hashing, 1, Mistake::Hmac, |draft| {
        draft.hmac_key = draft.key.clone().unwrap_or_default();
        draft.hashing = Hashing::Keyed;
    }));
    bends.push(Bend::new(Aspect::Hashing, 3, Mistake::HashedTwice, |draft| draft.hashing = Hashing::Twice));
}

fn charsets(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    // Plain ASCII is the same in all of them.
    if scene.draft.text(scene.draft.key.as_deref()).is_ascii() {
        return;
    }
    let windows = |draft: &mut Draft| draft.charset = Charset::Windows1251;
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
