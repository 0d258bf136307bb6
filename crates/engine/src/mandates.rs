//! The use cases of a mandate. One file each.

pub mod begin;
pub mod record;

use tantu_channels::{MandateRef, SigningOrder};
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId, MandateId};
use tantu_domain::instrument::Mandate;

use crate::Engine;
use crate::error::{EngineError, Rejection};
use crate::mandates::begin::BeginMandate;
use crate::mandates::record::RecordMandate;

impl Engine {
    /// Begins the signing of a mandate, and gives the channel's page for the payer's browser.
    ///
    /// # Errors
    /// [`EngineError`] if the account, instrument or channel is not there.
    pub async fn begin_mandate(
        &self,
        account: AccountId,
        channel: Channel,
        instrument: Option<InstrumentId>,
        return_url: impl FnOnce(MandateId) -> String,
    ) -> Result<(Mandate, String), EngineError> {
        let connector = self.parts.channel(channel)?.clone();
        let mandate = self.run(BeginMandate { account, channel, instrument }).await?;
        let order = SigningOrder {
            mandate: mandate.id,
            valid_days: self.parts.settings.mandate_days,
            return_url: return_url(mandate.id),
            notify_url: self.parts.notify_url(channel),
        };
        let none = || EngineError::Channel(format!("{} has no mandates", channel.id()));
        let page = connector
            .mandates
            .ok_or_else(none)?
            .signing_page(&order)
            .map_err(|error| EngineError::Channel(error.to_string()))?;
        Ok((mandate, page))
    }

    /// Asks the channel how a mandate stands, and records what it says.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such mandate or the channel does not answer.
    pub async fn refresh_mandate(&self, id: MandateId) -> Result<Mandate, EngineError> {
        let missing = || Rejection::NotFound { what: "mandate", id: id.to_string() };
        let mandate = self.read(move |store| store.mandate(id)).await?.ok_or_else(missing)?;
        let none = || EngineError::Channel(format!("{} has no mandates", mandate.channel.id()));
        let mandates = self.parts.channel(mandate.channel)?.mandates.as_ref().ok_or_else(none)?;
        let asked = mandates.query(&MandateRef::Ours(id)).await;
        let report = asked.map_err(|error| EngineError::Channel(error.to_string()))?;
        self.run(RecordMandate { mandate: id, report }).await
    }
}
