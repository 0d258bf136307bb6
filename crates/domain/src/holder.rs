//! What a payment, and the binding of a card, ask of their holder: a verified identity, a document that is good, a phone, and that nothing changed
//! which nobody has confirmed.

use jiff::Timestamp;

use crate::account::Account;
use crate::ceiling::Tier;
use crate::check::Rule;
use crate::clock::day_of;
use crate::evidence::{Evidence, Value};
use crate::holder_evidence::HolderEvidence;
use crate::instrument::Product;
use crate::line::PaysFor;
use crate::money::Money;
use crate::person::{HolderMark, Person};
use crate::policy::IdentityPolicy;

/// One thing that is asked of the holder: what is looked at, and what it proves if it does not hold.
pub(crate) struct Asked {
    pub(crate) rule: Rule,
    pub(crate) input: Value,
    pub(crate) threshold: Value,
    pub(crate) evidence: Evidence,
}

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// What every payment asks.
pub(crate) fn of_account(policy: &IdentityPolicy, person: &Person) -> Option<Asked> {
    let changed = person.changed.filter(|_| policy.confirms_changes)?;
    Some(Asked {
        rule: Rule::DetailsConfirmed,
        input: word(changed.what.id()),
        threshold: Value::Unknown,
        evidence: HolderEvidence::InfoChanged { what: changed.what.id(), changed_at: changed.at }.into(),
    })
}

/// What a payment of `amount` by this product asks besides. A wallet asks the same whether it pays or is topped up.
pub(crate) fn of_product(
    policy: &IdentityPolicy,
    account: &Account,
    (product, pays_for): (Product, PaysFor),
    amount: Money,
    now: Timestamp,
) -> Vec<Asked> {
    let mut asked = Vec::new();
    let is_wallet = product == Product::Wallet || pays_for == PaysFor::Wallet;
    let needed = if is_wallet { policy.wallet } else { policy.needed_above(amount) };
    if let Some(tier) = needed {
        asked.push(identity(account, tier, policy.unverified_most));
        asked.extend(document(&account.person, now));
    }
    asked.extend((is_wallet && policy.wallet_needs_phone).then(|| phone(&account.person)));
    asked
}

/// What the binding of a card asks.
pub(crate) fn of_binding(policy: &IdentityPolicy, account: &Account, now: Timestamp) -> Vec<Asked> {
    let mut asked: Vec<Asked> = of_account(policy, &account.person).into_iter().collect();
    if let Some(tier) = policy.binding {
        asked.push(identity(account, tier, None));
        asked.extend(document(&account.person, now));
    }
    asked.extend(policy.binding_needs_phone.then(|| phone(&account.person)));
    asked
}

/// What a card asks of the account that pays with it, or that it is bound to: that both are one person's. Where one of the
/// two is not known there is nothing to compare.
pub(crate) fn of_card(person: &Person, holder: Option<&HolderMark>) -> Option<Asked> {
    let (own, holder) = (person.mark.as_ref()?, holder?);
    Some(Asked {
        rule: Rule::CardHolder,
        input: word(if own.hash == holder.hash { "own" } else { "another" }),
        threshold: word("own"),
        evidence: HolderEvidence::NameMismatch {
            side: "card",
            holder: holder.shown.clone(),
            account_holder: own.shown.clone(),
        }
        .into(),
    })
}

fn phone(person: &Person) -> Asked {
    Asked {
        rule: Rule::PhoneBound,
        input: word(if person.phone_bound_at.is_some() { "bound" } else { "unbound" }),
        threshold: word("bound"),
        evidence: HolderEvidence::PhoneUnbound.into(),
    }
}

fn identity(account: &Account, needed: Tier, allowed: Option<Money>) -> Asked {
    let tier = account.person.identity.map(|_| account.tier);
    let rank = |tier: Option<Tier>| tier.map_or(0, |tier| i64::try_from(tier.sources()).unwrap_or(0));
    Asked {
        rule: Rule::IdentityVerified,
        input: Value::Count(rank(tier)),
        threshold: Value::Count(rank(Some(needed))),
        evidence: HolderEvidence::IdentityUnverified {
            tier: tier.map_or("none", Tier::id),
            needed: needed.id(),
            allowed,
        }
        .into(),
    }
}

fn document(person: &Person, now: Timestamp) -> Option<Asked> {
    let last = person.identity?.valid_until?;
    Some(Asked {
        rule: Rule::DocumentGood,
        input: Value::Day(last),
        threshold: Value::Day(day_of(now)),
        evidence: HolderEvidence::IdentityExpired { expired_on: last }.into(),
    })
}
