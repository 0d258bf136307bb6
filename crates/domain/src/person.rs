//! Whose account it is, as far as a decision needs to know: whether an identity is verified (how well, the account's tier
//! says), whether a phone is bound, and whether something of it changed that nobody has confirmed.
//!
//! Nothing here is personal: names, documents and phones are sealed and never come near a decision. Whether somebody is
//! the same person as another tells a [`HolderMark`].

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// How long an identity and a phone must have stood before they prove whose account it is: whoever takes a session over and
/// gives a phone of his own takes nothing more with it on the same day.
pub const SETTLES_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// By which the same person is known again: the HMAC of name and document under the server's key, and of the name what
/// may be shown. Nobody without the key finds who it is by trying all there are.
#[derive(Clone, PartialEq, Eq)]
pub struct HolderMark {
    /// The HMAC.
    pub hash: [u8; 32],
    /// The name with all but its first letter hidden.
    pub shown: String,
}

impl fmt::Debug for HolderMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HolderMark({}, …)", self.shown)
    }
}

/// An identity that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// When.
    pub verified_at: Timestamp,
    /// The last day on which the document is good; `None` for one that is good for ever, as a person's of 46 is.
    pub valid_until: Option<Date>,
}

impl Identity {
    /// The day on which the document was past its date, if it is by `today`.
    pub fn expired_on(&self, today: Date) -> Option<Date> {
        self.valid_until.filter(|last| *last < today)
    }
}

/// A part of what is known of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// The name.
    Name,
    /// The document.
    Document,
    /// The phone.
    Phone,
}

impl Detail {
    /// Every part.
    pub const ALL: &'static [Detail] = &[Self::Name, Self::Document, Self::Phone];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Document => "document",
            Self::Phone => "phone",
        }
    }

    /// The part of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|detail| detail.id() == id)
    }
}

/// Something that was changed, and that its holder has not confirmed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// What.
    pub what: Detail,
    /// When.
    pub at: Timestamp,
}

/// Whose account it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// The identity, once it was verified.
    pub identity: Option<Identity>,
    /// When the phone was bound, if one is.
    pub phone_bound_at: Option<Timestamp>,
    /// What was changed and is not confirmed.
    pub changed: Option<Changed>,
    /// Who it is, as cards are compared with him; `None` if nobody has verified name and document with us.
    pub mark: Option<HolderMark>,
}

impl Person {
    /// Somebody whom staff have verified in person, with a phone: what tiers II and III may be earned by instead of
    /// by sources.
    pub fn met_in_person(now: Timestamp) -> Self {
        let identity = Identity { verified_at: now, valid_until: None };
        Self { identity: Some(identity), phone_bound_at: Some(now), changed: None, mark: None }
    }

    /// An identity was verified, of whom `mark` says; `changed` says what is not as it was in the identity before.
    #[must_use]
    pub fn verified(&self, identity: Identity, mark: Option<HolderMark>, changed: Option<Detail>) -> Self {
        let news = changed.map(|what| Changed { what, at: identity.verified_at });
        Self { identity: Some(identity), mark, changed: news.or(self.changed), ..self.clone() }
    }

    /// A phone was bound; `another` says that it takes the place of a different one.
    #[must_use]
    pub fn bound_phone(&self, another: bool, now: Timestamp) -> Self {
        let news = another.then_some(Changed { what: Detail::Phone, at: now });
        Self { phone_bound_at: Some(now), changed: news.or(self.changed), ..self.clone() }
    }

    /// From when on name, document and a code to the phone prove together that it is the holder; `None` while one of them is
    /// missing, or was changed and nobody has confirmed it.
    pub fn proves_from(&self) -> Option<Timestamp> {
        let (identity, phone) = (self.identity?, self.phone_bound_at?);
        let newest = identity.verified_at.max(phone);
        self.changed.is_none().then(|| newest.checked_add(SETTLES_AFTER).unwrap_or(Timestamp::MAX))
    }

    /// Whether the holder can prove at `now` who he is without his pay password. Whom staff have met in person we know by
    /// nothing that could be compared.
    pub fn can_prove(&self, now: Timestamp) -> bool {
        self.mark.is_some() && self.proves_from().is_some_and(|from| from <= now)
    }

    /// The holder has confirmed what was changed.
    #[must_use]
    pub fn confirmed(&self) -> Self {
        Self { changed: None, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_change_stands_until_it_is_confirmed() {
        let first = Person::default().bound_phone(false, at(1));
        assert_eq!(first.changed, None);
        let second = first.bound_phone(true, at(2));
        assert_eq!(second.changed, Some(Changed { what: Detail::Phone, at: at(2) }));
        let identity = Identity { verified_at: at(3), valid_until: None };
        assert_eq!(second.verified(identity, None, None).changed, second.changed, "verifying alone confirms nothing");
        assert_eq!(second.confirmed().changed, None);
    }

    #[test]
    fn what_was_given_today_proves_nobody() {
        let day = SETTLES_AFTER.as_secs();
        let identity = Identity { verified_at: at(5), valid_until: None };
        let mark = HolderMark { hash: [1; 32], shown: "L*".into() };
        let known = Person::default().verified(identity, Some(mark), None);
        assert_eq!(known.proves_from(), None, "without a phone");
        let whole = known.bound_phone(false, at(7));
        assert_eq!(whole.proves_from(), Some(at(7 + day)));
        assert!(!whole.can_prove(at(6 + day)) && whole.can_prove(at(7 + day)));
        assert_eq!(whole.bound_phone(true, at(9)).proves_from(), None, "changed, and not confirmed");
        assert!(!Person::met_in_person(at(0)).can_prove(at(9 + day)));
    }

    #[test]
    fn a_document_is_good_on_its_last_day() {
        let last = Date::constant(2026, 8, 31);
        let identity = Identity { verified_at: at(0), valid_until: Some(last) };
        assert_eq!(identity.expired_on(last), None);
        assert_eq!(identity.expired_on(Date::constant(2026, 9, 1)), Some(last));
    }
}
