//! Texts of the shops and their technical settings.

use super::words;

words! {
    sh_none_title { ru: "Магазинов пока нет", en: "No shops yet" }
    sh_none_text {
        ru: "Здесь появятся ваши магазины. Подключает их тот, кто управляет этой установкой.",
        en: "Your shops will appear here. Whoever runs this installation connects them."
    }
    sh_settings { ru: "Технические настройки", en: "Technical settings" }
    sh_state { ru: "Приём платежей", en: "Takes payments" }
    sh_active { ru: "Включён", en: "On" }
    sh_inactive { ru: "Выключен", en: "Off" }
    sh_off { ru: "Новые платежи магазин не принимает.", en: "The shop takes no new payments." }
    sh_no_address { ru: "не указан", en: "not set" }
    sh_methods_on(count: u64) {
        ru: [count; One: "{count} способ", Few: "{count} способа", Many: "{count} способов"],
        en: [count; One: "{count} method", Other: "{count} methods"]
    }

    sh_identity { ru: "Идентификатор и пароли", en: "Identifier and passwords" }
    sh_login { ru: "Идентификатор магазина", en: "Shop identifier" }
    sh_live { ru: "Боевой режим", en: "Live mode" }
    sh_test { ru: "Тестовый режим", en: "Test mode" }
    sh_version(version: &str) { ru: "пароли версии {version}", en: "passwords of version {version}" }
    sh_passwords_hint {
        ru: "Пароли показываются один раз, при создании. Потеряли – создайте новые.",
        en: "Passwords are shown once, when they are made. Lost them? Make new ones."
    }
    sh_rotate_live { ru: "Новые боевые пароли", en: "New live passwords" }
    sh_rotate_test { ru: "Новые тестовые пароли", en: "New test passwords" }

    sh_digest { ru: "Алгоритм подписи", en: "Signature digest" }
    sh_digest_hint {
        ru: "Тот же, что в настройках модуля магазина. Подпись другим алгоритмом не принимается.",
        en: "The same as in the settings of the shop's module. A signature with another one is not accepted."
    }
    sh_save_digests { ru: "Сохранить алгоритмы", en: "Save digests" }
    sh_saved_digests { ru: "Алгоритмы подписи сохранены.", en: "The digests are saved." }

    sh_addresses { ru: "Адреса магазина", en: "The shop's addresses" }
    sh_result { ru: "ResultURL", en: "ResultURL" }
    sh_success { ru: "SuccessURL", en: "SuccessURL" }
    sh_fail { ru: "FailURL", en: "FailURL" }
    sh_result_hint { ru: "Сюда мы сообщаем об оплате.", en: "Here we tell the shop of payments." }
    sh_success_hint { ru: "Сюда покупатель возвращается после оплаты.", en: "Here buyers return after paying." }
    sh_fail_hint { ru: "Сюда покупатель возвращается без оплаты.", en: "Here buyers return without paying." }
    sh_url { ru: "Адрес", en: "Address" }
    sh_verb { ru: "Метод", en: "Method of sending" }
    sh_url_wrong {
        ru: "Нужен полный адрес, который начинается с https:// или http://",
        en: "Enter a whole address that begins with https:// or http://"
    }
    sh_save_addresses { ru: "Сохранить адреса", en: "Save addresses" }
    sh_saved_addresses { ru: "Адреса сохранены.", en: "The addresses are saved." }

    sh_trials { ru: "Проверить сейчас", en: "Test now" }
    sh_trials_hint {
        ru: "Мы отправим на сохранённый адрес тестовое сообщение: IsTest=1, заказ 2147483647, подпись тестовыми паролями.",
        en: "We send a test message to the saved address: IsTest=1, order 2147483647, signed with the test passwords."
    }
    sh_try(name: &str) { ru: "Проверить {name}", en: "Test {name}" }
    sh_trials_busy {
        ru: "Сейчас проверяется слишком много адресов. Повторите через несколько секунд.",
        en: "Too many addresses are being tested now. Try again in a few seconds."
    }
    sh_trial_accepted { ru: "Магазин принял сообщение.", en: "The shop accepted the message." }
    sh_trial_refused(expected: &str) {
        ru: "Магазин не принял сообщение: ожидался ответ {expected}.",
        en: "The shop did not accept the message: the expected answer is {expected}."
    }
    sh_trial_page { ru: "Страница открывается.", en: "The page opens." }
    sh_trial_no_page { ru: "Страница не открывается.", en: "The page does not open." }
    sh_trial_silent(why: &str) { ru: "Магазин не ответил: {why}.", en: "The shop did not answer: {why}." }
    sh_trial_facts(status: &str, took: &str) { ru: "Ответ HTTP {status}, {took} мс.", en: "HTTP answer {status}, {took} ms." }
    sh_answer { ru: "Начало ответа", en: "Beginning of the answer" }

    sh_methods { ru: "Способы оплаты", en: "Payment methods" }
    sh_methods_hint { ru: "Что магазин предлагает покупателям", en: "What the shop offers to its buyers" }
    sh_no_methods { ru: "Оставьте хотя бы один способ оплаты: без них магазину нельзя заплатить.", en: "Leave one payment method at least: without any, nobody can pay the shop." }
    sh_save_methods { ru: "Сохранить способы", en: "Save methods" }
    sh_saved_methods { ru: "Способы оплаты сохранены.", en: "The payment methods are saved." }

    sh_fee { ru: "Комиссия", en: "Fee" }
    sh_bearer { ru: "Кто платит комиссию", en: "Who bears the fee" }
    sh_shop_bears { ru: "Магазин", en: "The shop" }
    sh_both_bear { ru: "Поровну", en: "Each one half" }
    sh_buyer_bears { ru: "Покупатель", en: "The buyer" }
    sh_share(percent: &str) { ru: "Покупатель платит {percent} %", en: "The buyer bears {percent}%" }
    sh_decimal { ru: ",", en: "." }
    sh_save_fee { ru: "Сохранить", en: "Save" }
    sh_saved_fee { ru: "Сохранено, кто платит комиссию.", en: "It is saved who bears the fee." }
    sh_meanwhile {
        ru: "Настройки только что изменил кто-то другой. Проверьте их и сохраните ещё раз.",
        en: "Somebody else has just changed the settings. Check them and save again."
    }

    pw_title { ru: "Новые пароли магазина", en: "New passwords of the shop" }
    pw_test_title { ru: "Новые тестовые пароли магазина", en: "New test passwords of the shop" }
    pw_text {
        ru: "Старые пароли перестанут действовать сразу: ссылки и запросы, подписанные ими, мы не примем. Подготовьтесь вписать новые в настройки магазина.",
        en: "The old passwords stop working at once: links and requests signed with them are not accepted. Be ready to enter the new ones in the shop's settings."
    }
    pw_promised {
        ru: "Уведомления, которые магазин ещё не принял, будут повторены с прежней подписью.",
        en: "Notifications that the shop has not accepted yet are repeated with their former signature."
    }
    pw_go { ru: "Сменить пароли", en: "Change passwords" }
    pw_told { ru: "Скопируйте пароли сейчас: больше они не появятся нигде.", en: "Copy the passwords now: they are not shown anywhere again." }
    pw_first { ru: "Пароль 1", en: "Password 1" }
    pw_second { ru: "Пароль 2", en: "Password 2" }
    pw_kept { ru: "Пароли скопированы", en: "I have copied them" }
    pw_once {
        ru: "Эти пароли уже сменили, показать их ещё раз нельзя. Если новых у вас нет, смените снова.",
        en: "These passwords were changed already and cannot be shown again. If you do not have the new ones, change them once more."
    }
}
