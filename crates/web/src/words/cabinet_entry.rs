//! Texts of signing in and of a person's own account.

use super::words;

words! {
    en_title { ru: "Вход в кабинет", en: "Sign in" }
    en_organisation { ru: "Логин организации", en: "Organisation login" }
    en_login { ru: "Личный логин", en: "Personal login" }
    en_password { ru: "Пароль", en: "Password" }
    en_enter { ru: "Войти", en: "Sign in" }
    en_fill_in { ru: "Заполните это поле", en: "Fill in this field" }
    en_wrong {
        ru: "Логин организации, личный логин и пароль не подходят друг к другу. Проверьте раскладку и регистр букв.",
        en: "Organisation login, personal login and password do not belong together. Check the keyboard layout and the letter case."
    }
    en_slowed(when: &str) {
        ru: "Слишком много попыток. Следующая будет засчитана после {when}.",
        en: "Too many tries. The next one counts after {when}."
    }
    en_again { ru: "Форма пришла с другого сайта. Введите данные здесь.", en: "The form came from another site. Type it in here." }
    en_out { ru: "Вы вышли из кабинета.", en: "You have signed out." }
    en_forgotten {
        ru: "Забыли пароль? Новый выдаст тот, кто управляет этой установкой.",
        en: "Forgotten the password? Whoever runs this installation gives you a new one."
    }
    se_title { ru: "Вход и пароль", en: "Sign-in and password" }
    se_sessions { ru: "Где выполнен вход", en: "Where you are signed in" }
    se_browser { ru: "Браузер", en: "Browser" }
    se_address { ru: "Адрес", en: "Address" }
    se_began { ru: "Вход", en: "Signed in" }
    se_seen { ru: "Последнее действие", en: "Last used" }
    se_own { ru: "этот браузер", en: "this browser" }
    se_end { ru: "Завершить", en: "End" }
    se_end_others { ru: "Завершить все остальные", en: "End all others" }
    se_ended { ru: "Сеанс завершён.", en: "The session has ended." }
    se_password { ru: "Сменить пароль", en: "Change the password" }
    se_present { ru: "Нынешний пароль", en: "Present password" }
    se_new { ru: "Новый пароль", en: "New password" }
    se_hint { ru: "От 12 до 256 знаков; длинная фраза лучше сложной", en: "12 to 256 characters; a long phrase is better than a complicated one" }
    se_change { ru: "Сменить пароль", en: "Change password" }
    se_changed { ru: "Пароль сменён. Остальные сеансы завершены.", en: "The password is changed. All other sessions have ended." }
    se_not_yours { ru: "Это не ваш нынешний пароль", en: "This is not your present password" }
    se_too_short { ru: "В пароле должно быть от 12 до 256 знаков", en: "A password has 12 to 256 characters" }
}
