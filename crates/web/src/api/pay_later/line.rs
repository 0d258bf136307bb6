//! The line: what it costs before it is used, what of it is used, whether it takes orders; and its opening.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::clock::day_of;
use tantu_domain::ids::AccountId;
use tantu_domain::money::Money;
use tantu_engine::pay_later::PayLater;
use tantu_engine::pay_later::open_line::OpenLine;
use tantu_paylater::bill::Stage;
use tantu_paylater::credit::score;
use tantu_paylater::line::LineState;
use tantu_store::pay_later::PayLaterFile;
use tantu_store::world::AccountFile;
use utoipa::ToSchema;

use crate::access::{Caller, PayerCaller};
use crate::answer::ProblemBody;
use crate::api::pay_later::auto_repay::{AutoRepayBody, auto_repay_body};
use crate::api::pay_later::{account, offered};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::json::{Amount, time};
use crate::problem::{Kind, Problem};

/// The terms in force: every figure that is ever charged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermsBody {
    /// The edition, which is accepted by its name.
    #[schema(example = "2026-11")]
    version: String,
    /// Percent a year until the grace ends, never understated.
    #[schema(example = "0.00")]
    annual_percent: String,
    /// Percent a year after it.
    #[schema(example = "18.25")]
    annual_percent_overdue: String,
    /// Once, if the grace passes unpaid.
    late_fee: Amount,
    /// The day of the month on which the month before is stated.
    statement_day: i8,
    /// The day on which its bills are due, or the next working day.
    due_day: i8,
    /// So many days later nothing is charged yet.
    grace_days: i32,
    /// Below this score the line takes no new order.
    score_to_use: u16,
    /// The limit that each score earns, the lowest first.
    limits: Vec<LimitAtScoreBody>,
}

/// From a score on, a limit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitAtScoreBody {
    score: u16,
    limit: Amount,
}

/// An open line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineBody {
    /// The instrument that orders are paid with.
    #[schema(example = "ins_01h455vb4pex5vsknk084sn02q")]
    instrument: String,
    /// What may be owed at once.
    limit: Amount,
    /// What principal is owed.
    used: Amount,
    /// What a new order may use.
    available: Amount,
    /// open or frozen.
    state: &'static str,
    /// Why it is frozen.
    frozen_reason: Option<&'static str>,
    /// Since when.
    frozen_since: Option<String>,
    /// When it was opened.
    opened_at: String,
    /// The edition of the terms that its holder has accepted.
    terms: String,
    /// The credit score.
    score: Option<u16>,
    /// Whether a bill is overdue.
    overdue: bool,
    /// Whether a new order would be taken, as far as the line decides that.
    takes_orders: bool,
    /// From what its bills are collected.
    auto_repay: AutoRepayBody,
}

/// What is offered, and the account's line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayLaterBody {
    /// The account.
    account: String,
    /// Who lends.
    lender: String,
    /// The terms in force.
    offer: TermsBody,
    /// The line; null if none is open.
    line: Option<LineBody>,
}

/// What the holder agrees to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenLineRequest {
    /// The edition of the terms that he was shown and accepts.
    #[schema(example = "2026-11")]
    terms: String,
}

/// Shows what is offered, and the line as it stands.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/pay-later", tag = "pay later",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = PayLaterBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<PayLaterBody>, Problem> {
    let file = account(&app, &caller, id).await?;
    Ok(Json(body(&app, &file)?))
}

/// Opens the line, by the holder's word that he accepts the terms in force. Asking again gives the same.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/pay-later", tag = "pay later", request_body = OpenLineRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 201, body = PayLaterBody),
        (status = 409, description = "The terms are not those in force, or the account earns no line", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(id): PathId<AccountId>,
    JsonBody(asked): JsonBody<OpenLineRequest>,
) -> Result<(StatusCode, Json<PayLaterBody>), Problem> {
    account(&app, &Caller::Payer(own), id).await?;
    app.engine.run(OpenLine { account: id, terms: asked.terms }).await?;
    tracing::info!(account = %id, "a pay-later line was opened");
    let file = account(&app, &Caller::Payer(own), id).await?;
    Ok((StatusCode::CREATED, Json(body(&app, &file)?)))
}

/// What is offered, and the account's line, as JSON.
pub(crate) fn body(app: &Shared, file: &AccountFile) -> Result<PayLaterBody, Problem> {
    let product = offered(app)?;
    let today = day_of(app.engine.clock().now());
    Ok(PayLaterBody {
        account: file.account.id.to_string(),
        lender: product.lender.to_string(),
        offer: terms_body(product)?,
        line: file.pay_later.as_ref().map(|known| line_body(product, known, today)),
    })
}

fn terms_body(product: &PayLater) -> Result<TermsBody, Problem> {
    let terms = &product.terms;
    let cost = terms.cost(Money::cny(0)).map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    Ok(TermsBody {
        version: terms.version.clone(),
        annual_percent: percent(cost.annual),
        annual_percent_overdue: percent(cost.annual_overdue),
        late_fee: terms.late_fee.into(),
        statement_day: terms.statement_day,
        due_day: terms.due_day,
        grace_days: terms.grace_days,
        score_to_use: terms.score_to_use,
        limits: terms
            .limits
            .iter()
            .map(|step| LimitAtScoreBody { score: step.score, limit: step.limit.into() })
            .collect(),
    })
}

/// Hundredths of a percent as a percentage.
pub(crate) fn percent(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Whether one of the bills is past its grace.
pub(crate) fn is_overdue(product: &PayLater, known: &PayLaterFile, today: jiff::civil::Date) -> bool {
    known.bills.iter().any(|bill| matches!(bill.stage(&product.terms, today), Stage::Overdue { .. }))
}

fn line_body(product: &PayLater, known: &PayLaterFile, today: jiff::civil::Date) -> LineBody {
    let line = &known.row.line;
    let (state, frozen) = match line.state {
        LineState::Open => ("open", None),
        LineState::Frozen { reason, since } => ("frozen", Some((reason, since))),
    };
    let (score, overdue) = (score(&known.credit), is_overdue(product, known, today));
    let earns = score.is_some_and(|score| score >= product.terms.score_to_use);
    LineBody {
        instrument: line.instrument.to_string(),
        limit: line.limit.into(),
        used: line.used.into(),
        available: line.available().into(),
        state,
        frozen_reason: frozen.map(|(reason, _)| reason.id()),
        frozen_since: frozen.map(|(_, since)| time(since)),
        opened_at: time(line.opened_at),
        terms: line.terms.clone(),
        score,
        overdue,
        takes_orders: frozen.is_none() && !overdue && earns && line.available().is_positive(),
        auto_repay: auto_repay_body(&known.row.auto_repay),
    }
}
