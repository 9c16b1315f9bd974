//! Small storms: from one seed, calls get lost, the process dies, people press what they like, and in the end
//! our books and the provider's agree.

use domain::history::Actor;
use domain::ids::{AttemptId, PaymentId};
use domain::methods::Method;
use domain::payments::PaymentState;
use domain::refunds::RefundState;
use jiff::SignedDuration;
use serde_json::json;
use testkit::imagined::network::Weather;
use testkit::imagined::scenes::rub;
use testkit::imagined::world::World;

/// A storm and what is afloat in it.
struct Storm {
    world: World,
    payments: Vec<PaymentId>,
    attempts: Vec<AttemptId>,
}

impl Storm {
    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.world.roll(of.len())).copied()
    }

    /// Bad weather for the calls of the next moments.
    fn blow(&mut self) {
        let weather = [
            Weather::Fair,
            Weather::Fair,
            Weather::NoWay,
            Weather::LostThere,
            Weather::LostBack,
            Weather::KilledBefore,
            Weather::KilledAfter,
        ];
        let next = (0..3).map(|_| weather[self.world.roll(weather.len())].clone());
        let next: Vec<_> = next.collect();
        self.world.network.outside().weather.extend(next);
        self.world.notices_lost = self.world.roll(2) == 0;
    }

    async fn something_happens(&mut self) {
        match self.world.roll(7) {
            0 => {
                let number = i64::try_from(self.payments.len()).unwrap() + 1;
                self.payments.push(self.world.open_hold("100.00", number).await);
            }
            1 => {
                let number = (self.payments.len() + 1).to_string();
                self.payments.push(self.world.open("100.00", &number).await);
            }
            2 | 3 => {
                let method = if self.world.roll(10) < 7 { Method::BankCard } else { Method::YooMoney };
                if let Some(payment) = self.pick(&self.payments.clone()) {
                    // What is refused to a buyer changes nothing.
                    self.attempts.extend(self.world.start(payment, method).await);
                }
            }
            4 => {
                if let Some(attempt) = self.pick(&self.attempts.clone()) {
                    let ours = self.world.engine.print(attempt);
                    let mut outside = self.world.network.outside();
                    if let Some(number) = outside.provider.number_of(&ours) {
                        let path = format!("payments/{number}");
                        outside.provider.control(&path, &json!({"outcome": "pay"}), self.world.now());
                    }
                }
            }
            5 => {
                if let Some(payment) = self.pick(&self.payments.clone()) {
                    let _ = self.world.engine.capture(payment, Some(rub("70.00")), Actor::Shop).await;
                    let _ = self.world.ask_refund(payment, "30.00").await;
                }
            }
            _ => {
                let seldom = self.world.roll(10) < 3;
                if let Some(payment) = self.pick(&self.payments.clone()).filter(|_| seldom) {
                    let _ = self.world.engine.release(payment, Actor::Shop).await;
                    let _ = self.world.engine.cancel(payment, Actor::Buyer).await;
                }
            }
        }
    }

    /// Fair weather for longer than any wait, so that everything ends and is learned.
    async fn calm(&mut self) {
        self.world.network.outside().weather.clear();
        self.world.notices_lost = false;
        self.world.pass(SignedDuration::from_hours(11 * 24)).await;
    }
}

#[tokio::test]
async fn after_every_storm_everything_has_ended_once_and_both_sides_agree() {
    for seed in 0..8 {
        let world = World::new(seed).await;
        let mut storm = Storm { world, payments: Vec::new(), attempts: Vec::new() };
        for _ in 0..40 {
            storm.blow();
            storm.something_happens().await;
            let seconds = i64::try_from(storm.world.roll(200)).unwrap();
            storm.world.pass(SignedDuration::from_secs(seconds)).await;
            storm.world.audit().await;
        }
        storm.calm().await;
        let world = &storm.world;
        assert_eq!(world.parked().await, Vec::new(), "seed {seed}: nothing needed a person");
        assert_eq!(world.engine.repair().await.unwrap(), 0, "seed {seed}: nothing lay idle");
        for payment in &storm.payments {
            let ended = world.payment(*payment).await;
            let ends = [PaymentState::Paid, PaymentState::Cancelled, PaymentState::Expired];
            assert!(ends.contains(&ended.state), "seed {seed}: {:?}", ended.state);
            assert!(ended.unfinished.is_empty(), "seed {seed}");
            let sold = world.times(*payment, "payment_paid").await;
            assert_eq!(sold, usize::from(ended.state == PaymentState::Paid), "seed {seed}");
            for refund in world.engine.store().refunds_of(*payment).await.unwrap() {
                assert_eq!(refund.state, RefundState::Returned, "seed {seed}");
            }
        }
        world.audit_with_provider().await;
    }
}
