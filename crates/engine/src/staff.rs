//! Staff with a second factor: enrolled, signed in by a code, signed out, and removed by two others.
//!
//! A code is counted before it is looked at, and taken once: the step of the last one stands in the row that the session is
//! written with. The secret is shown when it is made and never again.

pub mod keeper;
pub mod remove;

mod count_try;
mod enrol;
mod open_session;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::Timestamp;
use tantu_channels::secret::Secret;
use tantu_domain::one_time_code::TooSoon;
use tantu_domain::second_factor::{SecondFactor, SecondFactorError, StaffSession};
use tantu_domain::staff::StaffMark;
use tantu_store::access::{Role, TokenHash};
use tantu_store::keys::Keys;
use tantu_store::world::World;

use crate::Engine;
use crate::codes::CodeRefused;
use crate::command::{Command, Decision, Tools};
use crate::error::{EngineError, Rejection};
use crate::staff::count_try::CountTry;
use crate::staff::enrol::Enrol;
use crate::staff::keeper::SecondFactorKeeper;
use crate::staff::open_session::{CloseSession, OpenSession};

/// A secret that was made for somebody. It is shown this once.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret in base32, as apps for such codes read it.
    pub secret: Secret,
    /// The same as an address that such an app opens: `otpauth://totp/…`.
    pub address: Secret,
}

/// Reads a second factor.
#[derive(Debug, Clone)]
struct LoadSecondFactor {
    staff: StaffMark,
}

fn keys_of(staff: StaffMark) -> Keys {
    let mut keys = Keys::default();
    keys.second_factors.insert(staff);
    keys
}

/// The factor of a member of staff, who must have one.
fn factor_of(world: &World, staff: StaffMark) -> Result<SecondFactor, Rejection> {
    let missing = || Rejection::State("there is no second factor yet; enrol one with POST /v1/staff/factor".into());
    world.second_factors.get(&staff).filter(|known| known.secret.is_some()).cloned().ok_or_else(missing)
}

impl From<SecondFactorError> for Rejection {
    fn from(error: SecondFactorError) -> Self {
        match error {
            SecondFactorError::Locked(at) => Self::TooSoon(TooSoon { at }),
            SecondFactorError::Used | SecondFactorError::Enrolled | SecondFactorError::SamePerson => {
                Self::State(error.to_string())
            }
        }
    }
}

impl Command for LoadSecondFactor {
    type Outcome = Option<SecondFactor>;

    fn keys(&self) -> Keys {
        keys_of(self.staff)
    }

    fn decide(&self, world: &World, _: &Tools<'_>) -> Decision<Self::Outcome> {
        Ok((world.second_factors.get(&self.staff).cloned(), Vec::new()))
    }
}

impl Engine {
    /// Makes a secret for the holder of a staff key. It opens nothing before its first code was entered.
    ///
    /// # Errors
    /// [`EngineError`] if one that works is enrolled, or it cannot be kept.
    pub async fn enrol_factor(&self, key: TokenHash) -> Result<Enrolment, EngineError> {
        let keeper = self.second_factor_keeper()?;
        let staff = StaffMark::of(&key.0);
        let (enrolment, sealed) = keeper.make(staff, &key)?;
        self.run(Enrol { staff, key, secret: sealed }).await?;
        tracing::info!(%staff, "a second factor was made for a member of staff");
        Ok(enrolment)
    }

    /// Opens a session by a code of the second factor; `session` is the hash of its token. The first code ends the enrolment.
    /// Gives until when it lasts.
    ///
    /// # Errors
    /// [`EngineError`] if there is no factor, it is locked, or the code was used already.
    pub async fn sign_in_staff(
        &self,
        key: TokenHash,
        code: &Secret,
        session: TokenHash,
    ) -> Result<Result<Timestamp, CodeRefused>, EngineError> {
        let keeper = self.second_factor_keeper()?;
        let staff = StaffMark::of(&key.0);
        let counted = self.run(CountTry { staff }).await?;
        let wall = self.parts.clock.wall();
        let Some(step) = keeper.step_of(&counted, code, wall)? else {
            tracing::warn!(%staff, "a code of a member of staff was wrong");
            let left = tantu_domain::password::TRIES.saturating_sub(counted.tries);
            return Ok(Err(if left == 0 { CodeRefused::Over } else { CodeRefused::Wrong(left) }));
        };
        let until = wall.checked_add(keeper.life()).unwrap_or(wall);
        let secret = keeper.resealed(&counted)?;
        let session = StaffSession { hash: session.0, until };
        self.run(OpenSession { staff, step, session, secret }).await?;
        tracing::info!(%staff, "a member of staff signed in");
        Ok(Ok(until))
    }

    /// Whether a session's token is that of a member of staff who is signed in: his key must still be one.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be read.
    pub async fn staff_is_signed_in(&self, staff: StaffMark, token: &TokenHash) -> Result<bool, EngineError> {
        let Some(factor) = self.run(LoadSecondFactor { staff }).await? else { return Ok(false) };
        let opened = factor.session_at(self.parts.clock.wall());
        if opened.is_none_or(|session| verify_slices_are_equal(&session.hash, &token.0).is_err()) {
            return Ok(false);
        }
        let key = TokenHash(factor.key);
        let known = self.read(move |store| store.api_key(&key)).await?;
        Ok(known.is_some_and(|key| key.role == Role::Staff))
    }

    /// Ends the session of a member of staff.
    ///
    /// # Errors
    /// [`EngineError`] if it could not be kept.
    pub async fn sign_out_staff(&self, staff: StaffMark) -> Result<(), EngineError> {
        self.run(CloseSession { staff }).await
    }

    fn second_factor_keeper(&self) -> Result<&SecondFactorKeeper, EngineError> {
        let none = || {
            Rejection::State(
                "this server keeps no second second_factors: server.second_factor_key_file is not set".into(),
            )
        };
        Ok(self.parts.second_factors.as_ref().ok_or_else(none)?)
    }
}
