//! How the shards lie: a whole database, or one of several, and how its batches are formed. Each database knows it, so that none is
//! ever taken for another.

use deadpool_postgres::Object;

use crate::error::{StoreError, Trouble};
use crate::postgres::PostgresStore;
use crate::postgres::open::{self, Use};
use crate::wire::failure::unavailable;

/// What a database is of its whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    /// How many databases there are.
    pub(crate) databases: u8,
    /// Which of them it is, from 1.
    pub(crate) number: u8,
    /// Whether a batch is of one shard.
    pub(crate) by_shard: bool,
}

impl Layout {
    /// The one database that holds everything.
    pub(crate) const WHOLE: Self = Self { databases: 1, number: 1, by_shard: false };

    /// One of several. A batch of two shards would be of two databases.
    pub(crate) fn part(number: u8, databases: u8) -> Self {
        Self { databases, number, by_shard: true }
    }
}

/// Looks whether a database is what it is taken for, and lets a new one become that. What it says of its batches stands.
pub(crate) async fn settle(store: &PostgresStore, wanted: Layout) -> Result<Layout, StoreError> {
    let client = open::connect(&store.pool, &store.shown).await?;
    if store.usage == Use::Write {
        let batches = if wanted.by_shard { "by_shard" } else { "mixed" };
        let become_it =
            "INSERT INTO layout (databases, number, batches) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
        let (databases, number) = (i16::from(wanted.databases), i16::from(wanted.number));
        let become_it = client.execute(become_it, &[&databases, &number, &batches]).await;
        become_it.map_err(|error| failed(store, &error))?;
    }
    let Some(found) = read(store, &client).await? else { return Ok(wanted) };
    if (found.databases, found.number) == (wanted.databases, wanted.number) {
        return Ok(found);
    }
    let (is, of) = (found.number, found.databases);
    let why = match (found.databases, wanted.databases) {
        (1, _) => {
            "the database holds every shard, and cannot be one of several; give each of those an empty one".to_owned()
        }
        (_, 1) => {
            format!("the database is number {is} of {of}; give all of them, each with --database, in their order")
        }
        (of, given) if of != given => format!("the database is one of {of}, and {given} are given; give all of them"),
        _ => format!(
            "the database is number {is} of {of}, and is given as number {}; give them in their order",
            wanted.number
        ),
    };
    Err(StoreError::Unavailable(Trouble::Other, format!("{}: {why}", store.shown)))
}

/// From now on a batch is of one shard, whoever opens the database.
pub(crate) async fn batch_by_shard(store: &PostgresStore) -> Result<(), StoreError> {
    let client = open::connect(&store.pool, &store.shown).await?;
    let done = client.execute("UPDATE layout SET batches = 'by_shard'", &[]).await;
    done.map(drop).map_err(|error| failed(store, &error))
}

async fn read(store: &PostgresStore, client: &Object) -> Result<Option<Layout>, StoreError> {
    let asked = "SELECT databases, number, batches = 'by_shard' FROM layout";
    let row = client.query_opt(asked, &[]).await.map_err(|error| failed(store, &error))?;
    let small = |number: i16| u8::try_from(number).unwrap_or(u8::MAX);
    Ok(row.map(|row| Layout { databases: small(row.get(0)), number: small(row.get(1)), by_shard: row.get(2) }))
}

fn failed(store: &PostgresStore, error: &tokio_postgres::Error) -> StoreError {
    unavailable(&store.shown, error)
}
