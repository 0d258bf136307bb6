//! What staff tell everybody: published, listed, withdrawn.

pub(crate) mod list;
pub(crate) mod publish;
pub(crate) mod withdraw;

use serde::{Deserialize, Serialize};
use tantu_domain::announcement::{Announcement, Trilingual};
use utoipa::ToSchema;

use crate::json::time;

/// A text in each of the three languages.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrilingualBody {
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    zh_hans: String,
    /// Traditional Chinese.
    #[serde(rename = "zh-Hant")]
    zh_hant: String,
    /// English.
    en: String,
}

impl From<&Trilingual> for TrilingualBody {
    fn from(text: &Trilingual) -> Self {
        Self { zh_hans: text.zh_hans.clone(), zh_hant: text.zh_hant.clone(), en: text.en.clone() }
    }
}

/// What staff tell everybody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnouncementBody {
    /// Its id.
    #[schema(example = "ann_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// notice or planned_maintenance.
    kind: &'static str,
    /// One line.
    title: TrilingualBody,
    /// Plain text; an empty line parts paragraphs.
    text: TrilingualBody,
    /// When it was published.
    published_at: String,
    /// Of maintenance: what cannot be used meanwhile, platform or a channel's id.
    scope: Option<&'static str>,
    /// Of maintenance: when it begins.
    from: Option<String>,
    /// Of maintenance: when it ends.
    to: Option<String>,
    /// Of maintenance: the incident that its window is.
    incident: Option<String>,
    /// When it was withdrawn.
    withdrawn_at: Option<String>,
    /// For staff: who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_by: Option<String>,
    /// For staff: who withdrew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_by: Option<String>,
}

fn announcement_body(announcement: &Announcement, for_staff: bool) -> AnnouncementBody {
    let planned = announcement.maintenance;
    AnnouncementBody {
        id: announcement.id.to_string(),
        kind: announcement.kind(),
        title: (&announcement.title).into(),
        text: (&announcement.text).into(),
        published_at: time(announcement.published_at),
        scope: planned.map(|planned| planned.scope.id()),
        from: planned.map(|planned| time(planned.from)),
        to: planned.map(|planned| time(planned.to)),
        incident: planned.map(|planned| planned.incident.to_string()),
        withdrawn_at: announcement.withdrawn.map(|(at, _)| time(at)),
        published_by: for_staff.then(|| announcement.published_by.to_string()),
        withdrawn_by: announcement.withdrawn.filter(|_| for_staff).map(|(_, by)| by.to_string()),
    }
}
