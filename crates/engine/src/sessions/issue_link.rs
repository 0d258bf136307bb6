//! Issues a link that signs a payer in once. The platform sends it where only the payer sees it.

use jiff::SignedDuration;
use tantu_domain::ids::AccountId;
use tantu_store::access::{Session, SessionKind, TokenHash};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// How long a link can be used: long enough to be read and pressed, too short to be found later.
const LINK_LIFE: SignedDuration = SignedDuration::from_mins(30);

/// Issues a link.
#[derive(Debug, Clone)]
pub struct IssueLink {
    /// For whom.
    pub account: AccountId,
    /// The hash of its token.
    pub hash: TokenHash,
}

impl Command for IssueLink {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.account);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        if !world.accounts.contains_key(&self.account) {
            return Err(Rejection::NotFound { what: "account", id: self.account.to_string() });
        }
        let session = Session {
            hash: self.hash,
            account: self.account,
            kind: SessionKind::Link { used_at: None },
            expires_at: tools.wall.checked_add(LINK_LIFE).unwrap_or(tools.wall),
        };
        Ok(((), vec![Change::PutSession(session)]))
    }
}
