//! The signature has no names in it: no value that was signed for one slot may be taken for another.

use protocols::robokassa::errors::Refused;

use crate::support::{Shop, blamed};

/// A slot with a value of its type: the parameters as sent, and the text as signed.
struct Slot {
    name: &'static str,
    method: Option<&'static str>,
    value: &'static str,
    verb: &'static str,
}

impl Slot {
    fn signed(&self) -> String {
        if self.method.is_some() { format!("{}:{}", self.value, self.verb) } else { self.value.to_owned() }
    }

    /// All ways to send a signed text in this slot: whole, or cut where the slot has a second part.
    fn sent(&self, signed: &str) -> Vec<Vec<(&'static str, String)>> {
        let whole = vec![(self.name, signed.to_owned())];
        let Some(method) = self.method else { return vec![whole] };
        let with = |value: &str, verb: &str| vec![(self.name, value.to_owned()), (method, verb.to_owned())];
        let mut ways = vec![whole, with(signed, ""), with(signed, "GET"), with("", signed)];
        ways.extend(signed.rsplit_once(':').map(|(value, verb)| with(value, verb)));
        ways
    }
}

const fn slot(name: &'static str, value: &'static str) -> Slot {
    Slot { name, method: None, value, verb: "" }
}

const SLOTS: [Slot; 8] = [
    slot("OutSumCurrency", "USD"),
    slot("UserIp", "203.0.113.7"),
    slot("Receipt", r#"{"items":[{"name":"a","quantity":1,"sum":100.26,"tax":"none"}]}"#),
    slot("StepByStep", "true"),
    slot("ResultUrl2", "https://shop.test/r"),
    Slot {
        name: "SuccessUrl2",
        method: Some("SuccessUrl2Method"),
        value: "https://shop.test/s",
        verb: "GET",
    },
    Slot { name: "FailUrl2", method: Some("FailUrl2Method"), value: "https://shop.test/f", verb: "POST" },
    slot("Token", "14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf"),
];

fn open(fields: &[(&'static str, String)], signed_slots: &str) -> Result<protocols::order::Order, Refused> {
    let signed = format!("demo:100.26:450009:{signed_slots}:password1");
    let mut all = vec![("MerchantLogin", "demo"), ("OutSum", "100.26"), ("InvId", "450009")];
    all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
    Shop::md5().open_signed(&all, &signed)
}

#[test]
fn each_slot_alone_is_verified_under_its_own_name() {
    for slot in &SLOTS {
        let own = slot.sent(&slot.signed()).pop().unwrap();
        let expected = match slot.name {
            "OutSumCurrency" | "UserIp" | "Receipt" | "ResultUrl2" | "SuccessUrl2" => None,
            // Alone it signs like SuccessUrl2, so it is not accepted alone.
            "FailUrl2" => Some((29, Some("FailUrl2"))),
            "StepByStep" => Some((64, Some(slot.name))),
            _ => Some((41, Some(slot.name))),
        };
        match expected {
            Some(expected) => assert_eq!(blamed(open(&own, &slot.signed())), expected, "{}", slot.name),
            None => assert!(open(&own, &slot.signed()).is_ok(), "{}", slot.name),
        }
    }
}

#[test]
fn a_value_signed_for_one_slot_is_refused_in_every_other() {
    let mut tried = 0;
    for signed_for in &SLOTS {
        for sent_as in SLOTS.iter().filter(|slot| slot.name != signed_for.name) {
            // The two ways back have one type and sign alike. A shop's signature of a lone FailUrl2 does
            // not exist, because such a request is refused; so there is nothing to exchange.
            if (signed_for.name, sent_as.name) == ("FailUrl2", "SuccessUrl2") {
                continue;
            }
            for fields in sent_as.sent(&signed_for.signed()) {
                let refused = blamed(open(&fields, &signed_for.signed()));
                assert_eq!(refused.0, 29, "{} sent as {}: {fields:?}", signed_for.name, sent_as.name);
                tried += 1;
            }
        }
    }
    assert!(tried > 55, "every ordered pair of eight slots but one, at least once");
}

#[test]
fn two_signed_slots_that_exchange_their_values_are_refused() {
    for (at, first) in SLOTS.iter().enumerate() {
        for second in &SLOTS[at + 1..] {
            let signed = format!("{}:{}", first.signed(), second.signed());
            let mut fields = first.sent(&second.signed()).pop().unwrap();
            fields.extend(second.sent(&first.signed()).pop().unwrap());
            assert_eq!(blamed(open(&fields, &signed)).0, 29, "{} and {}", first.name, second.name);
        }
    }
}

#[test]
fn one_slot_cannot_swallow_its_neighbours() {
    let [.., result, success, fail, _] = &SLOTS;
    let both = format!("{}:{}", success.signed(), fail.signed());
    let all = format!("{}:{both}", result.signed());
    for (name, method, signed) in [
        ("SuccessUrl2", "SuccessUrl2Method", &both),
        ("FailUrl2", "FailUrl2Method", &both),
        ("SuccessUrl2", "SuccessUrl2Method", &all),
    ] {
        let (swallowed, verb) = signed.rsplit_once(':').unwrap();
        let fields = [(name, swallowed.to_owned()), (method, verb.to_owned())];
        assert_eq!(blamed(open(&fields, signed)).0, 29, "{name}");
        // Nor if it is sent encoded once more, for a client that signs what it decoded.
        let encoded =
            [(name, wire::form::percent_encode_form(swallowed.as_bytes())), (method, verb.to_owned())];
        assert_eq!(blamed(open(&encoded, signed)).0, 29, "{name}");
    }
    assert_eq!(blamed(open(&[("ResultUrl2", all.clone())], &all)).0, 29);
}

#[test]
fn the_number_and_the_sum_cannot_swallow_each_other() {
    let shop = Shop::md5();
    let signed = "demo:100.26:450009:USD:password1";
    for fields in [
        [("MerchantLogin", "demo"), ("OutSum", "100.26:450009"), ("InvId", "USD")],
        [("MerchantLogin", "demo"), ("OutSum", "100.26"), ("InvId", "450009:USD")],
    ] {
        assert!([30, 31].contains(&blamed(shop.open_signed(&fields, signed)).0), "{fields:?}");
    }
    let fields = [("MerchantLogin", "demo:100.26"), ("OutSum", "450009"), ("InvId", "USD")];
    assert_eq!(blamed(shop.open_signed(&fields, signed)).0, 29);
}

#[test]
fn custom_fields_cannot_be_joined_or_cut() {
    let base = [("MerchantLogin", "demo"), ("OutSum", "100.26"), ("InvId", "450009")];
    let signed = "demo:100.26:450009:password1:Shp_a=1:Shp_b=2";
    for (custom, number) in
        [(("Shp_a", "1:Shp_b=2"), 29), (("Shp_a", "1:sHp_b=2"), 29), (("Shp_a=1:Shp_b", "2"), 30)]
    {
        let fields: Vec<_> = base.into_iter().chain([custom]).collect();
        assert_eq!(blamed(Shop::md5().open_signed(&fields, signed)).0, number, "{custom:?}");
    }
    let whole: Vec<_> = base.into_iter().chain([("Shp_b", "2"), ("Shp_a", "1")]).collect();
    assert!(Shop::md5().open_signed(&whole, signed).is_ok());
}
