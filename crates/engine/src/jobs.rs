//! The worker: it runs what this process has just saved at once, and takes over what others have dropped.
//!
//! A charge is sent by the process that stored it, and only once. Whoever finds an attempt that he did not
//! send himself asks the channel about it; nobody ever sends it again.

pub(crate) mod delete_token;
pub(crate) mod end_fold;
pub(crate) mod make_refund;
pub(crate) mod resolve_attempt;
pub(crate) mod resolve_opening;
pub(crate) mod resume_scheduled;
pub(crate) mod return_late_success;
pub(crate) mod send_bank_code;
pub(crate) mod send_webhook;
pub(crate) mod tend_bill;
pub(crate) mod tend_incident;
pub(crate) mod tend_line;
pub(crate) mod tend_ticket;

use std::sync::Arc;
use std::time::Duration;

use tantu_store::job::{Job, JobKind};
use tokio::sync::mpsc;

use crate::Parts;
use crate::drain::Running;
use crate::meters;

/// How many jobs one look takes.
const TAKE: u32 = 64;

/// The longest that the worker goes without a look: another process may have dropped something.
const LOOK: Duration = Duration::from_millis(500);

/// Whether this process stored the job just now, or found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Fresh,
    Found,
}

/// Runs until the engine is dropped.
pub(crate) async fn work(parts: Arc<Parts>, mut fresh: mpsc::UnboundedReceiver<Job>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            job = fresh.recv() => match job {
                Some(job) => spawn(&parts, job, Origin::Fresh),
                None => return,
            },
            () = parts.clock_moved.notified() => take_due(&parts).await,
            _ = look.tick() => take_due(&parts).await,
        }
    }
}

async fn take_due(parts: &Arc<Parts>) {
    if *parts.draining.borrow() {
        return;
    }
    let holder = parts.clone();
    let taken = tokio::task::spawn_blocking(move || {
        let (now, wall) = (holder.clock.now(), holder.clock.wall());
        // Looking is a read; only what is really due costs a durable write.
        let due = holder.store.next_due(wall)?.is_some_and(|at| at <= now);
        if due { holder.store.lease_due_jobs(&holder.lease(), now, wall, TAKE) } else { Ok(Vec::new()) }
    });
    match taken.await {
        Ok(Ok(jobs)) => jobs.into_iter().for_each(|job| spawn(parts, job, Origin::Found)),
        Ok(Err(error)) => tracing::error!(%error, "due jobs could not be taken; they are tried again"),
        Err(error) => tracing::error!(%error, "looking for due jobs stopped"),
    }
}

fn spawn(parts: &Arc<Parts>, job: Job, origin: Origin) {
    let parts = parts.clone();
    let running = (meters::job_running(origin == Origin::Fresh), Running::new(&parts));
    tokio::spawn(async move {
        let done = match job.kind {
            JobKind::ResolveAttempt { payment, attempt } => {
                resolve_attempt::run(&parts, &job, payment, attempt, origin).await
            }
            JobKind::ReturnLateSuccess { payment, attempt, refund } => {
                return_late_success::run(&parts, &job, payment, attempt, refund).await
            }
            JobKind::SendBankCode { payment, attempt } => {
                send_bank_code::run(&parts, &job, payment, attempt, origin).await
            }
            JobKind::ResolveOpening { binding } => resolve_opening::run(&parts, &job, binding).await,
            JobKind::DeleteToken { instrument } => delete_token::run(&parts, &job, instrument).await,
            JobKind::ResumeScheduled { payment } => resume_scheduled::run(&parts, &job, payment).await,
            JobKind::SendWebhook { event } => send_webhook::run(&parts, &job, event).await,
            JobKind::EndFold { fold } => end_fold::run(&parts, fold).await,
            JobKind::MakeRefund { refund } => make_refund::run(&parts, &job, refund).await,
            JobKind::TendLine { account } => tend_line::run(&parts, &job, account).await,
            JobKind::TendTicket { ticket } => tend_ticket::run(&parts, &job, ticket).await,
            JobKind::TendIncident { incident, after } => tend_incident::run(&parts, &job, incident, after).await,
            JobKind::TendBill { bill } => tend_bill::run(&parts, &job, bill).await,
        };
        if let Err(error) = done {
            // Nothing is lost: the lease runs out and the job is taken again.
            tracing::warn!(job = %job.id, %error, "a job did not finish; it is taken again when its lease ends");
        }
        drop(running);
    });
}
