//! Numbers and payways as the JSON of both the payment page and the API has them.

use money::Money;
use serde::Serialize;
use serde_json::value::RawValue;

use super::payways::Payway;

/// A JSON number written from its decimal text: it never was a float.
pub(super) type Number = Box<RawValue>;

/// The amount as a JSON number without needless zeros: `100`, `103.5`.
pub(super) fn number(amount: Money) -> Number {
    raw(trimmed(&amount.decimals(0)))
}

/// A decimal without the zeros at the end of its fraction.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// So many hundredths as a JSON number: 350 is `3.5`.
pub(super) fn hundredths(count: u32) -> Number {
    let (whole, rest) = (count.checked_div(100), count.checked_rem(100));
    raw(trimmed(&format!("{}.{:02}", whole.unwrap_or_default(), rest.unwrap_or_default())))
}

fn raw(text: &str) -> Number {
    // Decimals are JSON; `null` stands for what cannot be.
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// What a payway costs, and to whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fee {
    /// The share, in hundredths of a percent.
    pub rate: u32,
    /// The fixed part, in minor units of the payway's currency.
    pub fixed: Money,
    /// At least so much.
    pub least: Option<Money>,
    /// At most so much.
    pub most: Option<Money>,
}

/// A payway that can be used, with its bounds and its fee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Which.
    pub payway: Payway,
    /// The least amount.
    pub least: Option<Money>,
    /// The greatest amount.
    pub most: Option<Money>,
    /// What it costs.
    pub fee: Option<Fee>,
}

/// A detail that a payout needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Detail {
    /// The name under which it is sent: `card`, `phone`.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// The pattern that it must fit.
    pub pattern: &'static str,
    /// An example.
    pub example: &'static str,
}

/// In which direction a payway is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Direction {
    In,
    Out,
}

/// A payway as JSON.
#[derive(Serialize)]
pub(super) struct PaywayView {
    // Clients read one or the other.
    #[serde(rename = "_id")]
    underscored: String,
    id: String,
    als: String,
    ser: &'static str,
    srv: &'static str,
    ps: &'static str,
    #[serde(rename = "curAls")]
    cur_als: String,
    name: [NameView; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    amn: Option<BoundsView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<FeeSideView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prm: Option<Vec<DetailView>>,
}

#[derive(Serialize)]
struct NameView {
    l: &'static str,
    v: &'static str,
}

#[derive(Serialize)]
struct BoundsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Number>,
}

#[derive(Serialize)]
struct FeeSideView {
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    incoming: Option<FeeView>,
    #[serde(rename = "out", skip_serializing_if = "Option::is_none")]
    outgoing: Option<FeeView>,
}

#[derive(Serialize)]
struct FeeView {
    rt: Number,
    fix: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Number>,
}

#[derive(Serialize)]
struct DetailView {
    al: &'static str,
    tt: &'static str,
    re: &'static str,
    ex: &'static str,
}

impl PaywayView {
    /// A payway for money that comes in, or with the details that it needs for money that goes out.
    pub(super) fn of(offer: &Offer, direction: Direction, details: Option<&[Detail]>) -> PaywayView {
        let payway = offer.payway;
        let (english, russian) = payway.titles();
        let detail = |d: &Detail| DetailView { al: d.name, tt: d.title, re: d.pattern, ex: d.example };
        let bounded = offer.least.is_some() || offer.most.is_some();
        PaywayView {
            underscored: payway.id(),
            id: payway.id(),
            als: payway.alias(),
            ser: payway.service(),
            srv: payway.kind(),
            ps: payway.system(),
            cur_als: payway.currency().code().to_ascii_lowercase(),
            name: [NameView { l: "en", v: english }, NameView { l: "ru", v: russian }],
            amn: bounded.then(|| BoundsView { min: offer.least.map(number), max: offer.most.map(number) }),
            fee: offer.fee.map(|fee| FeeSideView::of(fee, direction)),
            prm: details.map(|details| details.iter().map(detail).collect()),
        }
    }
}

impl FeeSideView {
    fn of(fee: Fee, direction: Direction) -> FeeSideView {
        let view = FeeView {
            rt: hundredths(fee.rate),
            fix: number(fee.fixed),
            min: fee.least.map(number),
            max: fee.most.map(number),
        };
        match direction {
            Direction::In => FeeSideView { incoming: Some(view), outgoing: None },
            Direction::Out => FeeSideView { incoming: None, outgoing: Some(view) },
        }
    }
}

#[cfg(test)]
mod tests {
    use money::currency::Currency;

    use super::*;

    #[test]
    fn numbers_are_written_without_needless_zeros_and_without_floats() {
        let uah = |minor| number(Money::from_minor(minor, Currency::Uah)).get().to_owned();
        assert_eq!(
            [uah(10_000), uah(10_350), uah(1), uah(0), uah(-150)],
            ["100", "103.5", "0.01", "0", "-1.5"]
        );
        assert_eq!(number(Money::from_minor(100, Currency::Jpy)).get(), "100");
        assert_eq!([hundredths(350).get(), hundredths(300).get(), hundredths(5).get()], ["3.5", "3", "0.05"]);
    }
}
