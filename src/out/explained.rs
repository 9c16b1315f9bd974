//! The signature check as people read it.

use super::table::{Fields, Table};
use super::yes;
use crate::admin::reply::explained::{ExplainedView, ParameterView};

pub(super) fn text(view: &ExplainedView) -> String {
    let mut fields = Fields::new();
    fields.add("verdict", verdict(view));
    fields.add("request", format!("{}, told by its {}", view.kind.replace('_', " "), view.told_by));
    fields.add("shop", &view.shop);
    fields.add("mode", if view.test { "test" } else { "live" });
    fields.add("signed with", format!("{}, {}", view.digest, view.password.replace('_', " ")));
    fields.add_some("to be signed", view.expected_text.as_ref());
    fields.add_some("its signature", view.expected_signature.as_ref());
    fields.add_some("signature sent", view.received_signature.as_ref());
    fields.add_some("was signed", view.signed_text.as_ref());
    if let Some(refusal) = &view.refusal {
        fields.add("refused with", format!("error {}: {}", refusal.error, refusal.why));
    }
    let mistakes: String =
        view.mistakes.iter().map(|mistake| format!("{}\n  ({})\n", mistake.en, mistake.code)).collect();
    let unknown =
        if view.verdict == "wrong" && view.mistakes.is_empty() { unknown(view) } else { String::new() };
    let gap = if mistakes.is_empty() && unknown.is_empty() { "" } else { "\n" };
    format!("{fields}\n{mistakes}{unknown}{gap}{}", parameters(&view.parameters))
}

fn verdict(view: &ExplainedView) -> &'static str {
    match view.verdict.as_str() {
        "right" => "right",
        "accepted" => "accepted here, although not signed as documented",
        "unsigned" => "requests of this kind need no signature",
        _ => "WRONG",
    }
}

fn unknown(view: &ExplainedView) -> String {
    let all = if view.complete {
        "No known mistake, nor two at once, explains it"
    } else {
        "Not everything was tried"
    };
    format!(
        "{all} ({} texts tried). Likely a value was changed after it was signed, or the password or key is another \
         shop's. Compare \"to be signed\" with the text that your program hashes.\n",
        view.tried
    )
}

fn parameters(all: &[ParameterView]) -> String {
    let mut table = Table::new(&["parameter", "value", "signed"]);
    for parameter in all {
        let official = parameter.official.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        table.row([&format!("{}{official}", parameter.name), &parameter.value, yes(parameter.signed)]);
    }
    table.to_string()
}
