//! The binary on a PostgreSQL cluster of its own, and a client that pays at it.

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tantu_cluster::{Cluster, DATABASE, PASSWORD, Plan};
use tokio::io::{AsyncBufReadExt as _, BufReader};

/// A cluster with a password for everybody.
pub(crate) fn cluster() -> Cluster {
    Cluster::start(Plan::default()).unwrap()
}

/// Runs a command of the binary to its end.
pub(crate) fn tantu(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tantu")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// What a command says that cannot use the database: one error that names the option, and no password.
#[track_caller]
pub(crate) fn refused(arguments: &[&str]) -> String {
    let done = tantu(arguments);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
    assert_eq!(said.matches("error: --database: ").count(), 1, "{arguments:?}: {said}");
    for secret in [PASSWORD, "p%2540ss", "WRONG"] {
        assert!(!said.contains(secret), "{arguments:?}: {said}");
    }
    said
}

/// The process of a server.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        let done = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// Waits until it has ended; gives its status.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        for _ in 0..1_200 {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not end");
    }
}

/// A server, and who pays there.
pub(crate) struct Shop {
    pub(crate) process: Process,
    pub(crate) base: String,
    pub(crate) database: String,
    pub(crate) http: Client,
    pub(crate) api_key: String,
    account: String,
    wallet: String,
}

/// What the server answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) retry_after: bool,
}

impl Shop {
    /// Seeds a database, and serves on it.
    pub(crate) async fn open(database: String, more: &[&str]) -> Self {
        let seeded = tantu(&["seed", "--json", "--accounts", "1", "--database", &database]);
        assert!(seeded.status.success(), "{}", String::from_utf8_lossy(&seeded.stderr));
        let seeded: Value = serde_json::from_slice(&seeded.stdout).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (process, base) = serve(&database, more).await;
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
        let payer = &seeded["accounts"][0];
        let (api_key, account, wallet) = (text(&seeded["api_key"]), text(&payer["account"]), text(&payer["wallet"]));
        Self { process, base, database, http, api_key, account, wallet }
    }

    /// The body of an order over a hundred fen.
    pub(crate) fn order(&self, number: &str) -> Value {
        json!({
            "order_no": number,
            "subject": number,
            "account": self.account,
            "amount": { "amount": 100, "currency": "CNY" },
            "instrument": self.wallet,
        })
    }

    /// Pays an order, or asks for the same answer again.
    pub(crate) async fn pay(&self, number: &str) -> Reply {
        let request = self.http.post(format!("{}/v1/payments", self.base)).header("Idempotency-Key", number);
        self.send(request.json(&self.order(number))).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.http.request(Method::GET, format!("{}{path}", self.base))).await
    }

    async fn send(&self, request: RequestBuilder) -> Reply {
        let answer = request.bearer_auth(&self.api_key).send().await.unwrap();
        let (status, retry_after) = (answer.status().as_u16(), answer.headers().contains_key("retry-after"));
        Reply { status, body: answer.json().await.unwrap(), retry_after }
    }

    /// The trouble of a check of `/readyz`; nothing if it is well.
    pub(crate) async fn trouble(&self, check: &str) -> Option<String> {
        let ready = self.get("/readyz").await;
        let checks = ready.body["checks"].as_array().unwrap();
        let well = checks.iter().all(|check| check["ok"] == true);
        assert_eq!((ready.status, ready.body["ready"] == true), if well { (200, true) } else { (503, false) });
        let found = checks.iter().find(|found| found["id"] == check).unwrap();
        assert_eq!(found["ok"] == true, found["trouble"].is_null() && found["detail"].is_null(), "{found}");
        found["trouble"].as_str().map(str::to_owned)
    }

    /// Waits until `/readyz` says so of the database; what it says on the way there does not matter.
    pub(crate) async fn until(&self, trouble: Option<&str>) {
        let mut said = None;
        for _ in 0..600 {
            said = self.trouble("store").await;
            if said.as_deref() == trouble {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("/readyz says {said:?} and never {trouble:?}");
    }

    /// A payment meets the trouble: it is told that nothing happened and that it can be sent again.
    pub(crate) async fn is_not_taken(&self, number: &str) {
        let reply = self.pay(number).await;
        assert_eq!((reply.status, reply.retry_after), (503, true), "{reply:?}");
        assert_eq!(reply.body["type"], "urn:tantu:problem:not-stored", "{reply:?}");
        assert!(!reply.body.to_string().contains("127.0.0.1"), "{reply:?}");
    }

    /// Everything that was paid is there once and nothing else: the books hold, and the wallet has what is left.
    pub(crate) async fn has_paid(&self, numbers: &[(&str, &Reply)]) {
        for (number, first) in numbers {
            let again = self.pay(number).await;
            assert_eq!((again.status, &again.body["id"]), (first.status, &first.body["id"]), "{number}: {again:?}");
        }
        let done = tantu(&["verify", "--json", "--database", &self.database]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        let session = self.get(&format!("/v1/payments/{}", numbers[0].1.body["id"].as_str().unwrap())).await;
        assert_eq!((session.status, &session.body["state"]), (200, &json!("succeeded")), "{session:?}");
    }
}

/// Starts a server on a free port; gives its address once it serves.
pub(crate) async fn serve(database: &str, more: &[&str]) -> (Process, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tantu"));
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--database", database]).args(more);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = tokio::process::ChildStdout::from_std(child.stdout.take().unwrap()).unwrap();
    let process = Process(child);
    let mut lines = BufReader::new(stdout).lines();
    let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line());
    let line: Value = serde_json::from_str(&line.await.unwrap().unwrap().unwrap()).unwrap();
    (process, line["address"].as_str().unwrap().to_owned())
}

/// Makes a database in the cluster; gives its address.
pub(crate) fn database(cluster: &Cluster, name: &str) -> String {
    cluster.tell(DATABASE, &[&format!("CREATE DATABASE {name}")]).unwrap();
    cluster.url(name)
}
