//! What is known of an account's holder, sealed, and what counts how often somebody asks for something.

use jiff::Timestamp;
use tantu_domain::code::SealedText;
use tantu_domain::ids::{AccountId, CodeId, SHARDS, Shard, TicketId};
use tantu_domain::person::HolderMark;

/// What is known of a holder. Only the vault reads it, and each text in this row alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPerson {
    /// Whose account it is.
    pub account: AccountId,
    /// The name.
    pub name: Option<SealedText>,
    /// The document's number.
    pub document: Option<SealedText>,
    /// The phone.
    pub phone: Option<SealedText>,
}

impl SealedPerson {
    /// Of a holder of whom nothing is known yet.
    pub fn nobody(account: AccountId) -> Self {
        Self { account, name: None, document: None, phone: None }
    }
}

/// A row with sealed texts in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedRow {
    /// What is known of a holder.
    Person(AccountId),
    /// A one-time code, with the phone that it was sent to.
    Code(CodeId),
    /// A ticket, with the number to call back.
    Ticket(TicketId),
}

/// What another key than the newest has sealed on a shard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedOtherwise {
    /// Some of it.
    pub rows: Vec<SealedRow>,
    /// How many rows there are.
    pub left: u64,
}

impl SealedOtherwise {
    /// Of rows that each know how many there are.
    pub(crate) fn of(rows: Vec<(SealedRow, u64)>) -> Self {
        let left = rows.first().map_or(0, |(_, total)| *total);
        Self { rows: rows.into_iter().map(|(row, _)| row).collect(), left }
    }
}

/// Something whose sendings or tries are counted: a phone, an account, a device, an address. It is a keyed hash, so the
/// table tells nobody's number; it lives on the shard of its own hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject([u8; 32]);

impl Subject {
    /// The subject of a keyed hash.
    pub fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The shard it lives on.
    pub fn shard(self) -> Shard {
        Shard::of(self.0[0] % SHARDS)
    }

    /// The subject that the table finds by a text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
        }
        Some(Self(hash))
    }

    /// What the table finds it by.
    pub(crate) fn key(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How often something was sent or tried, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Of what.
    pub subject: Subject,
    /// When.
    pub at: Vec<Timestamp>,
}

/// The instants as the table has them: one after the other.
pub(crate) fn write_instants(instants: &[Timestamp]) -> String {
    instants.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn read_instants(text: &str) -> Result<Vec<Timestamp>, String> {
    text.split_whitespace().map(|at| at.parse().map_err(|_| format!("no time {at}"))).collect()
}

/// A holder's mark as the tables have it: the hash, then the name as it is shown.
pub(crate) fn write_mark(mark: &HolderMark) -> Vec<u8> {
    [mark.hash.as_slice(), mark.shown.as_bytes()].concat()
}

pub(crate) fn read_mark(bytes: &[u8]) -> Result<HolderMark, String> {
    let (hash, shown) = bytes.split_first_chunk::<32>().ok_or("shorter than a hash")?;
    let shown = std::str::from_utf8(shown).map_err(|_| "the name is no text")?;
    Ok(HolderMark { hash: *hash, shown: shown.to_owned() })
}
