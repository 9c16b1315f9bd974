//! Taking out the steps that a failure does not need.

use crate::history::{History, Step};

/// The smallest history that can be found, by taking steps out, for which `fails` still holds.
pub fn shrink(history: &History, fails: impl Fn(&History) -> bool) -> History {
    let with = |steps: Vec<Step>| History { steps, ..history.clone() };
    let mut steps = history.steps.clone();
    // What comes after the failure is not needed: larger pieces go first, then smaller ones.
    let mut piece = steps.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        let mut gone = false;
        while from < steps.len() {
            let until = (from + piece).min(steps.len());
            let rest: Vec<Step> = steps.iter().take(from).chain(steps.iter().skip(until)).copied().collect();
            if fails(&with(rest.clone())) {
                steps = rest;
                gone = true;
            } else {
                from = until;
            }
        }
        match piece {
            1 if !gone => return with(steps),
            1 => {}
            _ => piece = piece.div_ceil(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_steps_that_the_failure_needs_are_left() {
        let history = History::of(1);
        let needs = |history: &History| {
            let numbers: Vec<usize> = history.steps.iter().map(|step| step.number).collect();
            [3, 41, 97].iter().all(|needed| numbers.contains(needed))
        };
        let small = shrink(&history, needs);
        assert_eq!(small.steps.iter().map(|step| step.number).collect::<Vec<_>>(), [3, 41, 97]);
        let chance =
            |history: &History| history.steps.iter().find(|step| step.number == 41).map(|step| step.chance);
        assert_eq!(chance(&small), chance(&history), "a step keeps its own chance");
    }

    #[test]
    fn a_failure_that_needs_nothing_is_shrunk_to_nothing() {
        assert!(shrink(&History::of(2), |_| true).steps.is_empty());
    }
}
