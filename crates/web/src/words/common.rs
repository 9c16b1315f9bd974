//! Texts of the shell, the summary and the components.

use super::words;

words! {
    skip_link { ru: "К содержанию", en: "Skip to content" }
    test_band { ru: "Тестовый режим: настоящие деньги не списываются", en: "Test mode: no real money moves" }
    language_form { ru: "Язык", en: "Language" }
    payment_number { ru: "Номер платежа", en: "Payment number" }
    zone(zone: &str) { ru: "Время указано по {zone}.", en: "Times are in {zone}." }
    help { ru: "Вопросы об оплате:", en: "Questions about paying:" }

    summary { ru: "Заказ", en: "Order" }
    order { ru: "Заказ", en: "Order" }
    order_number(number: &str) { ru: "Заказ {number}", en: "Order {number}" }
    description { ru: "За что", en: "For" }
    price { ru: "Цена", en: "Price" }
    price_at(price: &str, rate: &str) { ru: "{price} по курсу {rate}", en: "{price} at the rate of {rate}" }
    collector { ru: "Получатель", en: "Collected by" }
    pay_until { ru: "Оплатить до", en: "Pay until" }
    back { ru: "Вернуться в магазин", en: "Return to the shop" }
    back_unpaid { ru: "Вернуться в магазин без оплаты", en: "Return to the shop without paying" }

    check { ru: "Проверить оплату", en: "Check payment" }
    other_method { ru: "Выбрать другой способ", en: "Choose another method" }
    cancel { ru: "Отменить платёж", en: "Cancel payment" }
    try_again { ru: "Попробовать ещё раз", en: "Try again" }
    copy { ru: "Скопировать", en: "Copy" }
    copied { ru: "Скопировано", en: "Copied" }
    method_label { ru: "Способ", en: "Method" }
    total { ru: "Всего", en: "Total" }
    untouched { ru: "Деньги не списаны.", en: "No money was taken." }
    do_not_pay_again { ru: "Не платите повторно.", en: "Do not pay again." }
}
