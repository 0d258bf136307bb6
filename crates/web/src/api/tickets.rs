//! Tickets: questions to support that carry what is known, the thread about them, and how they end.

pub(crate) mod close;
pub(crate) mod list;
pub(crate) mod open;
pub(crate) mod say;
pub(crate) mod show;

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Serialize;
use tantu_domain::binding::Binding;
use tantu_domain::cause::Who;
use tantu_domain::evidence::{Finding, Value};
use tantu_domain::ids::TicketId;
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::masked::{Hidden, Masked};
use tantu_domain::payment::{Payment, PaymentState};
use tantu_domain::staff::StaffMark;
use tantu_domain::ticket::{About, Author, Ending, Message, Saying, Ticket, TicketState};
use tantu_explain::{Contact, Lang};
use utoipa::ToSchema;

use crate::access::Caller;
use crate::app::Shared;
use crate::json::{Amount, time};
use crate::problem::{Kind, Problem};
use crate::render::{CauseBody, Telling, place};

/// The longest text of a message.
pub(crate) const LONGEST: usize = 2_000;

/// A ticket as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketBody {
    /// Its id.
    #[schema(example = "tkt_01h455vb4pex5vsknk084sn02q")]
    pub(crate) id: String,
    /// Whose.
    account: String,
    /// waiting, answered, solved, given_up or closed.
    pub(crate) state: &'static str,
    /// When it was opened.
    opened_at: String,
    /// Until when a person answers, while it waits for one.
    pub(crate) answer_by: Option<String>,
    /// When it ended.
    pub(crate) ended_at: Option<String>,
    /// The payment that it is about.
    payment: Option<TicketPaymentBody>,
    /// The binding that it is about, `bnd_…`.
    binding: Option<String>,
    /// Why it failed, as it was known when the ticket was opened.
    pub(crate) causes: Vec<CauseBody>,
    /// What the payer's device showed then.
    device: Vec<String>,
    /// Whether a call back was asked for.
    call_back: bool,
    /// The number to call; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_back_number: Option<String>,
    /// Who must act besides us, and how he is reached.
    pub(crate) contacts: Vec<ContactBody>,
    /// What was said, the first first.
    pub(crate) messages: Vec<MessageBody>,
    /// What was taken out of the words that came with this request, because it is secret: number, phone, code or key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) masked: Vec<&'static str>,
}

/// The payment of a ticket: what somebody who helps would ask for first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketPaymentBody {
    /// Its id.
    pub(crate) id: String,
    /// The merchant's number of the order.
    pub(crate) order_no: String,
    /// What the order is for.
    pub(crate) subject: String,
    /// What is owed.
    amount: Amount,
    /// With what it was to be paid, in words.
    pub(crate) method: Option<String>,
    /// Where the payment stands now.
    pub(crate) state: &'static str,
    /// When it was made.
    made_at: String,
    /// When it was tried last, or was paid.
    tried_at: Option<String>,
    /// The code of whoever refused it, word for word.
    error: Option<String>,
}

/// A service that is not ours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactBody {
    /// Whose: a channel's or a bank's id.
    whose: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its number in the mainland.
    pub(crate) phone: &'static str,
    /// Its own page.
    pub(crate) page: &'static str,
}

/// One entry of a thread.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageBody {
    /// When.
    pub(crate) at: String,
    /// payer, staff or recheck.
    pub(crate) by: &'static str,
    /// Somebody's words.
    pub(crate) text: Option<String>,
    /// Of a recheck: the causes that stand in the way now; empty if nothing does that we know of.
    pub(crate) causes: Option<Vec<&'static str>>,
    /// How it ended: solved, given_up or closed.
    pub(crate) ended: Option<&'static str>,
}

/// A ticket with what it is about.
pub(crate) struct TicketFile {
    pub(crate) ticket: Ticket,
    pub(crate) payment: Option<Payment>,
    pub(crate) binding: Option<Binding>,
    pub(crate) instruments: Vec<Instrument>,
}

/// A ticket that the caller may see, looked at anew. What is somebody else's answers as what does not exist.
pub(crate) async fn visible(app: &Shared, caller: &Caller, id: TicketId) -> Result<TicketFile, Problem> {
    let missing = || Problem::not_found("ticket", &id.to_string());
    let sees = |ticket: &Ticket| match caller {
        Caller::Staff => true,
        Caller::Payer(account) => ticket.account == *account,
        Caller::Unknown | Caller::Merchant(_) | Caller::Cashier(_) => false,
    };
    let known = app.engine.read(move |store| store.ticket(id)).await?.filter(sees).ok_or_else(missing)?;
    drop(known);
    file(app, app.engine.ticket(id).await?.ok_or_else(missing)?).await
}

/// A ticket with what it is about.
pub(crate) async fn file(app: &Shared, ticket: Ticket) -> Result<TicketFile, Problem> {
    let (account, about, now) = (ticket.account, ticket.about, app.engine.clock().now());
    let read = app.engine.read(move |store| {
        let (payment, binding) = match about {
            About::Payment(id) => (store.payment(id)?, None),
            About::Binding(id) => (None, store.binding(id)?),
            About::Nothing => (None, None),
        };
        Ok((payment, binding, store.account(account, now)?))
    });
    let (payment, binding, file) = read.await?;
    Ok(TicketFile { ticket, payment, binding, instruments: file.map(|file| file.instruments).unwrap_or_default() })
}

impl TicketFile {
    /// Who must act besides us.
    fn contacts(&self, lang: Lang) -> Vec<ContactBody> {
        let bank = |finding: &Finding| {
            let instrument = self.instruments.iter().find(|instrument| Some(instrument.id) == finding.instrument)?;
            match &instrument.kind {
                InstrumentKind::Card(card) => Some(card.face.bank.id()),
                InstrumentKind::Wallet
                | InstrumentKind::Mandate(_)
                | InstrumentKind::Confirmed { .. }
                | InstrumentKind::PayLater
                | InstrumentKind::Points => None,
            }
        };
        let mut wanted: Vec<&str> = Vec::new();
        for finding in &self.ticket.causes {
            // What only a person can find out may lie with whoever has refused it.
            let acts = |who| finding.cause.who().contains(&who) || finding.cause.who().contains(&Who::Support);
            wanted.extend(place(finding).filter(|_| acts(Who::Channel)).map(|channel| channel.id()));
            wanted.extend(bank(finding).filter(|_| acts(Who::Bank)));
        }
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let contacts = wanted.into_iter().filter(|whose| known.insert(*whose)).filter_map(Contact::of);
        contacts
            .map(|contact| ContactBody {
                whose: contact.whose,
                name: contact.name(lang),
                phone: contact.phone,
                page: contact.page,
            })
            .collect()
    }

    pub(crate) fn telling(&self, app: &Shared, lang: Lang) -> Telling<'_> {
        Telling::new(lang, app.engine.clock().now(), &self.instruments, self.payment.as_ref())
    }

    /// How it looks; to staff with the number to call.
    pub(crate) fn body(&self, app: &Shared, caller: &Caller, lang: Lang) -> Result<TicketBody, Problem> {
        let ticket = &self.ticket;
        let telling = self.telling(app, lang);
        let number = if *caller == Caller::Staff { app.engine.call_back(ticket)? } else { None };
        let (answer_by, ended_at) = match ticket.state {
            TicketState::Waiting { answer_by } => (Some(time(answer_by)), None),
            TicketState::Answered { .. } => (None, None),
            TicketState::Ended { at, .. } => (None, Some(time(at))),
        };
        Ok(TicketBody {
            id: ticket.id.to_string(),
            account: ticket.account.to_string(),
            state: ticket.state.id(),
            opened_at: time(ticket.opened_at),
            answer_by,
            ended_at,
            payment: self.payment.as_ref().map(|payment| self.payment(payment, &telling)),
            binding: self.binding.as_ref().map(|binding| binding.id.to_string()),
            causes: telling.causes(&ticket.causes),
            device: ticket.device.iter().map(|line| line.text().to_owned()).collect(),
            call_back: ticket.call_back.is_some(),
            call_back_number: number.map(|number| number.reveal().to_owned()),
            contacts: self.contacts(lang),
            messages: ticket.messages.iter().map(message).collect(),
            masked: Vec::new(),
        })
    }

    fn payment(&self, payment: &Payment, telling: &Telling<'_>) -> TicketPaymentBody {
        let tried_at = match &payment.state {
            PaymentState::Created => None,
            PaymentState::RequiresAction { since, .. } | PaymentState::Processing { since } => Some(*since),
            PaymentState::Succeeded { at } | PaymentState::Refused { at, .. } | PaymentState::Closed { at } => {
                Some(*at)
            }
        };
        let code = self.ticket.causes.iter().find_map(|finding| match finding.field("code") {
            Some(Value::Text(code)) => Some(code.clone()),
            Some(_) | None => None,
        });
        TicketPaymentBody {
            id: payment.id.to_string(),
            order_no: payment.order_no.clone(),
            subject: payment.subject.clone(),
            amount: payment.amount.into(),
            method: payment.instrument().and_then(|id| telling.title(id)),
            state: payment.state.id(),
            made_at: time(payment.created_at),
            tried_at: tried_at.map(time),
            error: code,
        }
    }
}

fn message(message: &Message) -> MessageBody {
    let (text, causes, ended) = match &message.saying {
        Saying::Words(words) => (Some(words.text().to_owned()), None, None),
        Saying::Blocked(causes) => (None, Some(causes.iter().map(|cause| cause.id()).collect()), None),
        Saying::Ended(how) => (None, None, Some(Ending::id(*how))),
    };
    let by = match message.by {
        Author::Payer => "payer",
        Author::Staff(_) => "staff",
        Author::Recheck => "recheck",
    };
    MessageBody { at: time(message.at), by, text, causes, ended }
}

/// Somebody's words with what is secret taken out, and what that was.
pub(crate) fn words_in(field: &str, text: &str) -> Result<(Masked, BTreeSet<Hidden>), Problem> {
    let plain = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    if text.trim().is_empty() || text.chars().count() > LONGEST || !text.chars().all(plain) {
        return Err(Problem::field(Kind::InvalidField, field, format!("write 1 to {LONGEST} characters")));
    }
    Ok(Masked::of(text.trim()))
}

/// The ids of what was taken out.
pub(crate) fn ids_of(hidden: &BTreeSet<Hidden>) -> Vec<&'static str> {
    hidden.iter().map(|one| one.id()).collect()
}

/// Who asks about a ticket: its payer, or a member of staff by his mark.
#[derive(Debug, Clone)]
pub(crate) struct Helped {
    pub(crate) caller: Caller,
    pub(crate) staff: Option<StaffMark>,
}

impl<S: Sync> FromRequestParts<S> for Helped {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Caller>().cloned().unwrap_or(Caller::Unknown);
        let staff = parts.extensions.get::<StaffMark>().copied().filter(|_| caller == Caller::Staff);
        Ok(Self { caller, staff })
    }
}
