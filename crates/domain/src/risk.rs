//! Rules against misuse, as data: what they look for, and the measure that follows. Which one fired stands with the
//! case for staff; the payer reads its safe reason and the way back.

use crate::account::SafeReason;
use crate::client::Speaker;

/// The rules in force. By default there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RiskPolicy {
    /// Apps that pretend to be ours: whoever pays through one is restricted.
    pub unofficial_clients: Vec<String>,
    /// After so many locks of the pay password in a row, somebody else may be trying: the account is frozen.
    pub theft_after_locks: Option<u32>,
}

/// A rule that fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RiskRule {
    /// An unofficial app speaks for the payer.
    UnofficialClient,
    /// The pay password was locked again and again.
    PasswordGuessed,
}

impl RiskRule {
    /// Every rule.
    pub const ALL: &'static [RiskRule] = &[Self::UnofficialClient, Self::PasswordGuessed];

    /// The name that the store and staff see.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnofficialClient => "unofficial_client",
            Self::PasswordGuessed => "password_guessed",
        }
    }

    /// The rule of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// What the payer may know of it.
    pub fn reason(self) -> SafeReason {
        match self {
            Self::UnofficialClient => SafeReason::TermsOfUse,
            Self::PasswordGuessed => SafeReason::Compromised,
        }
    }
}

impl RiskPolicy {
    /// The rule against who speaks for the payer, if one fires.
    pub fn against(&self, speaker: &Speaker) -> Option<RiskRule> {
        let client = speaker.client.as_ref()?;
        self.unofficial_clients.contains(&client.app).then_some(RiskRule::UnofficialClient)
    }

    /// The rule against so many locks in a row, if one fires.
    pub fn against_locks(&self, locks: u32) -> Option<RiskRule> {
        self.theft_after_locks.is_some_and(|most| locks >= most).then_some(RiskRule::PasswordGuessed)
    }
}
