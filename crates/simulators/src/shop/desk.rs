//! What the shop knows: its goods, its orders, and how it is told to misbehave.

use std::collections::BTreeMap;

use crate::language::Language;

use super::Settings;

/// Something for sale.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// The word in forms and in `Shp_item`.
    pub code: &'static str,
    en: &'static str,
    ru: &'static str,
    /// The price in kopecks.
    pub price: i64,
}

impl Product {
    /// The name on the page.
    pub fn name(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ru => self.ru,
        }
    }
}

/// All that is for sale.
pub static PRODUCTS: [Product; 3] = [
    Product { code: "tea", en: "Fireweed tea, 100 g", ru: "Иван-чай, 100 г", price: 35_000 },
    Product { code: "cup", en: "Clay cup", ru: "Глиняная кружка", price: 129_000 },
    Product {
        code: "samovar", en: "Samovar, 3 litres", ru: "Самовар, 3 литра", price: 1_499_990
    },
];

/// What the shop believes about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// The buyer was sent away to pay.
    Waiting,
    /// The buyer came back by `FailURL`; a notice may still come.
    Failed,
    /// A signed notice came.
    Paid,
}

impl OrderState {
    /// The word in `orders.json`.
    pub fn code(self) -> &'static str {
        match self {
            OrderState::Waiting => "waiting",
            OrderState::Failed => "failed",
            OrderState::Paid => "paid",
        }
    }
}

/// One order.
#[derive(Debug, Clone)]
pub struct Order {
    /// What was bought.
    pub product: &'static Product,
    /// Whether it was paid in test mode.
    pub test: bool,
    /// What the shop believes.
    pub state: OrderState,
    /// The link the buyer was sent to.
    pub link: String,
    /// Good notices, the first and all repetitions.
    pub notices: u32,
    /// Good visits to `SuccessURL`.
    pub successes: u32,
}

/// How the shop answers a notice while it misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Answers 500 and has recorded nothing.
    Answer500,
    /// Records the payment, then says nothing and keeps the connection.
    Hang,
    /// Records the payment, then closes the connection without an answer.
    Close,
}

impl Misbehaviour {
    /// All of them, in the order of the form.
    pub const ALL: [Misbehaviour; 3] = [Misbehaviour::Answer500, Misbehaviour::Hang, Misbehaviour::Close];

    /// The word in the form.
    pub fn code(self) -> &'static str {
        match self {
            Misbehaviour::Answer500 => "answer_500",
            Misbehaviour::Hang => "hang",
            Misbehaviour::Close => "close",
        }
    }
}

/// The whole shop.
pub struct Desk {
    pub(crate) settings: Settings,
    pub(crate) orders: BTreeMap<i64, Order>,
    pub(crate) rejected: u32,
    pub(crate) misbehaviour: Option<(Misbehaviour, u32)>,
    next_number: i64,
}

impl Desk {
    /// A shop without orders, the first of which will have this number.
    pub fn new(settings: Settings, first_number: i64) -> Desk {
        Desk { settings, orders: BTreeMap::new(), rejected: 0, misbehaviour: None, next_number: first_number }
    }

    /// The number for the next order.
    pub(crate) fn take_number(&mut self) -> i64 {
        let number = self.next_number;
        self.next_number = number.saturating_add(1);
        number
    }

    /// How to misbehave this time, counting down.
    pub(crate) fn misbehave(&mut self) -> Option<Misbehaviour> {
        let (how, left) = self.misbehaviour?;
        self.misbehaviour = (left > 1).then(|| (how, left.saturating_sub(1)));
        Some(how)
    }

    /// The first password, of the test mode or the real one.
    pub(crate) fn password1(&self, test: bool) -> &str {
        if test { &self.settings.test_password1 } else { &self.settings.password1 }
    }

    /// The second password, of the test mode or the real one.
    pub(crate) fn password2(&self, test: bool) -> &str {
        if test { &self.settings.test_password2 } else { &self.settings.password2 }
    }
}
