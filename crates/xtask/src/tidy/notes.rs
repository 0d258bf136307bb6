//! Nothing is left for later in the tree: what is not done yet stands in the list of work, not in a comment.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const NOTES: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimple", "mented!(")];

/// Our own texts; a library that is kept as a file may note what it likes.
fn is_ours(file: &File) -> bool {
    let endings = [".rs", ".toml", ".md", ".sql", ".py", ".mjs", ".sh"];
    endings.iter().any(|ending| file.ends_with(ending)) || ["test", ".ci/run"].contains(&file.path.as_str())
}

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| is_ours(file)) {
        for (index, line) in file.text.lines().enumerate() {
            if NOTES.iter().any(|note| line.contains(note)) {
                findings.push(Finding::new(&file.path, index + 1, "do it now, or write it into the list of work"));
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
    fn finds_notes_for_later() {
        let (comment, code) =
            (format!("fn a() {{}}\n// {} later\n", NOTES[0]), format!("fn b() {{ {}) }}\n", NOTES[2]));
        let files = [
            ("crates/web/assets/library.js", comment.as_str()),
            ("crates/web/src/a.rs", comment.as_str()),
            ("crates/web/src/b.rs", code.as_str()),
        ];
        found(check, &files, &[("crates/web/src/a.rs", 2), ("crates/web/src/b.rs", 1)]);
    }
}
