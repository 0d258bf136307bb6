//! What a batch writes: each change, in its order.

use rusqlite::Connection;

use super::{
    access, accounts, announcements, audit_trail, bindings, care, claims, decisions, devices, folds, hits, incidents,
    instruments, jobs, ledger, limits, mandates, observations, pay_later, payments, people, points, proofs, refunds,
    requests, second_factors, tickets,
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
        Change::PutAnnouncement(announcement) => announcements::put(connection, announcement),
        Change::PutHit(hit) => hits::put(connection, hit),
        Change::PutClaim(claim) => claims::put(connection, claim),
        Change::PutRequest(request) => requests::put(connection, request),
        Change::Post(transaction) => ledger::post(connection, transaction),
        Change::AdjustLimit { account, counter, window, starts_on, delta } => {
            limits::adjust(connection, *account, *counter, *window, *starts_on, *delta)
        }
        Change::PutFold(fold) => folds::put(connection, fold),
        Change::PutRefund(refund) => refunds::put(connection, refund),
        Change::PutLine(line) => pay_later::put_line(connection, line),
        Change::PutBill(bill) => pay_later::put_bill(connection, bill),
        Change::PutRepayment(repayment) => pay_later::put_repayment(connection, repayment),
        Change::PutCreditEntry(account, entry) => pay_later::put_credit_entry(connection, *account, entry),
        Change::PutNotice(row) => care::put_notice(connection, row),
        Change::PutExtension(extension) => care::put_extension(connection, extension),
        Change::PutDispute(account, dispute) => care::put_dispute(connection, *account, dispute),
        Change::PutLot(lot) => points::put_lot(connection, lot),
        Change::PutTaken(account, taken) => points::put_taken(connection, *account, taken),
        Change::PutJob(job) => jobs::put(connection, job),
        Change::FinishJob(job) => jobs::finish(connection, *job),
        Change::PutMerchant(merchant) => access::put_merchant(connection, merchant),
        Change::PutApiKey(key) => access::put_api_key(connection, key),
        Change::PutSession(session) => access::put_session(connection, session),
        Change::PutDecision(decision) => decisions::put(connection, decision),
        Change::PutProof(proof) => proofs::put(connection, proof),
        Change::PutAppeal(appeal) => audit_trail::put_appeal(connection, appeal),
        Change::Audit(entry) => audit_trail::put(connection, entry),
        Change::PutPerson(person) => people::put_person(connection, person),
        Change::PutCode(code) => people::put_code(connection, code),
        Change::PutTally(tally) => people::put_tally(connection, tally),
        Change::PutSecondFactor(factor) => second_factors::put(connection, factor),
        Change::PutDeviceKey(key) => devices::put_key(connection, key),
        Change::PutDeviceReport(report) => devices::put_report(connection, report),
        Change::PutTicket(ticket) => tickets::put(connection, ticket),
    }
}
