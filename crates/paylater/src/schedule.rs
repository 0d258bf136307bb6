//! Auto-repay: which instrument is asked next for a bill, for how much and when. The cause of each refusal decides.
//!
//! Nothing is asked before the due date, at night, above a cap, or while it is not known how the last attempt ended.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use tantu_domain::cause::{Cause, CauseGroup};
use tantu_domain::channel::Channel;
use tantu_domain::clock::{beijing, day_of, start_of};
use tantu_domain::ids::InstrumentId;
use tantu_domain::incident::{Incident, IncidentScope};
use tantu_domain::limit::Window;
use tantu_domain::money::Money;

use crate::bill::Bill;
use crate::calendar::{Calendar, CalendarError};
use crate::instrument::{Designated, Source};
use crate::terms::{CollectionTerms, on_day};

/// How long after a fault without an incident the same channel is asked again.
const AFTER_A_FAULT: SignedDuration = SignedDuration::from_mins(30);

/// How often it is looked whether an incident has ended, when nobody says so.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// From this hour on nobody is asked until the next morning: the bank's own messages would wake the payer.
const NIGHT: Time = Time::constant(22, 0, 0, 0);

/// So often on one day an instrument without funds is asked.
const FUNDS_A_DAY: usize = 2;

/// Whether bills are collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AutoRepayState {
    /// They are.
    On {
        /// Since when.
        since: Timestamp,
    },
    /// They are not.
    Off {
        /// Since when; `None` if it was never on.
        since: Option<Timestamp>,
    },
}

/// What the payer has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutoRepay {
    /// Whether bills are collected.
    pub state: AutoRepayState,
    /// From what, in the payer's order.
    pub designated: Vec<Designated>,
    /// The day of the month on which his wages come, if he has said it.
    pub payday: Option<i8>,
}

/// How an attempt to collect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was taken.
    Taken,
    /// Nobody knows yet.
    Undecided,
    /// It was not.
    Refused {
        /// Why.
        cause: Cause,
        /// When a limit begins anew, if that was said.
        resets_at: Option<Timestamp>,
        /// The most that passes at once, if that was said.
        most: Option<Money>,
    },
}

/// One attempt to collect a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// From what.
    pub instrument: InstrumentId,
    /// What kind of thing that is.
    pub source: Source,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub ended: Ended,
}

/// Why an attempt is made when it is. The bill's story shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// The bill is due.
    Due,
    /// Another instrument could not.
    NextInstrument,
    /// There may be funds later on the same day.
    LaterToday,
    /// Wages will have come.
    AfterPayday,
    /// The limit begins anew.
    LimitReset,
    /// A part passes the limit.
    InParts,
    /// The channel works again.
    ChannelBack,
    /// Its holder has put it right.
    Mended,
    /// A cap lets it be asked again.
    CapFree,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: [Occasion; 9] = [
        Self::Due,
        Self::NextInstrument,
        Self::LaterToday,
        Self::AfterPayday,
        Self::LimitReset,
        Self::InParts,
        Self::ChannelBack,
        Self::Mended,
        Self::CapFree,
    ];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::NextInstrument => "next_instrument",
            Self::LaterToday => "later_today",
            Self::AfterPayday => "after_payday",
            Self::LimitReset => "limit_reset",
            Self::InParts => "in_parts",
            Self::ChannelBack => "channel_back",
            Self::Mended => "mended",
            Self::CapFree => "cap_free",
        }
    }

    /// The occasion of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|occasion| occasion.id() == id)
    }
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing is owed.
    Nothing,
    /// An instrument is asked.
    Ask {
        /// Not before.
        at: Timestamp,
        /// Which.
        instrument: InstrumentId,
        /// No more than this at once; `None` is the whole.
        most: Option<Money>,
        /// Why then.
        occasion: Occasion,
    },
    /// First it must be known how this attempt ended: nothing is ever asked twice.
    Resolve {
        /// Of which instrument.
        instrument: InstrumentId,
        /// Since when.
        since: Timestamp,
    },
    /// A channel is down; the bill is collected when it is back.
    AwaitChannel {
        /// Which.
        channel: Channel,
        /// When to look again if nobody says that it is back.
        look_at: Timestamp,
    },
    /// Nothing can be collected before its holder does something, with the cause for each instrument.
    AskPayer {
        /// Why; `None` stands for auto-repay itself.
        causes: Vec<(Option<InstrumentId>, Cause)>,
    },
}

/// All that the next step depends on.
#[derive(Debug, Clone, Copy)]
pub struct Collection<'a> {
    /// The bill.
    pub bill: &'a Bill,
    /// What the payer has set.
    pub auto_repay: &'a AutoRepay,
    /// Every attempt to collect this bill, in order.
    pub attempts: &'a [Collected],
    /// What is known to be down.
    pub incidents: &'a [Incident],
    /// Hours, caps and paydays.
    pub terms: &'a CollectionTerms,
    /// Working days.
    pub calendar: &'a Calendar,
}

/// When one instrument can be asked.
enum Ready {
    At(Timestamp, Occasion),
    ChannelBack(Channel),
    NeedsPayer(Cause),
}

/// What kind of answer a refusal asks for.
enum Answer {
    Funds,
    Window(Window),
    PerTransaction,
    Fault,
    Lost,
    Payer,
}

/// Whether an instrument that was refused for this is not asked again before its holder has done something.
pub fn needs_payer(cause: Cause) -> bool {
    matches!(answer(cause), Answer::Payer | Answer::PerTransaction)
}

fn answer(cause: Cause) -> Answer {
    match cause {
        Cause::FundsInsufficientBalance | Cause::FundsCardInsufficient => Answer::Funds,
        Cause::LimitDaily => Answer::Window(Window::Day),
        Cause::LimitMonthly => Answer::Window(Window::Month),
        Cause::LimitPerTransaction => Answer::PerTransaction,
        Cause::ChannelInterfaceFault | Cause::PlatformOutage | Cause::PlatformOverloaded => Answer::Fault,
        other if other.group() == CauseGroup::Device => Answer::Lost,
        // All else stays as it is until somebody does something: an expired card, a withdrawn mandate, a frozen account.
        _ => Answer::Payer,
    }
}

/// What happens next to a bill that must be paid.
///
/// # Errors
/// [`CalendarError`] if the next payday lies in a year that nobody has announced.
pub fn next_step(collection: &Collection<'_>, now: Timestamp) -> Result<NextStep, CalendarError> {
    if collection.bill.settled_on.is_some() {
        return Ok(NextStep::Nothing);
    }
    if let Some(open) = collection.attempts.iter().find(|attempt| attempt.ended == Ended::Undecided) {
        return Ok(NextStep::Resolve { instrument: open.instrument, since: open.at });
    }
    let designated = &collection.auto_repay.designated;
    if matches!(collection.auto_repay.state, AutoRepayState::Off { .. }) || designated.is_empty() {
        return Ok(NextStep::AskPayer { causes: vec![(None, Cause::BnplAutopayOff)] });
    }
    let mut soonest: Option<(Timestamp, Occasion, InstrumentId)> = None;
    let mut down: Option<Channel> = None;
    let mut causes = Vec::new();
    for one in designated {
        match collection.ready(one, now)? {
            Ready::At(at, occasion) if soonest.is_none_or(|(other, ..)| at < other) => {
                soonest = Some((at, occasion, one.instrument));
            }
            Ready::At(..) => {}
            Ready::ChannelBack(channel) => down = down.or(Some(channel)),
            Ready::NeedsPayer(cause) => causes.push((Some(one.instrument), cause)),
        }
    }
    let look_at = later(now, LOOK_AGAIN);
    Ok(match (soonest, down) {
        (Some((at, ..)), Some(channel)) if look_at < at => NextStep::AwaitChannel { channel, look_at },
        (Some((at, occasion, instrument)), _) => {
            NextStep::Ask { at, instrument, most: collection.most(instrument), occasion }
        }
        (None, Some(channel)) => NextStep::AwaitChannel { channel, look_at },
        (None, None) => NextStep::AskPayer { causes },
    })
}

impl Collection<'_> {
    /// When this instrument can be asked.
    fn ready(&self, one: &Designated, now: Timestamp) -> Result<Ready, CalendarError> {
        if one.source.forbidden_by().is_some() || !one.source.collects_alone() {
            return Ok(Ready::NeedsPayer(Cause::ChannelUnavailable));
        }
        let ready = match self.last_refusal(one) {
            None => {
                let begun = self.attempts.iter().any(|attempt| attempt.ended != Ended::Taken);
                let occasion = match (one.mended_at, begun) {
                    (Some(_), true) => Occasion::Mended,
                    (None, true) => Occasion::NextInstrument,
                    (_, false) => Occasion::Due,
                };
                Ready::At(self.open_hour(now.max(self.first_hour(self.bill.due_on))), occasion)
            }
            Some((refused, cause, resets_at)) => self.after_refusal(one, &refused, cause, resets_at, now)?,
        };
        let Ready::At(at, occasion) = ready else { return Ok(ready) };
        let free = self.when_caps_allow(one, at);
        let occasion = if free > at { Occasion::CapFree } else { occasion };
        if one.valid_to.is_some_and(|last| last < day_of(free)) {
            return Ok(Ready::NeedsPayer(expired(one.source)));
        }
        Ok(Ready::At(free, occasion))
    }

    /// The last refusal of an instrument, if nothing was put right and nothing taken since.
    fn last_refusal(&self, one: &Designated) -> Option<(Collected, Cause, Option<Timestamp>)> {
        let last = *self.standing(one).last()?;
        match last.ended {
            Ended::Refused { cause, resets_at, .. } => Some((last, cause, resets_at)),
            Ended::Taken | Ended::Undecided => None,
        }
    }

    /// The attempts on an instrument that still say something about it.
    fn standing<'b>(&'b self, one: &'b Designated) -> impl Iterator<Item = &'b Collected> {
        let mended = one.mended_at.unwrap_or(Timestamp::MIN);
        self.attempts.iter().filter(move |attempt| attempt.instrument == one.instrument && mended < attempt.at)
    }

    fn after_refusal(
        &self,
        one: &Designated,
        refused: &Collected,
        cause: Cause,
        resets_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Ready, CalendarError> {
        Ok(match answer(cause) {
            Answer::Funds => self.after_funds(one, refused.at, now)?,
            Answer::Window(window) => {
                let reset = resets_at.unwrap_or_else(|| window.resets_at(refused.at));
                Ready::At(self.open_hour(now.max(self.first_hour(day_of(reset)).max(reset))), Occasion::LimitReset)
            }
            Answer::PerTransaction
                if self.most(one.instrument).is_some_and(|most| most.minor() < refused.amount.minor()) =>
            {
                Ready::At(self.open_hour(now), Occasion::InParts)
            }
            Answer::PerTransaction | Answer::Payer => Ready::NeedsPayer(cause),
            Answer::Fault => match self.outage(one.source.network(), now) {
                Some(channel) => Ready::ChannelBack(channel),
                None => Ready::At(self.open_hour(now.max(later(refused.at, AFTER_A_FAULT))), Occasion::ChannelBack),
            },
            Answer::Lost => Ready::At(self.open_hour(now.max(later(refused.at, AFTER_A_FAULT))), Occasion::LaterToday),
        })
    }

    fn after_funds(&self, one: &Designated, at: Timestamp, now: Timestamp) -> Result<Ready, CalendarError> {
        let day = day_of(at);
        let today = self.standing(one).filter(|attempt| day_of(attempt.at) == day && is_refusal(attempt)).count();
        let later_today = self.terms.hours.iter().map(|hour| at_hour(day, *hour)).rfind(|hour| *hour > at);
        match later_today {
            Some(hour) if today < FUNDS_A_DAY => Ok(Ready::At(self.open_hour(now.max(hour)), Occasion::LaterToday)),
            Some(_) | None => {
                let payday = self.next_payday(day)?;
                let last_hour = self.terms.hours.last().copied().unwrap_or(Time::midnight());
                Ok(Ready::At(self.open_hour(now.max(at_hour(payday, last_hour))), Occasion::AfterPayday))
            }
        }
    }

    /// The next day after `day` on which wages come: on a day off, the working day before it.
    fn next_payday(&self, day: Date) -> Result<Date, CalendarError> {
        let own = self.auto_repay.payday;
        let paydays: Vec<i8> = own.map_or_else(|| self.terms.paydays.clone(), |payday| vec![payday]);
        let months =
            [day, day.first_of_month().saturating_add(1.month()), day.first_of_month().saturating_add(2.months())];
        for month in months {
            let mut soonest: Option<Date> = None;
            for payday in &paydays {
                let wages = self.calendar.on_or_before(on_day(month, *payday))?;
                if wages > day && soonest.is_none_or(|other| wages < other) {
                    soonest = Some(wages);
                }
            }
            if let Some(found) = soonest {
                return Ok(found);
            }
        }
        // No payday is configured: tomorrow is the next chance.
        Ok(day.saturating_add(1.day()))
    }

    /// The incident that keeps an instrument of that network from being asked.
    fn outage(&self, network: Option<Channel>, now: Timestamp) -> Option<Channel> {
        let channel = network?;
        let hit = |incident: &&Incident| match incident.scope {
            IncidentScope::Channel(of) => of == channel && incident.stands(now),
            IncidentScope::Platform => incident.stands(now),
        };
        self.incidents.iter().find(hit).map(|_| channel)
    }

    /// The most that an instrument lets pass at once: what is known of it, or what its refusals have taught.
    fn most(&self, instrument: InstrumentId) -> Option<Money> {
        let one = self.auto_repay.designated.iter().find(|one| one.instrument == instrument)?;
        let mut most = one.most;
        for attempt in self.standing(one) {
            let Ended::Refused { cause: Cause::LimitPerTransaction, most: told, .. } = attempt.ended else { continue };
            let half = Money::new(attempt.amount.minor() / 2, attempt.amount.currency());
            let learned = told.unwrap_or_else(|| {
                if half.minor() < self.terms.smallest_part.minor() { self.terms.smallest_part } else { half }
            });
            most = Some(most.filter(|known| known.minor() < learned.minor()).unwrap_or(learned));
        }
        most
    }

    /// From when on the caps of the instrument and of its network let it be asked, `at` at the earliest.
    fn when_caps_allow(&self, one: &Designated, at: Timestamp) -> Timestamp {
        let network = one.source.network();
        let caps = self.terms.caps(network);
        let own: Vec<Timestamp> = self.refusals(|attempt| attempt.instrument == one.instrument);
        let shared: Vec<Timestamp> = self.refusals(|attempt| attempt.source.network() == network);
        let mut free = at;
        let today = own.iter().filter(|other| day_of(**other) == day_of(free)).count();
        if today >= usize::try_from(caps.per_day).unwrap_or(usize::MAX) {
            free = self.first_hour(day_of(free).saturating_add(1.day()));
        }
        for (times, cap) in [(own, caps.per_thirty_days), (shared, caps.network_per_thirty_days)] {
            let cap = usize::try_from(cap).unwrap_or(usize::MAX);
            // The attempt that must be thirty days old before there is room for one more.
            let Some(oldest) = times.len().checked_sub(cap).and_then(|index| times.get(index)) else { continue };
            let room = oldest.saturating_add(SignedDuration::from_hours(30 * 24)).unwrap_or(Timestamp::MAX);
            free = free.max(self.open_hour(room));
        }
        free
    }

    fn refusals(&self, of: impl Fn(&Collected) -> bool) -> Vec<Timestamp> {
        self.attempts.iter().filter(|attempt| is_refusal(attempt) && of(attempt)).map(|attempt| attempt.at).collect()
    }

    fn first_hour(&self, day: Date) -> Timestamp {
        at_hour(day, self.terms.hours.first().copied().unwrap_or(Time::midnight()))
    }

    /// `at`, or the next morning if it is night.
    fn open_hour(&self, at: Timestamp) -> Timestamp {
        let day = day_of(at);
        let first = self.first_hour(day);
        if at < first {
            first
        } else if at < at_hour(day, NIGHT) {
            at
        } else {
            self.first_hour(day.saturating_add(1.day()))
        }
    }
}

fn is_refusal(attempt: &Collected) -> bool {
    matches!(attempt.ended, Ended::Refused { .. })
}

fn expired(source: Source) -> Cause {
    match source {
        Source::DebitCard | Source::CreditCard => Cause::CardExpired,
        Source::Mandate(_) | Source::Confirmed(_) | Source::Wallet | Source::PayLater | Source::Points => {
            Cause::AgreementExpired
        }
    }
}

fn at_hour(day: Date, hour: Time) -> Timestamp {
    // A fixed offset has no gaps, so every civil time exists.
    day.to_datetime(hour).to_zoned(beijing()).map_or_else(|_| start_of(day), |zoned| zoned.timestamp())
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
