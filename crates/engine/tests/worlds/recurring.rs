//! Kept methods in an imagined world: charged once whatever is lost on the way, refused, revoked, confirmed.

use domain::attempts::{AttemptState, PayerFields, Prompt};
use domain::history::Actor;
use domain::ids::{AttemptId, PaymentId};
use domain::methods::Method;
use domain::payments::{ClaimKey, PaymentState};
use domain::sellers::Switch;
use domain::stored::{Reuse, StoredMethod, StoredState};
use engine::orders::StartRefused;
use engine::sellers::ShopChange;
use jiff::SignedDuration;
use testkit::imagined::network::Weather;
use testkit::imagined::world::{LOGIN, World};
use testkit::robokassa::{Digest, Link};
use wire::http::{Headers, HttpRequest};

async fn agreed(seed: u64) -> World {
    let world = World::new(seed).await;
    let switches = ShopChange::Switches(vec![Switch::Recurring, Switch::SavedCards]);
    world.engine.change_shop(world.shop, &[switches], Actor::Clock).await.unwrap();
    world
}

/// An order of 100 roubles whose buyer agrees to be charged again, paid by card.
async fn parent(world: &mut World, number: &str) -> AttemptId {
    let mut order = world.order("100.00", number);
    order.query.push_str("&Recurring=true");
    let payment = world.engine.start_robokassa(&order).await.unwrap().payment;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    attempt
}

fn charge_request(world: &World, sum: &str, number: &str, parent: &str) -> HttpRequest {
    let password = world.passwords.password1.expose();
    let signature = Digest::Sha256.of(&format!("{LOGIN}:{sum}:{number}:{password}"));
    let body = format!(
        "MerchantLogin={LOGIN}&InvoiceID={number}&PreviousInvoiceID={parent}&OutSum={sum}&SignatureValue={signature}"
    );
    let mut headers = Headers::new();
    headers.push("content-type", "application/x-www-form-urlencoded");
    HttpRequest {
        method: wire::http::Method::Post,
        path: "/Merchant/Recurring".to_owned(),
        query: String::new(),
        headers,
        body: body.into_bytes(),
        peer: None,
    }
}

async fn charge(world: &mut World, number: &str) -> Result<i64, u16> {
    let taken = world.engine.charge_robokassa(&charge_request(world, "50.00", number, "1")).await;
    world.settle().await;
    taken.map_err(|refused| match refused {
        StartRefused::Robokassa(refused) => refused.error.number(),
        StartRefused::Engine(error) => panic!("{error}"),
    })
}

async fn of_number(world: &World, number: i64) -> PaymentId {
    let key = ClaimKey { number, shop: world.shop };
    world.engine.store().payment_of_claim(&key).await.unwrap().unwrap().id
}

/// So many creations reached the provider that name a kept method.
fn charges_heard(world: &World) -> usize {
    let outside = world.network.outside();
    let named = |body: &[u8]| String::from_utf8_lossy(body).contains("payment_method_id");
    outside.provider.heard.iter().filter(|heard| named(&heard.body)).count()
}

#[tokio::test]
async fn a_charge_is_paid_without_its_buyer_and_asked_for_again_it_is_the_same_one() {
    let mut world = agreed(1).await;
    let attempt = parent(&mut world, "1").await;
    assert_eq!(charge(&mut world, "2").await, Ok(2));
    let child = of_number(&world, 2).await;
    let paid = world.payment(child).await;
    assert_eq!(
        (paid.state, paid.terms.reuse),
        (PaymentState::Paid, Reuse::Charge(StoredMethod::of(attempt)))
    );
    assert_eq!(world.times(child, "notice_accepted").await, 1);
    assert_eq!(charge(&mut world, "2").await, Ok(2));
    assert_eq!((of_number(&world, 2).await, charges_heard(&world)), (child, 1));
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_lost_answer_charges_once_and_is_found_out() {
    for weather in [Weather::LostBack, Weather::LostThere, Weather::NoWay] {
        let mut world = agreed(2).await;
        parent(&mut world, "1").await;
        world.notices_lost = true;
        world.network.outside().weather.push_back(weather.clone());
        assert_eq!(charge(&mut world, "2").await, Ok(2), "it is taken in, whatever becomes of it");
        let child = of_number(&world, 2).await;
        assert_eq!(world.payment(child).await.state, PaymentState::Open, "unknown is never failed");
        world.pass(SignedDuration::from_hours(2)).await;
        assert_eq!(world.payment(child).await.state, PaymentState::Paid, "{weather:?}");
        assert_eq!(world.network.outside().provider.books().len(), 2, "{weather:?}");
        world.audit_with_provider().await;
    }
}

#[tokio::test]
async fn no_token_stands_in_records_and_saved_calls() {
    let mut world = agreed(3).await;
    let attempt = parent(&mut world, "1").await;
    charge(&mut world, "2").await.unwrap();
    let store = world.engine.store();
    let stored = store.stored_method(StoredMethod::of(attempt)).await.unwrap().unwrap();
    let child = store.payment(of_number(&world, 2).await).await.unwrap().unwrap();
    let token = stored.kept.token.expose();
    let heard = world.network.outside().provider.heard.last().unwrap().body.clone();
    assert!(String::from_utf8(heard).unwrap().contains(token), "the provider is told which method");
    for exchange in store.exchanges_of(child.id).await.unwrap() {
        assert!(!exchange.request.contains(token), "{}", exchange.request);
        let own = exchange.reply.unwrap_or_default();
        assert!(
            !own.contains(&format!("\"payment_method\":{{\"type\":\"bank_card\",\"id\":\"{token}")),
            "{own}"
        );
    }
    let call = store.attempt(child.last_attempt.unwrap()).await.unwrap().unwrap().call.unwrap();
    let call = store.call(call).await.unwrap().unwrap();
    let saved = engine::frozen::thaw(&call.request).unwrap();
    assert!(!String::from_utf8_lossy(&saved.body).contains(token) && saved.token_at.is_some());
}

#[tokio::test]
async fn a_refused_charge_ends_and_may_be_asked_for_again_until_the_permission_is_gone() {
    let mut world = agreed(4).await;
    let attempt = parent(&mut world, "1").await;
    world.method_at_provider(attempt, "refuse");
    assert_eq!(charge(&mut world, "2").await, Ok(2));
    let refused = of_number(&world, 2).await;
    assert_eq!(world.payment(refused).await.state, PaymentState::Cancelled);
    world.method_at_provider(attempt, "allow");
    assert_eq!(charge(&mut world, "2").await, Ok(2));
    let paid = of_number(&world, 2).await;
    assert!(paid != refused);
    assert_eq!(world.payment(paid).await.state, PaymentState::Paid);
    world.method_at_provider(attempt, "revoke");
    assert_eq!(charge(&mut world, "3").await, Ok(3));
    let stored = world.engine.store().stored_method(StoredMethod::of(attempt)).await.unwrap().unwrap();
    assert_eq!(stored.state, StoredState::Ended);
    assert_eq!(charge(&mut world, "4").await, Err(35));
    assert_eq!(charge(&mut world, "2").await, Ok(2), "what was taken stays taken");
    world.audit_with_provider().await;
}

#[tokio::test]
async fn orders_that_cannot_be_charged_again_are_told_by_number() {
    let mut world = agreed(5).await;
    world.paid("100.00", "1").await;
    assert_eq!(charge(&mut world, "2").await, Err(35), "nobody agreed to it");
    let parents = parent(&mut world, "7").await;
    let charged = |world: &World, number, parent| charge_request(world, "50.00", number, parent);
    let taken = world.engine.charge_robokassa(&charged(&world, "1", "7")).await.unwrap_err();
    assert!(matches!(taken, StartRefused::Robokassa(refused) if refused.error.number() == 40));
    world.engine.change_shop(world.shop, &[ShopChange::Switches(Vec::new())], Actor::Clock).await.unwrap();
    world.pass(SignedDuration::from_secs(3)).await;
    let off = world.engine.charge_robokassa(&charged(&world, "8", "7")).await.unwrap_err();
    assert!(matches!(off, StartRefused::Robokassa(refused) if refused.error.number() == 34));
    assert_eq!(world.attempt(parents).await.reuse, Reuse::Keep);
}

#[tokio::test]
async fn a_buyer_confirms_a_card_that_was_used_before() {
    let mut world = agreed(6).await;
    let payment = world.open("100.00", "1").await;
    let first = world.choose(payment, Method::BankCard).await;
    world.pay(first).await;
    let key = protocols::robokassa::op_key::of_public(&world.engine.print(first)).unwrap();
    let link = Link::new(LOGIN, "70.00", "2").signed("Token", &key);
    let url = link.url("", world.passwords.password1.expose(), Digest::Sha256);
    let query = url.split_once('?').unwrap().1.to_owned();
    let order = HttpRequest { query, ..world.order("70.00", "2") };
    let payment = world.engine.start_robokassa(&order).await.unwrap().payment;
    let scene = world.engine.scene(payment).await.unwrap();
    let choices = world.engine.choices(&scene).await.unwrap();
    let card = choices.iter().find(|choice| choice.method == Method::BankCard).unwrap();
    assert_eq!(card.saved.as_deref(), Some("555555******4477"));
    assert!(choices.iter().filter(|choice| choice.saved.is_some()).count() == 1);
    let payer = PayerFields { saved: true, ..PayerFields::default() };
    let attempt = world.engine.start_attempt(payment, Method::BankCard, payer).await.unwrap();
    world.settle().await;
    let waiting = world.attempt(attempt).await;
    assert_eq!(
        (waiting.state, waiting.reuse),
        (AttemptState::Waiting, Reuse::Confirm(StoredMethod::of(first)))
    );
    assert!(matches!(waiting.prompt, Some(Prompt::Redirect { .. })));
    world.pay(attempt).await;
    assert_eq!(world.payment(payment).await.state, PaymentState::Paid);
    world.audit_with_provider().await;
}

#[tokio::test]
async fn a_key_that_is_not_of_a_card_operation_of_the_shop_is_error_41() {
    let mut world = agreed(7).await;
    let payment = world.open("100.00", "1").await;
    let by_code = world.choose(payment, Method::Sbp).await;
    let of_sbp = protocols::robokassa::op_key::of_public(&world.engine.print(by_code)).unwrap();
    for key in ["14D2B521-4EAB-492A-9D91-00D12FF24D57-1NvHQWRwf", of_sbp.as_str()] {
        let url = Link::new(LOGIN, "70.00", "2").signed("Token", key);
        let url = url.url("", world.passwords.password1.expose(), Digest::Sha256);
        let query = url.split_once('?').unwrap().1.to_owned();
        let order = HttpRequest { query, ..world.order("70.00", "2") };
        let refused = world.engine.start_robokassa(&order).await.unwrap_err();
        assert!(matches!(refused, StartRefused::Robokassa(refused) if refused.error.number() == 41), "{key}");
    }
}
