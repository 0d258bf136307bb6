//! The reckoning: every attempt of ours against the channel's own books, to the fen.

use std::collections::{BTreeMap, HashMap};

use reqwest::Method;
use serde_json::{Value, json};
use tantu_domain::attempt::{Attempt, AttemptState};
use tantu_domain::ids::PaymentId;
use tantu_domain::payment::{Payment, PaymentState};

use crate::outcome::Failure;
use crate::stage::Stage;

/// How UnionPay names a payment.
const CONSUME: &str = "01/01";

/// What the channel's books say of one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Truth {
    /// In fen; what was taken and what was given back.
    taken: i64,
    given_back: i64,
    /// How often it was given back.
    refunds: usize,
    /// How often money was taken.
    charges: i64,
}

impl Truth {
    fn of_alipay(trade: &Value, refunds: usize) -> Self {
        let fen = |name: &str| trade[name].as_i64().unwrap_or_default();
        let taken = if trade["paid_at"].is_null() { 0 } else { fen("total_amount") };
        Self { taken, given_back: fen("refunded_amount"), refunds, charges: fen("times_charged") }
    }

    /// UnionPay keeps a refund or an undoing as an order of its own; a reversal is noted with the order.
    fn of_unionpay(order: &Value, given_back: usize) -> Self {
        let fen = |name: &str| order[name].as_i64().unwrap_or_default();
        let (charges, amount) = (fen("times_charged"), fen("amount"));
        let taken = if charges > 0 { amount } else { 0 };
        let reversed = !order["reversed_at"].is_null() && charges > 0;
        let undone = order["state"] == "undone";
        let back = if reversed || undone { amount } else { fen("refunded") };
        Self { taken, given_back: back, refunds: given_back + usize::from(reversed), charges }
    }

    /// Whether our state of an attempt is this.
    fn is(self, attempt: &Attempt) -> bool {
        let amount = attempt.amount.minor();
        match attempt.state {
            AttemptState::Succeeded { .. } => self == Self { taken: amount, given_back: 0, refunds: 0, charges: 1 },
            AttemptState::Returned { .. } => self == Self { taken: amount, given_back: amount, refunds: 1, charges: 1 },
            AttemptState::Declined { .. } | AttemptState::Closed { .. } => {
                let cancelled = Self { taken: amount, given_back: amount, refunds: 1, charges: 1 };
                self.charges == 0 && self.taken == 0 || self == cancelled
            }
            AttemptState::Submitted { .. } | AttemptState::Returning { .. } => false,
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Reckoning {
    pub(crate) untrue: Vec<String>,
    pub(crate) undecided: Vec<String>,
    pub(crate) broken_books: Vec<String>,
    states: BTreeMap<&'static str, u64>,
    orders_there: usize,
    equal: u64,
}

impl Reckoning {
    /// Compares all payments with the channels' books.
    pub(crate) async fn close(stage: &Stage, payments: &[PaymentId]) -> Result<Self, Failure> {
        let truth = stage.control(Method::GET, "/truth", None).await?;
        let mut orders = alipay(&truth["alipay"]);
        orders.extend(unionpay(&truth["unionpay"]));
        let mut reckoning = Self { orders_there: orders.len(), ..Self::default() };
        let ids = payments.to_vec();
        let payments =
            stage.engine.read(move |store| ids.into_iter().map(|id| store.payment(id)).collect::<Result<Vec<_>, _>>());
        for payment in payments.await?.into_iter().flatten() {
            reckoning.compare(&payment, &mut orders);
        }
        let unknown = orders.iter().filter(|(_, truth)| truth.charges > 0);
        reckoning.untrue.extend(unknown.map(|(order, truth)| format!("we know nothing of order {order}: {truth:?}")));
        let audit = stage.engine.read(|store| store.audit()).await?;
        reckoning.broken_books = audit.checks.into_iter().flat_map(|check| check.broken).collect();
        Ok(reckoning)
    }

    fn compare(&mut self, payment: &Payment, orders: &mut HashMap<String, Truth>) {
        let mut succeeded = 0;
        for attempt in payment.legs.iter().flat_map(|leg| &leg.attempts) {
            *self.states.entry(attempt.state.id()).or_default() += 1;
            let truth = orders.remove(&attempt.id.channel_number()).unwrap_or_default();
            succeeded += u32::from(matches!(attempt.state, AttemptState::Succeeded { .. }));
            if matches!(attempt.state, AttemptState::Submitted { .. } | AttemptState::Returning { .. }) {
                let (channel, id, state) = (attempt.channel.id(), attempt.id, attempt.state.id());
                self.undecided.push(format!("{channel}: {id} is {state}: {truth:?}"));
            } else if truth.is(attempt) {
                self.equal += 1;
            } else {
                let (channel, id, state) = (attempt.channel.id(), attempt.id, attempt.state.id());
                let amount = attempt.amount.minor();
                self.untrue.push(format!("{channel}: {id} over {amount} is {state} here, and there {truth:?}"));
            }
        }
        if succeeded != u32::from(matches!(payment.state, PaymentState::Succeeded { .. })) {
            self.untrue.push(format!("{} is {} with {succeeded} successes", payment.id, payment.state.id()));
        }
    }

    /// The figures, for people and programs.
    pub(crate) fn print_to(&self, figures: &mut Value) {
        figures["attempts"] = json!(self.states.values().sum::<u64>());
        figures["attempts_ended"] = json!(self.states);
        figures["orders_in_the_channels_books"] = json!(self.orders_there);
        figures["equal_to_the_truth"] = json!(self.equal);
    }
}

fn alipay(books: &Value) -> HashMap<String, Truth> {
    let list = |name: &str| books[name].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut refunds: HashMap<&str, usize> = HashMap::new();
    for refund in list("refunds") {
        *refunds.entry(refund["out_trade_no"].as_str().unwrap_or_default()).or_default() += 1;
    }
    let trades = list("trades").iter().filter_map(|trade| {
        let number = trade["out_trade_no"].as_str()?;
        Some((number.to_owned(), Truth::of_alipay(trade, refunds.get(number).copied().unwrap_or_default())))
    });
    trades.collect()
}

fn unionpay(books: &Value) -> HashMap<String, Truth> {
    let orders = || books["orders"].as_array().into_iter().flatten();
    let mut given_back: HashMap<&str, usize> = HashMap::new();
    for order in orders().filter(|order| order["state"] == "done" && order["transaction"] != CONSUME) {
        if let Some(original) = order["original"]["order_id"].as_str() {
            *given_back.entry(original).or_default() += 1;
        }
    }
    let charges = orders().filter(|order| order["transaction"] == CONSUME).filter_map(|order| {
        let number = order["order_id"].as_str()?;
        Some((number.to_owned(), Truth::of_unionpay(order, given_back.get(number).copied().unwrap_or_default())))
    });
    charges.collect()
}
