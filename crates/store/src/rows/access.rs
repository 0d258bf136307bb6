//! Merchants, API keys and payers' sessions.

use crate::access::{ApiKey, Merchant, Role, Session, SessionEnd, SessionKind, TokenHash};
use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read_merchant(cells: &impl Columns) -> Result<Merchant, StoreError> {
    Ok(Merchant { id: cells.parse("id")?, name: cells.text("name")? })
}

pub(crate) fn read_api_key(cells: &impl Columns) -> Result<ApiKey, StoreError> {
    let role = match cells.stored("role")? {
        "merchant" => Role::Merchant(cells.parse("merchant")?),
        "staff" => Role::Staff,
        other => return Err(cells.wrong("role", format!("{other:?} is no role"))),
    };
    Ok(ApiKey { hash: TokenHash(cells.hash("hash")?), role })
}

pub(crate) fn read_session(cells: &impl Columns) -> Result<Session, StoreError> {
    let ended_at = cells.optional_time("ended_at")?;
    let replaced = cells.flag("replaced")?;
    let kind = match cells.stored("kind")? {
        "link" => SessionKind::Link { used_at: ended_at },
        "signed_in" => {
            let ended = ended_at.map(|at| SessionEnd { at, replaced });
            SessionKind::SignedIn { app: cells.flag("app")?, ended }
        }
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    Ok(Session {
        hash: TokenHash(cells.hash("hash")?),
        account: cells.parse("account")?,
        kind,
        expires_at: cells.time("expires_at")?,
    })
}
