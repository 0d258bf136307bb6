//! What the help centre has articles about besides single causes: the matters that people look for by name.

use tantu_domain::cause::Cause;

macro_rules! topics {
    ($( $(#[$doc:meta])* $variant:ident = $id:literal [$($cause:ident),*]; )*) => {
        /// A topic of the help centre. In the order of its list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Topic { $( $(#[$doc])* $variant, )* }

        impl Topic {
            /// Every topic, in order.
            pub const ALL: &'static [Topic] = &[$( Topic::$variant, )*];

            /// The id that its address has. No cause has one like it: those have a dot.
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )* }
            }

            /// The causes that it leads to, the commonest first: those are what a check that begins here looks for.
            pub fn causes(self) -> &'static [Cause] {
                match self { $( Self::$variant => &[$( Cause::$cause, )*], )* }
            }
        }
    };
}

topics! {
    /// Binding a bank card.
    BindingACard = "binding-a-card" [CardReservedPhoneMismatch, CardDetailsWrong, BindingBankUnsupported, IdentityNameMismatch,
        BindingBankRestricted, BindingOperationError, BindingStale, CardNotActivated, CardOnlinePaymentDisabled, CardExpired,
        CardStatusAbnormal, DeviceLowPower];
    /// Codes that do not come.
    Codes = "codes" [OtpNotReceived, OtpIntercepted, CardReservedPhoneMismatch, AccountPhoneUnbound, OtpWrong,
        DevicePermissionDenied];
    /// Limits of every owner.
    Limits = "limits" [LimitDaily, LimitPerTransaction, LimitMonthly, LimitPlatform, IdentityUnverified];
    /// Money: balances, and cards that are short.
    Money = "money" [FundsInsufficientBalance, FundsCardInsufficient, ChannelUnavailable];
    /// Mandates, and confirming at a channel.
    Mandates = "mandates" [AgreementExpired, AgreementRevoked, ChannelNotConfirmed, AppPartnerOutdated];
    /// Pay later and auto-repay.
    PayLater = "pay-later" [BnplOverdue, BnplAutopayOff, CreditScoreImpact, BnplLineFrozen, FundsCardInsufficient,
        ChannelUnavailable, CardExpired];
    /// Points.
    Points = "points" [PointsInsufficient, PointsUnofficialChannel, PointsRemainderMethod];
    /// Safety: freezes, checks, the pay password, the identity.
    Safety = "safety" [AccountFrozen, RiskPlatformBlock, AccountCompromised, AuthPaymentPassword, BankRiskBlock, AccountRestricted,
        AccountInfoChanged, IdentityUnverified, IdentityExpired, IdentityNameMismatch];
    /// The network, the phone and the app.
    Device = "device" [NetworkUnstable, DeviceTransientFault, AppOutdated, NetworkProxyInterference, NetworkDns, DeviceClockSkew,
        DevicePermissionDenied, DeviceBackgroundInterference, DeviceOsOutdated, AppCacheCorrupt, AppBug, AppSessionStale];
    /// Faults and maintenance that hit many.
    Outages = "outages" [PlatformOutage, ChannelInterfaceFault, PlatformOverloaded, SupportEscalate];
}

impl Topic {
    /// The topic of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|topic| topic.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cause_is_led_to_by_a_topic() {
        let led: BTreeSet<Cause> = Topic::ALL.iter().flat_map(|topic| topic.causes()).copied().collect();
        let left: Vec<&str> = Cause::ALL.iter().filter(|cause| !led.contains(cause)).map(|cause| cause.id()).collect();
        assert!(left.is_empty(), "no topic leads to {left:?}");
    }

    #[test]
    fn ids_are_unlike_each_other_and_unlike_a_causes() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.id()), Some(*topic));
            assert_eq!(Cause::parse(topic.id()), None);
            assert!(!["check", "words"].contains(&topic.id()), "{topic:?} has the address of another page");
        }
        assert_eq!(Topic::parse("anything"), None);
    }
}
