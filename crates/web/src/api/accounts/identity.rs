//! Who the holder is: shown with its middle hidden, verified, and confirmed after a change.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantu_channels::secret::Secret;
use tantu_domain::account::Account;
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::day_of;
use tantu_domain::document::{is_document_number, is_name};
use tantu_domain::ids::AccountId;
use tantu_engine::people::{Claimed, Shown, Verified};
use utoipa::ToSchema;

use crate::access::{Caller, PayerCaller};
use crate::answer::ProblemBody;
use crate::api::accounts::own_account;
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::json::time;
use crate::problem::{Kind, Problem};

/// The most cards that are compared: tier III takes three beside the register of people and the carrier.
const MOST_CARDS: usize = 5;

/// Who the holder says he is. It is never printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityRequest {
    /// The name as the document has it.
    pub(crate) name: String,
    /// The number of the resident identity card: seventeen digits and a check character.
    pub(crate) document: String,
    /// The document's last day; left out or null for one that is good for ever.
    #[serde(default)]
    #[schema(example = "2036-08-31")]
    pub(crate) valid_until: Option<String>,
    /// I, II or III, which one, three or five sources must confirm.
    #[schema(example = "I")]
    pub(crate) tier: String,
    /// Numbers of the holder's bank cards, each a source. They are compared and not kept.
    #[serde(default)]
    pub(crate) cards: Vec<String>,
}

/// What the holder knows and shows nobody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmationRequest {
    /// The whole number of the document.
    document: String,
}

impl ConfirmationRequest {
    /// It, as it is compared.
    pub(super) fn document(&self) -> Secret {
        Secret::new(self.document.to_ascii_uppercase())
    }
}

/// Who the holder is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentityBody {
    /// The account.
    account: String,
    /// unverified, verified, or expired.
    state: &'static str,
    /// I, II or III; null while unverified.
    tier: Option<&'static str>,
    /// When it was verified.
    verified_at: Option<String>,
    /// The document's last day; null for one that is good for ever.
    valid_until: Option<String>,
    /// The name with all but its first letter hidden.
    name: Option<String>,
    /// The document's number with its middle hidden.
    document: Option<String>,
    /// The phone with its middle hidden.
    phone: Option<String>,
    /// When the phone was bound.
    phone_bound_at: Option<String>,
    /// What was changed and waits to be confirmed: name, document or phone.
    changed: Option<&'static str>,
    /// When.
    changed_at: Option<String>,
}

pub(super) fn identity_body(app: &Shared, shown: Shown) -> IdentityBody {
    let Account { id, person, tier, .. } = shown.account;
    let today = day_of(app.engine.clock().now());
    let state = match &person.identity {
        None => "unverified",
        Some(identity) if identity.expired_on(today).is_some() => "expired",
        Some(_) => "verified",
    };
    IdentityBody {
        account: id.to_string(),
        state,
        tier: person.identity.map(|_| tier.id()),
        verified_at: person.identity.map(|identity| time(identity.verified_at)),
        valid_until: person.identity.and_then(|identity| identity.valid_until).map(|day| day.to_string()),
        name: shown.name,
        document: shown.document,
        phone: shown.phone,
        phone_bound_at: person.phone_bound_at.map(time),
        changed: person.changed.map(|changed| changed.what.id()),
        changed_at: person.changed.map(|changed| time(changed.at)),
    }
}

/// Shows who the holder is, as far as anybody needs to see.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/identity", tag = "accounts", security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = IdentityBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    PathId(account): PathId<AccountId>,
) -> Result<Json<IdentityBody>, Problem> {
    if matches!(caller, Caller::Payer(own) if own != account) {
        return Err(Problem::not_found("account", &account.to_string()));
    }
    let shown = app.engine.holder(account).await?;
    Ok(Json(identity_body(&app, shown)))
}

/// Verifies who the holder is, by as many sources as the tier asks.
#[utoipa::path(
    put, path = "/v1/accounts/{id}/identity", tag = "accounts", request_body = IdentityRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = IdentityBody),
        (status = 409, description = "The sources do not confirm it, or there are too few", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<IdentityRequest>,
) -> Result<Response, Problem> {
    own_account(own, account)?;
    let claimed = claimed(body, day_of(app.engine.clock().now()))?;
    let verified = app.engine.verify_identity(account, claimed).await?;
    told(&app, account, &verified).await
}

/// Confirms what was changed of the holder, by the whole number of his document.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/identity/confirmations", tag = "accounts", request_body = ConfirmationRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…")),
    responses(
        (status = 200, body = IdentityBody),
        (status = 409, description = "It does not belong together, or nothing waits", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Asked too often", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn confirm(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<ConfirmationRequest>,
) -> Result<Response, Problem> {
    own_account(own, account)?;
    let document = document_in(body.document, day_of(app.engine.clock().now()))?;
    let verified = app.engine.confirm_details(account, &document).await?;
    told(&app, account, &verified).await
}

async fn told(app: &Shared, account: AccountId, verified: &Verified) -> Result<Response, Problem> {
    match verified {
        Verified::Yes(_) => {
            let shown = app.engine.holder(account).await?;
            Ok(Json(identity_body(app, shown)).into_response())
        }
        Verified::No => Err(Problem::new(
            Kind::IdentityUnconfirmed,
            "these details do not belong together by the sources' word; look at each of them, and send them again",
        )),
    }
}

/// Who somebody says he is, every field checked.
pub(crate) fn claimed(body: IdentityRequest, today: Date) -> Result<Claimed, Problem> {
    if !is_name(&body.name) {
        let detail = "write the name as the document has it: 2 to 40 letters";
        return Err(Problem::field(Kind::InvalidField, "name", detail));
    }
    let valid_until = body.valid_until.as_deref().map(|text| last_day(text, today)).transpose()?;
    let tier = Tier::parse(&body.tier)
        .ok_or_else(|| Problem::field(Kind::InvalidField, "tier", "this tier is not known; give I, II or III"))?;
    if body.cards.len() > MOST_CARDS {
        let detail = format!("{MOST_CARDS} cards at most are compared");
        return Err(Problem::field(Kind::InvalidField, "cards", detail));
    }
    let is_card = |card: &String| (12..=19).contains(&card.len()) && card.bytes().all(|byte| byte.is_ascii_digit());
    if !body.cards.iter().all(is_card) {
        return Err(Problem::field(Kind::InvalidField, "cards", "a card's number has 12 to 19 digits"));
    }
    Ok(Claimed {
        name: Secret::new(body.name),
        document: document_in(body.document, today)?,
        valid_until,
        tier,
        cards: body.cards.into_iter().map(Secret::new).collect(),
    })
}

fn last_day(text: &str, today: Date) -> Result<Date, Problem> {
    let field = |detail| Problem::field(Kind::InvalidField, "valid_until", detail);
    let day: Date = text.parse().map_err(|_| field("write the last day as 2036-08-31, or leave it out"))?;
    if day < today {
        return Err(field("the document is past its date; renew it first"));
    }
    Ok(day)
}

/// The number of a document in a body, as it is compared.
pub(crate) fn document_in(text: String, today: Date) -> Result<Secret, Problem> {
    let document = Secret::new(text);
    if is_document_number(document.reveal(), today) {
        return Ok(Secret::new(document.reveal().to_ascii_uppercase()));
    }
    let detail = "this is no number of a resident identity card: seventeen digits with a day of birth, and their check character";
    Err(Problem::field(Kind::InvalidField, "document", detail))
}
