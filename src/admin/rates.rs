//! Rates at the command line.

use super::reply::Reply;
use super::reply::rates::RateView;
use super::request::RateWish;
use super::{Admin, words};
use crate::error::Failure;
use domain::rates::{Rate, Worth};
use engine::rates::NewRate;
use jiff::Timestamp;
use money::currency::Currency;
use std::collections::BTreeSet;

impl Admin<'_> {
    pub(super) async fn set_rate(&self, wish: &RateWish) -> Result<Reply, Failure> {
        let worth = Worth::parse(&wish.worth).ok_or_else(|| {
            Failure::usage(format!(
                "\"{}\" is no rate: expected a decimal above zero, such as 90.00",
                wish.worth
            ))
        })?;
        let shop = match &wish.shop {
            Some(named) => Some(self.shop(named).await?.id),
            None => None,
        };
        let new = NewRate {
            of: words::currency(&wish.currency)?,
            to: words::currency(&wish.paid_in)?,
            worth,
            shop,
            from: wish.at.as_deref().map(moment).transpose()?,
        };
        let rate = self.engine.set_rate(new, self.actor.clone()).await?;
        let holds = rate.from <= self.engine.now();
        Ok(Reply::Rates { rates: vec![self.rate_view(&rate, holds).await?] })
    }

    pub(super) async fn list_rates(&self, at: Option<&str>) -> Result<Reply, Failure> {
        let at = at.map(moment).transpose()?.unwrap_or(self.engine.now());
        let mut rates = Vec::new();
        let mut holding = BTreeSet::new();
        // The youngest come first: the first of a pair that has begun is the one that holds.
        for rate in self.engine.store().rates().await? {
            let holds = rate.from <= at && holding.insert((rate.of, rate.to, rate.shop));
            rates.push(self.rate_view(&rate, holds).await?);
        }
        Ok(Reply::Rates { rates })
    }

    async fn rate_view(&self, rate: &Rate, holds: bool) -> Result<RateView, Failure> {
        let code = |currency: Currency| currency.code().to_owned();
        Ok(RateView {
            currency: code(rate.of),
            rate: rate.worth.to_string(),
            paid_in: code(rate.to),
            shop: match rate.shop {
                Some(shop) => Some(self.login_of(shop).await?),
                None => None,
            },
            from: words::moment(rate.from),
            holds,
        })
    }
}

fn moment(text: &str) -> Result<Timestamp, Failure> {
    let wrong = |_| {
        Failure::usage(format!("\"{text}\" is no moment: expected one such as 2026-01-31T00:00:00+03:00"))
    };
    text.parse().map_err(wrong)
}
