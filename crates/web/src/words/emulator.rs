//! Texts of the emulator's page. States keep the words that programs read.

use super::{Words, words};
use engine::emulation::outcomes::Wanted;

words! {
    emulator_title { ru: "Эмулятор Robokassa", en: "Robokassa emulator" }
    emulator_text {
        ru: "Укажите магазину этот адрес вместо адреса Robokassa. Логин может быть любым; настоящие деньги здесь не движутся.",
        en: "Give your shop this address instead of Robokassa's. Any login will do; no real money moves here."
    }
    emulator_title_interkassa { ru: "Эмулятор Interkassa", en: "Interkassa emulator" }
    emulator_text_interkassa {
        ru: "Укажите магазину этот адрес вместо адресов Interkassa: SCI по корню и по /sci, API по /v1. Касса может быть любой; настоящие деньги здесь не движутся.",
        en: "Give your shop this address instead of Interkassa's: SCI at the root and at /sci, the API at /v1. Any checkout will do; no real money moves here."
    }
    emulator_keys { ru: "Ключи, если не заданы другие:", en: "The keys, unless others were named:" }
    emulator_passwords { ru: "Пароли, если не заданы другие:", en: "The passwords, unless others were named:" }
    emulator_strict {
        ru: "Строгий режим: отказы такие же, как у настоящего сервиса.",
        en: "Strict: what the live service is known to refuse is refused."
    }
    emulator_reload { ru: "Обновить", en: "Reload" }
    emulator_payments { ru: "Платежи", en: "Payments" }
    emulator_no_payments {
        ru: "Платежей ещё нет. Отправьте покупателя из своего магазина на страницу оплаты.",
        en: "There are no payments yet. Send a buyer from your shop to the payment page."
    }
    emulator_notice { ru: "Уведомление:", en: "Notice:" }
    emulator_tries(tries: &u32) { ru: "попыток: {tries}, последний ответ:", en: "sent: {tries}, last answer:" }
    emulator_page { ru: "Страница покупателя", en: "The buyer's page" }
    emulator_outcome(number: &str, login: &str) { ru: "Исход платежа № {number} магазина {login}", en: "The outcome of payment {number} of {login}" }
    emulator_messages { ru: "Запросы и ответы", en: "Requests and answers" }
    emulator_no_messages { ru: "Запросов ещё не было.", en: "Nobody has asked anything yet." }
    emulator_no_method {
        ru: "Этот платёж не принимает ни один способ.",
        en: "No method takes this payment."
    }
    emulator_again { ru: "Не получилось. Повторите через минуту.", en: "That did not work. Try again in a moment." }
    emulator_ended { ru: "Этот платёж больше не ждёт исхода.", en: "This payment waits for no outcome any more." }

    wanted_paid { ru: "Оплачен", en: "Paid" }
    wanted_refused { ru: "Отказ", en: "Refused" }
    wanted_expired { ru: "Просрочен", en: "Expired" }
    wanted_paid_late { ru: "Оплачен поздно", en: "Paid late" }
    wanted_notified_twice { ru: "Уведомить дважды", en: "Notify twice" }
    wanted_bad_signature { ru: "Неверная подпись", en: "Bad signature" }
    wanted_no_answer { ru: "Без ответа", en: "No answer" }

    wanted_paid_hint {
        ru: "Деньги приходят; если магазин просил холд, они удерживаются.",
        en: "The money comes; where the shop asked for a hold, it is held."
    }
    wanted_refused_hint {
        ru: "Банк отказывает, покупатель больше не пробует: платёж отменён.",
        en: "The bank refuses and the buyer gives up: the payment is cancelled."
    }
    wanted_expired_hint { ru: "Время платежа вышло, денег нет.", en: "The payment's time is over, and no money came." }
    wanted_paid_late_hint { ru: "Время платежа вышло, потом пришли деньги.", en: "The payment's time is over, then the money comes." }
    wanted_notified_twice_hint {
        ru: "Оплачен; уведомление придёт ещё раз, хотя магазин его принял.",
        en: "Paid; the notice is sent once more although the shop accepted it."
    }
    wanted_bad_signature_hint {
        ru: "Оплачен; первое уведомление подписано неверно, повторы верны.",
        en: "Paid; the first notice is signed wrong, its repeats are right."
    }
    wanted_no_answer_hint {
        ru: "Банк молчит до конца времени платежа.",
        en: "The bank says nothing until the payment's time is over."
    }
}

impl Words {
    /// An outcome's name.
    pub(crate) fn emulator_wanted(self, wanted: &Wanted) -> &'static str {
        match wanted {
            Wanted::Paid => self.wanted_paid(),
            Wanted::Refused => self.wanted_refused(),
            Wanted::Expired => self.wanted_expired(),
            Wanted::PaidLate => self.wanted_paid_late(),
            Wanted::NotifiedTwice => self.wanted_notified_twice(),
            Wanted::BadSignature => self.wanted_bad_signature(),
            Wanted::NoAnswer => self.wanted_no_answer(),
        }
    }

    /// What an outcome does.
    pub(crate) fn emulator_hint(self, wanted: &Wanted) -> &'static str {
        match wanted {
            Wanted::Paid => self.wanted_paid_hint(),
            Wanted::Refused => self.wanted_refused_hint(),
            Wanted::Expired => self.wanted_expired_hint(),
            Wanted::PaidLate => self.wanted_paid_late_hint(),
            Wanted::NotifiedTwice => self.wanted_notified_twice_hint(),
            Wanted::BadSignature => self.wanted_bad_signature_hint(),
            Wanted::NoAnswer => self.wanted_no_answer_hint(),
        }
    }
}
