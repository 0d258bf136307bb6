//! The closed catalogue of causes: why a payment may fail.
//!
//! The order of the variants is the order in which ties are broken: the simple before the deep, and
//! what the payer can do alone before what needs others. An id never changes once published. A new
//! cause needs its row here and words in `tantu-explain`; neither crate compiles without.

use crate::operation::Operation;

/// The part of the system a cause belongs to; groups follow each other from the simple to the deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it all; `id()` is what the outside sees")]
pub enum CauseGroup {
    Platform,
    Device,
    App,
    Account,
    Identity,
    Card,
    OneTimeCode,
    Binding,
    Points,
    Funds,
    Limit,
    Mandate,
    Risk,
    PayLater,
}

impl CauseGroup {
    /// The name that the API shows.
    pub fn id(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Device => "device",
            Self::App => "app",
            Self::Account => "account",
            Self::Identity => "identity",
            Self::Card => "card",
            Self::OneTimeCode => "one_time_code",
            Self::Binding => "binding",
            Self::Points => "points",
            Self::Funds => "funds",
            Self::Limit => "limit",
            Self::Mandate => "mandate",
            Self::Risk => "risk",
            Self::PayLater => "pay_later",
        }
    }
}

/// Who can remove a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// The person who pays.
    Payer,
    /// The bank that issued the card.
    Bank,
    /// The third party that is charged: Alipay, WeChat Pay, Douyin Pay, UnionPay.
    Channel,
    /// Us.
    Platform,
    /// A person at our help desk.
    Support,
}

impl Who {
    /// The name that the API shows.
    pub fn id(self) -> &'static str {
        match self {
            Self::Payer => "payer",
            Self::Bank => "bank",
            Self::Channel => "channel",
            Self::Platform => "platform",
            Self::Support => "support",
        }
    }
}

/// The four systems whose failures the catalogue comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// The payment account itself: balance, card or pay-later from the wallet.
    A,
    /// A shop's cashier that charges third parties, cards and points.
    D,
    /// Pay-later bills and their collection.
    B,
    /// The binding of a bank card.
    W,
}

impl System {
    /// One letter, as the matrix prints it.
    pub fn id(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::D => "D",
            Self::B => "B",
            Self::W => "W",
        }
    }

    /// The system of a letter.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::A, Self::D, Self::B, Self::W].into_iter().find(|system| system.id() == text)
    }
}

macro_rules! causes {
    ($( $variant:ident = $id:literal, $group:ident, [$($system:ident),*], [$($who:ident),*], [$($operation:ident),*]; )*) => {
        /// Why a payment failed. See the module's head for the meaning of the order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is its id; words for it live in tantu-explain")]
        pub enum Cause { $( $variant, )* }

        impl Cause {
            /// Every cause, in order.
            pub const ALL: &'static [Cause] = &[$( Cause::$variant, )*];

            /// The id used everywhere: API, database, words, tests.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )* }
            }

            /// The group it belongs to.
            pub fn group(self) -> CauseGroup {
                match self { $( Self::$variant => CauseGroup::$group, )* }
            }

            /// The systems whose seeds name it; none if it is an order's own state.
            pub fn systems(self) -> &'static [System] {
                match self { $( Self::$variant => &[$( System::$system ),*], )* }
            }

            /// Who can remove it, the nearest first.
            pub fn who(self) -> &'static [Who] {
                match self { $( Self::$variant => &[$( Who::$who ),*], )* }
            }

            /// The operations that remove it, the soonest first.
            pub fn operations(self) -> &'static [Operation] {
                match self { $( Self::$variant => &[$( Operation::$operation ),*], )* }
            }
        }
    };
}

causes! {
    PlatformOverloaded = "platform.overloaded", Platform, [D], [Platform], [RetrySameKey, Wait];
    PlatformOutage = "platform.outage", Platform, [D, W], [Platform], [Wait, Resume];
    ChannelInterfaceFault = "channel.interface_fault", Platform, [D], [Channel, Platform], [ChooseInstrument, Wait];
    ChannelUnavailable = "channel.unavailable", Platform, [B], [Payer], [ChooseInstrument];
    ChannelNotConfirmed = "channel.not_confirmed", Platform, [], [Payer], [Resume, ChooseInstrument];
    NetworkUnstable = "network.unstable", Device, [A, D, W], [Payer], [AwaitResult, SwitchNetwork, Recheck];
    NetworkDns = "network.dns", Device, [D], [Payer], [ChangeResolver, Recheck];
    NetworkProxyInterference = "network.proxy_interference", Device, [D], [Payer], [TurnOffProxy, Recheck];
    DeviceTransientFault = "device.transient_fault", Device, [A, D], [Payer], [RestartApp, Recheck];
    DeviceClockSkew = "device.clock_skew", Device, [D], [Payer], [SetClockAutomatic, Recheck];
    DevicePermissionDenied = "device.permission_denied", Device, [D], [Payer], [GrantPermission, Recheck];
    DeviceBackgroundInterference = "device.background_interference", Device, [D], [Payer], [StopBlocker, Recheck];
    DeviceOsOutdated = "device.os_outdated", Device, [D], [Payer], [UpdateOs, Recheck];
    DeviceLowPower = "device.low_power", Device, [W], [Payer], [ChargeDevice, Recheck];
    AppOutdated = "app.outdated", App, [A, D, W], [Payer], [UpdateApp, Recheck];
    AppCacheCorrupt = "app.cache_corrupt", App, [A, D], [Payer], [ClearCache, Recheck];
    AppBug = "app.bug", App, [D], [Payer, Platform], [UpdateApp, CloseConflictingApp, ChooseInstrument];
    AppSessionStale = "app.session_stale", App, [D, W], [Payer], [SignInAgain, TogglePaymentFunction, Resume];
    AppPartnerOutdated = "app.partner_outdated", App, [D], [Payer], [UpdatePartnerApp, ChooseInstrument];
    AccountFrozen = "account.frozen", Account, [A, D, B], [Payer, Platform], [RequestUnfreeze, AskChannelSupport];
    AccountRestricted = "account.restricted", Account, [D], [Payer, Platform], [Appeal, AskChannelSupport, ChooseInstrument];
    AccountCompromised = "account.compromised", Account, [D], [Payer], [SecureAccount, VerifyIdentity];
    AccountInfoChanged = "account.info_changed", Account, [A], [Payer], [ConfirmInfo, VerifyIdentity];
    AccountPhoneUnbound = "account.phone_unbound", Account, [A, W], [Payer], [BindPhone];
    IdentityUnverified = "identity.unverified", Identity, [A, D, W], [Payer], [VerifyIdentity, ChooseInstrument];
    IdentityNameMismatch = "identity.name_mismatch", Identity, [D], [Payer], [CorrectName, ChooseInstrument];
    IdentityExpired = "identity.expired", Identity, [D], [Payer], [RenewDocument];
    CardExpired = "card.expired", Card, [B, D], [Payer, Bank], [ChooseInstrument, ReplaceCard];
    CardNotActivated = "card.not_activated", Card, [D], [Payer, Bank], [ActivateCard, Recheck];
    CardOnlinePaymentDisabled = "card.online_payment_disabled", Card, [D], [Payer, Bank], [EnableOnlinePayment, TogglePaymentFunction, Recheck];
    CardDetailsWrong = "card.details_wrong", Card, [B, D], [Payer], [CorrectCardDetails, Rebind];
    CardStatusAbnormal = "card.status_abnormal", Card, [B, D], [Payer, Bank], [ChooseInstrument, AskBank, Recheck];
    CardReservedPhoneMismatch = "card.reserved_phone_mismatch", Card, [D], [Payer, Bank], [UseReservedPhone, UpdateReservedPhone];
    AuthPaymentPassword = "auth.payment_password", Card, [D], [Payer], [SetPaymentPassword, ResetPaymentPassword, WaitUntil];
    OtpNotReceived = "otp.not_received", OneTimeCode, [A, D], [Payer], [ResendCode, UseVoiceCode, UseOtherNumber];
    OtpIntercepted = "otp.intercepted", OneTimeCode, [D], [Payer], [CheckInterceptedMessages, ResendCode];
    OtpWrong = "otp.wrong", OneTimeCode, [], [Payer], [ResendCode];
    BindingBankUnsupported = "binding.bank_unsupported", Binding, [W, D], [Payer], [UseOtherCard];
    BindingBankRestricted = "binding.bank_restricted", Binding, [W], [Bank], [UseOtherCard, AskBank];
    BindingOperationError = "binding.operation_error", Binding, [W], [Payer], [ResumeBinding];
    BindingStale = "binding.stale", Binding, [D, B], [Payer], [Rebind, TogglePaymentFunction];
    PointsInsufficient = "points.insufficient", Points, [D], [Payer], [TopUpPoints, CombineInstruments];
    PointsUnofficialChannel = "points.unofficial_channel", Points, [D], [Payer], [TopUpPoints, Appeal];
    PointsRemainderMethod = "points.remainder_method", Points, [D], [Payer], [ChooseInstrument, Resume];
    FundsInsufficientBalance = "funds.insufficient_balance", Funds, [A, D], [Payer], [ChooseInstrument, TopUp, CombineInstruments];
    FundsCardInsufficient = "funds.card_insufficient", Funds, [B, D], [Payer], [ChooseInstrument, PayIn, WaitUntil];
    LimitPerTransaction = "limit.per_transaction", Limit, [D], [Payer, Bank], [ChooseInstrument, SplitPayment, RaiseLimit];
    LimitDaily = "limit.daily", Limit, [D], [Payer, Bank], [ChooseInstrument, WaitUntil, RaiseLimit];
    LimitMonthly = "limit.monthly", Limit, [D], [Payer, Bank], [ChooseInstrument, WaitUntil, RaiseLimit];
    LimitPlatform = "limit.platform", Limit, [D], [Payer, Platform], [ChooseInstrument, RaiseTier, AuthenticateStronger];
    AgreementExpired = "agreement.expired", Mandate, [D], [Payer], [SignMandate, ChooseInstrument];
    AgreementRevoked = "agreement.revoked", Mandate, [D], [Payer], [SignMandate, ChooseInstrument];
    RiskPlatformBlock = "risk.platform_block", Risk, [B, D], [Payer, Platform], [ConfirmItIsYou, Appeal];
    BankRiskBlock = "bank.risk_block", Risk, [D], [Payer, Bank], [AskBank, Recheck];
    BnplLineFrozen = "bnpl.line_frozen", PayLater, [], [Payer, Platform], [UnfreezeLine, ChooseInstrument];
    BnplOverdue = "bnpl.overdue", PayLater, [B], [Payer], [RepayBill];
    BnplAutopayOff = "bnpl.autopay_off", PayLater, [B], [Payer], [EnableAutoRepay];
    CreditScoreImpact = "credit.score_impact", PayLater, [B], [Payer], [RepayBill, ViewCreditReport];
    SupportEscalate = "support.escalate", PayLater, [A, D, B, W], [Payer, Support], [OpenTicket];
}

impl Cause {
    /// The cause of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_the_81_rows_of_the_seeds() {
        let rows: usize = Cause::ALL.iter().map(|cause| cause.systems().len()).sum();
        assert_eq!(rows, 81);
    }

    #[test]
    fn ids_are_unique_and_parse_back() {
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.id()), Some(*cause));
        }
        assert_eq!(Cause::parse("limit.hourly"), None);
    }

    #[test]
    fn groups_never_step_back() {
        for pair in Cause::ALL.windows(2) {
            assert!(pair[0].group() <= pair[1].group(), "{} stands before {}", pair[0].id(), pair[1].id());
        }
    }

    #[test]
    fn every_cause_has_somebody_who_acts_and_something_to_do() {
        for cause in Cause::ALL {
            assert!(!cause.who().is_empty() && !cause.operations().is_empty(), "{}", cause.id());
        }
    }
}
