//! Tickets as they are kept: a row, and a row for each message of the thread.

use jiff::Timestamp;
use tantu_domain::cause::Cause;
use tantu_domain::ids::AccountId;
use tantu_domain::masked::Masked;
use tantu_domain::ticket::{Author, Ending, Saying, TicketState};

/// Which tickets a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketsOf {
    /// An account's, the newest first.
    Account(AccountId),
    /// Those that wait for staff, the most urgent first. They are on every shard.
    Waiting,
}

/// The time that stands with a state.
pub(crate) fn state_at(state: TicketState) -> Timestamp {
    match state {
        TicketState::Waiting { answer_by } => answer_by,
        TicketState::Answered { at } | TicketState::Ended { at, .. } => at,
    }
}

/// The state of a name; `None` if there is none.
pub(crate) fn state(id: &str, at: Timestamp) -> Option<TicketState> {
    match id {
        "waiting" => Some(TicketState::Waiting { answer_by: at }),
        "answered" => Some(TicketState::Answered { at }),
        other => Ending::parse(other).map(|how| TicketState::Ended { at, how }),
    }
}

/// The author of a name; `None` if there is none.
pub(crate) fn author(text: &str) -> Option<Author> {
    match text {
        "payer" => Some(Author::Payer),
        "recheck" => Some(Author::Recheck),
        mark => mark.parse().ok().map(Author::Staff),
    }
}

/// What was said, as its kind and a text.
pub(crate) fn written(saying: &Saying) -> (&'static str, String) {
    match saying {
        Saying::Words(words) => ("words", words.text().to_owned()),
        Saying::Blocked(causes) => ("blocked", causes.iter().map(|cause| cause.id()).collect::<Vec<_>>().join(" ")),
        Saying::Ended(how) => ("ended", how.id().to_owned()),
    }
}

/// The same, read again. Words are masked anew: what is recognised today was perhaps not recognised then.
pub(crate) fn read(kind: &str, text: &str) -> Option<Saying> {
    match kind {
        "words" => Some(Saying::Words(Masked::of(text).0)),
        "blocked" => text.split_ascii_whitespace().map(Cause::parse).collect::<Option<_>>().map(Saying::Blocked),
        "ended" => Ending::parse(text).map(Saying::Ended),
        _ => None,
    }
}

/// Lines of a device, as they are kept.
pub(crate) fn lines(device: &[Masked]) -> Vec<String> {
    device.iter().map(|line| line.text().to_owned()).collect()
}

/// What a ticket is about, as the two columns that it has for it.
pub(crate) mod about {
    use tantu_domain::ids::{BindingId, PaymentId};
    use tantu_domain::ticket::About;

    pub(crate) fn columns(about: About) -> (Option<PaymentId>, Option<BindingId>) {
        match about {
            About::Payment(payment) => (Some(payment), None),
            About::Binding(binding) => (None, Some(binding)),
            About::Nothing => (None, None),
        }
    }

    pub(crate) fn of(payment: Option<PaymentId>, binding: Option<BindingId>) -> About {
        match (payment, binding) {
            (Some(payment), _) => About::Payment(payment),
            (None, Some(binding)) => About::Binding(binding),
            (None, None) => About::Nothing,
        }
    }
}
