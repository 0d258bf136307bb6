//! Shows an account with all that a decision about it depends on.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tantu_domain::channel::Channel;
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::observation::{Clearing, Observation, ObservationState};
use tantu_domain::policy::Policy;
use tantu_explain::Lang;
use tantu_store::world::AccountFile;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::answer::ProblemBody;
use crate::api::accounts::limits::{CeilingBody, LimitBody, ceilings, limit_bodies};
use crate::api::accounts::{AccountStateBody, state_of};
use crate::api::bindings::{CardBody, card_body};
use crate::api::mandates::{MandateBody, mandate_body};
use crate::app::Shared;
use crate::body::PathId;
use crate::json::{Amount, time};
use crate::lang::Wanted;
use crate::problem::Problem;
use crate::render::title_of;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountBody {
    /// Its id.
    id: String,
    /// Whether it may pay.
    #[serde(flatten)]
    state: AccountStateBody,
    /// What the holder can spend.
    balance: Amount,
    /// What is the holder's but must first go back where it came from.
    held: Amount,
    /// When it was opened.
    opened_at: String,
    /// What it can pay with.
    instruments: Vec<InstrumentBody>,
    /// How well its holder is known: I, II or III.
    tier: &'static str,
    /// The limits on what it can pay with, whoever has set them.
    limits: Vec<LimitBody>,
    /// The regulator's ceilings for paying from its balance.
    ceilings: Vec<CeilingBody>,
    /// What channels have told us and what stands until its step is done.
    observations: Vec<ObservationBody>,
}

/// Something that can be charged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstrumentBody {
    /// Its id.
    id: String,
    /// The product whose limits count.
    product: &'static str,
    /// Its name.
    title: String,
    /// The mandate that it is charged under, if it needs one.
    mandate: Option<MandateBody>,
    /// The card, if it is one.
    card: Option<BoundCardBody>,
}

/// A bank card that is or was bound.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoundCardBody {
    /// What may be shown of it.
    #[serde(flatten)]
    face: CardBody,
    /// bound, switched_off, stale, unbinding or unbound.
    state: &'static str,
    /// When it was bound.
    bound_at: String,
    /// When it last worked, or the bank's side last said that it would.
    last_good_use: String,
    /// When its token ends by itself, if the bank's side says.
    ends_at: Option<String>,
}

/// What a channel said of an instrument.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservationBody {
    /// Its id.
    id: String,
    /// Which instrument.
    instrument: String,
    /// What it speaks for.
    cause: &'static str,
    /// How surely.
    confidence: &'static str,
    /// The channel's code, word for word.
    code: String,
    /// When it was told.
    told_at: String,
    /// What clears it: recheck, sign_mandate, rebind or wait_until.
    cleared_by: &'static str,
    /// When time clears it, if time does.
    clears_at: Option<String>,
}

/// Shows an account.
#[utoipa::path(
    get, path = "/v1/accounts/{id}", tag = "accounts", security(("staff" = []), ("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = AccountBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathId(id): PathId<AccountId>,
) -> Result<Json<AccountBody>, Problem> {
    let unknown = || Problem::not_found("account", &id.to_string());
    if matches!(caller, Caller::Payer(own) if own != id) {
        return Err(unknown());
    }
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(id, now)).await?.ok_or_else(unknown)?;
    Ok(Json(account_body(&file, app.engine.policy(), now, lang)))
}

fn account_body(file: &AccountFile, policy: &Policy, now: Timestamp, lang: Lang) -> AccountBody {
    let standing = file.observations.iter().filter(|observation| observation.stands(now));
    AccountBody {
        id: file.account.id.to_string(),
        state: state_of(&file.account),
        balance: file.account.balance.into(),
        held: file.account.held.into(),
        opened_at: time(file.account.opened_at),
        instruments: file.instruments.iter().map(|instrument| instrument_body(instrument, now, lang)).collect(),
        tier: file.account.tier.id(),
        limits: limit_bodies(policy, file, now),
        ceilings: ceilings(policy, file, now),
        observations: standing.map(observation_body).collect(),
    }
}

fn instrument_body(instrument: &Instrument, now: Timestamp, lang: Lang) -> InstrumentBody {
    let mandate = match &instrument.kind {
        InstrumentKind::Wallet
        | InstrumentKind::Confirmed { .. }
        | InstrumentKind::Card(_)
        | InstrumentKind::PayLater
        | InstrumentKind::Points => None,
        InstrumentKind::Mandate(mandate) => Some(mandate_body(mandate, now)),
    };
    let card = match &instrument.kind {
        InstrumentKind::Card(card) => Some(BoundCardBody {
            face: card_body(&card.face, lang),
            state: card.state.id(),
            bound_at: time(card.bound_at),
            last_good_use: time(card.last_good_use),
            ends_at: card.ends_at.map(time),
        }),
        InstrumentKind::Wallet
        | InstrumentKind::Mandate(_)
        | InstrumentKind::Confirmed { .. }
        | InstrumentKind::PayLater
        | InstrumentKind::Points => None,
    };
    let product = instrument.product();
    InstrumentBody {
        id: instrument.id.to_string(),
        product: product.id(),
        title: title_of(instrument, lang),
        mandate,
        card,
    }
}

fn observation_body(observation: &Observation) -> ObservationBody {
    let (cleared_by, clears_at) = match observation.state {
        ObservationState::Standing(Clearing::PayerSaysDone) => ("recheck", None),
        ObservationState::Standing(Clearing::NewBinding) => {
            let card = observation.word.channel == Channel::UnionPay;
            (if card { "rebind" } else { "sign_mandate" }, None)
        }
        ObservationState::Standing(Clearing::At(at)) => ("wait_until", Some(at)),
        ObservationState::Cleared { at, .. } => ("nothing", Some(at)),
    };
    ObservationBody {
        id: observation.id.to_string(),
        instrument: observation.instrument.to_string(),
        cause: observation.cause.id(),
        confidence: observation.confidence.id(),
        code: observation.word.code.clone(),
        told_at: time(observation.word.at),
        cleared_by,
        clears_at: clears_at.map(time),
    }
}
