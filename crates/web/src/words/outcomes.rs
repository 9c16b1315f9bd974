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
        }
    }

    /// What an ending does.
    pub(crate) fn ending_hint(self, ending: &Ending) -> &'static str {
        match ending {
            Ending::Paid => self.ending_paid_hint(),
            Ending::Held => self.ending_held_hint(),
            Ending::Declined => self.ending_declined_hint(),
        }
    }
}
