//! Forged answers to whatever our connectors ask: every verb, and under the engine the question about an open payment.

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;
use tantu_channels::{Charge, ChargeOrder, ChargeWay, RefundOrder};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::CardToken;
use tantu_domain::ids::RefundId;
use tantu_domain::money::Money;
use tantu_engine::time::UuidIds;

use super::fields::Target;
use super::shop::Shop;
use super::unionpay::TOKEN;
use crate::outcome::Failure;

/// So many ask at once.
const ASKING: usize = 8;

/// What Alipay knows a payer's permission by.
const AGREEMENT: &str = "20205225715271617440";

/// Asks Alipay; gives what was believed.
pub(super) async fn to_alipay(shop: &Shop, count: u64) -> Result<Vec<String>, Failure> {
    let way = ChargeWay::Mandate { agreement_no: AGREEMENT.into() };
    ask(shop, shop.alipay.clone(), &shop.at_alipay, way, count).await
}

/// Asks UnionPay; gives what was believed.
pub(super) async fn to_unionpay(shop: &Shop, count: u64) -> Result<Vec<String>, Failure> {
    let way = ChargeWay::Card { token: CardToken::new(TOKEN), code: None };
    ask(shop, shop.unionpay.clone(), &shop.at_unionpay, way, count).await
}

async fn ask(
    shop: &Shop,
    charge: Arc<dyn Charge>,
    targets: &[Target],
    way: ChargeWay,
    count: u64,
) -> Result<Vec<String>, Failure> {
    let expires_at = shop.engine.clock().now().checked_add(SignedDuration::from_mins(5))?;
    let tasks = (0..ASKING).map(|number| {
        let number = u64::try_from(number).unwrap_or(0);
        let (charge, way, targets) = (Arc::clone(&charge), way.clone(), targets.to_vec());
        tokio::spawn(async move {
            let mut believed = Vec::new();
            // Each has its own share of the turns, so that together they make all of them.
            for turn in (number..count).step_by(ASKING) {
                let target = targets[usize::try_from(turn / 6).unwrap_or(0) % targets.len()];
                let order = ChargeOrder {
                    attempt: target.attempt,
                    amount: Money::cny(target.amount),
                    subject: "Two teas".into(),
                    way: way.clone(),
                    expires_at,
                    notify_url: "http://127.0.0.1:9/".into(),
                };
                let (verb, report) = say(&*charge, &order, target, turn).await;
                if !matches!(report, AttemptReport::NoAnswer | AttemptReport::Fault(_)) {
                    believed.push(format!("{verb}: {report:?}"));
                }
            }
            believed
        })
    });
    let mut believed = Vec::new();
    for part in join_all(tasks).await {
        believed.extend(part?);
    }
    Ok(believed)
}

/// Each verb in its turn.
async fn say(charge: &dyn Charge, order: &ChargeOrder, target: Target, turn: u64) -> (&'static str, AttemptReport) {
    let attempt = target.attempt;
    let refund = RefundOrder {
        attempt,
        refund: RefundId::new(&UuidIds, attempt.shard()),
        amount: order.amount,
        reason: "late".into(),
    };
    match turn / 8 % 6 {
        0 => ("charge", charge.charge(order).await),
        1 => ("query", charge.query(attempt).await),
        2 => ("close", charge.close(attempt).await),
        3 => ("cancel", charge.cancel(attempt).await.report),
        4 => ("refund", charge.refund(&refund).await),
        _ => ("query refund", charge.query_refund(&refund).await),
    }
}

/// Has the engine ask about its open payments, as it does for a payer who comes back from the channel.
pub(super) async fn under_the_engine(shop: &Shop, count: u64) -> Result<(), Failure> {
    let tasks = (0..ASKING).map(|number| {
        let number = u64::try_from(number).unwrap_or(0);
        let (engine, payments) = (shop.engine.clone(), shop.payments.clone());
        tokio::spawn(async move {
            for turn in (number..count).step_by(ASKING) {
                let id = payments[usize::try_from(turn).unwrap_or(0) % payments.len()];
                let payment = engine.read(move |store| store.payment(id)).await?;
                if let Some(payment) = payment {
                    engine.refresh_payment(&payment).await?;
                }
            }
            Ok::<(), Failure>(())
        })
    });
    for part in join_all(tasks).await {
        part??;
    }
    Ok(())
}
