//! The public list of payment systems of the first protocol, as XML or as comma-separated lines.

use super::super::payways::Payway;
use crate::robokassa::xml;

/// One system of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct System {
    /// Its place in the list, from 1.
    pub id: u32,
    /// The payway.
    pub payway: Payway,
    /// The rate of its currency to the dollar, as a decimal.
    pub rate: String,
    /// Whether it can be used.
    pub open: bool,
}

/// In which form the list is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// An XML document.
    Xml,
    /// Lines with commas.
    Csv,
}

impl Format {
    /// The path of the list, in small letters.
    pub const PATH: &'static str = "/lib/paysystems.currencies.export.php";

    /// The form that a query asks for: XML unless it says otherwise.
    pub fn of_query(query: &str) -> Format {
        let csv = query.split('&').any(|pair| pair.eq_ignore_ascii_case("format=csv"));
        if csv { Format::Csv } else { Format::Xml }
    }
}

/// The list.
pub fn written(systems: &[System], format: Format) -> String {
    match format {
        Format::Xml => {
            let items: String = systems.iter().map(as_xml).collect();
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", xml::element("paysystems", &items))
        }
        Format::Csv => systems.iter().map(as_line).collect(),
    }
}

fn as_xml(system: &System) -> String {
    let id = system.id.to_string();
    let alias = system.payway.alias();
    let values = [
        ("id", id.as_str()),
        ("alias", &alias),
        ("currencyName", system.payway.currency().code()),
        ("exchangeRate", &system.rate),
        ("state", state(system)),
    ];
    xml::attributes("paysystem", &values, &xml::escaped(system.payway.titles().0))
}

/// No name, alias or rate has a comma or a quote in it.
fn as_line(system: &System) -> String {
    format!(
        "{},{},{},{},{},{}\r\n",
        system.id,
        system.payway.alias(),
        system.payway.currency().code(),
        system.rate,
        state(system),
        system.payway.titles().0
    )
}

const fn state(system: &System) -> &'static str {
    if system.open { "1" } else { "0" }
}

#[cfg(test)]
mod tests {
    use domain::methods::Method;
    use money::currency::Currency;

    use super::*;

    #[test]
    fn the_list_says_the_same_in_both_forms() {
        let payway = Payway::Real { method: Method::BankCard, currency: Currency::Rub };
        let systems = [System { id: 1, payway, rate: "0.0125".to_owned(), open: true }];
        assert_eq!(
            written(&systems, Format::of_query("")),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<paysystems><paysystem id=\"1\" alias=\"card_kassa_merchant_rub\" \
             currencyName=\"RUB\" exchangeRate=\"0.0125\" state=\"1\">Bank card</paysystem></paysystems>"
        );
        assert_eq!(
            written(&systems, Format::of_query("x=1&format=CSV")),
            "1,card_kassa_merchant_rub,RUB,0.0125,1,Bank card\r\n"
        );
    }

    #[test]
    fn nothing_that_a_line_holds_would_break_it() {
        for &method in Method::ALL {
            let (title, _) = Payway::Real { method, currency: Currency::Rub }.titles();
            assert!(!title.contains([',', '"', '\n']), "{title}");
        }
    }
}
