//! The doors: where a question belongs that is about no payment that failed.

/// Where such a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    /// Money back: refunds, returns, double charges, orders and their sellers.
    Refunds,
    /// What was paid, when, and what a word on it means.
    Records,
    /// Credit lines, loans and their terms.
    Credit,
    /// How something is used or set up: to receive, to transfer, to withdraw, to switch on.
    Transfer,
    /// Somebody was deceived, or asks whether something is a fraud.
    Safety,
    /// The account as such: to open, rename or close it, or to sign in.
    Account,
    /// Nothing that we know about.
    Other,
}

impl Door {
    /// Every door.
    pub const ALL: &'static [Door] =
        &[Self::Refunds, Self::Records, Self::Credit, Self::Transfer, Self::Safety, Self::Account, Self::Other];

    /// The name that the API and the training texts use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Refunds => "refunds",
            Self::Records => "records",
            Self::Credit => "credit",
            Self::Transfer => "transfer",
            Self::Safety => "safety",
            Self::Account => "account",
            Self::Other => "other",
        }
    }

    /// The door of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|door| door.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        for door in Door::ALL {
            assert_eq!(Door::parse(door.id()), Some(*door));
        }
        assert_eq!(Door::parse("kitchen"), None);
    }
}
