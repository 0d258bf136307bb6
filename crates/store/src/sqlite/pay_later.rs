//! Lines, bills, repayments and the credit history.

use rusqlite::{Connection, Params, Row, params};
use tantu_domain::cause::Cause;
use tantu_domain::ids::{AccountId, BillId, PaymentId};
use tantu_domain::money::Money;
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::CreditEntry;
use tantu_paylater::schedule::{AutoRepayState, Occasion};

use super::cell::{Cells, optional_time, time};
use super::{care, refused, unavailable};
use crate::error::StoreError;
use crate::notice::NoticeRow;
use crate::pay_later::{LineRow, PayLaterFile, Repayment, ended_cells, event_cells, frozen_cells, write_ids};
use crate::rows::pay_later::{read_bill, read_credit_entry, read_line, read_repayment};

pub(super) fn put_line(connection: &Connection, row: &LineRow) -> Result<(), StoreError> {
    let (line, auto_repay) = (&row.line, &row.auto_repay);
    let (reason, case, frozen_since) = frozen_cells(line.state);
    let (on, since) = match auto_repay.state {
        AutoRepayState::On { since } => (true, Some(since)),
        AutoRepayState::Off { since } => (false, since),
    };
    let sql =
        "INSERT INTO lines (shard, account, instrument, line_limit, currency, frozen_reason, frozen_case, frozen_since,
               opened_at, terms, auto_repay, auto_repay_since, designated, payday, frozen_asked_at, frozen_lift_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
               ON CONFLICT (shard, account) DO UPDATE SET line_limit = ?4, frozen_reason = ?6, frozen_case = ?7,
               frozen_since = ?8, terms = ?10, auto_repay = ?11, auto_repay_since = ?12, designated = ?13, payday = ?14,
               frozen_asked_at = ?15, frozen_lift_by = ?16";
    let values = params![
        line.account.shard().number(),
        line.account.to_string(),
        line.instrument.to_string(),
        line.limit.minor(),
        line.limit.currency().code(),
        reason,
        case.map(|case| case.id.to_string()),
        optional_time(frozen_since),
        time(line.opened_at),
        line.terms,
        on,
        optional_time(since),
        write_ids(&auto_repay.designated),
        auto_repay.payday,
        optional_time(case.and_then(|case| case.asked_at)),
        case.and_then(|case| case.lift_by).map(|mark| mark.to_string()),
    ];
    run(connection, sql, values)
}

pub(super) fn put_bill(connection: &Connection, bill: &Bill) -> Result<(), StoreError> {
    let sql = "INSERT INTO bills (shard, id, account, payment, amount, currency, purchased_on, statement_on, due_on, owed_costs,
               owed_interest, owed_principal, paid_costs, paid_interest, paid_principal, refunded, charged_to, charge_rest,
               fee_charged, settled_on)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
               ON CONFLICT (shard, id) DO UPDATE SET due_on = ?9, owed_costs = ?10, owed_interest = ?11, owed_principal = ?12,
               paid_costs = ?13, paid_interest = ?14, paid_principal = ?15, refunded = ?16, charged_to = ?17,
               charge_rest = ?18, fee_charged = ?19, settled_on = ?20";
    let values = params![
        bill.id.shard().number(),
        bill.id.to_string(),
        bill.account.to_string(),
        bill.payment.to_string(),
        bill.amount.minor(),
        bill.amount.currency().code(),
        bill.purchased_on.to_string(),
        bill.statement_on.to_string(),
        bill.due_on.to_string(),
        bill.owed.costs.minor(),
        bill.owed.interest.minor(),
        bill.owed.principal.minor(),
        bill.paid.costs.minor(),
        bill.paid.interest.minor(),
        bill.paid.principal.minor(),
        bill.refunded.minor(),
        bill.accrual.to.to_string(),
        bill.accrual.rest,
        bill.accrual.fee_charged,
        bill.settled_on.map(|on| on.to_string()),
    ];
    run(connection, sql, values)
}

pub(super) fn put_repayment(connection: &Connection, repayment: &Repayment) -> Result<(), StoreError> {
    let (ended, cause, resets_at, most) = ended_cells(repayment.ended);
    let sql = "INSERT INTO repayments (shard, id, bill, account, payment, instrument, product, amount, currency, occasion, at,
               ended, cause, resets_at, most)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
               ON CONFLICT (shard, id) DO UPDATE SET instrument = ?6, product = ?7, occasion = ?10, at = ?11, ended = ?12,
               cause = ?13, resets_at = ?14, most = ?15";
    let values = params![
        repayment.id.shard().number(),
        repayment.id.to_string(),
        repayment.bill.to_string(),
        repayment.account.to_string(),
        repayment.payment.to_string(),
        repayment.instrument.to_string(),
        repayment.product.id(),
        repayment.amount.minor(),
        repayment.amount.currency().code(),
        repayment.occasion.map(Occasion::id),
        time(repayment.at),
        ended,
        cause.map(Cause::id),
        optional_time(resets_at),
        most.map(Money::minor),
    ];
    run(connection, sql, values)
}

pub(super) fn put_credit_entry(
    connection: &Connection,
    account: AccountId,
    entry: &CreditEntry,
) -> Result<(), StoreError> {
    let (bill, figure) = event_cells(entry.event);
    let sql = "INSERT INTO credit_entries (shard, id, account, at, event, bill, figure, struck)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (shard, id) DO UPDATE SET struck = ?8";
    let values = params![
        account.shard().number(),
        entry.id.to_string(),
        account.to_string(),
        time(entry.at),
        entry.event.id(),
        bill.map(|bill| bill.to_string()),
        figure,
        entry.struck,
    ];
    run(connection, sql, values)
}

/// What is kept about an account's line, if it has one.
pub(super) fn file(connection: &Connection, account: AccountId) -> Result<Option<PayLaterFile>, StoreError> {
    let (shard, name) = (account.shard().number(), account.to_string());
    let sql = "SELECT * FROM lines WHERE shard = ?1 AND account = ?2";
    let Some(mut row) = all(connection, sql, params![shard, name], |row| read_line(&Cells::of("lines", row)))?.pop()
    else {
        return Ok(None);
    };
    let sql = "SELECT * FROM bills WHERE shard = ?1 AND account = ?2 AND settled_on IS NULL ORDER BY due_on, id";
    let bills = all(connection, sql, params![shard, name], |row| read_bill(&Cells::of("bills", row)))?;
    let mut repayments = Vec::new();
    for bill in &bills {
        repayments.extend(of_bill(connection, bill.id)?);
        row.line.used = row.line.used.plus(bill.owed.principal).map_err(|error| StoreError::Corrupt {
            table: "bills",
            row: bill.id.to_string(),
            why: error.to_string(),
        })?;
    }
    let sql = "SELECT * FROM credit_entries WHERE shard = ?1 AND account = ?2 ORDER BY at, id";
    let credit =
        all(connection, sql, params![shard, name], |row| read_credit_entry(&Cells::of("credit_entries", row)))?;
    let (mut notices, mut extensions) = (Vec::new(), Vec::new());
    for bill in &bills {
        notices.extend(care::notices_of(connection, bill.id)?);
        extensions.extend(care::extensions_of(connection, bill.id)?);
    }
    notices.sort_by_key(NoticeRow::key);
    extensions.sort_by_key(|one| one.id);
    let disputes = care::disputes(connection, account)?;
    Ok(Some(PayLaterFile { row, bills, repayments, credit, notices, extensions, disputes }))
}

/// A bill, settled or not.
pub(super) fn bill(connection: &Connection, id: BillId) -> Result<Option<Bill>, StoreError> {
    let sql = "SELECT * FROM bills WHERE shard = ?1 AND id = ?2";
    Ok(all(connection, sql, params![id.shard().number(), id.to_string()], |row| read_bill(&Cells::of("bills", row)))?
        .pop())
}

/// The bill of an order, settled or not.
pub(super) fn bill_of_payment(connection: &Connection, id: PaymentId) -> Result<Option<Bill>, StoreError> {
    let sql = "SELECT * FROM bills WHERE shard = ?1 AND payment = ?2";
    Ok(all(connection, sql, params![id.shard().number(), id.to_string()], |row| read_bill(&Cells::of("bills", row)))?
        .pop())
}

/// Every bill of an account, the last bought first.
pub(super) fn bills(connection: &Connection, account: AccountId) -> Result<Vec<Bill>, StoreError> {
    let sql = "SELECT * FROM bills WHERE shard = ?1 AND account = ?2 ORDER BY id DESC";
    all(connection, sql, params![account.shard().number(), account.to_string()], |row| {
        read_bill(&Cells::of("bills", row))
    })
}

/// A bill's repayments, the first first.
pub(super) fn of_bill(connection: &Connection, bill: BillId) -> Result<Vec<Repayment>, StoreError> {
    let sql = "SELECT * FROM repayments WHERE shard = ?1 AND bill = ?2 ORDER BY id";
    all(connection, sql, params![bill.shard().number(), bill.to_string()], |row| {
        read_repayment(&Cells::of("repayments", row))
    })
}

pub(super) fn run(connection: &Connection, sql: &str, values: impl Params) -> Result<(), StoreError> {
    connection.prepare_cached(sql).and_then(|mut put| put.execute(values)).map_err(refused)?;
    Ok(())
}

pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut found = connection.prepare_cached(sql).map_err(unavailable)?;
    let rows = found.query_map(values, |row| Ok(read(row))).map_err(unavailable)?;
    rows.collect::<Result<Vec<_>, _>>().map_err(unavailable)?.into_iter().collect()
}
