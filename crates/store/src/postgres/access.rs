//! Merchants, API keys and payers' sessions. Tokens are found by their hashes.
//!
//! None of these is one payer's alone, so their tables have no shard; on a cluster they are small enough to be everywhere.

use tantu_domain::ids::{AccountId, MerchantId};
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::access::{ApiKey, Merchant, Role, Session, SessionEnd, SessionKind, TokenHash};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static MERCHANTS: Table = Table {
    name: "merchants",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[("id", Put::Key), ("name", Put::Last)],
    order: &[0],
};

static API_KEYS: Table = Table {
    name: "api_keys",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[("hash", Put::Key), ("role", Put::Last), ("merchant", Put::Last)],
    order: &[0],
};

static SESSIONS: Table = Table {
    name: "sessions",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("hash", Put::Key),
        ("account", Put::Once),
        ("kind", Put::Once),
        ("app", Put::Once),
        ("ended_at", Put::Last),
        ("replaced", Put::Last),
        ("expires_at", Put::Once),
    ],
    order: &[0],
};

fn hash(hash: &TokenHash) -> Value {
    Value::Bytes(hash.0.to_vec())
}

pub(crate) fn put_merchant(rows: &mut Rows, merchant: &Merchant) -> Result<(), StoreError> {
    rows.put(&MERCHANTS, vec![merchant.id.into(), merchant.name.clone().into()])
}

pub(crate) fn ask_merchant(id: MerchantId) -> Ask {
    Ask::new("SELECT * FROM merchants WHERE id = $1", vec![id.into()])
}

pub(crate) fn read_merchant(row: &Row) -> Result<Merchant, StoreError> {
    rows::access::read_merchant(&Cells::of("merchants", row))
}

pub(crate) fn put_api_key(rows: &mut Rows, key: &ApiKey) -> Result<(), StoreError> {
    let (role, merchant) = match key.role {
        Role::Merchant(merchant) => ("merchant", Some(merchant)),
        Role::Staff => ("staff", None),
    };
    rows.put(&API_KEYS, vec![hash(&key.hash), role.into(), Value::maybe(merchant)])
}

pub(crate) fn ask_api_key(found_by: &TokenHash) -> Ask {
    Ask::new("SELECT * FROM api_keys WHERE hash = $1", vec![hash(found_by)])
}

pub(crate) fn read_api_key(row: &Row) -> Result<ApiKey, StoreError> {
    rows::access::read_api_key(&Cells::of("api_keys", row))
}

pub(crate) fn put_session(rows: &mut Rows, session: &Session) -> Result<(), StoreError> {
    let (kind, app, ended) = match session.kind {
        SessionKind::Link { used_at } => ("link", false, used_at.map(|at| SessionEnd { at, replaced: false })),
        SessionKind::SignedIn { app, ended } => ("signed_in", app, ended),
    };
    rows.put(
        &SESSIONS,
        vec![
            hash(&session.hash),
            session.account.into(),
            kind.into(),
            Value::Flag(app),
            optional_time(ended.map(|end| end.at)),
            Value::Flag(ended.is_some_and(|end| end.replaced)),
            time(session.expires_at),
        ],
    )
}

pub(crate) fn ask_sessions<'a>(hashes: impl IntoIterator<Item = &'a [u8; 32]>) -> Ask {
    Ask::new(
        "SELECT found.* FROM unnest($1::bytea[]) AS wanted (hash), LATERAL (SELECT * FROM sessions WHERE hash = wanted.hash
         OFFSET 0) AS found",
        vec![Value::List(hashes.into_iter().map(|hash| Value::Bytes(hash.to_vec())).collect())],
    )
}

/// The sessions of apps in which an account is signed in.
pub(crate) fn ask_app_sessions(account: AccountId) -> Ask {
    Ask::new("SELECT * FROM sessions WHERE account = $1 AND app AND ended_at IS NULL", vec![account.into()])
}

pub(crate) fn read_session(row: &Row) -> Result<Session, StoreError> {
    rows::access::read_session(&Cells::of("sessions", row))
}
