//! Fusion: what is known of somebody's payments, of his device and of the world weighs more than how he puts it.

use tantu_domain::cause::Cause;

use crate::diagnoser::Suspicion;

/// Something that is known, and does not hang on anybody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// It blocks the payment that is asked about, or was measured on the device just now.
    Blocks(Cause),
    /// It stopped one of this person's payments lately.
    Recent(Cause),
    /// A quoted code may mean it.
    Quoted(Cause),
    /// It was looked at and is in order.
    Ruled(Cause),
}

/// The least share that a cause has in the eyes of a fact, so that the facts can speak where the words say nothing.
const BLOCKS: f32 = 6.0;
const QUOTED: f32 = 3.0;
const RECENT: f32 = 0.4;

/// Weighs the suspicions anew, and says whether the facts have decided: then nobody is asked, and no door is shown.
/// `unsaid` is how far the words say nothing of a cause. In the end the shares are one again.
pub(crate) fn weigh(suspicions: &mut Vec<Suspicion>, unsaid: f32, facts: &[Fact]) -> bool {
    let mut decided = false;
    normalise(suspicions, 1.0);
    for fact in facts {
        match *fact {
            Fact::Blocks(cause) => {
                add(suspicions, cause, BLOCKS);
                decided = true;
            }
            Fact::Quoted(cause) => {
                add(suspicions, cause, QUOTED);
                decided = true;
            }
            // What happened lately counts the more, the less the words say.
            Fact::Recent(cause) => add(suspicions, cause, RECENT + unsaid),
            Fact::Ruled(cause) => suspicions.retain(|suspicion| suspicion.cause != cause),
        }
    }
    normalise(suspicions, 1.0);
    decided
}

/// Of several facts the words choose: what is added is shared out by what they already speak for.
fn add(suspicions: &mut Vec<Suspicion>, cause: Cause, share: f32) {
    match suspicions.iter_mut().find(|suspicion| suspicion.cause == cause) {
        Some(known) => known.share += share * (1.0 + known.share),
        None => suspicions.push(Suspicion { cause, share }),
    }
}

fn normalise(suspicions: &mut [Suspicion], whole: f32) {
    let total: f32 = suspicions.iter().map(|suspicion| suspicion.share).sum();
    if total > 0.0 {
        suspicions.iter_mut().for_each(|suspicion| suspicion.share *= whole / total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Diagnoser;

    fn first(text: &str, facts: &[Fact]) -> Cause {
        Diagnoser::shared().diagnose(text, facts).causes[0].cause
    }

    #[test]
    fn the_facts_decide_and_the_words_choose_among_them() {
        assert_eq!(first("一直转圈付不了", &[Fact::Blocks(Cause::AccountFrozen)]), Cause::AccountFrozen);
        let both = [Fact::Blocks(Cause::AccountFrozen), Fact::Blocks(Cause::LimitDaily)];
        assert_eq!(first("今天的限额用完了", &both), Cause::LimitDaily);
        assert_eq!(first("账户被冻结了", &both), Cause::AccountFrozen);
    }

    #[test]
    fn who_says_nothing_is_answered_by_what_happened_lately() {
        let diagnosis = Diagnoser::shared().diagnose("付不了", &[Fact::Recent(Cause::CardExpired)]);
        assert_eq!(diagnosis.causes[0].cause, Cause::CardExpired);
        assert_eq!(first("收不到验证码", &[Fact::Recent(Cause::CardExpired)]), Cause::OtpNotReceived);
    }

    #[test]
    fn what_is_in_order_is_not_named() {
        let facts = [Fact::Ruled(Cause::NetworkUnstable)];
        let named = Diagnoser::shared().diagnose("信号不好，付款一直转圈", &facts).causes;
        assert!(named.iter().all(|suspicion| suspicion.cause != Cause::NetworkUnstable), "{named:?}");
    }
}
