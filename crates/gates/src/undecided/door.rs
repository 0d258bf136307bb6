//! The way of some notifications to us is broken at first, so that they come again by the channel's own schedule: by then
//! hours of business time have gone by.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// Of a hundred notifications, so many do not reach us at first.
const HELD_UP: u64 = 6;

/// How often one is held up at most.
const TIMES: u64 = 2;

/// No notification is longer.
const LONGEST: usize = 64 * 1024;

/// How often each was held up.
static SEEN: LazyLock<Mutex<HashMap<u64, u64>>> = LazyLock::new(Mutex::default);

/// Puts the broken way before a router.
pub(crate) fn late(router: Router) -> Router {
    router.layer(middleware::from_fn(hold_up))
}

/// How many notifications were held up.
pub(crate) fn held_up() -> usize {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).len()
}

async fn hold_up(request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/v1/notifications/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return StatusCode::BAD_REQUEST.into_response() };
    if is_held_up(&bytes) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// Decided by the bytes, which are the same whenever it comes again. The signing of a mandate is never held up.
fn is_held_up(bytes: &[u8]) -> bool {
    if bytes.windows(10).any(|window| window == b"dut_user_s") {
        return false;
    }
    // FNV-1a: spread, and nothing else.
    let spread = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325, spread);
    let mixed = hash ^ (hash >> 29);
    if mixed % 100 >= HELD_UP {
        return false;
    }
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let times = seen.entry(hash).or_default();
    *times += 1;
    *times <= 1 + (mixed >> 8) % TIMES
}
