//! What the binary `tantu` does: it reads the command line and the configuration, and nobody else does.

mod bench;
mod commands;
mod config;
mod matrix;
mod output;
mod people;
mod server;
mod staff;
mod stage;
mod tls;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use tantu_store::Store;
use tantu_store::error::StoreError;

use crate::output::{Failure, Output};

/// How a server opens its database, or several that hold the shards in their order.
pub type OpenStore = fn(&[String]) -> Result<Arc<dyn Store>, StoreError>;

/// The payment stack in which no payment fails without a cause, a proof and a way forward.
#[derive(Debug, Parser)]
#[command(name = "tantu", version, about, max_term_width = 100)]
struct Arguments {
    /// One JSON document on stdout; words for people go to stderr.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch orders fail, be explained, fixed and paid; then keep serving.
    Demo(commands::demo::Demo),
    /// Run the server.
    Serve(commands::serve::Serve),
    /// Run the other side: Alipay's real protocol on loopback, failing on demand.
    Sandbox(commands::sandbox::SandboxCommand),
    /// Why, and what to do: for a channel's code or a payment of ours.
    Explain(commands::explain::Explain),
    /// The catalogue of causes.
    Causes(commands::causes::Causes),
    /// The channels' published codes.
    Codes(commands::codes::Codes),
    /// Every cause, made to happen over the real protocols, explained, fixed and paid.
    Matrix(commands::matrix::MatrixCommand),
    /// What this device sees on the way to a server, and what of it would stop a payment.
    Doctor(commands::doctor::Doctor),
    /// Durable payments a second, with baselines from the same run.
    Bench(commands::bench::Bench),
    /// Audit the books, beside a running server.
    Verify(commands::verify::Verify),
    /// Bring the database's schema up to date.
    Migrate(commands::migrate::Migrate),
    /// Prepare a database with accounts for a load test.
    #[command(hide = true)]
    Seed(commands::seed::Seed),
}

/// Does what the command line says. Servers open their databases by `open_store`: `tantu` as all else does, the control of the crash gate
/// with a bug.
pub fn tantu(open_store: OpenStore) -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    output.log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&Failure::usage(format!("no threads can be started: {error}"))),
    };
    match runtime.block_on(run(arguments.command, open_store, &output)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => output.fail(&failure),
    }
}

/// Runs a command; whether what was asked holds.
async fn run(command: Command, open_store: OpenStore, output: &Output) -> Result<bool, Failure> {
    match command {
        Command::Demo(command) => command.run(output).await,
        Command::Serve(command) => command.run(open_store, output).await,
        Command::Sandbox(command) => command.run(output).await,
        Command::Explain(command) => command.run(output).await,
        Command::Causes(command) => command.run(output),
        Command::Codes(command) => command.run(output),
        Command::Matrix(command) => command.run(output).await,
        Command::Doctor(command) => command.run(output).await,
        Command::Bench(command) => command.run(output).await,
        Command::Verify(command) => command.run(output).await,
        Command::Migrate(command) => command.run(output),
        Command::Seed(command) => command.run(output).await,
    }
}
