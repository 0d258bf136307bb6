//! Merchants, API keys and payers' sessions. Tokens are found by their hashes.

use rusqlite::{Connection, OptionalExtension, params};
use tantu_domain::ids::{AccountId, MerchantId};

use super::cell::{Cells, optional_time, time};
use super::{refused, unavailable};
use crate::access::{ApiKey, Merchant, Role, Session, SessionEnd, SessionKind, TokenHash};
use crate::error::StoreError;
use crate::rows::access::{read_api_key, read_merchant, read_session};

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
        .query_row(params![id.to_string()], |row| Ok(read_merchant(&Cells::of("merchants", row))))
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
        .query_row(params![hash.0.as_slice()], |row| Ok(read_api_key(&Cells::of("api_keys", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}

pub(super) fn put_session(connection: &Connection, session: &Session) -> Result<(), StoreError> {
    let (kind, app, ended) = match session.kind {
        SessionKind::Link { used_at } => ("link", false, used_at.map(|at| SessionEnd { at, replaced: false })),
        SessionKind::SignedIn { app, ended } => ("signed_in", app, ended),
    };
    let sql = "INSERT INTO sessions (hash, account, kind, app, ended_at, replaced, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
               ON CONFLICT (hash) DO UPDATE SET ended_at = ?5, replaced = ?6";
    let values = params![
        session.hash.0.as_slice(),
        session.account.to_string(),
        kind,
        app,
        optional_time(ended.map(|end| end.at)),
        ended.is_some_and(|end| end.replaced),
        time(session.expires_at)
    ];
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn session(connection: &Connection, hash: &TokenHash) -> Result<Option<Session>, StoreError> {
    let mut found = connection.prepare_cached("SELECT * FROM sessions WHERE hash = ?1").map_err(unavailable)?;
    found
        .query_row(params![hash.0.as_slice()], |row| Ok(read_session(&Cells::of("sessions", row))))
        .optional()
        .map_err(unavailable)?
        .transpose()
}

/// The sessions of apps in which an account is signed in.
pub(super) fn app_sessions(connection: &Connection, account: AccountId) -> Result<Vec<Session>, StoreError> {
    let sql = "SELECT * FROM sessions WHERE account = ?1 AND app = 1 AND ended_at IS NULL";
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found
        .query_map(params![account.to_string()], |row| Ok(read_session(&Cells::of("sessions", row))))
        .map_err(unavailable)?;
    rows.map(|row| row.map_err(unavailable)?).collect()
}
