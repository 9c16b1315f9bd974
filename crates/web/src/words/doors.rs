//! Texts of the pages that belong to no payment: refused requests, unknown addresses, and the way back.

use super::{Words, words};
use crate::checkout::notices::RefusedKind;

words! {
    refused_title { ru: "Магазин отправил запрос с ошибкой", en: "The shop sent a faulty request" }
    refused_text { ru: "Поэтому оплатить этот заказ сейчас нельзя.", en: "So this order cannot be paid at present." }
    refused_cure {
        ru: "Вернитесь в магазин и оформите оплату заново. Если ошибка повторится, сообщите магазину её номер.",
        en: "Return to the shop and start the payment again. If it happens again, give the shop the number of the error."
    }
    for_owner(number: &u16) { ru: "Ошибка {number}: для владельца магазина", en: "Error {number}: for the shop's owner" }
    parameter { ru: "Параметр:", en: "Parameter:" }
    refused_no_test { ru: "У магазина нет тестовых настроек.", en: "The shop has no test settings." }
    refused_inactive { ru: "Магазин не активирован.", en: "The shop is not activated." }
    refused_shop { ru: "Магазин с таким идентификатором не найден.", en: "There is no shop with this identifier." }
    refused_signature { ru: "Подпись запроса не совпала. Проверьте пароль, алгоритм и порядок полей.", en: "The request's signature does not match. Check the password, the algorithm and the order of the fields." }
    refused_parameter { ru: "Параметр счёта задан неверно.", en: "A parameter of the invoice is malformed." }
    refused_sum { ru: "Сумма не указана, равна нулю или записана неверно.", en: "The sum is missing, zero or malformed." }
    refused_over { ru: "Время на оплату этого счёта вышло.", en: "The time to pay this invoice is over." }
    refused_recurring { ru: "Повторные списания этому магазину недоступны.", en: "Repeated charges are not available to this shop." }
    refused_paid { ru: "Счёт с этим номером уже оплачен.", en: "The invoice with this number has already been paid." }
    refused_hold { ru: "Двухэтапная оплата этому магазину недоступна.", en: "Two-step payments are not available to this shop." }
    refused_offer { ru: "Запрос использует возможность, которой здесь нет.", en: "The request asks for a feature that does not exist here." }
    refused_rate { ru: "Для валюты цены не задан курс. Его задаёт команда openkassa rates set.", en: "There is no rate for the price's currency. The command openkassa rates set says one." }
    refused_start { ru: "Операцию не удалось начать.", en: "The operation could not be started." }

    missing_title { ru: "Такой страницы нет", en: "There is no such page" }
    missing_text { ru: "Адрес набран с ошибкой или больше не действует.", en: "The address is mistyped or no longer works." }
    missing_cure { ru: "Если вы хотели заплатить, откройте ссылку из магазина ещё раз.", en: "If you wanted to pay, open the shop's link again." }

    busy_title { ru: "Сейчас слишком много запросов", en: "Too many requests at present" }
    busy_text { ru: "Мы не успели принять ваш запрос, и по нему ничего не сделано.", en: "We could not take your request, and nothing was done about it." }
    busy_cure { ru: "Подождите несколько секунд и попробуйте ещё раз.", en: "Wait a few seconds and try again." }

    leave_title { ru: "Возвращаем вас в магазин", en: "Taking you back to the shop" }
    leave_text { ru: "Если ничего не происходит, нажмите кнопку.", en: "If nothing happens, press the button." }
    leave_unknown_title { ru: "Вы переходите на другой сайт", en: "You are leaving for another site" }
    leave_unknown_text {
        ru: "Магазин просит вернуть вас на адрес, который мы не проверяли. Переходите, только если узнаёте его:",
        en: "The shop asks to send you to an address that we have not verified. Go on only if you know it:"
    }
    leave_go(host: &str) { ru: "Перейти на {host}", en: "Go to {host}" }
    leave_busy { ru: "Переходим…", en: "Going…" }
}

impl Words {
    /// What a refusal means to the shop's owner.
    pub(crate) fn refused_kind(self, kind: &RefusedKind) -> &'static str {
        match kind {
            RefusedKind::NoTestSettings => self.refused_no_test(),
            RefusedKind::Inactive => self.refused_inactive(),
            RefusedKind::UnknownShop => self.refused_shop(),
            RefusedKind::Signature => self.refused_signature(),
            RefusedKind::Parameter => self.refused_parameter(),
            RefusedKind::Sum => self.refused_sum(),
            RefusedKind::Over => self.refused_over(),
            RefusedKind::Recurring => self.refused_recurring(),
            RefusedKind::AlreadyPaid => self.refused_paid(),
            RefusedKind::Hold => self.refused_hold(),
            RefusedKind::NotOffered => self.refused_offer(),
            RefusedKind::NoRate => self.refused_rate(),
            RefusedKind::NotStarted => self.refused_start(),
        }
    }
}
