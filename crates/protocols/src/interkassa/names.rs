//! The documented names of the second protocol's fields.

/// Makes a constant for each name, and the list of all.
macro_rules! names {
    ($($constant:ident $name:literal;)*) => {
        $(#[doc = $name] pub(super) const $constant: &str = $name;)*

        /// Every documented name.
        pub(super) const ALL: &[&str] = &[$($constant,)*];
    };
}

names! {
    ACT "ik_act";
    AM "ik_am";
    AM_ED "ik_am_ed";
    AM_T "ik_am_t";
    CLI "ik_cli";
    CO_ID "ik_co_id";
    CO_PRS_ID "ik_co_prs_id";
    CO_RFN "ik_co_rfn";
    CUR "ik_cur";
    CUSTOMER_FIELDS "ik_customer_fields";
    DESC "ik_desc";
    ENC "ik_enc";
    EXP "ik_exp";
    FAL_M "ik_fal_m";
    FAL_U "ik_fal_u";
    IA_M "ik_ia_m";
    IA_U "ik_ia_u";
    INT "ik_int";
    INV_CRT "ik_inv_crt";
    INV_ID "ik_inv_id";
    INV_PRC "ik_inv_prc";
    INV_ST "ik_inv_st";
    LOC "ik_loc";
    LTM "ik_ltm";
    MODE "ik_mode";
    P_CARD_MASK "ik_p_card_mask";
    P_CARD_TOKEN "ik_p_card_token";
    P_ECI "ik_p_eci";
    P_GW_ORDER_ID "ik_p_gw_order_id";
    PAY_TOKEN "ik_pay_token";
    PAYMENT_CURRENCY "ik_payment_currency";
    PAYMENT_METHOD "ik_payment_method";
    PAYWAY_FIELDS "ik_payway_fields";
    PM_NO "ik_pm_no";
    PND_M "ik_pnd_m";
    PND_U "ik_pnd_u";
    PRODUCTS "ik_products";
    PS_PRICE "ik_ps_price";
    PW_OFF "ik_pw_off";
    PW_ON "ik_pw_on";
    PW_VIA "ik_pw_via";
    SIGN "ik_sign";
    SUB_ACC_NO "ik_sub_acc_no";
    SUC_M "ik_suc_m";
    SUC_U "ik_suc_u";
    TRN_ID "ik_trn_id";
}

/// How the names of what is known of the payer begin.
pub(super) const CUSTOMER: &str = "ik_customer_";

/// Whether a name is documented, or is of a kind that may have any ending.
pub(super) fn is_documented(name: &str) -> bool {
    ALL.contains(&name) || name.starts_with(super::fields::OWN) || name.starts_with(CUSTOMER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_names_are_known_exactly_and_open_kinds_by_their_beginning() {
        for name in ["ik_am", "ik_products", "ik_x_1", "ik_customer_email"] {
            assert!(is_documented(name), "{name}");
        }
        for name in ["ik_itm", "ik_AM", "ik_aa", "ik_", "am"] {
            assert!(!is_documented(name), "{name}");
        }
    }

    #[test]
    fn every_name_stands_in_the_list_once() {
        let distinct: std::collections::BTreeSet<_> = ALL.iter().collect();
        assert_eq!(distinct.len(), ALL.len());
    }
}
