//! The signatures of the protocol as a merchant writes them: one to ask for money, one to believe an answer.

use crate::language::Language;

use super::desk::{Desk, Product};

/// A sum in kopecks as this shop writes it.
pub(crate) fn out_sum(kopecks: i64) -> String {
    format!("{}.{:02}", kopecks / 100, kopecks % 100)
}

/// Kopecks of `1290`, `1290.5` or `1290.500000`; what is finer than a kopeck is no sum of ours.
pub(crate) fn kopecks(out_sum: &str) -> Option<i64> {
    let (whole, part) = out_sum.split_once('.').unwrap_or((out_sum, ""));
    let part = part.trim_end_matches('0');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

/// The address to send the buyer to.
pub(crate) fn payment_link(
    desk: &Desk,
    number: i64,
    product: &Product,
    test: bool,
    language: Language,
) -> String {
    let settings = &desk.settings;
    let (sum, number) = (out_sum(product.price), number.to_string());
    let item = format!("Shp_item={}", product.code);
    let text = format!("{}:{sum}:{number}:{}:{item}", settings.login, desk.password1(test));
    let signature = settings.digest.hex(&text);
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("MerchantLogin", &settings.login)
        .append_pair("OutSum", &sum)
        .append_pair("InvId", &number)
        .append_pair("Description", product.name(language))
        .append_pair("SignatureValue", &signature)
        .append_pair("Culture", language.tag())
        .append_pair("Encoding", "utf-8")
        .append_pair("Shp_item", product.code);
    if test {
        query.append_pair("IsTest", "1");
    }
    format!("{}/Merchant/Index.aspx?{}", settings.aggregator_url.trim_end_matches('/'), query.finish())
}

/// A message from the aggregator: fields of the query and the form.
pub(crate) struct Message {
    fields: Vec<(String, String)>,
}

impl Message {
    /// Takes the decoded fields as they came.
    pub(crate) fn new(fields: Vec<(String, String)>) -> Message {
        Message { fields }
    }

    /// A field by its exact name, empty if it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Whether the message belongs to the test mode.
    pub(crate) fn is_test(&self) -> bool {
        self.field("IsTest") == "1"
    }

    /// The signature, in upper-case hex, that this message must carry.
    pub(crate) fn expected_signature(&self, desk: &Desk, password: &str) -> String {
        let mut custom: Vec<&(String, String)> =
            self.fields.iter().filter(|(key, _)| key.to_ascii_lowercase().starts_with("shp_")).collect();
        custom.sort_by_key(|(key, _)| key.to_ascii_lowercase());
        let mut text = format!("{}:{}:{password}", self.field("OutSum"), self.field("InvId"));
        for (key, value) in custom {
            text.push_str(&format!(":{key}={value}"));
        }
        desk.settings.digest.hex(&text).to_ascii_uppercase()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::desk::PRODUCTS;
    use super::super::doors::tests::desk;
    use super::*;

    #[test]
    fn a_link_carries_the_signature_of_its_own_fields() {
        let link = payment_link(&desk(), 7, &PRODUCTS[1], false, Language::En);
        let text = "demo:1290.00:7:fake-one:Shp_item=cup";
        let signature = super::super::digest::Digest::Sha256.hex(text);
        assert!(link.starts_with(
            "http://aggregator.example/Merchant/Index.aspx?MerchantLogin=demo&OutSum=1290.00&InvId=7&"
        ));
        assert!(link.contains(&format!("SignatureValue={signature}")));
        assert!(!link.contains("IsTest"));
    }

    #[test]
    fn the_test_mode_signs_with_its_own_password_and_says_so() {
        let link = payment_link(&desk(), 7, &PRODUCTS[0], true, Language::Ru);
        let signature = super::super::digest::Digest::Sha256.hex("demo:350.00:7:fake-test-one:Shp_item=tea");
        assert!(link.contains(&format!("SignatureValue={signature}")));
        assert!(link.ends_with("&IsTest=1") && link.contains("Culture=ru"));
    }

    #[test]
    fn padded_sums_are_read_and_finer_ones_are_not() {
        assert_eq!(kopecks("1290.000000"), Some(129_000));
        assert_eq!(kopecks("14999.9"), Some(1_499_990));
        assert_eq!(kopecks("5"), Some(500));
        for text in ["", ".5", "1,5", "-1", "1.001", "1e3"] {
            assert_eq!(kopecks(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_sum_reads_back(sum in 0..i64::MAX / 2) {
            prop_assert_eq!(kopecks(&out_sum(sum)), Some(sum));
        }
    }
}
