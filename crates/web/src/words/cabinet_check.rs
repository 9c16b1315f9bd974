//! Texts of the signature check.

use super::words;

words! {
    ck_text { ru: "Адрес или тело запроса", en: "Address or body of a request" }
    ck_text_hint {
        ru: "Целиком, как его отправил магазин или получил от нас: ссылка на оплату, форма, строки имя=значение или JSON.",
        en: "The whole of it, as the shop sent it or got it from us: a payment link, a form, lines of name=value, or JSON."
    }
    ck_go { ru: "Проверить подпись", en: "Check the signature" }
    ck_nothing { ru: "Здесь нет ни одного параметра. Вставьте адрес с параметрами или тело запроса.", en: "There is no parameter in this. Paste an address with its parameters, or the body of a request." }
    ck_strange { ru: "В запросе назван магазин, которого у вас нет.", en: "The request names a shop that you do not have." }
    ck_which { ru: "В запросе не назван магазин. Выберите его.", en: "The request names no shop. Choose one." }
    ck_no_shops { ru: "У вас пока нет магазина, настройками которого можно проверить подпись.", en: "You have no shop yet whose settings could check a signature." }
    ck_busy { ru: "Сейчас проверяется слишком много подписей. Повторите через несколько секунд.", en: "Too many signatures are being checked now. Try again in a few seconds." }
    ck_found { ru: "Что получилось", en: "What came of it" }
    ck_right { ru: "Подпись верна.", en: "The signature is right." }
    ck_accepted { ru: "Подпись принята, хотя строка отличается от описанной в документации.", en: "The signature is accepted although its text differs from the documented one." }
    ck_wrong { ru: "Подпись неверна.", en: "The signature is wrong." }
    ck_unexplained {
        ru: "Подпись неверна, и ни одна известная ошибка её не объясняет. Сравните строку ниже с той, которую собирает магазин.",
        en: "The signature is wrong, and no known mistake explains it. Compare the text below with the one that the shop puts together."
    }
    ck_unsigned { ru: "Такие запросы не подписываются.", en: "Requests of this kind are not signed." }
    ck_refused(number: u32) { ru: "Наш ответ на такой запрос – ошибка {number}.", en: "Our answer to such a request is error {number}." }
    ck_shop { ru: "Магазин", en: "Shop" }
    ck_digest { ru: "Алгоритм магазина", en: "The shop's digest" }
    ck_password { ru: "Пароль в строке", en: "Password in the text" }
    ck_live_first { ru: "пароль 1", en: "password 1" }
    ck_live_second { ru: "пароль 2", en: "password 2" }
    ck_test_first { ru: "тестовый пароль 1", en: "test password 1" }
    ck_test_second { ru: "тестовый пароль 2", en: "test password 2" }
    ck_received { ru: "Подпись в запросе", en: "Signature in the request" }
    ck_right_signature { ru: "Верная подпись", en: "The right signature" }
    ck_expected { ru: "Строка, которую нужно подписать", en: "The text to be hashed" }
    ck_signed { ru: "Строка, которая была подписана", en: "The text that was hashed" }
    ck_parameters { ru: "Параметры запроса", en: "Parameters of the request" }
    ck_name { ru: "Имя", en: "Name" }
    ck_value { ru: "Значение", en: "Value" }
    ck_in_signature { ru: "В подписи", en: "Signed" }
    ck_yes { ru: "да", en: "yes" }
    ck_no { ru: "нет", en: "no" }
}
