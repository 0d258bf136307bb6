//! Only `web` decides status codes. The sandbox and the gates speak HTTP of their own, and a client reads what it was answered.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const MAY: &[&str] = &["web", "sandbox", "channels", "cli", "xtask", "gates"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !file.krate().is_some_and(|krate| MAY.contains(&krate))) {
        for line in file.lines().iter().filter(|line| line.code.contains("StatusCode")) {
            findings.push(Finding::new(&file.path, line.number, "only web knows status codes; return what happened"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_a_status_code_in_a_use_case() {
        let text = "// StatusCode\nuse axum::http::StatusCode;\n";
        let files = [("crates/engine/src/payments/create.rs", text), ("crates/web/src/problem.rs", text)];
        found(check, &files, &[("crates/engine/src/payments/create.rs", 2)]);
    }
}
