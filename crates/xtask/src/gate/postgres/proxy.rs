//! Between the servers and the database: passes everything on, and cuts a connection exactly at a commit when it is told to.
//!
//! It reads as much of the protocol as that takes (PostgreSQL's documentation, "Message Formats"): the statements that a
//! connection has named, which of them it binds, and the server's word that a command is complete. Only the commit of a
//! transaction that has written counts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::failure::Failure;

/// Under load a commit comes every few milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// On which side of the commit the connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The database has every change, and never sees the commit.
    Before,
    /// The database has committed, and nobody hears of it.
    After,
}

/// A cut that waits for its commit, and who is told.
struct Order {
    cut: Cut,
    done: oneshot::Sender<()>,
}

impl Order {
    /// It is done. Whoever has given up waiting need not know.
    fn tell(self) {
        let _: Result<(), ()> = self.done.send(());
    }
}

type Orders = Arc<Mutex<Option<Order>>>;

/// The running proxy; ends when it is dropped.
pub(crate) struct Proxy {
    port: u16,
    orders: Orders,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Passes what arrives at a free port on to the database's.
    pub(crate) async fn start(database: u16) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (port, orders) = (listener.local_addr()?.port(), Orders::default());
        let task = tokio::spawn(accept(listener, database, orders.clone()));
        Ok(Self { port, orders, task })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the next connection that commits what it has written; returns when that is done.
    pub(crate) async fn cut(&self, cut: Cut) -> Result<(), Failure> {
        let (done, cut_done) = oneshot::channel();
        *lock(&self.orders) = Some(Order { cut, done });
        let waited = tokio::time::timeout(PATIENCE, cut_done).await;
        waited.map_err(|_| Failure::new("no commit went by that could be cut: the load does not work"))??;
        Ok(())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, database: u16, orders: Orders) {
    while let Ok((caller, _)) = listener.accept().await {
        let orders = orders.clone();
        tokio::spawn(async move {
            // A database that is down takes no call; then the caller's connection just ends.
            if let Ok(server) = TcpStream::connect(("127.0.0.1", database)).await {
                drop(caller.set_nodelay(true));
                drop(server.set_nodelay(true));
                pass(caller, server, orders).await;
            }
        });
    }
}

/// Passes both ways until one side ends or the connection is cut; both ends close then.
async fn pass(mut caller: TcpStream, mut server: TcpStream, orders: Orders) {
    let awaited = Mutex::new(None);
    let (from_caller, to_caller) = caller.split();
    let (from_server, to_server) = server.split();
    tokio::select! {
        _ = up(from_caller, to_server, &orders, &awaited) => {}
        _ = down(from_server, to_caller, &orders, &awaited) => {}
    }
}

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Write,
    Commit,
    Other,
}

/// What a statement that writes says, at its beginning or behind what it needs.
const WRITES: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "MERGE"];

impl Purpose {
    fn of(statement: &[u8]) -> Self {
        let text = String::from_utf8_lossy(statement).trim_start().to_ascii_uppercase();
        match text.split(|letter: char| !letter.is_ascii_alphabetic()).next() {
            Some("COMMIT") => Self::Commit,
            Some(word) if WRITES.contains(&word) => Self::Write,
            Some("WITH") if text.split_whitespace().any(|word| WRITES.contains(&word)) => Self::Write,
            _ => Self::Other,
        }
    }
}

/// What a caller has said of its statements.
#[derive(Debug, Default)]
struct Said {
    statements: HashMap<Vec<u8>, Purpose>,
    has_written: bool,
}

impl Said {
    /// Reads one message; whether it is the commit of a transaction that has written.
    fn commits(&mut self, message: &[u8]) -> bool {
        let Some((kind, body)) = message.split_first().and_then(|(kind, rest)| Some((kind, rest.get(4..)?))) else {
            return false;
        };
        let mut words = body.split(|byte| *byte == 0);
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match kind {
            b'P' => {
                self.statements.insert(first.to_vec(), Purpose::of(second));
                false
            }
            b'B' => match self.statements.get(second) {
                Some(Purpose::Write) => {
                    self.has_written = true;
                    false
                }
                Some(Purpose::Commit) => std::mem::take(&mut self.has_written),
                Some(Purpose::Other) | None => false,
            },
            _ => false,
        }
    }
}

/// The whole messages at the beginning of what has arrived, each with where it ends. The first of a caller has no letter.
fn messages(bytes: &[u8], mut lettered: bool) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    loop {
        let letter = usize::from(lettered);
        let length =
            bytes.get(at + letter..at + letter + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes);
        let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else { return ends };
        at += letter + length.max(4);
        if at > bytes.len() {
            return ends;
        }
        ends.push(at);
        lettered = true;
    }
}

async fn up(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    orders: &Orders,
    awaited: &Mutex<Option<Order>>,
) -> std::io::Result<()> {
    let (mut held, mut said, mut begun) = (Vec::new(), Said::default(), false);
    while from.read_buf(&mut held).await? > 0 {
        let mut start = 0;
        for end in messages(&held, begun) {
            if begun && said.commits(&held[start..end]) {
                let order = lock(orders).take();
                match order {
                    Some(order) if order.cut == Cut::Before => {
                        to.write_all(&held[..start]).await?;
                        order.tell();
                        return Ok(());
                    }
                    other => *lock(awaited) = other,
                }
            }
            (start, begun) = (end, true);
        }
        to.write_all(&held[..start]).await?;
        held.drain(..start);
    }
    Ok(())
}

async fn down(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    orders: &Orders,
    awaited: &Mutex<Option<Order>>,
) -> std::io::Result<()> {
    let mut held = Vec::new();
    while from.read_buf(&mut held).await? > 0 {
        let mut start = 0;
        for end in messages(&held, true) {
            let message = &held[start..end];
            let order = if matches!(message[0], b'C' | b'E') { lock(awaited).take() } else { None };
            if let Some(order) = order {
                if message.get(5..) == Some(b"COMMIT\0") {
                    to.write_all(&held[..start]).await?;
                    order.tell();
                    return Ok(());
                }
                // Another command of the same burst is complete, and the commit is still to come; or it was refused, and
                // another connection's is cut.
                let place =
                    if message[0] == b'C' && message.get(5..) != Some(b"ROLLBACK\0") { awaited } else { orders };
                *lock(place) = Some(order);
            }
            start = end;
        }
        to.write_all(&held[..start]).await?;
        held.drain(..start);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, words: &[&str]) -> Vec<u8> {
        let body: Vec<u8> = words.iter().flat_map(|word| [word.as_bytes(), b"\0"].concat()).collect();
        let length = u32::try_from(body.len() + 4).unwrap();
        [vec![kind], length.to_be_bytes().to_vec(), body].concat()
    }

    #[test]
    fn only_the_commit_of_what_was_written_counts() {
        let mut said = Said::default();
        let statements = [
            ("s0", "BEGIN ISOLATION LEVEL READ COMMITTED"),
            ("s1", "select 1"),
            ("s2", " insert into a values (1)"),
            ("s3", "COMMIT"),
        ];
        for (name, sql) in statements {
            assert!(!said.commits(&message(b'P', &[name, sql])));
        }
        let bind = |name: &str| message(b'B', &["", name]);
        // (statements in order) -> whether the last is such a commit
        let table: [(&[&str], bool); 4] = [
            (&["s0", "s1", "s3"], false),
            (&["s0", "s2", "s3"], true),
            (&["s0", "s3"], false),
            (&["s2", "s1", "s3"], true),
        ];
        for (names, expected) in table {
            let told: Vec<bool> = names.iter().map(|name| said.commits(&bind(name))).collect();
            assert_eq!(told.last(), Some(&expected), "{names:?}");
        }
    }

    #[test]
    fn finds_whole_messages_only() {
        let two = [message(b'P', &["a", "b"]), message(b'S', &[])].concat();
        assert_eq!(messages(&two, true), [9, 14]);
        assert_eq!(messages(&two[..13], true), [9]);
        assert!(messages(&two[..3], true).is_empty());
        let first = [8_u32.to_be_bytes(), 196_608_u32.to_be_bytes()].concat();
        assert_eq!(messages(&[first, two].concat(), false), [8, 17, 22]);
    }
}
