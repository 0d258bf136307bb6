//! Limits: what stands, what is used of it and when it starts afresh; and the holder's own, which he sets himself.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantu_domain::ceiling::{Strength, used_today};
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::{Instrument, InstrumentKind, Product};
use tantu_domain::limit::{Figures, Limit, Span, Window, in_force, remaining, used};
use tantu_domain::money::{Currency, Money};
use tantu_domain::policy::Policy;
use tantu_engine::accounts::set_own_limit::OwnLimitSet;
use tantu_store::world::AccountFile;
use utoipa::ToSchema;

use crate::access::PayerCaller;
use crate::answer::{ProblemBody, RefusalBody, password_refused};
use crate::app::Shared;
use crate::body::{JsonBody, PathId};
use crate::json::{Amount, time};
use crate::lang::Wanted;
use crate::problem::{Kind, Problem};

/// One limit on one product.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LimitBody {
    /// Which product.
    pub(crate) product: &'static str,
    /// Who has set it: product, bank, channel or self_set.
    pub(crate) owner: &'static str,
    /// transaction, day or month.
    pub(crate) window: &'static str,
    /// The most.
    pub(crate) limit: Amount,
    /// The gross sum so far, by our own count; null for a single payment.
    pub(crate) used: Option<Amount>,
    /// What is left; null for a single payment.
    pub(crate) remaining: Option<Amount>,
    /// When the next window begins; null for a single payment.
    pub(crate) resets_at: Option<String>,
    /// Until when it is raised; null if it is not.
    pub(crate) raised_until: Option<String>,
}

/// One of the regulator's ceilings for paying from the balance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CeilingBody {
    /// year or since_opened for the tier's; day for those of a strength of authentication.
    pub(crate) window: &'static str,
    /// one_factor or two_factors; null for the tier's.
    pub(crate) authentication: Option<&'static str>,
    /// The most.
    pub(crate) limit: Amount,
    /// The gross sum so far.
    pub(crate) used: Amount,
    /// What is left.
    pub(crate) remaining: Amount,
    /// When it starts afresh; null if it never does.
    pub(crate) resets_at: Option<String>,
}

/// What the holder sets for one product. A figure that is left out or null sets no such limit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnLimitRequest {
    /// The product of one of his instruments.
    #[schema(example = "alipay_mandate")]
    product: String,
    /// The most in one payment.
    #[serde(default)]
    per_transaction: Option<Amount>,
    /// The most in a day.
    #[serde(default)]
    per_day: Option<Amount>,
    /// The most in a month.
    #[serde(default)]
    per_month: Option<Amount>,
    /// The pay password, if it allows more than before.
    #[serde(default)]
    password: Option<String>,
}

/// The limits on an account as they stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LimitsBody {
    /// The account.
    account: String,
    /// Every limit on what it can pay with.
    limits: Vec<LimitBody>,
}

/// Sets the holder's own limit for a product. Lower counts at once; for more the pay password is needed.
#[utoipa::path(
    put, path = "/v1/accounts/{id}/limits", tag = "accounts", request_body = OwnLimitRequest,
    security(("payer" = []), ("payer_cookie" = [])),
    params(("id" = String, Path, description = "acc_…"), ("lang" = Option<String>, Query, description = "zh-Hans, zh-Hant or en")),
    responses(
        (status = 200, body = LimitsBody),
        (status = 402, description = "It allows more, and the pay password is unset, wrong or locked", body = RefusalBody, content_type = "application/problem+json"),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn set(
    State(app): State<Shared>,
    PayerCaller(own): PayerCaller,
    Wanted(lang): Wanted,
    PathId(account): PathId<AccountId>,
    JsonBody(body): JsonBody<OwnLimitRequest>,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("account", &account.to_string());
    if own != account {
        return Err(unknown());
    }
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(account, now)).await?.ok_or_else(unknown)?;
    let product = own_product(&file, &body.product)?;
    let figure = |field: &str, amount: &Option<Amount>| amount.as_ref().map(|amount| money(amount, field)).transpose();
    let figures = Figures {
        per_transaction: figure("per_transaction", &body.per_transaction)?,
        per_day: figure("per_day", &body.per_day)?,
        per_month: figure("per_month", &body.per_month)?,
    };
    match app.engine.set_own_limit(account, product, figures, body.password.as_deref()).await? {
        OwnLimitSet::Set => {
            tracing::info!(%account, product = product.id(), "a holder has set his own limit");
            let file = app.engine.read(move |store| store.account(account, now)).await?.ok_or_else(unknown)?;
            let limits = limit_bodies(app.engine.policy(), &file, now);
            Ok(Json(LimitsBody { account: account.to_string(), limits }).into_response())
        }
        OwnLimitSet::PasswordNeeded => {
            let detail = "this allows more than before; send the pay password with it";
            Err(Problem::field(Kind::MissingField, "password", detail))
        }
        OwnLimitSet::Refused(finding) => Ok(password_refused(&app, lang, None, &file.instruments, finding)),
    }
}

/// Limits are kept in yuan.
fn money(amount: &Amount, field: &str) -> Result<Money, Problem> {
    let money = amount.read(field)?;
    if money.currency() == Currency::Cny {
        return Ok(money);
    }
    Err(Problem::field(Kind::UnknownCurrency, format!("{field}.currency"), "limits are in CNY"))
}

/// The product of a name, if the account has an instrument of it. One that he has not cannot be limited either.
pub(crate) fn own_product(file: &AccountFile, name: &str) -> Result<Product, Problem> {
    let known = file.instruments.iter().map(Instrument::product).find(|product| product.id() == name);
    known.ok_or_else(|| {
        let detail = "the account pays with no such product; GET the account to see those that it has";
        Problem::field(Kind::InvalidField, "product", detail)
    })
}

/// Every limit on what an account can pay with, each once: two cards of one bank share theirs.
pub(crate) fn limit_bodies(policy: &Policy, file: &AccountFile, now: Timestamp) -> Vec<LimitBody> {
    let mut seen = Vec::new();
    let mut bodies = Vec::new();
    for instrument in &file.instruments {
        for limit in in_force(policy, &file.account.limits, instrument, now) {
            let known = (instrument.product(), limit);
            if !seen.contains(&known) {
                bodies.push(limit_body(&limit, file, instrument.product(), now));
                seen.push(known);
            }
        }
    }
    bodies
}

fn limit_body(limit: &Limit, file: &AccountFile, product: Product, now: Timestamp) -> LimitBody {
    let sums = match limit.span {
        Span::Transaction => None,
        Span::Within(window) => {
            let used = used(&file.uses, product, window, now, limit.most);
            Some((used, remaining(limit.most, used), window.resets_at(now)))
        }
    };
    LimitBody {
        product: product.id(),
        owner: limit.owner.id(),
        window: limit.span.id(),
        limit: limit.most.into(),
        used: sums.map(|(used, ..)| used.into()),
        remaining: sums.map(|(_, left, _)| left.into()),
        resets_at: sums.map(|(.., at)| time(at)),
        raised_until: limit.raised_until.map(time),
    }
}

/// The regulator's ceilings for an account's balance; none if it has no wallet.
pub(crate) fn ceilings(policy: &Policy, file: &AccountFile, now: Timestamp) -> Vec<CeilingBody> {
    if !file.instruments.iter().any(|instrument| matches!(instrument.kind, InstrumentKind::Wallet)) {
        return Vec::new();
    }
    let body = |window, authentication, limit: Money, used: Money, resets_at: Option<Timestamp>| CeilingBody {
        window,
        authentication,
        limit: limit.into(),
        used: used.into(),
        remaining: remaining(limit, used).into(),
        resets_at: resets_at.map(time),
    };
    let tier = file.account.tier;
    let of_tier = policy.ceilings.of_tier(tier).map(|limit| {
        let span = tier.span();
        body(span.id(), None, limit, span.used(&file.uses, now, limit), span.resets_at(now))
    });
    let of_day = Strength::ALL.iter().filter_map(|strength| {
        let limit = policy.ceilings.of_strength(*strength)?;
        let used = used_today(&file.uses, *strength, now, limit);
        Some(body(Window::Day.id(), Some(strength.id()), limit, used, Some(Window::Day.resets_at(now))))
    });
    of_tier.into_iter().chain(of_day).collect()
}
