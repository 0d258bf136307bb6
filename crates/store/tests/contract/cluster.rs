//! A PostgreSQL cluster of this run's own: made when the first test asks for it, and gone when the process is.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::FromSqlOwned;
use tokio_postgres::{Client, Config, NoTls};

/// Who owns the cluster, and his password.
pub(crate) const USER: &str = "tantu";
pub(crate) const PASSWORD: &str = "p%40ss/w?rd";

const INSTALL: &str = "PostgreSQL is not installed here, and the store's tests need its server: \
                       run ./test, which installs it, or install the package postgresql";

/// What stops the cluster. A static is never dropped, and a test may be killed: so a child waits until this process has
/// let go of the other end of its standard input, however that came, and then clears up.
const WATCH: &str = r#"read -r _; "$1" -D "$2/data" -m immediate -w stop; rm -rf "$2""#;

/// A running cluster.
pub(crate) struct Cluster {
    pub(crate) port: u16,
    /// The certificate of the authority that the server's is of.
    pub(crate) authority: PathBuf,
    admin: Mutex<Raw>,
    _watcher: Child,
}

/// The cluster of this process.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

impl Cluster {
    fn start() -> Self {
        let programs = Programs::find();
        let home = tempfile::Builder::new().prefix("tantu-pg-").tempdir().unwrap().keep();
        programs.give(&home);
        let watcher = programs
            .command("sh")
            .args(["-c", WATCH, "watcher"])
            .args([&programs.path("pg_ctl"), &home])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (data, authority) = (home.join("data"), home.join("authority.pem"));
        let password = home.join("password");
        fs::write(&password, PASSWORD).unwrap();
        programs.give(&password);
        programs.run("initdb", |initdb| {
            initdb.args(["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", "--no-sync", "--username", USER]);
            initdb.arg("--pwfile").arg(&password).arg("--pgdata").arg(&data)
        });
        certify(&programs, &data, &authority);
        let port = start(&programs, &home);
        let admin = Mutex::new(Raw::connect(port, "postgres"));
        Self { port, authority, admin, _watcher: watcher }
    }

    /// Carries out a statement in the database `postgres`.
    pub(crate) fn admin(&self, sql: &str) {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner).run(sql);
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", PASSWORD.replace('%', "%25"), self.port)
    }
}

/// Whoever asks for TLS gets the certificate of `localhost`.
fn certify(programs: &Programs, data: &Path, authority: &Path) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(authority, made.cert.pem()).unwrap();
    for (name, pem) in [("server.crt", made.cert.pem()), ("server.key", made.signing_key.serialize_pem())] {
        let path = data.join(name);
        fs::write(&path, pem).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        programs.give(&path);
    }
    fs::set_permissions(authority, Permissions::from_mode(0o644)).unwrap();
}

/// Starts the server on a free port of this machine. Another process may take the port meanwhile, so it is tried again.
fn start(programs: &Programs, home: &Path) -> u16 {
    let mut log = String::new();
    for _ in 0..5 {
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} -c ssl=on -c fsync=on \
             -c max_connections=300 -c shared_buffers=128MB",
            home.display()
        );
        let (data, to) = (home.join("data"), home.join("log"));
        let mut start = programs.command(programs.path("pg_ctl"));
        start.arg("-D").arg(data).arg("-l").arg(&to).args(["-w", "-t", "120", "-s", "-o", &options, "start"]);
        if start.stdin(Stdio::null()).status().unwrap().success() {
            return port;
        }
        log = fs::read_to_string(&to).unwrap_or_default();
    }
    panic!("PostgreSQL does not start: {log}");
}

/// PostgreSQL's programs, and who runs them: the server refuses to be root.
struct Programs {
    folder: PathBuf,
    as_postgres: bool,
}

impl Programs {
    fn find() -> Self {
        let told = Command::new("pg_config").arg("--bindir").output();
        let told = told.iter().map(|told| PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()));
        let path = Command::new("sh").args(["-c", "command -v initdb"]).output().unwrap();
        let path = PathBuf::from(String::from_utf8_lossy(&path.stdout).trim());
        let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .map(|versions| versions.map(|version| version.unwrap().path().join("bin")).collect())
            .unwrap_or_default();
        installed.sort();
        let folders = told.chain(path.parent().map(Path::to_owned)).chain(installed.into_iter().rev());
        let has_server =
            |folder: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).exists());
        let real = |folder: PathBuf| fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned);
        let folder = folders.filter_map(real).find(has_server).unwrap_or_else(|| panic!("{INSTALL}"));
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        Self { folder, as_postgres: root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A command that runs as the server does.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        if !self.as_postgres {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program).current_dir("/");
        command
    }

    fn run(&self, name: &str, arguments: impl FnOnce(&mut Command) -> &mut Command) {
        let mut command = self.command(self.path(name));
        let done = arguments(&mut command).output().unwrap();
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Makes a file or folder the server's.
    fn give(&self, path: &Path) {
        if self.as_postgres {
            let id = |what: &str| {
                let told = Command::new("id").args([what, "postgres"]).output().unwrap();
                let number = String::from_utf8_lossy(&told.stdout).trim().parse::<u32>();
                number.unwrap_or_else(|_| panic!("there is no user postgres to run the server: {INSTALL}"))
            };
            chown(path, Some(id("-u")), Some(id("-g"))).unwrap();
        }
    }
}

mod known {
    refinery::embed_migrations!("migrations/postgres");
}

/// A connection past the store.
pub(crate) struct Raw {
    runtime: Runtime,
    client: Client,
}

impl Raw {
    pub(crate) fn connect(port: u16, database: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut config = Config::new();
        config.host("127.0.0.1").port(port).user(USER).password(PASSWORD).dbname(database);
        let (client, connection) = runtime.block_on(config.connect(NoTls)).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    /// Carries out statements.
    pub(crate) fn run(&self, sql: &str) {
        self.try_run(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    pub(crate) fn try_run(&self, sql: &str) -> Result<(), String> {
        let done = self.runtime.block_on(self.client.batch_execute(sql));
        done.map_err(|error| error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string))
    }

    /// Brings the schema to this version, as a store of that time did.
    pub(crate) fn migrate(&mut self, version: i32) {
        let to = known::migrations::runner().set_target(refinery::Target::Version(version));
        self.runtime.block_on(to.run_async(&mut self.client)).unwrap();
    }

    /// The first cell of a query's first row.
    pub(crate) fn cell<T: FromSqlOwned>(&self, sql: &str) -> T {
        self.runtime.block_on(self.client.query_one(sql, &[])).unwrap_or_else(|error| panic!("{error}: {sql}")).get(0)
    }
}
