//! Texts of the log of notifications.

use super::words;

words! {
    no_which { ru: "Какие уведомления", en: "Which notifications" }
    no_refused { ru: "Не приняты", en: "Not accepted" }
    no_caption { ru: "Уведомления, новые сверху", en: "Notifications, the newest first" }
    no_answer { ru: "Ответ магазина", en: "The shop's answer" }
    no_tries { ru: "Попытки", en: "Tries" }
    no_next { ru: "Следующая", en: "Next try" }
    no_choose(order: &str) { ru: "Выбрать заказ {order}", en: "Choose order {order}" }
    no_waiting { ru: "Ещё не отправлено", en: "Not sent yet" }
    no_state_owed { ru: "Отправляется", en: "Being sent" }
    no_state_refused { ru: "Не принято", en: "Not accepted" }
    no_state_accepted { ru: "Принято", en: "Accepted" }
    no_state_given_up { ru: "Попытки кончились", en: "Given up" }
    no_said(status: &str, shown: &str, expected: &str) {
        ru: "{status}: «{shown}», а нужно {expected}",
        en: "{status}: “{shown}”, where {expected} was expected"
    }
    no_any_good { ru: "код от 200 до 299", en: "a status of 200 to 299" }
    no_no_answer(why: &str) { ru: "Магазин не ответил ({why})", en: "The shop did not answer ({why})" }
    no_unreached(why: &str) { ru: "До магазина не достучались ({why})", en: "The shop was not reached ({why})" }
    no_accepted_at(moment: &str) { ru: "OK, {moment}", en: "OK, {moment}" }
    no_again { ru: "Отправить выбранные ещё раз", en: "Send the chosen again" }
    no_again_hint {
        ru: "Повтор не отличается от первого сообщения ни в одном подписанном поле.",
        en: "A repeat is equal to the first message in every signed field."
    }
    no_sent(count: u64) {
        ru: [count; One: "Отправляем ещё раз {count} уведомление.", Few: "Отправляем ещё раз {count} уведомления.", Many: "Отправляем ещё раз {count} уведомлений."],
        en: [count; One: "{count} notification is sent again.", Other: "{count} notifications are sent again."]
    }
    no_nothing_chosen { ru: "Отметьте уведомления, которые нужно отправить ещё раз.", en: "Tick the notifications to be sent again." }
    no_good_title { ru: "Всё принято", en: "Everything is accepted" }
    no_good_text { ru: "Здесь появятся уведомления, которые магазин не принял.", en: "Notifications that a shop did not accept will appear here." }
    no_none_title { ru: "Уведомлений пока нет", en: "No notifications yet" }
    no_none_text {
        ru: "Здесь появятся сообщения об оплате, отправленные вашим магазинам.",
        en: "Messages about payments that were sent to your shops will appear here."
    }
}
