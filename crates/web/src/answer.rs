//! How a payment looks in an answer: as its first answer was, for ever, or as it stands now.
//!
//! A first answer is built from what never changes again — the order's facts, the kept answer and the
//! moment of its claim — so that a repetition reads the same to the byte.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use tantu_domain::answer::Answer;
use tantu_domain::attempt::Attempt;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{InstrumentId, PaymentId};
use tantu_domain::instrument::Instrument;
use tantu_domain::payment::{Action, Payment, PaymentState, Refusal};
use tantu_engine::payments::answer::{Given, answer_of};
use tantu_explain::Lang;
use utoipa::ToSchema;

use crate::app::App;
use crate::json::{Amount, time};
use crate::pages::cashier::path as cashier_path;
use crate::pages::confirm::page_path;
use crate::problem::{Kind, Problem, problem_response};
use crate::render::{CauseBody, PlanBody, Telling, Told};

/// Seconds after which a platform's fault is looked at again if nobody knows its end.
const LOOK_AGAIN: i64 = 30;

/// A payment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PaymentBody {
    /// Its id.
    #[schema(example = "pay_01h455vb4pex5vsknk084sn02q")]
    pub(crate) id: String,
    /// The merchant.
    pub(crate) merchant: String,
    /// The merchant's number of the order.
    pub(crate) order_no: String,
    /// What the order is for.
    pub(crate) subject: String,
    /// created, requires_action, processing, succeeded, refused or closed.
    pub(crate) state: String,
    /// What is owed.
    pub(crate) amount: Amount,
    /// The part of it that points pay, if they pay one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by_points: Option<Amount>,
    /// What its merchant has given back of it; absent while that is nothing. What is on its way does not count yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refunded: Option<Amount>,
    /// Who pays.
    pub(crate) account: String,
    /// What was charged, or is to be.
    pub(crate) instrument: Option<String>,
    /// When it was made.
    pub(crate) created_at: String,
    /// The page on which its payer sees and pays it. Whoever has the link may do both.
    pub(crate) cashier_url: String,
    /// What the payer is waited for with, if he is.
    pub(crate) next_action: Option<NextAction>,
    /// Why it is not known yet, while it is undecided; in events also why it is refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) causes: Vec<CauseBody>,
    /// When it is resumed by itself, if its payer has agreed to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scheduled_at: Option<String>,
    /// When an undecided payment is known at the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known_by: Option<String>,
}

/// The bank's code that is waited for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct BankCodeBody {
    /// Whether the bank's side has taken the wish to send it; false while it has not answered.
    answered: bool,
    /// Until when it may be entered.
    ends_at: String,
    /// When another one may be sent.
    next_code_at: String,
}

/// What the payer is waited for with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NextAction {
    /// While it requires his action: `enter_payment_password`, `enter_bank_code`, `confirm_at_channel` on the channel's page, or
    /// `confirm_in_app`. While it is refused: `open_cashier`.
    pub(crate) operation: String,
    /// The page to open.
    pub(crate) url: String,
    /// Of the bank's code that is waited for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bank_code: Option<BankCodeBody>,
}

/// The address of a payment's cashier page.
pub(crate) fn cashier_url(app: &App, payment: PaymentId) -> String {
    format!("{}{}", app.config.public_base, cashier_path(app, payment, ""))
}

/// The payment as it stands.
pub(crate) fn present(app: &App, payment: &Payment) -> PaymentBody {
    let shown = body(app, payment, payment.state.id(), payment.instrument());
    let refunded = Some(payment.refunded).filter(|refunded| refunded.is_positive()).map(Into::into);
    let shown = PaymentBody { scheduled_at: payment.scheduled_at.map(time), refunded, ..shown };
    match &payment.state {
        PaymentState::RequiresAction { action, .. } => {
            let mut waiting = waiting(app, payment, shown, *action);
            let now = app.engine.clock().now();
            let code = payment.awaited_code().map(|code| BankCodeBody {
                answered: code.answered,
                ends_at: time(code.ends_at()),
                next_code_at: time(code.sendings.next_at(now)),
            });
            if let Some(next) = &mut waiting.next_action {
                next.bank_code = code;
            }
            waiting
        }
        PaymentState::Created
        | PaymentState::Processing { .. }
        | PaymentState::Succeeded { .. }
        | PaymentState::Refused { .. }
        | PaymentState::Closed { .. } => shown,
    }
}

/// The payment while it waits for its payer: the next page is the channel's, or the one that says for what.
fn waiting(app: &App, payment: &Payment, shown: PaymentBody, action: Action) -> PaymentBody {
    let path = match action {
        Action::PayPassword | Action::BankCode | Action::ChannelApp => cashier_path(app, payment.id, "/result"),
        Action::ChannelPage => page_path(app, payment.id),
    };
    let url = format!("{}{path}", app.config.public_base);
    let next = NextAction { operation: action.id().to_owned(), url, bank_code: None };
    PaymentBody { next_action: Some(next), ..shown }
}

/// The payment as it stands, with the causes that are kept with it while it is refused or undecided.
pub(crate) async fn present_with_causes(app: &App, payment: &Payment, lang: Lang) -> Result<PaymentBody, Problem> {
    let attempt = payment.undecided_attempt();
    let known_by = attempt.map(Attempt::final_at);
    let (causes, _) = kept_causes(payment);
    if causes.is_empty() {
        return Ok(PaymentBody { known_by: known_by.map(time), ..present(app, payment) });
    }
    let (account, now) = (payment.account, app.engine.clock().now());
    let file = app.engine.read(move |store| store.account(account, now)).await?;
    let instruments = file.map(|file| file.instruments).unwrap_or_default();
    let telling =
        Telling { undecided: attempt.is_some(), known_by, ..Telling::new(lang, now, &instruments, Some(payment)) };
    Ok(PaymentBody { causes: telling.causes(&causes), known_by: known_by.map(time), ..present(app, payment) })
}

fn body(app: &App, payment: &Payment, state: &str, instrument: Option<InstrumentId>) -> PaymentBody {
    let url = cashier_url(app, payment.id);
    let waits = state == "refused";
    PaymentBody {
        id: payment.id.to_string(),
        merchant: payment.merchant.to_string(),
        order_no: payment.order_no.clone(),
        subject: payment.subject.clone(),
        state: state.to_owned(),
        amount: payment.amount.into(),
        by_points: payment.points_leg().map(|leg| leg.amount.into()),
        refunded: None,
        account: payment.account.to_string(),
        instrument: instrument.map(|id| id.to_string()),
        created_at: time(payment.created_at),
        next_action: waits.then(|| NextAction { operation: "open_cashier".into(), url: url.clone(), bank_code: None }),
        cashier_url: url,
        causes: Vec::new(),
        scheduled_at: None,
        known_by: None,
    }
}

/// What a first answer is built from.
pub(crate) struct First {
    given: Given,
    /// The instrument that the request named.
    asked: Option<InstrumentId>,
}

impl First {
    pub(crate) fn new(given: Given, asked: Option<InstrumentId>) -> Self {
        Self { given, asked }
    }

    /// The answer over HTTP; `paid` is the status of a paid one.
    pub(crate) fn response(&self, app: &App, lang: Lang, paid: StatusCode) -> Response {
        let payment = &self.given.payment;
        match &self.given.answer {
            // A paid payment keeps its instrument for ever.
            Answer::Succeeded => (paid, Json(body(app, payment, "succeeded", payment.instrument()))).into_response(),
            Answer::Undecided { causes } => self.undecided(app, lang, causes),
            Answer::RequiresAction { action } => {
                let shown = body(app, payment, "requires_action", self.asked.or(payment.instrument()));
                (paid, Json(waiting(app, payment, shown, *action))).into_response()
            }
            Answer::Refused(refusal) => self.refused(app, lang, refusal),
            Answer::Closed => {
                let detail = "the merchant has closed this payment; nothing was charged, and a new order pays";
                Problem { payment: Some(payment.id.to_string()), ..Problem::new(Kind::State, detail) }.into_response()
            }
        }
    }

    fn undecided(&self, app: &App, lang: Lang, causes: &[Finding]) -> Response {
        let charged = causes.iter().find_map(|finding| finding.instrument).or(self.asked);
        let known_by = attempt_at(&self.given.payment, self.given.asked_at).map(Attempt::final_at);
        let telling = Telling {
            undecided: true,
            known_by,
            ..Telling::new(lang, self.given.asked_at, &self.given.instruments, Some(&self.given.payment))
        };
        let mut body = body(app, &self.given.payment, "processing", charged);
        body.causes = telling.causes(causes);
        body.known_by = known_by.map(time);
        (StatusCode::ACCEPTED, Json(body)).into_response()
    }

    fn refused(&self, app: &App, lang: Lang, refusal: &Refusal) -> Response {
        let telling = Telling::new(lang, self.given.asked_at, &self.given.instruments, Some(&self.given.payment));
        let chosen = self.asked.or_else(|| refusal.causes.iter().find_map(|finding| finding.instrument));
        let told = telling.tell(&refusal.causes, &refusal.can_pay_with, chosen);
        refusal_response(app, &self.given.payment, refusal, &told)
    }
}

/// The attempt that was the last one at an instant: later ones do not change the answer.
fn attempt_at(payment: &Payment, at: Timestamp) -> Option<&Attempt> {
    payment.legs.iter().flat_map(|leg| &leg.attempts).rfind(|attempt| attempt.submitted_at <= at)
}

fn refusal_response(app: &App, payment: &Payment, refusal: &Refusal, told: &Told) -> Response {
    let first = refusal.causes.first();
    let platform = first.is_some_and(|finding| finding.cause.id().starts_with("platform."));
    let status = if platform { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::PAYMENT_REQUIRED };
    let body = refusal_body(app, payment, told, status);
    let mut response = problem_response(status, &body);
    if platform {
        let wait = first.and_then(Finding::retry_at).map_or(LOOK_AGAIN, |at| seconds_until(app, at));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

fn seconds_until(app: &App, at: Timestamp) -> i64 {
    at.as_second().saturating_sub(app.engine.clock().now().as_second()).max(1)
}

fn refusal_body(app: &App, payment: &Payment, told: &Told, status: StatusCode) -> Value {
    let cause = told.causes.first().map_or("unrecognised", |cause| cause.id.as_str());
    let url = cashier_url(app, payment.id);
    json!({
        "type": format!("urn:tantu:cause:{cause}"),
        "title": told.causes.first().map_or("", |cause| cause.title.as_str()),
        "status": status.as_u16(),
        "detail": told.causes.first().map_or("", |cause| cause.detail.as_str()),
        "payment": payment.id.to_string(),
        "causes": told.causes,
        "can_pay_with": told.can_pay_with,
        "plan": told.plan,
        "retry_at": told.retry_at,
        "cashier_url": url,
        "next_action": NextAction { operation: "open_cashier".into(), url: url.clone(), bank_code: None },
    })
}

/// Why a pay password was not taken. The payment, if it was for one, goes on waiting.
pub(crate) fn password_refused(
    app: &App,
    lang: Lang,
    payment: Option<&Payment>,
    instruments: &[Instrument],
    finding: Finding,
) -> Response {
    let telling = Telling::new(lang, app.engine.clock().now(), instruments, payment);
    let chosen = payment.and_then(Payment::instrument);
    let told = telling.tell(std::slice::from_ref(&finding), &[], chosen);
    let Some(payment) = payment else {
        let first = told.causes.first();
        let body = json!({
            "type": format!("urn:tantu:cause:{}", finding.cause.id()),
            "title": first.map_or("", |cause| cause.title.as_str()),
            "status": StatusCode::PAYMENT_REQUIRED.as_u16(),
            "detail": first.map_or("", |cause| cause.detail.as_str()),
            "causes": told.causes,
            "retry_at": told.retry_at,
        });
        return problem_response(StatusCode::PAYMENT_REQUIRED, &body);
    };
    let refusal = Refusal { causes: vec![finding], can_pay_with: Vec::new() };
    refusal_response(app, payment, &refusal, &told)
}

/// A refused payment, for the API's description.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusalBody {
    /// `urn:tantu:cause:` and the first cause's id.
    #[schema(example = "urn:tantu:cause:funds.insufficient_balance")]
    r#type: String,
    /// The first cause's title in the reader's language.
    title: String,
    /// 402, or 503 for our own faults.
    status: u16,
    /// What happened, in the reader's language.
    detail: String,
    /// The payment, which is resumed, not made anew.
    payment: String,
    /// All causes, the first first.
    causes: Vec<CauseBody>,
    /// The instruments that could have paid.
    can_pay_with: Vec<String>,
    /// What leads on.
    plan: PlanBody,
    /// When waiting alone will have removed what stops the chosen instrument, if that is known.
    retry_at: Option<String>,
    /// The page on which its payer sees and pays it.
    cashier_url: String,
    /// What the payer is waited for with.
    next_action: NextAction,
}

/// A problem of a request, for the API's description.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemBody {
    /// `urn:tantu:problem:` and a name.
    #[schema(example = "urn:tantu:problem:unknown-field")]
    r#type: String,
    /// What is wrong, in a few words.
    title: String,
    /// The status.
    status: u16,
    /// What is wrong here, and the way out.
    detail: String,
    /// The field or header that is wrong.
    field: Option<String>,
    /// The payment that it is about.
    payment: Option<String>,
}

/// Why a payment is not paid as it stands, for a diagnosis: what is kept with it.
pub(crate) fn kept_causes(payment: &Payment) -> (Vec<Finding>, Vec<InstrumentId>) {
    match answer_of(payment) {
        Answer::Refused(refusal) => (refusal.causes, refusal.can_pay_with),
        Answer::Undecided { causes } => (causes, Vec::new()),
        Answer::Succeeded | Answer::RequiresAction { .. } | Answer::Closed => (Vec::new(), Vec::new()),
    }
}

/// When a payment came into its state.
pub(crate) fn state_since(payment: &Payment) -> Timestamp {
    match &payment.state {
        PaymentState::Created => payment.created_at,
        PaymentState::RequiresAction { since, .. } | PaymentState::Processing { since } => *since,
        PaymentState::Succeeded { at } | PaymentState::Refused { at, .. } | PaymentState::Closed { at } => *at,
    }
}
