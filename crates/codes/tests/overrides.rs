//! The operator's own rows go before ours, are shown as such, and are refused when they say nothing sensible.

use tantu_codes::{CodeResult, Fix, Override, OverrideError, Tables, all, look_up};
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
        causes: Some(vec![(Cause::LimitDaily, Confidence::Possible), (Cause::AccountFrozen, Confidence::Likely)]),
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
    let tables = Tables::with(&[Override { result: Some(CodeResult::Declined), ..new }]).unwrap();
    let row = tables.look_up("alipay", "alipay.trade.pay/withhold", "ACQ.BRAND_NEW").unwrap();
    assert_eq!((row.result, row.resend_same_order, row.overridden), (CodeResult::Declined, false, true));
    assert_eq!(tables.meanings("ACQ.BRAND_NEW").len(), 1);
    assert_eq!(look_up("alipay", "alipay.trade.pay", "ACQ.BRAND_NEW"), None);
}

#[test]
fn either_spelling_changes_the_row_and_a_code_changes_all_its_messages() {
    let undecided = |row: Override| Override { result: Some(CodeResult::Undecided), resend: Some(true), ..row };
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
fn an_override_changes_the_result_and_the_causes() {
    let before = look_up("alipay", "alipay.trade.pay", "ACQ.BUYER_BALANCE_NOT_ENOUGH").unwrap();
    assert_eq!((before.result, before.causes.len()), (CodeResult::Declined, 1));
    let row = of("alipay", "alipay.trade.pay", "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    let open = Override { result: Some(CodeResult::Undecided), causes: Some(Vec::new()), ..row };
    let tables = Tables::with(&[open]).unwrap();
    // Charges under a mandate ask in their own family, and find it.
    let after = tables.look_up("alipay", "alipay.trade.pay/withhold", "ACQ.BUYER_BALANCE_NOT_ENOUGH").unwrap();
    assert_eq!((after.result, after.causes.as_slice(), after.overridden), (CodeResult::Undecided, &[][..], true));
    assert_eq!((after.message, after.resend_same_order), (before.message, before.resend_same_order));
}

#[test]
fn the_fix_stays_with_the_result_that_it_was_published_for() {
    let row = of("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL");
    let fix = |row: Override| {
        let tables = Tables::with(&[row]).unwrap();
        tables.look_up("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL").unwrap().fix
    };
    assert_eq!(fix(Override { result: Some(CodeResult::Declined), ..row.clone() }), Some(Fix::ScanAgain));
    assert_eq!(fix(Override { causes: Some(Vec::new()), ..row.clone() }), Some(Fix::ScanAgain));
    assert_eq!(fix(Override { result: Some(CodeResult::Undecided), ..row.clone() }), Some(Fix::QueryFirst));
    assert_eq!(fix(Override { result: Some(CodeResult::Accepted), ..row }), None);
}

#[test]
fn a_row_for_one_variant_of_a_call_keeps_what_the_call_says_and_leaves_the_others() {
    let before = look_up("alipay", "alipay.trade.pay", "ACQ.BUYER_BALANCE_NOT_ENOUGH").unwrap();
    let row = of("alipay", "alipay.trade.pay/withhold", "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    let variant = Override { result: Some(CodeResult::Undecided), ..row };
    let tables = Tables::with(std::slice::from_ref(&variant)).unwrap();
    assert_eq!(tables.all().len(), all().len() + 1);
    let withheld = tables.look_up("alipay", "alipay.trade.pay/withhold", "ACQ.BUYER_BALANCE_NOT_ENOUGH").unwrap();
    assert_eq!((withheld.result, &withheld.causes), (CodeResult::Undecided, &before.causes));
    assert_eq!((withheld.message, withheld.resend_same_order), (before.message, before.resend_same_order));
    let scanned = tables.look_up("alipay", "alipay.trade.pay", "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    assert_eq!(scanned, Some(before));
    // The call's own override holds for the variant, too, in whichever order they are written.
    let general = of("alipay", "alipay.trade.pay", "ACQ.BUYER_BALANCE_NOT_ENOUGH");
    let general = Override { resend: Some(false), ..general };
    for rows in [[variant.clone(), general.clone()], [general, variant]] {
        let tables = Tables::with(&rows).unwrap();
        let row = tables.look_up("alipay", "alipay.trade.pay/withhold", "ACQ.BUYER_BALANCE_NOT_ENOUGH").unwrap();
        assert_eq!((row.result, row.resend_same_order), (CodeResult::Undecided, false));
    }
}

#[test]
fn without_overrides_they_are_the_published_tables() {
    assert_eq!(Tables::default().all(), all());
    assert_eq!(Tables::with(&[]).unwrap().all(), all());
}

#[test]
fn nonsense_is_refused() {
    let published = of("alipay", "alipay.trade.pay", "ACQ.PAYMENT_FAIL");
    let open = Override { result: Some(CodeResult::Undecided), ..published.clone() };
    let causes = |named: &[(Cause, Confidence)]| Override { causes: Some(named.to_vec()), ..published.clone() };
    let frozen = |confidence| (Cause::AccountFrozen, confidence);
    for (rows, said) in [
        (vec![of("paypal", "orders", "X")], "\"paypal\" has no table of codes"),
        (vec![of("alipay", "", "X")], "a row of alipay names no family"),
        (vec![of("alipay", "alipay.trade.pay", "")], "a row of alipay names no code"),
        (vec![Override { note: String::new(), ..open.clone() }], "ACQ.PAYMENT_FAIL does not say why"),
        (vec![published.clone()], "ACQ.PAYMENT_FAIL changes nothing"),
        (vec![causes(&[frozen(Confidence::Likely), frozen(Confidence::Possible)])], "names account.frozen twice"),
        (vec![causes(&[frozen(Confidence::Certain), (Cause::LimitDaily, Confidence::Likely)])], "is certain of one"),
        (vec![open.clone(), open], "is overridden twice"),
    ] {
        let error = Tables::with(&rows).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}
