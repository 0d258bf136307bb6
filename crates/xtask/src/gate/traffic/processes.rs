//! The processes under test: the sandbox, which lives throughout, and the server, which is killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::failure::Failure;
use crate::gate::stopwatch::Stopwatch;
use crate::gate::traffic::api::{Payer, Seeded, client, text};

/// What each wallet begins with, in fen.
pub(crate) const OPENING: i64 = 100_000_000;

/// A server that is not ready by then does not start at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that has not ended by then after SIGTERM does not end by itself.
const LAST_WORK: Duration = Duration::from_secs(60);

/// The other side; ends when it is dropped.
pub(crate) struct Sandbox {
    pub(crate) control: String,
    _child: Child,
}

impl Sandbox {
    pub(crate) async fn start(binary: &Path) -> Result<Self, Failure> {
        let mut command = tokio::process::Command::new(binary);
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| Failure::new("the sandbox has no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line())
            .await
            .map_err(|_| Failure::new("the sandbox does not start"))?;
        let line = line?.ok_or_else(|| Failure::new("the sandbox ended at once"))?;
        let addresses: Value = serde_json::from_str(&line)?;
        Ok(Self { control: text(&addresses, "/control")?, _child: child })
    }
}

/// A file in a folder with a key that seals the secrets of second factors. It is made once.
pub(crate) fn staff_keys(folder: &Path) -> Result<PathBuf, Failure> {
    let path = folder.join("second_factor_key");
    if !path.exists() {
        let digits = std::fs::File::open("/dev/urandom").and_then(|mut random| {
            let mut bytes = [0_u8; 32];
            std::io::Read::read_exact(&mut random, &mut bytes)?;
            Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        })?;
        std::fs::write(&path, format!("1 {digits}\n"))?;
    }
    Ok(path)
}

/// The options that name databases.
fn options(databases: &[String]) -> impl Iterator<Item = &str> {
    databases.iter().flat_map(|database| ["--database", database.as_str()])
}

/// The server: one command, its databases and one port, however often it is killed.
pub(crate) struct Server {
    binary: PathBuf,
    listen: String,
    pub(crate) base: String,
    /// Where the server finds the database, and where it is.
    databases: Vec<String>,
    direct: Vec<String>,
    control: String,
    log: PathBuf,
    /// What else it is told: a configuration, and how much it says.
    config: Option<PathBuf>,
    filter: Option<&'static str>,
    child: Option<Child>,
    http: reqwest::Client,
}

impl Server {
    pub(crate) fn new(binary: &Path, databases: &[String], log: PathBuf, control: &str) -> Result<Self, Failure> {
        // Taken and given back: the server is to have the same port at every start.
        let listen = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        // So that staff can sign in, at every server that shares the folder, and for as long as the gate runs.
        let folder = log.parent().unwrap_or(Path::new("."));
        let key = staff_keys(folder)?;
        let config = folder.join("gate.toml");
        let said = format!("[server]\nsecond_factor_key_file = \"{}\"\nstaff_session_minutes = 1440\n", key.display());
        std::fs::write(&config, said)?;
        Ok(Self {
            binary: binary.to_path_buf(),
            base: format!("http://{listen}"),
            listen,
            databases: databases.to_vec(),
            direct: databases.to_vec(),
            control: control.to_owned(),
            log,
            config: Some(config),
            filter: None,
            child: None,
            http: client()?,
        })
    }

    /// Starts it with a configuration and a filter for its log from now on.
    pub(crate) fn configure(&mut self, config: PathBuf, filter: &'static str) {
        self.config = Some(config);
        self.filter = Some(filter);
    }

    /// Prepares the database.
    pub(crate) fn seed(&self, accounts: u32) -> Result<Seeded, Failure> {
        let (accounts, opening) = (accounts.to_string(), OPENING.to_string());
        let mut command = Command::new(&self.binary);
        command.args(["seed", "--json", "--accounts", &accounts, "--opening", &opening]).args(options(&self.direct));
        let done = command.output()?;
        if !done.status.success() {
            return Err(Failure::new(format!("tantu seed failed: {}", String::from_utf8_lossy(&done.stderr))));
        }
        let seeded: Value = serde_json::from_slice(&done.stdout)?;
        let payer = |payer: &Value| {
            Ok(Payer { account: text(payer, "/account")?, wallet: text(payer, "/wallet")?, mandate: None })
        };
        let payers: Result<Vec<Payer>, Failure> =
            seeded["accounts"].as_array().into_iter().flatten().map(payer).collect();
        Ok(Seeded { api_key: text(&seeded, "/api_key")?, staff_key: text(&seeded, "/staff_key")?, payers: payers? })
    }

    /// Starts it; gives how long it took until it was ready.
    pub(crate) async fn start(&mut self) -> Result<Duration, Failure> {
        let watch = Stopwatch::start();
        self.spawn()?;
        self.ready().await?;
        Ok(watch.elapsed())
    }

    fn spawn(&mut self) -> Result<(), Failure> {
        let log = std::fs::File::options().create(true).append(true).open(&self.log)?;
        let mut command = tokio::process::Command::new(&self.binary);
        command.args(["serve", "--listen", &self.listen, "--sandbox", &self.control]).args(options(&self.databases));
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        if let Some(filter) = self.filter {
            command.env("RUST_LOG", filter);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true).spawn()?;
        self.child = Some(child);
        Ok(())
    }

    /// Waits until it says that it can do its work.
    pub(crate) async fn ready(&mut self) -> Result<(), Failure> {
        let watch = Stopwatch::start();
        let ready = format!("{}/readyz", self.base);
        let mut look = tokio::time::interval(Duration::from_millis(2));
        while watch.elapsed() < PATIENCE {
            look.tick().await;
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?,
                None => None,
            };
            if let Some(status) = ended {
                return Err(Failure::new(format!(
                    "the server ended with {status} instead of serving: {}",
                    self.last_words()
                )));
            }
            let answer = self.http.get(&ready).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
        }
        Err(Failure::new(format!("the server was not ready after {} s: {}", PATIENCE.as_secs(), self.last_words())))
    }

    /// Starts another binary from now on, on the same database.
    pub(crate) fn run_as(&mut self, binary: &Path) {
        self.binary = binary.to_owned();
    }

    /// Speaks to its databases through something in between from now on.
    pub(crate) fn go_through(&mut self, databases: Vec<String>) {
        self.databases = databases;
    }

    /// Ends it by SIGTERM as whoever brings a new version does, and starts it again; gives how long it took to end. It must
    /// finish what is under way, and say so by its status.
    pub(crate) async fn restart(&mut self) -> Result<Duration, Failure> {
        let watch = Stopwatch::start();
        let Some(mut child) = self.child.take() else { return Err(Failure::new("the server does not run")) };
        let number = child.id().map(|number| number.to_string()).unwrap_or_default();
        let told = tokio::process::Command::new("kill").args(["-TERM", &number]).status().await?;
        let ended = tokio::time::timeout(LAST_WORK, child.wait()).await;
        let ended = ended.map_err(|_| Failure::new("the server did not end after SIGTERM"))??;
        let took = watch.elapsed();
        if !told.success() || !ended.success() {
            return Err(Failure::new(format!("SIGTERM ended the server with {ended}: {}", self.last_words())));
        }
        self.start().await?;
        Ok(took)
    }

    /// `kill -9`, and nothing else: it gets no chance to put anything in order.
    pub(crate) async fn kill(&mut self) -> Result<(), Failure> {
        if let Some(mut child) = self.child.take() {
            if let Some(status) = child.try_wait()? {
                return Err(Failure::new(format!("the server ended by itself with {status}: {}", self.last_words())));
            }
            child.kill().await?;
        }
        Ok(())
    }

    /// The audit of our books against the channel's; what it complains of, if anything.
    pub(crate) fn verify(&self) -> Result<Result<(), String>, Failure> {
        let mut command = Command::new(&self.binary);
        command.args(["verify", "--json", "--sandbox", &self.control]).args(options(&self.direct));
        let done = command.output()?;
        let report: Value = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
        if done.status.success() && report["ok"] == true {
            return Ok(Ok(()));
        }
        let checks = report["checks"].as_array().into_iter().flatten();
        let broken: Vec<String> = checks.filter(|check| check["ok"] != true).map(Value::to_string).collect();
        let complaint =
            if broken.is_empty() { String::from_utf8_lossy(&done.stderr).into_owned() } else { broken.join("; ") };
        Ok(Err(complaint))
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let mut last: Vec<&str> = log.lines().rev().take(10).collect();
        last.reverse();
        last.join("\n")
    }
}
