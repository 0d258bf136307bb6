//! The second factor of a member of staff (two-factor authentication): codes that change every half a minute, made from a
//! secret that he and we alone have (RFC 6238), and the session that such a code opens.
//!
//! A try is counted before it is looked at; the last that is allowed locks, longer each time until one is right. A code is good
//! once: none of its own or of an earlier step is taken after it. Whoever has lost his secret gets another one only when two
//! others of the staff agree.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::code::SealedText;
use crate::ids::Shard;
use crate::password::{TRIES, lock_after};
use crate::staff::StaffMark;

/// How long a code is the present one.
pub const STEP: SignedDuration = SignedDuration::from_secs(30);

/// How many steps a phone's clock may be off.
pub const SKEW: u64 = 1;

/// A session that a code has opened.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// The SHA-256 of its token.
    pub hash: [u8; 32],
    /// Until when it lasts. Real time, as all sessions.
    pub until: Timestamp,
}

impl fmt::Debug for StaffSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffSession(until {})", self.until)
    }
}

/// The second factor of a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whose.
    pub staff: StaffMark,
    /// The SHA-256 of his key.
    pub key: [u8; 32],
    /// The secret that codes are made from, sealed for this row; `None` once two others have removed it.
    pub secret: Option<SealedText>,
    /// When its first code was entered; `None` before that, and it opens nothing yet.
    pub enrolled_at: Option<Timestamp>,
    /// The step of the last code that was taken. None of it or before it is taken again.
    pub last_step: u64,
    /// The tries since one was right last, those included that are still being looked at.
    pub tries: u32,
    /// How often it has locked since one was right last.
    pub locks: u32,
    /// Until when no try is taken.
    pub locked_until: Option<Timestamp>,
    /// The session, if one was opened.
    pub session: Option<StaffSession>,
    /// Who of the others wants it removed. It takes one more.
    pub removal_by: Option<StaffMark>,
}

/// Why a second factor does not do as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecondFactorError {
    /// Too many wrong codes.
    #[error("too many codes were wrong; the next one is looked at after {0}")]
    Locked(Timestamp),
    /// The code, or a later one, was used.
    #[error("this code was used; wait for the next one")]
    Used,
    /// There is one that works.
    #[error("a second factor is enrolled; two others of the staff can remove it")]
    Enrolled,
    /// Nobody removes his own, nor alone.
    #[error("it takes two others of the staff to remove a second factor")]
    SamePerson,
}

/// What came of a member of staff's word that a factor may be removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It waits for another one's.
    Proposed(SecondFactor),
    /// Two have agreed: it opens nothing any more, and another one may be enrolled.
    Removed(SecondFactor),
}

/// The number of the step at an instant.
pub fn step_at(wall: Timestamp) -> u64 {
    u64::try_from(wall.as_second()).unwrap_or(0) / u64::try_from(STEP.as_secs()).unwrap_or(1)
}

/// The steps whose codes are taken at an instant: the present one, and those that a clock may be off by.
pub fn steps_at(wall: Timestamp) -> std::ops::RangeInclusive<u64> {
    let now = step_at(wall);
    now.saturating_sub(SKEW)..=now.saturating_add(SKEW)
}

impl SecondFactor {
    /// One that waits for its first code.
    pub fn new(staff: StaffMark, key: [u8; 32], secret: SealedText) -> Self {
        Self {
            staff,
            key,
            secret: Some(secret),
            enrolled_at: None,
            last_step: 0,
            tries: 0,
            locks: 0,
            locked_until: None,
            session: None,
            removal_by: None,
        }
    }

    /// The same person's with another secret. What was tried before still counts.
    ///
    /// # Errors
    /// If this one works.
    pub fn renewed(self, secret: SealedText) -> Result<Self, SecondFactorError> {
        if self.enrolled_at.is_some() {
            return Err(SecondFactorError::Enrolled);
        }
        Ok(Self { secret: Some(secret), ..self })
    }

    /// Counts a try, before its code is looked at.
    ///
    /// # Errors
    /// If it is locked; nothing is to be looked at then.
    pub fn count_try(self, wall: Timestamp) -> Result<Self, SecondFactorError> {
        if let Some(until) = self.locked_until.filter(|until| wall < *until) {
            return Err(SecondFactorError::Locked(until));
        }
        let tries = if self.locked_until.is_some() { 1 } else { self.tries.saturating_add(1) };
        if tries < TRIES {
            return Ok(Self { tries, locked_until: None, ..self });
        }
        let locked_until = Some(lock_after(self.locks, wall));
        Ok(Self { tries, locks: self.locks.saturating_add(1), locked_until, ..self })
    }

    /// Opens a session by the code of a step, which was right. It takes the place of the one before.
    ///
    /// # Errors
    /// If the code of this step or of a later one was used already.
    pub fn opened(self, step: u64, session: StaffSession, wall: Timestamp) -> Result<Self, SecondFactorError> {
        if step <= self.last_step {
            return Err(SecondFactorError::Used);
        }
        let enrolled_at = self.enrolled_at.or(Some(wall));
        let session = Some(session);
        Ok(Self { enrolled_at, last_step: step, tries: 0, locks: 0, locked_until: None, session, ..self })
    }

    /// Ends the session.
    #[must_use]
    pub fn closed(self) -> Self {
        Self { session: None, ..self }
    }

    /// Another member of staff says that it may be removed: the first proposes it, one more removes it.
    ///
    /// # Errors
    /// If it is his own, or he has proposed it.
    pub fn remove(self, by: StaffMark) -> Result<Removal, SecondFactorError> {
        match self.removal_by {
            _ if by == self.staff => Err(SecondFactorError::SamePerson),
            None => Ok(Removal::Proposed(Self { removal_by: Some(by), ..self })),
            Some(first) if first == by => Err(SecondFactorError::SamePerson),
            Some(_) => Ok(Removal::Removed(self.without_secret())),
        }
    }

    /// What is lost opens nothing: neither the secret nor the session is there any more, and no lock stands in the way of another.
    fn without_secret(self) -> Self {
        Self {
            secret: None,
            enrolled_at: None,
            tries: 0,
            locks: 0,
            locked_until: None,
            session: None,
            removal_by: None,
            ..self
        }
    }

    /// Whether a token's hash is that of the session that lasts at `wall`. The comparison is the caller's: in constant time.
    pub fn session_at(&self, wall: Timestamp) -> Option<&StaffSession> {
        self.session.as_ref().filter(|session| self.enrolled_at.is_some() && wall < session.until)
    }

    /// The shard that a member of staff's row lives on.
    pub fn shard(&self) -> Shard {
        self.staff.shard()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn mark(number: u8) -> StaffMark {
        StaffMark::of(&[number; 32])
    }

    fn factor() -> SecondFactor {
        SecondFactor::new(mark(1), [1; 32], SealedText(vec![7]))
    }

    fn session(until: i64) -> StaffSession {
        StaffSession { hash: [9; 32], until: at(until) }
    }

    #[test]
    fn a_code_is_good_once_and_none_before_it_is() {
        let opened = factor().opened(100, session(60), at(0)).unwrap();
        assert_eq!(opened.enrolled_at, Some(at(0)));
        for step in [100, 99, 0] {
            assert_eq!(opened.clone().opened(step, session(90), at(1)), Err(SecondFactorError::Used));
        }
        assert!(opened.clone().opened(101, session(90), at(1)).is_ok());
        assert!(opened.session_at(at(59)).is_some() && opened.session_at(at(60)).is_none());
        assert_eq!(opened.clone().closed().session_at(at(1)), None);
        assert_eq!(opened.renewed(SealedText(vec![8])), Err(SecondFactorError::Enrolled));
    }

    #[test]
    fn locks_at_the_fifth_try_and_longer_each_time() {
        let mut now = 0;
        let mut tried = factor();
        for minutes in [30, 180, 1440, 1440] {
            for _ in 0..TRIES {
                tried = tried.count_try(at(now)).unwrap();
            }
            assert!(matches!(tried.clone().count_try(at(now + minutes * 60)), Err(SecondFactorError::Locked(_))));
            now += minutes * 60 + 1;
        }
        assert_eq!(tried.opened(1, session(1), at(now)).unwrap().count_try(at(now)).unwrap().tries, 1);
    }

    proptest! {
        /// However the words of the staff come, a factor is removed only by two others.
        #[test]
        fn it_takes_two_others(words in prop::collection::vec(1_u8..5, 0..12)) {
            let mut standing = factor().opened(5, session(9), at(0)).unwrap();
            let mut agreed: Vec<u8> = Vec::new();
            for word in words {
                match standing.clone().remove(mark(word)) {
                    Ok(Removal::Proposed(after)) => { agreed.push(word); standing = after; }
                    Ok(Removal::Removed(after)) => {
                        prop_assert!(word != 1 && agreed.len() == 1 && agreed[0] != word && agreed[0] != 1);
                        prop_assert!(after.secret.is_none() && after.session.is_none() && after.enrolled_at.is_none());
                        return Ok(());
                    }
                    Err(error) => prop_assert_eq!(error, SecondFactorError::SamePerson),
                }
            }
        }
    }
}
