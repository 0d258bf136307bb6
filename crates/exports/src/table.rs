//! A table as comma-separated values. A text that a spreadsheet would run as a formula is kept from it by an apostrophe.

use crate::statement::Statement;
use crate::{ExportError, statement::Line};

/// The columns, in the workbook too.
pub(crate) const COLUMNS: [&str; 9] =
    ["date", "kind", "reference", "bill", "due_on", "about", "amount", "owed_after", "currency"];

pub(crate) fn write(statement: &Statement) -> Result<Vec<u8>, ExportError> {
    let failed = |error: csv::Error| ExportError::Table(error.to_string());
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(failed)?;
    for (line, owed) in statement.lines.iter().zip(statement.owed_after_each()?) {
        let record = [
            line.on.to_string(),
            line.kind.id().to_owned(),
            line.reference.clone(),
            line.bill.to_string(),
            line.due_on.to_string(),
            harmless(&line.about),
            signed(line),
            owed.decimal(),
            line.amount.currency().code().to_owned(),
        ];
        table.write_record(&record).map_err(failed)?;
    }
    table.into_inner().map_err(|error| ExportError::Table(error.to_string()))
}

/// The amount in units: what adds to the debt without a sign, what lowers it with a minus.
pub(crate) fn signed(line: &Line) -> String {
    if line.kind.adds() { line.amount.decimal() } else { format!("-{}", line.amount.decimal()) }
}

/// Merchants choose their own names; one that begins like a formula must not become one.
pub(crate) fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
