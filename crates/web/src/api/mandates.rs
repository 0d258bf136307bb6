//! Mandates: signing begun, and shown.

pub(crate) mod begin;
pub(crate) mod show;

use jiff::Timestamp;
use serde::Serialize;
use tantu_domain::instrument::{Mandate, MandateState, RevokedBy};
use utoipa::ToSchema;

use crate::json::time;

/// The payer's standing permission at a third party.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MandateBody {
    /// Its id; each signing makes a new one.
    id: String,
    /// The instrument that is charged under it once it is signed.
    instrument: String,
    /// Where it is given.
    channel: &'static str,
    /// signing, active, expired or revoked.
    state: &'static str,
    /// When it was signed.
    signed_at: Option<String>,
    /// When it ends, or ended, by itself.
    expires_at: Option<String>,
    /// When it was withdrawn, if the channel says.
    revoked_at: Option<String>,
    /// By whom, if the channel says.
    revoked_by: Option<&'static str>,
}

/// A mandate as it stands at `now`: one past its end is expired, whether or not the channel has said so.
pub(crate) fn mandate_body(mandate: &Mandate, now: Timestamp) -> MandateBody {
    let empty = MandateBody {
        id: mandate.id.to_string(),
        instrument: mandate.instrument.to_string(),
        channel: mandate.channel.id(),
        state: "signing",
        signed_at: None,
        expires_at: None,
        revoked_at: None,
        revoked_by: None,
    };
    match &mandate.state {
        MandateState::Signing { .. } => empty,
        MandateState::Active { signed_at, expires_at, .. } => MandateBody {
            state: if *expires_at <= now { "expired" } else { "active" },
            signed_at: Some(time(*signed_at)),
            expires_at: Some(time(*expires_at)),
            ..empty
        },
        MandateState::Revoked { revoked_at, by } => MandateBody {
            state: "revoked",
            revoked_at: revoked_at.map(time),
            revoked_by: by.map(RevokedBy::id),
            ..empty
        },
        MandateState::Expired { expired_at } => {
            MandateBody { state: "expired", expires_at: Some(time(*expired_at)), ..empty }
        }
    }
}
