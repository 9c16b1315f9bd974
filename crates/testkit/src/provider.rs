//! The controls of a provider's simulator: what a person would press on its pages, and bad weather.

use std::time::Duration;

use serde_json::{Value, json};

use crate::visitor::client;
use crate::waiting::wait_until;

/// A running YooKassa simulator.
#[derive(Debug, Clone)]
pub struct YooKassa {
    url: String,
}

impl YooKassa {
    /// The simulator at this address.
    pub fn at(url: &str) -> YooKassa {
        YooKassa { url: url.trim_end_matches('/').to_owned() }
    }

    /// Every payment the simulator knows, oldest first.
    ///
    /// # Panics
    /// When the simulator does not answer with a list.
    pub async fn payments(&self) -> Vec<Value> {
        self.list("payments").await
    }

    /// Every refund the simulator knows, oldest first.
    ///
    /// # Panics
    /// When the simulator does not answer with a list.
    pub async fn refunds(&self) -> Vec<Value> {
        self.list("refunds").await
    }

    /// Every payout the simulator knows, oldest first.
    ///
    /// # Panics
    /// When the simulator does not answer with a list.
    pub async fn payouts(&self) -> Vec<Value> {
        self.list("payouts").await
    }

    /// A payout that is under way ends: `succeed` or `cancel`.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub async fn finish_payout(&self, payout: &str, outcome: &str) {
        self.control(&format!("payouts/{payout}"), &json!({"outcome": outcome})).await;
    }

    async fn list(&self, what: &str) -> Vec<Value> {
        let answer = client().get(format!("{}/control/{what}", self.url)).send().await;
        let text = answer.expect("the simulator answers").text().await.expect("the simulator's whole answer");
        let listed: Value = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault}: {text}"));
        listed["items"].as_array().unwrap_or_else(|| panic!("no list of {what}: {text}")).clone()
    }

    /// The identifier of the first payment that waits for its payer, once there is one.
    ///
    /// # Panics
    /// When there is none within `limit`.
    pub async fn waiting_payment(&self, limit: Duration) -> String {
        wait_until("a payment that waits at the provider", limit, || async {
            let payments = self.payments().await;
            let waiting = payments.iter().find(|payment| payment["waits_for_payer"] == true)?;
            waiting["id"].as_str().map(str::to_owned)
        })
        .await
    }

    /// The payer pays.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub async fn pay(&self, payment: &str) {
        self.control(&format!("payments/{payment}"), &json!({"outcome": "pay"})).await;
    }

    /// The bank declines for a reason of the provider's list, `insufficient_funds` for one.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub async fn decline(&self, payment: &str, reason: &str) {
        self.control(&format!("payments/{payment}"), &json!({"outcome": "decline", "reason": reason})).await;
    }

    /// Something happens to a method that the provider keeps: `revoke`, `refuse` or `allow`.
    ///
    /// # Panics
    /// When the simulator keeps no such method.
    pub async fn kept_method(&self, method: &str, outcome: &str) {
        self.control(&format!("methods/{method}"), &json!({"outcome": outcome})).await;
    }

    /// Every method that the simulator keeps.
    ///
    /// # Panics
    /// When the simulator does not answer with a list.
    pub async fn kept_methods(&self) -> Vec<Value> {
        self.list("methods").await
    }

    /// Changes the weather.
    ///
    /// # Panics
    /// When the simulator does not know such a fault.
    pub async fn faults(&self, faults: &Value) {
        self.control("faults", faults).await;
    }

    /// Where the simulator's notices go from now on.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub async fn tell(&self, url: &str) {
        self.control("notice_url", &json!({"url": url})).await;
    }

    async fn control(&self, path: &str, body: &Value) {
        let request = client().post(format!("{}/control/{path}", self.url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.expect("the simulator answers");
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        assert!(status.is_success(), "{path} {body}: {status} {text}");
    }
}
