//! Which question to ask: the one whose reply, whatever it is, leaves the least in doubt.

use tantu_domain::cause::Cause;
use tantu_domain::question::{Question, Reply};

use crate::diagnoser::Suspicion;

/// How much of a cause's share survives a reply that does not speak for it: people misread their screens.
pub(crate) const AGAINST: f32 = 0.08;

/// The best of the questions that were not asked yet; none if no reply to any would tell anything.
pub fn best_question(suspicions: &[Suspicion], asked: &[Question]) -> Option<Question> {
    let open = Question::ALL.iter().filter(|question| !asked.contains(question));
    let gains = open.map(|question| (*question, gain(*question, suspicions)));
    // Of two that tell as much the earlier is asked: the simple before the deep.
    let best = gains.fold(None, |best: Option<(Question, f32)>, (question, gain)| match best {
        Some((_, most)) if most >= gain => best,
        _ => Some((question, gain)),
    });
    best.filter(|(_, gain)| *gain > 0.01).map(|(question, _)| question)
}

/// How likely a reply is, if this is the cause: whoever has it gives one of the replies that speak for it, and if
/// none does, any.
pub(crate) fn likelihood(reply: Reply, cause: Cause) -> f32 {
    let replies = reply.question().replies();
    let fitting = replies.iter().filter(|reply| reply.speaks_for().contains(&cause)).count();
    let one_of = |count: usize| 1.0 / u16::try_from(count).map_or(1.0, f32::from);
    match (fitting, reply.speaks_for().contains(&cause)) {
        (0, _) => one_of(replies.len()),
        (_, true) => (1.0 - AGAINST) * one_of(fitting),
        (_, false) => AGAINST * one_of(replies.len() - fitting),
    }
}

/// The doubt that a question takes away on average, in nats.
fn gain(question: Question, suspicions: &[Suspicion]) -> f32 {
    let before = doubt(suspicions.iter().map(|suspicion| suspicion.share));
    let after: f32 = question
        .replies()
        .iter()
        .map(|reply| {
            let shares: Vec<f32> = suspicions.iter().map(|one| one.share * likelihood(*reply, one.cause)).collect();
            let likely: f32 = shares.iter().sum();
            if likely > 0.0 { likely * doubt(shares.iter().map(|share| share / likely)) } else { 0.0 }
        })
        .sum();
    before - after
}

fn doubt(shares: impl Iterator<Item = f32>) -> f32 {
    shares.filter(|share| *share > 0.0).map(|share| -share * share.ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equally(causes: &[Cause]) -> Vec<Suspicion> {
        causes.iter().map(|cause| Suspicion { cause: *cause, share: 1.0 / 4.0 }).collect()
    }

    #[test]
    fn the_question_that_separates_the_most_is_asked() {
        let limits = [Cause::LimitPerTransaction, Cause::LimitDaily, Cause::LimitMonthly, Cause::LimitPlatform];
        assert_eq!(best_question(&equally(&limits), &[]), Some(Question::WhichLimit));
        let codes = [
            Cause::OtpNotReceived,
            Cause::OtpIntercepted,
            Cause::CardReservedPhoneMismatch,
            Cause::AccountPhoneUnbound,
        ];
        assert_eq!(best_question(&equally(&codes), &[]), Some(Question::CodeWhere));
        assert_ne!(best_question(&equally(&codes), &[Question::CodeWhere]), Some(Question::CodeWhere));
    }

    #[test]
    fn where_nothing_is_in_doubt_nothing_is_asked() {
        let sure = [Suspicion { cause: Cause::LimitDaily, share: 1.0 }];
        assert_eq!(best_question(&sure, &[]), None);
    }

    #[test]
    fn the_replies_to_a_question_are_a_distribution() {
        for question in Question::ALL {
            for cause in Cause::ALL {
                let sum: f32 = question.replies().iter().map(|reply| likelihood(*reply, *cause)).sum();
                assert!((0.9..=1.001).contains(&sum), "{question:?} {cause:?}: {sum}");
            }
        }
    }
}
