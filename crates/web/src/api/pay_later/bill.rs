//! One bill with its story: every attempt with its cause, why it is not paid now, what can pay it, and what happens next.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::clock::day_of;
use tantu_domain::ids::{AccountId, BillId, InstrumentId};
use tantu_engine::pay_later::look::BillLook;
use tantu_paylater::prevention::{Forecast, Warning};
use tantu_paylater::schedule::{Ended, NextStep, Occasion};
use tantu_store::pay_later::Repayment;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::pay_later::bills::{BillBody, bill_body};
use crate::api::pay_later::offered;
use crate::app::Shared;
use crate::body::PathIds;
use crate::json::{Amount, time};
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::render::{Telling, Told};

/// What was paid on a bill, or tried.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RepaymentBody {
    /// Its id.
    id: String,
    /// The payment to the lender that it is: shown, explained and resumed like every other.
    payment: String,
    /// By what.
    instrument: String,
    /// What that is called.
    title: Option<String>,
    /// How much.
    amount: Amount,
    /// When.
    at: String,
    /// Why we asked for it then: due, next_instrument, later_today, after_payday, limit_reset, in_parts, channel_back, mended or
    /// cap_free; null if its holder repaid by himself.
    occasion: Option<&'static str>,
    /// taken, undecided or refused.
    ended: &'static str,
    /// Why it was refused.
    cause: Option<&'static str>,
    /// When the limit that refused it begins anew.
    resets_at: Option<String>,
}

/// What happens next by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextBody {
    /// ask, resolve, await_channel or ask_payer.
    step: &'static str,
    /// Not before this.
    at: Option<String>,
    /// Of which instrument.
    instrument: Option<String>,
    /// No more than this at once.
    most: Option<Amount>,
    /// Why then, as of a repayment.
    occasion: Option<&'static str>,
    /// What must be put right first, instrument by instrument; a null instrument stands for auto-repay itself.
    needs: Vec<NeedBody>,
}

/// What must be put right before a bill is collected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedBody {
    instrument: Option<String>,
    cause: &'static str,
}

/// What would stop a bill's collection on its due date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastBody {
    /// The due date.
    due_on: String,
    /// What would, instrument by instrument.
    warnings: Vec<WarningBody>,
    /// What it will be collected from, as far as is known today.
    collects_from: Option<String>,
}

/// One thing that would stop it, with the one operation that puts it right.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WarningBody {
    /// Which instrument; null for auto-repay itself.
    instrument: Option<String>,
    /// Why.
    cause: &'static str,
    /// The last day on which it can be charged.
    valid_to: Option<String>,
    /// The most that it can be charged at once.
    most: Option<Amount>,
    /// What puts it right.
    operation: &'static str,
}

/// A bill with its story.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillStoryBody {
    #[serde(flatten)]
    bill: BillBody,
    /// What was paid on it, or tried, the first first.
    repayments: Vec<RepaymentBody>,
    /// What happens next by itself; null if nothing does.
    next: Option<NextBody>,
    /// What would stop its collection on its due date, while that is to come.
    forecast: Option<ForecastBody>,
    #[serde(flatten)]
    told: Told,
}

/// Shows a bill with its story.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/pay-later/bills/{bill}", tag = "pay later",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "acc_…"), ("bill" = String, Path, description = "bil_…"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 200, body = BillStoryBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathIds(account, bill): PathIds<AccountId, BillId>,
) -> Result<Json<BillStoryBody>, Problem> {
    let look = look(&app, &caller, account, bill).await?;
    let now = app.engine.clock().now();
    let telling =
        Telling { amount: look.bill.owed.total().ok(), ..Telling::new(lang, now, &look.file.instruments, None) };
    Ok(Json(BillStoryBody {
        bill: bill_body(offered(&app)?, &look.bill, day_of(now))?,
        repayments: look.repayments.iter().map(|one| repayment_body(one, &telling)).collect(),
        next: look.next.as_ref().and_then(next_body),
        forecast: look.forecast.as_ref().map(forecast_body),
        told: telling.tell(&look.causes, &look.can_repay_with, look.chosen),
    }))
}

/// A bill as its holder or staff may see it. Somebody else's answers as what does not exist.
pub(crate) async fn look(app: &Shared, caller: &Caller, account: AccountId, bill: BillId) -> Result<BillLook, Problem> {
    let unknown = || Problem::not_found("bill", &bill.to_string());
    if matches!(caller, Caller::Payer(own) if *own != account) {
        return Err(unknown());
    }
    offered(app)?;
    app.engine.bill(account, bill).await?.ok_or_else(unknown)
}

fn repayment_body(one: &Repayment, telling: &Telling<'_>) -> RepaymentBody {
    let (ended, cause, resets_at) = match one.ended {
        Ended::Taken => ("taken", None, None),
        Ended::Undecided => ("undecided", None, None),
        Ended::Refused { cause, resets_at, .. } => ("refused", Some(cause.id()), resets_at),
    };
    RepaymentBody {
        id: one.id.to_string(),
        payment: one.payment.to_string(),
        instrument: one.instrument.to_string(),
        title: telling.title(one.instrument),
        amount: one.amount.into(),
        at: time(one.at),
        occasion: one.occasion.map(Occasion::id),
        ended,
        cause,
        resets_at: resets_at.map(time),
    }
}

fn next_body(next: &NextStep) -> Option<NextBody> {
    let nothing = NextBody { step: "ask", at: None, instrument: None, most: None, occasion: None, needs: Vec::new() };
    let named = |id: &InstrumentId| Some(id.to_string());
    Some(match next {
        NextStep::Nothing => return None,
        NextStep::Ask { at, instrument, most, occasion } => NextBody {
            at: Some(time(*at)),
            instrument: named(instrument),
            most: most.map(Amount::from),
            occasion: Some(occasion.id()),
            ..nothing
        },
        NextStep::Resolve { instrument, since } => {
            NextBody { step: "resolve", at: Some(time(*since)), instrument: named(instrument), ..nothing }
        }
        NextStep::AwaitChannel { look_at, .. } => {
            NextBody { step: "await_channel", at: Some(time(*look_at)), ..nothing }
        }
        NextStep::AskPayer { causes } => {
            let need = |(instrument, cause): &(Option<InstrumentId>, tantu_domain::cause::Cause)| NeedBody {
                instrument: instrument.as_ref().and_then(named),
                cause: cause.id(),
            };
            NextBody { step: "ask_payer", needs: causes.iter().map(need).collect(), ..nothing }
        }
    })
}

fn forecast_body(forecast: &Forecast) -> ForecastBody {
    let warning = |warning: &Warning| WarningBody {
        instrument: warning.instrument.map(|id| id.to_string()),
        cause: warning.cause.id(),
        valid_to: warning.valid_to.map(|day| day.to_string()),
        most: warning.most.map(Amount::from),
        operation: warning.operation.id(),
    };
    ForecastBody {
        due_on: forecast.due_on.to_string(),
        warnings: forecast.warnings.iter().map(warning).collect(),
        collects_from: forecast.collects_from.map(|id| id.to_string()),
    }
}
