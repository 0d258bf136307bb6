//! Siblings have the same file names: whoever knows one channel or one store knows them all. What only some channels
//! offer has one name, too, and stands in a list here, so that the same thing is not called differently next door. How a
//! database lays its rows out is its own matter: migrations are no siblings.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// Files for what not every channel offers: a standing permission, orders on the channel's page; binding a card, the
/// bank's code for a payment, sealing what the payer has entered.
const OFFERED_BY_SOME: &[&str] = &["mandate.rs", "page_order.rs", "binding.rs", "code.rs", "seal.rs"];

/// A folder, and the siblings in it. The text-message sender and the identity registry are no payment channels.
const FAMILIES: &[(&str, &[&str])] = &[
    ("crates/channels/src", &["alipay", "wechatpay", "douyinpay", "unionpay"]),
    ("crates/store/src", &["sqlite", "postgres"]),
    ("crates/store/src/migrations", &["sqlite", "postgres"]),
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    FAMILIES.iter().flat_map(|(folder, siblings)| check_family(tree, folder, siblings)).collect()
}

fn check_family(tree: &Tree, folder: &str, siblings: &[&str]) -> Vec<Finding> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for sibling in siblings {
        let prefix = format!("{folder}/{sibling}/");
        let own = tree.files().iter().filter_map(|file| file.path.strip_prefix(&prefix));
        let own: BTreeSet<&str> = own.collect();
        if !own.is_empty() {
            names.insert(sibling, own);
        }
    }
    let all: BTreeSet<&str> = names.values().flatten().copied().collect();
    let missing = |(sibling, own): (&&str, &BTreeSet<&str>)| {
        let path = format!("{folder}/{sibling}");
        let missing: Vec<Finding> = all
            .difference(own)
            .filter(|name| !OFFERED_BY_SOME.contains(name))
            .map(|name| Finding::new(&path, 1, format!("has no {name}, and a sibling of it has")))
            .collect();
        missing
    };
    names.iter().flat_map(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_a_sibling_that_lacks_a_file() {
        let files = [
            ("crates/channels/src/alipay/charge.rs", ""),
            ("crates/channels/src/alipay/refund.rs", ""),
            ("crates/channels/src/alipay/mandate.rs", ""),
            ("crates/channels/src/sms/send.rs", ""),
            ("crates/channels/src/unionpay/charge.rs", ""),
            ("crates/store/src/postgres/folds.rs", ""),
            ("crates/store/src/sqlite/folds.rs", ""),
            ("crates/store/src/sqlite/writer.rs", ""),
        ];
        found(check, &files, &[("crates/channels/src/unionpay", 1), ("crates/store/src/postgres", 1)]);
    }

    #[test]
    fn an_only_child_has_nobody_to_differ_from() {
        found(check, &[("crates/store/src/sqlite/writer.rs", "")], &[]);
    }
}
