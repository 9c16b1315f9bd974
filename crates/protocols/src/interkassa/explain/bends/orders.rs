//! Fields in another order than by the bytes of their names.

use super::{Aspect, Bend, Scene};
use crate::interkassa::explain::draft::{Field, steps};
use crate::interkassa::explain::mistake::{Mistake, Nested, Order};

type Sort = fn(&mut Vec<Field>);

/// The orders that were seen, with their costs.
const ORDERS: [(u8, Order, Sort); 4] = [
    (1, Order::AsSent, |fields| fields.sort_by_key(|field| field.at)),
    (1, Order::AnyCase, |fields| fields.sort_by_cached_key(|field| folded(&field.name))),
    (2, Order::Values, |fields| fields.sort_by(|a, b| a.value.cmp(&b.value))),
    (2, Order::Backwards, |fields| fields.reverse()),
];

/// The orders of members that were seen. Their fields stay in their places among the others.
const NESTED: [(Nested, Sort); 3] = [
    (Nested::WholeNames, |fields| fields.sort_by(|a, b| a.name.cmp(&b.name))),
    (Nested::Numbers, |fields| fields.sort_by_cached_key(|field| numbered(&field.name))),
    (Nested::AsSent, |fields| {
        fields.sort_by_cached_key(|field| (steps(&field.name).into_iter().next(), field.at));
    }),
];

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    for (cost, order, sort) in ORDERS {
        bends.push(Bend::new(Aspect::Order, cost, Mistake::FieldOrder(order), move |draft| {
            sort(&mut draft.fields);
        }));
    }
    if scene.kind.fixed().is_some() {
        bends.push(Bend::new(Aspect::Order, 1, Mistake::FieldOrder(Order::ByName), |draft| draft.add(&[])));
    }
    if scene.draft.fields.iter().any(|field| field.name.contains('[')) {
        for (nested, sort) in NESTED {
            bends.push(Bend::new(Aspect::Order, 1, Mistake::Nested(nested), move |draft| {
                sort(&mut draft.fields);
            }));
        }
    }
}

/// The name with letters of both kinds alike; PHP and .NET put the underscore in different places then.
fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// The steps of a name with numbers by their values.
fn numbered(name: &str) -> Vec<(u64, String)> {
    steps(name).into_iter().map(|step| (step.parse().unwrap_or(u64::MAX), step)).collect()
}
