//! Payers who can pay at the channel, made as they are made in life: each has opened an account with us, and has allowed us
//! on the channel's own page to charge him.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId, Shard};
use tantu_domain::instrument::{InstrumentKind, MandateState};
use tantu_engine::accounts::open::OpenAccount;

use crate::outcome::Failure;
use crate::stage::{Stage, text};

/// What each has at the channel, in fen: more than any run spends.
const AT_CHANNEL: i64 = 10_000_000_000;

/// How often to look whether the channel's word about a signing has arrived.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS: u32 = 500;

/// Who pays, and with what.
#[derive(Debug, Clone)]
pub(crate) struct Payer {
    pub(crate) account: AccountId,
    pub(crate) instrument: InstrumentId,
    pub(crate) channel: Channel,
    /// How the channel numbers him.
    pub(crate) there: String,
}

/// A payer with a mandate at Alipay.
pub(crate) async fn at_alipay(stage: &Stage, number: u8) -> Result<Payer, Failure> {
    let engine = &stage.engine;
    let account = AccountId::new(&*engine.ids(), Shard::of(number % 100));
    engine.run(OpenAccount { id: account, opening: None }).await?;
    let buyer = stage.control(Method::POST, "/alipay/buyers", Some(json!({ "balance": AT_CHANNEL }))).await?;
    let there = text(&buyer, "buyer_id")?;
    let (mandate, page) = engine.begin_mandate(account, Channel::Alipay, None, |_| String::new()).await?;
    let html = stage.open(&page).await?;
    let token = html.split_once("name=\"token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let (token, _) = token.ok_or("the signing page has no token")?;
    let origin: String = page.split('/').take(3).collect::<Vec<_>>().join("/");
    let form = [("token", token), ("buyer_id", &there), ("decision", "agree")];
    stage.press(&format!("{origin}/sandbox/agreement"), &form).await?;
    let mut look = tokio::time::interval(LOOK);
    for _ in 0..LOOKS {
        look.tick().await;
        let (id, now) = (account, engine.clock().now());
        let file = engine.read(move |store| store.account(id, now)).await?;
        let instruments = file.map(|file| file.instruments).unwrap_or_default();
        let signed = instruments.iter().find(|instrument| match &instrument.kind {
            InstrumentKind::Mandate(found) => {
                found.id == mandate.id && matches!(found.state, MandateState::Active { .. })
            }
            _ => false,
        });
        if let Some(signed) = signed {
            return Ok(Payer { account, instrument: signed.id, channel: Channel::Alipay, there });
        }
    }
    Err("a mandate was signed at the channel, and we never learned of it".into())
}
