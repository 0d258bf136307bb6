//! A merchant's refund by every road, with a crash between every two of its steps: it is made once, by the road the money came, or
//! not at all; and what is given back never exceeds what was captured.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod town;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tantu_channels::{Charge, RefundOrder};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{MerchantId, Shard, TransactionId};
use tantu_domain::money::Money;
use tantu_domain::refund::{RefundError, RefundState, WhyRefused};
use tantu_engine::error::{EngineError, Rejection};
use tantu_engine::merchants::debit::{DebitMerchant, Debited};
use tantu_engine::pay_later::repay_bill::RepayBill;
use tantu_engine::refunds::make::MakeRefund;
use tantu_engine::refunds::record::Heard;
use tantu_engine::refunds::settle::SettleRefund;
use tantu_engine::time::UuidIds;

use crate::town::{PRICE, Till, Town, WAYS, Way};

/// What a payer has more, and owes less, after so much of an order went back: in the wallet, of points, of debt, through the channel.
fn expected(way: Way, fen: i64) -> (i64, i64, i64, i64) {
    let money = fen.min(PRICE - 5_000);
    match way {
        Way::Wallet => (fen, 0, 0, 0),
        Way::Channel(_) => (0, 0, 0, fen),
        Way::PayLater => (0, 0, fen, 0),
        Way::Points => (0, fen / 10, 0, 0),
        Way::PointsAnd(None) => (money, (fen - money) / 10, 0, 0),
        Way::PointsAnd(Some(_)) => (0, (fen - money) / 10, 0, money),
    }
}

/// A refund of an order paid so, whose process dies after so many of its steps.
async fn survives(way: Way, fen: i64, steps: usize) {
    let case = format!("{way:?}, {fen} fen, the process dies after {steps} steps");
    let mut town = Town::new(Till::default()).await;
    let payment = town.paid(way, "order").await;
    let (before, uses) = (town.has(), town.file().uses);
    // The one that dies sends nothing: its worker is gone.
    town.engine = None;
    let mut refund = town.by_hand(town.make(payment, Some(fen), "refund"));
    if steps > 1 {
        let debit = DebitMerchant { id: refund.hold, merchant: town.merchant, amount: Money::cny(fen) };
        assert_eq!(town.by_hand(debit), Debited::Held);
    }
    if steps > 2 {
        refund = town.record(&refund, Heard::Held);
    }
    if let (true, Some((_, attempt, amount))) = (steps > 3, refund.through_channel()) {
        // The channel has it, and the answer is lost.
        let order = RefundOrder { attempt, refund: refund.id, amount, reason: String::new() };
        town.till.refund(&order).await;
    }
    if steps > 4 {
        refund = town.record(&refund, Heard::Back(AttemptReport::Refunded));
    }
    if steps > 5 {
        town.by_hand(SettleRefund(refund.clone()));
    }
    town.restart().await;
    let done = town.done(refund.id).await;
    assert!(matches!(done.state, RefundState::Succeeded { .. }), "{case}: {:?}", done.state);
    let after = town.has();
    let more = (after.0 - before.0, after.1 - before.1, before.2 - after.2, town.given_back());
    assert_eq!(more, expected(way, fen), "{case}");
    assert_eq!(town.merchant_has(), (PRICE - fen, 0), "{case}");
    let told = town.store.payment(payment).unwrap().unwrap();
    assert_eq!((told.refunded, told.state.id()), (Money::cny(fen), "succeeded"), "{case}");
    assert_eq!(town.file().uses, uses, "{case}: a limit's window is not restored");
    // The same request again makes no other refund, and what is left can still go back.
    let again = town.engine().refund(town.make(payment, Some(fen), "refund")).await.unwrap();
    assert_eq!(again.id, done.id, "{case}");
    let rest = town.engine().refund(town.make(payment, None, "rest")).await;
    if fen == PRICE {
        let nothing = EngineError::Rejected(Rejection::Unrefundable(RefundError::NothingLeft(Money::cny(PRICE))));
        assert_eq!(rest.unwrap_err().to_string(), nothing.to_string(), "{case}");
        return;
    }
    let rest = town.done(rest.unwrap().id).await;
    assert_eq!((rest.amount(), rest.state.id()), (Money::cny(PRICE - fen), "succeeded"), "{case}");
    let after = town.has();
    let more = (after.0 - before.0, after.1 - before.1, before.2 - after.2, town.given_back());
    assert_eq!(more, expected(way, PRICE), "{case}");
    assert_eq!(town.merchant_has(), (0, 0), "{case}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_made_once_wherever_its_process_dies() {
    for way in WAYS {
        let mut running = tokio::task::JoinSet::new();
        for steps in 1..=6 {
            running.spawn(survives(way, 17_000, steps));
        }
        running.spawn(survives(way, PRICE, 3));
        while let Some(ended) = running.join_next().await {
            ended.unwrap();
        }
    }
}

/// A channel that does not take it in, and then loses its answer, is asked until it has spoken, by one number; a notification makes it sooner.
#[tokio::test(flavor = "multi_thread")]
async fn the_undecided_is_asked_again_by_the_same_number() {
    let till = Till { deaf: AtomicUsize::new(2), lost: AtomicUsize::new(1), ..Till::default() };
    let town = Town::new(till).await;
    let payment = town.paid(Way::Channel(Channel::Alipay), "order").await;
    let refund = town.engine().refund(town.make(payment, Some(7_000), "refund")).await.unwrap();
    assert_eq!(refund.state, RefundState::Held);
    assert_eq!(town.merchant_has(), (PRICE - 7_000, 7_000), "what is on its way is held");
    let mut look = tokio::time::interval(Duration::from_millis(5));
    let meanwhile = loop {
        look.tick().await;
        let known = town.store.refund(refund.id).unwrap().unwrap();
        if let Some(asked) = known.last_asked {
            break asked;
        }
        assert_eq!(known.done_at, None, "the channel has not spoken");
    };
    let word = meanwhile.word.map(|word| word.code);
    assert_eq!((word.as_deref(), meanwhile.again_at > meanwhile.at), (Some("ACQ.SYSTEM_ERROR"), true));
    let done = town.done(refund.id).await;
    assert!(matches!(done.state, RefundState::Succeeded { .. }) && done.last_asked.is_none());
    assert_eq!((town.given_back(), town.till.refunded.lock().unwrap().len()), (7_000, 1));
    assert_eq!(town.engine().notify(Channel::Alipay, b"told").await.unwrap(), "success");
}

/// The channel says no for good: the merchant has his money again, and may ask for another refund.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_declines_is_the_merchants_again() {
    for steps in 0..=2 {
        let mut town = Town::new(Till { declines: true, ..Till::default() }).await;
        let payment = town.paid(Way::PointsAnd(Some(Channel::Alipay)), "order").await;
        let before = town.has();
        town.engine = None;
        let mut refund = town.by_hand(town.make(payment, None, "refund"));
        town.by_hand(DebitMerchant { id: refund.hold, merchant: town.merchant, amount: Money::cny(PRICE) });
        refund = town.record(&refund, Heard::Held);
        let (_, attempt, amount) = refund.through_channel().unwrap();
        let order = RefundOrder { attempt, refund: refund.id, amount, reason: String::new() };
        if steps > 0 {
            refund = town.record(&refund, Heard::Back(town.till.refund(&order).await));
        }
        if steps > 1 {
            town.by_hand(SettleRefund(refund.clone()));
        }
        town.restart().await;
        let done = town.done(refund.id).await;
        let RefundState::Refused { why: WhyRefused::Channel { causes }, .. } = &done.state else { panic!("{done:?}") };
        assert_eq!(causes.iter().map(|finding| finding.cause).collect::<Vec<_>>(), [Cause::AccountFrozen]);
        assert_eq!((town.merchant_has(), town.has()), ((PRICE, 0), before), "nothing has moved");
        assert_eq!(town.store.payment(payment).unwrap().unwrap().refunded, Money::cny(0));
        let again = town.engine().refund(town.make(payment, None, "again")).await.unwrap();
        assert_eq!(again.amount(), Money::cny(PRICE), "what was refused counts no more");
    }
}

/// A merchant who has too little is told so, nothing is held, and nothing can be held under that number any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_short_of_money_is_told_what_is_there() {
    let town = Town::new(Till::default()).await;
    let payment = town.paid(Way::Wallet, "order").await;
    let id = TransactionId::new(&UuidIds, town.merchant.shard());
    let spent = DebitMerchant { id, merchant: town.merchant, amount: Money::cny(15_000) };
    assert_eq!(town.engine().debit_merchant(spent).await.unwrap(), Debited::Held);
    let refused = town.engine().refund(town.make(payment, None, "refund")).await.unwrap();
    let short = WhyRefused::MerchantShort { settled: Money::cny(5_000), coming: Money::cny(0) };
    assert!(matches!(&refused.state, RefundState::Refused { why, .. } if *why == short), "{:?}", refused.state);
    assert_eq!(town.merchant_has(), (5_000, 15_000), "nothing more is held");
    town.paid(Way::Wallet, "another").await;
    // Whoever comes late with the same number holds nothing, though there is money now.
    let late = DebitMerchant { id: refused.hold, merchant: town.merchant, amount: Money::cny(PRICE) };
    assert_eq!(town.engine().debit_merchant(late).await.unwrap(), Debited::Forgone);
    let again = town.engine().refund(town.make(payment, None, "refund")).await.unwrap();
    assert_eq!(again.state, refused.state, "the same key has the same answer");
    let new = town.engine().refund(town.make(payment, None, "new")).await.unwrap();
    assert!(matches!(town.done(new.id).await.state, RefundState::Succeeded { .. }));
    assert_eq!(town.merchant_has(), (5_000, 15_000));
}

/// Whatever comes at the same time, no more goes back than was captured.
#[tokio::test(flavor = "multi_thread")]
async fn refunds_at_once_never_exceed_what_was_captured() {
    let town = Town::new(Till::default()).await;
    let payment = town.paid(Way::Channel(Channel::UnionPay), "order").await;
    let asked = (0..8).map(|number| {
        let (engine, make) = (town.engine(), town.make(payment, Some(7_000), &format!("refund {number}")));
        tokio::spawn(async move { engine.refund(make).await })
    });
    let (mut made, mut refused) = (Vec::new(), 0);
    for asked in asked.collect::<Vec<_>>() {
        match asked.await.unwrap() {
            Ok(refund) => made.push(refund.id),
            Err(EngineError::Rejected(Rejection::Unrefundable(RefundError::MoreThanLeft { left, asked }))) => {
                assert!(left.minor() < asked.minor());
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((made.len(), refused), (2, 6));
    for refund in made {
        town.done(refund).await;
    }
    assert_eq!((town.given_back(), town.merchant_has()), (14_000, (PRICE - 14_000, 0)));
}

/// What does not fit is refused, and nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_back_is_refused_before_anything_is_written() {
    let town = Town::new(Till::default()).await;
    let (mixed, plain) = (town.paid(Way::PointsAnd(None), "mixed").await, town.paid(Way::Wallet, "plain").await);
    let engine = town.engine();
    let whole = RefundError::NotWholePoints { points: Money::cny(5), point: Money::cny(10), near: Money::cny(15_000) };
    let more = RefundError::MoreThanLeft { left: Money::cny(PRICE), asked: Money::cny(PRICE + 1) };
    let left = Money::cny(PRICE);
    let table = [
        (mixed, Some(15_005), whole),
        (plain, Some(PRICE + 1), more),
        (plain, Some(0), RefundError::NotPositive { left }),
        (plain, Some(-1), RefundError::NotPositive { left }),
    ];
    for (payment, amount, why) in table {
        let said = engine.refund(town.make(payment, amount, "bad")).await.unwrap_err();
        assert_eq!(said.to_string(), EngineError::from(Rejection::from(why)).to_string());
        assert_eq!(town.store.refunds(payment).unwrap(), []);
    }
    let stranger = MakeRefund { merchant: MerchantId::new(&UuidIds, Shard::of(1)), ..town.make(plain, None, "bad") };
    let unknown = engine.refund(stranger).await.unwrap_err().to_string();
    assert_eq!(unknown, format!("there is no payment {plain}"), "as of one that is not there");
    // The key is still free.
    let made = engine.refund(town.make(plain, Some(1), "bad")).await.unwrap();
    let other = MakeRefund { request_hash: [3; 32], ..town.make(plain, Some(2), "bad") };
    assert!(matches!(engine.refund(other).await, Err(EngineError::Rejected(Rejection::KeyReused))));
    town.done(made.id).await;
}

/// What a repayment under way is about to pay is not taken off the bill a second time: the refund goes past it, into the wallet.
#[tokio::test(flavor = "multi_thread")]
async fn a_repayment_under_way_is_not_paid_twice() {
    const REPAID: i64 = 12_000;
    let town = Town::new(Till { silent: AtomicUsize::new(0), ..Till::default() }).await;
    let payment = town.paid(Way::PayLater, "order").await;
    let (before, instrument) = (town.has(), town.mandate(Channel::Alipay).await);
    let bill = town.file().pay_later.unwrap().bills.first().unwrap().id;
    town.till.silent.store(1, Ordering::SeqCst);
    let repay = RepayBill {
        bill,
        account: town.account,
        instrument,
        amount: Some(Money::cny(REPAID)),
        occasion: None,
        lender: town.settings.pay_later.as_ref().unwrap().lender,
        speaker: Speaker::default(),
        idempotency: town.key("repay"),
        request_hash: [4; 32],
    };
    town.engine().run(repay).await.unwrap();
    let refund = town.engine().refund(town.make(payment, None, "refund")).await.unwrap();
    assert!(matches!(town.done(refund.id).await.state, RefundState::Succeeded { .. }));
    let meanwhile = town.has();
    assert_eq!((meanwhile.0 - before.0, meanwhile.2), (REPAID, REPAID), "what the repayment is of is still owed");
    town.till.tells.store(true, Ordering::SeqCst);
    let mut look = tokio::time::interval(Duration::from_millis(20));
    for turn in 10..1_000 {
        look.tick().await;
        if town.has().2 == 0 {
            break;
        }
        town.clock.set_offset(turn * 60);
        town.engine().clock_moved();
    }
    assert_eq!(town.has(), (before.0 + REPAID, before.1, 0), "the bill is paid once");
    town.audited("at the end");
}
