//! The people whom the registry knows: fictional, from `data/people.tsv`, or made on the control port.

use std::sync::{Mutex, PoisonError};

/// A person with what the registry and the carriers have on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) certificate_number: String,
    /// The numbers that the carriers have registered for him.
    pub(crate) phones: Vec<String>,
}

/// All people of one sandbox.
pub(crate) struct People {
    people: Mutex<Vec<Person>>,
}

const DATA: &str = include_str!("../data/people.tsv");

/// The people that every sandbox begins with: name, number, phone.
pub(crate) fn seeded() -> Vec<Person> {
    let rows = DATA.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter_map(|row| {
        let [name, number, phone] = row.as_slice() else { return None };
        Some(Person {
            name: (*name).to_owned(),
            certificate_number: (*number).to_owned(),
            phones: vec![(*phone).to_owned()],
        })
    })
    .collect()
}

impl People {
    pub(crate) fn new() -> Self {
        Self { people: Mutex::new(seeded()) }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Person>) -> T) -> T {
        act(&mut self.people.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn list(&self) -> Vec<Person> {
        self.with(|people| people.clone())
    }

    pub(crate) fn find(&self, certificate_number: &str) -> Option<Person> {
        self.with(|people| people.iter().find(|person| person.certificate_number == certificate_number).cloned())
    }

    /// Puts a person on record, in the place of whoever had the number.
    pub(crate) fn keep(&self, person: Person) {
        self.with(|people| {
            people.retain(|known| known.certificate_number != person.certificate_number);
            people.push(person);
        });
    }

    /// Strikes a person from the record; whether there was one.
    pub(crate) fn remove(&self, certificate_number: &str) -> bool {
        self.with(|people| {
            let before = people.len();
            people.retain(|known| known.certificate_number != certificate_number);
            people.len() < before
        })
    }
}

/// Whether a resident's number is well formed: 17 digits, a date that was, and the check digit of GB 11643-1999.
pub(crate) fn is_certificate_number(number: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let Some((body, check)) = number.split_at_checked(17) else { return false };
    let digits: Option<Vec<u32>> = body.chars().map(|char| char.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == 17) else { return false };
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit.saturating_mul(weight)).sum();
    let expected = usize::try_from(sum % 11).ok().and_then(|index| CHECKS.get(index));
    let born = body.get(6..14).and_then(|date| jiff::civil::Date::strptime("%Y%m%d", date).ok());
    born.is_some() && expected.is_some_and(|expected| check == expected.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_their_check_digit() {
        for person in seeded() {
            assert!(is_certificate_number(&person.certificate_number), "{person:?}");
        }
        assert_eq!(seeded().len(), 8);
        for wrong in ["110105198802140004", "11010519880230000X", "11010519880214000", "", "61011319990301000x", "六"]
        {
            assert!(!is_certificate_number(wrong), "{wrong}");
        }
    }
}
