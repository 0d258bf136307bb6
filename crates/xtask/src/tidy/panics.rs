//! Nothing panics by surprise: an error is returned, an impossible case is an assertion with a sentence.
//!
//! Clippy knows the types and finds the calls; this rule sees that nobody takes it off its post, and finds the plainest
//! calls without it.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const SURPRISES: &[&str] = &[".unwrap()", ".unwrap_err()"];

const GUARDS: &[&str] = &["clippy::unwrap_used", "clippy::expect_used"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.files().iter().filter(|file| file.krate().is_some() && file.ends_with("/Cargo.toml"));
    let unguarded = manifests.filter(|file| file.path.split('/').count() == 3).filter_map(check_manifest);
    tree.rust().flat_map(check_source).chain(unguarded).collect()
}

fn check_source(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for line in file.lines().iter().filter(|line| !line.test) {
        if let Some(surprise) = SURPRISES.iter().find(|surprise| line.code.contains(**surprise)) {
            let why = format!("{surprise} outside tests; return the error, or assert with a sentence");
            findings.push(Finding::new(&file.path, line.number, why));
        }
        if let Some(guard) = GUARDS.iter().find(|guard| line.code.contains(**guard)) {
            findings.push(Finding::new(&file.path, line.number, format!("{guard} is switched off outside tests")));
        }
    }
    findings
}

/// A crate that does not take the workspace's lints is not watched at all.
fn check_manifest(manifest: &File) -> Option<Finding> {
    let mut lines = manifest.text.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    let watched = lines.next() == Some("workspace = true");
    (!watched).then(|| Finding::new(&manifest.path, 1, "take the workspace's lints: [lints] workspace = true"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_what_panics_outside_tests() {
        let text = "#[expect(dead_code)]\nlet a = b.unwrap_or(1);\nlet c = d\n    .unwrap();\nlet e = \".unwrap()\";\n#[cfg(test)]\nmod tests {\n    fn f() { g.unwrap(); }\n}\n#[allow(clippy::expect_used)]\n";
        found(check, &[("crates/web/src/a.rs", text)], &[("crates/web/src/a.rs", 4), ("crates/web/src/a.rs", 10)]);
    }

    #[test]
    fn finds_a_crate_that_nobody_watches() {
        let files = [
            ("crates/cli/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
            ("crates/web/Cargo.toml", "[package]\n\n[lints.rust]\nunsafe_code = \"allow\"\n"),
        ];
        found(check, &files, &[("crates/web/Cargo.toml", 1)]);
    }
}
