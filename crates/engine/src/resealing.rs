//! Sealing anew: what an older key sealed is sealed under the newest one, in the background and a few rows at a time, until the
//! older key can be let go. Meanwhile both open.
//!
//! Nobody leads: every process sweeps by itself. A row is sealed anew only if it still is what was read, so two who come by
//! the same one write it once, and whoever is killed in between has lost nothing.

use std::sync::Arc;
use std::time::Duration;

use tantu_domain::code::{Code, SealedText};
use tantu_domain::ids::Shard;
use tantu_domain::person::Detail;
use tantu_domain::ticket::Ticket;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::person::{SealedPerson, SealedRow};
use tantu_store::world::World;
use tantu_vault::Vault;

use crate::command::{Command, Decision, Tools};
use crate::error::EngineError;
use crate::{Engine, Parts, codes, meters, people, tickets};

/// How many rows of a shard are read at once.
const AT_ONCE: u16 = 64;

/// How long is rested after each of them: payers go first.
const REST: Duration = Duration::from_millis(20);

/// How long a server that has started does other things first.
const FIRST: Duration = Duration::from_secs(10);

/// How long until the next round, if the last one has left nothing: a server that is about to be restarted may still seal
/// with the older key.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// Reads the sealed texts of a row. It changes nothing.
#[derive(Debug, Clone)]
struct LoadSealed {
    row: SealedRow,
}

/// Puts texts that were sealed anew in the place of those that were read, where these still stand.
#[derive(Debug, Clone)]
struct PutAnew {
    row: SealedRow,
    texts: Vec<(SealedText, SealedText)>,
}

fn keys_of(row: SealedRow) -> Keys {
    let mut keys = Keys::default();
    match row {
        SealedRow::Person(account) => drop(keys.people.insert(account)),
        SealedRow::Code(code) => drop(keys.codes.insert(code)),
        SealedRow::Ticket(ticket) => drop(keys.tickets.insert(ticket)),
    }
    keys
}

impl Command for LoadSealed {
    /// The texts; of a holder with what they are.
    type Outcome = Vec<(Option<Detail>, SealedText)>;

    fn keys(&self) -> Keys {
        keys_of(self.row)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Self::Outcome> {
        let texts = match self.row {
            SealedRow::Person(account) => {
                let known = world.people.get(&account);
                let texts = known.map_or([None; 3], |known| {
                    let details = [
                        (Detail::Name, &known.name),
                        (Detail::Document, &known.document),
                        (Detail::Phone, &known.phone),
                    ];
                    details.map(|(detail, text)| text.as_ref().map(|text| (Some(detail), text)))
                });
                texts.into_iter().flatten().map(|(detail, text)| (detail, text.clone())).collect()
            }
            SealedRow::Code(id) => world.codes.get(&id).map(|known| (None, known.phone.clone())).into_iter().collect(),
            SealedRow::Ticket(id) => {
                let number = world.tickets.get(&id).and_then(|known| known.call_back.clone());
                number.map(|number| (None, number)).into_iter().collect()
            }
        };
        Ok((texts, Vec::new()))
    }
}

impl PutAnew {
    /// The text that a text becomes.
    fn anew(&self, text: &SealedText) -> SealedText {
        let found = self.texts.iter().find(|(before, _)| before == text);
        found.map_or_else(|| text.clone(), |(_, after)| after.clone())
    }
}

impl Command for PutAnew {
    type Outcome = ();

    fn keys(&self) -> Keys {
        keys_of(self.row)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<()> {
        let maybe = |text: &Option<SealedText>| text.as_ref().map(|text| self.anew(text));
        let change = match self.row {
            SealedRow::Person(account) => world.people.get(&account).map(|known| {
                let (name, document) = (maybe(&known.name), maybe(&known.document));
                Change::PutPerson(SealedPerson { name, document, phone: maybe(&known.phone), ..known.clone() })
            }),
            SealedRow::Code(id) => world
                .codes
                .get(&id)
                .map(|known| Change::PutCode(Code { phone: self.anew(&known.phone), ..known.clone() })),
            SealedRow::Ticket(id) => world
                .tickets
                .get(&id)
                .map(|known| Change::PutTicket(Ticket { call_back: maybe(&known.call_back), ..known.clone() })),
        };
        Ok(((), change.into_iter().collect()))
    }
}

/// Seals a row anew; whether there was anything to do that could be done.
async fn row_anew(parts: &Parts, vault: &Vault, row: SealedRow) -> Result<bool, EngineError> {
    let found = parts.lane.run(LoadSealed { row }).await?;
    let bytes = match row {
        SealedRow::Person(account) => account.bytes(),
        SealedRow::Code(code) => code.bytes(),
        SealedRow::Ticket(ticket) => ticket.bytes(),
    };
    let mut texts = Vec::new();
    for (detail, sealed) in found.into_iter().filter(|(_, sealed)| !vault.is_current(&sealed.0)) {
        let place = match (row, detail) {
            (SealedRow::Person(_), Some(detail)) => people::place(&bytes, detail),
            (SealedRow::Ticket(_), _) => tickets::place(&bytes),
            (SealedRow::Code(_) | SealedRow::Person(_), _) => codes::place(&bytes),
        };
        let Ok(opened) = vault.open(place, &sealed.0) else {
            tracing::error!(?row, "what is sealed there opens with none of the keys, and stays");
            continue;
        };
        let anew = vault.seal(place, &opened).map_err(|_| EngineError::Vault)?;
        texts.push((sealed, SealedText(anew)));
    }
    let any = !texts.is_empty();
    if any {
        parts.lane.run(PutAnew { row, texts }).await?;
    }
    Ok(any)
}

/// Sweeps until the engine is dropped, if there is an older key at all.
pub(crate) async fn sweep(parts: Arc<Parts>, vault: Arc<Vault>) {
    tokio::time::sleep(FIRST).await;
    loop {
        let mut left = 0;
        for shard in Shard::all() {
            match reseal(&parts, &vault, shard, u64::MAX).await {
                Ok(rest) => left += rest,
                Err(error) => {
                    tracing::warn!(shard = shard.number(), %error, "a shard was not sealed anew; the next round comes by again");
                }
            }
        }
        meters::sealed_otherwise(left);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Seals so many rows of a shard anew at most; how many are left.
async fn reseal(parts: &Parts, vault: &Arc<Vault>, shard: Shard, most: u64) -> Result<u64, EngineError> {
    let mut done = 0;
    loop {
        let current = vault.current();
        let found = parts.read(move |store| store.sealed_otherwise(shard, &current, AT_ONCE)).await?;
        let mut sealed = false;
        for row in found.rows {
            if done == most {
                break;
            }
            let anew = row_anew(parts, vault, row).await?;
            sealed |= anew;
            done += u64::from(anew);
        }
        if !sealed || done == most {
            let current = vault.current();
            return Ok(parts.read(move |store| store.sealed_otherwise(shard, &current, 1)).await?.left);
        }
        tokio::time::sleep(REST).await;
    }
}

impl Engine {
    /// Seals so many rows of each shard anew at most; how many are left that an older key has sealed.
    ///
    /// # Errors
    /// [`EngineError`] if a row could not be read or kept.
    pub async fn reseal(&self, most: u64) -> Result<u64, EngineError> {
        let vault = self.people()?.vault.clone();
        let mut left = 0;
        for shard in Shard::all() {
            left += reseal(&self.parts, &vault, shard, most).await?;
        }
        Ok(left)
    }
}
