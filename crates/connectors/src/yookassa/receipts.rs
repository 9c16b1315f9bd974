//! Receipts in the provider's words: who gets it, lines with the price of one, codes of taxes.

use domain::providers::{ProviderAccount, Setting};
use domain::receipts::words::{PaymentMode, SaleSubject, Tax, TaxSystem};
use domain::receipts::{LINES_MAX, Line, Quantity};
use money::{Money, MoneyError, Rounding};
use serde::Serialize;

use crate::connector::{ConnectorFault, Task};

use super::objects::AmountText;
use super::{RECEIPTS, misconfigured, unsupported};

/// A receipt inside of a creation or a capture.
#[derive(Serialize)]
pub(super) struct NewReceipt<'a> {
    customer: NewCustomer<'a>,
    items: Vec<NewItem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_system_code: Option<u8>,
}

/// Where the receipt is sent; one of the two must be there.
#[derive(Serialize)]
struct NewCustomer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

/// A line. Its amount is the price of one.
#[derive(Serialize)]
struct NewItem<'a> {
    description: &'a str,
    quantity: String,
    amount: AmountText,
    vat_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_subject: Option<&'static str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    marked: Option<Marked<'a>>,
}

/// What goods with a marking code need beside it: they are sold by the piece.
#[derive(Serialize)]
struct Marked<'a> {
    measure: &'static str,
    mark_mode: &'static str,
    mark_code_info: MarkCode<'a>,
}

#[derive(Serialize)]
struct MarkCode<'a> {
    mark_code_raw: &'a str,
}

/// Whether receipts are passed on through this account.
pub(super) fn are_printed(account: &ProviderAccount) -> Result<bool, ConnectorFault> {
    match account.setting(RECEIPTS) {
        None => Ok(false),
        Some(Setting::Plain(text)) if text == "on" => Ok(true),
        Some(Setting::Plain(text)) if text == "off" || text.is_empty() => Ok(false),
        Some(Setting::Plain(_) | Setting::Secret(_)) => Err(misconfigured(RECEIPTS)),
    }
}

/// The receipt that goes with a task's call; none where the account does not print any, the task has none,
/// or nobody said where to send it, without which the provider would refuse the whole call.
pub(super) fn of<'a>(
    task: &Task<'a>,
    account: &ProviderAccount,
) -> Result<Option<NewReceipt<'a>>, ConnectorFault> {
    let payer = &task.attempt.payer;
    let customer =
        NewCustomer { email: task.email.or(payer.email.as_deref()), phone: payer.phone.as_deref() };
    let reachable = customer.email.is_some() || customer.phone.is_some();
    let Some(receipt) = task.receipt.filter(|_| reachable) else { return Ok(None) };
    if !are_printed(account)? {
        return Ok(None);
    }
    let units = |line| units(line).map_err(|_| unsupported("write the prices of such a receipt"));
    let priced: Vec<_> =
        receipt.lines().iter().map(|line| Ok((line, units(line)?))).collect::<Result<_, ConnectorFault>>()?;
    let split = priced.iter().map(|(_, units)| units.len()).sum::<usize>() <= LINES_MAX;
    let mut items = Vec::new();
    for (line, units) in priced {
        // Too many lines to split any: then one unit stands for all of what has no even price.
        let units = if split || units.len() == 1 { units } else { vec![(Quantity::ONE, line.sum)] };
        for (quantity, price) in units {
            items.push(item(line, quantity, price)?);
        }
    }
    Ok(Some(NewReceipt { customer, items, tax_system_code: receipt.tax_system().and_then(tax_system_code) }))
}

fn item(line: &Line, quantity: Quantity, price: Money) -> Result<NewItem<'_>, ConnectorFault> {
    Ok(NewItem {
        description: &line.name,
        quantity: quantity.to_string(),
        amount: AmountText::from_money(price),
        vat_code: vat_code(line.tax).ok_or(unsupported("print a tax of Kazakhstan"))?,
        payment_mode: line.mode.map(payment_mode),
        payment_subject: line.subject.map(payment_subject),
        marked: line.marking.as_deref().map(|code| Marked {
            measure: "piece",
            mark_mode: "0",
            mark_code_info: MarkCode { mark_code_raw: code },
        }),
    })
}

/// Quantities with the price of one, whose products, rounded half-up, add up to the line's sum. A sum that
/// no price times the quantity gives (100.00 for three) is split: the last unit bears the difference.
fn units(line: &Line) -> Result<Vec<(Quantity, Money)>, MoneyError> {
    let quantity = line.quantity.thousandths();
    let times = |price: Money, thousandths: u32| price.share(thousandths.into(), 1_000, Rounding::HalfUp);
    let below = line.sum.share(1_000, quantity.into(), Rounding::Down)?;
    let above = below.plus(Money::from_minor(1, line.sum.currency()))?;
    for price in [below, above] {
        if times(price, quantity)? == line.sum {
            return Ok(vec![(line.quantity, price)]);
        }
    }
    let one = Quantity::ONE.thousandths();
    match quantity.checked_sub(one).and_then(Quantity::from_thousandths) {
        Some(others) => {
            let last = line.sum.minus(times(below, others.thousandths())?)?;
            Ok(vec![(others, below), (Quantity::ONE, last)])
        }
        None => Ok(vec![(Quantity::ONE, line.sum)]),
    }
}

/// The provider's number of a tax; it has none for those of Kazakhstan.
fn vat_code(tax: Tax) -> Option<u8> {
    match tax {
        Tax::Untaxed => Some(1),
        Tax::Vat0 => Some(2),
        Tax::Vat10 => Some(3),
        Tax::Vat20 => Some(4),
        Tax::Vat110 => Some(5),
        Tax::Vat120 => Some(6),
        Tax::Vat5 => Some(7),
        Tax::Vat7 => Some(8),
        Tax::Vat105 => Some(9),
        Tax::Vat107 => Some(10),
        Tax::Vat22 => Some(11),
        Tax::Vat122 => Some(12),
        Tax::Vat8 | Tax::Vat12 | Tax::Vat16 => None,
    }
}

/// The provider's number of a tax system; the tax on professional income has none, and needs none said.
fn tax_system_code(system: TaxSystem) -> Option<u8> {
    match system {
        TaxSystem::General => Some(1),
        TaxSystem::SimplifiedIncome => Some(2),
        TaxSystem::SimplifiedProfit => Some(3),
        TaxSystem::Imputed => Some(4),
        TaxSystem::Agricultural => Some(5),
        TaxSystem::Patent => Some(6),
        TaxSystem::Professional => None,
    }
}

fn payment_mode(mode: PaymentMode) -> &'static str {
    match mode {
        PaymentMode::FullPrepayment => "full_prepayment",
        PaymentMode::Prepayment => "partial_prepayment",
        PaymentMode::Advance => "advance",
        PaymentMode::FullPayment => "full_payment",
        PaymentMode::PartialPayment => "partial_payment",
        PaymentMode::Credit => "credit",
        PaymentMode::CreditPayment => "credit_payment",
    }
}

fn payment_subject(subject: SaleSubject) -> &'static str {
    match subject {
        SaleSubject::Commodity => "commodity",
        SaleSubject::Excise => "excise",
        SaleSubject::Job => "job",
        SaleSubject::Service => "service",
        SaleSubject::GamblingBet => "gambling_bet",
        SaleSubject::GamblingPrize => "gambling_prize",
        SaleSubject::Lottery => "lottery",
        SaleSubject::LotteryPrize => "lottery_prize",
        SaleSubject::IntellectualActivity => "intellectual_activity",
        SaleSubject::Payment => "payment",
        SaleSubject::AgentCommission => "agent_commission",
        SaleSubject::Composite => "composite",
        SaleSubject::ResortFee => "resort_fee",
        SaleSubject::Another => "another",
        SaleSubject::PropertyRight => "property_right",
        SaleSubject::NonOperatingGain => "non_operating_gain",
        SaleSubject::InsurancePremium => "insurance_premium",
        SaleSubject::SalesTax => "sales_tax",
        SaleSubject::MarkedGoods => "marked",
    }
}

#[cfg(test)]
mod tests {
    use money::currency::Currency;
    use proptest::prelude::*;

    use super::*;

    fn line(thousandths: u32, minor: i64) -> Line {
        Line {
            name: "Tea".to_owned(),
            quantity: Quantity::from_thousandths(thousandths).unwrap(),
            sum: Money::from_minor(minor, Currency::Rub),
            tax: Tax::Untaxed,
            mode: None,
            subject: None,
            marking: None,
            catalogue: None,
            package: None,
        }
    }

    fn split(thousandths: u32, minor: i64) -> Vec<(u32, i64)> {
        let units = units(&line(thousandths, minor)).unwrap();
        units.into_iter().map(|(quantity, price)| (quantity.thousandths(), price.minor())).collect()
    }

    #[test]
    fn a_line_with_an_even_price_stays_one() {
        assert_eq!(split(1_000, 10_026), [(1_000, 10_026)]);
        assert_eq!(split(2_000, 10_026), [(2_000, 5_013)]);
        assert_eq!(split(1_500, 9_999), [(1_500, 6_666)]);
        assert_eq!(split(333, 10_026), [(333, 30_108)]);
        assert_eq!(split(3_000, 0), [(3_000, 0)]);
    }

    #[test]
    fn of_a_sum_that_cannot_be_divided_the_last_unit_bears_the_rest() {
        assert_eq!(split(3_000, 10_000), [(2_000, 3_333), (1_000, 3_334)]);
        assert_eq!(split(2_500, 10_001), [(1_500, 4_000), (1_000, 4_001)]);
    }

    #[test]
    fn no_two_taxes_or_words_of_ours_become_one_of_the_provider() {
        let mut codes: Vec<u8> = Tax::ALL.iter().filter_map(|&tax| vat_code(tax)).collect();
        codes.sort_unstable();
        assert_eq!(codes, (1..=12).collect::<Vec<_>>());
        let mut subjects: Vec<&str> =
            SaleSubject::ALL.iter().map(|&subject| payment_subject(subject)).collect();
        subjects.sort_unstable();
        subjects.dedup();
        assert_eq!(subjects.len(), SaleSubject::ALL.len());
        let mut modes: Vec<&str> = PaymentMode::ALL.iter().map(|&mode| payment_mode(mode)).collect();
        modes.sort_unstable();
        modes.dedup();
        assert_eq!(modes.len(), PaymentMode::ALL.len());
    }

    proptest! {
        #[test]
        fn prices_times_quantities_add_up_to_the_sum(thousandths in 1_u32..99_999_999, minor in 0_i64..10_000_000_000) {
            let line = line(thousandths, minor);
            let mut quantity = 0_u32;
            let mut sum = 0_i64;
            let units = units(&line).unwrap();
            prop_assert!(units.len() <= 2);
            for (part, price) in units {
                prop_assert!(!price.is_negative());
                quantity += part.thousandths();
                sum += price.share(part.thousandths().into(), 1_000, Rounding::HalfUp).unwrap().minor();
            }
            prop_assert_eq!((quantity, sum), (thousandths, minor));
        }
    }
}
