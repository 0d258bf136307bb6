//! What is kept of a password: argon2 over an HMAC whose key is not in the database.
//!
//! Six digits are guessed in a second by whoever has only a hash of them. With the key elsewhere, a stolen
//! database alone lets nobody guess at all. The HMAC also covers the account, so that a hash moved to
//! another row fits nothing.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _};
use aws_lc_rs::{digest, hmac};
use tantu_domain::ids::AccountId;
use tantu_domain::password::PasswordHash;
use tokio::sync::Semaphore;

use crate::error::EngineError;

/// How many are looked at together: each takes 19 MiB and a core for some ten milliseconds.
const TOGETHER: usize = 2;

/// Keeps passwords, with a key of its own.
pub struct PasswordKeeper {
    key: hmac::Key,
    /// Which key made a hash: with another key no password would ever be right.
    key_id: String,
    places: Arc<Semaphore>,
}

impl std::fmt::Debug for PasswordKeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PasswordKeeper({})", self.key_id)
    }
}

impl PasswordKeeper {
    /// A keeper with a key of random bytes; 32 are enough.
    pub fn new(key: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, key);
        let key_id = digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key), key_id, places: Arc::new(Semaphore::new(TOGETHER)) }
    }

    fn peppered(&self, account: AccountId, password: &str) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&account.bytes());
        context.update(password.as_bytes());
        context.sign()
    }

    /// What is kept of a password.
    pub(crate) async fn hash(&self, account: AccountId, password: &str) -> Result<PasswordHash, EngineError> {
        let tag = self.peppered(account, password);
        let hashed = self.slowly(move || -> Result<String, Error> {
            let hash: Phc = Argon2::default().hash_password(tag.as_ref())?;
            Ok(hash.to_string())
        });
        let hash = hashed.await?.map_err(|error| EngineError::Password(error.to_string()))?;
        Ok(PasswordHash(format!("{}{hash}", self.key_id)))
    }

    /// Whether a hash was made with this key.
    pub(crate) fn check(&self, kept: Option<&PasswordHash>) -> Result<(), EngineError> {
        match kept {
            Some(kept) if !kept.0.starts_with(&self.key_id) => {
                Err(EngineError::Password("it was kept with another server.password_key_file".into()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether it is the password that a hash was made of.
    pub(crate) async fn verify(
        &self,
        account: AccountId,
        password: &str,
        kept: &PasswordHash,
    ) -> Result<bool, EngineError> {
        self.check(Some(kept))?;
        let phc = kept.0.get(self.key_id.len()..).unwrap_or_default().to_owned();
        let tag = self.peppered(account, password);
        let verified = self.slowly(move || {
            let kept = Phc::new(&phc).map_err(|_| Error::Internal)?;
            Argon2::default().verify_password(tag.as_ref(), &kept)
        });
        match verified.await? {
            Ok(()) => Ok(true),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(EngineError::Password(error.to_string())),
        }
    }

    /// Works in a thread that may be busy, a few at a time: a flood of guesses takes no other work's place.
    async fn slowly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, EngineError> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| EngineError::Stopping)?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|_| EngineError::Stopping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantu_domain::ids::{AccountId, Shard};

    struct Fixed(u8);
    impl tantu_domain::clock::Ids for Fixed {
        fn fresh(&self) -> [u8; 16] {
            [self.0; 16]
        }
    }

    #[tokio::test]
    async fn only_the_same_password_of_the_same_account_is_right() {
        let keeper = PasswordKeeper::new(&[7; 32]);
        let (one, other) = (AccountId::new(&Fixed(1), Shard::of(1)), AccountId::new(&Fixed(2), Shard::of(1)));
        let kept = keeper.hash(one, "314159").await.unwrap();
        assert!(keeper.verify(one, "314159", &kept).await.unwrap());
        assert!(!keeper.verify(one, "314158", &kept).await.unwrap());
        assert!(!keeper.verify(other, "314159", &kept).await.unwrap());
        assert!(!kept.0.contains("314159"));
        // Salted: the same password is not kept the same way twice.
        assert_ne!(keeper.hash(one, "314159").await.unwrap(), kept);
    }

    #[tokio::test]
    async fn another_key_is_our_fault_and_not_a_wrong_password() {
        let kept = PasswordKeeper::new(&[7; 32]).hash(AccountId::new(&Fixed(1), Shard::of(1)), "314159").await.unwrap();
        let asked =
            PasswordKeeper::new(&[8; 32]).verify(AccountId::new(&Fixed(1), Shard::of(1)), "314159", &kept).await;
        assert!(matches!(asked, Err(EngineError::Password(_))));
    }
}
