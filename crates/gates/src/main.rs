//! The gates that run the product's own parts in one process: the production engine, connectors and router on one side, the
//! sandbox or a lying channel on the other, everything between them over sockets of loopback and with real signatures.
//!
//! `cargo xtask gate` builds and starts it. It prints one JSON document: whether the promise held, the figures, and what
//! does not hold. With `--control` it runs the same against something that is known to be broken.
#![allow(clippy::print_stdout, reason = "its document is what it is started for")]

mod forge;
mod outcome;
mod stage;
mod stopwatch;
mod undecided;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::outcome::{Failure, Outcome};

/// Runs one promise, or its control.
#[derive(Debug, Parser)]
#[command(name = "tantu-gates", max_term_width = 100)]
struct Arguments {
    /// Which promise.
    name: Name,
    /// How many payments, or forgeries.
    #[arg(long)]
    count: Option<u64>,
    /// Run what is known to be broken.
    #[arg(long)]
    control: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    /// Payments with faults end in the channel's truth.
    Undecided,
    /// Forged notifications and answers are not believed.
    Forge,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::from);
    match done.and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(outcome) => {
            println!("{}", outcome.document());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {}", outcome::with_sources(&*failure));
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    match arguments.name {
        Name::Undecided => undecided::run(arguments.count, arguments.control).await,
        Name::Forge => forge::run(arguments.count, arguments.control).await,
    }
}
