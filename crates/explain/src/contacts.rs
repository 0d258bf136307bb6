//! Where somebody asks when it is not we who must act: the service of a channel or a bank, as it has published it
//! (`data/contacts.tsv`).

use std::sync::LazyLock;

use tantu_domain::channel::Channel;

use crate::lang::Lang;
use crate::words::{bank_label, channel_label};

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// Whose: a channel's or a bank's id.
    pub whose: &'static str,
    /// Its number in the mainland.
    pub phone: &'static str,
    /// Its own page.
    pub page: &'static str,
}

static CONTACTS: LazyLock<Vec<Contact>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.split('\t');
        Some(Contact { whose: cells.next()?, phone: cells.next()?, page: cells.next()? })
    };
    include_str!("../data/contacts.tsv").lines().filter_map(row).collect()
});

impl Contact {
    /// The service of a channel or a bank; `None` if it has published none that we know.
    pub fn of(whose: &str) -> Option<Self> {
        CONTACTS.iter().find(|contact| contact.whose == whose).copied()
    }

    /// Whose it is, in words.
    pub fn name(self, lang: Lang) -> &'static str {
        match Channel::parse(self.whose) {
            Some(channel) => channel_label(channel, lang),
            None => bank_label(self.whose, lang),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_and_every_row_has_a_name_and_a_number() {
        for channel in Channel::ALL {
            assert!(Contact::of(channel.id()).is_some(), "{}", channel.id());
        }
        for contact in CONTACTS.iter() {
            assert!(contact.phone.bytes().all(|digit| digit.is_ascii_digit()), "{contact:?}");
            assert!(contact.page.starts_with("https://"), "{contact:?}");
            for lang in Lang::ALL {
                assert_ne!(contact.name(*lang), contact.whose, "{contact:?} has no name");
            }
        }
    }
}
