//! Pay later as the configuration has it: the lender and the figures of the product, each field checked. What is left out is
//! as [`Terms::standard`] states it.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;
use tantu_domain::ids::MerchantId;
use tantu_domain::money::Money;
use tantu_engine::pay_later::PayLater;
use tantu_paylater::calendar::Calendar;
use tantu_paylater::terms::{Rate, Terms};
use tantu_store::access::Merchant;

use crate::output::Failure;

/// What a sandbox's practice lender is called.
const PRACTICE_LENDER: &str = "Tantu practice lender";

/// Until when a sandbox practises in years whose days off nobody has announced.
const PRACTICE_YEARS: std::ops::RangeInclusive<i16> = 2024..=2099;

/// The lender, and what differs from the standard product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayLaterSection {
    /// The lender's id, `mer_…`. Repayments are payments to him.
    lender: String,
    /// His name, as payers see it.
    lender_name: String,
    /// The edition of the terms that holders accept.
    version: Option<String>,
    statement_day: Option<i8>,
    due_day: Option<i8>,
    grace_days: Option<i32>,
    /// Millionths a day, until the grace ends.
    rate: Option<u32>,
    /// Millionths a day, after it.
    overdue_rate: Option<u32>,
    /// In fen, once.
    late_fee: Option<i64>,
    score_to_use: Option<u16>,
    /// A file of announced days off, in place of the built-in one.
    calendar_file: Option<PathBuf>,
}

/// The product with the lender as a merchant.
pub(crate) struct Offered {
    pub(crate) product: PayLater,
    pub(crate) lender: Merchant,
}

impl PayLaterSection {
    /// The product that it describes.
    pub(crate) fn offered(&self) -> Result<Offered, Failure> {
        let lender: MerchantId = self
            .lender
            .parse()
            .map_err(|_| Failure::usage(format!("pay_later.lender: {:?} is no merchant's id (mer_…)", self.lender)))?;
        let mut terms = Terms::standard();
        terms.version = self.version.clone().unwrap_or(terms.version);
        terms.statement_day = day("pay_later.statement_day", self.statement_day, terms.statement_day)?;
        terms.due_day = day("pay_later.due_day", self.due_day, terms.due_day)?;
        terms.grace_days = self.grace_days.unwrap_or(terms.grace_days);
        terms.rate = self.rate.map_or(terms.rate, Rate::per_day);
        terms.overdue_rate = self.overdue_rate.map_or(terms.overdue_rate, Rate::per_day);
        terms.late_fee = self.late_fee.map_or(terms.late_fee, Money::cny);
        terms.score_to_use = self.score_to_use.unwrap_or(terms.score_to_use);
        if terms.grace_days < 0 || terms.late_fee.minor() < 0 {
            return Err(Failure::usage("pay_later.grace_days and pay_later.late_fee are 0 or more"));
        }
        let calendar = match &self.calendar_file {
            Some(path) => Calendar::parse(&std::fs::read_to_string(path)?),
            None => Calendar::announced(),
        };
        let calendar = calendar.map_err(|error| Failure::usage(format!("pay_later.calendar_file: {error}")))?;
        let lender = Merchant { id: lender, name: self.lender_name.clone() };
        Ok(Offered {
            product: PayLater { lender: lender.id, terms: Arc::new(terms), calendar: Arc::new(calendar) },
            lender,
        })
    }
}

/// What a server beside a sandbox offers when its configuration names no lender: the standard product, a lender who is made up,
/// and a calendar that goes on with weekends alone, so that a year of bills can be played.
pub(crate) fn practice() -> Result<Offered, Failure> {
    let bytes = [0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 1, 0];
    let id = MerchantId::from_bytes(bytes).ok_or_else(|| Failure::usage("the practice lender has no id"))?;
    let calendar = Calendar::announced().map_err(|error| Failure::usage(error.to_string()))?.practising(PRACTICE_YEARS);
    Ok(Offered {
        product: PayLater { lender: id, terms: Arc::new(Terms::standard()), calendar: Arc::new(calendar) },
        lender: Merchant { id, name: PRACTICE_LENDER.to_owned() },
    })
}

fn day(field: &str, asked: Option<i8>, usual: i8) -> Result<i8, Failure> {
    match asked {
        Some(day) if !(1..=28).contains(&day) => {
            Err(Failure::usage(format!("{field}: {day} is no day that every month has; write 1 to 28")))
        }
        asked => Ok(asked.unwrap_or(usual)),
    }
}
