//! Two hundred mistakes of the kinds that integrators make with checkouts, and how many are named rightly.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest as _, Md5};
use protocols::interkassa::explain::mistake::Mistake;
use protocols::robokassa::explain::report::Verdict;
use sha2::Sha256;
use wire::form::encode_pairs;

use crate::explained::{FORMER, SHOP, SHOP_KEY, TEST_KEY, judged};
use crate::support::{Checkout, ID, KEY};

/// So many requests are made.
const MISTAKES: u64 = 200;
/// So many of a hundred must be named rightly.
const RIGHT_PERCENT: usize = 95;
/// What sorts foreign fields behind all of the protocol's.
const FOREIGN: &str = "submit";

/// A small generator of numbers: the same seed makes the same requests everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// A request with a mistake, and what the mistake is called.
type Mistaken = (String, Vec<&'static str>);

/// An integrator with an order: the fields as he sends them.
struct Desk {
    dice: Dice,
    sha256: bool,
    fields: Vec<(String, String)>,
}

impl Desk {
    fn new(seed: u64) -> Desk {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let sha256 = dice.below(2) == 0;
        let mut desk = Desk { dice, sha256, fields: Vec::new() };
        let number = format!("ID_{}", desk.dice.below(90_000) + 1_000);
        desk.add("ik_pm_no", &number);
        desk.add("ik_co_id", ID);
        let sum = format!("{}.{}0", desk.dice.below(9_000) + 1, desk.dice.below(9) + 1);
        desk.add("ik_am", &sum);
        let currency = desk.dice.one_of(&["UAH", "USD", "EUR"]);
        desk.add("ik_cur", currency);
        let what = desk.dice.one_of(&["Оплата заказа", "Order of tea", "Чай & мёд, 2 шт."]);
        desk.add("ik_desc", what);
        if desk.dice.below(3) == 0 {
            desk.add("ik_suc_u", "https://shop.test/done?a=1&b=2");
        }
        desk
    }

    fn add(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    fn value(&self, name: &str) -> String {
        self.fields.iter().find(|(known, _)| known == name).unwrap().1.clone()
    }

    /// The fields in the order of the protocol.
    fn sorted(&self) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        fields.sort();
        fields
    }

    /// The values in the order of the protocol, one of them replaced, or left out.
    fn values(&self, bend: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
        self.sorted().iter().filter_map(|(name, value)| bend(name, value)).collect()
    }

    fn right(&self) -> Vec<String> {
        self.values(|_, value| Some(value.to_owned()))
    }

    fn with(&self, name: &str, value: &str) -> Vec<String> {
        self.values(|known, own| Some(if known == name { value } else { own }.to_owned()))
    }

    fn digest(&self, bytes: &[u8]) -> Vec<u8> {
        if self.sha256 { Sha256::digest(bytes).to_vec() } else { Md5::digest(bytes).to_vec() }
    }

    fn sent(&self, signature: &str) -> String {
        let own = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        encode_pairs(own.chain([("ik_sign", signature)]))
    }

    /// The order, signed over these values and this key.
    fn signed(&self, values: &[String], key: &str, codes: &[&'static str]) -> Mistaken {
        self.hashed(format!("{}:{key}", values.join(":")).as_bytes(), codes)
    }

    fn hashed(&self, bytes: &[u8], codes: &[&'static str]) -> Mistaken {
        (self.sent(&STANDARD.encode(self.digest(bytes))), codes.to_vec())
    }
}

type Kind = fn(&mut Desk) -> Mistaken;

const KINDS: [Kind; 25] = [
    |desk| desk.signed(&desk.right(), TEST_KEY, &["keys_swapped"]),
    |desk| desk.signed(&desk.right(), FORMER, &["former_key"]),
    other_algorithm,
    |desk| {
        let sent: Vec<String> = desk.fields.iter().map(|(_, value)| value.clone()).collect();
        desk.signed(&sent, KEY, &["field_order"])
    },
    sorted_otherwise,
    amount_format,
    |desk| {
        desk.fields[2].1 = "10.70".to_owned();
        desk.signed(&desk.with("ik_am", "11"), KEY, &["amount_rounded"])
    },
    other_coding,
    own_left_out,
    |desk| {
        let gone = desk.dice.one_of(&["ik_desc", "ik_cur", "ik_pm_no"]);
        let kept = desk.values(|name, value| (name != gone).then(|| value.to_owned()));
        desk.signed(&kept, KEY, &["field_left_out"])
    },
    |desk| {
        desk.add("ik_x_note", "");
        let full = desk.values(|_, value| (!value.is_empty()).then(|| value.to_owned()));
        desk.signed(&full, KEY, &["empty_left_out"])
    },
    |desk| desk.hashed(format!("{KEY}:{}", desk.right().join(":")).as_bytes(), &["key_moved"]),
    |desk| desk.hashed(desk.right().join(":").as_bytes(), &["key_left_out"]),
    |desk| {
        let named = desk.sorted().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        desk.signed(&named, KEY, &["names_signed"])
    },
    |desk| {
        let mark = desk.dice.one_of(&[";", ",", "", "|"]);
        let text = [desk.right(), vec![KEY.to_owned()]].concat().join(mark);
        desk.hashed(text.as_bytes(), &["wrong_separator"])
    },
    keyed,
    in_windows,
    encoded_value,
    |desk| {
        let small = desk.value("ik_cur").to_lowercase();
        desk.signed(&desk.with("ik_cur", &small), KEY, &["value_case"])
    },
    |desk| {
        desk.fields[4].1 = " Tea and honey ".to_owned();
        desk.signed(&desk.with("ik_desc", "Tea and honey"), KEY, &["value_trimmed"])
    },
    |desk| {
        desk.add(FOREIGN, "Pay now");
        desk.signed(&desk.right(), KEY, &["field_added"])
    },
    |desk| {
        let key = desk.dice.one_of(&[format!("{KEY} "), format!(" {KEY}"), format!("{KEY}\n")]);
        desk.signed(&desk.right(), &key, &["key_spaces"])
    },
    notice_mistakes,
    first_protocol,
    two_at_once,
];

fn other_algorithm(desk: &mut Desk) -> Mistaken {
    let text = format!("{}:{KEY}", desk.right().join(":"));
    desk.sha256 = !desk.sha256;
    let (sent, codes) = desk.hashed(text.as_bytes(), &["wrong_algorithm"]);
    desk.sha256 = !desk.sha256;
    (sent, codes)
}

fn sorted_otherwise(desk: &mut Desk) -> Mistaken {
    desk.add("ik_x_b", "second");
    desk.add("ik_x_A", "first");
    desk.add("ik_x_C", "third");
    let mut fields = desk.fields.clone();
    match desk.dice.below(2) {
        0 => fields.sort_by_key(|(name, _)| name.to_lowercase()),
        _ => fields.sort_by(|a, b| b.cmp(a)),
    }
    let values: Vec<String> = fields.into_iter().map(|(_, value)| value).collect();
    desk.signed(&values, KEY, &["field_order"])
}

fn amount_format(desk: &mut Desk) -> Mistaken {
    let sum = desk.value("ik_am");
    let way = desk.dice.below(3);
    let signed = match way {
        0 => sum.trim_end_matches('0').to_owned(),
        1 => sum.replace('.', ","),
        _ => format!("{sum}0"),
    };
    desk.signed(&desk.with("ik_am", &signed), KEY, &["amount_format"])
}

fn other_coding(desk: &mut Desk) -> Mistaken {
    let digest = desk.digest(format!("{}:{KEY}", desk.right().join(":")).as_bytes());
    match desk.dice.below(4) {
        0 => (desk.sent(&hex::encode(digest)), vec!["signature_hex"]),
        1 => (desk.sent(&STANDARD.encode(hex::encode(digest))), vec!["signature_of_hex"]),
        2 => (desk.sent(&URL_SAFE_NO_PAD.encode(digest)), vec!["signature_alphabet"]),
        _ => (desk.sent(""), vec!["signature_missing"]),
    }
}

fn own_left_out(desk: &mut Desk) -> Mistaken {
    desk.add("ik_x_user", "7");
    desk.add("ik_x_cart", "8");
    let kept = desk.values(|name, value| (!name.starts_with("ik_x_")).then(|| value.to_owned()));
    desk.signed(&kept, KEY, &["field_left_out"])
}

fn keyed(desk: &mut Desk) -> Mistaken {
    let text = desk.right().join(":");
    let digest = if desk.sha256 {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    } else {
        let mut mac = <Hmac<Md5> as KeyInit>::new_from_slice(KEY.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    (desk.sent(&STANDARD.encode(digest)), vec!["hmac"])
}

fn in_windows(desk: &mut Desk) -> Mistaken {
    desk.fields[4].1 = "Чай".to_owned();
    let text = format!("{}:{KEY}", desk.right().join(":"));
    let byte = |letter| match letter {
        'Ч' => 0xD7,
        'а' => 0xE0,
        'й' => 0xE9,
        other => u8::try_from(u32::from(other)).unwrap(),
    };
    desk.hashed(&text.chars().map(byte).collect::<Vec<u8>>(), &["charset"])
}

fn encoded_value(desk: &mut Desk) -> Mistaken {
    desk.fields.retain(|(name, _)| name != "ik_suc_u");
    desk.add("ik_fal_u", "https://shop.test/fail?a=1&b=2");
    let (signed, code) = match desk.dice.below(2) {
        0 => ("https%3A%2F%2Fshop.test%2Ffail%3Fa%3D1%26b%3D2", "value_encoding"),
        _ => ("https://shop.test/fail?a=1&amp;b=2", "value_encoding"),
    };
    desk.signed(&desk.with("ik_fal_u", signed), KEY, &[code])
}

fn notice_mistakes(desk: &mut Desk) -> Mistaken {
    let live = "card_interkassa_merchant_uah";
    let via = desk.dice.one_of(&[live, "test_interkassa_test_xts"]);
    desk.fields.truncate(5);
    for (name, value) in [
        ("ik_inv_id", "36051650"),
        ("ik_inv_st", "success"),
        ("ik_co_prs_id", "404025496344"),
        ("ik_trn_id", ""),
        ("ik_pw_via", via),
    ] {
        desk.add(name, value);
    }
    let (own, other) = if via == live { (KEY, TEST_KEY) } else { (TEST_KEY, KEY) };
    match desk.dice.below(3) {
        0 => desk.signed(&desk.right(), other, &["keys_swapped"]),
        1 => {
            let full = desk.values(|_, value| (!value.is_empty()).then(|| value.to_owned()));
            desk.signed(&full, own, &["empty_left_out"])
        }
        _ => {
            let kept = desk.values(|name, value| (name != "ik_desc").then(|| value.to_owned()));
            desk.signed(&kept, own, &["field_left_out"])
        }
    }
}

fn first_protocol(desk: &mut Desk) -> Mistaken {
    let (sum, number) = (desk.value("ik_am"), format!("J{}", desk.dice.below(9_000)));
    let fields = [
        ("ik_shop_id", SHOP),
        ("ik_payment_amount", sum.as_str()),
        ("ik_payment_id", number.as_str()),
        ("ik_payment_desc", "order"),
        ("ik_paysystem_alias", ""),
        ("ik_baggage_fields", "cart7"),
    ];
    let (text, code) = desk.dice.one_of(&[
        (format!("{SHOP}:{sum}:{number}:cart7:{SHOP_KEY}"), "empty_left_out"),
        (format!("cart7:{sum}:{number}::{SHOP}:{SHOP_KEY}"), "field_order"),
        (format!("{SHOP}:{sum}:{number}::cart7"), "key_left_out"),
        (format!("{SHOP}:{sum}:{number}::cart7:{FORMER}"), "former_key"),
    ]);
    let digest = Md5::digest(text);
    let signature = hex::encode(digest);
    let sent = encode_pairs(fields.into_iter().chain([("ik_sign_hash", signature.as_str())]));
    (sent, vec![code])
}

fn two_at_once(desk: &mut Desk) -> Mistaken {
    let sum = desk.value("ik_am");
    match desk.dice.below(4) {
        0 => {
            let signed = desk.with("ik_am", &sum.replace('.', ","));
            desk.signed(&signed, TEST_KEY, &["amount_format", "keys_swapped"])
        }
        1 => {
            let digest = desk.digest(format!("{}:{TEST_KEY}", desk.right().join(":")).as_bytes());
            (desk.sent(&hex::encode(digest)), vec!["keys_swapped", "signature_hex"])
        }
        2 => {
            let sent: Vec<String> = desk.fields.iter().map(|(_, value)| value.clone()).collect();
            desk.signed(&sent, &format!("{KEY}\n"), &["field_order", "key_spaces"])
        }
        _ => {
            let (sent, _) = desk.signed(&desk.with("ik_am", sum.trim_end_matches('0')), KEY, &[]);
            (sent.replace('&', "&amp;"), vec!["amount_format", "html_ampersands"])
        }
    }
}

#[test]
fn two_hundred_mistakes_of_integrators_are_named() {
    let mut named = 0_usize;
    let mut missed = Vec::new();
    for seed in 0..MISTAKES {
        let mut desk = Desk::new(seed + 1);
        let (pasted, expected) = KINDS[seed as usize % KINDS.len()](&mut desk);
        let algorithm = if desk.sha256 { "sha256" } else { "md5" };
        let report = judged(&pasted, &Checkout::with(ID, algorithm, KEY));
        assert_ne!(report.verdict, Verdict::Right, "seed {seed}: {pasted}");
        for secret in [KEY, TEST_KEY, FORMER, SHOP_KEY] {
            assert!(!format!("{report:?}").contains(secret), "seed {seed}: {report:?}");
        }
        let mut codes: Vec<&str> = report.mistakes.iter().map(Mistake::code).collect();
        codes.sort_unstable();
        if codes == expected {
            named += 1;
        } else {
            missed.push(format!("seed {seed}: {expected:?} was called {codes:?}\n  {pasted}"));
        }
    }
    println!("{named} of {MISTAKES} mistakes are named rightly\n{}", missed.join("\n"));
    assert!(named * 100 >= MISTAKES as usize * RIGHT_PERCENT, "only {named}:\n{}", missed.join("\n"));
}
