//! Buyers who open, pay and get money back, all at once, with a notebook of what each of them was told.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use testkit::crowd::{Got, ask};
use testkit::desk::Desk;
use testkit::html::value_of;
use testkit::program::Program;
use testkit::provider::YooKassa;
use testkit::ready::ShopKeys;
use testkit::robokassa::{Digest, Link};
use testkit::visitor::{client, led_client};
use tokio::task::JoinSet;

use crate::buyer::{token, way_on};
use crate::world::World;

/// What every order costs.
pub const SUM: &str = "100.00";
/// What is given back of some.
pub const BACK: &str = "60.00";
/// So many send order after order.
const OPENERS: u32 = 4;
/// So many pay order after order.
const PAYERS: u32 = 8;
/// Of so many payers one asks for money back.
const BACK_EVERY: u32 = 3;
/// So long a client rests before the next order, or before it tries again.
const PAUSE: Duration = Duration::from_millis(25);
/// So often a payer looks for the way to the provider.
const LOOKS_FOR_THE_WAY: u32 = 80;
/// So often they look whether they have paid; what a crash has delayed by ten seconds the judge will see.
const LOOKS_FOR_THE_END: u32 = 30;

/// An order that the program said it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The shop's number.
    pub number: u32,
    /// The one address of the payment.
    pub page: String,
    /// By this the page knows the browser of its buyer.
    pub cookie: String,
}

impl Opened {
    /// The program's name of the payment.
    pub fn payment(&self) -> &str {
        self.page.rsplit('/').next().expect("a page has a name")
    }
}

/// What the clients were told.
#[derive(Debug, Default)]
pub struct Notebook {
    /// Orders for which the buyer was led to a page.
    pub opened: Vec<Opened>,
    /// Those that the payer has paid at the provider.
    pub paid: Vec<Opened>,
    /// Payments of which [`BACK`] was promised.
    pub back: Vec<Opened>,
    /// So often somebody was asked to come again.
    pub turned_away: usize,
    /// Answers that nobody should ever get, and silence.
    pub unclean: Vec<String>,
}

/// Where each promise is written down at the moment in which a client has it: "opened", "paid" or "back",
/// and the payment.
pub type Teller = Arc<dyn Fn(&str) + Send + Sync>;

/// Clients at work. They go on, whatever they meet, until they are told to leave.
pub struct Load {
    clients: Client,
    running: JoinSet<()>,
}

impl Load {
    /// Lets everybody in. Numbers of orders come from `next`.
    pub fn on(world: &World, next: &Arc<AtomicU32>) -> Load {
        Load::telling(world, next, Arc::new(|_| {}))
    }

    /// The same, at another node.
    pub fn at(node: &Program, world: &World, next: &Arc<AtomicU32>) -> Load {
        Load::come(node, world, next, Arc::new(|_| {}))
    }

    /// The same, and every promise is told to somebody at once.
    pub fn telling(world: &World, next: &Arc<AtomicU32>, tell: Teller) -> Load {
        Load::come(&world.program, world, next, tell)
    }

    fn come(node: &Program, world: &World, next: &Arc<AtomicU32>, tell: Teller) -> Load {
        let clients = Client {
            url: node.ready.url.clone(),
            keys: world.keys.clone(),
            provider: world.provider.clone(),
            desk: Desk::of(node),
            next: next.clone(),
            leave: Arc::default(),
            notebook: Arc::default(),
            tell,
        };
        let mut running = JoinSet::new();
        for place in 0..OPENERS + PAYERS {
            let client = clients.clone();
            running.spawn(async move {
                while !client.leave.load(Ordering::Relaxed) {
                    if place < OPENERS {
                        client.opens().await;
                    } else {
                        client.pays().await;
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            });
        }
        Load { clients, running }
    }

    /// What was noted since somebody asked last.
    pub fn notes(&self) -> Notebook {
        std::mem::take(&mut *self.clients.notebook())
    }

    /// So often somebody was asked to come again since the notes were taken.
    pub fn turned_away(&self) -> usize {
        self.clients.notebook().turned_away
    }

    /// Tells everybody to leave, waits until they have, and gives the last notes.
    pub async fn leaves(self) -> Notebook {
        self.clients.leave.store(true, Ordering::Relaxed);
        self.running.join_all().await;
        std::mem::take(&mut *self.clients.notebook())
    }
}

#[derive(Clone)]
struct Client {
    url: String,
    keys: ShopKeys,
    provider: YooKassa,
    desk: Desk,
    next: Arc<AtomicU32>,
    leave: Arc<AtomicBool>,
    notebook: Arc<Mutex<Notebook>>,
    tell: Teller,
}

impl Client {
    fn notebook(&self) -> MutexGuard<'_, Notebook> {
        self.notebook.lock().unwrap()
    }

    /// The answer to a request, if it has this status. Silence, and any other but "not now", is noted.
    async fn hears(&self, expected: u16, asked: impl Future<Output = Got>) -> Option<Got> {
        let got = asked.await;
        match &got {
            Got::Answer { status, .. } if *status == expected => return Some(got),
            Got::Answer { status: 503, retry_after: Some(_), .. } => self.notebook().turned_away += 1,
            Got::NotTaken | Got::Closed => {}
            Got::Answer { .. } | Got::Silence => self.notebook().unclean.push(format!("{got:?}")),
        }
        None
    }

    /// The text of a payment's page.
    async fn sees(&self, opened: &Opened) -> Option<String> {
        let request = led_client().get(&opened.page).header("cookie", &opened.cookie);
        match self.hears(200, ask(request)).await? {
            Got::Answer { text, .. } => Some(text),
            Got::NotTaken | Got::Closed | Got::Silence => None,
        }
    }

    /// A new order.
    async fn opens(&self) -> Option<Opened> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let link = Link::new(&self.keys.login, SUM, &number.to_string());
        let link = link.url(&self.url, &self.keys.password1, Digest::Sha256);
        let got = self.hears(303, ask(client().get(link))).await?;
        let Got::Answer { location: Some(page), cookies: cookie, .. } = got else { return None };
        let opened = Opened { number, page, cookie };
        (self.tell)(&format!("opened {}", opened.payment()));
        self.notebook().opened.push(opened.clone());
        Some(opened)
    }

    /// A new order that is paid by card at the provider, however often it is interrupted; of some, money is
    /// asked back.
    async fn pays(&self) -> Option<()> {
        let opened = self.opens().await?;
        let page = self.is_led_to(&opened, "redirect", LOOKS_FOR_THE_WAY).await?;
        let at_provider = way_on(&page).rsplit('/').next().expect("the provider's name of it").to_owned();
        self.provider.pay(&at_provider).await;
        self.notebook().paid.push(opened.clone());
        self.is_led_to(&opened, "paid", LOOKS_FOR_THE_END).await?;
        (self.tell)(&format!("paid {}", opened.payment()));
        if opened.number % BACK_EVERY != 0 {
            return Some(());
        }
        match self.desk.refund_if_there(opened.payment(), BACK).await? {
            Ok(_) => {
                (self.tell)(&format!("back {}", opened.payment()));
                self.notebook().back.push(opened);
            }
            Err(refused) if refused["ending"] == "unavailable" => self.notebook().turned_away += 1,
            Err(refused) => self.notebook().unclean.push(refused.to_string()),
        }
        Some(())
    }

    /// Looks at the page until it is in this state, and presses the card where there is a choice.
    async fn is_led_to(&self, opened: &Opened, wanted: &str, looks: u32) -> Option<String> {
        for _ in 0..looks {
            if let Some(page) = self.sees(opened).await {
                let state = value_of(&page, "main", "data-state");
                if state.as_deref() == Some(wanted) {
                    return Some(page);
                }
                if state.as_deref() == Some("choose") {
                    self.chooses_the_card(opened, &token(&page)).await;
                }
            }
            if self.leave.load(Ordering::Relaxed) {
                return None;
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }

    /// What came of it the page will tell.
    async fn chooses_the_card(&self, opened: &Opened, csrf: &str) {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", csrf)
            .append_pair("method", "bank_card")
            .finish();
        let start = client().post(format!("{}/start", opened.page)).body(form);
        let start = start.header("cookie", &opened.cookie);
        let start = start.header("content-type", "application/x-www-form-urlencoded");
        self.hears(303, ask(start)).await;
    }
}
