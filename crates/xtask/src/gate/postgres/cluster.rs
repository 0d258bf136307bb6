//! The cluster under test, and how it is made to forget.

use std::sync::Arc;

use tantu_cluster::{ClusterError, DATABASE, Plan, Stop};

use crate::failure::Failure;

/// A commit does not wait for the disk unless a connection insists. The buffers hold all that the control's load writes, so that
/// they need not be written to make room.
const SETTINGS: [&str; 3] = ["synchronous_commit=off", "wal_buffers=16MB", "max_wal_size=4GB"];

/// A running cluster.
#[derive(Debug, Clone)]
pub(crate) struct Cluster(Arc<tantu_cluster::Cluster>);

impl Cluster {
    /// Makes one, and starts it.
    pub(crate) async fn start() -> Result<Self, Failure> {
        let plan = Plan { settings: SETTINGS.map(str::to_owned).to_vec(), ..Plan::default() };
        let started = tokio::task::spawn_blocking(move || tantu_cluster::Cluster::start(plan)).await?;
        Ok(Self(Arc::new(started.map_err(failed)?)))
    }

    pub(crate) fn url(&self) -> String {
        self.0.url(DATABASE)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port()
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
        self.work(|cluster| cluster.tell(DATABASE, &[include_str!("forget.sql"), "CHECKPOINT"])).await
    }

    /// Makes it keep what it forgets in its memory until it is stopped.
    pub(crate) async fn suspend_writer(&self) -> Result<(), Failure> {
        self.work(|cluster| cluster.tell(DATABASE, &[include_str!("suspend.sql")])).await
    }

    async fn work(
        &self,
        work: impl FnOnce(&tantu_cluster::Cluster) -> Result<(), ClusterError> + Send + 'static,
    ) -> Result<(), Failure> {
        let cluster = self.0.clone();
        tokio::task::spawn_blocking(move || work(&cluster)).await?.map_err(failed)
    }
}

fn failed(error: ClusterError) -> Failure {
    Failure::new(error.to_string())
}
