//! What UnionPay tells us on its own account: a form to `backUrl`, sent again up to five times until it gets HTTP 200
//! (smartwalle/unionpay `notify.go`; the demo `BackRcvResponse`, copied in Varorbc/PaySharp).
//!
//! Nothing in it is looked at before its certificate and signature are good. Then it must be for our merchant and
//! about something that we made. A success with a defect (`A6`) is no proof yet: the order is asked about.

use tantu_domain::attempt::AttemptReport;
use tantu_domain::card::BindingReport;
use tantu_domain::ids::{AttemptId, OpeningId, RefundId};

use super::answer::{is_plain_success, is_success, is_working};
use super::charge;
use super::fields::{Fields, Garbled};
use super::gateway::Gateway;
use super::{binding, format, trade};
use crate::words::{Subject, Verdict};
use crate::{Notification, NotificationError};

/// No genuine notification comes near this.
const LONGEST: usize = 64 * 1024;

/// Reads one notification.
pub(super) fn notification(gateway: &Gateway, body: &[u8]) -> Result<Notification, NotificationError> {
    if body.len() > LONGEST {
        return Err(NotificationError::TooLarge { limit: LONGEST });
    }
    let fields = Fields::of_form(body).map_err(|garbled| match garbled {
        Garbled::Doubled => NotificationError::DoubledField,
        // What is no form has no signature either.
        Garbled::NoFields => NotificationError::Unsigned,
    })?;
    gateway.keys().prove(&fields, gateway.clock().wall())?;
    if !fields.is("merId", gateway.mer_id()) {
        return Err(NotificationError::OtherSeller);
    }
    let number = required(&fields, "orderId")?;
    let code = required(&fields, "respCode")?;
    match required(&fields, "txnType")? {
        "01" => {
            let attempt = ours(AttemptId::from_channel_number(number))?;
            same_time(&fields, attempt.made_at())?;
            Ok(Notification::Attempt { attempt, report: charged(gateway, &fields, number, code)? })
        }
        // A refund, and an undoing, which is one.
        "04" | "31" => {
            let refund = ours(RefundId::from_channel_number(number))?;
            same_time(&fields, refund.made_at())?;
            Ok(Notification::Refund { refund, report: given_back(gateway, &fields, number, code) })
        }
        "79" => {
            let binding = ours(OpeningId::from_channel_number(number))?;
            same_time(&fields, binding.made_at())?;
            Ok(Notification::Binding { binding, report: opened(gateway, &fields, number, code)? })
        }
        other => Ok(Notification::Ignored { what: format!("txnType {other}, respCode {code}") }),
    }
}

fn charged(gateway: &Gateway, fields: &Fields, number: &str, code: &str) -> Result<AttemptReport, NotificationError> {
    if is_plain_success(code) {
        let report = trade::paid(fields, gateway.clock().now());
        return report.map_err(|field| NotificationError::Malformed { field });
    }
    if is_success(code) || is_working(code) {
        return Ok(AttemptReport::Waiting);
    }
    Ok(gateway.words().refusal(&subject(charge::FAMILY, number), code, message(fields)))
}

fn given_back(gateway: &Gateway, fields: &Fields, number: &str, code: &str) -> AttemptReport {
    if is_plain_success(code) {
        return AttemptReport::Refunded;
    }
    if is_success(code) || is_working(code) {
        return AttemptReport::Waiting;
    }
    gateway.words().refusal(&subject("acp/refund", number), code, message(fields))
}

fn opened(gateway: &Gateway, fields: &Fields, number: &str, code: &str) -> Result<BindingReport, NotificationError> {
    if is_plain_success(code) {
        let card = binding::bound(fields, gateway.tr_id());
        return card.map(BindingReport::Bound).map_err(|field| NotificationError::Malformed { field });
    }
    Ok(match gateway.words().verdict(&subject("acp/open", number), code, message(fields)) {
        Verdict::Declined(word, causes) => BindingReport::Declined { word, causes },
        Verdict::Open(word) => BindingReport::Fault(word),
    })
}

fn subject<'a>(family: &'static str, number: &'a str) -> Subject<'a> {
    Subject { method: "notification", family, number }
}

fn message(fields: &Fields) -> &str {
    fields.get("respMsg").unwrap_or_default()
}

fn required<'a>(fields: &'a Fields, field: &'static str) -> Result<&'a str, NotificationError> {
    fields.get(field).ok_or(NotificationError::Malformed { field })
}

fn ours<T>(id: Option<T>) -> Result<T, NotificationError> {
    id.ok_or(NotificationError::NotOurs { field: "orderId" })
}

/// An order is named by its number and its time.
fn same_time(fields: &Fields, at: jiff::Timestamp) -> Result<(), NotificationError> {
    if fields.is("txnTime", &format::time(at)) { Ok(()) } else { Err(NotificationError::NotOurs { field: "txnTime" }) }
}
