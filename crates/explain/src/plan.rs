//! The plan: which operations, in which order, remove the causes of one refusal.
//!
//! Carried out to its end, a plan makes the same check pass, or says honestly that only another attempt can
//! tell. It ends with `resume`; with `await_result` while only the channel knows (nothing may be paid then);
//! with `retry_same_key` where nothing was stored that could be resumed; and with `open_ticket` where it
//! leads nowhere. Where a third party gives no reason, a person is asked first, and the payer says when it is put right.

use jiff::Timestamp;
use tantu_domain::cause::{Cause, Who};
use tantu_domain::ceiling::Strength;
use tantu_domain::channel::Channel;
use tantu_domain::evidence::{Finding, Value, Whose};
use tantu_domain::ids::InstrumentId;
use tantu_domain::limit::LimitOwner;
use tantu_domain::observation::Clearing;
use tantu_domain::operation::Operation;

/// What to do, in order, and what could be done instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Any one of these makes the payment possible at once: another instrument that can pay now.
    pub alternatives: Vec<Step>,
    /// All of these, in order, make the chosen instrument able to pay.
    pub steps: Vec<Step>,
}

/// One operation of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub operation: Operation,
    /// Who must act; for a wait, whoever it is waited for.
    pub who: Who,
    /// Which causes it removes or helps to remove, in the catalogue's order.
    pub resolves: Vec<Cause>,
    /// The instrument it is about; for `choose_instrument` the one to choose.
    pub instrument: Option<InstrumentId>,
    /// The third party at which it is done; `None` here, on the phone or at the bank.
    pub at: Option<Channel>,
    /// It can have no effect earlier.
    pub not_before: Option<Timestamp>,
}

/// The plan for the causes of one refusal of the `chosen` instrument. `undecided` says that only the channel
/// knows how the attempt ended.
pub fn plan(causes: &[Finding], can_pay_with: &[InstrumentId], chosen: InstrumentId, undecided: bool) -> Plan {
    let relevant = relevant(causes, chosen);
    let all = sorted(relevant.iter().map(|finding| finding.cause));
    if undecided {
        return Plan { alternatives: Vec::new(), steps: vec![step(Operation::AwaitResult, all, Some(chosen))] };
    }
    let alternatives = alternatives(&relevant, can_pay_with, chosen);
    let (around, through): (Vec<&Finding>, Vec<&Finding>) =
        relevant.iter().partition(|finding| matches!(road(finding), Road::Around));
    let steps = if around.is_empty() {
        let mut steps = stages(&through);
        // Nothing is stored of a payment refused by overload: there is nothing that could be resumed.
        if !all.contains(&Cause::PlatformOverloaded) {
            steps.push(step(Operation::Resume, all, Some(chosen)));
        }
        steps
    } else {
        go_around(&around, &through, &alternatives, all, chosen)
    };
    Plan { alternatives, steps }
}

/// The plan for the causes of one refused binding: what removes them, and the same binding taken up again. To give the
/// details again is itself the word that it is done, so nothing is checked in between.
pub fn plan_binding(causes: &[Finding], instrument: InstrumentId) -> Plan {
    let relevant = relevant(causes, instrument);
    let mut steps = stages(&relevant);
    steps.retain(|step| !matches!(step.operation, Operation::Recheck | Operation::ResumeBinding));
    if !relevant.is_empty() {
        let all = sorted(relevant.iter().map(|finding| finding.cause));
        steps.push(step(Operation::ResumeBinding, all, Some(instrument)));
    }
    Plan { alternatives: Vec::new(), steps }
}

/// The plan for whoever's session is over: to sign in again, and `then` to go on where he was, if he was anywhere.
pub fn plan_signed_out(cause: &Finding, then: Option<Operation>) -> Plan {
    let mut steps = stages(&[cause]);
    steps.extend(then.map(|operation| step(operation, vec![cause.cause], None)));
    Plan { alternatives: Vec::new(), steps }
}

/// The chosen instrument will not pay this: after what blocks them all, another one pays, or a person helps.
fn go_around(
    around: &[&Finding],
    through: &[&Finding],
    alternatives: &[Step],
    all: Vec<Cause>,
    chosen: InstrumentId,
) -> Vec<Step> {
    let everywhere: Vec<&Finding> = through.iter().copied().filter(|finding| finding.instrument.is_none()).collect();
    let mut steps = stages(&everywhere);
    let elsewhere = around.iter().all(|finding| finding.instrument.is_some());
    match alternatives.first() {
        Some(other) if elsewhere => {
            steps.push(other.clone());
            steps.push(step(Operation::Resume, all, other.instrument));
        }
        Some(_) | None => {
            let stuck = sorted(around.iter().map(|finding| finding.cause));
            steps.push(step(Operation::OpenTicket, stuck.clone(), Some(chosen)));
            // What somebody else put right, after a person was asked, the payer alone can say.
            if around.iter().all(|finding| finding.cause == Cause::SupportEscalate && needs_word(finding)) {
                steps.push(step(Operation::Recheck, stuck, Some(chosen)));
                steps.push(step(Operation::Resume, all, Some(chosen)));
            }
        }
    }
    steps
}

/// The stages of every road, each once, and one check after them all where the payer's word is needed.
fn stages(findings: &[&Finding]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for finding in findings {
        if let Road::Through(stages) = road(finding) {
            stages.iter().for_each(|stage| merge(&mut steps, stage.step(finding)));
        }
    }
    let unchecked: Vec<&&Finding> = findings.iter().filter(|finding| needs_word(finding)).collect();
    if !unchecked.is_empty() {
        let instrument = unchecked.iter().find_map(|finding| finding.instrument);
        steps.push(step(Operation::Recheck, sorted(unchecked.iter().map(|finding| finding.cause)), instrument));
    }
    steps
}

/// Whether the payer must say that it is done: we cannot see it, on the phone or at a third party.
fn needs_word(finding: &Finding) -> bool {
    let told = finding.field("told_at").is_some();
    let by_word = Clearing::of(finding.cause, channel(finding), Timestamp::UNIX_EPOCH) == Some(Clearing::PayerSaysDone);
    (told && by_word) || finding.cause.operations().contains(&Operation::Recheck)
}

/// The findings that stop the chosen instrument, in the order in which they are worked off: what blocks
/// everything first, then what the payer can do alone, then what needs others or time.
fn relevant(causes: &[Finding], chosen: InstrumentId) -> Vec<&Finding> {
    let mine = |finding: &&Finding| finding.instrument.is_none_or(|instrument| instrument == chosen);
    let mut relevant: Vec<&Finding> =
        causes.iter().filter(mine).filter(|finding| best_guess(finding, causes)).collect();
    relevant.sort_by_key(|finding| (is_bought(finding), finding.instrument.is_some(), waits(finding), finding.cause));
    relevant.dedup_by_key(|finding| (finding.cause, finding.instrument));
    relevant
}

/// What is removed by another payment: by repaying a bill, or by buying points. It comes last: what else stands in the way
/// stands in the way of that, too.
fn is_bought(finding: &Finding) -> bool {
    matches!(
        finding.cause,
        Cause::BnplOverdue | Cause::CreditScoreImpact | Cause::PointsInsufficient | Cause::PointsUnofficialChannel
    )
}

/// One code of a channel may fit several causes. Only the likeliest of them are worked off; the others are
/// told, and come back with the next attempt if it was they.
fn best_guess(finding: &Finding, causes: &[Finding]) -> bool {
    let Some(code) = finding.field("code") else { return true };
    !causes.iter().any(|rival| {
        rival.instrument == finding.instrument
            && rival.field("code") == Some(code)
            && rival.confidence < finding.confidence
    })
}

/// When a cause does not lie in the payer's hands alone.
fn waits(finding: &Finding) -> bool {
    match road(finding) {
        Road::Through(stages) => stages.iter().any(|stage| stage.wait.is_some()),
        Road::Around => true,
    }
}

fn alternatives(relevant: &[&Finding], can_pay_with: &[InstrumentId], chosen: InstrumentId) -> Vec<Step> {
    let avoided = sorted(relevant.iter().filter(|finding| finding.instrument.is_some()).map(|finding| finding.cause));
    can_pay_with
        .iter()
        .filter(|instrument| **instrument != chosen)
        .map(|instrument| step(Operation::ChooseInstrument, avoided.clone(), Some(*instrument)))
        .collect()
}

fn step(operation: Operation, resolves: Vec<Cause>, instrument: Option<InstrumentId>) -> Step {
    Step { operation, who: operation.who(), resolves, instrument, at: None, not_before: None }
}

fn sorted(causes: impl IntoIterator<Item = Cause>) -> Vec<Cause> {
    let mut causes: Vec<Cause> = causes.into_iter().collect();
    causes.sort();
    causes.dedup();
    causes
}

/// The same step is not asked for twice; two waits last until the later end.
fn merge(steps: &mut Vec<Step>, new: Step) {
    let same = |old: &&mut Step| {
        (old.operation, old.who, old.instrument, old.at) == (new.operation, new.who, new.instrument, new.at)
    };
    match steps.iter_mut().find(same) {
        Some(old) => {
            old.resolves = sorted(old.resolves.iter().chain(&new.resolves).copied());
            old.not_before = old.not_before.max(new.not_before);
        }
        None => steps.push(new),
    }
}

/// How a cause is left behind.
enum Road {
    /// By these stages the chosen instrument will pay.
    Through(Vec<Stage>),
    /// The chosen instrument will not pay this.
    Around,
}

/// One stage of a road.
struct Stage {
    operation: Operation,
    /// Done at the third party that the finding is about.
    there: bool,
    /// Time must pass, and who is waited for.
    wait: Option<Who>,
}

impl Stage {
    fn step(&self, finding: &Finding) -> Step {
        Step {
            operation: self.operation,
            who: self.wait.unwrap_or_else(|| self.operation.who()),
            resolves: vec![finding.cause],
            instrument: finding.instrument,
            at: if self.there { channel(finding) } else { None },
            not_before: self.wait.and_then(|_| finding.retry_at()),
        }
    }
}

fn act(operation: Operation) -> Stage {
    Stage { operation, there: false, wait: None }
}

fn there(operation: Operation) -> Stage {
    Stage { operation, there: true, wait: None }
}

fn wait(operation: Operation, who: Who) -> Stage {
    Stage { operation, there: false, wait: Some(who) }
}

fn through<const N: usize>(stages: [Stage; N]) -> Road {
    Road::Through(stages.into())
}

fn channel(finding: &Finding) -> Option<Channel> {
    match finding.field("whose").or_else(|| finding.field("channel")) {
        Some(Value::Text(id)) => Channel::parse(id),
        _ => None,
    }
}

/// The road of each cause. Read it beside `Cause::operations`, which names every remedy; a road is the one
/// that leads the payer on with the instrument already chosen, the soonest if there are several.
fn road(finding: &Finding) -> Road {
    use Operation as Op;
    match finding.cause {
        Cause::PlatformOverloaded => through([act(Op::RetrySameKey)]),
        Cause::PlatformOutage => through([wait(Op::Wait, Who::Platform)]),
        Cause::ChannelInterfaceFault => through([wait(Op::Wait, Who::Channel)]),
        Cause::ChannelUnavailable | Cause::SupportEscalate => Road::Around,
        // To confirm is the resumption itself: it asks anew. What stops the rest beside points stands there itself.
        Cause::ChannelNotConfirmed | Cause::PointsRemainderMethod => through([]),
        Cause::NetworkUnstable => through([act(Op::SwitchNetwork)]),
        Cause::NetworkDns => through([act(Op::ChangeResolver)]),
        Cause::NetworkProxyInterference => through([act(Op::TurnOffProxy)]),
        Cause::DeviceTransientFault => through([act(Op::RestartApp)]),
        Cause::DeviceClockSkew => through([act(Op::SetClockAutomatic)]),
        Cause::DevicePermissionDenied => through([act(Op::GrantPermission)]),
        Cause::DeviceBackgroundInterference => through([act(Op::StopBlocker)]),
        Cause::DeviceOsOutdated => through([act(Op::UpdateOs)]),
        Cause::DeviceLowPower => through([act(Op::ChargeDevice)]),
        Cause::AppOutdated => through([act(Op::UpdateApp)]),
        Cause::AppCacheCorrupt => through([act(Op::ClearCache)]),
        Cause::AppBug => fault_of_the_app(finding),
        Cause::AppSessionStale => through([act(Op::SignInAgain)]),
        Cause::AppPartnerOutdated => through([there(Op::UpdatePartnerApp)]),
        Cause::AccountFrozen => frozen(finding),
        Cause::AccountRestricted => restricted(finding),
        Cause::AccountCompromised => through([act(Op::SecureAccount), act(Op::VerifyIdentity)]),
        Cause::AccountInfoChanged => through([act(Op::ConfirmInfo), act(Op::VerifyIdentity)]),
        Cause::AccountPhoneUnbound => through([act(Op::BindPhone)]),
        Cause::IdentityUnverified => through([there(Op::VerifyIdentity)]),
        Cause::IdentityNameMismatch => another_name(finding),
        Cause::IdentityExpired => through([act(Op::RenewDocument)]),
        Cause::CardExpired => through([act(Op::ReplaceCard)]),
        Cause::CardNotActivated => through([act(Op::ActivateCard)]),
        Cause::CardOnlinePaymentDisabled => online_payment(finding),
        Cause::CardDetailsWrong => through([act(Op::CorrectCardDetails)]),
        Cause::CardStatusAbnormal | Cause::BankRiskBlock | Cause::BindingBankRestricted => through([act(Op::AskBank)]),
        Cause::CardReservedPhoneMismatch => through([act(Op::UseReservedPhone)]),
        Cause::AuthPaymentPassword => password(finding),
        Cause::OtpNotReceived => through([act(Op::ResendCode)]),
        Cause::OtpWrong => code_wrong(finding),
        Cause::OtpIntercepted => through([act(Op::CheckInterceptedMessages), act(Op::ResendCode)]),
        Cause::BindingBankUnsupported => through([act(Op::UseOtherCard)]),
        Cause::BindingOperationError => through([act(Op::ResumeBinding)]),
        Cause::BindingStale => through([act(Op::Rebind)]),
        Cause::PointsInsufficient | Cause::PointsUnofficialChannel => through([act(Op::TopUpPoints)]),
        Cause::FundsInsufficientBalance => through([there(Op::TopUp)]),
        Cause::FundsCardInsufficient => through([act(Op::PayIn)]),
        Cause::LimitPerTransaction => through([there(Op::RaiseLimit)]),
        Cause::LimitDaily | Cause::LimitMonthly => window(finding),
        Cause::LimitPlatform => ceiling(finding),
        Cause::AgreementExpired | Cause::AgreementRevoked => through([there(Op::SignMandate)]),
        Cause::RiskPlatformBlock => through([there(Op::ConfirmItIsYou)]),
        Cause::BnplLineFrozen => line_frozen(finding),
        Cause::BnplOverdue | Cause::CreditScoreImpact => through([act(Op::RepayBill)]),
        Cause::BnplAutopayOff => through([act(Op::EnableAutoRepay)]),
    }
}

/// Put right here, or with one's own account at the third party. UnionPay has no accounts: a card is put right here.
fn another_name(finding: &Finding) -> Road {
    let has_accounts = channel(finding).is_some_and(|channel| channel != Channel::UnionPay);
    through([if has_accounts { there(Operation::CorrectName) } else { act(Operation::CorrectName) }])
}

/// A new code is sent, at once or when it may be.
fn code_wrong(finding: &Finding) -> Road {
    match finding.retry_at() {
        Some(_) => through([wait(Operation::WaitUntil, Who::Platform), act(Operation::ResendCode)]),
        None => through([act(Operation::ResendCode)]),
    }
}

/// Switched off by the holder himself, here, or never enabled at the bank.
fn online_payment(finding: &Finding) -> Road {
    let here = finding.field("whose") == Some(&Value::Text(Whose::Platform.id().to_owned()));
    through([act(if here { Operation::TogglePaymentFunction } else { Operation::EnableOnlinePayment })])
}

fn fault_of_the_app(finding: &Finding) -> Road {
    if known(finding, "other_app") {
        through([act(Operation::CloseConflictingApp)])
    } else if known(finding, "fixed_in") {
        through([act(Operation::UpdateApp)])
    } else {
        through([wait(Operation::Wait, Who::Platform), act(Operation::UpdateApp)])
    }
}

fn frozen(finding: &Finding) -> Road {
    if channel(finding).is_some() {
        return through([there(Operation::AskChannelSupport)]);
    }
    if known(finding, "unfreeze_requested_at") {
        return through([wait(Operation::Wait, Who::Platform)]);
    }
    through([act(Operation::RequestUnfreeze), wait(Operation::Wait, Who::Platform)])
}

/// Its holder lifts what he froze; what staff froze he asks for, and waits.
fn line_frozen(finding: &Finding) -> Road {
    let by_staff = finding.field("by") == Some(&Value::Text("staff".to_owned()));
    match (by_staff, known(finding, "asked_at")) {
        (false, _) => through([act(Operation::UnfreezeLine)]),
        (true, true) => through([wait(Operation::Wait, Who::Platform)]),
        (true, false) => through([act(Operation::UnfreezeLine), wait(Operation::Wait, Who::Platform)]),
    }
}

fn restricted(finding: &Finding) -> Road {
    if channel(finding).is_some() {
        return through([there(Operation::AskChannelSupport)]);
    }
    if finding.retry_at().is_some() {
        return through([wait(Operation::WaitUntil, Who::Platform)]);
    }
    through([act(Operation::Appeal), wait(Operation::Wait, Who::Platform)])
}

fn password(finding: &Finding) -> Road {
    match finding.field("state") {
        Some(Value::Text(state)) if state == "unset" => through([act(Operation::SetPaymentPassword)]),
        // Who can prove himself otherwise need not wait.
        Some(Value::Text(state)) if state == "locked" && known(finding, "reset_by") => {
            through([act(Operation::ResetPaymentPassword)])
        }
        Some(Value::Text(state)) if state == "locked" => through([wait(Operation::WaitUntil, Who::Platform)]),
        // A wrong one is entered again, which is the resumption itself.
        Some(Value::Text(state)) if state == "wrong" => through([]),
        Some(_) | None => through([act(Operation::ResetPaymentPassword)]),
    }
}

/// What the holder has set he raises himself, at once; all other windows end by time.
fn window(finding: &Finding) -> Road {
    match finding.field("owner") {
        Some(Value::Text(owner)) if owner == LimitOwner::Holder.id() => through([act(Operation::RaiseLimit)]),
        Some(_) | None => through([wait(Operation::WaitUntil, Who::Platform)]),
    }
}

/// A tier is raised; a day's ceiling is left behind by a stronger authentication, or, of the strongest, by time.
fn ceiling(finding: &Finding) -> Road {
    match finding.field("authentication") {
        Some(Value::Text(strength)) if strength == Strength::OneFactor.id() => {
            through([act(Operation::AuthenticateStronger)])
        }
        Some(Value::Text(_)) => through([wait(Operation::WaitUntil, Who::Platform)]),
        Some(_) | None => through([act(Operation::RaiseTier)]),
    }
}

/// Whether a field says something.
fn known(finding: &Finding, name: &str) -> bool {
    finding.field(name).is_some_and(|value| *value != Value::Unknown)
}
