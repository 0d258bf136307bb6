//! Many statements in one round trip: all are sent before the first answer is read, and the server carries
//! them out in that order.
//!
//! A statement sees what the ones before it have locked and written, so none may be sent late: what has to be
//! prepared is prepared first, and only then is the burst written, in order.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use deadpool_postgres::ClientWrapper;
use futures_util::SinkExt as _;
use futures_util::future::maybe_done;
use tantu_domain::ids::Shard;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::value::{self, Column, Value};

/// The look-up of rows by keys, each key with its shard.
///
/// A plan is made once and kept, and when it is made a table may hold next to nothing: then walking through the whole shard
/// looks as good as the index, and would stay when the shard has grown. `OFFSET 0` keeps each look-up apart from what is around
/// it, so that there is nothing to choose from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LookUp {
    /// Of one shard, which stands in the statement: a cluster knows then whom to ask.
    pub(crate) of_one: &'static str,
    /// Of several: a database that holds them all answers once.
    pub(crate) of_several: &'static str,
}

/// The rows of a table that match each wanted `key`, in the order in which they are wanted, or in one of `found`'s columns.
/// A third parameter and further ones may stand in what has to match.
macro_rules! look_up {
    ($table:literal, $matching:literal) => {
        look_up!(@ $table, $matching, "")
    };
    ($table:literal, $matching:literal, $order:literal) => {
        look_up!(@ $table, $matching, concat!(" ORDER BY ", $order))
    };
    (@ $table:literal, $matching:literal, $order:expr) => {
        $crate::wire::burst::LookUp {
            of_one: concat!(
                "SELECT found.* FROM unnest($2::text[]) AS wanted (key), LATERAL (SELECT * FROM ", $table,
                " WHERE shard = $1 AND ", $matching, " OFFSET 0) AS found", $order
            ),
            of_several: concat!(
                "SELECT found.* FROM unnest($1::smallint[], $2::text[]) AS wanted (shard, key), LATERAL (SELECT * FROM ", $table,
                " WHERE shard = wanted.shard AND ", $matching, " OFFSET 0) AS found", $order
            ),
        }
    };
}
pub(crate) use look_up;

/// A parameter of a statement.
#[derive(Debug)]
enum Param {
    One(Value),
    Column(Column),
}

impl Param {
    fn shards(&self) -> Vec<u8> {
        match self {
            Self::One(Value::List(values)) => values.iter().filter_map(Value::as_shard).collect(),
            Self::One(value) => value.as_shard().into_iter().collect(),
            Self::Column(column) => column.values().filter_map(Value::as_shard).collect(),
        }
    }
}

/// Rows as `COPY` takes them, and the shards that they are of.
struct Copied {
    bytes: Bytes,
    shards: BTreeSet<u8>,
}

/// A statement with its parameters.
pub(crate) struct Ask {
    sql: Cow<'static, str>,
    params: Vec<Param>,
    /// What follows the statement, if it is a `COPY`.
    copied: Option<Copied>,
    /// It begins or ends a transaction, or sets how it runs; it touches no row.
    frames: bool,
}

impl Ask {
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>, params: Vec<Value>) -> Self {
        let params = params.into_iter().map(Param::One).collect();
        Self { sql: sql.into(), params, copied: None, frames: false }
    }

    /// A `COPY` of these rows.
    pub(crate) fn copy(sql: String, rows: &[value::Row]) -> Self {
        let shards = rows.iter().flatten().filter_map(Value::as_shard).collect();
        Self { copied: Some(Copied { bytes: value::copied(rows), shards }), ..Self::new(sql, Vec::new()) }
    }

    /// Whether it is a `COPY`.
    pub(crate) fn is_copy(&self) -> bool {
        self.copied.is_some()
    }

    /// Looks rows up by keys with their shards, in this order; nothing if there are no keys.
    pub(crate) fn look_up<const N: usize>(
        look_up: LookUp,
        wanted: impl IntoIterator<Item = (Shard, [Value; N])>,
    ) -> Option<Self> {
        let (mut shards, mut keys) = (Vec::new(), [const { Vec::new() }; N]);
        for (shard, key) in wanted {
            shards.push(shard);
            for (list, part) in keys.iter_mut().zip(key) {
                list.push(part);
            }
        }
        let first = *shards.first()?;
        let place = |shard: &Shard| Value::shard(shard.number());
        let (sql, shards) = if shards.iter().all(|shard| *shard == first) {
            (look_up.of_one, place(&first))
        } else {
            (look_up.of_several, Value::list(shards.iter().map(place)))
        };
        Some(Self::new(sql, [shards].into_iter().chain(keys.map(Value::List)).collect()))
    }

    /// The same with one parameter more.
    pub(crate) fn with(mut self, value: impl Into<Value>) -> Self {
        self.params.push(Param::One(value.into()));
        self
    }

    /// The same with a column of rows more.
    pub(crate) fn with_column(mut self, column: Column) -> Self {
        self.params.push(Param::Column(column));
        self
    }

    /// One that takes no parameters.
    pub(crate) fn plain(sql: &'static str) -> Self {
        Self::new(sql, Vec::new())
    }

    /// One that begins or ends a transaction, or sets how it runs.
    pub(crate) fn frame(sql: &'static str) -> Self {
        Self { frames: true, ..Self::plain(sql) }
    }

    /// The shards that it is about; `None` if it touches no row.
    pub(crate) fn shards(&self) -> Option<BTreeSet<u8>> {
        let copied = || self.copied.iter().flat_map(|copied| copied.shards.iter().copied());
        (!self.frames).then(|| self.params.iter().flat_map(Param::shards).chain(copied()).collect())
    }

    /// What it says, without its parameters.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The same, and what it looks up is locked until the transaction ends, in the order of the look-ups.
    pub(crate) fn locking(self) -> Self {
        Self { sql: self.sql.replace("OFFSET 0", "OFFSET 0 FOR UPDATE").into(), ..self }
    }

    fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.params.iter().map(as_param).collect()
    }
}

fn as_param(param: &Param) -> &(dyn ToSql + Sync) {
    match param {
        Param::One(value) => value,
        Param::Column(column) => column,
    }
}

/// Where a burst failed.
#[derive(Debug)]
pub(crate) enum Failed {
    /// A statement could not be prepared, so none was sent.
    Unsent(Error),
    /// This statement failed. The ones before it were carried out; all were sent.
    At(usize, Error),
}

impl Failed {
    pub(crate) fn error(&self) -> &Error {
        match self {
            Self::Unsent(error) | Self::At(_, error) => error,
        }
    }
}

/// Sends every statement, then reads every answer: the rows of each, in the order of the statements.
pub(crate) async fn burst(client: &ClientWrapper, asks: &[Ask]) -> Result<Vec<Vec<Row>>, Failed> {
    let statements = prepare(client, asks).await.map_err(Failed::Unsent)?;
    let sent = statements.iter().zip(asks).map(|(statement, ask)| send(client, statement, ask));
    in_order(sent).await.map_err(|(number, error)| Failed::At(number, error))
}

/// One statement's rows. The rows of a `COPY` follow when the server has said that it takes them, so each costs a round trip of its own;
/// what stands behind it waits in the connection.
async fn send(client: &ClientWrapper, statement: &Statement, ask: &Ask) -> Result<Vec<Row>, Error> {
    let Some(copied) = &ask.copied else { return client.query(statement, &ask.params()).await };
    let mut sink = pin!(client.copy_in::<_, Bytes>(statement).await?);
    sink.send(copied.bytes.clone()).await?;
    sink.finish().await?;
    Ok(Vec::new())
}

/// The prepared statement of each ask; those that the connection does not know yet are prepared in one round trip.
async fn prepare(client: &ClientWrapper, asks: &[Ask]) -> Result<Vec<Statement>, Error> {
    let texts: Vec<&str> = asks.iter().map(|ask| ask.sql.as_ref()).collect::<BTreeSet<_>>().into_iter().collect();
    let prepared = in_order(texts.iter().map(|text| client.prepare_cached(text))).await.map_err(|(_, error)| error)?;
    let known: HashMap<&str, Statement> = texts.into_iter().zip(prepared).collect();
    Ok(asks.iter().filter_map(|ask| known.get(ask.sql.as_ref()).cloned()).collect())
}

/// Begins every future in order, and only then waits for them, in the same order. The first failure ends it.
async fn in_order<F, T, E>(futures: impl Iterator<Item = F>) -> Result<Vec<T>, (usize, E)>
where
    F: Future<Output = Result<T, E>>,
{
    let mut begun: Vec<_> = futures.map(|future| Box::pin(maybe_done(future))).collect();
    // A query writes its message when it is polled for the first time.
    poll_fn(|context| {
        for one in &mut begun {
            // Whether it is done already is asked below.
            let _: Poll<()> = one.as_mut().poll(context);
        }
        Poll::Ready(())
    })
    .await;
    let mut outcomes = Vec::with_capacity(begun.len());
    for (number, mut one) in begun.into_iter().enumerate() {
        one.as_mut().await;
        if let Some(outcome) = one.as_mut().take_output() {
            outcomes.push(outcome.map_err(|error| (number, error))?);
        }
    }
    Ok(outcomes)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::future::{pending, ready};
    use futures_util::{FutureExt as _, future::Either};

    use super::*;

    #[test]
    fn all_begin_in_order_before_one_is_waited_for() {
        let begun = RefCell::new(Vec::new());
        let futures = (0..100).map(|number| {
            let begun = &begun;
            async move {
                begun.borrow_mut().push(number);
                if number == 0 { Either::Left(pending()) } else { Either::Right(ready(())) }.await;
                Ok::<_, ()>(number)
            }
        });
        assert!(in_order(futures).now_or_never().is_none(), "the first never ends");
        assert_eq!(*begun.borrow(), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_failure_is_told_with_its_place() {
        let futures = [Ok(1), Err("a"), Ok(2), Err("b")].map(ready);
        assert_eq!(in_order(futures.into_iter()).now_or_never(), Some(Err((1, "a"))));
        assert_eq!(in_order([Ok::<_, ()>(1), Ok(2)].map(ready).into_iter()).now_or_never(), Some(Ok(vec![1, 2])));
    }
}
