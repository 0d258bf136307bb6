//! Texts that are in memory only, shown by nothing, and overwritten when they are let go: payment codes, one-time
//! codes, the factors of a card.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

/// A text that nobody but the other side may read.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over. Give the `String` itself where there is one: a copy would stay behind.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the other side alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PartialEq for Secret {
    /// In a time that depends on the lengths alone.
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_compared_and_never_shown() {
        let secret = Secret::new("6222020200112233445");
        assert_eq!(secret, secret.clone());
        assert!(secret != Secret::new("6222020200112233446") && secret != Secret::new(""));
        assert_eq!(format!("{secret:?}"), "***");
    }
}
