//! What staff tell everybody. There are few, and they are nobody's: the table has no shard.

use tantu_domain::announcement::Announcement;
use tantu_domain::ids::AnnouncementId;
use tokio_postgres::Row;

use super::cell::{Cells, optional_time, time};
use crate::error::StoreError;
use crate::rows;
use crate::wire::burst::Ask;
use crate::wire::upsert::{Known, Put, Rows, Table, Turn};
use crate::wire::value::Value;

static ANNOUNCEMENTS: Table = Table {
    name: "announcements",
    turn: Turn::Middle,
    known: Known::Changed,
    columns: &[
        ("id", Put::Key),
        ("kind", Put::Once),
        ("incident", Put::Once),
        ("scope", Put::Once),
        ("begins_at", Put::Once),
        ("ends_at", Put::Once),
        ("title_zh_hans", Put::Once),
        ("title_zh_hant", Put::Once),
        ("title_en", Put::Once),
        ("text_zh_hans", Put::Once),
        ("text_zh_hant", Put::Once),
        ("text_en", Put::Once),
        ("published_at", Put::Once),
        ("published_by", Put::Once),
        ("withdrawn_at", Put::Last),
        ("withdrawn_by", Put::Last),
    ],
    order: &[0],
};

pub(crate) fn put(rows: &mut Rows, announcement: &Announcement) -> Result<(), StoreError> {
    let Announcement { maintenance, title, text, withdrawn, .. } = announcement;
    rows.put(
        &ANNOUNCEMENTS,
        vec![
            announcement.id.into(),
            announcement.kind().into(),
            Value::maybe(maintenance.map(|planned| planned.incident)),
            Value::maybe(maintenance.map(|planned| planned.scope.id())),
            optional_time(maintenance.map(|planned| planned.from)),
            optional_time(maintenance.map(|planned| planned.to)),
            title.zh_hans.clone().into(),
            title.zh_hant.clone().into(),
            title.en.clone().into(),
            text.zh_hans.clone().into(),
            text.zh_hant.clone().into(),
            text.en.clone().into(),
            time(announcement.published_at),
            announcement.published_by.to_string().into(),
            optional_time(withdrawn.map(|(at, _)| at)),
            Value::maybe(withdrawn.map(|(_, by)| by.to_string())),
        ],
    )
}

/// The last ones, the newest first.
pub(crate) fn ask_list(most: u32) -> Ask {
    let sql = "SELECT * FROM announcements ORDER BY published_at DESC, id DESC LIMIT $1";
    Ask::new(sql, vec![Value::Big(i64::from(most))])
}

/// These; nothing if there are none.
pub(crate) fn ask<'a>(ids: impl ExactSizeIterator<Item = &'a AnnouncementId>) -> Option<Ask> {
    let wanted = ids.len() > 0;
    wanted.then(|| {
        Ask::new(
            "SELECT found.* FROM unnest($1::text[]) AS wanted (id), LATERAL (SELECT * FROM announcements WHERE id = wanted.id
             OFFSET 0) AS found",
            vec![Value::List(ids.map(|id| (*id).into()).collect())],
        )
    })
}

pub(crate) fn read(row: &Row) -> Result<Announcement, StoreError> {
    rows::announcements::read(&Cells::of("announcements", row))
}
