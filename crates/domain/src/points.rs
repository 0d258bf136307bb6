//! Points (DOU points): a currency of the platform's own, bought in lots. A payment takes points from the oldest lots that are
//! good; what it does not spend comes back to the same lots, and so does what is refunded.
//!
//! What came from a seller who is not official is quarantined: it is the holder's and pays nothing until it is released.

use jiff::Timestamp;

use crate::ids::{AccountId, CaseId, LotId, MerchantId, PaymentId};
use crate::money::{Currency, Money};
use crate::staff::StaffMark;

/// The figures for points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointsPolicy {
    /// How many fen a point is worth; more than nothing.
    pub fen_per_point: i64,
    /// The merchants who may sell points besides ourselves.
    pub sellers: Vec<MerchantId>,
}

impl PointsPolicy {
    /// What so many points are worth; `None` if that does not fit.
    pub fn worth(&self, points: i64) -> Option<Money> {
        points.checked_mul(self.fen_per_point).map(Money::cny)
    }

    /// How many points an amount is; `None` if it is no whole number of them.
    pub fn points_of(&self, amount: Money) -> Option<i64> {
        let whole = amount.currency() == Currency::Cny && amount.minor().checked_rem(self.fen_per_point) == Some(0);
        whole.then(|| amount.minor().checked_div(self.fen_per_point)).flatten()
    }

    /// Whether points from there are good.
    pub fn is_official(&self, origin: Origin) -> bool {
        match origin {
            Origin::Official => true,
            Origin::Seller(merchant) => self.sellers.contains(&merchant),
        }
    }
}

/// Who sold a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// We ourselves, to the holder.
    Official,
    /// A merchant, who topped up for him.
    Seller(MerchantId),
}

/// The decision against a lot, with the holder's way to answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quarantine {
    /// Its case, which the holder can quote.
    pub case: CaseId,
    /// Since when.
    pub since: Timestamp,
    /// When the holder appealed.
    pub appealed_at: Option<Timestamp>,
    /// Who of the staff has proposed to release it. It takes another one to do so.
    pub release_proposed_by: Option<StaffMark>,
}

/// Where a lot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotState {
    /// Not paid for yet: there is nothing in it.
    Expected,
    /// Its points pay.
    Good,
    /// They do not, until it is released.
    Quarantined(Quarantine),
}

/// Points that were bought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its id; it has the bytes of the payment that bought it.
    pub id: LotId,
    /// Whose.
    pub account: AccountId,
    /// From whom.
    pub origin: Origin,
    /// How many were bought.
    pub bought: i64,
    /// How many are left.
    pub left: i64,
    /// How many a payment holds that only a channel knows the end of.
    pub held: i64,
    /// When it was ordered.
    pub ordered_at: Timestamp,
    /// Where it stands.
    pub state: LotState,
}

/// What became of points that a payment took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TakenState {
    /// They are held.
    Held,
    /// They are spent.
    Spent,
    /// They came back.
    Returned,
}

impl TakenState {
    /// Every state.
    pub const ALL: &'static [TakenState] = &[Self::Held, Self::Spent, Self::Returned];

    /// The name that the store uses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Spent => "spent",
            Self::Returned => "returned",
        }
    }

    /// The state of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.id() == id)
    }
}

/// What a payment took from a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which payment.
    pub payment: PaymentId,
    /// From which lot.
    pub lot: LotId,
    /// How many.
    pub points: i64,
    /// How many of those were refunded.
    pub refunded: i64,
    /// What became of them.
    pub state: TakenState,
}

/// Why points do not move as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointsError {
    /// There are not enough.
    #[error("there are {good} good points, and {asked} are asked for")]
    Short {
        /// What is there.
        good: i64,
        /// What is asked for.
        asked: i64,
    },
    /// More is to be given back than was spent.
    #[error("{spent} points were spent, and {asked} are to be given back")]
    NotSpent {
        /// What was spent and not given back yet.
        spent: i64,
        /// What is asked for.
        asked: i64,
    },
    /// Nothing stands against the lot.
    #[error("the lot is not quarantined; nothing is to be released")]
    NotQuarantined,
    /// The holder has appealed before.
    #[error("the case was answered already; a person is looking at it")]
    AlreadyAnswered,
    /// One person alone releases nothing.
    #[error("you have proposed this yourself; another member of staff must agree")]
    SamePerson,
}

/// The points of an account: its lots, the oldest first, and what payments took from them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Points {
    /// The lots.
    pub lots: Vec<Lot>,
    /// What was taken.
    pub taken: Vec<Taken>,
}

/// The rows that a move of points changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// How many points in all.
    pub points: i64,
    /// The lots as they are after it.
    pub lots: Vec<Lot>,
    /// What was taken, as it is after it.
    pub taken: Vec<Taken>,
}

impl Points {
    /// How many can pay.
    pub fn good(&self) -> i64 {
        self.lots.iter().filter(|lot| lot.state == LotState::Good).map(|lot| lot.left).sum()
    }

    /// How many payments hold.
    pub fn held(&self) -> i64 {
        self.lots.iter().map(|lot| lot.held).sum()
    }

    /// The lots that are quarantined and not empty, the fullest first.
    pub fn quarantined(&self) -> Vec<(&Lot, Quarantine)> {
        let mut found: Vec<_> = self
            .lots
            .iter()
            .filter_map(|lot| match lot.state {
                LotState::Quarantined(quarantine) if lot.left > 0 => Some((lot, quarantine)),
                LotState::Quarantined(_) | LotState::Expected | LotState::Good => None,
            })
            .collect();
        found.sort_by_key(|(lot, _)| std::cmp::Reverse(lot.left));
        found
    }

    /// A payment takes points, from the oldest good lots: held, or spent at once.
    ///
    /// # Errors
    /// If there are not enough; nothing is taken then.
    pub fn take(&mut self, payment: PaymentId, asked: i64, state: TakenState) -> Result<Moved, PointsError> {
        if self.good() < asked {
            return Err(PointsError::Short { good: self.good(), asked });
        }
        let mut moved = Moved { points: asked, ..Moved::default() };
        let mut rest = asked;
        for lot in self.lots.iter_mut().filter(|lot| lot.state == LotState::Good && lot.left > 0) {
            let points = lot.left.min(rest);
            if points == 0 {
                break;
            }
            lot.left -= points;
            lot.held += if state == TakenState::Held { points } else { 0 };
            rest -= points;
            moved.lots.push(lot.clone());
            moved.taken.push(Taken { payment, lot: lot.id, points, refunded: 0, state });
        }
        for taken in &moved.taken {
            let same = |known: &&mut Taken| (known.payment, known.lot) == (taken.payment, taken.lot);
            match self.taken.iter_mut().find(same) {
                Some(known) => *known = taken.clone(),
                None => self.taken.push(taken.clone()),
            }
        }
        Ok(moved)
    }

    /// What a payment holds is spent, or comes back to its lots. What is not held is not touched, so it happens once.
    pub fn end(&mut self, payment: PaymentId, spent: bool) -> Moved {
        let mut moved = Moved::default();
        let held = |taken: &&mut Taken| taken.payment == payment && taken.state == TakenState::Held;
        for taken in self.taken.iter_mut().filter(held) {
            let Some(lot) = self.lots.iter_mut().find(|lot| lot.id == taken.lot) else { continue };
            taken.state = if spent { TakenState::Spent } else { TakenState::Returned };
            lot.held -= taken.points;
            lot.left += if spent { 0 } else { taken.points };
            moved.points += taken.points;
            moved.lots.push(lot.clone());
            moved.taken.push(taken.clone());
        }
        moved
    }

    /// How many points a payment has spent, those that came back later among them.
    pub fn spent_by(&self, payment: PaymentId) -> i64 {
        let spent = |taken: &&Taken| taken.payment == payment && taken.state == TakenState::Spent;
        self.taken.iter().filter(spent).map(|taken| taken.points).sum()
    }

    /// Gives points back that a payment has spent, to the lots that they came from, the youngest first: the oldest were
    /// taken first.
    ///
    /// # Errors
    /// If more is asked for than was spent and not given back yet; nothing is given back then.
    pub fn refund(&mut self, payment: PaymentId, asked: i64) -> Result<Moved, PointsError> {
        let spent = |taken: &Taken| taken.payment == payment && taken.state == TakenState::Spent;
        let open: i64 = self.taken.iter().filter(|taken| spent(taken)).map(|taken| taken.points - taken.refunded).sum();
        if open < asked {
            return Err(PointsError::NotSpent { spent: open, asked });
        }
        let mut moved = Moved { points: asked, ..Moved::default() };
        let mut rest = asked;
        for taken in self.taken.iter_mut().rev().filter(|taken| spent(taken)) {
            let points = (taken.points - taken.refunded).min(rest);
            let Some(lot) = self.lots.iter_mut().find(|lot| lot.id == taken.lot).filter(|_| points > 0) else {
                continue;
            };
            taken.refunded += points;
            lot.left += points;
            rest -= points;
            moved.lots.push(lot.clone());
            moved.taken.push(taken.clone());
        }
        Ok(moved)
    }
}

impl Lot {
    /// One that is ordered with a payment.
    pub fn ordered(payment: PaymentId, account: AccountId, origin: Origin, points: i64, now: Timestamp) -> Self {
        Self {
            id: Self::id_of(payment),
            account,
            origin,
            bought: points,
            left: 0,
            held: 0,
            ordered_at: now,
            state: LotState::Expected,
        }
    }

    /// The lot that a payment buys.
    pub fn id_of(payment: PaymentId) -> LotId {
        LotId::from_bytes(payment.bytes()).unwrap_or_else(|| unreachable!("a payment's last byte is its shard"))
    }

    /// It is paid for: its points are there, and good if they came from an official seller.
    #[must_use]
    pub fn paid(self, is_official: bool, case: CaseId, now: Timestamp) -> Self {
        let quarantine = Quarantine { case, since: now, appealed_at: None, release_proposed_by: None };
        let state = if is_official { LotState::Good } else { LotState::Quarantined(quarantine) };
        Self { left: self.bought, state, ..self }
    }

    fn quarantine(&self) -> Result<Quarantine, PointsError> {
        match self.state {
            LotState::Quarantined(quarantine) => Ok(quarantine),
            LotState::Expected | LotState::Good => Err(PointsError::NotQuarantined),
        }
    }

    /// The holder appeals, once. What somebody had agreed to release was the case before that answer.
    ///
    /// # Errors
    /// If nothing stands against it, or it was answered before.
    pub fn appeal(self, now: Timestamp) -> Result<Self, PointsError> {
        let quarantine = self.quarantine()?;
        if quarantine.appealed_at.is_some() {
            return Err(PointsError::AlreadyAnswered);
        }
        let answered = Quarantine { appealed_at: Some(now), release_proposed_by: None, ..quarantine };
        Ok(Self { state: LotState::Quarantined(answered), ..self })
    }

    /// A member of staff says that it may be released: the first proposes it, another one releases it.
    ///
    /// # Errors
    /// If nothing stands against it, or the same person has proposed it.
    pub fn release(self, by: StaffMark) -> Result<Self, PointsError> {
        let quarantine = self.quarantine()?;
        match quarantine.release_proposed_by {
            Some(proposer) if proposer == by => Err(PointsError::SamePerson),
            Some(_) => Ok(Self { state: LotState::Good, ..self }),
            None => {
                let proposed = Quarantine { release_proposed_by: Some(by), ..quarantine };
                Ok(Self { state: LotState::Quarantined(proposed), ..self })
            }
        }
    }
}
