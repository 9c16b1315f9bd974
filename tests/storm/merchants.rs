//! What shops and the platform's people do: capture, release, refund, send again, change settings.

use domain::history::Actor;
use domain::ids::Id;
use domain::refunds::Source;
use domain::sellers::Algorithm;
use engine::error::EngineError;
use engine::sellers::ShopChange;
use money::Money;
use money::currency::Currency;
use store::error::StoreError;
use testkit::robokassa::Digest;

use crate::scene;
use crate::tasks::{Then, nothing};
use crate::world::World;

impl World {
    /// A shop wants so much of a hold.
    pub fn capture(&mut self) {
        let Some((place, payment)) = self.some_hold() else { return };
        let Some(order) = self.orders.get(place).filter(|order| order.two_step) else { return };
        let sum = order.sum;
        let part = if self.strikes(500) { sum } else { 1 + i64::try_from(self.roll(5_000)).unwrap_or(0) };
        let amount = Money::from_minor(part.min(sum), Currency::Rub);
        if let Some(order) = self.orders.get_mut(place) {
            // Whether it was heard or not, it may be carried out from now on.
            order.asked_capture = order.asked_capture.max(amount.minor());
        }
        self.say(|| format!("the shop wants {amount} of the hold of payment {}", payment.number));
        self.ask_node(nothing(), |engine| async move {
            let done = engine.capture(payment, Some(amount), Actor::Shop).await;
            let then: Then = Box::new(move |world| match done {
                Ok(amount) => {
                    world.say(|| format!("{amount} of payment {} will be captured", payment.number))
                }
                Err(error) => world.refused("a capture", &error),
            });
            then
        });
    }

    /// A shop lets a hold go.
    pub fn release(&mut self) {
        let Some((place, payment)) = self.some_hold() else { return };
        if !self.orders.get(place).is_some_and(|order| order.two_step) {
            return;
        }
        self.say(|| format!("the shop lets the hold of payment {} go", payment.number));
        self.ask_node(nothing(), |engine| async move {
            let done = engine.release(payment, Actor::Shop).await;
            let then: Then = Box::new(move |world| match done {
                Ok(()) => world.say(|| format!("the hold of payment {} will be released", payment.number)),
                Err(error) => world.refused("a release", &error),
            });
            then
        });
    }

    /// A shop gives something back, or a person does with what belongs to no sale.
    pub fn give_back(&mut self) {
        let Some((place, payment)) = self.some_sale() else { return };
        let Some(order) = self.orders.get(place) else { return };
        let sum = order.sum;
        let part = 1 + i64::try_from(self.chance.below(sum.unsigned_abs())).unwrap_or(0);
        let source = match self.roll(10) {
            0 => Source::Credit,
            1 => Source::Unclaimed,
            _ => Source::Sale,
        };
        let amount = match self.roll(4) {
            0 => None,
            1 => Some(sum),
            _ => Some(part),
        };
        let asked = amount.map(|minor| Money::from_minor(minor, Currency::Rub));
        let number = payment.number;
        self.say(|| format!("{amount:?} of the {} of payment {number} is to go back", source.code()));
        let of_sale = source == Source::Sale;
        let before = self.kept(place).returned;
        // What may have been decided without anybody hearing of it.
        let unheard = if of_sale { amount.unwrap_or(sum) } else { 0 };
        self.asked_back(place, unheard);
        self.ask_node(nothing(), |engine| async move {
            let done = engine.refund(payment, asked, source, Actor::Shop).await;
            let then: Then = Box::new(move |world| match done {
                Ok((refund, amount)) => {
                    world.acknowledged("refunds", refund.number, refund.book().number());
                    world.say(|| format!("{amount} of payment {number} goes back"));
                    world.refund_promised(place, amount.minor(), before);
                    world.asked_back(place, if of_sale { amount.minor() - unheard } else { 0 });
                }
                Err(error) => {
                    if !matches!(error, EngineError::Store(StoreError::Unknown(_))) {
                        world.asked_back(place, -unheard);
                    }
                    world.refused("a refund", &error);
                }
            });
            then
        });
    }

    fn asked_back(&mut self, place: usize, minor: i64) {
        if let Some(order) = self.orders.get_mut(place) {
            order.asked_back += minor;
        }
    }

    /// A person has the last notice of a payment sent again.
    pub fn tell_again(&mut self) {
        let Some((_, payment)) = self.some_sale() else { return };
        self.ask_node(nothing(), |engine| async move {
            let notices = engine.store().notices_of(payment).await.unwrap_or_default();
            let asked = match notices.last() {
                Some(notice) => Some(engine.send_again(notice.id, Actor::Shop).await),
                None => None,
            };
            let then: Then = Box::new(move |world| match asked {
                Some(Ok(())) => world.say(|| format!("payment {} is told again", payment.number)),
                Some(Err(error)) => world.refused("another notice", &error),
                None => {}
            });
            then
        });
    }

    /// The platform's people change the settings of a shop.
    pub fn change_settings(&mut self) {
        let Some(number) = self.some_node() else { return };
        let Some(engine) = self.node(number).map(|node| node.engine.clone()) else { return };
        let place = self.roll(self.shops.len());
        let Some(shop) = self.shops.get(place) else { return };
        let (id, login, version) = (shop.id, shop.login.clone(), shop.signs.len() + 1);
        let (told, digest) = (shop.current().0.clone(), shop.current().1);
        match self.roll(3) {
            0 => {
                let told = scene::passwords(&login, version);
                self.say(|| format!("{login} gets new passwords"));
                let done = self.by_hand(number, engine.rotate_passwords(id, told.clone(), Actor::Clock));
                done.expect("new passwords");
                self.signs(place, (told, digest));
            }
            1 => {
                let (digest, algorithm) = match digest {
                    Digest::Md5 => (Digest::Sha256, Algorithm::Sha256),
                    Digest::Sha256 => (Digest::Md5, Algorithm::Md5),
                };
                self.say(|| format!("{login} signs with {digest:?}"));
                let change = [ShopChange::Algorithm(algorithm)];
                self.by_hand(number, engine.change_shop(id, &change, Actor::Clock)).expect("a change");
                self.signs(place, (told, digest));
            }
            _ => {
                let active = self.strikes(850);
                self.say(|| format!("{login} takes new payments: {active}"));
                let change = [ShopChange::Active(active)];
                self.by_hand(number, engine.change_shop(id, &change, Actor::Clock)).expect("a change");
            }
        }
    }

    fn signs(&mut self, place: usize, with: (engine::sellers::Told, Digest)) {
        if let Some(shop) = self.shops.get_mut(place) {
            shop.signs.push(with);
        }
    }
}
