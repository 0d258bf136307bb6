//! Opens an account with a wallet, and, in demos and tests, with a balance to begin with.

use tantu_domain::account::{Account, AccountState};
use tantu_domain::activity::Activity;
use tantu_domain::ceiling::Tier;
use tantu_domain::ids::{AccountId, InstrumentId, TransactionId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::ledger::Transaction;
use tantu_domain::money::{Currency, Money};
use tantu_domain::one_time_code::Sendings;
use tantu_domain::own_limit::AccountLimits;
use tantu_domain::person::Person;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::command::{Command, Decision, Tools};

/// Opens an account.
#[derive(Debug, Clone)]
pub struct OpenAccount {
    /// Its id, chosen by the caller so that the batch knows its shard.
    pub id: AccountId,
    /// What it begins with: a marked opening entry against the reserve. There is no other free money, and
    /// no address of the API leads here with an amount.
    pub opening: Option<Money>,
    /// As how well known staff have met its holder in person; `None` if nobody knows him yet.
    pub met: Option<Tier>,
}

/// What was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedAccount {
    /// The account.
    pub account: AccountId,
    /// Its wallet.
    pub wallet: InstrumentId,
}

impl Command for OpenAccount {
    type Outcome = OpenedAccount;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.accounts.insert(self.id);
        keys
    }

    fn decide(&self, _: &World, tools: &Tools<'_>) -> Decision<OpenedAccount> {
        let nothing = Money::zero(Currency::Cny);
        let account = Account {
            id: self.id,
            state: AccountState::Active,
            balance: nothing,
            held: nothing,
            opened_at: tools.now,
            password: None,
            person: self.met.map_or_else(Person::default, |_| Person::met_in_person(tools.now)),
            tier: self.met.unwrap_or(Tier::One),
            limits: AccountLimits::default(),
            codes: Sendings::default(),
            activity: Activity::default(),
        };
        let wallet = Instrument {
            id: InstrumentId::new(tools.ids, self.id.shard()),
            account: self.id,
            kind: InstrumentKind::Wallet,
        };
        let outcome = OpenedAccount { account: self.id, wallet: wallet.id };
        let mut changes = vec![Change::PutAccount(account), Change::PutInstrument(wallet)];
        if let Some(amount) = self.opening {
            let id = TransactionId::new(tools.ids, self.id.shard());
            changes.push(Change::Post(Transaction::opening(id, tools.now, self.id, amount)?));
        }
        Ok((outcome, changes))
    }
}
