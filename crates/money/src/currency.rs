//! The currencies that money can be counted in, written down once in one table.

use std::fmt;

/// What kind of money a currency is: some rules differ by it (central bank rates exist for fiat only).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CurrencyKind {
    /// Money of a state or of a union of states, from the active list of ISO 4217.
    Fiat,
    /// A coin or a token of a block chain.
    Crypto,
    /// The code that ISO 4217 keeps for tests; it is worth nothing.
    Test,
}

/// Makes the enum and its properties from rows of: variant, decimal digits, kind, ISO number or `none`.
/// The code is the variant's name in capitals, given once more as text so that it can be searched for.
macro_rules! currencies {
    ($($name:ident $code:literal $digits:literal $kind:ident $number:tt;)*) => {
        /// A currency: its code, how many decimal digits its smallest unit has, and its kind.
        ///
        /// ```
        /// use money::currency::Currency;
        /// assert_eq!(Currency::from_code("RUB"), Some(Currency::Rub));
        /// assert_eq!(Currency::Jpy.digits(), 0);
        /// assert_eq!(Currency::Rub.to_string(), "RUB");
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Currency {
            $(#[doc = $code] $name,)*
        }

        impl Currency {
            /// Every currency, in the order of the table.
            pub const ALL: &'static [Currency] = &[$(Currency::$name,)*];

            /// The code in capitals, as ISO 4217 or the trade writes it.
            pub fn code(self) -> &'static str {
                match self { $(Currency::$name => $code,)* }
            }

            /// How many decimal digits one minor unit stands for: 2 for roubles, whose minor unit is a kopeck.
            pub fn digits(self) -> u8 {
                match self { $(Currency::$name => $digits,)* }
            }

            /// Fiat, crypto or test.
            pub fn kind(self) -> CurrencyKind {
                match self { $(Currency::$name => CurrencyKind::$kind,)* }
            }

            /// The three-digit number of ISO 4217, which bank formats use; crypto has none.
            pub fn numeric(self) -> Option<u16> {
                match self { $(Currency::$name => currencies!(@number $number),)* }
            }

            /// The currency of a code. The code must be in capitals: letter case is a matter of the
            /// dialect that the code was read from.
            pub fn from_code(code: &str) -> Option<Currency> {
                match code { $($code => Some(Currency::$name),)* _ => None }
            }
        }
    };
    (@number none) => { None };
    (@number $number:literal) => { Some($number) };
}

// The active list of ISO 4217 (with the Caribbean guilder and without the Bulgarian lev, which ended with
// 2025), save the entries that have no minor unit and so no exact amounts: the metals, the bond units, the
// special drawing rights, the units of account XSU and XUA, and XXX, which means no currency.
currencies! {
    Aed "AED" 2 Fiat 784;
    Afn "AFN" 2 Fiat 971;
    All "ALL" 2 Fiat 8;
    Amd "AMD" 2 Fiat 51;
    Aoa "AOA" 2 Fiat 973;
    Ars "ARS" 2 Fiat 32;
    Aud "AUD" 2 Fiat 36;
    Awg "AWG" 2 Fiat 533;
    Azn "AZN" 2 Fiat 944;
    Bam "BAM" 2 Fiat 977;
    Bbd "BBD" 2 Fiat 52;
    Bdt "BDT" 2 Fiat 50;
    Bhd "BHD" 3 Fiat 48;
    Bif "BIF" 0 Fiat 108;
    Bmd "BMD" 2 Fiat 60;
    Bnd "BND" 2 Fiat 96;
    Bob "BOB" 2 Fiat 68;
    Bov "BOV" 2 Fiat 984;
    Brl "BRL" 2 Fiat 986;
    Bsd "BSD" 2 Fiat 44;
    Btn "BTN" 2 Fiat 64;
    Bwp "BWP" 2 Fiat 72;
    Byn "BYN" 2 Fiat 933;
    Bzd "BZD" 2 Fiat 84;
    Cad "CAD" 2 Fiat 124;
    Cdf "CDF" 2 Fiat 976;
    Che "CHE" 2 Fiat 947;
    Chf "CHF" 2 Fiat 756;
    Chw "CHW" 2 Fiat 948;
    Clf "CLF" 4 Fiat 990;
    Clp "CLP" 0 Fiat 152;
    Cny "CNY" 2 Fiat 156;
    Cop "COP" 2 Fiat 170;
    Cou "COU" 2 Fiat 970;
    Crc "CRC" 2 Fiat 188;
    Cup "CUP" 2 Fiat 192;
    Cve "CVE" 2 Fiat 132;
    Czk "CZK" 2 Fiat 203;
    Djf "DJF" 0 Fiat 262;
    Dkk "DKK" 2 Fiat 208;
    Dop "DOP" 2 Fiat 214;
    Dzd "DZD" 2 Fiat 12;
    Egp "EGP" 2 Fiat 818;
    Ern "ERN" 2 Fiat 232;
    Etb "ETB" 2 Fiat 230;
    Eur "EUR" 2 Fiat 978;
    Fjd "FJD" 2 Fiat 242;
    Fkp "FKP" 2 Fiat 238;
    Gbp "GBP" 2 Fiat 826;
    Gel "GEL" 2 Fiat 981;
    Ghs "GHS" 2 Fiat 936;
    Gip "GIP" 2 Fiat 292;
    Gmd "GMD" 2 Fiat 270;
    Gnf "GNF" 0 Fiat 324;
    Gtq "GTQ" 2 Fiat 320;
    Gyd "GYD" 2 Fiat 328;
    Hkd "HKD" 2 Fiat 344;
    Hnl "HNL" 2 Fiat 340;
    Htg "HTG" 2 Fiat 332;
    Huf "HUF" 2 Fiat 348;
    Idr "IDR" 2 Fiat 360;
    Ils "ILS" 2 Fiat 376;
    Inr "INR" 2 Fiat 356;
    Iqd "IQD" 3 Fiat 368;
    Irr "IRR" 2 Fiat 364;
    Isk "ISK" 0 Fiat 352;
    Jmd "JMD" 2 Fiat 388;
    Jod "JOD" 3 Fiat 400;
    Jpy "JPY" 0 Fiat 392;
    Kes "KES" 2 Fiat 404;
    Kgs "KGS" 2 Fiat 417;
    Khr "KHR" 2 Fiat 116;
    Kmf "KMF" 0 Fiat 174;
    Kpw "KPW" 2 Fiat 408;
    Krw "KRW" 0 Fiat 410;
    Kwd "KWD" 3 Fiat 414;
    Kyd "KYD" 2 Fiat 136;
    Kzt "KZT" 2 Fiat 398;
    Lak "LAK" 2 Fiat 418;
    Lbp "LBP" 2 Fiat 422;
    Lkr "LKR" 2 Fiat 144;
    Lrd "LRD" 2 Fiat 430;
    Lsl "LSL" 2 Fiat 426;
    Lyd "LYD" 3 Fiat 434;
    Mad "MAD" 2 Fiat 504;
    Mdl "MDL" 2 Fiat 498;
    Mga "MGA" 2 Fiat 969;
    Mkd "MKD" 2 Fiat 807;
    Mmk "MMK" 2 Fiat 104;
    Mnt "MNT" 2 Fiat 496;
    Mop "MOP" 2 Fiat 446;
    Mru "MRU" 2 Fiat 929;
    Mur "MUR" 2 Fiat 480;
    Mvr "MVR" 2 Fiat 462;
    Mwk "MWK" 2 Fiat 454;
    Mxn "MXN" 2 Fiat 484;
    Mxv "MXV" 2 Fiat 979;
    Myr "MYR" 2 Fiat 458;
    Mzn "MZN" 2 Fiat 943;
    Nad "NAD" 2 Fiat 516;
    Ngn "NGN" 2 Fiat 566;
    Nio "NIO" 2 Fiat 558;
    Nok "NOK" 2 Fiat 578;
    Npr "NPR" 2 Fiat 524;
    Nzd "NZD" 2 Fiat 554;
    Omr "OMR" 3 Fiat 512;
    Pab "PAB" 2 Fiat 590;
    Pen "PEN" 2 Fiat 604;
    Pgk "PGK" 2 Fiat 598;
    Php "PHP" 2 Fiat 608;
    Pkr "PKR" 2 Fiat 586;
    Pln "PLN" 2 Fiat 985;
    Pyg "PYG" 0 Fiat 600;
    Qar "QAR" 2 Fiat 634;
    Ron "RON" 2 Fiat 946;
    Rsd "RSD" 2 Fiat 941;
    Rub "RUB" 2 Fiat 643;
    Rwf "RWF" 0 Fiat 646;
    Sar "SAR" 2 Fiat 682;
    Sbd "SBD" 2 Fiat 90;
    Scr "SCR" 2 Fiat 690;
    Sdg "SDG" 2 Fiat 938;
    Sek "SEK" 2 Fiat 752;
    Sgd "SGD" 2 Fiat 702;
    Shp "SHP" 2 Fiat 654;
    Sle "SLE" 2 Fiat 925;
    Sos "SOS" 2 Fiat 706;
    Srd "SRD" 2 Fiat 968;
    Ssp "SSP" 2 Fiat 728;
    Stn "STN" 2 Fiat 930;
    Svc "SVC" 2 Fiat 222;
    Syp "SYP" 2 Fiat 760;
    Szl "SZL" 2 Fiat 748;
    Thb "THB" 2 Fiat 764;
    Tjs "TJS" 2 Fiat 972;
    Tmt "TMT" 2 Fiat 934;
    Tnd "TND" 3 Fiat 788;
    Top "TOP" 2 Fiat 776;
    Try "TRY" 2 Fiat 949;
    Ttd "TTD" 2 Fiat 780;
    Twd "TWD" 2 Fiat 901;
    Tzs "TZS" 2 Fiat 834;
    Uah "UAH" 2 Fiat 980;
    Ugx "UGX" 0 Fiat 800;
    Usd "USD" 2 Fiat 840;
    Usn "USN" 2 Fiat 997;
    Uyi "UYI" 0 Fiat 940;
    Uyu "UYU" 2 Fiat 858;
    Uyw "UYW" 4 Fiat 927;
    Uzs "UZS" 2 Fiat 860;
    Ved "VED" 2 Fiat 926;
    Ves "VES" 2 Fiat 928;
    Vnd "VND" 0 Fiat 704;
    Vuv "VUV" 0 Fiat 548;
    Wst "WST" 2 Fiat 882;
    Xad "XAD" 2 Fiat 396;
    Xaf "XAF" 0 Fiat 950;
    Xcd "XCD" 2 Fiat 951;
    Xcg "XCG" 2 Fiat 532;
    Xof "XOF" 0 Fiat 952;
    Xpf "XPF" 0 Fiat 953;
    Yer "YER" 2 Fiat 886;
    Zar "ZAR" 2 Fiat 710;
    Zmw "ZMW" 2 Fiat 967;
    Zwg "ZWG" 2 Fiat 924;
    // Crypto keeps at most nine digits, so that every amount fits the 64-bit integer that both databases
    // can sum. Ether is therefore counted in gwei.
    Bch "BCH" 8 Crypto none;
    Btc "BTC" 8 Crypto none;
    Doge "DOGE" 8 Crypto none;
    Eth "ETH" 9 Crypto none;
    Ltc "LTC" 8 Crypto none;
    Ton "TON" 9 Crypto none;
    Trx "TRX" 6 Crypto none;
    Usdc "USDC" 6 Crypto none;
    Usdt "USDT" 6 Crypto none;

    Xts "XTS" 2 Test 963;
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_leads_back_to_its_currency() {
        for &currency in Currency::ALL {
            assert_eq!(Currency::from_code(currency.code()), Some(currency));
            assert_eq!(Currency::from_code(&currency.code().to_lowercase()), None);
        }
    }

    #[test]
    fn codes_are_capitals_and_the_variant_is_called_like_the_code() {
        for currency in Currency::ALL {
            assert!(currency.code().bytes().all(|b| b.is_ascii_uppercase()), "{currency}");
            assert_eq!(format!("{currency:?}").to_uppercase(), currency.code());
        }
    }

    #[test]
    fn no_two_currencies_share_a_number() {
        let numbers: Vec<u16> = Currency::ALL.iter().filter_map(|c| c.numeric()).collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len());
    }

    #[test]
    fn only_crypto_has_no_number_and_nothing_has_more_than_nine_digits() {
        for currency in Currency::ALL {
            assert_eq!(currency.numeric().is_none(), currency.kind() == CurrencyKind::Crypto, "{currency}");
            assert!(currency.digits() <= 9, "{currency}");
        }
    }

    #[test]
    fn currencies_without_a_hundredth_keep_their_own_digits() {
        let digits = |code| Currency::from_code(code).map(Currency::digits);
        assert_eq!(digits("JPY"), Some(0));
        assert_eq!(digits("KWD"), Some(3));
        assert_eq!(digits("CLF"), Some(4));
        assert_eq!(digits("ETH"), Some(9));
        assert_eq!(digits("KZT"), Some(2));
    }

    #[test]
    fn withdrawn_codes_are_unknown() {
        for code in ["RUR", "HRK", "BGN", "ZWL", "ANG", "XXX", "XAU", ""] {
            assert_eq!(Currency::from_code(code), None, "{code}");
        }
    }
}
