//! Only the command line reads the environment: everything else is told what it needs.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const MAY: &[&str] = &["cli", "xtask"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !file.krate().is_some_and(|krate| MAY.contains(&krate))) {
        let lines = file.lines();
        for line in lines.iter().filter(|line| !line.test && line.code.contains("std::env")) {
            let why = "only cli reads configuration and the environment; take it as an argument";
            findings.push(Finding::new(&file.path, line.number, why));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_a_reader_of_the_environment() {
        let text = "use std::env;\nlet folder = env!(\"CARGO_MANIFEST_DIR\");\n";
        let files = [
            ("crates/cli/src/output.rs", text),
            ("crates/engine/src/lib.rs", text),
            ("crates/store/tests/powercut.rs", text),
        ];
        found(check, &files, &[("crates/engine/src/lib.rs", 1)]);
    }
}
