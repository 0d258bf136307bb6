//! `tantu verify`: audits the books beside a running server, and, given the sandbox, against the channel's.

use std::collections::HashMap;

use clap::Args;
use serde_json::{Value, json};
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
}

impl Verify {
    pub(crate) async fn run(self, output: &Output) -> Result<bool, Failure> {
        let checks = checks(&self.database, self.sandbox.as_deref()).await?;
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

async fn truth(sandbox: &str) -> Result<Vec<Value>, Failure> {
    let url = format!("{}/truth", sandbox.trim_end_matches('/'));
    let unreachable = |error: reqwest::Error| {
        Failure::with_hint(
            format!("no sandbox answers at {sandbox}: {error}"),
            "name its control address with --sandbox",
        )
    };
    let truth: Value = client()?.get(url).send().await.map_err(unreachable)?.json().await.map_err(unreachable)?;
    Ok(truth["alipay"]["trades"].as_array().cloned().unwrap_or_default())
}

/// What the channel has taken, we have captured, returned or still ask about; and what we have captured,
/// the channel has taken, once and to the fen.
fn against(trades: &[Value], attempts: &[AuditedAttempt]) -> AuditCheck {
    let by_number: HashMap<String, &AuditedAttempt> =
        attempts.iter().map(|attempt| (attempt.attempt.channel_number(), attempt)).collect();
    let mut seen = HashMap::new();
    let mut broken = Vec::new();
    for trade in trades {
        let number = trade["out_trade_no"].as_str().unwrap_or_default();
        let status = trade["status"].as_str().unwrap_or_default();
        // Trades of other clients of the same sandbox have numbers that are not ours.
        let Some(attempt) = by_number.get(number) else { continue };
        seen.insert(number.to_owned(), status);
        let taken = matches!(status, "TRADE_SUCCESS" | "TRADE_FINISHED");
        let agrees = match attempt.state {
            "succeeded" => taken && trade["total_amount"] == attempt.amount.minor(),
            "submitted" | "returning" => true,
            "returned" => !taken,
            _ => !taken,
        };
        if !agrees {
            broken.push(format!(
                "{}: {} with us, {status} over {} at Alipay",
                attempt.attempt, attempt.state, trade["total_amount"]
            ));
        }
        if trade["times_charged"].as_u64().unwrap_or(0) > 1 {
            broken.push(format!("{}: charged {} times at Alipay", attempt.attempt, trade["times_charged"]));
        }
    }
    for (number, attempt) in &by_number {
        if attempt.state == "succeeded" && !seen.contains_key(number) {
            broken.push(format!("{}: succeeded with us, unknown at Alipay", attempt.attempt));
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
        json!({ "out_trade_no": attempt("").attempt.channel_number(), "status": status, "total_amount": amount, "times_charged": times })
    }

    #[test]
    fn finds_every_kind_of_disagreement_and_raises_no_false_alarm() {
        // (our state, the channel's trade, whether they agree)
        let table = [
            ("succeeded", Some(trade("TRADE_SUCCESS", 100, 1)), true),
            ("succeeded", Some(trade("TRADE_SUCCESS", 90, 1)), false),
            ("succeeded", Some(trade("TRADE_SUCCESS", 100, 2)), false),
            ("succeeded", Some(trade("TRADE_CLOSED", 100, 1)), false),
            ("succeeded", None, false),
            ("submitted", Some(trade("TRADE_SUCCESS", 100, 1)), true),
            ("submitted", None, true),
            ("closed", Some(trade("TRADE_SUCCESS", 100, 1)), false),
            ("closed", Some(trade("TRADE_CLOSED", 100, 0)), true),
            ("declined", Some(trade("TRADE_SUCCESS", 100, 1)), false),
            ("returned", Some(trade("TRADE_CLOSED", 100, 1)), true),
            ("returned", Some(trade("TRADE_SUCCESS", 100, 1)), false),
        ];
        for (state, trade, agrees) in table {
            let check = against(&trade.clone().into_iter().collect::<Vec<_>>(), &[attempt(state)]);
            assert_eq!(check.broken.is_empty(), agrees, "{state} {trade:?}");
        }
    }
}
