//! Nobody sees another seller's things: every page that a seller can reach is tried by a stranger and by
//! another seller, and every route of the cabinet is among them.
//!
//! The pages are found by following links, and the objects by their identifiers on those pages, so what is
//! new is tried without being listed here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use testkit::html::{Form, forms, values_of};
use testkit::visitor::{Page, Visitor};
use url::Url;
use web::access::{Route, Who};

use crate::scene::Scene;

/// An identifier has so many letters after its prefix.
const ID_LETTERS: usize = 26;
/// A seller of the test has fewer pages than this.
const PAGES_MAX: usize = 400;
/// What only the first seller has in his texts.
const MARK: &str = "only-the-first-seller";

/// All that somebody can reach in his cabinet.
#[derive(Default)]
struct Reached {
    /// Pages by their address.
    pages: BTreeMap<String, Page>,
    /// Forms that change something, each with the page on which it stands.
    forms: Vec<(Page, Form)>,
}

impl Reached {
    /// Follows every link of the cabinet from its first page on.
    async fn by(visitor: &mut Visitor, root: &str) -> Reached {
        let mut reached = Reached::default();
        let mut waiting = vec!["/cabinet".to_owned(), "/cabinet?book=test".to_owned()];
        while let Some(address) = waiting.pop() {
            if reached.pages.contains_key(&address) {
                continue;
            }
            assert!(reached.pages.len() < PAGES_MAX, "the cabinet has no end: {:?}", reached.pages.keys());
            let page = visitor.open(&format!("{root}{address}")).await;
            assert_eq!(page.status, 200, "{address}: {}", page.text);
            for form in forms(&page.text) {
                match form.method.as_str() {
                    "post" => reached.forms.push((page.clone(), form)),
                    _ => waiting.extend(inside(&page.url, &form.action)),
                }
            }
            waiting.extend(values_of(&page.text, "href").iter().filter_map(|href| inside(&page.url, href)));
            reached.pages.insert(address, page);
        }
        reached
    }

    /// Every identifier on the pages and in the forms.
    fn identifiers(&self) -> BTreeSet<String> {
        self.pages.values().flat_map(|page| identifiers(&page.text)).collect()
    }

    /// The paths that links and forms lead to.
    fn paths(&self) -> BTreeSet<String> {
        let linked = self.pages.keys().map(|address| path(address).to_owned());
        let sent = self.forms.iter().filter_map(|(page, form)| inside(&page.url, &form.action));
        linked.chain(sent.map(|address| path(&address).to_owned())).collect()
    }
}

/// A link's path and query, if it stays in the cabinet.
fn inside(page: &Url, href: &str) -> Option<String> {
    let url = page.join(href).ok().filter(|url| url.origin() == page.origin())?;
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    url.path().starts_with("/cabinet").then(|| format!("{}{query}", url.path()))
}

fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

fn identifiers(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
    let is_one = |word: &&str| {
        word.split_once('_').is_some_and(|(prefix, rest)| {
            prefix.chars().all(|c| c.is_ascii_lowercase()) && rest.len() == ID_LETTERS && !rest.contains('_')
        })
    };
    words.filter(is_one).map(str::to_owned).collect()
}

/// Whether a route of the router's own spelling leads to a path.
fn leads_to(route: Route, path: &str) -> bool {
    let (wanted, found): (Vec<&str>, Vec<&str>) =
        (route.path().split('/').collect(), path.split('/').collect());
    let fits = |(wanted, found): (&&str, &&str)| wanted.starts_with('{') || wanted == found;
    wanted.len() == found.len() && wanted.iter().zip(&found).all(fits)
}

fn of_visitors() -> impl Iterator<Item = Route> {
    Route::ALL.iter().copied().filter(|route| route.who() == Who::Visitor)
}

async fn signed_in(scene: &Scene, who: [&str; 3]) -> Visitor {
    let mut visitor = Visitor::new();
    let page = visitor.open(&format!("{}/cabinet/sign-in", scene.program.ready.url)).await;
    let form = page.form_with("organisation", None);
    let [organisation, login, password] = who;
    let filled = [("organisation", organisation), ("login", login), ("password", password)];
    let page = visitor.send(&page, &form, &filled, None).await;
    assert_eq!((page.status, page.url.path()), (200, "/cabinet"), "{}", page.text);
    visitor
}

async fn demos_person(scene: &Scene) -> Visitor {
    let person = scene.program.ready.person.clone().unwrap();
    signed_in(scene, [&person.organisation, &person.login, &person.password]).await
}

/// A second seller with a shop of its own, and its administrator.
async fn other_seller(scene: &Scene) -> Visitor {
    let seller = scene.program.run(&["seller", "create", "Other"]).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let whose = text(&seller["seller"]);
    scene.program.run(&["shop", "create", "other-shop", "--seller", &whose]).await;
    let admin = &seller["administrator"];
    let who = [&admin["organisation"], &admin["login"], &admin["password"]].map(text);
    signed_in(scene, [&who[0], &who[1], &who[2]]).await
}

/// The first seller has something of everything: a live payment that is paid, one that is held, a rehearsal,
/// and notices.
async fn lived_in(scene: &Scene) {
    scene.program.run(&["shop", "set", "demo", "--name", MARK]).await;
    scene.pays("100.00", "501").await;
    scene.until("501", "a notice", |payment| payment["notices"][0]["state"] == "accepted").await;
    scene.program.run(&["shop", "set", "demo", "--two-step", "yes"]).await;
    scene.pays("200.00", "502").await;
    scene.until("502", "a hold", |payment| payment["state"] == "held").await;
    let keys = &scene.keys;
    let link = testkit::robokassa::Link::new(&keys.login, "300.00", "503").unsigned("IsTest", "1");
    let digest = testkit::robokassa::Digest::Sha256;
    let url = link.url(&scene.program.ready.url, &keys.test_password1, digest);
    assert_eq!(Visitor::new().open(&url).await.status, 200);
}

#[tokio::test]
async fn every_route_of_the_cabinet_is_reached_by_its_seller_and_closed_to_everybody_else() {
    let scene = Scene::demo().await;
    lived_in(&scene).await;
    let root = scene.program.ready.url.clone();
    // A second browser, so that there is a session to be ended.
    demos_person(&scene).await;
    let (mut first, mut second) = (demos_person(&scene).await, other_seller(&scene).await);
    let own = Reached::by(&mut first, &root).await;
    let others = Reached::by(&mut second, &root).await;

    let paths = own.paths();
    for route in of_visitors() {
        assert!(paths.iter().any(|path| leads_to(route, path)), "no page leads to {}", route.path());
    }
    let shared = others.identifiers();
    let secrets: Vec<String> = own.identifiers().into_iter().filter(|id| !shared.contains(id)).collect();
    assert!(secrets.len() >= 5, "a payment, a hold, a rehearsal, a shop, a notice: {secrets:?}");
    let tells = |page: &Page, asked: &str| {
        page.text.contains(MARK)
            || secrets.iter().any(|secret| !asked.contains(secret.as_str()) && page.text.contains(secret))
    };

    for page in others.pages.values() {
        assert!(!tells(page, ""), "{} shows another seller's things:\n{}", page.url, page.text);
    }
    let mut stranger = Visitor::new();
    for address in own.pages.keys() {
        let page = stranger.open(&format!("{root}{address}")).await;
        assert_eq!(page.url.path(), "/cabinet/sign-in", "a stranger sees {address}");
        let page = second.open(&format!("{root}{address}")).await;
        assert!(!tells(&page, address), "another seller sees {address}:\n{}", page.text);
        if secrets.iter().any(|secret| path(address).contains(secret.as_str())) {
            assert_eq!(page.status, 404, "another seller finds {address}");
        }
    }
    // Every object at every route that takes one, linked or not.
    for route in of_visitors().filter(|route| route.path().contains("{id}")) {
        for secret in &secrets {
            let address = route.path().replace("{id}", secret);
            let page = second.open(&format!("{root}{address}")).await;
            assert!(matches!(page.status, 404 | 405), "{address}: {} {}", page.status, page.text);
        }
    }
}

#[tokio::test]
async fn no_form_of_a_seller_does_anything_for_a_stranger_another_seller_or_another_site() {
    let scene = Scene::demo().await;
    lived_in(&scene).await;
    let root = scene.program.ready.url.clone();
    let mut another = demos_person(&scene).await;
    let (mut first, mut second) = (demos_person(&scene).await, other_seller(&scene).await);
    let own = Reached::by(&mut first, &root).await;
    let csrf = {
        let page = second.open(&format!("{root}/cabinet")).await;
        page.form_with("csrf", None).fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone()
    };
    let before = state(&scene).await;
    let mut tried = BTreeSet::new();
    for (page, form) in &own.forms {
        // The bar of the clock stands on every page and belongs to nobody.
        let Some(action) = inside(&page.url, &form.action) else { continue };
        let route = Route::ALL.iter().find(|route| leads_to(**route, path(&action))).unwrap();
        if route.who() != Who::Visitor {
            continue;
        }
        tried.insert(route.path());
        // Boxes and buttons are pressed too, for without them many forms ask for nothing.
        let pressed = form.choices.first().map(|(name, value)| (name.as_str(), value.as_str()));
        let answer = Visitor::new().send(page, form, &[], pressed).await;
        assert_eq!(answer.url.path(), "/cabinet/sign-in", "a stranger sends {action}");
        // Signing out does what it says to whoever sends it; the rest would change somebody's things.
        if *route != Route::CabinetSignOut {
            second.send(page, form, &[("csrf", &csrf)], pressed).await;
        }
        first.send(page, form, &[("csrf", "forged")], pressed).await;
    }
    let posted = [
        "/cabinet/sessions/end",
        "/cabinet/shops/{id}",
        "/cabinet/notices/again",
        "/cabinet/payments/{id}/release",
    ];
    assert!(posted.iter().all(|path| tried.contains(path)), "{tried:?}");
    assert_eq!(state(&scene).await, before);
    for browser in [&mut first, &mut another] {
        let page = browser.open(&format!("{root}/cabinet")).await;
        assert_eq!(page.url.path(), "/cabinet", "nobody else has ended the session");
    }
}

/// All of the first seller that forms could change.
async fn state(scene: &Scene) -> Vec<Value> {
    let mut all = vec![scene.program.run(&["shop", "show", "demo"]).await];
    for number in ["501", "502"] {
        let mut payment = scene.payment("show", number, &[]).await;
        // What was said to others goes on being written down by itself.
        payment.as_object_mut().unwrap().remove("exchanges");
        all.push(payment);
    }
    all.push(scene.program.run(&["payment", "list", "--shop", "demo"]).await["payments"].clone());
    all
}
