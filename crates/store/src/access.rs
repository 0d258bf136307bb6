//! Who may ask: merchants, their API keys, and the payers' sessions. Tokens are kept as hashes only.

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, MerchantId};

/// The SHA-256 of a token of 256 random bits; the token itself is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// A merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// Its id.
    pub id: MerchantId,
    /// Its name, as the payer sees it.
    pub name: String,
}

/// What an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ask for payments to this merchant.
    Merchant(MerchantId),
    /// Freeze, unfreeze, begin and end incidents, open accounts.
    Staff,
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// What it is found by.
    pub hash: TokenHash,
    /// What it may do.
    pub role: Role,
}

/// Whether a session's token is the link that was sent, or the cookie that it was exchanged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A link that signs in once.
    Link {
        /// When it was used.
        used_at: Option<Timestamp>,
    },
    /// A signed-in browser or app.
    SignedIn {
        /// Whether it is an app's: a payer is signed in with one app at a time.
        app: bool,
        /// How it ended before its time.
        ended: Option<SessionEnd>,
    },
}

/// How a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnd {
    /// When.
    pub at: Timestamp,
    /// Whether another app took its place; else its payer signed out.
    pub replaced: bool,
}

/// A payer's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is found by.
    pub hash: TokenHash,
    /// Whose.
    pub account: AccountId,
    /// Link or session.
    pub kind: SessionKind,
    /// When it ends. Real time: a demo that moves its business clock keeps its sessions.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether it is an app's that is signed in.
    pub fn is_of_app(&self) -> bool {
        matches!(self.kind, SessionKind::SignedIn { app: true, ended: None })
    }
}
