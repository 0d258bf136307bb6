//! What a payer's device shows of itself with a request that its own key has signed.

use jiff::{Timestamp, Unit};

use crate::evidence::Evidence;
use crate::ids::DeviceKeyId;
use crate::place::Place;

/// How far a device's clock may be off. Certificates and one-time codes live for minutes, so a clock that
/// is further off breaks them in ways that nobody can explain.
pub const ALLOWED_SKEW_SECONDS: i64 = 300;

/// A device of the payer's that has signed a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningDevice {
    /// Its clock beside ours.
    pub time: DeviceTime,
    /// Which.
    pub key: DeviceKeyId,
    /// Where it says that it is, if it says so.
    pub place: Option<Place>,
}

/// A device's clock beside ours, from a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceTime {
    /// The device's time minus ours, in seconds: positive if it runs ahead.
    pub skew_seconds: i64,
}

impl DeviceTime {
    /// What a device's clock showed at `wall`, to the nearest second: a request's own way takes a part of one,
    /// which must not make 300 seconds 299.
    pub fn between(device: Timestamp, wall: Timestamp) -> Self {
        let skew = device.duration_since(wall);
        Self { skew_seconds: skew.round(Unit::Second).unwrap_or(skew).as_secs() }
    }

    /// The proof that the clock is further off than it may be, if it is.
    pub fn evidence(self) -> Option<Evidence> {
        (self.skew_seconds.saturating_abs() > ALLOWED_SKEW_SECONDS).then_some(Evidence::DeviceClockSkew {
            skew_seconds: self.skew_seconds,
            allowed_seconds: ALLOWED_SKEW_SECONDS,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skew_is_counted_to_the_nearest_second_and_300_are_allowed() {
        let wall: Timestamp = "2026-11-22T12:00:00.9Z".parse().unwrap();
        let table = [
            ("2026-11-22T12:00:00.9Z", 0, false),
            ("2026-11-22T12:05:00.9Z", 300, false),
            ("2026-11-22T12:05:00.89Z", 300, false),
            ("2026-11-22T12:05:01.9Z", 301, true),
            ("2026-11-22T11:55:00.9Z", -300, false),
            ("2026-11-22T11:54:59.9Z", -301, true),
            ("2025-11-22T12:00:00.9Z", -31_536_000, true),
        ];
        for (device, skew_seconds, off) in table {
            let time = DeviceTime::between(device.parse().unwrap(), wall);
            let evidence = Evidence::DeviceClockSkew { skew_seconds, allowed_seconds: 300 };
            assert_eq!((time.skew_seconds, time.evidence()), (skew_seconds, off.then_some(evidence)), "{device}");
        }
    }
}
