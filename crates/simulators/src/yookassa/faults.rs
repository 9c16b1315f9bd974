//! Faults that a test or a person switches on: all off by default, repeatable from the seed.

use serde::{Deserialize, Serialize};

use crate::seeded::Seeded;

/// The faults in force, tried in their order; of one family at most one strikes a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faults {
    /// The rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// One fault, where it strikes and how often.
///
/// As JSON: `{"on":"create_payment","fault":"lost_answer","next":1}` or
/// `{"on":"notice","fault":"late","seconds":30,"per_mille":200}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it strikes.
    pub on: On,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often.
    #[serde(flatten)]
    pub when: When,
}

/// What a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Every request to the API.
    Any,
    /// POST `/payments`.
    CreatePayment,
    /// GET `/payments/{id}`.
    ReadPayment,
    /// GET `/payments`.
    ListPayments,
    /// POST `/payments/{id}/capture`.
    Capture,
    /// POST `/payments/{id}/cancel`.
    Cancel,
    /// POST `/refunds`.
    CreateRefund,
    /// GET `/refunds/{id}`.
    ReadRefund,
    /// GET `/refunds`.
    ListRefunds,
    /// POST `/payouts`.
    CreatePayout,
    /// GET `/payouts/{id}`.
    ReadPayout,
    /// GET `/payouts`.
    ListPayouts,
    /// POST `/receipts`.
    CreateReceipt,
    /// GET `/receipts/{id}`.
    ReadReceipt,
    /// GET `/receipts`.
    ListReceipts,
    /// GET `/me`.
    Settings,
    /// A notice to the shop.
    Notice,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The request is carried out, and the connection is closed without an answer.
    LostAnswer,
    /// The request is carried out, and the answer is 500.
    ErrorAfter,
    /// Nothing is carried out, and the answer is 503.
    RefusedBefore,
    /// The request is carried out, and the answer comes late.
    Slow {
        /// So many milliseconds late.
        ms: u64,
    },
    /// The refund stays pending for a while.
    RefundPending {
        /// So many seconds.
        seconds: u32,
    },
    /// The refund is canceled at once.
    RefundCanceled {
        /// The provider's word for why.
        reason: String,
    },
    /// The payout stays under way until somebody decides about it.
    PayoutPending,
    /// The payout is canceled at once.
    PayoutCanceled {
        /// The provider's word for why.
        reason: String,
    },
    /// The notice comes so many times more.
    Duplicate {
        /// Copies beyond the first.
        times: u8,
    },
    /// The notice waits until a later one has overtaken it, at most a minute.
    Reordered,
    /// The notice comes late.
    Late {
        /// So many seconds late.
        seconds: u32,
    },
}

/// How often a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The next so many times, then never again.
    Next(u32),
    /// In so many of a thousand cases.
    PerMille(u16),
}

/// Faults that cannot strike the same thing twice at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Answer,
    Refund,
    Payout,
    Notice,
}

impl Fault {
    pub(crate) fn family(&self) -> Family {
        match self {
            Fault::LostAnswer | Fault::ErrorAfter | Fault::RefusedBefore | Fault::Slow { .. } => {
                Family::Answer
            }
            Fault::RefundPending { .. } | Fault::RefundCanceled { .. } => Family::Refund,
            Fault::PayoutPending | Fault::PayoutCanceled { .. } => Family::Payout,
            Fault::Duplicate { .. } | Fault::Reordered | Fault::Late { .. } => Family::Notice,
        }
    }
}

impl Faults {
    /// The fault of this family that strikes now, if one does. `Next` counts down.
    pub(crate) fn strike(&mut self, on: On, family: Family, seeded: &mut Seeded) -> Option<Fault> {
        let hit = self.rules.iter_mut().find_map(|rule| {
            let covers = rule.on == on || (rule.on == On::Any && on != On::Notice);
            if !covers || rule.fault.family() != family {
                return None;
            }
            let strikes = match &mut rule.when {
                When::PerMille(share) => seeded.chance(*share),
                When::Next(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                When::Next(_) => false,
            };
            strikes.then(|| rule.fault.clone())
        });
        self.rules.retain(|rule| rule.when != When::Next(0));
        hit
    }

    /// Whether every fault stands where it can strike.
    ///
    /// # Errors
    /// Names the first rule that never could.
    pub fn check(&self) -> Result<(), String> {
        let misplaced = self.rules.iter().find(|rule| match rule.fault.family() {
            Family::Answer => rule.on == On::Notice,
            Family::Refund => rule.on != On::CreateRefund,
            Family::Payout => rule.on != On::CreatePayout,
            Family::Notice => rule.on != On::Notice,
        });
        misplaced.map_or(Ok(()), |rule| Err(format!("{:?} cannot strike {:?}", rule.fault, rule.on)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: &str) -> Faults {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nothing_strikes_by_default() {
        let mut seeded = Seeded::new(1);
        assert_eq!(Faults::default().strike(On::CreatePayment, Family::Answer, &mut seeded), None);
        assert_eq!(seeded, Seeded::new(1));
    }

    #[test]
    fn next_counts_down_and_ends() {
        let mut faults = faults(r#"{"rules":[{"on":"capture","fault":"lost_answer","next":2}]}"#);
        let mut seeded = Seeded::new(1);
        let mut at = |on| faults.strike(on, Family::Answer, &mut seeded);
        assert_eq!(at(On::Cancel), None);
        assert_eq!(at(On::Capture), Some(Fault::LostAnswer));
        assert_eq!(at(On::Capture), Some(Fault::LostAnswer));
        assert_eq!(at(On::Capture), None);
    }

    #[test]
    fn any_means_any_request_but_no_notice() {
        let mut faults = faults(r#"{"rules":[{"on":"any","fault":"slow","ms":5,"per_mille":1000}]}"#);
        let mut seeded = Seeded::new(1);
        assert_eq!(faults.strike(On::Settings, Family::Answer, &mut seeded), Some(Fault::Slow { ms: 5 }));
        assert_eq!(faults.strike(On::Notice, Family::Answer, &mut seeded), None);
    }

    #[test]
    fn a_probability_repeats_from_the_seed() {
        let draw = |seed| {
            let mut faults = faults(r#"{"rules":[{"on":"any","fault":"error_after","per_mille":300}]}"#);
            let mut seeded = Seeded::new(seed);
            (0..64)
                .map(|_| faults.strike(On::Cancel, Family::Answer, &mut seeded).is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(9), draw(9));
        assert_ne!(draw(9), draw(10));
        assert!(draw(9).contains(&true) && draw(9).contains(&false));
    }

    #[test]
    fn a_fault_that_could_never_strike_is_refused() {
        assert!(faults(r#"{"rules":[{"on":"notice","fault":"lost_answer","next":1}]}"#).check().is_err());
        assert!(
            faults(r#"{"rules":[{"on":"capture","fault":"late","seconds":1,"next":1}]}"#).check().is_err()
        );
        let good = r#"{"rules":[{"on":"create_refund","fault":"refund_canceled","reason":"insufficient_funds","next":1},
            {"on":"notice","fault":"duplicate","times":3,"next":1},{"on":"notice","fault":"reordered","per_mille":5}]}"#;
        assert!(faults(good).check().is_ok());
    }
}
