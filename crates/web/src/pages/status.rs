//! The status page: what is disturbed now, what is planned, what staff tell everybody, and what is over. It is public, so it says
//! nothing of anybody, and no word of a channel's own.

pub(crate) mod feed;

use std::cmp::Reverse;

use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use tantu_domain::announcement::{Announcement, Maintenance, Trilingual};
use tantu_domain::cause::Cause;
use tantu_domain::channel::Channel;
use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};
use tantu_explain::Lang;
use tantu_explain::words::{StatusWords, channel_label, fill, status_words, time};

use crate::app::Shared;
use crate::pages::layout::mark;
use crate::pages::notices;
use crate::pages::visitor::Visitor;
use crate::problem::Problem;

/// Where it is.
pub(crate) const PATH: &str = "/status";

/// For so long what is over is shown.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// So many incidents are read at most; a breaker that opens and closes begins one each time.
const MOST_INCIDENTS: u32 = 200;

/// So many of what is over are listed at most.
const MOST_ENDED: usize = 30;

/// So many announcements are read at most.
const MOST_ANNOUNCEMENTS: u32 = 100;

/// Seconds until the page looks again, while something is disturbed.
const AGAIN: u32 = 60;

/// All that the page and its feed show.
pub(crate) struct Status {
    pub(crate) now: Timestamp,
    /// What is not over, or has ended in the last fortnight.
    pub(crate) incidents: Vec<Incident>,
    /// What staff tell everybody, also what was withdrawn, the newest first.
    pub(crate) announcements: Vec<Announcement>,
}

impl Status {
    /// How things stand.
    pub(crate) async fn read(app: &Shared) -> Result<Self, Problem> {
        let now = app.engine.clock().now();
        let since = now.checked_sub(SHOWN_FOR).unwrap_or(now);
        let read = app.engine.read(move |store| {
            Ok((store.incidents_since(since, MOST_INCIDENTS)?, store.announcements(MOST_ANNOUNCEMENTS)?))
        });
        let (incidents, announcements) = read.await?;
        Ok(Self { now, incidents, announcements })
    }

    /// What is disturbed now: of several faults of one thing the first, as every decision names it.
    fn standing(&self) -> Vec<&Incident> {
        let mut standing: Vec<&Incident> = self.incidents.iter().filter(|one| one.stands(self.now)).collect();
        standing.sort_by_key(|one| (one.since, one.id));
        let mut shown: Vec<&Incident> = Vec::new();
        for one in standing {
            if !shown.iter().any(|known| known.scope == one.scope && is_planned(known) == is_planned(one)) {
                shown.push(one);
            }
        }
        shown.sort_by_key(|one| one.scope != IncidentScope::Platform);
        shown
    }

    /// Maintenance that has not begun, the next first.
    fn ahead(&self) -> Vec<(&Announcement, Maintenance)> {
        let valid = self.announcements.iter().filter(|one| one.withdrawn.is_none());
        let planned = valid.filter_map(|one| one.maintenance.map(|planned| (one, planned)));
        let mut ahead: Vec<_> = planned.filter(|(_, planned)| self.now < planned.from).collect();
        ahead.sort_by_key(|(_, planned)| planned.from);
        ahead
    }

    fn notices(&self) -> impl Iterator<Item = &Announcement> {
        self.announcements.iter().filter(|one| one.maintenance.is_none() && one.withdrawn.is_none())
    }

    /// What is over, the last first.
    fn ended(&self) -> Vec<&Incident> {
        let mut ended: Vec<&Incident> =
            self.incidents.iter().filter(|one| one.is_over(self.now) && one.happens()).collect();
        ended.sort_by_key(|one| Reverse((one.end(), one.id)));
        ended.truncate(MOST_ENDED);
        ended
    }

    /// What was announced of an incident that is planned.
    fn announced(&self, incident: &Incident) -> Option<&Announcement> {
        self.announcements.iter().find(|one| one.maintenance.is_some_and(|planned| planned.incident == incident.id))
    }
}

pub(crate) fn is_planned(incident: &Incident) -> bool {
    match incident.source {
        IncidentSource::Maintenance => true,
        IncidentSource::Staff | IncidentSource::Breaker => false,
    }
}

/// Shows it.
pub(crate) async fn show(visitor: Visitor) -> Response {
    match Status::read(&visitor.app).await {
        Ok(status) => shown(&visitor, &status),
        Err(problem) => visitor.answer(Err(problem)),
    }
}

fn shown(visitor: &Visitor, status: &Status) -> Response {
    let words = status_words(visitor.lang);
    let standing = status.standing();
    let content = html! {
        (headline(words, status, &standing, visitor.lang))
        @for incident in &standing { (disturbed(visitor, status, incident)) }
        (planned(visitor, status))
        (announcements(visitor, status))
        (ended(visitor, status))
        @if visitor.account.is_some() { p.center { a href=(notices::PATH) { (words.notices_title) } } }
        p.center { a href=(feed::address(visitor.lang)) type=(feed::KIND) { (words.feed_link) } }
    };
    if standing.is_empty() {
        visitor.page(words.title, &content)
    } else {
        visitor.refreshing_page(words.title, &content, AGAIN)
    }
}

fn headline(words: &StatusWords, status: &Status, standing: &[&Incident], lang: Lang) -> Markup {
    let as_of = fill(words.as_of, &[("time", &time(status.now, status.now, lang))]);
    let ours = standing.iter().any(|one| one.scope == IncidentScope::Platform);
    let (sign, title) = match (standing.is_empty(), ours) {
        (true, _) => ("done", words.all_well_title),
        (false, true) => ("stop", words.all_down_title),
        (false, false) => ("stop", words.some_down_title),
    };
    html! {
        section.card role="status" {
            (mark(sign))
            p.quiet { (words.title) }
            h1 { (title) }
            @if standing.is_empty() { p { (words.all_well_body) } }
            p.quiet { (as_of) }
        }
    }
}

/// Whose it is, as a payer knows it.
pub(crate) fn whose(words: &StatusWords, scope: IncidentScope, lang: Lang) -> String {
    match scope {
        IncidentScope::Platform => words.ours.to_owned(),
        IncidentScope::Channel(Channel::UnionPay) => {
            fill(words.card_channel, &[("channel", channel_label(Channel::UnionPay, lang))])
        }
        IncidentScope::Channel(channel) => channel_label(channel, lang).to_owned(),
    }
}

/// What happened, that the money is safe, what to do now, and when it is over: the four things, as of every cause.
fn disturbed(visitor: &Visitor, status: &Status, incident: &Incident) -> Markup {
    let (lang, page) = (visitor.lang, visitor.words);
    let words = status_words(lang);
    let whose = whose(words, incident.scope, lang);
    let (heading, since) =
        if is_planned(incident) { (words.work_on, words.work_since) } else { (words.fault_of, words.fault_since) };
    let (concerned, now) = match incident.scope {
        IncidentScope::Platform => (words.all_concerned.to_owned(), words.now_wait),
        IncidentScope::Channel(_) => (fill(words.one_concerned, &[("whose", &whose)]), words.now_other),
    };
    let began = time(incident.since, status.now, lang);
    let back = match incident.expected_end.filter(|end| *end > status.now) {
        Some(end) => fill(words.back_by, &[("time", &time(end, status.now, lang))]),
        None => words.back_unknown.to_owned(),
    };
    html! {
        section.card.alert id=(incident.id) {
            h2 { (fill(heading, &[("whose", &whose)])) }
            dl.four {
                dt { (page.what_happened_label) }
                dd { p { (fill(since, &[("whose", &whose), ("time", &began)])) } p { (concerned) } }
                dt { (page.money_safe_label) } dd { (words.money) }
                dt { (page.what_now_label) } dd { (now) }
                dt { (page.by_itself_label) } dd { p { (back) } p { (words.told_when_over) } }
            }
            @if let Some(announced) = status.announced(incident) { (text(&announced.text, lang)) }
        }
    }
}

fn planned(visitor: &Visitor, status: &Status) -> Markup {
    let (lang, words) = (visitor.lang, status_words(visitor.lang));
    let ahead = status.ahead();
    html! {
        @if !ahead.is_empty() {
            section.card {
                h2 { (words.planned_heading) }
                ul.causes {
                    @for (announced, planned) in ahead {
                        li id=(announced.id) {
                            h3 { (of(&announced.title, lang)) }
                            p { strong { (window(words, planned.from, planned.to, status.now, lang)) } }
                            p { (then(words, planned.scope, lang)) }
                            (text(&announced.text, lang))
                        }
                    }
                }
            }
        }
    }
}

/// What will not work in a planned window.
pub(crate) fn then(words: &StatusWords, scope: IncidentScope, lang: Lang) -> String {
    match scope {
        IncidentScope::Platform => words.then_all.to_owned(),
        IncidentScope::Channel(_) => fill(words.then_one, &[("whose", &whose(words, scope, lang))]),
    }
}

pub(crate) fn window(words: &StatusWords, from: Timestamp, to: Timestamp, now: Timestamp, lang: Lang) -> String {
    // Where both are on one day the day stands once.
    let to = if time(from, from, lang) == time(from, to, lang) { time(to, to, lang) } else { time(to, now, lang) };
    fill(words.window, &[("from", &time(from, now, lang)), ("to", &to)])
}

fn announcements(visitor: &Visitor, status: &Status) -> Markup {
    let (lang, words) = (visitor.lang, status_words(visitor.lang));
    let notices: Vec<&Announcement> = status.notices().collect();
    html! {
        @if !notices.is_empty() {
            section.card {
                h2 { (words.announcements_heading) }
                ul.causes {
                    @for notice in notices {
                        @let published = time(notice.published_at, status.now, lang);
                        li id=(notice.id) {
                            h3 { (of(&notice.title, lang)) }
                            (text(&notice.text, lang))
                            p.quiet { (fill(words.published, &[("time", &published)])) }
                        }
                    }
                }
            }
        }
    }
}

fn ended(visitor: &Visitor, status: &Status) -> Markup {
    let (lang, words) = (visitor.lang, status_words(visitor.lang));
    let ended = status.ended();
    html! {
        section.card {
            h2 { (words.ended_heading) }
            @if ended.is_empty() { p { (words.ended_none) } }
            @else {
                ul.causes {
                    @for incident in ended {
                        @let heading = if is_planned(incident) { words.work_on } else { words.fault_of };
                        @let end = incident.end().unwrap_or(status.now);
                        li id=(incident.id) {
                            h3 { (fill(heading, &[("whose", &whose(words, incident.scope, lang))])) }
                            p.quiet { (window(words, incident.since, end, status.now, lang)) }
                        }
                    }
                }
            }
        }
    }
}

/// A text in the reader's language.
pub(crate) fn of(text: &Trilingual, lang: Lang) -> &str {
    match lang {
        Lang::ZhHans => &text.zh_hans,
        Lang::ZhHant => &text.zh_hant,
        Lang::En => &text.en,
    }
}

fn text(words: &Trilingual, lang: Lang) -> Markup {
    html! { @for line in of(words, lang).lines().filter(|line| !line.trim().is_empty()) { p { (line) } } }
}

/// Whether a cause stops others, too, so that more is known of it here.
pub(crate) fn knows_more(cause: Cause) -> bool {
    matches!(cause, Cause::PlatformOutage | Cause::PlatformOverloaded | Cause::ChannelInterfaceFault)
}

/// A line that leads here, for pages that say that something of ours or of a channel's is disturbed.
pub(crate) fn link(lang: Lang) -> Markup {
    html! { a.button.quiet href=(PATH) { (status_words(lang).to_status) } }
}

/// What a feed reader and a browser find the feed by, in the head of every page.
pub(crate) fn alternate(lang: Lang) -> Markup {
    html! { link rel="alternate" type=(feed::KIND) href=(feed::address(lang)) title=(status_words(lang).feed_title); }
}
