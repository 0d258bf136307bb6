//! Holders, codes and tallies.

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::account::{Account, AccountState};
use tantu_domain::code::{Code, Delivery, Purpose, SealedText};
use tantu_domain::ids::{CodeId, PaymentId};
use tantu_domain::money::Money;
use tantu_domain::person::{Changed, Detail, HolderMark, Identity, Person};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::person::{SealedPerson, Subject, Tally};

use super::samples::{Payer, commit, id, later, now, one, world};

pub(crate) fn standings_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let mut table = vec![Person::default(), Person::met_in_person(now())];
    let identity = Identity { verified_at: later(1), valid_until: Some(Date::constant(2036, 2, 29)) };
    let mark = HolderMark { hash: [0xA5; 32], shown: "L**".into() };
    table.push(Person { identity: Some(identity), mark: Some(mark), ..Person::default() });
    for what in Detail::ALL {
        let changed = Some(Changed { what: *what, at: later(3) });
        table.push(Person { changed, phone_bound_at: Some(later(2)), ..Person::default() });
    }
    for person in table {
        let row = Account { person: person.clone(), ..payer.account_row(AccountState::Active) };
        commit(store, &[Change::PutAccount(row)]);
        let known = store.account(payer.account, now()).unwrap().unwrap().account;
        assert_eq!(known.person, person);
        let loaded = world(store, &Keys { accounts: one(payer.account), ..Keys::default() });
        assert_eq!(loaded.accounts[&payer.account].account.person, person);
    }
}

pub(crate) fn sealed_people_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let keys = Keys { people: one(payer.account), ..Keys::default() };
    assert!(world(store, &keys).people.is_empty());
    let text = |byte: u8| Some(SealedText(vec![byte; 60]));
    let nobody = SealedPerson::nobody(payer.account);
    let table = [
        nobody.clone(),
        SealedPerson { phone: text(3), ..nobody.clone() },
        SealedPerson { name: text(1), document: text(2), phone: text(0), ..nobody.clone() },
        nobody,
    ];
    for person in table {
        let mut seen = world(store, &keys);
        seen.apply(&Change::PutPerson(person.clone()));
        commit(store, &[Change::PutPerson(person.clone())]);
        assert_eq!(world(store, &keys).people, seen.people, "the batch saw what is loaded next");
        assert_eq!(seen.people[&payer.account], person);
    }
}

fn code(payer: &Payer, purpose: Purpose) -> Code {
    Code {
        id: id(CodeId::new),
        account: payer.account,
        purpose,
        phone: SealedText(vec![9; 40]),
        mac: [7; 32],
        sent_at: now(),
        tries: 0,
        used_at: None,
        delivery: Delivery::Sent,
        delivery_at: None,
    }
}

pub(crate) fn codes_survive_and_are_used(store: &dyn Store) {
    let payer = Payer::stored(store);
    let payment = Purpose::Payment(id(PaymentId::new), payer.merchant, Money::cny(88_800));
    for purpose in [Purpose::BindPhone, payment, Purpose::ResetPassword] {
        let sent = code(&payer, purpose);
        let keys = Keys { codes: one(sent.id), ..Keys::default() };
        assert!(world(store, &keys).codes.is_empty());
        let mut table = vec![sent.clone(), sent.count_try(later(1)).unwrap(), sent.used(later(2)).unwrap()];
        table.extend(Delivery::ALL.iter().map(|delivery| Code {
            delivery: *delivery,
            delivery_at: Some(later(3)),
            tries: 5,
            ..sent.clone()
        }));
        for row in table {
            commit(store, &[Change::PutCode(row.clone())]);
            assert_eq!(world(store, &keys).codes[&sent.id], row);
        }
        // What a code is bound to never changes.
        let moved = Code { account: Payer::new().account, mac: [8; 32], sent_at: later(9), ..sent.clone() };
        commit(store, &[Change::PutCode(moved)]);
        assert_eq!(world(store, &keys).codes[&sent.id], sent);
    }
}

pub(crate) fn tallies_survive(store: &dyn Store) {
    for number in [0, 1, 99, 100, 255] {
        let subject = Subject::new([number; 32]);
        let keys = Keys { tallies: one(subject), ..Keys::default() };
        assert!(world(store, &keys).tallies.is_empty());
        for at in [vec![now()], vec![now(), later(60), Timestamp::MAX], Vec::new()] {
            let tally = Tally { subject, at };
            commit(store, &[Change::PutTally(tally.clone())]);
            assert_eq!(world(store, &keys).tallies[&subject], tally);
        }
    }
}
