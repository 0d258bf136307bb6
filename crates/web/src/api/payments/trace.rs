//! What each decision about a payment rested on: every check with what was looked at, against what.
//!
//! Staff see everything. A payer or merchant sees which checks were made and whether they held, and what was
//! looked at where that is his to know.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value as Json_;
use tantu_domain::check::{Check, Decision};
use tantu_domain::ids::PaymentId;
use tantu_explain::Lang;
use tantu_explain::words::rule_label;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::payments::visible;
use crate::app::Shared;
use crate::body::PathId;
use crate::json::time;
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::render::value;

/// The decisions about a payment, the first first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TraceBody {
    /// The payment.
    payment: String,
    /// Each decision.
    decisions: Vec<DecisionBody>,
}

/// One decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionBody {
    /// Its id.
    id: String,
    /// When.
    at: String,
    /// The edition of the figures.
    policy: String,
    /// The instrument that was asked for.
    instrument: String,
    /// allowed, action_needed or refused.
    outcome: &'static str,
    /// Whether judging every check again from what is kept gives the same.
    consistent: bool,
    /// Every check, in the order in which it was made.
    checks: Vec<CheckBody>,
}

/// One check.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckBody {
    /// The rule's id.
    #[schema(example = "wallet_balance")]
    rule: &'static str,
    /// What it asks, in the reader's language.
    title: &'static str,
    /// The instrument that it is about; null if the account.
    instrument: Option<String>,
    /// Whether it held.
    held: bool,
    /// What was looked at; left out where that is for staff only, null where there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = serde_json::Value)]
    input: Option<Json_>,
    /// Against what; left out where that is for staff only, null where the rule needs nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = serde_json::Value)]
    threshold: Option<Json_>,
}

/// Shows what each decision about a payment rested on.
#[utoipa::path(
    get, path = "/v1/payments/{id}/trace", tag = "payments",
    security(("merchant" = []), ("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "pay_…"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, body = TraceBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn trace(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathId(id): PathId<PaymentId>,
) -> Result<Json<TraceBody>, Problem> {
    visible(&app, &caller, id).await?;
    let decisions = app.engine.read(move |store| store.decisions(id)).await?;
    let full = caller == Caller::Staff;
    let decisions = decisions.iter().map(|decision| decision_body(decision, full, lang)).collect();
    Ok(Json(TraceBody { payment: id.to_string(), decisions }))
}

/// A decision as it is shown; `full` is for staff.
pub(crate) fn decision_body(decision: &Decision, full: bool, lang: Lang) -> DecisionBody {
    DecisionBody {
        id: decision.id.to_string(),
        at: time(decision.at),
        policy: decision.policy.clone(),
        instrument: decision.chosen.to_string(),
        outcome: decision.outcome.id(),
        consistent: decision.is_consistent(),
        checks: decision.checks.iter().map(|check| check_body(check, full, lang)).collect(),
    }
}

fn check_body(check: &Check, full: bool, lang: Lang) -> CheckBody {
    let seen = full || check.rule.is_payers_to_see();
    CheckBody {
        rule: check.rule.id(),
        title: rule_label(check.rule, lang),
        instrument: check.instrument.map(|id| id.to_string()),
        held: check.held,
        input: seen.then(|| value(&check.input)),
        threshold: seen.then(|| value(&check.threshold)),
    }
}
