//! The words of the simulator's pages, Russian and English side by side.

use crate::language::Language;

use super::methods::Method;
use super::state::Status;

/// Everything the templates say that is not a name of something.
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) band: &'static str,
    pub(crate) shop: &'static str,
    pub(crate) choose_method: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) or_otherwise: &'static str,
    pub(crate) after: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) decline: &'static str,
    pub(crate) back: &'static str,
    pub(crate) to_shop: &'static str,
    pub(crate) confirm: &'static str,
    pub(crate) more: &'static str,
    pub(crate) all_payments: &'static str,
    pub(crate) empty: &'static str,
    pub(crate) newest_only: &'static str,
    pub(crate) refunded: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) phone_hint: &'static str,
    pub(crate) phone_empty: &'static str,
    pub(crate) no_method: &'static str,
    pub(crate) faults: &'static str,
    pub(crate) no_faults: &'static str,
    pub(crate) fault: &'static str,
    pub(crate) fault_on: &'static str,
    pub(crate) fault_on_hint: &'static str,
    pub(crate) fault_next: &'static str,
    pub(crate) fault_size: &'static str,
    pub(crate) fault_add: &'static str,
    pub(crate) fault_clear: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) nothing_hint: &'static str,
    pub(crate) other_language: &'static str,
}

const EN: Words = Words {
    title: "YooKassa simulator",
    band: "Simulator. No real money moves.",
    shop: "Shop",
    choose_method: "Payment method",
    pay: "Pay",
    or_otherwise: "Or let something else happen",
    after: "Pay after so many seconds",
    reason: "Reason for declining",
    decline: "Decline",
    back: "Return without paying",
    to_shop: "Return to the shop",
    confirm: "Confirm",
    more: "Other outcomes",
    all_payments: "All payments",
    empty: "Payments that are created through the API will appear here.",
    newest_only: "Only the newest payments are shown.",
    refunded: "refunded",
    phone: "The payer's phone",
    phone_hint: "Payments that are confirmed outside the browser wait here for the payer.",
    phone_empty: "Nothing waits for confirmation.",
    no_method: "Method not chosen yet",
    faults: "Faults",
    no_faults: "No faults are switched on.",
    fault: "What goes wrong",
    fault_on: "Where",
    fault_on_hint: "Faults of notices and refunds have one place only, whatever is chosen here.",
    fault_next: "How many times",
    fault_size: "Seconds, or number of copies",
    fault_add: "Switch on",
    fault_clear: "Switch all off",
    nothing: "There is no such page",
    nothing_hint: "The payment may belong to another run of the simulator, which remembers nothing after it ends.",
    other_language: "Русский",
};

const RU: Words = Words {
    title: "Симулятор ЮKassa",
    band: "Симулятор. Настоящие деньги не списываются.",
    shop: "Магазин",
    choose_method: "Способ оплаты",
    pay: "Оплатить",
    or_otherwise: "Или пусть случится другое",
    after: "Оплатить через столько секунд",
    reason: "Причина отказа",
    decline: "Отказать",
    back: "Вернуться без оплаты",
    to_shop: "Вернуться в магазин",
    confirm: "Подтвердить",
    more: "Другие исходы",
    all_payments: "Все платежи",
    empty: "Здесь появятся платежи, созданные через API.",
    newest_only: "Показаны только последние платежи.",
    refunded: "возвращено",
    phone: "Телефон плательщика",
    phone_hint: "Здесь ждут плательщика платежи, которые подтверждают не в браузере.",
    phone_empty: "Подтверждать нечего.",
    no_method: "Способ ещё не выбран",
    faults: "Сбои",
    no_faults: "Сбои выключены.",
    fault: "Что идёт не так",
    fault_on: "Где",
    fault_on_hint: "У сбоев уведомлений и возвратов место одно, что бы ни было выбрано здесь.",
    fault_next: "Сколько раз",
    fault_size: "Секунды или число копий",
    fault_add: "Включить",
    fault_clear: "Выключить все",
    nothing: "Такой страницы нет",
    nothing_hint: "Возможно, платёж создан при другом запуске: симулятор ничего не помнит после остановки.",
    other_language: "English",
};

/// The words of a language.
pub(crate) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Ru => &RU,
    }
}

fn one_of(language: Language, en: &'static str, ru: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Ru => ru,
    }
}

/// The state of a payment.
pub(crate) fn state(language: Language, status: Status) -> &'static str {
    match status {
        Status::Pending => one_of(language, "… waiting for the payer", "… ждёт плательщика"),
        Status::WaitingForCapture => one_of(language, "‖ held", "‖ удержан"),
        Status::Succeeded => one_of(language, "✓ paid", "✓ оплачен"),
        Status::Canceled => one_of(language, "✕ canceled", "✕ отменён"),
    }
}

/// The name of a method.
pub(crate) fn method(language: Language, method: Method) -> &'static str {
    match method {
        Method::BankCard => one_of(language, "Bank card", "Банковская карта"),
        Method::YooMoney => one_of(language, "YooMoney", "ЮMoney"),
        Method::Sbp => one_of(language, "SBP", "СБП"),
        Method::Sberbank => "SberPay",
        Method::TinkoffBank => "T‑Pay",
        Method::MobileBalance => one_of(language, "Mobile phone balance", "Баланс телефона"),
        Method::Cash => one_of(language, "Cash", "Наличные"),
    }
}

/// A reason of the protocol in words; one that is not in the list is shown as it is.
pub(crate) fn reason(language: Language, code: &str) -> String {
    let (en, ru) = match code {
        "insufficient_funds" => ("Not enough money", "Не хватает денег"),
        "3d_secure_failed" => ("3‑D Secure failed", "Не пройдена 3‑D Secure"),
        "card_expired" => ("The card has expired", "Срок карты истёк"),
        "invalid_card_number" => ("Wrong card number", "Неверный номер карты"),
        "invalid_csc" => ("Wrong security code", "Неверный код безопасности"),
        "call_issuer" => ("The bank asks to be called", "Банк просит позвонить"),
        "general_decline" => ("Declined without a reason", "Отказ без причины"),
        "issuer_unavailable" => ("The bank is not available", "Банк недоступен"),
        "fraud_suspected" => ("Fraud suspected", "Подозрение на мошенничество"),
        "payment_method_limit_exceeded" => ("A limit is reached", "Достигнут лимит"),
        "payment_method_restricted" => ("The method is blocked", "Способ заблокирован"),
        "country_forbidden" => ("The card's country is not accepted", "Страна карты не принимается"),
        "identification_required" => ("The wallet must be identified", "Кошелёк не идентифицирован"),
        "unsupported_mobile_operator" => ("The operator is not supported", "Оператор не поддерживается"),
        "rejected_by_timeout" => ("The other side took too long", "Истекло время ответа"),
        "internal_timeout" => ("Technical trouble at the provider", "Технический сбой у провайдера"),
        "expired_on_confirmation" => ("The payer took too long", "Плательщик не успел"),
        "expired_on_capture" => ("The shop took too long", "Магазин не успел"),
        "permission_revoked" => ("The payer withdrew the permission", "Плательщик отозвал разрешение"),
        "canceled_by_merchant" => ("Released by the shop", "Отменён магазином"),
        other => return other.to_owned(),
    };
    one_of(language, en, ru).to_owned()
}

/// The faults that the form offers.
pub(crate) fn faults(language: Language) -> [(&'static str, &'static str); 9] {
    [
        ("lost_answer", one_of(language, "Carried out, the answer is lost", "Выполнено, ответ потерян")),
        ("error_after", one_of(language, "Carried out, answered with 500", "Выполнено, ответ 500")),
        ("refused_before", one_of(language, "Not carried out, answered with 503", "Не выполнено, ответ 503")),
        ("slow", one_of(language, "Slow answer", "Медленный ответ")),
        ("refund_pending", one_of(language, "The refund takes a while", "Возврат идёт не сразу")),
        ("refund_canceled", one_of(language, "The refund is canceled", "Возврат отменён")),
        ("duplicate", one_of(language, "Notice: several copies", "Уведомление: несколько копий")),
        ("reordered", one_of(language, "Notice: overtaken by the next", "Уведомление: после следующего")),
        ("late", one_of(language, "Notice: late", "Уведомление: с опозданием")),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::course::DECLINE_REASONS;
    use super::*;

    #[test]
    fn every_offered_reason_has_words_in_both_languages() {
        for code in DECLINE_REASONS {
            assert_ne!(reason(Language::En, code), code);
            assert_ne!(reason(Language::Ru, code), reason(Language::En, code));
        }
    }
}
