//! Texts of the signature check: for every known mistake what is wrong and how to put it right.

use protocols::robokassa::explain::mistake::{
    Dirt, JsonSpelling, Layer, Mistake, NumberSlot, Respelt, Whole,
};

use super::{Words, words};

words! {
    explained_expected { ru: "Подписать нужно:", en: "To be signed:" }
    explained_signed { ru: "Подписано:", en: "Signed:" }

    sig_missing { ru: "Подпись не передана. Добавьте параметр SignatureValue.", en: "No signature was sent. Add the parameter SignatureValue." }
    sig_malformed { ru: "Переданная подпись не похожа ни на один хеш: длина или символы не те. Передайте весь хеш в шестнадцатеричном виде, 32 знака для MD5, 64 для SHA-256.", en: "What was sent is no digest: its length or its characters are wrong. Send the whole digest as hex, 32 characters for MD5, 64 for SHA-256." }
    sig_base64 { ru: "Хеш передан в Base64. Передайте его в шестнадцатеричном виде.", en: "The digest was sent as Base64. Send it as hex." }
    sig_spaces { ru: "Вокруг подписи пробелы, кавычки или перевод строки. Передайте только сам хеш.", en: "There are spaces, quotes or a line end around the signature. Send the digest alone." }
    sig_swapped { ru: "Перепутаны пароли 1 и 2. Пароль 1 подписывает запуск оплаты и возврат покупателя, пароль 2 — уведомления ResultURL и запросы состояния.", en: "Passwords 1 and 2 are swapped. Password 1 signs payment starts and the buyer's return, password 2 signs ResultURL notices and questions about states." }
    sig_mixed { ru: "Перепутаны боевой и тестовый режимы. С IsTest=1 подписывайте тестовыми паролями, без него — боевыми.", en: "Live and test mode are mixed. With IsTest=1 sign with the test passwords, without it with the live ones." }
    sig_former { ru: "Подписано старым паролем, который с тех пор заменён. Впишите в настройки сайта действующий.", en: "Signed with an old password that has been replaced since. Put the present one into the shop's settings." }
    sig_dirt_space { ru: "Рядом с паролем пробел или табуляция. Удалите их в настройках сайта.", en: "There is a space or a tab beside the password. Remove it in the shop's settings." }
    sig_dirt_line { ru: "К паролю прилип перевод строки. Обрежьте его, когда читаете пароль из файла или переменной.", en: "A line end sticks to the password. Trim it where the password is read from a file or a variable." }
    sig_dirt_bom { ru: "Перед паролем стоит метка порядка байтов (BOM). Сохраните файл настроек в UTF-8 без BOM.", en: "There is a byte order mark (BOM) before the password. Save the settings file as UTF-8 without it." }
    sig_password_case { ru: "Буквы пароля изменены на строчные или заглавные. Пароль должен входить как есть.", en: "The letters of the password were made small or capital. Use it as it is." }
    sig_password_encoded { ru: "Пароль закодирован процентами. Пароль должен входить как есть.", en: "The password was percent-encoded. Use it as it is." }
    sig_password_html { ru: "Знаки в пароле заменены кодами HTML, например &amp;. Пароль должен входить как есть.", en: "Characters of the password were written as HTML writes them, such as &amp;. Use it as it is." }
    sig_password_quoted { ru: "Пароль подписан вместе с кавычками. Уберите их.", en: "The password was signed with quotes around it. Remove them." }
    sig_password_hashed { ru: "Вместо пароля подписан его хеш. Пароль должен входить как есть.", en: "A digest of the password was signed instead of the password. Use it as it is." }
    sig_password_none { ru: "В подписанной строке нет пароля. Поставьте его после параметров и перед Shp_.", en: "The text that was signed has no password in it. Put it behind the parameters and before the Shp_ ones." }
    sig_password_moved { ru: "Пароль стоит не на своём месте. Он идёт после параметров и перед Shp_.", en: "The password is in the wrong place. It comes behind the parameters and before the Shp_ ones." }
    sig_algorithm(used: &str) { ru: "Хеш посчитан алгоритмом {used}, а в настройках магазина выбран другой. Сделайте их одинаковыми.", en: "The digest is {used}, but the shop's settings name another one. Make them the same." }
    sig_hmac { ru: "Подписано через HMAC. Нужен обычный хеш строки, пароль входит в саму строку.", en: "HMAC was used. A plain digest is wanted, with the password inside the text." }
    sig_twice { ru: "Хеш посчитан дважды. Нужен один раз.", en: "The digest was made twice. Once is wanted." }
    sig_separator(used: &str) { ru: "Части строки соединены не двоеточием, а так: «{used}». Соединяйте двоеточием без пробелов.", en: "The parts are not joined by colons but by \"{used}\". Join them by colons without spaces." }
    sig_whole_spaces { ru: "В начале или конце подписанной строки пробел, перевод строки или BOM. Хешируйте строку без них.", en: "The signed text begins or ends with a space, a line end or a byte order mark. Hash it without them." }
    sig_whole_separator { ru: "В начале или конце подписанной строки лишнее двоеточие. Уберите его.", en: "The signed text begins or ends with one colon too many. Remove it." }
    sig_whole_case { ru: "Вся подписанная строка переведена в один регистр. Регистр значений должен сохраняться.", en: "All letters of the signed text were made small or capital. Keep them as they are." }
    sig_whole_encoded { ru: "Вся подписанная строка закодирована процентами. Сначала хешируйте, кодируйте только отправляемые значения.", en: "The whole signed text was percent-encoded. Hash first, and encode only what is sent." }
    sig_login { ru: "Идентификатор магазина написан не так, как в настройках. Регистр букв важен.", en: "The shop's login is not written as in its settings. Capital and small letters differ." }
    sig_sum(signed: &str) { ru: "Сумма подписана как «{signed}», а отправлена иначе. Подписывайте ту же строку, что отправляете.", en: "The sum was signed as \"{signed}\" but sent in another format. Sign the very text that you send." }
    sig_rounded(signed: &str) { ru: "Сумма подписана округлённой: «{signed}». Подписывайте ту же строку, что отправляете.", en: "The sum was rounded when it was signed: \"{signed}\". Sign the very text that you send." }
    sig_number_gone { ru: "Место InvId пропущено вместе с двоеточием. Оно есть всегда: без номера остаётся пустым, login:сумма::пароль.", en: "The place of InvId was left out with its colon. It is always there: without a number it stays empty, login:sum::password." }
    sig_number_empty { ru: "Номер InvId отправлен, но в подписи его место пустое. Подпишите отправленный номер.", en: "InvId was sent, but its place in the signed text is empty. Sign the number that is sent." }
    sig_number_zero { ru: "InvId не отправлен, а подписан как 0. Либо отправьте InvId=0, либо оставьте место пустым.", en: "InvId was not sent but signed as 0. Send InvId=0, or leave its place empty." }
    sig_number_word { ru: "InvId подписан не тем текстом, которым отправлен. Если номера нет, место остаётся пустым.", en: "InvId was signed as another text than was sent. Where there is no number its place stays empty." }
    sig_slot_gone(name: &str) { ru: "Параметр {name} отправлен, но не подписан. Добавьте его в строку на его место.", en: "The parameter {name} was sent but not signed. Put it into the text, in its place." }
    sig_slot_emptied(name: &str) { ru: "Параметр {name} отправлен, но его место в подписи пустое. Подпишите отправленное значение.", en: "The parameter {name} was sent, but its place in the signed text is empty. Sign the value that is sent." }
    sig_slot_empty_added(after: &str) { ru: "После {after} в подписи лишнее пустое место. Неотправленные параметры пропускаются вместе с двоеточием.", en: "Behind {after} there is an empty place too many. Parameters that are not sent are left out with their colon." }
    sig_slot_added(name: &str) { ru: "Параметр {name} подписан, хотя в подписи не участвует. Уберите его из строки.", en: "The parameter {name} was signed although it takes no part. Take it out of the text." }
    sig_slot_moved(name: &str) { ru: "Параметр {name} стоит в подписи не на своём месте. Сверьте порядок с примером.", en: "The parameter {name} is in the wrong place of the signed text. Compare the order with the example." }
    sig_address_layer(how: &str) { ru: "Адреса SuccessUrl2, FailUrl2 или ResultUrl2 подписаны не так, как отправлены: {how}. Подписывайте исходный адрес, кодируйте только при отправке.", en: "The addresses SuccessUrl2, FailUrl2 or ResultUrl2 were signed otherwise than sent: {how}. Sign the plain address and encode it only for sending." }
    sig_address_method(name: &str) { ru: "{name} подписан не тем значением, которым отправлен. Отправьте и подпишите GET или POST.", en: "{name} was signed with another value than was sent. Send and sign GET or POST." }
    sig_receipt_layer(how: &str) { ru: "Receipt подписан не так, как отправлен: {how}. Подписывайте ровно тот текст, который передаёте в форму.", en: "Receipt was signed otherwise than sent: {how}. Sign the very text that you put into the form." }
    sig_json_slashes { ru: "В JSON чека слеши экранированы по-разному (/ и \\/). Создайте JSON один раз и используйте эту же строку дважды.", en: "Slashes in the receipt's JSON are escaped differently (/ and \\/). Make the JSON once and use that same text twice." }
    sig_json_unicode { ru: "В JSON чека буквы записаны по-разному (как есть и \\uXXXX). Создайте JSON один раз и используйте эту же строку дважды.", en: "Letters in the receipt's JSON are written differently (as they are and as \\uXXXX). Make the JSON once and use that same text twice." }
    sig_json_spaces { ru: "В JSON чека разные пробелы. Создайте JSON один раз и используйте эту же строку дважды.", en: "White space in the receipt's JSON differs. Make the JSON once and use that same text twice." }
    sig_json_several { ru: "JSON чека подписан в другой записи, чем отправлен. Создайте JSON один раз и используйте эту же строку дважды.", en: "The receipt's JSON was written otherwise when it was signed. Make the JSON once and use that same text twice." }
    sig_shp_order { ru: "Параметры Shp_ подписаны не в том порядке. Сортируйте их по имени без учёта регистра.", en: "The Shp_ parameters were signed in the wrong order. Sort them by name, ignoring case." }
    sig_shp_gone_all { ru: "Параметры Shp_ отправлены, но не подписаны. Добавьте их после пароля как имя=значение.", en: "The Shp_ parameters were sent but not signed. Add them behind the password as name=value." }
    sig_shp_gone(name: &str) { ru: "Параметр {name} отправлен, но не подписан. Подписываются все Shp_, пустые тоже.", en: "The parameter {name} was sent but not signed. All Shp_ parameters are signed, empty ones too." }
    sig_shp_prefix { ru: "Имена Shp_ подписаны без приставки. Подписывайте полное имя, например Shp_order=42.", en: "The Shp_ parameters were signed without their prefix. Sign the full name, such as Shp_order=42." }
    sig_shp_case { ru: "Имена Shp_ подписаны другими буквами, чем отправлены. Регистр имён должен совпадать.", en: "Names of Shp_ parameters were signed in other letters than sent. Their case must be the same." }
    sig_shp_names { ru: "Подписаны только значения Shp_. Нужно имя=значение.", en: "Only the values of the Shp_ parameters were signed. Sign name=value." }
    sig_shp_layer(how: &str) { ru: "Значения Shp_ подписаны не так, как отправлены: {how}. Подписывайте исходное значение, кодируйте только при отправке.", en: "Values of Shp_ parameters were signed otherwise than sent: {how}. Sign the plain value and encode it only for sending." }
    sig_shp_marks { ru: "Параметры Shp_ соединены не теми знаками. Нужно :имя=значение для каждого.", en: "The Shp_ parameters are joined by the wrong marks. Write :name=value for each." }
    sig_shp_before { ru: "Параметры Shp_ стоят перед паролем. Они идут после него.", en: "The Shp_ parameters stand before the password. They come behind it." }
    sig_charset { ru: "Строка хеширована не в той кодировке. Хешируйте её в UTF-8.", en: "The text was hashed in another encoding. Hash it in UTF-8." }
    sig_charset_twice { ru: "Текст в UTF-8 принят за другую кодировку и перекодирован ещё раз. Уберите лишнее преобразование.", en: "UTF-8 was taken for another encoding and encoded once more. Remove that conversion." }
    sig_encoding { ru: "Значения переданы не в UTF-8, и параметр Encoding об этом не говорит. Перейдите на UTF-8 или добавьте Encoding=windows-1251.", en: "The values are not UTF-8, and no Encoding says what they are. Use UTF-8 or add Encoding=windows-1251." }
    sig_ampersands { ru: "В ссылке вместо & стоит &amp;. Не экранируйте ссылку для HTML, когда отправляете её.", en: "The link has &amp; instead of &. Do not escape it for HTML when you send it." }
    sig_cut { ru: "Ссылка обрезана на знаке #. Закодируйте значения параметров.", en: "The link is cut off at a #. Percent-encode the values." }
    sig_repeated(name: &str) { ru: "Параметр {name} передан несколько раз. Передавайте его один раз.", en: "The parameter {name} is sent more than once. Send it once." }
    sig_shp_in_value { ru: "В значении Shp_ есть «:shp»: такая подпись читается двояко. Уберите это или включите магазину исключение shp_in_values.", en: "A Shp_ value has \":shp\" in it, so its signature can be read in two ways. Change the value, or switch on the exception shp_in_values for the shop." }
    sig_lone_fail { ru: "FailUrl2 без SuccessUrl2 подписывается так же, как SuccessUrl2. Передайте оба адреса.", en: "FailUrl2 without SuccessUrl2 signs like SuccessUrl2. Send both addresses." }

    layer_decoded { ru: "без слоя процентного кодирования, который отправлен", en: "without a layer of percent-encoding that was sent" }
    layer_encoded { ru: "с процентным кодированием", en: "percent-encoded" }
    layer_twice { ru: "закодировано дважды", en: "percent-encoded twice" }
    layer_small { ru: "коды процентов строчными буквами", en: "with small letters in the percent-escapes" }
    layer_html { ru: "с кодами HTML", en: "with HTML's escapes" }
}

impl Words {
    /// What is wrong and how to put it right.
    pub(crate) fn mistake(self, mistake: &Mistake) -> String {
        let plain = str::to_owned;
        match mistake {
            Mistake::SignatureMissing => plain(self.sig_missing()),
            Mistake::SignatureMalformed => plain(self.sig_malformed()),
            Mistake::SignatureBase64 => plain(self.sig_base64()),
            Mistake::SignatureSpaces => plain(self.sig_spaces()),
            Mistake::PasswordsSwapped => plain(self.sig_swapped()),
            Mistake::TestAndLiveMixed => plain(self.sig_mixed()),
            Mistake::FormerPassword => plain(self.sig_former()),
            Mistake::PasswordDirt(dirt) => plain(self.dirt(*dirt)),
            Mistake::PasswordRespelt(respelt) => plain(self.respelt(*respelt)),
            Mistake::PasswordLeftOut => plain(self.sig_password_none()),
            Mistake::PasswordMoved => plain(self.sig_password_moved()),
            Mistake::WrongAlgorithm { used } => self.sig_algorithm(used.name()),
            Mistake::Hmac => plain(self.sig_hmac()),
            Mistake::HashedTwice => plain(self.sig_twice()),
            Mistake::WrongSeparator { used } => self.sig_separator(used),
            Mistake::Whole(whole) => plain(self.whole(*whole)),
            Mistake::LoginSpelling => plain(self.sig_login()),
            Mistake::SumFormat { signed } => self.sig_sum(signed),
            Mistake::SumRounded { signed } => self.sig_rounded(signed),
            Mistake::Number(number) => plain(self.number_slot(*number)),
            Mistake::SlotLeftOut(slot) => self.sig_slot_gone(slot.official()),
            Mistake::SlotEmptied(slot) => self.sig_slot_emptied(slot.official()),
            Mistake::EmptySlotAdded { after } => self.sig_slot_empty_added(after.official()),
            Mistake::SlotAdded { name } => self.sig_slot_added(name),
            Mistake::SlotMoved(slot) => self.sig_slot_moved(slot.official()),
            Mistake::AddressEncoding(layer) => self.sig_address_layer(self.layer(*layer)),
            Mistake::AddressMethod(slot) => self.sig_address_method(slot.official()),
            Mistake::ReceiptEncoding(layer) => self.sig_receipt_layer(self.layer(*layer)),
            Mistake::ReceiptJson(spelling) => plain(self.json(*spelling)),
            Mistake::ShpOrder => plain(self.sig_shp_order()),
            Mistake::ShpLeftOut { name: None } => plain(self.sig_shp_gone_all()),
            Mistake::ShpLeftOut { name: Some(name) } => self.sig_shp_gone(name),
            Mistake::ShpPrefix => plain(self.sig_shp_prefix()),
            Mistake::ShpNameCase => plain(self.sig_shp_case()),
            Mistake::ShpNames => plain(self.sig_shp_names()),
            Mistake::ShpEncoding(layer) => self.sig_shp_layer(self.layer(*layer)),
            Mistake::ShpMarks => plain(self.sig_shp_marks()),
            Mistake::ShpBeforePassword => plain(self.sig_shp_before()),
            Mistake::Charset => plain(self.sig_charset()),
            Mistake::CharsetTwice => plain(self.sig_charset_twice()),
            Mistake::EncodingNotNamed => plain(self.sig_encoding()),
            Mistake::HtmlAmpersands => plain(self.sig_ampersands()),
            Mistake::LinkCut => plain(self.sig_cut()),
            Mistake::Repeated { name } => self.sig_repeated(name),
            Mistake::ShpInValue => plain(self.sig_shp_in_value()),
            Mistake::LoneFailAddress => plain(self.sig_lone_fail()),
        }
    }

    fn dirt(self, dirt: Dirt) -> &'static str {
        match dirt {
            Dirt::Space => self.sig_dirt_space(),
            Dirt::LineEnd => self.sig_dirt_line(),
            Dirt::ByteOrderMark => self.sig_dirt_bom(),
        }
    }

    fn respelt(self, respelt: Respelt) -> &'static str {
        match respelt {
            Respelt::Case => self.sig_password_case(),
            Respelt::PercentEncoded => self.sig_password_encoded(),
            Respelt::Html => self.sig_password_html(),
            Respelt::Quoted => self.sig_password_quoted(),
            Respelt::Hashed => self.sig_password_hashed(),
        }
    }

    pub(super) fn whole(self, whole: Whole) -> &'static str {
        match whole {
            Whole::Spaces => self.sig_whole_spaces(),
            Whole::ExtraSeparator => self.sig_whole_separator(),
            Whole::Case => self.sig_whole_case(),
            Whole::PercentEncoded => self.sig_whole_encoded(),
        }
    }

    fn number_slot(self, number: NumberSlot) -> &'static str {
        match number {
            NumberSlot::LeftOut => self.sig_number_gone(),
            NumberSlot::Empty => self.sig_number_empty(),
            NumberSlot::Zero => self.sig_number_zero(),
            NumberSlot::Word => self.sig_number_word(),
        }
    }

    fn json(self, spelling: JsonSpelling) -> &'static str {
        match spelling {
            JsonSpelling::Slashes => self.sig_json_slashes(),
            JsonSpelling::UnicodeEscapes => self.sig_json_unicode(),
            JsonSpelling::Spaces => self.sig_json_spaces(),
            JsonSpelling::Several => self.sig_json_several(),
        }
    }

    pub(super) fn layer(self, layer: Layer) -> &'static str {
        match layer {
            Layer::Decoded => self.layer_decoded(),
            Layer::Encoded => self.layer_encoded(),
            Layer::EncodedTwice => self.layer_twice(),
            Layer::SmallEscapes => self.layer_small(),
            Layer::Html => self.layer_html(),
        }
    }
}
