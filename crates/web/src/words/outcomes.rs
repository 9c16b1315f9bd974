//! Texts of the page on which a tester says how a payment ends.

use super::{Words, words};
use crate::checkout::views::Ending;

words! {
    outcome_title { ru: "Чем закончится этот платёж?", en: "How does this payment end?" }
    outcome_text {
        ru: "Здесь могла бы быть страница банка. Выберите, что он ответит.",
        en: "A bank's page would stand here. Choose what the bank answers."
    }
    outcome_legend { ru: "Исход", en: "Outcome" }
    ending_paid { ru: "Оплачено", en: "Paid" }
    ending_paid_hint { ru: "Деньги приходят сразу.", en: "The money comes at once." }
    ending_held { ru: "Зарезервировано", en: "Held" }
    ending_held_hint { ru: "Магазин спишет или отпустит деньги сам.", en: "The shop takes or releases the money itself." }
    ending_declined { ru: "Отказ", en: "Declined" }
    ending_declined_hint { ru: "По причине, выбранной ниже.", en: "For the reason chosen below." }
    ending_no_answer { ru: "Нет ответа", en: "No answer" }
    ending_no_answer_hint { ru: "Ответ банка потерян, исход узнаётся позже.", en: "The bank's answer is lost; the outcome is learned later." }
    ending_paid_later { ru: "Оплачено позже", en: "Paid later" }
    ending_paid_later_hint { ru: "Деньги приходят через минуту.", en: "The money comes after a minute." }
    decline_reason { ru: "Причина отказа", en: "Reason for declining" }
    outcome_go { ru: "Ответить за банк", en: "Answer for the bank" }
    outcome_busy { ru: "Отвечаем…", en: "Answering…" }
}

impl Words {
    /// An ending's name.
    pub(crate) fn ending(self, ending: &Ending) -> &'static str {
        match ending {
            Ending::Paid => self.ending_paid(),
            Ending::Held => self.ending_held(),
            Ending::Declined => self.ending_declined(),
            Ending::NoAnswer => self.ending_no_answer(),
            Ending::PaidLater => self.ending_paid_later(),
        }
    }

    /// What an ending does.
    pub(crate) fn ending_hint(self, ending: &Ending) -> &'static str {
        match ending {
            Ending::Paid => self.ending_paid_hint(),
            Ending::Held => self.ending_held_hint(),
            Ending::Declined => self.ending_declined_hint(),
            Ending::NoAnswer => self.ending_no_answer_hint(),
            Ending::PaidLater => self.ending_paid_later_hint(),
        }
    }
}
