//! What the tests put into a store: one payer with a wallet and an Alipay account, and what they order.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tantu_domain::account::{Account, AccountState};
use tantu_domain::activity::Activity;
use tantu_domain::attempt::{Attempt, AttemptReport, AttemptState, Permission};
use tantu_domain::ceiling::Tier;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::clock::Ids;
use tantu_domain::fold::Fold;
use tantu_domain::ids::{
    AccountId, AttemptId, FoldId, InstrumentId, JobId, MandateId, MerchantId, PaymentId, RefundId, Shard, TransactionId,
};
use tantu_domain::instrument::{Instrument, InstrumentKind, Mandate, MandateState, Product};
use tantu_domain::ledger::{LedgerAccount, Transaction};
use tantu_domain::limit::Counter;
use tantu_domain::money::{Currency, Money};
use tantu_domain::one_time_code::Sendings;
use tantu_domain::own_limit::AccountLimits;
use tantu_domain::payment::{Counted, Payment, Refusal};
use tantu_domain::person::Person;
use tantu_store::Store;
use tantu_store::access::Merchant;
use tantu_store::change::Change;
use tantu_store::claim::{Claim, ClaimKey, IdempotencyKey};
use tantu_store::error::StoreError;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::request::Request;
use tantu_store::world::World;

/// Where every payer of these tests lives.
pub(crate) const SHARD: Shard = Shard::of(7);

/// Ids that count, so that none comes twice in one run and a later one sorts after an earlier one.
pub(crate) struct Counting;

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        (u128::from(NEXT.fetch_add(1, Ordering::SeqCst)) << 8).to_be_bytes()
    }
}

/// A new id of any kind: `id(PaymentId::new)`.
pub(crate) fn id<T>(new: fn(&dyn Ids, Shard) -> T) -> T {
    new(&Counting, SHARD)
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Noon in Beijing of a day in the middle of a month; not a whole second, because times are kept exactly.
pub(crate) fn now() -> Timestamp {
    at("2026-11-22T04:00:00.123456789Z")
}

pub(crate) fn later(seconds: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

pub(crate) fn one<T: Ord>(item: T) -> BTreeSet<T> {
    BTreeSet::from([item])
}

pub(crate) fn commit(store: &dyn Store, changes: &[Change]) {
    try_commit(store, changes).unwrap();
}

/// Commits changes in a batch that holds what they change.
pub(crate) fn try_commit(store: &dyn Store, changes: &[Change]) -> Result<(), StoreError> {
    let payments = changes.iter().filter_map(|change| match change {
        Change::PutPayment(payment) => Some(payment.id),
        _ => None,
    });
    let keys = Keys { payments: payments.collect(), ..Keys::default() };
    let (_, batch) = store.begin(&keys, now())?;
    batch.commit(changes)
}

/// What a batch would load.
pub(crate) fn world(store: &dyn Store, keys: &Keys) -> World {
    store.begin(keys, now()).unwrap().0
}

pub(crate) fn word(code: &str) -> ChannelWord {
    ChannelWord { channel: Channel::Alipay, code: code.into(), message: "余额不足 \"'; --".into(), at: later(3) }
}

pub(crate) fn counted(product: Product) -> Counted {
    Counted { counter: Counter::of(product, false), at: now() }
}

pub(crate) const ALIPAY: Product = Product::ChannelMandate(Channel::Alipay);

pub(crate) const CONFIRMED: Product = Product::ChannelConfirmed(Channel::Alipay);

pub(crate) fn no_reason() -> Refusal {
    Refusal { causes: Vec::new(), can_pay_with: Vec::new() }
}

/// The payment after a report on its last attempt.
pub(crate) fn told(payment: Payment, report: &AttemptReport) -> Payment {
    let last = last_attempt(&payment).id;
    payment.record(last, report, id(RefundId::new), later(5)).unwrap().0
}

pub(crate) fn last_attempt(payment: &Payment) -> &Attempt {
    payment.legs[0].attempts.last().unwrap()
}

pub(crate) fn paid(amount: Money) -> AttemptReport {
    AttemptReport::Succeeded { trade_no: "2026112222001".into(), amount, paid_at: later(4) }
}

pub(crate) fn declined() -> AttemptReport {
    AttemptReport::Declined { word: word("ACQ.BUYER_BALANCE_NOT_ENOUGH"), causes: Vec::new() }
}

/// Somebody who pays.
pub(crate) struct Payer {
    pub(crate) account: AccountId,
    pub(crate) wallet: InstrumentId,
    /// An Alipay account under [`Payer::mandate`].
    pub(crate) bound: InstrumentId,
    pub(crate) mandate: MandateId,
    pub(crate) merchant: MerchantId,
}

impl Payer {
    pub(crate) fn new() -> Self {
        Self::on(SHARD)
    }

    /// Somebody who lives elsewhere.
    pub(crate) fn on(shard: Shard) -> Self {
        Self {
            account: AccountId::new(&Counting, shard),
            wallet: InstrumentId::new(&Counting, shard),
            bound: InstrumentId::new(&Counting, shard),
            mandate: MandateId::new(&Counting, shard),
            merchant: MerchantId::new(&Counting, shard),
        }
    }

    /// A payer whom the store knows, with ¥10,000.00 in the wallet.
    pub(crate) fn stored(store: &dyn Store) -> Self {
        let payer = Self::new();
        commit(store, &payer.rows());
        commit(store, &[Change::Post(payer.opening(Money::cny(1_000_000)))]);
        payer
    }

    /// All rows of the payer but money.
    pub(crate) fn rows(&self) -> Vec<Change> {
        let instrument = |id, kind| Change::PutInstrument(Instrument { id, account: self.account, kind });
        vec![
            Change::PutMerchant(Merchant { id: self.merchant, name: "A shop".into() }),
            Change::PutAccount(self.account_row(AccountState::Active)),
            Change::PutMandate(self.mandate_row()),
            instrument(self.wallet, InstrumentKind::Wallet),
            instrument(self.bound, InstrumentKind::Mandate(self.mandate_row())),
        ]
    }

    pub(crate) fn account_row(&self, state: AccountState) -> Account {
        let nothing = Money::zero(Currency::Cny);
        Account {
            id: self.account,
            state,
            balance: nothing,
            held: nothing,
            opened_at: now(),
            password: None,
            codes: Sendings::default(),
            activity: Activity::default(),
            tier: Tier::Three,
            limits: AccountLimits::default(),
            person: Person::default(),
        }
    }

    pub(crate) fn mandate_row(&self) -> Mandate {
        Mandate {
            id: self.mandate,
            account: self.account,
            instrument: self.bound,
            channel: Channel::Alipay,
            state: MandateState::Active {
                agreement_no: "20265101000001".into(),
                signed_at: now(),
                expires_at: later(86_400),
            },
        }
    }

    pub(crate) fn opening(&self, amount: Money) -> Transaction {
        Transaction::opening(self.own(TransactionId::new), now(), self.account, amount).unwrap()
    }

    pub(crate) fn wallet_charge(&self, amount: Money) -> Transaction {
        Transaction::wallet_charge(self.own(TransactionId::new), now(), self.account, self.merchant, amount).unwrap()
    }

    pub(crate) fn late_success(&self, amount: Money) -> Transaction {
        Transaction::late_success(self.own(TransactionId::new), now(), Channel::Alipay, self.account, amount).unwrap()
    }

    /// A new id of anything of his.
    pub(crate) fn own<T>(&self, new: fn(&dyn Ids, Shard) -> T) -> T {
        new(&Counting, self.account.shard())
    }

    /// Folds of what this payer's shard has gathered for the merchant, one after another.
    pub(crate) fn folds<const N: usize>(&self, gathered: [Money; N]) -> [Fold; N] {
        let (shard, mut last) = (self.account.shard(), None);
        gathered.map(|amount| {
            let ids = (FoldId::new(&Counting, shard), TransactionId::new(&Counting, self.merchant.shard()));
            let fold = Fold::after(last.as_ref(), ids, self.merchant, amount, now()).unwrap();
            last = Some(fold.clone());
            fold
        })
    }

    pub(crate) fn merchant_hold(&self, amount: Money) -> Transaction {
        let id = TransactionId::new(&Counting, self.merchant.shard());
        Transaction::merchant_hold(id, later(3), self.merchant, amount).unwrap()
    }

    /// The key of the payer's own ledger account.
    pub(crate) fn customer(&self) -> String {
        LedgerAccount::Customer(self.account).to_string()
    }

    /// An order that is not decided.
    pub(crate) fn order(&self, amount: Money) -> Payment {
        let payment = self.own(PaymentId::new);
        let order_no = format!("order-{payment}");
        Payment::new(payment, self.merchant, order_no, "Two teas".into(), self.account, amount, self.wallet, now())
    }

    pub(crate) fn attempt(&self, amount: Money) -> Attempt {
        Attempt {
            id: self.own(AttemptId::new),
            channel: Channel::Alipay,
            instrument: self.bound,
            amount,
            permission: Permission::Mandate { agreement_no: "20265101000001".into() },
            submitted_at: later(1),
            expires_at: later(121),
            state: AttemptState::Submitted { last_contact: None, fault: None, cancelled_at: None },
        }
    }

    /// The payment with one attempt more.
    pub(crate) fn submit(&self, payment: Payment) -> Payment {
        let attempt = self.attempt(payment.amount);
        payment.choose(self.bound).unwrap().submit(attempt, counted(ALIPAY), later(1)).unwrap()
    }

    /// An order that its payer confirms at Alipay.
    pub(crate) fn confirming(&self, permission: Permission) -> Payment {
        let payment = self.order(Money::cny(8_888));
        let attempt = Attempt { permission, ..self.attempt(payment.amount) };
        payment.choose(self.bound).unwrap().submit(attempt, counted(CONFIRMED), later(1)).unwrap()
    }

    /// An order that Alipay has been asked for.
    pub(crate) fn submitted(&self) -> Payment {
        self.submit(self.order(Money::cny(8_888)))
    }

    /// An order that the wallet has paid.
    pub(crate) fn captured(&self) -> Payment {
        self.order(Money::cny(8_888)).capture(counted(Product::Wallet), later(2)).unwrap()
    }

    /// An order's claim.
    pub(crate) fn claim(&self, payment: &Payment) -> Claim {
        Claim {
            key: ClaimKey::Order { merchant: payment.merchant, order_no: payment.order_no.clone() },
            request_hash: [0x5A; 32],
            account: self.account,
            payment: payment.id,
            claimed_at: now(),
        }
    }

    /// What the payer has asked about a payment under a key of his.
    pub(crate) fn request(&self, payment: PaymentId, key: &str) -> Request {
        Request { key: self.idempotency(key), payment, asked_at: now(), answer: None, asked_again_at: None }
    }

    fn idempotency(&self, key: &str) -> IdempotencyKey {
        IdempotencyKey { client: self.account.to_string(), key: key.into() }
    }

    /// The claim of an idempotency key.
    pub(crate) fn keyed(&self, payment: PaymentId, key: &str) -> Claim {
        let key = ClaimKey::Idempotency(self.idempotency(key));
        Claim { key, payment, ..self.claim(&self.order(Money::cny(1))) }
    }
}

/// A job that nobody holds, for a payment that need not be there.
pub(crate) fn job(run_at: Timestamp) -> Job {
    let kind = JobKind::ResolveAttempt { payment: id(PaymentId::new), attempt: id(AttemptId::new) };
    Job { id: id(JobId::new), kind, run_at, tries: 0, fence: 0, lease: None }
}

/// The job that ends a fold.
pub(crate) fn fold_job(fold: &Fold) -> Job {
    Job { id: fold.job(), kind: JobKind::EndFold { fold: fold.id }, ..job(later(9)) }
}
