//! A PostgreSQL cluster of the gate's own, gone when the gate is. The store's tests have one of the same kind.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;

const USER: &str = "tantu";
const PASSWORD: &str = "throw-away";

/// The database that every new cluster has; it is empty.
const DATABASE: &str = "postgres";

const INSTALL: &str = "PostgreSQL is not installed here, and this gate needs its server: \
                       run ./test, which installs it, or install the package postgresql";

/// What stops the cluster. The gate may be killed or panic: so a child waits until this process has let go of the other
/// end of its standard input, however that came, and then clears up.
const WATCH: &str = r#"read -r _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// What the cluster is told at every start: a commit does not wait for the disk unless a connection insists. The buffers
/// hold all that the control's load writes, so that they need not be written to make room.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c fsync=on -c synchronous_commit=off -c wal_buffers=16MB \
                        -c shared_buffers=128MB";

/// A running cluster.
pub(crate) struct Cluster {
    programs: Programs,
    home: PathBuf,
    port: u16,
    watcher: Child,
}

impl Cluster {
    /// Makes one, and starts it on a free port of this machine.
    pub(crate) async fn start() -> Result<Self, Failure> {
        let programs = Programs::find()?;
        let home = tempfile::Builder::new().prefix("tantu-gate-pg-").tempdir()?;
        programs.give(home.path())?;
        let mut watcher = programs.command("sh");
        watcher.args(["-c", WATCH, "watcher"]).arg(programs.path("pg_ctl")).arg(home.path()).process_group(0);
        let watcher = watcher.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        // From here on the watcher removes it.
        let home = home.keep();
        // Taken and given back: the servers are to find it at the same port after every start.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let cluster = Self { programs, home, port, watcher };
        let password = cluster.home.join("password");
        fs::write(&password, PASSWORD)?;
        cluster.programs.give(&password)?;
        let mut initdb = cluster.programs.command(cluster.programs.path("initdb"));
        initdb.args(["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync", "--username", USER]);
        initdb.arg("--pwfile").arg(&password).arg("--pgdata").arg(cluster.data());
        run("initdb", initdb).await?;
        cluster.start_again().await?;
        Ok(cluster)
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{DATABASE}", self.port)
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn pg_ctl(&self) -> Command {
        let mut pg_ctl = self.programs.command(self.programs.path("pg_ctl"));
        pg_ctl.arg("-D").arg(self.data()).args(["-w", "-s", "-t", "60"]);
        pg_ctl
    }

    /// Stops it at once: what only its memory had is gone. The kernel keeps what it was handed, so this is no power cut.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        let mut stop = self.pg_ctl();
        stop.args(["stop", "-m", "immediate"]);
        run("pg_ctl stop", stop).await
    }

    /// Starts it on what is left.
    pub(crate) async fn start_again(&self) -> Result<(), Failure> {
        let options = format!("{SETTINGS} -c port={} -c unix_socket_directories={}", self.port, self.home.display());
        let log = self.home.join("log");
        let mut start = self.pg_ctl();
        start.arg("-l").arg(&log).args(["-o", &options, "start"]);
        run("pg_ctl start", start).await.map_err(|failure| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let mut last: Vec<&str> = said.lines().rev().take(5).collect();
            last.reverse();
            Failure::new(format!("{failure}; its log ends with: {}", last.join("\n")))
        })
    }

    /// Makes the database forget what it promises from now on; what it has promised before is on the disk.
    pub(crate) async fn forget(&self) -> Result<(), Failure> {
        self.tell(&[include_str!("forget.sql"), "CHECKPOINT"]).await
    }

    /// Makes it keep what it forgets in its memory until it is stopped.
    pub(crate) async fn suspend_writer(&self) -> Result<(), Failure> {
        self.tell(&[include_str!("suspend.sql")]).await
    }

    async fn tell(&self, statements: &[&str]) -> Result<(), Failure> {
        let mut psql = self.programs.command(self.programs.path("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", &self.url()]);
        psql.args(statements.iter().flat_map(|statement| ["--command", statement]));
        run("psql", psql).await
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
async fn run(name: &str, mut command: Command) -> Result<(), Failure> {
    let said = tempfile::NamedTempFile::new()?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said.reopen()?);
    let status = tokio::process::Command::from(command).status().await;
    let status = status.map_err(|error| Failure::new(format!("{name} cannot be run: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{name} failed: {}", fs::read_to_string(said.path())?.trim())))
}

/// PostgreSQL's programs, and who runs them: the server refuses to be root.
struct Programs {
    folder: PathBuf,
    /// The user `postgres` and his group, if we are root.
    owner: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Result<Self, Failure> {
        let told = said("pg_config", &["--bindir"]).map(PathBuf::from);
        let path = said("sh", &["-c", "command -v initdb"]).map(PathBuf::from);
        let path = path.and_then(|path| path.parent().map(Path::to_owned));
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut installed: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
        installed.sort();
        let folders = told.into_iter().chain(path).chain(installed.into_iter().rev());
        let real = |folder: PathBuf| fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned);
        let has_all =
            |folder: &PathBuf| ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).exists());
        let folder = folders.filter_map(real).find(has_all).ok_or_else(|| Failure::new(INSTALL))?;
        let owner = if said("id", &["-u"]).as_deref() == Some("0") { Some(postgres()?) } else { None };
        Ok(Self { folder, owner })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command that runs as the server does.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        if self.owner.is_none() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program).current_dir("/");
        command
    }

    /// Makes a file or folder the server's.
    fn give(&self, path: &Path) -> Result<(), Failure> {
        let Some((user, group)) = self.owner else { return Ok(()) };
        Ok(chown(path, Some(user), Some(group))?)
    }
}

/// The numbers of the user `postgres` and of his group.
fn postgres() -> Result<(u32, u32), Failure> {
    let number = |what: &str| said("id", &[what, "postgres"]).and_then(|told| told.parse().ok());
    let found = number("-u").zip(number("-g"));
    found
        .ok_or_else(|| Failure::new(format!("we are root, and there is no user postgres to run the server: {INSTALL}")))
}

/// What a program says, if it succeeds.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
