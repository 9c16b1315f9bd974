//! Texts of the bar that moves the clock of an installation for tests.

use super::words;

words! {
    clock_now(moment: &str) { ru: "Время этой установки: {moment}", en: "Time of this installation: {moment}" }
    clock_hint {
        ru: "Переведите часы вперёд: всё, что ждёт своего часа, произойдёт по порядку.",
        en: "Move the clock forward: whatever waits for its time follows in order."
    }
    clock_token { ru: "Токен владельца", en: "Owner's token" }
    clock_to { ru: "До какого момента", en: "To which moment" }
    clock_to_hint(zone: &str) { ru: "Часовой пояс: {zone}", en: "Time zone: {zone}" }
    clock_go { ru: "На этот момент", en: "To that moment" }
    clock_hour { ru: "На час", en: "By an hour" }
    clock_day { ru: "На сутки", en: "By a day" }
    clock_week { ru: "На неделю", en: "By a week" }
    clock_moved { ru: "Часы переведены.", en: "The clock was moved." }
    clock_short {
        ru: "Часы переведены не до конца: по пути слишком много работы или она не закончилась вовремя. Переведите ещё раз.",
        en: "The clock came only part of the way: there was too much work on it, or some did not end in time. Move it again."
    }
    clock_past { ru: "Часы идут только вперёд. Укажите более поздний момент.", en: "The clock only goes forward. Name a later moment." }
    clock_far { ru: "За один раз часы переводят не больше чем на 400 дней.", en: "The clock is moved by 400 days at once at most." }
    clock_busy { ru: "Часы уже переводят. Подождите и повторите.", en: "The clock is being moved already. Wait, then try again." }
    clock_wrong_token { ru: "Токен не подошёл. Новый выдаёт команда openkassa clock new-token.", en: "This is not the owner's token. The command openkassa clock new-token makes a new one." }
    clock_unread { ru: "Укажите дату и время.", en: "Name a date and a time." }
    clock_live_title { ru: "Часы здесь не переводят", en: "The clock is never moved here" }
    clock_live_text {
        ru: "Здесь принимают настоящие деньги, поэтому и время здесь только настоящее. Часы переводят в установке для проверок.",
        en: "Real money is taken here, so the time is real too. The clock is moved in an installation for tests."
    }
}
