//! Counts a try of a code before it is looked at: what is not counted is not looked at.

use tantu_domain::code::Code;
use tantu_domain::ids::{AccountId, CodeId};
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Counts a try.
#[derive(Debug, Clone)]
pub(crate) struct CountTry {
    /// Whose.
    pub(crate) account: AccountId,
    /// Of which code.
    pub(crate) code: CodeId,
}

/// Looks at a code without trying it.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// Whose.
    pub(crate) account: AccountId,
    /// Which code.
    pub(crate) code: CodeId,
}

fn keys_of(code: CodeId) -> Keys {
    let mut keys = Keys::default();
    keys.codes.insert(code);
    keys
}

/// Somebody else's code answers as one that is not there.
fn own(world: &World, account: AccountId, code: CodeId) -> Result<&Code, Rejection> {
    let missing = || Rejection::NotFound { what: "code", id: code.to_string() };
    world.codes.get(&code).filter(|code| code.account == account).ok_or_else(missing)
}

impl Command for CountTry {
    /// The code with this try counted; `None` if none is taken any more.
    type Outcome = Option<Code>;

    fn keys(&self) -> Keys {
        keys_of(self.code)
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Self::Outcome> {
        match own(world, self.account, self.code)?.count_try(tools.now) {
            Some(counted) => Ok((Some(counted.clone()), vec![Change::PutCode(counted)])),
            None => Ok((None, Vec::new())),
        }
    }
}

impl Command for Look {
    type Outcome = Code;

    fn keys(&self) -> Keys {
        keys_of(self.code)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Code> {
        Ok((own(world, self.account, self.code)?.clone(), Vec::new()))
    }
}
