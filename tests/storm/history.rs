//! A history: the climate and the shops that a seed makes, and the steps, each with a chance of its own.
//!
//! What a step does follows from its own chance and from what it finds, so the other steps can be taken
//! out without turning it into something else.

use jiff::SignedDuration;
use serde_json::{Value, json};
use simulators::seeded::Seeded;

/// A history has at least so many steps.
pub const STEPS_MIN: u64 = 100;
/// And at most so many more.
const STEPS_MORE: u64 = 80;

/// How often what goes wrong, in thousandths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Climate {
    /// A call of ours is lost on its way.
    pub call_lost: u16,
    /// A call of ours cannot leave.
    pub no_way: u16,
    /// An answer is lost.
    pub answer_lost: u16,
    /// A letter arrives once more.
    pub copied: u16,
    /// A letter is late.
    pub late: u16,
    /// A notice to us is lost.
    pub notice_lost: u16,
    /// A shop answers a notice wrongly.
    pub shop_wrong: u16,
    /// The process dies between two moves.
    pub death: u16,
    /// A step plans a mishap for the next commits.
    pub mishap: u16,
    /// How wrong watches may be.
    pub watches_off: SignedDuration,
    /// The faults of the provider's own.
    pub provider: Value,
}

/// What becomes of a shop's commission on a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundFeePlan {
    /// It is kept.
    Keep,
    /// It goes back in proportion.
    Return,
    /// It is kept, and so many kopecks are charged.
    Charge(i64),
}

/// A shop of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopPlan {
    /// Whether its money is held first.
    pub two_step: bool,
    /// How long its payments live, in seconds.
    pub lifetime: u32,
    /// How long late money counts, in seconds.
    pub grace: u32,
    /// Whether it belongs to the first shop's seller.
    pub shared_seller: bool,
    /// What becomes of the commission when something goes back.
    pub refund_fee: RefundFeePlan,
    /// How soon its money is settled, in seconds.
    pub delay: u32,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its place in the whole history.
    pub number: usize,
    /// From which all follows that it does.
    pub chance: u64,
}

/// Everything that a seed makes.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The seed.
    pub seed: u64,
    /// How many nodes there are.
    pub nodes: usize,
    /// What goes wrong.
    pub climate: Climate,
    /// The shops.
    pub shops: Vec<ShopPlan>,
    /// The steps.
    pub steps: Vec<Step>,
}

impl History {
    /// The history of a seed.
    pub fn of(seed: u64) -> History {
        let mut chance = Seeded::new(seed ^ 0x5707_1117);
        let climate = climate(&mut chance);
        let nodes = if chance.chance(500) { 2 } else { 1 };
        let shops = (0..=chance.below(3)).map(|place| shop(&mut chance, place)).collect();
        let count = STEPS_MIN + chance.below(STEPS_MORE);
        let steps = (1..).take(usize::try_from(count).unwrap_or(0));
        let steps = steps.map(|number| Step { number, chance: chance.bits() }).collect();
        History { seed, nodes, climate, shops, steps }
    }
}

fn shop(chance: &mut Seeded, place: u64) -> ShopPlan {
    let pick = |chance: &mut Seeded, of: &[u32]| {
        let place = chance.below(of.len() as u64);
        of.get(usize::try_from(place).unwrap_or(0)).copied().unwrap_or(600)
    };
    let refund_fee = match chance.below(3) {
        0 => RefundFeePlan::Keep,
        1 => RefundFeePlan::Charge(1_000),
        _ => RefundFeePlan::Return,
    };
    ShopPlan {
        refund_fee,
        two_step: chance.chance(300),
        lifetime: pick(chance, &[300, 1_200, 3_000, 7_200, 604_800]),
        grace: pick(chance, &[60, 600, 3_600, 259_200]),
        shared_seller: place > 0 && chance.chance(400),
        delay: pick(chance, &[60, 3_600, 86_400]),
    }
}

/// Some histories are fair, some have a few troubles, and some have all of them.
fn climate(chance: &mut Seeded) -> Climate {
    let mut share = |most: u64| {
        let strikes = chance.chance(600);
        let value = u16::try_from(chance.below(most + 1)).unwrap_or(0);
        if strikes { value } else { 0 }
    };
    let (call_lost, no_way, answer_lost) = (share(250), share(150), share(250));
    let (copied, late, notice_lost) = (share(250), share(250), share(600));
    let (shop_wrong, death, mishap) = (share(500), share(3), share(400));
    let watches_off = SignedDuration::from_secs(i64::from(share(25)));
    let provider = provider(&mut share);
    Climate {
        call_lost,
        no_way,
        answer_lost,
        copied,
        late,
        notice_lost,
        shop_wrong,
        death,
        mishap,
        watches_off,
        provider,
    }
}

/// What the provider's simulator does wrong by itself.
fn provider(share: &mut impl FnMut(u64) -> u16) -> Value {
    let mut rules = Vec::new();
    let mut rule = |on: &str, fault: &str, most: u64, more: Value| {
        let per_mille = share(most);
        let mut rule = json!({"on": on, "fault": fault, "per_mille": per_mille});
        if let (Some(rule), Some(more)) = (rule.as_object_mut(), more.as_object()) {
            rule.extend(more.clone());
        }
        if per_mille > 0 {
            rules.push(rule);
        }
    };
    rule("create_payment", "lost_answer", 200, json!({}));
    rule("create_payment", "error_after", 150, json!({}));
    rule("any", "refused_before", 100, json!({}));
    rule("capture", "lost_answer", 200, json!({}));
    rule("cancel", "error_after", 200, json!({}));
    rule("any", "slow", 100, json!({"ms": 40_000}));
    rule("create_refund", "lost_answer", 200, json!({}));
    rule("create_refund", "refund_pending", 300, json!({"seconds": 90}));
    rule("create_refund", "refund_canceled", 300, json!({"reason": "insufficient_funds"}));
    rule("notice", "duplicate", 300, json!({"times": 2}));
    rule("notice", "reordered", 200, json!({}));
    rule("notice", "late", 200, json!({"seconds": 600}));
    json!({ "rules": rules })
}
