//! Work that must be done, saved in the commit that causes it.

use jiff::Timestamp;
use tantu_domain::ids::{
    AccountId, AttemptId, BillId, BindingId, FoldId, IncidentId, InstrumentId, JobId, PaymentId, RefundId, TicketId,
};
use tantu_domain::webhook::WebhookEvent;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Bring a submitted attempt to its end.
    ResolveAttempt {
        /// Of which payment.
        payment: PaymentId,
        /// Which.
        attempt: AttemptId,
    },
    /// Give a late success back.
    ReturnLateSuccess {
        /// Of which payment.
        payment: PaymentId,
        /// Which attempt.
        attempt: AttemptId,
        /// By which refund.
        refund: RefundId,
    },
    /// Have a bank send its code for a payment.
    SendBankCode {
        /// Which payment.
        payment: PaymentId,
        /// The charge that the code is for; it is not made yet.
        attempt: AttemptId,
    },
    /// Learn what became of a binding whose details and code went to the channel.
    ResolveOpening {
        /// Which.
        binding: BindingId,
    },
    /// Let the token of an unbound card go.
    DeleteToken {
        /// Which card.
        instrument: InstrumentId,
    },
    /// Look after a bill: charge what the terms state, collect it, and note what happens to its credit.
    TendBill {
        /// Which.
        bill: BillId,
    },
    /// Note in the credit history what a month says of a line.
    TendLine {
        /// Whose.
        account: AccountId,
    },
    /// Resume a payment at the time that its payer has asked for.
    ResumeScheduled {
        /// Which.
        payment: PaymentId,
    },
    /// Tell the payers whom an incident hit that it is over.
    TendIncident {
        /// Which.
        incident: IncidentId,
        /// The payment from which on they are still to be told, if some are told.
        after: Option<PaymentId>,
    },
    /// Look again at what a ticket is about.
    TendTicket {
        /// Which.
        ticket: TicketId,
    },
    /// Tell a merchant of what has happened.
    SendWebhook {
        /// What.
        event: WebhookEvent,
    },
    /// End a fold that whoever began it has left under way.
    EndFold {
        /// Which.
        fold: FoldId,
    },
    /// Bring a merchant's refund to its end.
    MakeRefund {
        /// Which.
        refund: RefundId,
    },
}

/// What is to be done, as it is kept: the kind's name, and the ids that it has.
pub(crate) struct JobRow {
    pub(crate) kind: &'static str,
    pub(crate) payment: Option<PaymentId>,
    pub(crate) attempt: Option<AttemptId>,
    pub(crate) refund: Option<RefundId>,
    /// What a job without a payment is about.
    pub(crate) subject: Option<String>,
}

impl JobRow {
    pub(crate) fn of(kind: JobKind) -> Self {
        let of_payment = |kind, payment, attempt, refund| Self {
            kind,
            payment: Some(payment),
            attempt: Some(attempt),
            refund,
            subject: None,
        };
        let about =
            |kind, subject: String| Self { kind, payment: None, attempt: None, refund: None, subject: Some(subject) };
        match kind {
            JobKind::ResolveAttempt { payment, attempt } => of_payment("resolve_attempt", payment, attempt, None),
            JobKind::ReturnLateSuccess { payment, attempt, refund } => {
                of_payment("return_late_success", payment, attempt, Some(refund))
            }
            JobKind::SendBankCode { payment, attempt } => of_payment("send_bank_code", payment, attempt, None),
            JobKind::ResolveOpening { binding } => about("resolve_opening", binding.to_string()),
            JobKind::DeleteToken { instrument } => about("delete_token", instrument.to_string()),
            JobKind::TendLine { account } => about("tend_line", account.to_string()),
            JobKind::TendBill { bill } => about("tend_bill", bill.to_string()),
            JobKind::TendTicket { ticket } => about("tend_ticket", ticket.to_string()),
            JobKind::TendIncident { incident, after: None } => about("tend_incident", incident.to_string()),
            JobKind::TendIncident { incident, after: Some(after) } => {
                about("tend_incident", format!("{incident} {after}"))
            }
            JobKind::ResumeScheduled { payment } => about("resume_scheduled", payment.to_string()),
            JobKind::SendWebhook { event } => about("send_webhook", event.to_string()),
            JobKind::EndFold { fold } => about("end_fold", fold.to_string()),
            JobKind::MakeRefund { refund } => about("make_refund", refund.to_string()),
        }
    }
}

/// A process's hold on a job. A late holder's write is refused by the fence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The process.
    pub owner: String,
    /// Until when, in real time.
    pub until: Timestamp,
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What.
    pub kind: JobKind,
    /// Not before, in business time.
    pub run_at: Timestamp,
    /// How often it was leased again after its first holder.
    pub tries: u32,
    /// Grows with every lease; whoever writes must hold the present one.
    pub fence: u64,
    /// Who holds it.
    pub lease: Option<Lease>,
}
