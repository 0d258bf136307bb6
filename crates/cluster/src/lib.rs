//! A PostgreSQL cluster of a test's or a gate's own: made on a free port of loopback, stopped and started at will, and gone when
//! its owner is, however that ends.

mod programs;

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::programs::Programs;

/// Who owns the cluster.
pub const USER: &str = "tantu";

/// His password, with signs that an address has to write otherwise.
pub const PASSWORD: &str = "p%40ss/w?rd";

/// The database that every new cluster has; it is empty.
pub const DATABASE: &str = "postgres";

/// What stops the cluster. Its owner may be killed or panic, and a static is never dropped: so a child waits until the owner has
/// let go of the other end of its standard input, however that came, and then clears up.
const WATCH: &str = r#"read -r _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// A small disk of the server's own. It is mounted where nobody but the server sees it, and is gone with the server.
const ON_SMALL_DISK: &str = r#"mount -t tmpfs -o "$1" tantu "$2" && shift 2 && exec "$@""#;

/// So many ports are tried: another process may take one between our asking and the server's start.
const PORTS: u32 = 5;

/// How a cluster is made.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Settings of the server, each as `name=value`.
    pub settings: Vec<String>,
    /// The server's certificate and its private key, as PEM; with them it takes TLS.
    pub certificate: Option<(String, String)>,
    /// The lines of `pg_hba.conf`, instead of a password for everybody.
    pub access: Option<&'static str>,
    /// The size of a small disk, such as `48m`, at [`Cluster::small_disk`]. Only root can make one.
    pub small_disk: Option<&'static str>,
}

/// How a cluster is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Its sessions are ended, and all is written.
    Fast,
    /// At once: what only its memory had is gone. The kernel keeps what it was handed, so this is no power cut.
    Immediate,
}

/// What went wrong, with what the programs said.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ClusterError(String);

impl From<std::io::Error> for ClusterError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// A cluster, running or stopped.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    plan: Plan,
    home: PathBuf,
    port: u16,
    watcher: Child,
}

impl Cluster {
    /// Makes one, and starts it.
    ///
    /// # Errors
    /// [`ClusterError`] if PostgreSQL is missing or does not start.
    pub fn start(plan: Plan) -> Result<Self, ClusterError> {
        let programs = Programs::find()?;
        if plan.small_disk.is_some() && !programs.are_run_by_root() {
            return Err(ClusterError("only root can mount the small disk that this needs; run it as root".to_owned()));
        }
        let home = tempfile::Builder::new().prefix("tantu-pg-").tempdir()?;
        programs.give(home.path())?;
        let mut watcher = programs.command("sh");
        watcher.args(["-c", WATCH, "watcher"]).arg(programs.path("pg_ctl")).arg(home.path()).process_group(0);
        let watcher = watcher.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // From here on the watcher removes it.
        let mut cluster = Self { programs, plan, home: home.keep(), port: 0, watcher };
        cluster.make()?;
        let mut tried = 0;
        loop {
            cluster.port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            tried += 1;
            match cluster.start_again() {
                Err(_) if tried < PORTS => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(cluster),
            }
        }
    }

    fn make(&self) -> Result<(), ClusterError> {
        let (password, data) = (self.home.join("password"), self.data());
        fs::write(&password, PASSWORD)?;
        self.programs.give(&password)?;
        let mut initdb = self.programs.command(self.programs.path("initdb"));
        initdb.args(["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync", "--username", USER]);
        initdb.arg("--pwfile").arg(&password).arg("--pgdata").arg(&data);
        run("initdb", initdb)?;
        if let Some((certificate, key)) = &self.plan.certificate {
            self.write(&data.join("server.crt"), certificate)?;
            self.write(&data.join("server.key"), key)?;
        }
        if let Some(access) = self.plan.access {
            self.write(&data.join("pg_hba.conf"), access)?;
        }
        if self.plan.small_disk.is_some() {
            fs::create_dir(self.small_disk())?;
            self.programs.give(&self.small_disk())?;
        }
        Ok(())
    }

    /// Writes a file that the server alone may read.
    fn write(&self, path: &Path, text: &str) -> Result<(), ClusterError> {
        fs::write(path, text)?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        self.programs.give(path)
    }

    /// The address of a database, with the password.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", PASSWORD.replace('%', "%25"), self.port)
    }

    /// Where it answers, as long as it lives.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where its files are: the data directory is below.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Where the small disk is, as the server sees it.
    pub fn small_disk(&self) -> PathBuf {
        self.home.join("small")
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// Stops it.
    ///
    /// # Errors
    /// [`ClusterError`] if it did not stop.
    pub fn stop(&self, how: Stop) -> Result<(), ClusterError> {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        let mut stop = self.programs.command(self.programs.path("pg_ctl"));
        stop.arg("-D").arg(self.data()).args(["-w", "-s", "-t", "60", "stop", "-m", mode]);
        run("pg_ctl stop", stop)
    }

    /// Starts it again on what its files have.
    ///
    /// # Errors
    /// [`ClusterError`] if it does not start; the last lines of its log say why.
    pub fn start_again(&self) -> Result<(), ClusterError> {
        self.start_with(&[])
    }

    /// The same with more settings, each as `name=value`.
    ///
    /// # Errors
    /// [`ClusterError`] if it does not start.
    pub fn start_with(&self, settings: &[&str]) -> Result<(), ClusterError> {
        let (log, pg_ctl) = (self.home.join("log"), self.programs.path("pg_ctl"));
        let mut start = match self.plan.small_disk {
            None => self.programs.command(pg_ctl),
            Some(size) => {
                let options = format!("mode=700,size={size}{}", self.programs.owned());
                let mut alone = Command::new("unshare");
                alone.args(["--mount", "--", "sh", "-c", ON_SMALL_DISK, "disk", &options]).arg(self.small_disk());
                alone.args(self.programs.as_server()).arg(pg_ctl).current_dir("/");
                alone
            }
        };
        start.arg("-D").arg(self.data()).arg("-l").arg(&log).args([
            "-w",
            "-s",
            "-t",
            "60",
            "-o",
            &self.options(settings),
        ]);
        start.arg("start");
        run("pg_ctl start", start).map_err(|error| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let mut last: Vec<&str> = said.lines().rev().take(5).collect();
            last.reverse();
            ClusterError(format!("{error}; its log ends with: {}", last.join("\n")))
        })
    }

    fn options(&self, settings: &[&str]) -> String {
        let tls = if self.plan.certificate.is_some() { "ssl=on" } else { "ssl=off" };
        let place = [format!("port={}", self.port), format!("unix_socket_directories={}", self.home.display())];
        let fixed = ["listen_addresses=127.0.0.1", "fsync=on", "shared_buffers=128MB", tls].map(str::to_owned);
        let all =
            fixed.iter().chain(&place).chain(&self.plan.settings).map(String::as_str).chain(settings.iter().copied());
        all.map(|setting| format!("-c {setting}")).collect::<Vec<_>>().join(" ")
    }

    /// From its next start on the cluster is a standby that waits for a primary: it can only be read.
    ///
    /// # Errors
    /// [`ClusterError`] if that cannot be written.
    pub fn make_standby(&self) -> Result<(), ClusterError> {
        self.write(&self.data().join("standby.signal"), "")
    }

    /// Makes a running standby the primary.
    ///
    /// # Errors
    /// [`ClusterError`] if it is none.
    pub fn promote(&self) -> Result<(), ClusterError> {
        let mut promote = self.programs.command(self.programs.path("pg_ctl"));
        promote.arg("-D").arg(self.data()).args(["-w", "-s", "-t", "60", "promote"]);
        run("pg_ctl promote", promote)
    }

    /// Carries out statements in a database, each in a transaction of its own.
    ///
    /// # Errors
    /// [`ClusterError`] with what the server said to the first that failed.
    pub fn tell(&self, database: &str, statements: &[&str]) -> Result<(), ClusterError> {
        let mut psql = self.psql(database);
        psql.args(statements.iter().flat_map(|statement| ["--command", statement]));
        run("psql", psql)
    }

    fn psql(&self, database: &str) -> Command {
        let mut psql = self.programs.command(self.programs.path("psql"));
        psql.env("PGPASSWORD", PASSWORD).args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]);
        psql.args(["--host=127.0.0.1", "--username", USER, "--dbname", database, "--port", &self.port.to_string()]);
        psql
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        // It has nothing to say; when it has ended, the cluster is gone.
        drop(self.watcher.wait());
    }
}

/// Runs a program to its end. What it leaves behind must not hold our pipes, so it says what is wrong into a file.
fn run(name: &str, mut command: Command) -> Result<(), ClusterError> {
    let said = tempfile::NamedTempFile::new()?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said.reopen()?);
    let status = command.status().map_err(|error| ClusterError(format!("{name} cannot be run: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(ClusterError(format!("{name} failed: {}", fs::read_to_string(said.path())?.trim())))
}
