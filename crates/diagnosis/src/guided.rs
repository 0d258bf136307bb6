//! The guided check (排查): from what was heard and is known, question by question, to a cause or to a person.
//!
//! Its whole memory is what was heard and the steps that were taken, so that it can be taken up anywhere again. It asks no
//! question twice and proposes no cause twice, so it ends: after [`MOST_STEPS`] steps at the latest there is nothing
//! left but support.

use tantu_domain::cause::Cause;
use tantu_domain::question::{Question, Reply};

use crate::asking::{best_question, likelihood};
use crate::diagnoser::Suspicion;
use crate::fact::{Fact, weigh};

/// Nobody takes more steps than this: each question once, each cause ruled out once.
pub const MOST_STEPS: usize = Question::ALL.len() + Cause::ALL.len();
/// Nobody is asked more than this in one go.
const MOST_ASKED: usize = 8;
/// Whoever has ruled out so many causes is tired of it, and is brought to a person.
const MOST_RULED_OUT: usize = 4;
/// From this share on a cause is named.
const SURE: f32 = 0.55;
/// What is likelier than this is worth a try if nothing more can be asked.
const WORTH_A_TRY: f32 = 0.12;
/// What was not heard is possible all the same.
const UNHEARD: f32 = 0.004;

/// One step that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A question was replied to.
    Replied(Reply),
    /// A cause was named, its way out was gone, and it still fails.
    StillFails(Cause),
}

impl Taken {
    /// The id that an address may hold.
    pub fn id(self) -> String {
        match self {
            Self::Replied(reply) => reply.id().to_owned(),
            Self::StillFails(cause) => format!("not:{}", cause.id()),
        }
    }

    /// The step of an id.
    pub fn parse(id: &str) -> Option<Self> {
        match id.strip_prefix("not:") {
            Some(cause) => Cause::parse(cause).map(Self::StillFails),
            None => Reply::parse(id).map(Self::Replied),
        }
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// This is asked.
    Ask(Question),
    /// This is the cause, as far as anybody can say.
    Named(Cause),
    /// A person looks at it, with all that was said.
    Support,
}

/// Where a guided check stands.
#[derive(Debug, Clone, PartialEq)]
pub struct GuidedCheck {
    /// What is known to stand in the way, the first first: it is named before anything is asked.
    known: Vec<Cause>,
    suspicions: Vec<Suspicion>,
    asked: Vec<Question>,
    ruled_out: Vec<Cause>,
}

impl GuidedCheck {
    /// Begins with what was heard in somebody's words (nothing, if he said none) and with what is known or was measured.
    pub fn begin(heard: &[Suspicion], facts: &[Fact]) -> Self {
        let causes = Cause::ALL.iter().filter(|cause| !cause.systems().is_empty() && **cause != Cause::SupportEscalate);
        let share = |cause: Cause| {
            let heard = heard.iter().find(|one| one.cause == cause).map_or(0.0, |one| one.share);
            // What is no number was not heard.
            UNHEARD + if heard.is_finite() { heard.clamp(0.0, 1.0) } else { 0.0 }
        };
        let mut suspicions = causes.map(|cause| Suspicion { cause: *cause, share: share(*cause) }).collect();
        weigh(&mut suspicions, 0.0, facts);
        let known = facts.iter().filter_map(|fact| match fact {
            Fact::Blocks(cause) => Some(*cause),
            Fact::Recent(_) | Fact::Quoted(_) | Fact::Ruled(_) => None,
        });
        Self { known: known.collect(), suspicions, asked: Vec::new(), ruled_out: Vec::new() }
    }

    /// The same with the steps that were taken since. What does not fit, because it comes twice, changes nothing.
    pub fn resume(heard: &[Suspicion], facts: &[Fact], taken: &[Taken]) -> Self {
        let mut check = Self::begin(heard, facts);
        taken.iter().for_each(|step| check.take(*step));
        check
    }

    /// Takes one step.
    pub fn take(&mut self, step: Taken) {
        match step {
            Taken::Replied(reply) if !self.asked.contains(&reply.question()) => {
                self.asked.push(reply.question());
                let suspicions = self.suspicions.iter_mut();
                suspicions.for_each(|one| one.share *= likelihood(reply, one.cause));
                weigh(&mut self.suspicions, 0.0, &[]);
            }
            Taken::StillFails(cause) if !self.ruled_out.contains(&cause) => {
                self.ruled_out.push(cause);
                weigh(&mut self.suspicions, 0.0, &[Fact::Ruled(cause)]);
            }
            Taken::Replied(_) | Taken::StillFails(_) => {}
        }
    }

    /// What comes next. A cause that was ruled out is not named again, and no question is asked twice.
    pub fn next(&self) -> Next {
        if self.ruled_out.len() >= MOST_RULED_OUT {
            return Next::Support;
        }
        match self.known.iter().find(|cause| !self.ruled_out.contains(cause)) {
            // That nobody but a person can help is known, too.
            Some(Cause::SupportEscalate) => return Next::Support,
            Some(cause) => return Next::Named(*cause),
            None => {}
        }
        let Some(first) = self.suspicions.iter().max_by(|one, other| one.share.total_cmp(&other.share)) else {
            return Next::Support;
        };
        if first.share >= SURE {
            return Next::Named(first.cause);
        }
        let more = self.asked.len() < MOST_ASKED + self.ruled_out.len();
        match best_question(&self.suspicions, &self.asked).filter(|_| more) {
            Some(question) => Next::Ask(question),
            None if first.share >= WORTH_A_TRY => Next::Named(first.cause),
            None => Next::Support,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Answers every question as somebody would who has this cause.
    fn led_by(cause: Cause, heard: &[Suspicion]) -> (Vec<Taken>, Next) {
        let (mut check, mut taken) = (GuidedCheck::begin(heard, &[]), Vec::new());
        while let Next::Ask(question) = check.next() {
            let replies = question.replies().iter();
            let best = replies.max_by(|one, other| likelihood(**one, cause).total_cmp(&likelihood(**other, cause)));
            let step = Taken::Replied(*best.unwrap());
            check.take(step);
            taken.push(step);
        }
        (taken, check.next())
    }

    #[test]
    fn who_says_nothing_is_led_to_his_cause() {
        let (mut found, mut steps, mut all) = (0, 0, 0);
        let named = |cause: &&Cause| !cause.systems().is_empty() && **cause != Cause::SupportEscalate;
        for cause in Cause::ALL.iter().filter(named) {
            let (taken, next) = led_by(*cause, &[]);
            all += 1;
            steps += taken.len();
            if next == Next::Named(*cause) {
                found += 1;
            } else {
                println!("{} ends at {next:?} after {taken:?}", cause.id());
            }
        }
        println!("{found} of {all} causes found, {steps} questions in all");
        assert!(found * 100 >= all * 90 && steps <= all * 5, "{found} of {all} in {steps}");
    }

    #[test]
    fn the_simple_is_asked_first() {
        assert_eq!(GuidedCheck::begin(&[], &[]).next(), Next::Ask(Question::Shown));
    }

    #[test]
    fn what_is_known_needs_no_question() {
        let known = [Fact::Blocks(Cause::LimitDaily)];
        assert_eq!(GuidedCheck::begin(&[], &known).next(), Next::Named(Cause::LimitDaily));
        // Of several the first is named first, and then the next; what was looked at and is in order is not asked about.
        let known = [Fact::Blocks(Cause::AccountFrozen), Fact::Blocks(Cause::LimitDaily)];
        let past = |cause| GuidedCheck::resume(&[], &known, &[Taken::StillFails(cause)]).next();
        assert_eq!(GuidedCheck::begin(&[], &known).next(), Next::Named(Cause::AccountFrozen));
        assert_eq!(past(Cause::AccountFrozen), Next::Named(Cause::LimitDaily));
        let person = [Fact::Blocks(Cause::SupportEscalate)];
        assert_eq!(GuidedCheck::begin(&[], &person).next(), Next::Support);
        let (taken, next) = led_by(Cause::OtpIntercepted, &[]);
        let resumed = GuidedCheck::resume(&[], &[], &taken);
        assert_eq!((resumed.next(), next), (next, Next::Named(Cause::OtpIntercepted)));
    }

    #[test]
    fn steps_have_ids_that_parse_back() {
        let replies = Reply::ALL.iter().map(|reply| Taken::Replied(*reply));
        for taken in replies.chain(Cause::ALL.iter().map(|cause| Taken::StillFails(*cause))) {
            assert_eq!(Taken::parse(&taken.id()), Some(taken));
        }
        assert_eq!(Taken::parse("not:anything"), None);
    }

    proptest! {
        /// Whatever is replied, and however often it still fails: it ends, and in a circle it never goes.
        #[test]
        fn it_ends_whatever_is_replied(
            choices in proptest::collection::vec(0usize..97, MOST_STEPS),
            heard in proptest::collection::vec((0usize..Cause::ALL.len(), 0.0f32..1.0), 0..5),
        ) {
            let heard: Vec<Suspicion> =
                heard.iter().map(|(index, share)| Suspicion { cause: Cause::ALL[*index], share: *share }).collect();
            let mut check = GuidedCheck::begin(&heard, &[]);
            let (mut asked, mut named) = (Vec::new(), Vec::new());
            for choice in &choices {
                match check.next() {
                    Next::Ask(question) => {
                        prop_assert!(!asked.contains(&question), "{question:?} twice");
                        asked.push(question);
                        check.take(Taken::Replied(question.replies()[choice % question.replies().len()]));
                    }
                    Next::Named(cause) => {
                        prop_assert!(!named.contains(&cause), "{cause:?} twice");
                        named.push(cause);
                        check.take(Taken::StillFails(cause));
                    }
                    Next::Support => return Ok(()),
                }
            }
            prop_assert_eq!(check.next(), Next::Support, "after {} questions and {} causes", asked.len(), named.len());
        }
    }
}
