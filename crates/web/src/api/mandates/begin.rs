//! Begins the signing of a mandate, and gives the channel's page for the payer's browser.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId};
use url::Url;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::ProblemBody;
use crate::app::{App, Shared};
use crate::body::{JsonBody, PathId, id_in};
use crate::problem::{Kind, Problem};

/// What is to be signed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BeginMandateBody {
    /// Where: alipay.
    #[schema(example = "alipay")]
    channel: String,
    /// The instrument to sign for again; a new one if left out.
    #[serde(default)]
    instrument: Option<String>,
    /// Where the browser comes back to; our own page if left out. Only addresses of the server's list.
    #[serde(default)]
    return_url: Option<String>,
}

/// A signing that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BegunMandateBody {
    /// The mandate's id.
    mandate: String,
    /// The instrument that will be charged under it.
    instrument: String,
    /// `signing`.
    state: &'static str,
    /// The channel's page: open it in the payer's browser.
    page_url: String,
}

/// Begins the signing of a mandate.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/mandates", tag = "mandates", request_body = BeginMandateBody, security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 201, body = BegunMandateBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<BeginMandateBody>,
) -> Result<(StatusCode, Json<BegunMandateBody>), Problem> {
    if account != own {
        return Err(Problem::not_found("account", &account.to_string()));
    }
    let channel = Channel::parse(&body.channel).ok_or_else(|| {
        let known: Vec<&str> = Channel::ALL.iter().map(|channel| channel.id()).collect();
        Problem::field(
            Kind::InvalidField,
            "channel",
            format!("this channel is not known; give one of {}", known.join(", ")),
        )
    })?;
    let instrument: Option<InstrumentId> =
        body.instrument.as_deref().map(|text| id_in("instrument", text)).transpose()?;
    let back = body.return_url.as_deref().map(|text| allowed_return(&app, text)).transpose()?;
    let own_page = |mandate| format!("{}/mandates/{mandate}/return", app.config.public_base);
    let begun =
        app.engine.begin_mandate(account, channel, instrument, |mandate| back.unwrap_or_else(|| own_page(mandate)));
    let (mandate, page_url) = begun.await.map_err(Problem::of_body)?;
    tracing::info!(mandate = %mandate.id, "a signing has begun");
    let body = BegunMandateBody {
        mandate: mandate.id.to_string(),
        instrument: mandate.instrument.to_string(),
        state: "signing",
        page_url,
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// An address that the server's list allows: the same origin, and a path that begins as the list says.
/// Both are compared as parsed, so that `https://shop.example.evil.com` is nobody's prefix.
fn allowed_return(app: &App, text: &str) -> Result<String, Problem> {
    let refused = || {
        let detail =
            "this address is not on the server's list of return addresses; ask its operator to add its origin and path";
        Problem::field(Kind::InvalidField, "return_url", detail)
    };
    let wanted = Url::parse(text).map_err(|_| refused())?;
    let plain =
        matches!(wanted.scheme(), "https" | "http") && wanted.username().is_empty() && wanted.password().is_none();
    let on_list =
        app.config.allowed_return_prefixes.iter().filter_map(|prefix| Url::parse(prefix).ok()).any(|prefix| {
            let whole = wanted.path() == prefix.path()
                || wanted.path().starts_with(&format!("{}/", prefix.path().trim_end_matches('/')));
            prefix.origin() == wanted.origin() && whole
        });
    if plain && on_list { Ok(wanted.to_string()) } else { Err(refused()) }
}
