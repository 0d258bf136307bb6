//! The use cases: load, decide, save, then call. One file each, named after what the caller wants.
//!
//! Commands go through the [`lane`]; what channels say comes back through [`payments::record`]; what must
//! still be done is a job, saved in the commit that causes it.

pub mod accounts;
pub mod announcements;
pub mod audit_trail;
pub mod bindings;
mod breaker;
pub mod cards;
pub mod codes;
pub mod command;
pub mod device_keys;
pub mod device_reports;
mod drain;
pub mod error;
mod folding;
pub mod incidents;
pub mod instruments;
mod jobs;
pub mod lane;
pub mod mandates;
pub mod merchants;
mod meters;
mod notices;
pub mod notifications;
pub mod passwords;
pub mod pay_later;
pub mod payments;
pub mod people;
pub mod points;
pub mod refunds;
mod resealing;
mod risk;
pub mod sessions;
pub mod staff;
pub mod tickets;
pub mod time;
mod waiting;
pub mod watch;
mod webhooks;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use tantu_channels::card::{CardBinding, CardPayments, OneTimeCode};
use tantu_channels::secret::Secret;
use tantu_channels::webhook::Webhooks;
use tantu_channels::{Charge, MandateSigning, Notifications, PageOrder, PageOrders, PaymentCode, Screen};
use tantu_codes::Tables;
use tantu_domain::answer::Answer;
use tantu_domain::card::{BindingReport, TokenStanding};
use tantu_domain::channel::Channel;
use tantu_domain::client::Speaker;
use tantu_domain::clock::{Clock, Ids};
use tantu_domain::evaluate::Verdict;
use tantu_domain::ids::{AccountId, AttemptId, BillId, InstrumentId, MerchantId, PaymentId};
use tantu_domain::incident::{IncidentScope, IncidentSource};
use tantu_domain::instrument::InstrumentKind;
use tantu_domain::line::PaysFor;
use tantu_domain::money::Money;
use tantu_domain::payment::{Action, Payment, PaymentState};
use tantu_domain::policy::Policy;
use tantu_store::Store;
use tantu_store::claim::IdempotencyKey;
use tantu_store::error::{StoreError, Trouble};
use tantu_store::job::Lease;
use tokio::sync::watch::Sender;
use tokio::sync::{Notify, mpsc};

use crate::breaker::Breakers;
use crate::cards::keeper::CardKeeper;
use crate::command::{Command, Settings, Tools};
use crate::error::{EngineError, Rejection};
use crate::instruments::add::{AddInstrument, Added};
use crate::instruments::recheck::RecheckInstrument;
use crate::instruments::record_token::RecordToken;
use crate::lane::{Lane, LaneParts};
use crate::passwords::keeper::PasswordKeeper;
use crate::pay_later::PayLater;
use crate::pay_later::look::{BillFile, BillLook, look};
use crate::payments::answer::{Given, KeepAnswer, Led, answer_of, waits_for_word};
use crate::payments::ask_code::AskCodeAgain;
use crate::payments::preflight::{Prospect, preflight};
use crate::payments::record::{RecordAttempt, RecordOutcome};
use crate::payments::shown::ShownCodes;
use crate::people::People;
use crate::staff::keeper::SecondFactorKeeper;
use crate::waiting::WaitingCallers;

/// One channel's verbs.
#[derive(Clone)]
pub struct Connector {
    /// Moves money.
    pub charge: Arc<dyn Charge>,
    /// Signs and asks for mandates, where the channel has them.
    pub mandates: Option<Arc<dyn MandateSigning>>,
    /// Makes the pages on which payers confirm, where it has them.
    pub pages: Option<Arc<dyn PageOrders>>,
    /// Binds cards and has banks' codes sent, where it does.
    pub cards: Option<CardConnector>,
    /// Reads what it sends by itself.
    pub notifications: Arc<dyn Notifications>,
}

/// What a channel does with bank cards, besides moving money.
#[derive(Clone)]
pub struct CardConnector {
    /// Binds a card, and lets it go.
    pub binding: Arc<dyn CardBinding>,
    /// Has a bank's code sent for a payment.
    pub payments: Arc<dyn CardPayments>,
}

/// What the engine is built from.
pub struct EngineConfig {
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// The hands of the clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// The figures in force.
    pub policy: Policy,
    /// Durations, and who we are.
    pub settings: Settings,
    /// The channels that are configured.
    pub channels: HashMap<Channel, Connector>,
    /// What keeps pay passwords; without it none is taken.
    pub passwords: Option<PasswordKeeper>,
    /// What keeps of card numbers what may be kept; without it no card is bound.
    pub card_keeper: Option<CardKeeper>,
    /// What keeps the second factors of staff; without it none of them signs in.
    pub second_factors: Option<SecondFactorKeeper>,
    /// What it takes to know people; without it nobody is verified and no code is sent.
    pub people: Option<People>,
    /// Who tells merchants of what has happened; without it nobody is told.
    pub webhooks: Option<Webhooks>,
    /// The channels' codes with the operator's own rows: a code that stands in none is counted.
    pub codes: Arc<Tables>,
}

/// What the use cases share.
pub(crate) struct Parts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) channels: HashMap<Channel, Connector>,
    pub(crate) passwords: Option<PasswordKeeper>,
    pub(crate) card_keeper: Option<CardKeeper>,
    pub(crate) second_factors: Option<SecondFactorKeeper>,
    pub(crate) people: Option<People>,
    pub(crate) webhooks: Option<Arc<Webhooks>>,
    /// The names of the configured channels.
    pub(crate) offered: Arc<[Channel]>,
    pub(crate) codes: Arc<Tables>,
    pub(crate) lane: Lane,
    pub(crate) breakers: Breakers,
    pub(crate) waiting: Arc<WaitingCallers>,
    /// Codes on their way to their charge.
    pub(crate) shown: Arc<ShownCodes>,
    pub(crate) clock_moved: Arc<Notify>,
    /// Whether this process is about to end: it takes over nothing any more.
    pub(crate) draining: Sender<bool>,
    /// How many jobs it runs.
    pub(crate) running: Sender<usize>,
}

impl Parts {
    /// A lease of this process from now on.
    pub(crate) fn lease(&self) -> Lease {
        let until = self.clock.wall().checked_add(self.settings.lease);
        Lease { owner: self.settings.process.clone(), until: until.unwrap_or(jiff::Timestamp::MAX) }
    }

    /// What a decision that only looks may use.
    pub(crate) fn tools(&self, now: Timestamp) -> Tools<'_> {
        Tools {
            now,
            wall: self.clock.wall(),
            ids: &*self.ids,
            policy: &self.policy,
            channels: &self.offered,
            settings: &self.settings,
        }
    }

    pub(crate) fn channel(&self, channel: Channel) -> Result<&Connector, EngineError> {
        let missing =
            || EngineError::Channel(format!("channel {} is not configured; add it to the configuration", channel.id()));
        self.channels.get(&channel).ok_or_else(missing)
    }

    /// What the channel of bank cards does with them.
    pub(crate) fn cards(&self) -> Result<&CardConnector, EngineError> {
        let missing = || EngineError::Channel("bank cards are not offered; configure unionpay".into());
        self.channel(Channel::UnionPay)?.cards.as_ref().ok_or_else(missing)
    }

    pub(crate) fn notify_url(&self, channel: Channel) -> String {
        format!("{}/v1/notifications/{}", self.settings.notify_base, channel.id())
    }

    /// Reads in a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let store = self.store.clone();
        let read = tokio::task::spawn_blocking(move || read(&*store)).await;
        Ok(read.map_err(|_| EngineError::Stopping)??)
    }

    /// Records a channel's word and wakes whoever waits for it.
    pub(crate) async fn record(&self, command: RecordAttempt) -> Result<RecordOutcome, EngineError> {
        meters::word_heard(&self.codes, &command.report);
        let outcome = self.lane.run(command).await?;
        self.waiting.ring(outcome.payment);
        Ok(outcome)
    }
}

/// The door to all use cases.
#[derive(Clone)]
pub struct Engine {
    parts: Arc<Parts>,
    tasks: Arc<Tasks>,
}

/// The tasks end with the last door.
struct Tasks(Vec<tokio::task::JoinHandle<()>>);

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl Engine {
    /// Starts the lane and the worker.
    ///
    /// # Errors
    /// [`EngineError`] if the database cannot be read or no thread can be started.
    pub async fn start(config: EngineConfig) -> Result<Self, EngineError> {
        let (fresh_jobs, fresh) = mpsc::unbounded_channel();
        let (policy, settings) = (Arc::new(config.policy), Arc::new(config.settings));
        let offered: Arc<[Channel]> = config.channels.keys().copied().collect();
        let waiting = Arc::new(WaitingCallers::default());
        let webhooks = config.webhooks.map(Arc::new);
        let parts = LaneParts {
            store: config.store.clone(),
            clock: config.clock.clone(),
            ids: config.ids.clone(),
            policy: policy.clone(),
            channels: offered.clone(),
            settings: settings.clone(),
            fresh_jobs,
            waiting: waiting.clone(),
            webhooks: webhooks.clone(),
        };
        let lane = Lane::start(&parts).map_err(|error| StoreError::Unavailable(Trouble::Other, error.to_string()))?;
        let parts = Arc::new(Parts {
            store: config.store,
            clock: config.clock,
            ids: config.ids,
            policy,
            settings,
            channels: config.channels,
            passwords: config.passwords,
            card_keeper: config.card_keeper,
            second_factors: config.second_factors,
            people: config.people,
            webhooks,
            offered,
            codes: config.codes,
            lane,
            breakers: Breakers::default(),
            waiting,
            shown: Arc::default(),
            clock_moved: Arc::new(Notify::new()),
            draining: Sender::new(false),
            running: Sender::new(0),
        });
        let now = parts.clock.now();
        for incident in parts.read(move |store| store.incidents(now)).await? {
            if let (IncidentSource::Breaker, IncidentScope::Channel(channel)) = (incident.source, incident.scope) {
                parts.breakers.open(channel, parts.clock.wall());
            }
        }
        let mut tasks = vec![
            tokio::spawn(jobs::work(parts.clone(), fresh)),
            tokio::spawn(breaker::probe(parts.clone())),
            tokio::spawn(folding::sweep(parts.clone())),
        ];
        // A task that ends is a fault that /readyz tells, so only what has something to do is begun.
        let vault = parts.people.as_ref().map(|people| people.vault.clone());
        if let Some(vault) = vault.filter(|vault| vault.has_older_keys()) {
            tasks.push(tokio::spawn(resealing::sweep(parts.clone(), vault)));
        }
        Ok(Self { parts, tasks: Arc::new(Tasks(tasks)) })
    }

    /// What is remembered, for readers.
    pub fn store(&self) -> Arc<dyn Store> {
        self.parts.store.clone()
    }

    /// The hands of the clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.parts.clock.clone()
    }

    /// Where ids come from.
    pub fn ids(&self) -> Arc<dyn Ids> {
        self.parts.ids.clone()
    }

    /// The figures in force.
    pub fn policy(&self) -> &Policy {
        &self.parts.policy
    }

    /// The business clock was moved: due jobs are looked for at once.
    pub fn clock_moved(&self) {
        self.parts.clock_moved.notify_one();
    }

    /// Whether the background work still runs.
    pub fn is_working(&self) -> bool {
        self.tasks.0.iter().all(|task| !task.is_finished())
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// [`EngineError`] if it was not carried out.
    pub async fn run<C: Command>(&self, command: C) -> Result<C::Outcome, EngineError> {
        self.parts.lane.run(command).await
    }

    /// Reads in a thread that may block.
    ///
    /// # Errors
    /// [`EngineError`] if the database cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, EngineError> {
        self.parts.read(read).await
    }

    /// Carries out a request about a payment and gives its answer: at once if we know it ourselves, when
    /// the channel has spoken, or after [`Settings::answer_wait`] as *undecided*. The first answer to an
    /// idempotency key is kept and given again.
    ///
    /// # Errors
    /// [`EngineError`] if the request was not carried out.
    pub async fn pay<C: Command<Outcome = Led>>(
        &self,
        command: C,
        idempotency: IdempotencyKey,
    ) -> Result<Given, EngineError> {
        match self.parts.lane.run(command).await? {
            Led::Answered(given) => Ok(*given),
            Led::Waiting(payment) => {
                self.wait_for_channel(payment).await?;
                self.parts.lane.run(KeepAnswer { idempotency, payment }).await
            }
            Led::Again(payment, answer, asked_at) => self.again(payment, answer, asked_at).await,
        }
    }

    /// The same for a request that brings the code that the payer's app shows. The command is made for the attempt
    /// that the code is kept for; the code itself goes with the charge and nowhere else.
    ///
    /// # Errors
    /// [`EngineError`] if the request was not carried out.
    pub async fn pay_by_code<C: Command<Outcome = Led>>(
        &self,
        account: AccountId,
        code: PaymentCode,
        command: impl FnOnce(AttemptId) -> C,
        idempotency: IdempotencyKey,
    ) -> Result<Given, EngineError> {
        let attempt = AttemptId::new(&*self.parts.ids, account.shard());
        let kept = self.parts.shown.keep(attempt, Secret::new(code.reveal()));
        let (engine, command) = (self.clone(), command(attempt));
        // The caller may hang up; what the payer has shown is charged all the same.
        let paid = tokio::spawn(async move {
            let given = engine.pay(command, idempotency).await;
            drop(kept);
            given
        });
        paid.await.map_err(|_| EngineError::Stopping)?
    }

    /// The same for a request that brings the code that the payer's bank has sent him for this charge.
    ///
    /// # Errors
    /// [`EngineError`] if the request was not carried out.
    pub async fn pay_by_bank_code<C: Command<Outcome = Led>>(
        &self,
        attempt: AttemptId,
        code: OneTimeCode,
        command: C,
        idempotency: IdempotencyKey,
    ) -> Result<Given, EngineError> {
        let kept = self.parts.shown.keep(attempt, Secret::new(code.reveal()));
        let engine = self.clone();
        let paid = tokio::spawn(async move {
            let given = engine.pay(command, idempotency).await;
            drop(kept);
            given
        });
        paid.await.map_err(|_| EngineError::Stopping)?
    }

    /// Has the bank send another code for a payment that waits for one, and waits for its word.
    ///
    /// # Errors
    /// [`EngineError`] if the payment waits for none, or it is too soon.
    pub async fn ask_code_again(&self, payment: PaymentId) -> Result<Payment, EngineError> {
        let asked = self.run(AskCodeAgain { payment }).await?;
        self.wait_for_channel(payment).await?;
        Ok(self.read(move |store| store.payment(payment)).await?.unwrap_or(asked))
    }

    /// What a repetition is told: the kept answer, about a payment that may have moved on since.
    async fn again(&self, id: PaymentId, answer: Answer, asked_at: Timestamp) -> Result<Given, EngineError> {
        let now = self.parts.clock.now();
        let missing = || Rejection::NotFound { what: "payment", id: id.to_string() };
        let (payment, file) = self
            .read(move |store| {
                let payment = store.payment(id)?;
                let account = payment.as_ref().map(|payment| payment.account);
                let file = account.map(|account| store.account(account, now)).transpose()?.flatten();
                Ok((payment, file))
            })
            .await?;
        let instruments = file.map(|file| file.instruments).unwrap_or_default();
        Ok(Given { payment: payment.ok_or_else(missing)?, instruments, asked_at, answer })
    }

    /// Waits until the channel has said anything about the payment's attempt, be it that it is undecided.
    async fn wait_for_channel(&self, id: PaymentId) -> Result<(), EngineError> {
        let deadline = tokio::time::sleep(self.parts.settings.answer_wait);
        tokio::pin!(deadline);
        let bell = self.parts.waiting.bell(id);
        let mut rung = std::pin::pin!(bell.notified());
        rung.as_mut().enable();
        let payment = self.parts.read(move |store| store.payment(id)).await?;
        let undecided = payment.is_some_and(|payment| waits_for_word(&payment, &answer_of(&payment)));
        if undecided {
            tokio::select! {
                () = rung => {}
                () = &mut deadline => {}
            }
        }
        Ok(())
    }

    /// What `create` would decide now about an order of an amount, to a payee if he is known, with so many points.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such account or it cannot be read.
    pub async fn preflight(
        &self,
        account: AccountId,
        amount: Money,
        speaker: &Speaker,
        (payee, points): (Option<MerchantId>, i64),
    ) -> Result<Verdict, EngineError> {
        let prospect = Prospect { speaker, amount, points, payee, fresh: true, pays_for: PaysFor::Order };
        self.preflight_for(account, prospect).await
    }

    /// What `resume` would decide now about a payment, of an order or of a bill.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such account or it cannot be read.
    pub async fn preflight_of(&self, payment: &Payment, speaker: &Speaker) -> Result<Verdict, EngineError> {
        let prospect = Prospect::of(payment, speaker, &self.parts.tools(self.parts.clock.now()));
        self.preflight_for(payment.account, prospect).await
    }

    async fn preflight_for(&self, account: AccountId, prospect: Prospect<'_>) -> Result<Verdict, EngineError> {
        let now = self.parts.clock.now();
        let (file, incidents) =
            self.read(move |store| Ok((store.account(account, now)?, store.incidents(now)?))).await?;
        let file = file.ok_or_else(|| Rejection::NotFound { what: "account", id: account.to_string() })?;
        let tools = self.parts.tools(now);
        Ok(preflight(&file, &incidents, &prospect, &tools))
    }

    /// The pay-later product, if it is offered.
    pub fn pay_later(&self) -> Option<&PayLater> {
        self.parts.settings.pay_later.as_ref()
    }

    /// How a bill stands; `None` if the account has no such bill.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be read.
    pub async fn bill(&self, account: AccountId, bill: BillId) -> Result<Option<BillLook>, EngineError> {
        let now = self.parts.clock.now();
        let read = self.read(move |store| BillFile::read(store, account, bill, now)).await?;
        let tools = self.parts.tools(now);
        Ok(read.map(|file| look(&file, &tools)).transpose()?)
    }

    /// Adds an account at a channel, which its holder confirms each time there; the known one if there is one.
    ///
    /// # Errors
    /// [`EngineError`] if the account or the channel is not there.
    pub async fn add_instrument(&self, account: AccountId, channel: Channel) -> Result<Added, EngineError> {
        let connector = self.parts.channel(channel)?;
        if connector.pages.is_none() {
            return Err(EngineError::Channel(format!("{} has no accounts to confirm with", channel.id())));
        }
        self.run(AddInstrument { account, channel }).await
    }

    /// The channel's page on which a payment's payer confirms, signed anew; `None` if it waits for no such thing,
    /// or no longer.
    ///
    /// # Errors
    /// [`EngineError`] if the channel is not there or its page cannot be signed.
    pub fn confirm_page(
        &self,
        payment: &Payment,
        screen: Screen,
        return_url: String,
    ) -> Result<Option<String>, EngineError> {
        let waits = matches!(payment.state, PaymentState::RequiresAction { action: Action::ChannelPage, .. });
        let attempt = payment.undecided_attempt().filter(|attempt| waits && self.clock().now() < attempt.expires_at);
        let Some(attempt) = attempt else { return Ok(None) };
        let order = PageOrder {
            attempt: attempt.id,
            amount: attempt.amount,
            subject: payment.subject.clone(),
            screen,
            expires_at: attempt.expires_at,
            notify_url: self.parts.notify_url(attempt.channel),
            return_url,
        };
        let none = || EngineError::Channel(format!("{} has no pages to confirm on", attempt.channel.id()));
        let page = self.parts.channel(attempt.channel)?.pages.as_ref().ok_or_else(none)?.page(&order);
        page.map(Some).map_err(|error| EngineError::Channel(error.to_string()))
    }

    /// Asks the channel how a payment's undecided attempt stands, and records what it says: the payer has come
    /// back from there.
    ///
    /// # Errors
    /// [`EngineError`] if the channel is not there or its word could not be stored.
    pub async fn refresh_payment(&self, payment: &Payment) -> Result<(), EngineError> {
        let Some(attempt) = payment.undecided_attempt() else { return Ok(()) };
        let report = self.parts.channel(attempt.channel)?.charge.query(attempt.id).await;
        self.parts.record(RecordAttempt { attempt: attempt.id, report, mandate: None, job: None }).await?;
        Ok(())
    }

    /// The payer says that the remedy is done. Of a card the channel is asked first whether its token still holds.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such instrument, or nothing could be stored.
    pub async fn recheck(&self, account: AccountId, instrument: InstrumentId) -> Result<usize, EngineError> {
        let now = self.parts.clock.now();
        let file = self.read(move |store| store.account(account, now)).await?;
        let own = file.iter().flat_map(|file| &file.instruments).find(|known| known.id == instrument);
        if let Some(InstrumentKind::Card(card)) = own.map(|known| &known.kind) {
            let standing = match self.parts.cards()?.binding.query(card.opening).await {
                BindingReport::Bound(_) => Some(TokenStanding::Holds),
                BindingReport::NotExist => Some(TokenStanding::Gone),
                BindingReport::Declined { .. } | BindingReport::Fault(_) | BindingReport::NoAnswer => None,
            };
            self.run(RecordToken { account, instrument, standing, job: None }).await?;
        }
        self.run(RecheckInstrument { account, instrument }).await
    }
}
