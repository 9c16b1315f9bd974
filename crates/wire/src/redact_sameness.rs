//! What hides secrets and card numbers, compared with a plain and slow way of saying the same: character by
//! character, with a copy of everything.

use proptest::prelude::*;

use crate::card_numbers::{has_card_number, mask_card_numbers};
use crate::form::{RawForm, percent_decode_form, percent_encode_form};
use crate::http::Headers;
use crate::redact::{KEPT_BODY_BYTES_MAX, is_secret_name, redact_body, redact_headers, redact_url};

const SECRET_PARTS: [&str; 9] = [
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "apikey",
    "cardnumber",
    "securitycode",
];
const SECRET_NAMES: [&str; 10] =
    ["pass", "pwd", "pin", "pan", "csc", "cvc", "cvv", "cvc2", "cvv2", "paymentmethodid"];
const CARDS: [&str; 6] = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "4222222222222",
    "2200000000000004",
    "6304000000000000000",
];
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=b";

fn names_a_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| !"-_ ".contains(*c)).flat_map(char::to_lowercase).collect();
    SECRET_NAMES.contains(&plain.as_str()) || SECRET_PARTS.iter().any(|part| plain.contains(part))
}

/// Whether these characters, with `before` and `after` around them, are all of a card number.
fn is_card(number: &[char], before: Option<&char>, after: Option<&char>) -> bool {
    let is_digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    if !is_digit(number.first()) || is_digit(before) || !is_digit(number.last()) || is_digit(after) {
        return false;
    }
    let divides = |c: &char| [' ', '-', '\u{a0}'].contains(c);
    let digits: Vec<u32> = number.iter().filter_map(|c| c.to_digit(10)).collect();
    let check: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum();
    number.iter().all(|c| c.is_ascii_digit() || divides(c))
        && !number.windows(3).any(|three| three.iter().all(divides))
        && (13..=19).contains(&digits.len())
        && ![0, 1, 7].contains(&digits[0])
        && check.is_multiple_of(10)
}

fn mask(text: &str) -> String {
    let sent: Vec<char> = text.chars().collect();
    let mut kept = sent.clone();
    for start in 0..sent.len() {
        // Nineteen digits, with two characters between any two of them.
        for end in start + 1..=sent.len().min(start + 55) {
            let before = start.checked_sub(1).and_then(|at| sent.get(at));
            if is_card(&sent[start..end], before, sent.get(end)) {
                let places: Vec<usize> = (start..end).filter(|at| sent[*at].is_ascii_digit()).collect();
                places[6..places.len() - 4].iter().for_each(|at| kept[*at] = '*');
            }
        }
    }
    kept.into_iter().collect()
}

fn after_spaces(text: &[char], from: usize) -> usize {
    (from..text.len()).find(|at| !text[*at].is_whitespace()).unwrap_or(text.len())
}

/// Where the string ends that begins here with a quote.
fn string_end(text: &[char], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < text.len() {
        match text[at] {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn value_end(text: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at < text.len() {
        match text[at] {
            '}' | ']' | ',' if depth == 0 => return at,
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        let closes = "\"}]".contains(text[at]);
        at = if text[at] == '"' { string_end(text, at) } else { at + 1 };
        if closes && depth == 0 {
            return at;
        }
    }
    text.len()
}

fn unescaped(token: &str) -> String {
    let quoted: Vec<char> = token.trim_matches('"').chars().collect();
    let (mut plain, mut at) = (String::new(), 0);
    while at < quoted.len() {
        let code = quoted.get(at + 2..at + 6).map(|hex| hex.iter().collect::<String>());
        let code = code.and_then(|hex| u32::from_str_radix(&hex, 16).ok()).and_then(char::from_u32);
        match (quoted[at], quoted.get(at + 1), code) {
            ('\\', Some('u'), Some(c)) => {
                plain.push(c);
                at += 6;
            }
            ('\\', _, _) => at += 1,
            (c, _, _) => {
                plain.push(c);
                at += 1;
            }
        }
    }
    plain
}

fn hide_json(text: &[char], of_method: bool) -> String {
    let (mut kept, mut at) = (String::new(), 0);
    while at < text.len() {
        let end = if text[at] == '"' { string_end(text, at) } else { at + 1 };
        let token: String = text[at..end].iter().collect();
        kept.push_str(&token);
        let colon = after_spaces(text, end);
        let is_name = text[at] == '"' && text.get(colon) == Some(&':');
        at = end;
        if !is_name {
            continue;
        }
        let (name, value) = (unescaped(&token), after_spaces(text, colon + 1));
        if names_a_secret(&name) || (of_method && name == "id") {
            kept.push_str(": \"***\"");
            at = value_end(text, value);
        } else if !of_method && name == "payment_method" && text.get(value) == Some(&'{') {
            at = value_end(text, value);
            kept.push_str(": ");
            kept.push_str(&hide_json(&text[value..at], true));
        }
    }
    kept
}

fn hide_form(text: &str) -> String {
    let plain = |coded: &str| String::from_utf8_lossy(&percent_decode_form(coded.as_bytes())).into_owned();
    let hide_piece = |piece: &str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        let (shown, value) = (mask(&plain(value)), plain(value));
        match (names_a_secret(&plain(name)), shown == value) {
            (true, _) => format!("{name}=***"),
            (false, true) => mask(piece),
            (false, false) => format!("{name}={}", percent_encode_form(shown.as_bytes())),
        }
    };
    text.split('&').map(hide_piece).collect::<Vec<_>>().join("&")
}

fn hide_url(url: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, None), |(address, query)| (address, Some(query)));
    let address = match address.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.split('@').next_back().unwrap();
            mask(&format!("{scheme}://{host}{path}"))
        }
        None => mask(address),
    };
    address + &query.map(|query| format!("?{}", hide_form(query))).unwrap_or_default()
}

fn hide_body(kind: Option<&str>, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    let lower = kind.unwrap_or_default().to_lowercase();
    let mut kept = if lower.starts_with("multipart/form-data") {
        let piece = |name: &[u8], value: &[u8]| {
            hide_form(&format!("{}={}", percent_encode_form(name), percent_encode_form(value)))
        };
        match RawForm::from_body(kind, body) {
            Ok(form) => form.fields().iter().map(|f| piece(&f.name, &f.value)).collect::<Vec<_>>().join("&"),
            Err(error) => format!("[{error}]"),
        }
    } else if text.trim_start().starts_with(|c| "{[\"".contains(c)) {
        mask(&hide_json(&text.chars().collect::<Vec<_>>(), false))
    } else if lower.starts_with(FORM) {
        hide_form(&text)
    } else {
        mask(&text)
    };
    while kept.len() > KEPT_BODY_BYTES_MAX {
        kept.pop();
    }
    kept
}

/// A word, each letter of it large or small, perhaps with what does not count between them.
fn disguised(word: &'static str) -> impl Strategy<Value = String> {
    let letters = proptest::collection::vec((any::<bool>(), "[-_ ж]?", 0..12_u8), word.len());
    letters.prop_map(move |disguises| {
        let disguise = |(letter, (large, between, chance)): (char, (bool, String, u8))| {
            let letter = match (letter, large, chance) {
                ('k', true, 0) => '\u{212a}',
                (_, true, _) => letter.to_ascii_uppercase(),
                (_, false, _) => letter,
            };
            if chance == 1 { format!("{letter}{between}") } else { letter.to_string() }
        };
        word.chars().zip(disguises).map(disguise).collect()
    })
}

fn name() -> impl Strategy<Value = String> {
    let secret = (
        "[a-z_Aж]{0,2}",
        proptest::sample::select(words_of_secrets()).prop_flat_map(disguised),
        "[a-z1ж]{0,2}",
    );
    let ordinary =
        ["payment_method", "id", "amount", "OutSum", "company", "spin", "имя", "", "passw", "aapi-key"];
    prop_oneof![
        secret.prop_map(|(before, word, after)| before + &word + &after),
        proptest::sample::select(words_of_secrets()).prop_flat_map(disguised),
        proptest::sample::select(ordinary.to_vec()).prop_map(str::to_owned),
        "[a-zA-Z_\\- ж\u{212a}İ]{0,12}",
    ]
}

fn words_of_secrets() -> Vec<&'static str> {
    SECRET_NAMES.into_iter().chain(SECRET_PARTS).collect()
}

/// Rows of digits, some of them card numbers, in groups and with neighbours of all kinds.
fn digits() -> impl Strategy<Value = String> {
    let between =
        prop_oneof![9 => Just(""), 1 => Just(" "), 1 => Just("-"), 1 => Just("\u{a0}"), 1 => Just(" -")];
    let card = (proptest::sample::select(CARDS.to_vec()), proptest::collection::vec(between, 19));
    let grouped = card.prop_map(|(card, between)| {
        card.chars().zip(between).map(|(digit, between)| format!("{digit}{between}")).collect::<String>()
    });
    let whole = proptest::sample::select(CARDS.to_vec()).prop_map(str::to_owned);
    let piece =
        prop_oneof![whole, grouped, "[0-9]{1,20}", "[0-9 \\-]{1,24}", "[ \\-\u{a0}\u{ab}àРaж,.]{1,3}"];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![digits(), name(), "[a-zA-Z0-9 .:/ж\u{2003}-]{0,20}"]
}

/// What JSON is made of, in an order in which it often is JSON.
fn json() -> impl Strategy<Value = String> {
    let space = || "[ \n\t\u{a0}]{0,2}";
    let member = (name(), space(), space()).prop_map(|(name, a, b)| format!("\"{name}\"{a}:{b}"));
    let escaped = proptest::sample::select(vec![
        "\"\\u0070assword\":",
        "\"pass\\word\" :",
        "\"\\u+070in\":",
        "\"\\\\u0070in\":",
        "\"a\\\"\":",
        "\"a\\\\\":",
        "\"token\":\"a\\\\\",",
        "\"pin\\",
        "\"payment_method\":{",
        "\"payment_method\" : {\"id\":\"2\",",
    ]);
    let mark =
        proptest::sample::select(vec!["{", "}", "[", "]", ",", "\"", "\\", ":", "},", "],", " ", "null"]);
    let piece = prop_oneof![
        3 => member,
        2 => value().prop_map(|value| format!("\"{value}\"")),
        1 => digits(),
        1 => escaped.prop_map(str::to_owned),
        3 => mark.prop_map(str::to_owned),
    ];
    ("[ \n\u{a0}]{0,2}[{\\[\"]", proptest::collection::vec(piece, 0..24))
        .prop_map(|(begin, pieces)| begin + &pieces.concat())
}

/// Names and values, encoded in part.
fn form() -> impl Strategy<Value = String> {
    let coded = |text: String, how: u8| match how {
        0 => percent_encode_form(text.as_bytes()),
        1 => text.replace('-', "%2D").replace('1', "%31").replace(' ', "+"),
        2 => text.replace(' ', "+") + "%e6%",
        _ => text,
    };
    let field = (name(), 0..5_u8, "=?=?", value(), 0..5_u8);
    let piece =
        field.prop_map(move |(name, a, equals, value, b)| coded(name, a) + &equals + &coded(value, b));
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join("&"))
}

fn url() -> impl Strategy<Value = String> {
    let user = proptest::sample::select(vec!["", "user:word@", "a@b@", "@"]);
    let scheme = proptest::sample::select(vec!["https://", "", "://", "/"]);
    (scheme, user, "[a-z.]{0,8}/?", value(), proptest::option::of(form())).prop_map(
        |(scheme, user, host, path, query)| {
            let query = query.map(|query| format!("?{query}")).unwrap_or_default();
            format!("{scheme}{user}{host}{path}{query}")
        },
    )
}

fn multipart() -> impl Strategy<Value = String> {
    let part = (name(), value()).prop_map(|(name, value)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    proptest::collection::vec(part, 0..4).prop_map(|parts| parts.concat() + "--b--")
}

/// The bytes of a text, sometimes with others among them.
fn bytes(text: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let strangers = proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..3);
    (text, any::<bool>(), strangers).prop_map(|(text, broken, strangers)| {
        let mut bytes = text.into_bytes();
        for (at, stranger) in strangers.into_iter().filter(|_| broken) {
            bytes.insert(at.index(bytes.len() + 1), stranger);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_same_names_are_secret(name in name()) {
        prop_assert_eq!(is_secret_name(&name), names_a_secret(&name));
    }

    #[test]
    fn the_same_digits_are_masked(text in digits()) {
        prop_assert_eq!(&*mask_card_numbers(&text), &mask(&text));
        prop_assert_eq!(has_card_number(&text), mask(&text) != text);
    }

    #[test]
    fn the_same_headers_are_kept(lines in proptest::collection::vec((name(), value()), 0..4)) {
        let shown = |(name, value): &(String, String)| {
            (name.clone(), if names_a_secret(name) { "***".to_owned() } else { mask(value) })
        };
        let expected: Vec<_> = lines.iter().map(shown).collect();
        let headers = Headers::from_iter(lines);
        let kept: Vec<_> =
            redact_headers(&headers).into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
        prop_assert_eq!(kept, expected);
    }

    #[test]
    fn the_same_addresses_are_kept(url in url()) {
        prop_assert_eq!(&*redact_url(&url), &hide_url(&url));
    }

    #[test]
    fn the_same_bodies_are_kept(
        body in prop_oneof![bytes(json()), bytes(form()), bytes(multipart()), bytes(value())],
        kind in proptest::sample::select(vec![
            None, Some("application/json"), Some(FORM), Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"),
            Some(MULTIPART), Some("ж"),
        ]),
    ) {
        prop_assert_eq!(&*redact_body(kind, &body), &hide_body(kind, &body));
    }
}

#[test]
fn every_secret_name_is_known_in_any_case_and_alone() {
    for word in words_of_secrets() {
        assert!(is_secret_name(word) && is_secret_name(&word.to_uppercase()), "{word}");
        assert_eq!(is_secret_name(&format!("a{word}")), SECRET_PARTS.contains(&word), "{word}");
    }
}

#[test]
fn long_bodies_are_cut_at_the_same_place() {
    let long = format!("{{\"token\":1,\"a\":\"{}\"}}", "ж".repeat(KEPT_BODY_BYTES_MAX / 2));
    assert_eq!(redact_body(None, long.as_bytes()), hide_body(None, long.as_bytes()));
}
