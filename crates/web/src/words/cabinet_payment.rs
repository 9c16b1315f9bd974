//! Texts of one payment's page: what happened, where the money went, what can be done.

use super::words;

words! {
    pp_actions { ru: "Что можно сделать", en: "What you can do" }
    pp_no_actions { ru: "Сейчас с этим платежом ничего делать не нужно.", en: "There is nothing to do about this payment now." }
    pp_refund { ru: "Вернуть деньги", en: "Refund" }
    pp_refund_left(sum: &str) { ru: "Можно вернуть {sum}", en: "{sum} can be refunded" }
    pp_capture { ru: "Списать", en: "Capture" }
    pp_capture_left(sum: &str, until: &str) { ru: "Зарезервировано {sum} до {until}", en: "{sum} is held until {until}" }
    pp_release { ru: "Отпустить резерв", en: "Release the hold" }
    pp_release_hint { ru: "Деньги снова станут доступны покупателю", en: "The buyer can use the money again" }
    pp_open_page { ru: "Открыть страницу оплаты", en: "Open the payment page" }
    pp_open_page_hint { ru: "Её видит покупатель", en: "What the buyer sees" }
    pp_give_back { ru: "Вернуть лишние деньги", en: "Return the unclaimed money" }
    pp_give_back_left(sum: &str) { ru: "Пришло и не зачтено {sum}", en: "{sum} came and was not counted" }

    pp_facts { ru: "О платеже", en: "About the payment" }
    pp_opened { ru: "Открыт", en: "Opened" }
    pp_ends { ru: "Оплатить до", en: "Pay until" }
    pp_paid_at { ru: "Оплачен", en: "Paid" }
    pp_held_until { ru: "Резерв до", en: "Held until" }
    pp_email { ru: "Почта покупателя", en: "Buyer's e-mail" }
    pp_custom(name: &str) { ru: "Поле {name}", en: "Field {name}" }

    pp_where { ru: "Куда пошли деньги", en: "Where the money went" }
    pp_where_none { ru: "По этому платежу деньги ещё не двигались.", en: "No money has moved for this payment yet." }
    pp_got { ru: "Получено от покупателя", en: "Received from the buyer" }
    pp_fee { ru: "Комиссия", en: "Fee" }
    pp_fee_back { ru: "Комиссия возвращена", en: "Fee returned" }
    pp_refunds { ru: "Возвращено покупателю", en: "Returned to the buyer" }
    pp_rest { ru: "Осталось вам", en: "Left to you" }
    pp_moves { ru: "Показать проводки", en: "Show the ledger lines" }

    pp_timeline { ru: "Что произошло", en: "What happened" }
    pp_by_buyer { ru: "покупатель", en: "buyer" }
    pp_by_shop { ru: "магазин", en: "shop" }
    pp_by_clock { ru: "по времени", en: "by time" }
    pp_raw { ru: "Запрос и ответ", en: "Request and answer" }
    pp_request { ru: "Запрос", en: "Request" }
    pp_answer { ru: "Ответ", en: "Answer" }
    pp_no_answer(why: &str) { ru: "Ответа нет: {why}", en: "No answer: {why}" }
    pp_curl { ru: "Запрос для curl", en: "As a curl command" }
    pp_masked { ru: "Секреты скрыты.", en: "Secrets are masked." }
    pp_asked_provider(name: &str, status: &str) { ru: "Мы обратились к {name}, ответ {status}", en: "We called {name}, it answered {status}" }
    pp_asked_provider_lost(name: &str) { ru: "Мы обратились к {name}, ответа нет", en: "We called {name}, there was no answer" }
    pp_told_shop(status: &str) { ru: "Мы отправили уведомление магазину, ответ {status}", en: "We notified the shop, it answered {status}" }
    pp_told_shop_lost { ru: "Мы отправили уведомление магазину, ответа нет", en: "We notified the shop, there was no answer" }
    pp_heard_provider(name: &str) { ru: "{name} прислал уведомление", en: "{name} sent a notice" }

    pp_notices { ru: "Уведомления магазину", en: "Notifications to the shop" }
    pp_notices_none { ru: "Магазину ещё не о чем сообщать.", en: "There is nothing to tell the shop yet." }
    pp_notice_owed(n: u64) {
        ru: [n; One: "Ждёт подтверждения, отправлено {n} раз", Few: "Ждёт подтверждения, отправлено {n} раза", Many: "Ждёт подтверждения, отправлено {n} раз"],
        en: [n; One: "Not confirmed yet, sent {n} time", Other: "Not confirmed yet, sent {n} times"]
    }
    pp_notice_new { ru: "Ещё не отправлено", en: "Not sent yet" }
    pp_notice_accepted { ru: "Магазин подтвердил", en: "The shop confirmed" }
    pp_notice_given_up { ru: "Магазин не подтвердил", en: "The shop did not confirm" }
    pp_part { ru: "Общий платёж", en: "Shared payment" }
    pp_part_text { ru: "Это ваша доля; покупатель заплатил другому магазину", en: "This is your part; the buyer paid another shop" }
    pp_passed { ru: "Доли других магазинов", en: "Parts of other shops" }
    pp_send_again { ru: "Отправить ещё раз", en: "Send again" }
    pp_sent_again { ru: "Уведомление отправляется ещё раз.", en: "The notification is being sent again." }
    pp_refund_list { ru: "Возвраты", en: "Refunds" }
    pp_refund_asked { ru: "Запрошен", en: "Asked" }
    pp_refund_sent { ru: "Отправлен", en: "Sent" }
    pp_refund_returned { ru: "Возвращён", en: "Returned" }
    pp_refund_failed { ru: "Не удался", en: "Failed" }

    ev_opened(order: &str) { ru: "Платёж открыт, заказ {order}", en: "The payment was opened, order {order}" }
    ev_replaced { ru: "Заказ изменился, и его заменил новый платёж", en: "The order changed, and a new payment replaced it" }
    ev_attempt(method: &str) { ru: "Покупатель выбрал способ: {method}", en: "The buyer chose a method: {method}" }
    ev_call { ru: "Запрос к платёжной системе сохранён перед отправкой", en: "The request to the provider was saved before sending" }
    ev_prompt { ru: "Покупателю показано, как заплатить", en: "The buyer was shown how to pay" }
    ev_lost { ru: "Ответ платёжной системы потерян, мы переспросим", en: "The provider's answer was lost, we will ask again" }
    ev_declined(why: &str) { ru: "Попытка отклонена: {why}", en: "The attempt was declined: {why}" }
    ev_abandoned { ru: "Попытка оставлена", en: "The attempt was given up" }
    ev_held(sum: &str) { ru: "Зарезервировано {sum}", en: "{sum} was held" }
    ev_received(sum: &str) { ru: "Платёжная система получила {sum}", en: "The provider received {sum}" }
    ev_stored(mask: &str) { ru: "Платёжная система сохранила способ оплаты: {mask}", en: "The provider keeps the payment method: {mask}" }
    ev_stored_ended { ru: "Сохранённым способом больше не заплатить", en: "The kept payment method cannot be charged any more" }
    pp_charged_by { ru: "Списано способом", en: "Charged by" }
    pp_charged_by_order(mask: &str, order: &str) { ru: "{mask}, сохранён при заказе {order}", en: "{mask}, kept with order {order}" }
    ev_paid(sum: &str) { ru: "Платёж оплачен: {sum}", en: "The payment was paid: {sum}" }
    ev_aside(sum: &str) { ru: "{sum} пришло сверх этой продажи и отложено", en: "{sum} came beyond this sale and was set aside" }
    ev_contradicts(sum: &str) { ru: "Сообщение о {sum} противоречит тому, что мы знаем; его проверит человек", en: "News about {sum} contradicts what we know; a person will check it" }
    ev_capture(sum: &str) { ru: "Запрошено списание {sum}", en: "Capturing {sum} was asked for" }
    ev_release { ru: "Резерв просят отпустить", en: "Releasing the hold was asked for" }
    ev_released { ru: "Резерв отпущен", en: "The hold was released" }
    ev_refused(why: &str) { ru: "Платёжная система отказала: {why}", en: "The provider refused: {why}" }
    ev_closing { ru: "Платёж закрывается", en: "The payment is closing" }
    ev_cancelled { ru: "Платёж отменён", en: "The payment was cancelled" }
    ev_expired { ru: "Время на оплату вышло", en: "The time to pay was over" }
    ev_settled(sum: &str) { ru: "{sum} стало доступно для вывода", en: "{sum} became available" }
    ev_refund(sum: &str) { ru: "Запрошен возврат {sum}", en: "A refund of {sum} was asked for" }
    ev_refunded(sum: &str) { ru: "Возвращено покупателю {sum}", en: "{sum} was returned to the buyer" }
    ev_refund_failed(why: &str) { ru: "Возврат не удался: {why}", en: "The refund failed: {why}" }
    ev_notice { ru: "Магазину нужно сообщить об оплате", en: "The shop is to be told of the payment" }
    ev_notice_ok { ru: "Магазин подтвердил уведомление", en: "The shop confirmed the notification" }
    ev_notice_no(why: &str) { ru: "Магазин не подтвердил уведомление: {why}", en: "The shop did not confirm the notification: {why}" }
    ev_notice_up { ru: "Магазин так и не подтвердил уведомление, попытки закончились", en: "The shop never confirmed the notification, the tries have ended" }
    ev_notice_again { ru: "Уведомление отправляют ещё раз", en: "The notification is sent again" }
    ev_part_sent(sum: &str) { ru: "Доля другого магазина ушла: {sum}", en: "Another shop's part left: {sum}" }
    ev_part_arrived(sum: &str) { ru: "Доля другого магазина дошла: {sum}", en: "Another shop's part arrived: {sum}" }
    ev_part_waits { ru: "Другой магазин пока не принимает свою долю, мы пробуем ещё", en: "The other shop takes nothing at present, it is tried again" }
    ev_part_returned(sum: &str) { ru: "Доля не принята в срок и вернулась: {sum}", en: "The part was not taken in time and came back: {sum}" }
    ev_part_received(sum: &str) { ru: "Получена доля из общего платежа: {sum}", en: "A part of a shared payment arrived: {sum}" }
    ev_resumed { ru: "Отложенная работа возобновлена", en: "Work that was set aside goes on" }
    ev_other(what: &str) { ru: "Записано событие: {what}", en: "An event was written down: {what}" }
}
