//! Sellers at the command line, and what their books hold.

use super::reply::{Balances, ByCurrency, Reply, SellerLine, SellerView};
use super::request::SellerRef;
use super::{Admin, words};
use crate::error::Failure;
use domain::ids::{Book, BookKind, SellerId};
use domain::ledger::Account;
use domain::sellers::{Seller, Shop};
use engine::sellers::SellerChange;
use jiff::Timestamp;
use money::Money;

/// So many records are read at once when all are listed.
const PAGE: u32 = 500;
/// What every balance shows, moved or not.
const ALWAYS_SHOWN: [Account; 2] = [Account::Pending, Account::Available];

impl Admin<'_> {
    pub(super) async fn create_seller(
        &self,
        name: &str,
        zone: &str,
        organisation: Option<&str>,
    ) -> Result<Reply, Failure> {
        let id = self.engine.create_seller(name, zone, self.actor.clone()).await?;
        let administrator = Some(self.admit_first(id, name, organisation).await?);
        Ok(Reply::Seller(SellerView { administrator, ..self.view_of(id, None).await? }))
    }

    pub(super) async fn show_seller(&self, which: &SellerRef, at: Option<&str>) -> Result<Reply, Failure> {
        let id = match which {
            SellerRef::Id(text) => self.seller_id(text)?,
            SellerRef::OfShop(shop) => self.shop(shop).await?.seller,
        };
        self.seller_view(id, at).await
    }

    pub(super) async fn change_seller(&self, named: &str, change: SellerChange) -> Result<Reply, Failure> {
        let id = self.seller_id(named)?;
        self.engine.change_seller(id, &change, self.actor.clone()).await?;
        self.seller_view(id, None).await
    }

    pub(super) async fn list_sellers(&self) -> Result<Reply, Failure> {
        let mut sellers = Vec::new();
        let mut after: Option<SellerId> = None;
        loop {
            let page = self.engine.store().sellers(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(Reply::Sellers { sellers });
            };
            after = Some(last.id);
            // Both twins are there; people know the live one.
            let live = page.iter().filter(|seller| seller.id.book.kind() == BookKind::Live);
            sellers.extend(live.map(|seller| self.seller_line(seller)));
        }
    }

    /// A seller's identifier, in its live book whichever was named.
    pub(super) fn seller_id(&self, text: &str) -> Result<SellerId, Failure> {
        let id: SellerId = self
            .engine
            .parse(text)
            .map_err(|_| Failure::not_found(format!("there is no seller \"{text}\"")))?;
        Ok(SellerId { book: id.book.twin(BookKind::Live), ..id })
    }

    /// A seller in its live book.
    pub(super) async fn seller(&self, id: SellerId) -> Result<Seller, Failure> {
        let found = self.engine.store().seller(id).await?;
        found.ok_or_else(|| Failure::not_found(format!("there is no seller \"{}\"", self.engine.print(id))))
    }

    fn seller_line(&self, seller: &Seller) -> SellerLine {
        SellerLine {
            seller: self.engine.print(seller.id),
            name: seller.name.clone(),
            active: seller.active,
            zone: seller.zone.clone(),
        }
    }

    async fn seller_view(&self, id: SellerId, at: Option<&str>) -> Result<Reply, Failure> {
        Ok(Reply::Seller(self.view_of(id, at).await?))
    }

    async fn view_of(&self, id: SellerId, at: Option<&str>) -> Result<SellerView, Failure> {
        let seller = self.seller(id).await?;
        let at = at.map(|text| words::as_of(text, &seller.zone)).transpose()?;
        let shops = self.engine.store().shops_of_book(id.book).await?;
        Ok(SellerView {
            administrator: None,
            balances: self.balances(id.book, &shops, at).await?,
            test_balances: self.balances(id.book.twin(BookKind::Test), &shops, at).await?,
            at: at.map(words::moment),
            seller: self.engine.print(id),
            name: seller.name,
            active: seller.active,
            zone: seller.zone,
            shops: shops.into_iter().map(|shop| shop.login).collect(),
        })
    }

    /// What a book holds by currency and account; the currencies of its shops are there from the start.
    async fn balances(
        &self,
        book: Book,
        shops: &[Shop],
        at: Option<Timestamp>,
    ) -> Result<ByCurrency, Failure> {
        let mut sums: Vec<(&'static str, Money)> = Vec::new();
        for shop in shops {
            let zero = Money::zero(shop.currency);
            sums.extend(ALWAYS_SHOWN.map(|account| (account.code(), zero)));
        }
        let held = match at {
            Some(moment) => self.engine.store().balances_as_of(book, moment).await?,
            None => self.engine.store().balances(book).await?,
        };
        sums.extend(held.iter().map(|balance| (balance.key.account.code(), balance.amount)));
        by_currency(&sums)
    }
}

/// Adds up sums of one account and currency: a book has one account for each payer and provider.
fn by_currency(sums: &[(&'static str, Money)]) -> Result<ByCurrency, Failure> {
    let mut totals: Vec<(&'static str, Money)> = Vec::new();
    for (account, sum) in sums {
        let same =
            |known: &&mut (&'static str, Money)| known.0 == *account && known.1.currency() == sum.currency();
        match totals.iter_mut().find(same) {
            Some(total) => {
                total.1 = total.1.plus(*sum).map_err(|error| Failure::refused(error.to_string()))?
            }
            None => totals.push((account, *sum)),
        }
    }
    let mut printed = ByCurrency::new();
    for (account, total) in totals {
        let balances: &mut Balances = printed.entry(total.currency().code().to_owned()).or_default();
        balances.insert(account.to_owned(), total.to_string());
    }
    Ok(printed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::currency::Currency;

    #[test]
    fn balances_of_one_account_are_added_up_and_currencies_kept_apart() {
        let rub = |minor| Money::from_minor(minor, Currency::Rub);
        let usd = Money::from_minor(100, Currency::Usd);
        let sums =
            [("pending", rub(100)), ("provider", rub(-150)), ("provider", rub(-50)), ("provider", usd)];
        let printed = by_currency(&sums).unwrap();
        assert_eq!(printed["RUB"]["provider"], "-2.00");
        assert_eq!(printed["RUB"]["pending"], "1.00");
        assert_eq!(printed["USD"]["provider"], "1.00");
    }
}
