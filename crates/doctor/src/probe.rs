//! One file for each thing that is measured.

pub(crate) mod blocked;
pub(crate) mod http;
pub(crate) mod lookup;
pub(crate) mod loss;
pub(crate) mod ntp;
pub(crate) mod path;
pub(crate) mod portal;
pub(crate) mod tls;

use std::time::Duration;

/// How long one connection may take to be made: two lost packets are sent again within it.
pub(crate) const CONNECT: Duration = Duration::from_millis(3_500);

/// How long one answer may take.
pub(crate) const ANSWER: Duration = Duration::from_millis(4_500);

/// Whole milliseconds, at most as many as fit.
pub(crate) fn millis(took: Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}
