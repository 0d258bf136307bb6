//! The rules of the tree, as a command and as a test. One rule a file; each has a control that plants a violation.
//!
//! A rule sees the tree as texts with paths and nothing else, so that a control can plant any tree it likes.

mod arrows;
mod chinese;
mod environment;
mod function_sizes;
mod heads;
mod names;
mod notes;
mod outside_names;
mod panics;
mod siblings;
mod sizes;
mod source;
mod sql;
mod status_codes;
mod tree;

use std::fmt;
use std::path::Path;

use crate::failure::Failure;
use crate::tidy::tree::Tree;

/// One place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    why: String,
}

impl Finding {
    fn new(path: impl Into<String>, line: usize, why: impl Into<String>) -> Self {
        Self { path: path.into(), line, why: why.into() }
    }
}

struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule { name: "arrows", check: arrows::check },
    Rule { name: "names", check: names::check },
    Rule { name: "siblings", check: siblings::check },
    Rule { name: "heads", check: heads::check },
    Rule { name: "sizes", check: sizes::check },
    Rule { name: "function-sizes", check: function_sizes::check },
    Rule { name: "sql", check: sql::check },
    Rule { name: "status-codes", check: status_codes::check },
    Rule { name: "chinese", check: chinese::check },
    Rule { name: "environment", check: environment::check },
    Rule { name: "panics", check: panics::check },
    Rule { name: "notes", check: notes::check },
    Rule { name: "outside-names", check: outside_names::check },
];

/// A finding with the rule that it breaks, as it is printed.
struct Broken {
    rule: &'static str,
    finding: Finding,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { path, line, why } = &self.finding;
        write!(f, "{path}:{line}: {}: {why}", self.rule)
    }
}

fn broken(tree: &Tree) -> Vec<Broken> {
    let of = |rule: &Rule| {
        let mut findings = (rule.check)(tree);
        findings.sort();
        let name = rule.name;
        findings.into_iter().map(move |finding| Broken { rule: name, finding })
    };
    RULES.iter().flat_map(of).collect()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Checks the tree that this tool was built from; whether it is tidy.
pub(crate) fn run() -> Result<bool, Failure> {
    let tree = Tree::read(root())?;
    let broken = broken(&tree);
    for one in &broken {
        println!("{one}");
    }
    match broken.len() {
        0 => println!("tidy: {} rules hold in {} files", RULES.len(), tree.files().len()),
        many => println!("tidy: {many} to put in order"),
    }
    Ok(broken.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let broken = broken(&Tree::read(root()).unwrap());
        let lines: Vec<String> = broken.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "to put in order:\n{}", lines.join("\n"));
    }

    #[test]
    fn the_tree_was_really_read() {
        let tree = Tree::read(root()).unwrap();
        for path in ["Cargo.toml", "test", "crates/domain/src/cause.rs", "crates/xtask/src/tidy.rs"] {
            assert!(tree.files().iter().any(|file| file.path == path), "{path} was not read");
        }
    }

    #[test]
    fn a_finding_reads_as_a_place_a_rule_and_a_reason() {
        let broken = Broken { rule: "heads", finding: Finding::new("crates/web/src/a.rs", 1, "why") };
        assert_eq!(broken.to_string(), "crates/web/src/a.rs:1: heads: why");
    }
}
