//! Tickets, their threads, and the lists of them.

use tantu_domain::cause::Cause;
use tantu_domain::code::SealedText;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_domain::ids::{BindingId, IncidentId, JobId, PaymentId, TicketId};
use tantu_domain::masked::Masked;
use tantu_domain::staff::StaffMark;
use tantu_domain::ticket::{About, Author, Ending, Ticket, TicketState};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;
use tantu_store::ticket::TicketsOf;

use super::samples::{Payer, commit, id, job, later, now, one, world};

fn words(text: &str) -> Masked {
    Masked::of(text).0
}

fn ticket(payer: &Payer, about: About, answer_by: i64) -> Ticket {
    let finding = Finding {
        cause: Cause::SupportEscalate,
        confidence: Confidence::Certain,
        evidence: Vec::new(),
        instrument: None,
    };
    Ticket {
        id: Ticket::id_of(about).unwrap_or_else(|| payer.own(TicketId::new)),
        account: payer.account,
        about,
        opened_at: now(),
        state: TicketState::Waiting { answer_by: later(answer_by) },
        causes: vec![finding],
        device: vec![words("system android/14.0.0"), words("a 'quoted' line")],
        call_back: None,
        messages: Vec::new(),
    }
}

pub(crate) fn every_stage_survives(store: &dyn Store) {
    let payer = Payer::stored(store);
    for about in [About::Payment(payer.own(PaymentId::new)), About::Binding(payer.own(BindingId::new)), About::Nothing]
    {
        let opened = ticket(&payer, about, 60);
        let keys = Keys { tickets: one(opened.id), ..Keys::default() };
        assert_eq!(store.ticket(opened.id).unwrap(), None);
        assert!(world(store, &keys).tickets.is_empty());
        let hour = jiff::SignedDuration::from_hours(1);
        let asked = opened.clone().ask(words("two\nlines, and 中文"), later(1), hour).unwrap();
        let called = Ticket { call_back: Some(SealedText(vec![1, 2, 3])), ..asked.clone() };
        let answered = called.clone().answer(StaffMark::of(&[9; 32]), words("we look"), later(2)).unwrap();
        let looked = answered.clone().recheck([Cause::AccountFrozen, Cause::AppBug], later(3)).recheck([], later(4));
        let ended = looked.clone().end(Author::Recheck, Ending::Solved, later(5)).unwrap();
        for row in [opened, asked, called, answered, looked, ended] {
            let mut seen = world(store, &keys);
            seen.apply(&Change::PutTicket(row.clone()));
            commit(store, &[Change::PutTicket(row.clone())]);
            assert_eq!(store.ticket(row.id).unwrap().as_ref(), Some(&row));
            assert_eq!(world(store, &keys).tickets, seen.tickets, "the batch saw what is loaded next");
        }
    }
}

pub(crate) fn what_was_said_stays(store: &dyn Store) {
    let payer = Payer::stored(store);
    let hour = jiff::SignedDuration::from_hours(1);
    let first = ticket(&payer, About::Nothing, 60).ask(words("first"), later(1), hour).unwrap();
    commit(store, &[Change::PutTicket(first.clone())]);
    let mut other = first.clone();
    other.account = Payer::new().account;
    other.messages.clear();
    let other = other.ask(words("another"), later(1), hour).unwrap();
    commit(store, &[Change::PutTicket(other)]);
    assert_eq!(store.ticket(first.id).unwrap(), Some(first));
}

pub(crate) fn lists_are_in_order(store: &dyn Store) {
    let (payer, other) = (Payer::stored(store), Payer::stored(store));
    let mut own: Vec<Ticket> = [30, 10, 20].into_iter().map(|by| ticket(&payer, About::Nothing, by)).collect();
    for (ticket, opened) in own.iter_mut().zip([1, 2, 3]) {
        ticket.opened_at = later(opened);
    }
    let foreign = ticket(&other, About::Nothing, 15);
    let over = ticket(&payer, About::Nothing, 5).end(Author::Payer, Ending::Closed, later(9)).unwrap();
    let rows = own.iter().chain([&foreign, &over]).cloned().map(Change::PutTicket).collect::<Vec<_>>();
    commit(store, &rows);
    let ids = |of, limit| store.tickets(of, limit).unwrap().iter().map(|ticket| ticket.id).collect::<Vec<_>>();
    assert_eq!(ids(TicketsOf::Waiting, 9), [own[1].id, foreign.id, own[2].id, own[0].id]);
    assert_eq!(ids(TicketsOf::Waiting, 2), [own[1].id, foreign.id]);
    assert_eq!(ids(TicketsOf::Account(payer.account), 9), [own[2].id, own[1].id, own[0].id, over.id]);
    assert_eq!(ids(TicketsOf::Account(other.account), 9), [foreign.id]);
    let whole = store.tickets(TicketsOf::Account(payer.account), 9).unwrap();
    assert_eq!(whole.last(), Some(&over), "with its thread");
}

pub(crate) fn jobs_of_tickets_survive(store: &dyn Store) {
    let incident = id(IncidentId::new);
    for kind in [
        JobKind::TendTicket { ticket: id(TicketId::new) },
        JobKind::TendIncident { incident, after: None },
        JobKind::TendIncident { incident, after: Some(id(PaymentId::new)) },
    ] {
        let row = Job { kind, ..job(now()) };
        commit(store, &[Change::PutJob(row.clone())]);
        let keys = Keys { jobs: one::<JobId>(row.id), ..Keys::default() };
        assert_eq!(world(store, &keys).jobs[&row.id], row);
    }
}
