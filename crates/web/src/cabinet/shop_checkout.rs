//! What the page of a shop shows and changes where the shop is a checkout of Interkassa's protocols.

use crate::cabinet::components::Field;
use crate::cabinet::desk::Desk;
use crate::cabinet::shell::Frame;
use crate::cabinet::shop::{PlaceView, ShopView};
use crate::words::Words;
use domain::checkouts::{Checkout, Replaceable};
use domain::sellers::{Algorithm, Shop, Verb};
use engine::sellers::ShopChange;
use wire::form::TextEncoding;

/// The digests that the protocol knows.
pub(crate) const ALGORITHMS: [Algorithm; 2] = [Algorithm::Md5, Algorithm::Sha256];
/// An expected text may be so long, in bytes.
const TEXT_BYTES_MAX: usize = 255;
/// Statuses that an answer can have.
const STATUSES: std::ops::RangeInclusive<u16> = 100..=599;

/// What the page shows of a checkout besides.
#[derive(Clone, Debug, Default)]
pub struct CheckoutSettings {
    /// What other systems know it by: the field's identifier on the page, its name, its value.
    pub names: Vec<(&'static str, &'static str, String)>,
    /// Its currencies and the version of its keys: names and values.
    pub facts: Vec<(&'static str, String)>,
    /// What is on or off.
    pub flags: Vec<Choice>,
    /// What a request may replace.
    pub replaceable: Vec<Choice>,
    /// The status and the text of an answer that takes a notice for delivered.
    pub expected: Vec<Field>,
    /// The forms that were prepared: what each costs, and its address.
    pub forms: Vec<(String, String)>,
}

/// A box to tick.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its word in forms.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether it is ticked.
    pub on: bool,
}

/// The settings as they are.
pub(crate) fn settings(frame: &Frame, shop: &Shop, checkout: &Checkout, here: &str) -> CheckoutSettings {
    let w = frame.words();
    let version = shop.current_passwords().map_or(0, |keys| keys.version).to_string();
    let currencies: Vec<&str> = shop.currencies().iter().map(|currency| currency.code()).collect();
    let choice = |code, name, on| Choice { code, name, on };
    let form = |form: &domain::checkouts::SavedForm| {
        (format!("{}, {}", frame.sum(form.amount), form.description), format!("{here}/?s={}", form.code))
    };
    CheckoutSettings {
        names: vec![
            ("checkout-id", w.co_id(), shop.login.clone()),
            ("checkout-first-id", w.co_first_id(), checkout.first_id.clone()),
            ("checkout-account", w.co_account(), checkout.account.clone()),
            ("checkout-user", w.co_user(), checkout.user.clone()),
        ],
        facts: vec![(w.co_currencies(), currencies.join(", ")), (w.co_keys(), w.co_version(&version))],
        flags: vec![
            choice("must_sign", w.co_must_sign(), checkout.must_sign),
            choice("unique_numbers", w.co_unique(), checkout.unique_numbers),
            choice("tells_ended", w.co_ended(), checkout.tells_ended),
        ],
        replaceable: Replaceable::ALL
            .iter()
            .map(|&it| choice(it.code(), replaceable_name(w, it), checkout.replaceable.contains(&it)))
            .collect(),
        expected: vec![
            Field::text("expected_status", w.co_status())
                .hint(w.co_status_hint())
                .typed(checkout.expected_status.to_string()),
            Field::text("expected_text", w.co_text())
                .hint(w.co_text_hint())
                .typed(checkout.expected_text.clone())
                .optional(),
        ],
        forms: checkout.forms.iter().map(form).collect(),
    }
}

fn replaceable_name(w: Words, setting: Replaceable) -> &'static str {
    match setting {
        Replaceable::Interaction => w.co_interaction(),
        Replaceable::Success => w.co_success(),
        Replaceable::Pending => w.co_pending(),
        Replaceable::Fail => w.co_fail(),
        Replaceable::Lifetime => w.co_lifetime(),
    }
}

/// The place of a checkout's pending address.
pub(crate) fn pending_place(w: Words, checkout: &Checkout) -> PlaceView {
    let saved = checkout.pending.as_ref();
    let url = saved.map(|address| address.url.clone()).unwrap_or_default();
    let verb = saved.map_or(Verb::Post, |address| address.verb);
    PlaceView {
        code: "pending",
        name: w.co_pending(),
        url: Field::text("pending_url", w.sh_url())
            .kind("url")
            .hint(w.co_pending_hint())
            .typed(url.clone())
            .optional(),
        verb: Field::text("pending_verb", w.sh_verb()).typed(verb.code()),
        saved: url,
    }
}

/// The rules as the form has them; none where something in it is wrong, and the view says what.
pub(crate) fn rules(desk: &Desk, checkout: &Checkout, view: &mut ShopView) -> Option<ShopChange> {
    let w = desk.frame.words();
    let settings = view.checkout.as_mut()?;
    let ticked = |name: &str, code: &str| {
        let mut sent = desk.form.all(name).filter_map(|field| field.text(TextEncoding::UTF_8).ok());
        sent.any(|text| text == code)
    };
    for flag in &mut settings.flags {
        flag.on = ticked("flag", flag.code);
    }
    for setting in &mut settings.replaceable {
        setting.on = ticked("replaceable", setting.code);
    }
    let [status, text] = settings.expected.as_mut_slice() else { return None };
    status.value = desk.sent(status.name);
    text.value = desk.sent(text.name);
    let read = status.value.parse().ok().filter(|status| STATUSES.contains(status));
    if read.is_none() {
        w.co_status_error().clone_into(&mut status.error);
    }
    let short = text.value.len() <= TEXT_BYTES_MAX;
    if !short {
        w.co_text_error().clone_into(&mut text.error);
    }
    let expected_text = text.value.clone();
    let all = Replaceable::ALL.iter().copied();
    let wanted = Checkout {
        must_sign: ticked("flag", "must_sign"),
        unique_numbers: ticked("flag", "unique_numbers"),
        tells_ended: ticked("flag", "tells_ended"),
        replaceable: all.filter(|setting| ticked("replaceable", setting.code())).collect(),
        expected_status: read?,
        expected_text,
        ..checkout.clone()
    };
    short.then_some(ShopChange::Checkout(wanted))
}
