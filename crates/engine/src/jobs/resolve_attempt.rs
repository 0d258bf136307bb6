//! Brings a submitted attempt to its end: charge once, then ask with growing distance, then cancel, then
//! wait for the charge's own expiry and ask once more. Our own time-out decides nothing. While the payer is asked
//! at the channel nothing is cancelled: he has until the expiry.

use jiff::{SignedDuration, Timestamp};
use tantu_channels::card::OneTimeCode;
use tantu_channels::{ChargeOrder, ChargeWay, PaymentCode};
use tantu_domain::attempt::{Attempt, AttemptReport, AttemptState, Permission};
use tantu_domain::card::CardToken;
use tantu_domain::cause::CauseGroup;
use tantu_domain::ids::{AttemptId, PaymentId};
use tantu_domain::instrument::{InstrumentKind, MandateReport};
use tantu_domain::payment::Payment;
use tantu_store::job::Job;

use crate::Parts;
use crate::breaker::Verb;
use crate::error::EngineError;
use crate::jobs::Origin;
use crate::payments::record::{HeldJob, RecordAttempt};
use crate::payments::submit::waits_at_channel;

/// After how many questions without an end we cancel: the questions before are 1, 2, 4 and 8 seconds apart.
const QUERIES_BEFORE_CANCEL: u32 = 4;

/// The longest distance between two questions while the channel's own expiry is past and it still does not
/// answer. Twelve calls cover the first hour; after that the channel's bill is nearer than its answer.
const LONGEST_GAP: SignedDuration = SignedDuration::from_mins(30);

/// Runs the job.
pub(crate) async fn run(
    parts: &Parts,
    job: &Job,
    payment: PaymentId,
    attempt: AttemptId,
    origin: Origin,
) -> Result<(), EngineError> {
    let Some(payment) = parts.read(move |store| store.payment(payment)).await? else { return Ok(()) };
    let Some(stored) = payment.attempt(attempt).cloned() else { return Ok(()) };
    let way = match origin {
        Origin::Fresh => way(parts, &payment, &stored).await?,
        Origin::Found => None,
    };
    let verb = if way.is_some() { Verb::Charge } else { Verb::Ask };
    let report = match way {
        Some(way) => {
            let order = ChargeOrder {
                attempt,
                amount: stored.amount,
                subject: payment.subject.clone(),
                way,
                expires_at: stored.expires_at,
                notify_url: parts.notify_url(stored.channel),
            };
            parts.channel(stored.channel)?.charge.charge(&order).await
        }
        None => ask(parts, &payment, &stored, job.tries).await?,
    };
    parts.breakers.hear(parts, stored.channel, verb, &report).await;
    let mandate = asked_mandate(parts, &stored, &report).await;
    let again_at = again_at(&stored, &report, job.tries, parts.clock.now());
    let held = HeldJob { id: job.id, fence: job.fence, again_at };
    parts.record(RecordAttempt { attempt, report, mandate, job: Some(held) }).await?;
    Ok(())
}

/// How a fresh attempt is charged; `None` if there is nothing to send, but only something to ask about.
async fn way(parts: &Parts, payment: &Payment, attempt: &Attempt) -> Result<Option<ChargeWay>, EngineError> {
    Ok(match &attempt.permission {
        Permission::Mandate { agreement_no } => Some(ChargeWay::Mandate { agreement_no: agreement_no.clone() }),
        // A code that is gone was never sent, and nobody has it any more.
        Permission::PaymentCode => {
            let code = parts.shown.take(attempt.id);
            code.map(|code| ChargeWay::PaymentCode { code: PaymentCode::new(code.reveal()) })
        }
        Permission::ChannelPage => None,
        Permission::Token => {
            let code = parts.shown.take(attempt.id).map(|code| OneTimeCode::new(code.reveal()));
            // A charge that needs the bank's code and has lost it is never sent: nobody has it any more.
            let coded = code.is_some() || !payment.is_coded(attempt.id);
            let token = token(parts, payment, attempt).await?;
            token.filter(|_| coded).map(|token| ChargeWay::Card { token, code })
        }
    })
}

/// What stands for the card that an attempt charges.
async fn token(parts: &Parts, payment: &Payment, attempt: &Attempt) -> Result<Option<CardToken>, EngineError> {
    let (account, now) = (payment.account, parts.clock.now());
    let file = parts.read(move |store| store.account(account, now)).await?;
    let own = file.iter().flat_map(|file| &file.instruments).find(|instrument| instrument.id == attempt.instrument);
    Ok(match own.map(|instrument| &instrument.kind) {
        Some(InstrumentKind::Card(card)) => Some(card.token.clone()),
        Some(_) | None => None,
    })
}

/// Asks, and after enough questions ends what the payer has not paid. A trade that waits is closed, one
/// that is unknown or unclear is cancelled; a repeated cancel is the channel's own rule (`retry_flag`).
async fn ask(parts: &Parts, payment: &Payment, attempt: &Attempt, tries: u32) -> Result<AttemptReport, EngineError> {
    let charge = &parts.channel(attempt.channel)?.charge;
    let known = charge.query(attempt.id).await;
    let over = attempt.final_at() <= parts.clock.now();
    if waits_at_channel(payment) {
        // What he has left open is closed, should the channel not have done so by itself.
        return Ok(if over && known == AttemptReport::Waiting { charge.close(attempt.id).await } else { known });
    }
    let cancelled = matches!(attempt.state, AttemptState::Submitted { cancelled_at: Some(_), .. });
    if tries < QUERIES_BEFORE_CANCEL || cancelled || over {
        return Ok(known);
    }
    match known {
        AttemptReport::Waiting => Ok(charge.close(attempt.id).await),
        AttemptReport::NotExist | AttemptReport::Fault(_) => {
            let cancel = charge.cancel(attempt.id).await;
            if cancel.again { Ok(charge.cancel(attempt.id).await.report) } else { Ok(cancel.report) }
        }
        other => Ok(other),
    }
}

/// A code that speaks of the mandate does not say what became of it; the channel's own register does.
async fn asked_mandate(parts: &Parts, attempt: &Attempt, report: &AttemptReport) -> Option<MandateReport> {
    let agreement_no = attempt.permission.agreement_no()?;
    let AttemptReport::Declined { causes, .. } = report else { return None };
    if !causes.iter().any(|(cause, _)| cause.group() == CauseGroup::Mandate) {
        return None;
    }
    let which = tantu_channels::MandateRef::AgreementNo(agreement_no.to_owned());
    match parts.channel(attempt.channel).ok()?.mandates.as_ref()?.query(&which).await {
        Ok(report) => Some(report),
        Err(error) => {
            tracing::warn!(%error, "the mandate could not be asked for; its code stands as it was told");
            None
        }
    }
}

/// When to ask again: soon at first, then further apart; once cancelled, or near the charge's own expiry,
/// at the moment at which *does not exist* becomes final.
fn again_at(attempt: &Attempt, report: &AttemptReport, tries: u32, now: Timestamp) -> Timestamp {
    let gap = SignedDuration::from_secs(1_i64.checked_shl(tries.min(20)).unwrap_or(i64::MAX)).min(LONGEST_GAP);
    let next = now.checked_add(gap).unwrap_or(Timestamp::MAX);
    let last_word = attempt.final_at();
    let waits = matches!(report, AttemptReport::Cancelled { .. })
        || matches!(attempt.state, AttemptState::Submitted { cancelled_at: Some(_), .. });
    if now < last_word && (waits || last_word < next) { last_word } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantu_domain::channel::Channel;
    use tantu_domain::money::Money;

    fn attempt(cancelled: bool) -> Attempt {
        let id = |text: &str| text.parse().unwrap();
        Attempt {
            id: id("att_00000000000000000000000007"),
            channel: Channel::Alipay,
            instrument: "ins_00000000000000000000000007".parse().unwrap(),
            amount: Money::cny(100),
            permission: Permission::Mandate { agreement_no: "2026".into() },
            submitted_at: Timestamp::UNIX_EPOCH,
            expires_at: at(120),
            state: AttemptState::Submitted { last_contact: None, fault: None, cancelled_at: cancelled.then(|| at(15)) },
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn asks_with_growing_distance_and_waits_for_the_charges_own_expiry() {
        // (tries, cancelled before, report, now) → when to ask again
        let table = [
            (0, false, AttemptReport::NoAnswer, 0, 1),
            (1, false, AttemptReport::NotExist, 1, 3),
            (3, false, AttemptReport::NotExist, 7, 15),
            (4, false, AttemptReport::Cancelled { settled: false }, 15, 125),
            (5, true, AttemptReport::NotExist, 20, 125),
            (6, false, AttemptReport::NoAnswer, 100, 125),
            (7, true, AttemptReport::NoAnswer, 125, 253),
            (40, true, AttemptReport::NoAnswer, 10_000, 11_800),
        ];
        for (tries, cancelled, report, now, expected) in table {
            assert_eq!(again_at(&attempt(cancelled), &report, tries, at(now)), at(expected), "{tries} {report:?}");
        }
    }
}
