//! Makes a payment for an order, and decides it at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::points::open::OpenPoints;
use tantu_engine::points::pay::PayWithPoints;
use utoipa::ToSchema;

use crate::access::MerchantCaller;
use crate::answer::{First, PaymentBody, ProblemBody, RefusalBody};
use crate::api::points::points_in;
use crate::app::Shared;
use crate::body::{JsonBody, id_in, text_in};
use crate::device::{Agreed, SpeakerHeaders};
use crate::idempotency::{Key, request_hash};
use crate::json::Amount;
use crate::lang::Wanted;
use crate::payment_code::PaymentCodeBody;
use crate::problem::{Kind, Problem};

/// An order to be paid.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreatePaymentBody {
    /// The merchant's number of the order: 1 to 64 characters, unique for ever.
    #[schema(min_length = 1, max_length = 64, example = "order-20261122-001")]
    order_no: String,
    /// What the order is for, as the payer sees it: 1 to 128 characters.
    #[schema(min_length = 1, max_length = 128, example = "Coffee")]
    subject: String,
    /// Who pays.
    #[schema(example = "acc_01h455vb4pex5vsknk084sn02q")]
    account: String,
    /// How much.
    amount: Amount,
    /// With what.
    #[schema(example = "ins_01h455vb4pex5vsknk084sn02q")]
    instrument: String,
    /// The code that the payer's app shows, for an account that he confirms each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payment_code: Option<PaymentCodeBody>,
    /// How many of the payer's points pay a part; the instrument pays the rest, and either both do or neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    points: Option<i64>,
}

/// Makes a payment for an order, and decides it at once.
///
/// The same key with the same body gives the first answer again. The words of a refusal are in the
/// language of `Accept-Language` or `?lang=`.
#[utoipa::path(
    post, path = "/v1/payments", tag = "payments", request_body = CreatePaymentBody, security(("merchant" = [])),
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters; the same for each repetition"),
        ("Tantu-Client" = Option<String>, Header, description = "The payer's app: name/1.2.3"),
        ("Tantu-Device" = Option<String>, Header, description = "The payer's device agrees: key=dev_…, time=<RFC 3339>, signature=<base64 of the signature of `tantu-device-v1`, the time as written here and `order <order_no> <amount> <currency>`, on three lines>. Signed anew for each sending"),
        ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en"),
    ),
    responses(
        (status = 201, description = "Paid, or waiting for the payer", body = PaymentBody),
        (status = 202, description = "Undecided: only the channel knows", body = PaymentBody),
        (status = 402, description = "Refused, with every cause", body = RefusalBody, content_type = "application/problem+json"),
        (status = 503, description = "Refused for a fault of ours, or not stored", body = RefusalBody, content_type = "application/problem+json"),
        (status = 409, description = "The order number is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The key was used with another body", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create(
    State(app): State<Shared>,
    MerchantCaller(merchant): MerchantCaller,
    Wanted(lang): Wanted,
    key: Key,
    speaker: SpeakerHeaders,
    JsonBody(body): JsonBody<CreatePaymentBody>,
) -> Result<Response, Problem> {
    let hash = request_hash("POST /v1/payments", &body, speaker.client())?;
    let idempotency = key.of(merchant);
    let order_no = text_in("order_no", &body.order_no, 64)?;
    let subject = text_in("subject", &body.subject, 128)?;
    let account: AccountId = id_in("account", &body.account)?;
    let amount = body.amount.read("amount")?;
    let instrument: InstrumentId = id_in("instrument", &body.instrument)?;
    let code = body.payment_code.as_ref().map(PaymentCodeBody::read).transpose()?;
    let speaker = speaker.verified(&app, account, &Agreed::Order(&order_no, amount)).await?;
    let command = CreatePayment {
        merchant,
        order_no,
        subject,
        account,
        amount,
        instrument,
        speaker,
        shown: None,
        idempotency: idempotency.clone(),
        request_hash: hash,
    };
    let paid = match (code, body.points) {
        (None, None) => app.engine.pay(command, idempotency).await,
        (None, Some(points)) => {
            let (points, own) = (points_in(points)?, app.engine.run(OpenPoints { account }).await);
            let instrument = own.map_err(Problem::of_body)?;
            app.engine.pay(PayWithPoints { order: command, instrument, points }, idempotency).await
        }
        (Some(_), Some(_)) => {
            let detail = "points pay a part beside an instrument that we charge; leave the code or the points out";
            return Err(Problem::field(Kind::InvalidField, "points", detail));
        }
        (Some(code), None) => {
            let shown = |attempt| CreatePayment { shown: Some(attempt), ..command };
            app.engine.pay_by_code(account, code, shown, idempotency).await
        }
    };
    let given = paid.map_err(Problem::of_body)?;
    tracing::info!(payment = %given.payment.id, %merchant, "a payment was asked for");
    let given = First::new(given, Some(instrument));
    Ok(given.response(&app, lang, StatusCode::CREATED))
}
