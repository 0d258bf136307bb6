//! Ends a session before its time.

use jiff::Timestamp;
use tantu_store::access::{Session, SessionEnd, SessionKind, TokenHash};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Ends it.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// The hash of its token.
    pub session: TokenHash,
}

impl Command for SignOut {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.sessions.insert(self.session.0);
        keys
    }

    /// What is over already, or never was, stays as it is.
    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let ended = world.sessions.get(&self.session.0).and_then(|session| ended(session, tools.wall, false));
        Ok(((), ended.map(Change::PutSession).into_iter().collect()))
    }
}

/// A session that lives, at its end; `None` for any other.
pub(crate) fn ended(session: &Session, at: Timestamp, replaced: bool) -> Option<Session> {
    match session.kind {
        SessionKind::SignedIn { app, ended: None } => {
            let kind = SessionKind::SignedIn { app, ended: Some(SessionEnd { at, replaced }) };
            Some(Session { kind, ..session.clone() })
        }
        SessionKind::SignedIn { .. } | SessionKind::Link { .. } => None,
    }
}
