//! The words of the example shop, Russian and English side by side.

use crate::language::Language;

use super::desk::{Misbehaviour, OrderState};

/// Everything the templates say.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) band: &'static str,
    pub(crate) goods: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) test_mode: &'static str,
    pub(crate) orders: &'static str,
    pub(crate) no_orders: &'static str,
    pub(crate) newest_only: &'static str,
    pub(crate) order: &'static str,
    pub(crate) test: &'static str,
    pub(crate) pay_again: &'static str,
    pub(crate) misbehave: &'static str,
    pub(crate) misbehave_hint: &'static str,
    pub(crate) misbehaves: &'static str,
    pub(crate) how: &'static str,
    pub(crate) behave: &'static str,
    pub(crate) times: &'static str,
    pub(crate) switch: &'static str,
    pub(crate) thanks: &'static str,
    pub(crate) almost: &'static str,
    pub(crate) almost_hint: &'static str,
    pub(crate) not_paid: &'static str,
    pub(crate) not_paid_hint: &'static str,
    pub(crate) not_believed: &'static str,
    pub(crate) not_believed_hint: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) to_shop: &'static str,
    pub(crate) other_language: &'static str,
}

const EN: Words = Words {
    title: "Example shop",
    band: "Example shop. Nothing is sold here.",
    goods: "Goods",
    pay: "Pay",
    test_mode: "Pay in test mode",
    orders: "Orders",
    no_orders: "Orders will appear here, each with the state that the shop knows of.",
    newest_only: "Only the newest orders are shown.",
    order: "Order",
    test: "test mode",
    pay_again: "Pay",
    misbehave: "Misbehave",
    misbehave_hint: "Lets the shop answer the next notices badly, to see them repeated.",
    misbehaves: "Notices still to be spoiled:",
    how: "How",
    behave: "Answer properly",
    times: "How many notices",
    switch: "Switch",
    thanks: "Thank you, the order is paid",
    almost: "Thank you, the payment is being confirmed",
    almost_hint: "The shop has not received the notice yet. Reload this page in a moment.",
    not_paid: "The order is not paid",
    not_paid_hint: "You can pay it again or choose something else.",
    not_believed: "The signature of this page does not match",
    not_believed_hint: "The state of the order is in the list on the front page.",
    nothing: "There is no such page",
    to_shop: "To the shop",
    other_language: "Русский",
};

const RU: Words = Words {
    title: "Пример магазина",
    band: "Пример магазина. Здесь ничего не продают.",
    goods: "Товары",
    pay: "Оплатить",
    test_mode: "Платить в тестовом режиме",
    orders: "Заказы",
    no_orders: "Здесь появятся заказы с тем состоянием, о котором знает магазин.",
    newest_only: "Показаны только последние заказы.",
    order: "Заказ",
    test: "тестовый режим",
    pay_again: "Оплатить",
    misbehave: "Вести себя плохо",
    misbehave_hint: "Магазин плохо ответит на следующие уведомления, и видно, как их повторяют.",
    misbehaves: "Ещё будет испорчено уведомлений:",
    how: "Как",
    behave: "Отвечать как положено",
    times: "Сколько уведомлений",
    switch: "Переключить",
    thanks: "Спасибо, заказ оплачен",
    almost: "Спасибо, оплата подтверждается",
    almost_hint: "Магазин ещё не получил уведомление. Обновите страницу чуть позже.",
    not_paid: "Заказ не оплачен",
    not_paid_hint: "Можно оплатить его ещё раз или выбрать другое.",
    not_believed: "Подпись этой страницы не сходится",
    not_believed_hint: "Состояние заказа видно в списке на главной странице.",
    nothing: "Такой страницы нет",
    to_shop: "В магазин",
    other_language: "English",
};

/// The words of a language.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ru => &RU,
    }
}

/// What the shop believes about an order.
pub(crate) fn state(language: Language, state: OrderState) -> &'static str {
    match (state, language) {
        (OrderState::Waiting, Language::En) => "… waiting for payment",
        (OrderState::Waiting, Language::Ru) => "… ждёт оплаты",
        (OrderState::Failed, Language::En) => "✕ not paid",
        (OrderState::Failed, Language::Ru) => "✕ не оплачен",
        (OrderState::Paid, Language::En) => "✓ paid",
        (OrderState::Paid, Language::Ru) => "✓ оплачен",
    }
}

/// A way to misbehave.
pub(crate) fn misbehaviour(language: Language, how: Misbehaviour) -> &'static str {
    match (how, language) {
        (Misbehaviour::Answer500, Language::En) => "Answer 500",
        (Misbehaviour::Answer500, Language::Ru) => "Ответить 500",
        (Misbehaviour::Hang, Language::En) => "Hang",
        (Misbehaviour::Hang, Language::Ru) => "Зависнуть",
        (Misbehaviour::Close, Language::En) => "Close the connection",
        (Misbehaviour::Close, Language::Ru) => "Закрыть соединение",
    }
}
