//! Limits and ceilings as the configuration has them, in fen, each field checked.

use serde::Deserialize;
use tantu_domain::bank::Bank;
use tantu_domain::ceiling::Ceilings;
use tantu_domain::channel::Channel;
use tantu_domain::instrument::Product;
use tantu_domain::limit::{Figures, ProductLimit, PublishedLimit, Publisher};
use tantu_domain::money::Money;

use crate::output::Failure;

/// Our own limits of one product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitSection {
    product: String,
    per_transaction: Option<i64>,
    per_day: Option<i64>,
    per_month: Option<i64>,
    password_free: Option<i64>,
}

/// What a bank or channel has published of its own limits of one product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedSection {
    bank: Option<String>,
    channel: Option<String>,
    product: String,
    per_transaction: Option<i64>,
    per_day: Option<i64>,
    per_month: Option<i64>,
}

/// The regulator's ceilings for paying from a balance. One that is left out is not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CeilingsSection {
    tier_one: Option<i64>,
    tier_two: Option<i64>,
    tier_three: Option<i64>,
    one_factor_per_day: Option<i64>,
    two_factors_per_day: Option<i64>,
}

fn amount(field: &str, fen: Option<i64>) -> Result<Option<Money>, Failure> {
    match fen {
        Some(fen) if fen <= 0 => {
            Err(Failure::usage(format!("{field}: {fen} fen is no limit; write more than 0, or leave it out")))
        }
        _ => Ok(fen.map(Money::cny)),
    }
}

fn product(field: &str, name: &str) -> Result<Product, Failure> {
    let unknown = || {
        Failure::with_hint(
            format!("{field}: {name:?} is no product"),
            "write wallet, alipay_mandate, alipay_confirmed, debit_card or credit_card",
        )
    };
    Product::parse(name).ok_or_else(unknown)
}

impl LimitSection {
    pub(crate) fn limit(&self) -> Result<ProductLimit, Failure> {
        Ok(ProductLimit {
            product: product("policy.limits.product", &self.product)?,
            per_transaction: amount("policy.limits.per_transaction", self.per_transaction)?,
            per_day: amount("policy.limits.per_day", self.per_day)?,
            per_month: amount("policy.limits.per_month", self.per_month)?,
            password_free: amount("policy.limits.password_free", self.password_free)?,
        })
    }
}

impl PublishedSection {
    pub(crate) fn limit(&self) -> Result<PublishedLimit, Failure> {
        let owner = match (&self.bank, &self.channel) {
            (Some(bank), None) => Bank::parse(bank).map(Publisher::Bank),
            (None, Some(channel)) => Channel::parse(channel).map(Publisher::Channel),
            (Some(_), Some(_)) | (None, None) => None,
        };
        let nobody = || {
            let why = "policy.published: nobody publishes this limit";
            Failure::with_hint(why.to_owned(), "write bank = \"icbc\" or channel = \"alipay\", one of both")
        };
        Ok(PublishedLimit {
            owner: owner.ok_or_else(nobody)?,
            product: product("policy.published.product", &self.product)?,
            figures: Figures {
                per_transaction: amount("policy.published.per_transaction", self.per_transaction)?,
                per_day: amount("policy.published.per_day", self.per_day)?,
                per_month: amount("policy.published.per_month", self.per_month)?,
            },
        })
    }
}

impl CeilingsSection {
    pub(crate) fn ceilings(&self) -> Result<Ceilings, Failure> {
        Ok(Ceilings {
            tier_one: amount("policy.ceilings.tier_one", self.tier_one)?,
            tier_two: amount("policy.ceilings.tier_two", self.tier_two)?,
            tier_three: amount("policy.ceilings.tier_three", self.tier_three)?,
            one_factor_per_day: amount("policy.ceilings.one_factor_per_day", self.one_factor_per_day)?,
            two_factors_per_day: amount("policy.ceilings.two_factors_per_day", self.two_factors_per_day)?,
        })
    }
}
