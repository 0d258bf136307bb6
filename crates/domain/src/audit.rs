//! The audit trail: what staff and holders did to an account, in a chain. Every entry's hash covers the one before, so
//! that nothing can be edited, taken out or put in without breaking all that follows.

use jiff::Timestamp;

use crate::ids::AccountId;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Whose chain it is.
    pub account: AccountId,
    /// Its place in the chain, from 1.
    pub number: u64,
    /// When, in real time.
    pub at: Timestamp,
    /// Who: a mark of a member of staff, or the account of its holder.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// With which words, for staff only.
    pub detail: String,
    /// The SHA-256 of all of this and of the hash before.
    pub hash: [u8; 32],
}

impl AuditEntry {
    /// All that the hash covers, each part under its length so that none can be shifted into another.
    pub fn message(&self, before: &[u8; 32]) -> Vec<u8> {
        let (number, at) = (self.number.to_be_bytes(), self.at.as_nanosecond().to_be_bytes());
        let account = self.account.bytes();
        let parts: [&[u8]; 7] =
            [before, &account, &number, &at, self.actor.as_bytes(), self.action.as_bytes(), self.detail.as_bytes()];
        let mut bytes = b"tantu audit v1".to_vec();
        for part in parts {
            bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// A holder's answer to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// The case, which has one at most.
    pub case: crate::ids::CaseId,
    /// Whose.
    pub account: AccountId,
    /// In the holder's own words.
    pub said: String,
    /// What he names as evidence: receipts, order numbers, addresses of files.
    pub evidence: Vec<String>,
    /// When.
    pub made_at: Timestamp,
}
