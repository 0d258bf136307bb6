//! Payers who can pay at the channel, made as they are made in life: each has opened an account with us, and has allowed us
//! on the channel's own page to charge him, or has bound his card with the code that his bank has sent.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tantu_channels::card::OneTimeCode;
use tantu_channels::secret::Secret;
use tantu_domain::binding::BindingState;
use tantu_domain::channel::Channel;
use tantu_domain::ids::{AccountId, InstrumentId, Shard};
use tantu_domain::instrument::{InstrumentKind, MandateState};
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::bindings::accept_terms::AcceptTerms;
use tantu_engine::bindings::begin::BeginBinding;
use tantu_engine::bindings::{Holder, Stepped};
use tantu_engine::cards::CardDetails;

use crate::outcome::Failure;
use crate::stage::{Stage, text};

/// What each has at the channel or on his card, in fen: more than any run spends.
const AT_CHANNEL: i64 = 10_000_000_000;

/// A bank that lets its cards be bound and sends codes.
const BANK: &str = "haian";

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
    engine.run(OpenAccount { id: account, opening: None, met: None }).await?;
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

/// A payer with a debit card at UnionPay.
pub(crate) async fn at_unionpay(stage: &Stage, number: u8) -> Result<Payer, Failure> {
    let engine = &stage.engine;
    let account = AccountId::new(&*engine.ids(), Shard::of(number % 100));
    engine.run(OpenAccount { id: account, opening: None, met: None }).await?;
    let wanted = json!({ "bank": BANK, "kind": "debit", "balance": AT_CHANNEL });
    let card = stage.control(Method::POST, "/cards", Some(wanted)).await?;
    let there = text(&card, "number")?;
    let unlimited = json!({ "per_transaction": AT_CHANNEL, "per_day": AT_CHANNEL, "per_month": AT_CHANNEL });
    stage.control(Method::PATCH, &format!("/cards/{there}"), Some(unlimited)).await?;

    let begin = BeginBinding { account, instrument: None, holder: Holder::default() };
    let binding = engine.run(begin).await?.map_err(|causes| format!("no binding begins: {causes:?}"))?;
    let edition = engine.policy().cards.terms.clone();
    engine.run(AcceptTerms { account, binding: binding.id, edition }).await?;
    let phone = text(&card, "phone")?;
    let before = messages(stage, &phone).await?.len();
    let details = CardDetails {
        name: Secret::new(text(&card, "name")?),
        document_no: Secret::new(text(&card, "certificate_number")?),
        card_no: Secret::new(there.clone()),
        phone: Secret::new(phone.clone()),
        expiry: None,
        cvn: None,
    };
    let given = engine.give_details(account, binding.id, details, Holder::default()).await?;
    let sealed = given.sealed.ok_or_else(|| format!("the bank sends no code: {:?}", given.stepped))?;
    let code = OneTimeCode::new(code(stage, &phone, before).await?);
    match engine.enter_binding_code(account, binding.id, code, &sealed, Holder::default()).await? {
        Stepped::Taken(bound) if matches!(bound.state, BindingState::Bound { .. }) => {
            Ok(Payer { account, instrument: bound.instrument, channel: Channel::UnionPay, there })
        }
        other => Err(format!("a card that nothing speaks against was not bound: {other:?}").into()),
    }
}

/// What a phone has shown.
async fn messages(stage: &Stage, phone: &str) -> Result<Vec<Value>, Failure> {
    let shown = stage.control(Method::GET, &format!("/phones/{phone}/messages"), None).await?;
    Ok(shown.as_array().cloned().unwrap_or_default())
}

/// The six digits of the message that comes after those that were there before.
async fn code(stage: &Stage, phone: &str, before: usize) -> Result<String, Failure> {
    let mut look = tokio::time::interval(LOOK);
    for _ in 0..LOOKS {
        look.tick().await;
        let shown = messages(stage, phone).await?;
        let newest = shown.iter().max_by_key(|message| message["at"].as_str().unwrap_or_default().to_owned());
        let body = newest.filter(|_| shown.len() > before).and_then(|message| message["body"].as_str());
        let digits =
            body.and_then(|body| body.split(|letter: char| !letter.is_ascii_digit()).find(|part| part.len() == 6));
        if let Some(digits) = digits {
            return Ok(digits.to_owned());
        }
    }
    Err("the bank's code did not come".into())
}
