//! A file that grows past what a reader holds in mind asks to be split along what it is about.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const MOST_LINES: usize = 600;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let long = tree.rust().filter_map(|file| {
        let lines = file.text.lines().count();
        let why = format!("{lines} lines are more than {MOST_LINES}; split it along what it is about");
        (lines > MOST_LINES).then(|| Finding::new(&file.path, MOST_LINES + 1, why))
    });
    long.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_a_file_that_is_one_line_too_long() {
        let (fits, long) = ("\n".repeat(MOST_LINES), "\n".repeat(MOST_LINES + 1));
        let files = [("crates/web/src/fits.rs", fits.as_str()), ("crates/web/src/long.rs", long.as_str())];
        found(check, &files, &[("crates/web/src/long.rs", MOST_LINES + 1)]);
    }
}
