//! What is known of a mandate after asking, and after withdrawing it.

use tantu_channels::{ChannelError, MandateRef, MandateSigning};
use tantu_domain::instrument::MandateReport;

use crate::stub::{Reply, Stub, at, mandate};
use MandateReport::{Expired, Revoked, Signed, Unsigned};

const AGREEMENT: &str = "20205225715271617440";
const GONE: MandateReport = Revoked { revoked_at: None, by: None };

fn agreement(status: &str, invalid_time: &str) -> String {
    format!(
        r#"{{"code":"10000","msg":"Success","agreement_no":"{AGREEMENT}","external_agreement_no":"{}","status":"{status}","sign_time":"2026-11-01 12:00:00","valid_time":"2026-11-01 12:00:00","invalid_time":"{invalid_time}"}}"#,
        mandate().channel_number()
    )
}

fn failed(sub_code: &str) -> String {
    format!(r#"{{"code":"40004","msg":"Business Failed","sub_code":"{sub_code}","sub_msg":"原因"}}"#)
}

fn kind<T>(result: Result<T, ChannelError>) -> Result<T, &'static str> {
    result.map_err(|error| match error {
        ChannelError::NoAnswer => "no answer",
        ChannelError::Fault(_) => "fault",
        ChannelError::Refused(_) => "refused",
        ChannelError::Unsendable => "unsendable",
    })
}

#[tokio::test]
async fn what_an_answer_about_a_mandate_proves() {
    let ours = MandateRef::Ours(mandate());
    let theirs = MandateRef::AgreementNo(AGREEMENT.to_owned());
    let normal = agreement("NORMAL", "2115-02-01 00:00:00");
    let holds = Signed {
        agreement_no: AGREEMENT.to_owned(),
        signed_at: at("2026-11-01T04:00:00Z"),
        expires_at: at("2115-01-31T16:00:00Z"),
    };
    // Beijing's noon is the business time of these tests.
    let over = Expired { expired_at: at("2026-11-22T04:00:00Z") };
    for (reply, which, expected) in [
        (Reply::Signed(normal.clone()), &ours, Ok(holds.clone())),
        (Reply::Signed(normal.clone()), &theirs, Ok(holds)),
        (Reply::Signed(agreement("TEMP", "2115-02-01 00:00:00")), &ours, Ok(Unsigned)),
        (Reply::Signed(agreement("STOP", "2115-02-01 00:00:00")), &theirs, Ok(GONE)),
        (Reply::Signed(agreement("STOP", "2026-11-22 12:00:00")), &theirs, Ok(over.clone())),
        (Reply::Signed(agreement("NORMAL", "2026-11-22 12:00:00")), &theirs, Ok(over)),
        (Reply::Signed(agreement("NORMAL", "")), &theirs, Err("no answer")),
        (Reply::Signed(agreement("OTHER", "2115-02-01 00:00:00")), &theirs, Err("no answer")),
        // Never signed, or gone: that depends on whether it ever had a number there.
        (Reply::Signed(failed("USER_AGREEMENT_NOT_EXIST")), &ours, Ok(Unsigned)),
        (Reply::Signed(failed("USER_AGREEMENT_NOT_EXIST")), &theirs, Ok(GONE)),
        (Reply::Signed(failed("AGREEMENT_HAS_UNSIGNED")), &ours, Ok(GONE)),
        // What is not proven.
        (Reply::Forged(normal.clone()), &ours, Err("no answer")),
        (Reply::Unsigned(normal.clone()), &ours, Err("no answer")),
        (Reply::Forged(failed("AGREEMENT_HAS_UNSIGNED")), &theirs, Err("no answer")),
        (Reply::Unsigned(failed("AGREEMENT_HAS_UNSIGNED")), &theirs, Err("fault")),
        (Reply::Signed(normal.replace(AGREEMENT, "1")), &theirs, Err("no answer")),
        (Reply::Signed(normal.replace(&mandate().channel_number(), "1")), &ours, Err("no answer")),
        (Reply::Signed(failed("NEVER_SEEN")), &ours, Err("fault")),
        (Reply::Signed(failed("isv.invalid-signature")), &ours, Err("refused")),
    ] {
        let stub = Stub::start(reply).await;
        assert_eq!(kind(MandateSigning::query(&stub.alipay, which).await), expected);
    }
}

#[tokio::test]
async fn a_mandate_is_withdrawn_only_when_that_is_proven() {
    let done = r#"{"code":"10000","msg":"Success"}"#.to_owned();
    for (reply, expected) in [
        (Reply::Signed(done.clone()), Ok(())),
        (Reply::Signed(failed("AGREEMENT_NOT_EXIST")), Ok(())),
        (Reply::Signed(failed("AGREEMENT_NOT_EXSIT")), Ok(())),
        (Reply::Forged(done.clone()), Err("no answer")),
        (Reply::Unsigned(done), Err("no answer")),
        (Reply::Unsigned(failed("AGREEMENT_NOT_EXIST")), Err("fault")),
        (Reply::Signed(failed("SYSTEM_ERROR")), Err("fault")),
        (Reply::Signed(failed("USER_AGREEMENT_UNSIGN_FAIL")), Err("fault")),
        (Reply::Signed(failed("AUTHOREE_IS_NOT_MATCH")), Err("refused")),
    ] {
        let stub = Stub::start(reply).await;
        assert_eq!(kind(stub.alipay.revoke(AGREEMENT).await), expected);
    }
}
