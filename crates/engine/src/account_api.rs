//! The account API of Interkassa's protocol: who asks, for what, and what the answer is made of.

mod access;
mod accounts;
mod currencies;
mod invoices;
mod payways;
mod purses;
mod refunds;
mod ways_out;
mod withdrawals;

use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::network::Network;
use access::{Caller, Member};
use protocols::interkassa::api::envelope::ApiError;
use protocols::interkassa::api::params::{Filters, Params};
use protocols::interkassa::api::{Access, Resource, Route, route};
use protocols::interkassa::errors::Refused;
use store::error::StoreError;
use wire::http::{HttpReply, HttpRequest};

/// So many objects a list has at most: the newest ones.
pub const LISTED_MAX: usize = 500;
/// So many pages are read for one list at most.
const PAGES_MAX: usize = 20;

/// Why the API has no answer of a success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiFault {
    /// The request is refused, in the service's own words.
    #[error(transparent)]
    Denied(#[from] ApiError),
    /// The system could not do it; nothing is wrong with the request.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<Refused> for ApiFault {
    fn from(refused: Refused) -> ApiFault {
        ApiFault::Denied(refused.into())
    }
}

impl From<StoreError> for ApiFault {
    fn from(error: StoreError) -> ApiFault {
        ApiFault::Engine(error.into())
    }
}

/// A request that was let in.
struct Asked {
    member: Member,
    params: Params,
    filters: Filters,
}

impl Asked {
    fn new(request: &HttpRequest, member: Member) -> Result<Asked, ApiFault> {
        let params = Params::read(request)?;
        let filters = Filters::read(&params, &member.zone())?;
        Ok(Asked { member, params, filters })
    }
}

impl<N: Network, C: Clock> Engine<N, C> {
    /// Answers a request to the API.
    ///
    /// # Errors
    /// [`ApiFault::Denied`] in the service's words, with nothing saved.
    #[tracing::instrument(skip_all)]
    pub async fn account_api(&self, request: &HttpRequest) -> Result<HttpReply, ApiFault> {
        let route = route(request.method, &request.path)?;
        let known = request.headers.get("authorization").is_some();
        let caller = match route.access() {
            // Newer clients send their credentials everywhere; what is sent is checked.
            Access::Open if !known => None,
            Access::Open | Access::User | Access::Account => Some(self.api_caller(request).await?),
        };
        match caller {
            None => self.open_resource(request, &route).await,
            Some(caller) => self.resource(request, &route, &caller).await,
        }
    }

    /// What strangers may know.
    async fn open_resource(&self, request: &HttpRequest, route: &Route) -> Result<HttpReply, ApiFault> {
        let one = match route {
            Route::List(_) | Route::MakeWithdrawal | Route::MakeRefund => None,
            Route::One(_, id) => Some(id.as_str()),
        };
        match route {
            Route::List(Resource::Currency) | Route::One(Resource::Currency, _) => self.api_rates(one).await,
            Route::List(Resource::InputPayway) | Route::One(Resource::InputPayway, _) => {
                self.api_input_payways(&Params::read(request)?, one).await
            }
            Route::List(Resource::OutputPayway) | Route::One(Resource::OutputPayway, _) => {
                self.api_output_payways(None, one).await
            }
            Route::List(_) | Route::One(..) | Route::MakeWithdrawal | Route::MakeRefund => {
                Err(ApiError::BadCredentials.into())
            }
        }
    }

    async fn resource(
        &self,
        request: &HttpRequest,
        route: &Route,
        caller: &Caller,
    ) -> Result<HttpReply, ApiFault> {
        let (resource, one) = match route {
            Route::List(resource) => (*resource, None),
            Route::One(resource, id) => (*resource, Some(id.as_str())),
            Route::MakeWithdrawal => {
                return self.api_withdraw(&Asked::new(request, caller.member()?)?).await;
            }
            Route::MakeRefund => return self.api_refund(&Asked::new(request, caller.member()?)?).await,
        };
        let asked = || Asked::new(request, caller.member()?);
        match resource {
            Resource::Currency => self.api_rates(one).await,
            Resource::Account => self.api_accounts(caller, one).await,
            Resource::Checkout => self.api_checkouts(&asked()?.member, one).await,
            Resource::Purse => self.api_purses(&asked()?, one).await,
            Resource::InputPayway => self.api_account_payways(&asked()?, one).await,
            Resource::OutputPayway => self.api_output_payways(Some(&asked()?), one).await,
            Resource::Invoice => self.api_invoices(&asked()?, one).await,
            Resource::Withdraw => self.api_withdrawals(&asked()?, one).await,
            Resource::Refund => Err(ApiError::WrongMethod.into()),
        }
    }
}
