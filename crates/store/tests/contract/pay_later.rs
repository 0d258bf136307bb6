//! Pay later: lines, bills at every stage, what was paid on them, and the credit history.

use jiff::ToSpan;
use tantu_domain::cause::Cause;
use tantu_domain::ceiling::Tier;
use tantu_domain::clock::day_of;
use tantu_domain::ids::{
    AccountId, BillId, CaseId, CreditEntryId, ExtensionId, InstrumentId, JobId, PaymentId, RepaymentId, TransactionId,
};
use tantu_domain::instrument::{Instrument, InstrumentKind, Product};
use tantu_domain::ledger::Transaction;
use tantu_domain::money::Money;
use tantu_domain::staff::StaffMark;
use tantu_paylater::bill::{Bill, Level};
use tantu_paylater::calendar::Calendar;
use tantu_paylater::credit::{CreditEntry, CreditEvent};
use tantu_paylater::debt::Debt;
use tantu_paylater::dispute::Dispute;
use tantu_paylater::hardship::Extension;
use tantu_paylater::line::{FrozenCase, FrozenReason, Line, LineState};
use tantu_paylater::reminder::{Notice, Subject};
use tantu_paylater::schedule::{AutoRepayState, Ended, Occasion};
use tantu_paylater::terms::Terms;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::notice::{About, NoticeRow, Road};
use tantu_store::pay_later::{AutoRepaySetting, LineRow, PayLaterFile, Repayment};

use super::samples::{Payer, commit, id, job, later, now, one, world};

/// A payer with a line.
struct Debtor {
    payer: Payer,
    row: LineRow,
}

impl Debtor {
    fn stored(store: &dyn Store) -> Self {
        let payer = Payer::stored(store);
        let terms = Terms::standard();
        let line =
            Line::open(payer.account, payer.own(InstrumentId::new), Some(Tier::Two), 630, &terms, now()).unwrap();
        let state = AutoRepayState::Off { since: None };
        let row = LineRow { line, auto_repay: AutoRepaySetting { state, designated: Vec::new(), payday: None } };
        let kind = InstrumentKind::PayLater;
        let instrument = Instrument { id: row.line.instrument, account: payer.account, kind };
        commit(store, &[Change::PutInstrument(instrument), Change::PutLine(row.clone())]);
        Self { payer, row }
    }

    fn keys(&self) -> Keys {
        Keys { accounts: one(self.payer.account), ..Keys::default() }
    }

    /// What is kept about the line.
    fn file(&self, store: &dyn Store) -> PayLaterFile {
        world(store, &self.keys()).accounts[&self.payer.account].pay_later.clone().unwrap()
    }

    /// Commits a change, and holds what the batch saw after it against what is loaded next.
    fn puts(&self, store: &dyn Store, change: &Change) -> PayLaterFile {
        let mut seen = world(store, &self.keys());
        seen.apply(change);
        commit(store, std::slice::from_ref(change));
        let loaded = self.file(store);
        assert_eq!(seen.accounts[&self.payer.account].pay_later.as_ref(), Some(&loaded), "after {change:?}");
        let alone = store.account(self.payer.account, now()).unwrap().unwrap();
        assert_eq!(alone.pay_later.as_ref(), Some(&loaded), "a reader sees the same");
        loaded
    }

    fn bill(&self, fen: i64) -> Bill {
        let context = (&Terms::standard(), &Calendar::announced().unwrap());
        let (bill, payment) = (self.payer.own(BillId::new), self.payer.own(PaymentId::new));
        Bill::of_purchase(bill, self.payer.account, payment, Money::cny(fen), day_of(now()), context).unwrap()
    }

    fn repayment(&self, bill: &Bill, ended: Ended) -> Repayment {
        Repayment {
            id: self.payer.own(RepaymentId::new),
            bill: bill.id,
            account: self.payer.account,
            payment: self.payer.own(PaymentId::new),
            instrument: self.payer.wallet,
            product: Product::Wallet,
            amount: Money::cny(1_000),
            occasion: Some(Occasion::Due),
            at: later(7),
            ended,
        }
    }
}

pub(crate) fn lines_survive(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    assert_eq!(debtor.file(store).row, debtor.row);
    let case = FrozenCase { id: id(CaseId::new), asked_at: None, lift_by: None };
    let answered = FrozenCase { asked_at: Some(later(11)), lift_by: Some(StaffMark::of(&[7; 32])), ..case };
    let reasons = [FrozenReason::HolderRequest, FrozenReason::Case(case), FrozenReason::Case(answered)];
    let frozen = reasons.map(|reason| LineState::Frozen { reason, since: later(9) });
    for state in frozen.into_iter().chain([LineState::Open]) {
        let line = Line { state, limit: Money::cny(77_700), terms: "2027-01".into(), ..debtor.row.line.clone() };
        let row = LineRow { line, ..debtor.row.clone() };
        assert_eq!(debtor.puts(store, &Change::PutLine(row.clone())).row, row);
    }
    let settings = [
        (AutoRepayState::On { since: later(1) }, vec![debtor.payer.bound, debtor.payer.wallet], Some(15)),
        (AutoRepayState::Off { since: Some(later(2)) }, vec![debtor.payer.wallet], None),
    ];
    for (state, designated, payday) in settings {
        let row = LineRow { auto_repay: AutoRepaySetting { state, designated, payday }, ..debtor.row.clone() };
        assert_eq!(debtor.puts(store, &Change::PutLine(row.clone())).row, row);
    }
}

pub(crate) fn bills_survive(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let (terms, bill, other) = (Terms::standard(), debtor.bill(30_000), debtor.bill(12_345));
    let late = bill.due_on.saturating_add(40.days());
    let charged = bill.charged(&Terms { late_fee: Money::cny(500), ..terms }, late).unwrap();
    assert!(charged.owed.interest.is_positive() && charged.owed.costs.is_positive() && charged.accrual.rest >= 0);
    let part = Debt { costs: charged.owed.costs, ..Debt::of_principal(Money::cny(10_000)) };
    let repaid = charged.repaid(&part, late).unwrap();
    let (refunded, _) = repaid.refunded(Money::cny(2_000), Money::cny(0), late).unwrap();
    let extended = refunded.due_later(late.saturating_add(10.days())).unwrap();
    let put = |bill: &Bill| debtor.puts(store, &Change::PutBill(bill.clone()));
    put(&other);
    for stage in [&bill, &charged, &repaid, &refunded, &extended] {
        let file = put(stage);
        assert_eq!(store.bill(bill.id).unwrap().as_ref(), Some(stage));
        assert_eq!(file.bills.len(), 2);
        let used = stage.owed.principal.plus(other.owed.principal).unwrap();
        assert_eq!(file.row.line.used, used, "what is used of the line is what its bills owe");
    }
    assert_eq!(store.bills(debtor.payer.account).unwrap(), [other.clone(), extended.clone()], "the last bought first");
    let settled = extended.repaid(&extended.owed, late).unwrap();
    let file = put(&settled);
    assert_eq!(file.bills, std::slice::from_ref(&other), "a settled bill is not loaded with its account");
    assert_eq!(store.bill(bill.id).unwrap(), Some(settled));
    assert_eq!(store.bill(id(BillId::new)).unwrap(), None);
    let again = Bill { id: debtor.payer.own(BillId::new), ..other };
    let (_, batch) = store.begin(&debtor.keys(), now()).unwrap();
    assert!(batch.commit(&[Change::PutBill(again)]).is_err(), "an order has one bill");
}

pub(crate) fn repayments_survive(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let bill = debtor.bill(30_000);
    debtor.puts(store, &Change::PutBill(bill.clone()));
    let refused = |cause, resets_at, most| Ended::Refused { cause, resets_at, most };
    let ends = [
        Ended::Undecided,
        Ended::Taken,
        refused(Cause::CardExpired, None, None),
        refused(Cause::LimitDaily, Some(later(3_600)), None),
        refused(Cause::LimitPerTransaction, None, Some(Money::cny(500))),
    ];
    let repayments = ends.map(|ended| debtor.repayment(&bill, ended));
    for repayment in &repayments {
        let file = debtor.puts(store, &Change::PutRepayment(repayment.clone()));
        assert_eq!(file.repayments.last(), Some(repayment));
    }
    assert_eq!(store.repayments(bill.id).unwrap(), repayments);
    // One that is taken up again, by something else and by the payer's own hand.
    let again = Repayment {
        instrument: debtor.payer.bound,
        product: super::samples::ALIPAY,
        occasion: None,
        at: later(99),
        ended: Ended::Taken,
        ..repayments[0].clone()
    };
    assert_eq!(debtor.puts(store, &Change::PutRepayment(again.clone())).repayments[0], again);
}

pub(crate) fn credit_entries_survive(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let bill = debtor.bill(1_000).id;
    let mut events = vec![
        CreditEvent::Opened { tier: 3 },
        CreditEvent::RepaidOnTime { bill },
        CreditEvent::RepaidLate { bill },
        CreditEvent::CleanMonth,
        CreditEvent::LineUse { percent: 93 },
    ];
    events.extend(Level::ALL.map(|level| CreditEvent::Overdue { bill, level }));
    for (seconds, event) in (1..).zip(events) {
        let entry = CreditEntry { id: debtor.payer.own(CreditEntryId::new), at: later(seconds), event, struck: false };
        let put = |entry| debtor.puts(store, &Change::PutCreditEntry(debtor.payer.account, entry)).credit;
        assert_eq!(put(entry).last(), Some(&entry));
        let struck = CreditEntry { struck: true, ..entry };
        assert_eq!(put(struck).last(), Some(&struck), "a dispute that was upheld strikes it");
    }
}

pub(crate) fn notices_are_told_once(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let (account, bill) = (debtor.payer.account, debtor.bill(30_000));
    debtor.puts(store, &Change::PutBill(bill.clone()));
    let subjects = [Subject::Ahead(7), Subject::Due, Subject::Refused(2), Subject::Overdue(1)];
    for (seconds, subject) in (1..).zip(subjects) {
        let notice = Notice { bill: bill.id, subject, due_on: bill.due_on };
        let about = About::Bill(notice);
        let row = NoticeRow { about, account, at: later(seconds), told: None };
        assert!(debtor.puts(store, &Change::PutNotice(row.clone())).notices.contains(&row));
        let told = NoticeRow { told: Some((later(seconds + 60), Road::Sms)), ..row.clone() };
        let file = debtor.puts(store, &Change::PutNotice(told.clone()));
        let same: Vec<_> = file.notices.iter().filter(|one| one.about == about).collect();
        assert_eq!(same, [&told], "there is one notice of each thing");
    }
    let listed = store.notices(account, 3).unwrap();
    assert_eq!(listed.len(), 3, "the last ones first, and no more than were asked for");
    assert_eq!(listed[0].about.bill().map(|notice| notice.subject), Some(Subject::Overdue(1)));
    let settled = bill.repaid(&bill.owed, day_of(now())).unwrap();
    assert_eq!(debtor.puts(store, &Change::PutBill(settled)).notices, [], "a settled bill is spoken of no more");
    assert_eq!(store.notices(account, 9).unwrap().len(), 4, "and what was told of it stays");
}

pub(crate) fn extensions_survive(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let (bill, calendar) = (debtor.bill(30_000), Calendar::announced().unwrap());
    debtor.puts(store, &Change::PutBill(bill.clone()));
    let (one, other) = (StaffMark::of(&[1; 32]), StaffMark::of(&[2; 32]));
    let day = bill.due_on.saturating_add(5.days());
    let ask = || Extension::ask(debtor.payer.own(ExtensionId::new), &bill, day, one, &calendar, later(1)).unwrap();
    let asked = ask();
    assert_eq!(debtor.puts(store, &Change::PutExtension(asked.clone())).extensions, std::slice::from_ref(&asked));
    let (_, batch) = store.begin(&debtor.keys(), now()).unwrap();
    assert!(batch.commit(&[Change::PutExtension(ask())]).is_err(), "one at a time waits for a decision");
    let declined = asked.decline(other, later(2)).unwrap();
    assert_eq!(debtor.puts(store, &Change::PutExtension(declined.clone())).extensions, std::slice::from_ref(&declined));
    let (granted, _) = ask().grant(&bill, other, later(3)).unwrap();
    assert_eq!(debtor.puts(store, &Change::PutExtension(granted.clone())).extensions, [declined, granted]);
}

pub(crate) fn disputes_survive(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let entry = |seconds| {
        let id = debtor.payer.own(CreditEntryId::new);
        CreditEntry { id, at: later(seconds), event: CreditEvent::CleanMonth, struck: false }
    };
    for (seconds, uphold) in [(1, true), (2, false)] {
        let entry = entry(seconds);
        debtor.puts(store, &Change::PutCreditEntry(debtor.payer.account, entry));
        let open = Dispute::open(entry.id, "It was paid in time.".into(), later(5));
        let put =
            |dispute: &Dispute| debtor.puts(store, &Change::PutDispute(debtor.payer.account, dispute.clone())).disputes;
        assert!(put(&open).contains(&open));
        let (decided, _) = open.decide(entry, uphold, StaffMark::of(&[1; 32]), later(6)).unwrap();
        assert!(put(&decided).contains(&decided));
    }
}

pub(crate) fn jobs_of_bills_survive(store: &dyn Store) {
    let kinds = [JobKind::TendBill { bill: id(BillId::new) }, JobKind::TendLine { account: id(AccountId::new) }];
    for kind in kinds {
        let row = Job { id: id(JobId::new), kind, ..job(later(5)) };
        commit(store, &[Change::PutJob(row.clone())]);
        let found = world(store, &Keys { jobs: one(row.id), ..Keys::default() });
        assert_eq!(found.jobs.get(&row.id), Some(&row));
    }
}

pub(crate) fn debts_are_audited(store: &dyn Store) {
    let debtor = Debtor::stored(store);
    let bill = debtor.bill(4_000);
    let tended = JobKind::TendBill { bill: bill.id };
    let tend = Job { id: JobId::from_bytes(bill.id.bytes()).unwrap(), kind: tended, ..job(later(5)) };
    commit(store, &[Change::PutBill(bill.clone()), Change::PutJob(tend.clone())]);
    let broken = |check: &str| -> Vec<String> {
        let audit = store.audit().unwrap();
        audit.checks.into_iter().filter(|one| one.id == check).flat_map(|one| one.broken).collect()
    };
    assert_eq!(broken("debts_equal_bills").len(), 1, "a bill that the lender's book does not know");
    let posting = debtor.payer.own(TransactionId::new);
    let lent = Transaction::pay_later_charge(posting, now(), debtor.payer.account, debtor.payer.merchant, bill.amount)
        .unwrap();
    commit(store, &[Change::Post(lent)]);
    assert_eq!(broken("debts_equal_bills"), Vec::<String>::new());
    assert_eq!(broken("bills_repaid_once"), Vec::<String>::new());
    let paid = debtor.repayment(&bill, Ended::Taken);
    commit(store, &[Change::PutRepayment(paid)]);
    assert_eq!(broken("bills_repaid_once").len(), 1, "money that was taken and stands on no bill");
    let charged = bill.repaid(&Debt::of_principal(Money::cny(1_000)), day_of(now())).unwrap();
    let posting = debtor.payer.own(TransactionId::new);
    let posted = Transaction::bill_repaid(posting, now(), debtor.payer.account, Money::cny(1_000)).unwrap();
    commit(store, &[Change::PutBill(charged), Change::Post(posted)]);
    assert_eq!(broken("bills_repaid_once"), Vec::<String>::new());
    commit(store, &[Change::FinishJob(tend.id)]);
    assert_eq!(broken("bills_repaid_once").len(), 1, "a bill that nobody looks after");
}
