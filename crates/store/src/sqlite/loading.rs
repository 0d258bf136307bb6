//! What a batch loads.

use jiff::Timestamp;
use rusqlite::Connection;
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::InstrumentKind;

use super::{
    access, accounts, announcements, audit_trail, bindings, care, claims, devices, folds, incidents, instruments, jobs,
    limits, mandates, observations, pay_later, payments, people, points, proofs, refunds, requests, second_factors,
    tickets,
};
use crate::access::TokenHash;
use crate::claim::ClaimKey;
use crate::error::StoreError;
use crate::keys::Keys;
use crate::world::{AccountFile, World};

/// All that is kept about one account and that a decision depends on.
pub(super) fn account_file(
    connection: &Connection,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<AccountFile>, StoreError> {
    let Some(account) = accounts::find(connection, id)? else { return Ok(None) };
    let instruments = instruments::of_account(connection, id)?;
    // Who has no line and no points is not asked about them.
    let has_points = instruments.iter().any(|instrument| instrument.kind == InstrumentKind::Points);
    let has_line = instruments.iter().any(|instrument| instrument.kind == InstrumentKind::PayLater);
    Ok(Some(AccountFile {
        account,
        pay_later: if has_line { pay_later::file(connection, id)? } else { None },
        points: if has_points { Some(points::of_account(connection, id)?) } else { None },
        instruments,
        observations: observations::standing(connection, id)?,
        uses: limits::of_account(connection, id, now)?,
    }))
}

/// The claims that the keys name, with what came of them, and the requests.
fn load_requests(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    let mut requests = keys.requests.clone();
    for key in &keys.claims {
        if let Some(claim) = claims::find(connection, key)? {
            if let ClaimKey::Idempotency(own) = key {
                requests.insert((claim.payment, own.clone()));
            }
            if payments::exists(connection, claim.payment)? {
                world.made.insert(claim.payment);
            }
            world.claims.insert(key.clone(), claim);
        }
    }
    for (payment, key) in requests {
        if let Some(request) = requests::find(connection, payment, &key)? {
            world.requests.insert(key, request);
        }
    }
    Ok(())
}

/// Loads what the keys touch, in key order.
pub(super) fn load(connection: &Connection, keys: &Keys, now: Timestamp) -> Result<World, StoreError> {
    let mut world = World { incidents: incidents::standing(connection)?, ..World::default() };
    let mut accounts = keys.accounts.clone();
    let mut payments = keys.payments.clone();
    for attempt in &keys.attempts {
        if let Some(payment) = payments::payment_of(connection, *attempt)? {
            world.attempts.insert(*attempt, payment);
            payments.insert(payment);
        }
    }
    for id in payments {
        if let Some(payment) = payments::find(connection, id)? {
            accounts.insert(payment.account);
            world.attempts.extend(payment.legs.iter().flat_map(|leg| &leg.attempts).map(|attempt| (attempt.id, id)));
            world.payments.insert(id, payment);
        }
    }
    for id in &keys.mandates {
        if let Some(mandate) = mandates::find(connection, *id)? {
            accounts.insert(mandate.account);
            world.mandates.insert(*id, mandate);
        }
    }
    for binding in bindings::of_keys(connection, keys)? {
        accounts.insert(binding.account);
        world.bindings.insert(binding.id, binding);
    }
    for id in accounts {
        if let Some(file) = account_file(connection, id, now)? {
            world.accounts.insert(id, file);
        }
    }
    load_requests(connection, keys, &mut world)?;
    for id in &keys.jobs {
        if let Some(job) = jobs::find(connection, *id)? {
            world.jobs.insert(*id, job);
        }
    }
    for load in [
        who_asks,
        people::load,
        audit_trail::load,
        tickets::load,
        second_factors::load,
        folds::load,
        refunds::load,
        announcements::load,
        care::load,
    ] {
        load(connection, keys, &mut world)?;
    }
    Ok(world)
}

/// Loads what speaks for a payer: sessions, proofs of a password, keys of devices.
fn who_asks(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for hash in &keys.sessions {
        if let Some(session) = access::session(connection, &TokenHash(*hash))? {
            world.sessions.insert(*hash, session);
        }
    }
    world.proofs = proofs::of_keys(connection, keys)?;
    for id in &keys.device_keys {
        if let Some(key) = devices::key(connection, *id)? {
            world.device_keys.insert(*id, key);
        }
    }
    Ok(())
}
