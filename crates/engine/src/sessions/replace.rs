//! A payer is signed in with one app at a time: whoever signs in with another one ends the sessions of those before.
//!
//! It runs after the new session is stored, and lets the newest live: of two that sign in at once each looks, and both find the
//! same one. A browser's sessions are left alone.

use tantu_domain::ids::AccountId;
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::Engine;
use crate::command::{Command, Decision, Tools};
use crate::error::EngineError;
use crate::sessions::sign_in::SignIn;
use crate::sessions::sign_out::ended;

/// Ends the sessions of apps that another one has replaced.
#[derive(Debug, Clone)]
pub(crate) struct ReplaceSessions {
    pub(crate) sessions: Vec<TokenHash>,
}

impl Command for ReplaceSessions {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.sessions.extend(self.sessions.iter().map(|hash| hash.0));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let known = self.sessions.iter().filter_map(|hash| world.sessions.get(&hash.0));
        let over = known.filter_map(|session| ended(session, tools.wall, true));
        Ok(((), over.map(Change::PutSession).collect()))
    }
}

impl Engine {
    /// Exchanges a link for a session; an app's takes the place of the app before.
    ///
    /// # Errors
    /// [`EngineError`] if the link is spent, or nothing could be stored.
    pub async fn sign_in(&self, command: SignIn) -> Result<AccountId, EngineError> {
        let app = command.app;
        let account = self.run(command).await?;
        if app {
            let mut live = self.read(move |store| store.app_sessions(account)).await?;
            live.sort_by_key(|session| (session.expires_at, session.hash.0));
            live.pop();
            if !live.is_empty() {
                tracing::info!(%account, replaced = live.len(), "another app took a session's place");
                self.run(ReplaceSessions { sessions: live.iter().map(|session| session.hash).collect() }).await?;
            }
        }
        Ok(account)
    }
}
