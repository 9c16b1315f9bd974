//! A buyer on a payment's page, in a browser without scripts.

use testkit::html::{value_of, values_of};
use testkit::visitor::{Page, Visitor};

use crate::world::SOON;

/// Somebody who pays.
pub struct Buyer {
    pub visitor: Visitor,
    /// What they look at.
    pub page: Page,
    /// The one address of the payment.
    pub home: String,
}

impl Buyer {
    /// Follows a shop's link to the payment's page.
    pub async fn opens(link: &str) -> Buyer {
        let mut visitor = Visitor::new();
        let page = visitor.open(link).await;
        assert_eq!(page.status, 200, "{}", page.text);
        assert!(page.url.path().starts_with("/pay/"), "{}: {:?}", page.url, page.error());
        let home = page.url.to_string();
        Buyer { visitor, page, home }
    }

    /// Presses a method of the list.
    pub async fn chooses(&mut self, method: &str) {
        let form = self.page.form_with("method", Some(method));
        self.page = self.visitor.send(&self.page, &form, &[], Some(("method", method))).await;
    }

    /// Opens the form of a method, fills in a phone number and sends it.
    pub async fn chooses_with_phone(&mut self, method: &str, phone: &str) {
        self.chooses_with(method, "phone", phone).await;
    }

    /// Opens the form of a method, fills in a field and sends it.
    pub async fn chooses_with(&mut self, method: &str, field: &str, value: &str) {
        self.page = self.visitor.open(&format!("{}?method={method}", self.home)).await;
        let form = self.page.form_with(field, None);
        self.page = self.visitor.send(&self.page, &form, &[(field, value)], None).await;
    }

    /// Chooses how a rehearsal ends.
    pub async fn decides(&mut self, outcome: &str) {
        let form = self.page.form_with("outcome", Some(outcome));
        self.page = self.visitor.send(&self.page, &form, &[], Some(("outcome", outcome))).await;
    }

    /// Presses "cancel the payment".
    pub async fn turns_back(&mut self) {
        let action = format!("{}/cancel", self.page.url.path());
        let forms = testkit::html::forms(&self.page.text);
        let form = forms.into_iter().find(|form| form.action == action).expect("a way to cancel");
        self.page = self.visitor.send(&self.page, &form, &[], None).await;
    }

    /// Looks at the page again.
    pub async fn looks(&mut self) -> String {
        self.page = self.visitor.open(&self.home).await;
        self.page.state().unwrap_or_else(|| panic!("a page without a state:\n{}", self.page.text))
    }

    /// Looks until the page is in this state.
    pub async fn waits_for(&mut self, state: &str) {
        let looking = async {
            while self.looks().await != state {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(SOON, looking).await.is_err() {
            panic!("the page is not {state} within {SOON:?} but {:?}", self.page.state());
        }
    }

    /// Where the page leads with its main button.
    pub fn way_on(&self) -> String {
        way_on(&self.page.text)
    }

    /// Goes back to the shop by the page's own link and returns where that led.
    pub async fn goes_back(&mut self) -> Page {
        let links = values_of(&self.page.text, "href");
        let back = links.iter().find(|href| href.ends_with("/back"));
        let back = back.unwrap_or_else(|| panic!("no way back:\n{}", self.page.text));
        self.visitor.open(self.page.url.join(back).expect("an address").as_str()).await
    }

    /// The token that the page's forms carry.
    pub fn token(&self) -> String {
        token(&self.page.text)
    }
}

/// Where a payment's page leads with its main button.
pub fn way_on(page: &str) -> String {
    let mut ways = values_of(page, "href").into_iter();
    ways.find(|href| href.starts_with("http")).unwrap_or_else(|| panic!("no way on:\n{page}"))
}

/// The token that the forms of a payment's page carry.
pub fn token(page: &str) -> String {
    let forms = testkit::html::forms(page);
    let mut fields = forms.into_iter().flat_map(|form| form.fields);
    let token = fields.find(|(name, _)| name == "csrf");
    token.unwrap_or_else(|| panic!("no token on a page in {:?}", value_of(page, "main", "data-state"))).1
}
