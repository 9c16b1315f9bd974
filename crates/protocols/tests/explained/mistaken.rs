//! Two hundred mistakes of the kinds that integrators make, and how many of them are named rightly.

use domain::sellers::Algorithm;
use protocols::robokassa::explain::report::Verdict;

use crate::integrator::{Dice, Order, encoded, hash, hmac};
use crate::shop::{FORMER, PASSWORD_1, PASSWORD_2, TEST_PASSWORD_1, TEST_PASSWORD_2, codes, report};

/// So many requests are made.
const MISTAKES: u64 = 200;
/// So many of a hundred must be named rightly.
const RIGHT_PERCENT: usize = 95;

/// A request with a mistake, and what the mistake is called.
struct Mistaken {
    pasted: String,
    codes: Vec<&'static str>,
}

/// What every kind of mistake is made from.
struct Desk {
    dice: Dice,
    order: Order,
    own: Algorithm,
}

impl Desk {
    fn password(&self) -> &'static str {
        if self.order.test { TEST_PASSWORD_1 } else { PASSWORD_1 }
    }

    fn signed(&self, parts: &[String]) -> String {
        hash(self.own, parts.join(":").as_bytes())
    }

    /// The order's link, signed as if the order were this other one.
    fn as_if(&self, other: &Order, codes: &[&'static str]) -> Mistaken {
        self.with(&self.signed(&other.parts(self.password())), codes)
    }

    fn with(&self, signature: &str, codes: &[&'static str]) -> Mistaken {
        Mistaken { pasted: self.order.link(signature), codes: codes.to_vec() }
    }

    fn custom(&mut self, pairs: &[(&str, &str)]) {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        self.order.custom = pairs.iter().map(owned).collect();
    }
}

type Kind = fn(&mut Desk) -> Mistaken;

const KINDS: [Kind; 25] = [
    passwords_swapped,
    modes_mixed,
    other_algorithm,
    unsorted,
    values_encoded,
    address_encoded,
    sum_format,
    name_case,
    number_slot,
    extra_slot,
    slot_left_out,
    password_dirt,
    receipt_layers,
    receipt_json,
    prefix_left_out,
    login_case,
    keyed,
    separators,
    other_charset,
    custom_left_out,
    password_last,
    notice_mistakes,
    question_mistakes,
    two_at_once,
    rarer_ones,
];

fn passwords_swapped(desk: &mut Desk) -> Mistaken {
    let other = if desk.order.test { TEST_PASSWORD_2 } else { PASSWORD_2 };
    desk.with(&desk.signed(&desk.order.parts(other)), &["passwords_swapped"])
}

fn modes_mixed(desk: &mut Desk) -> Mistaken {
    let other = if desk.order.test { PASSWORD_1 } else { TEST_PASSWORD_1 };
    desk.with(&desk.signed(&desk.order.parts(other)), &["test_and_live_mixed"])
}

fn other_algorithm(desk: &mut Desk) -> Mistaken {
    let others: Vec<Algorithm> = Algorithm::ALL.iter().copied().filter(|other| *other != desk.own).collect();
    let used = desk.dice.one_of(&others);
    let text = desk.order.parts(desk.password()).join(":");
    desk.with(&hash(used, text.as_bytes()), &["wrong_algorithm"])
}

fn unsorted(desk: &mut Desk) -> Mistaken {
    let names = desk.dice.one_of(&[["Shp_user", "Shp_order"], ["shp_Zone", "SHP_a"], ["Shp_b", "shp_a"]]);
    desk.custom(&[(names[0], "7"), (names[1], "8"), ("Shp_zz", "9")]);
    let mut parts = desk.order.parts(desk.password());
    let at = parts.len() - 3;
    // As the program had them; the last sort of all is upside down.
    parts.truncate(at);
    let mut tail: Vec<String> = desk.order.custom.iter().map(|(n, v)| format!("{n}={v}")).collect();
    if desk.dice.below(3) == 0 {
        tail = desk.order.tail();
        tail.reverse();
    }
    parts.extend(tail);
    desk.with(&desk.signed(&parts), &["shp_order"])
}

fn values_encoded(desk: &mut Desk) -> Mistaken {
    let value = desk.dice.one_of(&["Вася Пупкин", "a@shop.test", "https://shop.test/?x=1"]);
    desk.custom(&[("Shp_user", value), ("Shp_a", "1")]);
    let mut other = desk.order.clone();
    let twice = desk.dice.below(3) == 0;
    other.custom[0].1 = if twice { encoded(&encoded(value)) } else { encoded(value) };
    if desk.dice.below(3) == 0 {
        other.custom[0].1 = other.custom[0].1.replace('+', "%20");
    }
    desk.as_if(&other, &["shp_encoding"])
}

fn address_encoded(desk: &mut Desk) -> Mistaken {
    let url = desk.dice.one_of(&["https://shop.test/ok?order=5&x=1", "https://shop.test/спасибо"]);
    let bare = Order { signed_slots: Vec::new(), sent_slots: Vec::new(), ..desk.order.clone() };
    let with = |url: &str| bare.clone().with("SuccessUrl2", url).with("SuccessUrl2Method", "GET");
    let (sent, signed) = match desk.dice.below(3) {
        0 => (with(&encoded(url)), with(url)),
        1 => (with(url), with(&encoded(&encoded(url)))),
        _ => (with(url), with(&encoded(url))),
    };
    desk.order = sent;
    desk.as_if(&signed, &["address_encoding"])
}

fn sum_format(desk: &mut Desk) -> Mistaken {
    let (sent, signed, code) = desk.dice.one_of(&[
        ("10.00", "10", "sum_format"),
        ("10", "10.00", "sum_format"),
        ("10.5", "10.50", "sum_format"),
        ("10.50", "10.5", "sum_format"),
        ("10.50", "10,50", "sum_format"),
        ("1500.00", "1 500.00", "sum_format"),
        ("1500.00", "1,500.00", "sum_format"),
        ("1500.50", "1500.500000", "sum_format"),
        ("15.07", "1507", "sum_format"),
        ("10.57", "11", "sum_rounded"),
        ("10.57", "10.6", "sum_rounded"),
        ("10.57", "10", "sum_rounded"),
    ]);
    desk.order.sum = sent.to_owned();
    let other = Order { sum: signed.to_owned(), ..desk.order.clone() };
    desk.as_if(&other, &[code])
}

fn name_case(desk: &mut Desk) -> Mistaken {
    desk.custom(&[("Shp_UserId", "7"), ("Shp_a", "8")]);
    let mut other = desk.order.clone();
    let way = desk.dice.below(3);
    for (name, _) in &mut other.custom {
        *name = match way {
            0 => name.to_lowercase(),
            1 => name.to_uppercase(),
            _ => name.replace("Shp_", "shp_"),
        };
    }
    desk.as_if(&other, &["shp_name_case"])
}

fn number_slot(desk: &mut Desk) -> Mistaken {
    let (sent, signed) =
        desk.dice.one_of(&[("", Some("0")), ("0", Some("")), ("77", Some("")), ("77", None), ("", None)]);
    desk.order.number = sent.to_owned();
    let mut parts = desk.order.parts(desk.password());
    match signed {
        Some(signed) => signed.clone_into(&mut parts[2]),
        None => {
            parts.remove(2);
        }
    }
    desk.with(&desk.signed(&parts), &["number_slot"])
}

fn extra_slot(desk: &mut Desk) -> Mistaken {
    desk.order.sent_slots.clear();
    desk.order.signed_slots.clear();
    let mut parts = desk.order.parts(desk.password());
    for _ in 0..=desk.dice.below(2) {
        parts.insert(3, String::new());
    }
    desk.with(&desk.signed(&parts), &["empty_slot_added"])
}

fn slot_left_out(desk: &mut Desk) -> Mistaken {
    let all = [
        ("OutSumCurrency", "USD"),
        ("UserIp", "203.0.113.7"),
        ("Receipt", "{\"items\":[]}"),
        ("StepByStep", "true"),
        ("ResultUrl2", "https://shop.test/r2"),
    ];
    let (name, value) = desk.dice.one_of(&all);
    let bare = Order { signed_slots: Vec::new(), sent_slots: Vec::new(), ..desk.order.clone() };
    let other = bare.clone();
    desk.order = bare.with(name, value);
    desk.as_if(&other, &["slot_left_out"])
}

fn password_dirt(desk: &mut Desk) -> Mistaken {
    let (before, after) = desk.dice.one_of(&[
        ("", " "),
        (" ", ""),
        ("", "\n"),
        ("", "\r\n"),
        ("\u{feff}", ""),
        ("", "\t"),
        ("", "\u{a0}"),
    ]);
    let password = format!("{before}{}{after}", desk.password());
    desk.with(&desk.signed(&desk.order.parts(&password)), &["password_spaces"])
}

const RECEIPT: &str = "{\"sno\":\"osn\",\"items\":[{\"name\":\"Чай/кофе \\\"Утро\\\"\",\"quantity\":1,\"sum\":100.26,\"tax\":\"vat10\"}]}";

fn receipt_layers(desk: &mut Desk) -> Mistaken {
    let bare = Order { signed_slots: Vec::new(), sent_slots: Vec::new(), ..desk.order.clone() };
    let with = |text: &str| bare.clone().with("Receipt", text);
    let (sent, signed) = match desk.dice.below(4) {
        0 => (with(RECEIPT), with(&encoded(RECEIPT))),
        1 => (with(&encoded(RECEIPT)), with(RECEIPT)),
        2 => (with(&encoded(RECEIPT)), with(&encoded(&encoded(RECEIPT)))),
        _ => (with(RECEIPT), with(&encoded(RECEIPT).replace('+', "%20"))),
    };
    desk.order = sent;
    desk.as_if(&signed, &["receipt_encoding"])
}

fn receipt_json(desk: &mut Desk) -> Mistaken {
    let other = match desk.dice.below(4) {
        0 => RECEIPT.replace('/', "\\/"),
        1 => RECEIPT
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) })
            .collect(),
        2 => RECEIPT.replace("\":", "\": ").replace(",\"", ", \""),
        _ => RECEIPT.replace('/', "\\/").replace("\":", "\": ").replace(",\"", ", \""),
    };
    let bare = Order { signed_slots: Vec::new(), sent_slots: Vec::new(), ..desk.order.clone() };
    let layer = desk.dice.below(2) == 1;
    let with =
        |text: &str| bare.clone().with("Receipt", &if layer { encoded(text) } else { text.to_owned() });
    desk.order = with(RECEIPT);
    desk.as_if(&with(&other), &["receipt_json"])
}

fn prefix_left_out(desk: &mut Desk) -> Mistaken {
    desk.custom(&[("Shp_user", "7"), ("Shp_b", "8")]);
    let mut other = desk.order.clone();
    for (name, _) in &mut other.custom {
        *name = name.replace("Shp_", "");
    }
    desk.as_if(&other, &["shp_prefix"])
}

fn login_case(desk: &mut Desk) -> Mistaken {
    if desk.dice.below(2) == 0 {
        // Sent and signed alike, but not as the shop is called.
        desk.order.login = "demoshop".to_owned();
        return desk.as_if(&desk.order.clone(), &["login_spelling"]);
    }
    let login = desk.dice.one_of(&["demoshop", "DEMOSHOP", "Demoshop"]).to_owned();
    let other = Order { login, ..desk.order.clone() };
    desk.as_if(&other, &["login_spelling"])
}

fn keyed(desk: &mut Desk) -> Mistaken {
    desk.own = desk.dice.one_of(&[Algorithm::Md5, Algorithm::Sha256, Algorithm::Sha512]);
    let mut parts = desk.order.parts(desk.password());
    if desk.dice.below(2) == 0 {
        parts.retain(|part| part != desk.password());
    }
    desk.with(&hmac(desk.own, desk.password(), &parts.join(":")), &["hmac"])
}

fn separators(desk: &mut Desk) -> Mistaken {
    let mark = desk.dice.one_of(&[";", "", ",", "|", "::"]);
    let text = desk.order.parts(desk.password()).join(mark);
    desk.with(&hash(desk.own, text.as_bytes()), &["wrong_separator"])
}

fn other_charset(desk: &mut Desk) -> Mistaken {
    desk.custom(&[("Shp_name", "Ок")]);
    let text = desk.order.parts(desk.password()).join(":");
    let bytes: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'О' => 0xCE,
            'к' => 0xEA,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    desk.with(&hash(desk.own, &bytes), &["charset"])
}

fn custom_left_out(desk: &mut Desk) -> Mistaken {
    desk.custom(&[("Shp_user", "7"), ("Shp_b", "8"), ("Shp_empty", "")]);
    let mut other = desk.order.clone();
    match desk.dice.below(3) {
        0 => other.custom.clear(),
        1 => {
            other.custom.remove(0);
        }
        _ => other.custom.retain(|(_, value)| !value.is_empty()),
    }
    desk.as_if(&other, &["shp_left_out"])
}

fn password_last(desk: &mut Desk) -> Mistaken {
    desk.custom(&[("Shp_user", "7")]);
    let mut parts = desk.order.parts(desk.password());
    let last = parts.len() - 1;
    parts.swap(last, last - 1);
    desk.with(&desk.signed(&parts), &["shp_before_password"])
}

fn notice_mistakes(desk: &mut Desk) -> Mistaken {
    let sent =
        "out_summ=69.000000&OutSum=69.000000&InvId=8812&PaymentMethod=BankCard&Fee=2.690000&Shp_b=1&Shp_a=2";
    let (text, code) = desk.dice.one_of(&[
        (format!("69.000000:8812:{PASSWORD_1}:Shp_a=2:Shp_b=1"), "passwords_swapped"),
        (format!("69.00:8812:{PASSWORD_2}:Shp_a=2:Shp_b=1"), "sum_format"),
        (format!("69.000000:8812:{PASSWORD_2}"), "shp_left_out"),
        (format!("69.000000:8812:{PASSWORD_2}:Shp_b=1:Shp_a=2"), "shp_order"),
        (format!("demoShop:69.000000:8812:{PASSWORD_2}:Shp_a=2:Shp_b=1"), "slot_added"),
        (format!("69.000000:8812:{TEST_PASSWORD_2}:Shp_a=2:Shp_b=1"), "test_and_live_mixed"),
    ]);
    Mistaken {
        pasted: format!("{sent}&SignatureValue={}", hash(desk.own, text.as_bytes()).to_uppercase()),
        codes: vec![code],
    }
}

fn question_mistakes(desk: &mut Desk) -> Mistaken {
    let (text, code) = desk.dice.one_of(&[
        (format!("demoShop:7:{PASSWORD_1}"), "passwords_swapped"),
        (format!("7:{PASSWORD_2}"), "slot_left_out"),
        (format!("demoShop:7:{TEST_PASSWORD_2}"), "test_and_live_mixed"),
        (format!("7:demoShop:{PASSWORD_2}"), "slot_moved"),
    ]);
    let path = "https://pay.example/Merchant/WebService/Service.asmx/OpStateExt";
    let signature = hash(desk.own, text.as_bytes());
    Mistaken {
        pasted: format!("{path}?MerchantLogin=demoShop&InvoiceID=7&Signature={signature}"),
        codes: vec![code],
    }
}

fn two_at_once(desk: &mut Desk) -> Mistaken {
    desk.order.test = false;
    desk.custom(&[("Shp_user", "7"), ("Shp_b", "8")]);
    desk.order.sum = "10.00".to_owned();
    let way = desk.dice.below(5);
    let mut other = desk.order.clone();
    match way {
        0 => {
            other.sum = "10".to_owned();
            desk.with(&desk.signed(&other.parts(PASSWORD_2)), &["passwords_swapped", "sum_format"])
        }
        1 => {
            let text = desk.order.parts(TEST_PASSWORD_2).join(":");
            desk.with(&hash(desk.own, text.as_bytes()), &["passwords_swapped", "test_and_live_mixed"])
        }
        2 => {
            desk.own = Algorithm::Sha256;
            let text = desk.order.parts(PASSWORD_2).join(":");
            desk.with(&hash(Algorithm::Md5, text.as_bytes()), &["passwords_swapped", "wrong_algorithm"])
        }
        3 => {
            other.custom.clear();
            let password = format!("{PASSWORD_1} ");
            desk.with(&desk.signed(&other.parts(&password)), &["password_spaces", "shp_left_out"])
        }
        _ => {
            other.sum = "10,00".to_owned();
            let text = other.parts(PASSWORD_1).join(";");
            desk.with(&hash(desk.own, text.as_bytes()), &["sum_format", "wrong_separator"])
        }
    }
}

fn rarer_ones(desk: &mut Desk) -> Mistaken {
    match desk.dice.below(6) {
        0 => {
            desk.order.test = false;
            desk.with(&desk.signed(&desk.order.parts(FORMER)), &["former_password"])
        }
        1 => desk.with("", &["signature_missing"]),
        2 => {
            let right = desk.signed(&desk.order.parts(desk.password()));
            desk.with(&right[1..], &["signature_malformed"])
        }
        3 => {
            let right = desk.signed(&desk.order.parts(desk.password()));
            Mistaken { pasted: desk.order.link(&right).replace('&', "&amp;"), codes: vec!["html_ampersands"] }
        }
        4 => {
            let text = desk.order.parts(desk.password()).join(":") + ":";
            desk.with(&hash(desk.own, text.as_bytes()), &["extra_separator"])
        }
        _ => {
            let mut parts = desk.order.parts(desk.password());
            let at = parts.iter().position(|part| part == desk.password()).unwrap();
            parts.insert(at, "Оплата заказа".to_owned());
            desk.with(&desk.signed(&parts), &["slot_added"])
        }
    }
}

#[test]
fn two_hundred_mistakes_of_integrators_are_named() {
    let mut named = 0_usize;
    let mut missed = Vec::new();
    for seed in 0..MISTAKES {
        let mut dice = Dice::new(seed + 1);
        let order = Order::roll(&mut dice);
        let own = dice.one_of(&[
            Algorithm::Md5,
            Algorithm::Md5,
            Algorithm::Sha256,
            Algorithm::Sha512,
            Algorithm::Sha1,
        ]);
        let mut desk = Desk { dice, order, own };
        let kind = KINDS[seed as usize % KINDS.len()];
        let Mistaken { pasted, codes: expected } = kind(&mut desk);
        let report = report(&pasted, desk.own);
        assert_ne!(report.verdict, Verdict::Right, "seed {seed}: {pasted}");
        for secret in [PASSWORD_1, PASSWORD_2, TEST_PASSWORD_1, TEST_PASSWORD_2, FORMER] {
            assert!(!format!("{report:?}").contains(secret), "seed {seed}: {report:?}");
        }
        if codes(&report) == expected {
            named += 1;
        } else {
            missed.push(format!("seed {seed}: {expected:?} was called {:?}\n  {pasted}", codes(&report)));
        }
    }
    println!("{named} of {MISTAKES} mistakes are named rightly\n{}", missed.join("\n"));
    assert!(named * 100 >= MISTAKES as usize * RIGHT_PERCENT, "only {named}:\n{}", missed.join("\n"));
}
