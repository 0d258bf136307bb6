//! The reckoning: what the clients were told against what stands, in our books and in the channel's.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::failure::Failure;
use crate::gate::progress;
use crate::gate::traffic::api::{Api, Payer, Reply, Said};
use crate::gate::traffic::load::{Memory, Told};
use crate::gate::traffic::processes::OPENING;

/// As many questions at once.
const AT_ONCE: usize = 16;

/// How often to ask again for what is undecided, and after how many questions business time is moved on: by then the
/// dead processes' leases are over, and what is left waits for a charge's own expiry.
const LOOK: Duration = Duration::from_secs(1);
const LOOKS: u32 = 90;
const MOVE_CLOCK_AT: [u32; 3] = [20, 40, 60];
const MOVE_CLOCK_BY: u64 = 3_600;

/// What a payment is refused for whose charge the channel has never seen.
const NEVER_SENT: &str = "network.unstable";

/// Only so many of each kind are printed.
const SHOWN: usize = 5;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) acknowledged: usize,
    pub(crate) told_undecided: usize,
    pub(crate) told_refused: usize,
    pub(crate) resent: usize,
    pub(crate) trades: usize,
    /// Told as paid, and not there or not paid.
    pub(crate) lost: Vec<String>,
    /// Paid more than once, or more than the order.
    pub(crate) double: Vec<String>,
    /// Another answer or another state than was told.
    pub(crate) changed: Vec<String>,
    /// Undecided to the end.
    pub(crate) unresolved: Vec<String>,
    /// Refused for a cause that is not there: everybody has enough money, and nothing is frozen or over its limit.
    pub(crate) refused: Vec<String>,
    /// How often each cause was told to those who were refused.
    causes: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

/// An order with how it ended.
#[derive(Debug)]
struct Ended {
    told: Told,
    state: Option<String>,
}

impl Books {
    /// Closes the books: asks for every payment, sends every doubtful key once more, and compares.
    pub(crate) async fn close(api: &Api, payers: &[Payer], memory: Memory) -> Result<Self, Failure> {
        let mut books = Self { wrong: memory.wrong, ..Self::default() };
        progress(format_args!("reckoning {} answers", memory.told.len()));
        let ended = settle(api, memory.told).await?;
        books.count(&ended);
        books.compare_states(&ended);
        books.replay(api, &ended).await?;
        books.compare_channel(&api.truth().await?, &ended);
        books.compare_wallets(api, payers, &ended).await?;
        Ok(books)
    }

    fn count(&mut self, ended: &[Ended]) {
        let told = |said: Said| ended.iter().filter(|one| one.told.said == said).count();
        self.acknowledged = told(Said::Succeeded);
        self.told_undecided = told(Said::Undecided);
        self.told_refused = told(Said::Refused);
        for Ended { told, .. } in ended.iter().filter(|one| one.told.said == Said::Refused) {
            for cause in &told.causes {
                *self.causes.entry(cause.clone()).or_default() += 1;
            }
            // A charge that its server did not live to send never reached the channel, and is refused after its expiry.
            let lost = !told.order.by_wallet && told.causes.iter().all(|cause| cause == NEVER_SENT);
            if told.causes.is_empty() || !lost {
                self.refused.push(format!("order {} was refused for {:?}", told.order.number, told.causes));
            }
        }
        self.resent = ended.iter().filter(|one| one.told.sends > 1).count();
    }

    fn compare_states(&mut self, ended: &[Ended]) {
        for Ended { told, state } in ended {
            let line =
                format!("{} (order {}) was told {:?} and stands {state:?}", told.payment, told.order.number, told.said);
            match (told.said, state.as_deref()) {
                (Said::Succeeded, Some("succeeded")) | (Said::Refused, Some("refused")) => {}
                (Said::Undecided, Some("succeeded" | "refused" | "closed")) => {}
                (Said::Undecided, Some(_)) => self.unresolved.push(line),
                (Said::Succeeded, _) | (Said::Undecided | Said::Refused, None) => self.lost.push(line),
                (Said::Refused, Some(_)) => self.changed.push(line),
            }
        }
    }

    /// The same key once more: the same payment and the same answer, or a second effect was made.
    async fn replay(&mut self, api: &Api, ended: &[Ended]) -> Result<(), Failure> {
        let doubtful: Vec<Told> = ended.iter().filter(|one| one.told.sends > 1).map(|one| one.told.clone()).collect();
        let again = api.clone();
        let replies = each(doubtful, move |told| {
            let api = again.clone();
            async move {
                let reply = api.pay(&told.order, told.sends + 1).await;
                Ok((told, reply))
            }
        });
        for (told, reply) in replies.await? {
            let same =
                matches!(&reply, Reply::Told { payment, said, .. } if *payment == told.payment && *said == told.said);
            if !same {
                self.changed.push(format!(
                    "order {}: told {} {:?}, then {reply:?}",
                    told.order.number, told.payment, told.said
                ));
            }
        }
        Ok(())
    }

    /// Every order that we call paid is paid once there; every one that we do not is not.
    fn compare_channel(&mut self, truth: &Value, ended: &[Ended]) {
        let empty = Vec::new();
        let trades = truth.pointer("/alipay/trades").and_then(Value::as_array).unwrap_or(&empty);
        self.trades = trades.len();
        let mut kept: HashMap<&str, i64> = HashMap::new();
        for trade in trades {
            let order = trade["subject"].as_str().unwrap_or_default();
            let times = trade["times_charged"].as_i64().unwrap_or(0);
            if times > 1 {
                self.double.push(format!("trade {} of order {order} was charged {times} times", trade["out_trade_no"]));
            }
            if trade["status"] == "TRADE_SUCCESS" || trade["status"] == "TRADE_FINISHED" {
                let paid = trade["total_amount"].as_i64().unwrap_or(0) - trade["refunded_amount"].as_i64().unwrap_or(0);
                *kept.entry(order).or_default() += paid;
            }
        }
        for Ended { told, state } in ended.iter().filter(|one| !one.told.order.by_wallet) {
            let there = kept.get(told.order.number.as_str()).copied().unwrap_or(0);
            let here = if state.as_deref() == Some("succeeded") { told.order.fen } else { 0 };
            if there > here {
                self.double
                    .push(format!("order {}: the channel keeps {there} fen, our books say {here}", told.order.number));
            } else if there < here {
                self.lost
                    .push(format!("order {}: our books say {here} fen, the channel keeps {there}", told.order.number));
            }
        }
    }

    /// A wallet has what it began with, less what it has paid.
    async fn compare_wallets(&mut self, api: &Api, payers: &[Payer], ended: &[Ended]) -> Result<(), Failure> {
        let mut spent: HashMap<&str, i64> = HashMap::new();
        for one in ended.iter().filter(|one| one.told.order.by_wallet && one.state.as_deref() == Some("succeeded")) {
            *spent.entry(&one.told.order.account).or_default() += one.told.order.fen;
        }
        let accounts: Vec<String> = payers.iter().map(|payer| payer.account.clone()).collect();
        let api = api.clone();
        let balances = each(accounts, move |account| {
            let api = api.clone();
            async move {
                let balance = api.balance(&account).await?;
                Ok((account, balance))
            }
        });
        for (account, balance) in balances.await? {
            let expected = OPENING - spent.get(account.as_str()).copied().unwrap_or(0);
            let line = format!("{account} has {balance} fen and should have {expected}");
            match balance.cmp(&expected) {
                Ordering::Less => self.double.push(line),
                Ordering::Equal => {}
                Ordering::Greater => self.lost.push(line),
            }
        }
        Ok(())
    }

    /// Writes its figures behind those that are there.
    pub(crate) fn print_to(&self, figures: &mut Value) {
        let counts = [
            ("acknowledged", self.acknowledged),
            ("told_undecided", self.told_undecided),
            ("told_refused", self.told_refused),
            ("resent", self.resent),
            ("lost", self.lost.len()),
            ("double", self.double.len()),
            ("changed", self.changed.len()),
            ("unresolved", self.unresolved.len()),
            ("channel_trades", self.trades),
        ];
        for (name, count) in counts {
            figures[name] = json!(count);
        }
        figures["refused_for"] = json!(self.causes);
    }

    /// What does not hold, in sentences.
    pub(crate) fn broken(&self) -> Vec<String> {
        let kinds = [
            ("lost", &self.lost),
            ("double", &self.double),
            ("changed", &self.changed),
            ("unresolved", &self.unresolved),
            ("refused for nothing", &self.refused),
            ("wrong answers", &self.wrong),
        ];
        let mut broken = Vec::new();
        for (kind, found) in kinds.into_iter().filter(|(_, found)| !found.is_empty()) {
            broken.push(format!("{kind}: {}", found.len()));
            broken.extend(found.iter().take(SHOWN).map(|one| format!("  {one}")));
        }
        if self.acknowledged == 0 {
            broken.push("nothing was paid at all: the load does not work".to_owned());
        }
        broken
    }
}

/// Asks for every payment until none is undecided, or patience ends.
async fn settle(api: &Api, told: Vec<Told>) -> Result<Vec<Ended>, Failure> {
    let mut ended = Vec::new();
    let mut open = told;
    let mut look = tokio::time::interval(LOOK);
    for round in 0..LOOKS {
        look.tick().await;
        let mut still = Vec::new();
        for one in standing(api, open).await? {
            let undecided = matches!(one.state.as_deref(), Some("processing" | "created"));
            if undecided { still.push(one.told) } else { ended.push(one) }
        }
        open = still;
        if open.is_empty() {
            return Ok(ended);
        }
        if MOVE_CLOCK_AT.contains(&round) {
            progress(format_args!("{} payments wait for the channel's last word; moving business time on", open.len()));
            api.advance_clock(MOVE_CLOCK_BY).await?;
        }
    }
    ended.extend(standing(api, open).await?);
    Ok(ended)
}

async fn standing(api: &Api, told: Vec<Told>) -> Result<Vec<Ended>, Failure> {
    let api = api.clone();
    let asked = each(told, move |told| {
        let api = api.clone();
        async move {
            let found = api.payment(&told.payment).await?;
            // Another order or amount under the id that we were told is as bad as none.
            let own = found.filter(|found| found.order_no == told.order.number && found.fen == Some(told.order.fen));
            Ok(Ended { told, state: own.map(|found| found.state) })
        }
    });
    asked.await
}

/// Does something with each, so many at once.
async fn each<T, R, F>(things: Vec<T>, work: impl Fn(T) -> F) -> Result<Vec<R>, Failure>
where
    R: Send + 'static,
    F: Future<Output = Result<R, Failure>> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut done = Vec::new();
    for thing in things {
        if running.len() >= AT_ONCE
            && let Some(ended) = running.join_next().await
        {
            done.push(ended??);
        }
        running.spawn(work(thing));
    }
    while let Some(ended) = running.join_next().await {
        done.push(ended??);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::traffic::api::Order;

    fn ended(number: &str, by_wallet: bool, said: Said, state: Option<&str>) -> Ended {
        let order = Order {
            number: number.into(),
            key: "k".into(),
            account: "acc_1".into(),
            instrument: "ins_1".into(),
            fen: 5,
            by_wallet,
            turn: 0,
        };
        Ended {
            told: Told { order, payment: "pay_1".into(), said, causes: Vec::new(), sends: 1, window: 0 },
            state: state.map(str::to_owned),
        }
    }

    #[test]
    fn tells_lost_from_changed_from_unresolved() {
        // (told, stands) → (lost, changed, unresolved)
        let table = [
            (Said::Succeeded, Some("succeeded"), (0, 0, 0)),
            (Said::Succeeded, None, (1, 0, 0)),
            (Said::Succeeded, Some("refused"), (1, 0, 0)),
            (Said::Undecided, Some("succeeded"), (0, 0, 0)),
            (Said::Undecided, Some("refused"), (0, 0, 0)),
            (Said::Undecided, Some("processing"), (0, 0, 1)),
            (Said::Undecided, None, (1, 0, 0)),
            (Said::Refused, Some("refused"), (0, 0, 0)),
            (Said::Refused, Some("succeeded"), (0, 1, 0)),
        ];
        for (said, state, expected) in table {
            let mut books = Books::default();
            books.compare_states(&[ended("o", true, said, state)]);
            assert_eq!((books.lost.len(), books.changed.len(), books.unresolved.len()), expected, "{said:?} {state:?}");
        }
    }

    #[test]
    fn the_channels_books_show_what_is_paid_twice_or_not_at_all() {
        let trade = |order: &str, times: i64, refunded: i64| json!({ "out_trade_no": "t", "subject": order, "times_charged": times, "status": "TRADE_SUCCESS", "total_amount": 5, "refunded_amount": refunded });
        // (trades, our state) → (double, lost)
        let table = [
            (vec![trade("o", 1, 0)], "succeeded", (0, 0)),
            (vec![trade("o", 2, 0)], "succeeded", (1, 0)),
            (vec![trade("o", 1, 0), trade("o", 1, 0)], "succeeded", (1, 0)),
            (vec![trade("o", 1, 0), trade("o", 1, 5)], "succeeded", (0, 0)),
            (vec![], "succeeded", (0, 1)),
            (vec![trade("o", 1, 0)], "refused", (1, 0)),
            (vec![trade("o", 1, 5)], "refused", (0, 0)),
        ];
        for (trades, state, expected) in table {
            let mut books = Books::default();
            let truth = json!({ "alipay": { "trades": trades } });
            books.compare_channel(&truth, &[ended("o", false, Said::Succeeded, Some(state))]);
            assert_eq!((books.double.len(), books.lost.len()), expected, "{truth} {state}");
        }
    }

    #[test]
    fn a_run_in_which_nothing_was_paid_holds_nothing() {
        assert!(!Books::default().broken().is_empty());
    }
}
