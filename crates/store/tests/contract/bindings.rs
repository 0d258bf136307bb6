//! Bank cards: their bindings step by step, the bound ones, and the codes that their banks are asked for.

use tantu_domain::account::{Account, AccountState};
use tantu_domain::bank::{Bank, bins};
use tantu_domain::binding::Binding;
use tantu_domain::card::{
    BindingReport, BoundCard, Card, CardFace, CardHash, CardKind, CardState, CardToken, CodeReport, TokenStanding,
};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;
use tantu_domain::ids::{AttemptId, BindingId, InstrumentId, JobId, OpeningId, PaymentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_domain::money::Money;
use tantu_domain::one_time_code::Sendings;
use tantu_domain::person::HolderMark;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::job::{Job, JobKind};
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, later, now, one, word, world};

fn face(kind: CardKind) -> CardFace {
    CardFace {
        bank: Bank::parse("cmb").unwrap(),
        kind,
        bin: "621483".into(),
        last_four: "6222".into(),
        phone: "138****5678".into(),
        hash: CardHash([0xC4; 32]),
        holder: Some(HolderMark { hash: [0xD5; 32], shown: "C**".into() }),
    }
}

fn bound() -> BindingReport {
    let token = CardToken::new("6235240000020837654");
    let ends_at = Some(later(99_999));
    BindingReport::Bound(BoundCard { token, begins_at: None, ends_at, kind: None, last_four: None })
}

/// A binding at each of its stages, the last one bound, with the card.
fn stages(payer: &Payer) -> Vec<Binding> {
    let (binding, opening) = (id(BindingId::new), id(OpeningId::new));
    let begun = Binding::new(binding, payer.account, id(InstrumentId::new), now());
    let agreed = begun.clone().accept_terms("2026-11".into(), later(1)).unwrap();
    let sending = agreed.clone().give_details(face(CardKind::Debit), opening, later(2)).unwrap();
    let (due, _) = sending.clone().record_code(opening, &CodeReport::Sent, later(3));
    let entered = due.clone().enter_code(later(4)).unwrap();
    let causes =
        vec![(Cause::CardReservedPhoneMismatch, Confidence::Likely), (Cause::IdentityNameMismatch, Confidence::Likely)];
    let declined = BindingReport::Declined { word: word("66"), causes };
    let (refused, _) = entered.clone().record_opening(opening, &declined, later(5));
    let (done, _) = entered.clone().record_opening(opening, &bound(), later(6));
    let abandoned = due.clone().abandon(later(7)).unwrap();
    vec![begun, agreed, sending, due, entered, refused, done, abandoned]
}

pub(crate) fn every_stage_survives(store: &dyn Store) {
    let payer = Payer::stored(store);
    for binding in stages(&payer) {
        let keys = Keys { bindings: one(binding.id), ..Keys::default() };
        let mut seen = world(store, &keys);
        seen.apply(&Change::PutBinding(binding.clone()));
        commit(store, &[Change::PutBinding(binding.clone())]);
        assert_eq!(store.binding(binding.id).unwrap().as_ref(), Some(&binding));
        let loaded = world(store, &keys);
        assert_eq!(loaded.bindings, seen.bindings, "the batch saw what is loaded next");
        assert!(loaded.accounts.contains_key(&payer.account), "a binding brings its account");
    }
    assert_eq!(store.binding(id(BindingId::new)).unwrap(), None);
}

pub(crate) fn an_opening_finds_its_binding(store: &dyn Store) {
    let payer = Payer::stored(store);
    let waiting = stages(&payer).swap_remove(3);
    commit(store, &[Change::PutBinding(waiting.clone())]);
    let opening = waiting.opening.unwrap();
    let by = |opening| world(store, &Keys { openings: one(opening), ..Keys::default() });
    let found = by(opening);
    assert_eq!(found.binding_of(opening), Some(&waiting));
    assert!(found.accounts.contains_key(&payer.account));
    assert_eq!(by(id(OpeningId::new)).bindings.len(), 0);
    // Given anew, the details have another number, and the old one is nobody's.
    let next = id(OpeningId::new);
    let again = waiting.give_details(face(CardKind::Debit), next, later(70)).unwrap();
    commit(store, &[Change::PutBinding(again.clone())]);
    assert_eq!((by(opening).bindings.len(), by(next).binding_of(next)), (0, Some(&again)));
}

pub(crate) fn cards_survive_and_stay_one_instrument(store: &dyn Store) {
    let payer = Payer::stored(store);
    let card = Card {
        face: face(CardKind::Credit),
        token: CardToken::new("6235240000020837654"),
        ends_at: None,
        opening: id(OpeningId::new),
        bound_at: later(1),
        last_good_use: later(2),
        state: CardState::Bound,
    };
    let instrument = id(InstrumentId::new);
    let off = card.clone().switch(false, later(3)).unwrap();
    let stale = card.clone().record(TokenStanding::Gone, later(4));
    let unbinding = card.clone().unbind(later(5)).unwrap();
    let unbound = unbinding.clone().record(TokenStanding::Gone, later(6));
    let anew = Card {
        face: CardFace { hash: CardHash([1; 32]), bank: bins()[0].bank, ..face(CardKind::Debit) },
        token: CardToken::new("6235240000020839999"),
        ends_at: Some(later(1_000)),
        opening: id(OpeningId::new),
        ..card.clone()
    };
    let keys = Keys { accounts: one(payer.account), ..Keys::default() };
    for card in [card, off, stale, unbinding, unbound, anew] {
        let row = Instrument { id: instrument, account: payer.account, kind: InstrumentKind::Card(card) };
        let mut seen = world(store, &keys);
        seen.apply(&Change::PutInstrument(row.clone()));
        commit(store, &[Change::PutInstrument(row.clone())]);
        let file = store.account(payer.account, now()).unwrap().unwrap();
        assert_eq!(file.instruments.len(), 3, "the wallet, the mandate and one card");
        assert!(file.instruments.contains(&row), "{row:?}");
        let loaded = &world(store, &keys).accounts[&payer.account];
        assert_eq!(loaded.instruments, seen.accounts[&payer.account].instruments);
        assert_eq!(store.account_of(instrument).unwrap(), Some(payer.account));
    }
}

pub(crate) fn codes_are_counted_with_their_account(store: &dyn Store) {
    let payer = Payer::stored(store);
    let codes = Sendings::default().count(now()).unwrap().count(later(61)).unwrap();
    let counted = Account { codes: codes.clone(), ..payer.account_row(AccountState::Active) };
    let keys = Keys { accounts: one(payer.account), ..Keys::default() };
    let mut seen = world(store, &keys);
    seen.apply(&Change::PutAccount(counted.clone()));
    commit(store, &[Change::PutAccount(counted)]);
    assert_eq!(world(store, &keys).accounts[&payer.account].account.codes, codes);
    assert_eq!(seen.accounts[&payer.account].account.codes, codes);
}

pub(crate) fn a_bank_code_survives_with_its_leg(store: &dyn Store) {
    let payer = Payer::stored(store);
    let (attempt, card) = (id(AttemptId::new), id(InstrumentId::new));
    let asked = payer.order(Money::cny(30_000)).ask_code(attempt, card, later(1)).unwrap();
    let answered = asked.clone().code_answered(attempt);
    let again = answered.clone().ask_code(id(AttemptId::new), card, later(61)).unwrap();
    for payment in [asked, answered, again] {
        commit(store, &[Change::PutPayment(payment.clone())]);
        assert_eq!(store.payment(payment.id).unwrap().as_ref(), Some(&payment));
        assert!(payment.awaited_code().is_some());
    }
}

pub(crate) fn jobs_of_cards_survive(store: &dyn Store) {
    let kinds = [
        JobKind::SendBankCode { payment: id(PaymentId::new), attempt: id(AttemptId::new) },
        JobKind::ResolveOpening { binding: id(BindingId::new) },
        JobKind::DeleteToken { instrument: id(InstrumentId::new) },
    ];
    for kind in kinds {
        let job = Job { id: id(JobId::new), kind, run_at: later(1), tries: 0, fence: 1, lease: None };
        commit(store, &[Change::PutJob(job.clone())]);
        let keys = Keys { jobs: one(job.id), ..Keys::default() };
        assert_eq!(world(store, &keys).jobs.get(&job.id), Some(&job));
    }
}
