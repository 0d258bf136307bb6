//! The shapes that the language folders fill: what is said of a cause, and of an operation.

use tantu_domain::channel::Channel;
use tantu_domain::operation::Operation;

/// What one language says of a cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) happened: String,
    pub(crate) money: String,
    pub(crate) now: Vec<(Operation, String)>,
    pub(crate) by_itself: Option<String>,
    /// Whether the sentence itself says that nobody is sure.
    pub(crate) hedged: bool,
}

impl Said {
    pub(crate) fn new(title: impl Into<String>, happened: impl Into<String>, money: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            happened: happened.into(),
            money: money.into(),
            now: Vec::new(),
            by_itself: None,
            hedged: false,
        }
    }

    /// Another sentence about the money than the language's usual one.
    pub(crate) fn money(mut self, sentence: impl Into<String>) -> Self {
        self.money = sentence.into();
        self
    }

    /// The sentence itself says that nobody is sure, so nothing need be added to it.
    pub(crate) fn hedged(mut self) -> Self {
        self.hedged = true;
        self
    }

    /// What to do now, and by which operation.
    pub(crate) fn act(mut self, operation: Operation, sentence: impl Into<String>) -> Self {
        self.now.push((operation, sentence.into()));
        self
    }

    /// The same, if there is something to say.
    pub(crate) fn act_if(self, operation: Operation, sentence: Option<String>) -> Self {
        match sentence {
            Some(sentence) => self.act(operation, sentence),
            None => self,
        }
    }

    /// What happens by itself.
    pub(crate) fn by_itself(mut self, sentence: impl Into<String>) -> Self {
        self.by_itself = Some(sentence.into());
        self
    }
}

/// What one language says of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OperationText {
    pub(crate) title: &'static str,
    pub(crate) what: &'static str,
    pub(crate) place: &'static str,
    pub(crate) takes: &'static str,
    pub(crate) there: Option<There>,
}

/// The same operation done at a third party; `{channel}` stands for its name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct There {
    pub(crate) title: &'static str,
    pub(crate) what: &'static str,
    pub(crate) place: fn(Channel) -> &'static str,
}
