//! The steps that change an account, from the cashier. Only its own payer, signed in, may take them.

use axum::extract::{Path, State};
use axum::response::Response;
use tantu_domain::client::Speaker;
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::instrument::{Instrument, InstrumentKind};
use tantu_engine::accounts::request_unfreeze::RequestUnfreeze;
use tantu_engine::instruments::recheck::RecheckInstrument;

use crate::access::PayerCaller;
use crate::app::Shared;
use crate::body::FormBody;
use crate::idempotency::ClientHeader;
use crate::pages::cashier::{Opened, Pressed, open, path, resumed};
use crate::pages::result::RECHECKED;
use crate::pages::steps::explained;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

type Form = Result<FormBody, Problem>;

/// The payment, if the signed-in payer is its payer.
pub(crate) fn own(opened: Opened, payer: AccountId) -> Result<Opened, Problem> {
    if opened.payment.account == payer {
        return Ok(opened);
    }
    Err(Problem::new(Kind::NotYours, "the payment is another account's; sign in as its payer"))
}

/// The payment of a form, if the form and the payment are the payer's.
async fn asked(
    app: &Shared,
    visitor: &Visitor,
    id: &str,
    payer: AccountId,
    form: &FormBody,
) -> Result<Opened, Problem> {
    let opened = open(app, visitor, id, &Speaker::default()).await?;
    visitor.check(form)?;
    own(opened, payer)
}

fn instrument<'a>(opened: &'a Opened, form: &FormBody) -> Result<&'a Instrument, Problem> {
    let text = form.value("instrument");
    let found =
        text.parse::<InstrumentId>().ok().and_then(|id| opened.file.instruments.iter().find(|known| known.id == id));
    found.ok_or_else(|| Problem::not_found("instrument", text))
}

/// Begins the signing of a mandate, and leads to the channel's page.
pub(crate) async fn sign_mandate(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    visitor.answer(mandate_begun(&app, &visitor, &id, payer, form).await)
}

async fn mandate_begun(
    app: &Shared,
    visitor: &Visitor,
    id: &str,
    payer: AccountId,
    form: Form,
) -> Result<Response, Problem> {
    let form = form?;
    let opened = asked(app, visitor, id, payer, &form).await?;
    let chosen = instrument(&opened, &form)?;
    let InstrumentKind::Mandate(mandate) = &chosen.kind else {
        return Err(Problem::field(Kind::InvalidField, "instrument", "this one needs no mandate"));
    };
    let payment = opened.payment.id;
    let (base, token) = (&app.config.public_base, app.config.secret.cashier_token(payment));
    let back = |mandate| format!("{base}/mandates/{mandate}/return?payment={payment}&t={token}");
    let (begun, page) = app.engine.begin_mandate(payer, mandate.channel, Some(chosen.id), back).await?;
    tracing::info!(mandate = %begun.id, "a signing has begun at the cashier");
    Ok(visitor.redirect(&page))
}

/// Asks for a freeze to be lifted.
pub(crate) async fn request_unfreeze(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    visitor.answer(unfreeze_requested(&app, &visitor, &id, payer, form).await)
}

async fn unfreeze_requested(
    app: &Shared,
    visitor: &Visitor,
    id: &str,
    payer: AccountId,
    form: Form,
) -> Result<Response, Problem> {
    let form = form?;
    let opened = asked(app, visitor, id, payer, &form).await?;
    app.engine.run(RequestUnfreeze { account: payer }).await?;
    tracing::info!(account = %payer, "a payer asked for a freeze to be lifted");
    Ok(visitor.redirect(&path(app, opened.payment.id, "/result")))
}

/// Says that the remedy is done. If nothing that we know stops the instrument any more, the payment goes on with
/// it at once; otherwise the page says why not.
pub(crate) async fn recheck(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
    form: Form,
) -> Response {
    visitor.answer(rechecked(&app, &visitor, &id, payer, client, form).await)
}

async fn rechecked(
    app: &Shared,
    visitor: &Visitor,
    id: &str,
    payer: AccountId,
    client: Result<ClientHeader, Problem>,
    form: Form,
) -> Result<Response, Problem> {
    let (form, speaker) = (form?, client?.speaker());
    let opened = asked(app, visitor, id, payer, &form).await?;
    let (payment, chosen) = (opened.payment.id, instrument(&opened, &form)?.id);
    app.engine.run(RecheckInstrument { account: payer, instrument: chosen }).await?;
    tracing::info!(instrument = %chosen, "an instrument was rechecked at the cashier");
    let verdict = app.engine.preflight_of(&opened.payment, &speaker).await?;
    if verdict.allows(chosen) {
        let pressed = Pressed { form: "/recheck", nonce: form.value("nonce"), speaker, proof: None };
        resumed(app, payment, chosen, pressed).await?;
    }
    Ok(visitor.redirect(&format!("{}&{RECHECKED}=1", explained(app, payment, chosen))))
}
