//! `tantu verify`: audits the books beside a running server, and, given the sandbox, against the channel's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use tantu_domain::ids::AccountId;
use tantu_domain::refund::{Refund, RefundState};
use tantu_engine::audit_trail::{Head, broken, heads};
use tantu_store::audit::{AuditCheck, AuditedAttempt};
use tantu_store::open::read_urls;

use crate::output::{Failure, Output};
use crate::server::client;

/// Options of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The database, or each of several in their order.
    #[arg(long, default_value = "sqlite:tantu.db")]
    database: Vec<String>,
    /// The sandbox's control address, to compare with the channel's own books.
    #[arg(long, value_name = "URL")]
    sandbox: Option<String>,
    /// A file with the heads of the audit trails, kept away from the database: what it names must still be there, and what
    /// has come since is added to it.
    #[arg(long, value_name = "FILE")]
    anchors: Option<PathBuf>,
}

impl Verify {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let mut checks = checks(&self.database, self.sandbox.as_deref()).await?;
        checks.push(audit_trails(&self.database, self.anchors.as_deref())?);
        let ok = checks.iter().all(|check| check.broken.is_empty());
        let listed: Vec<Value> = checks
            .iter()
            .map(|check| json!({ "id": check.id, "ok": check.broken.is_empty(), "count": check.looked_at, "broken": check.broken }))
            .collect();
        output.document(&json!({ "ok": ok, "checks": listed }));
        for check in &checks {
            let mark = if check.broken.is_empty() { output.green("✓") } else { output.red("✗") };
            output.say(format_args!("{mark} {:<34} {:>9} rows", check.id, check.looked_at));
            for line in check.broken.iter().take(10) {
                output.say(format_args!("    {line}"));
            }
        }
        Ok(ok)
    }
}

/// Whether the audit trails are whole, and hold what was anchored; what has come since is anchored now.
fn audit_trails(databases: &[String], anchors: Option<&Path>) -> Result<AuditCheck, Failure> {
    let of_database = |error| Failure::of_database("--database", &error);
    let entries = read_urls(databases).and_then(|store| store.audit_trails()).map_err(of_database)?;
    let anchored = match anchors {
        Some(path) if path.is_file() => read_anchors(&std::fs::read_to_string(path)?)?,
        Some(_) | None => BTreeMap::new(),
    };
    let broken = broken(&entries, &anchored);
    if let (Some(path), true) = (anchors, broken.is_empty()) {
        let heads = heads(&entries);
        let news = heads.iter().filter(|(account, head)| anchored.get(account) != Some(head));
        let lines: String =
            news.map(|(account, head)| format!("{account} {} {}\n", head.number, hex::encode(head.hash))).collect();
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()?;
    }
    let looked_at = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    Ok(AuditCheck { id: "audit_trails", looked_at, broken })
}

/// The heads of a file of anchors; a later line is about a trail that has grown.
fn read_anchors(text: &str) -> Result<BTreeMap<AccountId, Head>, Failure> {
    let line = |line: &str| -> Option<(AccountId, Head)> {
        let mut parts = line.split(' ');
        let (account, number, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let hash = hex::decode(hash).ok()?.try_into().ok()?;
        Some((account.parse().ok()?, Head { number: number.parse().ok()?, hash }))
    };
    let wrong =
        || Failure::usage("--anchors: a line is no anchor; this file is written by `tantu verify --anchors` alone");
    text.lines().map(|text| line(text).ok_or_else(wrong)).collect()
}

/// All checks: the books' own, and the channel's against them.
pub(crate) async fn checks(databases: &[String], sandbox: Option<&str>) -> Result<Vec<AuditCheck>, Failure> {
    // The channel first: what it knows was already stored by us as submitted, so that a payment which
    // happens between the two reads is never a false alarm.
    let truth = match sandbox {
        Some(sandbox) => Some(truth(sandbox).await?),
        None => None,
    };
    let of_database = |error| Failure::of_database("--database", &error);
    let store = read_urls(databases).map_err(of_database)?;
    let mut checks = store.audit().map_err(of_database)?.checks;
    if let Some(truth) = truth {
        let (attempts, refunds) = store
            .audited_attempts()
            .and_then(|attempts| Ok((attempts, store.audited_refunds()?)))
            .map_err(of_database)?;
        checks.push(against(&truth, &attempts, &refunds));
    }
    Ok(checks)
}

/// What a channel's own books say of one charge.
#[derive(Debug, Clone)]
struct ChannelTrade {
    channel: &'static str,
    /// Our number of it.
    number: String,
    state: String,
    /// Whether it has the payer's money.
    taken: bool,
    fen: i64,
    /// How much of it went back.
    refunded: i64,
    times_charged: u64,
}

impl ChannelTrade {
    fn of_alipay(trade: &Value) -> Self {
        let state = trade["status"].as_str().unwrap_or_default();
        let taken = matches!(state, "TRADE_SUCCESS" | "TRADE_FINISHED");
        Self::read("Alipay", trade, ("out_trade_no", "total_amount", "refunded_amount"), (state, taken))
    }

    /// An order of UnionPay, if it is a charge.
    fn of_unionpay(order: &Value) -> Option<Self> {
        let state = order["state"].as_str().unwrap_or_default();
        (order["transaction"] == "01/01")
            .then(|| Self::read("UnionPay", order, ("order_id", "amount", "refunded"), (state, state == "paid")))
    }

    fn read(
        channel: &'static str,
        trade: &Value,
        (number, fen, refunded): (&str, &str, &str),
        (state, taken): (&str, bool),
    ) -> Self {
        Self {
            channel,
            number: trade[number].as_str().unwrap_or_default().to_owned(),
            state: state.to_owned(),
            taken,
            fen: trade[fen].as_i64().unwrap_or(-1),
            refunded: trade[refunded].as_i64().unwrap_or(0),
            times_charged: trade["times_charged"].as_u64().unwrap_or(0),
        }
    }
}

/// The charges of every channel, from their own books.
fn trades(truth: &Value) -> Vec<ChannelTrade> {
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let (alipay, unionpay) = (list(&truth["alipay"]["trades"]), list(&truth["unionpay"]["orders"]));
    alipay.iter().map(ChannelTrade::of_alipay).chain(unionpay.iter().filter_map(ChannelTrade::of_unionpay)).collect()
}

async fn truth(sandbox: &str) -> Result<Vec<ChannelTrade>, Failure> {
    let url = format!("{}/truth", sandbox.trim_end_matches('/'));
    let unreachable = |error: reqwest::Error| {
        Failure::with_hint(
            format!("no sandbox answers at {sandbox}: {error}"),
            "name its control address with --sandbox",
        )
    };
    let truth: Value = client()?.get(url).send().await.map_err(unreachable)?.json().await.map_err(unreachable)?;
    Ok(trades(&truth))
}

/// What went back of an attempt by our books, and what may have: the channel decides about the rest.
fn gone(refunds: &[Refund]) -> HashMap<String, (i64, i64)> {
    let mut gone: HashMap<String, (i64, i64)> = HashMap::new();
    for refund in refunds {
        let Some((_, attempt, amount)) = refund.through_channel() else { continue };
        let (made, perhaps) = gone.entry(attempt.channel_number()).or_default();
        match refund.state {
            RefundState::Succeeded { .. } => *made += amount.minor(),
            RefundState::Begun | RefundState::Held => *perhaps += amount.minor(),
            RefundState::Refused { .. } => {}
        }
    }
    gone
}

/// What the channel has taken, we have captured, returned or still ask about; and what we have captured,
/// the channel has taken, once and to the fen, and has given back what we say.
fn against(trades: &[ChannelTrade], attempts: &[AuditedAttempt], refunds: &[Refund]) -> AuditCheck {
    let by_number: HashMap<String, &AuditedAttempt> =
        attempts.iter().map(|attempt| (attempt.attempt.channel_number(), attempt)).collect();
    let gone = gone(refunds);
    let mut seen = HashSet::new();
    let mut broken = Vec::new();
    for trade in trades {
        let ChannelTrade { channel, number, state, taken, fen, refunded, times_charged } = trade;
        // Trades of other clients of the same sandbox have numbers that are not ours.
        let Some(attempt) = by_number.get(number) else { continue };
        seen.insert(number.as_str());
        let (made, perhaps) = gone.get(number.as_str()).copied().unwrap_or_default();
        // All of it may have gone back; the channel then says that it has nothing any more.
        let has = if *taken { fen - refunded } else { 0 };
        let agrees = match attempt.state {
            "succeeded" => *fen == attempt.amount.minor() && (fen - made - perhaps..=fen - made).contains(&has),
            "submitted" | "returning" => true,
            _ => !taken,
        };
        if !agrees {
            broken.push(format!(
                "{}: {} with us, {state} over {fen} at {channel}, of which {refunded} went back; with us {made}",
                attempt.attempt, attempt.state
            ));
        }
        if *times_charged > 1 {
            broken.push(format!("{}: charged {times_charged} times at {channel}", attempt.attempt));
        }
    }
    for (number, attempt) in &by_number {
        if attempt.state == "succeeded" && !seen.contains(number.as_str()) {
            broken.push(format!("{}: succeeded with us, unknown at every channel", attempt.attempt));
        }
    }
    AuditCheck { id: "channel_truth", looked_at: u64::try_from(trades.len()).unwrap_or(u64::MAX), broken }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantu_domain::channel::Channel;
    use tantu_domain::money::Money;
    use tantu_domain::refund::{Part, Road};

    fn attempt(state: &'static str) -> AuditedAttempt {
        let attempt = "att_00000000000000000000000007".parse().unwrap();
        AuditedAttempt { attempt, state, amount: Money::cny(100), submitted_at: jiff::Timestamp::UNIX_EPOCH }
    }

    fn trade(status: &str, amount: i64, times: u64) -> Value {
        let number = attempt("").attempt.channel_number();
        let trade = json!({ "out_trade_no": number, "status": status, "total_amount": amount, "times_charged": times });
        json!({ "alipay": { "trades": [trade] } })
    }

    /// The same at UnionPay, beside an order that is no charge.
    fn order(state: &str, amount: i64, times: u64) -> Value {
        let number = attempt("").attempt.channel_number();
        let order = |transaction: &str, state: &str| json!({ "order_id": number, "transaction": transaction, "state": state, "amount": amount, "times_charged": times });
        json!({ "unionpay": { "orders": [order("77/02", "done"), order("01/01", state)] } })
    }

    #[test]
    fn finds_every_kind_of_disagreement_and_raises_no_false_alarm() {
        // (our state, the channel's books, whether they agree)
        let table = [
            ("succeeded", trade("TRADE_SUCCESS", 100, 1), true),
            ("succeeded", trade("TRADE_SUCCESS", 90, 1), false),
            ("succeeded", trade("TRADE_SUCCESS", 100, 2), false),
            ("succeeded", trade("TRADE_CLOSED", 100, 1), false),
            ("succeeded", json!({}), false),
            ("submitted", trade("TRADE_SUCCESS", 100, 1), true),
            ("submitted", json!({}), true),
            ("closed", trade("TRADE_SUCCESS", 100, 1), false),
            ("closed", trade("TRADE_CLOSED", 100, 0), true),
            ("declined", trade("TRADE_SUCCESS", 100, 1), false),
            ("returned", trade("TRADE_CLOSED", 100, 1), true),
            ("returned", trade("TRADE_SUCCESS", 100, 1), false),
            ("succeeded", order("paid", 100, 1), true),
            ("succeeded", order("paid", 90, 1), false),
            ("succeeded", order("paid", 100, 2), false),
            ("succeeded", order("declined", 100, 0), false),
            ("submitted", order("pending", 100, 0), true),
            ("declined", order("declined", 100, 0), true),
            ("closed", order("paid", 100, 1), false),
            ("returned", order("undone", 100, 1), true),
        ];
        for (state, truth, agrees) in table {
            let check = against(&trades(&truth), &[attempt(state)], &[]);
            assert_eq!(check.broken.is_empty(), agrees, "{state} {truth}");
        }
    }

    /// Of what was charged, 40 went back with us, and 30 are being asked about.
    #[test]
    fn what_went_back_is_held_against_the_channel() {
        let refund = |minor, state| Refund {
            id: "ref_00000000000000000000000007".parse().unwrap(),
            payment: "pay_00000000000000000000000007".parse().unwrap(),
            merchant: "mer_00000000000000000000000005".parse().unwrap(),
            key: "k".into(),
            reason: "r".into(),
            parts: vec![Part {
                road: Road::Channel { channel: Channel::Alipay, attempt: attempt("").attempt },
                amount: Money::cny(minor),
            }],
            hold: "txn_00000000000000000000000005".parse().unwrap(),
            end: "txn_00000000000000000000000005".parse().unwrap(),
            asked_at: jiff::Timestamp::UNIX_EPOCH,
            state,
            last_asked: None,
            done_at: None,
        };
        let made = refund(40, RefundState::Succeeded { at: jiff::Timestamp::UNIX_EPOCH });
        let refunds = [made.clone(), refund(30, RefundState::Held)];
        for (gone, agrees) in [(0, false), (39, false), (40, true), (55, true), (70, true), (71, false)] {
            let mut truth = trade("TRADE_SUCCESS", 100, 1);
            truth["alipay"]["trades"][0]["refunded_amount"] = gone.into();
            let check = against(&trades(&truth), &[attempt("succeeded")], &refunds);
            assert_eq!(check.broken.is_empty(), agrees, "{gone} went back");
        }
        let all = refund(60, RefundState::Succeeded { at: jiff::Timestamp::UNIX_EPOCH });
        let closed = trades(&trade("TRADE_CLOSED", 100, 1));
        assert!(against(&closed, &[attempt("succeeded")], &[made, all]).broken.is_empty());
    }
}
