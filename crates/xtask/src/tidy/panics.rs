//! Nothing panics by surprise: an error is returned, an impossible case is an assertion with a sentence.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const SURPRISES: &[&str] = &[".unwrap()", ".expect(", ".unwrap_err()", ".expect_err("];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let lines = file.lines();
        for line in lines.iter().filter(|line| !line.test) {
            if let Some(surprise) = SURPRISES.iter().find(|surprise| line.code.contains(**surprise)) {
                let why = format!("{surprise} outside tests; return the error, or assert with a sentence");
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
    fn finds_what_panics_outside_tests() {
        let text = "#[expect(dead_code)]\nlet a = b.unwrap_or(1);\nlet c = d\n    .unwrap();\nlet e = \".unwrap()\";\n#[cfg(test)]\nmod tests {\n    fn f() { g.expect(\"h\"); }\n}\nlet i = j.expect(\"k\");\n";
        found(check, &[("crates/web/src/a.rs", text)], &[("crates/web/src/a.rs", 4), ("crates/web/src/a.rs", 10)]);
    }
}
