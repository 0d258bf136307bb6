//! From a person's own words to causes, a question back, or the right door.
//!
//! The words say what it feels like; the facts decide. Whatever is said, the causes are always ranked, so that
//! whoever answers may go on; a question is asked where they are too many, a door shown where none of them is meant.

use std::sync::OnceLock;

use tantu_domain::cause::Cause;
use tantu_domain::door::Door;
use tantu_domain::question::Question;

use crate::asking::best_question;
use crate::corpus::{Example, Label, examples};
use crate::fact::{Fact, weigh};
use crate::features::{Reader, Reading};
use crate::model::Model;

/// From this share on a text is taken for one that says nothing.
const VAGUE: f32 = 0.30;
/// From this share on it is taken for one about something else.
const ELSEWHERE: f32 = 0.38;
/// Nobody is surer than this of the first cause: he is asked.
const UNSURE: f32 = 0.16;
/// So many causes are named.
const MOST_NAMED: usize = 5;
/// What has less of the whole than this is named only to fill the first three places.
const FAINT: f32 = 0.03;

/// A cause, and how much speaks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspicion {
    /// The cause.
    pub cause: Cause,
    /// Its share of all that speaks for any cause: 0 to 1.
    pub share: f32,
}

impl Suspicion {
    /// The share in whole per cent, as an address or a document can hold it.
    pub fn percent(&self) -> u8 {
        (0..=100).rev().find(|percent| f32::from(*percent) <= self.share * 100.0).unwrap_or(0)
    }

    /// A suspicion of so many per cent; more than a hundred are a hundred.
    pub fn of_percent(cause: Cause, percent: u8) -> Self {
        Self { cause, share: f32::from(percent.min(100)) / 100.0 }
    }
}

/// What was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// The causes, the likeliest first: at least three, at most five. Their shares and those of all others are one.
    pub causes: Vec<Suspicion>,
    /// The question that separates what is left best, if it is too much.
    pub question: Option<Question>,
    /// Where this belongs, if it is about no payment that failed.
    pub door: Option<Door>,
}

/// What understands a person's words. Training takes a fraction of a second: make one, or use [`Diagnoser::shared`].
#[derive(Debug)]
pub struct Diagnoser {
    reader: Reader,
    model: Model,
}

impl Diagnoser {
    /// The one that has learnt from all texts; trained when it is first asked for.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Diagnoser> = OnceLock::new();
        SHARED.get_or_init(|| Self::trained(&examples()))
    }

    /// One that has learnt from these texts only.
    pub fn trained(examples: &[Example]) -> Self {
        let reader = Reader::new();
        let readings: Vec<Reading> = examples.iter().map(|example| reader.read(&example.text)).collect();
        let pairs: Vec<(&Example, &Reading)> = examples.iter().zip(&readings).collect();
        Self { model: Model::train(&pairs), reader }
    }

    /// What a text speaks for, in the light of what is known. An empty text says nothing, and the facts alone speak.
    pub fn diagnose(&self, text: &str, facts: &[Fact]) -> Diagnosis {
        let shares = self.model.judge(&self.reader.read(text));
        let of =
            |wanted: fn(&Label) -> bool| shares.iter().filter(|(label, _)| wanted(label)).map(|(_, share)| share).sum();
        let vague: f32 = of(|label| *label == Label::Vague);
        let elsewhere: f32 = of(|label| matches!(label, Label::OutOfScope(_)));
        let mut ranked: Vec<Suspicion> = shares
            .iter()
            .filter_map(|(label, share)| match label {
                Label::Cause(cause) => Some(Suspicion { cause: *cause, share: *share }),
                Label::Vague | Label::OutOfScope(_) => None,
            })
            .collect();
        let decided = weigh(&mut ranked, vague.max(elsewhere), facts);
        ranked.sort_by(|one, other| other.share.total_cmp(&one.share).then(one.cause.cmp(&other.cause)));
        let first = ranked.first().map_or(0.0, |suspicion| suspicion.share);
        let is_elsewhere = !decided && elsewhere > ELSEWHERE && elsewhere >= vague;
        let door = if is_elsewhere { door(&shares) } else { None };
        let unsure = !decided && door.is_none() && (vague > VAGUE || first * (1.0 - vague) < UNSURE);
        let question = if unsure { best_question(&ranked, &[]) } else { None };
        let named = ranked.iter().enumerate().take_while(|(index, one)| *index < 3 || one.share >= FAINT);
        let causes = named.take(MOST_NAMED).map(|(_, suspicion)| *suspicion).collect();
        Diagnosis { causes, question, door }
    }
}

/// The likeliest of the doors.
fn door(shares: &[(Label, f32)]) -> Option<Door> {
    let doors = shares.iter().filter_map(|(label, share)| match label {
        Label::OutOfScope(door) => Some((*door, share)),
        Label::Cause(_) | Label::Vague => None,
    });
    doors.max_by(|one, other| one.1.total_cmp(other.1)).map(|(door, _)| door)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Diagnosis {
        Diagnoser::shared().diagnose(text, &[])
    }

    #[test]
    fn the_words_of_many_people_name_the_cause() {
        let cases = [
            ("綁卡嗰陣等極都收唔到驗證碼", Cause::OtpNotReceived),
            ("余额不够了", Cause::FundsInsufficientBalance),
            ("it says I went over my daily limit", Cause::LimitDaily),
            ("我的账号被冻结了付不了款", Cause::AccountFrozen),
            ("开着梯子付款就失败", Cause::NetworkProxyInterference),
            ("支付密马忘记了", Cause::AuthPaymentPassword),
        ];
        for (text, cause) in cases {
            let diagnosis = said(text);
            assert_eq!(diagnosis.causes[0].cause, cause, "{text}: {diagnosis:?}");
            assert_eq!((diagnosis.question, diagnosis.door), (None, None), "{text}");
        }
    }

    #[test]
    fn who_says_nothing_is_asked_and_who_means_something_else_is_shown_the_door() {
        for text in ["付不了", "為什麼一直失敗", "it doesn't work", "", "？"] {
            assert!(said(text).question.is_some(), "{text}: {:?}", said(text));
        }
        assert_eq!(said("退款什么时候到账").door, Some(Door::Refunds));
        assert_eq!(said("花呗怎么提额").door, Some(Door::Credit));
    }

    #[test]
    fn shares_are_a_distribution() {
        for text in ["付不了", "限额", "a", "\u{0}\u{ffff}", "𠮷野家付不了款🍜"] {
            let causes = said(text).causes;
            assert!(causes.len() >= 3 && causes.len() <= MOST_NAMED);
            assert!(causes.iter().all(|one| one.share.is_finite() && one.share >= 0.0), "{causes:?}");
            assert!(causes.windows(2).all(|pair| pair[0].share >= pair[1].share), "{causes:?}");
            assert!(causes.iter().map(|one| one.share).sum::<f32>() <= 1.001, "{causes:?}");
        }
    }

    #[test]
    fn the_same_texts_give_the_same_model() {
        let again = Diagnoser::trained(&examples());
        for text in ["收不到短信", "卡不行", "why"] {
            assert_eq!(again.diagnose(text, &[]), said(text), "{text}");
        }
    }
}
