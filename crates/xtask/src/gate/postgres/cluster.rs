//! The cluster under test, and how it is made to forget.

use std::sync::Arc;

use tantu_cluster::{ClusterError, DATABASE, Plan, Stop};

use crate::failure::Failure;

/// A commit does not wait for the disk unless a connection insists. The buffers hold all that the control's load writes, so that
/// they need not be written to make room.
const SETTINGS: [&str; 4] = ["synchronous_commit=off", "wal_buffers=16MB", "max_wal_size=4GB", "max_connections=300"];

/// A running cluster, with the databases that share the shards.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    cluster: Arc<tantu_cluster::Cluster>,
    databases: Vec<String>,
}

impl Cluster {
    /// Makes one, and starts it.
    pub(crate) async fn start(databases: u8) -> Result<Self, Failure> {
        let plan = Plan { settings: SETTINGS.map(str::to_owned).to_vec(), ..Plan::default() };
        let started = tokio::task::spawn_blocking(move || tantu_cluster::Cluster::start(plan)).await?;
        let databases = match databases {
            0 | 1 => vec![DATABASE.to_owned()],
            many => (1..=many).map(|number| format!("shards_{number}")).collect(),
        };
        let cluster = Self { cluster: Arc::new(started.map_err(failed)?), databases };
        for database in cluster.databases.iter().filter(|database| *database != DATABASE) {
            let create = format!("CREATE DATABASE {database}");
            cluster.work(move |cluster| cluster.tell(DATABASE, &[&create])).await?;
        }
        Ok(cluster)
    }

    /// The addresses of its databases.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.databases.iter().map(|database| self.cluster.url(database)).collect()
    }

    /// The same through something that answers at another port.
    pub(crate) fn urls_through(&self, port: u16) -> Vec<String> {
        let (from, to) = (format!(":{}/", self.port()), format!(":{port}/"));
        self.urls().iter().map(|url| url.replace(&from, &to)).collect()
    }

    pub(crate) fn port(&self) -> u16 {
        self.cluster.port()
    }

    /// Stops it at once: what only its memory had is gone.
    pub(crate) async fn stop(&self) -> Result<(), Failure> {
        self.work(|cluster| cluster.stop(Stop::Immediate)).await
    }

    /// Starts it on what is left.
    pub(crate) async fn start_again(&self) -> Result<(), Failure> {
        self.work(tantu_cluster::Cluster::start_again).await
    }

    /// Makes the database forget what it promises from now on; what it has promised before is on the disk.
    pub(crate) async fn forget(&self) -> Result<(), Failure> {
        for database in self.databases.clone() {
            self.work(move |cluster| cluster.tell(&database, &[include_str!("forget.sql"), "CHECKPOINT"])).await?;
        }
        Ok(())
    }

    /// Makes it keep what it forgets in its memory until it is stopped.
    pub(crate) async fn suspend_writer(&self) -> Result<(), Failure> {
        self.work(|cluster| cluster.tell(DATABASE, &[include_str!("suspend.sql")])).await
    }

    async fn work(
        &self,
        work: impl FnOnce(&tantu_cluster::Cluster) -> Result<(), ClusterError> + Send + 'static,
    ) -> Result<(), Failure> {
        let cluster = self.cluster.clone();
        tokio::task::spawn_blocking(move || work(&cluster)).await?.map_err(failed)
    }
}

fn failed(error: ClusterError) -> Failure {
    Failure::new(error.to_string())
}
