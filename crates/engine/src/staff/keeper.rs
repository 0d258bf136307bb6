//! What keeps the secrets of second second_factors: sealed for their rows, opened only while a code is looked at.

use aws_lc_rs::rand;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::secret::Secret;
use tantu_domain::code::SealedText;
use tantu_domain::second_factor::{SKEW, STEP, SecondFactor};
use tantu_domain::staff::StaffMark;
use tantu_store::access::TokenHash;
use tantu_vault::{Place, Vault};
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use crate::error::EngineError;
use crate::staff::Enrolment;

/// Who the codes are for, as an app for such codes shows it.
const ISSUER: &str = "Tantu";

/// As long as the hash that codes are made with, which is what RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// Keeps secrets, and knows how long a session lasts.
#[derive(Debug)]
pub struct SecondFactorKeeper {
    vault: Vault,
    life: SignedDuration,
}

fn place(key: &[u8; 32]) -> Place<'_> {
    Place { table: "second_factors", column: "secret", row: key }
}

fn totp(secret: totp_rs::Secret, staff: StaffMark) -> Result<Totp, EngineError> {
    let step = u64::try_from(STEP.as_secs()).map_err(|_| EngineError::Vault)?;
    let skew = u16::try_from(SKEW).map_err(|_| EngineError::Vault)?;
    let builder = Builder::new().with_secret(secret).with_step_duration(step).with_skew(skew);
    let builder = builder.with_issuer(Some(ISSUER)).with_account_name(staff.to_string());
    builder.build().map_err(|_| EngineError::Vault)
}

impl SecondFactorKeeper {
    /// A keeper over a vault of its own; a session lasts `life`.
    pub fn new(vault: Vault, life: SignedDuration) -> Self {
        Self { vault, life }
    }

    pub(super) fn life(&self) -> SignedDuration {
        self.life
    }

    /// A fresh secret, as it is shown and as it is kept.
    pub(super) fn make(&self, staff: StaffMark, key: &TokenHash) -> Result<(Enrolment, SealedText), EngineError> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        rand::fill(bytes.as_mut()).map_err(|_| EngineError::Vault)?;
        let made = totp(totp_rs::Secret::new_stack(*bytes), staff)?;
        let secret = Secret::new(made.secret().to_base32());
        let address = Secret::new(made.to_url().map_err(|_| EngineError::Vault)?);
        let sealed = self.vault.seal(place(&key.0), secret.reveal()).map_err(|_| EngineError::Vault)?;
        Ok((Enrolment { secret, address }, SealedText(sealed)))
    }

    /// The step whose code this is, if it is one of those that are taken at `wall`. It may have been used.
    pub(super) fn step_of(
        &self,
        factor: &SecondFactor,
        code: &Secret,
        wall: Timestamp,
    ) -> Result<Option<u64>, EngineError> {
        let Some(sealed) = &factor.secret else { return Ok(None) };
        let opened = self.vault.open(place(&factor.key), &sealed.0).map_err(|_| EngineError::Vault)?;
        let secret = totp_rs::Secret::try_from_base32(opened.as_str()).map_err(|_| EngineError::Vault)?;
        let now = u64::try_from(wall.as_second()).map_err(|_| EngineError::Vault)?;
        Ok(totp(secret, factor.staff)?.check(code.reveal(), now))
    }

    /// The secret under the newest key, if another one has sealed it.
    pub(super) fn resealed(&self, factor: &SecondFactor) -> Result<Option<SealedText>, EngineError> {
        let Some(old) = factor.secret.as_ref().filter(|sealed| !self.vault.is_current(&sealed.0)) else {
            return Ok(None);
        };
        let opened = self.vault.open(place(&factor.key), &old.0).map_err(|_| EngineError::Vault)?;
        let sealed = self.vault.seal(place(&factor.key), &opened).map_err(|_| EngineError::Vault)?;
        Ok(Some(SealedText(sealed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of RFC 6238, appendix B, for SHA-1: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let table = [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")];
        for (second, code) in table {
            let secret = totp_rs::Secret::new_stack(*b"12345678901234567890");
            let made = totp(secret, StaffMark::of(&[1; 32])).unwrap();
            assert_eq!(made.generate(second).to_string(), code);
            assert_eq!(made.check(code, second + 30), Some(second / 30), "a clock may be off by a step");
            assert_eq!(made.check(code, second + 90), None);
        }
    }
}
