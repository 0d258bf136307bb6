//! What a server needs so that staff sign in: the keys that seal the secrets of their second factors.

use jiff::SignedDuration;
use tantu_engine::staff::keeper::SecondFactorKeeper;
use tantu_vault::{KeyRing, Vault};

use crate::config::ServerSection;
use crate::output::Failure;

/// The longest session of staff, in minutes: a day.
const LONGEST_MINUTES: u32 = 24 * 60;

/// What keeps second factors: by the keys of the configured file, or, where the database ends with the process, by fresh ones.
pub(crate) fn keeper(server: &ServerSection, short_lived: bool) -> Result<Option<SecondFactorKeeper>, Failure> {
    let minutes = server.staff_session_minutes;
    if !(1..=LONGEST_MINUTES).contains(&minutes) {
        let why = format!("server.staff_session_minutes: {minutes} is no length of a session");
        return Err(Failure::with_hint(why, format!("write 1 to {LONGEST_MINUTES} minutes; 30 are usual")));
    }
    let ring = match (&server.second_factor_key_file, short_lived) {
        (Some(path), _) => {
            let field = "server.second_factor_key_file";
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("{field}: {} cannot be read: {error}", path.display())))?;
            KeyRing::parse(&text).map_err(|error| {
                let hint =
                    "the secrets of second factors are sealed by it; keep it away from the database and its backups";
                Failure::with_hint(format!("{field}: {}: {error}", path.display()), hint)
            })?
        }
        (None, true) => KeyRing::fresh()?,
        (None, false) => {
            tracing::warn!("no member of staff can sign in: server.second_factor_key_file names no key");
            return Ok(None);
        }
    };
    let life = SignedDuration::from_mins(i64::from(minutes));
    Ok(Some(SecondFactorKeeper::new(Vault::new(&ring)?, life)))
}
