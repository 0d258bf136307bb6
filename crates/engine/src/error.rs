//! Why a command was not carried out. A refused payment is no error: it is an answer.

use tantu_domain::account::AccountError;
use tantu_domain::ids::{JobId, MerchantId};
use tantu_domain::ledger::LedgerError;
use tantu_domain::money::Money;
use tantu_domain::one_time_code::TooSoon;
use tantu_domain::payment::PaymentError;
use tantu_domain::refund::RefundError;
use tantu_domain::ticket::TicketError;
use tantu_store::error::StoreError;
use tantu_store::keys::Keys;

/// Why a command cannot be carried out as asked. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no such thing, or it is somebody else's: the two look the same from outside.
    #[error("there is no {what} {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// The idempotency key belongs to another request.
    #[error("this idempotency key was used with another body; use a new key for a new request")]
    KeyReused,
    /// The merchant has used the order number before.
    #[error("order_no {order_no:?} already has payment {payment}; resume that one, or use a new number")]
    OrderTaken {
        /// The number.
        order_no: String,
        /// Its payment.
        payment: String,
    },
    /// The thing is not in a state that allows it.
    #[error("{0}")]
    State(String),
    /// A payment code, and an instrument that is not charged by one.
    #[error(
        "a payment code pays with an account that its holder confirms each time; choose that instrument, or leave the code out"
    )]
    CodeUnfit,
    /// A bank's code for a charge that does not wait for it, or no longer.
    #[error("the payment does not wait for this code any more; have a new one sent")]
    CodeSpent,
    /// It was asked for too often: a code, or who somebody is.
    #[error(transparent)]
    TooSoon(#[from] TooSoon),
    /// A proof of the pay password that is not good for this payment, or no longer.
    #[error("the proof is not good for this payment any more; enter the pay password again")]
    ProofSpent,
    /// A link or session that is over.
    #[error("the link has been used or has expired; ask for a new one")]
    LinkSpent,
    /// A debit of more than a merchant has settled.
    #[error("{merchant} has {settled} settled, and {asked} is asked for; {coming} more is on its way to be settled")]
    MerchantShort {
        /// Whose debit.
        merchant: MerchantId,
        /// How much is asked for.
        asked: Money,
        /// What a debit can use.
        settled: Money,
        /// What has been paid and is not settled yet.
        coming: Money,
    },
    /// A payment that is not refunded as asked.
    #[error(transparent)]
    Unrefundable(#[from] RefundError),
    /// What is decided depends on more than was loaded. The lane loads that, too, and decides again: no caller sees this.
    #[error("the decision depends on more than was loaded")]
    NotLoaded(Box<Keys>),
    /// Somebody else holds the job by now.
    #[error("{0} is held by another process by now")]
    Fenced(JobId),
}

impl From<PaymentError> for Rejection {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::TooSoon(soon) => Self::TooSoon(soon),
            PaymentError::Transition { .. } | PaymentError::UnknownAttempt(_) => Self::State(error.to_string()),
        }
    }
}

impl From<AccountError> for Rejection {
    fn from(error: AccountError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<LedgerError> for Rejection {
    fn from(error: LedgerError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<TicketError> for Rejection {
    fn from(error: TicketError) -> Self {
        Self::State(error.to_string())
    }
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The command cannot be carried out as asked.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The database did not do as asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A channel did not do as asked.
    #[error("{0}")]
    Channel(String),
    /// The pay password could not be looked at: a fault of ours, and no try is forgiven or blamed.
    #[error("the pay password could not be looked at: {0}")]
    Password(String),
    /// What is sealed cannot be sealed or opened: a fault of ours.
    #[error("what is sealed could not be sealed or opened")]
    Vault,
    /// The server is stopping.
    #[error("the server is stopping; send the request again")]
    Stopping,
}
