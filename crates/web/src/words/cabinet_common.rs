//! Texts of the cabinet's shell and of components that several of its pages use.

use super::words;

words! {
    cab_nav { ru: "Разделы", en: "Sections" }
    cab_overview { ru: "Обзор", en: "Overview" }
    cab_payments { ru: "Платежи", en: "Payments" }
    cab_balance { ru: "Баланс", en: "Balance" }
    cab_link { ru: "Ссылка на оплату", en: "Payment link" }
    cab_shops { ru: "Магазины", en: "Shops" }
    cab_notices { ru: "Уведомления", en: "Notifications" }
    cab_check { ru: "Проверка подписи", en: "Signature check" }
    cab_find { ru: "Найти платёж", en: "Find a payment" }
    cab_find_hint { ru: "Номер заказа, сумма или почта", en: "Order number, sum or e-mail" }
    cab_find_go { ru: "Найти", en: "Find" }
    cab_account { ru: "Вход выполнен", en: "Account" }
    cab_sign_out { ru: "Выйти", en: "Sign out" }
    cab_see_test { ru: "Показать тестовые платежи", en: "Show test payments" }
    cab_see_live { ru: "Показать настоящие платежи", en: "Show live payments" }
    cab_test_band { ru: "Тестовые платежи: настоящие деньги здесь не движутся", en: "Test payments: no real money moves here" }
    cab_busy { ru: "Отправляем…", en: "Sending…" }
    cab_back { ru: "Назад", en: "Back" }
    cab_cancel { ru: "Не делать этого", en: "Do nothing" }
    cab_errors { ru: "Проверьте то, что введено", en: "Check what you entered" }
    cab_older { ru: "Более старые", en: "Older" }
    cab_newer { ru: "Более новые", en: "Newer" }
    cab_pages { ru: "Страницы списка", en: "Pages of the list" }
    cab_missing_title { ru: "Здесь этого нет", en: "There is no such thing here" }
    cab_missing_text {
        ru: "Адрес набран с ошибкой или ведёт к тому, что вам не принадлежит.",
        en: "The address is mistyped, or leads to something that is not yours."
    }
    cab_stale_form { ru: "Страница открыта слишком давно. Проверьте данные и отправьте ещё раз.", en: "This page was open for too long. Check it and send it again." }
}
