//! The recorded vector of a payment that shops share.

use protocols::robokassa::keys::ShopKeys;
use protocols::robokassa::split::SplitStart;
use protocols::robokassa::{Endpoint, path};
use serde_json::Value;
use wire::form::encode_pairs;

use crate::support::{Shop, get, now, post};

const VECTORS: &str = include_str!("../../vectors/robokassa.json");

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn a_shared_payment_is_verified_as_recorded() {
    let all: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let split: Vec<Value> = all.into_iter().filter(|vector| vector["kind"] == "split").collect();
    let [vector] = &split[..] else { panic!("one vector") };
    let mut shop = Shop::with(text(vector, "algo"), text(&vector["secrets"], "password1"), "password2");
    shop.switches.split = true;
    let invoice = text(&vector["input"], "Invoice");
    let keys = ShopKeys { login: "m1", ..shop.keys() };
    for signature in [text(vector, "expected").to_owned(), text(vector, "expected").to_uppercase()] {
        let query = encode_pairs([("Invoice", invoice), ("Signature", &signature)]);
        for request in [get(&query), post("", &query), post(&query, "")] {
            let order = SplitStart::read(&request).unwrap().verify(&keys, now()).unwrap();
            assert_eq!((order.sum.minor(), order.split.len()), (70_000, 1));
            assert_eq!((order.split[0].login.as_str(), order.split[0].number), ("m2", Some(7)));
        }
    }
    assert_eq!(path("/merchant/payment/createv2"), Some(Endpoint::SplitStart));
}
