//! What was checked before a payment went on or stopped, as its payer may see it.

use maud::{Markup, html};
use tantu_domain::check::{Decision, Rule};
use tantu_explain::words::{fill, rule_label, time};

use crate::pages::cashier::Opened;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// The last decision about a payment, folded: each check of its instrument, and whether it held.
pub(crate) async fn fold(visitor: &Visitor, opened: &Opened) -> Result<Markup, Problem> {
    let id = opened.payment.id;
    let decisions = visitor.app.engine.read(move |store| store.decisions(id)).await?;
    // A payment that an earlier version of ours decided has none.
    let Some(last) = decisions.last() else { return Ok(html! {}) };
    let words = visitor.words;
    let at = time(last.at, opened.now, visitor.lang);
    Ok(html! {
        details.card {
            summary { (words.trace_heading) }
            p.quiet { (fill(words.trace_body, &[("time", &at)])) }
            ul.checks {
                @for (rule, held) in own(last) {
                    li.failed[!held] {
                        span aria-hidden="true" { (if held { "✓" } else { "✗" }) }
                        span { (rule_label(rule, visitor.lang)) }
                        span.unseen { (if held { words.yes } else { words.no }) }
                    }
                }
            }
        }
    })
}

/// The checks of the account and of the instrument that was asked for, each rule once however often it was asked, if they can stop a
/// payment: one that only decides whether more is looked at would stand there with a cross and mean nothing.
fn own(made: &Decision) -> Vec<(Rule, bool)> {
    let own = made.checks.iter().filter(|check| check.instrument.is_none_or(|instrument| instrument == made.chosen));
    let mut rules: Vec<(Rule, bool)> = Vec::new();
    for check in own.filter(|check| check.rule.can_stop()) {
        match rules.iter_mut().find(|(rule, _)| *rule == check.rule) {
            Some((_, held)) => *held &= check.held,
            None => rules.push((check.rule, check.held)),
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use tantu_domain::check::{Check, Outcome};
    use tantu_domain::evidence::Value;
    use tantu_domain::ids::InstrumentId;

    use super::*;

    /// Of a rule that was asked several times one word is left: that it held, if it always did.
    #[test]
    fn each_rule_stands_once_and_holds_if_it_always_did() {
        let [chosen, another] = ["7", "8"].map(|end| format!("ins_00000000000000000000000{end}07").parse().unwrap());
        let check = |rule, instrument: Option<InstrumentId>, held| {
            let (input, threshold) = (Value::Unknown, Value::Unknown);
            Check { rule, instrument, input, threshold, held }
        };
        let decision = Decision {
            id: "dec_00000000000000000000000007".parse().unwrap(),
            payment: "pay_00000000000000000000000007".parse().unwrap(),
            at: Timestamp::UNIX_EPOCH,
            policy: String::new(),
            chosen,
            outcome: Outcome::Refused,
            checks: vec![
                check(Rule::AccountActive, None, true),
                check(Rule::CardBound, Some(chosen), true),
                check(Rule::CardBound, Some(chosen), false),
                check(Rule::CardBound, Some(chosen), true),
                check(Rule::AccountActive, None, true),
                // What does not stop a payment, and what is another instrument's.
                check(Rule::NothingSuspicious, None, false),
                check(Rule::WalletBalance, Some(another), false),
            ],
        };
        assert_eq!(own(&decision), [(Rule::AccountActive, true), (Rule::CardBound, false)]);
    }
}
