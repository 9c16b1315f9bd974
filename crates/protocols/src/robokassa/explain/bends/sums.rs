//! The sum in another format than sent: decimals, commas, thousands, kopecks, rounding.

use super::{Aspect, Bend, Scene};
use crate::robokassa::explain::mistake::Mistake;
use crate::robokassa::explain::slot::Slot;

/// How many digits the whole part of a sum has at most; no shop sells for more.
const WHOLE_DIGITS_MAX: usize = 15;

pub(super) fn push(scene: &Scene<'_>, bends: &mut Vec<Bend>) {
    let is_sum = |slot: Slot| matches!(slot, Slot::OutSum | Slot::IncSum);
    let Some((slot, sent)) = scene.draft.slots.iter().find(|(slot, _)| is_sum(*slot)) else { return };
    let slot = *slot;
    let mut bend = |cost, text: String, mistake| {
        bends.push(Bend::new(Aspect::Sum, cost, mistake, move |draft| {
            if let Some(sum) = draft.slot(slot) {
                text.clone_into(sum);
            }
        }));
    };
    let others = otherwise(sent);
    if others.is_empty() {
        return;
    }
    for (cost, change, signed) in others {
        let mistake = match change {
            Otherwise::Format => Mistake::SumFormat { signed: signed.clone() },
            Otherwise::Rounded => Mistake::SumRounded { signed: signed.clone() },
        };
        bend(cost, signed, mistake);
    }
    bend(2, String::new(), Mistake::SlotEmptied(slot));
}

/// What was done to a sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Otherwise {
    /// It is the same in another format.
    Format,
    /// Decimals were cut off or rounded away.
    Rounded,
}

/// Other ways to write a sum, with their costs; none if it is no sum.
pub(crate) fn otherwise(sent: &str) -> Vec<(u8, Otherwise, String)> {
    let Some(sum) = Written::read(sent) else { return Vec::new() };
    let formats = sum.formats().into_iter().map(|text| (1, Otherwise::Format, text));
    let grouped = sum.grouped().into_iter().map(|text| (2, Otherwise::Format, text));
    let rounded = sum.rounded().into_iter().map(|text| (1, Otherwise::Rounded, text));
    formats.chain(grouped).chain(rounded).collect()
}

/// A sum in digits.
struct Written {
    whole: String,
    fraction: String,
}

impl Written {
    /// The digits of a sum however it is written; `None` if it is none.
    fn read(text: &str) -> Option<Written> {
        let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '_')).collect();
        // With both marks in it the comma parts thousands; alone it stands for the dot.
        let plain = if bare.contains('.') { bare.replace(',', "") } else { bare.replace(',', ".") };
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let sound = !whole.is_empty() && whole.len() <= WHOLE_DIGITS_MAX && digits(whole) && digits(fraction);
        sound.then(|| Written { whole: whole.to_owned(), fraction: fraction.to_owned() })
    }

    /// The fraction without the noughts at its end.
    fn short(&self) -> &str {
        self.fraction.trim_end_matches('0')
    }

    /// The sum with so many decimals, if nothing is lost.
    fn with(&self, decimals: usize) -> Option<String> {
        let short = self.short();
        match decimals {
            0 => short.is_empty().then(|| self.whole.clone()),
            _ => (short.len() <= decimals).then(|| format!("{}.{short:0<decimals$}", self.whole)),
        }
    }

    /// The same sum with a dot and another number of decimals, or with a comma.
    fn formats(&self) -> Vec<String> {
        let mut all: Vec<String> = [2, 0, 1, 6, 3, 4].into_iter().filter_map(|n| self.with(n)).collect();
        all.extend((!self.short().is_empty()).then(|| format!("{}.{}", self.whole, self.short())));
        all.extend((!self.fraction.is_empty()).then(|| format!("{}.{}", self.whole, self.fraction)));
        let commas: Vec<String> =
            all.iter().filter(|text| text.contains('.')).map(|text| text.replace('.', ",")).collect();
        all.extend(commas);
        // Kopecks: the sum without its point.
        all.extend(self.with(2).map(|text| text.replace('.', "")));
        all
    }

    /// The same sum with its thousands parted.
    fn grouped(&self) -> Vec<String> {
        let group = |mark: &str| {
            let backwards: Vec<char> = self.whole.chars().rev().collect();
            let groups: Vec<String> = backwards.chunks(3).rev().map(forwards).collect();
            groups.join(mark)
        };
        let tails = [format!(".{:0<2}", self.short()), format!(",{:0<2}", self.short()), String::new()];
        let keeps = |tail: &str| !tail.is_empty() || self.short().is_empty();
        let marks = [" ", ",", "\u{a0}", "'", ".", "\u{202f}"];
        let all = marks.into_iter().flat_map(|mark| {
            let whole = group(mark);
            tails
                .iter()
                .filter(|tail| keeps(tail))
                .map(move |tail| format!("{whole}{tail}"))
                .collect::<Vec<_>>()
        });
        if self.whole.len() > 3 { all.collect() } else { Vec::new() }
    }

    /// The sum with decimals cut off or rounded away.
    fn rounded(&self) -> Vec<String> {
        let whole: u64 = self.whole.parse().unwrap_or(0);
        let mut all = vec![self.whole.clone(), whole.saturating_add(1).to_string()];
        all.extend([".0", ".00"].map(|tail| format!("{}{tail}", self.whole)));
        all.extend([".0", ".00"].map(|tail| format!("{}{tail}", whole.saturating_add(1))));
        for decimals in [1, 2] {
            if let Some(kept) = self.fraction.get(..decimals) {
                all.push(format!("{}.{kept}", self.whole));
                let digits: Option<u64> = format!("{}{kept}", self.whole).parse().ok();
                let up = digits.map(|digits| format!("{:0>3}", digits.saturating_add(1)));
                let parts = up.as_ref().and_then(|up| up.split_at_checked(up.len().saturating_sub(decimals)));
                all.extend(parts.map(|(whole, fraction)| format!("{whole}.{fraction}")));
            }
        }
        if self.short().is_empty() { Vec::new() } else { all }
    }
}

fn forwards(backwards: &[char]) -> String {
    backwards.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_written_in_every_common_format() {
        let sum = Written::read("1234.50").unwrap();
        let all = [sum.formats(), sum.grouped(), sum.rounded()].concat();
        for text in
            ["1234.5", "1234,50", "1234.500000", "123450", "1 234.50", "1,234.50", "1234", "1235", "1234.5"]
        {
            assert!(all.iter().any(|known| known == text), "{text} is not in {all:?}");
        }
    }

    #[test]
    fn a_sum_is_read_in_every_common_format() {
        for text in ["1234.5", "1234,5", "1 234.5", "1,234.5", "1'234,5"] {
            let sum = Written::read(text).unwrap();
            assert_eq!((sum.whole.as_str(), sum.short()), ("1234", "5"), "{text}");
        }
        for text in ["", ".", "1e3", "-1", "ten", "1.2.3"] {
            assert!(Written::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rounding_goes_both_ways_and_keeps_its_noughts() {
        let rounded = Written::read("0.057").unwrap().rounded();
        assert!(
            rounded.iter().any(|text| text == "0.06") && rounded.iter().any(|text| text == "0.05"),
            "{rounded:?}"
        );
    }
}
