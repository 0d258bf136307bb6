//! The devices that speak for payers: their public keys, and what they said of themselves.

use jiff::Timestamp;
use tantu_domain::ids::{AccountId, DeviceKeyId, DeviceReportId, PaymentId};

/// The public key of a payer's device. The private half never leaves the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceKey {
    /// Its id, which every signature names.
    pub id: DeviceKeyId,
    /// Whose device it is.
    pub account: AccountId,
    /// The DER of a `SubjectPublicKeyInfo`, which says its own algorithm.
    pub public_key: Vec<u8>,
    /// When the payer registered it, in real time.
    pub registered_at: Timestamp,
    /// When the payer revoked it, in real time. It proves nothing any more.
    pub revoked_at: Option<Timestamp>,
}

/// Why a device did not trust our certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsError {
    /// By its clock the certificate's time has not come.
    NotYetValid,
    /// By its clock the certificate's time is over.
    Expired,
}

impl TlsError {
    /// The name that the API uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotYetValid => "certificate_not_yet_valid",
            Self::Expired => "certificate_expired",
        }
    }

    /// The error of a name.
    pub fn parse(id: &str) -> Option<Self> {
        [Self::NotYetValid, Self::Expired].into_iter().find(|error| error.id() == id)
    }
}

/// What a device's clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReport {
    /// Its time when it sent the report.
    pub device_time: Timestamp,
    /// What it had against our certificate, if that is why it reports.
    pub tls_error: Option<TlsError>,
}

/// How much power a device has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerReport {
    /// 0 to 100.
    pub percent: u8,
    /// Whether it is being charged.
    pub charging: bool,
}

/// What a payer's device said of itself. Nobody vouches for it: it explains, and decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReport {
    /// Its id.
    pub id: DeviceReportId,
    /// Who was signed in on the device.
    pub account: AccountId,
    /// The payment that did not go on, if the device knows one.
    pub payment: Option<PaymentId>,
    /// When it came, in real time.
    pub received_at: Timestamp,
    /// Its clock.
    pub clock: Option<ClockReport>,
    /// Its power.
    pub power: Option<PowerReport>,
}
