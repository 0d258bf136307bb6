//! UnionPay has no closing: an order that is not paid ends by its own expiry. So the order is asked about, and the
//! answer says why it is not closed.

use tantu_domain::attempt::AttemptReport;
use tantu_domain::ids::AttemptId;

use super::gateway::Gateway;
use super::query::query;

/// How an attempt stands that was to be closed.
pub(super) async fn close(gateway: &Gateway, attempt: AttemptId) -> AttemptReport {
    query(gateway, attempt).await
}
