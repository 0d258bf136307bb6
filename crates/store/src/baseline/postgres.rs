//! The cluster of a PostgreSQL database, as a measurement sees it: what it is, how much log it has written, and a
//! database beside ours in which its own benchmark runs.

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use crate::error::{StoreError, Trouble};
use crate::wire::address::Address;
use crate::wire::in_full;

/// A connection to a cluster, outside any store.
pub struct Cluster {
    config: Config,
    roots: Option<String>,
    shown: String,
    client: Client,
}

impl Cluster {
    /// Connects to the database of an address.
    ///
    /// # Errors
    /// [`StoreError`] if the address is none, or nobody answers there.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let Address { config, tls, shown, roots } = Address::parse(url)?;
        let failed = |error| StoreError::Unavailable(Trouble::Other, format!("{shown}: {}", in_full(&error)));
        let client = match tls {
            Some(tls) => {
                let (client, connection) = config.connect(tls).await.map_err(failed)?;
                tokio::spawn(connection);
                client
            }
            None => {
                let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
                tokio::spawn(connection);
                client
            }
        };
        Ok(Self { config, roots, shown, client })
    }

    fn failed(&self, error: &tokio_postgres::Error) -> StoreError {
        StoreError::Unavailable(Trouble::Other, format!("{}: {}", self.shown, in_full(error)))
    }

    async fn text(&self, sql: &str) -> Result<String, StoreError> {
        let row = self.client.query_one(sql, &[]).await.map_err(|error| self.failed(&error))?;
        row.try_get(0).map_err(|error| self.failed(&error))
    }

    /// The server and what it promises of a commit, in a line.
    ///
    /// # Errors
    /// [`StoreError`] if it does not answer.
    pub async fn described(&self) -> Result<String, StoreError> {
        let settings = "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)
                        || ', fsync=' || current_setting('fsync')
                        || ', synchronous_commit=' || current_setting('synchronous_commit')
                        || ', full_page_writes=' || current_setting('full_page_writes')
                        || ', shared_buffers=' || current_setting('shared_buffers')
                        || ', max_wal_size=' || current_setting('max_wal_size')";
        self.text(settings).await
    }

    /// Whether what is committed is not on the disk.
    ///
    /// # Errors
    /// [`StoreError`] if the server does not answer.
    pub async fn forgets(&self) -> Result<bool, StoreError> {
        Ok(self.text("SELECT current_setting('fsync')").await? == "off")
    }

    /// How many merchants of other names the database knows: real ones, whose books are no place for toy money.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub async fn merchants_besides(&self, name: &str) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM merchants WHERE name <> $1";
        let row = self.client.query_one(sql, &[&name]).await.map_err(|error| self.failed(&error))?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
    }

    /// How many bytes of log the cluster has written since it was made.
    ///
    /// # Errors
    /// [`StoreError`] if the server does not answer.
    pub async fn logged(&self) -> Result<u64, StoreError> {
        let bytes = self.text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text").await?;
        Ok(bytes.parse().unwrap_or(0))
    }

    /// Makes an empty database beside ours. `name` is letters, digits and underscores.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be made.
    pub async fn create(&self, name: &str) -> Result<(), StoreError> {
        let made = self.client.batch_execute(&format!("CREATE DATABASE {name}")).await;
        made.map_err(|error| match error.code() {
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => StoreError::Unavailable(Trouble::Other, format!(
                "{}: the baseline needs a database of its own, and this user may make none; ALTER ROLE … CREATEDB lets him",
                self.shown
            )),
            _ => self.failed(&error),
        })
    }

    /// Ends it, and whoever is connected to it.
    ///
    /// # Errors
    /// [`StoreError`] if it stays.
    pub async fn end(&self, name: &str) -> Result<(), StoreError> {
        let gone = self.client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        gone.map_err(|error| self.failed(&error))
    }

    /// What tells a program of PostgreSQL's own to use another database of the cluster: variables of its environment,
    /// because arguments can be read by everybody on the machine.
    pub fn environment(&self, database: &str) -> Vec<(&'static str, String)> {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let ports = self.config.get_ports().iter().map(ToString::to_string);
        let addresses = self.config.get_hostaddrs().iter().map(ToString::to_string);
        let mode = match (self.config.get_ssl_mode(), &self.roots) {
            (SslMode::Disable, _) => "disable",
            (SslMode::Prefer, _) => "prefer",
            (_, Some(_)) => "verify-full",
            (_, None) => "require",
        };
        let password = self.config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
        let listed = |values: Vec<String>| Some(values.join(",")).filter(|list| !list.is_empty());
        let told = [
            ("PGHOST", listed(hosts.collect())),
            ("PGHOSTADDR", listed(addresses.collect())),
            ("PGPORT", listed(ports.collect())),
            ("PGUSER", self.config.get_user().map(ToOwned::to_owned)),
            ("PGPASSWORD", password),
            ("PGDATABASE", Some(database.to_owned())),
            ("PGSSLMODE", Some(mode.to_owned())),
            ("PGSSLROOTCERT", self.roots.clone()),
        ];
        told.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
