//! What a shop is told: the notice to its ResultURL, and the fields of the way back.

use domain::methods::Method;
use domain::payments::{CustomField, Language};
use domain::secrets::Secret;
use domain::sellers::Algorithm;
use money::Money;
use wire::form::encode_pairs;

use super::keys::digest_of;
use super::labels::words;
use super::signature::answer_signature;

/// How many decimals every live sum has, as seen in the service's own notices.
const LIVE_DECIMALS: usize = 6;

/// Fields in the order in which they are sent.
pub type Pairs = Vec<(String, String)>;

/// What every message about a payment says.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The order's number, the shop's or the one assigned.
    pub number: i64,
    /// The order's sum, or what was captured of a hold where that is less.
    pub sum: Money,
    /// The order's sum as the shop sent it, which rehearsals echo; none where less was captured.
    pub sum_text: Option<&'a str>,
    /// Whether it was a rehearsal.
    pub test: bool,
    /// The shop's own fields in the order in which they are signed.
    pub custom: &'a [CustomField],
}

/// What the notice says besides: how the payment was made.
#[derive(Clone, Copy, Debug)]
pub struct Paid<'a> {
    /// By which method; none in rehearsals without one.
    pub method: Option<Method>,
    /// What the buyer paid.
    pub paid: Money,
    /// The commission.
    pub fee: Money,
    /// The address that the buyer typed.
    pub email: Option<&'a str>,
}

/// Who signs a message, frozen with the decision that causes it.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// Password 2 for notices, password 1 for the way back.
    pub password: &'a Secret,
    /// The shop's digest.
    pub algorithm: Algorithm,
}

impl Told<'_> {
    /// The sum as it is sent, and so as it is signed.
    fn sum(&self) -> String {
        self.money(self.sum)
    }

    fn money(&self, money: Money) -> String {
        match self.sum_text.filter(|_| self.test && money == self.sum) {
            Some(echo) => echo.to_owned(),
            None => money.decimals(LIVE_DECIMALS),
        }
    }

    fn signature(&self, signer: &Signer<'_>) -> String {
        let digest = digest_of(signer.algorithm);
        answer_signature(&self.sum(), self.number, signer.password, self.custom, digest)
    }

    fn custom(&self) -> impl Iterator<Item = (&str, String)> {
        self.custom.iter().map(|field| (field.name.as_str(), field.value.clone()))
    }

    fn test_mark(&self) -> Option<(&'static str, String)> {
        self.test.then(|| ("IsTest", "1".to_owned()))
    }
}

/// The fields of the notice to ResultURL, signed with password 2. There is no `Culture` among them: an
/// existing shop engine tells a notice from a way back by its absence. The signature is in upper case
/// because four official modules compare it exactly.
pub fn result_fields(told: &Told<'_>, paid: &Paid<'_>, signer: &Signer<'_>) -> Pairs {
    let signature = told.signature(signer).to_ascii_uppercase();
    let (label, code) = paid.method.map(words).map_or(("", ""), |words| (words.label, words.code));
    let fields = [
        ("out_summ", told.sum()),
        ("OutSum", told.sum()),
        ("inv_id", told.number.to_string()),
        ("InvId", told.number.to_string()),
        ("crc", signature.clone()),
        ("SignatureValue", signature),
        ("PaymentMethod", code.to_owned()),
        ("IncSum", told.money(paid.paid)),
        ("IncCurrLabel", label.to_owned()),
        ("EMail", paid.email.unwrap_or_default().to_owned()),
        ("Fee", paid.fee.decimals(LIVE_DECIMALS)),
    ];
    pairs(fields.into_iter().chain(told.test_mark()).chain(told.custom()))
}

/// The fields with which the buyer returns after success, signed with password 1 in lower case. Shops must
/// not take them as proof.
pub fn success_fields(told: &Told<'_>, language: Language, signer: &Signer<'_>) -> Pairs {
    let signature = told.signature(signer);
    let fields = [
        ("inv_id", told.number.to_string()),
        ("InvId", told.number.to_string()),
        ("out_summ", told.sum()),
        ("OutSum", told.sum()),
        ("crc", signature.clone()),
        ("SignatureValue", signature),
        ("Culture", culture(language)),
    ];
    pairs(fields.into_iter().chain(told.test_mark()).chain(told.custom()))
}

/// The fields with which the buyer returns otherwise; they are not signed.
pub fn fail_fields(told: &Told<'_>, language: Language) -> Pairs {
    let fields = [
        ("inv_id", told.number.to_string()),
        ("InvId", told.number.to_string()),
        ("out_summ", told.sum()),
        ("OutSum", told.sum()),
        ("Culture", culture(language)),
    ];
    pairs(fields.into_iter().chain(told.test_mark()).chain(told.custom()))
}

/// The address with these fields added to its own query; for a POST the address stays as it is and the
/// fields are the body.
///
/// ```
/// use protocols::robokassa::notice::with_query;
/// let fields = vec![("InvId".to_owned(), "7".to_owned())];
/// assert_eq!(with_query("https://shop.test/ok", &fields), "https://shop.test/ok?InvId=7");
/// assert_eq!(with_query("https://shop.test/?a=1#b", &fields), "https://shop.test/?a=1&InvId=7#b");
/// ```
pub fn with_query(address: &str, fields: &[(String, String)]) -> String {
    let added = encode_pairs(fields.iter().map(|(name, value)| (name, value)));
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (address, String::new()),
    };
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{joint}{added}{fragment}")
}

/// Whether a shop's answer confirms the notice of this number: `OK` and the number in any case, white space
/// around it and a byte order mark before it ignored. The status code is the caller's to judge.
///
/// ```
/// use protocols::robokassa::notice::accepted;
/// assert!(accepted(b"OK450009\r\n", 450_009));
/// assert!(!accepted(b"OK", 450_009) && !accepted(b"\"OK450009\"", 450_009));
/// ```
pub fn accepted(body: &[u8], number: i64) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii().eq_ignore_ascii_case(format!("OK{number}").as_bytes())
}

/// The service knows two languages; to a shop everything but Russian is English.
fn culture(language: Language) -> String {
    let code = match language {
        Language::Ru => Language::Ru,
        Language::En | Language::Uk | Language::Es | Language::Bg => Language::En,
    };
    code.code().to_owned()
}

fn pairs<'a>(fields: impl Iterator<Item = (&'a str, String)>) -> Pairs {
    fields.map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use money::currency::Currency;

    use super::*;

    fn rub(minor: i64) -> Money {
        Money::from_minor(minor, Currency::Rub)
    }

    fn custom(pairs: &[(&str, &str)]) -> Vec<CustomField> {
        let field =
            |&(name, value): &(&str, &str)| CustomField { name: name.to_owned(), value: value.to_owned() };
        pairs.iter().map(field).collect()
    }

    fn body(pairs: &Pairs) -> String {
        encode_pairs(pairs.iter().map(|(name, value)| (name, value)))
    }

    #[test]
    fn a_rehearsal_echoes_the_sum_as_sent_marks_itself_and_keeps_empty_fields() {
        let password = Secret::new("testpassword2".to_owned());
        let custom = custom(&[("shp_", ""), ("Shp_a", "1")]);
        let told =
            Told { number: 7, sum: rub(1_426_000), sum_text: Some("14260"), test: true, custom: &custom };
        let paid = Paid { method: Some(Method::BankCard), paid: rub(1_426_000), fee: rub(0), email: None };
        let signer = Signer { password: &password, algorithm: Algorithm::Md5 };
        let signature = wire::digest::Digest::Md5.hex(b"14260:7:testpassword2:shp_=:Shp_a=1").to_uppercase();
        assert_eq!(
            body(&result_fields(&told, &paid, &signer)),
            format!(
                "out_summ=14260&OutSum=14260&inv_id=7&InvId=7&crc={signature}&SignatureValue={signature}\
                 &PaymentMethod=BankCard&IncSum=14260&IncCurrLabel=BankCardPSR&EMail=&Fee=0.000000&IsTest=1&shp_=&Shp_a=1"
            )
        );
    }

    #[test]
    fn what_the_buyer_paid_may_differ_from_the_sum() {
        let password = Secret::new("password2".to_owned());
        let told = Told { number: 7, sum: rub(10_000), sum_text: Some("100"), test: true, custom: &[] };
        let paid = Paid { method: Some(Method::Cash), paid: rub(10_350), fee: rub(350), email: None };
        let sent =
            body(&result_fields(&told, &paid, &Signer { password: &password, algorithm: Algorithm::Sha256 }));
        assert!(sent.contains("&IncSum=103.500000&") && sent.contains("&Fee=3.500000"), "{sent}");
    }

    #[test]
    fn a_rehearsal_of_a_part_tells_the_part_and_not_the_order() {
        let password = Secret::new("testpassword2".to_owned());
        let told = Told { number: 7, sum: rub(6_000), sum_text: None, test: true, custom: &[] };
        let paid = Paid { method: Some(Method::BankCard), paid: rub(6_000), fee: rub(210), email: None };
        let signer = Signer { password: &password, algorithm: Algorithm::Md5 };
        let signature = wire::digest::Digest::Md5.hex(b"60.000000:7:testpassword2").to_uppercase();
        let sent = body(&result_fields(&told, &paid, &signer));
        assert!(sent.contains("OutSum=60.000000&") && sent.contains("IncSum=60.000000&"), "{sent}");
        assert!(sent.contains(&signature), "{sent}");
    }

    #[test]
    fn the_way_back_after_a_failure_carries_no_signature() {
        let custom = custom(&[("Shp_a", "я")]);
        let told = Told { number: 7, sum: rub(235), sum_text: Some("2.35"), test: true, custom: &custom };
        assert_eq!(
            body(&fail_fields(&told, Language::Bg)),
            "inv_id=7&InvId=7&out_summ=2.35&OutSum=2.35&Culture=en&IsTest=1&Shp_a=%D1%8F"
        );
    }

    #[test]
    fn only_ok_and_the_number_confirm() {
        for body in ["OK7", "ok7", " Ok7\r\n", "\u{feff}OK7"] {
            assert!(accepted(body.as_bytes(), 7), "{body:?}");
        }
        for body in ["", "OK", "7", "OK8", "OK70", "OK 7", "\"OK7\"", "OK7 thanks", "<b>OK7</b>", "OK07"] {
            assert!(!accepted(body.as_bytes(), 7), "{body:?}");
        }
    }
}
