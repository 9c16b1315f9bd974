//! Texts of paying: the list of methods, their forms, and what is shown while the buyer confirms.

use domain::methods::{Group, Method};

use super::{Words, words};
use crate::checkout::views::FieldError;

words! {
    choose_title { ru: "Как вам удобнее заплатить?", en: "How would you like to pay?" }
    earlier_still_payable {
        ru: "Начатый раньше платёж отменить не удалось, и его ещё можно оплатить. Оплатите только один: второй мы вернём, но на это нужно время.",
        en: "The payment you started before could not be cancelled and can still be paid. Pay only one of them: we will return the other, but that takes time."
    }
    started_elsewhere {
        ru: "Этот заказ уже начали оплачивать в другом браузере. Если там всё подтверждено, платить здесь не нужно.",
        en: "Someone has started to pay for this order in another browser. If it was confirmed there, do not pay here."
    }
    search_label { ru: "Найти способ оплаты", en: "Find a payment method" }
    search_button { ru: "Найти", en: "Find" }
    nothing_found { ru: "Ничего не нашлось.", en: "Nothing found." }
    all_methods { ru: "Показать все способы", en: "Show all methods" }
    none_fits {
        ru: "Для этого заказа сейчас нет подходящего способа оплаты. Вернитесь в магазин, чтобы договориться об оплате иначе.",
        en: "No payment method fits this order at present. Return to the shop to arrange another way of paying."
    }
    fee_included(price: &str) { ru: "{price} вместе с комиссией", en: "{price}, fee included" }
    names_and_more(names: &str, n: u64) {
        ru: [n; One: "{names} и ещё {n} способ", Few: "{names} и ещё {n} способа", Many: "{names} и ещё {n} способов"],
        en: [n; One: "{names} and {n} more", Other: "{names} and {n} more"]
    }

    bank_card { ru: "Банковская карта", en: "Bank card" }
    yoomoney { ru: "ЮMoney", en: "YooMoney" }
    sbp { ru: "СБП", en: "SBP (bank app)" }
    sberpay { ru: "SberPay", en: "SberPay" }
    tpay { ru: "T-Pay", en: "T-Pay" }
    mobile_balance { ru: "Баланс телефона", en: "Phone balance" }
    cash { ru: "Наличные", en: "Cash" }

    group_cards { ru: "Карты", en: "Cards" }
    group_bank_apps { ru: "Приложения банков", en: "Bank apps" }
    group_wallets { ru: "Кошельки", en: "Wallets" }
    group_mobile { ru: "Счёт телефона", en: "Phone account" }
    group_cash { ru: "Наличными", en: "In cash" }

    hint_provider_page {
        ru: "Данные вы введёте на защищённой странице платёжного сервиса.",
        en: "You will enter the details on the payment service's secure page."
    }
    hint_bank_app { ru: "Оплату вы подтвердите в приложении банка.", en: "You will confirm the payment in your bank's app." }
    hint_mobile_balance {
        ru: "Оператор пришлёт сообщение, и оплату нужно будет подтвердить ответом.",
        en: "Your operator will send a message, and you confirm the payment by answering it."
    }
    hint_cash {
        ru: "Вы получите код и заплатите по нему в терминале или в салоне связи.",
        en: "You will get a code to pay with at a terminal or a phone shop."
    }

    error_summary { ru: "Проверьте данные:", en: "Check the details:" }
    phone_label { ru: "Телефон", en: "Phone" }
    phone_hint { ru: "Номер, с баланса которого вы платите, например +7 912 345-67-89", en: "The number whose balance pays, for example +7 912 345-67-89" }
    phone_empty { ru: "Введите номер телефона", en: "Enter a phone number" }
    phone_malformed { ru: "Введите номер целиком: +7 и десять цифр", en: "Enter the whole number: +7 and ten digits" }
    email_label { ru: "Электронная почта", en: "E-mail" }
    email_hint { ru: "Сюда придёт подтверждение оплаты", en: "The confirmation of payment goes here" }
    email_empty { ru: "Введите адрес электронной почты", en: "Enter an e-mail address" }
    email_malformed { ru: "Введите адрес вида имя@пример.рф", en: "Enter an address like name@example.com" }
    which_card { ru: "Какой картой заплатить", en: "Which card to pay by" }
    another_card { ru: "Другой картой", en: "Another card" }
    order_sum { ru: "Сумма заказа", en: "Order" }
    fee { ru: "Комиссия", en: "Fee" }
    pay(total: &str) { ru: "Заплатить {total}", en: "Pay {total}" }
    pay_busy { ru: "Начинаем оплату…", en: "Starting the payment…" }

    starting_title { ru: "Готовим оплату", en: "Getting the payment ready" }
    starting_text {
        ru: "Ждём ответа платёжного сервиса. Обычно это занимает несколько секунд, страница обновится сама.",
        en: "We are waiting for the payment service. It usually takes a few seconds, and this page notices by itself."
    }
    waiting_title { ru: "Ждём вашей оплаты", en: "Waiting for your payment" }
    prompt_until(time: &str) { ru: "Заплатить так можно до {time}.", en: "You can pay this way until {time}." }
    redirect_text(provider: &str) {
        ru: "Оплата продолжается на странице «{provider}». Когда закончите, вы вернётесь сюда.",
        en: "The payment continues at {provider}. When you finish there, you will come back here."
    }
    go_to(provider: &str) { ru: "Перейти на страницу «{provider}»", en: "Go to {provider}" }
    open_app_text { ru: "Подтвердите оплату в приложении вашего банка.", en: "Confirm the payment in your bank's app." }
    open_app { ru: "Открыть приложение банка", en: "Open bank app" }
    open_here { ru: "Открыть эту ссылку здесь", en: "Open this link here" }
    show_code { ru: "Показать QR-код", en: "Show the QR code" }
    code_picture { ru: "QR-код для оплаты. Та же ссылка — текстом ниже.", en: "QR code for paying. The same link is written below." }
    code_link { ru: "Ссылка из QR-кода", en: "The link in the QR code" }
    scan_text { ru: "Отсканируйте код приложением банка", en: "Scan with your bank's app" }
    scan_step_open { ru: "Откройте приложение банка или камеру телефона.", en: "Open your bank's app or your phone's camera." }
    scan_step_point { ru: "Наведите её на код.", en: "Point it at the code." }
    scan_step_confirm { ru: "Проверьте сумму и подтвердите оплату.", en: "Check the sum and confirm." }
    confirm_in_app { ru: "Банк отправил вам запрос. Подтвердите оплату в его приложении.", en: "Your bank has sent you a request. Confirm the payment in its app." }
    confirm_by_message {
        ru: "Оператор отправил сообщение на ваш номер. Ответьте на него, чтобы подтвердить оплату.",
        en: "Your operator has sent a message to your number. Answer it to confirm the payment."
    }
    change_phone { ru: "Изменить номер", en: "Change number" }
}

impl Words {
    /// A method's name.
    pub(crate) fn method(self, method: &Method) -> &'static str {
        match method {
            Method::BankCard => self.bank_card(),
            Method::YooMoney => self.yoomoney(),
            Method::Sbp => self.sbp(),
            Method::SberPay => self.sberpay(),
            Method::TPay => self.tpay(),
            Method::MobileBalance => self.mobile_balance(),
            Method::Cash => self.cash(),
        }
    }

    /// A group's name.
    pub(crate) fn group(self, group: &Group) -> &'static str {
        match group {
            Group::Cards => self.group_cards(),
            Group::BankApps => self.group_bank_apps(),
            Group::Wallets => self.group_wallets(),
            Group::Mobile => self.group_mobile(),
            Group::Cash => self.group_cash(),
        }
    }

    /// What the buyer will have to do after the form.
    pub(crate) fn method_hint(self, method: &Method) -> &'static str {
        match method {
            Method::BankCard | Method::YooMoney => self.hint_provider_page(),
            Method::Sbp | Method::SberPay | Method::TPay => self.hint_bank_app(),
            Method::MobileBalance => self.hint_mobile_balance(),
            Method::Cash => self.hint_cash(),
        }
    }

    /// What the buyer has to do where a payment is confirmed elsewhere.
    pub(crate) fn confirm_text(self, method: &Method) -> &'static str {
        match method {
            Method::MobileBalance => self.confirm_by_message(),
            Method::BankCard
            | Method::YooMoney
            | Method::Sbp
            | Method::SberPay
            | Method::TPay
            | Method::Cash => self.confirm_in_app(),
        }
    }

    /// The cure for what is wrong with a phone number.
    pub(crate) fn phone_error(self, error: FieldError) -> &'static str {
        match error {
            FieldError::Empty => self.phone_empty(),
            FieldError::Malformed => self.phone_malformed(),
        }
    }

    /// The cure for what is wrong with an e-mail address.
    pub(crate) fn email_error(self, error: FieldError) -> &'static str {
        match error {
            FieldError::Empty => self.email_empty(),
            FieldError::Malformed => self.email_malformed(),
        }
    }
}
