//! The banks behind UnionPay: what they issued, to whom, in what state, with what money.
//!
//! A bank says yes, or one of the codes that UnionPay publishes, and nothing more. Which code it uses for which state is
//! its own habit (`data/banks.tsv`), as in reality: one code covers several states, and two banks name one state with
//! different codes. Only the holder can ask his bank which it is; here that is the control port.

pub(crate) mod bank;
pub(crate) mod card;
mod decision;
mod seed;
mod spending;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::beijing;
use crate::clock::Clock;
use crate::ids::Ids;
use crate::money::Fen;

use bank::{Bank, Bin};
use card::{Card, Kind};
pub(crate) use decision::Factors;
use spending::Spending;

/// A published response code of UnionPay, two characters.
pub(crate) type Code = &'static str;

#[derive(Default)]
struct Shelf {
    banks: Vec<Bank>,
    cards: BTreeMap<String, Card>,
    spending: HashMap<String, Spending>,
}

/// All banks of one sandbox with their cards.
pub(crate) struct Banks {
    clock: Arc<Clock>,
    ids: Ids,
    bins: Vec<Bin>,
    shelf: Mutex<Shelf>,
}

impl Banks {
    pub(crate) fn new(seed: u64, clock: Arc<Clock>) -> Self {
        let banks = Self {
            clock,
            // Another stream of numbers than the channel's own.
            ids: Ids::new(seed.wrapping_add(0x5EED)),
            bins: bank::bins(),
            shelf: Mutex::new(Shelf { banks: bank::banks(), ..Shelf::default() }),
        };
        for (wanted, state) in seed::cards(&banks.bins) {
            if let Some(mut card) = banks.issue(&wanted) {
                card.state = state;
                banks.keep(card);
            }
        }
        banks
    }

    fn with<T>(&self, act: impl FnOnce(&mut Shelf) -> T) -> T {
        act(&mut self.shelf.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// The row that a number begins with; of several the longest.
    pub(crate) fn bin_of(&self, number: &str) -> Option<&Bin> {
        let fits = |bin: &&Bin| number.starts_with(bin.bin);
        self.bins.iter().filter(fits).max_by_key(|bin| bin.bin.len())
    }

    pub(crate) fn banks(&self) -> Vec<Bank> {
        self.with(|shelf| shelf.banks.clone())
    }

    pub(crate) fn bank(&self, id: &str) -> Option<Bank> {
        self.with(|shelf| shelf.banks.iter().find(|bank| bank.id == id).cloned())
    }

    /// The bank that issued under this number's BIN.
    pub(crate) fn bank_of(&self, number: &str) -> Option<Bank> {
        self.bank(self.bin_of(number)?.bank)
    }

    /// Changes a bank; `None` if there is none of this id.
    pub(crate) fn change_bank(&self, id: &str, act: impl FnOnce(&mut Bank)) -> Option<Bank> {
        self.with(|shelf| {
            let bank = shelf.banks.iter_mut().find(|bank| bank.id == id)?;
            act(bank);
            Some(bank.clone())
        })
    }

    pub(crate) fn cards(&self) -> Vec<Card> {
        self.with(|shelf| shelf.cards.values().cloned().collect())
    }

    pub(crate) fn card(&self, number: &str) -> Option<Card> {
        self.with(|shelf| shelf.cards.get(number).cloned())
    }

    pub(crate) fn keep(&self, card: Card) {
        self.with(|shelf| shelf.cards.insert(card.number.clone(), card));
    }

    /// Changes a card; `None` if there is none of this number.
    pub(crate) fn change_card(&self, number: &str, act: impl FnOnce(&mut Card)) -> Option<Card> {
        self.with(|shelf| {
            let card = shelf.cards.get_mut(number)?;
            act(card);
            Some(card.clone())
        })
    }

    /// A new card as it is wanted, not yet kept; `None` if no BIN fits.
    pub(crate) fn issue(&self, wanted: &card::Wanted) -> Option<Card> {
        let bin = self.bins.iter().find(|bin| match &wanted.bin {
            Some(wanted) => bin.bin == wanted,
            None => {
                wanted.bank.as_deref().is_none_or(|id| id == bin.bank)
                    && wanted.kind.is_none_or(|kind| kind == bin.kind)
            }
        })?;
        let free = bin.length.saturating_sub(bin.bin.len()).saturating_sub(1);
        let number = card::with_check_digit(&format!("{}{}", bin.bin, self.ids.serial_digits(free)));
        Some(self.card_of(bin, number, wanted))
    }

    /// A card with a number of the caller's choosing, not yet kept; `None` if no BIN, length or check digit fits.
    pub(crate) fn issue_numbered(&self, number: &str, wanted: &card::Wanted) -> Option<Card> {
        let bin = self.bin_of(number).filter(|bin| bin.length == number.len() && card::passes_luhn(number))?;
        Some(self.card_of(bin, number.to_owned(), wanted))
    }

    fn card_of(&self, bin: &Bin, number: String, wanted: &card::Wanted) -> Card {
        let credit = bin.kind == Kind::Credit;
        let expired = wanted.expired.clone().or_else(|| credit.then(|| "3112".to_owned()));
        let cvn2 = wanted.cvn2.clone().or_else(|| credit.then(|| self.ids.serial_digits(3)));
        Card {
            number,
            bank: bin.bank,
            kind: bin.kind,
            holder: wanted.holder.clone(),
            expired,
            cvn2,
            balance: wanted.balance,
            state: wanted.state,
            limits: bin.limits,
        }
    }

    /// Takes an amount from a card for an order, or refuses with the bank's code and changes nothing. `opened_phone` is
    /// the reserved phone at the time when the token was opened.
    pub(crate) fn charge(&self, number: &str, amount: Fen, order: &str, opened_phone: &str) -> Result<(), Code> {
        let now = self.clock.business_now();
        self.with(|shelf| {
            let card = shelf.cards.get_mut(number).ok_or("61")?;
            let bank = shelf.banks.iter().find(|bank| bank.id == card.bank).ok_or("01")?;
            let spending = shelf.spending.entry(number.to_owned()).or_default();
            decision::may_pay(bank, card, spending, amount, opened_phone, now)?;
            card.balance = card.balance.minus(amount).ok_or(bank.funds)?;
            spending.count(order, beijing::zoned(now).date(), amount);
            Ok(())
        })
    }

    /// Gives an amount back to a card. With the order's number its use of the limits is given back too: the payment was
    /// undone, and not only refunded.
    pub(crate) fn give_back(&self, number: &str, amount: Fen, undone_order: Option<&str>) {
        self.with(|shelf| {
            let Some(card) = shelf.cards.get_mut(number) else { return };
            card.balance = card.balance.plus(amount).unwrap_or(card.balance);
            if let Some(order) = undone_order {
                shelf.spending.entry(number.to_owned()).or_default().forget(order);
            }
        });
    }

    /// Whether a card may be bound by these factors, or the bank's code.
    pub(crate) fn open(&self, number: &str, factors: &Factors) -> Result<Card, Code> {
        let now = self.clock.business_now();
        self.with(|shelf| {
            let card = shelf.cards.get(number).ok_or("61")?;
            let bank = shelf.banks.iter().find(|bank| bank.id == card.bank).ok_or("01")?;
            decision::may_open(bank, card, factors, now)?;
            Ok(card.clone())
        })
    }

    /// The phone to which a code for opening goes, or why none is sent. `given` is the number that the payer typed.
    pub(crate) fn phone_for_opening(&self, number: &str, given: &str) -> Result<String, Code> {
        let card = self.card(number).filter(|_| card::passes_luhn(number)).ok_or("61")?;
        let bank = self.bank(card.bank).ok_or("01")?;
        decision::offers(&bank, &card)?;
        decision::is_open(&bank, self.clock.business_now())?;
        if !bank.sms {
            return Err("79");
        }
        // Some banks compare at once; behind the others the code goes to the number that was typed, and they compare later.
        if bank.sms_to_reserved && card.holder.phone != given {
            return Err("66");
        }
        Ok(given.to_owned())
    }

    /// Whether the card's bank asks for a code of its own at paying this amount.
    pub(crate) fn asks_for_code(&self, number: &str, amount: Fen) -> bool {
        self.card(number).and_then(|card| self.bank(card.bank)).is_some_and(|bank| bank.sms && amount > bank.sms_above)
    }
}
