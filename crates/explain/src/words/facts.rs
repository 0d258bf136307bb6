//! A finding's evidence as the sentences want it: each fact already written out, or absent.
//!
//! A field that is missing, of another type or `Unknown` is simply absent here, and the sentence does
//! without it: we say what we know, and never guess the rest.

use tantu_domain::bank::Bank;
use tantu_domain::channel::Channel;
use tantu_domain::evidence::{Finding, Value, Whose};

use super::figures;
use super::{Context, bank_label};
use crate::lang::Lang;

pub(crate) struct Facts<'a> {
    finding: &'a Finding,
    lang: Lang,
    context: &'a Context,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(finding: &'a Finding, lang: Lang, context: &'a Context) -> Self {
        Self { finding, lang, context }
    }

    /// Whose account, limit or balance it is about; `None` if nobody said.
    pub(crate) fn whose(&self) -> Option<Whose> {
        match self.text("whose")? {
            "platform" => Some(Whose::Platform),
            "payer" => Some(Whose::Payer),
            id => Channel::parse(id).map(Whose::Channel).or_else(|| Bank::parse(id).map(Whose::Bank)),
        }
    }

    /// The third party that it is about.
    pub(crate) fn channel(&self) -> Option<Channel> {
        match self.whose() {
            Some(Whose::Channel(channel)) => Some(channel),
            Some(Whose::Platform | Whose::Payer | Whose::Bank(_)) => None,
            None => Channel::parse(self.text("channel")?),
        }
    }

    /// A field's text.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        match self.finding.field(name) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The bank's name.
    pub(crate) fn bank(&self) -> Option<&'a str> {
        match (self.text("bank"), self.whose()) {
            (Some(id), _) => Some(bank_label(id, self.lang)),
            (None, Some(Whose::Bank(bank))) => Some(bank_label(bank.id(), self.lang)),
            (None, _) => None,
        }
    }

    /// A field's number.
    pub(crate) fn count(&self, name: &str) -> Option<i64> {
        match self.finding.field(name) {
            Some(Value::Count(count)) => Some(*count),
            _ => None,
        }
    }

    /// A field's number of seconds, as a length of time.
    pub(crate) fn span(&self, name: &str) -> Option<String> {
        self.count(name).map(|seconds| figures::span(seconds, self.lang))
    }

    /// A field's amount: ¥4,800.00.
    pub(crate) fn money(&self, name: &str) -> Option<String> {
        match self.finding.field(name) {
            Some(Value::Money(money)) => Some(money.to_string()),
            _ => None,
        }
    }

    /// A field's instant or day, in Beijing.
    pub(crate) fn time(&self, name: &str) -> Option<String> {
        match self.finding.field(name) {
            Some(Value::Time(at)) => Some(figures::time(*at, self.context.now, self.lang)),
            Some(Value::Day(day)) => Some(figures::day(*day, self.context.now, self.lang)),
            _ => None,
        }
    }

    /// The same with its preposition: *on Nov 20, 10:00*, *at 12:45*.
    pub(crate) fn moment(&self, name: &str) -> Option<String> {
        match self.finding.field(name) {
            Some(Value::Time(at)) => Some(figures::moment(*at, self.context.now, self.lang)),
            Some(Value::Day(day)) => Some(format!("on {}", figures::day(*day, self.context.now, self.lang))),
            _ => None,
        }
    }

    /// What is to be paid.
    pub(crate) fn amount(&self) -> Option<String> {
        self.money("requested").or_else(|| self.context.amount.map(|amount| amount.to_string()))
    }

    /// The name of the instrument that is blocked.
    pub(crate) fn label(&self) -> Option<&'a str> {
        let id = self.finding.instrument?;
        self.context.labels.iter().find(|(known, _)| *known == id).map(|(_, label)| label.as_str())
    }

    /// The names of what can pay now.
    pub(crate) fn others(&self) -> &'a [String] {
        &self.context.can_pay_with
    }

    /// When waiting alone removes the cause.
    pub(crate) fn retry_at(&self) -> Option<String> {
        self.finding.retry_at().map(|at| figures::time(at, self.context.now, self.lang))
    }

    /// The same with its preposition.
    pub(crate) fn retry_moment(&self) -> Option<String> {
        self.finding.retry_at().map(|at| figures::moment(at, self.context.now, self.lang))
    }

    /// Whether only the channel knows.
    pub(crate) fn undecided(&self) -> bool {
        self.context.undecided
    }

    /// When an undecided payment is known at the latest.
    pub(crate) fn known_by(&self) -> Option<String> {
        self.context.known_by.map(|at| figures::time(at, self.context.now, self.lang))
    }

    /// Whether we pay by ourselves after the wait.
    pub(crate) fn resumes_by_itself(&self) -> bool {
        self.context.resumes_by_itself
    }
}
