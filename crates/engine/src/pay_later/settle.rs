//! What the end of a repayment's payment means for its bill: booked once, to the fen.

use tantu_domain::cause::Cause;
use tantu_domain::clock::day_of;
use tantu_domain::evidence::Value;
use tantu_domain::ids::{BillId, CreditEntryId, JobId, TransactionId};
use tantu_domain::ledger::Transaction;
use tantu_domain::money::Money;
use tantu_domain::payment::{Payment, PaymentState, Refusal};
use tantu_paylater::allocation::allocate;
use tantu_paylater::bill::Bill;
use tantu_paylater::credit::{CreditEntry, CreditEvent, score};
use tantu_paylater::schedule::Ended;
use tantu_store::change::Change;
use tantu_store::pay_later::{LineRow, PayLaterFile, Repayment};
use tantu_store::world::AccountFile;

use crate::command::Tools;
use crate::error::Rejection;
use crate::pay_later::{file_of, offered, was_overdue};

/// What other repayments of a bill have begun and not ended.
pub(crate) fn under_way(known: &PayLaterFile, bill: BillId) -> Money {
    let open = known.repayments.iter().filter(|one| one.bill == bill && one.ended == Ended::Undecided);
    let nothing = Money::zero(known.row.line.limit.currency());
    open.fold(nothing, |sum, one| sum.plus(one.amount).unwrap_or(sum))
}

/// The repayment that a payment to the lender stands for, while something is owed on its bill.
///
/// # Errors
/// [`Rejection::State`] if there is none, or the bill would be paid twice: it was settled meanwhile, or another repayment is under way.
pub(crate) fn repayment_of(file: &AccountFile, payment: &Payment) -> Result<Repayment, Rejection> {
    let known = file_of(file)?;
    let settled = || Rejection::State("nothing is owed on this bill any more".into());
    let own = known.repayments.iter().find(|one| one.payment == payment.id).ok_or_else(settled)?;
    let bill = known.bills.iter().find(|bill| bill.id == own.bill).ok_or_else(settled)?;
    let others = match own.ended {
        Ended::Undecided => under_way(known, bill.id).minus(own.amount),
        Ended::Taken | Ended::Refused { .. } => Ok(under_way(known, bill.id)),
    };
    let left = bill.owed.total().and_then(|owed| owed.minus(others?)).and_then(|owed| owed.minus(own.amount));
    match left {
        Ok(left) if left.minor() >= 0 => Ok(own.clone()),
        Ok(_) | Err(_) => Err(settled()),
    }
}

/// What follows for the bill from how its payment stands now.
pub(crate) fn follow(
    file: &AccountFile,
    repayment: &Repayment,
    payment: &Payment,
    tools: &Tools<'_>,
) -> Result<Vec<Change>, Rejection> {
    let ended = ended(payment);
    let mut changes = vec![Change::PutRepayment(Repayment { ended, ..repayment.clone() })];
    if ended == Ended::Taken && repayment.ended != Ended::Taken {
        changes.extend(taken(file_of(file)?, repayment, tools)?);
    }
    Ok(changes)
}

fn ended(payment: &Payment) -> Ended {
    match &payment.state {
        PaymentState::Succeeded { .. } => Ended::Taken,
        PaymentState::Created | PaymentState::Processing { .. } | PaymentState::RequiresAction { .. } => {
            Ended::Undecided
        }
        PaymentState::Refused { refusal, .. } => refused(refusal),
        PaymentState::Closed { .. } => {
            Ended::Refused { cause: Cause::ChannelNotConfirmed, resets_at: None, most: None }
        }
    }
}

fn refused(refusal: &Refusal) -> Ended {
    let Some(first) = refusal.causes.first() else {
        return Ended::Refused { cause: Cause::SupportEscalate, resets_at: None, most: None };
    };
    let most = match first.field("limit") {
        Some(Value::Money(limit)) if first.cause == Cause::LimitPerTransaction && limit.is_positive() => Some(*limit),
        Some(_) | None => None,
    };
    Ended::Refused { cause: first.cause, resets_at: first.retry_at(), most }
}

fn taken(known: &PayLaterFile, repayment: &Repayment, tools: &Tools<'_>) -> Result<Vec<Change>, Rejection> {
    let (product, today) = (offered(tools)?, day_of(tools.now));
    let gone = || Rejection::State(format!("{} was settled by another repayment", repayment.bill));
    let before = known.bills.iter().find(|bill| bill.id == repayment.bill).ok_or_else(gone)?;
    let (bill, mut changes) = charge(before, tools)?;
    let allocation = allocate(repayment.amount, &[(bill.id, bill.owed)], product.terms.allocation)
        .map_err(|error| Rejection::State(error.to_string()))?;
    let share = allocation.shares.first().ok_or_else(gone)?;
    let amount = share.parts.total().map_err(|error| Rejection::State(error.to_string()))?;
    let bill = bill.repaid(&share.parts, today)?;
    let shard = repayment.account.shard();
    let posting = TransactionId::new(tools.ids, shard);
    let posting =
        Transaction::bill_repaid(posting, tools.now, repayment.account, amount)?.for_payment(repayment.payment);
    changes.extend([Change::PutBill(bill.clone()), Change::Post(posting)]);
    if bill.settled_on.is_some() {
        let event = if was_overdue(known, &bill) {
            CreditEvent::RepaidLate { bill: bill.id }
        } else {
            CreditEvent::RepaidOnTime { bill: bill.id }
        };
        changes.extend(note(known, event, tools));
        changes.push(Change::FinishJob(job_of(bill.id)));
    }
    Ok(changes)
}

/// The bill with what the terms charge until today, and what books that.
pub(crate) fn charge(bill: &Bill, tools: &Tools<'_>) -> Result<(Bill, Vec<Change>), Rejection> {
    let product = offered(tools)?;
    let charged = bill.charged(&product.terms, day_of(tools.now))?;
    let total = |bill: &Bill| bill.owed.total().map_err(|error| Rejection::State(error.to_string()));
    let more = total(&charged)?.minus(total(bill)?).map_err(|error| Rejection::State(error.to_string()))?;
    if !more.is_positive() {
        return Ok((charged, Vec::new()));
    }
    let posting = TransactionId::new(tools.ids, bill.account.shard());
    let posting = Transaction::bill_charge(posting, tools.now, bill.account, more)?.for_payment(bill.payment);
    Ok((charged, vec![Change::Post(posting)]))
}

/// An entry in the credit history, and the line's limit as the score then gives it.
pub(crate) fn note(known: &PayLaterFile, event: CreditEvent, tools: &Tools<'_>) -> Vec<Change> {
    let line = &known.row.line;
    let id = CreditEntryId::new(tools.ids, line.account.shard());
    let entry = CreditEntry { id, at: tools.now, event, struck: false };
    let mut history = known.credit.clone();
    history.push(entry);
    let mut changes = vec![Change::PutCreditEntry(line.account, entry)];
    if let (Some(product), Some(score)) = (&tools.settings.pay_later, score(&history)) {
        let line = line.clone().rated(score, &product.terms);
        changes.push(Change::PutLine(LineRow { line, ..known.row.clone() }));
    }
    changes
}

/// The job that looks after a bill has its bytes.
pub(crate) fn job_of(bill: BillId) -> JobId {
    JobId::from_bytes(bill.bytes()).unwrap_or_else(|| unreachable!("a bill's last byte is its shard"))
}
