//! `tantu verify`: audits the books beside a running server, and, given the sandbox, against the channel's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use tantu_domain::ids::AccountId;
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
        checks.push(against(&truth, &store.audited_attempts().map_err(of_database)?));
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
    times_charged: u64,
}

impl ChannelTrade {
    fn of_alipay(trade: &Value) -> Self {
        let state = trade["status"].as_str().unwrap_or_default();
        let taken = matches!(state, "TRADE_SUCCESS" | "TRADE_FINISHED");
        Self::read("Alipay", trade, ("out_trade_no", "total_amount"), (state, taken))
    }

    /// An order of UnionPay, if it is a charge.
    fn of_unionpay(order: &Value) -> Option<Self> {
        let state = order["state"].as_str().unwrap_or_default();
        (order["transaction"] == "01/01")
            .then(|| Self::read("UnionPay", order, ("order_id", "amount"), (state, state == "paid")))
    }

    fn read(channel: &'static str, trade: &Value, (number, fen): (&str, &str), (state, taken): (&str, bool)) -> Self {
        Self {
            channel,
            number: trade[number].as_str().unwrap_or_default().to_owned(),
            state: state.to_owned(),
            taken,
            fen: trade[fen].as_i64().unwrap_or(-1),
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

/// What the channel has taken, we have captured, returned or still ask about; and what we have captured,
/// the channel has taken, once and to the fen.
fn against(trades: &[ChannelTrade], attempts: &[AuditedAttempt]) -> AuditCheck {
    let by_number: HashMap<String, &AuditedAttempt> =
        attempts.iter().map(|attempt| (attempt.attempt.channel_number(), attempt)).collect();
    let mut seen = HashSet::new();
    let mut broken = Vec::new();
    for trade in trades {
        let ChannelTrade { channel, number, state, taken, fen, times_charged } = trade;
        // Trades of other clients of the same sandbox have numbers that are not ours.
        let Some(attempt) = by_number.get(number) else { continue };
        seen.insert(number.as_str());
        let agrees = match attempt.state {
            "succeeded" => *taken && *fen == attempt.amount.minor(),
            "submitted" | "returning" => true,
            _ => !taken,
        };
        if !agrees {
            broken.push(format!("{}: {} with us, {state} over {fen} at {channel}", attempt.attempt, attempt.state));
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
    use tantu_domain::money::Money;

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
            let check = against(&trades(&truth), &[attempt(state)]);
            assert_eq!(check.broken.is_empty(), agrees, "{state} {truth}");
        }
    }
}
