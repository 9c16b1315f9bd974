//! Wrong keys: the test key for the sign key, a former one, one with something invisible beside it, or none.

use super::{Aspect, Bend, Scene};
use crate::interkassa::explain::mistake::Mistake;
use crate::interkassa::explain::secrets::KeyName;
use crate::robokassa::explain::bends::passwords::{DIRT, RESPELT};
use crate::robokassa::explain::mistake::Dirt;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let other = match scene.key {
        KeyName::Sign => Some(KeyName::Test),
        KeyName::Test => Some(KeyName::Sign),
        KeyName::Shop => None,
    };
    let other = other.and_then(|name| scene.merchant.key(name));
    let other = other.map(|key| (key.to_owned(), 1, Mistake::KeysSwapped));
    let former = scene.merchant.former.iter();
    let former = former.map(|key| (key.expose().to_owned(), 2, Mistake::FormerKey));
    for (key, cost, mistake) in other.into_iter().chain(former) {
        bends.push(Bend::new(Aspect::Key, cost, mistake, move |draft| draft.key = Some(key.clone())));
    }
    bends.extend(DIRT.into_iter().map(|(before, after, dirt)| {
        Bend::new(Aspect::KeyDirt, 2, Mistake::KeyDirt(dirt), move |draft| {
            draft.key = draft.key.take().map(|key| format!("{before}{key}{after}"));
        })
    }));
    bends.push(Bend::new(Aspect::KeyDirt, 2, Mistake::KeyDirt(Dirt::Space), |draft| {
        draft.key = draft.key.take().map(|key| key.trim().to_owned());
    }));
    bends.extend(RESPELT.into_iter().map(|(respelt, spell)| {
        Bend::new(Aspect::KeySpelling, 3, Mistake::KeyRespelt(respelt), move |draft| {
            let digest = draft.digest;
            draft.key = draft.key.take().map(|key| spell(&key, digest));
        })
    }));
    bends.push(Bend::new(Aspect::KeySpelling, 2, Mistake::KeyLeftOut, |draft| draft.key = None));
    bends.push(Bend::new(Aspect::KeySpelling, 2, Mistake::KeyLeftOut, |draft| {
        draft.key = Some(String::new())
    }));
    bends.push(Bend::new(Aspect::Place, 2, Mistake::KeyMoved, |draft| draft.key_first = true));
}
