//! Telling a payer something: by a message if he has a phone and we send any; his page shows it in any case.

pub(crate) mod record;

use std::collections::BTreeMap;

use tantu_channels::secret::Secret;
use tantu_channels::sms::{Message, MessageState};
use tantu_domain::ids::AccountId;
use tantu_domain::person::Detail;
use tantu_store::notice::{NoticeRow, Road};

use crate::Parts;
use crate::error::EngineError;
use crate::notices::record::RecordNotice;
use crate::people::load_holder::LoadHolder;

/// Tells a payer what a notice says, in a template's words; whether that is done. A message is named by what it is about, so that it
/// arrives once however often it is sent.
pub(crate) async fn tell(
    parts: &Parts,
    row: &NoticeRow,
    template: &str,
    values: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<bool, EngineError> {
    let (account, key) = (row.account, row.key());
    let road = match (&parts.people, phone(parts, account).await?) {
        (Some(people), Some(to)) => {
            let values: BTreeMap<String, Secret> =
                values.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect();
            let message = Message { id: key.clone(), to, template: template.to_owned(), values };
            match people.sms.send(&message).await {
                Ok(receipt) if receipt.state == MessageState::Rejected => Road::Page,
                Ok(_) => Road::Sms,
                Err(error) => {
                    tracing::warn!(notice = %key, %error, "a message brought no receipt; it is sent again");
                    return Ok(false);
                }
            }
        }
        _ => Road::Page,
    };
    tracing::info!(%account, notice = %key, road = road.id(), "a payer was told");
    parts.lane.run(RecordNotice { account, key, road }).await?;
    Ok(true)
}

async fn phone(parts: &Parts, account: AccountId) -> Result<Option<Secret>, EngineError> {
    let Some(people) = &parts.people else { return Ok(None) };
    let (_, person) = parts.lane.run(LoadHolder { account }).await?;
    people.open(account, Detail::Phone, person.phone.as_ref())
}
