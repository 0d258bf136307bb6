//! Binding a bank card: one route for each step, and each says how the binding stands after it.
//!
//! What the holder enters of his card is read into memory that shows itself to nobody, and is in no answer, no
//! error and no log.

pub(crate) mod abandon;
pub(crate) mod begin;
pub(crate) mod code;
pub(crate) mod details;
pub(crate) mod resend;
pub(crate) mod show;
pub(crate) mod single_out;
pub(crate) mod terms;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use tantu_channels::secret::Secret;
use tantu_domain::account::Account;
use tantu_domain::binding::{Binding, BindingState};
use tantu_domain::card::CardFace;
use tantu_domain::evaluate_binding::DevicePower;
use tantu_domain::evidence::Finding;
use tantu_domain::ids::{AccountId, DeviceReportId};
use tantu_engine::bindings::{Holder, Stepped};
use tantu_explain::Lang;
use tantu_explain::words::{bank_label, card_kind_label, card_label};
use utoipa::ToSchema;

use crate::app::{App, Shared};
use crate::device::{Agreed, SpeakerHeaders};
use crate::json::time;
use crate::problem::{Kind, Problem, problem_response};
use crate::render::{CauseBody, PlanBody, Telling};

/// How old a device's report of its power may be.
const REPORT_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// The longest text of a field.
const LONGEST: usize = 64;

/// What may be shown of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardBody {
    /// The bank's id.
    #[schema(example = "icbc")]
    bank: &'static str,
    /// The bank's name in the reader's language.
    bank_name: String,
    /// debit, credit or prepaid.
    kind: &'static str,
    /// The kind in the reader's language.
    kind_name: &'static str,
    /// The first digits of its number.
    bin: String,
    /// The last four digits.
    last_four: String,
    /// The phone reserved at the bank, its middle hidden.
    #[schema(example = "138****5678")]
    phone: String,
    /// Its name.
    title: String,
}

/// What may be shown of a card.
pub(crate) fn card_body(face: &CardFace, lang: Lang) -> CardBody {
    CardBody {
        bank: face.bank.id(),
        bank_name: bank_label(face.bank.id(), lang).to_owned(),
        kind: face.kind.id(),
        kind_name: card_kind_label(face.kind, lang),
        bin: face.bin.clone(),
        last_four: face.last_four.clone(),
        phone: face.phone.clone(),
        title: card_label(face, lang),
    }
}

/// The binding of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BindingBody {
    /// Its id.
    #[schema(example = "bnd_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// The instrument that it brings, or binds anew.
    instrument: String,
    /// open, refused, opening (undecided), bound or abandoned.
    state: &'static str,
    /// The step that is due: terms, card_details or sms_code; null while only the bank knows, and when it is over.
    step: Option<&'static str>,
    /// When it was begun.
    begun_at: String,
    /// The edition of the terms that is in force.
    terms: String,
    /// The card, once its details were taken.
    card: Option<CardBody>,
    /// When the last code was sent, as far as the bank's side says.
    code_sent_at: Option<String>,
    /// When another code may be sent.
    next_code_at: String,
    /// The box with the card's details, which only we can open: send it back with the code, or to have another one
    /// sent. It is good for ten minutes, and for this binding. On another device the details are due again.
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    /// Why it did not go on, if it was refused, or is not known yet.
    causes: Vec<CauseBody>,
    /// What leads on, if it was refused.
    plan: Option<PlanBody>,
}

/// A step that was not taken, or that the bank refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BindingRefusalBody {
    /// `urn:tantu:cause:` and the first cause's id.
    #[schema(example = "urn:tantu:cause:card.reserved_phone_mismatch")]
    r#type: String,
    /// The first cause's title in the reader's language.
    title: String,
    /// 402, or 503 for our own faults.
    status: u16,
    /// What happened, in the reader's language.
    detail: String,
    /// All causes, the first first.
    causes: Vec<CauseBody>,
    /// What leads on; its last step takes the same binding up again.
    plan: PlanBody,
    /// When waiting alone will have removed the causes, if that is known.
    retry_at: Option<String>,
    /// The binding as it stands; null if none was begun.
    binding: Option<BindingBody>,
}

/// How a binding is shown: in whose language, with which box.
pub(crate) struct Shown<'a> {
    pub(crate) app: &'a App,
    pub(crate) lang: Lang,
    pub(crate) account: &'a Account,
    pub(crate) sealed: Option<String>,
}

impl<'a> Shown<'a> {
    pub(crate) fn new(app: &'a App, lang: Lang, account: &'a Account) -> Self {
        Self { app, lang, account, sealed: None }
    }

    pub(crate) fn body(self, binding: &Binding) -> BindingBody {
        let now = self.app.engine.clock().now();
        let undecided = binding.undecided();
        let refused = binding.refusal.as_ref().map(|refusal| &refusal.causes[..]);
        let causes = refused.unwrap_or(undecided.as_slice());
        let telling = Telling { undecided: undecided.is_some(), ..Telling::new(self.lang, now, &[], None) };
        let told = telling.tell_binding(causes, binding.instrument, Some(binding.id));
        let state = match (&binding.state, &binding.refusal) {
            (BindingState::Due { .. }, Some(_)) => "refused",
            (BindingState::Due { .. } | BindingState::Sending { .. }, _) => "open",
            (BindingState::Opening { .. }, _) => "opening",
            (BindingState::Bound { .. }, _) => "bound",
            (BindingState::Abandoned { .. }, _) => "abandoned",
        };
        BindingBody {
            id: binding.id.to_string(),
            instrument: binding.instrument.to_string(),
            state,
            step: binding.due(now).map(tantu_domain::binding::Step::id),
            begun_at: time(binding.begun_at),
            terms: self.app.engine.policy().cards.terms.clone(),
            card: binding.face.as_ref().map(|face| card_body(face, self.lang)),
            code_sent_at: binding.code_sent_at.map(time),
            next_code_at: time(self.account.codes.next_at(now)),
            sealed: self.sealed,
            plan: (!causes.is_empty()).then_some(told.plan),
            causes: told.causes,
        }
    }

    /// The answer to a step: taken, undecided, or refused with every cause.
    pub(crate) fn answer(self, stepped: &Stepped, taken: StatusCode) -> Response {
        let (binding, refused) = match stepped {
            Stepped::Taken(binding) => (binding, binding.refusal.as_ref().map(|refusal| refusal.causes.clone())),
            Stepped::Refused(binding, causes) => (binding, Some(causes.clone())),
        };
        match refused {
            Some(causes) => {
                let (app, lang, instrument) = (self.app, self.lang, binding.instrument);
                let body = self.body(binding);
                refusal_response(app, lang, &causes, instrument, Some((binding, body)))
            }
            None => {
                let undecided = matches!(binding.state, BindingState::Opening { .. });
                let status = if undecided { StatusCode::ACCEPTED } else { taken };
                (status, Json(self.body(binding))).into_response()
            }
        }
    }
}

/// Why a step was not taken, as a problem with causes and a plan.
pub(crate) fn refusal_response(
    app: &App,
    lang: Lang,
    causes: &[Finding],
    instrument: tantu_domain::ids::InstrumentId,
    binding: Option<(&Binding, BindingBody)>,
) -> Response {
    let telling = Telling::new(lang, app.engine.clock().now(), &[], None);
    let told = telling.tell_binding(causes, instrument, binding.as_ref().map(|(binding, _)| binding.id));
    let platform = causes.first().is_some_and(|first| first.cause.id().starts_with("platform."));
    let status = if platform { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::PAYMENT_REQUIRED };
    let first = told.causes.first();
    let body: Value = json!({
        "type": format!("urn:tantu:cause:{}", first.map_or("unrecognised", |cause| cause.id.as_str())),
        "title": first.map_or("", |cause| cause.title.as_str()),
        "status": status.as_u16(),
        "detail": first.map_or("", |cause| cause.detail.as_str()),
        "causes": told.causes,
        "plan": told.plan,
        "retry_at": told.retry_at,
        "binding": binding.map(|(_, body)| body),
    });
    let mut response = problem_response(status, &body);
    if platform {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(30));
    }
    response
}

/// The holder's account, for how his bindings are shown.
pub(crate) async fn account_of(app: &Shared, id: AccountId) -> Result<Account, Problem> {
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(id, now)).await?;
    file.map(|file| file.account).ok_or_else(|| Problem::not_found("account", &id.to_string()))
}

/// Who takes a step: his app, his device's clock if it signed, and its power if it has reported it just now.
pub(crate) async fn holder(
    app: &Shared,
    account: AccountId,
    speaker: SpeakerHeaders,
    agreed: &Agreed<'_>,
    report: Option<&str>,
) -> Result<Holder, Problem> {
    let speaker = speaker.verified(app, account, agreed).await?;
    let Some(text) = report else { return Ok(Holder { speaker, power: None }) };
    let unknown = || Problem { field: Some("device_report".into()), ..Problem::not_found("device report", text) };
    let id: DeviceReportId = text.parse().map_err(|_| unknown())?;
    let found = app.engine.read(move |store| store.device_report(id)).await?;
    let report = found.filter(|report| report.account == account).ok_or_else(unknown)?;
    let age = app.engine.clock().wall().duration_since(report.received_at);
    let fresh = report.power.filter(|_| age <= REPORT_LIFE);
    let power = fresh.map(|power| DevicePower { percent: power.percent, charging: power.charging });
    Ok(Holder { speaker, power })
}

/// A text that is shown to nobody; an error about it does not repeat it.
#[derive(Clone, ToSchema)]
#[schema(value_type = String)]
pub(crate) struct SecretText(Secret);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own words for a wrong type repeat the value.
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(Secret::new(text))),
            _ => Err(serde::de::Error::custom("a text is expected")),
        }
    }
}

impl SecretText {
    /// The text, if it has no control characters and a sensible length.
    pub(crate) fn read(self, field: &str) -> Result<Secret, Problem> {
        let text = self.0.reveal();
        let plain = !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if plain {
            return Ok(self.0);
        }
        let detail = format!("write 1 to {LONGEST} characters without line breaks");
        Err(Problem::field(Kind::InvalidField, field, detail))
    }

    /// A bank's code: four to eight digits.
    pub(crate) fn code(self, field: &str) -> Result<Secret, Problem> {
        let text = self.0.reveal();
        if (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(self.0);
        }
        Err(Problem::field(Kind::InvalidField, field, "the bank's code has four to eight digits"))
    }
}
