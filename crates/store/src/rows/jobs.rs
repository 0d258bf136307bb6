//! Jobs and their leases.

use tantu_domain::ids::{IdError, PaymentId};

use crate::error::StoreError;
use crate::job::{Job, JobKind, Lease};
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Job, StoreError> {
    let kind = match cells.stored("kind")? {
        "resolve_attempt" => {
            JobKind::ResolveAttempt { payment: cells.parse("payment")?, attempt: cells.parse("attempt")? }
        }
        "return_late_success" => JobKind::ReturnLateSuccess {
            payment: cells.parse("payment")?,
            attempt: cells.parse("attempt")?,
            refund: cells.parse("refund")?,
        },
        "send_bank_code" => {
            JobKind::SendBankCode { payment: cells.parse("payment")?, attempt: cells.parse("attempt")? }
        }
        "resolve_opening" => JobKind::ResolveOpening { binding: cells.parse("subject")? },
        "delete_token" => JobKind::DeleteToken { instrument: cells.parse("subject")? },
        "tend_line" => JobKind::TendLine { account: cells.parse("subject")? },
        "tend_ticket" => JobKind::TendTicket { ticket: cells.parse("subject")? },
        "tend_incident" => {
            let subject = cells.stored("subject")?;
            let (incident, after) = subject.split_once(' ').map_or((subject, None), |(one, other)| (one, Some(other)));
            let wrong = |error: IdError| cells.wrong("subject", error);
            let after = after.map(|text| text.parse::<PaymentId>().map_err(wrong)).transpose()?;
            JobKind::TendIncident { incident: incident.parse().map_err(wrong)?, after }
        }
        "tend_bill" => JobKind::TendBill { bill: cells.parse("subject")? },
        "resume_scheduled" => JobKind::ResumeScheduled { payment: cells.parse("subject")? },
        "send_webhook" => JobKind::SendWebhook { event: cells.parse("subject")? },
        "end_fold" => JobKind::EndFold { fold: cells.parse("subject")? },
        "make_refund" => JobKind::MakeRefund { refund: cells.parse("subject")? },
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    let lease = match (cells.optional_text("lease_owner")?, cells.optional_time("lease_until")?) {
        (Some(owner), Some(until)) => Some(Lease { owner, until }),
        _ => None,
    };
    Ok(Job {
        id: cells.parse("id")?,
        kind,
        run_at: cells.time("run_at")?,
        tries: cells.count("tries")?,
        fence: cells.count("fence")?,
        lease,
    })
}
