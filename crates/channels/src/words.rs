//! What a channel's codes are taken to mean: the one way from a code to a report, for every channel.

use std::fmt;
use std::sync::Arc;

use tantu_codes::{CodeResult, Meaning, Tables};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::cause::Cause;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::clock::Clock;
use tantu_domain::evidence::Confidence;

/// How much of a channel's code or message is kept.
const LONGEST_WORD: usize = 256;

/// What a call is called in the log, and where its codes are looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The channel's name of the call.
    pub(crate) method: &'static str,
    /// The family in which its codes are looked up.
    pub(crate) family: &'static str,
    /// Our number of what it is about.
    pub(crate) number: &'a str,
}

/// What a code says in a family that can refuse.
pub(crate) enum Verdict {
    /// A final no.
    Declined(ChannelWord, Vec<(Cause, Confidence)>),
    /// Nothing final; likewise every code that nobody published.
    Open(ChannelWord),
}

/// The published codes, and the clock that dates what we hear.
pub(crate) struct Words {
    channel: Channel,
    codes: Arc<Tables>,
    clock: Arc<dyn Clock>,
}

impl Words {
    pub(crate) fn new(channel: Channel, codes: Arc<Tables>, clock: Arc<dyn Clock>) -> Self {
        Self { channel, codes, clock }
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// A word that we heard now.
    pub(crate) fn word(&self, code: &str, message: &str) -> ChannelWord {
        let short = |text: &str| text.chars().take(LONGEST_WORD).collect();
        ChannelWord { channel: self.channel, code: short(code), message: short(message), at: self.clock.now() }
    }

    /// What a code means, to the operator or as published; what stands in no table is reported here.
    pub(crate) fn meaning(&self, of: &Subject<'_>, code: &str) -> Option<&Meaning> {
        let meaning = self.codes.look_up(self.channel.id(), of.family, code);
        if meaning.is_none() {
            let (channel, method, number) = (self.channel.id(), of.method, of.number);
            tracing::warn!(channel, method, number, code, "unrecognised code, treated as undecided");
        }
        meaning
    }

    /// What a code says in a family that can refuse.
    pub(crate) fn verdict(&self, of: &Subject<'_>, code: &str, message: &str) -> Verdict {
        let word = self.word(code, message);
        match self.meaning(of, code) {
            Some(meaning) if meaning.result == CodeResult::Declined => Verdict::Declined(word, meaning.causes.clone()),
            Some(_) | None => Verdict::Open(word),
        }
    }

    /// The same, of an attempt.
    pub(crate) fn refusal(&self, of: &Subject<'_>, code: &str, message: &str) -> AttemptReport {
        match self.verdict(of, code, message) {
            Verdict::Declined(word, causes) => AttemptReport::Declined { word, causes },
            Verdict::Open(word) => AttemptReport::Fault(word),
        }
    }

    /// What a code says in a family that moves nothing: whatever it is, it speaks of the call alone.
    pub(crate) fn fault(&self, of: &Subject<'_>, code: &str, message: &str) -> ChannelWord {
        self.meaning(of, code);
        self.word(code, message)
    }

    /// A genuine answer that cannot be about what we asked: nothing in it is believed.
    pub(crate) fn not_ours(&self, of: &Subject<'_>, field: &str) {
        let (channel, method, number) = (self.channel.id(), of.method, of.number);
        tracing::error!(channel, method, number, field, "the answer is about something else");
    }

    /// A genuine answer that lacks what it must have to prove anything.
    pub(crate) fn incomplete(&self, of: &Subject<'_>, field: &str) -> ChannelWord {
        let (channel, method, number) = (self.channel.id(), of.method, of.number);
        tracing::error!(channel, method, number, field, "the answer is incomplete");
        self.word("incomplete_answer", &format!("{field} is missing or cannot be read"))
    }

    /// An HTTP status that is no answer.
    pub(crate) fn no_answer(&self, of: &Subject<'_>, status: reqwest::StatusCode) -> ChannelWord {
        let (channel, method, number) = (self.channel.id(), of.method, of.number);
        let code = format!("http_{}", status.as_u16());
        tracing::warn!(channel, method, number, code, "the channel did not answer");
        self.word(&code, status.canonical_reason().unwrap_or_default())
    }

    /// Nothing that can be believed came back.
    pub(crate) fn nothing(&self, of: &Subject<'_>, why: &dyn fmt::Display) {
        let (channel, method, number) = (self.channel.id(), of.method, of.number);
        tracing::warn!(channel, method, number, %why, "no answer that can be believed");
    }
}
