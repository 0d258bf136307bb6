//! What staff tell everybody. There are few.

use rusqlite::{Connection, params};
use tantu_domain::announcement::Announcement;
use tantu_domain::ids::AnnouncementId;

use super::cell::{Cells, optional_time, time};
use super::pay_later::{all, run};
use crate::error::StoreError;
use crate::keys::Keys;
use crate::rows::announcements::read;
use crate::world::World;

pub(super) fn put(connection: &Connection, announcement: &Announcement) -> Result<(), StoreError> {
    let Announcement { maintenance, title, text, withdrawn, .. } = announcement;
    let sql = "INSERT INTO announcements (id, kind, incident, scope, begins_at, ends_at, title_zh_hans, title_zh_hant, title_en,
               text_zh_hans, text_zh_hant, text_en, published_at, published_by, withdrawn_at, withdrawn_by)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
               ON CONFLICT (id) DO UPDATE SET withdrawn_at = ?15, withdrawn_by = ?16";
    let values = params![
        announcement.id.to_string(),
        announcement.kind(),
        maintenance.map(|planned| planned.incident.to_string()),
        maintenance.map(|planned| planned.scope.id()),
        optional_time(maintenance.map(|planned| planned.from)),
        optional_time(maintenance.map(|planned| planned.to)),
        title.zh_hans,
        title.zh_hant,
        title.en,
        text.zh_hans,
        text.zh_hant,
        text.en,
        time(announcement.published_at),
        announcement.published_by.to_string(),
        optional_time(withdrawn.map(|(at, _)| at)),
        withdrawn.map(|(_, by)| by.to_string()),
    ];
    run(connection, sql, values)
}

/// The last ones, the newest first.
pub(super) fn list(connection: &Connection, most: u32) -> Result<Vec<Announcement>, StoreError> {
    let sql = "SELECT * FROM announcements ORDER BY published_at DESC, id DESC LIMIT ?1";
    all(connection, sql, params![most], |row| read(&Cells::of("announcements", row)))
}

/// Those that the keys name.
pub(super) fn load(connection: &Connection, keys: &Keys, world: &mut World) -> Result<(), StoreError> {
    for id in &keys.announcements {
        world.announcements.extend(find(connection, *id)?.into_iter().map(|known| (known.id, known)));
    }
    Ok(())
}

fn find(connection: &Connection, id: AnnouncementId) -> Result<Vec<Announcement>, StoreError> {
    let sql = "SELECT * FROM announcements WHERE id = ?1";
    all(connection, sql, params![id.to_string()], |row| read(&Cells::of("announcements", row)))
}
