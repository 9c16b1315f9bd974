//! Fields left out, emptied or added: empty ones, the merchant's own, nested ones, and those of other names.

use super::{Aspect, Bend, Scene};
use crate::interkassa::explain::draft::Field;
use crate::interkassa::explain::mistake::{Mistake, Nested};
use crate::interkassa::fields::OWN;

/// So many fields are left out or added one by one.
const SINGLE_MAX: usize = 40;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    bends.push(Bend::new(Aspect::EmptyGone, 1, Mistake::EmptyLeftOut, |draft| {
        draft.fields.retain(|field| !field.value.is_empty());
    }));
    bends.push(Bend::new(Aspect::Gone, 1, Mistake::FieldLeftOut { name: None }, |draft| {
        draft.fields.retain(|field| !field.name.starts_with(OWN));
    }));
    bends.push(Bend::new(Aspect::Gone, 1, Mistake::Nested(Nested::LeftOut), |draft| {
        draft.fields.retain(|field| !field.name.contains('['));
    }));
    for field in scene.draft.fields.iter().take(SINGLE_MAX) {
        let (gone, emptied) = (field.name.clone(), field.name.clone());
        let left_out = Mistake::FieldLeftOut { name: Some(field.name.clone()) };
        bends.push(Bend::new(Aspect::Gone, 2, left_out, move |draft| {
            draft.fields.retain(|field| field.name != gone);
        }));
        let mistake = Mistake::FieldEmptied { name: field.name.clone() };
        bends.push(Bend::new(Aspect::Gone, 2, mistake, move |draft| {
            draft.respell(|name| name == emptied, |_| Some(String::new()));
        }));
    }
    added(scene, bends);
}

/// Fields that take no part: those of other names, and where the order is fixed all that are not in it.
fn added(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let parameters = scene.pasted.parameters.iter().enumerate();
    let takes_part = |name: &str| {
        scene.draft.fields.iter().any(|field| field.name == name) || name == scene.kind.signature()
    };
    let others = parameters.filter(|(_, parameter)| !takes_part(&parameter.name));
    let others = others.map(|(at, parameter)| Field {
        name: parameter.name.clone(),
        value: parameter.value.clone(),
        at,
    });
    let others: Vec<Field> = others.take(SINGLE_MAX).collect();
    if others.is_empty() {
        return;
    }
    let fixed = scene.kind.fixed().is_some();
    for one in others.clone() {
        let mistake = Mistake::FieldAdded { name: Some(one.name.clone()) };
        bends.push(Bend::new(Aspect::Added, 2, mistake, move |draft| {
            if fixed {
                draft.fields.push(one.clone());
            } else {
                draft.add(std::slice::from_ref(&one));
            }
        }));
    }
    let mistake = Mistake::FieldAdded { name: None };
    bends.push(Bend::new(Aspect::Added, 1, mistake, move |draft| draft.add(&others)));
}
