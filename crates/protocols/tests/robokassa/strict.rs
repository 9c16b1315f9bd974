//! What a strict check of signatures refuses and the usual one takes.

use protocols::robokassa::keys::Switches;

use crate::support::Shop;

const BASE: [(&str, &str); 3] = [("MerchantLogin", "demo"), ("OutSum", "100.00"), ("InvId", "7")];
const RECEIPT: &str = r#"{"items":[{"name":"x","quantity":1,"sum":100,"tax":"none"}]}"#;
const ENCODED: &str = "%7B%22items%22%3A%5B%7B%22name%22%3A%22x%22%2C%22quantity%22%3A1%2C%22sum%22%3A100%2C%22tax%22%3A%22none%22%7D%5D%7D";

/// Whether the usual and the strict check take a link with more fields under this signed text.
fn taken(more: &[(&str, &str)], signed: &str) -> (bool, bool) {
    let fields: Vec<(&str, &str)> = BASE.iter().chain(more).copied().collect();
    let usual = Shop::md5();
    let strict = Shop { switches: Switches { strict: true, ..Switches::default() }, ..Shop::md5() };
    (usual.open_signed(&fields, signed).is_ok(), strict.open_signed(&fields, signed).is_ok())
}

#[test]
fn spellings_of_official_modules_are_taken_by_both() {
    for (more, signed) in [
        (vec![], "demo:100.00:7:password1".to_owned()),
        (vec![("Receipt", RECEIPT)], format!("demo:100.00:7:{RECEIPT}:password1")),
        (vec![("Receipt", ENCODED)], format!("demo:100.00:7:{ENCODED}:password1")),
        (vec![("Receipt", ENCODED)], format!("demo:100.00:7:{RECEIPT}:password1")),
        (vec![("UserIp", "192.0.2.1")], "demo:100.00:7:192.0.2.1:password1".to_owned()),
        (
            vec![("shp_label", "a"), ("Shp_id", "b")],
            "demo:100.00:7:password1:Shp_id=b:shp_label=a".to_owned(),
        ),
        (vec![("Shp_a", "x y")], "demo:100.00:7:password1:Shp_a=x%20y".to_owned()),
        (
            vec![("SuccessUrl2", "https://shop.example/ok"), ("SuccessUrl2Method", "GET")],
            "demo:100.00:7:https://shop.example/ok:GET:password1".to_owned(),
        ),
    ] {
        assert_eq!(taken(&more, &signed), (true, true), "{signed}");
    }
}

#[test]
fn spellings_that_only_we_take_are_refused_by_the_strict_check() {
    let url = ("SuccessUrl2", "https://shop.example/ok");
    for (more, signed) in [
        (vec![("Receipt", RECEIPT)], format!("demo:100.00:7:{ENCODED}:password1")),
        (vec![("Receipt", RECEIPT)], "demo:100.00:7::password1".to_owned()),
        (vec![("UserIp", "192.0.2.1")], "demo:100.00:7:password1".to_owned()),
        (
            vec![("shp_b", "1"), ("Shp_a", "2"), ("SHP_C", "3")],
            "demo:100.00:7:password1:shp_b=1:Shp_a=2:SHP_C=3".to_owned(),
        ),
        (vec![("Shp_a", "x%20y")], "demo:100.00:7:password1:Shp_a=x y".to_owned()),
        (
            vec![url, ("SuccessUrl2Method", "GET")],
            "demo:100.00:7:https%3A%2F%2Fshop.example%2Fok:GET:password1".to_owned(),
        ),
    ] {
        assert_eq!(taken(&more, &signed), (true, false), "{signed}");
    }
}
