//! Changing one part of a shop's settings, as its form was sent.

use crate::cabinet::desk::Desk;
use crate::cabinet::shop::ShopView;
use crate::cabinet::shop_checkout;
use crate::cabinet::shops::Twins;
use crate::policy;
use crate::state::Web;
use crate::words::Words;
use domain::checkouts::Checkout;
use domain::ids::BookKind;
use domain::methods::Method;
use domain::sellers::{Algorithm, ShopAddress, Verb};
use engine::error::EngineError;
use engine::sellers::ShopChange;
use wire::form::TextEncoding;

/// An address may be so long.
const URL_BYTES_MAX: usize = 2_000;
/// The share of a buyer who bears the whole fee.
const WHOLE_SHARE: u16 = 1_000;

/// A part of the settings that has a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The digests of both books.
    Digests,
    /// The addresses.
    Addresses,
    /// The methods.
    Methods,
    /// Who bears the fee.
    Fee,
    /// The rules of a checkout.
    Checkout,
}

impl Part {
    const ALL: [Part; 5] = [Part::Digests, Part::Addresses, Part::Methods, Part::Fee, Part::Checkout];

    /// The word in forms.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Part::Digests => "digests",
            Part::Addresses => "addresses",
            Part::Methods => "methods",
            Part::Fee => "fee",
            Part::Checkout => "checkout",
        }
    }

    /// The part of a word.
    pub(crate) fn from_code(code: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.code() == code)
    }

    /// What is said when it is saved.
    pub(crate) fn done(self, w: Words) -> &'static str {
        match self {
            Part::Digests => w.sh_saved_digests(),
            Part::Addresses => w.sh_saved_addresses(),
            Part::Methods => w.sh_saved_methods(),
            Part::Fee => w.sh_saved_fee(),
            Part::Checkout => w.co_saved(),
        }
    }
}

/// Changes a part; false where something in the form is wrong, and the view says what.
pub(crate) async fn apply(
    web: &Web,
    desk: &Desk,
    twins: &Twins,
    part: Part,
    view: &mut ShopView,
) -> Result<bool, EngineError> {
    match part {
        Part::Digests => digests(web, desk, twins).await,
        Part::Addresses => match addresses(desk, twins, view) {
            Some(changes) => both(web, desk, twins, &changes).await,
            None => Ok(false),
        },
        Part::Checkout => {
            let checkout = twins.live.checkout.as_ref();
            match checkout.and_then(|checkout| shop_checkout::rules(desk, checkout, view)) {
                Some(change) => both(web, desk, twins, &[change]).await,
                None => Ok(false),
            }
        }
        Part::Methods => match methods(desk, view) {
            Some(change) => both(web, desk, twins, &[change]).await,
            None => Ok(false),
        },
        Part::Fee => {
            let share = desk.sent("bearer").parse().ok().filter(|share: &u16| *share <= WHOLE_SHARE);
            match share {
                Some(share) => both(web, desk, twins, &[ShopChange::BuyerShare(share)]).await,
                None => Ok(false),
            }
        }
    }
}

async fn both(web: &Web, desk: &Desk, twins: &Twins, changes: &[ShopChange]) -> Result<bool, EngineError> {
    web.engine.change_shop(twins.live.id, changes, desk.actor.clone()).await?;
    Ok(true)
}

/// Each book has a digest of its own, so a shop can rehearse with the next one; a checkout has one.
async fn digests(web: &Web, desk: &Desk, twins: &Twins) -> Result<bool, EngineError> {
    if twins.live.checkout.is_some() {
        let wanted = Algorithm::from_code(&desk.sent("digest_live"));
        return match wanted.filter(|algorithm| shop_checkout::ALGORITHMS.contains(algorithm)) {
            Some(algorithm) => both(web, desk, twins, &[ShopChange::Algorithm(algorithm)]).await,
            None => Ok(false),
        };
    }
    let wanted = [(BookKind::Live, "digest_live"), (BookKind::Test, "digest_test")];
    for (kind, name) in wanted {
        let Some(algorithm) = Algorithm::from_code(&desk.sent(name)) else { return Ok(false) };
        if algorithm != twins.one(kind).algorithm {
            let change = [ShopChange::Algorithm(algorithm)];
            web.engine.change_shop_twin(twins.live.id, kind, &change, desk.actor.clone()).await?;
        }
    }
    Ok(true)
}

/// Makes a change of one address.
type Maker<'a> = Box<dyn Fn(Option<ShopAddress>) -> ShopChange + 'a>;

/// The addresses; an empty one takes the address away. A checkout has a fourth.
fn addresses(desk: &Desk, twins: &Twins, view: &mut ShopView) -> Option<Vec<ShopChange>> {
    let w = desk.frame.words();
    let mut changes = Vec::new();
    let mut makers: Vec<Maker<'_>> =
        vec![Box::new(ShopChange::Result), Box::new(ShopChange::Success), Box::new(ShopChange::Fail)];
    if let Some(checkout) = &twins.live.checkout {
        makers.push(Box::new(|pending| ShopChange::Checkout(Checkout { pending, ..checkout.clone() })));
    }
    let mut wrong = false;
    for (place, change) in view.places.iter_mut().zip(makers) {
        place.url.value = desk.sent(place.url.name);
        place.verb.value = desk.sent(place.verb.name);
        let url = place.url.value.clone();
        let fits = url.is_empty() || (url.len() <= URL_BYTES_MAX && policy::web_address(&url).is_some());
        match (fits, Verb::from_code(&place.verb.value)) {
            (true, Some(verb)) => {
                changes.push(change((!url.is_empty()).then_some(ShopAddress { url, verb })));
            }
            (_, _) => {
                w.sh_url_wrong().clone_into(&mut place.url.error);
                wrong = true;
            }
        }
    }
    (!wrong).then_some(changes)
}

/// The methods that were ticked; a shop without any could not be paid at all.
fn methods(desk: &Desk, view: &mut ShopView) -> Option<ShopChange> {
    let ticked: Vec<String> =
        desk.form.all("method").filter_map(|field| field.text(TextEncoding::UTF_8).ok()).collect();
    let chosen: Vec<Method> = Method::ALL
        .iter()
        .copied()
        .filter(|method| ticked.iter().any(|code| code == method.code()))
        .collect();
    if chosen.is_empty() {
        for method in &mut view.methods {
            method.on = false;
        }
        desk.frame.words().sh_no_methods().clone_into(&mut view.error);
        return None;
    }
    Some(ShopChange::Methods(chosen))
}
