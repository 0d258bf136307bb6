//! Makes some payers sign a mandate, through the public API and the channel's own page.

use std::time::Duration;

use crate::failure::Failure;
use crate::gate::traffic::api::{Api, Payer};

/// So many of the payers also pay through the channel.
const SIGNERS: usize = 40;

/// What each has at the channel, in fen: more than any run spends.
const AT_CHANNEL: i64 = 100_000_000;

/// How often to look whether the channel's word about a signing has arrived.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS: u32 = 500;

/// The payers, the first of them with a mandate.
pub(crate) async fn prepare(api: &Api, mut payers: Vec<Payer>) -> Result<Vec<Payer>, Failure> {
    for payer in payers.iter_mut().take(SIGNERS) {
        payer.mandate = Some(sign(api, &payer.account).await?);
    }
    Ok(payers)
}

async fn sign(api: &Api, account: &str) -> Result<String, Failure> {
    let session = api.sign_in(account).await?;
    let (mandate, page) = api.begin_mandate(&session, account).await?;
    let buyer = api.new_buyer(AT_CHANNEL).await?;
    api.press(&page, &buyer).await?;
    let mut look = tokio::time::interval(LOOK);
    for _ in 0..LOOKS {
        look.tick().await;
        if let Some(instrument) = api.signed_instrument(&session, &mandate).await? {
            return Ok(instrument);
        }
    }
    Err(Failure::new(format!("mandate {mandate} was signed at the channel, and we never learned of it")))
}
