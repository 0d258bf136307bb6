//! The PostgreSQL cluster of this run: made when the first test asks for it, and gone when the process is.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use tantu_cluster::Plan;
pub(crate) use tantu_cluster::{PASSWORD, USER};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::FromSqlOwned;
use tokio_postgres::{Client, Config, NoTls};

/// A running cluster.
pub(crate) struct Cluster {
    pub(crate) port: u16,
    /// The certificate of the authority that the server's is of.
    pub(crate) authority: PathBuf,
    admin: Mutex<Raw>,
    cluster: tantu_cluster::Cluster,
}

/// The cluster of this process.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

impl Cluster {
    /// Whoever asks for TLS gets the certificate of `localhost`.
    fn start() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let cluster = tantu_cluster::Cluster::start(Plan {
            // No test here cuts the power, and hundreds of databases are made and dropped: each would wait for the disk.
            settings: ["max_connections=300", "fsync=off", "full_page_writes=off"].map(str::to_owned).to_vec(),
            certificate: Some((made.cert.pem(), made.signing_key.serialize_pem())),
            ..Plan::default()
        });
        let cluster = cluster.unwrap();
        let authority = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("authority-{}.pem", cluster.port()));
        std::fs::write(&authority, made.cert.pem()).unwrap();
        let admin = Mutex::new(Raw::connect(cluster.port(), "postgres"));
        Self { port: cluster.port(), authority, admin, cluster }
    }

    /// Carries out a statement in the database `postgres`.
    pub(crate) fn admin(&self, sql: &str) {
        self.admin.lock().unwrap_or_else(PoisonError::into_inner).run(sql);
    }

    /// The address of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        self.cluster.url(database)
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
