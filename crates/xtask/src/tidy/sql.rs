//! Only `store` speaks SQL. Whoever else needs a row asks its trait.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const STATEMENTS: &[&str] = &[
    concat!("SEL", "ECT "),
    concat!("INS", "ERT INTO "),
    concat!("UPD", "ATE "),
    concat!("DEL", "ETE FROM "),
    concat!("CRE", "ATE TABLE "),
    concat!("PRA", "GMA "),
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.krate() != Some("store")) {
        for line in file.lines() {
            if let Some(statement) = STATEMENTS.iter().find(|statement| line.text.contains(**statement)) {
                let why = format!("{}in a text: SQL lives in crates/store", statement);
                findings.push(Finding::new(&file.path, line.number, why));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_sql_outside_the_store() {
        let statement = format!("let a = 1;\nlet b = \"{}1\"; // {}2\n", STATEMENTS[0], STATEMENTS[0]);
        let comment = format!("// {}1\n", STATEMENTS[0]);
        let files = [
            ("crates/engine/src/comment.rs", comment.as_str()),
            ("crates/store/src/sqlite/read.rs", statement.as_str()),
            ("crates/web/src/lists.rs", statement.as_str()),
        ];
        found(check, &files, &[("crates/web/src/lists.rs", 2)]);
    }
}
