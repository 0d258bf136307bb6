//! What stands about limits in an account itself: those that its holder has set, and our own that staff have raised
//! for him for a time.
//!
//! A holder lowers his limit at once; to raise it he enters his pay password, so that whoever holds his phone cannot.
//! Only our product limits are raised, by two of the staff, and the regulator's never.

use jiff::Timestamp;

use crate::instrument::Product;
use crate::limit::{Figures, Span};
use crate::money::Money;

/// What a holder has set for one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnLimit {
    /// Which product.
    pub product: Product,
    /// The most, span by span.
    pub figures: Figures,
    /// When it was set.
    pub set_at: Timestamp,
}

/// One of our limits, raised for one account for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raise {
    /// Of which product.
    pub product: Product,
    /// On what.
    pub span: Span,
    /// The most while it stands.
    pub most: Money,
    /// Until when it stands.
    pub until: Timestamp,
    /// Who decided it.
    pub approval: Approval,
}

/// A decision that two of the staff have made together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    asked_by: String,
    approved_by: String,
    at: Timestamp,
}

/// Why two people are not two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("whoever asks cannot approve; a second person must")]
pub struct OnePerson;

impl Approval {
    /// The only way to one: two people, each named.
    ///
    /// # Errors
    /// If they are the same, or one has no name.
    pub fn of(asked_by: &str, approved_by: &str, at: Timestamp) -> Result<Self, OnePerson> {
        let (asked_by, approved_by) = (asked_by.trim(), approved_by.trim());
        if asked_by.is_empty() || approved_by.is_empty() || asked_by == approved_by {
            return Err(OnePerson);
        }
        Ok(Self { asked_by: asked_by.to_owned(), approved_by: approved_by.to_owned(), at })
    }

    /// Who asked for it.
    pub fn asked_by(&self) -> &str {
        &self.asked_by
    }

    /// Who approved it.
    pub fn approved_by(&self) -> &str {
        &self.approved_by
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// What stands about limits in an account itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountLimits {
    /// Its holder's own, one for each product at most.
    pub own: Vec<OwnLimit>,
    /// What was raised; what is over stays until the next one comes.
    pub raises: Vec<Raise>,
}

impl AccountLimits {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.raises.is_empty()
    }

    /// What the holder has set for a product.
    pub fn own(&self, product: Product) -> Option<&OwnLimit> {
        self.own.iter().find(|own| own.product == product)
    }

    /// The highest raise of a limit that stands at `now`.
    pub fn raised(&self, product: Product, span: Span, now: Timestamp) -> Option<&Raise> {
        let standing = self.raises.iter().filter(|raise| raise.product == product && raise.span == span);
        standing.filter(|raise| now < raise.until).max_by_key(|raise| raise.most.minor())
    }

    /// Whether these figures allow more by a product than the holder's present ones do, at any span.
    pub fn is_raised_by(&self, product: Product, figures: &Figures) -> bool {
        let Some(own) = self.own(product) else { return false };
        Span::ALL.iter().any(|span| match (own.figures.of(*span), figures.of(*span)) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(old), Some(new)) => old.minor() < new.minor(),
        })
    }

    /// The same with the holder's own for a product; figures that set nothing take it away.
    #[must_use]
    pub fn with_own(mut self, product: Product, figures: Figures, now: Timestamp) -> Self {
        self.own.retain(|own| own.product != product);
        if figures != Figures::default() {
            self.own.push(OwnLimit { product, figures, set_at: now });
        }
        self
    }

    /// The same with one more raise, and without those that are over.
    #[must_use]
    pub fn with_raise(mut self, raise: Raise, now: Timestamp) -> Self {
        self.raises.retain(|old| now < old.until && (old.product, old.span) != (raise.product, raise.span));
        self.raises.push(raise);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(day: Option<i64>) -> Figures {
        Figures { per_day: day.map(Money::cny), ..Figures::default() }
    }

    #[test]
    fn more_at_any_span_is_a_raise() {
        let now = Timestamp::UNIX_EPOCH;
        let limits = AccountLimits::default().with_own(Product::Wallet, figures(Some(500)), now);
        let cases = [(Some(499), false), (Some(500), false), (Some(501), true), (None, true)];
        for (day, raised) in cases {
            assert_eq!(limits.is_raised_by(Product::Wallet, &figures(day)), raised, "{day:?}");
        }
        let month = Figures { per_month: Some(Money::cny(1)), ..figures(Some(500)) };
        assert!(!limits.is_raised_by(Product::Wallet, &month), "one more limit is no raise");
        assert!(!AccountLimits::default().is_raised_by(Product::Wallet, &figures(Some(1))));
    }

    #[test]
    fn two_people_are_two() {
        for (one, other) in [("a", "a"), ("", "a"), ("a", ""), (" a", "a ")] {
            assert_eq!(Approval::of(one, other, Timestamp::UNIX_EPOCH), Err(OnePerson));
        }
        let both = Approval::of("stf_a", "stf_b", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((both.asked_by(), both.approved_by()), ("stf_a", "stf_b"));
    }
}
