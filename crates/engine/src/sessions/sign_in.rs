//! Exchanges a link for a session, once.

use jiff::SignedDuration;
use tantu_domain::ids::AccountId;
use tantu_store::access::{Session, SessionKind, TokenHash};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// How long a session lasts.
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Exchanges a link for a session.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The hash of the link's token.
    pub link: TokenHash,
    /// The hash of the new session's token.
    pub session: TokenHash,
    /// Whether an app signs in, and not a browser.
    pub app: bool,
}

impl Command for SignIn {
    type Outcome = AccountId;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.sessions.insert(self.link.0);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<AccountId> {
        let link = world.sessions.get(&self.link.0).ok_or(Rejection::LinkSpent)?;
        let usable = link.kind == SessionKind::Link { used_at: None } && tools.wall < link.expires_at;
        if !usable {
            return Err(Rejection::LinkSpent);
        }
        let spent = Session { kind: SessionKind::Link { used_at: Some(tools.wall) }, ..link.clone() };
        let session = Session {
            hash: self.session,
            account: link.account,
            kind: SessionKind::SignedIn { app: self.app, ended: None },
            expires_at: tools.wall.checked_add(SESSION_LIFE).unwrap_or(tools.wall),
        };
        Ok((link.account, vec![Change::PutSession(spent), Change::PutSession(session)]))
    }
}
