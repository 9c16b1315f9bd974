//! A shop's technical settings for its door: identifiers, digests, addresses, methods, who bears the fee.

use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::{Frame, Section, Shell, rendered};
use crate::cabinet::shop_changes::{self, Part};
use crate::cabinet::shop_checkout::{self, CheckoutSettings};
use crate::cabinet::shop_trial::TrialView;
use crate::cabinet::shops::{self, Twins};
use crate::checkout::pages::{RenderFault, Rendered};
use crate::messages;
use crate::state::Web;
use crate::words::Words;
use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::BookKind;
use domain::methods::Method;
use domain::sellers::{Algorithm, Shop, Verb};
use engine::error::EngineError;
use engine::trials::Place;

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct ShopView {
    /// Its own address.
    pub address: String,
    /// The name that buyers see.
    pub name: String,
    /// Whether it may take new payments.
    pub active: bool,
    /// The identifier in merchant protocols.
    pub login: String,
    /// Of each kind of book: its word, its name, how often its passwords were made, and what makes new ones.
    pub passwords: Vec<(&'static str, &'static str, String, &'static str)>,
    /// The digests of both books.
    pub digests: Vec<Field>,
    /// The digests to choose from.
    pub algorithms: Vec<(String, String)>,
    /// The addresses.
    pub places: Vec<PlaceView>,
    /// The verbs to choose from.
    pub verbs: Vec<(String, String)>,
    /// The methods, and whether each is offered.
    pub methods: Vec<MethodView>,
    /// Who bears the fee.
    pub bearer: Field,
    /// The shares to choose from.
    pub shares: Vec<(String, String)>,
    /// What a checkout sets besides; none for other shops.
    pub checkout: Option<CheckoutSettings>,
    /// What came of trying an address.
    pub trial: Option<TrialView>,
    /// What was done; may be empty.
    pub done: String,
    /// What was not done and why; may be empty.
    pub error: String,
}

/// An address of the shop.
#[derive(Clone, Debug)]
pub struct PlaceView {
    /// Its word in forms.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The field for its URL.
    pub url: Field,
    /// The field for its verb.
    pub verb: Field,
    /// The address as it is saved; empty if there is none, and nothing to be tried.
    pub saved: String,
}

/// A method of payment.
#[derive(Clone, Debug)]
pub struct MethodView {
    /// Its word in forms.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether the shop offers it.
    pub on: bool,
}

#[derive(Template)]
#[template(path = "cabinet/shop.html", whitespace = "minimize")]
struct ShopPage<'a> {
    shell: Shell<'a>,
    view: &'a ShopView,
}

/// Writes the page.
///
/// # Errors
/// A fault of the template.
pub fn page(frame: &Frame, view: &ShopView) -> Result<Rendered, RenderFault> {
    let shell = Shell::new(frame, &[&view.name, frame.words().sh_settings()]);
    rendered(&ShopPage { shell, view })
}

/// The settings as they are.
pub async fn show(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Shops).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let view = Twins::of(&web, &desk, &number).await.map(|twins| {
        let done = desk.asked("done").and_then(|code| Part::from_code(&code));
        let done = done.map_or("", |part| part.done(desk.frame.words())).to_owned();
        ShopView { done, ..view(&web, &desk.frame, &twins) }
    });
    desk.answer(&web, view.map(|view| page(&desk.frame, &view)))
}

/// Changes one part of the settings.
pub async fn change(State(web): State<Web>, Path(number): Path<String>, request: Request) -> Response {
    let desk = match Desk::open(&web, request, Section::Shops).await {
        Ok(desk) => desk,
        Err(response) => return response,
    };
    let twins = match Twins::of(&web, &desk, &number).await {
        Ok(twins) => twins,
        Err(stuck) => return desk.stuck(&web, &stuck),
    };
    let mut view = view(&web, &desk.frame, &twins);
    let w = desk.frame.words();
    if !desk.is_own_form() {
        w.cab_stale_form().clone_into(&mut view.error);
        return messages::page(StatusCode::FORBIDDEN, page(&desk.frame, &view));
    }
    let Some(part) = Part::from_code(&desk.sent("part")) else {
        return messages::see_other(&view.address);
    };
    match shop_changes::apply(&web, &desk, &twins, part, &mut view).await {
        Ok(true) => messages::see_other(&desk.frame.to(&format!("{}?done={}", view.address, part.code()))),
        Ok(false) => messages::page(StatusCode::UNPROCESSABLE_ENTITY, page(&desk.frame, &view)),
        // Somebody else was faster; the page shows what he did.
        Err(EngineError::Refused(_)) => {
            w.sh_meanwhile().clone_into(&mut view.error);
            messages::page(StatusCode::CONFLICT, page(&desk.frame, &view))
        }
        Err(stuck) => desk.stuck(&web, &stuck),
    }
}

/// The settings of a shop.
pub(crate) fn view(web: &Web, frame: &Frame, twins: &Twins) -> ShopView {
    let (w, live) = (frame.words(), &twins.live);
    let version = |shop: &Shop| {
        let version = shop.current_passwords().map_or(0, |passwords| passwords.version);
        w.sh_version(&version.to_string())
    };
    let bearer = live.buyer_share.to_string();
    let mut shares = [0_u16, 500, 1_000].map(|share| (share.to_string(), share_words(w, share))).to_vec();
    if shares.iter().all(|(share, _)| *share != bearer) {
        shares.push((bearer.clone(), share_words(w, live.buyer_share)));
    }
    let checkout = live.checkout.as_ref();
    let algorithms = if checkout.is_some() { &shop_checkout::ALGORITHMS[..] } else { Algorithm::ALL };
    let mut digests = vec![
        digest_field("digest_live", w.sh_live(), &twins.live),
        digest_field("digest_test", w.sh_test(), &twins.test),
    ];
    if checkout.is_some() {
        // The protocol has one digest, whatever is asked for.
        digests = vec![digest_field("digest_live", w.sh_digest(), &twins.live)];
    }
    let pending = checkout.map(|checkout| shop_checkout::pending_place(w, checkout));
    ShopView {
        address: shops::address(web, live.id),
        name: live.name.clone(),
        active: live.active,
        login: live.login.clone(),
        passwords: vec![
            (kind_word(BookKind::Live), w.sh_live(), version(&twins.live), w.sh_rotate_live()),
            (kind_word(BookKind::Test), w.sh_test(), version(&twins.test), w.sh_rotate_test()),
        ],
        digests,
        algorithms: algorithms
            .iter()
            .map(|algorithm| (algorithm.code().to_owned(), algorithm_name(*algorithm).to_owned()))
            .collect(),
        places: Place::ALL.into_iter().map(|place| place_view(w, live, place)).chain(pending).collect(),
        checkout: checkout
            .map(|checkout| shop_checkout::settings(frame, live, checkout, web.engine.public_url())),
        verbs: [Verb::Get, Verb::Post].map(|verb| (verb.code().to_owned(), verb.code().to_owned())).to_vec(),
        methods: Method::ALL
            .iter()
            .map(|method| MethodView {
                code: method.code(),
                name: w.method(method),
                on: live.methods.contains(method),
            })
            .collect(),
        bearer: Field::text("bearer", w.sh_bearer()).typed(bearer),
        shares,
        ..ShopView::default()
    }
}

/// The word of a kind of book in forms.
pub(crate) const fn kind_word(kind: BookKind) -> &'static str {
    match kind {
        BookKind::Live => "live",
        BookKind::Test => "test",
    }
}

fn digest_field(name: &'static str, label: &str, shop: &Shop) -> Field {
    Field::text(name, label).typed(shop.algorithm.code())
}

fn place_view(w: Words, shop: &Shop, place: Place) -> PlaceView {
    let (name, url, verb, usual) = match place {
        Place::Result => (w.sh_result(), "result_url", "result_verb", Verb::Post),
        Place::Success => (w.sh_success(), "success_url", "success_verb", Verb::Get),
        Place::Fail => (w.sh_fail(), "fail_url", "fail_verb", Verb::Get),
    };
    let (name, usual) = match (&shop.checkout, place) {
        (None, _) => (name, usual),
        (Some(_), Place::Result) => (w.co_interaction(), Verb::Post),
        (Some(_), Place::Success) => (w.co_success(), Verb::Post),
        (Some(_), Place::Fail) => (w.co_fail(), Verb::Post),
    };
    let hint = match place {
        Place::Result => w.sh_result_hint(),
        Place::Success => w.sh_success_hint(),
        Place::Fail => w.sh_fail_hint(),
    };
    let saved = place.of(shop);
    let saved_url = saved.map(|address| address.url.clone()).unwrap_or_default();
    PlaceView {
        code: place.code(),
        name,
        url: Field::text(url, w.sh_url()).kind("url").hint(hint).typed(saved_url.clone()).optional(),
        verb: Field::text(verb, w.sh_verb()).typed(saved.map_or(usual, |address| address.verb).code()),
        saved: saved_url,
    }
}

/// A digest as its own specification writes it.
const fn algorithm_name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Md5 => "MD5",
        Algorithm::Ripemd160 => "RIPEMD-160",
        Algorithm::Sha1 => "SHA-1",
        Algorithm::Sha256 => "SHA-256",
        Algorithm::Sha384 => "SHA-384",
        Algorithm::Sha512 => "SHA-512",
    }
}

fn share_words(w: Words, thousandths: u16) -> String {
    match thousandths {
        0 => w.sh_shop_bears().to_owned(),
        500 => w.sh_both_bear().to_owned(),
        1_000 => w.sh_buyer_bears().to_owned(),
        other => {
            let percent = match (other / 10, other % 10) {
                (whole, 0) => whole.to_string(),
                (whole, tenth) => format!("{whole}{}{tenth}", w.sh_decimal()),
            };
            w.sh_share(&percent)
        }
    }
}
