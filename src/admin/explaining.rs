//! The signature check at the command line.

use super::Admin;
use super::reply::Reply;
use super::reply::explained::{ExplainedView, MistakeView, ParameterView, RefusalView};
use crate::error::Failure;
use domain::payments::Language;
use protocols::interkassa;
use protocols::robokassa::explain::Explained;
use protocols::robokassa::explain::effort::Effort;
use protocols::robokassa::explain::mistake::Mistake;
use protocols::robokassa::explain::report::{ReadParameter, Report};
use web::explained::{checkout_in_words, in_words};

impl Admin<'_> {
    pub(super) async fn explain_signature(&self, text: &str, shop: Option<String>) -> Result<Reply, Failure> {
        let request = Explained::read(text).ok_or_else(|| {
            Failure::usage(
                "there is no parameter in that: expected an address with a query, a form body such as \
                 \"OutSum=10.00&InvId=7\", or JSON",
            )
        })?;
        let named = shop
            .or_else(|| request.login().map(str::to_owned))
            .ok_or_else(|| Failure::usage("the request names no shop: say whose it is with --shop LOGIN"))?;
        let login = self.shop(&named).await?.login;
        let report = self.engine.explain_robokassa(&request, &login, Effort::THOROUGH).await?;
        let report = report.ok_or_else(|| Failure::not_found(format!("there is no shop \"{named}\"")))?;
        Ok(Reply::Explained(view(report, login)))
    }
}

impl Admin<'_> {
    pub(super) async fn explain_checkout(
        &self,
        text: &str,
        checkout: Option<String>,
    ) -> Result<Reply, Failure> {
        let request = interkassa::explain::Explained::read(text).ok_or_else(|| {
            Failure::usage(
                "there is no field of the protocol in that: expected an address with a query, a form body such \
                 as \"ik_co_id=5534b1683b1eaf00758b4567&ik_am=10.00\", or JSON",
            )
        })?;
        let named = checkout.or_else(|| request.merchant().map(str::to_owned)).ok_or_else(|| {
            Failure::usage("the request names no checkout: say whose it is with --checkout ID")
        })?;
        let report = self.engine.explain_interkassa(&request, &named, Effort::THOROUGH).await?;
        let missing = || Failure::not_found(format!("there is no checkout \"{named}\""));
        Ok(Reply::Explained(checkout_view(report.ok_or_else(missing)?, request.is_test(), named.clone())))
    }
}

fn checkout_view(report: interkassa::explain::report::Report, test: bool, checkout: String) -> ExplainedView {
    let mistake = |mistake: &interkassa::explain::mistake::Mistake| MistakeView {
        code: mistake.code().to_owned(),
        en: checkout_in_words(Language::En, mistake),
        ru: checkout_in_words(Language::Ru, mistake),
    };
    ExplainedView {
        verdict: report.verdict.code().to_owned(),
        kind: report.kind.code().to_owned(),
        told_by: "parameters".to_owned(),
        shop: checkout,
        test,
        digest: report.digest.name().to_owned(),
        password: report.key.code().to_owned(),
        mistakes: report.mistakes.iter().map(mistake).collect(),
        parameters: parameters(report.parameters),
        expected_text: report.expected_text,
        expected_signature: report.expected_signature,
        received_signature: report.received,
        signed_text: report.signed_text,
        refusal: report.refusal.map(|refused| RefusalView {
            error: refused.code.number(),
            parameter: refused.parameter.map(str::to_owned),
            why: refused.why.to_owned(),
        }),
        tried: u64::try_from(report.tried).unwrap_or(u64::MAX),
        complete: report.complete,
    }
}

fn parameters(read: Vec<ReadParameter>) -> Vec<ParameterView> {
    let view = |parameter: ReadParameter| ParameterView {
        name: parameter.name,
        official: parameter.official.map(str::to_owned),
        value: parameter.value,
        signed: parameter.signed,
    };
    read.into_iter().map(view).collect()
}

fn view(report: Report, shop: String) -> ExplainedView {
    ExplainedView {
        verdict: report.verdict.code().to_owned(),
        kind: report.kind.code().to_owned(),
        told_by: if report.by_path { "path" } else { "parameters" }.to_owned(),
        shop,
        test: report.test,
        digest: report.digest.name().to_owned(),
        password: report.password.code().to_owned(),
        parameters: parameters(report.parameters),
        expected_text: report.expected_text,
        expected_signature: report.expected_digest,
        received_signature: report.received,
        signed_text: report.signed_text,
        mistakes: report.mistakes.iter().map(mistake).collect(),
        refusal: report.refusal.map(|refused| RefusalView {
            error: refused.error.number(),
            parameter: refused.parameter.map(str::to_owned),
            why: refused.why.to_owned(),
        }),
        tried: u64::try_from(report.tried).unwrap_or(u64::MAX),
        complete: report.complete,
    }
}

fn mistake(mistake: &Mistake) -> MistakeView {
    MistakeView {
        code: mistake.code().to_owned(),
        en: in_words(Language::En, mistake),
        ru: in_words(Language::Ru, mistake),
    }
}
