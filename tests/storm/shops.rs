//! The shops: they hear notices, verify them by their own client, and answer as well as the weather lets them.

use domain::ids::ShopId;
use engine::network::SendError;
use engine::sellers::Told;
use testkit::imagined::shop::{SHOP_URL, received};
use testkit::receiver::Received;
use testkit::robokassa::{Digest, is_genuine};
use wire::http::{HttpCall, HttpReply};

use crate::history::ShopPlan;
use crate::network::Answered;
use crate::orders::kopecks;
use crate::world::World;

/// A shop.
pub struct Shop {
    /// Its live identity.
    pub id: ShopId,
    /// Its login.
    pub login: String,
    /// How it was planned.
    pub plan: ShopPlan,
    /// All passwords and digests it ever had, the current last.
    pub signs: Vec<(Told, Digest)>,
}

impl Shop {
    /// What it signs with now.
    pub fn current(&self) -> (&Told, Digest) {
        let (told, digest) = self.signs.last().expect("a shop has passwords");
        (told, *digest)
    }

    fn believes(&self, notice: &Received) -> bool {
        self.signs.iter().any(|(told, digest)| is_genuine(notice, told.password2.expose(), *digest))
    }
}

/// A notice reaches a shop; how it answers.
pub fn told(world: &mut World, number: u64, call: &HttpCall) -> Answered {
    let notice = received(call);
    let shop = world.shops.iter().position(|shop| call.url == format!("{SHOP_URL}/{}/result", shop.login));
    let Some(shop) = shop else {
        world.accuse(format!("nobody lives at {}", call.url));
        return Err(SendError::NotSent("nobody lives there".to_owned()));
    };
    let tag = notice.field("Shp_tag").unwrap_or_default().to_owned();
    let field = |name: &str| notice.field(name).unwrap_or_default().to_owned();
    let (sum, order_number, signature) = (field("OutSum"), field("InvId"), field("SignatureValue"));
    world.say(|| format!("call {number}: shop {shop} is told that {tag} is paid with {sum}"));
    if !world.shops.get(shop).is_some_and(|shop| shop.believes(&notice)) {
        world.accuse(format!("shop {shop} is told of {tag} under a false signature"));
    }
    let Some(order) = world.orders.iter().position(|order| order.tag == tag && order.shop == shop) else {
        world.accuse(format!("shop {shop} is told of {tag}, which it never signed"));
        return Ok(HttpReply::text(200, "who?"));
    };
    let (Some(sum), Ok(order_number)) = (kopecks(&sum), order_number.parse::<i64>()) else {
        world.accuse(format!("shop {shop} is told of {tag} with a sum or number that is none"));
        return Ok(HttpReply::text(200, "what?"));
    };
    world.shop_hears(order, order_number, sum, &signature);
    if world.strikes(world.climate.shop_wrong) {
        return match world.roll(4) {
            0 => Ok(HttpReply::text(500, "")),
            1 => Ok(HttpReply::text(200, "thank you")),
            2 => Ok(HttpReply::text(200, format!("OK{}", order_number + 1))),
            _ => Err(SendError::NoAnswer("the shop hung up".to_owned())),
        };
    }
    world.judge.accepts(order);
    Ok(HttpReply::text(200, format!("OK{order_number}")))
}
