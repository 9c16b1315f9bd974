//! What must be true of every page: its outline, its weight, its safety, and that it needs nobody else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../examples/gallery/samples.rs"]
mod samples;

use std::collections::BTreeSet;
use std::io::Write;

use base64::Engine;
use domain::payments::Language;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use web::assets;
use web::checkout::notices::Leave;
use web::checkout::pages::{self, RenderFault, Rendered};
use web::checkout::views::{Field, Form, Handle, Page, Stage, Summary};

const LANGUAGES: [Language; 2] = [Language::Ru, Language::En];

/// Every sample page, with its language and name.
fn every_page() -> Vec<(Language, String, Rendered)> {
    let all = LANGUAGES.into_iter().flat_map(|language| {
        samples::pages(language).unwrap().into_iter().map(move |(name, page)| (language, name, page))
    });
    all.collect()
}

fn sample(language: Language, wanted: &str) -> Rendered {
    let mut pages = samples::pages(language).unwrap();
    let position = pages.iter().position(|(name, _)| name == wanted).unwrap();
    pages.swap_remove(position).1
}

/// The values of an attribute in a page, entities and all.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

/// The page without its style.
fn body(html: &str) -> String {
    let (before, rest) = html.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}{after}")
}

#[test]
fn every_page_has_one_heading_a_title_of_parts_its_language_and_a_way_past_the_head() {
    for (language, name, page) in every_page() {
        let html = &page.html;
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert_eq!(html.matches("<footer").count(), 1, "{name}");
        assert_eq!(html.matches("<header").count(), 1, "{name}");
        assert!(html.contains(&format!("<html lang=\"{}\">", language.code())), "{name}");
        assert!(html.contains("href=\"#main\"") && html.contains("id=\"main\""), "{name}");
        let title = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        assert_eq!(title.split(" – ").count(), 3, "{name}: {title}");
    }
}

#[test]
fn identifiers_are_unique_and_labels_lead_to_fields() {
    for (_, name, page) in every_page() {
        let ids = attributes(&page.html, "id");
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{name}");
        for target in attributes(&page.html, "for") {
            assert!(distinct.contains(&target), "{name}: {target}");
        }
    }
}

#[test]
fn a_page_loads_nothing_but_our_script() {
    for (_, name, page) in every_page() {
        for source in attributes(&page.html, "src") {
            assert_eq!(source, assets::script_address(), "{name}");
        }
        for tag in ["<img", "<iframe", "<object", "<embed", "<base", "http-equiv", "@import", "url("] {
            assert!(!page.html.contains(tag), "{name}: {tag}");
        }
        assert_eq!(page.html.matches("<link").count(), 1, "{name}");
        assert!(page.html.contains("<link rel=\"icon\" href=\"data:,\">"), "{name}");
        assert!(page.policy.starts_with("default-src 'none';"), "{name}");
    }
}

#[test]
fn the_policy_allows_exactly_the_style_that_stands_on_the_page() {
    for (_, name, page) in every_page() {
        let style = page.html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
        assert!(page.policy.contains(&format!("style-src 'sha256-{digest}'")), "{name}");
        assert!(attributes(&page.html, "style").is_empty(), "{name}");
        for handler in ["onclick", "onload", "onsubmit", "onchange"] {
            assert!(attributes(&page.html, handler).is_empty(), "{name}");
        }
    }
}

#[test]
fn only_the_page_that_posts_to_a_shop_lets_forms_leave() {
    for (_, name, page) in every_page() {
        let leaves = page.policy.contains("form-action 'self' https://shop.example;");
        assert_eq!(leaves, name == "leave-post", "{name}: {}", page.policy);
        let outside = attributes(&page.html, "action")
            .iter()
            .any(|action| !action.starts_with("/pay/") && *action != "/clock");
        assert_eq!(outside, name == "leave-post", "{name}");
    }
}

#[test]
fn text_of_strangers_is_escaped_everywhere() {
    let evil = "\"><script>alert('x')</script>&amp;{{ 7 }}";
    let page = Page {
        place: evil.into(),
        help: Some(evil.into()),
        payment: Some(Handle { id: evil.into(), csrf: evil.into() }),
        ..samples::page(Language::Ru)
    };
    let summary = Summary {
        shop: evil.into(),
        price: None,
        order: Some(evil.into()),
        description: Some(evil.into()),
        collector: Some(evil.into()),
        ..samples::summary(Language::Ru)
    };
    let field = Some(Field { value: evil.into(), error: None });
    for (name, stage) in samples::stages(Language::Ru) {
        let stage = match stage {
            Stage::Redirect(mut view) => {
                view.provider = evil.into();
                view.link = format!("https://pay.example/{evil}");
                Stage::Redirect(view)
            }
            Stage::Qr(mut view) => {
                view.code = evil.into();
                Stage::Qr(view)
            }
            Stage::External(mut view) => {
                view.phone = Some(evil.into());
                Stage::External(view)
            }
            Stage::Form(view) => Stage::Form(Form { phone: field.clone(), email: field.clone(), ..view }),
            Stage::Choose(mut view) => {
                view.search = Some(evil.into());
                Stage::Choose(view)
            }
            other => other,
        };
        let html = pages::payment(&page, &summary, &stage).unwrap().html;
        assert_eq!(html.matches("<script").count(), 1, "{name}");
        assert!(!html.contains("alert('x')") && !html.contains(evil), "{name}");
        assert!(html.contains("&#60;script&#62;") || html.contains("&lt;script&gt;"), "{name}");
    }
    let fields = Some(vec![(evil.to_owned(), evil.to_owned())]);
    let leave = Leave { target: format!("https://shop.example/?a={evil}"), fields, known: true };
    let html = pages::leave(&page, &leave).unwrap().html;
    assert_eq!(html.matches("<script").count(), 1);
}

#[test]
fn an_address_that_is_no_web_address_never_becomes_a_link() {
    for target in ["javascript:alert(1)", "/paid", "data:text/html,x"] {
        let leave = Leave { target: target.into(), fields: None, known: true };
        let fault = pages::leave(&samples::page(Language::En), &leave).unwrap_err();
        assert!(matches!(fault, RenderFault::Address(text) if text == target));
    }
    let stages = samples::stages(Language::En);
    let Some((_, Stage::Redirect(mut view))) = stages.into_iter().find(|(name, _)| *name == "redirect")
    else {
        panic!("there is no sample of a redirect");
    };
    view.link = "javascript:alert(1)".into();
    let page = samples::page(Language::En);
    let result = pages::payment(&page, &samples::summary(Language::En), &Stage::Redirect(view));
    assert!(matches!(result, Err(RenderFault::Address(_))));
}

#[test]
fn the_list_and_the_script_keep_to_their_weight() {
    for language in LANGUAGES {
        for name in ["choose", "choose-phone", "choose-many"] {
            let weight = gzipped(sample(language, name).html.as_bytes());
            assert!(weight <= 14 * 1024, "{name}: {weight} bytes");
        }
    }
    let address = assets::script_address();
    let script = assets::static_file(address.trim_start_matches("/static/")).unwrap();
    let weight = gzipped(script.bytes);
    assert!(weight <= 6 * 1024, "script: {weight} bytes");
}

#[test]
fn every_stage_says_its_mark_and_only_waiting_ones_watch() {
    for (name, stage) in samples::stages(Language::En) {
        let html = sample(Language::En, name).html;
        assert!(html.contains(&format!("data-state=\"{}\"", stage.mark())), "{name}");
        let waits = ["starting", "redirect", "qr", "external", "checking", "held", "closing"];
        assert_eq!(html.contains(" data-watch=\""), waits.contains(&stage.mark()), "{name}");
    }
}

#[test]
fn while_the_bank_has_not_answered_there_is_nothing_to_pay_with() {
    for name in ["checking", "closing", "held", "paid", "expired-prompted", "late-on-its-way", "starting"] {
        let html = sample(Language::Ru, name).html;
        assert!(!html.contains("/start\"") && !html.contains("?method"), "{name}");
    }
    assert!(sample(Language::Ru, "checking").html.contains("Не платите повторно."));
}

#[test]
fn waiting_pages_can_be_checked_without_scripts() {
    for name in ["starting", "redirect", "qr", "qr-phone", "external-phone", "checking", "closing"] {
        let html = sample(Language::En, name).html;
        let link = "<a class=\"button\" href=\"/pay/pay_3k9q0m5x7v2t8w4r6n1b0c5d7f\">Check payment</a>";
        assert!(html.contains(link), "{name}");
    }
    assert!(
        sample(Language::En, "redirect")
            .html
            .contains("href=\"https://pay.bank.example/checkout?order=2d9f\"")
    );
}

#[test]
fn no_money_was_taken_is_said_only_when_it_is_certain() {
    assert!(sample(Language::En, "failed").html.contains("No money was taken."));
    assert!(!sample(Language::En, "failed-unsure").html.contains("No money was taken."));
    assert!(!sample(Language::En, "expired-prompted").html.contains("No money was taken."));
    assert!(!sample(Language::En, "cancelled-released").html.contains("No money was taken."));
}

#[test]
fn the_fee_stands_on_the_list_and_before_the_confirmation() {
    let list = sample(Language::Ru, "choose").html;
    assert!(list.contains("1\u{a0}458,00\u{a0}₽ вместе с комиссией"));
    assert_eq!(list.matches("вместе с комиссией").count(), 2);
    let form = sample(Language::Ru, "form").html;
    let (before, _) = form.split_once("Заплатить 1\u{a0}458,00\u{a0}₽</button>").unwrap();
    assert!(before.contains("168,00\u{a0}₽"));
}

#[test]
fn arguments_stand_in_their_sentences() {
    let page = |name| sample(Language::Ru, name).html;
    assert!(page("redirect").contains("Перейти на страницу «ЮKassa»"));
    assert!(page("qr").contains("Заплатить так можно до 15:40."));
    assert!(page("paid").contains("через 5 секунд."));
    assert!(page("expired").contains("Заплатить можно было до 13 марта 2026, 15:04."));
    assert!(page("choose-many").contains("и ещё 2 способа"));
    assert!(page("leave-unknown").contains("Перейти на shop.example"));
    assert!(page("refused").contains("Ошибка 29: для владельца магазина"));
    for (_, name, page) in every_page() {
        assert!(!body(&page.html).contains('{'), "{name}: an argument was left out");
    }
}

#[test]
fn a_refused_request_carries_its_number_and_names_the_parameter() {
    let html = sample(Language::En, "refused").html;
    assert!(html.contains("<main id=\"main\" class=\"single\" tabindex=\"-1\" data-error=\"29\">"));
    assert!(html.contains("<code dir=\"ltr\">SignatureValue</code>"));
    assert!(!html.contains("<script"));
}

#[test]
fn the_language_form_keeps_the_payment_and_offers_what_is_complete() {
    let html = sample(Language::Ru, "choose").html;
    assert!(html.contains("action=\"/pay/pay_3k9q0m5x7v2t8w4r6n1b0c5d7f/language\""));
    assert!(html.contains("value=\"ru\" lang=\"ru\" aria-current=\"true\""));
    assert!(html.contains("value=\"en\" lang=\"en\">English"));
    assert!(!html.contains("lang=\"uk\""));
    let ukrainian = Page { language: Language::Uk, ..samples::page(Language::Uk) };
    let summary = samples::summary(Language::En);
    let stage = Stage::Closing;
    assert!(pages::payment(&ukrainian, &summary, &stage).unwrap().html.contains("<html lang=\"en\">"));
}

#[test]
fn test_mode_says_so_in_words() {
    assert!(sample(Language::En, "outcome").html.contains("Test mode: no real money moves"));
    assert!(!sample(Language::En, "choose").html.contains("Test mode"));
}
