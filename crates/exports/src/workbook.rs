//! A workbook with one sheet: dates are dates, and amounts are numbers that can be added up.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use tantu_domain::money::Money;

use crate::ExportError;
use crate::statement::Statement;
use crate::table::{COLUMNS, signed};

const WIDTHS: [u32; 9] = [12, 12, 34, 34, 12, 28, 14, 14, 9];

pub(crate) fn write(statement: &Statement) -> Result<Vec<u8>, ExportError> {
    let owed = statement.owed_after_each()?;
    let mut workbook = Workbook::new();
    fill(&mut workbook, statement, &owed)?;
    Ok(workbook.save_to_buffer()?)
}

fn fill(workbook: &mut Workbook, statement: &Statement, owed: &[Money]) -> Result<(), XlsxError> {
    let title = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let amount = Format::new().set_num_format("#,##0.00");
    let sheet = workbook.add_worksheet();
    sheet.set_name("pay-later")?;
    for ((column, name), width) in (0..).zip(COLUMNS).zip(WIDTHS) {
        sheet.write_string_with_format(0, column, name, &title)?;
        sheet.set_column_width(column, width)?;
    }
    for ((row, line), owed) in (1..).zip(&statement.lines).zip(owed) {
        sheet.write_string_with_format(row, 0, line.on.to_string(), &date)?;
        sheet.write_string(row, 1, line.kind.id())?;
        sheet.write_string(row, 2, &line.reference)?;
        sheet.write_string(row, 3, line.bill.to_string())?;
        sheet.write_string_with_format(row, 4, line.due_on.to_string(), &date)?;
        sheet.write_string(row, 5, &line.about)?;
        sheet.write_number_with_format(row, 6, number(&signed(line)), &amount)?;
        sheet.write_number_with_format(row, 7, number(&owed.decimal()), &amount)?;
        sheet.write_string(row, 8, line.amount.currency().code())?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A workbook knows no other numbers than floating ones; those of money are exact in them up to ninety trillion.
fn number(decimal: &str) -> f64 {
    decimal.parse().unwrap_or(f64::NAN)
}
