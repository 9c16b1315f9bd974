//! What must be true of the books at any time, and of both sides once everything is learned.

use domain::history::Subject;
use domain::ids::{Book, PaymentId};
use domain::ledger::{Account, Floor};

use crate::imagined::world::World;

impl World {
    /// What an account of the shop's live book holds, in kopecks.
    ///
    /// # Panics
    /// When the store does not answer.
    pub async fn balance(&self, account: Account) -> i64 {
        self.balances(self.shop.book)
            .await
            .into_iter()
            .filter(|(of, _)| *of == account)
            .map(|(_, sum)| sum)
            .sum()
    }

    async fn balances(&self, book: Book) -> Vec<(Account, i64)> {
        let balances = self.engine.store().balances(book).await.expect("the balances of a book");
        balances.into_iter().map(|balance| (balance.key.account, balance.amount.minor())).collect()
    }

    /// Every book balances, no guarded account stands below zero, and the store's own check is content.
    ///
    /// # Panics
    /// When that is not so.
    pub async fn audit(&self) {
        for book in self.engine.store().books().await.expect("the books") {
            let balances = self.balances(book).await;
            let sum: i64 = balances.iter().map(|(_, sum)| sum).sum();
            assert_eq!(sum, 0, "{book} does not balance: {balances:?}");
            let below = |(account, sum): &&(Account, i64)| account.floor() == Floor::Zero && *sum < 0;
            assert_eq!(balances.iter().find(below), None, "{book} holds less than nothing");
        }
        let report = self.engine.store().check_books().await.expect("a check of the books");
        let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
        assert!(report.is_green(), "{findings:#?}");
    }

    /// Every book balances, and they owe one another what the provider's own books say. To be asked once
    /// everything is learned.
    ///
    /// # Panics
    /// When that is not so.
    pub async fn audit_with_provider(&self) {
        self.audit().await;
        let mut owed = 0;
        for book in self.engine.store().books().await.expect("the books") {
            let of_provider = Account::Provider(self.account);
            owed -= self
                .balances(book)
                .await
                .iter()
                .filter(|(of, _)| *of == of_provider)
                .map(|(_, sum)| sum)
                .sum::<i64>();
        }
        let outside = self.network.outside();
        assert_eq!(owed, outside.provider.owes(), "ours against {:?}", outside.provider.books());
    }

    /// What happened to a payment, in the words of its history.
    ///
    /// # Panics
    /// When the store does not answer.
    pub async fn history(&self, payment: PaymentId) -> Vec<String> {
        let lines = self.engine.store().timeline(Subject::Payment(payment), payment.book).await;
        lines.expect("a history").into_iter().map(|line| line.what).collect()
    }

    /// How often the history of a payment says this word.
    pub async fn times(&self, payment: PaymentId, word: &str) -> usize {
        self.history(payment).await.iter().filter(|said| *said == word).count()
    }
}
