//! Who bears the fee (P4): the shop by default; if the buyer does, the page shows the price first.

use testkit::html::forms;

use crate::world::{SOON, World};

#[tokio::test]
async fn a_buyer_who_bears_the_fee_sees_the_price_before_confirming_and_the_shop_gets_the_order_s_sum() {
    let mut world = World::demo().await;
    world.program.run(&["shop", "set", &world.keys.login, "--buyer-share", "100%"]).await;
    let mut buyer = world.buyer("1000.00", "3001").await;
    // 1036.27 is the smallest sum that leaves 1000.00 after 3.5 %: the list says it, and a form confirms it.
    assert!(buyer.page.text.contains("036,27"), "{}", buyer.page.text);
    buyer.page = buyer.visitor.open(&format!("{}?method=bank_card", buyer.home)).await;
    assert_eq!(buyer.page.state().as_deref(), Some("form"));
    assert!(buyer.page.text.contains(">36,27"), "the fee stands apart:\n{}", buyer.page.text);
    let start = forms(&buyer.page.text).into_iter().find(|form| form.action.ends_with("/start"));
    buyer.page = buyer.visitor.send(&buyer.page, &start.expect("a way to pay"), &[], None).await;
    buyer.waits_for("redirect").await;
    world.provider.pay(&world.at_provider("3001").await).await;

    world.shop.wait_for("/result", 1, SOON).await;
    let [notice] = &world.notices("3001")[..] else { panic!("{:?}", world.shop.received("/result")) };
    assert_eq!(notice.field("OutSum"), Some("1000.000000"), "the shop is told what it asked for");
    assert_eq!(notice.field("IncSum"), Some("1036.270000"), "and what the buyer paid");
    let payment = world.settled_on("3001", "the sale", |it| it["state"] == "paid").await;
    assert_eq!((&payment["captured"], &payment["fee"]), (&"1036.27".into(), &"36.27".into()));
    assert_eq!(world.balance("pending").await, "1000.00");
    world.is_green().await;
}
