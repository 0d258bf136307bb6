//! Takes a card's details: looks at all that we can see for ourselves, counts the code that is to be sent, and
//! stores that they go to the channel. The digits themselves never come here.

use tantu_domain::account::Account;
use tantu_domain::binding::Step;
use tantu_domain::card::{CardFace, CardState};
use tantu_domain::evidence::Evidence;
use tantu_domain::factors::FactorFacts;
use tantu_domain::ids::{AccountId, BindingId, OpeningId};
use tantu_domain::instrument::InstrumentKind;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::world::{AccountFile, World};

use crate::bindings::{Holder, Stepped, account_of, own_binding, stopped, verdict};
use crate::command::{Command, Decision, Tools};
use crate::error::Rejection;

/// Takes the details.
#[derive(Debug, Clone)]
pub(crate) struct GiveDetails {
    /// Whose binding.
    pub(crate) account: AccountId,
    /// Which.
    pub(crate) binding: BindingId,
    /// What was seen of the details.
    pub(crate) facts: FactorFacts,
    /// What may be shown of the card, if its details have the right shape.
    pub(crate) face: Option<CardFace>,
    /// Who gives them.
    pub(crate) holder: Holder,
}

impl Command for GiveDetails {
    type Outcome = Stepped;

    fn keys(&self) -> Keys {
        let mut keys = Keys::default();
        keys.bindings.insert(self.binding);
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<Stepped> {
        let binding = own_binding(world, self.account, self.binding)?.clone();
        let file = account_of(world, self.account)?;
        if let Some(wrong) = binding.wrong_step(Step::Details, tools.now) {
            return Ok((stopped(binding, &wrong), Vec::new()));
        }
        let verdict = verdict(world, file, &self.holder, Some(&self.facts), tools);
        let face = match &self.face {
            Some(face) if verdict.blockers.is_empty() => face.clone(),
            Some(_) | None => {
                let causes = verdict.findings(binding.instrument);
                return Ok((Stepped::Refused(binding, causes), Vec::new()));
            }
        };
        not_bound_already(file, &binding, &face)?;
        let account = &file.account;
        let codes = match account.codes.count(tools.now) {
            Ok(codes) => codes,
            Err(soon) => {
                let sends_left = account.codes.left(tools.now);
                let wait = Evidence::CodeWrong { state: "too_soon", next_code_at: Some(soon.at), sends_left };
                return Ok((stopped(binding, &wait), Vec::new()));
            }
        };
        let opening = OpeningId::new(tools.ids, self.account.shard());
        match binding.clone().give_details(face, opening, tools.now) {
            Ok(given) => {
                let counted = Account { codes, ..account.clone() };
                Ok((Stepped::Taken(given.clone()), vec![Change::PutAccount(counted), Change::PutBinding(given)]))
            }
            Err(wrong) => Ok((stopped(binding, &wrong), Vec::new())),
        }
    }
}

/// A card is one instrument: who binds it again binds that one anew.
fn not_bound_already(
    file: &AccountFile,
    binding: &tantu_domain::binding::Binding,
    face: &CardFace,
) -> Result<(), Rejection> {
    let same = file.instruments.iter().find(|instrument| {
        let InstrumentKind::Card(card) = &instrument.kind else { return false };
        instrument.id != binding.instrument
            && card.face.hash == face.hash
            && !matches!(card.state, CardState::Unbound { .. })
    });
    match same {
        None => Ok(()),
        Some(known) => Err(Rejection::State(format!("this card is bound already, as {}", known.id))),
    }
}
