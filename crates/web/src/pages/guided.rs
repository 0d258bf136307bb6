//! The guided check as pages: one question at a time, each reply a link. The address is its memory.
//!
//! It is about a payment, whose cashier link it stands under, or about nothing that we know of. Of a payment it knows what
//! every check of ours has found, so it asks only about the rest. Whoever keeps the address goes on where he was, on any
//! device; nothing is stored, and nothing that somebody has written stands in it.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use tantu_diagnosis::{Fact, GuidedCheck, MOST_STEPS, Next, Suspicion, Taken};
use tantu_domain::cause::Cause;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_domain::ids::{AccountId, InstrumentId};
use tantu_domain::in_order::in_order;
use tantu_domain::incident::IncidentScope;
use tantu_domain::payment::{Payment, PaymentState};
use tantu_domain::question::Question;
use tantu_explain::words::{HelpWords, fill, help_words, question, reply};
use tantu_store::listing::{Page, PaymentsOf};

use crate::answer::kept_causes;
use crate::app::Shared;
use crate::explanation::Explanation;
use crate::idempotency::ClientHeader;
use crate::pages::cashier::{Opened, open, order, path};
use crate::pages::check;
use crate::pages::help::{said, way_out};
use crate::pages::layout::mark;
use crate::pages::result::four;
use crate::pages::steps::explained;
use crate::pages::trace;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Where it is when it is about nothing that we know of.
const PATH: &str = "/help/check";
/// An address holds no more than this of what was heard.
const MOST_HEARD: usize = 5;
/// What somebody who opened one article is taken to suspect, in per cent: a beginning, and no verdict.
const SUSPECTS: u8 = 12;
/// So many orders that are not paid are offered to be looked at.
const MOST_ORDERS: usize = 3;
/// What a browser's check looks at, so that it is in order if it found nothing there.
const MEASURABLE: &[Cause] = &[
    Cause::NetworkUnstable,
    Cause::DeviceClockSkew,
    Cause::DeviceBackgroundInterference,
    Cause::DeviceOsOutdated,
    Cause::AppCacheCorrupt,
];
/// That a browser's check has found nothing.
const NOTHING: &str = "nothing";

/// What was heard in somebody's words, as an address can hold it: causes and per cent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heard(Vec<(Cause, u8)>);

impl Heard {
    /// What an explanation of own words has found.
    pub(crate) fn of(explanation: &Explanation<'_>) -> Self {
        let heard = explanation.said.iter().flat_map(|said| &said.heard);
        Self(heard.copied().take(MOST_HEARD).collect())
    }

    /// Somebody thinks that it is one of these.
    pub(crate) fn among(causes: &[Cause]) -> Self {
        Self(causes.iter().take(MOST_HEARD).map(|cause| (*cause, SUSPECTS)).collect())
    }

    fn parse(text: &str) -> Self {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('~'));
        let known = pairs.filter_map(|(cause, percent)| Some((Cause::parse(cause)?, percent.parse().ok()?)));
        Self(known.take(MOST_HEARD).collect())
    }

    fn id(&self) -> String {
        self.0.iter().map(|(cause, percent)| format!("{}~{percent}", cause.id())).collect::<Vec<_>>().join(",")
    }

    fn suspicions(&self) -> Vec<Suspicion> {
        self.0.iter().map(|(cause, percent)| Suspicion::of_percent(*cause, *percent)).collect()
    }
}

/// One check, as its address holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Walk {
    heard: Heard,
    /// What the browser's check has found, if it was made.
    measured: Option<Vec<Cause>>,
    pub(crate) taken: Vec<Taken>,
}

impl Walk {
    /// A check that begins with what was heard.
    pub(crate) fn of(heard: Heard) -> Self {
        Self { heard, measured: None, taken: Vec::new() }
    }

    /// The check of an address. A step that nobody knows is left out, and with it whatever else somebody has written there.
    pub(crate) fn read(visitor: &Visitor) -> Self {
        let measured = visitor.query("measured");
        let found = (!measured.is_empty()).then(|| measured.split(',').filter_map(Cause::parse).collect());
        Self {
            heard: Heard::parse(&visitor.query("heard")),
            measured: found,
            taken: steps(visitor.queries("step").iter().map(String::as_str)),
        }
    }

    /// The same before the device was looked at.
    pub(crate) fn unmeasured(self) -> Self {
        Self { measured: None, ..self }
    }

    /// The same after one more step.
    pub(crate) fn then(&self, step: Taken) -> Self {
        let mut next = self.clone();
        next.taken.push(step);
        next
    }

    /// Its address, under a page that may have parameters of its own.
    pub(crate) fn address(&self, at: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if !self.heard.0.is_empty() {
            query.append_pair("heard", &self.heard.id());
        }
        if let Some(measured) = &self.measured {
            let ids: Vec<&str> = measured.iter().map(|cause| cause.id()).collect();
            query.append_pair("measured", if ids.is_empty() { NOTHING.to_owned() } else { ids.join(",") }.as_str());
        }
        for step in &self.taken {
            query.append_pair("step", &step.id());
        }
        match (query.finish(), at.contains('?')) {
            (query, _) if query.is_empty() => at.to_owned(),
            (query, true) => format!("{at}&{query}"),
            (query, false) => format!("{at}?{query}"),
        }
    }

    /// Its address when it is about nothing that we know of.
    pub(crate) fn of_nothing(&self) -> String {
        self.address(PATH)
    }

    fn facts(&self) -> Vec<Fact> {
        let Some(found) = &self.measured else { return Vec::new() };
        let fine = MEASURABLE.iter().filter(|cause| !found.contains(cause));
        found.iter().map(|cause| Fact::Blocks(*cause)).chain(fine.map(|cause| Fact::Ruled(*cause))).collect()
    }
}

/// Steps that were taken, from their ids; each that is known, and no more than anybody takes.
pub(crate) fn steps<'i>(ids: impl Iterator<Item = &'i str>) -> Vec<Taken> {
    ids.filter_map(Taken::parse).take(MOST_STEPS).collect()
}

/// Each question that was replied to, and the reply, in the reader's language; and each cause that was put right in vain.
pub(crate) fn answers(visitor: &Visitor, taken: &[Taken]) -> Vec<(&'static str, String)> {
    let words = help_words(visitor.lang);
    let told = |step: &Taken| match step {
        Taken::Replied(one) => (question(one.question(), visitor.lang), reply(*one, visitor.lang).to_owned()),
        Taken::StillFails(cause) => {
            (words.still_button, said(*cause, visitor.lang, visitor.app.engine.clock().now()).title)
        }
    };
    taken.iter().map(told).collect()
}

/// What is known of a payment without anybody's words: what stops its instrument, and what does not.
fn known(opened: &Opened, chosen: InstrumentId) -> Vec<Fact> {
    let stops = opened.verdict.findings(chosen);
    let own = |finding: &&Finding| finding.instrument.is_none_or(|instrument| instrument == chosen);
    let fact = |finding: &Finding| match finding.confidence {
        Confidence::Certain => Fact::Blocks(finding.cause),
        // Where a code fits several causes, the replies choose among them.
        Confidence::Likely | Confidence::Possible => Fact::Quoted(finding.cause),
    };
    let asks =
        |finding: &&Finding| finding.cause != Cause::SupportEscalate || finding.confidence == Confidence::Certain;
    let mut facts: Vec<Fact> = stops.iter().filter(own).filter(asks).map(fact).collect();
    if opened.verdict.allows(chosen) {
        let (then, _) = kept_causes(&opened.payment);
        let then = then.iter().filter(own).filter(asks);
        facts.extend(then.map(|finding| Fact::Recent(finding.cause)));
    }
    let product = opened.file.instruments.iter().find(|known| known.id == chosen).map(|known| known.product());
    let with_points = opened.payment.legs.len() > 1;
    let fine =
        product.map(|product| in_order(&opened.verdict.checks, chosen, product, with_points)).unwrap_or_default();
    let stopped = |cause: &Cause| stops.iter().filter(own).any(|finding| finding.cause == *cause);
    facts.extend(fine.into_iter().filter(|cause| !stopped(cause)).map(Fact::Ruled));
    facts
}

/// What a check is about, and where it stands.
struct Guide<'a> {
    visitor: &'a Visitor,
    words: &'static HelpWords,
    walk: Walk,
    opened: Option<&'a Opened>,
}

impl Guide<'_> {
    fn at(&self, walk: &Walk) -> String {
        walk.address(&self.opened.map_or_else(|| PATH.to_owned(), |opened| of_payment(&self.visitor.app, opened)))
    }

    fn content(&self, next: Next) -> Markup {
        match next {
            Next::Ask(asked) => self.ask(asked),
            Next::Named(cause) => self.named(cause),
            Next::Support => self.support(),
        }
    }

    fn ask(&self, asked: Question) -> Markup {
        let (words, lang) = (self.words, self.visitor.lang);
        let number = (self.walk.taken.len() + 1).to_string();
        html! {
            section.card {
                p.quiet { (fill(words.question_of, &[("number", &number)])) }
                h1 { (question(asked, lang)) }
                div.replies {
                    @for one in asked.replies() {
                        a.button.quiet href=(self.at(&self.walk.then(Taken::Replied(*one)))) { (reply(*one, lang)) }
                    }
                }
            }
        }
    }

    fn named(&self, cause: Cause) -> Markup {
        let words = self.words;
        let still = self.at(&self.walk.then(Taken::StillFails(cause)));
        html! {
            @match self.opened {
                Some(opened) => { (self.named_of(opened, cause)) }
                None => {
                    @let said = said(cause, self.visitor.lang, self.visitor.app.engine.clock().now());
                    section.card role="status" {
                        p.quiet { (words.named_title) }
                        h1 { (said.title) }
                        p { (said.happened) }
                        p.quiet { (said.money) }
                    }
                    (way_out(self.visitor, words, cause))
                }
            }
            p.center { a.button.quiet href=(still) { (words.still_button) } }
        }
    }

    /// A cause that our own check has found is told with its facts, and its steps stand on the order's page; one that only
    /// replies speak for is told as in its article.
    fn named_of(&self, opened: &Opened, cause: Cause) -> Markup {
        let (visitor, words) = (self.visitor, self.words);
        let chosen = opened.payment.instrument();
        let findings = chosen.map(|chosen| opened.verdict.findings(chosen)).unwrap_or_default();
        let found = findings.iter().find(|finding| finding.cause == cause && finding.confidence == Confidence::Certain);
        let back = chosen.map_or_else(
            || path(&visitor.app, opened.payment.id, "/result"),
            |chosen| explained(&visitor.app, opened.payment.id, chosen),
        );
        match found {
            Some(finding) => {
                let said = opened.telling(visitor).words(finding, &opened.verdict.can_pay_with());
                html! {
                    section.card role="status" {
                        p.quiet { (words.found_title) }
                        h1 { (said.title) }
                        (four(visitor, &said))
                        a.button.wide href=(back) { (words.steps_button) }
                    }
                }
            }
            None => {
                let said = said(cause, visitor.lang, opened.now);
                html! {
                    section.card role="status" {
                        p.quiet { (words.named_title) }
                        h1 { (said.title) }
                        p { (said.happened) }
                    }
                    (way_out(visitor, words, cause))
                    p.center { a.button.wide href=(back) { (words.pay_button) } }
                }
            }
        }
    }

    /// A person looks at it, with all that was said and is known.
    fn support(&self) -> Markup {
        let words = self.words;
        let replied = answers(self.visitor, &self.walk.taken);
        html! {
            section.card role="status" {
                (mark("open"))
                h1 { (words.support_title) }
                @match self.opened {
                    Some(opened) => {
                        p { (words.support_packed) }
                        a.button.wide href=(self.walk.address(&path(&self.visitor.app, opened.payment.id, "/ticket"))) { (words.ticket_button) }
                        p.center { (self.device_link(opened)) }
                    }
                    None => { p { (words.support_body) } }
                }
            }
            @if !replied.is_empty() {
                details.card { summary { (words.answers_title) } (answered(&replied)) }
            }
        }
    }

    /// To the page that looks at the device, and from there back to this check.
    fn device_link(&self, opened: &Opened) -> Markup {
        let app = &self.visitor.app;
        let token = app.config.secret.cashier_token(opened.payment.id);
        let at = self.walk.address(&format!("{}?payment={}&t={token}", check::PATH, opened.payment.id));
        html! { a.go href=(at) { (self.words.device_button) } }
    }
}

/// What was replied, as a list.
pub(crate) fn answered(replied: &[(&'static str, String)]) -> Markup {
    html! { dl.answers { @for (asked, said) in replied { dt { (asked) } dd { (said) } } } }
}

/// Where the check of a payment begins.
pub(crate) fn of_payment(app: &Shared, opened: &Opened) -> String {
    path(app, opened.payment.id, "/check")
}

/// Shows what comes next, of a failure that we know nothing of.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let found = next(&visitor).await;
    visitor.answer(found)
}

async fn next(visitor: &Visitor) -> Result<Response, Problem> {
    let words = help_words(visitor.lang);
    let now = visitor.app.engine.clock().now();
    let incidents = visitor.app.engine.read(move |store| store.incidents(now)).await?;
    let ours = incidents.iter().any(|incident| incident.scope == IncidentScope::Platform && incident.stands(now));
    let guide = Guide { visitor, words, walk: Walk::read(visitor), opened: None };
    let mut facts: Vec<Fact> = ours.then_some(Fact::Blocks(Cause::PlatformOutage)).into_iter().collect();
    facts.extend(guide.walk.facts());
    let next = GuidedCheck::resume(&guide.walk.heard.suspicions(), &facts, &guide.walk.taken).next();
    // Whoever is signed in is asked first which of his orders it is: of that we know more than he can say.
    let known = match visitor.account.filter(|_| guide.walk.taken.is_empty() || next == Next::Support) {
        Some(account) => unpaid(visitor, account).await?,
        None => Vec::new(),
    };
    let content = html! {
        @if !known.is_empty() { (orders(&guide, &known)) }
        (guide.content(next))
        p.center { a href=(PATH) { (words.again_button) } " · " a href="/help" { (words.articles_title) } }
    };
    Ok(visitor.page(words.check_title, &content))
}

/// The payer's newest orders that are not paid.
async fn unpaid(visitor: &Visitor, account: AccountId) -> Result<Vec<Payment>, Problem> {
    let page = Page { after: None, limit: 20 };
    let found = visitor.app.engine.read(move |store| store.payments(PaymentsOf::Account(account), page)).await?;
    let open = found.into_iter().filter(|payment| matches!(payment.state, PaymentState::Refused { .. }));
    Ok(open.take(MOST_ORDERS).collect())
}

fn orders(guide: &Guide<'_>, known: &[Payment]) -> Markup {
    html! {
        section.card {
            h2 { (guide.words.which_title) }
            div.replies {
                @for payment in known {
                    @let at = guide.walk.address(&path(&guide.visitor.app, payment.id, "/check"));
                    a.button.quiet href=(at) { (payment.subject) " · " (payment.amount) }
                }
            }
        }
    }
}

/// Shows what comes next of a payment. Whoever has its link may look, as at its cashier.
pub(crate) async fn of(
    State(app): State<Shared>,
    Path(id): Path<String>,
    visitor: Visitor,
    client: Result<ClientHeader, Problem>,
) -> Response {
    let shown = async {
        let opened = open(&app, &visitor, &id, &client?.speaker()).await?;
        let chosen = match (&opened.payment.state, opened.payment.instrument()) {
            (PaymentState::Refused { .. }, Some(chosen)) => chosen,
            // What is paid, given up or still under way has a page that says so.
            _ => return Ok(visitor.redirect(&path(&app, opened.payment.id, "/result"))),
        };
        let words = help_words(visitor.lang);
        let checked = trace::fold(&visitor, &opened).await?;
        let walk = Walk::read(&visitor);
        let facts: Vec<Fact> = known(&opened, chosen).into_iter().chain(walk.facts()).collect();
        let next = GuidedCheck::resume(&walk.heard.suspicions(), &facts, &walk.taken).next();
        let guide = Guide { visitor: &visitor, words, walk, opened: Some(&opened) };
        let content = html! {
            (order(visitor.words, &opened))
            @if guide.walk.taken.is_empty() { p.quiet.center { (words.known_body) } }
            @if guide.walk.measured.as_ref().is_some_and(Vec::is_empty) { p.hint.done role="status" { (words.measured_fine) } }
            (guide.content(next))
            (checked)
            p.center {
                a.go href=(path(&app, opened.payment.id, "/result")) { (words.order_link) }
                @if !guide.walk.taken.is_empty() { " · " a.go href=(of_payment(&app, &opened)) { (words.again_button) } }
            }
        };
        Ok(visitor.page(words.check_title, &content))
    };
    visitor.answer(shown.await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_was_heard_and_nothing_else() {
        let heard = Heard(vec![(Cause::LimitDaily, 62), (Cause::LimitMonthly, 8)]);
        assert_eq!(Heard::parse(&heard.id()), heard);
        assert_eq!(Heard::parse("6222020200000000~9,limit.daily~x,,~"), Heard(Vec::new()));
        let walk = Walk::of(heard).then(Taken::StillFails(Cause::LimitDaily));
        assert_eq!(walk.of_nothing(), "/help/check?heard=limit.daily%7E62%2Climit.monthly%7E8&step=not%3Alimit.daily");
        assert_eq!(Walk::of(Heard::default()).of_nothing(), "/help/check");
        let measured = Walk { measured: Some(Vec::new()), ..Walk::of(Heard::default()) };
        assert_eq!(measured.address("/cashier/pay_1/check?t=x"), "/cashier/pay_1/check?t=x&measured=nothing");
    }

    #[test]
    fn what_a_browser_measured_is_known() {
        let walk = |measured| Walk { measured, ..Walk::of(Heard::default()) };
        assert!(walk(None).facts().is_empty());
        let found = walk(Some(vec![Cause::DeviceClockSkew])).facts();
        assert_eq!(found.first(), Some(&Fact::Blocks(Cause::DeviceClockSkew)));
        assert!(
            !found.contains(&Fact::Ruled(Cause::DeviceClockSkew))
                && found.contains(&Fact::Ruled(Cause::NetworkUnstable))
        );
    }
}
