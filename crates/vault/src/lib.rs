//! What is kept of people, sealed: names, documents and phones pass through here and are nowhere in the clear.
//!
//! A sealed text is bound to its place: the table, the column and the row are part of what is authenticated, so a
//! ciphertext that is edited or moved to another row opens nowhere. Every one says which key sealed it, so that a new
//! key is taken into use while the server runs: what the old ones sealed stays readable until it is sealed anew.
//! What must be found again is found by a keyed hash, which tells nothing to whoever lacks the key.

pub mod keys;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hkdf, hmac};
use zeroize::Zeroizing;

pub use keys::{KeyError, KeyId, KeyRing};

/// The layout of what is sealed: this byte, the key's id, the nonce, then ciphertext and tag.
const LAYOUT: u8 = 1;

/// Where a sealed text stands. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub row: &'a [u8],
}

/// Why a sealed text does not open: edited, moved, cut, or of a key that is not there. Which, nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed text does not open here: it was changed or moved, or its key is missing")]
pub struct Shut;

/// The keys that are made of one secret, each for its own use.
struct Derived {
    id: KeyId,
    sealing: RandomizedNonceKey,
    hashing: hmac::Key,
}

/// Seals, opens and hashes.
pub struct Vault {
    /// The first seals; the others only open.
    keys: Vec<Derived>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} keys)", self.keys.len())
    }
}

impl Vault {
    /// A vault over these keys.
    ///
    /// # Errors
    /// [`KeyError::Machine`] if the machine cannot make keys of them.
    pub fn new(ring: &KeyRing) -> Result<Self, KeyError> {
        let keys = ring.keys().map(|(id, secret)| derive(id, secret).ok_or(KeyError::Machine));
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    /// Seals a text for its place, with the newest key.
    ///
    /// # Errors
    /// [`Shut`] if the machine gives no random bytes.
    pub fn seal(&self, place: Place<'_>, text: &str) -> Result<Vec<u8>, Shut> {
        let key = self.keys.first().ok_or(Shut)?;
        // Room for the tag, so that nothing is copied when it is added.
        let mut sealed = Zeroizing::new(Vec::with_capacity(text.len() + AES_256_GCM.tag_len()));
        sealed.extend_from_slice(text.as_bytes());
        let bound = Aad::from(bound_to(place, key.id));
        let nonce = key.sealing.seal_in_place_append_tag(bound, &mut *sealed).map_err(|_| Shut)?;
        Ok([&[LAYOUT], key.id.bytes().as_slice(), nonce.as_ref(), &sealed].concat())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Shut`] if it was not.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<String>, Shut> {
        let id = key_of(sealed).ok_or(Shut)?;
        let (nonce, rest) =
            sealed.get(1 + KeyId::LENGTH..).ok_or(Shut)?.split_first_chunk::<NONCE_LEN>().ok_or(Shut)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or(Shut)?;
        let mut text = Zeroizing::new(rest.to_vec());
        let bound = Aad::from(bound_to(place, id));
        let opened = key.sealing.open_in_place(Nonce::assume_unique_for_key(*nonce), bound, &mut text);
        let opened = std::str::from_utf8(opened.map_err(|_| Shut)?).map_err(|_| Shut)?;
        Ok(Zeroizing::new(opened.to_owned()))
    }

    /// What everything begins with that the newest key has sealed.
    pub fn current(&self) -> Vec<u8> {
        self.keys.first().map(|key| [&[LAYOUT], key.id.bytes().as_slice()].concat()).unwrap_or_default()
    }

    /// Whether there are keys that only open.
    pub fn has_older_keys(&self) -> bool {
        self.keys.len() > 1
    }

    /// Whether the newest key sealed it; if not, it is to be sealed anew.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        key_of(sealed).is_some_and(|id| self.keys.first().is_some_and(|key| key.id == id))
    }

    /// What a text is found by: the same for the same text under the same key.
    pub fn tag(&self, purpose: &str, text: &str) -> [u8; 32] {
        self.keys.first().map(|key| hashed(key, purpose, &[text.as_bytes()])).unwrap_or_default()
    }

    /// What is kept instead of a short secret, bound to all its parts.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.keys.first().map(|key| hashed(key, purpose, parts)).unwrap_or_default()
    }

    /// Whether a kept hash is of these parts, under any of the keys. In constant time for each.
    pub fn verifies(&self, purpose: &str, parts: &[&[u8]], kept: &[u8; 32]) -> bool {
        let message = message(purpose, parts);
        self.keys.iter().any(|key| hmac::verify(&key.hashing, &message, kept).is_ok())
    }
}

fn derive(id: KeyId, secret: &[u8]) -> Option<Derived> {
    let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"tantu vault").extract(secret);
    let key = |purpose: &[u8]| {
        let mut bytes = Zeroizing::new([0_u8; digest::SHA256_OUTPUT_LEN]);
        root.expand(&[purpose], hkdf::HKDF_SHA256).ok()?.fill(bytes.as_mut()).ok()?;
        Some(bytes)
    };
    let (sealing, hashing) = (key(b"sealing")?, key(b"finding")?);
    Some(Derived {
        id,
        sealing: RandomizedNonceKey::new(&AES_256_GCM, sealing.as_ref()).ok()?,
        hashing: hmac::Key::new(hmac::HMAC_SHA256, hashing.as_ref()),
    })
}

fn key_of(sealed: &[u8]) -> Option<KeyId> {
    let (layout, rest) = sealed.split_first()?;
    let id = rest.first_chunk::<{ KeyId::LENGTH }>()?;
    (*layout == LAYOUT).then(|| KeyId::from_bytes(*id))
}

fn bound_to(place: Place<'_>, key: KeyId) -> Vec<u8> {
    message("tantu vault v1", &[place.table.as_bytes(), place.column.as_bytes(), place.row, &key.bytes()])
}

fn hashed(key: &Derived, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(hmac::sign(&key.hashing, &message(purpose, parts)).as_ref());
    hash
}

/// Each part under its length, so that no two lists of parts read the same.
fn message(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(text: &str) -> KeyRing {
        KeyRing::parse(text).unwrap()
    }

    fn first() -> String {
        format!("1 {}", hex::encode((0..32).map(|n: u8| n.wrapping_mul(37) ^ 0x5a).collect::<Vec<u8>>()))
    }

    fn second() -> String {
        format!("2 {}", hex::encode((0..32).map(|n: u8| n.wrapping_mul(91) ^ 0xc3).collect::<Vec<u8>>()))
    }

    fn place(row: &[u8]) -> Place<'_> {
        Place { table: "people", column: "name", row }
    }

    #[test]
    fn a_text_opens_in_its_own_place_only() {
        let vault = Vault::new(&ring(&first())).unwrap();
        let sealed = vault.seal(place(b"one"), "Lin Wanzhou").unwrap();
        assert_eq!(vault.open(place(b"one"), &sealed).unwrap().as_str(), "Lin Wanzhou");
        let elsewhere = [
            place(b"two"),
            Place { table: "codes", ..place(b"one") },
            Place { column: "phone", ..place(b"one") },
            Place { table: "peoplename", column: "", row: b"one" },
        ];
        for other in elsewhere {
            assert_eq!(vault.open(other, &sealed), Err(Shut), "{other:?}");
        }
        assert_ne!(vault.seal(place(b"one"), "Lin Wanzhou").unwrap(), sealed, "no two are alike");
        assert!(!sealed.windows(3).any(|part| part == b"Lin"));
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = Vault::new(&ring(&first())).unwrap();
        let sealed = old.seal(place(b"one"), "19900001001").unwrap();
        let new = Vault::new(&ring(&format!("{}\n{}\n", second(), first()))).unwrap();
        assert!(old.is_current(&sealed) && !new.is_current(&sealed));
        assert!(sealed.starts_with(&old.current()) && !sealed.starts_with(&new.current()));
        assert!(new.has_older_keys() && !old.has_older_keys());
        let text = new.open(place(b"one"), &sealed).unwrap();
        let anew = new.seal(place(b"one"), &text).unwrap();
        assert!(new.is_current(&anew));
        assert_eq!(Vault::new(&ring(&second())).unwrap().open(place(b"one"), &sealed), Err(Shut), "its key is gone");
        assert_eq!(new.open(place(b"one"), &anew).unwrap().as_str(), "19900001001");
        let kept = old.mac("code", &[b"314159"]);
        assert!(new.verifies("code", &[b"314159"], &kept) && !new.verifies("code", &[b"314158"], &kept));
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let vault = Vault::new(&ring(&first())).unwrap();
        assert_ne!(vault.mac("code", &[b"ab", b"c"]), vault.mac("code", &[b"a", b"bc"]));
        assert_ne!(vault.tag("phone", "1"), vault.tag("document", "1"));
        assert_eq!(vault.tag("phone", "1"), vault.tag("phone", "1"));
        assert_ne!(vault.tag("phone", "1"), Vault::new(&ring(&second())).unwrap().tag("phone", "1"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

        #[test]
        fn what_was_changed_or_swapped_never_opens(at in any::<usize>(), bit in 0_u8..8, row in any::<[u8; 4]>()) {
            let vault = Vault::new(&ring(&first())).unwrap();
            let mut sealed = vault.seal(place(&row), "11010519491231002X").unwrap();
            let other = row.map(|byte| byte.wrapping_add(1));
            prop_assert_eq!(vault.open(place(&other), &sealed), Err(Shut));
            let at = at % sealed.len();
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(vault.open(place(&row), &sealed), Err(Shut));
        }

        #[test]
        fn nothing_that_anybody_stores_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let vault = Vault::new(&ring(&first())).unwrap();
            prop_assert_eq!(vault.open(place(b"one"), &bytes), Err(Shut));
        }
    }
}
