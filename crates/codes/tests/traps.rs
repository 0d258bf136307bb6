//! Codes that do not mean what they seem: each trap that the channels' tables set, and the answer to it.

use tantu_codes::{CodeResult, Fix, Meaning, look_up, meanings};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use CodeResult::{Accepted, Declined, Succeeded, Undecided};
use Confidence::{Certain, Likely, Possible};

fn found(channel: &str, family: &str, code: &str) -> &'static Meaning {
    look_up(channel, family, code).unwrap_or_else(|| panic!("{channel} {family} {code} is missing"))
}

fn causes(channel: &str, family: &str, code: &str) -> Vec<Cause> {
    found(channel, family, code).causes.iter().map(|(cause, _)| *cause).collect()
}

/// The causes that are named first: all of the highest confidence.
fn first_group(channel: &str, family: &str, code: &str) -> Vec<Cause> {
    let all = &found(channel, family, code).causes;
    let best = all.first().map(|(_, confidence)| *confidence);
    all.iter().filter(|(_, confidence)| Some(*confidence) == best).map(|(cause, _)| *cause).collect()
}

#[test]
fn alipays_codes_speak_of_the_call() {
    for (family, code, result) in [
        // The call worked; whether money moved stands in the business fields.
        ("alipay.trade.pay/withhold", "10000", Accepted),
        ("alipay.trade.query", "10000", Accepted),
        // Only the sub-code speaks.
        ("alipay.trade.pay", "40004", Undecided),
        ("alipay.trade.pay", "10003", Undecided),
        ("alipay.trade.pay", "20000", Undecided),
        // Normal as long as the payer has not been there, and after a fault.
        ("alipay.trade.query", "ACQ.TRADE_NOT_EXIST", Undecided),
        // This period may have been deducted already.
        ("alipay.trade.pay/withhold", "ACQ.CYCLE_PAY_DATE_NOT_MATCH", Undecided),
        // The trade under our number has its own fate, which only a query tells.
        ("alipay.trade.pay", "ACQ.TRADE_HAS_SUCCESS", Undecided),
        ("alipay.trade.pay", "ACQ.TRADE_HAS_CLOSE", Undecided),
        ("alipay.trade.precreate", "ACQ.TRADE_HAS_SUCCESS", Undecided),
        ("alipay.trade.create", "ACQ.TRADE_HAS_CLOSE", Undecided),
        ("alipay.trade.pay", "ACQ.CONTEXT_INCONSISTENT", Undecided),
        ("alipay.trade.close", "ACQ.TRADE_STATUS_ERROR", Undecided),
        // A refund that was refused so may have been made before.
        ("alipay.trade.refund", "ACQ.DISCORDANT_REPEAT_REQUEST", Undecided),
        ("alipay.trade.pay/withhold", "ACQ.BUYER_BALANCE_NOT_ENOUGH", Declined),
        ("alipay.trade.pay/withhold", "isv.invalid-signature", Declined),
        ("alipay.fund.trans.uni.transfer", "BANK_RESPONSE_ERROR", Undecided),
        ("v3", "invalid-response-data", Undecided),
    ] {
        assert_eq!(found("alipay", family, code).result, result, "{family} {code}");
    }
}

#[test]
fn real_misspellings_are_found_as_they_are_sent() {
    for (channel, family, code) in [
        ("alipay", "alipay.trade.pay", "isp.unknow-error"),
        ("alipay", "alipay.trade.cancel", "AQC.SYSTEM_ERROR"),
        ("alipay", "alipay.trade.cancel", "ACQ.SYSTEM_ERROR"),
        ("alipay", "v3", "sevice-not-been-subscribed-to"),
        ("alipay", "alipay.user.agreement.unsign", "USER_NOT_EXSIT_ERROR"),
        ("alipay", "alipay.user.agreement.unsign", "AGREEMENT_NOT_EXSIT"),
        ("alipay", "alipay.fund.trans.uni.transfer", "PAYEE_ACCOUNT_NOT_EXSIT"),
        ("alipay", "alipay.fund.trans.uni.transfer", "RELEASE_USER_FORBBIDEN_RECIEVE"),
        ("alipay", "alipay.fund.trans.uni.transfer", "PAYEE_ACC_OCUPIED"),
        ("alipay", "alipay.fund.trans.uni.transfer", "PAYEE_NOT_RELNAME_CERTIFY"),
        ("alipay", "alipay.fund.trans.uni.transfer", "CURREBT_AFTER_INVALID_TIME"),
        ("wechatpay", "v2.micropay", "NOTSUPORTCARD"),
        ("wechatpay", "v3.transfer.fail_reason", "RECEIVE_ACCOUNT_NOT_PERMMIT"),
    ] {
        assert_eq!(found(channel, family, code).code, code);
    }
}

#[test]
fn either_spelling_finds_the_row() {
    for (one, other) in [
        ("SYSTEMERROR", "SYSTEM_ERROR"),
        ("NOAUTH", "NO_AUTH"),
        ("ORDERCLOSED", "ORDER_CLOSED"),
        ("ORDERNOTEXIST", "ORDER_NOT_EXIST"),
        ("RULELIMIT", "RULE_LIMIT"),
        ("ACCOUNTERROR", "ACCOUNT_ERROR"),
        ("BANKERROR", "BANK_ERROR"),
        ("NOTENOUGH", "NOT_ENOUGH"),
    ] {
        let family = "v3.transactions";
        let (found_one, found_other) = (found("wechatpay", family, one), found("wechatpay", family, other));
        assert_eq!(found_one.result, found_other.result, "{one}");
        assert_eq!(found_one.causes, found_other.causes, "{one}");
        let of_wechat = |code| meanings(code).into_iter().filter(|row| row.channel == "wechatpay").collect::<Vec<_>>();
        assert_eq!(of_wechat(one), of_wechat(other), "{one}");
    }
    // Only where the channel has both: Alipay never wrote SYSTEMERROR.
    assert_eq!(look_up("alipay", "alipay.user.agreement.unsign", "SYSTEMERROR"), None);
    assert!(meanings("SYSTEMERROR").iter().all(|row| row.channel == "wechatpay"));
    assert!(meanings("SYSTEM_ERROR").iter().any(|row| row.channel == "alipay"));
    assert_eq!(meanings("ACQ.SYSTEM_ERROR").len(), 7);
    // The spelling that stands goes before the other one.
    assert_eq!(found("wechatpay", "v2.transfer", "NO_AUTH").code, "NO_AUTH");
    assert_eq!(found("wechatpay", "v2.transfer", "NOAUTH").code, "NOAUTH");
    assert_eq!(found("wechatpay", "v2.micropay", "SYSTEM_ERROR").code, "SYSTEMERROR");
    assert_eq!(found("stripe", "error.type", "HTTP 502").result, Undecided);
}

#[test]
fn not_enough_is_the_payers_the_merchants_or_a_certificates() {
    let paying = [Cause::FundsInsufficientBalance, Cause::FundsCardInsufficient];
    for family in ["v2.micropay", "v2.unifiedorder", "v3.transactions", "v3.transactions/older"] {
        assert_eq!(causes("wechatpay", family, "NOTENOUGH"), paying, "{family}");
    }
    for family in ["v2.refund", "v3.refund", "v2.transfer", "v3.transfer"] {
        let row = found("wechatpay", family, "NOT_ENOUGH");
        assert_eq!((row.fix, row.causes.len()), (Some(Fix::TopUpMerchantAccount), 0), "{family}");
        assert!(row.resend_same_order, "{family}: under the same number, never a new one");
    }
    let row = found("wechatpay", "v3.certificates", "NOT_ENOUGH");
    assert_eq!((row.fix, row.causes.len()), (Some(Fix::UsePublicKey), 0));
}

#[test]
fn a_payer_without_funds_also_comes_as_something_else() {
    for family in ["v2.micropay", "v3.transactions", "v3.transactions/older"] {
        let causes = causes("wechatpay", family, "TRADE_ERROR");
        assert!(causes.contains(&Cause::FundsCardInsufficient), "{family}");
        assert!(causes.contains(&Cause::AccountRestricted), "{family}: one code, several causes");
        assert_eq!(found("wechatpay", family, "USERPAYING").result, Undecided, "{family}");
    }
}

#[test]
fn fifty_one_means_funds_in_field_39_and_nothing_in_unionpays_acp() {
    for family in ["field39.cups", "field39.1987"] {
        assert_eq!(found("iso8583", family, "51").causes, [(Cause::FundsCardInsufficient, Certain)]);
    }
    assert_eq!(look_up("unionpay", "acp", "51"), None);
    assert_eq!(found("unionpay", "acp", "64").causes, [(Cause::FundsCardInsufficient, Certain)]);
    assert!(causes("unionpay", "acp", "90").contains(&Cause::FundsCardInsufficient));
    // To whoever does not know the family, UnionPay's rule for unlisted codes leaves it open.
    let told: Vec<_> = meanings("51").iter().map(|row| (row.family, row.code, row.result)).collect();
    let of_field_39 = [("field39.cups", "51", Declined), ("field39.1987", "51", Declined)];
    assert_eq!(told[..1], [("acp.ranges", "30-59", Undecided)]);
    assert_eq!(told[1..], of_field_39);
}

#[test]
fn three_four_and_five_are_a_query_here_and_a_refusal_there() {
    for code in ["03", "04", "05"] {
        let results: Vec<_> = meanings(code).iter().map(|row| (row.channel, row.result)).collect();
        assert_eq!(
            results,
            [("unionpay", Undecided), ("iso8583", Declined), ("iso8583", Declined)],
            "the families disagree about {code}"
        );
    }
    assert_eq!(found("iso8583", "field39.cups", "03").fix, Some(Fix::CheckMerchantId));
    assert_eq!(first_group("iso8583", "field39.cups", "04"), [Cause::CardStatusAbnormal]);
}

#[test]
fn a6_is_a_defective_success_here_and_a_failure_there() {
    assert_eq!(found("unionpay", "acp", "A6").result, Accepted);
    assert_eq!(found("unionpay", "acp", "00").result, Accepted);
    assert_eq!(found("iso8583", "field39.1987", "A6").result, Declined);
    for code in ["R1", "R2", "R3", "R4", "10"] {
        assert_eq!(found("iso8583", "field39.cups", code).result, Accepted, "{code}");
    }
    for code in ["00", "11", "16"] {
        assert_eq!(found("iso8583", "field39.1987", code).result, Succeeded, "{code}");
    }
}

#[test]
fn one_product_of_unionpay_uses_numbers_of_another() {
    for (code, general, remittance) in
        [("06", Undecided, Declined), ("08", Undecided, Undecided), ("43", Declined, Declined)]
    {
        // 08 is in the remittance table alone.
        assert_eq!(look_up("unionpay", "acp", code).map_or(Undecided, |row| row.result), general, "{code}");
        assert_eq!(found("unionpay", "acp/remittance", code).result, remittance, "{code}");
    }
    assert_eq!(found("unionpay", "acp/remittance", "90").fix, Some(Fix::TopUpMerchantAccount));
    assert_eq!(found("unionpay", "acp/remittance", "03").family, "acp");
}

#[test]
fn one_code_of_a_bank_hides_many_reasons() {
    use Cause::{
        BankRiskBlock, CardNotActivated, CardReservedPhoneMismatch, CardStatusAbnormal, IdentityNameMismatch,
        LimitDaily, LimitMonthly, LimitPerTransaction,
    };
    // 挂失, 销户, 未激活 and 不动户 all come as 62; UnionPay's 63 is any abnormal card.
    assert_eq!(first_group("iso8583", "field39.cups", "62"), [CardNotActivated, CardStatusAbnormal]);
    assert_eq!(first_group("unionpay", "acp", "63"), [CardNotActivated, CardStatusAbnormal]);
    assert_eq!(first_group("unionpay", "acp", "66"), [IdentityNameMismatch, CardReservedPhoneMismatch]);
    assert_eq!(first_group("unionpay", "acp", "33"), [LimitPerTransaction, LimitDaily, LimitMonthly]);
    assert_eq!(first_group("unionpay", "acp", "81"), [LimitMonthly]);
    // A lost card was once seen as 55, a wrong PIN.
    let wrong_pin = &found("iso8583", "field39.cups", "55").causes;
    assert_eq!(wrong_pin[..], [(Cause::AuthPaymentPassword, Likely), (CardStatusAbnormal, Possible)]);
    // Nothing certain is said where the bank says nothing.
    for (channel, family, code) in
        [("iso8583", "field39.1987", "05"), ("unionpay", "acp", "60"), ("adyen", "refusal", "2")]
    {
        let row = found(channel, family, code);
        assert!(row.causes.iter().all(|(_, confidence)| *confidence == Possible), "{channel} {code}");
        assert!(row.causes.contains(&(BankRiskBlock, Possible)), "{channel} {code}");
    }
}

#[test]
fn papay_can_fail_inside_a_success() {
    let row = found("wechatpay", "v2.papay.trade_state", "PAY_FAIL");
    assert_eq!((row.result, row.resend_same_order, row.fix), (Declined, false, Some(Fix::NewOrderNumber)));
    assert_eq!(found("wechatpay", "v2.papay", "ORDER_ACCEPTED").result, Undecided);
    assert_eq!(found("wechatpay", "v2.papay.notify", "0").result, Undecided);
    // Each new payment code needs a new number.
    for code in ["AUTHCODEEXPIRE", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID", "NOTENOUGH", "NOTSUPORTCARD"] {
        assert!(!found("wechatpay", "v2.micropay", code).resend_same_order, "{code}");
    }
}

#[test]
fn a_message_never_decides_about_money() {
    let rows: Vec<_> = meanings("INVALID_REQUEST").into_iter().filter(|row| row.family == "v3.payscore").collect();
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| !row.when.is_empty() && row.result == Undecided));
    let alone = found("wechatpay", "v3.payscore", "INVALID_REQUEST");
    assert_eq!((alone.result, alone.resend_same_order), (Undecided, false), "the most cautious of them");
    assert_eq!(found("wechatpay", "v3.payscore", "TRADE_ERROR").result, Undecided, "WeChat goes on collecting");
}

#[test]
fn a_transfer_is_never_sent_again_under_a_new_number_by_a_code_alone() {
    assert_eq!(found("wechatpay", "v3.transfer", "INVALID_REQUEST").result, Undecided);
    assert_eq!(found("wechatpay", "v3.transfer", "(any new code)").result, Undecided);
    assert_eq!(found("wechatpay", "v3.refund", "RATELIMIT_EXCEEDED").result, Undecided);
    assert_eq!(found("wechatpay", "v3.transactions", "RATELIMIT_EXCEEDED").result, Declined);
}

#[test]
fn the_special_family_goes_before_the_general_one() {
    let family = |channel, family, code| look_up(channel, family, code).map(|meaning| meaning.family);
    let withhold = "alipay.trade.pay/withhold";
    assert_eq!(family("alipay", withhold, "ACQ.AGREEMENT_NOT_EXIST"), Some(withhold));
    assert_eq!(family("alipay", withhold, "ACQ.BUYER_BALANCE_NOT_ENOUGH"), Some("alipay.trade.pay"));
    assert_eq!(family("alipay", withhold, "isv.invalid-signature"), Some("gateway/40002"));
    assert_eq!(family("alipay", withhold, "20000"), Some("gateway"));
    assert_eq!(family("alipay", "alipay.trade.pay", "ACQ.AGREEMENT_NOT_EXIST"), None);
    let unfreeze = "alipay.fund.auth.order.unfreeze";
    assert_eq!(family("alipay", "alipay.fund.auth.operation.cancel", "AUTH_ORDER_NOT_EXIST"), Some(unfreeze));
    assert_eq!(family("alipay", "alipay.data.bill.balance.query", "NO_BILL_DATA"), Some("alipay.data.bill"));
    assert_eq!(family("wechatpay", "v3.transactions", "USERPAYING"), Some("v3.transactions/older"));
    assert_eq!(family("wechatpay", "v3.transactions", "USER_NOT_EXIST"), Some("v3.common"));
    assert_eq!(family("wechatpay", "v3.refund", "USER_ACCOUNT_ABNORMAL"), Some("v3.refund"));
}

#[test]
fn what_the_payer_can_mend_is_named() {
    let causes = |code| found("alipay", "alipay.trade.pay/withhold", code).causes.clone();
    assert_eq!(causes("ACQ.BUYER_BALANCE_NOT_ENOUGH"), [(Cause::FundsInsufficientBalance, Certain)]);
    assert_eq!(causes("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"), [(Cause::LimitDaily, Certain)]);
    // "Does not exist or was withdrawn" is how a lapsed one may look, too.
    let gone = [(Cause::AgreementRevoked, Likely), (Cause::AgreementExpired, Possible)];
    assert_eq!(causes("ACQ.AGREEMENT_NOT_EXIST"), gone);
}
