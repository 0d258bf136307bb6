//! Lines, bills, repayments and the credit history.

use tantu_domain::cause::Cause;
use tantu_domain::instrument::Product;
use tantu_domain::money::{Currency, Money};
use tantu_paylater::bill::{Accrual, Bill};
use tantu_paylater::credit::CreditEntry;
use tantu_paylater::debt::Debt;
use tantu_paylater::line::{FrozenCase, Line};
use tantu_paylater::schedule::{AutoRepayState, Occasion};

use crate::error::StoreError;
use crate::pay_later::{AutoRepaySetting, LineRow, Repayment, ended_of, event_of, frozen_of, read_ids};
use crate::row::Columns;

pub(crate) fn read_line(cells: &impl Columns) -> Result<LineRow, StoreError> {
    let limit = cells.money("line_limit")?;
    let since = cells.optional_time("frozen_since")?;
    let (asked_at, lift_by) = (cells.optional_time("frozen_asked_at")?, cells.optional("frozen_lift_by")?);
    let case = cells.optional("frozen_case")?.map(|id| FrozenCase { id, asked_at, lift_by });
    let state = frozen_of(cells.optional_stored("frozen_reason")?, case, since);
    let line = Line {
        account: cells.parse("account")?,
        instrument: cells.parse("instrument")?,
        limit,
        used: Money::zero(limit.currency()),
        state: cells.demanded("frozen_reason", state)?,
        opened_at: cells.time("opened_at")?,
        terms: cells.text("terms")?,
    };
    let since = cells.optional_time("auto_repay_since")?;
    let state = if cells.flag("auto_repay")? {
        AutoRepayState::On { since: cells.demanded("auto_repay_since", since)? }
    } else {
        AutoRepayState::Off { since }
    };
    let (designated, payday) = (cells.written("designated", read_ids)?, cells.optional_count("payday")?);
    Ok(LineRow { line, auto_repay: AutoRepaySetting { state, designated, payday } })
}

pub(crate) fn read_bill(cells: &impl Columns) -> Result<Bill, StoreError> {
    let debt = |costs, interest, principal| -> Result<Debt, StoreError> {
        Ok(Debt { costs: cells.money(costs)?, interest: cells.money(interest)?, principal: cells.money(principal)? })
    };
    Ok(Bill {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        payment: cells.parse("payment")?,
        amount: cells.money("amount")?,
        purchased_on: cells.day("purchased_on")?,
        statement_on: cells.day("statement_on")?,
        due_on: cells.day("due_on")?,
        owed: debt("owed_costs", "owed_interest", "owed_principal")?,
        paid: debt("paid_costs", "paid_interest", "paid_principal")?,
        refunded: cells.money("refunded")?,
        accrual: Accrual {
            to: cells.day("charged_to")?,
            rest: cells.number("charge_rest")?,
            fee_charged: cells.flag("fee_charged")?,
        },
        settled_on: cells.optional("settled_on")?,
    })
}

pub(crate) fn read_repayment(cells: &impl Columns) -> Result<Repayment, StoreError> {
    let cause = cells.optional_word("cause", Cause::parse)?;
    let currency = cells.word("currency", Currency::parse)?;
    let most = cells.optional_number("most")?.map(|most| Money::new(most, currency));
    let ended = ended_of(cells.stored("ended")?, cause, cells.optional_time("resets_at")?, most);
    Ok(Repayment {
        id: cells.parse("id")?,
        bill: cells.parse("bill")?,
        account: cells.parse("account")?,
        payment: cells.parse("payment")?,
        instrument: cells.parse("instrument")?,
        product: cells.word("product", Product::parse)?,
        amount: cells.money("amount")?,
        occasion: cells.optional_word("occasion", Occasion::parse)?,
        at: cells.time("at")?,
        ended: cells.demanded("ended", ended)?,
    })
}

pub(crate) fn read_credit_entry(cells: &impl Columns) -> Result<CreditEntry, StoreError> {
    let event = event_of(cells.stored("event")?, cells.optional("bill")?, cells.optional_number("figure")?);
    Ok(CreditEntry {
        id: cells.parse("id")?,
        at: cells.time("at")?,
        event: cells.demanded("event", event)?,
        struck: cells.flag("struck")?,
    })
}
