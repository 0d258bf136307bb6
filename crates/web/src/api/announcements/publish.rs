//! Staff tell everybody something: a notice, or maintenance that is planned and takes effect by itself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tantu_domain::announcement::{Announcement, Maintenance, Trilingual};
use tantu_domain::incident::IncidentScope;
use tantu_engine::announcements::publish::{PublishAnnouncement, Window};
use utoipa::ToSchema;

use super::{AnnouncementBody, TrilingualBody, announcement_body};
use crate::access::StaffCaller;
use crate::answer::ProblemBody;
use crate::app::Shared;
use crate::body::{JsonBody, text_in};
use crate::json::read_time;
use crate::problem::{Kind, Problem};

/// A title is one line on a phone or two.
const LONGEST_TITLE: usize = 80;

/// A text is a screen or two.
const LONGEST_TEXT: usize = 2_000;

/// What is planned is planned within a year.
const FURTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What takes longer is no maintenance.
const LONGEST: SignedDuration = SignedDuration::from_hours(72);

/// So many of the last are looked at for the same again.
const LOOKED_AT: u32 = 20;

/// What staff tell everybody.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishAnnouncementBody {
    /// notice or planned_maintenance.
    #[schema(example = "planned_maintenance")]
    kind: String,
    /// One line: 1 to 80 characters in each language.
    title: TrilingualBody,
    /// Plain text: 1 to 2000 characters in each language; an empty line parts paragraphs.
    text: TrilingualBody,
    /// Of planned maintenance alone: what cannot be used meanwhile: platform, alipay, wechatpay, douyin or unionpay.
    #[serde(default)]
    #[schema(example = "alipay")]
    scope: Option<String>,
    /// Of planned maintenance alone: when it begins.
    #[serde(default)]
    #[schema(example = "2026-11-29T02:00:00+08:00")]
    from: Option<String>,
    /// Of planned maintenance alone: when it ends.
    #[serde(default)]
    #[schema(example = "2026-11-29T04:00:00+08:00")]
    to: Option<String>,
}

/// Tells everybody something. Maintenance takes effect by itself when its window begins, and ends by itself.
///
/// The same again, while it is not withdrawn, is answered with what stands.
#[utoipa::path(
    post, path = "/v1/announcements", tag = "incidents", request_body = PublishAnnouncementBody, security(("staff" = [])),
    responses(
        (status = 201, body = AnnouncementBody),
        (status = "default", description = "The request does not fit", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish(
    State(app): State<Shared>,
    StaffCaller(by): StaffCaller,
    JsonBody(body): JsonBody<PublishAnnouncementBody>,
) -> Result<(StatusCode, Json<AnnouncementBody>), Problem> {
    let title = trilingual("title", &body.title, |field, text| text_in(field, text, LONGEST_TITLE))?;
    let text = trilingual("text", &body.text, paragraphs_in)?;
    let window = body.window(app.engine.clock().now())?;
    let known = app.engine.read(|store| store.announcements(LOOKED_AT)).await?;
    let same = |one: &&Announcement| {
        let planned = one.maintenance.map(|Maintenance { scope, from, to, .. }| Window { scope, from, to });
        one.withdrawn.is_none() && one.title == title && one.text == text && planned == window
    };
    if let Some(standing) = known.iter().find(same) {
        return Ok((StatusCode::CREATED, Json(announcement_body(standing, true))));
    }
    let published = app.engine.run(PublishAnnouncement { title, text, window, by }).await?;
    tracing::info!(announcement = %published.id, kind = published.kind(), %by, "staff published an announcement");
    Ok((StatusCode::CREATED, Json(announcement_body(&published, true))))
}

impl PublishAnnouncementBody {
    /// The window of planned maintenance; a notice has none.
    fn window(&self, now: Timestamp) -> Result<Option<Window>, Problem> {
        let times = [("scope", &self.scope), ("from", &self.from), ("to", &self.to)];
        match self.kind.as_str() {
            "notice" => match times.into_iter().find(|(_, given)| given.is_some()) {
                Some((field, _)) => Err(Problem::field(
                    Kind::InvalidField,
                    field,
                    "a notice has no window; leave it out, or make the kind planned_maintenance",
                )),
                None => Ok(None),
            },
            "planned_maintenance" => self.maintenance(now).map(Some),
            _ => Err(Problem::field(
                Kind::InvalidField,
                "kind",
                "this kind is not known; give notice or planned_maintenance",
            )),
        }
    }

    fn maintenance(&self, now: Timestamp) -> Result<Window, Problem> {
        let wrong = |field: &str, detail: &str| Problem::field(Kind::InvalidField, field, detail);
        let given = |field: &'static str, value: &'static str, text: &Option<String>| {
            let detail = format!("planned maintenance needs {field}; add {value}");
            text.clone().ok_or_else(|| Problem::field(Kind::MissingField, field, detail))
        };
        let scope = given("scope", "platform, alipay, wechatpay, douyin or unionpay", &self.scope)?;
        let scope = IncidentScope::parse(&scope).ok_or_else(|| {
            wrong("scope", "this scope is not known; give platform, alipay, wechatpay, douyin or unionpay")
        })?;
        let example = "an instant such as 2026-11-29T02:00:00+08:00";
        let from = read_time("from", &given("from", example, &self.from)?)?;
        let to = read_time("to", &given("to", example, &self.to)?)?;
        if from < now {
            return Err(wrong(
                "from",
                "it begins in the past; give a later instant, or begin an incident with POST /v1/incidents",
            ));
        }
        if to <= from {
            return Err(wrong("to", "it ends before it begins; give an instant after from"));
        }
        if from.duration_since(now) > FURTHEST {
            return Err(wrong("from", "it is more than a year ahead; announce it nearer to its time"));
        }
        if to.duration_since(from) > LONGEST {
            return Err(wrong("to", "it takes longer than 72 hours; announce several windows"));
        }
        Ok(Window { scope, from, to })
    }
}

/// A text in each language, each looked at under its own field.
fn trilingual(
    field: &str,
    body: &TrilingualBody,
    read: impl Fn(&str, &str) -> Result<String, Problem>,
) -> Result<Trilingual, Problem> {
    let read = |field: &str, text: &str| {
        // The feed is XML, which has no way to write these.
        if text.contains(['\u{fffe}', '\u{ffff}']) {
            let detail = "it has a character that no text has (U+FFFE or U+FFFF); take it out";
            return Err(Problem::field(Kind::InvalidField, field, detail));
        }
        read(field, text)
    };
    Ok(Trilingual {
        zh_hans: read(&format!("{field}.zh-Hans"), &body.zh_hans)?,
        zh_hant: read(&format!("{field}.zh-Hant"), &body.zh_hant)?,
        en: read(&format!("{field}.en"), &body.en)?,
    })
}

/// A text with line breaks, and no other control character.
fn paragraphs_in(field: &str, text: &str) -> Result<String, Problem> {
    let control = |letter: char| letter.is_control() && letter != '\n';
    let plain = !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT && !text.chars().any(control);
    let detail =
        format!("write 1 to {LONGEST_TEXT} characters; a line break is \\n, and no other control character is taken");
    plain.then(|| text.trim().to_owned()).ok_or_else(|| Problem::field(Kind::InvalidField, field, detail))
}
