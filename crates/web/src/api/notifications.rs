//! What channels tell us on their own account. What does not verify changes nothing.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tantu_domain::channel::Channel;
use tantu_engine::error::EngineError;
use tantu_engine::notifications::NotifyError;

use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::RawBody;
use crate::problem::{Kind, Problem};

/// Takes in a channel's own message, in the channel's own format.
///
/// 200 with the channel's literal once it is stored; 400 if it is not believed; 503 if it could not be
/// stored, so that the channel sends it again.
#[utoipa::path(
    post, path = "/v1/notifications/{channel}", tag = "notifications", security(()),
    params(("channel" = String, Path, description = "alipay, wechatpay, douyin or unionpay")),
    request_body(content = String, description = "As the channel sends it", content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = "default", description = "Not believed, or not stored", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn take_in(
    State(app): State<Shared>,
    Path(name): Path<String>,
    RawBody(body): RawBody,
) -> Result<Response, Problem> {
    let channel = Channel::parse(&name).ok_or_else(|| Problem::not_found("channel", &name))?;
    match app.engine.notify(channel, &body).await {
        Ok(accepted) => Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], accepted).into_response()),
        Err(error) => {
            tracing::warn!(channel = channel.id(), %error, "a notification was not taken in");
            Err(refused(channel, error))
        }
    }
}

fn refused(channel: Channel, error: NotifyError) -> Problem {
    match error {
        NotifyError::Unbelievable(why) => Problem::new(Kind::NotificationRefused, why),
        // No connector, no notifications: sending it again would change nothing.
        NotifyError::Engine(EngineError::Channel(_)) => {
            Problem::new(Kind::NotFound, format!("there is no channel {} here", channel.id()))
        }
        NotifyError::Engine(error) => error.into(),
    }
}
