//! The catalogue as data, for `tantu causes`, `tantu explain` and the API.

use tantu_domain::cause::{Cause, CauseGroup, System, Who};
use tantu_domain::operation::Operation;

use crate::lang::Lang;
use crate::words;

/// One cause with all that is known of it before it has happened to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The cause.
    pub cause: Cause,
    /// Its id.
    pub id: &'static str,
    /// Its group.
    pub group: CauseGroup,
    /// The systems in which it occurs.
    pub systems: &'static [System],
    /// Who can remove it, the nearest first.
    pub who: &'static [Who],
    /// Its title in each language, in the order of [`Lang::ALL`].
    pub titles: Vec<(Lang, String)>,
    /// What removes it, the soonest first.
    pub remedies: Vec<Remedy>,
}

impl Entry {
    /// The title in a language.
    pub fn title(&self, lang: Lang) -> &str {
        self.titles.iter().find(|(of, _)| *of == lang).map_or("", |(_, title)| title)
    }
}

/// One way to remove a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// What is done.
    pub operation: Operation,
    /// By whom.
    pub who: Who,
}

impl Remedy {
    /// A button's text.
    pub fn title(&self, lang: Lang) -> String {
        words::operation(self.operation, None, lang).title
    }

    /// Where to tap.
    pub fn place(&self, lang: Lang) -> String {
        words::operation(self.operation, None, lang).place
    }
}

/// The entry of a cause.
pub fn entry(cause: Cause) -> Entry {
    let remedy = |operation: &Operation| Remedy { operation: *operation, who: operation.who() };
    Entry {
        cause,
        id: cause.id(),
        group: cause.group(),
        systems: cause.systems(),
        who: cause.who(),
        titles: Lang::ALL.iter().map(|lang| (*lang, words::title(cause, *lang))).collect(),
        remedies: cause.operations().iter().map(remedy).collect(),
    }
}

/// Every entry, in the catalogue's order.
pub fn entries() -> Vec<Entry> {
    Cause::ALL.iter().copied().map(entry).collect()
}
