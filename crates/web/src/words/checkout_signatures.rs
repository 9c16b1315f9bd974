//! Texts of the signature check for checkouts: for every known mistake what is wrong and how to put it right.

use protocols::interkassa::explain::kind::Kind;
use protocols::interkassa::explain::mistake::{Mistake, Nested, Order};
use protocols::interkassa::explain::secrets::KeyName;
use protocols::robokassa::explain::mistake::{Dirt, Respelt};

use super::{Words, words};

words! {
    iks_missing { ru: "Подпись не передана. Добавьте поле ik_sign, а в первой версии протокола – ik_sign_hash.", en: "No signature was sent. Add the field ik_sign, in the first version of the protocol ik_sign_hash." }
    iks_malformed { ru: "Переданная подпись не похожа ни на один хеш: длина или символы не те. Передайте Base64 двоичного хеша целиком: 24 знака для MD5, 44 для SHA-256; в первой версии протокола – 32 шестнадцатеричных знака.", en: "What was sent is no digest: its length or its characters are wrong. Send the Base64 of the whole raw digest, 24 characters for MD5, 44 for SHA-256; in the first version of the protocol 32 hex digits." }
    iks_hex { ru: "Хеш передан в шестнадцатеричном виде. Нужен Base64 двоичного хеша: base64_encode(md5($text, true)).", en: "The digest was sent as hex. Base64 of the raw digest is wanted: base64_encode(md5($text, true))." }
    iks_of_hex { ru: "В Base64 закодирован шестнадцатеричный текст хеша. Кодируйте сами байты хеша: base64_encode(md5($text, true)).", en: "The hex text of the digest was encoded as Base64. Encode the digest's own bytes: base64_encode(md5($text, true))." }
    iks_base64 { ru: "Хеш передан в Base64. В первой версии протокола он передаётся в шестнадцатеричном виде.", en: "The digest was sent as Base64. In the first version of the protocol it is sent as hex." }
    iks_alphabet { ru: "Base64 записан знаками для адресов (- и _) или без «=» в конце. Нужен обычный Base64 с + и /, дополненный до конца.", en: "The Base64 is in the alphabet of addresses (- and _) or lacks its = at the end. Use plain Base64 with + and / and its padding." }
    iks_plus { ru: "Знак + в подписи превратился в пробел: значение не закодировано для ссылки. Мы это исправили, но кодируйте его как %2B.", en: "A + of the signature became a space, because the value was not encoded for a link. It is mended here, but encode it as %2B." }
    iks_zero { ru: "В начале хеша потерян ноль. Дополняйте его нулями слева до 32 знаков.", en: "A zero at the beginning of the digest was lost. Pad it with zeros to 32 digits." }
    iks_swapped { ru: "Перепутаны ключи. Секретный ключ подписывает все запросы и обычные уведомления, тестовый ключ – только уведомления о тестовых оплатах.", en: "The keys are swapped. The sign key signs all requests and ordinary notices, the test key only notices of test payments." }
    iks_former { ru: "Подписано старым ключом, который с тех пор заменён. Впишите в настройки сайта действующий.", en: "Signed with an old key that has been replaced since. Put the present one into the shop's settings." }
    iks_dirt_space { ru: "Рядом с ключом пробел или табуляция. Удалите их в настройках сайта.", en: "There is a space or a tab beside the key. Remove it in the shop's settings." }
    iks_dirt_line { ru: "К ключу прилип перевод строки. Обрежьте его, когда читаете ключ из файла или переменной.", en: "A line end sticks to the key. Trim it where the key is read from a file or a variable." }
    iks_dirt_bom { ru: "Перед ключом стоит метка порядка байтов (BOM). Сохраните файл настроек в UTF-8 без BOM.", en: "There is a byte order mark (BOM) before the key. Save the settings file as UTF-8 without it." }
    iks_key_case { ru: "Буквы ключа изменены на строчные или заглавные. Ключ должен входить как есть.", en: "The letters of the key were made small or capital. Use it as it is." }
    iks_key_encoded { ru: "Ключ закодирован процентами. Ключ должен входить как есть.", en: "The key was percent-encoded. Use it as it is." }
    iks_key_html { ru: "Знаки в ключе заменены кодами HTML, например &amp;. Ключ должен входить как есть.", en: "Characters of the key were written as HTML writes them, such as &amp;. Use it as it is." }
    iks_key_quoted { ru: "Ключ подписан вместе с кавычками. Уберите их.", en: "The key was signed with quotes around it. Remove them." }
    iks_key_hashed { ru: "Вместо ключа подписан его хеш. Ключ должен входить как есть.", en: "A digest of the key was signed instead of the key. Use it as it is." }
    iks_key_none { ru: "В подписанной строке нет ключа. Допишите его в конец через двоеточие.", en: "The text that was signed has no key in it. Add it at the end, behind a colon." }
    iks_key_moved { ru: "Ключ стоит в начале строки. Он идёт последним.", en: "The key stands at the beginning of the text. It comes last." }
    iks_algorithm(used: &str) { ru: "Хеш посчитан алгоритмом {used}, а в настройках кассы выбран другой. Сделайте их одинаковыми.", en: "The digest is {used}, but the checkout's settings name another one. Make them the same." }
    iks_hmac { ru: "Подписано через HMAC. Нужен обычный хеш строки, ключ входит в саму строку.", en: "HMAC was used. A plain digest is wanted, with the key inside the text." }
    iks_names { ru: "Вместе со значениями подписаны имена полей. Соединяйте только значения.", en: "The names of the fields were signed with their values. Join the values alone." }
    iks_order_sent { ru: "Значения подписаны в том порядке, в каком отправлены. Сначала отсортируйте поля по имени: ksort($fields, SORT_STRING).", en: "The values were signed in the order in which they were sent. Sort the fields by name first: ksort($fields, SORT_STRING)." }
    iks_order_case { ru: "Поля отсортированы без учёта регистра или правилами языка. Сравнивайте имена по байтам: ksort($fields, SORT_STRING).", en: "The fields were sorted regardless of case, or by the rules of a language. Compare names by their bytes: ksort($fields, SORT_STRING)." }
    iks_order_values { ru: "Отсортированы значения вместо имён. Сортируйте поля по имени.", en: "The values were sorted instead of the names. Sort the fields by name." }
    iks_order_backwards { ru: "Поля отсортированы в обратном порядке. Нужен порядок по возрастанию имён.", en: "The fields were sorted backwards. Sort them by rising name." }
    iks_order_by_name { ru: "Поля отсортированы по имени, как во второй версии протокола. В первой у них постоянный порядок, сверьте его с примером.", en: "The fields were sorted by name, as in the second version of the protocol. In the first one their order is fixed; compare it with the example." }
    iks_nested_gone { ru: "Вложенные поля (с квадратными скобками) отправлены, но не подписаны. Их значения подписываются на месте своего поля.", en: "Nested fields (those with brackets) were sent but not signed. Their values are signed in their field's place." }
    iks_nested_sent { ru: "Вложенные поля подписаны в порядке отправки. Сортируйте их внутри поля по имени.", en: "Nested fields were signed in the order of sending. Sort them by name inside their field." }
    iks_nested_numbers { ru: "Вложенные поля отсортированы как числа: 2 раньше 10. Сортируйте их как строки: 10 раньше 2.", en: "Nested fields were sorted as numbers, 2 before 10. Sort them as texts, 10 before 2." }
    iks_nested_whole { ru: "Вложенные поля отсортированы по полному имени со скобками. Сортируйте сначала поля, потом имена внутри каждого.", en: "Nested fields were sorted by their whole names, brackets and all. Sort the fields first, then the names inside each." }
    iks_empty_gone { ru: "Поля без значения пропущены вместе с двоеточием. Пустое значение тоже занимает место между двоеточиями.", en: "Fields without a value were left out with their colon. An empty value keeps its place between the colons." }
    iks_own_gone { ru: "Собственные поля ik_x_ отправлены, но не подписаны. Подписываются все поля ik_, кроме самой подписи.", en: "Own fields, ik_x_, were sent but not signed. All ik_ fields are signed except the signature itself." }
    iks_field_gone(name: &str) { ru: "Поле {name} отправлено, но не подписано. Добавьте его значение в строку на его место.", en: "The field {name} was sent but not signed. Put its value into the text, in its place." }
    iks_field_emptied(name: &str) { ru: "Поле {name} отправлено, но его место в подписи пустое. Подпишите отправленное значение.", en: "The field {name} was sent, but its place in the signed text is empty. Sign the value that is sent." }
    iks_added_all { ru: "Подписаны и чужие поля, имена которых не начинаются с ik_. Уберите их из строки.", en: "Foreign fields were signed too, whose names do not begin with ik_. Take them out of the text." }
    iks_added(name: &str) { ru: "Поле {name} подписано, хотя в подписи не участвует. Уберите его из строки.", en: "The field {name} was signed although it takes no part. Take it out of the text." }
    iks_amount(signed: &str) { ru: "Сумма подписана как «{signed}», а отправлена иначе. Подписывайте ту же строку, что отправляете.", en: "The amount was signed as \"{signed}\" but sent in another format. Sign the very text that you send." }
    iks_rounded(signed: &str) { ru: "Сумма подписана округлённой: «{signed}». Подписывайте ту же строку, что отправляете.", en: "The amount was rounded when it was signed: \"{signed}\". Sign the very text that you send." }
    iks_value_case(name: &str) { ru: "У значения {name} в подписи другой регистр букв. Подписывайте его так, как отправляете.", en: "The letters of the value of {name} were made small or capital when it was signed. Sign it as it is sent." }
    iks_values_layer(how: &str) { ru: "Значения подписаны не так, как отправлены: {how}. Подписывайте исходные значения, кодируйте только при отправке.", en: "The values were signed otherwise than sent: {how}. Sign the plain values and encode them only for sending." }
    iks_value_layer(name: &str, how: &str) { ru: "Значение {name} подписано не так, как отправлено: {how}. Подписывайте исходное значение, кодируйте только при отправке.", en: "The value of {name} was signed otherwise than sent: {how}. Sign the plain value and encode it only for sending." }
    iks_trimmed(name: &str) { ru: "В значении {name} перед подписью изменены пробелы или переводы строк. Подписывайте ту же строку, что отправляете.", en: "Spaces or line ends in the value of {name} were changed before it was signed. Sign the very text that you send." }
    iks_charset { ru: "Строка хеширована не в той кодировке. Хешируйте её в UTF-8.", en: "The text was hashed in another encoding. Hash it in UTF-8." }
    iks_encoding { ru: "Значения переданы не в UTF-8, и поле ik_enc об этом не говорит. Перейдите на UTF-8 или добавьте ik_enc=windows-1251.", en: "The values are not UTF-8, and no ik_enc says what they are. Use UTF-8 or add ik_enc=windows-1251." }
    iks_repeated(name: &str) { ru: "Поле {name} передано несколько раз. Передавайте его один раз.", en: "The field {name} is sent more than once. Send it once." }

    iks_kind { ru: "Что это", en: "What it is" }
    iks_request { ru: "запрос на оплату", en: "a payment request" }
    iks_notice { ru: "уведомление об оплате", en: "a notice of a payment" }
    iks_return { ru: "возврат покупателя", en: "a buyer's return" }
    iks_first_request { ru: "запрос на оплату, первая версия протокола", en: "a payment request, first version of the protocol" }
    iks_first_notice { ru: "уведомление об оплате, первая версия протокола", en: "a notice of a payment, first version of the protocol" }
    iks_first_return { ru: "возврат покупателя, первая версия протокола", en: "a buyer's return, first version of the protocol" }
    iks_key { ru: "Ключ в строке", en: "Key in the text" }
    iks_sign_key { ru: "секретный ключ", en: "sign key" }
    iks_test_key { ru: "тестовый ключ", en: "test key" }
}

impl Words {
    /// What is wrong with a checkout's signature and how to put it right.
    pub(crate) fn checkout_mistake(self, mistake: &Mistake) -> String {
        let plain = str::to_owned;
        match mistake {
            Mistake::SignatureMissing => plain(self.iks_missing()),
            Mistake::SignatureMalformed => plain(self.iks_malformed()),
            Mistake::SignatureHex => plain(self.iks_hex()),
            Mistake::SignatureOfHex => plain(self.iks_of_hex()),
            Mistake::SignatureBase64 => plain(self.iks_base64()),
            Mistake::SignatureAlphabet => plain(self.iks_alphabet()),
            Mistake::SignaturePlus => plain(self.iks_plus()),
            Mistake::SignatureSpaces => plain(self.sig_spaces()),
            Mistake::LeadingZero => plain(self.iks_zero()),
            Mistake::KeysSwapped => plain(self.iks_swapped()),
            Mistake::FormerKey => plain(self.iks_former()),
            Mistake::KeyDirt(dirt) => plain(self.key_dirt(*dirt)),
            Mistake::KeyRespelt(respelt) => plain(self.key_respelt(*respelt)),
            Mistake::KeyLeftOut => plain(self.iks_key_none()),
            Mistake::KeyMoved => plain(self.iks_key_moved()),
            Mistake::WrongAlgorithm { used } => self.iks_algorithm(used.name()),
            Mistake::Hmac => plain(self.iks_hmac()),
            Mistake::HashedTwice => plain(self.sig_twice()),
            Mistake::WrongSeparator { used } => self.sig_separator(used),
            Mistake::Whole(whole) => plain(self.whole(*whole)),
            Mistake::NamesSigned => plain(self.iks_names()),
            Mistake::FieldOrder(order) => plain(self.field_order(*order)),
            Mistake::Nested(nested) => plain(self.nested(*nested)),
            Mistake::EmptyLeftOut => plain(self.iks_empty_gone()),
            Mistake::FieldLeftOut { name: None } => plain(self.iks_own_gone()),
            Mistake::FieldLeftOut { name: Some(name) } => self.iks_field_gone(name),
            Mistake::FieldEmptied { name } => self.iks_field_emptied(name),
            Mistake::FieldAdded { name: None } => plain(self.iks_added_all()),
            Mistake::FieldAdded { name: Some(name) } => self.iks_added(name),
            Mistake::AmountFormat { signed } => self.iks_amount(signed),
            Mistake::AmountRounded { signed } => self.iks_rounded(signed),
            Mistake::ValueCase { name } => self.iks_value_case(name),
            Mistake::ValueEncoding { layer, name: None } => self.iks_values_layer(self.layer(*layer)),
            Mistake::ValueEncoding { layer, name: Some(name) } => {
                self.iks_value_layer(name, self.layer(*layer))
            }
            Mistake::ValueTrimmed { name } => self.iks_trimmed(name),
            Mistake::Charset => plain(self.iks_charset()),
            Mistake::CharsetTwice => plain(self.sig_charset_twice()),
            Mistake::EncodingNotNamed => plain(self.iks_encoding()),
            Mistake::HtmlAmpersands => plain(self.sig_ampersands()),
            Mistake::LinkCut => plain(self.sig_cut()),
            Mistake::Repeated { name } => self.iks_repeated(name),
        }
    }

    fn key_dirt(self, dirt: Dirt) -> &'static str {
        match dirt {
            Dirt::Space => self.iks_dirt_space(),
            Dirt::LineEnd => self.iks_dirt_line(),
            Dirt::ByteOrderMark => self.iks_dirt_bom(),
        }
    }

    fn key_respelt(self, respelt: Respelt) -> &'static str {
        match respelt {
            Respelt::Case => self.iks_key_case(),
            Respelt::PercentEncoded => self.iks_key_encoded(),
            Respelt::Html => self.iks_key_html(),
            Respelt::Quoted => self.iks_key_quoted(),
            Respelt::Hashed => self.iks_key_hashed(),
        }
    }

    fn field_order(self, order: Order) -> &'static str {
        match order {
            Order::AsSent => self.iks_order_sent(),
            Order::AnyCase => self.iks_order_case(),
            Order::Values => self.iks_order_values(),
            Order::Backwards => self.iks_order_backwards(),
            Order::ByName => self.iks_order_by_name(),
        }
    }

    fn nested(self, nested: Nested) -> &'static str {
        match nested {
            Nested::LeftOut => self.iks_nested_gone(),
            Nested::AsSent => self.iks_nested_sent(),
            Nested::Numbers => self.iks_nested_numbers(),
            Nested::WholeNames => self.iks_nested_whole(),
        }
    }

    /// What a request or message is.
    pub(crate) fn checkout_kind(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Request => self.iks_request(),
            Kind::Notice => self.iks_notice(),
            Kind::Return => self.iks_return(),
            Kind::FirstRequest => self.iks_first_request(),
            Kind::FirstStatus => self.iks_first_notice(),
            Kind::FirstReturn => self.iks_first_return(),
        }
    }

    /// The name of a key; the first protocol's is the same secret as the second one's.
    pub(crate) fn checkout_key(self, key: KeyName) -> &'static str {
        match key {
            KeyName::Sign | KeyName::Shop => self.iks_sign_key(),
            KeyName::Test => self.iks_test_key(),
        }
    }
}
