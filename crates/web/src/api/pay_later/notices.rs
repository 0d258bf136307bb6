//! What the holder was or will be told of his bills: never at night, and never twice for one thing.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tantu_domain::ids::AccountId;
use tantu_paylater::reminder::Subject;
use tantu_store::notice::{NoticeRow, Road};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::pay_later::{account, line_of};
use crate::app::Shared;
use crate::body::PathId;
use crate::json::time;
use crate::problem::Problem;

/// So many are shown at most.
const MOST: u32 = 100;

/// Something that the holder is told of a bill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillNoticeBody {
    /// What it is about, once: a second one of the same key is never told.
    key: String,
    /// Which bill.
    bill: String,
    /// ahead, due, refused or overdue.
    subject: &'static str,
    /// Days before the due date (30, 7, 3 or 1), the attempt that failed, or whole weeks overdue.
    figure: i64,
    /// When the bill was due, as it was told.
    due_on: String,
    /// Since when there is something to tell.
    at: String,
    /// When he was told; null while it waits for the morning or for a receipt.
    told_at: Option<String>,
    /// sms, or page where there is no phone to send a message to.
    road: Option<&'static str>,
}

/// The notice of a bill; one of an incident is told elsewhere.
fn notice_body(row: &NoticeRow) -> Option<BillNoticeBody> {
    let notice = row.about.bill()?;
    let (subject, figure) = match notice.subject {
        Subject::Ahead(days) => ("ahead", i64::from(days)),
        Subject::Due => ("due", 0),
        Subject::Refused(number) => ("refused", i64::from(number)),
        Subject::Overdue(weeks) => ("overdue", i64::from(weeks)),
    };
    Some(BillNoticeBody {
        key: row.key(),
        bill: notice.bill.to_string(),
        subject,
        figure,
        due_on: notice.due_on.to_string(),
        at: time(row.at),
        told_at: row.told.map(|(at, _)| time(at)),
        road: row.told.map(|(_, road)| Road::id(road)),
    })
}

/// Lists what the holder was or will be told of his bills, the last first.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/pay-later/notices", tag = "pay later",
    security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = Vec<BillNoticeBody>),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(app): State<Shared>,
    caller: Caller,
    PathId(id): PathId<AccountId>,
) -> Result<Json<Vec<BillNoticeBody>>, Problem> {
    line_of(&account(&app, &caller, id).await?)?;
    let rows = app.engine.read(move |store| store.notices(id, MOST)).await?;
    Ok(Json(rows.iter().filter_map(notice_body).collect()))
}
