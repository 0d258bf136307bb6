//! Merchants, API keys and payers' sessions. Tokens are found by their hashes.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::MerchantId;

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::access::{ApiKey, Merchant, Role, Session, SessionKind, TokenHash};
use crate::error::StoreError;

pub(super) fn put_merchant(connection: &Connection, merchant: &Merchant) -> Result<(), StoreError> {
    let sql = "INSERT INTO merchants (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = ?2";
    connection
        .prepare_cached(sql)
        .and_then(|mut put| put.execute(params![merchant.id.to_string(), merchant.name]))
        .map_err(refused)?;
    Ok(())
}

pub(super) fn merchant(connection: &Connection, id: MerchantId) -> Result<Option<Merchant>, StoreError> {
    let mut found = connection.prepare_cached("SELECT * FROM merchants WHERE id = ?1").map_err(unavailable)?;
    found
        .query_row(params![id.to_string()], |row| {
            let cells = Cells::of("merchants", row);
            Ok((|| Ok(Merchant { id: cells.parse("id")?, name: cells.text("name")? }))())
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}

pub(super) fn put_api_key(connection: &Connection, key: &ApiKey) -> Result<(), StoreError> {
    let (role, merchant) = match key.role {
        Role::Merchant(merchant) => ("merchant", Some(merchant.to_string())),
        Role::Staff => ("staff", None),
    };
    let sql = "INSERT INTO api_keys (hash, role, merchant) VALUES (?1, ?2, ?3)
               ON CONFLICT (hash) DO UPDATE SET role = ?2, merchant = ?3";
    connection
        .prepare_cached(sql)
        .and_then(|mut put| put.execute(params![key.hash.0.as_slice(), role, merchant]))
        .map_err(refused)?;
    Ok(())
}

pub(super) fn api_key(connection: &Connection, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
    let mut found = connection.prepare_cached("SELECT * FROM api_keys WHERE hash = ?1").map_err(unavailable)?;
    found
        .query_row(params![hash.0.as_slice()], |row| {
            let cells = Cells::of("api_keys", row);
            Ok((|| {
                let role = match cells.text("role")?.as_str() {
                    "merchant" => Role::Merchant(cells.parse("merchant")?),
                    "staff" => Role::Staff,
                    other => return Err(cells.wrong("role", format!("{other:?} is no role"))),
                };
                Ok(ApiKey { hash: TokenHash(cells.hash("hash")?), role })
            })())
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}

pub(super) fn put_session(connection: &Connection, session: &Session) -> Result<(), StoreError> {
    let (kind, ended_at) = match session.kind {
        SessionKind::Link { used_at } => ("link", used_at),
        SessionKind::SignedIn { ended_at } => ("signed_in", ended_at),
    };
    let sql = "INSERT INTO sessions (hash, account, kind, ended_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (hash) DO UPDATE SET ended_at = ?4";
    let values = params![
        session.hash.0.as_slice(),
        session.account.to_string(),
        kind,
        optional_time(ended_at),
        time(session.expires_at)
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn session(connection: &Connection, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
    let mut found = connection.prepare_cached("SELECT * FROM sessions WHERE hash = ?1").map_err(unavailable)?;
    found
        .query_row(params![hash.0.as_slice()], |row| {
            let cells = Cells::of("sessions", row);
            Ok((|| {
                let kind = match cells.text("kind")?.as_str() {
                    "link" => SessionKind::Link { used_at: cells.optional_time("ended_at")? },
                    "signed_in" => SessionKind::SignedIn { ended_at: cells.optional_time("ended_at")? },
                    other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
                };
                Ok(Session {
                    hash: *hash,
                    account: cells.parse("account")?,
                    kind,
                    expires_at: cells.time("expires_at")?,
                })
            })())
        })
        .optional()
        .map_err(unavailable)?
        .transpose()
}
