//! Codes on their way: in memory, from the request that brings one to the charge that takes it along. A payment code
//! that the payer's app shows, or the code that his bank has sent him.
//!
//! Nobody stores or logs one. A code that is lost, as when the process ends in between, is a charge that was never
//! sent: its attempt is asked about, and ends as any other that the channel has never seen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantu_channels::secret::Secret;
use tantu_domain::ids::AttemptId;

/// The codes that wait for their charge.
#[derive(Default)]
pub(crate) struct ShownCodes(Mutex<HashMap<AttemptId, Secret>>);

impl ShownCodes {
    /// Keeps a code until its attempt takes it, or until what is given back is dropped.
    pub(crate) fn keep(self: &Arc<Self>, attempt: AttemptId, code: Secret) -> KeptCode {
        self.codes().insert(attempt, code);
        KeptCode { codes: self.clone(), attempt }
    }

    /// The code of an attempt, once.
    pub(crate) fn take(&self, attempt: AttemptId) -> Option<Secret> {
        self.codes().remove(&attempt)
    }

    fn codes(&self) -> MutexGuard<'_, HashMap<AttemptId, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets a code that nobody took.
pub(crate) struct KeptCode {
    codes: Arc<ShownCodes>,
    attempt: AttemptId,
}

impl Drop for KeptCode {
    fn drop(&mut self) {
        drop(self.codes.take(self.attempt));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_once_and_forgotten_by_itself() {
        let codes = Arc::new(ShownCodes::default());
        let attempt = |byte| AttemptId::from_bytes([byte; 16]).unwrap();
        let (used, unused) = (codes.keep(attempt(1), Secret::new("281")), codes.keep(attempt(2), Secret::new("282")));
        assert_eq!(codes.take(attempt(1)), Some(Secret::new("281")));
        assert_eq!(codes.take(attempt(1)), None);
        drop((used, unused));
        assert!(codes.codes().is_empty());
    }
}
