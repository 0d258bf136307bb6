//! The guard of one shard: a transaction is about the rows of one shard, and each of its statements says which.
//!
//! Where each shard may lie on a machine of its own, a statement of two shards is slow or impossible there, and works all the same
//! in one database. So it is refused before it is sent, wherever it would run.

use std::ops::Range;

use super::burst::Ask;

/// What may be sent on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Anything: the database holds every shard, or what is read is no payer's.
    Off,
    /// One shard of these in a transaction, in each of its statements. The first statement says which.
    OneShard { held: Range<u8>, seen: Option<u8> },
    /// One shard of these in each statement, which is a transaction by itself.
    OneShardEach { held: Range<u8> },
}

impl Guard {
    /// Looks at statements before they are sent.
    ///
    /// # Errors
    /// What is wrong with the first that may not be.
    pub(crate) fn look(&mut self, asks: &[Ask]) -> Result<(), String> {
        asks.iter().try_for_each(|ask| self.look_at(ask).map_err(|why| format!("{why}: {}", ask.sql())))
    }

    /// The transaction is over.
    pub(crate) fn settle(&mut self) {
        if let Self::OneShard { seen, .. } = self {
            *seen = None;
        }
    }

    fn look_at(&mut self, ask: &Ask) -> Result<(), String> {
        let (held, seen) = match self {
            Self::Off => return Ok(()),
            Self::OneShard { held, seen } => (held, Some(seen)),
            Self::OneShardEach { held } => (held, None),
        };
        let Some(shards) = ask.shards() else { return Ok(()) };
        let mut shards = shards.into_iter();
        let (Some(shard), None) = (shards.next(), shards.next()) else {
            return Err("a statement must be about one shard".to_owned());
        };
        if !held.contains(&shard) {
            return Err(format!("shard {shard} is in another database than shards {} to {}", held.start, held.end - 1));
        }
        if let Some(seen) = seen
            && *seen.get_or_insert(shard) != shard
        {
            return Err(format!("shard {shard} is in a transaction of another shard"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::value::Value;

    fn of(shards: &[u8]) -> Ask {
        let shards = shards.iter().map(|shard| Value::shard(*shard));
        Ask::new("SELECT planted", shards.chain([Value::Small(3), Value::from("7")]).collect())
    }

    fn one() -> Guard {
        Guard::OneShard { held: 25..50, seen: None }
    }

    #[test]
    fn a_transaction_has_one_shard() {
        let mut guard = one();
        guard.look(&[Ask::frame("BEGIN"), of(&[30]), of(&[30, 30])]).unwrap();
        assert!(
            guard.look(&[of(&[31])]).unwrap_err().contains("another shard"),
            "a later burst of the same transaction"
        );
        guard.look(&[of(&[30]), Ask::frame("COMMIT")]).unwrap();
        guard.settle();
        guard.look(&[of(&[31])]).unwrap();
    }

    /// Each of these runs in one database and would not on several.
    #[test]
    fn what_is_of_no_shard_or_of_two_is_refused() {
        for (planted, why) in [
            (vec![of(&[])], "one shard"),
            (vec![Ask::plain("SELECT 1")], "one shard"),
            (vec![of(&[30, 31])], "one shard"),
            (vec![of(&[30]), of(&[31])], "another shard"),
            (vec![of(&[24])], "another database"),
            (vec![of(&[50])], "another database"),
        ] {
            let refused = one().look(&planted).unwrap_err();
            assert!(refused.contains(why), "{refused}");
            Guard::Off.look(&planted).unwrap();
        }
    }

    #[test]
    fn statements_by_themselves_have_a_shard_each() {
        let mut guard = Guard::OneShardEach { held: 25..50 };
        guard.look(&[of(&[30]), of(&[31])]).unwrap();
        for planted in [of(&[]), of(&[30, 31]), of(&[50])] {
            assert!(guard.look(&[planted]).is_err());
        }
    }
}
