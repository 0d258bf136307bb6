//! Tops up the payer's own wallet from his own debit card. A top-up is a payment whose payee is the payer's wallet: it may ask
//! for the bank's code, be refused with every cause, or be undecided, and is resumed and looked at like any other.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::money::Money;
use tantu_domain::payment::{Payment, is_debit_card};
use tantu_engine::payments::create::CreatePayment;
use tantu_explain::Lang;
use tantu_explain::words::card_words;
use tantu_store::claim::IdempotencyKey;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::{First, PaymentBody, ProblemBody, RefusalBody};
use crate::app::Shared;
use crate::body::{JsonBody, PathId, id_in};
use crate::device::{Agreed, SpeakerHeaders};
use crate::idempotency::{Key, request_hash};
use crate::json::Amount;
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};

/// A top-up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopUpBody {
    /// How much.
    amount: Amount,
    /// From which of the holder's own debit cards.
    #[schema(example = "ins_01h455vb4pex5vsknk084sn02q")]
    instrument: String,
}

/// Tops up the wallet. The answer is a payment; what it waits for is done at `POST /v1/payments/{id}/actions`, and when it has
/// succeeded the wallet has the money, once.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/top-ups", tag = "accounts", request_body = TopUpBody,
    security(("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "acc_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; the same for each repetition"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: as for payments, its order being the key"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 201, description = "Topped up, or waiting for the payer", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used with another body", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours, or not stored", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn top_up(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    key: Key,
    speaker: SpeakerHeaders,
    JsonBody(body): JsonBody<TopUpBody>,
) -> Result<Response, Problem> {
    if account != own {
        return Err(Problem::not_found("account", &account.to_string()));
    }
    let hash = request_hash(&format!("POST /v1/accounts/{account}/top-ups"), &body, speaker.client())?;
    let idempotency = key.of(account);
    let amount = body.amount.read("amount")?;
    let instrument: InstrumentId = id_in("instrument", &body.instrument)?;
    let speaker = speaker.verified(&app, account, &Agreed::Order(&idempotency.key, amount)).await?;
    let wanted = Wish { account, amount, instrument, speaker, lang };
    let command = command(&app, wanted, idempotency.clone(), hash).await?;
    let given = app.engine.pay(command, idempotency).await.map_err(Problem::of_body)?;
    tracing::info!(payment = %given.payment.id, %account, "a payer tops up his wallet");
    Ok(First::new(given, Some(instrument)).response(&app, lang, StatusCode::CREATED))
}

/// What a payer wants.
pub(crate) struct Wish {
    pub(crate) account: AccountId,
    pub(crate) amount: Money,
    pub(crate) instrument: InstrumentId,
    pub(crate) speaker: Speaker,
    /// The language in which he will read what it was.
    pub(crate) lang: Lang,
}

/// The payment that tops up. Its order number is the request's key, so that a repetition is the same top-up.
pub(crate) async fn command(
    app: &Shared,
    wish: Wish,
    idempotency: IdempotencyKey,
    request_hash: [u8; 32],
) -> Result<CreatePayment, Problem> {
    let Wish { account, amount, instrument, speaker, lang } = wish;
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(account, now)).await?;
    let known = file.iter().flat_map(|file| &file.instruments).find(|known| known.id == instrument);
    if known.is_some_and(|known| !is_debit_card(known)) {
        let why = "a wallet is topped up from its holder's own debit card; choose one, or bind one first";
        return Err(Problem::field(Kind::InvalidField, "instrument", why));
    }
    Ok(CreatePayment {
        merchant: Payment::own_wallet(account),
        order_no: idempotency.key.clone(),
        subject: card_words(lang).top_up_subject.to_owned(),
        account,
        amount,
        instrument,
        speaker,
        shown: None,
        idempotency,
        request_hash,
    })
}
