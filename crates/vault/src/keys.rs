//! The keys of the vault, as their file has them: a line for each, `ID KEY`, the newest first.
//!
//! A key that is no secret keeps none: zeros, counting bytes and words are refused before anything starts.

use aws_lc_rs::{hkdf, rand};
use zeroize::Zeroizing;

/// How many bytes a key has.
const KEY_LENGTH: usize = 32;

/// How many different bytes a random key of this length has at the very least: fewer come once in a million years.
const FEWEST_BYTES: usize = 16;

/// Which key sealed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(u32);

impl KeyId {
    pub(crate) const LENGTH: usize = 4;

    pub(crate) fn bytes(self) -> [u8; Self::LENGTH] {
        self.0.to_be_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }
}

/// Why keys are not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is none.
    #[error("there is no key; write a line `1 KEY`, the key as 64 hexadecimal digits (`openssl rand -hex 32`)")]
    Empty,
    /// A line is no key.
    #[error("line {0} is no key; write `ID KEY`: a number, and 64 hexadecimal digits (`openssl rand -hex 32`)")]
    Line(usize),
    /// Two lines have one id: what the one sealed the other would not open.
    #[error("the id {0} stands on two lines; give the new key a number of its own")]
    Twice(u32),
    /// The key is one that everybody can guess.
    #[error("the key {0} is not random: it is zeros, a pattern or a text; make one with `openssl rand -hex 32`")]
    NotRandom(u32),
    /// The machine has no random bytes, or no such ciphers.
    #[error("the machine cannot make keys")]
    Machine,
}

/// The keys, the newest first.
pub struct KeyRing(Vec<(KeyId, Zeroizing<Vec<u8>>)>);

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing({} keys)", self.0.len())
    }
}

impl KeyRing {
    /// The keys of a file's text. Empty lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// [`KeyError`] says which line is wrong, and never repeats it.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut keys: Vec<(KeyId, Zeroizing<Vec<u8>>)> = Vec::new();
        for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (id, key) = line.split_once(' ').ok_or(KeyError::Line(number))?;
            let id: u32 = id.parse().map_err(|_| KeyError::Line(number))?;
            let bytes = Zeroizing::new(hex::decode(key.trim()).map_err(|_| KeyError::Line(number))?);
            if bytes.len() != KEY_LENGTH {
                return Err(KeyError::Line(number));
            }
            if is_guessable(&bytes) {
                return Err(KeyError::NotRandom(id));
            }
            if keys.iter().any(|(known, _)| *known == KeyId(id)) {
                return Err(KeyError::Twice(id));
            }
            keys.push((KeyId(id), bytes));
        }
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Self(keys)) }
    }

    /// A ring of one fresh key, for a database that ends with its process.
    ///
    /// # Errors
    /// [`KeyError::Machine`] if there are no random bytes.
    pub fn fresh() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(vec![0; KEY_LENGTH]);
        rand::fill(&mut bytes).map_err(|_| KeyError::Machine)?;
        Ok(Self(vec![(KeyId(1), bytes)]))
    }

    /// A ring of one key, made of random bytes that serve other purposes, too: `purpose` keeps the keys apart.
    ///
    /// # Errors
    /// If the machine cannot make keys.
    pub fn derived(purpose: &'static [u8], secret: &[u8]) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new(vec![0; KEY_LENGTH]);
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, purpose).extract(secret);
        let fill = root.expand(&[b"vault key"], hkdf::HKDF_SHA256).and_then(|key| key.fill(&mut bytes));
        fill.map_err(|_| KeyError::Machine)?;
        Ok(Self(vec![(KeyId(1), bytes)]))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = (KeyId, &[u8])> {
        self.0.iter().map(|(id, key)| (*id, key.as_slice()))
    }
}

/// Whether anybody would try it: too few different bytes, a constant step from byte to byte, or letters only.
fn is_guessable(key: &[u8]) -> bool {
    let mut different: Vec<u8> = key.to_vec();
    different.sort_unstable();
    different.dedup();
    let step = |pair: &[u8]| pair[1].wrapping_sub(pair[0]);
    let even = key.windows(2).all(|pair| step(pair) == step(&key[..2]));
    different.len() < FEWEST_BYTES || even || key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_no_secret_are_refused() {
        let line = |bytes: Vec<u8>| format!("7 {}", hex::encode(bytes));
        let table = [
            line(vec![0; 32]),
            line(vec![255; 32]),
            line((0..32).collect()),
            line((0..32).rev().collect()),
            line(b"changeme".repeat(4)),
            line(b"an example key of thirty-two byt".to_vec()),
        ];
        for text in table {
            assert_eq!(KeyRing::parse(&text).unwrap_err(), KeyError::NotRandom(7), "{text}");
        }
        for (text, why) in [
            ("", KeyError::Empty),
            ("# none yet\n\n", KeyError::Empty),
            ("abc", KeyError::Line(1)),
            ("1 abcd", KeyError::Line(1)),
            ("x 00", KeyError::Line(1)),
        ] {
            assert_eq!(KeyRing::parse(text).unwrap_err(), why, "{text:?}");
        }
    }

    #[test]
    fn an_id_stands_once() {
        let mut bytes = vec![0; 32];
        rand::fill(&mut bytes).unwrap();
        let line = format!("3 {}", hex::encode(bytes));
        assert_eq!(KeyRing::parse(&format!("{line}\n{line}")).unwrap_err(), KeyError::Twice(3));
        assert_eq!(KeyRing::parse(&format!("# the newest first\n{line}\n")).unwrap().keys().count(), 1);
        assert!(format!("{:?}", KeyRing::fresh().unwrap()).contains("1 keys"));
    }
}
