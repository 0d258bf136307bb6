//! The control: a connector for which silence is a refusal.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tantu_channels::{CancelReport, Charge, ChargeOrder, RefundOrder};
use tantu_domain::attempt::AttemptReport;
use tantu_domain::channel::{Channel, ChannelWord};
use tantu_domain::ids::AttemptId;

struct Hasty(Channel, Arc<dyn Charge>);

/// Dresses a connector so.
pub(crate) fn hasty(channel: Channel, charge: Arc<dyn Charge>) -> Arc<dyn Charge> {
    Arc::new(Hasty(channel, charge))
}

#[async_trait]
impl Charge for Hasty {
    async fn charge(&self, order: &ChargeOrder) -> AttemptReport {
        let report = self.1.charge(order).await;
        if report != AttemptReport::NoAnswer {
            return report;
        }
        let (code, message) = ("time_out".to_owned(), String::new());
        let word = ChannelWord { channel: self.0, code, message, at: Timestamp::UNIX_EPOCH };
        AttemptReport::Declined { word, causes: Vec::new() }
    }

    async fn query(&self, attempt: AttemptId) -> AttemptReport {
        self.1.query(attempt).await
    }

    async fn close(&self, attempt: AttemptId) -> AttemptReport {
        self.1.close(attempt).await
    }

    async fn cancel(&self, attempt: AttemptId) -> CancelReport {
        self.1.cancel(attempt).await
    }

    async fn refund(&self, order: &RefundOrder) -> AttemptReport {
        self.1.refund(order).await
    }

    async fn query_refund(&self, order: &RefundOrder) -> AttemptReport {
        self.1.query_refund(order).await
    }
}
