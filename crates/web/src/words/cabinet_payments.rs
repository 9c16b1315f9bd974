//! Texts of the list of payments.

use super::{Words, words};
use domain::payments::PaymentState;
use store::reads::payment_list::Group;

words! {
    pl_caption { ru: "Платежи, новые сверху", en: "Payments, the newest first" }
    pl_all { ru: "Все", en: "All" }
    pl_group_open { ru: "Не завершены", en: "Unfinished" }
    pl_group_held { ru: "Зарезервированы", en: "Held" }
    pl_group_paid { ru: "Оплачены", en: "Paid" }
    pl_group_cancelled { ru: "Отменены", en: "Cancelled" }
    pl_group_expired { ru: "Время вышло", en: "Expired" }
    pl_states { ru: "Состояния", en: "States" }
    pl_and_more(count: &str) { ru: "больше {count}", en: "over {count}" }

    ps_open { ru: "Ждёт оплаты", en: "Waiting" }
    ps_held { ru: "Зарезервирован", en: "Held" }
    ps_capturing { ru: "Списывается", en: "Being taken" }
    ps_releasing { ru: "Отпускается", en: "Being released" }
    ps_closing { ru: "Закрывается", en: "Closing" }
    ps_paid { ru: "Оплачен", en: "Paid" }
    ps_cancelled { ru: "Отменён", en: "Cancelled" }
    ps_expired { ru: "Время вышло", en: "Expired" }
    ps_returned { ru: "возвращён", en: "returned" }
    ps_part_returned { ru: "возвращён частично", en: "partly returned" }
    ps_stray { ru: "лишние деньги", en: "unclaimed money" }

    pl_sum { ru: "Сумма", en: "Sum" }
    pl_state { ru: "Состояние", en: "State" }
    pl_method { ru: "Способ", en: "Method" }
    pl_order { ru: "Заказ", en: "Order" }
    pl_shop { ru: "Магазин", en: "Shop" }
    pl_when { ru: "Когда", en: "When" }
    pl_buyer { ru: "Покупатель", en: "Buyer" }
    pl_number { ru: "Номер платежа", en: "Payment number" }
    pl_currency { ru: "Валюта", en: "Currency" }
    pl_description { ru: "Описание", en: "Description" }
    pl_captured { ru: "Получено", en: "Received" }
    pl_refunded { ru: "Возвращено", en: "Returned" }
    pl_fee { ru: "Комиссия", en: "Fee" }
    pl_order_named(number: &str) { ru: "Заказ {number}", en: "Order {number}" }
    pl_on_page(n: u64) {
        ru: [n; One: "На этой странице {n} платёж", Few: "На этой странице {n} платежа", Many: "На этой странице {n} платежей"],
        en: [n; One: "{n} payment on this page", Other: "{n} payments on this page"]
    }

    pl_filters { ru: "Отбор", en: "Filters" }
    pl_from { ru: "С даты", en: "From" }
    pl_until { ru: "По дату", en: "Until" }
    pl_least { ru: "Сумма от", en: "Sum from" }
    pl_most { ru: "Сумма до", en: "Sum to" }
    pl_search { ru: "Заказ, сумма или почта", en: "Order, sum or e-mail" }
    pl_any { ru: "Любой", en: "Any" }
    pl_apply { ru: "Показать", en: "Show" }
    pl_chips { ru: "Отобрано", en: "Chosen" }
    pl_remove(what: &str) { ru: "Убрать условие: {what}", en: "Remove the condition: {what}" }
    pl_clear { ru: "Сбросить всё", en: "Clear all" }
    pl_chip_from(day: &str) { ru: "с {day}", en: "from {day}" }
    pl_chip_until(day: &str) { ru: "по {day}", en: "until {day}" }
    pl_chip_least(sum: &str) { ru: "от {sum}", en: "at least {sum}" }
    pl_chip_most(sum: &str) { ru: "до {sum}", en: "at most {sum}" }
    pl_chip_search(text: &str) { ru: "«{text}»", en: "“{text}”" }
    pl_unread { ru: "Часть условий не прочитана и не применена:", en: "Some conditions could not be read and were left out:" }

    pl_csv { ru: "Скачать CSV", en: "Download CSV" }
    pl_xlsx { ru: "Скачать XLSX", en: "Download XLSX" }
    pl_empty_title { ru: "Платежей ещё нет", en: "No payments yet" }
    pl_empty_text { ru: "Здесь появится каждый платёж, который откроет ваш магазин. Проще всего начать со ссылки на оплату.", en: "Every payment that your shop opens appears here. A payment link is the quickest way to the first one." }
    pl_empty_go { ru: "Сделать ссылку", en: "Make a link" }
    pl_none_title { ru: "Таких платежей нет", en: "No such payments" }
    pl_none_text { ru: "Ни один платёж не подошёл под все условия сразу.", en: "No payment fits all the conditions at once." }
    pl_looked(moment: &str) { ru: "Просмотрены платежи с {moment}.", en: "Looked through payments back to {moment}." }
    pl_look_on { ru: "Искать дальше", en: "Search further" }
}

impl Words {
    /// A group's name.
    pub(crate) fn payment_group(self, group: Group) -> &'static str {
        match group {
            Group::Open => self.pl_group_open(),
            Group::Held => self.pl_group_held(),
            Group::Paid => self.pl_group_paid(),
            Group::Cancelled => self.pl_group_cancelled(),
            Group::Expired => self.pl_group_expired(),
        }
    }

    /// A state's word: the same on every page.
    pub(crate) fn payment_state(self, state: &PaymentState) -> &'static str {
        match state {
            PaymentState::Open => self.ps_open(),
            PaymentState::Held { .. } => self.ps_held(),
            PaymentState::Capturing { .. } => self.ps_capturing(),
            PaymentState::Releasing { .. } => self.ps_releasing(),
            PaymentState::Closing { .. } => self.ps_closing(),
            PaymentState::Paid => self.ps_paid(),
            PaymentState::Cancelled => self.ps_cancelled(),
            PaymentState::Expired => self.ps_expired(),
        }
    }
}
