//! The API of version 1: which resource a request wants, and who may ask for it.

pub mod access;
pub mod accounts;
pub mod calculation;
pub mod currencies;
pub mod envelope;
pub mod invoices;
pub mod params;
pub mod payways;
pub mod purses;
pub mod refunds;
pub mod withdrawals;

use wire::http::Method;

use self::envelope::ApiError;

/// Where the API begins, in small letters.
pub(super) const PREFIX: &str = "/v1";
/// How long an identifier in a path may be, in bytes.
const ID_BYTES_MAX: usize = 64;

/// A resource of the API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resource {
    /// Rates of currencies.
    Currency,
    /// Accounts of the user.
    Account,
    /// Checkouts of an account.
    Checkout,
    /// Purses of an account.
    Purse,
    /// Payways for money that comes in.
    InputPayway,
    /// Payways for money that goes out.
    OutputPayway,
    /// Invoices.
    Invoice,
    /// Payouts.
    Withdraw,
    /// Refunds.
    Refund,
}

/// What a request wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Route {
    /// All of a resource, as far as filters allow.
    List(Resource),
    /// One of a resource, by its identifier.
    One(Resource, String),
    /// A payout, computed or made.
    MakeWithdrawal,
    /// A refund.
    MakeRefund,
}

/// What a request must prove.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Nothing.
    Open,
    /// That it comes from a user, whichever account is meant.
    User,
    /// That it comes from a user, and for which account.
    Account,
}

impl Resource {
    const ALL: [(&'static str, Resource); 9] = [
        ("currency", Resource::Currency),
        ("account", Resource::Account),
        ("checkout", Resource::Checkout),
        ("purse", Resource::Purse),
        ("paysystem-input-payway", Resource::InputPayway),
        ("paysystem-output-payway", Resource::OutputPayway),
        ("co-invoice", Resource::Invoice),
        ("withdraw", Resource::Withdraw),
        ("refund", Resource::Refund),
    ];

    /// What a request for it must prove. Both lists of payways were open in older times; newer clients send
    /// credentials, which are then not needed.
    pub const fn access(self) -> Access {
        match self {
            Resource::Currency | Resource::InputPayway | Resource::OutputPayway => Access::Open,
            Resource::Account => Access::User,
            Resource::Checkout
            | Resource::Purse
            | Resource::Invoice
            | Resource::Withdraw
            | Resource::Refund => Access::Account,
        }
    }
}

impl Route {
    /// What a request for it must prove.
    pub const fn access(&self) -> Access {
        match self {
            Route::List(resource) | Route::One(resource, _) => resource.access(),
            Route::MakeWithdrawal => Resource::Withdraw.access(),
            Route::MakeRefund => Resource::Refund.access(),
        }
    }
}

/// Whether a path is one of the API's.
///
/// ```
/// use protocols::interkassa::api::is_path;
/// assert!(is_path("/v1/withdraw/") && is_path("/V1"));
/// assert!(!is_path("/v1x") && !is_path("/api/v1/payments"));
/// ```
pub fn is_path(path: &str) -> bool {
    rest(path).is_some()
}

fn rest(path: &str) -> Option<&str> {
    let (prefix, rest) = path.split_at_checked(PREFIX.len())?;
    let ours = prefix.eq_ignore_ascii_case(PREFIX) && (rest.is_empty() || rest.starts_with('/'));
    ours.then_some(rest)
}

/// Where a path of the API leads, with or without a slash at its end.
///
/// # Errors
/// An unknown path, and a method that the resource does not have.
pub fn route(method: Method, path: &str) -> Result<Route, ApiError> {
    let rest = rest(path).ok_or(ApiError::UnknownPath)?;
    let mut steps = rest.split('/').filter(|step| !step.is_empty());
    let name = steps.next().ok_or(ApiError::UnknownPath)?.to_ascii_lowercase();
    let known = Resource::ALL.iter().find(|(known, _)| *known == name);
    let (_, resource) = known.ok_or(ApiError::UnknownPath)?;
    let id = steps.next();
    if steps.next().is_some() {
        return Err(ApiError::UnknownPath);
    }
    match (method, resource, id) {
        (Method::Post, Resource::Withdraw, None) => Ok(Route::MakeWithdrawal),
        (Method::Post, Resource::Refund, None) => Ok(Route::MakeRefund),
        (Method::Get | Method::Head, Resource::Refund, _) => Err(ApiError::WrongMethod),
        (Method::Get | Method::Head, resource, None) => Ok(Route::List(*resource)),
        (Method::Get | Method::Head, resource, Some(id)) => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
            let fits = id.len() <= ID_BYTES_MAX && id.bytes().all(plain);
            if fits { Ok(Route::One(*resource, id.to_owned())) } else { Err(ApiError::UnknownPath) }
        }
        (Method::Post | Method::Put | Method::Delete, _, _) => Err(ApiError::WrongMethod),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> Result<Route, ApiError> {
        route(Method::Get, path)
    }

    #[test]
    fn every_resource_is_found_with_and_without_a_slash_at_its_end() {
        for (name, resource) in Resource::ALL {
            if resource == Resource::Refund {
                continue;
            }
            assert_eq!(get(&format!("/v1/{name}")), Ok(Route::List(resource)), "{name}");
            assert_eq!(get(&format!("/V1/{name}/")), Ok(Route::List(resource)), "{name}");
            assert_eq!(get(&format!("/v1/{name}/5f00")), Ok(Route::One(resource, "5f00".to_owned())));
        }
        assert_eq!(route(Method::Post, "/v1/withdraw/"), Ok(Route::MakeWithdrawal));
        assert_eq!(route(Method::Post, "/v1/refund"), Ok(Route::MakeRefund));
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        for path in ["/v1", "/v1/", "/v1/nothing", "/v1/purse/1/2", "/v2/purse", "/v1/purse/a%2Fb", "/purse"]
        {
            assert_eq!(get(path), Err(ApiError::UnknownPath), "{path}");
        }
        assert_eq!(get("/v1/refund"), Err(ApiError::WrongMethod));
        assert_eq!(route(Method::Post, "/v1/purse"), Err(ApiError::WrongMethod));
        assert_eq!(route(Method::Delete, "/v1/withdraw"), Err(ApiError::WrongMethod));
        assert_eq!(route(Method::Post, "/v1/withdraw/7"), Err(ApiError::WrongMethod));
    }

    #[test]
    fn what_moves_money_or_shows_a_balance_needs_an_account() {
        for route in [Route::MakeWithdrawal, Route::MakeRefund, Route::List(Resource::Purse)] {
            assert_eq!(route.access(), Access::Account);
        }
        assert_eq!(Route::List(Resource::Account).access(), Access::User);
        assert_eq!(Route::One(Resource::Currency, "USD".to_owned()).access(), Access::Open);
    }
}
