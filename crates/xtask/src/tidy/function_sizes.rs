//! A function fits on a screen. One that cannot says why, with `#[expect(clippy::too_many_lines, reason = "…")]`.

use crate::tidy::Finding;
use crate::tidy::source::Line;
use crate::tidy::tree::{File, Tree};

const MOST_LINES: usize = 70;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let lines = file.lines();
    let long = functions(&lines).into_iter().filter_map(|function| {
        let length = function.last - function.first + 1;
        let why = format!("fn {} has {length} lines, more than {MOST_LINES}; split it", function.name);
        (length > MOST_LINES && !is_exempt(&lines, function.first))
            .then(|| Finding::new(&file.path, function.first, why))
    });
    long.collect()
}

struct Function {
    name: String,
    first: usize,
    last: usize,
}

/// The functions that have a body, nested ones too.
fn functions(lines: &[Line]) -> Vec<Function> {
    let starts = lines.iter().enumerate().filter_map(|(index, line)| {
        let column = keyword(&line.code)?;
        let rest = line.code.get(column + 3..)?;
        let name: String = rest.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
        let last = end(lines, index, column)?;
        (!name.is_empty()).then_some(Function { name, first: line.number, last })
    });
    starts.collect()
}

/// Where the word `fn` stands before a name.
fn keyword(code: &str) -> Option<usize> {
    let at = code.find("fn ")?;
    let alone = code.get(..at)?.chars().next_back().is_none_or(|before| before == ' ');
    alone.then_some(at)
}

/// The line of the brace that ends the body; `None` if there is no body.
fn end(lines: &[Line], index: usize, column: usize) -> Option<usize> {
    let (mut nested, mut depth) = (0_usize, 0_usize);
    for (offset, line) in lines.get(index..)?.iter().enumerate() {
        let skip = if offset == 0 { column } else { 0 };
        for char in line.code.chars().skip(skip) {
            match char {
                '(' | '[' => nested += 1,
                ')' | ']' => nested = nested.saturating_sub(1),
                ';' if depth == 0 && nested == 0 => return None,
                '{' => depth += 1,
                '}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(line.number);
                    }
                }
                _ => {}
            }
        }
    }
    None
}

/// Whether an attribute right above says that the length is meant.
fn is_exempt(lines: &[Line], first: usize) -> bool {
    let above = lines.iter().take(first.saturating_sub(1)).rev();
    let mut attributes = above.take_while(|line| {
        let code = line.code.trim_end();
        !code.is_empty() && !code.ends_with('}') && !code.ends_with(';') && !code.ends_with('{')
            || !line.comment.is_empty()
    });
    attributes.any(|line| line.code.contains("too_many_lines"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    fn function(head: &str, lines: usize) -> String {
        format!("{head} {{\n{}}}\n", "    step(\"}\");\n".repeat(lines - 2))
    }

    #[test]
    fn finds_functions_that_are_too_long() {
        let text = [
            "//! head\n".to_owned(),
            function("pub(crate) async fn fits(a: [u8; 4])", MOST_LINES),
            function("impl A {\n    fn nested(&self) -> B", MOST_LINES + 1),
            "}\ntrait C {\n    fn bodiless(&self);\n}\n".to_owned(),
            function("#[expect(clippy::too_many_lines, reason = \"a table\")]\nfn meant()", MOST_LINES + 1),
        ];
        found(check, &[("crates/web/src/a.rs", &text.concat())], &[("crates/web/src/a.rs", MOST_LINES + 3)]);
    }
}
