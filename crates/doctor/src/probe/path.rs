//! Whether large packets come through: a large question with a large answer, in full packets and then in small ones.

use tantu_domain::device_report::{HttpResult, PathReport};

use super::http::{self, CHECKS};
use super::tls::{Trust, handshake};
use crate::route::{Route, SMALL_SEGMENT};

/// More than one packet holds, in both directions.
const LARGE: usize = 6_000;

/// Measures it; small packets are only tried if the large ones were lost.
pub(crate) async fn measure(route: &Route, tls: Option<(&Trust, &str)>, authority: &str) -> PathReport {
    let large = passes(route, tls, authority, None).await;
    let small = large || passes(route, tls, authority, Some(SMALL_SEGMENT)).await;
    PathReport { large, small }
}

async fn passes(route: &Route, tls: Option<(&Trust, &str)>, authority: &str, segment: Option<u32>) -> bool {
    let Ok(mut stream) = route.open(segment).await else { return false };
    let path = format!("{CHECKS}?filler={LARGE}");
    let told = match tls {
        Some((trust, host)) => {
            let Some(mut stream) = handshake(trust, host, stream).await.1 else { return false };
            http::ask(&mut stream, authority, &path, LARGE).await
        }
        None => http::ask(&mut stream, authority, &path, LARGE).await,
    };
    // Who answers at all has had the question, whatever he makes of it.
    !matches!(told.report.result, HttpResult::Silent | HttpResult::Cut)
}
