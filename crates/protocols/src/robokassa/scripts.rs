//! Scripts and frames for a shop's own pages (protocol, section 13): which of them a path names.

/// A file for a shop's page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// A button or a form; its letters stand in its own address, which the script reads itself.
    Form,
    /// The same as a page for a frame.
    Frame,
    /// The payment page by one named method.
    DirectPayment,
    /// The payment page in a window over the shop's page, or at a place in it.
    Iframe,
    /// A code for bank apps, and elements that say how an order can be paid.
    Badge,
}

/// The forms there are, by the letters after `form`: fixed sums, then sums that the buyer enters.
const LOOKS: [&str; 8] = ["m", "ms", "s", "ss", "l", "v", "fl", "fls"];

impl Script {
    /// The file behind a path in small letters.
    pub(super) fn at(path: &str) -> Option<Script> {
        match path.strip_prefix("/merchant/")? {
            "paymentform/directpayment.js" => Some(Script::DirectPayment),
            "bundle/robokassa_iframe.js" => Some(Script::Iframe),
            "bundle/robokassa-iframe-badge.js" => Some(Script::Badge),
            // The frame's own page names no look: its address has it.
            "paymentform/form.js" => Some(Script::Form),
            other => {
                let (look, ending) = other.strip_prefix("paymentform/form")?.split_once('.')?;
                match ending {
                    _ if !LOOKS.contains(&look) => None,
                    "js" => Some(Script::Form),
                    "if" => Some(Script::Frame),
                    _ => None,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Endpoint, path};
    use super::*;

    #[test]
    fn every_form_is_there_as_a_script_and_as_a_frame() {
        for look in ["M", "MS", "S", "SS", "L", "V", "FL", "FLS"] {
            let at = |ending: &str| path(&format!("/Merchant/PaymentForm/Form{look}.{ending}"));
            assert_eq!(at("js"), Some(Endpoint::Script(Script::Form)), "{look}");
            assert_eq!(at("if"), Some(Endpoint::Script(Script::Frame)), "{look}");
        }
        for (text, script) in [
            ("/Merchant/PaymentForm/DirectPayment.js", Script::DirectPayment),
            ("/Merchant/bundle/robokassa_iframe.js", Script::Iframe),
            ("/merchant/bundle/robokassa-iframe-badge.js", Script::Badge),
        ] {
            assert_eq!(path(text), Some(Endpoint::Script(script)), "{text}");
        }
    }

    #[test]
    fn other_names_are_no_scripts() {
        for text in ["FormX.js", "FormM.css", "Form.if", "FormM", "../FormM.js", "DirectPayment.if", ""] {
            assert_eq!(path(&format!("/Merchant/PaymentForm/{text}")), None, "{text}");
        }
    }
}
