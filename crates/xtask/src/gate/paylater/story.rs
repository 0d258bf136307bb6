//! One bill's story from its purchase to two months past its due date: who is asked when, what he says, and what is booked.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::clock::{beijing, day_of, start_of};
use tantu_domain::ids::{AccountId, BillId, IncidentId, InstrumentId, PaymentId};
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_domain::money::Money;
use tantu_paylater::allocation::allocate;
use tantu_paylater::bill::Bill;
use tantu_paylater::instrument::{Designated, Source};
use tantu_paylater::prevention::forecast;
use tantu_paylater::schedule::{AutoRepay, AutoRepayState, Collected, Collection, Ended, NextStep, next_step};
use tantu_population::{Debtor, Rail, Reply, Till};

use crate::failure::Failure;
use crate::gate::paylater::Stage;

/// After so long the channel knows how an attempt ended that brought no answer.
const RESOLVED_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// So many days after the due date nobody looks any more.
const HORIZON: i32 = 60;

/// How bills are collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// As the product does.
    Scheduler,
    /// Everything designated, in order, once a day at nine until it is paid.
    Daily,
    /// As the product does, but an answer that does not come is taken for a no. The control.
    SilenceIsNo,
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Story {
    /// Whether the bill's sums agree.
    pub(crate) balanced: bool,
    /// What really moved, in fen.
    pub(crate) really_taken: i64,
    /// What is booked as paid, in fen.
    pub(crate) booked: i64,
    /// Whether the whole was paid.
    pub(crate) settled: bool,
    /// Not paid, and nothing says why.
    pub(crate) without_cause: bool,
    /// How often anything was asked.
    pub(crate) asked: u64,
    /// Attempts that a rule of collecting forbids.
    pub(crate) rules_broken: u64,
}

struct Collector<'a> {
    stage: &'a Stage,
    debtor: &'a Debtor,
    till: Till<'a>,
    bill: Bill,
    auto_repay: AutoRepay,
    attempts: Vec<Collected>,
    acts: bool,
    acts_at: Option<Timestamp>,
    last_cause: Option<Cause>,
    rules_broken: u64,
    silence_is_no: bool,
}

/// Plays one bill's story. `acts` is whether its payer may do something about it, once.
pub(crate) fn collect(stage: &Stage, number: u64, way: Way, acts: bool) -> Result<Story, Failure> {
    let due = |on: Date| stage.terms.due_on(stage.terms.statement_on(on), &stage.calendar);
    // The purchases lie so that every due date is announced; one that is not ends the run when its bill is made.
    let debtor = stage.population.debtor(number, |on| due(on).unwrap_or(on));
    let mut collector = Collector::new(stage, &debtor, number, acts)?;
    match way {
        Way::Scheduler => collector.by_scheduler()?,
        Way::SilenceIsNo => {
            collector.silence_is_no = true;
            collector.by_scheduler()?;
        }
        Way::Daily => collector.daily()?,
    }
    collector.end()
}

impl<'a> Collector<'a> {
    fn new(stage: &'a Stage, debtor: &'a Debtor, number: u64, acts: bool) -> Result<Self, Failure> {
        let account = AccountId::from_bytes(bytes(number / 20, 0));
        let (bill, payment) = (BillId::from_bytes(bytes(number, 1)), PaymentId::from_bytes(bytes(number, 2)));
        let (Some(account), Some(bill), Some(payment)) = (account, bill, payment) else {
            return Err(Failure::new("a number makes no id"));
        };
        let context = (&stage.terms, &stage.calendar);
        let bill = Bill::of_purchase(bill, account, payment, Money::cny(debtor.amount), debtor.bought_on, context)?;
        let since = start_of(debtor.bought_on);
        let state =
            if debtor.auto_repay { AutoRepayState::On { since } } else { AutoRepayState::Off { since: Some(since) } };
        let mut designated = Vec::new();
        for (place, source) in (3..).zip(&debtor.sources) {
            let instrument = InstrumentId::from_bytes(bytes(number, place)).ok_or_else(|| Failure::new("no id"))?;
            let valid_to = source.known_end;
            let source = match source.rail {
                Rail::Wallet => Source::Wallet,
                Rail::Card => Source::DebitCard,
                Rail::Mandate => Source::Mandate(Channel::Alipay),
            };
            designated.push(Designated { instrument, source, valid_to, most: None, mended_at: None });
        }
        let auto_repay = AutoRepay { state, designated, payday: debtor.told_payday };
        let till = Till::new(&stage.population, debtor);
        Ok(Self {
            stage,
            debtor,
            till,
            bill,
            auto_repay,
            attempts: Vec::new(),
            acts,
            acts_at: None,
            last_cause: None,
            rules_broken: 0,
            silence_is_no: false,
        })
    }

    fn horizon(&self) -> Timestamp {
        start_of(self.bill.due_on.saturating_add(HORIZON.days()))
    }

    fn by_scheduler(&mut self) -> Result<(), Failure> {
        let mut now = start_of(self.bill.due_on.saturating_add((-30).days()).max(self.bill.purchased_on));
        self.look_ahead(now);
        while now < self.horizon() {
            let step = self.next(now)?;
            let then = match step {
                NextStep::Nothing => return Ok(()),
                NextStep::Ask { at, instrument, most, .. } => {
                    if let Some(acted) = self.acted_before(at) {
                        now = acted;
                        continue;
                    }
                    if at < self.horizon() {
                        self.ask(instrument, most, at)?;
                    }
                    at
                }
                NextStep::Resolve { instrument, since } => {
                    self.resolve(instrument)?;
                    later(since, RESOLVED_AFTER)
                }
                NextStep::AwaitChannel { look_at, .. } => look_at,
                NextStep::AskPayer { causes } => {
                    self.last_cause = causes.first().map(|(_, cause)| *cause);
                    self.notify(now);
                    let Some(acted) = self.acted_before(Timestamp::MAX) else { return Ok(()) };
                    acted
                }
            };
            now = now.max(then);
        }
        Ok(())
    }

    fn next(&self, now: Timestamp) -> Result<NextStep, Failure> {
        let incidents = self.incidents(now);
        let collection = Collection {
            bill: &self.bill,
            auto_repay: &self.auto_repay,
            attempts: &self.attempts,
            incidents: &incidents,
            terms: &self.stage.terms.collection,
            calendar: &self.stage.calendar,
        };
        Ok(next_step(&collection, now)?)
    }

    /// Every morning at nine everything in order, until it is paid or two months have passed.
    fn daily(&mut self) -> Result<(), Failure> {
        let nine = Time::constant(9, 0, 0, 0);
        for days in 0..HORIZON {
            let at = at_hour(self.bill.due_on.saturating_add(days.days()), nine);
            self.acted_before(at);
            if matches!(self.auto_repay.state, AutoRepayState::Off { .. }) {
                self.last_cause = Some(Cause::BnplAutopayOff);
                self.notify(at);
                continue;
            }
            for one in self.auto_repay.designated.clone() {
                if self.bill.settled_on.is_some() {
                    return Ok(());
                }
                self.ask(one.instrument, None, at)?;
                self.resolve(one.instrument)?;
            }
        }
        Ok(())
    }

    /// A payer who is warned in time may put it right before the due date.
    fn look_ahead(&mut self, now: Timestamp) {
        if !forecast(&self.bill, self.bill.amount, &self.auto_repay).warnings.is_empty() {
            self.notify(now);
        }
    }

    fn notify(&mut self, at: Timestamp) {
        let hours = self.debtor.acts_after.filter(|_| self.acts && self.acts_at.is_none());
        let hours = hours.and_then(|hours| i64::try_from(hours).ok());
        if let Some(hours) = hours {
            self.acts_at = Some(later(at, SignedDuration::from_hours(hours)));
        }
    }

    /// What the payer has done by then, if he has; when.
    fn acted_before(&mut self, then: Timestamp) -> Option<Timestamp> {
        let at = self.acts_at.filter(|at| self.acts && *at <= then)?;
        self.acts = false;
        self.till.mend();
        self.auto_repay.state = AutoRepayState::On { since: at };
        for one in &mut self.auto_repay.designated {
            one.mended_at = Some(at);
            one.valid_to = None;
        }
        Some(at)
    }

    fn ask(&mut self, instrument: InstrumentId, most: Option<Money>, at: Timestamp) -> Result<(), Failure> {
        let Some(place) = self.auto_repay.designated.iter().position(|one| one.instrument == instrument) else {
            return Err(Failure::new("the scheduler asks for an instrument that is not designated"));
        };
        let source = self.auto_repay.designated[place].source;
        self.look_at_rules(instrument, source, at);
        self.bill = self.bill.charged(&self.stage.terms, day_of(at))?;
        let owed = self.bill.owed.total()?;
        let amount = most.filter(|most| most.minor() < owed.minor()).unwrap_or(owed);
        let reply = self.till.ask(place, amount.minor(), at.to_zoned(beijing()).datetime());
        let ended = self.heard(reply);
        self.attempts.push(Collected { instrument, source, amount, at, ended });
        self.book(amount, ended, at)
    }

    fn heard(&self, reply: Reply) -> Ended {
        let no = |cause| Ended::Refused { cause, resets_at: None, most: None };
        match reply {
            Reply::Taken => Ended::Taken,
            Reply::NoFunds => no(Cause::FundsCardInsufficient),
            Reply::Expired => no(Cause::CardExpired),
            Reply::MandateEnded => no(Cause::AgreementExpired),
            Reply::OverTransactionLimit(most) => {
                Ended::Refused { cause: Cause::LimitPerTransaction, resets_at: None, most: most.map(Money::cny) }
            }
            Reply::OverDailyLimit => no(Cause::LimitDaily),
            Reply::Abnormal => no(Cause::CardStatusAbnormal),
            Reply::Stale => no(Cause::BindingStale),
            Reply::Frozen => no(Cause::AccountFrozen),
            Reply::Risk => no(Cause::RiskPlatformBlock),
            Reply::Fault => no(Cause::ChannelInterfaceFault),
            Reply::Silence if self.silence_is_no => no(Cause::NetworkUnstable),
            Reply::Silence => Ended::Undecided,
        }
    }

    fn book(&mut self, amount: Money, ended: Ended, at: Timestamp) -> Result<(), Failure> {
        match ended {
            Ended::Taken => {
                let allocation = allocate(amount, &[(self.bill.id, self.bill.owed)], self.stage.terms.allocation)?;
                if let Some(share) = allocation.shares.first() {
                    self.bill = self.bill.repaid(&share.parts, day_of(at))?;
                }
            }
            Ended::Undecided => {}
            Ended::Refused { cause, .. } => {
                self.last_cause = Some(cause);
                self.notify(at);
            }
        }
        Ok(())
    }

    /// Asks how the undecided attempt ended.
    fn resolve(&mut self, instrument: InstrumentId) -> Result<(), Failure> {
        let took = self.till.last_took();
        let open = self.attempts.iter_mut().find(|one| one.instrument == instrument && one.ended == Ended::Undecided);
        let Some(open) = open else { return Ok(()) };
        open.ended = if took {
            Ended::Taken
        } else {
            Ended::Refused { cause: Cause::NetworkUnstable, resets_at: None, most: None }
        };
        let (amount, ended, at) = (open.amount, open.ended, open.at);
        self.book(amount, ended, at)
    }

    fn look_at_rules(&mut self, instrument: InstrumentId, source: Source, at: Timestamp) {
        let caps = self.stage.terms.collection.caps(source.network());
        let hour = at.to_zoned(beijing()).hour();
        let refused = |one: &&Collected| matches!(one.ended, Ended::Refused { .. });
        let on_it = |one: &&Collected| one.instrument == instrument;
        let today = self.attempts.iter().filter(refused).filter(on_it).filter(|one| day_of(one.at) == day_of(at));
        let month = self
            .attempts
            .iter()
            .filter(refused)
            .filter(on_it)
            .filter(|one| at.duration_since(one.at) < SignedDuration::from_hours(30 * 24));
        let reached = |count: usize, cap: u32| u32::try_from(count).is_ok_and(|count| count >= cap);
        let broken = day_of(at) < self.bill.due_on
            || !(8..22).contains(&hour)
            || reached(today.count(), caps.per_day)
            || reached(month.count(), caps.per_thirty_days)
            || self.attempts.iter().any(|one| one.ended == Ended::Undecided);
        self.rules_broken += u64::from(broken);
    }

    fn incidents(&self, now: Timestamp) -> Vec<Incident> {
        let day = day_of(now);
        let of = |(rail, channel)| {
            let (from, to) = self.stage.population.outage(rail, day)?;
            Some(Incident {
                id: IncidentId::from_bytes(bytes(0, 9))?,
                scope: IncidentScope::Channel(channel),
                source: IncidentSource::Breaker,
                code: "http_502".to_owned(),
                since: at_hour(day, Time::constant(from, 0, 0, 0)),
                expected_end: None,
                until: Some(at_hour(day, Time::constant(to, 0, 0, 0))),
                begun_by: None,
                ended_by: None,
            })
        };
        [(Rail::Card, Channel::UnionPay), (Rail::Mandate, Channel::Alipay)].into_iter().filter_map(of).collect()
    }

    fn end(self) -> Result<Story, Failure> {
        let settled = self.bill.settled_on.is_some();
        Ok(Story {
            balanced: self.bill.is_balanced(Money::cny(0)),
            really_taken: self.till.truth(),
            booked: self.bill.paid.total()?.minor(),
            settled,
            without_cause: !settled && self.last_cause.is_none(),
            asked: self.till.asked(),
            rules_broken: self.rules_broken,
        })
    }
}

fn bytes(number: u64, kind: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8] = kind;
    bytes
}

fn at_hour(day: Date, hour: Time) -> Timestamp {
    day.to_datetime(hour).to_zoned(beijing()).map_or_else(|_| start_of(day), |zoned| zoned.timestamp())
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
