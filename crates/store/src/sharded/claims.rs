//! Claims, each read and made on the shard of its own hash, in a transaction of its own.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use tokio_postgres::error::SqlState;

use super::{ShardedStore, place};
use crate::claim::{self, Claim, ClaimKey};
use crate::error::StoreError;
use crate::postgres::claims;
use crate::wire::answers::{ANSWER, Answers, no_answer, said};
use crate::wire::burst::Ask;
use crate::wire::failure::{Ended, ended, failed, refused};
use crate::wire::guard::Guard;
use crate::wire::link::Link;
use crate::wire::upsert::Rows;

/// The claims that somebody has made of these keys.
pub(super) async fn read<'a>(
    store: &ShardedStore,
    keys: impl IntoIterator<Item = &'a ClaimKey>,
) -> Result<Vec<Claim>, StoreError> {
    let mut shards: BTreeMap<u8, Vec<&ClaimKey>> = BTreeMap::new();
    for key in keys {
        shards.entry(claim::place(key).shard).or_default().push(key);
    }
    let mut talks = talks(store, shards.into_values().filter_map(claims::ask).collect()).await?;
    // Together, and none is dropped before the last has ended: giving a connection back waits, and would hold the others up.
    let heard = join_all(talks.iter_mut().map(|talk| said(ANSWER, &mut talk.link, &talk.asks))).await;
    let mut found = Vec::new();
    for (talk, answers) in talks.iter_mut().zip(heard) {
        let mut answers: Answers = answers?;
        talk.link.settle();
        found.extend(answers.all(talk.asks.len(), claims::read)?);
    }
    Ok(found)
}

/// Makes claims. Each may be made again; if one is somebody else's, some of the others may have been made.
pub(super) async fn make(store: &ShardedStore, wanted: &[&Claim]) -> Result<(), StoreError> {
    let mut shards: BTreeMap<u8, Rows> = BTreeMap::new();
    for claim in wanted {
        claims::put(shards.entry(claim::place(&claim.key).shard).or_default(), claim, false)?;
    }
    let form = store.small.form;
    let asks = shards.into_values().map(|rows| rows.asks(form)).collect::<Result<Vec<_>, _>>()?;
    let mut talks = talks(store, asks.into_iter().flatten().collect()).await?;
    let sent = talks.iter_mut().map(|talk| tokio::time::timeout(ANSWER, talk.link.burst(&talk.asks)));
    let heard = join_all(sent).await;
    let mut outcome = Ok(());
    for (talk, answer) in talks.iter_mut().zip(heard) {
        match answer {
            Ok(Ok(_)) => talk.link.settle(),
            Ok(Err(broken)) => {
                // Each statement is a transaction, and the payment is not made yet: what is not known to be made is made again.
                let error = match ended(&broken, talk.asks.len()) {
                    Ended::Refused(told)
                        if told.table() == Some(claims::NAME) && *told.code() == SqlState::NOT_NULL_VIOLATION =>
                    {
                        StoreError::Claimed
                    }
                    Ended::Refused(told) => refused(told),
                    Ended::Nothing(_) | Ended::Unknown(_) => failed(&broken),
                };
                outcome = outcome.and(Err(error));
            }
            Err(_) => outcome = outcome.and(Err(no_answer(ANSWER))),
        }
    }
    outcome
}

/// A connection with what is said on it.
struct Talk {
    link: Link,
    asks: Vec<Ask>,
}

/// A connection to each database that is asked anything.
async fn talks(store: &ShardedStore, asks: Vec<Ask>) -> Result<Vec<Talk>, StoreError> {
    let mut places: BTreeMap<usize, Vec<Ask>> = BTreeMap::new();
    for ask in asks {
        let shard = ask.shards().and_then(|shards| shards.first().copied()).unwrap_or_default();
        places.entry(place(shard, store.databases.len())).or_default().push(ask);
    }
    let mut talks = Vec::new();
    for (place, asks) in places {
        let claims = &store.databases[place].claims;
        let guard = claims.held.clone().map_or(Guard::Off, |held| Guard::OneShardEach { held });
        talks.push(Talk { link: claims.guarded(guard).await?, asks });
    }
    Ok(talks)
}
