//! The first payment: from the shop's link to green books, without scripts.

use testkit::html::values_of;
use testkit::robokassa::{Digest, is_genuine};
use testkit::waiting::wait_until;

use crate::buyer::Buyer;
use crate::world::{SOON, World};

#[tokio::test]
async fn a_buyer_pays_by_card_and_shop_seller_and_books_learn_it() {
    let mut world = World::demo().await;
    let order = world.order("1290.00", "1001").custom("Shp_cart", "красные туфли").custom("shp_clerk", "7");
    let mut buyer = Buyer::opens(&world.url(&order)).await;
    assert_eq!(buyer.page.state().as_deref(), Some("choose"));
    assert_eq!(world.state("1001").await, Err(3), "nothing was started yet");

    buyer.chooses("bank_card").await;
    buyer.waits_for("redirect").await;
    assert!(buyer.way_on().starts_with(world.program.ready.simulator("yookassa")), "{}", buyer.way_on());
    assert_eq!(world.state("1001").await, Ok(5));
    world.provider.pay(&world.at_provider("1001").await).await;

    world.shop.wait_for("/result", 1, SOON).await;
    let [notice] = &world.notices("1001")[..] else { panic!("{:?}", world.shop.received("/result")) };
    assert_eq!(notice.method, "POST");
    assert_eq!(notice.field("OutSum"), Some("1290.000000"));
    assert_eq!((notice.field("Shp_cart"), notice.field("shp_clerk")), (Some("красные туфли"), Some("7")));
    assert_eq!(notice.field("IsTest"), None);

    buyer.waits_for("paid").await;
    let there = buyer.goes_back().await;
    assert!(there.url.as_str().starts_with(&world.shop.url("/success")), "{}", there.url);
    let [back] = &world.shop.received("/success")[..] else { panic!("one buyer came back") };
    assert!(is_genuine(back, &world.keys.password1, Digest::Sha256), "{back:?}");
    assert_eq!(world.state("1001").await, Ok(100));

    let payment =
        world.settled_on("1001", "the confirmation", |it| it["notices"][0]["state"] == "accepted").await;
    assert_eq!(payment["state"], "paid");
    assert_eq!((&payment["captured"], &payment["fee"]), (&"1290.00".into(), &"45.15".into()));
    assert_eq!(payment["notices"][0]["tries"], 1);
    assert_eq!(world.balance("pending").await, "1244.85");
    assert_eq!(world.balance("available").await, "0.00");
    world.is_green().await;
}

#[tokio::test]
async fn money_becomes_available_after_the_shop_s_delay_and_part_of_it_goes_back_with_its_fee() {
    let mut world = World::demo().await;
    world.program.run(&["shop", "set", &world.keys.login, "--delay", "1s"]).await;
    let payment = world.paid("1290.00", "1002").await;
    let available = || async { Some(world.balance("available").await).filter(|sum| sum == "1244.85") };
    wait_until("the settlement", SOON, available).await;
    assert_eq!(world.balance("pending").await, "0.00");

    let id = payment["payment"].as_str().unwrap();
    let asked = world.program.run(&["payment", "refund", id, "--amount", "290.00"]).await;
    assert_eq!(asked["done"], "refund_asked", "{asked}");
    let returned = |it: &serde_json::Value| it["refunds"][0]["state"] == "returned";
    let payment = world.settled_on("1002", "the refund", returned).await;
    assert_eq!((&payment["state"], &payment["refunded"]), (&"paid".into(), &"290.00".into()));
    // 45.15 × 290 ÷ 1290, half-up: the demo's tariff returns the fee with the money.
    assert_eq!(payment["fee_returned"], "10.15");
    assert_eq!(world.balance("available").await, "965.00");
    assert_eq!(world.balance("refunds_in_transit").await, "0.00");
    let at_provider = world.provider.payments().await;
    assert_eq!((at_provider.len(), &at_provider[0]["refunded"]), (1, &"290.00".into()));

    let refused = world.program.try_run(&["payment", "refund", id, "--amount", "1000.01"]).await.unwrap_err();
    assert_eq!(refused.code, Some(1), "{refused:?}");
    world.program.run(&["payment", "refund", id]).await;
    let whole =
        |it: &serde_json::Value| it["refunded"] == "1290.00" && it["refunds"][1]["state"] == "returned";
    let payment = world.settled_on("1002", "the second refund", whole).await;
    assert_eq!(payment["fee_returned"], "45.15");
    assert_eq!(world.balance("available").await, "0.00");
    world.is_green().await;
}

#[tokio::test]
async fn a_rehearsal_is_signed_with_the_test_passwords_and_touches_no_live_book() {
    let mut world = World::demo().await;
    let order = world.order("100", "1003");
    let mut buyer = Buyer::opens(&world.rehearsal_url(&order)).await;
    buyer.chooses("sbp").await;
    buyer.waits_for("outcome").await;
    buyer.decides("paid").await;
    assert_eq!(buyer.page.state().as_deref(), Some("paid"));

    let notices = world.shop.wait_for("/result", 1, SOON).await;
    assert!(is_genuine(&notices[0], &world.keys.test_password2, Digest::Sha256), "{notices:?}");
    assert_eq!(notices[0].field("IsTest"), Some("1"));
    assert_eq!(notices[0].field("OutSum"), Some("100"), "rehearsals echo the sum as it was written");
    buyer.goes_back().await;
    let back = world.shop.received("/success");
    assert!(is_genuine(&back[0], &world.keys.test_password1, Digest::Sha256), "{back:?}");

    assert_eq!(world.balance("pending").await, "0.00");
    assert_eq!(world.balance_in("test_balances", "pending").await, "96.50");
    assert!(world.provider.payments().await.is_empty(), "nobody outside hears of a rehearsal");
    // The live number is free.
    world.paid("100.00", "1003").await;
    world.is_green().await;
}

#[tokio::test]
async fn every_method_has_its_own_prompt_and_is_paid_by_it() {
    let mut world = World::demo().await;
    let prompts = [
        ("1011", "sbp", "qr"),
        ("1012", "yoo_money", "redirect"),
        ("1013", "sber_pay", "redirect"),
        ("1014", "t_pay", "redirect"),
        ("1015", "cash", "redirect"),
        ("1016", "mobile_balance", "external"),
    ];
    for (number, method, prompt) in prompts {
        let mut buyer = world.buyer("50.00", number).await;
        match prompt {
            "external" => buyer.chooses_with_phone(method, "8 (900) 000-00-00").await,
            _ => buyer.chooses(method).await,
        }
        buyer.waits_for(prompt).await;
        world.provider.pay(&world.at_provider(number).await).await;
        buyer.waits_for("paid").await;
        let payment = world.payment(number).await;
        assert_eq!(payment["attempts"][0]["method"], method);
    }
    assert_eq!(world.payments().await.len(), prompts.len());
    world.is_green().await;
}

#[tokio::test]
async fn a_phone_number_that_is_none_is_asked_for_again_with_what_was_typed() {
    let world = World::demo().await;
    let mut buyer = world.buyer("50.00", "1021").await;
    buyer.chooses_with_phone("mobile_balance", "12 <b>").await;
    assert_eq!((buyer.page.status, buyer.page.state().as_deref()), (422, Some("form")));
    assert!(values_of(&buyer.page.text, "value").contains(&"12 <b>".to_owned()));
    assert!(world.provider.payments().await.is_empty());
}

#[tokio::test]
async fn a_declined_card_leaves_the_payment_open_for_another_method() {
    let mut world = World::demo().await;
    let (mut buyer, at_provider) = world.buyer_at_provider("70.00", "1031").await;
    world.provider.decline(&at_provider, "insufficient_funds").await;
    buyer.waits_for("failed").await;
    assert!(world.notices("1031").is_empty(), "nothing is final yet");

    buyer.page = buyer.visitor.open(&format!("{}?methods=", buyer.home)).await;
    buyer.chooses("yoo_money").await;
    buyer.waits_for("redirect").await;
    world.provider.pay(&world.at_provider("1031").await).await;
    buyer.waits_for("paid").await;
    world.shop.wait_for("/result", 1, SOON).await;
    let payment = world.payment("1031").await;
    assert_eq!(payment["attempts"][0]["reason"], "insufficient_funds");
    assert_eq!((&payment["state"], &payment["captured"]), (&"paid".into(), &"70.00".into()));
    assert_eq!(world.notices("1031").len(), 1);
    world.is_green().await;
}

#[tokio::test]
async fn a_buyer_who_turns_back_comes_to_the_shop_s_fail_address_and_is_not_charged() {
    let mut world = World::demo().await;
    let mut buyer = world.buyer("80.00", "1041").await;
    buyer.turns_back().await;
    assert_eq!(buyer.page.state().as_deref(), Some("cancelled"));
    let there = buyer.goes_back().await;
    assert!(there.url.as_str().starts_with(&world.shop.url("/fail")), "{}", there.url);
    let [back] = &world.shop.received("/fail")[..] else { panic!("one buyer came back") };
    assert_eq!((back.field("InvId"), back.field("SignatureValue")), (Some("1041"), None));
    assert_eq!(world.payment("1041").await["state"], "cancelled");
    world.is_green().await;
}

#[tokio::test]
async fn money_for_a_cancelled_payment_goes_back_to_where_it_came_from() {
    let mut world = World::demo().await;
    let (mut buyer, at_provider) = world.buyer_at_provider("90.00", "1051").await;
    buyer.turns_back().await;
    world.provider.pay(&at_provider).await;
    let back = |it: &serde_json::Value| it["refunds"][0]["state"] == "returned";
    let payment = world.settled_on("1051", "the return", back).await;
    assert_eq!(payment["refunds"][0]["source"], "unclaimed");
    assert_eq!((&payment["captured"], &payment["unclaimed"]), (&"0.00".into(), &"0.00".into()));
    assert_eq!(world.provider.payments().await[0]["refunded"], "90.00");
    assert!(world.notices("1051").is_empty());
    assert_eq!(world.balance("pending").await, "0.00");
    world.is_green().await;
}
