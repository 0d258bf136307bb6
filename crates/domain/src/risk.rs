//! Rules against misuse, as data: what each looks for, and the measure that follows. Which one fired stands with the case
//! for staff; the payer reads its safe reason and the way back.

use jiff::{SignedDuration, Timestamp};

use crate::account::{Account, SafeReason};
use crate::activity::Activity;
use crate::client::Speaker;
use crate::ids::MerchantId;
use crate::money::Money;

/// The rules in force. By default there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RiskPolicy {
    /// The rules, in the order in which they are looked at.
    pub rules: Vec<RiskRule>,
}

/// What a rule looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// An app that pretends to be ours speaks for the payer: one of these.
    UnofficialClient(Vec<String>),
    /// More orders than `most` of one account within a span.
    Velocity {
        /// The most.
        most: usize,
        /// Within.
        within: SignedDuration,
    },
    /// More orders than `most` between the same two within a span, as those who trade with themselves make them (刷单).
    SamePair {
        /// The most.
        most: usize,
        /// Within.
        within: SignedDuration,
    },
    /// A device that an account has not long paid with pays more than an amount; the account is older than that.
    NewDevice {
        /// How long it counts as new.
        within: SignedDuration,
        /// What may be paid with it all the same.
        above: Money,
    },
    /// The device is farther from where it was last than anybody gets in that time.
    FarPlace {
        /// How far, in kilometres.
        km: u32,
        /// In which time.
        within: SignedDuration,
    },
    /// Both together: somebody else may have taken the account over.
    NewDeviceFarAway {
        /// How long a device counts as new.
        within: SignedDuration,
        /// How far, in kilometres.
        km: u32,
    },
    /// The pay password was locked so often in a row.
    PasswordGuessed(u32),
}

/// What follows when a rule fires; a later one is the harder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Nothing but a line in the trace of the decision, for staff: how a rule is tried out.
    Allow,
    /// The payer confirms that it is he.
    Challenge,
    /// The account is restricted until an appeal.
    Restrict,
    /// The account is frozen.
    Freeze,
}

impl Measure {
    /// Every measure.
    pub const ALL: &'static [Measure] = &[Self::Allow, Self::Challenge, Self::Restrict, Self::Freeze];

    /// The name that the rules' file and staff use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Challenge => "challenge",
            Self::Restrict => "restrict",
            Self::Freeze => "freeze",
        }
    }

    /// The measure of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|measure| measure.id() == id)
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskRule {
    /// Its name, for staff: it stands with the case.
    pub id: String,
    /// What it looks for.
    pub signal: Signal,
    /// What follows.
    pub measure: Measure,
    /// What the payer may know of it.
    pub reason: SafeReason,
}

/// What the rules look at when an order is to be paid.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// Whose account.
    pub account: &'a Account,
    /// Who speaks for the payer.
    pub speaker: &'a Speaker,
    /// Who is paid; `None` if that is not said yet.
    pub payee: Option<MerchantId>,
    /// How much.
    pub amount: Money,
    /// Whether the order is new: then it is not among those that the account has made.
    pub fresh: bool,
}

impl Watched<'_> {
    fn shows(&self, signal: &Signal, now: Timestamp) -> bool {
        let activity = &self.account.activity;
        let made = |counted: usize| counted.saturating_add(usize::from(self.fresh));
        match signal {
            Signal::UnofficialClient(apps) => {
                self.speaker.client.as_ref().is_some_and(|client| apps.contains(&client.app))
            }
            Signal::Velocity { most, within } => made(activity.orders_since(past(now, *within)).count()) > *most,
            Signal::SamePair { most, within } => self.payee.is_some_and(|payee| {
                let own = activity.orders_since(past(now, *within)).filter(|order| order.payee == payee);
                made(own.count()) > *most
            }),
            Signal::NewDevice { within, above } => {
                self.amount.minor() > above.minor() && self.is_device_new(*within, activity, now)
            }
            Signal::FarPlace { km, within } => self.is_far(*km, *within, activity, now),
            Signal::NewDeviceFarAway { within, km } => {
                self.is_device_new(*within, activity, now) && self.is_far(*km, *within, activity, now)
            }
            Signal::PasswordGuessed(_) => false,
        }
    }

    /// A device is new for a while, to an account that was there before it, until its holder has confirmed that it is his.
    fn is_device_new(&self, within: SignedDuration, activity: &Activity, now: Timestamp) -> bool {
        let Some(device) = self.speaker.device else { return false };
        let first = activity.first_seen(device.key);
        let young = first.is_none_or(|at| past(now, within) < at);
        let unconfirmed = first.zip(activity.cleared_at).is_none_or(|(at, cleared)| cleared < at);
        young && unconfirmed && self.account.opened_at <= past(now, within)
    }

    fn is_far(&self, km: u32, within: SignedDuration, activity: &Activity, now: Timestamp) -> bool {
        let here = self.speaker.device.and_then(|device| device.place);
        let Some((here, (before, at))) = here.zip(activity.place) else { return false };
        past(now, within) < at && here.is_farther_than(km, before)
    }
}

fn past(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

impl RiskPolicy {
    /// The rule that fires on an order: the one with the hardest measure, of several the first.
    pub fn against(&self, watched: &Watched<'_>, now: Timestamp) -> Option<&RiskRule> {
        let fired = self.rules.iter().rev().filter(|rule| watched.shows(&rule.signal, now));
        fired.max_by_key(|rule| rule.measure)
    }

    /// The rule against so many locks of the pay password in a row, if one fires.
    pub fn against_locks(&self, locks: u32) -> Option<&RiskRule> {
        self.rules.iter().find(|rule| matches!(rule.signal, Signal::PasswordGuessed(most) if locks >= most))
    }

    /// How long orders are remembered: as long as the longest rule looks back. Nothing if no rule looks at them.
    pub fn remembers(&self) -> Option<SignedDuration> {
        let spans = self.rules.iter().filter_map(|rule| match &rule.signal {
            Signal::Velocity { within, .. } | Signal::SamePair { within, .. } => Some(*within),
            Signal::UnofficialClient(_)
            | Signal::NewDevice { .. }
            | Signal::FarPlace { .. }
            | Signal::NewDeviceFarAway { .. }
            | Signal::PasswordGuessed(_) => None,
        });
        spans.max()
    }

    /// Whether a rule looks at which device signs, or where it is.
    pub fn looks_at_devices(&self) -> bool {
        self.rules.iter().any(|rule| match &rule.signal {
            Signal::NewDevice { .. } | Signal::FarPlace { .. } | Signal::NewDeviceFarAway { .. } => true,
            Signal::UnofficialClient(_)
            | Signal::Velocity { .. }
            | Signal::SamePair { .. }
            | Signal::PasswordGuessed(_) => false,
        })
    }
}
