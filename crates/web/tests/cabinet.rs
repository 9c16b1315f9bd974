//! What must be true of the cabinet's pages: their outline, their weight, their safety, and that they stand being
//! mirrored and lengthened.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::io::Write;

use domain::ids::BookKind;
use domain::payments::Language;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::tz::TimeZone;
use web::assets;
use web::cabinet::components::PaymentRow;
use web::cabinet::gallery;
use web::cabinet::overview::{self, OverviewView};
use web::cabinet::payments::{self, PaymentsView};
use web::cabinet::shell::{Account, Frame, Section};
use web::checkout::pages::Rendered;
use web::checkout::views::Page;

/// Every language, and the mirrored one.
const TONGUES: [(Language, bool); 3] = [(Language::Ru, false), (Language::En, false), (Language::En, true)];
const FIRST_BYTES_MAX: usize = 60 * 1024;
const NEXT_BYTES_MAX: usize = 20 * 1024;

fn frame((language, mirrored): (Language, bool), signed_in: bool) -> Frame {
    Frame {
        page: Page {
            language,
            zone: TimeZone::get("Europe/Moscow").unwrap(),
            now: "2026-03-14T12:04:00Z".parse().unwrap(),
            place: "Kassa".to_owned(),
            help: Some("help@example.com".to_owned()),
            test: false,
            clock: None,
            payment: None,
        },
        account: signed_in.then(|| Account {
            seller: "<b>Seller</b>".to_owned(),
            person: "anna".to_owned(),
            csrf: "token".to_owned(),
        }),
        here: Some(Section::Payments),
        kind: BookKind::Live,
        address: "/cabinet/payments".to_owned(),
        mirrored,
    }
}

/// A full page of payments with long texts that do not repeat.
fn rows(count: u64) -> Vec<PaymentRow> {
    let row = |place: u64| PaymentRow {
        address: format!("/cabinet/payments/pay_{:026}", place.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        sum: format!("{} 290,00 ₽", place * 7),
        kind: "paid",
        state: "Оплачен",
        mark: "возвращён частично",
        method: "Банковская карта",
        order: (place * 7_919).to_string(),
        description: format!("Товар номер {} с длинным названием", place.wrapping_mul(2_654_435_761)),
        shop: "Магазин у дома".to_owned(),
        when: format!("14 марта 2026, {:02}:{:02}", place % 24, place % 60),
        iso: format!("2026-03-14T{:02}:{:02}:00Z", place % 24, place % 60),
    };
    (1..=count).map(row).collect()
}

/// The pages, each in every tongue.
fn every_page() -> Vec<(String, bool, Rendered)> {
    let mut pages = Vec::new();
    for tongue in TONGUES {
        let (guest, person) = (frame(tongue, false), frame(tongue, true));
        let list = PaymentsView { rows: rows(50), ..PaymentsView::default() };
        let overview = OverviewView { rows: rows(10), ..OverviewView::default() };
        let made = [
            ("gallery", gallery::page(&guest)),
            ("payments", payments::page(&person, &list)),
            (
                "no payments",
                payments::page(&person, &PaymentsView { none_yet: true, ..PaymentsView::default() }),
            ),
            ("overview", overview::page(&person, &overview)),
        ];
        for (name, page) in made {
            pages.push((format!("{name} {tongue:?}"), tongue.1, page.unwrap()));
        }
    }
    pages
}

/// The values of an attribute in a page.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn every_page_has_one_heading_landmarks_and_a_title_that_ends_with_the_place() {
    for (name, _, page) in every_page() {
        for (part, times) in [("<h1", 1), ("<main", 1), ("<footer", 1), ("href=\"#main\"", 1)] {
            assert_eq!(page.html.matches(part).count(), times, "{name}: {part}");
        }
        let title = page.html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert!(title.ends_with(" – Kassa"), "{name}: {title}");
    }
}

#[test]
fn identifiers_are_unique_and_labels_lead_to_fields() {
    for (name, _, page) in every_page() {
        let ids = attributes(&page.html, "id");
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{name}: {ids:?}");
        let targets = ["for", "aria-labelledby"].into_iter().flat_map(|which| attributes(&page.html, which));
        for target in targets {
            assert!(distinct.contains(&target), "{name}: {target}");
        }
    }
}

#[test]
fn no_page_carries_scripts_or_styles_inside_and_none_needs_another_host() {
    for (name, _, page) in every_page() {
        assert!(!page.html.contains("<style") && !page.html.contains(" style=\""), "{name}");
        assert_eq!(page.html.matches("<script").count(), 1, "{name}");
        assert!(
            attributes(&page.html, "src").iter().all(|address| address.starts_with("/static/")),
            "{name}"
        );
        assert!(page.policy.contains("script-src 'self'") && !page.policy.contains("unsafe"), "{name}");
        assert!(!page.html.contains("<b>Seller</b>"), "{name}: text of people is escaped");
    }
}

#[test]
fn the_mirrored_language_mirrors_and_lengthens_every_text() {
    for (name, mirrored, page) in every_page() {
        assert_eq!(page.html.contains("dir=\"rtl\""), mirrored, "{name}");
    }
    let page = gallery::page(&frame((Language::En, true), false)).unwrap();
    let main = page.html.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
    assert_eq!(main, "[What the cabinet is made of verba longiora]");
}

#[test]
fn a_page_of_fifty_payments_keeps_to_its_budget() {
    let file = |address: String| {
        let name = address.trim_start_matches("/static/").to_owned();
        gzipped(assets::static_file(&name).unwrap().bytes)
    };
    let shared = file(assets::cabinet_style_address()) + file(assets::cabinet_script_address());
    for (name, mirrored, page) in every_page() {
        let weight = gzipped(page.html.as_bytes());
        assert!(mirrored || weight <= NEXT_BYTES_MAX, "{name}: {weight}");
        assert!(weight + shared <= FIRST_BYTES_MAX, "{name}: {weight} + {shared}");
    }
}
