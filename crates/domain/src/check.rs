//! One check of a decision: what was looked at, against what, and whether it held.
//!
//! A check is judged from its input and threshold alone, so a stored decision can be judged again by
//! anybody, and must come out the same.

use std::cmp::Ordering;

use jiff::Timestamp;

use crate::client::Version;
use crate::evidence::Value;
use crate::ids::{DecisionId, InstrumentId, PaymentId};

/// How an input is held against a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    /// There must be nothing.
    Absent,
    /// Equal.
    Is,
    /// At least as much.
    AtLeast,
    /// At most as much.
    AtMost,
    /// Later.
    After,
}

/// What a check that does not hold leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Consequence {
    /// The instrument cannot pay.
    Blocks,
    /// Something more is looked at.
    LooksFurther,
    /// The payer must do something first.
    AsksThePayer,
}

macro_rules! rules {
    ($( $(#[$doc:meta])* $variant:ident = $id:literal, $comparison:ident, $consequence:ident; )*) => {
        /// What is checked. The list is closed: a rule has its comparison, its consequence and its words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $( $(#[$doc])* $variant, )* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Rule] = &[$( Rule::$variant, )*];

            /// The id that the store and the API use.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )* }
            }

            fn comparison(self) -> Comparison {
                match self { $( Self::$variant => Comparison::$comparison, )* }
            }

            fn consequence(self) -> Consequence {
                match self { $( Self::$variant => Consequence::$consequence, )* }
            }
        }
    };
}

rules! {
    /// No incident of ours stands; looks at the incident.
    PlatformInService = "platform_in_service", Absent, Blocks;
    /// The device's clock is right; looks at the seconds it is off.
    DeviceClock = "device_clock", AtMost, Blocks;
    /// The payer's app is new enough; looks at its version.
    AppVersion = "app_version", AtLeast, Blocks;
    /// The phone's system is new enough; looks at its version.
    SystemVersion = "system_version", AtLeast, Blocks;
    /// The app's version has no known fault; looks at the fault's name.
    AppFault = "app_fault", Absent, Blocks;
    /// No app runs beside ours that stops it; looks at its name.
    AppConflict = "app_conflict", Absent, Blocks;
    /// The app has stored the configuration as it was given to it; looks at its checksum.
    Configuration = "configuration", Is, Blocks;
    /// The channel's own app is new enough to confirm in; looks at its version.
    PartnerVersion = "partner_version", AtLeast, Blocks;
    /// The account may pay; looks at its state.
    AccountActive = "account_active", Is, Blocks;
    /// No rule against misuse fires; looks at the rule. What follows stands with the account.
    NothingSuspicious = "nothing_suspicious", Absent, LooksFurther;
    /// What was changed of the holder is confirmed; looks at what was changed.
    DetailsConfirmed = "details_confirmed", Absent, Blocks;
    /// The holder's identity is verified; looks at how many sources have confirmed it.
    IdentityVerified = "identity_verified", AtLeast, Blocks;
    /// The holder's document is good; looks at its last day.
    DocumentGood = "document_good", AtLeast, Blocks;
    /// A card is its payer's own; looks at whether its holder is the account's.
    CardHolder = "card_holder", Is, Blocks;
    /// The holder has a phone; looks at whether one is bound.
    PhoneBound = "phone_bound", Is, Blocks;
    /// The channel is one of those that we can reach at all; looks at its name.
    ChannelOffered = "channel_offered", Is, Blocks;
    /// No incident of the channel stands; looks at its code.
    ChannelInService = "channel_in_service", Absent, Blocks;
    /// The wallet holds enough; looks at its balance.
    WalletBalance = "wallet_balance", AtLeast, Blocks;
    /// There are points enough; looks at those that are good.
    PointsEnough = "points_enough", AtLeast, Blocks;
    /// The mandate is signed; looks at its state.
    MandateActive = "mandate_active", Is, Blocks;
    /// The mandate has not ended; looks at its end.
    MandateEnd = "mandate_end", After, Blocks;
    /// The card is bound, and its holder lets it pay; looks at its state.
    CardBound = "card_bound", Is, Blocks;
    /// The card's token has not ended; looks at its end.
    CardTokenEnd = "card_token_end", After, Blocks;
    /// Nobody has frozen the pay-later line; looks at its state.
    LineOpen = "line_open", Is, Blocks;
    /// No bill of the pay-later line is overdue; looks at the one that is for the longest.
    NothingOverdue = "nothing_overdue", Absent, Blocks;
    /// The credit score is what the line needs.
    CreditScore = "credit_score", AtLeast, Blocks;
    /// The line has enough left for the amount.
    LineAvailable = "line_available", AtLeast, Blocks;
    /// A bill is repaid from money that its payer has, not from other credit.
    OwnMoney = "own_money", Is, Blocks;
    /// The amount fits one payment.
    PerTransaction = "per_transaction", AtMost, Blocks;
    /// The day's sum, this payment included, fits.
    PerDay = "per_day", AtMost, Blocks;
    /// The month's sum, this payment included, fits.
    PerMonth = "per_month", AtMost, Blocks;
    /// The amount fits one payment by what the bank or channel has published.
    PublishedPerTransaction = "published_per_transaction", AtMost, Blocks;
    /// The day's sum fits, by what the bank or channel has published and our own count.
    PublishedPerDay = "published_per_day", AtMost, Blocks;
    /// The month's sum fits, by the same.
    PublishedPerMonth = "published_per_month", AtMost, Blocks;
    /// The amount fits one payment by what the holder has set.
    OwnPerTransaction = "own_per_transaction", AtMost, Blocks;
    /// The day's sum fits what the holder has set.
    OwnPerDay = "own_per_day", AtMost, Blocks;
    /// The month's sum fits what the holder has set.
    OwnPerMonth = "own_per_month", AtMost, Blocks;
    /// What is paid from the balance fits the ceiling of the holder's tier.
    TierCeiling = "tier_ceiling", AtMost, Blocks;
    /// What is paid from the balance today by fewer than two factors fits the ceiling for that.
    OneFactorPerDay = "one_factor_per_day", AtMost, LooksFurther;
    /// What is paid from the balance today by two factors fits the ceiling for that.
    TwoFactorsPerDay = "two_factors_per_day", AtMost, Blocks;
    /// Nothing that a channel has told stands against the instrument; looks at its code.
    NothingTold = "nothing_told", Absent, Blocks;
    /// The amount is small enough to go without the pay password (小额免密).
    PasswordFree = "password_free", AtMost, LooksFurther;
    /// A pay password is set; looks at its state.
    PasswordSet = "password_set", Is, Blocks;
    /// The pay password is not locked; looks at the end of the lock.
    PasswordUnlocked = "password_unlocked", Absent, Blocks;
    /// The pay password was entered for this payment.
    PasswordProven = "password_proven", Is, AsksThePayer;
    /// The amount is small enough to go without the bank's own code.
    BankCodeFree = "bank_code_free", AtMost, LooksFurther;
    /// The bank's code was entered for this payment.
    BankCodeGiven = "bank_code_given", Is, AsksThePayer;
    /// The device has power enough to finish what is begun; looks at its percent.
    DevicePower = "device_power", AtLeast, Blocks;
    /// The card number's check digit is right; looks at whether it is, and at no digit.
    CardNumber = "card_number", Is, Blocks;
    /// The card is of a bank and a kind that we bind; looks at both.
    CardSupported = "card_supported", Is, Blocks;
    /// The card's date is not past; looks at its last day.
    CardDate = "card_date", AtLeast, Blocks;
    /// A credit card's security code is there; looks at whether it is.
    SecurityCode = "security_code", Is, Blocks;
    /// The document number's check character is right; looks at whether it is.
    DocumentNumber = "document_number", Is, Blocks;
    /// The phone is a mobile one of the mainland; looks at whether it is.
    ReservedPhone = "reserved_phone", Is, Blocks;
}

impl Rule {
    /// The rule of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// Whether the payer may see what was looked at. Whether it held he may always know.
    ///
    /// An incident's code is what the channel said to us, often with names of its machines; a state of an
    /// account can be a step of an investigation.
    pub fn is_payers_to_see(self) -> bool {
        match self {
            Self::PlatformInService | Self::ChannelInService | Self::AccountActive | Self::NothingSuspicious => false,
            Self::DeviceClock
            | Self::AppVersion
            | Self::SystemVersion
            | Self::AppFault
            | Self::AppConflict
            | Self::Configuration
            | Self::PartnerVersion
            | Self::DetailsConfirmed
            | Self::IdentityVerified
            | Self::DocumentGood
            | Self::CardHolder
            | Self::PhoneBound
            | Self::ChannelOffered
            | Self::WalletBalance
            | Self::PointsEnough
            | Self::MandateActive
            | Self::MandateEnd
            | Self::PerTransaction
            | Self::PerDay
            | Self::PerMonth
            | Self::PublishedPerTransaction
            | Self::PublishedPerDay
            | Self::PublishedPerMonth
            | Self::OwnPerTransaction
            | Self::OwnPerDay
            | Self::OwnPerMonth
            | Self::TierCeiling
            | Self::OneFactorPerDay
            | Self::TwoFactorsPerDay
            | Self::NothingTold
            | Self::PasswordFree
            | Self::PasswordSet
            | Self::PasswordUnlocked
            | Self::PasswordProven
            | Self::CardBound
            | Self::CardTokenEnd
            | Self::LineOpen
            | Self::NothingOverdue
            | Self::CreditScore
            | Self::LineAvailable
            | Self::OwnMoney
            | Self::BankCodeFree
            | Self::BankCodeGiven
            | Self::DevicePower
            | Self::CardNumber
            | Self::CardSupported
            | Self::CardDate
            | Self::SecurityCode
            | Self::DocumentNumber
            | Self::ReservedPhone => true,
        }
    }

    /// Whether a payment goes no further by it alone, rather than being looked at more closely.
    pub fn can_stop(self) -> bool {
        match self.consequence() {
            Consequence::Blocks | Consequence::AsksThePayer => true,
            Consequence::LooksFurther => false,
        }
    }

    /// Whether an input holds against a threshold. What is not known holds against nothing.
    pub fn holds(self, input: &Value, threshold: &Value) -> bool {
        match self.comparison() {
            Comparison::Absent => *input == Value::Unknown,
            Comparison::Is => input == threshold,
            Comparison::AtLeast => order(input, threshold).is_some_and(Ordering::is_ge),
            Comparison::AtMost => order(input, threshold).is_some_and(Ordering::is_le),
            Comparison::After => order(input, threshold).is_some_and(Ordering::is_gt),
        }
    }
}

/// Values of one kind in their order; a text that is ordered is a version.
fn order(input: &Value, threshold: &Value) -> Option<Ordering> {
    match (input, threshold) {
        (Value::Count(one), Value::Count(other)) => Some(one.cmp(other)),
        (Value::Time(one), Value::Time(other)) => Some(one.cmp(other)),
        (Value::Day(one), Value::Day(other)) => Some(one.cmp(other)),
        (Value::Money(one), Value::Money(other)) if one.currency() == other.currency() => {
            Some(one.minor().cmp(&other.minor()))
        }
        (Value::Text(one), Value::Text(other)) => {
            let (one, other) = (one.parse::<Version>().ok()?, other.parse::<Version>().ok()?);
            Some(one.cmp(&other))
        }
        _ => None,
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub rule: Rule,
    /// On which instrument; `None` if on the account.
    pub instrument: Option<InstrumentId>,
    /// What was looked at.
    pub input: Value,
    /// Against what.
    pub threshold: Value,
    /// Whether it held.
    pub held: bool,
}

impl Check {
    /// Judges an input.
    pub fn new(rule: Rule, instrument: Option<InstrumentId>, input: Value, threshold: Value) -> Self {
        let held = rule.holds(&input, &threshold);
        Self { rule, instrument, input, threshold, held }
    }
}

/// What a decision came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The chosen instrument may be charged.
    Allowed,
    /// It may once the payer has done something.
    ActionNeeded,
    /// It may not.
    Refused,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &'static [Outcome] = &[Self::Allowed, Self::ActionNeeded, Self::Refused];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ActionNeeded => "action_needed",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.id() == id)
    }

    /// What checks come to for one instrument.
    pub fn of(checks: &[Check], chosen: InstrumentId) -> Self {
        let failed = |consequence| {
            checks.iter().any(|check| {
                !check.held
                    && check.rule.consequence() == consequence
                    && check.instrument.is_none_or(|instrument| instrument == chosen)
            })
        };
        if failed(Consequence::Blocks) {
            Self::Refused
        } else if failed(Consequence::AsksThePayer) {
            Self::ActionNeeded
        } else {
            Self::Allowed
        }
    }
}

/// One decision about a payment with all that it rests on: the trace that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id; later ones are greater.
    pub id: DecisionId,
    /// About which payment.
    pub payment: PaymentId,
    /// When.
    pub at: Timestamp,
    /// The edition of the figures.
    pub policy: String,
    /// The instrument that was asked for.
    pub chosen: InstrumentId,
    /// What it came to.
    pub outcome: Outcome,
    /// Every check, in the order in which it was made.
    pub checks: Vec<Check>,
}

impl Decision {
    /// Judges every check again from what was kept, and gives what they come to.
    pub fn replay(&self) -> Outcome {
        let again =
            |check: &Check| Check::new(check.rule, check.instrument, check.input.clone(), check.threshold.clone());
        let checks: Vec<Check> = self.checks.iter().map(again).collect();
        Outcome::of(&checks, self.chosen)
    }

    /// Whether judging it again gives what was decided, check by check.
    pub fn is_consistent(&self) -> bool {
        let same = |check: &Check| check.rule.holds(&check.input, &check.threshold) == check.held;
        self.checks.iter().all(same) && self.replay() == self.outcome
    }
}
