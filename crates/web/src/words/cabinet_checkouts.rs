//! Texts of what a shop sets that is a checkout of Interkassa's protocols.

use super::words;

words! {
    co_identity { ru: "Идентификаторы и ключи", en: "Identifiers and keys" }
    co_id { ru: "Идентификатор кассы, ik_co_id", en: "Checkout identifier, ik_co_id" }
    co_first_id { ru: "Идентификатор магазина в первой версии протокола, ik_shop_id", en: "Shop identifier in the first version of the protocol, ik_shop_id" }
    co_account { ru: "Бизнес-аккаунт, Ik-Api-Account-Id", en: "Business account, Ik-Api-Account-Id" }
    co_user { ru: "Пользователь API", en: "User of the API" }
    co_currencies { ru: "Валюты", en: "Currencies" }
    co_keys { ru: "Секретный и тестовый ключи", en: "Sign key and test key" }
    co_version(version: &str) { ru: "версия {version}", en: "version {version}" }
    co_keys_hint {
        ru: "Ключи показываются один раз, при создании. Потеряли – создайте новые.",
        en: "Keys are shown once, when they are made. Lost them? Make new ones."
    }
    co_rotate { ru: "Новые ключи", en: "New keys" }
    co_interaction { ru: "Interaction URL", en: "Interaction URL" }
    co_success { ru: "Success URL", en: "Success URL" }
    co_pending { ru: "Pending URL", en: "Pending URL" }
    co_fail { ru: "Fail URL", en: "Fail URL" }
    co_pending_hint { ru: "Сюда покупатель возвращается, пока оплата не завершена.", en: "Here buyers return while nothing is decided." }
    co_rules { ru: "Правила кассы", en: "Rules of the checkout" }
    co_flags { ru: "Запросы и уведомления", en: "Requests and notices" }
    co_must_sign { ru: "Не принимать запросы без подписи", en: "Refuse requests without a signature" }
    co_unique { ru: "Номер заказа ведёт к одной оплате", en: "An order's number leads to one payment" }
    co_ended { ru: "Сообщать и об отменённых и просроченных платежах", en: "Tell of cancelled and expired payments too" }
    co_replaceable { ru: "Что запрос может заменить", en: "What a request may replace" }
    co_lifetime { ru: "Срок жизни платежа", en: "How long a payment lives" }
    co_status { ru: "Код ответа", en: "Status of the answer" }
    co_status_hint { ru: "Уведомление доставлено, если магазин ответил этим кодом HTTP. Обычно 200.", en: "A notice is delivered when the shop answers with this HTTP status. Usually 200." }
    co_status_error { ru: "Введите код HTTP от 100 до 599.", en: "Enter an HTTP status from 100 to 599." }
    co_text { ru: "Текст ответа", en: "Text of the answer" }
    co_text_hint { ru: "И этим текстом целиком. Оставьте пустым, если подходит любой.", en: "And with exactly this text. Leave it empty if any will do." }
    co_text_error { ru: "Текст не длиннее 255 байтов.", en: "Enter at most 255 bytes." }
    co_save { ru: "Сохранить правила", en: "Save rules" }
    co_saved { ru: "Правила кассы сохранены.", en: "The rules of the checkout are saved." }
    co_forms { ru: "Готовые формы", en: "Prepared forms" }
    co_new_keys { ru: "Новые ключи кассы", en: "New keys of the checkout" }
    co_keys_text {
        ru: "Старые ключи перестанут действовать сразу: запросы, подписанные ими, мы не примем. Подготовьтесь вписать новые в настройки магазина.",
        en: "The old keys stop working at once: requests signed with them are not accepted. Be ready to enter the new ones in the shop's settings."
    }
    co_keys_go { ru: "Сменить ключи", en: "Change keys" }
    co_keys_told { ru: "Скопируйте ключи сейчас: больше они не появятся нигде.", en: "Copy the keys now: they are not shown anywhere again." }
    co_sign_key { ru: "Секретный ключ", en: "Sign key" }
    co_test_key { ru: "Тестовый ключ", en: "Test key" }
    co_keys_kept { ru: "Ключи скопированы", en: "I have copied them" }
    co_keys_once {
        ru: "Эти ключи уже сменили, показать их ещё раз нельзя. Если новых у вас нет, смените снова.",
        en: "These keys were changed already and cannot be shown again. If you do not have the new ones, change them once more."
    }
}
