//! Payment methods: one line each.

/// How the checkout groups methods (P2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Bank cards of any scheme.
    Cards,
    /// Apps of banks and internet banking, the fast payment system among them.
    BankApps,
    /// Electronic wallets.
    Wallets,
    /// The balance of a mobile phone.
    Mobile,
    /// Cash terminals and phone shops.
    Cash,
}

/// What the buyer must tell before a method can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing: the provider asks for the rest on its own side.
    Nothing,
    /// A mobile phone number.
    Phone,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $code:literal $group:ident $asks:ident;)*) => {
        /// A way to pay, whoever carries it out.
        ///
        /// ```
        /// use domain::methods::Method;
        /// assert_eq!(Method::from_code("sbp"), Some(Method::Sbp));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method { $($(#[$doc])* $name,)* }

        impl Method {
            /// Every method there is, in the order in which pages list them.
            pub const ALL: &[Method] = &[$(Method::$name,)*];

            /// The code used in addresses, settings and the database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Method::$name => $code,)* }
            }

            /// The group in which the checkout shows it.
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Method::$name => Group::$group,)* }
            }

            /// What the buyer must fill in first.
            #[must_use]
            pub const fn asks(self) -> Asks {
                match self { $(Method::$name => Asks::$asks,)* }
            }
        }
    };
}

methods! {
    /// A bank card.
    BankCard "bank_card" Cards Nothing;
    /// The fast payment system of the Bank of Russia.
    Sbp "sbp" BankApps Nothing;
    /// The app of Sber.
    SberPay "sber_pay" BankApps Nothing;
    /// The app of T-Bank.
    TPay "t_pay" BankApps Nothing;
    /// The YooMoney wallet.
    YooMoney "yoo_money" Wallets Nothing;
    /// The balance of a mobile phone.
    MobileBalance "mobile_balance" Mobile Phone;
    /// Cash at a terminal or in a phone shop.
    Cash "cash" Cash Nothing;
}

impl Method {
    /// The method with this code, if there is one.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Method> {
        Method::ALL.iter().copied().find(|method| method.code() == code)
    }
}
