//! The official Python client of Alipay, which nobody here wrote, against this sandbox.
//!
//! It verifies our answers and, with its own utility, our notifications, and refuses the twins of both. It lives in a
//! virtual environment that this test makes once, beside the client's own tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::ffi::OsStr;
use std::path::Path;
use std::process::Output;

use tantu_sandbox::{Sandbox, SandboxConfig};
use tokio::process::Command;

/// The environment's own interpreter.
const PYTHON: &str = ".venv/bin/python";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_python_client() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/python");
    if let Err(missing) = prepare(&folder).await {
        eprintln!("note: the official Python client's test is left out: {missing}");
        return;
    }
    let listen = "127.0.0.1:0".parse().unwrap();
    let sandbox = Sandbox::start(SandboxConfig { listen, seed: 21 }).await.unwrap();
    let run = Command::new(folder.join(PYTHON))
        .args(["-B", "-m", "unittest", "-v", "test_alipay"])
        .env("SANDBOX_CONTROL", sandbox.control_url())
        .current_dir(&folder)
        .output()
        .await
        .expect("the environment's python runs");
    assert!(run.status.success(), "the Python client does not agree:\n{}", said(&run));
    sandbox.stop().await;
}

/// Makes the environment, unless it is there with what is pinned now. An error says what this machine lacks.
async fn prepare(folder: &Path) -> Result<(), String> {
    let pinned = std::fs::read_to_string(folder.join("requirements.txt")).expect("the pinned packages can be read");
    let installed = folder.join(".venv/installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|installed| installed == pinned) {
        return Ok(());
    }
    let made = run(folder, "python3", &["-m", "venv", "--clear", ".venv"]).await;
    let made = made.map_err(|error| format!("python3 does not run ({error}); install python3 and python3-venv"))?;
    if !made.status.success() {
        return Err(format!("python3 -m venv failed; install python3-venv:\n{}", said(&made)));
    }
    let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"];
    let got = run(folder, folder.join(PYTHON), &arguments).await.expect("the environment's python runs");
    assert!(got.status.success(), "pip install failed:\n{}", said(&got));
    std::fs::write(&installed, pinned).expect("the environment can be written to");
    Ok(())
}

async fn run(folder: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(program).args(arguments).current_dir(folder).output().await
}

fn said(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
