//! Lines, bills, repayments and the credit history.

use std::collections::HashMap;

use tantu_domain::cause::Cause;
use tantu_domain::ids::{AccountId, BillId, PaymentId};
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::CreditEntry;
use tantu_paylater::schedule::{AutoRepayState, Occasion};
use tokio_postgres::Row;

use super::care::{self, EXTENSIONS_OF_OPEN_BILLS, NOTICES_OF_OPEN_BILLS};
use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::pay_later::{LineRow, PayLaterFile, Repayment, ended_cells, event_cells, frozen_cells, write_ids};
use crate::row::Columns;
use crate::rows;
use crate::wire::answers::Answers;
use crate::wire::burst::{Ask, LookUp, look_up};
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static LINES: Table = Table {
    name: "lines",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("account", Put::Key),
        ("instrument", Put::Once),
        ("line_limit", Put::Last),
        ("currency", Put::Once),
        ("frozen_reason", Put::Last),
        ("frozen_case", Put::Last),
        ("frozen_since", Put::Last),
        ("opened_at", Put::Once),
        ("terms", Put::Last),
        ("auto_repay", Put::Last),
        ("auto_repay_since", Put::Last),
        ("designated", Put::Last),
        ("payday", Put::Last),
        ("frozen_asked_at", Put::Last),
        ("frozen_lift_by", Put::Last),
    ],
    order: &[0, 1],
};

static BILLS: Table = Table {
    name: "bills",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("payment", Put::Once),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("purchased_on", Put::Once),
        ("statement_on", Put::Once),
        ("due_on", Put::Last),
        ("owed_costs", Put::Last),
        ("owed_interest", Put::Last),
        ("owed_principal", Put::Last),
        ("paid_costs", Put::Last),
        ("paid_interest", Put::Last),
        ("paid_principal", Put::Last),
        ("refunded", Put::Last),
        ("charged_to", Put::Last),
        ("charge_rest", Put::Last),
        ("fee_charged", Put::Last),
        ("settled_on", Put::Last),
    ],
    order: &[0, 1],
};

static REPAYMENTS: Table = Table {
    name: "repayments",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("bill", Put::Once),
        ("account", Put::Once),
        ("payment", Put::Once),
        ("instrument", Put::Last),
        ("product", Put::Last),
        ("amount", Put::Once),
        ("currency", Put::Once),
        ("occasion", Put::Last),
        ("at", Put::Last),
        ("ended", Put::Last),
        ("cause", Put::Last),
        ("resets_at", Put::Last),
        ("most", Put::Last),
    ],
    order: &[0, 1],
};

static CREDIT_ENTRIES: Table = Table {
    name: "credit_entries",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("shard", Put::Key),
        ("id", Put::Key),
        ("account", Put::Once),
        ("at", Put::Once),
        ("event", Put::Once),
        ("bill", Put::Once),
        ("figure", Put::Once),
        ("struck", Put::Last),
    ],
    order: &[0, 1],
};

pub(super) fn put_line(rows: &mut Rows, row: &LineRow) -> Result<(), StoreError> {
    let (line, auto_repay) = (&row.line, &row.auto_repay);
    let (reason, case, frozen_since) = frozen_cells(line.state);
    let (on, since) = match auto_repay.state {
        AutoRepayState::On { since } => (true, Some(since)),
        AutoRepayState::Off { since } => (false, since),
    };
    rows.put(
        &LINES,
        vec![
            Value::shard(line.account.shard().number()),
            line.account.into(),
            line.instrument.into(),
            Value::Big(line.limit.minor()),
            line.limit.currency().code().into(),
            Value::maybe(reason),
            Value::maybe(case.map(|case| case.id)),
            optional_time(frozen_since),
            time(line.opened_at),
            line.terms.clone().into(),
            Value::Flag(on),
            optional_time(since),
            write_ids(&auto_repay.designated).into(),
            auto_repay.payday.map_or(Value::NULL, |payday| Value::Big(i64::from(payday))),
            optional_time(case.and_then(|case| case.asked_at)),
            Value::maybe(case.and_then(|case| case.lift_by).map(|mark| mark.to_string())),
        ],
    )
}

pub(super) fn put_bill(rows: &mut Rows, bill: &Bill) -> Result<(), StoreError> {
    rows.put(
        &BILLS,
        vec![
            Value::shard(bill.id.shard().number()),
            bill.id.into(),
            bill.account.into(),
            bill.payment.into(),
            Value::Big(bill.amount.minor()),
            bill.amount.currency().code().into(),
            bill.purchased_on.to_string().into(),
            bill.statement_on.to_string().into(),
            bill.due_on.to_string().into(),
            Value::Big(bill.owed.costs.minor()),
            Value::Big(bill.owed.interest.minor()),
            Value::Big(bill.owed.principal.minor()),
            Value::Big(bill.paid.costs.minor()),
            Value::Big(bill.paid.interest.minor()),
            Value::Big(bill.paid.principal.minor()),
            Value::Big(bill.refunded.minor()),
            bill.accrual.to.to_string().into(),
            Value::Big(bill.accrual.rest),
            Value::Flag(bill.accrual.fee_charged),
            Value::maybe(bill.settled_on.map(|on| on.to_string())),
        ],
    )
}

pub(super) fn put_repayment(rows: &mut Rows, repayment: &Repayment) -> Result<(), StoreError> {
    let (ended, cause, resets_at, most) = ended_cells(repayment.ended);
    rows.put(
        &REPAYMENTS,
        vec![
            Value::shard(repayment.id.shard().number()),
            repayment.id.into(),
            repayment.bill.into(),
            repayment.account.into(),
            repayment.payment.into(),
            repayment.instrument.into(),
            repayment.product.id().into(),
            Value::Big(repayment.amount.minor()),
            repayment.amount.currency().code().into(),
            Value::maybe(repayment.occasion.map(Occasion::id)),
            time(repayment.at),
            ended.into(),
            Value::maybe(cause.map(Cause::id)),
            optional_time(resets_at),
            most.map_or(Value::NULL, |most| Value::Big(most.minor())),
        ],
    )
}

pub(super) fn put_credit_entry(rows: &mut Rows, account: AccountId, entry: &CreditEntry) -> Result<(), StoreError> {
    let (bill, figure) = event_cells(entry.event);
    rows.put(
        &CREDIT_ENTRIES,
        vec![
            Value::shard(account.shard().number()),
            entry.id.into(),
            account.into(),
            time(entry.at),
            entry.event.id().into(),
            Value::maybe(bill),
            figure.map_or(Value::NULL, Value::Big),
            Value::Flag(entry.struck),
        ],
    )
}

/// The repayments of each account's bills on which something is owed.
const OF_OPEN_BILLS: LookUp = LookUp {
    of_one: "SELECT found.* FROM unnest($2::text[]) AS wanted (key),
             LATERAL (SELECT id FROM bills WHERE shard = $1 AND account = wanted.key AND settled_on IS NULL OFFSET 0) AS bill,
             LATERAL (SELECT * FROM repayments WHERE shard = $1 AND bill = bill.id OFFSET 0) AS found ORDER BY found.id",
    of_several: "SELECT found.* FROM unnest($1::smallint[], $2::text[]) AS wanted (shard, key),
                 LATERAL (SELECT id FROM bills WHERE shard = wanted.shard AND account = wanted.key AND settled_on IS NULL
                 OFFSET 0) AS bill, LATERAL (SELECT * FROM repayments WHERE shard = wanted.shard AND bill = bill.id OFFSET 0)
                 AS found ORDER BY found.id",
};

/// What is kept about these accounts' lines: seven statements whose answers [`read`] takes; none for no accounts.
pub(super) fn asks(accounts: &[AccountId]) -> Vec<Ask> {
    let wanted = || accounts.iter().map(|id| (id.shard(), [(*id).into()]));
    let asks = [
        Ask::look_up(look_up!("lines", "account = wanted.key"), wanted()),
        Ask::look_up(
            look_up!("bills", "account = wanted.key AND settled_on IS NULL", "found.due_on, found.id"),
            wanted(),
        ),
        Ask::look_up(OF_OPEN_BILLS, wanted()),
        Ask::look_up(look_up!("credit_entries", "account = wanted.key", "found.at, found.id"), wanted()),
        Ask::look_up(NOTICES_OF_OPEN_BILLS, wanted()),
        Ask::look_up(EXTENSIONS_OF_OPEN_BILLS, wanted()),
        Ask::look_up(look_up!("disputes", "account = wanted.key", "found.entry"), wanted()),
    ];
    asks.into_iter().flatten().collect()
}

/// The files of the accounts that were asked for.
pub(super) fn read(answers: &mut Answers) -> Result<HashMap<AccountId, PayLaterFile>, StoreError> {
    let mut files = HashMap::new();
    for row in answers.rows() {
        let row = read_line(&row)?;
        files.insert(row.line.account, PayLaterFile::fresh(row));
    }
    for row in answers.rows() {
        let bill = read_bill(&row)?;
        let Some(file) = files.get_mut(&bill.account) else { continue };
        let line = &mut file.row.line;
        line.used = line.used.plus(bill.owed.principal).map_err(|error| StoreError::Corrupt {
            table: "bills",
            row: bill.id.to_string(),
            why: error.to_string(),
        })?;
        file.bills.push(bill);
    }
    for row in answers.rows() {
        let repayment = read_repayment(&row)?;
        files.entry(repayment.account).and_modify(|file| file.repayments.push(repayment));
    }
    for row in answers.rows() {
        let (account, entry) = read_credit_entry(&row)?;
        files.entry(account).and_modify(|file| file.credit.push(entry));
    }
    for row in answers.rows() {
        let notice = care::read_notice(&row)?;
        files.entry(notice.account).and_modify(|file| file.notices.push(notice));
    }
    for row in answers.rows() {
        let extension = care::read_extension(&row)?;
        files.entry(extension.account).and_modify(|file| file.extensions.push(extension));
    }
    for row in answers.rows() {
        let (account, dispute) = care::read_dispute(&row)?;
        files.entry(account).and_modify(|file| file.disputes.push(dispute));
    }
    Ok(files)
}

/// A bill, settled or not.
pub(super) fn ask_bill(id: BillId) -> Ask {
    let values = vec![Value::shard(id.shard().number()), id.into()];
    Ask::new("SELECT * FROM bills WHERE shard = $1 AND id = $2", values)
}

/// Every bill of an account, the last bought first.
pub(super) fn ask_bills(account: AccountId) -> Ask {
    let values = vec![Value::shard(account.shard().number()), account.into()];
    Ask::new("SELECT * FROM bills WHERE shard = $1 AND account = $2 ORDER BY id DESC", values)
}

/// The bills of orders, settled or not.
pub(super) fn ask_bills_of_payments(ids: &[PaymentId]) -> Option<Ask> {
    Ask::look_up(look_up!("bills", "payment = wanted.key"), ids.iter().map(|id| (id.shard(), [(*id).into()])))
}

/// A bill's repayments, the first first.
pub(super) fn ask_repayments(bill: BillId) -> Ask {
    let values = vec![Value::shard(bill.shard().number()), bill.into()];
    Ask::new("SELECT * FROM repayments WHERE shard = $1 AND bill = $2 ORDER BY id", values)
}

fn read_line(row: &Row) -> Result<LineRow, StoreError> {
    rows::pay_later::read_line(&Cells::of("lines", row))
}

pub(super) fn read_bill(row: &Row) -> Result<Bill, StoreError> {
    rows::pay_later::read_bill(&Cells::of("bills", row))
}

pub(super) fn read_repayment(row: &Row) -> Result<Repayment, StoreError> {
    rows::pay_later::read_repayment(&Cells::of("repayments", row))
}

fn read_credit_entry(row: &Row) -> Result<(AccountId, CreditEntry), StoreError> {
    let cells = Cells::of("credit_entries", row);
    Ok((cells.parse("account")?, rows::pay_later::read_credit_entry(&cells)?))
}
