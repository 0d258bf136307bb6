//! What is owed, in its three parts. The parts are what allocation, interest and the books speak of.

use tantu_domain::money::{Currency, Money, MoneyError};

/// One part of a debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Fees that the terms state.
    Costs,
    /// Interest that the terms state.
    Interest,
    /// What was bought.
    Principal,
}

impl Part {
    /// Every part, in the order in which the rules of the field allocate: costs, interest, principal.
    pub const ALL: [Part; 3] = [Self::Costs, Self::Interest, Self::Principal];

    /// The name that the store and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Costs => "costs",
            Self::Interest => "interest",
            Self::Principal => "principal",
        }
    }

    /// The part of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.id() == id)
    }
}

/// A sum in its parts, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debt {
    /// Fees.
    pub costs: Money,
    /// Interest.
    pub interest: Money,
    /// What was bought.
    pub principal: Money,
}

impl Debt {
    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self { costs: Money::zero(currency), interest: Money::zero(currency), principal: Money::zero(currency) }
    }

    /// A principal and nothing else.
    pub const fn of_principal(principal: Money) -> Self {
        Self { principal, ..Self::zero(principal.currency()) }
    }

    /// One part.
    pub const fn part(&self, part: Part) -> Money {
        match part {
            Part::Costs => self.costs,
            Part::Interest => self.interest,
            Part::Principal => self.principal,
        }
    }

    /// The same with another sum for one part.
    #[must_use]
    pub const fn with(self, part: Part, amount: Money) -> Self {
        match part {
            Part::Costs => Self { costs: amount, ..self },
            Part::Interest => Self { interest: amount, ..self },
            Part::Principal => Self { principal: amount, ..self },
        }
    }

    /// All parts together.
    ///
    /// # Errors
    /// [`MoneyError`] if the sum does not fit.
    pub fn total(&self) -> Result<Money, MoneyError> {
        self.costs.plus(self.interest)?.plus(self.principal)
    }

    /// Part by part.
    ///
    /// # Errors
    /// [`MoneyError`] if the currencies differ or a sum does not fit.
    pub fn plus(&self, other: &Self) -> Result<Self, MoneyError> {
        Ok(Self {
            costs: self.costs.plus(other.costs)?,
            interest: self.interest.plus(other.interest)?,
            principal: self.principal.plus(other.principal)?,
        })
    }

    /// Part by part.
    ///
    /// # Errors
    /// [`MoneyError`] if the currencies differ or a difference does not fit.
    pub fn minus(&self, other: &Self) -> Result<Self, MoneyError> {
        Ok(Self {
            costs: self.costs.minus(other.costs)?,
            interest: self.interest.minus(other.interest)?,
            principal: self.principal.minus(other.principal)?,
        })
    }

    /// Whether nothing is left.
    pub fn is_zero(&self) -> bool {
        Part::ALL.into_iter().all(|part| self.part(part).minor() == 0)
    }

    /// Whether no part is below nothing.
    pub fn is_sound(&self) -> bool {
        Part::ALL.into_iter().all(|part| self.part(part).minor() >= 0)
    }
}
