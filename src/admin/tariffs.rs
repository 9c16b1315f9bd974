//! Tariffs at the command line.

use super::reply::{Reply, StepView, TariffView};
use super::request::NewTariffWish;
use super::{Admin, words};
use crate::error::Failure;
use crate::fees;
use domain::ids::TariffId;
use domain::tariffs::{RefundFee, Step, Tariff};
use engine::operator::NewTariff;
use money::Money;
use money::currency::Currency;

impl Admin<'_> {
    pub(super) async fn create_tariff(&self, wish: NewTariffWish) -> Result<Reply, Failure> {
        let currency = words::currency(&wish.currency)?;
        let mut steps = vec![step("0", &wish.fee, currency)?];
        for (from, fee) in &wish.steps {
            steps.push(step(from, fee, currency)?);
        }
        let shop = match &wish.shop {
            Some(named) => Some(self.shop(named).await?),
            None => None,
        };
        let seller = match &wish.seller {
            Some(text) => Some(self.seller(self.seller_id(text)?).await?.id),
            None => None,
        };
        let new = NewTariff {
            method: wish.method.as_deref().map(words::method).transpose()?,
            currency,
            steps,
            refund_fee: refund_fee(&wish.refund_fee, currency)?,
            seller,
            shop: shop.map(|shop| shop.id),
        };
        let id = self.engine.create_tariff(new, self.actor.clone()).await?;
        self.show_tariff(id).await
    }

    pub(super) async fn change_tariff(&self, named: &str, active: bool) -> Result<Reply, Failure> {
        let missing = |_| Failure::not_found(format!("there is no tariff \"{named}\""));
        let id: TariffId = self.engine.parse(named).map_err(missing)?;
        self.engine.change_tariff(id, active, self.actor.clone()).await?;
        self.show_tariff(id).await
    }

    async fn show_tariff(&self, id: TariffId) -> Result<Reply, Failure> {
        let tariff = self.engine.store().tariff(id).await?;
        let tariff = tariff.ok_or_else(|| Failure::not_found("the tariff is gone"))?;
        Ok(Reply::Tariff(self.tariff_view(&tariff).await?))
    }

    pub(super) async fn list_tariffs(&self) -> Result<Reply, Failure> {
        let mut tariffs = Vec::new();
        for tariff in self.engine.store().tariffs().await? {
            tariffs.push(self.tariff_view(&tariff).await?);
        }
        Ok(Reply::Tariffs { tariffs })
    }

    async fn tariff_view(&self, tariff: &Tariff) -> Result<TariffView, Failure> {
        Ok(TariffView {
            tariff: self.engine.print(tariff.id),
            currency: tariff.currency.code().to_owned(),
            method: tariff.method.map(|method| method.code().to_owned()),
            seller: tariff.seller.map(|seller| self.engine.print(seller)),
            shop: match tariff.shop {
                Some(shop) => Some(self.login_of(shop).await?),
                None => None,
            },
            steps: tariff
                .steps
                .iter()
                .map(|step| StepView { from: step.from.to_string(), fee: fees::print(&step.fee) })
                .collect(),
            refund_fee: match &tariff.refund_fee {
                RefundFee::Keep => "keep".to_owned(),
                RefundFee::Return => "return".to_owned(),
                RefundFee::Fixed(sum) => sum.to_string(),
            },
            active: tariff.active,
        })
    }
}

fn step(from: &str, fee: &str, currency: Currency) -> Result<Step, Failure> {
    let from: Money = words::sum(from, currency)?;
    Ok(Step { from, fee: fees::parse(fee, currency).map_err(Failure::usage)? })
}

fn refund_fee(text: &str, currency: Currency) -> Result<RefundFee, Failure> {
    match text {
        "keep" => Ok(RefundFee::Keep),
        "return" => Ok(RefundFee::Return),
        sum => words::sum(sum, currency)
            .map(RefundFee::Fixed)
            .map_err(|_| Failure::usage(format!("\"{sum}\" is neither keep, return nor a sum"))),
    }
}
