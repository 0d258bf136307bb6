//! Points are bought: by their holder from us, or for him by a merchant, whose points are good only if he is an official seller.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::payment::Payment;
use tantu_domain::points::Origin;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::points::buy::BuyPoints;
use tantu_engine::points::open::OpenPoints;
use tantu_explain::words::pages;
use utoipa::ToSchema;

use super::points_in;
use crate::access::Caller;
use crate::answer::{First, PaymentBody, ProblemBody, RefusalBody};
use crate::app::Shared;
use crate::body::{JsonBody, PathId, id_in};
use crate::device::{Agreed, SpeakerHeaders};
use crate::idempotency::{Key, request_hash};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};

/// Points to be bought.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointsTopUpBody {
    /// How many.
    #[schema(minimum = 1, example = 1000)]
    points: i64,
    /// With what.
    #[schema(example = "ins_01h455vb4pex5vsknk084sn02q")]
    instrument: String,
}

/// Buys points. The answer is a payment; when it has succeeded, the points are there, once.
#[utoipa::path(
    post, path = "/v1/accounts/{id}/points/top-ups", tag = "points", request_body = PointsTopUpBody,
    security(("merchant" = []), ("payer" = []), ("payer_cookie" = [])),
    params(
        ("id" = String, Path, description = "acc_…"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; the same for each repetition"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: as for payments, its order being the key"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 201, description = "Bought, or waiting for the payer", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "No points are offered", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used with another body", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours, or not stored", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn top_up(
    State(app): State<Shared>,
    caller: Caller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    key: Key,
    speaker: SpeakerHeaders,
    JsonBody(body): JsonBody<PointsTopUpBody>,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found("account", &account.to_string());
    let (origin, idempotency) = match caller {
        Caller::Payer(own) if own == account => (Origin::Official, key.of(account)),
        Caller::Merchant(seller) => (Origin::Seller(seller), key.of(seller)),
        Caller::Payer(_) | Caller::Staff | Caller::Cashier(_) | Caller::Unknown => return Err(missing()),
    };
    let hash = request_hash(&format!("POST /v1/accounts/{account}/points/top-ups"), &body, speaker.client())?;
    let (points, instrument): (i64, InstrumentId) = (points_in(body.points)?, id_in("instrument", &body.instrument)?);
    app.engine.run(OpenPoints { account }).await?;
    let none = || Problem::new(Kind::State, "no points are offered here");
    let amount = app.engine.policy().points.as_ref().and_then(|policy| policy.worth(points)).ok_or_else(none)?;
    let speaker = speaker.verified(&app, account, &Agreed::Order(&idempotency.key, amount)).await?;
    let order = CreatePayment {
        merchant: Payment::own_points(account),
        order_no: idempotency.key.clone(),
        subject: pages(lang).instrument_points.to_owned(),
        account,
        amount,
        instrument,
        speaker,
        shown: None,
        idempotency: idempotency.clone(),
        request_hash: hash,
    };
    let given = app.engine.pay(BuyPoints { order, origin, points }, idempotency).await.map_err(Problem::of_body)?;
    tracing::info!(payment = %given.payment.id, %account, "points are bought");
    Ok(First::new(given, Some(instrument)).response(&app, lang, StatusCode::CREATED))
}
