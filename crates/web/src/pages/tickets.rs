//! Tickets (客服): asking a person, the thread, and that it is solved.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};
use tantu_diagnosis::Taken;
use tantu_domain::cause::Cause;
use tantu_domain::client::Speaker;
use tantu_domain::evidence::{Confidence, Finding};
use tantu_domain::ids::TicketId;
use tantu_domain::masked::Masked;
use tantu_domain::payment::PaymentState;
use tantu_domain::ticket::{About, Author, Ending, Message, Saying, Ticket, TicketState};
use tantu_engine::tickets::close::CloseTicket;
use tantu_engine::tickets::say::SayInTicket;
use tantu_explain::words::{TicketWords, check_words, fill, ticket_words, time};
use tantu_store::ticket::TicketsOf;

use crate::access::{Caller, PayerCaller};
use crate::api::device_reports::{DeviceReportRequest, LARGEST, lines, understand};
use crate::api::tickets::open::{Wish, number, opened};
use crate::api::tickets::{ContactBody, TicketFile, file, visible, words_in};
use crate::app::Shared;
use crate::body::FormBody;
use crate::pages::cards::press;
use crate::pages::cashier::{open, order, path};
use crate::pages::guided::{Walk, answered, answers, steps};
use crate::pages::repair::own;
use crate::pages::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// Where they are.
pub(crate) const PATH: &str = "/tickets";

/// The parameter of an address after words from which something was taken out.
const MASKED: &str = "masked";

/// How many a list has at most.
const MOST: u8 = 50;

type Form = Result<FormBody, Problem>;

/// The page of a ticket.
fn page_of(ticket: TicketId, masked: bool) -> String {
    let masked = if masked { format!("?{MASKED}=1") } else { String::new() };
    format!("{PATH}/{ticket}{masked}")
}

/// Shows the payer's tickets.
pub(crate) async fn list(State(app): State<Shared>, PayerCaller(account): PayerCaller, visitor: Visitor) -> Response {
    let shown = async {
        let words = ticket_words(visitor.lang);
        let found = app.engine.read(move |store| store.tickets(TicketsOf::Account(account), MOST)).await?;
        let mut files = Vec::new();
        for ticket in found {
            files.push(file(&app, ticket).await?);
        }
        let content = html! {
            section.card {
                h1 { (words.list_title) }
                @if files.is_empty() { p { (words.none) } }
                @for file in &files {
                    article.entry {
                        h2 { a.go href=(page_of(file.ticket.id, false)) { (heading(file, words)) } }
                        p.quiet { (standing(&visitor, file)) }
                    }
                }
            }
        };
        Ok(visitor.page(words.list_title, &content))
    };
    visitor.answer(shown.await)
}

/// What a ticket is called in a list: the order that it is about.
fn heading(file: &TicketFile, words: &TicketWords) -> String {
    file.payment.as_ref().map_or_else(|| words.title.to_owned(), |payment| payment.subject.clone())
}

/// Shows a ticket; what it is about is looked at anew first.
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let id: TicketId = id.parse().map_err(|_| Problem::not_found("ticket", ""))?;
        let file = visible(&app, &Caller::Payer(account), id).await?;
        Ok(visitor.page(ticket_words(visitor.lang).title, &page(&app, &visitor, &file)?))
    };
    visitor.answer(shown.await)
}

/// Where it stands, in one sentence.
fn standing(visitor: &Visitor, file: &TicketFile) -> String {
    let words = ticket_words(visitor.lang);
    let now = visitor.app.engine.clock().now();
    let at = |sentence: &str, at| fill(sentence, &[("time", &time(at, now, visitor.lang))]);
    match file.ticket.state {
        TicketState::Waiting { answer_by } => at(words.waiting, answer_by),
        TicketState::Answered { .. } => words.answered.to_owned(),
        TicketState::Ended { at: ended, how: Ending::Solved } => match &file.payment {
            Some(payment) => {
                let paid = fill(words.paid, &[("amount", &payment.amount.to_string())]);
                at(&paid, ended)
            }
            None => at(words.solved, ended),
        },
        TicketState::Ended { at: ended, how: Ending::GivenUp } => at(words.given_up, ended),
        TicketState::Ended { at: ended, how: Ending::Closed } => at(words.closed, ended),
    }
}

fn page(app: &Shared, visitor: &Visitor, file: &TicketFile) -> Result<Markup, Problem> {
    let words = ticket_words(visitor.lang);
    let body = file.body(app, &Caller::Payer(file.ticket.account), visitor.lang)?;
    let ending = file.ticket.ending();
    let back = file.payment.as_ref().map(|payment| path(app, payment.id, "/result"));
    Ok(html! {
        section.card {
            h1 { (words.title) }
            p role="status" { (standing(visitor, file)) }
            @if file.ticket.call_back.is_some() && ending.is_none() { p.quiet { (words.call_back_asked) } }
            @if !visitor.query(MASKED).is_empty() { p.hint.done role="status" { (words.masked) } }
            @if let Some(back) = &back { p { a.button.wide href=(back) { (words.to_order_button) } } }
        }
        @if !file.ticket.messages.is_empty() {
            section.card {
                h2 { (words.thread_heading) }
                ol.thread { @for message in &file.ticket.messages { (said(visitor, file, message)) } }
            }
        }
        @if ending.is_none_or(|how| how == Ending::Closed) { (reply(visitor, file)) }
        (contacts(words, &body.contacts))
        (facts(visitor, file))
    })
}

/// One entry of the thread.
fn said(visitor: &Visitor, file: &TicketFile, message: &Message) -> Markup {
    let words = ticket_words(visitor.lang);
    let by = match message.by {
        Author::Payer => words.by_payer,
        Author::Staff(_) => words.by_staff,
        Author::Recheck => words.by_recheck,
    };
    let text = match &message.saying {
        Saying::Words(text) => text.text().to_owned(),
        Saying::Blocked(causes) if causes.is_empty() => words.unblocked.to_owned(),
        Saying::Blocked(causes) => {
            let titles: Vec<String> = causes.iter().map(|cause| title_of(visitor, file, *cause)).collect();
            fill(words.blocked, &[("causes", &titles.join(" · "))])
        }
        Saying::Ended(_) => standing(visitor, file),
    };
    let now = visitor.app.engine.clock().now();
    html! {
        li {
            p.quiet { (by) " · " (time(message.at, now, visitor.lang)) }
            p.said { (text) }
        }
    }
}

/// What a cause is called. Its facts may have changed since, so it is called as one without any.
fn title_of(visitor: &Visitor, file: &TicketFile, cause: Cause) -> String {
    let bare = Finding { cause, confidence: Confidence::Certain, evidence: Vec::new(), instrument: None };
    file.telling(&visitor.app, visitor.lang).words(&bare, &[]).title
}

/// The form that says something more, and the button that needs nothing more.
fn reply(visitor: &Visitor, file: &TicketFile) -> Markup {
    let words = ticket_words(visitor.lang);
    let ticket = file.ticket.id;
    html! {
        form.card method="post" action={ (PATH) "/" (ticket) "/messages" } {
            input type="hidden" name="csrf" value=(visitor.form_token());
            label for="text" { (words.text_label) }
            textarea id="text" name="text" rows="4" maxlength="2000" required {}
            button.wide type="submit" { (words.send_button) }
        }
        @if file.ticket.ending().is_none() {
            div.actions { (press(visitor, &format!("{PATH}/{ticket}/close"), words.close_button, &[])) }
        }
    }
}

/// Who else must act, and how he is reached.
fn contacts(words: &TicketWords, contacts: &[ContactBody]) -> Markup {
    html! {
        @if !contacts.is_empty() {
            section.card {
                h2 { (words.contacts_heading) }
                p { (words.contacts_note) }
                dl.facts {
                    @for contact in contacts {
                        dt { (contact.name) }
                        dd { a.go href={ "tel:" (contact.phone) } { (contact.phone) } }
                    }
                }
            }
        }
    }
}

/// What goes along, so that nobody has to write it.
fn facts(visitor: &Visitor, file: &TicketFile) -> Markup {
    let words = ticket_words(visitor.lang);
    let telling = file.telling(&visitor.app, visitor.lang);
    let now = visitor.app.engine.clock().now();
    let tried = file.payment.as_ref().map(|payment| match &payment.state {
        PaymentState::Created => payment.created_at,
        PaymentState::RequiresAction { since, .. } | PaymentState::Processing { since } => *since,
        PaymentState::Succeeded { at } | PaymentState::Refused { at, .. } | PaymentState::Closed { at } => *at,
    });
    let first = file.ticket.causes.first();
    // The figures are for whoever helps; their owner is told which of them went along.
    let parts: Vec<&str> = file.ticket.device.iter().filter_map(|line| line.text().split(' ').next()).collect();
    html! {
        details.card {
            summary { (words.facts_heading) }
            dl.facts {
                @if let Some(payment) = &file.payment {
                    dt { (words.order_label) } dd { code { (payment.order_no) } }
                    dt { (words.subject_label) } dd { (payment.subject) }
                    dt { (words.amount_label) } dd { (payment.amount) }
                    @if let Some(title) = payment.instrument().and_then(|id| telling.title(id)) {
                        dt { (words.method_label) } dd { (title) }
                    }
                }
                @if let Some(tried) = tried { dt { (words.time_label) } dd { (time(tried, now, visitor.lang)) } }
                @if let Some(first) = first { dt { (words.error_label) } dd { code { (first.cause.id()) } } }
                dt { (words.number_label) } dd { code { (file.ticket.id) } }
                @if !parts.is_empty() { dt { (check_words(visitor.lang).title) } dd { code { (parts.join(", ")) } } }
            }
        }
    }
}

/// The form by which a payer asks a person about his payment.
pub(crate) async fn ask(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
) -> Response {
    let shown = async {
        let opened = own(open(&app, &visitor, &id, &Speaker::default()).await?, account)?;
        // There is one ticket about a payment at most: who has asked already goes on with that.
        if let Some(id) = Ticket::id_of(About::Payment(opened.payment.id)) {
            let known = app.engine.read(move |store| store.ticket(id)).await?;
            if known.is_some_and(|known| known.ending().is_none()) {
                return Ok(visitor.redirect(&page_of(id, false)));
            }
        }
        let words = ticket_words(visitor.lang);
        let taken = Walk::read(&visitor).taken;
        let content = html! {
            (order(visitor.words, &opened))
            form.card method="post" action=(path(&app, opened.payment.id, "/ticket")) {
                h1 { (words.ask_heading) }
                p { (words.ask_note) }
                input type="hidden" name="csrf" value=(visitor.form_token());
                input type="hidden" name="steps" value=(ids(&taken));
                @if !taken.is_empty() {
                    details { summary { (words.answers_heading) } div { (answered(&answers(&visitor, &taken))) } }
                }
                label for="text" { (words.text_label) }
                textarea id="text" name="text" rows="4" maxlength="2000" {}
                label.field.text {
                    (words.call_back_label)
                    input name="call_back" type="tel" inputmode="tel" autocomplete="tel" maxlength="20";
                }
                button.wide type="submit" { (words.open_button) }
            }
            p.actions { a.button.quiet href=(path(&app, opened.payment.id, "/result")) { (visitor.words.back_to_cashier) } }
        };
        Ok(visitor.page(words.ask_heading, &content))
    };
    visitor.answer(shown.await)
}

/// The ids of steps of the guided check, as a form's field holds them.
pub(crate) fn ids(taken: &[Taken]) -> String {
    taken.iter().map(|step| step.id()).collect::<Vec<_>>().join(" ")
}

/// What the payer says: his own words, and under them what he replied in the guided check, as he read it.
fn with_answers(visitor: &Visitor, words: Option<&Masked>, taken: &[Taken]) -> Option<Masked> {
    let own = words.map(|words| words.text().to_owned());
    let heading = (!taken.is_empty()).then(|| ticket_words(visitor.lang).answers_heading.to_owned());
    let replied = answers(visitor, taken).into_iter().map(|(asked, said)| format!("{asked} {said}"));
    let whole: Vec<String> = own.into_iter().chain(heading).chain(replied).collect();
    (!whole.is_empty()).then(|| Masked::of(&whole.join("\n")).0)
}

/// What a device's check found, as the page `/check` hands it over: the causes, and a line for each part.
async fn device(
    app: &Shared,
    caller: &Caller,
    headers: &HeaderMap,
    text: &str,
) -> Result<(Vec<Finding>, Vec<Masked>), Problem> {
    let unread =
        || Problem::field(Kind::InvalidField, "device_report", "this is no device report; check the device again");
    if text.len() > LARGEST {
        return Err(unread());
    }
    let report: DeviceReportRequest = serde_json::from_str(text).map_err(|_| unread())?;
    let seen = understand(app, caller, "device_report.", headers, &report).await?;
    let kept = lines(&report, &seen.findings)?;
    Ok((seen.findings, kept))
}

/// Opens a ticket about a payment, and shows it.
pub(crate) async fn begin(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let begun = async {
        let form = form?;
        let payment = own(open(&app, &visitor, &id, &Speaker::default()).await?, account)?.payment.id;
        visitor.check(&form)?;
        let given = |name: &str| Some(form.value(name)).filter(|text| !text.trim().is_empty());
        let words = given("text").map(|text| words_in("text", text)).transpose()?;
        let masked = words.as_ref().is_some_and(|(_, hidden)| !hidden.is_empty());
        let (causes, device) = match given("device_report") {
            Some(report) => device(&app, &Caller::Payer(account), &headers, report).await?,
            None => (Vec::new(), Vec::new()),
        };
        let taken = steps(form.value("steps").split_ascii_whitespace());
        let wish = Wish {
            account,
            about: About::Payment(payment),
            words: with_answers(&visitor, words.as_ref().map(|(words, _)| words), &taken),
            causes,
            device,
            call_back: given("call_back").map(number).transpose()?,
        };
        let ticket = opened(&app, wish).await?;
        Ok(visitor.redirect(&page_of(ticket.id, masked)))
    };
    visitor.answer(begun.await)
}

/// The payer says something more.
pub(crate) async fn say(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let told = async {
        let form = form?;
        visitor.check(&form)?;
        let ticket: TicketId = id.parse().map_err(|_| Problem::not_found("ticket", ""))?;
        let (words, hidden) = words_in("text", form.value("text"))?;
        let promise = app.config.ticket_promise;
        app.engine.run(SayInTicket { ticket, account, staff: None, words, promise }).await?;
        Ok(visitor.redirect(&page_of(ticket, !hidden.is_empty())))
    };
    visitor.answer(told.await)
}

/// The payer needs nothing more.
pub(crate) async fn close(
    State(app): State<Shared>,
    Path(id): Path<String>,
    PayerCaller(account): PayerCaller,
    visitor: Visitor,
    form: Form,
) -> Response {
    let ended = async {
        visitor.check(&form?)?;
        let ticket: TicketId = id.parse().map_err(|_| Problem::not_found("ticket", ""))?;
        app.engine.run(CloseTicket { ticket, account, staff: None }).await?;
        Ok(visitor.redirect(&page_of(ticket, false)))
    };
    visitor.answer(ended.await)
}
