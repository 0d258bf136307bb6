//! Every file begins by saying what lives in it and which invariant it keeps.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// A first line of no more than this, its `//!` included, is a title and not a sentence.
const TITLE: usize = 20;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let headless = tree.rust().filter(|file| {
        let first = file.text.lines().next().unwrap_or_default();
        !first.starts_with("//!") || first.trim_end().chars().count() <= TITLE
    });
    let why = "begin with a sentence after //! that says what lives here";
    headless.map(|file| Finding::new(&file.path, 1, why)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_files_without_a_head() {
        let files = [
            ("crates/web/src/bare.rs", "fn a() {}\n"),
            ("crates/web/src/empty.rs", ""),
            ("crates/web/src/said.rs", "//! Reads the caller from the request's key.\n"),
            ("crates/web/src/short.rs", "//! Payments.\n"),
        ];
        let places = [("crates/web/src/bare.rs", 1), ("crates/web/src/empty.rs", 1), ("crates/web/src/short.rs", 1)];
        found(check, &files, &places);
    }
}
