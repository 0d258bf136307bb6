//! The operator's own rows go before ours, are shown as such, and are refused when they say nothing sensible.

use tantu_codes::{CodeResult, Override, OverrideError, Tables, all, look_up};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

fn of(channel: &str, family: &str, code: &str) -> Override {
    Override {
        channel: channel.to_owned(),
        family: family.to_owned(),
        code: code.to_owned(),
        note: "told by their support on 1 June".to_owned(),
        ..Override::default()
    }
}

#[test]
fn what_is_not_said_stays_as_it_is() {
    let row = Override {
        causes: Some(vec!["limit.daily:possible".to_owned(), "account.frozen:likely".to_owned()]),
        ..of("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL")
    };
    let tables = Tables::with(&[row]).unwrap();
    let built_in = look_up("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL").unwrap();
    let changed = tables.look_up("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL").unwrap();
    assert_eq!((changed.result, changed.resend_same_order), (built_in.result, built_in.resend_same_order));
    assert_eq!(changed.causes, [(Cause::AccountFrozen, Confidence::Likely), (Cause::LimitDaily, Confidence::Possible)]);
    assert!(changed.overridden && !built_in.overridden);
    assert_eq!(changed.note, "told by their support on 1 June");
    assert_eq!(tables.all().len(), all().len());
    assert_eq!(tables.all().iter().filter(|row| row.overridden).count(), 1);
}

#[test]
fn a_new_row_is_found_and_needs_a_result() {
    let new = of("alipay", "alipay.trade.pay", "ACQ.BRAND_NEW");
    assert!(matches!(Tables::with(std::slice::from_ref(&new)), Err(OverrideError::NoResult(_))));
    let tables = Tables::with(&[Override { result: Some("declined".to_owned()), ..new }]).unwrap();
    let row = tables.look_up("alipay", "alipay.trade.pay/withhold", "ACQ.BRAND_NEW").unwrap();
    assert_eq!((row.result, row.resend_same_order, row.overridden), (CodeResult::Declined, false, true));
    assert_eq!(tables.meanings("ACQ.BRAND_NEW").len(), 1);
    assert_eq!(look_up("alipay", "alipay.trade.pay", "ACQ.BRAND_NEW"), None);
}

#[test]
fn either_spelling_changes_the_row_and_a_code_changes_all_its_messages() {
    let undecided = |row: Override| Override { result: Some("undecided".to_owned()), resend: Some(true), ..row };
    let tables = Tables::with(&[
        undecided(of("wechatpay", "v2.micropay", "SYSTEM_ERROR")),
        undecided(of("wechatpay", "v3.payscore", "INVALID_REQUEST")),
    ])
    .unwrap();
    assert_eq!(tables.all().len(), all().len());
    assert_eq!(tables.all().iter().filter(|row| row.overridden).count(), 6);
    assert!(tables.look_up("wechatpay", "v2.micropay", "SYSTEMERROR").unwrap().resend_same_order);
}

#[test]
fn nonsense_is_refused() {
    let good = of("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL");
    let refused = |rows: &[Override]| Tables::with(rows).unwrap_err().to_string();
    for (rows, said) in [
        (vec![of("paypal", "orders", "X")], "\"paypal\" has no table of codes"),
        (vec![of("alipay", "", "X")], "a row of alipay names no family or no code"),
        (vec![Override { result: Some("failed".to_owned()), ..good.clone() }], "\"failed\" is no result"),
        (vec![Override { causes: Some(vec!["limit.hourly:likely".to_owned()]), ..good.clone() }], "is no cause"),
        (vec![Override { causes: Some(vec!["limit.daily".to_owned()]), ..good.clone() }], "is no cause"),
        (vec![good.clone(), good], "is overridden twice"),
    ] {
        let error = refused(&rows);
        assert!(error.contains(said), "{error}");
    }
}
