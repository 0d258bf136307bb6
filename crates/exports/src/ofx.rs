//! Open Financial Exchange 2.0.3, a credit account's statement: the download that finance programs read.
//!
//! Source of the elements and their lengths: the OFX 2.0.3 specification, chapters 2, 3 and 11.

use std::fmt::Write;

use jiff::civil::Date;
use tantu_domain::money::MoneyError;

use crate::statement::{Kind, Line, Statement};

const HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n",
    "<?OFX OFXHEADER=\"200\" VERSION=\"203\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n"
);

const GOOD: &str = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>";

/// An account's number has no more places (`A-22`).
const ACCOUNT_PLACES: usize = 22;

/// A payee's name has no more places (`A-32`).
const NAME_PLACES: usize = 32;

pub(crate) fn write(statement: &Statement) -> Result<String, MoneyError> {
    let made = statement.made_at.strftime("%Y%m%d%H%M%S[0:GMT]");
    let account = statement.account.to_string();
    // The last places of an id are those that differ.
    let account = account.get(account.len().saturating_sub(ACCOUNT_PLACES)..).unwrap_or(&account);
    let mut text = String::from(HEAD);
    // Writing to a text cannot fail.
    let _ = writeln!(
        text,
        "<OFX><SIGNONMSGSRSV1><SONRS>{GOOD}<DTSERVER>{made}</DTSERVER><LANGUAGE>ZHO</LANGUAGE></SONRS></SIGNONMSGSRSV1>\n\
         <CREDITCARDMSGSRSV1><CCSTMTTRNRS><TRNUID>0</TRNUID>{GOOD}<CCSTMTRS><CURDEF>{}</CURDEF>\
         <CCACCTFROM><ACCTID>{account}</ACCTID></CCACCTFROM>\n<BANKTRANLIST><DTSTART>{}</DTSTART><DTEND>{}</DTEND>",
        statement.owed_before.currency().code(),
        day(statement.from),
        day(statement.to),
    );
    statement.lines.iter().for_each(|line| write_line(&mut text, line));
    let owed = statement.owed_at_end()?;
    // What is owed is a balance below nothing.
    let balance = if owed.minor() == 0 { owed.decimal() } else { format!("-{}", owed.decimal()).replace("--", "") };
    let _ = writeln!(
        text,
        "</BANKTRANLIST><LEDGERBAL><BALAMT>{balance}</BALAMT><DTASOF>{}</DTASOF></LEDGERBAL>\
         </CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>",
        day(statement.to),
    );
    Ok(text)
}

fn write_line(text: &mut String, line: &Line) {
    let (kind, sign) = match line.kind {
        Kind::Purchase => ("DEBIT", "-"),
        Kind::Interest => ("INT", "-"),
        Kind::Costs => ("FEE", "-"),
        Kind::Repayment => ("PAYMENT", ""),
        Kind::Refund => ("CREDIT", ""),
    };
    let name: String = line.about.chars().take(NAME_PLACES).collect();
    let _ = writeln!(
        text,
        "<STMTTRN><TRNTYPE>{kind}</TRNTYPE><DTPOSTED>{}</DTPOSTED><TRNAMT>{sign}{}</TRNAMT><FITID>{}</FITID>\
         <NAME>{}</NAME><MEMO>{}</MEMO></STMTTRN>",
        day(line.on),
        line.amount.decimal(),
        escaped(&line.reference),
        escaped(&name),
        line.bill,
    );
}

fn day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

fn escaped(text: &str) -> String {
    let plain: String = text.chars().filter(|char| !char.is_control()).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
