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
    build("tantu", &target()?, &[])
}

/// The binary that answers its callers before the commit: the control.
pub(crate) fn answering_before_commit() -> Result<PathBuf, Failure> {
    let target = target()?;
    let own = target.join("answer-before-commit");
    borrow_dependencies(&target, &own);
    build("tantu", &own, &["--features", "tantu-cli/answer-before-commit"])
}

/// The gates that run in one process with the product's parts.
pub(crate) fn gates() -> Result<PathBuf, Failure> {
    build("tantu-gates", &target()?, &[])
}

/// Built with the whole workspace in view, as the tests are: with fewer crates in view the libraries would have other features, and
/// all of them would be built once more.
fn build(name: &str, target: &Path, features: &[&str]) -> Result<PathBuf, Failure> {
    progress(format_args!("building {name} {}", features.join(" ")));
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--workspace", "--bin", name]).args(features).arg("--target-dir").arg(target);
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    // Its messages belong to the person who waits, not into a JSON document.
    let done = cargo.stdout(std::io::stderr()).status()?;
    if done.success() {
        Ok(target.join("release").join(name))
    } else {
        Err(Failure::new(format!("{name} could not be built; see above")))
    }
}

/// The control must never lie where somebody could start it by mistake, so it has a folder of its own; the libraries
/// that both need are copied there once, which saves building them again. Without them cargo builds them.
fn borrow_dependencies(from: &Path, to: &Path) {
    let release = to.join("release");
    if release.exists() || std::fs::create_dir_all(&release).is_err() {
        return;
    }
    for folder in [".fingerprint", "build", "deps"] {
        let copied = Command::new("cp").arg("-a").arg(from.join("release").join(folder)).arg(&release).status();
        if !copied.is_ok_and(|status| status.success()) {
            progress("the built libraries could not be copied; cargo builds them again");
            drop(std::fs::remove_dir_all(to));
            return;
        }
    }
}
