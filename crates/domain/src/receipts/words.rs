//! The words of receipts: taxes, ways of paying and kinds of goods, as the law on cash registers lists them.

/// Makes an enum whose values have a word each, and both directions between them.
macro_rules! words {
    ($(#[$about:meta])* $name:ident: $($(#[$doc:meta])* $value:ident $code:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $value,)* }

        impl $name {
            /// Every value.
            pub const ALL: &[$name] = &[$($name::$value,)*];

            /// The word in shops' requests, in views and in the database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$value => $code,)* }
            }

            /// The value with this word.
            #[must_use]
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

words! {
    /// By which system the seller is taxed.
    TaxSystem:
    /// The general system.
    General "osn";
    /// The simplified one, on income.
    SimplifiedIncome "usn_income";
    /// The simplified one, on income less expenses.
    SimplifiedProfit "usn_income_outcome";
    /// The single tax on imputed income; it ended in 2021, and settings of old shops still say it.
    Imputed "envd";
    /// The single agricultural tax.
    Agricultural "esn";
    /// By patent.
    Patent "patent";
    /// The tax on professional income; the documented list leaves it out, and self-employed sellers send it.
    Professional "npd";
}

words! {
    /// The value added tax of a line.
    Tax:
    /// Without tax.
    Untaxed "none";
    /// 0 %.
    Vat0 "vat0";
    /// 5 %.
    Vat5 "vat5";
    /// 7 %.
    Vat7 "vat7";
    /// 8 %, Kazakhstan.
    Vat8 "vat8";
    /// 10 %.
    Vat10 "vat10";
    /// 12 %, Kazakhstan.
    Vat12 "vat12";
    /// 16 %, Kazakhstan.
    Vat16 "vat16";
    /// 20 %.
    Vat20 "vat20";
    /// 22 %.
    Vat22 "vat22";
    /// 5/105, a calculated rate.
    Vat105 "vat105";
    /// 7/107, a calculated rate.
    Vat107 "vat107";
    /// 10/110, a calculated rate.
    Vat110 "vat110";
    /// 20/120, a calculated rate.
    Vat120 "vat120";
    /// 22/122, a calculated rate.
    Vat122 "vat122";
}

words! {
    /// How far the buyer has paid for what a line names.
    PaymentMode:
    /// All of it before it is handed over.
    FullPrepayment "full_prepayment";
    /// A part of it before it is handed over.
    Prepayment "prepayment";
    /// An advance, while it is not known for what.
    Advance "advance";
    /// All of it when it is handed over.
    FullPayment "full_payment";
    /// A part of it when it is handed over; the rest is lent.
    PartialPayment "partial_payment";
    /// It is handed over and lent whole.
    Credit "credit";
    /// The loan is being repaid.
    CreditPayment "credit_payment";
}

words! {
    /// What a line sells.
    SaleSubject:
    /// Goods.
    Commodity "commodity";
    /// Goods under excise.
    Excise "excise";
    /// Work.
    Job "job";
    /// A service.
    Service "service";
    /// A bet.
    GamblingBet "gambling_bet";
    /// What a bet won.
    GamblingPrize "gambling_prize";
    /// A lottery ticket.
    Lottery "lottery";
    /// What a ticket won.
    LotteryPrize "lottery_prize";
    /// The use of what minds have made.
    IntellectualActivity "intellectual_activity";
    /// A payment: an advance, a deposit, a part of a price.
    Payment "payment";
    /// An agent's commission.
    AgentCommission "agent_commission";
    /// Several of these at once.
    Composite "composite";
    /// The fee of a resort.
    ResortFee "resort_fee";
    /// None of these.
    Another "another";
    /// A right to property.
    PropertyRight "property_right";
    /// A gain outside of the trade.
    NonOperatingGain "non-operating_gain";
    /// Insurance premiums that lower the tax.
    InsurancePremium "insurance_premium";
    /// The fee of a place of trade.
    SalesTax "sales_tax";
    /// Goods with a marking code.
    MarkedGoods "tovar_mark";
}

impl Tax {
    /// Whether the rate is one of Kazakhstan, which a sale in another currency cannot have.
    #[must_use]
    pub const fn is_of_kazakhstan(self) -> bool {
        match self {
            Tax::Vat8 | Tax::Vat12 | Tax::Vat16 => true,
            Tax::Untaxed
            | Tax::Vat0
            | Tax::Vat5
            | Tax::Vat7
            | Tax::Vat10
            | Tax::Vat20
            | Tax::Vat22
            | Tax::Vat105
            | Tax::Vat107
            | Tax::Vat110
            | Tax::Vat120
            | Tax::Vat122 => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_value_and_no_two_are_alike() {
        for &tax in Tax::ALL {
            assert_eq!(Tax::from_code(tax.code()), Some(tax));
        }
        for &subject in SaleSubject::ALL {
            assert_eq!(SaleSubject::from_code(subject.code()), Some(subject));
        }
        for &mode in PaymentMode::ALL {
            assert_eq!(PaymentMode::from_code(mode.code()), Some(mode));
        }
        for &system in TaxSystem::ALL {
            assert_eq!(TaxSystem::from_code(system.code()), Some(system));
        }
        assert_eq!((Tax::ALL.len(), PaymentMode::ALL.len(), SaleSubject::ALL.len()), (15, 7, 19));
        assert_eq!(Tax::from_code("vat18"), None);
    }
}
