//! A ticket: a question to support that carries its diagnosis, the thread about it, and how it ends.
//!
//! What may be kept of anybody's own words is a [`Masked`] text, so a ticket cannot hold a secret that was recognised. It
//! ends by itself when what it is about succeeds or is given up.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::cause::Cause;
use crate::code::SealedText;
use crate::evidence::Finding;
use crate::ids::{AccountId, BindingId, PaymentId, TicketId};
use crate::masked::Masked;
use crate::staff::StaffMark;

/// The longest thread. Whoever needs more speaks to somebody.
pub const MOST_MESSAGES: usize = 100;

/// What a ticket is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A payment, or the repayment of a bill.
    Payment(PaymentId),
    /// The binding of a bank card.
    Binding(BindingId),
    /// Nothing that we keep: what never came to us.
    Nothing,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The account's holder.
    Payer,
    /// A member of staff.
    Staff(StaffMark),
    /// We, when the same check said something else.
    Recheck,
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Payer => f.write_str("payer"),
            Self::Staff(mark) => fmt::Display::fmt(mark, f),
            Self::Recheck => f.write_str("recheck"),
        }
    }
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saying {
    /// Somebody's words.
    Words(Masked),
    /// What stands in the way now; nothing that we know of if there is none.
    Blocked(Vec<Cause>),
    /// How it ended.
    Ended(Ending),
}

/// One entry of the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// When, in business time.
    pub at: Timestamp,
    /// Who.
    pub by: Author,
    /// What.
    pub saying: Saying,
}

/// How a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// What it is about succeeded: it is paid, or the card is bound.
    Solved,
    /// What it is about was given up.
    GivenUp,
    /// Its payer or staff ended it.
    Closed,
}

impl Ending {
    /// Every way.
    pub const ALL: &'static [Self] = &[Self::Solved, Self::GivenUp, Self::Closed];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::GivenUp => "given_up",
            Self::Closed => "closed",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|ending| ending.id() == id)
    }
}

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// Staff are to answer, at the latest at this time.
    Waiting {
        /// The time that was promised.
        answer_by: Timestamp,
    },
    /// Staff have answered; the payer is to speak, or what it is about to succeed.
    Answered {
        /// When.
        at: Timestamp,
    },
    /// It is over.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        how: Ending,
    },
}

impl TicketState {
    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Waiting { .. } => "waiting",
            Self::Answered { .. } => "answered",
            Self::Ended { how, .. } => how.id(),
        }
    }
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Whose.
    pub account: AccountId,
    /// What it is about.
    pub about: About,
    /// When it was opened, in business time.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub state: TicketState,
    /// Why it failed, as it was known then.
    pub causes: Vec<Finding>,
    /// What his device showed then, a line for each thing.
    pub device: Vec<Masked>,
    /// The number to call back, sealed.
    pub call_back: Option<SealedText>,
    /// The thread, the first first.
    pub messages: Vec<Message>,
}

/// Why something cannot be done with a ticket.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// It is over.
    #[error("the ticket is over: {}", .0.id())]
    Over(Ending),
    /// The thread is full.
    #[error("a thread has at most {MOST_MESSAGES} messages; ask to be called back")]
    Full,
}

impl Ticket {
    /// The ticket about something; there is one at most, so it has the bytes of what it is about.
    pub fn id_of(about: About) -> Option<TicketId> {
        match about {
            About::Payment(payment) => TicketId::from_bytes(payment.bytes()),
            About::Binding(binding) => TicketId::from_bytes(binding.bytes()),
            About::Nothing => None,
        }
    }

    /// Whether it is over.
    pub fn ending(&self) -> Option<Ending> {
        match self.state {
            TicketState::Ended { how, .. } => Some(how),
            TicketState::Waiting { .. } | TicketState::Answered { .. } => None,
        }
    }

    /// What stood in the way when that was said last.
    pub fn blocked_by(&self) -> Vec<Cause> {
        let last = self.messages.iter().rev().find_map(|message| match &message.saying {
            Saying::Blocked(causes) => Some(causes.clone()),
            Saying::Words(_) | Saying::Ended(_) => None,
        });
        last.unwrap_or_else(|| known(self.causes.iter().map(|finding| finding.cause)))
    }

    /// The payer says something: staff are to answer within `promise`. One that somebody has closed is open again.
    ///
    /// # Errors
    /// [`TicketError`] if what it is about is over, or the thread is full.
    pub fn ask(mut self, words: Masked, now: Timestamp, promise: SignedDuration) -> Result<Self, TicketError> {
        if let Some(ending @ (Ending::Solved | Ending::GivenUp)) = self.ending() {
            return Err(TicketError::Over(ending));
        }
        self.say(Author::Payer, Saying::Words(words), now)?;
        let earlier = match self.state {
            TicketState::Waiting { answer_by } => Some(answer_by),
            TicketState::Answered { .. } | TicketState::Ended { .. } => None,
        };
        // What was promised before stays promised.
        let answer_by = earlier.unwrap_or_else(|| now.checked_add(promise).unwrap_or(now));
        Ok(Self { state: TicketState::Waiting { answer_by }, ..self })
    }

    /// Staff answer.
    ///
    /// # Errors
    /// [`TicketError`] if it is over, or the thread is full.
    pub fn answer(mut self, by: StaffMark, words: Masked, now: Timestamp) -> Result<Self, TicketError> {
        if let Some(ending) = self.ending() {
            return Err(TicketError::Over(ending));
        }
        self.say(Author::Staff(by), Saying::Words(words), now)?;
        Ok(Self { state: TicketState::Answered { at: now }, ..self })
    }

    /// The same check says that something else stands in the way now, or nothing. What was said already is not said again.
    pub fn recheck(mut self, causes: impl IntoIterator<Item = Cause>, now: Timestamp) -> Self {
        let causes = known(causes);
        if self.ending().is_none() && causes != self.blocked_by() {
            // A full thread is no reason to be silent about what ends it; about this it is.
            let said = self.say(Author::Recheck, Saying::Blocked(causes), now);
            debug_assert!(said.is_ok() || self.messages.len() >= MOST_MESSAGES);
        }
        self
    }

    /// It ends.
    ///
    /// # Errors
    /// [`TicketError::Over`] if it has ended.
    pub fn end(mut self, by: Author, how: Ending, now: Timestamp) -> Result<Self, TicketError> {
        if let Some(ending) = self.ending() {
            return Err(TicketError::Over(ending));
        }
        self.messages.push(Message { at: now, by, saying: Saying::Ended(how) });
        Ok(Self { state: TicketState::Ended { at: now, how }, ..self })
    }

    fn say(&mut self, by: Author, saying: Saying, now: Timestamp) -> Result<(), TicketError> {
        // Whoever sends a message again, because its answer was lost, has said it once.
        if self.messages.last().is_some_and(|last| last.by == by && last.saying == saying) {
            return Ok(());
        }
        if self.messages.len() >= MOST_MESSAGES {
            return Err(TicketError::Full);
        }
        self.messages.push(Message { at: now, by, saying });
        Ok(())
    }

    /// When it is looked at next: often while it is young, and seldom when it is old.
    pub fn look_at(&self, now: Timestamp) -> Timestamp {
        let age = now.duration_since(self.opened_at).as_secs().max(0);
        let wait = (age / 10).clamp(SOONEST_LOOK, LATEST_LOOK);
        now.checked_add(SignedDuration::from_secs(wait)).unwrap_or(now)
    }
}

/// Looked at this often, in seconds.
const SOONEST_LOOK: i64 = 60;
const LATEST_LOOK: i64 = 6 * 60 * 60;

/// Causes in the catalogue's order, each once; that a person is needed is no cause of its own.
fn known(causes: impl IntoIterator<Item = Cause>) -> Vec<Cause> {
    let mut causes: Vec<Cause> = causes.into_iter().filter(|cause| *cause != Cause::SupportEscalate).collect();
    causes.sort();
    causes.dedup();
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Shard;

    const PROMISE: SignedDuration = SignedDuration::from_hours(2);

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + minute * 60).unwrap()
    }

    fn words(text: &str) -> Masked {
        Masked::of(text).0
    }

    fn opened() -> Ticket {
        let bytes = [7; 16];
        let ticket = Ticket {
            id: TicketId::from_bytes(bytes).unwrap(),
            account: AccountId::from_bytes(bytes).unwrap(),
            about: About::Payment(PaymentId::from_bytes(bytes).unwrap()),
            opened_at: at(0),
            state: TicketState::Waiting { answer_by: at(120) },
            causes: Vec::new(),
            device: Vec::new(),
            call_back: None,
            messages: Vec::new(),
        };
        assert_eq!(ticket.id.shard(), Shard::of(7));
        ticket
    }

    #[test]
    fn what_was_promised_stays_promised_until_staff_answer() {
        let ticket = opened().ask(words("still nothing"), at(30), PROMISE).unwrap();
        assert_eq!(ticket.state, TicketState::Waiting { answer_by: at(120) });
        let ticket = ticket.answer(StaffMark::of(&[1; 32]), words("we look"), at(40)).unwrap();
        assert_eq!(ticket.state, TicketState::Answered { at: at(40) });
        let ticket = ticket.ask(words("and now?"), at(50), PROMISE).unwrap();
        assert_eq!(ticket.state, TicketState::Waiting { answer_by: at(170) });
    }

    #[test]
    fn the_same_finding_is_said_once() {
        let blocked = [Cause::AccountFrozen, Cause::SupportEscalate];
        let ticket = opened().recheck(blocked, at(1)).recheck(blocked, at(2)).recheck([], at(3));
        let said: Vec<&Saying> = ticket.messages.iter().map(|message| &message.saying).collect();
        assert_eq!(said, [&Saying::Blocked(vec![Cause::AccountFrozen]), &Saying::Blocked(Vec::new())]);
    }

    #[test]
    fn what_is_over_says_how_and_only_its_payer_opens_it_again() {
        let solved = opened().end(Author::Recheck, Ending::Solved, at(5)).unwrap();
        assert_eq!(solved.clone().end(Author::Payer, Ending::Closed, at(6)), Err(TicketError::Over(Ending::Solved)));
        assert_eq!(solved.ask(words("again"), at(7), PROMISE), Err(TicketError::Over(Ending::Solved)));
        let ticket = opened().end(Author::Payer, Ending::Closed, at(5)).unwrap();
        let staff = StaffMark::of(&[1; 32]);
        assert!(ticket.clone().answer(staff, words("x"), at(6)).is_err());
        assert_eq!(ticket.clone().recheck([Cause::AppBug], at(6)), ticket);
        assert_eq!(ticket.ask(words("again"), at(7), PROMISE).unwrap().ending(), None);
    }

    #[test]
    fn a_thread_ends_somewhere() {
        let mut ticket = opened();
        for minute in 0..MOST_MESSAGES {
            ticket = ticket.ask(words(&format!("{minute}?")), at(0), PROMISE).unwrap();
        }
        let last = ticket.messages.last().cloned();
        assert_eq!(ticket.clone().ask(words("99?"), at(200), PROMISE).unwrap().messages.last().cloned(), last);
        assert_eq!(ticket.clone().ask(words("?"), at(200), PROMISE), Err(TicketError::Full));
        assert!(ticket.end(Author::Payer, Ending::Closed, at(201)).is_ok());
    }

    #[test]
    fn an_old_ticket_is_looked_at_seldom() {
        let wait = |minute| opened().look_at(at(minute)).duration_since(at(minute)).as_secs();
        assert_eq!([wait(0), wait(60), wait(100_000)], [60, 360, 21_600]);
    }
}
