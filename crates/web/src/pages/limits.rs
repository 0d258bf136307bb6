//! The page of limits: what each way of paying may be used for, what is used, when it starts afresh; and the form for
//! the holder's own.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use tantu_domain::ceiling::{Strength, used_today};
use tantu_domain::ids::AccountId;
use tantu_domain::instrument::{Instrument, InstrumentKind, Product};
use tantu_domain::limit::{Figures, Limit, LimitOwner, Publisher, Span, Window, in_force, remaining, used};
use tantu_domain::money::{Currency, Money};
use tantu_engine::accounts::set_own_limit::OwnLimitSet;
use tantu_explain::words::{LimitWords, fill, limit_words, time};
use tantu_store::world::AccountFile;

use crate::access::PayerCaller;
use crate::api::accounts::limits::own_product;
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;
use crate::render::{Telling, title_of};

/// Where the page is.
pub(crate) const PATH: &str = "/limits";

/// The parameter of an address that says what came of the form.
const DONE: &str = "done";

/// Shows the limits.
pub(crate) async fn show(State(app): State<Shared>, PayerCaller(payer): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let (file, now) = read(&app, payer).await?;
        Ok(page(&visitor, &file, now, note(limit_words(visitor.lang), &visitor.query(DONE))))
    };
    visitor.answer(shown.await)
}

fn note(words: &LimitWords, done: &str) -> Option<Markup> {
    let (class, said) = match done {
        "saved" => ("hint done", words.saved),
        "amount" => ("hint", words.not_an_amount),
        "password" => ("hint", words.password_needed),
        _ => return None,
    };
    Some(html! { p class=(class) role="status" { (said) } })
}

async fn read(app: &Shared, payer: AccountId) -> Result<(AccountFile, Timestamp), Problem> {
    let now = app.engine.clock().now();
    let file = app.engine.read(move |store| store.account(payer, now)).await?;
    Ok((file.ok_or_else(|| Problem::not_found("account", &payer.to_string()))?, now))
}

/// Sets the holder's own limit for one product.
pub(crate) async fn set(
    State(app): State<Shared>,
    PayerCaller(payer): PayerCaller,
    visitor: Visitor,
    form: Result<FormBody, Problem>,
) -> Response {
    let done = async {
        let form = form?;
        visitor.check(&form)?;
        let (file, now) = read(&app, payer).await?;
        let product = own_product(&file, form.value("product"))?;
        let again = |why: &str| visitor.redirect(&format!("{PATH}?{DONE}={why}"));
        let Some(figures) = figures(&form) else { return Ok(again("amount")) };
        let password = Some(form.value("password")).filter(|entered| !entered.is_empty());
        match app.engine.set_own_limit(payer, product, figures, password).await? {
            OwnLimitSet::Set => Ok(again("saved")),
            OwnLimitSet::PasswordNeeded => Ok(again("password")),
            OwnLimitSet::Refused(finding) => {
                let telling = Telling::new(visitor.lang, now, &file.instruments, None);
                let said = telling.words(&finding, &[]);
                let told = html! { p.hint role="alert" { strong { (said.title) } br; (said.happened) } };
                Ok(page(&visitor, &file, now, Some(told)))
            }
        }
    };
    visitor.answer(done.await)
}

/// What stands in the form; `None` if a field is no amount.
fn figures(form: &FormBody) -> Option<Figures> {
    let figure = |name: &str| match form.value(name).trim() {
        "" => Some(None),
        text => Money::parse_decimal(text, Currency::Cny).filter(|amount| amount.is_positive()).map(Some),
    };
    Some(Figures {
        per_transaction: figure("per_transaction")?,
        per_day: figure("per_day")?,
        per_month: figure("per_month")?,
    })
}

fn page(visitor: &Visitor, file: &AccountFile, now: Timestamp, note: Option<Markup>) -> Response {
    let words = limit_words(visitor.lang);
    let mut shown: Vec<Product> = Vec::new();
    let first_of_each = file.instruments.iter().filter(|instrument| {
        let new = !shown.contains(&instrument.product());
        shown.push(instrument.product());
        new
    });
    let content = html! {
        section.card {
            h1 { (words.title) }
            p { (words.intro) }
            @if let Some(note) = note { (note) }
        }
        @for instrument in first_of_each { (product(visitor, file, instrument, now)) }
    };
    visitor.page(words.title, &content)
}

fn product(visitor: &Visitor, file: &AccountFile, instrument: &Instrument, now: Timestamp) -> Markup {
    let words = limit_words(visitor.lang);
    let limits = in_force(visitor.app.engine.policy(), &file.account.limits, instrument, now);
    html! {
        section.card.limits {
            h2 { (title_of(instrument, visitor.lang)) }
            @if limits.is_empty() { p.quiet { (words.none) } }
            @for limit in &limits { (line(visitor, file, instrument.product(), limit, now)) }
            @if matches!(instrument.kind, InstrumentKind::Wallet) { (ceilings(visitor, file, now)) }
            details {
                summary { (words.own_heading) }
                (form(visitor, file, instrument.product()))
            }
        }
    }
}

/// One limit: what it is on, whose it is, and how much of it is used.
fn line(visitor: &Visitor, file: &AccountFile, product: Product, limit: &Limit, now: Timestamp) -> Markup {
    let words = limit_words(visitor.lang);
    let owner = match limit.owner {
        LimitOwner::Product => words.owner_product,
        LimitOwner::Published(Publisher::Bank(_)) => words.owner_bank,
        LimitOwner::Published(Publisher::Channel(_)) => words.owner_channel,
        LimitOwner::Holder => words.owner_self_set,
    };
    let (span, sums) = match limit.span {
        Span::Transaction => (words.per_transaction, None),
        Span::Within(window) => {
            let used = used(&file.uses, product, window, now, limit.most);
            let span = match window {
                Window::Day => words.per_day,
                Window::Month => words.per_month,
            };
            (span, Some((used, Some(window.resets_at(now)))))
        }
    };
    let raised = limit.raised_until.map(|until| fill(words.raised_until, &[("time", &time(until, now, visitor.lang))]));
    html! {
        div.limit {
            p.head { strong { (span) } " " span.tag { (owner) } @if let Some(raised) = raised { " " span.tag { (raised) } } }
            @match sums {
                None => { p { (limit.most) } }
                Some(sums) => { (bar(visitor, limit.most, sums, now)) }
            }
        }
    }
}

/// What is used of a sum, as a bar and in words.
fn bar(visitor: &Visitor, most: Money, (used, resets_at): (Money, Option<Timestamp>), now: Timestamp) -> Markup {
    let words = limit_words(visitor.lang);
    let left = remaining(most, used);
    let said = fill(words.used_of, &[("used", &used.to_string()), ("limit", &most.to_string())]);
    let resets = resets_at.map(|at| fill(words.resets, &[("time", &time(at, now, visitor.lang))]));
    html! {
        meter min="0" max=(most.minor()) value=(used.minor().min(most.minor())) { (said) }
        p { (said) }
        p.quiet {
            (fill(words.left, &[("amount", &left.to_string())]))
            @if let Some(resets) = resets { " · " (resets) }
        }
    }
}

fn ceilings(visitor: &Visitor, file: &AccountFile, now: Timestamp) -> Markup {
    let words = limit_words(visitor.lang);
    let ceilings = &visitor.app.engine.policy().ceilings;
    let tier = file.account.tier;
    let of_tier = ceilings.of_tier(tier).map(|most| {
        let span = tier.span();
        let name = if span.resets_at(now).is_some() { words.per_year } else { words.since_opened };
        let head = format!("{} · {name}", fill(words.tier, &[("tier", tier.id())]));
        (head, most, span.used(&file.uses, now, most), span.resets_at(now))
    });
    let of_day = Strength::ALL.iter().filter_map(|strength| {
        let most = ceilings.of_strength(*strength)?;
        let name = match strength {
            Strength::OneFactor => words.one_factor,
            Strength::TwoFactors => words.two_factors,
        };
        let used = used_today(&file.uses, *strength, now, most);
        Some((format!("{name} · {}", words.per_day), most, used, Some(Window::Day.resets_at(now))))
    });
    let all: Vec<_> = of_tier.into_iter().chain(of_day).collect();
    html! {
        @if !all.is_empty() {
            h3 { (words.ceilings_heading) }
            p.quiet { (words.ceilings_note) }
            @for (head, most, used, resets_at) in all {
                div.limit { p.head { strong { (head) } } (bar(visitor, most, (used, resets_at), now)) }
            }
        }
    }
}

fn form(visitor: &Visitor, file: &AccountFile, product: Product) -> Markup {
    let words = limit_words(visitor.lang);
    let own = file.account.limits.own(product).map(|own| own.figures).unwrap_or_default();
    let spans = [
        ("per_transaction", words.per_transaction, own.per_transaction),
        ("per_day", words.per_day, own.per_day),
        ("per_month", words.per_month, own.per_month),
    ];
    html! {
        form method="post" action=(PATH) {
            input type="hidden" name="csrf" value=(visitor.form_token());
            input type="hidden" name="product" value=(product.id());
            p.quiet { (words.own_note) }
            @for (name, label, figure) in spans {
                label.field {
                    span { (label) " (" (words.yuan) ")" }
                    input type="text" inputmode="decimal" name=(name) maxlength="14" autocomplete="off"
                        placeholder=(words.no_limit) value=(figure.map(Money::decimal).unwrap_or_default());
                }
            }
            @if file.account.password.is_some() {
                label.field {
                    span { (words.password) }
                    input type="password" name="password" inputmode="numeric" pattern="[0-9]{6}" maxlength="6"
                        autocomplete="current-password";
                }
            }
            button.wide type="submit" { (words.save) }
        }
    }
}
