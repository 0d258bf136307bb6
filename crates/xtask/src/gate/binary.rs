//! The binaries under test: built before every run, because a gate on an old binary says nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::gate::progress;

/// Where this tool was built, which is where the product is built too.
fn target() -> Result<PathBuf, Failure> {
    let tool = std::env::current_exe()?;
    let folder = tool.parent().and_then(Path::parent);
    folder
        .map(Path::to_path_buf)
        .ok_or_else(|| Failure::new("run it as `cargo xtask gate …`: there is no target folder here"))
}

/// A `cargo` that builds into the folder of this tool.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command, Failure> {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).arg("--target-dir").arg(target()?);
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    Ok(cargo)
}

/// The binary as people get it.
pub(crate) fn tantu() -> Result<PathBuf, Failure> {
    build("tantu")
}

/// The same but for its store, which answers before it writes: the control.
pub(crate) fn answering_before_commit() -> Result<PathBuf, Failure> {
    build("tantu-hasty")
}

/// The gates that run in one process with the product's parts.
pub(crate) fn gates() -> Result<PathBuf, Failure> {
    build("tantu-gates")
}

/// Built with the whole workspace in view, as the tests are: with fewer crates in view the libraries would have other features, and
/// all of them would be built once more.
fn build(name: &str) -> Result<PathBuf, Failure> {
    progress(format_args!("building {name}"));
    let mut cargo = cargo(&["build", "--release", "--workspace", "--bin", name])?;
    // Its messages belong to the person who waits, not into a JSON document.
    let done = cargo.stdout(std::io::stderr()).status()?;
    if done.success() {
        Ok(target()?.join("release").join(name))
    } else {
        Err(Failure::new(format!("{name} could not be built; see above")))
    }
}
