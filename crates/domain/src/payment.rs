//! What the payer owes for one order, and the states it moves through.
//!
//! *created → requires_action → processing → succeeded / refused / closed*; a refused payment is resumed,
//! never made anew. What it requires may also be done at the channel, with an attempt under way: then it is as
//! undecided as a payment that is processing, and no other road is open.
//! At most one attempt of a leg succeeds, and what is captured never exceeds the order's amount.

use jiff::Timestamp;

use crate::attempt::{Attempt, AttemptReport, Permission, Recorded};
use crate::card::CardKind;
use crate::evidence::Finding;
use crate::ids::{AccountId, AttemptId, InstrumentId, MerchantId, PaymentId, RefundId};
use crate::instrument::{Instrument, InstrumentKind};
use crate::limit::Counter;
use crate::money::Money;
use crate::one_time_code::{self, Sendings, TooSoon};

/// Why a payment did not go through, as it was when it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// All causes, the first first.
    pub causes: Vec<Finding>,
    /// What could have paid at that moment.
    pub can_pay_with: Vec<InstrumentId>,
}

/// What a payment waits for the payer to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Enter the pay password. Nothing is under way until he has.
    PayPassword,
    /// Enter the code that the bank has sent. Nothing is under way until he has.
    BankCode,
    /// Confirm on the channel's page. An attempt is under way.
    ChannelPage,
    /// Confirm in the channel's app, which has asked him. An attempt is under way.
    ChannelApp,
}

impl Action {
    /// Every action.
    pub const ALL: &'static [Action] = &[Self::PayPassword, Self::BankCode, Self::ChannelPage, Self::ChannelApp];

    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::PayPassword => "enter_payment_password",
            Self::BankCode => "enter_bank_code",
            Self::ChannelPage => "confirm_at_channel",
            Self::ChannelApp => "confirm_in_app",
        }
    }

    /// Whether the payer acts at a channel, while only the channel knows how the attempt ends.
    pub fn is_at_channel(self) -> bool {
        match self {
            Self::PayPassword | Self::BankCode => false,
            Self::ChannelPage | Self::ChannelApp => true,
        }
    }

    /// The action of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.id() == id)
    }
}

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentState {
    /// Made, not decided: it exists only inside the decision that makes it.
    Created,
    /// It waits for the payer.
    RequiresAction {
        /// Since when.
        since: Timestamp,
        /// For what.
        action: Action,
    },
    /// An attempt is undecided.
    Processing {
        /// Since when.
        since: Timestamp,
    },
    /// Paid.
    Succeeded {
        /// When.
        at: Timestamp,
    },
    /// Not paid; it can be resumed.
    Refused {
        /// When.
        at: Timestamp,
        /// Why, and what else could pay.
        refusal: Refusal,
    },
    /// Given up by the merchant: it will not be paid any more.
    Closed {
        /// When.
        at: Timestamp,
    },
}

impl PaymentState {
    /// The name that the API and the store use.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::RequiresAction { .. } => "requires_action",
            Self::Processing { .. } => "processing",
            Self::Succeeded { .. } => "succeeded",
            Self::Refused { .. } => "refused",
            Self::Closed { .. } => "closed",
        }
    }
}

/// That a leg's amount stands in the limits, and in the windows of which instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// In which sum.
    pub counter: Counter,
    /// The windows that hold this instant.
    pub at: Timestamp,
}

/// Where a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegState {
    /// Nothing is under way.
    Unpaid,
    /// Its last attempt is undecided.
    Submitted,
    /// Its amount is captured.
    Captured {
        /// When.
        at: Timestamp,
    },
}

impl LegState {
    /// The name that the API and the store use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Submitted => "submitted",
            Self::Captured { .. } => "captured",
        }
    }
}

/// A bank's code that a leg waits for. It is for one charge: the number is reserved when the code is asked for, and
/// the charge bears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankCode {
    /// The charge that it is for.
    pub attempt: AttemptId,
    /// The card.
    pub instrument: InstrumentId,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Whether the channel has answered: until then nobody knows whether a code comes.
    pub answered: bool,
    /// Every code that was sent for this leg in the last day.
    pub sendings: Sendings,
}

impl BankCode {
    /// Until when it may be entered.
    pub fn ends_at(&self) -> Timestamp {
        self.asked_at.checked_add(one_time_code::LIFE).unwrap_or(Timestamp::MAX)
    }
}

/// The part of a payment that one instrument carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// What is charged; a resumed payment may choose another.
    pub instrument: InstrumentId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: LegState,
    /// Whether it stands in the limits. Taken once when an attempt fails, so that it comes back once.
    pub counted: Option<Counted>,
    /// The bank's code that was asked for last, if one was. It stays when it is used, for its sendings.
    pub code: Option<BankCode>,
    /// Every submission to a channel, in order. A wallet needs none.
    pub attempts: Vec<Attempt>,
}

/// What the payer owes for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// To whom.
    pub merchant: MerchantId,
    /// The merchant's number of the order; unique for ever.
    pub order_no: String,
    /// What the order is for, as the payer sees it.
    pub subject: String,
    /// By whom.
    pub account: AccountId,
    /// How much.
    pub amount: Money,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: PaymentState,
    /// Its parts: what one instrument carries, and, if points pay a part beside it, theirs.
    pub legs: Vec<Leg>,
    /// When it is resumed by itself, if its payer has asked for that.
    pub scheduled_at: Option<Timestamp>,
    /// What its merchant has given back of it. What is on its way back does not count yet.
    pub refunded: Money,
}

/// Whether it is a bound debit card.
pub fn is_debit_card(instrument: &Instrument) -> bool {
    matches!(&instrument.kind, InstrumentKind::Card(card) if card.face.kind == CardKind::Debit)
}

/// Why a payment cannot move as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// The state does not allow it.
    #[error("a payment that is {from} cannot be {to}")]
    Transition {
        /// Where it stands.
        from: &'static str,
        /// Where it was to go.
        to: &'static str,
    },
    /// Another code cannot be sent yet.
    #[error(transparent)]
    TooSoon(#[from] TooSoon),
    /// The attempt is another payment's.
    #[error("attempt {0} is not one of this payment")]
    UnknownAttempt(AttemptId),
}

impl Payment {
    /// A payment of one leg, not decided yet.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of the order, and none has a default")]
    pub fn new(
        id: PaymentId,
        merchant: MerchantId,
        order_no: String,
        subject: String,
        account: AccountId,
        amount: Money,
        instrument: InstrumentId,
        now: Timestamp,
    ) -> Self {
        let leg = Leg { instrument, amount, state: LegState::Unpaid, counted: None, code: None, attempts: Vec::new() };
        Self {
            id,
            merchant,
            order_no,
            subject,
            account,
            amount,
            created_at: now,
            state: PaymentState::Created,
            legs: vec![leg],
            scheduled_at: None,
            refunded: Money::zero(amount.currency()),
        }
    }

    /// Whom a top-up pays: the payer's own wallet. Its id has the account's bytes, which no merchant's has, so that whoever
    /// sees the payment knows what it is.
    pub fn own_wallet(account: AccountId) -> MerchantId {
        MerchantId::from_bytes(account.bytes()).unwrap_or_else(|| unreachable!("an account's last byte is its shard"))
    }

    /// Whether it tops up the payer's own wallet.
    pub fn is_top_up(&self) -> bool {
        self.merchant == Self::own_wallet(self.account)
    }

    /// Whom the purchase of points pays: nobody but the payer's own account of them. Its id has the account's bytes, the first
    /// of them turned over: no account and no merchant has a time so late.
    pub fn own_points(account: AccountId) -> MerchantId {
        let mut bytes = account.bytes();
        bytes[0] = !bytes[0];
        MerchantId::from_bytes(bytes).unwrap_or_else(|| unreachable!("an account's last byte is its shard"))
    }

    /// Whether it buys points for the payer.
    pub fn buys_points(&self) -> bool {
        self.merchant == Self::own_points(self.account)
    }

    /// Whether an instrument may be charged for it at all: a wallet is topped up from its holder's own debit card, never
    /// from credit and never from itself; points are bought with money that their holder has.
    pub fn may_take(&self, instrument: &Instrument) -> bool {
        let own_money = !matches!(instrument.kind, InstrumentKind::Points | InstrumentKind::PayLater);
        (!self.is_top_up() || is_debit_card(instrument)) && (!self.buys_points() || own_money)
    }

    /// The same, a part of it paid with points that are worth so much. `None` if that leaves nothing for another instrument.
    pub fn with_points(mut self, points: InstrumentId, worth: Money) -> Option<Self> {
        let leg = self.legs.first_mut()?;
        leg.amount = leg.amount.minus(worth).ok().filter(|rest| rest.is_positive() && worth.is_positive())?;
        let (state, attempts) = (LegState::Unpaid, Vec::new());
        self.legs.push(Leg { instrument: points, amount: worth, state, counted: None, code: None, attempts });
        Some(self)
    }

    /// What the chosen instrument is to pay: all of it, or what points leave.
    pub fn rest(&self) -> Money {
        self.legs.first().map_or(self.amount, |leg| leg.amount)
    }

    /// The part that points pay, if they pay one.
    pub fn points_leg(&self) -> Option<&Leg> {
        self.legs.get(1)
    }

    /// The same with the part that points pay in another state.
    #[must_use]
    pub fn points_are(mut self, state: LegState) -> Self {
        if let Some(leg) = self.legs.get_mut(1) {
            leg.state = state;
        }
        self
    }

    /// The instrument that the payer chose last.
    pub fn instrument(&self) -> Option<InstrumentId> {
        self.legs.first().map(|leg| leg.instrument)
    }

    /// The attempt of an id.
    pub fn attempt(&self, id: AttemptId) -> Option<&Attempt> {
        self.legs.iter().flat_map(|leg| &leg.attempts).find(|attempt| attempt.id == id)
    }

    /// The attempt that only the channel knows the end of, if there is one.
    pub fn undecided_attempt(&self) -> Option<&Attempt> {
        self.legs.iter().flat_map(|leg| &leg.attempts).find(|attempt| attempt.is_undecided())
    }

    /// Whether an instrument may be charged for it now.
    pub fn is_open(&self) -> bool {
        match self.state {
            PaymentState::Created | PaymentState::Refused { .. } => true,
            PaymentState::RequiresAction { action, .. } => !action.is_at_channel(),
            PaymentState::Processing { .. } | PaymentState::Succeeded { .. } | PaymentState::Closed { .. } => false,
        }
    }

    /// What is captured.
    pub fn captured(&self) -> Money {
        let captured = self.legs.iter().filter(|leg| matches!(leg.state, LegState::Captured { .. }));
        Money::new(captured.map(|leg| leg.amount.minor()).sum(), self.amount.currency())
    }

    fn open(&mut self, to: &'static str) -> Result<&mut Leg, PaymentError> {
        let from = self.state.id();
        let open = self.is_open();
        if open {
            // Whatever becomes of it now, what it was to wait for is over.
            self.scheduled_at = None;
        }
        match self.legs.first_mut() {
            Some(leg) if open => Ok(leg),
            Some(_) | None => Err(PaymentError::Transition { from, to }),
        }
    }

    /// Chooses what is charged next.
    ///
    /// # Errors
    /// If the payment is not open.
    pub fn choose(mut self, instrument: InstrumentId) -> Result<Self, PaymentError> {
        self.open("charged")?.instrument = instrument;
        Ok(self)
    }

    /// The wallet has paid it, and the amount stands in the limits of `counted`.
    ///
    /// # Errors
    /// If the payment is not open.
    pub fn capture(mut self, counted: Counted, now: Timestamp) -> Result<Self, PaymentError> {
        let leg = self.open("captured")?;
        leg.state = LegState::Captured { at: now };
        leg.counted = Some(counted);
        self.state = PaymentState::Succeeded { at: now };
        Ok(self)
    }

    /// An attempt is on its way, or waits for the payer on the channel's page.
    ///
    /// # Errors
    /// If the payment is not open.
    pub fn submit(mut self, attempt: Attempt, counted: Counted, now: Timestamp) -> Result<Self, PaymentError> {
        let leg = self.open("submitted")?;
        let state = match &attempt.permission {
            Permission::Mandate { .. } | Permission::PaymentCode | Permission::Token => {
                PaymentState::Processing { since: now }
            }
            Permission::ChannelPage => PaymentState::RequiresAction { since: now, action: Action::ChannelPage },
        };
        leg.state = LegState::Submitted;
        leg.counted = Some(counted);
        leg.attempts.push(attempt);
        self.state = state;
        Ok(self)
    }

    /// It waits for the code that the bank is asked to send for the charge of this number.
    ///
    /// # Errors
    /// If the payment is not open, or it is too soon for another code.
    pub fn ask_code(
        mut self,
        attempt: AttemptId,
        instrument: InstrumentId,
        now: Timestamp,
    ) -> Result<Self, PaymentError> {
        let leg = self.open("made to wait for the bank's code")?;
        let sent = leg.code.as_ref().map(|code| code.sendings.clone()).unwrap_or_default();
        let sendings = sent.count(now)?;
        leg.code = Some(BankCode { attempt, instrument, asked_at: now, answered: false, sendings });
        self.state = PaymentState::RequiresAction { since: now, action: Action::BankCode };
        Ok(self)
    }

    /// The code that it waits for now.
    pub fn awaited_code(&self) -> Option<&BankCode> {
        let waits = matches!(self.state, PaymentState::RequiresAction { action: Action::BankCode, .. });
        self.legs.first().filter(|_| waits).and_then(|leg| leg.code.as_ref())
    }

    /// Whether the bank was to send its code for this charge.
    pub fn is_coded(&self, attempt: AttemptId) -> bool {
        self.legs.iter().filter_map(|leg| leg.code.as_ref()).any(|code| code.attempt == attempt)
    }

    /// The channel has answered, or was waited for long enough, when it was to have a code sent for this charge.
    /// Nothing changes if another was asked for meanwhile.
    #[must_use]
    pub fn code_answered(mut self, attempt: AttemptId) -> Self {
        let code = self.legs.iter_mut().filter_map(|leg| leg.code.as_mut()).find(|code| code.attempt == attempt);
        if let Some(code) = code {
            code.answered = true;
        }
        self
    }

    /// It waits for the payer, here. At a channel it waits only with an attempt ([`Payment::submit`]).
    ///
    /// # Errors
    /// If the payment is not open, or the action is done at a channel.
    pub fn require(mut self, action: Action, now: Timestamp) -> Result<Self, PaymentError> {
        const WAITING: &str = "made to wait for its payer";
        self.open(WAITING)?;
        if action.is_at_channel() {
            return Err(PaymentError::Transition { from: self.state.id(), to: WAITING });
        }
        self.state = PaymentState::RequiresAction { since: now, action };
        Ok(self)
    }

    /// It cannot be paid now.
    ///
    /// # Errors
    /// If the payment is not open.
    pub fn refuse(mut self, refusal: Refusal, now: Timestamp) -> Result<Self, PaymentError> {
        self.open("refused")?;
        self.state = PaymentState::Refused { at: now, refusal };
        Ok(self)
    }

    /// It is to be resumed by itself at an instant, as its payer asks; `None` if he asks for it no more.
    ///
    /// # Errors
    /// If the payment is not refused: nothing else waits for time alone.
    pub fn schedule(mut self, at: Option<Timestamp>) -> Result<Self, PaymentError> {
        match self.state {
            PaymentState::Refused { .. } => {
                self.scheduled_at = at;
                Ok(self)
            }
            ref other => Err(PaymentError::Transition { from: other.id(), to: "scheduled" }),
        }
    }

    /// The merchant gives it up. What is undecided must first be known.
    ///
    /// # Errors
    /// If the payment is paid, closed or undecided.
    pub fn close(mut self, now: Timestamp) -> Result<Self, PaymentError> {
        self.open("closed")?;
        self.state = PaymentState::Closed { at: now };
        Ok(self)
    }

    /// What a channel said of an attempt: the payment after it, what changed, and what is to be given back
    /// to the limits. After [`Recorded::Declined`] and [`Recorded::Closed`] the payment is open again
    /// (`created`) until its refusal is decided in the same breath.
    ///
    /// # Errors
    /// If the attempt is not one of this payment.
    pub fn record(
        mut self,
        attempt: AttemptId,
        report: &AttemptReport,
        refund: RefundId,
        now: Timestamp,
    ) -> Result<(Self, Recorded, Option<Counted>), PaymentError> {
        let found = self.legs.iter_mut().find_map(|leg| {
            let index = leg.attempts.iter().position(|candidate| candidate.id == attempt)?;
            Some((leg, index))
        });
        let (leg, index) = found.ok_or(PaymentError::UnknownAttempt(attempt))?;
        let (changed, recorded) = leg.attempts[index].clone().record(report, refund, now);
        leg.attempts[index] = changed;
        let returned = match recorded {
            Recorded::Captured => {
                leg.state = LegState::Captured { at: now };
                self.state = PaymentState::Succeeded { at: now };
                None
            }
            Recorded::Declined | Recorded::Closed => {
                leg.state = LegState::Unpaid;
                self.state = PaymentState::Created;
                leg.counted.take()
            }
            Recorded::Undecided => {
                // The payer's app asks him: that is all that *waiting* can mean for a code that he has shown.
                let asked =
                    *report == AttemptReport::Waiting && leg.attempts[index].permission == Permission::PaymentCode;
                if asked && matches!(self.state, PaymentState::Processing { .. }) {
                    self.state = PaymentState::RequiresAction { since: now, action: Action::ChannelApp };
                }
                None
            }
            Recorded::Nothing | Recorded::LateSuccess(_) | Recorded::Returned | Recorded::Contradiction => None,
        };
        Ok((self, recorded, returned))
    }
}
