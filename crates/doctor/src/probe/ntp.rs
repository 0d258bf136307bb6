//! The device's clock against a time server.

use std::net::SocketAddr;
use std::time::Duration;

use rsntp::{AsyncSntpClient, Config};

/// How long a time server may take.
const LONGEST: Duration = Duration::from_millis(2_000);

/// The device's time minus the time server's, in whole seconds; `None` if it does not answer.
pub(crate) async fn skew_seconds(server: SocketAddr) -> Option<i64> {
    let client = AsyncSntpClient::with_config(Config::default().timeout(LONGEST));
    let told = client.synchronize(server.to_string()).await.ok()?;
    let offset = told.clock_offset();
    let seconds = offset.abs_as_std_duration().ok()?;
    let whole = i64::try_from((seconds + Duration::from_millis(500)).as_secs()).ok()?;
    // The offset is what must be added to the device's clock.
    Some(if offset.signum() < 0 { whole } else { whole.saturating_neg() })
}
