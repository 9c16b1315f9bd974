//! Texts of the gallery that shows the cabinet's components in their states.

use super::words;

words! {
    ga_title { ru: "Из чего сделан кабинет", en: "What the cabinet is made of" }
    ga_text { ru: "Каждый элемент во всех состояниях. Тема следует за системой.", en: "Each component in all its states. The theme follows the system." }
    ga_sum { ru: "Сумма", en: "Sum" }
    ga_state { ru: "Состояние", en: "State" }
    ga_button { ru: "Кнопка", en: "Button" }
    ga_row { ru: "Строка-действие", en: "Row action" }
    ga_fold { ru: "Раскрывающийся блок", en: "Disclosure" }
    ga_field { ru: "Поле и сводка ошибок", en: "Field and error summary" }
    ga_notice { ru: "Сообщение", en: "Notice" }
    ga_table { ru: "Таблица, счётчики, условия, страницы", en: "Table, counters, conditions, pager" }
    ga_timeline { ru: "Хроника", en: "Timeline" }
    ga_pairs { ru: "Названия и значения", en: "Key–value list" }
    ga_code { ru: "Код и копирование", en: "Code and copying" }
    ga_qr { ru: "Код для телефона", en: "Code for a phone" }
    ga_empty { ru: "Пустое состояние", en: "Empty state" }
    ga_confirm { ru: "Страница подтверждения", en: "Confirmation page" }
    ga_menu { ru: "Меню", en: "Menu" }
    ga_mirrored { ru: "Показать зеркально, с длинными текстами", en: "Show mirrored, with longer texts" }
    ga_plain { ru: "Показать как обычно", en: "Show as usual" }
}
