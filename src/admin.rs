//! What people ask of an installation: the same code through the socket and without a server.

mod books;
mod checkouts;
mod clock;
mod explaining;
mod jobs;
mod payment_view;
mod payments;
mod payouts;
mod people;
mod providers;
mod rates;
pub mod reply;
pub mod request;
mod sellers;
mod shops;
pub mod socket;
mod splits;
mod stored;
mod stray;
mod tariffs;
mod words;

use crate::error::Failure;
use domain::history::Actor;
use domain::ids::{BookKind, ShopId};
use domain::sellers::Shop;
use engine::sellers::SellerChange;
use reply::Reply;
use request::{Asked, Request};
use web::state::Kassa;

/// An installation as one person works with it.
#[derive(Clone)]
pub struct Admin<'a> {
    engine: &'a Kassa,
    actor: Actor,
}

impl Admin<'_> {
    /// Does what is asked.
    ///
    /// # Errors
    /// [`Failure`] in words for the person who asked; nothing is saved then.
    pub async fn run(engine: &Kassa, asked: Asked) -> Result<Reply, Failure> {
        let admin = Admin { engine, actor: Actor::Operator(asked.by) };
        admin.answer(asked.request).await
    }

    async fn answer(&self, request: Request) -> Result<Reply, Failure> {
        match request {
            Request::CreateSeller { name, zone, organisation } => {
                self.create_seller(&name, &zone, organisation.as_deref()).await
            }
            Request::CreatePerson { seller, login, name, organisation } => {
                self.create_person(&seller, (&login, &name), organisation.as_deref()).await
            }
            Request::ResetPassword { seller, login } => self.reset_password(&seller, &login).await,
            Request::ListPeople { seller } => self.list_people(&seller).await,
            Request::ShowSeller { seller, at } => self.show_seller(&seller, at.as_deref()).await,
            Request::ListSellers => self.list_sellers().await,
            Request::ChangeSeller { seller, name, active, zone } => {
                self.change_seller(&seller, SellerChange { name, active, zone }).await
            }
            Request::CreateShop(wish) => self.create_shop(wish).await,
            Request::ShowShop { shop } => self.show_shop(&shop).await,
            Request::ListShops { seller } => self.list_shops(seller.as_deref()).await,
            Request::SetAddresses { shop, addresses } => self.set_addresses(&shop, addresses).await,
            Request::ChangeShop { shop, wishes } => self.change_shop(&shop, wishes).await,
            Request::RotatePasswords { shop } => self.rotate_passwords(&shop).await,
            Request::CreateProvider(wish) => self.create_provider(wish).await,
            Request::ShowProvider { provider } => self.show_provider(&provider).await,
            Request::ListProviders => self.list_providers().await,
            Request::ChangeProvider(wishes) => self.change_provider(wishes).await,
            Request::CreateTariff(wish) => self.create_tariff(wish).await,
            Request::ListTariffs => self.list_tariffs().await,
            Request::ChangeTariff { tariff, active } => self.change_tariff(&tariff, active).await,
            Request::SetRate(wish) => self.set_rate(&wish).await,
            Request::ListRates { at } => self.list_rates(at.as_deref()).await,
            Request::ListPayments(wish) => self.list_payments(wish).await,
            Request::ListStray { limit } => self.list_stray(limit).await,
            Request::ShowPayment(payment) => self.show_payment(&payment).await,
            Request::Refund { payment, amount, source } => {
                self.refund(&payment, amount.as_deref(), &source).await
            }
            Request::Capture { payment, amount } => self.capture(&payment, amount.as_deref()).await,
            Request::Release { payment } => self.release(&payment).await,
            Request::Cancel { payment } => self.cancel(&payment).await,
            Request::SendAgain { payment, notice } => self.send_again(&payment, notice.as_deref()).await,
            Request::Payout(request) => self.about_payouts(request).await,
            Request::ListJobs => self.list_jobs().await,
            Request::ResumeJob { kind, id } => self.resume_job(&kind, &id).await,
            Request::ShowClock => Ok(self.show_clock()),
            Request::MoveClock { by, to } => self.move_clock(by.as_deref(), to.as_deref()).await,
            Request::RenewToken => self.renew_token().await,
            Request::CheckBooks => self.check_books().await,
            Request::Checkout(asked) => self.checkout_request(asked).await,
            Request::ExplainSignature { text, shop } => self.explain_signature(&text, shop).await,
        }
    }

    /// The shop with this login or identifier, in its live book.
    async fn shop(&self, named: &str) -> Result<Shop, Failure> {
        let by_id = self.engine.parse::<ShopId>(named).ok();
        let id = match by_id {
            Some(id) => Some(id),
            None => self.engine.store().shop_of_login(named).await?,
        };
        let missing = || Failure::not_found(format!("there is no shop \"{named}\""));
        Ok(self.engine.shop_twin(id.ok_or_else(missing)?, BookKind::Live).await?)
    }
}
