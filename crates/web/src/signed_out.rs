//! What somebody is told whose session is over: that it is, why, and how he goes on where he was. Only who holds the session's
//! token learns it; anybody else is nobody that we know.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::ids::BindingId;
use tantu_domain::operation::Operation;
use tantu_engine::sessions::sign_in::SESSION_LIFE;
use tantu_explain::Lang;
use tantu_store::access::{Session, SessionEnd, SessionKind};

use crate::app::App;
use crate::problem::problem_response;
use crate::render::Telling;

/// A session that is over.
#[derive(Debug, Clone)]
pub(crate) struct SignedOut(Finding);

impl SignedOut {
    /// Of a session that lives no more; `None` for a link, which never signed in anybody.
    pub(crate) fn of(session: &Session, wall: Timestamp) -> Option<Self> {
        let SessionKind::SignedIn { ended, .. } = session.kind else { return None };
        let begun = session.expires_at.checked_sub(SESSION_LIFE).unwrap_or(wall);
        let reason = match ended {
            Some(SessionEnd { replaced: true, .. }) => "replaced",
            Some(SessionEnd { replaced: false, .. }) => "signed_out",
            None => "expired",
        };
        let evidence = Evidence::AppSessionStale { age_seconds: wall.duration_since(begun).as_secs(), reason };
        Some(Self(Finding {
            cause: evidence.cause(),
            confidence: Confidence::Certain,
            evidence: evidence.fields(),
            instrument: None,
        }))
    }

    /// The cause.
    pub(crate) fn finding(&self) -> &Finding {
        &self.0
    }

    /// The answer to a request of the API: 401 with the cause, its proof and the plan.
    pub(crate) fn answer(&self, app: &App, lang: Lang, uri: &Uri) -> Response {
        let telling = Telling::new(lang, app.engine.clock().now(), &[], None);
        let told = telling.tell_signed_out(&self.0, going_on(uri.path()));
        let first = told.causes.first();
        let body = json!({
            "type": format!("urn:tantu:cause:{}", self.0.cause.id()),
            "title": first.map_or("", |cause| cause.title.as_str()),
            "status": StatusCode::UNAUTHORIZED.as_u16(),
            "detail": first.map_or("", |cause| cause.detail.as_str()),
            "causes": told.causes,
            "plan": told.plan,
            "retry_at": told.retry_at,
        });
        let mut response = problem_response(StatusCode::UNAUTHORIZED, &body);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        response
    }
}

/// What he goes on with, and where the API has it.
fn going_on(path: &str) -> Option<(Operation, Option<BindingId>)> {
    let mut parts = path.trim_start_matches("/v1/").split('/');
    match (parts.next(), parts.next()) {
        (Some("bindings"), id) => Some((Operation::ResumeBinding, id.and_then(|id| id.parse().ok()))),
        (Some("payments"), Some(_)) => Some((Operation::Resume, None)),
        // The pay password is entered for a payment, which waits for it.
        (Some("accounts"), Some(_)) if path.ends_with("/pay-password/proofs") => Some((Operation::Resume, None)),
        _ => None,
    }
}
