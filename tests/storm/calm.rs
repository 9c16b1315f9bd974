//! The calm after the storm: nothing goes wrong any more, and everything must come to its end.

use std::collections::BTreeMap;

use domain::history::Actor;
use domain::ids::{Book, PaymentId};
use domain::ledger::Account;
use domain::notices::NoticeState;
use jiff::SignedDuration;
use serde_json::json;
use simulators::seeded::Seeded;
use store::reader::Query;

use crate::books::rows;
use crate::history::{Climate, RefundFeePlan};
use crate::node::StormEngine;
use crate::scene::FEE_PARTS;
use crate::tasks::at_once;
use crate::world::World;

/// Longer than any wait: lifetimes and graces of ten days, holds of a week.
const CALM: SignedDuration = SignedDuration::from_hours(12 * 24);

/// What must be empty in the end.
const UNFINISHED: [(&str, &str); 6] = [
    (
        "payments",
        "SELECT COUNT(*) AS found FROM payments WHERE state NOT IN ('paid', 'cancelled', 'expired')",
    ),
    (
        "attempts",
        "SELECT COUNT(*) AS found FROM attempts WHERE state IN ('planned', 'sending', 'waiting', 'unknown', 'held')",
    ),
    ("refunds", "SELECT COUNT(*) AS found FROM refunds WHERE state IN ('asked', 'sent')"),
    ("notices", "SELECT COUNT(*) AS found FROM notices WHERE state <> 'accepted'"),
    ("jobs set aside", "SELECT COUNT(*) AS found FROM jobs WHERE parked IS NOT NULL"),
    ("jobs", "SELECT COUNT(*) AS found FROM jobs WHERE kind <> 'measure_turnover'"),
];

impl World {
    /// Lets everything come to its end and looks at all of it.
    pub fn calm(&mut self, seed: u64) {
        self.chance = Seeded::new(seed);
        self.climate = Climate::default();
        self.say(|| "-- the storm is over".to_owned());
        self.provider.control("faults", &json!({ "rules": [] }), self.time.now());
        for number in 0..self.places.len() {
            let Some(place) = self.places.get_mut(number) else { return };
            place.mishaps.clear();
            place.watch.set_off(SignedDuration::ZERO);
            place.frozen_until = place.back_at;
            if place.node.is_none() {
                self.start(number);
            }
        }
        self.due = None;
        self.pass(SignedDuration::from_hours(1), usize::MAX);
        self.send_what_was_given_up();
        self.pass(CALM, usize::MAX);
        if self.wrong.is_none() {
            self.check();
        }
        if self.wrong.is_none() {
            self.check_end();
        }
    }

    /// A person looks at what was given up, and has it sent once more.
    fn send_what_was_given_up(&mut self) {
        let payments: Vec<PaymentId> = self.orders.iter().flat_map(|order| order.payments.clone()).collect();
        let Some(engine) = self.node(0).map(|node| node.engine.clone()) else { return };
        for payment in payments {
            let notices = self.by_hand(0, engine.store().notices_of(payment)).unwrap_or_default();
            for notice in notices.iter().filter(|notice| notice.state == NoticeState::GivenUp) {
                self.by_hand(0, engine.send_again(notice.id, Actor::Shop)).expect("another notice");
            }
        }
    }

    fn check_end(&mut self) {
        for (what, sql) in UNFINISHED {
            let found = rows(&self.ground.reader, Query::new(sql, Vec::new()));
            let found = found.first().map_or(0, |row| row.int("found").expect("a number"));
            if found > 0 {
                self.accuse(format!("{found} {what} are unfinished in the end"));
            }
        }
        self.check_providers();
        let Some(engine) = self.node(0).map(|node| node.engine.clone()) else { return };
        let report = at_once(engine.store().check_books()).expect("nobody is waited for").expect("a report");
        if let Some(finding) = report.findings.first() {
            self.accuse(format!("the books: {finding}"));
        }
        let mut sellers: BTreeMap<Book, i64> = BTreeMap::new();
        for place in 0..self.orders.len() {
            self.end_of_order(place, &engine, &mut sellers);
        }
        for (book, expected) in sellers {
            self.end_of_seller(book, expected, &engine);
        }
        self.end_of_suspense(&engine);
    }

    /// What providers keep for an order is its sale, less what went back, or it is listed for a person.
    fn end_of_order(&mut self, place: usize, engine: &StormEngine, sellers: &mut BTreeMap<Book, i64>) {
        let kept = self.kept(place);
        let Some(order) = self.orders.get(place).cloned() else { return };
        let stray = self.stray(&order.tag, engine);
        let returned = kept.returned + self.returned_at_counter(&order.tag);
        let tag = &order.tag;
        let Some(told) = self.judge.told.get(&place).cloned() else {
            if kept.taken - returned != stray {
                let left = kept.taken - returned;
                self.accuse(format!("{tag} was not sold, {left} kopecks of it stay, {stray} are listed"));
            }
            return;
        };
        if !told.accepted {
            self.accuse(format!("the shop never got to know that {tag} is paid"));
        }
        let strange_back = kept.taken - told.sum - stray;
        let sale_back = returned - strange_back;
        if strange_back < 0 || sale_back < 0 || sale_back > order.asked_back.min(told.sum) {
            self.accuse(format!(
                "{tag}: sold for {}, taken {}, returned {returned}, listed {stray}, asked back {}",
                told.sum, kept.taken, order.asked_back
            ));
        }
        let Some(shop) = self.shops.get(order.shop) else { return };
        let fee = half_up(half_up(order.sum * FEE_PARTS, 1_000) * told.sum, order.sum);
        let fee_back = match shop.plan.refund_fee {
            RefundFeePlan::Keep => 0,
            RefundFeePlan::Return => half_up(fee * sale_back, told.sum),
            RefundFeePlan::Charge(minor) => -minor * self.refunds_of_sale(tag),
        };
        *sellers.entry(shop.id.book).or_default() += told.sum - fee - sale_back + fee_back;
    }

    fn stray(&self, tag: &str, engine: &StormEngine) -> i64 {
        let listed = at_once(engine.store().stray_payments(200)).expect("nobody is waited for");
        let theirs = listed.expect("a list").into_iter().filter(|payment| payment.terms.description == tag);
        theirs.map(|payment| payment.credit.minor() + payment.unclaimed.minor()).sum()
    }

    /// The counter gives back at once whatever it is asked to: only our own books tell how much.
    fn returned_at_counter(&self, tag: &str) -> i64 {
        let sql = "SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) AS found FROM postings p \
                   JOIN entries e ON e.book = p.book AND e.number = p.entry \
                   JOIN payments pay ON pay.number = e.payment AND pay.book = e.book \
                   WHERE p.from_account = 'refunds_in_transit' AND p.to_account = 'provider' \
                   AND p.to_about = $1 AND pay.description = $2";
        let values = vec![self.counter.account.number.into(), tag.into()];
        let found = rows(&self.ground.reader, Query::new(sql, values));
        found.first().map_or(0, |row| row.int("found").expect("a number"))
    }

    /// How often something of the sale went back; the shop knows from its own cabinet.
    fn refunds_of_sale(&self, tag: &str) -> i64 {
        let sql = "SELECT COUNT(*) AS found FROM refunds r \
                   JOIN payments p ON p.number = r.payment AND p.book = r.book \
                   WHERE r.source = 'sale' AND r.state = 'returned' AND p.description = $1";
        let found = rows(&self.ground.reader, Query::new(sql, vec![tag.into()]));
        found.first().map_or(0, |row| row.int("found").expect("a number"))
    }

    /// A seller has the sums of all sales, less commission and what went back, and nothing else.
    fn end_of_seller(&mut self, book: Book, expected: i64, engine: &StormEngine) {
        let balances = at_once(engine.store().balances(book)).expect("nobody is waited for");
        let own = [Account::Pending, Account::Available, Account::SellerOwes];
        let theirs = balances.expect("balances").into_iter();
        let theirs = theirs.filter(|balance| own.contains(&balance.key.account));
        let has: i64 = theirs.map(|balance| balance.amount.minor()).sum();
        let sql = "SELECT COUNT(*) AS found FROM refunds WHERE book = $1";
        let refunds = rows(&self.ground.reader, Query::new(sql, vec![book.into()]));
        // A refund that failed between two others may leave a unit of rounding behind.
        let tolerance = refunds.first().map_or(0, |row| row.int("found").expect("a number"));
        if (has - expected).abs() > tolerance {
            self.accuse(format!("the seller of {book} has {has} kopecks and should have {expected}"));
        }
    }

    /// Money in another currency stands where a person finds it.
    fn end_of_suspense(&mut self, engine: &StormEngine) {
        let sql = "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS found FROM balances \
                   WHERE account = 'suspense' AND currency = 'USD'";
        let found = rows(&engine.store().reader().clone(), Query::new(sql, Vec::new()));
        let found = found.first().map_or(0, |row| row.int("found").expect("a number"));
        if found != self.counter.total("USD") {
            self.accuse(format!("{found} cents are in suspense of {}", self.counter.total("USD")));
        }
    }
}

fn half_up(dividend: i64, divisor: i64) -> i64 {
    (2 * dividend + divisor) / (2 * divisor)
}
