//! Binding a bank card step by step: terms, details, the bank's code, and what the channel says of it.
//!
//! The details and the code are in memory for one request each. A step that goes to the channel is stored before
//! its first byte leaves; what comes of it is recorded even if whoever asked has hung up.

pub mod abandon;
pub mod accept_terms;
pub mod begin;
pub mod enter_code;
pub mod give_details;
pub mod record_code;
pub mod record_opening;
pub mod single_out;

use tantu_channels::card::{BindingOrder, OneTimeCode};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::binding::{Binding, BindingState, Step};
use tantu_domain::card::{BindingReport, CardFace, CodeReport};
use tantu_domain::channel::Channel;
use tantu_domain::client::Speaker;
use tantu_domain::clock::day_of;
use tantu_domain::evaluate_binding::{BindingSituation, BindingVerdict, DevicePower, evaluate_binding};
use tantu_domain::evidence::{Confidence, Evidence, Finding};
use tantu_domain::factors::FactorFacts;
use tantu_domain::ids::{AccountId, BindingId, InstrumentId, JobId, OpeningId};
use tantu_store::world::{AccountFile, World};

use crate::Engine;
use crate::bindings::enter_code::EnterCode;
use crate::bindings::give_details::GiveDetails;
use crate::bindings::record_code::RecordCode;
use crate::bindings::record_opening::RecordOpening;
use crate::breaker::Verb;
use crate::cards::CardDetails;
use crate::cards::keeper::{BoxOf, CardKeeper};
use crate::command::Tools;
use crate::error::{EngineError, Rejection};

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stepped {
    /// It was taken; where the binding stands now, it says itself.
    Taken(Binding),
    /// It was not, and why; nothing was asked of anybody, and the binding stands as it did.
    Refused(Binding, Vec<Finding>),
}

impl Stepped {
    /// The binding as it stands.
    pub fn binding(&self) -> &Binding {
        match self {
            Self::Taken(binding) | Self::Refused(binding, _) => binding,
        }
    }
}

/// Who takes a step, and what is known of his device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// Who speaks for him.
    pub speaker: Speaker,
    /// His device's power, if it has reported it just now.
    pub power: Option<DevicePower>,
}

/// A step's outcome, with the box that the holder keeps until the code is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailsTaken {
    /// What it came to.
    pub stepped: Stepped,
    /// To be sent back with the code, or to have another one sent.
    pub sealed: Option<String>,
}

pub(crate) fn account_of(world: &World, account: AccountId) -> Result<&AccountFile, Rejection> {
    world.accounts.get(&account).ok_or_else(|| Rejection::NotFound { what: "account", id: account.to_string() })
}

/// The binding of a holder; another's is not there.
pub(crate) fn own_binding(world: &World, account: AccountId, id: BindingId) -> Result<&Binding, Rejection> {
    let own = world.bindings.get(&id).filter(|binding| binding.account == account);
    own.ok_or_else(|| Rejection::NotFound { what: "binding", id: id.to_string() })
}

/// What speaks against going on, as we can see for ourselves.
pub(crate) fn verdict(
    world: &World,
    file: &AccountFile,
    holder: &Holder,
    factors: Option<&FactorFacts>,
    tools: &Tools<'_>,
) -> BindingVerdict {
    let situation = BindingSituation {
        policy: tools.policy,
        account: &file.account,
        incidents: &world.incidents,
        channels: tools.channels,
        speaker: &holder.speaker,
        power: holder.power,
        factors,
    };
    evaluate_binding(&situation, tools.now)
}

/// One proven reason why a step is not taken.
pub(crate) fn stopped(binding: Binding, evidence: &Evidence) -> Stepped {
    let finding = Finding {
        cause: evidence.cause(),
        confidence: Confidence::Certain,
        evidence: evidence.fields(),
        instrument: Some(binding.instrument),
    };
    Stepped::Refused(binding, vec![finding])
}

/// The job that learns what became of an opening. Its id has the opening's bytes, so that whoever learns it first
/// knows which job is done.
pub(crate) fn job_of(opening: OpeningId) -> JobId {
    JobId::from_bytes(opening.bytes()).unwrap_or_else(|| unreachable!("an opening's last byte is its shard"))
}

impl Engine {
    /// The holder gives a card's details. They go to the channel, which has the bank send its code; the box holds
    /// them until then.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such binding, cards are not offered, or nothing could be stored.
    pub async fn give_details(
        &self,
        account: AccountId,
        binding: BindingId,
        details: CardDetails,
        holder: Holder,
    ) -> Result<DetailsTaken, EngineError> {
        let keeper = self.card_keeper()?;
        let holder_of_card = keeper.mark(&details.name, &details.document_no);
        let facts = details.texts().facts(&self.parts.policy.cards.bins, day_of(self.parts.clock.now()));
        let facts = FactorFacts { holder: Some(holder_of_card.clone()), ..facts };
        let face = facts.bin.filter(|_| facts.number_valid && facts.phone_valid).map(|bin| CardFace {
            bank: bin.bank,
            kind: bin.kind,
            bin: bin.bin.to_owned(),
            last_four: facts.last_four.clone(),
            phone: facts.phone.clone(),
            hash: keeper.hash(&details.card_no),
            holder: Some(holder_of_card),
        });
        let stepped = self.run(GiveDetails { account, binding, facts, face, holder }).await?;
        let Stepped::Taken(taken) = &stepped else { return Ok(DetailsTaken { stepped, sealed: None }) };
        let Some(opening) = taken.opening else { return Ok(DetailsTaken { stepped, sealed: None }) };
        let of = BoxOf { account, binding, opening };
        let sealed = keeper.seal(of, &details, self.parts.clock.now()).ok_or(EngineError::Vault)?;
        let (engine, factors) = (self.clone(), details.factors());
        // Whoever asked may hang up; what the channel says is recorded all the same.
        let sent = tokio::spawn(async move {
            let cards = engine.parts.cards()?.clone();
            let report = cards.binding.send_code(&BindingOrder { binding: opening, factors }).await;
            engine.hear_code(&report).await;
            engine.run(RecordCode { opening, report }).await
        });
        let told = sent.await.map_err(|_| EngineError::Stopping)??;
        let due = matches!(told.state, BindingState::Due { step: Step::Code, .. });
        Ok(DetailsTaken { stepped: Stepped::Taken(told), sealed: due.then_some(sealed) })
    }

    /// Has another code sent, for the details that the box holds.
    ///
    /// # Errors
    /// As [`Engine::give_details`].
    pub async fn resend_binding_code(
        &self,
        account: AccountId,
        binding: BindingId,
        sealed: &str,
        holder: Holder,
    ) -> Result<DetailsTaken, EngineError> {
        let known = self.own(account, binding).await?;
        match self.unsealed(&known, sealed) {
            Some(details) => self.give_details(account, binding, details, holder).await,
            None => Ok(DetailsTaken { stepped: details_due(known), sealed: None }),
        }
    }

    /// The holder enters the bank's code. The caller waits a bounded time for the channel's word; after that the
    /// binding is *opening*, and ends by itself.
    ///
    /// # Errors
    /// As [`Engine::give_details`].
    pub async fn enter_binding_code(
        &self,
        account: AccountId,
        binding: BindingId,
        code: OneTimeCode,
        sealed: &str,
        holder: Holder,
    ) -> Result<Stepped, EngineError> {
        let known = self.own(account, binding).await?;
        let now = self.parts.clock.now();
        if let Some(wrong) = known.wrong_step(Step::Code, now) {
            return Ok(stopped(known, &wrong));
        }
        let Some(details) = self.unsealed(&known, sealed) else { return Ok(details_due(known)) };
        let stepped = self.run(EnterCode { account, binding, opening: known.opening, holder }).await?;
        let Stepped::Taken(taken) = &stepped else { return Ok(stepped) };
        let Some(opening) = taken.opening else { return Ok(stepped) };
        let engine = self.clone();
        let opened = tokio::spawn(async move {
            let cards = engine.parts.cards()?.clone();
            let order = BindingOrder { binding: opening, factors: details.factors() };
            let report = cards.binding.open(&order, Some(&code)).await;
            engine.hear_opening(&report).await;
            engine.run(RecordOpening { opening, report, job: None }).await
        });
        match tokio::time::timeout(self.parts.settings.answer_wait, opened).await {
            Ok(opened) => Ok(Stepped::Taken(opened.map_err(|_| EngineError::Stopping)??)),
            Err(_) => Ok(stepped),
        }
    }

    /// Asks the channel how an opening stands, and records what it says.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such binding or its word could not be stored.
    pub async fn refresh_binding(&self, account: AccountId, binding: BindingId) -> Result<Binding, EngineError> {
        let known = self.own(account, binding).await?;
        let Some(opening) = known.opening.filter(|_| matches!(known.state, BindingState::Opening { .. })) else {
            return Ok(known);
        };
        let report = self.parts.cards()?.binding.query(opening).await;
        self.hear_opening(&report).await;
        self.run(RecordOpening { opening, report, job: None }).await
    }

    /// Whether this server binds bank cards.
    pub fn binds_cards(&self) -> bool {
        self.parts.card_keeper.is_some() && self.parts.cards().is_ok()
    }

    /// The binding of a holder.
    ///
    /// # Errors
    /// [`EngineError`] if there is none.
    pub async fn own(&self, account: AccountId, id: BindingId) -> Result<Binding, EngineError> {
        let found = self.read(move |store| store.binding(id)).await?.filter(|binding| binding.account == account);
        Ok(found.ok_or_else(|| Rejection::NotFound { what: "binding", id: id.to_string() })?)
    }

    pub(crate) fn card_keeper(&self) -> Result<&CardKeeper, EngineError> {
        let none = || Rejection::State("this server binds no cards: server.password_key_file is not set".into());
        Ok(self.parts.card_keeper.as_ref().ok_or_else(none)?)
    }

    fn unsealed(&self, binding: &Binding, sealed: &str) -> Option<CardDetails> {
        let of = BoxOf { account: binding.account, binding: binding.id, opening: binding.opening? };
        self.card_keeper().ok()?.open(of, sealed, self.parts.clock.now()).ok()
    }

    async fn hear_code(&self, report: &CodeReport) {
        self.hear(match report {
            CodeReport::Sent | CodeReport::Declined { .. } => AttemptReport::Waiting,
            CodeReport::Fault(word) => AttemptReport::Fault(word.clone()),
            CodeReport::NoAnswer => AttemptReport::NoAnswer,
        })
        .await;
    }

    async fn hear_opening(&self, report: &BindingReport) {
        self.hear(match report {
            BindingReport::Bound(_) | BindingReport::Declined { .. } | BindingReport::NotExist => {
                AttemptReport::Waiting
            }
            BindingReport::Fault(word) => AttemptReport::Fault(word.clone()),
            BindingReport::NoAnswer => AttemptReport::NoAnswer,
        })
        .await;
    }

    async fn hear(&self, report: AttemptReport) {
        self.parts.breakers.hear(&self.parts, Channel::UnionPay, Verb::Ask, &report).await;
    }
}

/// The box does not open, or not any more: the details are due again, as on another device.
fn details_due(binding: Binding) -> Stepped {
    let done = binding.done();
    stopped(binding, &Evidence::BindingStep { expected: Step::Details.id(), done })
}

/// The instrument of an id that is a card of this account.
pub(crate) fn own_card(file: &AccountFile, id: InstrumentId) -> Result<&tantu_domain::card::Card, Rejection> {
    let found = file.instruments.iter().find(|instrument| instrument.id == id);
    match found.map(|instrument| &instrument.kind) {
        Some(tantu_domain::instrument::InstrumentKind::Card(card)) => Ok(card),
        Some(_) | None => Err(Rejection::NotFound { what: "card", id: id.to_string() }),
    }
}
