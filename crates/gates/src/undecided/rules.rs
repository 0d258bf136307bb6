//! The channels' own rules, judged from the channels' side: by what each was asked about an order, in which order, and what
//! it let us hear. Alipay: one charge, a question before every cancel, no cancel of what we were told is paid, a cancel that
//! asks to be repeated is repeated. UnionPay: one charge, a question before every reversal, and no reversal of what we were told
//! is paid or refused, because it is for the unknown alone. At both at most twelve calls.

use std::collections::{BTreeMap, HashMap};

use reqwest::Method;
use serde_json::{Value, json};

use crate::outcome::Failure;
use crate::stage::Stage;

/// The most calls about one order.
const MOST_CALLS: usize = 12;

/// One call, as the channel saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    name: String,
    /// What we were let hear; empty if nothing.
    told: String,
}

/// Everything that was asked.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    heard: usize,
    orders: HashMap<(String, String), Vec<Call>>,
}

impl Asked {
    /// Takes in what was asked since the last time.
    pub(crate) async fn listen(&mut self, stage: &Stage) -> Result<(), Failure> {
        let answer = stage.control(Method::GET, &format!("/calls?since={}", self.heard), None).await?;
        let calls = answer["calls"].as_array().ok_or("the sandbox does not list its calls")?;
        self.heard += calls.len();
        let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
        for call in calls {
            let order = text(call, "order");
            // A breaker asks about an order that nobody has, to see whether the channel answers.
            if order.is_empty() {
                continue;
            }
            let one = Call { name: text(call, "call"), told: text(call, "told") };
            self.orders.entry((text(call, "channel"), order)).or_default().push(one);
        }
        Ok(())
    }

    /// The orders with which a rule was broken.
    pub(crate) fn broken(&self) -> Vec<String> {
        let all = self.orders.iter().filter_map(|((channel, order), calls)| {
            let why = match channel.as_str() {
                _ if calls.len() > MOST_CALLS => Some("more than twelve calls"),
                "unionpay" => unionpay(calls),
                _ => alipay(calls),
            };
            why.map(|why| format!("{channel} {order}: {why}: {calls:?}"))
        });
        all.collect()
    }

    /// The figures, for people and programs.
    pub(crate) fn print_to(&self, figures: &mut Value) {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for call in self.orders.values().flatten() {
            *names.entry(&call.name).or_default() += 1;
        }
        let repeated = self.orders.values().flatten().filter(|call| call.told.ends_with("retry")).count();
        figures["calls"] = json!(names);
        figures["cancels_to_be_repeated"] = json!(repeated);
        figures["most_calls_of_an_order"] = json!(self.orders.values().map(Vec::len).max().unwrap_or_default());
    }
}

const PAY: &str = "alipay.trade.pay";
const QUERY: &str = "alipay.trade.query";
const CANCEL: &str = "alipay.trade.cancel";

fn alipay(calls: &[Call]) -> Option<&'static str> {
    if calls.iter().filter(|call| call.name == PAY).count() > 1 {
        return Some("charged more than once");
    }
    let mut paid = false;
    let mut asked = false;
    let mut repeat = false;
    for call in calls {
        if repeat && call.name != CANCEL {
            return Some("a cancel that asks to be repeated was not repeated");
        }
        match call.name.as_str() {
            CANCEL if paid => return Some("cancelled although it was known to be paid"),
            CANCEL if !asked && !repeat => return Some("cancelled without a question before"),
            CANCEL => {
                repeat = call.told.ends_with("retry") && !repeat;
                asked = false;
            }
            QUERY => asked = true,
            _ => {}
        }
        paid |= call.told.contains("TRADE_SUCCESS") || call.name == PAY && call.told == "10000";
    }
    None
}

const CONSUME: &str = "01/01";
const ASK: &str = "00/00";
const REVERSAL: &str = "99/01";

/// What a question is told of an order that is on its way, or of which nothing is known.
const OPEN: &[&str] = &["34", "00 03", "00 04", "00 05"];

fn unionpay(calls: &[Call]) -> Option<&'static str> {
    if calls.iter().filter(|call| call.name == CONSUME).count() > 1 {
        return Some("charged more than once");
    }
    let (mut known, mut asked) = (false, false);
    for call in calls {
        match call.name.as_str() {
            REVERSAL if known => return Some("reversed although its end was known"),
            REVERSAL if !asked => return Some("reversed without a question before"),
            REVERSAL => asked = false,
            ASK => {
                asked = true;
                known |= call.told.starts_with("00 ") && !OPEN.contains(&call.told.as_str());
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(calls: &[(&str, &str)]) -> Vec<Call> {
        calls.iter().map(|(name, told)| Call { name: (*name).into(), told: (*told).into() }).collect()
    }

    #[test]
    fn each_rule_is_told_apart() {
        let kept: [&[(&str, &str)]; 4] = [
            &[(PAY, "10000")],
            &[(PAY, ""), (QUERY, "10000 TRADE_SUCCESS")],
            &[(PAY, ""), (QUERY, "ACQ.TRADE_NOT_EXIST"), (CANCEL, "10000"), (QUERY, "ACQ.TRADE_NOT_EXIST")],
            &[(PAY, ""), (QUERY, ""), (CANCEL, "ACQ.SYSTEM_ERROR retry"), (CANCEL, "10000 close")],
        ];
        for kept in kept {
            assert_eq!(alipay(&calls(kept)), None, "{kept:?}");
        }
        let broken: [&[(&str, &str)]; 5] = [
            &[(PAY, ""), (PAY, "10000")],
            &[(PAY, ""), (CANCEL, "10000")],
            &[(PAY, ""), (QUERY, "10000 TRADE_SUCCESS"), (CANCEL, "10000 refund")],
            &[(PAY, ""), (QUERY, ""), (CANCEL, "ACQ.SYSTEM_ERROR retry"), (QUERY, "ACQ.TRADE_NOT_EXIST")],
            &[(PAY, ""), (QUERY, ""), (CANCEL, "10000"), (CANCEL, "10000")],
        ];
        for broken in broken {
            assert!(alipay(&calls(broken)).is_some(), "{broken:?}");
        }
    }

    #[test]
    fn unionpays_rules_are_told_apart() {
        let kept: [&[(&str, &str)]; 3] = [
            &[(CONSUME, "00"), (ASK, "00 00")],
            &[(CONSUME, ""), (ASK, "34"), (REVERSAL, "35"), (ASK, "00 05"), (REVERSAL, "00")],
            &[(CONSUME, "03"), (ASK, "http_502"), (REVERSAL, "00"), (ASK, "00 46")],
        ];
        for kept in kept {
            assert_eq!(unionpay(&calls(kept)), None, "{kept:?}");
        }
        let broken: [&[(&str, &str)]; 4] = [
            &[(CONSUME, ""), (CONSUME, "00")],
            &[(CONSUME, ""), (REVERSAL, "00")],
            &[(CONSUME, "00"), (ASK, "00 00"), (REVERSAL, "00")],
            &[(CONSUME, ""), (ASK, "34"), (REVERSAL, "35"), (REVERSAL, "35")],
        ];
        for broken in broken {
            assert!(unionpay(&calls(broken)).is_some(), "{broken:?}");
        }
    }
}
