//! A checkout's request: a payment, its price, or the payways that there are.

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use crate::orders::masked;
use domain::attempts::PayerFields;
use domain::checkouts::{CheckoutTerms, Generation, Replaceable, Telling};
use domain::decide::Refused as BusinessRefused;
use domain::ids::{BookKind, PaymentId, VisitId};
use domain::methods::{Asks, Method};
use domain::opening::Opened;
use domain::sellers::{Passwords, Shop, ShopAddress, Verb};
use jiff::tz::TimeZone;
use protocols::interkassa::answers::{Answer, Input, InternalForm, PaymentForm, success};
use protocols::interkassa::errors::{Code, Refused};
use protocols::interkassa::keys::{Addresses, CheckoutKeys, Overrides};
use protocols::interkassa::request::PaymentStart;
use protocols::interkassa::sci1::request::{FirstKeys, FirstStart, FirstTerms, Telling as Told, Way};
use protocols::interkassa::terms::{Act, AmountSide, Interface, Terms};
use protocols::interkassa::{Entry, FORM_PAYMENT, Filled};
use protocols::order::Order;
use std::sync::Arc;
use wire::http::HttpReply;

/// What a checkout's request came to.
#[derive(Debug)]
pub enum Started {
    /// A buyer goes on to the page of a payment.
    Payment(Opened),
    /// A program has its answer.
    Reply(HttpReply),
}

/// Why nothing came of a checkout's request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutRefused {
    /// The dialect's own refusal, with its code.
    #[error(transparent)]
    Interkassa(#[from] Refused),
    /// The system could not do it; nothing is wrong with the request.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Does what a request to the payment page of Interkassa's protocols asks for.
    ///
    /// # Errors
    /// [`CheckoutRefused::Interkassa`] with the documented code; nothing is saved then.
    #[tracing::instrument(skip_all)]
    pub async fn start_checkout(&self, entry: &Entry) -> Result<Started, CheckoutRefused> {
        let started = match entry {
            Entry::First(start) => self.first(start).await,
            Entry::Second(start) => self.second(start).await,
            Entry::Filled(filled) => self.filled(filled).await,
            Entry::Saved(code) => self.open_saved_form(code).await,
        };
        started.map_err(in_words)
    }

    async fn second(&self, start: &PaymentStart) -> Result<Started, CheckoutRefused> {
        let live = self.checkout(start.checkout(), "ik_co_id").await?;
        let keyring = Keyring::of(&live)?;
        let opened = start.verify(&keyring.keys(&live)?, self.now())?;
        let (order, terms) = (opened.order, opened.terms);
        if terms.side == AmountSide::Payway && live.buyer_share > 0 {
            let why = "an amount is fixed on the checkout's side, for its buyers bear a part of the fee";
            return Err(Refused::because_of("ik_am_t", Code::WrongParameter, why).into());
        }
        if !terms.signed && !order.test && terms.act == Act::Process {
            let why = "whoever sends a buyer straight on signs what he asks for";
            return Err(Refused::because_of("ik_sign", Code::NotSet, why).into());
        }
        let shop = self.twin_of(&live, order.test).await?;
        let json = terms.interface == Interface::Json;
        match terms.act {
            Act::Payways if json => Ok(Started::Reply(self.payways_reply(&shop, &order).await?)),
            Act::Calculate if json => Ok(Started::Reply(self.price_reply(&shop, &order).await?)),
            Act::Choose | Act::Payways | Act::Calculate | Act::Process => {
                // Whichever method is rehearsed, it is one payway.
                let method = if order.test { Some(Method::BankCard) } else { order.preferred };
                let opened = self.open_checkout(&shop, narrowed(order), of_second(&terms)).await?;
                if terms.act == Act::Process {
                    return self.process(opened, method, phone(&terms), json).await;
                }
                if json { self.form_of(opened) } else { Ok(Started::Payment(opened)) }
            }
        }
    }

    async fn first(&self, start: &FirstStart) -> Result<Started, CheckoutRefused> {
        let live = self.checkout(&start.shop_id().to_ascii_uppercase(), "ik_shop_id").await?;
        let (passwords, checkout) = (passwords(&live)?, of(&live)?);
        let opened = start.verify(&FirstKeys {
            shop_id: &checkout.first_id,
            currency: live.currency,
            secret: &passwords.first,
            must_sign: checkout.must_sign,
        })?;
        let terms = of_first(&opened.terms, &live);
        let shop = self.twin_of(&live, opened.order.test).await?;
        Ok(Started::Payment(self.open_checkout(&shop, opened.order, terms).await?))
    }

    /// The shop of a name that is a checkout.
    async fn checkout(&self, name: &str, parameter: &'static str) -> Result<Arc<Shop>, CheckoutRefused> {
        let shop = self.shop_of_login(name, BookKind::Live).await?;
        let shop = shop.filter(|shop| shop.checkout.is_some());
        let unknown = Refused::because_of(parameter, Code::Invalid, "there is no checkout of this name");
        Ok(shop.ok_or(unknown)?)
    }

    async fn twin_of(&self, live: &Arc<Shop>, test: bool) -> Result<Arc<Shop>, CheckoutRefused> {
        let shop = if test {
            let twin = live.id.book.twin(BookKind::Test);
            self.shop(domain::ids::ShopId { number: live.id.number, book: twin }).await?
        } else {
            live.clone()
        };
        if shop.active {
            return Ok(shop);
        }
        Err(Refused::with(Code::Forbidden, "the checkout is switched off").into())
    }

    pub(crate) async fn open_checkout(
        &self,
        shop: &Shop,
        order: Order,
        terms: CheckoutTerms,
    ) -> Result<Opened, EngineError> {
        let id: PaymentId = self.fresh(shop.id.book)?;
        let reuse = domain::stored::Reuse::Once;
        let mut open = crate::orders::open(id, shop, order, reuse, self.now());
        open.claim = terms.claim(shop);
        open.terms.checkout = Some(terms);
        let opened = self.submit(open).await?;
        if opened.fresh {
            self.meters.opened(crate::orders::book_word(opened.payment.book.kind()));
        }
        self.changed(opened.payment);
        Ok(opened)
    }

    /// Sends a buyer straight on by the payway that was asked for; where something has yet to be asked, or
    /// the payway is none of ours, the page does it.
    async fn process(
        &self,
        opened: Opened,
        method: Option<Method>,
        phone: Option<String>,
        json: bool,
    ) -> Result<Started, CheckoutRefused> {
        let asks = method.is_some_and(|method| method.asks() == Asks::Phone) && phone.is_none();
        if json && asks {
            return self.ask_phone(opened);
        }
        if let (Some(method), false) = (method, asks) {
            self.set_out(opened.payment, method, phone).await?;
        }
        if json { self.form_of(opened) } else { Ok(Started::Payment(opened)) }
    }

    /// Starts an attempt unless one is under way.
    async fn set_out(
        &self,
        payment: PaymentId,
        method: Method,
        phone: Option<String>,
    ) -> Result<(), CheckoutRefused> {
        let scene = self.scene(payment).await?;
        if !scene.payment.unfinished.is_empty() {
            return Ok(());
        }
        let payer = PayerFields { phone, email: None, saved: false };
        self.start_attempt(payment, method, payer).await?;
        Ok(())
    }

    /// A buyer has filled in what a form of ours on the shop's page asked for.
    async fn filled(&self, filled: &Filled) -> Result<Started, CheckoutRefused> {
        let unknown = || Refused::because_of("kassa_payment", Code::Invalid, "there is no such payment");
        let mark = self.parse::<VisitId>(&filled.payment).ok();
        let payment = match mark {
            Some(mark) => PaymentId { number: mark.number, book: mark.book },
            None => self.parse(&filled.payment).map_err(|_| unknown())?,
        };
        let scene = match self.scene(payment).await {
            Ok(scene) if scene.payment.terms.checkout.is_some() => scene,
            Ok(_) | Err(EngineError::NotFound(_)) => return Err(unknown().into()),
            Err(error) => return Err(error.into()),
        };
        let method = scene.payment.terms.preferred.filter(|method| method.asks() == Asks::Phone);
        // Without a script the payment's own page asks for what is missing.
        let asked = filled.json || filled.input("phone").is_some();
        if let Some(method) = method.filter(|_| asked && scene.payment.unfinished.is_empty()) {
            let phone = filled.input("phone").and_then(digits).ok_or_else(|| {
                Refused::because_of("phone", Code::WrongFormat, "a phone has ten to fifteen digits")
            })?;
            self.set_out(payment, method, Some(phone)).await?;
        }
        let opened = Opened { payment, fresh: mark.is_some() };
        if filled.json { self.form_of(opened) } else { Ok(Started::Payment(opened)) }
    }

    /// What a form of ours calls a payment. The shop's program asked, and its buyer's browser comes with the
    /// form: the mark tells it from others, as the cookie does that a browser gets which opens a payment itself.
    fn name_in_form(&self, opened: Opened) -> String {
        let Opened { payment, fresh } = opened;
        let mark = VisitId { number: payment.number, book: payment.book };
        if fresh { self.print(mark) } else { self.print(payment) }
    }

    fn ask_phone(&self, opened: Opened) -> Result<Started, CheckoutRefused> {
        let action = self.checkout_page();
        let input = Input { name: "phone", kind: "tel", title: "Phone", button: "OK" };
        let form = InternalForm {
            action: &action,
            payment: &self.name_in_form(opened),
            wrapped: &[("ik_int", "json")],
            inputs: &[input],
        };
        Ok(Started::Reply(success(&Answer::Internal(&form))))
    }

    /// Where forms of ours on shops' pages lead.
    fn checkout_page(&self) -> String {
        format!("{}/sci", self.public_url())
    }

    /// Where a program sends the payer of a payment.
    fn form_of(&self, opened: Opened) -> Result<Started, CheckoutRefused> {
        let parameters = vec![(FORM_PAYMENT.to_owned(), self.name_in_form(opened))];
        let form = PaymentForm::new(&self.checkout_page(), Verb::Post, parameters);
        let form = form.ok_or(Refused::with(Code::CreationFailed, "the payment has no plain address"))?;
        Ok(Started::Reply(success(&Answer::Form(&form))))
    }
}

/// What a request of the second generation is verified with.
pub(crate) struct Keyring {
    currencies: Vec<money::currency::Currency>,
    addresses: Addresses,
    overrides: Overrides,
    zone: TimeZone,
}

impl Keyring {
    /// The keyring of a shop that is a checkout.
    pub(crate) fn of(shop: &Shop) -> Result<Keyring, Refused> {
        let checkout = of(shop)?;
        let may = |setting| checkout.replaceable.contains(&setting);
        Ok(Keyring {
            currencies: shop.currencies(),
            addresses: Addresses {
                interaction: shop.result.clone(),
                success: shop.success.clone(),
                pending: checkout.pending.clone(),
                fail: shop.fail.clone(),
            },
            overrides: Overrides {
                interaction: may(Replaceable::Interaction),
                success: may(Replaceable::Success),
                pending: may(Replaceable::Pending),
                fail: may(Replaceable::Fail),
                lifetime: may(Replaceable::Lifetime),
            },
            zone: TimeZone::get(&shop.zone).unwrap_or(TimeZone::UTC),
        })
    }

    /// The part of the shop that this protocol verifies with.
    pub(crate) fn keys<'a>(&'a self, shop: &'a Shop) -> Result<CheckoutKeys<'a>, Refused> {
        Ok(CheckoutKeys {
            checkout: &shop.login,
            currencies: &self.currencies,
            algorithm: shop.algorithm,
            secret: &passwords(shop)?.first,
            must_sign: of(shop)?.must_sign,
            addresses: &self.addresses,
            overrides: self.overrides,
            zone: &self.zone,
        })
    }
}

fn passwords(shop: &Shop) -> Result<&Passwords, Refused> {
    shop.current_passwords().ok_or(Refused::with(Code::Forbidden, "the checkout has no keys"))
}

fn of(shop: &Shop) -> Result<&domain::checkouts::Checkout, Refused> {
    shop.checkout.as_ref().ok_or(Refused::with(Code::Forbidden, "the shop is no checkout"))
}

/// The payway that a request names leaves no other choice, where it is one of ours.
fn narrowed(order: Order) -> Order {
    let Some(method) = order.preferred else { return order };
    let open = order.allowed.is_empty() || order.allowed.contains(&method);
    if open { Order { allowed: vec![method], ..order } } else { order }
}

fn of_second(terms: &Terms) -> CheckoutTerms {
    CheckoutTerms {
        generation: Generation::Second,
        payment_no: terms.payment_no.clone(),
        telling: terms.interaction.clone().map_or(Telling::Own, Telling::At),
        pending: terms.pending.clone(),
        plain: (false, false),
        via: terms.via.clone().unwrap_or_default(),
        newer: (terms.method.clone().unwrap_or_default(), terms.method_currency.clone().unwrap_or_default()),
        process: terms.act == Act::Process,
        contact: terms.contact.clone().map(masked),
    }
}

fn of_first(terms: &FirstTerms, shop: &Shop) -> CheckoutTerms {
    let verb = match terms.status.how {
        Some(Told::Get) => Some(Verb::Get),
        Some(Told::Post) => Some(Verb::Post),
        Some(Told::Off) | None => None,
    };
    let own = || shop.result.as_ref().map(|address| address.url.clone());
    let url = terms.status.url.clone().or_else(|| verb.and_then(|_| own()));
    let telling = match (terms.status.how, url) {
        (Some(Told::Off), _) => Telling::Off,
        (_, Some(url)) => Telling::At(ShopAddress { url, verb: verb.unwrap_or(Verb::Post) }),
        (_, None) => Telling::Own,
    };
    CheckoutTerms {
        generation: Generation::First,
        payment_no: terms.payment_id.clone(),
        telling,
        pending: None,
        plain: (terms.success.how == Some(Way::Link), terms.fail.how == Some(Way::Link)),
        via: terms.alias.clone(),
        newer: (String::new(), String::new()),
        process: false,
        contact: None,
    }
}

/// A phone that a request names, in digits.
fn phone(terms: &Terms) -> Option<String> {
    let named = |fields: &[domain::payments::CustomField], name: &str| {
        fields.iter().find(|field| field.name == name).map(|field| field.value.clone())
    };
    let told = named(&terms.inputs, "ik_payway_fields[phone]")
        .or_else(|| named(&terms.customer, "ik_customer_phone"))
        .or_else(|| named(&terms.customer, "ik_customer_fields[phone]"))
        .or_else(|| terms.contact.clone());
    told.as_deref().and_then(digits)
}

fn digits(text: &str) -> Option<String> {
    let plain = text.chars().all(|letter| letter.is_ascii_digit() || " +-()".contains(letter));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (plain && (10..=15).contains(&digits.len())).then_some(digits)
}

/// The business's refusals in this dialect's codes.
pub(crate) fn in_words(refused: CheckoutRefused) -> CheckoutRefused {
    let CheckoutRefused::Engine(EngineError::Refused(business)) = &refused else { return refused };
    CheckoutRefused::Interkassa(match business {
        BusinessRefused::AlreadyPaid => {
            let why = "a payment with this number is paid";
            Refused::because_of("ik_pm_no", Code::NumberTaken, why)
        }
        BusinessRefused::Off { .. } => Refused::with(Code::Forbidden, "the checkout is switched off"),
        BusinessRefused::MethodOff { .. } => Refused::with(Code::PaywayClosed, "the payway is not offered"),
        BusinessRefused::Invalid { what: "end", .. } => {
            Refused::with(Code::InvoiceExpired, "the time for payment is over")
        }
        BusinessRefused::Invalid { what: "sum", .. } | BusinessRefused::Money(_) => {
            Refused::because_of("ik_am", Code::WrongInvoiceAmount, "the checkout cannot take this amount")
        }
        BusinessRefused::NotThere { .. }
        | BusinessRefused::Stale { .. }
        | BusinessRefused::WrongState { .. }
        | BusinessRefused::TooMuch { .. }
        | BusinessRefused::Short { .. }
        | BusinessRefused::Taken { .. }
        | BusinessRefused::TooMany { .. }
        | BusinessRefused::Invalid { .. }
        | BusinessRefused::LeaseOver
        | BusinessRefused::Mistake(_) => {
            Refused::with(Code::CreationFailed, "the payment could not be started")
        }
    })
}
