//! Banks and their BINs, as data: invented names, and BINs that belong to nobody's cards.

use crate::banks::Code;
use crate::banks::card::{Kind, Limits};
use crate::money::Fen;

const BANKS: &str = include_str!("../../data/banks.tsv");
const BINS: &str = include_str!("../../data/bins.tsv");

/// Which cards of a bank can be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binds {
    Nothing,
    Debit,
    Credit,
    Both,
}

/// The names of [`Binds`] in the data and on the control port.
pub(crate) const BINDS: [(&str, Binds); 4] =
    [("none", Binds::Nothing), ("debit", Binds::Debit), ("credit", Binds::Credit), ("both", Binds::Both)];

/// One bank with its habits.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// Whether its cards pay online at all.
    pub(crate) online: bool,
    pub(crate) binds: Binds,
    /// Whether it sends codes.
    pub(crate) sms: bool,
    /// Whether it compares the phone before it sends a code for opening.
    pub(crate) sms_to_reserved: bool,
    /// Above this amount it asks for a code at paying.
    pub(crate) sms_above: Fen,
    /// Minutes of the day in Beijing between which it answers.
    pub(crate) opens: u16,
    pub(crate) closes: u16,
    /// Its code for a card whose online payment is off.
    pub(crate) disabled: Code,
    pub(crate) not_activated: Code,
    /// Its code for lost, frozen, closed and dormant.
    pub(crate) abnormal: Code,
    pub(crate) risk: Code,
    /// Its code for a customer who may not bind.
    pub(crate) restricted: Code,
    pub(crate) funds: Code,
    /// Its code for the month's limit.
    pub(crate) month: Code,
    /// Whether a binding ends when the reserved phone changes.
    pub(crate) stale_on_new_phone: bool,
}

/// What is issued under one BIN.
#[derive(Clone, Debug)]
pub(crate) struct Bin {
    pub(crate) bin: &'static str,
    pub(crate) bank: &'static str,
    pub(crate) kind: Kind,
    /// Digits of a number, the check digit among them.
    pub(crate) length: usize,
    pub(crate) limits: Limits,
}

fn rows(data: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    data.lines().skip(1).map(|line| line.split('\t').collect())
}

/// All banks; a row that cannot be read is left out, which a test forbids.
pub(crate) fn banks() -> Vec<Bank> {
    rows(BANKS).filter_map(|row| bank(&row)).collect()
}

fn bank(row: &[&'static str]) -> Option<Bank> {
    let [
        id,
        name,
        online,
        binds,
        sms,
        sms_to,
        sms_above,
        opens,
        closes,
        disabled,
        not_activated,
        abnormal,
        risk,
        restricted,
        funds,
        month,
        phone_change,
    ] = row
    else {
        return None;
    };
    Some(Bank {
        id,
        name,
        online: *online == "yes",
        binds: BINDS.into_iter().find(|(name, _)| name == binds)?.1,
        sms: *sms == "yes",
        sms_to_reserved: *sms_to == "reserved",
        sms_above: Fen::new(sms_above.parse().ok()?),
        opens: minutes(opens)?,
        closes: minutes(closes)?,
        disabled,
        not_activated,
        abnormal,
        risk,
        restricted,
        funds,
        month,
        stale_on_new_phone: *phone_change == "stale",
    })
}

/// All BINs, likewise.
pub(crate) fn bins() -> Vec<Bin> {
    rows(BINS).filter_map(|row| bin(&row)).collect()
}

fn bin(row: &[&'static str]) -> Option<Bin> {
    let [bin, bank, kind, length, per_transaction, per_day, per_month] = row else { return None };
    let fen = |text: &str| text.parse().ok().map(Fen::new);
    Some(Bin {
        bin,
        bank,
        kind: if *kind == "credit" { Kind::Credit } else { Kind::Debit },
        length: length.parse().ok()?,
        limits: Limits { per_transaction: fen(per_transaction)?, per_day: fen(per_day)?, per_month: fen(per_month)? },
    })
}

/// `07:30` as minutes of the day; `24:00` is its end.
pub(crate) fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= 24 * 60).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_every_bin_has_a_bank() {
        let (banks, bins) = (banks(), bins());
        assert_eq!(banks.len(), BANKS.lines().count() - 1);
        assert_eq!(bins.len(), BINS.lines().count() - 1);
        assert!(banks.len() >= 12);
        for bin in &bins {
            assert!(banks.iter().any(|bank| bank.id == bin.bank), "{bin:?}");
            assert!((16..=19).contains(&bin.length), "{bin:?}");
        }
        assert_eq!(
            (minutes("24:00"), minutes("07:30"), minutes("24:01"), minutes("7")),
            (Some(1440), Some(450), None, None)
        );
    }
}
