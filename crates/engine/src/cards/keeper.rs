//! What is kept of a card's number, and how its details come back without being kept.
//!
//! Of the number there is a keyed hash, by which the same card is known again. The details are needed twice: when
//! the bank is to send its code, and with the code. In between they are with the holder, in a sealed box that only
//! we can open: bound to the binding and to the number under which they went to the channel, for ten minutes. So a
//! restart or another of our processes changes nothing, and there is nothing here that could be stolen.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use tantu_channels::secret::Secret;
use tantu_domain::card::CardHash;
use tantu_domain::document::masked_name;
use tantu_domain::ids::{AccountId, BindingId, OpeningId};
use tantu_domain::person::HolderMark;
use tantu_vault::{KeyRing, Place, Vault};
use zeroize::Zeroizing;

use crate::cards::CardDetails;

/// How long a box can be opened: a little longer than a code lives.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// The longest box that is looked at; a genuine one has a few hundred letters.
const LONGEST: usize = 2048;

/// Between the parts of what is sealed. No field that is read from a request holds a control character.
const SEPARATOR: char = '\u{1f}';

/// Whose box it is: it opens for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BoxOf {
    pub(crate) account: AccountId,
    pub(crate) binding: BindingId,
    pub(crate) opening: OpeningId,
}

/// Why a box does not open. Which of the reasons it is, nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shut;

/// Hashes card numbers and holders, and seals details, in a vault of its own.
pub struct CardKeeper {
    vault: Vault,
}

impl std::fmt::Debug for CardKeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardKeeper(…)")
    }
}

impl CardKeeper {
    /// A keeper whose keys come from random bytes; 32 are enough. `None` if the machine cannot make them.
    pub fn new(secret: &[u8]) -> Option<Self> {
        let ring = KeyRing::derived(b"tantu bank cards", secret).ok()?;
        Some(Self { vault: Vault::new(&ring).ok()? })
    }

    /// By which the same card is known again.
    pub(crate) fn hash(&self, number: &Secret) -> CardHash {
        CardHash(self.vault.tag("card number", number.reveal()))
    }

    /// By which the same person is known again, whether as an account's holder or as a card's.
    pub(crate) fn mark(&self, name: &Secret, document: &Secret) -> HolderMark {
        let number = Zeroizing::new(document.reveal().to_ascii_uppercase());
        let hash = self.vault.mac("holder", &[name.reveal().as_bytes(), number.as_bytes()]);
        HolderMark { hash, shown: masked_name(name.reveal()) }
    }

    /// Seals details for their holder. `None` if the machine gives no random bytes.
    pub(crate) fn seal(&self, of: BoxOf, details: &CardDetails, now: Timestamp) -> Option<String> {
        let ends = now.checked_add(LIFE).ok()?.as_second().to_be_bytes();
        // Room for all of it, so that nothing is copied while it grows.
        let mut text = Zeroizing::new(String::with_capacity(LONGEST));
        let parts = [Some(&details.name), Some(&details.document_no), Some(&details.card_no), Some(&details.phone)];
        for part in parts.into_iter().chain([details.expiry.as_ref(), details.cvn.as_ref()]) {
            text.push_str(part.map_or("", Secret::reveal));
            text.push(SEPARATOR);
        }
        let sealed = self.vault.seal(place(&bound_to(of, ends)), &text).ok()?;
        Some(URL_SAFE_NO_PAD.encode([ends.as_slice(), &sealed].concat()))
    }

    /// Opens a box.
    pub(crate) fn open(&self, of: BoxOf, sealed: &str, now: Timestamp) -> Result<CardDetails, Shut> {
        if sealed.len() > LONGEST {
            return Err(Shut);
        }
        let whole = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Shut)?;
        let (ends, rest) = whole.split_first_chunk::<8>().ok_or(Shut)?;
        let opened = self.vault.open(place(&bound_to(of, *ends)), rest).map_err(|_| Shut)?;
        if i64::from_be_bytes(*ends) <= now.as_second() {
            return Err(Shut);
        }
        let mut parts = opened.split(SEPARATOR);
        let mut next = || parts.next().map(Secret::new).ok_or(Shut);
        let (name, document_no, card_no, phone) = (next()?, next()?, next()?, next()?);
        let given = |part: Secret| Some(part).filter(|part| !part.reveal().is_empty());
        Ok(CardDetails { name, document_no, card_no, phone, expiry: given(next()?), cvn: given(next()?) })
    }
}

fn place(bound: &[u8]) -> Place<'_> {
    Place { table: "bindings", column: "details", row: bound }
}

fn bound_to(of: BoxOf, ends: [u8; 8]) -> Vec<u8> {
    let ids = [of.account.bytes(), of.binding.bytes(), of.opening.bytes()].concat();
    [ids.as_slice(), &ends].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tantu_domain::clock::Ids;
    use tantu_domain::ids::Shard;

    struct Fixed(u8);
    impl Ids for Fixed {
        fn fresh(&self) -> [u8; 16] {
            [self.0; 16]
        }
    }

    fn of(account: u8, binding: u8, opening: u8) -> BoxOf {
        let shard = Shard::of(7);
        BoxOf {
            account: AccountId::new(&Fixed(account), shard),
            binding: BindingId::new(&Fixed(binding), shard),
            opening: OpeningId::new(&Fixed(opening), shard),
        }
    }

    fn details() -> CardDetails {
        CardDetails {
            name: Secret::new("张三"),
            document_no: Secret::new("11010519491231002X"),
            card_no: Secret::new("6222020200012345670"),
            phone: Secret::new("13812345678"),
            expiry: None,
            cvn: Some(Secret::new("123")),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_box_opens_for_its_own_binding_and_in_its_time() {
        let keeper = CardKeeper::new(&[7; 32]).unwrap();
        let sealed = keeper.seal(of(1, 2, 3), &details(), at(0)).unwrap();
        assert_eq!(keeper.open(of(1, 2, 3), &sealed, at(599)), Ok(details()));
        assert_eq!(CardKeeper::new(&[7; 32]).unwrap().open(of(1, 2, 3), &sealed, at(0)), Ok(details()), "a restart");
        let table = [
            (of(1, 2, 3), 600, "too late"),
            (of(9, 2, 3), 0, "another holder's"),
            (of(1, 9, 3), 0, "another binding's"),
            (of(1, 2, 9), 0, "details that were given before"),
        ];
        for (whose, second, why) in table {
            assert_eq!(keeper.open(whose, &sealed, at(second)), Err(Shut), "{why}");
        }
        assert_eq!(CardKeeper::new(&[8; 32]).unwrap().open(of(1, 2, 3), &sealed, at(0)), Err(Shut));
        for secret in ["6222020200012345670", "13812345678", "张三"] {
            assert!(!sealed.contains(secret) && !sealed.contains(&URL_SAFE_NO_PAD.encode(secret)));
        }
        assert_ne!(keeper.seal(of(1, 2, 3), &details(), at(0)).unwrap(), sealed, "no two boxes are alike");
    }

    #[test]
    fn the_same_card_is_known_again_by_whoever_has_the_key() {
        let (one, other) = (CardKeeper::new(&[7; 32]).unwrap(), CardKeeper::new(&[8; 32]).unwrap());
        let number = Secret::new("6222020200012345670");
        assert_eq!(one.hash(&number), one.hash(&number.clone()));
        assert_ne!(one.hash(&number), other.hash(&number));
        assert_ne!(one.hash(&number), one.hash(&Secret::new("6222020200012345688")));
    }

    proptest! {
        #[test]
        fn a_box_that_was_changed_does_not_open(place in 0_usize..200, bit in 0_u8..8) {
            let keeper = CardKeeper::new(&[7; 32]).unwrap();
            let sealed = keeper.seal(of(1, 2, 3), &details(), at(0)).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
            let place = place % bytes.len();
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(keeper.open(of(1, 2, 3), &URL_SAFE_NO_PAD.encode(bytes), at(0)), Err(Shut));
        }

        #[test]
        fn nothing_that_anybody_sends_opens_or_breaks(text in "\\PC{0,300}") {
            let keeper = CardKeeper::new(&[7; 32]).unwrap();
            prop_assert_eq!(keeper.open(of(1, 2, 3), &text, at(0)), Err(Shut));
        }
    }
}
