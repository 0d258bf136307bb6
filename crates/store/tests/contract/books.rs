//! One payer's books with a payment of every kind, and what an audit says of books that are in order.

use jiff::Timestamp;
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::Channel;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{JobId, RefundId, TransactionId};
use tantu_domain::instrument::Product;
use tantu_domain::ledger::Transaction;
use tantu_domain::limit::{Counter, Window};
use tantu_domain::money::Money;
use tantu_domain::payment::{Counted, Payment};
use tantu_store::Store;
use tantu_store::audit::Audit;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};

use super::samples::{
    ALIPAY, Payer, at, commit, counted, declined, fold_job, id, job, last_attempt, later, no_reason, now, paid, told,
};

/// What everything costs here.
pub(crate) const PRICE: Money = Money::cny(8_888);

/// A second before the Beijing day of [`now`] began.
fn yesterday() -> Timestamp {
    at("2026-11-21T15:59:59Z")
}

pub(crate) struct Books {
    pub(crate) payer: Payer,
    wallet: Payment,
    channel: Payment,
    processing: Payment,
    refused: Payment,
    closed: Payment,
    returning: Payment,
    returned: Payment,
    /// A fold that is done, and the next one, which has not come in yet.
    pub(crate) folds: [Fold; 2],
    /// What the merchant has of the first is held in part.
    pub(crate) hold: Transaction,
    pub(crate) jobs: Vec<Job>,
    /// All of it, as one batch.
    pub(crate) changes: Vec<Change>,
}

impl Books {
    pub(crate) fn new() -> Self {
        let payer = Payer::new();
        let counted_yesterday = Counted { counter: Counter::of(ALIPAY, false), at: yesterday() };
        let chosen = payer.order(PRICE).choose(payer.bound).unwrap();
        let channel = chosen.submit(payer.attempt(PRICE), counted_yesterday, yesterday()).unwrap();
        let refused = || told(payer.submitted(), &declined()).refuse(no_reason(), later(6)).unwrap();
        let cancelled = told(payer.submitted(), &AttemptReport::Cancelled { settled: true });
        let mut books = Self {
            wallet: payer.order(PRICE).capture(counted(Product::Wallet), now()).unwrap(),
            channel: told(channel, &paid(PRICE)),
            processing: payer.submitted(),
            refused: refused(),
            closed: cancelled.close(later(7)).unwrap(),
            returning: told(refused(), &paid(PRICE)),
            returned: told(told(refused(), &paid(PRICE)), &AttemptReport::Refunded),
            folds: payer.folds([PRICE, Money::cny(5_000)]),
            hold: payer.merchant_hold(Money::cny(1_000)),
            jobs: Vec::new(),
            changes: payer.rows(),
            payer,
        };
        books.fill();
        books
    }

    /// Each payment by the name that a planted break calls it.
    pub(crate) fn payments(&self) -> [(&'static str, &Payment); 7] {
        [
            ("wallet", &self.wallet),
            ("channel", &self.channel),
            ("processing", &self.processing),
            ("refused", &self.refused),
            ("closed", &self.closed),
            ("returning", &self.returning),
            ("returned", &self.returned),
        ]
    }

    fn fill(&mut self) {
        let (resolve, give_back) = (self.resolve_job(), self.return_job());
        let mut changes = vec![Change::Post(self.payer.opening(Money::cny(1_000_000)))];
        for (_, payment) in self.payments() {
            changes.push(Change::PutClaim(self.payer.claim(payment)));
            changes.push(Change::PutPayment(payment.clone()));
        }
        changes.extend(self.postings());
        changes.extend(self.folded());
        for (product, at, delta) in [
            (Product::Wallet, now(), PRICE),
            (ALIPAY, yesterday(), PRICE),
            (ALIPAY, now(), Money::cny(2 * PRICE.minor())),
            (ALIPAY, now(), Money::cny(-PRICE.minor())),
        ] {
            changes.extend(count(&self.payer, product, at, delta));
        }
        self.jobs = vec![resolve, give_back, fold_job(&self.folds[1])];
        changes.extend(self.jobs.iter().cloned().map(Change::PutJob));
        self.changes.extend(changes);
    }

    fn postings(&self) -> Vec<Change> {
        let Payer { account, merchant, .. } = self.payer;
        let charge = Transaction::channel_charge(
            id(TransactionId::new),
            now(),
            Channel::Alipay,
            account,
            merchant,
            self.channel.amount,
        );
        let back = Transaction::late_refund(id(TransactionId::new), now(), Channel::Alipay, account, PRICE);
        let postings = [
            self.payer.wallet_charge(PRICE).for_payment(self.wallet.id),
            charge.unwrap().for_payment(self.channel.id),
            self.payer.late_success(PRICE).for_payment(self.returned.id),
            back.unwrap().for_payment(self.returned.id),
            self.payer.late_success(PRICE).for_payment(self.returning.id),
        ];
        postings.map(Change::Post).into()
    }

    fn folded(&self) -> Vec<Change> {
        let [done, under_way] = &self.folds;
        vec![
            Change::Post(done.taken().unwrap()),
            Change::PutFold(done.clone()),
            Change::Post(done.given(later(1)).unwrap()),
            Change::PutFold(Fold { done_at: Some(later(2)), ..done.clone() }),
            Change::Post(under_way.taken().unwrap()),
            Change::PutFold(under_way.clone()),
            Change::Post(self.hold.clone()),
        ]
    }

    fn resolve_job(&self) -> Job {
        let attempt = last_attempt(&self.processing).id;
        Job { kind: JobKind::ResolveAttempt { payment: self.processing.id, attempt }, ..job(later(9)) }
    }

    fn return_job(&self) -> Job {
        let (payment, attempt) = (self.returning.id, last_attempt(&self.returning).id);
        let kind = JobKind::ReturnLateSuccess { payment, attempt, refund: id(RefundId::new) };
        Job { id: id(JobId::new), kind, ..job(later(9)) }
    }
}

pub(crate) fn count(payer: &Payer, product: Product, at: Timestamp, delta: Money) -> Vec<Change> {
    let window = |window: &Window| Change::AdjustLimit {
        account: payer.account,
        counter: Counter::of(product, false),
        window: *window,
        starts_on: window.start(at),
        delta,
    };
    Window::ALL.iter().map(window).collect()
}

/// What is broken, each with the check that found it.
pub(crate) fn broken(audit: &Audit) -> Vec<String> {
    let of = |check: &tantu_store::audit::AuditCheck| {
        let id = check.id;
        check.broken.iter().map(|what| format!("{id}: {what}")).collect::<Vec<_>>()
    };
    audit.checks.iter().flat_map(of).collect()
}

pub(crate) fn clean_books_pass(store: &dyn Store) {
    commit(store, &Books::new().changes);
    let audit = store.audit().unwrap();
    assert_eq!(broken(&audit), Vec::<String>::new());
    let looked_at: Vec<(&str, u64)> = audit.checks.iter().map(|check| (check.id, check.looked_at)).collect();
    let expected = [
        // An opening, two charges, two late successes and one given back; two folds of which one is in, and a hold.
        ("entries_balance", 10),
        // The reserve, the customer's two, Alipay's receivable, the merchant's clearing, his two and what is in transit.
        ("balances_equal_fold", 8),
        ("floors_hold", 5),
        ("captured_within_amount", 7),
        ("one_success_per_leg", 6),
        ("states_consistent", 7),
        ("undecided_has_job", 1),
        ("late_success_goes_back", 2),
        ("charges_match_captures", 2),
        ("tickets_tended", 0),
        ("reserve", 8),
        // The wallet's day and month; Alipay's two days and month.
        ("limits_equal_fold", 5),
        ("folds_in_line", 2),
        ("folds_taken_once", 2),
        ("in_transit_by_folds", 1),
        ("merchants_settled_by_folds", 1),
        ("folds_given_once", 1),
        // Nothing here was given back by its merchant.
        ("refunds_within_captured", 0),
        ("refunds_posted_once", 0),
        ("refunds_settled_once", 0),
        // Nobody here has paid later.
        ("debts_equal_bills", 0),
        ("bills_repaid_once", 0),
        ("points_equal_lots", 0),
        ("lots_taken_once", 0),
        ("orders_claimed_once", 7),
    ];
    // Only where a claim may stand without its payment are such claims counted.
    let looked_at = looked_at.into_iter().filter(|(id, _)| *id != "orders_claimed_and_not_made");
    assert_eq!(looked_at.collect::<std::collections::BTreeMap<_, _>>(), expected.into_iter().collect());
    commit(store, &Books::new().changes);
    let twice = store.audit().unwrap();
    assert_eq!(broken(&twice), Vec::<String>::new(), "two payers do not disturb each other");
    assert_eq!(twice.checks[0].looked_at, 20);
}

pub(crate) fn an_empty_database_passes(store: &dyn Store) {
    let audit = store.audit().unwrap();
    assert!(audit.checks.iter().all(|check| check.looked_at == 0 && check.broken.is_empty()), "{audit:?}");
}

/// A payer who pays once from the wallet, at `at`: the audit finds nothing.
fn passes_when_counted(store: &dyn Store, at: Timestamp) {
    let payer = Payer::stored(store);
    let payment = payer.order(PRICE).capture(Counted { counter: Counter::of(Product::Wallet, false), at }, at).unwrap();
    let mut changes = vec![
        Change::PutClaim(payer.claim(&payment)),
        Change::Post(payer.wallet_charge(PRICE).for_payment(payment.id)),
        Change::PutPayment(payment),
    ];
    changes.extend(count(&payer, Product::Wallet, at, PRICE));
    commit(store, &changes);
    assert_eq!(broken(&store.audit().unwrap()), Vec::<String>::new(), "counted at {at}");
}

/// The audit adds up days and months as the limits do.
pub(crate) fn windows_are_those_of_beijing(store: &dyn Store) {
    for time in [
        "2026-11-21T16:00:00Z",
        "2026-11-21T16:00:00.000000001Z",
        "2026-11-21T15:59:59Z",
        "2026-11-21T15:59:59.999Z",
        "2026-11-21T23:59:59.999Z",
        "2026-11-22T00:00:00Z",
        "2026-10-31T16:00:00Z",
        "2026-12-31T15:59:59.5Z",
        "2028-02-28T16:00:00Z",
    ] {
        passes_when_counted(store, at(time));
    }
}

/// What folds the days must not round a time up to a whole millisecond.
pub(crate) fn the_last_instant_of_a_day_is_that_day(store: &dyn Store) {
    for time in ["2026-11-21T15:59:59.9994Z", "2026-11-21T15:59:59.9996Z", "2026-11-30T15:59:59.999999999Z"] {
        passes_when_counted(store, at(time));
    }
}
