//! An incident of the platform or of a channel.

use tantu_domain::incident::{Incident, IncidentScope, IncidentSource};

use crate::error::StoreError;
use crate::row::Columns;

pub(crate) fn read(cells: &impl Columns) -> Result<Incident, StoreError> {
    Ok(Incident {
        id: cells.parse("id")?,
        scope: cells.word("scope", IncidentScope::parse)?,
        source: cells.word("source", IncidentSource::parse)?,
        code: cells.text("code")?,
        since: cells.time("since")?,
        expected_end: cells.optional_time("expected_end")?,
        until: cells.optional_time("ended_at")?,
        begun_by: cells.optional("begun_by")?,
        ended_by: cells.optional("ended_by")?,
    })
}
