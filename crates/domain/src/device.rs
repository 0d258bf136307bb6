//! What a payer's device shows of itself with a request that its own key has signed.

/// How far a device's clock may be off. Certificates and one-time codes live for minutes, so a clock that
/// is further off breaks them in ways that nobody can explain.
pub const ALLOWED_SKEW_SECONDS: i64 = 300;

/// A device's clock beside ours, from a signed request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceTime {
    /// The device's time minus ours, in seconds: positive if it runs ahead.
    pub skew_seconds: i64,
}
