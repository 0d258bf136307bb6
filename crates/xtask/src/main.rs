//! The house's own tools: `tidy` checks the rules of the tree, `gate` checks the promises with their controls.
//!
//! Nothing here is part of the product; it looks at the tree and at the built binary from outside.
#![allow(clippy::print_stdout, reason = "a tool prints what it finds")]

mod failure;
mod gate;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tools for those who work on Tantu.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the rules that keep the tree as ARCHITECTURE.md describes it.
    Tidy,
    /// Check one promise together with its control, which must fail.
    Gate(gate::Gate),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Tidy => tidy::run(),
        Command::Gate(gate) => gate.run(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}
