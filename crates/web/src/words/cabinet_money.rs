//! Texts of the pages that move money, of the balance and of the overview.

use super::{Words, words};
use domain::ledger::{Account, Cause};

words! {
    cm_what { ru: "Платёж", en: "Payment" }
    cm_to_whom { ru: "Кому", en: "To whom" }
    cm_buyer { ru: "Покупателю, тем же способом", en: "To the buyer, the way the money came" }
    cm_buyer_by(method: &str) { ru: "Покупателю, тем же способом: {method}", en: "To the buyer, the way the money came: {method}" }
    cm_available_now { ru: "Доступно сейчас", en: "Available now" }
    cm_available_then { ru: "Останется доступно", en: "Available afterwards" }
    cm_pending_before_fee { ru: "Будет ожидать зачисления, до вычета комиссии", en: "Pending afterwards, before the fee" }
    cm_pending_then { ru: "Останется ожидать зачисления", en: "Pending afterwards" }
    cm_fee_back { ru: "Вернём комиссию", en: "Fee given back to you" }
    cm_fee_charged { ru: "Плата за возврат", en: "Fee for the refund" }

    rf_title { ru: "Вернуть деньги", en: "Refund" }
    rf_amount { ru: "Сколько вернуть", en: "How much to refund" }
    rf_amount_hint(left: &str) { ru: "Не больше {left}", en: "At most {left}" }
    rf_next { ru: "Далее", en: "Continue" }
    rf_confirm { ru: "Проверьте возврат", en: "Check the refund" }
    rf_go(sum: &str) { ru: "Вернуть {sum}", en: "Refund {sum}" }
    rf_done(sum: &str) { ru: "Возврат {sum} запрошен. Когда банк его подтвердит, это появится ниже.", en: "The refund of {sum} was asked for. When the bank confirms it, it appears below." }
    rf_too_much(left: &str) { ru: "Вернуть можно не больше {left}. Укажите меньшую сумму.", en: "At most {left} can be refunded. Enter a smaller sum." }
    rf_short(missing: &str) { ru: "На балансе не хватает {missing}. Дождитесь новых продаж или верните меньше.", en: "The balance lacks {missing}. Wait for new sales, or refund less." }
    rf_unread(example: &str) { ru: "Сумма не прочитана. Введите её цифрами, например {example}.", en: "The sum could not be read. Enter it in figures, such as {example}." }
    rf_now_impossible { ru: "С платежом уже произошло другое: сейчас этого сделать нельзя.", en: "Something else has happened to the payment: this is not possible now." }
    rf_change { ru: "Изменить сумму", en: "Change the sum" }

    cp_title { ru: "Списать зарезервированное", en: "Capture the hold" }
    cp_amount { ru: "Сколько списать", en: "How much to capture" }
    cp_hint(held: &str) { ru: "Зарезервировано {held}. Остаток вернётся покупателю.", en: "{held} is held. The rest goes back to the buyer." }
    cp_confirm { ru: "Проверьте списание", en: "Check the capture" }
    cp_go(sum: &str) { ru: "Списать {sum}", en: "Capture {sum}" }
    cp_from { ru: "От кого", en: "From whom" }
    cp_from_buyer { ru: "От покупателя, из резерва", en: "From the buyer, out of the hold" }
    cp_rest { ru: "Вернётся покупателю", en: "Goes back to the buyer" }
    cp_receipt {
        ru: "К этому заказу приложен чек. Списать часть может только магазин, прислав чек на эту часть; здесь можно списать всё или отпустить.",
        en: "This order has a receipt. Only the shop can capture a part, with a receipt of that part; here all of it can be captured, or released."
    }
    cp_done(sum: &str) { ru: "Списание {sum} запрошено.", en: "Capturing {sum} was asked for." }
    cp_too_much(held: &str) { ru: "Списать можно не больше {held}. Укажите меньшую сумму.", en: "At most {held} can be captured. Enter a smaller sum." }

    rl_title { ru: "Отпустить резерв", en: "Release the hold" }
    rl_text { ru: "Покупатель снова сможет распоряжаться деньгами, а списать их по этому платежу будет уже нельзя.", en: "The buyer can use the money again, and it can no longer be captured for this payment." }
    rl_go(sum: &str) { ru: "Отпустить {sum}", en: "Release {sum}" }
    rl_done { ru: "Резерв отпускается.", en: "The hold is being released." }
    rl_unchanged { ru: "Баланс не изменится", en: "Your balance does not change" }

    ba_title { ru: "Баланс", en: "Balance" }
    ba_available { ru: "Доступно", en: "Available" }
    ba_available_hint { ru: "Можно вывести или вернуть покупателям", en: "Can be paid out or refunded" }
    ba_pending { ru: "Ожидает зачисления", en: "Pending" }
    ba_pending_hint { ru: "Станет доступно, когда пройдёт срок расчётов", en: "Becomes available when the settlement delay is over" }
    ba_transit { ru: "Возвращается покупателям", en: "On its way back to buyers" }
    ba_payouts { ru: "Выплачивается", en: "Being paid out" }
    ba_payouts_hint { ru: "Выплата запрошена, получатель её ещё не получил", en: "Asked for, and not yet with whoever gets it" }
    ba_transit_hint { ru: "Возврат запрошен, банк его ещё не подтвердил", en: "Asked for, and not confirmed by the bank yet" }
    ba_reserved { ru: "Зарезервировано у покупателей", en: "Held at buyers" }
    ba_reserved_hint { ru: "Ещё не ваше: спишите или отпустите", en: "Not yours yet: capture or release it" }
    ba_owes { ru: "Вы должны", en: "You owe" }
    ba_owes_hint { ru: "Погасится из следующих поступлений", en: "Paid from what comes in next" }
    ba_moment { ru: "На какой момент", en: "As of" }
    ba_show { ru: "Показать", en: "Show" }
    ba_now { ru: "Сейчас", en: "Now" }
    ba_unread { ru: "Момент не прочитан, показано текущее состояние.", en: "The moment could not be read; this is the present state." }
    ba_lines(account: &str) { ru: "Движения: {account}", en: "Movements: {account}" }
    ba_entry { ru: "Запись", en: "Entry" }
    ba_why { ru: "За что", en: "Why" }
    ba_change { ru: "Изменение", en: "Change" }
    ba_after { ru: "Стало", en: "Balance" }
    ba_empty_title { ru: "Движений ещё нет", en: "No movements yet" }
    ba_empty_text { ru: "Здесь появится каждое поступление и списание этого счёта.", en: "Every movement in and out of this account appears here." }
    ba_as_of(moment: &str) { ru: "Так было {moment}.", en: "This is how it was on {moment}." }

    lc_sale { ru: "Продажа", en: "Sale" }
    lc_aside { ru: "Отложено", en: "Set aside" }
    lc_settled { ru: "Срок расчётов прошёл", en: "Settlement delay over" }
    lc_refund { ru: "Возврат запрошен", en: "Refund asked for" }
    lc_returned { ru: "Возврат подтверждён", en: "Refund confirmed" }
    lc_refund_failed { ru: "Возврат не удался", en: "Refund failed" }
    lc_move_sent { ru: "Доля другого магазина ушла", en: "Another shop's part left" }
    lc_move_returned { ru: "Доля вернулась", en: "The part came back" }
    lc_payout { ru: "Выплата запрошена", en: "A payout was asked for" }
    lc_payout_settled { ru: "Выплата ушла", en: "A payout has left" }
    lc_payout_bounced { ru: "Выплата не прошла", en: "A payout came back" }
    ln_payout_named(number: &str) { ru: "Выплата {number}", en: "Payout {number}" }
    lc_part { ru: "Доля из общего платежа", en: "A part of a shared payment" }
    la_between { ru: "в пути между продавцами", en: "between two sellers" }
    la_provider { ru: "платёжная система", en: "the provider" }
    la_pending { ru: "ожидает зачисления", en: "pending" }
    la_available { ru: "доступно", en: "available" }
    la_owes { ru: "ваш долг", en: "what you owe" }
    la_payouts { ru: "выплачивается", en: "being paid out" }
    la_transit { ru: "возвращается покупателям", en: "on its way back" }
    la_credit { ru: "зачтено покупателю", en: "the buyer's credit" }
    la_unclaimed { ru: "лишние деньги", en: "unclaimed money" }
    la_fees { ru: "комиссия", en: "the fee" }
    la_fees_paid { ru: "расходы площадки", en: "the platform's costs" }
    la_suspense { ru: "разбирается человеком", en: "being looked into" }
    la_move(from: &str, to: &str) { ru: "{from} → {to}", en: "{from} → {to}" }

    ov_title { ru: "Обзор", en: "Overview" }
    ov_needs { ru: "Что требует внимания", en: "What needs you" }
    ov_calm { ru: "Ничего не требует внимания.", en: "Nothing needs you." }
    ov_last { ru: "Последние платежи", en: "Last payments" }
    ov_all { ru: "Все платежи", en: "All payments" }
    ov_notices(n: u64) {
        ru: [n; One: "Магазин не подтвердил {n} уведомление", Few: "Магазин не подтвердил {n} уведомления", Many: "Магазин не подтвердил {n} уведомлений"],
        en: [n; One: "The shop did not confirm {n} notification", Other: "The shop did not confirm {n} notifications"]
    }
    ov_notices_hint { ru: "Он может не знать об оплате", en: "It may not know that it was paid" }
    ov_holds(n: u64) {
        ru: [n; One: "Скоро истечёт {n} резерв", Few: "Скоро истекут {n} резерва", Many: "Скоро истекут {n} резервов"],
        en: [n; One: "{n} hold ends soon", Other: "{n} holds end soon"]
    }
    ov_holds_hint(sum: &str) { ru: "Спишите или отпустите {sum}", en: "Capture or release {sum}" }
    ov_stray(order: &str) { ru: "Лишние деньги, заказ {order}", en: "Unclaimed money, order {order}" }
    ov_stray_hint(sum: &str) { ru: "{sum} нужно вернуть", en: "{sum} is to be returned" }
    ov_silent(shop: &str) { ru: "Магазин «{shop}» молчит", en: "The shop “{shop}” is silent" }
    ov_silent_hint(moment: &str) { ru: "Последний платёж открыт {moment}", en: "Its last payment was opened on {moment}" }

    ln_title { ru: "Ссылка на оплату", en: "Payment link" }
    ln_text { ru: "Отправьте ссылку покупателю или покажите код. Платёж появится в списке сразу.", en: "Send the link to the buyer, or show the code. The payment appears in the list at once." }
    ln_shop { ru: "Магазин", en: "Shop" }
    ln_amount { ru: "Сумма", en: "Sum" }
    ln_amount_hint(example: &str) { ru: "Например {example}", en: "Such as {example}" }
    ln_description { ru: "За что", en: "What for" }
    ln_description_hint { ru: "Это увидит покупатель", en: "The buyer sees this" }
    ln_email { ru: "Почта покупателя", en: "Buyer's e-mail" }
    ln_email_hint { ru: "Можно не указывать", en: "You may leave this empty" }
    ln_until { ru: "Оплатить до", en: "Pay until" }
    ln_until_hint { ru: "Если не указать, действует срок магазина", en: "If left empty, the shop's own time applies" }
    ln_make { ru: "Сделать ссылку", en: "Make the link" }
    ln_description_error { ru: "Напишите, за что платят: до 250 знаков.", en: "Say what is paid for, in up to 250 characters." }
    ln_email_error { ru: "Адрес почты не прочитан. Он выглядит так: имя@пример.рф.", en: "The e-mail address could not be read. It looks like name@example.com." }
    ln_until_error { ru: "Срок не прочитан или уже прошёл. Укажите более поздний.", en: "The time could not be read or has passed. Name a later one." }
    ln_shop_error { ru: "Этот магазин выключен. Выберите другой.", en: "This shop is switched off. Choose another." }
    ln_ready { ru: "Ссылка готова", en: "The link is ready" }
    ln_address { ru: "Адрес для покупателя", en: "Address for the buyer" }
    ln_scan { ru: "Или пусть покупатель наведёт камеру телефона.", en: "Or let the buyer point a phone's camera here." }
    ln_to_payment { ru: "Открыть платёж", en: "Open the payment" }
    ln_another { ru: "Сделать ещё одну", en: "Make another" }
    ln_no_shops { ru: "Сначала подключите магазин: ссылка делается от его имени.", en: "Connect a shop first: a link is made in its name." }
}

impl Words {
    /// An account's name inside a sentence.
    pub(crate) fn account_in_line(self, account: Account) -> &'static str {
        match account {
            Account::Provider(_) => self.la_provider(),
            Account::Pending => self.la_pending(),
            Account::Available => self.la_available(),
            Account::SellerOwes => self.la_owes(),
            Account::RefundsInTransit => self.la_transit(),
            Account::PayoutsInTransit => self.la_payouts(),
            Account::PayerCredit(_) => self.la_credit(),
            Account::Unclaimed(_) => self.la_unclaimed(),
            Account::InTransit(_) => self.la_between(),
            Account::FeesEarned => self.la_fees(),
            Account::FeesPaid => self.la_fees_paid(),
            Account::Suspense(_) => self.la_suspense(),
        }
    }

    /// Why an entry was written.
    pub(crate) fn cause(self, cause: Cause) -> &'static str {
        match cause {
            Cause::Sale(_) => self.lc_sale(),
            Cause::SetAside(_) => self.lc_aside(),
            Cause::Settled(_) => self.lc_settled(),
            Cause::RefundAsked(_) => self.lc_refund(),
            Cause::RefundReturned(_) => self.lc_returned(),
            Cause::RefundFailed(_) => self.lc_refund_failed(),
            Cause::MoveSent(_) => self.lc_move_sent(),
            Cause::MoveReturned(_) => self.lc_move_returned(),
            Cause::PartReceived(_) => self.lc_part(),
            Cause::PayoutAsked(_) => self.lc_payout(),
            Cause::PayoutSettled(_) => self.lc_payout_settled(),
            Cause::PayoutBounced(_) => self.lc_payout_bounced(),
        }
    }
}
