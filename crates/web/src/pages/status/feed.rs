//! The status page as a feed (Atom, RFC 4287), in each of the three languages.
//!
//! An entry's id is made of our address, the language and the id of what it is about, so it stays the same for ever and no two
//! feeds share one.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};
use tantu_domain::announcement::Announcement;
use tantu_domain::incident::Incident;
use tantu_explain::Lang;
use tantu_explain::words::{fill, pages, status_words, time};

use super::{Status, is_planned, of, then, whose, window};
use crate::app::Shared;
use crate::lang::Wanted;
use crate::pages::error;
use crate::pages::status;

/// Where it is.
pub(crate) const PATH: &str = "/status.atom";

/// What it is.
pub(crate) const KIND: &str = "application/atom+xml";

/// For so long others may keep it.
const KEPT: &str = "public, max-age=60";

/// The feed in a language.
pub(crate) fn address(lang: Lang) -> String {
    format!("{PATH}?lang={}", lang.id())
}

/// Gives the feed, or says that it is what the reader has.
pub(crate) async fn show(State(app): State<Shared>, Wanted(lang): Wanted, headers: HeaderMap) -> Response {
    let status = match Status::read(&app).await {
        Ok(status) => status,
        Err(problem) => return error::page(&problem, lang),
    };
    let feed = feed(&app.config.public_base, &status, lang);
    let tag = format!("\"{}\"", hex(&digest(&SHA256, feed.as_bytes()).as_ref()[..16]));
    let has = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    let known = has.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    let kept = [
        (header::CACHE_CONTROL, KEPT.to_owned()),
        (header::ETAG, tag),
        (header::VARY, "Accept-Language, Cookie".to_owned()),
        (header::CONTENT_LANGUAGE, lang.id().to_owned()),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response()
}

/// One thing that a reader is told.
struct Entry {
    id: String,
    title: String,
    text: Vec<String>,
    published: Timestamp,
    updated: Timestamp,
}

/// The whole feed. Nothing in it depends on the moment at which it is asked for, so that it stays the same until something happens.
fn feed(base: &str, status: &Status, lang: Lang) -> String {
    let words = status_words(lang);
    let mut entries: Vec<Entry> = Vec::new();
    let faults = status.incidents.iter().filter(|incident| !is_planned(incident));
    entries.extend(faults.map(|incident| of_incident(incident, lang)));
    entries.extend(status.announcements.iter().map(|announcement| of_announcement(announcement, lang)));
    entries.sort_by(|one, other| (other.updated, &other.id).cmp(&(one.updated, &one.id)));
    let updated = entries.first().map_or(Timestamp::UNIX_EPOCH, |entry| entry.updated);
    let own = format!("{base}{}", address(lang));
    let page = format!("{base}{}?lang={}", status::PATH, lang.id());
    let urn = |what: &str| urn(&[base, lang.id(), what]);
    // `{}` closes an element; without it one would stay open, as HTML wants it.
    let document = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(lang.id()) {
            id { (urn("feed")) }
            title { (words.feed_title) }
            updated { (instant(updated)) }
            author { name { (pages(lang).product_name) } uri { (base) } }
            link rel="self" type=(KIND) href=(own) {}
            link rel="alternate" type="text/html" hreflang=(lang.id()) href=(page) {}
            @for entry in &entries { (entry_of(entry, &urn(&entry.id), &page)) }
        }
    };
    document.into_string()
}

fn entry_of(entry: &Entry, urn: &str, page: &str) -> Markup {
    html! {
        entry {
            id { (urn) }
            title { (entry.title) }
            published { (instant(entry.published)) }
            updated { (instant(entry.updated)) }
            link rel="alternate" type="text/html" href={ (page) "#" (entry.id) } {}
            content type="text" { (entry.text.join("\n")) }
        }
    }
}

/// A fault. Times stand with their year: a feed is read whenever its reader is opened.
fn of_incident(incident: &Incident, lang: Lang) -> Entry {
    let words = status_words(lang);
    let at = |sentence: &str, at| fill(sentence, &[("time", &time(at, Timestamp::UNIX_EPOCH, lang))]);
    let mut text = vec![at(words.feed_since, incident.since)];
    match (incident.until, incident.expected_end) {
        (Some(until), _) => text.push(at(words.feed_over, until)),
        (None, Some(expected)) => text.push(at(words.feed_expected, expected)),
        (None, None) => {}
    }
    Entry {
        id: incident.id.to_string(),
        title: fill(words.fault_of, &[("whose", &whose(words, incident.scope, lang))]),
        text,
        published: incident.since,
        updated: incident.until.unwrap_or(incident.since),
    }
}

fn of_announcement(announcement: &Announcement, lang: Lang) -> Entry {
    let words = status_words(lang);
    let title = of(&announcement.title, lang);
    let (title, text) = if announcement.withdrawn.is_some() {
        (fill(words.feed_withdrawn, &[("title", title)]), vec![words.feed_called_off.to_owned()])
    } else {
        let planned = announcement.maintenance.map(|planned| {
            [window(words, planned.from, planned.to, Timestamp::UNIX_EPOCH, lang), then(words, planned.scope, lang)]
        });
        let mut text: Vec<String> = planned.into_iter().flatten().collect();
        text.push(of(&announcement.text, lang).to_owned());
        (title.to_owned(), text)
    };
    Entry {
        id: announcement.id.to_string(),
        title,
        text,
        published: announcement.published_at,
        updated: announcement.changed_at(),
    }
}

/// An instant as RFC 3339, to the second.
fn instant(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A UUID of version 8 over these parts, as a URN.
fn urn(parts: &[&str]) -> String {
    let sum = digest(&SHA256, parts.join("\n").as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&sum.as_ref()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hex(&bytes);
    format!("urn:uuid:{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}
