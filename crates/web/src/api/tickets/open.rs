//! Opens a ticket about something that did not go through, with all that is known of it.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tantu_channels::secret::Secret;
use tantu_domain::document::is_mobile_number;
use tantu_domain::ids::{AccountId, BindingId, PaymentId, TicketId};
use tantu_domain::masked::Masked;
use tantu_domain::ticket::{About, Ticket};
use tantu_engine::tickets::Asked;
use tantu_engine::tickets::open::OpenTicket;
use tantu_store::ticket::TicketsOf;
use utoipa::ToSchema;

use super::{TicketBody, file, ids_of, words_in};
use crate::access::{Caller, PayerCaller};
use crate::answer::ProblemBody;
use crate::api::device_reports::{DeviceReportRequest, lines, understand};
use crate::app::Shared;
use crate::body::{JsonBody, id_in};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};

/// The most tickets of one payer that are about nothing that we keep and are not over.
const MOST_OPEN: usize = 5;

/// What somebody asks support. It is never printed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketRequest {
    /// The payment that did not go through, `pay_…`: its order, time, amount, method and error come along.
    #[serde(default)]
    payment: Option<String>,
    /// The binding of a card that did not go through, `bnd_…`.
    #[serde(default)]
    binding: Option<String>,
    /// In one's own words. What looks secret is taken out before it is kept: no password and no card number is ever needed.
    #[serde(default)]
    #[schema(example = "It still says that the bank does not answer.")]
    text: Option<String>,
    /// What the device shows, as in `POST /v1/device-reports`. It is kept with the ticket.
    #[serde(default)]
    device_report: Option<DeviceReportRequest>,
    /// A mobile number in the mainland to call back. It is kept sealed, for staff alone.
    #[serde(default)]
    call_back: Option<String>,
}

/// Opens a ticket, or goes on with the one about the same payment or binding, of which there is one at most.
///
/// It is looked at again whenever it is read, and from time to time by itself: once what it is about has succeeded, it is solved.
#[utoipa::path(
    post, path = "/v1/tickets", tag = "tickets", request_body = TicketRequest, security(("payer" = []), ("payer_cookie" = [])),
    params(("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 201, body = TicketBody),
        (status = 409, description = "Nothing about it is open", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open(
    State(app): State<Shared>,
    PayerCaller(account): PayerCaller,
    Wanted(lang): Wanted,
    headers: HeaderMap,
    JsonBody(body): JsonBody<TicketRequest>,
) -> Result<(StatusCode, Json<TicketBody>), Problem> {
    let caller = Caller::Payer(account);
    let about = about(&body)?;
    let words = body.text.as_deref().map(|text| words_in("text", text)).transpose()?;
    let (words, hidden) = words.map_or((None, Vec::new()), |(words, hidden)| (Some(words), ids_of(&hidden)));
    let (mut causes, mut device) = (Vec::new(), Vec::new());
    if let Some(report) = &body.device_report {
        let seen = understand(&app, &caller, "device_report.", &headers, report).await?;
        device = lines(report, &seen.findings)?;
        causes = seen.findings;
    }
    if about == About::Nothing && words.is_none() && body.device_report.is_none() {
        let detail = "say what did not go through: give a payment, a binding, your own words or a device report";
        return Err(Problem::field(Kind::MissingField, "text", detail));
    }
    let call_back = body.call_back.as_deref().map(number).transpose()?;
    let asked = Wish { account, about, words, causes, device, call_back };
    let ticket = opened(&app, asked).await?;
    let told = file(&app, ticket).await?.body(&app, &caller, lang)?;
    Ok((StatusCode::CREATED, Json(TicketBody { masked: hidden, ..told })))
}

/// What somebody asks, as the API and the pages read it.
pub(crate) struct Wish {
    pub(crate) account: AccountId,
    pub(crate) about: About,
    pub(crate) words: Option<Masked>,
    pub(crate) causes: Vec<tantu_domain::evidence::Finding>,
    pub(crate) device: Vec<Masked>,
    pub(crate) call_back: Option<Secret>,
}

/// Opens it.
pub(crate) async fn opened(app: &Shared, wish: Wish) -> Result<Ticket, Problem> {
    let Wish { account, about, words, causes, device, call_back } = wish;
    let id = match Ticket::id_of(about) {
        Some(id) => id,
        None => {
            few(app, account).await?;
            TicketId::new(&*app.engine.ids(), account.shard())
        }
    };
    let promise = app.config.ticket_promise;
    let command = OpenTicket { id, account, about, words, causes, device, call_back: None, promise };
    let ticket = app.engine.open_ticket(Asked { command, call_back }).await?;
    tracing::info!(ticket = %ticket.id, %account, "a ticket was opened");
    Ok(ticket)
}

/// Whoever asks about one thing has one ticket. Of those about nothing that we keep there are few.
async fn few(app: &Shared, account: AccountId) -> Result<(), Problem> {
    let own = app.engine.read(move |store| store.tickets(TicketsOf::Account(account), u8::MAX)).await?;
    let open = own.iter().filter(|ticket| ticket.about == About::Nothing && ticket.ending().is_none()).count();
    if open < MOST_OPEN {
        return Ok(());
    }
    let detail = format!("{open} tickets are open; go on with one of them, or close it");
    Err(Problem::new(Kind::State, detail))
}

fn about(body: &TicketRequest) -> Result<About, Problem> {
    match (&body.payment, &body.binding) {
        (Some(payment), None) => Ok(About::Payment(id_in::<PaymentId>("payment", payment)?)),
        (None, Some(binding)) => Ok(About::Binding(id_in::<BindingId>("binding", binding)?)),
        (None, None) => Ok(About::Nothing),
        (Some(_), Some(_)) => {
            let detail = "a ticket is about one thing; leave the binding or the payment out";
            Err(Problem::field(Kind::InvalidField, "binding", detail))
        }
    }
}

/// A number to call back, with or without the country's.
pub(crate) fn number(text: &str) -> Result<Secret, Problem> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let own = digits.strip_prefix("+86").unwrap_or(&digits);
    if is_mobile_number(own) {
        return Ok(Secret::new(own));
    }
    Err(Problem::field(Kind::InvalidField, "call_back", "write a mobile number of the mainland: eleven digits"))
}
