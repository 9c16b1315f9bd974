//! What is written down of what was said: everything, and no secret in it.

use domain::methods::Method;
use jiff::SignedDuration;
use testkit::imagined::network::Weather;
use testkit::imagined::provider::SECRET_KEY;
use testkit::imagined::scenes::notice_request;
use testkit::imagined::world::World;
use testkit::receiver::Answer;

/// A number that passes the check digit and belongs to nobody.
/// No three digits: those stand in random identifiers and digests by chance.
const SECURITY_CODE: &str = "not-a-security-code";
const CARD: &str = "4111111111111111";

#[tokio::test]
async fn every_exchange_is_written_down_without_secrets_and_card_numbers() {
    let mut world = World::new(1).await;
    world.network.outside().shop.answers.push_back(Answer::Text(format!("error: card {CARD} declined")));
    world.network.outside().weather.push_back(Weather::LostBack);
    let payment = world.open("100.00", "1").await;
    let attempt = world.choose(payment, Method::BankCard).await;
    world.pass(SignedDuration::from_secs(11)).await;
    world.pay(attempt).await;
    world.pass(SignedDuration::from_mins(2)).await;
    world.ask_refund(payment, "10.00").await.unwrap();
    world.settle().await;
    let number = world.engine.print(attempt);
    let body = format!(
        "{{\"type\":\"notification\",\"event\":\"payment.succeeded\",\"object\":{{\"id\":\"x\",\
         \"metadata\":{{\"attempt\":\"{number}\"}},\"card\":{{\"number\":\"{CARD}\",\"csc\":\"{SECURITY_CODE}\"}}}}}}"
    );
    world.engine.provider_news(world.account, &notice_request(&body)).await;
    let said = world.engine.store().exchanges_of(payment).await.unwrap();
    let text = format!("{said:?}");
    let told: Vec<_> =
        said.iter().map(|said| (said.peer.as_str(), said.direction.code(), said.status)).collect();
    assert!(told.contains(&("imagined", "out", None)), "the lost one too: {told:?}");
    assert!(told.contains(&("shop", "out", Some(200))));
    assert!(told.contains(&("imagined", "in", Some(200))));
    assert!(text.contains("/v3/payments") && text.contains("/v3/refunds") && text.contains("InvId=1"));
    let basic = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("100:{SECRET_KEY}"))
    };
    for secret in [SECRET_KEY, &basic, "uthorization: ", CARD, SECURITY_CODE] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let history =
        world.engine.store().timeline(domain::history::Subject::Payment(payment), payment.book).await;
    let history = format!("{:?}", history.unwrap());
    assert!(history.contains("declined"), "the seller sees what the shop answered");
    assert!(!history.contains(CARD), "a card number in a shop's answer: {history}");
    for secret in [world.passwords.password1.expose(), world.passwords.password2.expose()] {
        assert!(!text.contains(secret) && !history.contains(secret));
    }
}
