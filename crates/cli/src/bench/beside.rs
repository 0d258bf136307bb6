//! A second process on the same database: this binary again, told over its standard input what to do. An address may hold
//! a password, so it is no argument either.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tantu_engine::accounts::open::OpenedAccount;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, Lines, Stdin};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::bench::load::{Market, Merchant, Orders, Seen, ride};
use crate::bench::{Way, start};
use crate::output::Failure;

/// How the second process's orders begin, so that no number comes twice.
const SERIES: &str = "second";

/// What it works with.
#[derive(Serialize, Deserialize)]
struct Start {
    url: String,
    http: bool,
    /// Each with its API key.
    merchants: Vec<(String, String)>,
    /// Accounts with their wallets.
    payers: Vec<(String, String)>,
}

impl Start {
    fn orders(&self) -> Result<Orders, Failure> {
        let merchant = |(id, api_key): &(String, String)| -> Result<_, Failure> {
            Ok(Merchant { id: id.parse()?, api_key: api_key.clone() })
        };
        let payer = |(account, wallet): &(String, String)| -> Result<_, Failure> {
            Ok(OpenedAccount { account: account.parse()?, wallet: wallet.parse()? })
        };
        let merchants = self.merchants.iter().map(merchant).collect::<Result<_, _>>()?;
        Ok(Orders::of(SERIES, merchants, self.payers.iter().map(payer).collect::<Result<_, _>>()?))
    }
}

/// One ride of it.
#[derive(Serialize, Deserialize)]
struct Ask {
    in_flight: u32,
    slice: Duration,
}

/// The second process.
pub(super) struct Beside {
    child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

impl Beside {
    /// Starts it. It has opened the database when this returns.
    pub(super) async fn start(url: &str, http: bool, orders: &Orders) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "--beside"]).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (to, from) = pipes.ok_or_else(|| Failure::usage("the second process has no pipes"))?;
        let mut beside = Self { child, to, from: BufReader::new(from).lines() };
        let merchants = orders.merchants.iter().map(|one| (one.id.to_string(), one.api_key.clone()));
        let payers = orders.payers.iter().map(|payer| (payer.account.to_string(), payer.wallet.to_string()));
        let start = Start { url: url.to_owned(), http, merchants: merchants.collect(), payers: payers.collect() };
        say(&mut beside.to, &start).await?;
        let () = beside.heard().await?;
        Ok(beside)
    }

    /// Lets it pay.
    pub(super) async fn begin(&mut self, in_flight: u32, slice: Duration) -> Result<(), Failure> {
        say(&mut self.to, &Ask { in_flight, slice }).await
    }

    /// What it has seen since it began.
    pub(super) async fn seen(&mut self) -> Result<Seen, Failure> {
        self.heard().await
    }

    async fn heard<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        let told = hear(&mut self.from).await?;
        told.ok_or_else(|| Failure::usage("the second process has ended; what it said stands above"))
    }

    /// Ends it, and waits until it has let go of the database.
    pub(super) async fn end(mut self) -> Result<(), Failure> {
        drop(self.to);
        self.child.wait().await?;
        Ok(())
    }
}

/// Is the second process, until its input ends.
pub(crate) async fn serve() -> Result<(), Failure> {
    let mut from: Lines<BufReader<Stdin>> = BufReader::new(tokio::io::stdin()).lines();
    let mut to = tokio::io::stdout();
    let Some(told): Option<Start> = hear(&mut from).await? else { return Ok(()) };
    let store = tokio::task::block_in_place(|| tantu_store::open::open_urls(std::slice::from_ref(&told.url)))?;
    let engine = start(store).await?;
    let (orders, way) = (Arc::new(told.orders()?), Way::open(&engine, told.http).await?);
    say(&mut to, &()).await?;
    while let Some(Ask { in_flight, slice }) = hear(&mut from).await? {
        say(&mut to, &ride(&way.door, &orders, Market::Many, in_flight, slice).await?).await?;
    }
    Ok(())
}

async fn say(to: &mut (impl AsyncWrite + Unpin), what: &impl Serialize) -> Result<(), Failure> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    Ok(to.flush().await?)
}

async fn hear<T: DeserializeOwned>(from: &mut Lines<BufReader<impl AsyncRead + Unpin>>) -> Result<Option<T>, Failure> {
    let line = from.next_line().await?;
    Ok(line.map(|line| serde_json::from_str(&line)).transpose()?)
}
