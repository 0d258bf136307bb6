//! Scripted faults: what goes wrong, for whom, how often.
//!
//! One occasion (a call, or a notification about to be sent) uses at most one fault: the oldest that fits and still
//! has uses left. So a script reads from top to bottom, and the same requests in the same order meet the same faults.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The connection ends before anything is done.
    RequestLost,
    /// Everything is done, then the connection ends.
    AnswerLost,
    /// Everything is done, the answer waits.
    AnswerLate { delay: Duration },
    /// The caller hears of a system error (or nothing, when `cut`), and later it happens all the same.
    SucceedLate { delay: Duration, cut: bool },
    /// Done twice, and the caller sees the first answer.
    AnswerDoubled,
    /// Done twice, and the caller sees the second answer, as behind a proxy that tried again.
    RequestDoubled,
    /// A status of HTTP from something before the gateway.
    Http { status: u16, processed: bool },
    /// The channel's own "we do not know"; with the code where it has several.
    SystemError { processed: bool, code: Option<String> },
    /// The gateway's code 20000.
    GatewayUnavailable { processed: bool },
    /// A signed code that no table has.
    UnknownCode { processed: bool },
    /// Nothing is done, and the call is refused with a published code.
    Refused { code: String },
    /// Everything is done, and the caller (or, of a notification, its reader) hears of a published refusal.
    Contradicted { code: String },
    /// The answer is right, one bit of its signature is not.
    BadSignature,
    /// The answer has no signature.
    Unsigned,
    /// The answer's text is cut in the middle.
    Malformed,
    /// The answer is a page of something before the gateway, with status 200.
    Garbage,
    /// The answer is well signed, by somebody whose certificate does not chain to the channel's root.
    ForeignCertificate,
    /// Everything waits before it is done.
    Slow { delay: Duration },
    /// The notification is not sent.
    Never,
    /// The notification is sent twice.
    Doubled,
    /// The notification waits.
    Late { delay: Duration },
    /// Someone else's notification, under a wrong key, claims that the trade was paid.
    Forged,
    /// The notification also names the certificate that verifies it.
    AlipayCertSn,
    /// A refusal is notified too.
    OfFailure,
    /// The notification is sent and acknowledged before the call is answered.
    BeforeAnswer,
}

/// One scripted fault with its count of uses.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) id: String,
    pub(crate) channel: String,
    pub(crate) call: String,
    /// Who pays, as the channel numbers him: a buyer, a card, a phone.
    pub(crate) payer: Option<String>,
    /// The merchant's number of the order.
    pub(crate) order: Option<String>,
    pub(crate) what_name: String,
    pub(crate) what: What,
    /// `None`: until it is deleted.
    pub(crate) times: Option<u32>,
    pub(crate) after: u32,
    pub(crate) seen: u32,
    pub(crate) used: u32,
}

/// What is about to happen, for a fault to match.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    pub(crate) channel: &'a str,
    pub(crate) call: &'a str,
    pub(crate) payer: Option<&'a str>,
    pub(crate) order: Option<&'a str>,
}

/// The name of the call that stands for an asynchronous notification.
pub(crate) const NOTIFICATION: &str = "notification";

impl Fault {
    fn fits(&self, occasion: Occasion<'_>) -> bool {
        // `*` means every call that a client makes; a notification is not one.
        let call = self.call == occasion.call || (self.call == "*" && occasion.call != NOTIFICATION);
        let payer = self.payer.as_deref().is_none_or(|payer| occasion.payer == Some(payer));
        let order = self.order.as_deref().is_none_or(|number| occasion.order == Some(number));
        let left = self.times.is_none_or(|times| self.used < times);
        self.channel == occasion.channel && call && payer && order && left
    }
}

#[derive(Default)]
struct Script {
    next: u64,
    faults: Vec<Fault>,
}

/// The script of one sandbox.
#[derive(Default)]
pub(crate) struct FaultBook {
    script: Mutex<Script>,
}

impl FaultBook {
    fn with<T>(&self, act: impl FnOnce(&mut Script) -> T) -> T {
        act(&mut self.script.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds a fault at the end of the script and gives it its id.
    pub(crate) fn add(&self, mut fault: Fault) -> Fault {
        self.with(|script| {
            script.next = script.next.saturating_add(1);
            fault.id = format!("fault_{}", script.next);
            script.faults.push(fault.clone());
            fault
        })
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.with(|script| script.faults.clone())
    }

    /// Removes one fault, or all; says how many went.
    pub(crate) fn remove(&self, id: Option<&str>) -> usize {
        self.with(|script| {
            let before = script.faults.len();
            script.faults.retain(|fault| id.is_some_and(|id| fault.id != id));
            before.saturating_sub(script.faults.len())
        })
    }

    /// The fault that this occasion uses up, if any.
    pub(crate) fn take(&self, occasion: Occasion<'_>) -> Option<What> {
        self.take_where(occasion, |_| true)
    }

    /// As `take`, among the faults that `suits` lets through.
    pub(crate) fn take_where(&self, occasion: Occasion<'_>, suits: impl Fn(&What) -> bool) -> Option<What> {
        self.with(|script| {
            for fault in &mut script.faults {
                if !fault.fits(occasion) || !suits(&fault.what) {
                    continue;
                }
                fault.seen = fault.seen.saturating_add(1);
                if fault.seen <= fault.after {
                    continue;
                }
                fault.used = fault.used.saturating_add(1);
                return Some(fault.what.clone());
            }
            None
        })
    }
}
