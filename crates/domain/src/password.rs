//! The pay password (支付密码): when a payment needs it, how guesses are counted, and the proof that it was
//! entered for one payment.
//!
//! A try is counted before its password is looked at, and the last one that is allowed locks at once. So a
//! thousand guesses sent together are five, and a crash between counting and looking forgives nobody.

use jiff::{SignedDuration, Timestamp};

use crate::ids::{MerchantId, PaymentId};
use crate::money::Money;
use crate::payment::Payment;

/// How many tries there are before it locks.
pub const TRIES: u32 = 5;

/// How long it locks: longer each time until it is right again.
const LOCKS: [SignedDuration; 3] =
    [SignedDuration::from_mins(30), SignedDuration::from_hours(3), SignedDuration::from_hours(24)];

/// Until when it is locked that locks at `now`, after so many locks in a row.
pub(crate) fn lock_after(locks: u32, now: Timestamp) -> Timestamp {
    let step = usize::try_from(locks).unwrap_or(usize::MAX).min(LOCKS.len() - 1);
    // A whole second: what is shown must not end before what is kept.
    let until = now.checked_add(LOCKS[step]).ok().map(|at| at.as_second().saturating_add(1));
    until.and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(Timestamp::MAX)
}

/// How long a proof may be used: as long as it takes to press the next button.
const PROOF_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// What is kept instead of a password. It is no secret by itself, and belongs into no log all the same.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A pay password that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayPassword {
    /// What is kept of it.
    pub hash: PasswordHash,
    /// The tries since it was right last, those included that are still being looked at.
    pub tries: u32,
    /// How often it has locked since it was right last.
    pub locks: u32,
    /// Until when no try is taken.
    pub locked_until: Option<Timestamp>,
}

/// Why a try was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pay password is locked until {until}")]
pub struct Locked {
    /// Until when.
    pub until: Timestamp,
}

impl PayPassword {
    /// A fresh one.
    pub fn new(hash: PasswordHash) -> Self {
        Self { hash, tries: 0, locks: 0, locked_until: None }
    }

    /// Until when it is locked, if it is at `now`.
    pub fn locked(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| now < *until)
    }

    /// How many tries are left at `now`. When a lock has ended there are all of them again.
    pub fn tries_left(&self, now: Timestamp) -> u32 {
        match self.locked_until {
            Some(until) if now < until => 0,
            Some(_) => TRIES,
            None => TRIES.saturating_sub(self.tries),
        }
    }

    /// Counts a try, before the password is looked at.
    ///
    /// # Errors
    /// If it is locked; nothing is to be looked at then.
    pub fn count_try(&self, now: Timestamp) -> Result<Self, Locked> {
        if let Some(until) = self.locked(now) {
            return Err(Locked { until });
        }
        let tries = if self.locked_until.is_some() { 1 } else { self.tries.saturating_add(1) };
        if tries < TRIES {
            return Ok(Self { tries, locked_until: None, ..self.clone() });
        }
        let locked_until = Some(lock_after(self.locks, now));
        Ok(Self { tries, locks: self.locks.saturating_add(1), locked_until, ..self.clone() })
    }

    /// It was right: all tries are forgiven, and a lock that its own try has set ends.
    #[must_use]
    pub fn forgive(&self) -> Self {
        Self { tries: 0, locks: 0, locked_until: None, ..self.clone() }
    }
}

/// That the password was entered for one payment: to one payee, of one amount, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// For which payment.
    pub payment: PaymentId,
    /// The SHA-256 of its token.
    pub hash: [u8; 32],
    /// Who is paid.
    pub merchant: MerchantId,
    /// How much.
    pub amount: Money,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

impl Proof {
    /// The proof for a payment as it is now.
    pub fn new(payment: &Payment, hash: [u8; 32], now: Timestamp) -> Self {
        Self {
            payment: payment.id,
            hash,
            merchant: payment.merchant,
            amount: payment.amount,
            expires_at: now.checked_add(PROOF_LIFE).unwrap_or(now),
            used_at: None,
        }
    }

    /// Whether it is good for a payment at `now`, apart from its token.
    pub fn covers(&self, payment: &Payment, now: Timestamp) -> bool {
        self.payment == payment.id
            && self.merchant == payment.merchant
            && self.amount == payment.amount
            && self.used_at.is_none()
            && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    #[test]
    fn locks_at_the_fifth_try_and_longer_each_time() {
        let mut password = PayPassword::new(PasswordHash("hash".into()));
        let mut now = 0;
        for minutes in [30, 180, 1440, 1440] {
            for left in (0..TRIES).rev() {
                password = password.count_try(at(now)).unwrap();
                assert_eq!(password.tries_left(at(now)), left);
            }
            let until = at(now + minutes).checked_add(SignedDuration::from_secs(1)).unwrap();
            assert_eq!(password.count_try(at(now + minutes)), Err(Locked { until }));
            now += minutes + 1;
            assert_eq!(password.tries_left(at(now)), TRIES);
        }
    }

    #[test]
    fn being_right_forgives_the_tries_and_the_lock_that_they_set() {
        let mut password = PayPassword::new(PasswordHash("hash".into()));
        for _ in 0..TRIES {
            password = password.count_try(at(0)).unwrap();
        }
        assert_eq!(password.forgive().tries_left(at(0)), TRIES);
        assert_eq!(password.forgive().locks, 0);
    }
}
