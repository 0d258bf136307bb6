//! What a batch writes: each change, in its order.

use rusqlite::Connection;

use super::{
    access, accounts, bindings, claims, decisions, devices, folds, incidents, instruments, jobs, ledger, limits,
    mandates, observations, payments, proofs, requests,
};
use crate::change::Change;
use crate::error::StoreError;

pub(super) fn apply(connection: &Connection, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::PutAccount(account) => accounts::put(connection, account),
        Change::PutInstrument(instrument) => instruments::put(connection, instrument),
        Change::PutMandate(mandate) => mandates::put(connection, mandate),
        Change::PutBinding(binding) => bindings::put(connection, binding),
        Change::PutPayment(payment) => payments::put(connection, payment),
        Change::PutObservation(observation) => observations::put(connection, observation),
        Change::PutIncident(incident) => incidents::put(connection, incident),
        Change::PutClaim(claim) => claims::put(connection, claim),
        Change::PutRequest(request) => requests::put(connection, request),
        Change::Post(transaction) => ledger::post(connection, transaction),
        Change::AdjustLimit { account, counter, window, starts_on, delta } => {
            limits::adjust(connection, *account, *counter, *window, *starts_on, *delta)
        }
        Change::PutFold(fold) => folds::put(connection, fold),
        Change::PutJob(job) => jobs::put(connection, job),
        Change::FinishJob(job) => jobs::finish(connection, *job),
        Change::PutMerchant(merchant) => access::put_merchant(connection, merchant),
        Change::PutApiKey(key) => access::put_api_key(connection, key),
        Change::PutSession(session) => access::put_session(connection, session),
        Change::PutDecision(decision) => decisions::put(connection, decision),
        Change::PutProof(proof) => proofs::put(connection, proof),
        Change::PutDeviceKey(key) => devices::put_key(connection, key),
        Change::PutDeviceReport(report) => devices::put_report(connection, report),
    }
}
