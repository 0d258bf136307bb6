//! The one binary: `tantu` on the command line.

use std::process::ExitCode;

use tantu_store::open::open_urls;

/// A payment is some hundred small texts and lists that live for one commit; the system's own allocator takes a fifth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tantu_cli::tantu(open_urls)
}
