//! Words for people live in `explain`, in three languages; a Chinese text anywhere else is one that nobody translated.
//!
//! Data is no word of ours: the channels' own messages, what the sandbox's pages show to developers, and what the
//! people and shops that the demo plays are called and buy.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const MAY: &[&str] = &[
    "crates/explain/",
    "crates/codes/",
    "crates/sandbox/",
    "crates/channels/",
    "crates/cli/src/stage",
    "crates/cli/src/matrix",
    "crates/cli/src/commands/demo",
];

/// The product's own name is the same in every language.
const NAME: &str = "坦途";

fn is_chinese(char: char) -> bool {
    matches!(char, '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !MAY.iter().any(|may| file.path.starts_with(may))) {
        let lines = file.lines();
        for line in lines.iter().filter(|line| !line.test) {
            if line.code.contains(is_chinese) || line.text.replace(NAME, "").contains(is_chinese) {
                let why = "a Chinese text outside crates/explain: put the words there, in all three languages";
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
    fn finds_words_that_nobody_translated() {
        let text = "// 注释\nlet a = \"支付\";\n#[cfg(test)]\nmod tests {\n    const B: &str = \"支付\";\n}\n";
        let files = [
            ("crates/explain/src/words.rs", text),
            ("crates/web/src/page.rs", text),
            ("crates/web/tests/pages.rs", "let a = \"支付\";\n"),
        ];
        found(check, &files, &[("crates/web/src/page.rs", 2)]);
    }
}
