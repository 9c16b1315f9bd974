//! The shop's addresses, and what it does at each of them.

use serde_json::json;

use crate::language::Language;
use crate::message::{Delivery, Reply, Request};

use super::desk::{Desk, Misbehaviour, Order, OrderState, PRODUCTS};
use super::link::{self, Message};
use super::pages;

/// The most notices that one switch lets the shop spoil.
const SPOILED_MAX: u32 = 1_000;

/// Answers one request.
pub(crate) fn handle(desk: &mut Desk, request: &Request) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => pages::home(desk, request),
        ("POST", "/buy") => buy(desk, request),
        ("GET" | "POST", "/result") => result(desk, request),
        ("GET" | "POST", "/success") => success(desk, request),
        ("GET" | "POST", "/fail") => fail(desk, request),
        ("POST", "/misbehave") => switch(desk, request),
        ("GET", "/orders.json") => Reply::json(200, &orders(desk)),
        ("GET" | "POST", _) => pages::nothing(request),
        _ => Reply::text(405, "Method Not Allowed"),
    }
}

/// Writes the order down and sends the buyer away to pay.
fn buy(desk: &mut Desk, request: &Request) -> Reply {
    let wanted = request.field("item").unwrap_or_default();
    let Some(product) = PRODUCTS.iter().find(|product| product.code == wanted) else {
        return pages::nothing(request);
    };
    let test = request.field("test").as_deref() == Some("1");
    let number = desk.take_number();
    let link = link::payment_link(desk, number, product, test, Language::of(request, None));
    let state = OrderState::Waiting;
    let order = Order { product, test, state, link: link.clone(), notices: 0, successes: 0 };
    desk.orders.insert(number, order);
    Reply::see_other(&link)
}

/// `ResultURL`: the only message that makes an order paid. A repetition gets the same answer.
fn result(desk: &mut Desk, request: &Request) -> Reply {
    let misbehaviour = desk.misbehave();
    if misbehaviour == Some(Misbehaviour::Answer500) {
        return Reply::text(500, "the shop was told to fail");
    }
    let mut reply = accept(desk, &Message::new(request.pairs()));
    reply.delivery = match misbehaviour {
        Some(Misbehaviour::Hang) => Delivery::Hang,
        Some(Misbehaviour::Close) => Delivery::Lost,
        Some(Misbehaviour::Answer500) | None => Delivery::AtOnce,
    };
    reply
}

fn accept(desk: &mut Desk, message: &Message) -> Reply {
    let test = message.is_test();
    // Many merchants compare upper-case text exactly, so this one does too.
    if message.field("SignatureValue") != message.expected_signature(desk, desk.password2(test)) {
        desk.rejected = desk.rejected.saturating_add(1);
        return Reply::text(400, "bad sign");
    }
    let sum = link::kopecks(message.field("OutSum"));
    let number: Option<i64> = message.field("InvId").parse().ok();
    let order = number.and_then(|number| desk.orders.get_mut(&number));
    match order {
        Some(order) if order.test == test && sum == Some(order.product.price) => {
            order.state = OrderState::Paid;
            order.notices = order.notices.saturating_add(1);
            Reply::text(200, format!("OK{}", message.field("InvId")))
        }
        Some(_) | None => {
            desk.rejected = desk.rejected.saturating_add(1);
            Reply::text(400, "no such order")
        }
    }
}

/// `SuccessURL`: signed with the first password, a greeting and no proof of payment.
fn success(desk: &mut Desk, request: &Request) -> Reply {
    let message = Message::new(request.pairs());
    let expected = message.expected_signature(desk, desk.password1(message.is_test()));
    let number: Option<i64> = message.field("InvId").parse().ok();
    let good = message.field("SignatureValue").eq_ignore_ascii_case(&expected);
    let order = number.filter(|_| good).and_then(|number| desk.orders.get_mut(&number));
    let Some(order) = order else { return pages::not_believed(request) };
    order.successes = order.successes.saturating_add(1);
    pages::back(request, number.unwrap_or_default(), order, Language::parse(message.field("Culture")))
}

/// `FailURL`: not signed, so it changes only what nobody could gain from.
fn fail(desk: &mut Desk, request: &Request) -> Reply {
    let message = Message::new(request.pairs());
    let number: Option<i64> = message.field("InvId").parse().ok();
    let Some(order) = number.and_then(|number| desk.orders.get_mut(&number)) else {
        return pages::nothing(request);
    };
    order.state = match order.state {
        OrderState::Waiting | OrderState::Failed => OrderState::Failed,
        OrderState::Paid => OrderState::Paid,
    };
    pages::back(request, number.unwrap_or_default(), order, Language::parse(message.field("Culture")))
}

/// Tells the shop to spoil the next notices, or to behave again.
fn switch(desk: &mut Desk, request: &Request) -> Reply {
    let how = request.field("how").unwrap_or_default();
    let times = request.field("times").and_then(|times| times.parse().ok()).unwrap_or(1);
    let chosen = Misbehaviour::ALL.into_iter().find(|kind| kind.code() == how);
    if chosen.is_none() && how != "none" {
        return Reply::text(400, "how must be answer_500, hang, close or none");
    }
    desk.misbehaviour = chosen.filter(|_| times > 0).map(|kind| (kind, times.min(SPOILED_MAX)));
    Reply::see_other(&format!("/?lang={}", Language::of(request, None).tag()))
}

fn orders(desk: &Desk) -> serde_json::Value {
    let line = |(number, order): (&i64, &Order)| {
        json!({"number": number, "item": order.product.code, "out_sum": link::out_sum(order.product.price),
               "test": order.test, "state": order.state.code(), "notices": order.notices,
               "successes": order.successes, "link": order.link})
    };
    let orders: Vec<_> = desk.orders.iter().map(line).collect();
    json!({"orders": orders, "rejected": desk.rejected})
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::Settings;
    use super::super::digest::Digest;
    use super::*;

    pub(crate) fn desk() -> Desk {
        let settings = Settings {
            aggregator_url: "http://aggregator.example".to_owned(),
            login: "demo".to_owned(),
            password1: "fake-one".to_owned(),
            password2: "fake-two".to_owned(),
            test_password1: "fake-test-one".to_owned(),
            test_password2: "fake-test-two".to_owned(),
            digest: Digest::Sha256,
            public_url: "http://shop.example".to_owned(),
        };
        Desk::new(settings, 7)
    }

    fn with_order(test: &str) -> Desk {
        let mut desk = desk();
        let form = [("item", "cup"), ("test", test)];
        let reply = handle(&mut desk, &Request::new("POST", "/buy").with_form(&form));
        assert_eq!(reply.status, 303);
        assert_eq!(reply.header("location"), desk.orders.get(&7).map(|order| order.link.as_str()));
        desk
    }

    /// A notice whose signature is made here and not by the code under test.
    fn notice(out_sum: &str, password: &str, test: bool) -> Request {
        let signature = Digest::Sha256.hex(&format!("{out_sum}:7:{password}:Shp_item=cup")).to_uppercase();
        let mut form =
            vec![("OutSum", out_sum), ("InvId", "7"), ("SignatureValue", &signature), ("Shp_item", "cup")];
        if test {
            form.push(("IsTest", "1"));
        }
        Request::new("POST", "/result").with_form(&form)
    }

    fn state(desk: &Desk) -> (OrderState, u32) {
        desk.orders.get(&7).map(|order| (order.state, order.notices)).unwrap()
    }

    #[test]
    fn a_signed_notice_makes_the_order_paid_and_its_repetition_is_answered_alike() {
        let mut desk = with_order("");
        for count in 1..=2 {
            let reply = handle(&mut desk, &notice("1290.000000", "fake-two", false));
            assert_eq!((reply.status, reply.body.as_slice()), (200, b"OK7".as_slice()));
            assert_eq!(state(&desk), (OrderState::Paid, count));
        }
    }

    #[test]
    fn a_notice_may_come_in_the_query() {
        let mut desk = with_order("");
        let by_form = notice("1290.00", "fake-two", false);
        let query = String::from_utf8(by_form.body).unwrap();
        assert_eq!(handle(&mut desk, &Request::new("GET", &format!("/result?{query}"))).status, 200);
    }

    #[test]
    fn wrong_passwords_sums_and_modes_are_not_believed() {
        for bad in [
            notice("1290.00", "fake-one", false),
            notice("1290.01", "fake-two", false),
            notice("1290.00", "fake-test-two", true),
            notice("1290.00", "fake-two", true),
        ] {
            let mut desk = with_order("");
            assert_eq!(handle(&mut desk, &bad).status, 400);
            assert_eq!((state(&desk), desk.rejected), ((OrderState::Waiting, 0), 1));
        }
    }

    #[test]
    fn a_lower_case_signature_is_refused_as_strict_merchants_do() {
        let mut desk = with_order("");
        let mut lower = notice("1290.00", "fake-two", false);
        lower.body =
            String::from_utf8(lower.body).unwrap().to_lowercase().replace("outsum", "OutSum").into_bytes();
        assert_eq!(handle(&mut desk, &lower).status, 400);
    }

    #[test]
    fn the_test_mode_believes_its_own_password_only() {
        let mut desk = with_order("1");
        assert_eq!(handle(&mut desk, &notice("1290.00", "fake-two", false)).status, 400);
        assert_eq!(handle(&mut desk, &notice("1290.00", "fake-test-two", true)).status, 200);
        assert_eq!(state(&desk), (OrderState::Paid, 1));
    }

    #[test]
    fn misbehaviour_spoils_exactly_so_many_notices() {
        let mut desk = with_order("");
        let switch = Request::new("POST", "/misbehave").with_form(&[("how", "answer_500"), ("times", "2")]);
        assert_eq!(handle(&mut desk, &switch).status, 303);
        let good = notice("1290.00", "fake-two", false);
        let statuses: Vec<u16> = (0..3).map(|_| handle(&mut desk, &good).status).collect();
        assert_eq!(statuses, [500, 500, 200]);
        assert_eq!(state(&desk), (OrderState::Paid, 1));
    }

    #[test]
    fn a_closed_connection_hides_that_the_payment_was_recorded() {
        for (how, delivery) in [("close", Delivery::Lost), ("hang", Delivery::Hang)] {
            let mut desk = with_order("");
            handle(&mut desk, &Request::new("POST", "/misbehave").with_form(&[("how", how), ("times", "1")]));
            let reply = handle(&mut desk, &notice("1290.00", "fake-two", false));
            assert_eq!((reply.delivery, state(&desk)), (delivery, (OrderState::Paid, 1)));
        }
    }

    #[test]
    fn success_is_believed_with_the_first_password_but_proves_nothing() {
        let mut desk = with_order("");
        let signature = Digest::Sha256.hex("1290.00:7:fake-one:Shp_item=cup");
        let target = |signature: &str| {
            format!("/success?OutSum=1290.00&InvId=7&SignatureValue={signature}&Culture=ru&Shp_item=cup")
        };
        let reply = handle(&mut desk, &Request::new("GET", &target(&signature)));
        let page = String::from_utf8(reply.body).unwrap();
        assert!(reply.status == 200 && page.contains("lang=\"ru\""));
        assert_eq!(state(&desk), (OrderState::Waiting, 0));
        assert_eq!(handle(&mut desk, &Request::new("GET", &target("00"))).status, 400);
    }

    #[test]
    fn failing_never_undoes_a_payment() {
        let mut desk = with_order("");
        assert_eq!(handle(&mut desk, &Request::new("GET", "/fail?InvId=7&OutSum=1290.00")).status, 200);
        assert_eq!(state(&desk).0, OrderState::Failed);
        handle(&mut desk, &notice("1290.00", "fake-two", false));
        handle(&mut desk, &Request::new("GET", "/fail?InvId=7&OutSum=1290.00"));
        assert_eq!(state(&desk).0, OrderState::Paid);
    }

    #[test]
    fn orders_are_told_to_tests() {
        let mut desk = with_order("");
        let reply = handle(&mut desk, &Request::new("GET", "/orders.json"));
        let told: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(told["orders"][0]["number"], 7);
        assert_eq!(told["orders"][0]["state"], "waiting");
        assert_eq!(told["orders"][0]["out_sum"], "1290.00");
    }
}
