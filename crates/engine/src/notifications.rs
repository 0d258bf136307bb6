//! What a channel says by itself. A message that does not verify changes nothing; one that does goes through the same
//! door as an answer to a question of ours.

use tantu_channels::Notification;
use tantu_domain::attempt::Recorded;
use tantu_domain::channel::Channel;

use crate::Engine;
use crate::bindings::record_opening::RecordOpening;
use crate::error::EngineError;
use crate::mandates::record::RecordMandate;
use crate::payments::record::RecordAttempt;
use crate::refunds::hurry::HurryRefund;

/// Why a notification was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// It does not verify, or is not about us.
    #[error("{0}")]
    Unbelievable(String),
    /// It is believed, and could not be stored.
    #[error(transparent)]
    Engine(EngineError),
}

impl Engine {
    /// Takes in a channel's own message. What does not verify changes nothing.
    ///
    /// # Errors
    /// [`NotifyError`] if it is not to be believed or could not be stored; the channel then sends it again.
    pub async fn notify(&self, channel: Channel, body: &[u8]) -> Result<&'static str, NotifyError> {
        let connector = self.parts.channel(channel).map_err(NotifyError::Engine)?.clone();
        let notification =
            connector.notifications.read(body).map_err(|error| NotifyError::Unbelievable(error.to_string()))?;
        let stored = match notification {
            Notification::Attempt { attempt, report } => {
                let command = RecordAttempt { attempt, report, mandate: None, job: None };
                match self.parts.record(command).await {
                    Ok(outcome) if outcome.recorded == Recorded::Contradiction => {
                        let why = "the notification is about another amount than we have asked for, so nothing of it is \
                                   believed; ask the channel about the order";
                        return Err(NotifyError::Unbelievable(why.into()));
                    }
                    recorded => recorded.map(drop),
                }
            }
            Notification::Mandate { mandate, report } => self.run(RecordMandate { mandate, report }).await.map(drop),
            // A refund is asked for until it is made, so its notice is only the sooner word: it is asked for now.
            Notification::Refund { refund, report: _ } => {
                tracing::info!(channel = channel.id(), %refund, "a notification of a refund that is asked for anyway");
                self.run(HurryRefund(refund)).await
            }
            Notification::Binding { binding: opening, report } => {
                self.run(RecordOpening { opening, report, job: None }).await.map(drop)
            }
            Notification::Ignored { what } => {
                tracing::info!(channel = channel.id(), %what, "a notification that concerns nothing of ours");
                Ok(())
            }
        };
        stored.map_err(NotifyError::Engine)?;
        Ok(connector.notifications.accepted())
    }
}
