//! The questions that tell causes apart, for somebody who cannot say more than that it does not work.
//!
//! A question has a closed set of replies, and each names the causes that it speaks for. Nobody has to know anything
//! for it but what stands on the screen, what was done last, or what happens if something else is tried.

use crate::cause::Cause;

macro_rules! questions {
    ($( $question:ident = $id:literal { $( $reply:ident = $reply_id:literal [$($cause:ident),*]; )* } )*) => {
        /// Something that is asked. In the order of the guided check: the simple before the deep.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is its id; words for it live in tantu-explain")]
        pub enum Question { $( $question, )* }

        /// What may be replied to it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each variant is its id; words for it live in tantu-explain")]
        pub enum Reply { $( $( $reply, )* )* }

        impl Question {
            /// Every question, in order.
            pub const ALL: &'static [Question] = &[$( Question::$question, )*];

            /// The id that the API and the pages use.
            pub fn id(self) -> &'static str {
                match self { $( Self::$question => $id, )* }
            }

            /// What may be replied, in the order in which it is shown.
            pub fn replies(self) -> &'static [Reply] {
                match self { $( Self::$question => &[$( Reply::$reply, )*], )* }
            }
        }

        impl Reply {
            /// Every reply.
            pub const ALL: &'static [Reply] = &[$( $( Reply::$reply, )* )*];

            /// The id that the API and the pages use: unique over all questions.
            pub fn id(self) -> &'static str {
                match self { $( $( Self::$reply => concat!($id, ".", $reply_id), )* )* }
            }

            /// What it replies to.
            pub fn question(self) -> Question {
                match self { $( $( Self::$reply => Question::$question, )* )* }
            }

            /// The causes that it speaks for; none if it tells nothing.
            pub fn speaks_for(self) -> &'static [Cause] {
                match self { $( $( Self::$reply => &[$( Cause::$cause, )*], )* )* }
            }
        }
    };
}

questions! {
    Shown = "shown" {
        ShownShort = "short" [FundsInsufficientBalance, FundsCardInsufficient, PointsInsufficient, PointsUnofficialChannel,
            PointsRemainderMethod];
        ShownLimit = "limit" [LimitPerTransaction, LimitDaily, LimitMonthly, LimitPlatform];
        ShownCode = "code" [OtpNotReceived, OtpIntercepted, CardReservedPhoneMismatch, AccountPhoneUnbound];
        ShownPassword = "password" [AuthPaymentPassword];
        ShownAccount = "account" [AccountFrozen, AccountRestricted, AccountCompromised, AccountInfoChanged, RiskPlatformBlock];
        ShownIdentity = "identity" [IdentityUnverified, IdentityNameMismatch, IdentityExpired, AccountInfoChanged];
        ShownCard = "card" [CardExpired, CardNotActivated, CardOnlinePaymentDisabled, CardDetailsWrong, CardStatusAbnormal,
            CardReservedPhoneMismatch, BindingBankUnsupported, BindingBankRestricted, BindingOperationError, BindingStale,
            BankRiskBlock, ChannelUnavailable];
        ShownLine = "line" [NetworkUnstable, NetworkDns, NetworkProxyInterference, DeviceClockSkew, DeviceTransientFault,
            DeviceBackgroundInterference];
        ShownApp = "app" [AppOutdated, AppCacheCorrupt, AppBug, AppSessionStale, AppPartnerOutdated, DeviceOsOutdated,
            DevicePermissionDenied, DeviceLowPower, DeviceTransientFault];
        ShownBusy = "busy" [PlatformOverloaded, PlatformOutage, ChannelInterfaceFault, ChannelUnavailable];
        ShownMandate = "mandate" [AgreementExpired, AgreementRevoked, BindingStale];
        ShownBill = "bill" [BnplLineFrozen, BnplOverdue, BnplAutopayOff, CreditScoreImpact, FundsCardInsufficient];
        ShownNothing = "nothing" [DeviceTransientFault, AppBug, AppCacheCorrupt, BankRiskBlock, NetworkUnstable,
            DeviceBackgroundInterference, SupportEscalate, ChannelNotConfirmed];
    }
    Others = "others" {
        OthersToo = "too" [PlatformOverloaded, PlatformOutage, ChannelInterfaceFault];
        OthersFine = "fine" [NetworkUnstable, NetworkDns, NetworkProxyInterference, DeviceTransientFault, DeviceClockSkew,
            DevicePermissionDenied, DeviceBackgroundInterference, DeviceOsOutdated, DeviceLowPower, AppOutdated,
            AppCacheCorrupt, AppBug, AppSessionStale, AppPartnerOutdated, AccountFrozen, AccountRestricted,
            AccountCompromised, AccountInfoChanged, IdentityUnverified, IdentityExpired, BankRiskBlock];
        OthersUnknown = "unknown" [];
    }
    OtherWay = "other_way" {
        OtherWayPays = "pays" [ChannelInterfaceFault, ChannelUnavailable, FundsInsufficientBalance, FundsCardInsufficient,
            LimitPerTransaction, LimitDaily, LimitMonthly, LimitPlatform, CardExpired, CardNotActivated,
            CardOnlinePaymentDisabled, CardDetailsWrong, CardStatusAbnormal, CardReservedPhoneMismatch,
            BindingBankUnsupported, BindingBankRestricted, BindingStale, AgreementExpired, AgreementRevoked, BankRiskBlock,
            PointsInsufficient, PointsUnofficialChannel, PointsRemainderMethod, AppPartnerOutdated, BnplLineFrozen,
            BnplOverdue, CreditScoreImpact];
        OtherWayFails = "fails" [PlatformOverloaded, PlatformOutage, NetworkUnstable, NetworkDns, NetworkProxyInterference,
            DeviceTransientFault, DeviceClockSkew, DevicePermissionDenied, DeviceBackgroundInterference, DeviceOsOutdated,
            AppOutdated, AppCacheCorrupt, AppBug, AppSessionStale, AccountFrozen, AccountRestricted, AccountCompromised,
            AccountInfoChanged, AccountPhoneUnbound, IdentityUnverified, IdentityExpired, AuthPaymentPassword,
            RiskPlatformBlock, SupportEscalate];
        OtherWayUntried = "untried" [];
    }
    OtherNetwork = "other_network" {
        OtherNetworkPays = "pays" [NetworkUnstable, NetworkDns, NetworkProxyInterference];
        OtherNetworkFails = "fails" [DeviceTransientFault, DeviceClockSkew, DevicePermissionDenied,
            DeviceBackgroundInterference, DeviceOsOutdated, AppOutdated, AppCacheCorrupt, AppBug, AppSessionStale,
            PlatformOutage, PlatformOverloaded, ChannelInterfaceFault];
    }
    Restarted = "restarted" {
        RestartedPays = "pays" [DeviceTransientFault];
        RestartedFails = "fails" [AppBug, AppCacheCorrupt, AppOutdated, AppSessionStale, DeviceClockSkew, DeviceOsOutdated,
            DevicePermissionDenied, DeviceBackgroundInterference, NetworkDns, NetworkProxyInterference];
    }
    OnPhone = "on_phone" {
        OnPhoneProxy = "proxy" [NetworkProxyInterference];
        OnPhoneDns = "dns" [NetworkDns];
        OnPhoneClock = "clock" [DeviceClockSkew];
        OnPhonePermission = "permission" [DevicePermissionDenied];
        OnPhoneBlocker = "blocker" [DeviceBackgroundInterference];
        OnPhoneOld = "old" [DeviceOsOutdated];
        OnPhonePower = "power" [DeviceLowPower];
        OnPhoneNone = "none" [NetworkUnstable, DeviceTransientFault, AppBug, AppCacheCorrupt];
    }
    InApp = "in_app" {
        InAppUpdate = "update" [AppOutdated];
        InAppPartner = "partner" [AppPartnerOutdated];
        InAppCrash = "crash" [AppBug];
        InAppSignIn = "sign_in" [AppSessionStale];
        InAppStale = "stale" [AppCacheCorrupt];
        InAppNone = "none" [DeviceTransientFault, NetworkUnstable];
    }
    Notice = "notice" {
        NoticeFrozen = "frozen" [AccountFrozen];
        NoticeRestricted = "restricted" [AccountRestricted];
        NoticeStolen = "stolen" [AccountCompromised];
        NoticeRisk = "risk" [RiskPlatformBlock];
        NoticeChanged = "changed" [AccountInfoChanged];
        NoticeNone = "none" [BankRiskBlock, SupportEscalate];
    }
    Identity = "identity" {
        IdentityNever = "never" [IdentityUnverified];
        IdentityName = "name" [IdentityNameMismatch];
        IdentityDocument = "document" [IdentityExpired];
        IdentityNew = "new" [AccountInfoChanged];
    }
    WhichLimit = "which_limit" {
        WhichLimitOne = "one" [LimitPerTransaction];
        WhichLimitDay = "day" [LimitDaily];
        WhichLimitMonth = "month" [LimitMonthly];
        WhichLimitTier = "tier" [LimitPlatform];
    }
    SmallAmount = "small_amount" {
        SmallAmountPays = "pays" [LimitPerTransaction, LimitPlatform, FundsInsufficientBalance, FundsCardInsufficient,
            BankRiskBlock, RiskPlatformBlock];
        SmallAmountFails = "fails" [CardExpired, CardNotActivated, CardOnlinePaymentDisabled, CardStatusAbnormal,
            AccountFrozen, AccountRestricted, BindingStale, LimitDaily, LimitMonthly, ChannelUnavailable];
    }
    Short = "short" {
        ShortBalance = "balance" [FundsInsufficientBalance];
        ShortCard = "card" [FundsCardInsufficient];
        ShortPoints = "points" [PointsInsufficient];
        ShortRest = "rest" [PointsRemainderMethod];
        ShortQuarantine = "quarantine" [PointsUnofficialChannel];
    }
    CodeWhere = "code_where" {
        CodeBlocked = "blocked" [OtpIntercepted];
        CodeNowhere = "nowhere" [OtpNotReceived];
        CodeOldNumber = "old_number" [CardReservedPhoneMismatch];
        CodeNoNumber = "no_number" [AccountPhoneUnbound];
    }
    CardState = "card_state" {
        CardStateDate = "date" [CardExpired];
        CardStateNew = "new" [CardNotActivated];
        CardStateOffline = "offline" [CardOnlinePaymentDisabled];
        CardStateNowhere = "nowhere" [CardStatusAbnormal];
        CardStateWorked = "worked" [BindingStale, BankRiskBlock, CardDetailsWrong];
        CardStateBinding = "binding" [BindingBankUnsupported, BindingBankRestricted, BindingOperationError,
            CardDetailsWrong, CardReservedPhoneMismatch];
    }
    BindingSaid = "binding_said" {
        BindingUnlisted = "unlisted" [BindingBankUnsupported];
        BindingRefused = "refused" [BindingBankRestricted];
        BindingDetails = "details" [CardDetailsWrong];
        BindingPhone = "phone" [CardReservedPhoneMismatch];
        BindingStopped = "stopped" [BindingOperationError];
        BindingName = "name" [IdentityNameMismatch];
    }
    BankSaid = "bank_said" {
        BankSaidRisk = "risk" [BankRiskBlock];
        BankSaidState = "state" [CardStatusAbnormal];
        BankSaidOnline = "online" [CardOnlinePaymentDisabled];
        BankSaidBinding = "binding" [BindingBankRestricted];
        BankSaidUnbound = "unbound" [BindingStale];
        BankSaidNothing = "nothing" [ChannelInterfaceFault, ChannelUnavailable, SupportEscalate];
    }
    Mandate = "mandate" {
        MandateEnded = "ended" [AgreementExpired];
        MandateCancelled = "cancelled" [AgreementRevoked];
        MandateCard = "card" [BindingStale];
    }
    Bill = "bill" {
        BillOverdue = "overdue" [BnplOverdue];
        BillAutopay = "autopay" [BnplAutopayOff];
        BillScore = "score" [CreditScoreImpact];
        BillCard = "card" [FundsCardInsufficient];
        BillMethod = "method" [ChannelUnavailable];
    }
    Service = "service" {
        ServiceBusy = "busy" [PlatformOverloaded];
        ServiceMaintenance = "maintenance" [PlatformOutage];
        ServiceChannel = "channel" [ChannelInterfaceFault];
        ServiceMethod = "method" [ChannelUnavailable];
    }
}

impl Question {
    /// The question of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|question| question.id() == id)
    }
}

impl Reply {
    /// The reply of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reply| reply.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_parse_back() {
        for question in Question::ALL {
            assert_eq!(Question::parse(question.id()), Some(*question));
            assert!(question.replies().len() >= 2, "{question:?} tells nothing");
        }
        for reply in Reply::ALL {
            assert_eq!(Reply::parse(reply.id()), Some(*reply));
            assert!(reply.question().replies().contains(reply));
        }
    }

    #[test]
    fn every_cause_of_the_seeds_is_singled_out_by_some_reply() {
        let alone: BTreeSet<Cause> = Reply::ALL
            .iter()
            .filter(|reply| reply.speaks_for().len() == 1)
            .map(|reply| reply.speaks_for()[0])
            .collect();
        let not_asked = [Cause::NetworkUnstable, Cause::SupportEscalate];
        for cause in Cause::ALL.iter().filter(|cause| !cause.systems().is_empty() && !not_asked.contains(cause)) {
            assert!(alone.contains(cause), "no reply singles out {}", cause.id());
        }
    }
}
