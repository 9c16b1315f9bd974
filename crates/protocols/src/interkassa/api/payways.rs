//! Payways as the API lists them: for money that comes in, and for money that goes out.

use wire::http::HttpReply;

use super::super::views::{Detail, Direction, Offer, PaywayView};
use super::envelope::{map, ok};

/// A payway for payouts, with the details that each needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutputOffer {
    /// The payway, its bounds and its fee.
    pub offer: Offer,
    /// What must be told about the recipient.
    pub details: Vec<Detail>,
}

impl OutputOffer {
    fn view(&self) -> PaywayView {
        PaywayView::of(&self.offer, Direction::Out, Some(&self.details))
    }
}

/// The answer to a question for all payways of money that comes in.
pub fn input_payways(offers: &[Offer]) -> HttpReply {
    map(offers.iter().map(|offer| (offer.payway.id(), PaywayView::of(offer, Direction::In, None))))
}

/// The answer to a question for one of them.
pub fn input_payway(offer: &Offer) -> HttpReply {
    ok(PaywayView::of(offer, Direction::In, None))
}

/// The answer to a question for all payways of money that goes out.
pub fn output_payways(offers: &[OutputOffer]) -> HttpReply {
    map(offers.iter().map(|offer| (offer.offer.payway.id(), offer.view())))
}

/// The answer to a question for one of them.
pub fn output_payway(offer: &OutputOffer) -> HttpReply {
    ok(offer.view())
}

#[cfg(test)]
mod tests {
    use domain::methods::Method;
    use money::Money;
    use money::currency::Currency;

    use super::super::super::payways::Payway;
    use super::super::super::views::Fee;
    use super::*;

    #[test]
    fn a_way_out_tells_its_details_and_its_fee_on_its_own_side() {
        let payway = Payway::Real { method: Method::BankCard, currency: Currency::Uah };
        let uah = |minor| Money::from_minor(minor, Currency::Uah);
        let fee = Fee { rate: 100, fixed: uah(1_000), least: None, most: Some(uah(100_000)) };
        let offer = Offer { payway, least: Some(uah(10_000)), most: Some(uah(1_000_000)), fee: Some(fee) };
        let card =
            Detail { name: "card", title: "Card number", pattern: "\\d{13,19}", example: "4111110000001111" };
        let output = OutputOffer { offer: offer.clone(), details: vec![card] };
        let body = |reply: HttpReply| String::from_utf8(reply.body).unwrap();
        let out = body(output_payways(std::slice::from_ref(&output)));
        for part in [
            format!("\"data\":{{\"{0}\":{{\"_id\":\"{0}\",\"id\":\"{0}\"", payway.id()),
            "\"amn\":{\"min\":100,\"max\":10000}".to_owned(),
            "\"fee\":{\"out\":{\"rt\":1,\"fix\":10,\"max\":1000}}".to_owned(),
            "\"prm\":[{\"al\":\"card\",\"tt\":\"Card number\",\"re\":\"\\\\d{13,19}\",\"ex\":\"4111110000001111\"}]".to_owned(),
        ] {
            assert!(out.contains(&part), "{part}: {out}");
        }
        let into = body(input_payways(std::slice::from_ref(&offer)));
        assert!(into.contains("\"fee\":{\"in\":{") && !into.contains("prm"), "{into}");
        assert!(body(input_payway(&offer)).contains("\"data\":{\"_id\""));
        assert!(body(output_payway(&output)).contains("\"data\":{\"_id\""));
    }
}
