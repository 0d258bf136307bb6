//! Plain-text double entry: what is owed is a liability, and the balance at the end is asserted, so that a reader checks it.

use std::fmt::Write;

use tantu_domain::money::MoneyError;

use crate::statement::{Kind, Line, Statement};

const DEBT: &str = "Liabilities:PayLater";
const OPENING: &str = "Equity:Opening-Balances";

pub(crate) fn write(statement: &Statement) -> Result<String, MoneyError> {
    let currency = statement.owed_before.currency().code();
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(text, "option \"title\" \"{}\"", quoted(&statement.account.to_string()));
    let _ = writeln!(text, "option \"operating_currency\" \"{currency}\"\n");
    let kinds = [Kind::Purchase, Kind::Interest, Kind::Costs, Kind::Repayment, Kind::Refund];
    let mut accounts: Vec<&str> = kinds.into_iter().map(other_side).chain([DEBT, OPENING]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        let _ = writeln!(text, "{} open {account} {currency}", statement.from);
    }
    if statement.owed_before.minor() != 0 {
        let (on, owed) = (statement.from, statement.owed_before.decimal());
        let _ = writeln!(text, "\n{on} * \"Owed before\"\n  {DEBT}  {} {currency}\n  {OPENING}", negated(&owed));
    }
    statement.lines.iter().for_each(|line| write_line(&mut text, line));
    let owed = negated(&statement.owed_at_end()?.decimal());
    let after = statement.to.tomorrow().unwrap_or(statement.to);
    // Without a tolerance of its own a reader would let a fen go.
    let _ = writeln!(text, "\n{after} balance {DEBT}  {owed} ~ 0.00 {currency}");
    Ok(text)
}

fn write_line(text: &mut String, line: &Line) {
    let (amount, currency) = (line.amount.decimal(), line.amount.currency().code());
    let debt = if line.kind.adds() { negated(&amount) } else { amount };
    let about = quoted(&line.about);
    let _ = writeln!(text, "\n{} * \"{about}\" \"{}\"", line.on, line.kind.id());
    let _ = writeln!(
        text,
        "  reference: \"{}\"\n  bill: \"{}\"\n  due: {}",
        quoted(&line.reference),
        line.bill,
        line.due_on
    );
    let _ = writeln!(text, "  {DEBT}  {debt} {currency}\n  {}", other_side(line.kind));
}

fn other_side(kind: Kind) -> &'static str {
    match kind {
        Kind::Purchase | Kind::Refund => "Expenses:Purchases",
        Kind::Interest => "Expenses:Interest",
        Kind::Costs => "Expenses:Fees",
        Kind::Repayment => "Assets:Repayments",
    }
}

fn negated(decimal: &str) -> String {
    decimal.strip_prefix('-').map_or_else(|| format!("-{decimal}"), str::to_owned)
}

/// A text within quotes, on one line.
fn quoted(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('\\', "\\\\").replace('"', "\\\"")
}
