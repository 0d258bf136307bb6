//! Ends a session before its time.

use tantu_store::access::{Session, SessionKind, TokenHash};
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
        let lives = world
            .sessions
            .get(&self.session.0)
            .filter(|session| session.kind == SessionKind::SignedIn { ended_at: None });
        let ended = lives
            .map(|session| Session { kind: SessionKind::SignedIn { ended_at: Some(tools.wall) }, ..session.clone() });
        Ok(((), ended.map(Change::PutSession).into_iter().collect()))
    }
}
