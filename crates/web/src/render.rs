//! Findings and plans as JSON: the one place where the API meets the words.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use tantu_domain::channel::Channel;
use tantu_domain::check::Decision;
use tantu_domain::evidence::{Field, Finding, Value, retry_at};
use tantu_domain::ids::{BindingId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind, Product};
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;
use tantu_domain::payment::Payment;
use tantu_explain::words::{
    balance_label, card_kind_label, card_label, confirmed_label, instrument_label, operation, pages, step as step_words,
};
use tantu_explain::{CauseWords, Context, Lang, Plan, Step, words};
use utoipa::ToSchema;

use crate::api::payments::trace::decision_body;
use crate::json::{Amount, time};

/// Why not, with the proof and what removes it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CauseBody {
    /// The cause's id.
    #[schema(example = "limit.daily")]
    pub(crate) id: String,
    /// Who can remove it, the nearest first.
    pub(crate) who: Vec<&'static str>,
    /// certain, likely or possible.
    pub(crate) confidence: &'static str,
    /// The instrument it blocks; null if it blocks every one.
    pub(crate) instrument: Option<String>,
    /// The cause in a few words of the reader's language.
    pub(crate) title: String,
    /// What happened, with numbers.
    pub(crate) detail: String,
    /// Whether the money is safe.
    pub(crate) money: String,
    /// The facts that prove it; null where somebody knows and does not say.
    #[schema(value_type = Object)]
    pub(crate) evidence: Map<String, Json>,
    /// What removes it, the soonest first.
    pub(crate) remedies: Vec<RemedyBody>,
}

/// One way to remove a cause.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RemedyBody {
    /// The operation's id.
    #[schema(example = "choose_instrument")]
    pub(crate) operation: &'static str,
    /// Who carries it out.
    pub(crate) who: &'static str,
    /// A button's text.
    pub(crate) title: String,
    /// Where to tap.
    pub(crate) r#where: String,
}

/// What leads on: ways that are open now, and the steps that open the chosen one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlanBody {
    /// The instruments that can pay at once.
    pub(crate) alternatives: Vec<StepBody>,
    /// What removes the causes of the chosen instrument, in order; the last one resumes the payment.
    pub(crate) steps: Vec<StepBody>,
}

/// One step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StepBody {
    /// The operation's id.
    pub(crate) operation: &'static str,
    /// Who carries it out.
    pub(crate) who: &'static str,
    /// A button's text.
    pub(crate) title: String,
    /// What it does.
    pub(crate) detail: String,
    /// Where to tap.
    pub(crate) r#where: String,
    /// Roughly how long it takes, or until when it waits.
    pub(crate) takes: String,
    /// The instrument it is about.
    pub(crate) instrument: Option<String>,
    /// It does nothing before this.
    pub(crate) not_before: Option<String>,
    /// The causes that it removes.
    pub(crate) resolves: Vec<&'static str>,
    /// Where the API carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<&'static str>,
    /// Where the API carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
}

/// All that is told of a refusal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Told {
    /// All causes, the first first.
    pub(crate) causes: Vec<CauseBody>,
    /// The instruments that can pay.
    pub(crate) can_pay_with: Vec<String>,
    /// What leads on.
    pub(crate) plan: PlanBody,
    /// When waiting alone will have removed what stops the chosen instrument, if that is known.
    pub(crate) retry_at: Option<String>,
}

/// What the words depend on besides the findings.
pub(crate) struct Telling<'a> {
    pub(crate) lang: Lang,
    pub(crate) now: Timestamp,
    pub(crate) instruments: &'a [Instrument],
    pub(crate) payment: Option<&'a Payment>,
    pub(crate) amount: Option<Money>,
    pub(crate) undecided: bool,
    pub(crate) known_by: Option<Timestamp>,
    /// What the wallet holds, where the present is told; a first answer does without.
    pub(crate) balance: Option<Money>,
    /// Whether it is resumed by itself, where the present is told; a first answer never says so.
    pub(crate) scheduled: bool,
}

impl<'a> Telling<'a> {
    pub(crate) fn new(lang: Lang, now: Timestamp, instruments: &'a [Instrument], payment: Option<&'a Payment>) -> Self {
        let amount = payment.map(|payment| payment.amount);
        Self {
            lang,
            now,
            instruments,
            payment,
            amount,
            undecided: false,
            known_by: None,
            balance: None,
            scheduled: false,
        }
    }

    /// The context for the words. Nothing is promised that only a person or the merchant can do: a refused payment is
    /// resumed by its payer, unless he has agreed that it is resumed by itself.
    pub(crate) fn context(&self, can_pay_with: &[InstrumentId]) -> Context {
        Context {
            amount: self.amount,
            labels: self.instruments.iter().map(|instrument| (instrument.id, self.label_of(instrument))).collect(),
            can_pay_with: can_pay_with.iter().filter_map(|id| self.offer(*id)).collect(),
            undecided: self.undecided,
            known_by: self.known_by,
            resumes_by_itself: self.scheduled,
            ..Context::at(self.now)
        }
    }

    /// The name of an instrument.
    pub(crate) fn label(&self, id: InstrumentId) -> Option<String> {
        self.instruments.iter().find(|instrument| instrument.id == id).map(|instrument| self.label_of(instrument))
    }

    /// The name of an instrument where it stands alone, as in a list to choose from.
    pub(crate) fn title(&self, id: InstrumentId) -> Option<String> {
        let instrument = self.instruments.iter().find(|instrument| instrument.id == id)?;
        Some(title_of(instrument, self.lang))
    }

    /// The name under which an instrument is offered: the wallet says what it holds.
    fn offer(&self, id: InstrumentId) -> Option<String> {
        let instrument = self.instruments.iter().find(|instrument| instrument.id == id)?;
        Some(match (&instrument.kind, self.balance) {
            (InstrumentKind::Wallet, Some(balance)) => balance_label(balance, self.lang),
            (
                InstrumentKind::Wallet
                | InstrumentKind::Mandate(_)
                | InstrumentKind::Confirmed { .. }
                | InstrumentKind::Card(_)
                | InstrumentKind::PayLater
                | InstrumentKind::Points,
                _,
            ) => self.label_of(instrument),
        })
    }

    fn label_of(&self, instrument: &Instrument) -> String {
        match &instrument.kind {
            InstrumentKind::Card(card) => card_label(&card.face, self.lang),
            InstrumentKind::Wallet
            | InstrumentKind::Mandate(_)
            | InstrumentKind::Confirmed { .. }
            | InstrumentKind::PayLater
            | InstrumentKind::Points => instrument_label(instrument.product(), self.lang).to_owned(),
        }
    }

    /// The words for a finding.
    pub(crate) fn words(&self, finding: &Finding, can_pay_with: &[InstrumentId]) -> CauseWords {
        words(finding, self.lang, &self.context(can_pay_with))
    }

    /// Findings alone, as an undecided payment shows them.
    pub(crate) fn causes(&self, findings: &[Finding]) -> Vec<CauseBody> {
        let context = self.context(&[]);
        findings.iter().map(|finding| cause(finding, self.lang, &context)).collect()
    }

    /// Findings with what can pay and what leads on.
    pub(crate) fn tell(
        &self,
        findings: &[Finding],
        can_pay_with: &[InstrumentId],
        chosen: Option<InstrumentId>,
    ) -> Told {
        let context = self.context(can_pay_with);
        let plan = self.plan(findings, can_pay_with, chosen);
        Told {
            causes: findings.iter().map(|finding| cause(finding, self.lang, &context)).collect(),
            can_pay_with: can_pay_with.iter().map(ToString::to_string).collect(),
            plan: self.plan_body(&plan, &context),
            retry_at: retry_at(findings, chosen).map(time),
        }
    }

    /// Why the binding of a card did not go on, with what takes it up again.
    pub(crate) fn tell_binding(
        &self,
        findings: &[Finding],
        instrument: InstrumentId,
        binding: Option<BindingId>,
    ) -> Told {
        let context = self.context(&[]);
        let plan = tantu_explain::plan_binding(findings, instrument);
        let mut told = Told {
            causes: findings.iter().map(|finding| cause(finding, self.lang, &context)).collect(),
            can_pay_with: Vec::new(),
            plan: self.plan_body(&plan, &context),
            retry_at: retry_at(findings, Some(instrument)).map(time),
        };
        addressed(&mut told.plan, binding);
        told
    }

    /// That a session is over, with what leads back to where its holder was.
    pub(crate) fn tell_signed_out(&self, finding: &Finding, then: Option<(Operation, Option<BindingId>)>) -> Told {
        let context = self.context(&[]);
        let plan = tantu_explain::plan_signed_out(finding, then.map(|(operation, _)| operation));
        let mut plan = self.plan_body(&plan, &context);
        addressed(&mut plan, then.and_then(|(_, binding)| binding));
        let causes = vec![cause(finding, self.lang, &context)];
        Told { causes, can_pay_with: Vec::new(), plan, retry_at: None }
    }

    /// The steps that lead on. Without a chosen instrument there are none.
    pub(crate) fn plan(
        &self,
        findings: &[Finding],
        can_pay_with: &[InstrumentId],
        chosen: Option<InstrumentId>,
    ) -> Plan {
        chosen.filter(|_| !findings.is_empty()).map_or_else(
            || Plan { alternatives: Vec::new(), steps: Vec::new() },
            |chosen| tantu_explain::plan(findings, can_pay_with, chosen, self.undecided),
        )
    }

    fn plan_body(&self, plan: &Plan, context: &Context) -> PlanBody {
        let bodies = |steps: &[Step]| steps.iter().map(|step| self.step(step, context)).collect();
        PlanBody { alternatives: bodies(&plan.alternatives), steps: bodies(&plan.steps) }
    }

    fn step(&self, step: &Step, context: &Context) -> StepBody {
        let said = step_words(step, self.lang, context);
        let address = self.payment.and_then(|payment| address(step, payment));
        StepBody {
            operation: step.operation.id(),
            who: step.who.id(),
            title: said.title,
            detail: said.what,
            r#where: said.place,
            takes: said.takes,
            instrument: step.instrument.map(|id| id.to_string()),
            not_before: step.not_before.map(time),
            resolves: step.resolves.iter().map(|cause| cause.id()).collect(),
            method: address.as_ref().map(|(method, _)| *method),
            href: address.map(|(_, href)| href),
        }
    }
}

/// Where the API takes a binding up again.
fn addressed(plan: &mut PlanBody, binding: Option<BindingId>) {
    for step in &mut plan.steps {
        if step.operation == Operation::ResumeBinding.id() {
            (step.method, step.href) = match binding {
                Some(id) => (Some("GET"), Some(format!("/v1/bindings/{id}"))),
                None => (Some("POST"), Some("/v1/bindings".to_owned())),
            };
        }
    }
}

/// The name of an instrument where it stands alone.
pub(crate) fn title_of(instrument: &Instrument, lang: Lang) -> String {
    match &instrument.kind {
        InstrumentKind::Card(card) => card_label(&card.face, lang),
        InstrumentKind::Wallet
        | InstrumentKind::Mandate(_)
        | InstrumentKind::Confirmed { .. }
        | InstrumentKind::PayLater
        | InstrumentKind::Points => instrument_title(instrument.product(), lang).to_owned(),
    }
}

/// The name of a product where it stands alone.
pub(crate) fn instrument_title(product: Product, lang: Lang) -> &'static str {
    let words = pages(lang);
    match product {
        Product::Wallet => words.instrument_wallet_title,
        Product::ChannelMandate(Channel::Alipay) => words.instrument_alipay_mandate,
        Product::ChannelMandate(Channel::WechatPay) => words.instrument_wechatpay_mandate,
        Product::ChannelMandate(Channel::DouyinPay) => words.instrument_douyin_mandate,
        Product::ChannelMandate(Channel::UnionPay) => words.instrument_unionpay_mandate,
        Product::ChannelConfirmed(channel) => confirmed_label(channel, lang),
        Product::Card(kind) => card_kind_label(kind, lang),
        Product::PayLater => words.instrument_pay_later,
        Product::Points => words.instrument_points,
    }
}

/// One finding as JSON, as every refusal and `tantu explain` show it.
pub fn finding(finding: &Finding, lang: Lang, context: &Context) -> Json {
    json!(cause(finding, lang, context))
}

/// What a decision rested on as JSON, as the API and `tantu explain --payment` show it; `full` is for staff.
pub fn decision(decision: &Decision, full: bool, lang: Lang) -> Json {
    json!(decision_body(decision, full, lang))
}

pub(crate) fn cause(finding: &Finding, lang: Lang, context: &Context) -> CauseBody {
    let said = words(finding, lang, context);
    CauseBody {
        id: finding.cause.id().to_owned(),
        who: finding.cause.who().iter().map(|who| who.id()).collect(),
        confidence: finding.confidence.id(),
        instrument: finding.instrument.map(|id| id.to_string()),
        title: said.title,
        detail: said.happened,
        money: said.money,
        evidence: evidence(&finding.evidence),
        remedies: finding.cause.operations().iter().map(|known| remedy(*known, place(finding), lang)).collect(),
    }
}

/// The third party that a finding is about: what removes it is done there, if it can be done there.
pub(crate) fn place(finding: &Finding) -> Option<Channel> {
    match finding.field("whose").or_else(|| finding.field("channel")) {
        Some(Value::Text(id)) => Channel::parse(id),
        _ => None,
    }
}

fn remedy(known: Operation, at: Option<Channel>, lang: Lang) -> RemedyBody {
    let said = operation(known, at, lang);
    RemedyBody { operation: known.id(), who: known.who().id(), title: said.title, r#where: said.place }
}

/// Where the API carries out a step, if it does. Who may is in access.rs.
fn address(step: &Step, payment: &Payment) -> Option<(&'static str, String)> {
    match step.operation {
        Operation::ChooseInstrument | Operation::Resume => {
            Some(("POST", format!("/v1/payments/{}/resume", payment.id)))
        }
        Operation::WaitUntil => Some(("POST", format!("/v1/payments/{}/schedule", payment.id))),
        Operation::AwaitResult => Some(("GET", format!("/v1/payments/{}", payment.id))),
        Operation::SignMandate => Some(("POST", format!("/v1/accounts/{}/mandates", payment.account))),
        Operation::TopUp if step.at.is_none() => Some(("POST", format!("/v1/accounts/{}/top-ups", payment.account))),
        Operation::RequestUnfreeze if step.at.is_none() => {
            Some(("POST", format!("/v1/accounts/{}/unfreeze-requests", payment.account)))
        }
        Operation::SetPaymentPassword | Operation::AuthenticateStronger => {
            Some(("PUT", format!("/v1/accounts/{}/pay-password", payment.account)))
        }
        Operation::ResetPaymentPassword => {
            Some(("POST", format!("/v1/accounts/{}/pay-password/resets", payment.account)))
        }
        Operation::RepayBill => Some(("GET", format!("/v1/accounts/{}/pay-later/bills", payment.account))),
        Operation::EnableAutoRepay => Some(("PUT", format!("/v1/accounts/{}/pay-later/auto-repay", payment.account))),
        Operation::UnfreezeLine => Some(("POST", format!("/v1/accounts/{}/pay-later/unfreeze", payment.account))),
        Operation::ViewCreditReport => Some(("GET", format!("/v1/accounts/{}/pay-later/credit", payment.account))),
        Operation::ConfirmItIsYou if step.at.is_none() => {
            Some(("POST", format!("/v1/payments/{}/actions", payment.id)))
        }
        Operation::TopUpPoints => Some(("POST", format!("/v1/accounts/{}/points/top-ups", payment.account))),
        Operation::Rebind | Operation::ReplaceCard => Some(("POST", "/v1/bindings".to_owned())),
        Operation::TogglePaymentFunction => {
            step.instrument.map(|id| ("PUT", format!("/v1/instruments/{id}/payment-function")))
        }
        Operation::OpenTicket => Some(("POST", "/v1/tickets".to_owned())),
        Operation::ResendCode => Some(("POST", format!("/v1/payments/{}/resume", payment.id))),
        Operation::Recheck => step.instrument.map(|id| ("POST", format!("/v1/instruments/{id}/recheck"))),
        _ => None,
    }
}

/// The fields of a proof.
pub(crate) fn evidence(fields: &[Field]) -> Map<String, Json> {
    fields.iter().map(|field| (field.name.to_string(), value(&field.value))).collect()
}

/// One value of a proof.
pub(crate) fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Count(count) => json!(count),
        Value::Money(money) => json!(Amount::from(*money)),
        Value::Time(at) => json!(time(*at)),
        Value::Day(day) => json!(day.to_string()),
        Value::Unknown => Json::Null,
    }
}
