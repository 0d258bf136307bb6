//! Who of the staff did something. It is a mark and no name: the beginning of the hash of a person's own key.

use std::fmt;
use std::str::FromStr;

use crate::ids::{SHARDS, Shard};

/// A member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffMark([u8; 8]);

impl StaffMark {
    /// The mark of a key's hash.
    pub fn of(hash: &[u8; 32]) -> Self {
        let mut mark = [0; 8];
        mark.copy_from_slice(&hash[..8]);
        Self(mark)
    }

    /// The shard that what is kept of this person lives on.
    pub fn shard(self) -> Shard {
        Shard::of(self.0[0] % SHARDS)
    }
}

impl fmt::Display for StaffMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stf_")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text is no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mark of a member of staff: stf_ and sixteen hexadecimal digits")]
pub struct MarkError;

impl FromStr for StaffMark {
    type Err = MarkError;

    fn from_str(text: &str) -> Result<Self, MarkError> {
        let digits = text.strip_prefix("stf_").filter(|digits| digits.len() == 16).ok_or(MarkError)?;
        let mut mark = [0; 8];
        for (place, byte) in mark.iter_mut().enumerate() {
            let pair = digits.get(place * 2..place * 2 + 2).ok_or(MarkError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| MarkError)?;
        }
        Ok(Self(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back() {
        let mark = StaffMark::of(&[0xa7; 32]);
        assert_eq!(mark.to_string().parse(), Ok(mark));
        for text in ["", "stf_", "stf_zz", "acc_0000000000000000"] {
            assert_eq!(text.parse::<StaffMark>(), Err(MarkError), "{text}");
        }
    }
}
