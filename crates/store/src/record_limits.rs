//! What stands about limits in an account, as JSON in its row: it is read with the account by every decision, and most
//! accounts have none, so it is a column and no table.

use serde::{Deserialize, Serialize};
use tantu_domain::instrument::Product;
use tantu_domain::limit::{Figures, Span};
use tantu_domain::money::Money;
use tantu_domain::own_limit::{AccountLimits, Approval, OwnLimit, Raise};

use crate::record::Wrong;

/// Fen; nothing where nothing is set.
#[derive(Serialize, Deserialize)]
struct OwnRecord {
    product: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    per_transaction: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    per_day: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    per_month: Option<i64>,
    set_at: String,
}

#[derive(Serialize, Deserialize)]
struct RaiseRecord {
    product: String,
    span: String,
    most: i64,
    until: String,
    asked_by: String,
    approved_by: String,
    approved_at: String,
}

#[derive(Serialize, Deserialize)]
struct LimitsRecord {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own: Vec<OwnRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    raises: Vec<RaiseRecord>,
}

/// Writes them; nothing if there is nothing.
pub(crate) fn write_limits(limits: &AccountLimits) -> Option<String> {
    if limits.is_empty() {
        return None;
    }
    let fen = |amount: Option<Money>| amount.map(Money::minor);
    let own = limits.own.iter().map(|own| OwnRecord {
        product: own.product.id().to_owned(),
        per_transaction: fen(own.figures.per_transaction),
        per_day: fen(own.figures.per_day),
        per_month: fen(own.figures.per_month),
        set_at: own.set_at.to_string(),
    });
    let raises = limits.raises.iter().map(|raise| RaiseRecord {
        product: raise.product.id().to_owned(),
        span: raise.span.id().to_owned(),
        most: raise.most.minor(),
        until: raise.until.to_string(),
        asked_by: raise.approval.asked_by().to_owned(),
        approved_by: raise.approval.approved_by().to_owned(),
        approved_at: raise.approval.at().to_string(),
    });
    let record = LimitsRecord { own: own.collect(), raises: raises.collect() };
    // Texts and numbers; nothing in them can fail to be written.
    Some(serde_json::to_string(&record).unwrap_or_else(|error| unreachable!("a record of plain values: {error}")))
}

/// Reads them.
pub(crate) fn read_limits(text: Option<&str>) -> Result<AccountLimits, Wrong> {
    let Some(text) = text else { return Ok(AccountLimits::default()) };
    let record: LimitsRecord = serde_json::from_str(text).map_err(|error| error.to_string())?;
    Ok(AccountLimits {
        own: record.own.into_iter().map(own).collect::<Result<_, _>>()?,
        raises: record.raises.into_iter().map(raise).collect::<Result<_, _>>()?,
    })
}

fn product(id: &str) -> Result<Product, Wrong> {
    Product::parse(id).ok_or_else(|| format!("no product {id}"))
}

fn own(record: OwnRecord) -> Result<OwnLimit, Wrong> {
    let figures = Figures {
        per_transaction: record.per_transaction.map(Money::cny),
        per_day: record.per_day.map(Money::cny),
        per_month: record.per_month.map(Money::cny),
    };
    let set_at = record.set_at.parse().map_err(|_| format!("no time {}", record.set_at))?;
    Ok(OwnLimit { product: product(&record.product)?, figures, set_at })
}

fn raise(record: RaiseRecord) -> Result<Raise, Wrong> {
    let time = |text: &str| text.parse().map_err(|_| format!("no time {text}"));
    let approval = Approval::of(&record.asked_by, &record.approved_by, time(&record.approved_at)?);
    Ok(Raise {
        product: product(&record.product)?,
        span: Span::parse(&record.span).ok_or_else(|| format!("no span {}", record.span))?,
        most: Money::cny(record.most),
        until: time(&record.until)?,
        approval: approval.map_err(|error| error.to_string())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let at = "2026-11-22T04:00:00Z".parse().unwrap();
        let figures = Figures { per_day: Some(Money::cny(50_000)), ..Figures::default() };
        let raise = Raise {
            product: Product::Wallet,
            span: Span::Transaction,
            most: Money::cny(900_000),
            until: at,
            approval: Approval::of("one", "other", at).unwrap(),
        };
        let limits = AccountLimits::default().with_own(Product::Wallet, figures, at).with_raise(raise, at);
        assert_eq!(read_limits(write_limits(&limits).as_deref()), Ok(limits));
        assert_eq!(write_limits(&AccountLimits::default()), None);
        assert!(read_limits(Some("{\"own\":[{\"product\":\"gold\",\"set_at\":\"now\"}]}")).is_err());
        let alone = "{\"raises\":[{\"product\":\"wallet\",\"span\":\"day\",\"most\":1,\"until\":\"2026-11-22T04:00:00Z\",\
                     \"asked_by\":\"a\",\"approved_by\":\"a\",\"approved_at\":\"2026-11-22T04:00:00Z\"}]}";
        assert!(read_limits(Some(alone)).is_err(), "one person is not two, in the database either");
    }
}
