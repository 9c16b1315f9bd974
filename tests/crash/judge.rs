//! Whoever was told something is asked again: what they were told is so, once, and all work is done in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use testkit::html::value_of;
use testkit::robokassa::Digest;
use testkit::robokassa::is_genuine;
use testkit::visitor::led_client;
use testkit::waiting::wait_until;
use tokio::task::JoinSet;

use crate::load::{BACK, Notebook, Opened, SUM};
use crate::world::World;

/// So long everything that is owed may take: an attempt is asked about after ten seconds and after a
/// minute, and a shop that was not reached is told again after a minute.
const IN_THE_END: Duration = Duration::from_secs(150);
/// So many pages are looked at together.
const TOGETHER: usize = 8;
/// The program does so many jobs at once, so a crash makes it repeat no more than these.
const WORKERS: usize = 16;
/// What a payment brings in kopecks, 3.5 % less, …
const BRINGS: i64 = 9_650;
/// … and what a refund takes of it, with the fee of that part given back.
const TAKES: i64 = 6_000 - 210;

/// What all rounds of a test have noted together.
#[derive(Default)]
pub struct Judge {
    paid: Vec<Opened>,
    back: Vec<Opened>,
    /// How many orders were acknowledged in all.
    pub opened: usize,
    /// How often something was killed.
    pub kills: usize,
}

impl Judge {
    /// What was acknowledged is there, and nobody was treated badly.
    pub async fn hears(&mut self, world: &World, notebook: Notebook) {
        assert!(notebook.unclean.is_empty(), "{:#?}\n{}", notebook.unclean, world.program.log());
        self.opened += notebook.opened.len();
        for some in notebook.opened.chunks(TOGETHER) {
            let all: JoinSet<()> = some.iter().cloned().map(is_there).collect();
            all.join_all().await;
        }
        self.paid.extend(notebook.paid);
        self.back.extend(notebook.back);
    }

    /// In the end everybody who paid has paid, every shop was told, all work is done and the books add up.
    pub async fn ends(self, world: &mut World) {
        assert!(!self.paid.is_empty() && self.opened > self.paid.len(), "there was a load");
        let told = wait_until("a notice of every payment", IN_THE_END, || async {
            let told = notices(world);
            self.paid.iter().all(|it| told.contains_key(&it.number.to_string())).then_some(told)
        });
        let told = told.await;
        for it in &self.paid {
            assert_eq!(state_of(it).await.as_deref(), Some("paid"), "order {}", it.number);
        }
        let mut repeated = 0;
        for (number, bodies) in &told {
            let distinct: BTreeSet<&Vec<u8>> = bodies.iter().collect();
            assert_eq!(distinct.len(), 1, "order {number} was told of in different words");
            repeated += bodies.len() - 1;
        }
        assert!(repeated <= self.kills * WORKERS, "{repeated} notices were repeated");
        self.is_paid_once(world).await;
        let returned = self.is_given_back(world).await;
        world.is_green().await;
        let (opened, paid, back) = (self.opened, self.paid.len(), returned.len());
        println!("{} kills, {opened} payments opened, {paid} paid, {back} given back in part", self.kills);
    }

    /// Every refund that was promised was made, and none twice; the provider's names of their payments.
    async fn is_given_back(&self, world: &World) -> BTreeSet<String> {
        for it in &self.back {
            let done = |payment: &Value| payment["refunds"][0]["state"] == "returned";
            let payment = world.settled_on(&it.number.to_string(), "the refund", done).await;
            assert_eq!(
                (&payment["refunded"], payment["refunds"].as_array().unwrap().len()),
                (&json!(BACK), 1)
            );
        }
        wait_until("work that is not late", IN_THE_END, || async {
            let jobs = world.program.run(&["job", "list"]).await;
            assert_eq!(jobs["parked"], json!([]), "{jobs:#}");
            (jobs["late"] == json!([])).then_some(())
        })
        .await;
        let refunds = world.provider.refunds().await;
        let of: Vec<String> =
            refunds.iter().map(|it| it["payment_id"].as_str().unwrap().to_owned()).collect();
        let distinct: BTreeSet<String> = of.iter().cloned().collect();
        assert_eq!(of.len(), distinct.len(), "a refund was made twice");
        assert!(distinct.len() >= self.back.len());
        distinct
    }

    /// The provider took every payment once, and the seller has exactly what it brought.
    async fn is_paid_once(&self, world: &World) {
        let there = world.provider.payments().await;
        let attempts: BTreeSet<&str> =
            there.iter().filter_map(|it| it["metadata"]["attempt"].as_str()).collect();
        assert_eq!(attempts.len(), there.len(), "an attempt has two payments at the provider");
        let paid = there.iter().filter(|it| it["status"] == "succeeded").count();
        assert_eq!(paid, self.paid.len());
        assert!(there.iter().all(|it| it["amount"] == SUM || it["amount"]["value"] == SUM), "{there:#?}");
        wait_until("the seller's money", IN_THE_END, || async {
            // What was asked back without an answer may still be on its way.
            let returned = world.provider.refunds().await.len();
            let expected = BRINGS * i64::try_from(paid).unwrap() - TAKES * i64::try_from(returned).unwrap();
            let has = kopecks(&world.balance("pending").await) + kopecks(&world.balance("available").await);
            (has == expected).then_some(())
        })
        .await;
    }
}

/// What the shop was told of each order.
fn notices(world: &World) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut told = BTreeMap::<String, Vec<Vec<u8>>>::new();
    for call in world.shop.received("/result") {
        assert!(is_genuine(&call, &world.keys.password2, Digest::Sha256), "{call:?}");
        let number = call.field("InvId").expect("a number").to_owned();
        told.entry(number).or_default().push(call.body);
    }
    told
}

async fn is_there(opened: Opened) {
    let state = state_of(&opened).await;
    assert!(state.is_some(), "order {} was acknowledged and is not there: {}", opened.number, opened.page);
}

/// Where a payment stands; nothing when it is not there.
async fn state_of(opened: &Opened) -> Option<String> {
    let seen = led_client().get(&opened.page).header("cookie", &opened.cookie).send();
    let answer = seen.await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a whole answer");
    value_of(&text, "main", "data-state").filter(|_| status == 200)
}

fn kopecks(sum: &str) -> i64 {
    sum.replace('.', "").parse().unwrap_or_else(|fault| panic!("{sum}: {fault}"))
}
