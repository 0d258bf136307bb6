//! The official Node client of Alipay, which nobody here wrote, against this sandbox, in both modes.
//!
//! It verifies our answers and notifications, and refuses the twins of both with one bit flipped.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::path::Path;

use tantu_sandbox::{Sandbox, SandboxConfig};
use tokio::process::Command;
use tokio::sync::Mutex;

/// The client is installed once, whichever test comes first.
static INSTALLING: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_node_client_pays_and_verifies() {
    agrees("alipay.test.mjs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_node_client_pays_and_verifies_in_certificate_mode() {
    agrees("certificate.test.mjs").await;
}

async fn agrees(tests: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients/node");
    install(&folder).await;
    let listen = "127.0.0.1:0".parse().unwrap();
    let sandbox = Sandbox::start(SandboxConfig { listen, seed: 20 }).await.unwrap();
    let run = Command::new("node")
        .args(["--test", "--test-reporter=spec", tests])
        .env("SANDBOX_CONTROL", sandbox.control_url())
        .current_dir(&folder)
        .output()
        .await
        .expect("node is installed");
    let (said, complained) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "the Node client does not agree:\n{said}\n{complained}");
    sandbox.stop().await;
}

async fn install(folder: &Path) {
    let _alone = INSTALLING.lock().await;
    if folder.join("node_modules/alipay-sdk").exists() {
        return;
    }
    let install = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--no-package-lock"])
        .current_dir(folder)
        .output()
        .await
        .expect("npm is installed; this test needs Node 20 or newer");
    assert!(install.status.success(), "npm install failed: {}", String::from_utf8_lossy(&install.stderr));
}
