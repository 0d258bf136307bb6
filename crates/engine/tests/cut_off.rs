//! A crash may come between the claims of a request and its payment, where they are not one transaction. Whatever it cuts off, one
//! order stays one payment, and one key has one effect and one answer.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use tantu_domain::account::{Account, AccountState};
use tantu_domain::activity::Activity;
use tantu_domain::answer::Answer;
use tantu_domain::ceiling::Tier;
use tantu_domain::client::Speaker;
use tantu_domain::clock::Ids;
use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, PaymentId, Shard};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::money::Money;
use tantu_domain::one_time_code::Sendings;
use tantu_domain::own_limit::AccountLimits;
use tantu_domain::person::Person;
use tantu_domain::policy::Policy;
use tantu_engine::command::{Command, Settings, Tools};
use tantu_engine::error::Rejection;
use tantu_engine::payments::answer::Led;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::payments::resume::ResumePayment;
use tantu_store::change::Change;
use tantu_store::claim::IdempotencyKey;
use tantu_store::world::{AccountFile, World};

struct Counting(AtomicU64);

impl Ids for Counting {
    fn fresh(&self) -> [u8; 16] {
        (u128::from(self.0.fetch_add(1, Ordering::SeqCst)) << 8).to_be_bytes()
    }
}

/// How far a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The process dies when it has made so many of its claims.
    Claims(usize),
    /// It is answered.
    Answer,
}

const REACHES: [Reach; 4] = [Reach::Claims(0), Reach::Claims(1), Reach::Claims(2), Reach::Answer];

/// Two payers, one merchant, and what is in the database.
#[derive(Clone)]
struct Shop {
    world: World,
    merchant: MerchantId,
    payers: [(AccountId, InstrumentId); 2],
}

fn policy() -> Policy {
    Policy { version: "test".into(), ..Policy::default() }
}

fn settings() -> Settings {
    Settings {
        process: "test".into(),
        charge_expiry: SignedDuration::from_mins(2),
        confirm_expiry: SignedDuration::from_mins(15),
        lease: SignedDuration::from_secs(15),
        mandate_days: 365,
        answer_wait: std::time::Duration::from_secs(1),
        fold_interval: std::time::Duration::from_secs(60),
        pay_later: None,
        notify_base: "http://127.0.0.1".into(),
    }
}

impl Shop {
    fn open(ids: &dyn Ids) -> Self {
        let mut world = World::default();
        let payers = [3, 8].map(|shard| {
            let (id, wallet) = (AccountId::new(ids, Shard::of(shard)), InstrumentId::new(ids, Shard::of(shard)));
            let account = Account {
                id,
                state: AccountState::Active,
                balance: Money::cny(10_000),
                held: Money::cny(0),
                opened_at: Timestamp::UNIX_EPOCH,
                password: None,
                codes: Sendings::default(),
                activity: Activity::default(),
                tier: Tier::Three,
                limits: AccountLimits::default(),
                person: Person::default(),
            };
            let instruments = vec![Instrument { id: wallet, account: id, kind: InstrumentKind::Wallet }];
            let file = AccountFile {
                account,
                instruments,
                observations: Vec::new(),
                uses: Vec::new(),
                pay_later: None,
                points: None,
            };
            world.accounts.insert(id, file);
            (id, wallet)
        });
        Self { world, merchant: MerchantId::new(ids, Shard::of(0)), payers }
    }

    fn order(&self, (account, instrument): (AccountId, InstrumentId), key: &str, fen: i64) -> CreatePayment {
        CreatePayment {
            merchant: self.merchant,
            order_no: "1".into(),
            subject: "Two teas".into(),
            account,
            amount: Money::cny(fen),
            instrument,
            speaker: Speaker::default(),
            shown: None,
            idempotency: IdempotencyKey { client: self.merchant.to_string(), key: key.into() },
            request_hash: [u8::try_from(fen % 256).unwrap(); 32],
        }
    }

    /// The first payer's request, another of his for the same order, and one of the other payer's.
    fn rivals(&self) -> [CreatePayment; 3] {
        [
            self.order(self.payers[0], "a", 100),
            self.order(self.payers[0], "b", 101),
            self.order(self.payers[1], "c", 102),
        ]
    }

    /// Carries a request out as a store does that saves its claims first, each by itself.
    fn ask<C: Command<Outcome = Led>>(&mut self, ids: &dyn Ids, command: &C, reach: Reach) -> Result<Led, Rejection> {
        let (policy, settings, now) = (policy(), settings(), Timestamp::UNIX_EPOCH);
        let tools = Tools { now, wall: now, ids, policy: &policy, channels: &[], settings: &settings };
        let (led, changes) = command.decide(&self.world, &tools)?;
        let is_claim = |change: &&Change| matches!(change, Change::PutClaim(_));
        let claims: Vec<Change> = changes.iter().filter(is_claim).cloned().collect();
        let saved: &[Change] = match reach {
            Reach::Claims(made) => &claims[..made.min(claims.len())],
            Reach::Answer => &changes,
        };
        saved.iter().for_each(|change| self.world.apply(change));
        Ok(led)
    }

    fn paid(&mut self, ids: &dyn Ids, command: &CreatePayment) -> PaymentId {
        match self.ask(ids, command, Reach::Answer) {
            Ok(Led::Answered(given)) if given.answer == Answer::Succeeded => given.payment.id,
            other => panic!("{other:?}"),
        }
    }

    fn taken_by(&mut self, ids: &dyn Ids, command: &CreatePayment) -> String {
        match self.ask(ids, command, Reach::Answer) {
            Err(Rejection::OrderTaken { payment, .. }) => payment,
            other => panic!("{other:?}"),
        }
    }

    fn claimed(&self) -> Vec<PaymentId> {
        let mut claimed: Vec<_> = self.world.claims.values().map(|claim| claim.payment).collect();
        claimed.dedup();
        claimed
    }
}

fn ids() -> Counting {
    Counting(AtomicU64::new(1))
}

#[test]
fn a_repetition_makes_what_was_claimed() {
    let ids = ids();
    for reach in REACHES.into_iter().filter(|reach| *reach != Reach::Answer) {
        let mut shop = Shop::open(&ids);
        let [first, ..] = shop.rivals();
        shop.ask(&ids, &first, reach).unwrap();
        let claimed = shop.claimed();
        let payment = shop.paid(&ids, &first);
        assert!(claimed.iter().all(|id| *id == payment), "{reach:?}");
        assert!(
            matches!(shop.ask(&ids, &first, Reach::Answer), Ok(Led::Again(id, Answer::Succeeded, _)) if id == payment)
        );
        assert_eq!(shop.world.payments.len(), 1);
    }
}

#[test]
fn a_key_that_was_cut_off_takes_no_other_request() {
    let ids = ids();
    for reach in [Reach::Claims(1), Reach::Claims(2)] {
        let mut shop = Shop::open(&ids);
        let [first, ..] = shop.rivals();
        shop.ask(&ids, &first, reach).unwrap();
        let other = shop.order(shop.payers[0], "a", 999);
        assert_eq!(shop.ask(&ids, &other, Reach::Answer).unwrap_err(), Rejection::KeyReused);
        shop.paid(&ids, &first);
    }
}

/// The same payer asks again under another key, as a client does that has lost its own: he is not shut out of his order.
#[test]
fn the_same_payer_takes_his_order_up() {
    let ids = ids();
    let mut shop = Shop::open(&ids);
    let [first, second, _] = shop.rivals();
    shop.ask(&ids, &first, Reach::Claims(2)).unwrap();
    let claimed = shop.claimed();
    assert_eq!([shop.paid(&ids, &second)], claimed[..]);
    assert_eq!(
        shop.taken_by(&ids, &first),
        claimed[0].to_string(),
        "its key is bound to what another request has paid"
    );
}

#[test]
fn another_payer_never_takes_it() {
    let ids = ids();
    let mut shop = Shop::open(&ids);
    let [first, _, other] = shop.rivals();
    shop.ask(&ids, &first, Reach::Claims(2)).unwrap();
    let claimed = shop.claimed()[0].to_string();
    assert_eq!(shop.taken_by(&ids, &other), claimed);
    assert_eq!(shop.paid(&ids, &first).to_string(), claimed);
    assert_eq!(shop.taken_by(&ids, &other), claimed);
}

/// Every sequence of four of the three rivals, each cut off anywhere.
#[test]
fn no_sequence_pays_an_order_twice() {
    let ids = ids();
    let shop = Shop::open(&ids);
    let steps: Vec<_> = (0..3).flat_map(|rival| REACHES.map(|reach| (rival, reach))).collect();
    let mut sequences = 0;
    for number in 0..steps.len().pow(4) {
        let sequence: Vec<_> = (0..4).map(|place| steps[number / steps.len().pow(place) % steps.len()]).collect();
        let mut shop = shop.clone();
        let mut answers = HashMap::new();
        let last = [(0, Reach::Answer), (1, Reach::Answer), (2, Reach::Answer)];
        for (rival, reach) in sequence.iter().copied().chain(last) {
            let told = match shop.ask(&ids, &shop.rivals()[rival], reach) {
                Ok(Led::Answered(given)) => given.payment.id,
                Ok(Led::Again(payment, Answer::Succeeded, _)) => payment,
                Err(Rejection::OrderTaken { .. }) => continue,
                other => panic!("{sequence:?}: {other:?}"),
            };
            if reach == Reach::Answer {
                assert_eq!(*answers.entry(rival).or_insert(told), told, "{sequence:?}");
            }
        }
        assert_eq!((shop.world.payments.len(), answers.len()), (1, 1), "{sequence:?}");
        sequences += 1;
    }
    assert_eq!(sequences, 20_736);
}

#[test]
fn a_resumption_that_was_cut_off_is_carried_out() {
    let ids = ids();
    let mut shop = Shop::open(&ids);
    let order = shop.order(shop.payers[0], "a", 20_000);
    let refused = shop.ask(&ids, &order, Reach::Answer).unwrap();
    let Led::Answered(given) = refused else { panic!("{refused:?}") };
    assert!(matches!(given.answer, Answer::Refused(_)));
    shop.world.accounts.get_mut(&shop.payers[0].0).unwrap().account.balance = Money::cny(20_000);
    let resume = ResumePayment {
        payment: given.payment.id,
        instrument: None,
        speaker: Speaker::default(),
        proof: None,
        shown: None,
        coded: None,
        idempotency: IdempotencyKey { client: shop.merchant.to_string(), key: "b".into() },
        request_hash: [9; 32],
    };
    for reach in [Reach::Claims(1), Reach::Claims(1), Reach::Answer] {
        let led = shop.ask(&ids, &resume, reach).unwrap();
        assert!(matches!(&led, Led::Answered(given) if given.answer == Answer::Succeeded), "{led:?}");
    }
    let again = shop.ask(&ids, &resume, Reach::Answer).unwrap();
    assert!(matches!(again, Led::Again(id, Answer::Succeeded, _) if id == given.payment.id), "{again:?}");
    let other = ResumePayment { request_hash: [8; 32], ..resume };
    assert_eq!(shop.ask(&ids, &other, Reach::Answer).unwrap_err(), Rejection::KeyReused);
}
