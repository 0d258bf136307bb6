//! What staff tell everybody.

use tantu_domain::announcement::{Announcement, Maintenance, Trilingual};
use tantu_domain::incident::IncidentScope;

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Announcement, StoreError> {
    let maintenance = match cells.stored("kind")? {
        "notice" => None,
        "planned_maintenance" => Some(Maintenance {
            incident: cells.parse("incident")?,
            scope: cells.word("scope", IncidentScope::parse)?,
            from: cells.time("begins_at")?,
            to: cells.time("ends_at")?,
        }),
        other => return Err(cells.wrong("kind", format!("{other:?} is no kind"))),
    };
    Ok(Announcement {
        id: cells.parse("id")?,
        maintenance,
        title: Trilingual {
            zh_hans: cells.text("title_zh_hans")?,
            zh_hant: cells.text("title_zh_hant")?,
            en: cells.text("title_en")?,
        },
        text: Trilingual {
            zh_hans: cells.text("text_zh_hans")?,
            zh_hant: cells.text("text_zh_hant")?,
            en: cells.text("text_en")?,
        },
        published_at: cells.time("published_at")?,
        published_by: cells.parse("published_by")?,
        withdrawn: cells.optional_time("withdrawn_at")?.zip(cells.optional("withdrawn_by")?),
    })
}
