//! Texts of the front page.

use super::words;

words! {
    front_text { ru: "Здесь принимают платежи. Чтобы заплатить, откройте ссылку магазина.", en: "Payments are taken here. To pay, open the shop's link." }
    tour_title { ru: "OpenKassa на одной машине", en: "OpenKassa on one machine" }
    tour_text {
        ru: "Платёжный мир целиком: агрегатор, магазин и платёжная система. Деньги не настоящие.",
        en: "A whole payment world: the aggregator, a shop and a payment provider. No money here is real."
    }
    tour_buy { ru: "Откройте магазин и купите что-нибудь.", en: "Open the shop and buy something." }
    tour_pay { ru: "Выберите способ и заплатите у имитации платёжной системы.", en: "Choose a method and pay at the imitation provider." }
    tour_cabinet(organisation: &str, login: &str, password: &str) {
        ru: "Войдите в кабинет продавца: организация {organisation}, логин {login}, пароль «{password}».",
        en: "Sign in to the seller's cabinet: organisation {organisation}, login {login}, password “{password}”."
    }
    tour_enter { ru: "Войти в кабинет", en: "Open the cabinet" }
    tour_look { ru: "Посмотрите, что записано:", en: "Look at what was written down:" }
    tour_shop { ru: "Открыть магазин", en: "Open the shop" }
    tour_simulator(name: &str) { ru: "Имитация {name}", en: "Imitation {name}" }
}
