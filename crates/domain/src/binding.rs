//! The binding of a bank card (绑卡), as a sequence that can be taken up again at the step that is due.
//!
//! *terms → card details → SMS code → opening → bound*. A refusal leads back to the details, with its causes; the
//! binding stays the same one. Each time the details go to the channel they have a number of their own there.

use jiff::{SignedDuration, Timestamp};

use crate::card::{BindingReport, BoundCard, Card, CardFace, CardState, CodeReport};
use crate::evidence::{Confidence, Evidence, Finding};
use crate::ids::{AccountId, BindingId, InstrumentId, OpeningId};
use crate::one_time_code;

/// How long an opening that the channel does not know may still be on its way there. Nothing is paid by it, so
/// nobody needs to wait for longer; one that is found after all still binds the card.
pub const OPENING_PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// How long the channel is waited for when it is to have the code sent, before the details may be given again.
pub const SENDING_PATIENCE: SignedDuration = SignedDuration::from_secs(30);

/// What the holder does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Agree to the terms.
    Terms,
    /// Give the factors.
    Details,
    /// Enter the code that the bank has sent.
    Code,
}

impl Step {
    /// Every step, in order.
    pub const ALL: &'static [Step] = &[Self::Terms, Self::Details, Self::Code];

    /// The name that the API, the store and the evidence use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Details => "card_details",
            Self::Code => "sms_code",
        }
    }

    /// The step of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.id() == id)
    }
}

/// Where a binding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingState {
    /// It waits for its holder.
    Due {
        /// Since when.
        since: Timestamp,
        /// For what.
        step: Step,
    },
    /// The channel was asked to have the code sent, and has not answered.
    Sending {
        /// Since when.
        since: Timestamp,
    },
    /// The details and the code are on their way: only the channel knows.
    Opening {
        /// Since when.
        since: Timestamp,
    },
    /// The card is bound.
    Bound {
        /// When.
        at: Timestamp,
    },
    /// Its holder has given it up.
    Abandoned {
        /// When.
        at: Timestamp,
    },
}

impl BindingState {
    /// The name that the API and the store use; of one that waits, its step's.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Due { step, .. } => step.id(),
            Self::Sending { .. } => "sending",
            Self::Opening { .. } => "opening",
            Self::Bound { .. } => "bound",
            Self::Abandoned { .. } => "abandoned",
        }
    }

    /// When it came into this state.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Due { since: at, .. }
            | Self::Sending { since: at }
            | Self::Opening { since: at }
            | Self::Bound { at }
            | Self::Abandoned { at } => *at,
        }
    }

    /// The state of a name.
    pub fn parse(id: &str, at: Timestamp) -> Option<Self> {
        match id {
            "sending" => Some(Self::Sending { since: at }),
            "opening" => Some(Self::Opening { since: at }),
            "bound" => Some(Self::Bound { at }),
            "abandoned" => Some(Self::Abandoned { at }),
            step => Step::parse(step).map(|step| Self::Due { since: at, step }),
        }
    }
}

/// Why it did not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingRefusal {
    /// When we learned it.
    pub at: Timestamp,
    /// All causes that fit, the surest first.
    pub causes: Vec<Finding>,
}

/// The binding of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Its id.
    pub id: BindingId,
    /// Whose card.
    pub account: AccountId,
    /// The instrument that it brings; for a card that is bound again, the one that is there.
    pub instrument: InstrumentId,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// The edition of the terms that the holder has agreed to.
    pub terms: Option<String>,
    /// The card, once its details were taken.
    pub face: Option<CardFace>,
    /// The number under which the details went to the channel last.
    pub opening: Option<OpeningId>,
    /// When the last code was sent, as far as the channel says.
    pub code_sent_at: Option<Timestamp>,
    /// Why it did not go on, if it did not.
    pub refusal: Option<BindingRefusal>,
    /// Where it stands.
    pub state: BindingState,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingRecorded {
    /// Nothing: a repetition, or a word about what is over.
    Nothing,
    /// The code is on its way.
    CodeSent,
    /// Still only the channel knows.
    Undecided,
    /// It was refused, and is taken up again by giving the details.
    Refused,
    /// The card is bound.
    Bound(Box<Card>),
}

impl Binding {
    /// A binding that begins.
    pub fn new(id: BindingId, account: AccountId, instrument: InstrumentId, now: Timestamp) -> Self {
        Self {
            id,
            account,
            instrument,
            begun_at: now,
            terms: None,
            face: None,
            opening: None,
            code_sent_at: None,
            refusal: None,
            state: BindingState::Due { since: now, step: Step::Terms },
        }
    }

    /// The step that is due at `now`; `None` while only the channel knows, and when it is over.
    pub fn due(&self, now: Timestamp) -> Option<Step> {
        match self.state {
            BindingState::Due { step, .. } => Some(step),
            // What the channel does not say for so long it says no more.
            BindingState::Sending { since } => {
                since.checked_add(SENDING_PATIENCE).is_ok_and(|over| over <= now).then_some(Step::Details)
            }
            BindingState::Opening { .. } | BindingState::Bound { .. } | BindingState::Abandoned { .. } => None,
        }
    }

    /// The last step that was done.
    pub fn done(&self) -> &'static str {
        match self.state {
            BindingState::Due { step: Step::Terms, .. } => "begun",
            BindingState::Due { step: Step::Details, .. } => Step::Terms.id(),
            BindingState::Due { step: Step::Code, .. } => Step::Details.id(),
            BindingState::Sending { .. } => Step::Details.id(),
            BindingState::Opening { .. } => Step::Code.id(),
            BindingState::Bound { .. } => "bound",
            BindingState::Abandoned { .. } => "abandoned",
        }
    }

    /// The proof that another step is due than `asked`; `None` if it is this one. Details may be given again
    /// instead of a code.
    pub fn wrong_step(&self, asked: Step, now: Timestamp) -> Option<Evidence> {
        let due = self.due(now);
        let fits = due == Some(asked) || (asked == Step::Details && due == Some(Step::Code));
        let expected = due.map_or("none", Step::id);
        (!fits).then_some(Evidence::BindingStep { expected, done: self.done() })
    }

    /// The holder agrees to the terms.
    ///
    /// # Errors
    /// The proof that another step is due.
    pub fn accept_terms(self, edition: String, now: Timestamp) -> Result<Self, Evidence> {
        match self.wrong_step(Step::Terms, now) {
            Some(wrong) => Err(wrong),
            None => {
                Ok(Self { terms: Some(edition), state: BindingState::Due { since: now, step: Step::Details }, ..self })
            }
        }
    }

    /// The details go to the channel, under this number; it is to have the code sent.
    ///
    /// # Errors
    /// The proof that another step is due.
    pub fn give_details(self, face: CardFace, opening: OpeningId, now: Timestamp) -> Result<Self, Evidence> {
        match self.wrong_step(Step::Details, now) {
            Some(wrong) => Err(wrong),
            None => Ok(Self {
                face: Some(face),
                opening: Some(opening),
                code_sent_at: None,
                refusal: None,
                state: BindingState::Sending { since: now },
                ..self
            }),
        }
    }

    /// The code goes to the channel with the details.
    ///
    /// # Errors
    /// The proof that another step is due, or that the code is too late.
    pub fn enter_code(self, now: Timestamp) -> Result<Self, Evidence> {
        if let Some(wrong) = self.wrong_step(Step::Code, now) {
            return Err(wrong);
        }
        if self.code_ended(now) {
            return Err(Evidence::CodeWrong { state: "expired", next_code_at: Some(now), sends_left: 1 });
        }
        Ok(Self { refusal: None, state: BindingState::Opening { since: now }, ..self })
    }

    fn code_ended(&self, now: Timestamp) -> bool {
        let sent = self.code_sent_at.and_then(|sent| sent.checked_add(one_time_code::LIFE).ok());
        sent.is_none_or(|end| end <= now)
    }

    /// Its holder gives it up.
    ///
    /// # Errors
    /// The proof of how it stands, if it is over or only the channel knows.
    pub fn abandon(self, now: Timestamp) -> Result<Self, Evidence> {
        match self.state {
            BindingState::Due { .. } | BindingState::Sending { .. } => {
                Ok(Self { refusal: None, state: BindingState::Abandoned { at: now }, ..self })
            }
            BindingState::Opening { .. } | BindingState::Bound { .. } | BindingState::Abandoned { .. } => {
                Err(Evidence::BindingStep { expected: "none", done: self.done() })
            }
        }
    }

    /// What the channel said when it was to have the code sent. A word about an earlier number means nothing.
    #[must_use]
    pub fn record_code(self, opening: OpeningId, report: &CodeReport, now: Timestamp) -> (Self, BindingRecorded) {
        if self.opening != Some(opening) || !matches!(self.state, BindingState::Sending { .. }) {
            return (self, BindingRecorded::Nothing);
        }
        let causes = match report {
            // Without an answer it may be on its way; if it does not come, another is asked for.
            CodeReport::Sent | CodeReport::NoAnswer => {
                let state = BindingState::Due { since: now, step: Step::Code };
                return (Self { code_sent_at: Some(now), state, ..self }, BindingRecorded::CodeSent);
            }
            CodeReport::Declined { word, causes } => self.told(word, causes),
            CodeReport::Fault(word) => self.fault(word),
        };
        (self.refused(causes, now), BindingRecorded::Refused)
    }

    /// What the channel said of the opening: by answer, notification or when asked, all in the same words.
    #[must_use]
    pub fn record_opening(self, opening: OpeningId, report: &BindingReport, now: Timestamp) -> (Self, BindingRecorded) {
        let over = matches!(self.state, BindingState::Bound { .. } | BindingState::Abandoned { .. });
        if self.opening != Some(opening) || over {
            return (self, BindingRecorded::Nothing);
        }
        // That it is bound is true whenever it is said; everything else is about an opening that is under way.
        if let BindingReport::Bound(bound) = report {
            let card = self.face.clone().map(|face| card(face, bound, opening, now));
            let Some(card) = card else { return (self, BindingRecorded::Nothing) };
            let bound = Self { refusal: None, state: BindingState::Bound { at: now }, ..self };
            return (bound, BindingRecorded::Bound(Box::new(card)));
        }
        let BindingState::Opening { since } = self.state else { return (self, BindingRecorded::Nothing) };
        let late = since.checked_add(OPENING_PATIENCE).is_ok_and(|over| over <= now);
        let causes = match report {
            BindingReport::Declined { word, causes } => self.told(word, causes),
            BindingReport::NotExist if late => vec![self.lost(since, now)],
            BindingReport::Bound(_) | BindingReport::NotExist | BindingReport::Fault(_) | BindingReport::NoAnswer => {
                return (self, BindingRecorded::Undecided);
            }
        };
        (self.refused(causes, now), BindingRecorded::Refused)
    }

    /// The binding after it is known which of its causes it is; `None` if that cause is none of them. Those that
    /// rest on the same word are ruled out.
    pub fn single_out(&self, cause: crate::cause::Cause) -> Option<Self> {
        let refusal = self.refusal.as_ref()?;
        let chosen = refusal.causes.iter().find(|finding| finding.cause == cause)?;
        let same_word = |other: &&Finding| other.field("code") == chosen.field("code") && other.cause != cause;
        let certain = Finding { confidence: Confidence::Certain, ..chosen.clone() };
        let others = refusal.causes.iter().filter(|other| other.cause != cause && !same_word(other)).cloned();
        let causes = std::iter::once(certain).chain(others).collect();
        Some(Self { refusal: Some(BindingRefusal { causes, ..refusal.clone() }), ..self.clone() })
    }

    /// Why it is not known yet, while only the channel knows.
    pub fn undecided(&self) -> Option<Finding> {
        let BindingState::Opening { since } = self.state else { return None };
        Some(self.finding(Evidence::OpeningLost { sent_at: since, last_contact: None }, Confidence::Likely))
    }

    fn refused(self, mut causes: Vec<Finding>, now: Timestamp) -> Self {
        causes.sort_by_key(|finding| (finding.confidence, finding.cause));
        let state = BindingState::Due { since: now, step: Step::Details };
        Self { refusal: Some(BindingRefusal { at: now, causes }), state, ..self }
    }

    fn told(&self, word: &crate::channel::ChannelWord, causes: &[(crate::cause::Cause, Confidence)]) -> Vec<Finding> {
        let nobody = [(crate::cause::Cause::SupportEscalate, Confidence::Certain)];
        // A code that names nothing that anybody could remove: a person must look at it.
        let causes = if causes.is_empty() { &nobody } else { causes };
        let told = |(cause, confidence): &(crate::cause::Cause, Confidence)| {
            self.finding(Evidence::Told { cause: *cause, word: word.clone() }, *confidence)
        };
        causes.iter().map(told).collect()
    }

    fn fault(&self, word: &crate::channel::ChannelWord) -> Vec<Finding> {
        let evidence = Evidence::ChannelInterfaceFault {
            channel: word.channel,
            code: word.code.clone(),
            since: word.at,
            breaker: "closed",
            expected_end: None,
            incident: None,
        };
        vec![self.finding(evidence, Confidence::Certain)]
    }

    /// The opening never reached the channel.
    fn lost(&self, since: Timestamp, now: Timestamp) -> Finding {
        self.finding(Evidence::OpeningLost { sent_at: since, last_contact: Some(now) }, Confidence::Certain)
    }

    fn finding(&self, evidence: Evidence, confidence: Confidence) -> Finding {
        Finding { cause: evidence.cause(), confidence, evidence: evidence.fields(), instrument: Some(self.instrument) }
    }
}

fn card(face: CardFace, bound: &BoundCard, opening: OpeningId, now: Timestamp) -> Card {
    Card {
        // The bank knows better than our table what kind of card it is.
        face: CardFace { kind: bound.kind.unwrap_or(face.kind), ..face },
        token: bound.token.clone(),
        ends_at: bound.ends_at,
        opening,
        bound_at: now,
        last_good_use: now,
        state: CardState::Bound,
    }
}
