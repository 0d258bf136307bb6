//! What is known not to be the cause of a payment's failure, so that nobody is asked about it: what a decision has looked at
//! and found in order, and what an instrument of this kind cannot have.
//!
//! Only what our own check settles is left out. A limit that is not used up here may be used up at the bank, and an account
//! that is active here may be frozen at the channel; about those somebody may have to be asked.

use crate::card::CardKind;
use crate::cause::{Cause, CauseGroup};
use crate::check::{Check, Rule};
use crate::ids::InstrumentId;
use crate::instrument::Product;

/// The causes that nobody needs to be asked about, for this instrument.
pub fn in_order(checks: &[Check], chosen: InstrumentId, product: Product, with_points: bool) -> Vec<Cause> {
    let is_own = |check: &&Check| check.instrument.is_none_or(|instrument| instrument == chosen);
    let own: Vec<&Check> = checks.iter().filter(is_own).collect();
    // One rule may be looked at several times, as a limit's is; it is in order only if it held each time.
    let settled = |cause: &Cause| {
        let mut about = own.iter().filter(|check| settles(check.rule, product).contains(cause)).peekable();
        about.peek().is_some() && about.all(|check| check.held)
    };
    Cause::ALL.iter().copied().filter(|cause| !concerns(*cause, product, with_points) || settled(cause)).collect()
}

/// The causes that are out of the question where this rule holds.
fn settles(rule: Rule, product: Product) -> &'static [Cause] {
    match rule {
        Rule::PlatformInService => &[Cause::PlatformOutage],
        Rule::DeviceClock => &[Cause::DeviceClockSkew],
        Rule::AppVersion => &[Cause::AppOutdated],
        Rule::SystemVersion => &[Cause::DeviceOsOutdated],
        Rule::Configuration => &[Cause::AppCacheCorrupt],
        Rule::PartnerVersion => &[Cause::AppPartnerOutdated],
        Rule::DetailsConfirmed => &[Cause::AccountInfoChanged],
        Rule::PhoneBound => &[Cause::AccountPhoneUnbound],
        Rule::ChannelOffered => &[Cause::ChannelUnavailable],
        Rule::WalletBalance => &[Cause::FundsInsufficientBalance],
        Rule::PointsEnough => &[Cause::PointsInsufficient, Cause::PointsUnofficialChannel],
        Rule::MandateEnd => &[Cause::AgreementExpired],
        Rule::LineOpen => &[Cause::BnplLineFrozen],
        Rule::NothingOverdue => &[Cause::BnplOverdue],
        Rule::CreditScore => &[Cause::CreditScoreImpact],
        Rule::TierCeiling => &[Cause::LimitPlatform],
        Rule::PasswordFree | Rule::PasswordProven => &[Cause::AuthPaymentPassword],
        Rule::BankCodeFree | Rule::BankCodeGiven => &[Cause::OtpNotReceived, Cause::OtpIntercepted],
        _ if product == Product::Wallet => settles_of_wallet(rule),
        Rule::AccountActive => &[Cause::AccountCompromised],
        _ => &[],
    }
}

/// The same of the wallet, of which nobody else knows anything.
fn settles_of_wallet(rule: Rule) -> &'static [Cause] {
    match rule {
        Rule::AccountActive => {
            &[Cause::AccountFrozen, Cause::AccountRestricted, Cause::AccountCompromised, Cause::RiskPlatformBlock]
        }
        Rule::IdentityVerified => &[Cause::IdentityUnverified],
        Rule::DocumentGood => &[Cause::IdentityExpired],
        Rule::PerTransaction | Rule::OwnPerTransaction => &[Cause::LimitPerTransaction],
        Rule::PerDay | Rule::OwnPerDay => &[Cause::LimitDaily],
        Rule::PerMonth | Rule::OwnPerMonth => &[Cause::LimitMonthly],
        _ => &[],
    }
}

/// Whether a payment by this product can fail for it at all.
fn concerns(cause: Cause, product: Product, with_points: bool) -> bool {
    let card = matches!(product, Product::Card(CardKind::Debit | CardKind::Credit | CardKind::Prepaid));
    let mandate = matches!(product, Product::ChannelMandate(_));
    let channel = card || mandate || matches!(product, Product::ChannelConfirmed(_));
    match cause.group() {
        CauseGroup::Platform => {
            channel
                || !matches!(
                    cause,
                    Cause::ChannelInterfaceFault | Cause::ChannelUnavailable | Cause::ChannelNotConfirmed
                )
        }
        // Only a binding asks for power.
        CauseGroup::Device => cause != Cause::DeviceLowPower,
        CauseGroup::App => channel || cause != Cause::AppPartnerOutdated,
        CauseGroup::Account | CauseGroup::OneTimeCode => true,
        CauseGroup::Identity => product != Product::Points,
        CauseGroup::Card => channel || cause == Cause::AuthPaymentPassword,
        CauseGroup::Binding => card && cause == Cause::BindingStale,
        CauseGroup::Points => with_points || product == Product::Points,
        CauseGroup::Funds => match cause {
            Cause::FundsCardInsufficient => channel,
            _ => !card && product != Product::PayLater,
        },
        CauseGroup::Limit => product != Product::Points,
        CauseGroup::Mandate => mandate,
        CauseGroup::Risk => channel || cause != Cause::BankRiskBlock,
        CauseGroup::PayLater => match cause {
            // When a due date passes unpaid is no question of an order.
            Cause::BnplAutopayOff => false,
            Cause::SupportEscalate => true,
            _ => product == Product::PayLater,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::Channel;
    use crate::evidence::Value;
    use crate::money::Money;

    fn chosen() -> InstrumentId {
        InstrumentId::from_bytes([7; 16]).unwrap()
    }

    fn check(rule: Rule, held: bool) -> Check {
        Check { rule, instrument: Some(chosen()), input: Value::Unknown, threshold: Value::Unknown, held }
    }

    #[test]
    fn what_our_own_check_settles_is_out_of_the_question() {
        let balance = Money::cny(5_000);
        let enough = Check::new(Rule::WalletBalance, Some(chosen()), Value::Money(balance), Value::Money(balance));
        let fine = in_order(&[enough], chosen(), Product::Wallet, false);
        assert!(fine.contains(&Cause::FundsInsufficientBalance) && fine.contains(&Cause::AgreementRevoked), "{fine:?}");
        assert!(!fine.contains(&Cause::AccountFrozen), "nobody has looked at the account: {fine:?}");
    }

    #[test]
    fn what_others_may_know_better_is_still_asked() {
        let mandate = Product::ChannelMandate(Channel::Alipay);
        let checks = [check(Rule::PerDay, true), check(Rule::AccountActive, true), check(Rule::MandateActive, true)];
        let fine = in_order(&checks, chosen(), mandate, false);
        for open in [Cause::LimitDaily, Cause::AccountFrozen, Cause::AgreementRevoked] {
            assert!(!fine.contains(&open), "{open:?} is known at the channel alone");
        }
        assert!(fine.contains(&Cause::AccountCompromised) && fine.contains(&Cause::PointsInsufficient));
    }

    #[test]
    fn a_rule_that_did_not_hold_once_settles_nothing() {
        let checks = [check(Rule::PerDay, true), check(Rule::OwnPerDay, false)];
        assert!(!in_order(&checks, chosen(), Product::Wallet, false).contains(&Cause::LimitDaily));
        let of_another = Check { instrument: InstrumentId::from_bytes([8; 16]), ..check(Rule::WalletBalance, true) };
        assert!(!in_order(&[of_another], chosen(), Product::Wallet, false).contains(&Cause::FundsInsufficientBalance));
    }
}
