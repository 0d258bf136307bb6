//! The tables in memory: parsed once, indexed by channel, family and code.
//!
//! A row that cannot be parsed is left out, so that its code is unrecognised and therefore undecided; the
//! tests prove that there is no such row.

use std::collections::HashMap;
use std::sync::LazyLock;

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use crate::{CodeResult, Meaning};

/// The channels and their tables; a row is family, code, message, result, resend, causes.
const SOURCES: &[(&str, &str)] = &[("alipay", include_str!("../data/alipay.tsv"))];

/// The family of the codes that a channel's gateway gives before it looks at the call, if it has one.
const GATEWAY: &str = "gateway";

static TABLE: LazyLock<Vec<Meaning>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .flat_map(|(channel, text)| rows(text).filter_map(|row| row.and_then(|row| meaning(channel, &row))))
        .collect()
});

type Key = (&'static str, &'static str, &'static str);

static BY_FAMILY: LazyLock<HashMap<Key, &'static Meaning>> =
    LazyLock::new(|| all().iter().map(|meaning| ((meaning.channel, meaning.family, meaning.code), meaning)).collect());

/// The gateway's codes under one roof: `gateway/40002` and its siblings share no code with each other.
static OF_GATEWAY: LazyLock<HashMap<(&'static str, &'static str), &'static Meaning>> = LazyLock::new(|| {
    all()
        .iter()
        .filter(|meaning| meaning.family.split('/').next() == Some(GATEWAY))
        .map(|meaning| ((meaning.channel, meaning.code), meaning))
        .collect()
});

/// What `code` means as the answer to a call of `family`: in exactly this family, or in the more general one
/// of the same call (`alipay.trade.pay/withhold`, then `alipay.trade.pay`), or at the channel's gateway.
/// `None` is *unrecognised*: treat it as undecided and report it.
pub fn look_up(channel: &str, family: &str, code: &str) -> Option<&'static Meaning> {
    let general = family.rsplit_once('/').map(|(call, _)| call);
    std::iter::once(family)
        .chain(general)
        .find_map(|family| BY_FAMILY.get(&(channel, family, code)))
        .or_else(|| OF_GATEWAY.get(&(channel, code)))
        .copied()
}

/// All that `code` may mean, over all channels and families.
pub fn meanings(code: &str) -> Vec<&'static Meaning> {
    all().iter().filter(|meaning| meaning.code == code).collect()
}

/// Every row of every table.
pub fn all() -> &'static [Meaning] {
    &TABLE
}

fn rows(text: &'static str) -> impl Iterator<Item = Option<csv::StringRecord>> {
    csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .from_reader(text.as_bytes())
        .into_records()
        .map(Result::ok)
}

fn meaning(channel: &'static str, row: &csv::StringRecord) -> Option<Meaning> {
    // The tables live as long as the process, so their cells may, too.
    let cell = |index| row.get(index).map(|text| &*String::leak(text.to_owned()));
    Some(Meaning {
        channel,
        family: cell(0)?,
        code: cell(1)?,
        message: cell(2)?,
        result: CodeResult::parse(row.get(3)?)?,
        resend_same_order: match row.get(4)? {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        causes: row.get(5)?.split_ascii_whitespace().map(cause).collect::<Option<_>>()?,
    })
}

fn cause(text: &str) -> Option<(Cause, Confidence)> {
    let (id, confidence) = text.split_once(':')?;
    Some((Cause::parse(id)?, Confidence::parse(confidence)?))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use CodeResult::{Accepted, Declined, Undecided};

    #[test]
    fn every_row_parses() {
        for (channel, text) in SOURCES {
            for (number, row) in rows(text).enumerate() {
                let row = row.unwrap_or_else(|| panic!("{channel}: row {number} is no row"));
                assert!(meaning(channel, &row).is_some(), "{channel}: row {number} cannot be read: {row:?}");
            }
        }
        assert_eq!(all().len(), 230);
    }

    #[test]
    fn no_key_stands_twice() {
        let mut seen = HashSet::new();
        let mut at_gateway = HashSet::new();
        for row in all() {
            assert!(seen.insert((row.channel, row.family, row.code)), "{} {} stands twice", row.family, row.code);
            if row.family.starts_with(GATEWAY) {
                assert!(at_gateway.insert((row.channel, row.code)), "{} is in two gateway families", row.code);
            }
        }
    }

    #[test]
    fn families_and_codes_are_clean() {
        let clean = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"./_".contains(&byte);
        for row in all() {
            assert!(row.family.bytes().all(clean), "{}", row.family);
            assert!(!row.code.is_empty() && row.code.trim() == row.code, "{:?}", row.code);
            assert!(row.message.trim() == row.message && !row.message.contains('"'), "{:?}", row.message);
        }
    }

    #[test]
    fn causes_stand_in_the_order_in_which_they_are_named() {
        for row in all() {
            let order: Vec<_> = row.causes.iter().map(|(cause, confidence)| (*confidence, *cause)).collect();
            assert!(order.is_sorted(), "{} {}: {:?}", row.family, row.code, row.causes);
            let certain = row.causes.iter().filter(|(_, confidence)| *confidence == Confidence::Certain).count();
            assert!(certain == 0 || row.causes.len() == 1, "{} cannot be certain and something else", row.code);
        }
    }

    #[test]
    fn codes_that_do_not_mean_what_they_seem() {
        for (family, code, result) in [
            // The call worked; whether money moved stands in the business fields.
            ("alipay.trade.pay/withhold", "10000", Accepted),
            ("alipay.trade.query", "10000", Accepted),
            // Only the sub-code speaks.
            ("alipay.trade.pay", "40004", Undecided),
            ("alipay.trade.pay", "10003", Undecided),
            ("alipay.trade.pay", "20000", Undecided),
            // The official misspellings.
            ("alipay.trade.pay", "isp.unknow-error", Undecided),
            ("alipay.trade.cancel", "AQC.SYSTEM_ERROR", Undecided),
            ("alipay.trade.cancel", "ACQ.SYSTEM_ERROR", Undecided),
            // Normal as long as the payer has not been there, and after a fault.
            ("alipay.trade.query", "ACQ.TRADE_NOT_EXIST", Undecided),
            // This period may have been deducted already.
            ("alipay.trade.pay/withhold", "ACQ.CYCLE_PAY_DATE_NOT_MATCH", Undecided),
            // The trade under our number has its own fate, which only a query tells.
            ("alipay.trade.pay", "ACQ.TRADE_HAS_SUCCESS", Undecided),
            ("alipay.trade.pay", "ACQ.TRADE_HAS_CLOSE", Undecided),
            ("alipay.trade.pay", "ACQ.CONTEXT_INCONSISTENT", Undecided),
            ("alipay.trade.close", "ACQ.TRADE_STATUS_ERROR", Undecided),
            // A refund that was refused so may have been made before.
            ("alipay.trade.refund", "ACQ.DISCORDANT_REPEAT_REQUEST", Undecided),
            ("alipay.trade.pay/withhold", "ACQ.BUYER_BALANCE_NOT_ENOUGH", Declined),
            ("alipay.trade.pay/withhold", "isv.invalid-signature", Declined),
        ] {
            let found = look_up("alipay", family, code).unwrap_or_else(|| panic!("{family} {code} is missing"));
            assert_eq!(found.result, result, "{family} {code}");
        }
    }

    /// Codes whose published text says that the result is not known, or that has to be asked for.
    const UNKNOWN: &[(&str, &str)] = &[
        ("gateway", "10003"),
        ("gateway", "20000"),
        ("gateway/20000", "isp.unknow-error"),
        ("gateway/20000", "aop.unknow-error"),
        ("alipay.trade.pay", "ACQ.SYSTEM_ERROR"),
        ("alipay.trade.pay/withhold", "ACQ.CYCLE_PAY_DATE_NOT_MATCH"),
        ("alipay.trade.query", "ACQ.SYSTEM_ERROR"),
        ("alipay.trade.query", "ACQ.TRADE_NOT_EXIST"),
        ("alipay.trade.cancel", "AQC.SYSTEM_ERROR"),
        ("alipay.trade.cancel", "ACQ.SYSTEM_ERROR"),
        ("alipay.trade.close", "ACQ.SYSTEM_ERROR"),
        ("alipay.trade.close", "ACQ.TRADE_STATUS_ERROR"),
        ("alipay.trade.close", "ACQ.REASON_TRADE_STATUS_INVALID"),
        ("alipay.trade.close", "ACQ.REASON_ILLEGAL_STATUS"),
        ("alipay.trade.refund", "ACQ.SYSTEM_ERROR"),
        ("alipay.trade.refund", "ACQ.DISCORDANT_REPEAT_REQUEST"),
        ("alipay.user.agreement.unsign", "SYSTEM_ERROR"),
        ("alipay.user.agreement.executionplan.modify", "SYSTEM_ERROR"),
    ];

    #[test]
    fn what_is_unknown_is_never_declined() {
        for (family, code) in UNKNOWN {
            let row = all().iter().find(|row| row.family == *family && row.code == *code);
            assert_eq!(row.map(|row| row.result), Some(Undecided), "{family} {code}");
        }
        for row in all().iter().filter(|row| row.code.ends_with("SYSTEM_ERROR") || row.code.contains("unknow-error")) {
            assert_eq!(row.result, Undecided, "{} {}", row.family, row.code);
        }
    }

    #[test]
    fn the_special_family_goes_before_the_general_one() {
        let family = |family, code| look_up("alipay", family, code).map(|meaning| meaning.family);
        let withhold = "alipay.trade.pay/withhold";
        assert_eq!(family(withhold, "ACQ.AGREEMENT_NOT_EXIST"), Some(withhold));
        assert_eq!(family(withhold, "ACQ.BUYER_BALANCE_NOT_ENOUGH"), Some("alipay.trade.pay"));
        assert_eq!(family(withhold, "isv.invalid-signature"), Some("gateway/40002"));
        assert_eq!(family(withhold, "20000"), Some("gateway"));
        assert_eq!(family("alipay.trade.pay", "ACQ.AGREEMENT_NOT_EXIST"), None);
    }

    #[test]
    fn what_nobody_published_is_unrecognised() {
        for (channel, family, code) in [
            ("alipay", "alipay.trade.pay", "ACQ.NEVER_SEEN"),
            // Misspelt only where the channel misspells it.
            ("alipay", "alipay.trade.pay", "AQC.SYSTEM_ERROR"),
            ("alipay", "alipay.trade.pay", ""),
            ("wechatpay", "alipay.trade.pay", "ACQ.SYSTEM_ERROR"),
        ] {
            assert_eq!(look_up(channel, family, code), None, "{channel} {family} {code}");
        }
        assert!(meanings("ACQ.NEVER_SEEN").is_empty());
        assert_eq!(meanings("ACQ.SYSTEM_ERROR").len(), 5);
    }

    #[test]
    fn what_the_payer_can_mend_is_named() {
        use Cause::{AgreementExpired, AgreementRevoked, FundsInsufficientBalance, LimitDaily};
        use Confidence::{Certain, Likely, Possible};
        let causes = |code| look_up("alipay", "alipay.trade.pay/withhold", code).map(|row| row.causes.clone());
        assert_eq!(causes("ACQ.BUYER_BALANCE_NOT_ENOUGH"), Some(vec![(FundsInsufficientBalance, Certain)]));
        assert_eq!(causes("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"), Some(vec![(LimitDaily, Certain)]));
        // "Does not exist or was withdrawn" is how a lapsed one may look, too.
        assert_eq!(
            causes("ACQ.AGREEMENT_NOT_EXIST"),
            Some(vec![(AgreementRevoked, Likely), (AgreementExpired, Possible)])
        );
    }
}
