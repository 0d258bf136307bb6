//! Fresh PostgreSQL databases that share the shards, and a witness in each: whatever the store's own guard believes, the
//! server itself refuses a transaction that writes two shards.

use std::sync::OnceLock;

use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, PaymentId, Shard};
use tantu_domain::money::Money;
use tantu_store::change::Change;
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;
use tantu_store::open::{batch_by_shard, open_urls, read_urls};
use tantu_store::postgres::PostgresStore;
use tantu_store::sharded::ShardedStore;
use tantu_store::{Lanes, Store};

use super::cluster::Raw;
use super::folds::{begun, end, paid};
use super::postgres::{Database, empty, made};
use super::samples::{Counting, Payer, commit, no_reason, now, one, try_commit};

/// Every table that has a shard but the incidents, which are everywhere the same, refuses a second shard in a transaction.
const WITNESS: &str = "
    CREATE FUNCTION one_shard_only() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      seen text := current_setting('witness.shard', true);
      this text := coalesce(NEW.shard, OLD.shard)::text;
    BEGIN
      IF coalesce(seen, '') NOT IN ('', this) THEN
        RAISE EXCEPTION 'the witness saw shards % and % in one transaction', seen, this;
      END IF;
      PERFORM set_config('witness.shard', this, true);
      RETURN NULL;
    END $$;
    DO $$
    DECLARE held record;
    BEGIN
      FOR held IN SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND column_name = 'shard' AND table_type = 'BASE TABLE' AND table_name <> 'incidents'
      LOOP EXECUTE format('CREATE TRIGGER witness AFTER INSERT OR UPDATE OR DELETE ON %I
        FOR EACH ROW EXECUTE FUNCTION one_shard_only()', held.table_name); END LOOP;
    END $$";

/// A store with its databases, which go when it does.
pub(crate) struct Fresh {
    pub(crate) store: ShardedStore,
    pub(crate) databases: Vec<Database>,
}

impl Fresh {
    fn urls(&self) -> Vec<String> {
        self.databases.iter().map(Database::url).collect()
    }
}

/// Two databases show whatever four do; making them is most of a test's time.
pub(crate) fn fresh() -> Fresh {
    fresh_of(2)
}

/// A schema that no store has opened yet, so that it may become any part; with the witness.
fn fresh_of(parts: usize) -> Fresh {
    static TEMPLATE: OnceLock<Database> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let database = empty();
        drop(PostgresStore::open_url(&database.url()).unwrap());
        database.raw().run(WITNESS);
        database.raw().run("DELETE FROM layout");
        database
    });
    let databases: Vec<Database> = (0..parts).map(|_| made(&template.name)).collect();
    let urls: Vec<String> = databases.iter().map(Database::url).collect();
    Fresh { store: ShardedStore::open_urls(&urls).unwrap(), databases }
}

fn count(raw: &Raw, table: &str) -> i64 {
    raw.cell(&format!("SELECT count(*) FROM {table}"))
}

#[test]
fn each_payer_lies_in_his_database_and_each_claim_in_its_own() {
    let fresh = fresh_of(4);
    assert_eq!(fresh.store.lanes(), Lanes::ByShard);
    for shard in (0..100).step_by(5) {
        let payer = Payer::on(Shard::of(shard));
        let payment = payer.captured();
        commit(&fresh.store, &payer.rows());
        commit(&fresh.store, &[Change::PutPayment(payment.clone()), Change::PutClaim(payer.claim(&payment))]);
        assert_eq!(fresh.store.payment(payment.id).unwrap(), Some(payment.clone()));
        assert_eq!(fresh.store.claim(&payer.claim(&payment).key).unwrap(), Some(payer.claim(&payment)));
    }
    let raws: Vec<Raw> = fresh.databases.iter().map(Database::raw).collect();
    assert_eq!(raws.iter().map(|raw| count(raw, "payments")).collect::<Vec<_>>(), [5; 4]);
    assert_eq!(raws.iter().map(|raw| count(raw, "claims")).sum::<i64>(), 20);
    assert_eq!(raws.iter().map(|raw| count(raw, "merchants")).collect::<Vec<_>>(), [20, 0, 0, 0]);
    for (number, raw) in raws.iter().enumerate() {
        let (first, last) = (number * 25, number * 25 + 24);
        let strange = format!(
            "SELECT count(*) FROM (SELECT shard FROM claims UNION ALL SELECT shard FROM payments) AS held
                               WHERE shard NOT BETWEEN {first} AND {last}"
        );
        assert_eq!(raw.cell::<i64>(&strange), 0);
    }
}

/// The control of the guard: a batch of two shards, as one database would take it, is refused before anything is sent.
#[test]
fn a_batch_of_two_shards_is_refused() {
    for parts in [1, 4] {
        let fresh = fresh_of(parts);
        // Neighbours, which lie in one database even if there are four.
        let payers = [Payer::on(Shard::of(7)), Payer::on(Shard::of(8))];
        let both = payers.iter().flat_map(Payer::rows).collect::<Vec<_>>();
        let refused = try_commit(&fresh.store, &both);
        assert!(matches!(refused, Err(StoreError::NotOneShard(_))), "{refused:?}");
        assert!(payers.iter().all(|payer| fresh.store.account(payer.account, now()).unwrap().is_none()));
        let keys = Keys { accounts: payers.iter().map(|payer| payer.account).collect(), ..Keys::default() };
        let begun = fresh.store.begin(&keys, now()).err().unwrap();
        assert!(matches!(begun, StoreError::NotOneShard(_)), "{begun}");
        // What was loaded is of one shard, and what is written of another.
        let (_, batch) =
            fresh.store.begin(&Keys { accounts: one(payers[0].account), ..Keys::default() }, now()).unwrap();
        let refused = batch.commit(&[Change::PutPayment(payers[1].captured())]);
        assert!(matches!(refused, Err(StoreError::NotOneShard(_))), "{refused:?}");
        commit(&fresh.store, &payers[0].rows());
    }
}

/// The control of the witness: the ordinary store's batch of two shards is seen by the server.
#[test]
fn the_witness_sees_a_transaction_of_two_shards() {
    let fresh = fresh_of(1);
    fresh.databases[0].raw().run("UPDATE layout SET batches = 'mixed'");
    let mixed = PostgresStore::open_url(&fresh.databases[0].url()).unwrap();
    let payers = [Payer::on(Shard::of(7)), Payer::on(Shard::of(8))];
    commit(&mixed, &payers[0].rows());
    let both = payers.iter().map(|payer| payer.rows().remove(1)).collect::<Vec<_>>();
    match try_commit(&mixed, &both) {
        Err(StoreError::Unavailable(_, why) | StoreError::Refused(why)) => {
            assert!(why.contains("the witness saw"), "{why}")
        }
        other => panic!("{other:?}"),
    }
}

/// A crash between the claims and the payment: the claims stand, and the audit counts them and finds nothing broken.
#[test]
fn claims_come_first_and_stay() {
    let fresh = fresh_of(4);
    let payer = Payer::stored(&fresh.store);
    let payment = payer.order(Money::cny(1)).refuse(no_reason(), now()).unwrap();
    let claims = [payer.claim(&payment), payer.keyed(payment.id, "k")];
    // A limit that would fall below nothing is refused by the server, after the claims are made.
    let (window, starts_on) = (tantu_domain::limit::Window::Day, tantu_domain::limit::Window::Day.start(now()));
    let account = payer.account;
    let counter = tantu_domain::limit::Counter::of(tantu_domain::instrument::Product::Wallet, false);
    let below = Change::AdjustLimit { account, counter, window, starts_on, delta: Money::cny(-1) };
    let mut changes = claims.clone().map(Change::PutClaim).to_vec();
    changes.extend([Change::PutPayment(payment.clone()), below]);
    assert!(matches!(try_commit(&fresh.store, &changes), Err(StoreError::Refused(_))));
    let keys = Keys {
        accounts: one(account),
        claims: claims.iter().map(|claim| claim.key.clone()).collect(),
        ..Keys::default()
    };
    let (seen, batch) = fresh.store.begin(&keys, now()).unwrap();
    assert!(seen.claims.len() == 2 && seen.made.is_empty() && seen.requests.is_empty());
    let counted = |id: &str| {
        let audit = fresh.store.audit().unwrap();
        assert!(audit.checks.iter().all(|check| check.broken.is_empty()), "{audit:?}");
        audit.checks.iter().find(|check| check.id == id).unwrap().looked_at
    };
    assert_eq!(counted("orders_claimed_and_not_made"), 1);
    changes.truncate(3);
    changes.push(Change::PutRequest(payer.request(payment.id, "k")));
    batch.commit(&changes[2..]).unwrap();
    let (seen, _) = fresh.store.begin(&keys, now()).unwrap();
    assert!(seen.made.contains(&payment.id) && seen.requests.len() == 1);
    assert_eq!((counted("orders_claimed_and_not_made"), counted("orders_claimed_once")), (0, 1));
}

#[test]
fn a_payment_without_its_claim_is_found() {
    let fresh = fresh_of(4);
    let payer = Payer::stored(&fresh.store);
    let payment = payer.captured();
    commit(&fresh.store, &[Change::PutPayment(payment.clone())]);
    let broken = || {
        let checks = fresh.store.audit().unwrap().checks;
        checks.into_iter().find(|check| check.id == "orders_claimed_once").unwrap().broken
    };
    assert_eq!(broken(), [format!("{} has no claim of its order", payment.id)]);
    // Another order's claim does not do.
    let other = payer.captured();
    let mut wrong = payer.claim(&other);
    wrong.payment = payment.id;
    commit(&fresh.store, &[Change::PutClaim(wrong)]);
    assert_eq!(broken().len(), 1);
    commit(&fresh.store, &[Change::PutClaim(payer.claim(&payment))]);
    assert!(broken().is_empty());
}

/// Two begin with what neither has seen claimed: whoever commits later is told, and has changed nothing of its payer's.
#[test]
fn a_claim_is_made_once() {
    let fresh = fresh_of(4);
    let (first, late) = (Payer::stored(&fresh.store), Payer::on(Shard::of(93)));
    commit(&fresh.store, &late.rows());
    let claim = first.claim(&first.captured());
    let keys = |account: AccountId| Keys { accounts: one(account), claims: one(claim.key.clone()), ..Keys::default() };
    let (_, one_batch) = fresh.store.begin(&keys(first.account), now()).unwrap();
    let (seen, other_batch) = fresh.store.begin(&keys(late.account), now()).unwrap();
    assert!(seen.claims.is_empty());
    one_batch.commit(&[Change::PutClaim(claim.clone())]).unwrap();
    let mut stolen = claim.clone();
    stolen.payment = late.own(PaymentId::new);
    let instrument = late.own(InstrumentId::new);
    let wallet = tantu_domain::instrument::InstrumentKind::Wallet;
    let put = tantu_domain::instrument::Instrument { id: instrument, account: late.account, kind: wallet };
    let refused = other_batch.commit(&[Change::PutInstrument(put), Change::PutClaim(stolen)]);
    assert!(matches!(refused, Err(StoreError::Claimed)), "{refused:?}");
    assert_eq!(fresh.store.claim(&claim.key).unwrap(), Some(claim));
    assert_eq!(fresh.store.account_of(instrument).unwrap(), None);
}

/// More batches at once than there are connections for them, each with claims everywhere: they wait for each other, and all end.
#[test]
fn many_batches_at_once_all_end() {
    let fresh = fresh_of(4);
    let payers: Vec<Payer> = (0..100).map(|shard| Payer::on(Shard::of(shard))).collect();
    std::thread::scope(|scope| {
        let pay = |payer: &Payer| {
            commit(&fresh.store, &payer.rows());
            let claims = (0..20).map(|number| payer.keyed(payer.own(PaymentId::new), &format!("{number}")));
            let claims: Vec<_> = claims.collect();
            let keys = Keys {
                accounts: one(payer.account),
                claims: claims.iter().map(|claim| claim.key.clone()).collect(),
                ..Keys::default()
            };
            let (_, batch) = fresh.store.begin(&keys, now()).unwrap();
            let mut changes = vec![Change::PutAccount(payer.account_row(tantu_domain::account::AccountState::Active))];
            changes.extend(claims.into_iter().map(Change::PutClaim));
            batch.commit(&changes).unwrap();
        };
        for payer in &payers {
            scope.spawn(move || pay(payer));
        }
    });
    let claims: i64 = fresh.databases.iter().map(|database| count(&database.raw(), "claims")).sum();
    assert_eq!(claims, 2_000);
}

/// Each database knows which part of what it is.
#[test]
fn databases_are_never_taken_for_others() {
    let fresh = fresh_of(4);
    let urls = fresh.urls();
    let told = |urls: &[String]| open_urls(urls).err().unwrap().to_string();
    let [a, b, c, d] = urls.as_slice() else { unreachable!("there are four") };
    for (given, why) in [
        (vec![a, c, b, d], "given as number 2"),
        (vec![a, a, c, d], "number 1 of 4"),
        (vec![a, b], "one of 4"),
        (vec![a], "number 1 of 4"),
        (vec![a, b, c, d, d], "one of 4"),
    ] {
        let given: Vec<String> = given.into_iter().cloned().collect();
        let error = told(&given);
        assert!(error.contains(why), "{error}");
        let error = read_urls(&given).err().unwrap().to_string();
        assert!(error.contains(why), "{error}");
    }
    let whole = super::postgres::fresh();
    commit(&whole.store, &Payer::new().rows());
    assert!(told(&[whole.database.url(), a.clone()]).contains("holds every shard"));
    assert!(told(&["sqlite:a.db".into(), a.clone()]).contains("only PostgreSQL"));
    assert_eq!(open_urls(&urls).unwrap().lanes(), Lanes::ByShard);
    read_urls(&urls).unwrap().ping().unwrap();
}

/// One database is told once that its batches are of one shard, and whoever opens it from then on keeps to that.
#[test]
fn one_database_may_be_batched_by_shard() {
    let whole = super::postgres::fresh();
    let urls = [whole.database.url()];
    let payer = Payer::stored(&whole.store);
    assert!(matches!(open_urls(&urls).unwrap().lanes(), Lanes::Mixed(_)));
    batch_by_shard(&urls[0]).unwrap();
    let store = open_urls(&urls).unwrap();
    assert_eq!(store.lanes(), Lanes::ByShard);
    let payment = payer.captured();
    commit(&*store, &[Change::PutPayment(payment.clone()), Change::PutClaim(payer.claim(&payment))]);
    assert_eq!(read_urls(&urls).unwrap().payment(payment.id).unwrap(), Some(payment));
    assert!(batch_by_shard("sqlite:a.db").is_err());
}

/// A fold whose two ends lie in two databases: under way it is no alarm, and given twice it is found.
#[test]
fn folds_are_held_against_each_other_across_databases() {
    let fresh = fresh_of(4);
    let merchant = MerchantId::new(&Counting, Shard::of(3));
    let payers = [7, 60, 99].map(|shard| Payer { merchant, ..Payer::on(Shard::of(shard)) });
    let found = || {
        let checks = fresh.store.audit().unwrap().checks.into_iter();
        let fold = |id: &str| id.contains("fold") && id != "balances_equal_fold";
        checks.filter(|check| fold(check.id) && !check.broken.is_empty()).map(|check| check.id).collect::<Vec<_>>()
    };
    for payer in &payers {
        commit(&fresh.store, &paid(payer, 700));
        let [done, under_way] = payer.folds([Money::cny(300), Money::cny(200)]);
        commit(&fresh.store, &begun(&done));
        end(&fresh.store, &done);
        commit(&fresh.store, &begun(&under_way));
        assert_eq!(found(), Vec::<&str>::new());
    }
    let balance = fresh.store.merchant_balance(merchant).unwrap();
    assert_eq!(
        (balance.settled, balance.in_transit, balance.clearing()),
        (Money::cny(900), Money::cny(600), Money::cny(600))
    );
    assert_eq!(fresh.store.folds_under_way(merchant).unwrap().len(), 3);
    let [twice] = payers[2].folds([Money::cny(300)]);
    commit(&fresh.store, &[Change::Post(twice.given(now()).unwrap())]);
    assert_eq!(found(), ["folds_given_once"]);
}
