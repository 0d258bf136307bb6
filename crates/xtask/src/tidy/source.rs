//! A Rust file line by line, with what is code, what is text and what is comment apart, and what is for tests only.
//!
//! It reads the language's tokens only as far as that needs: strings, characters, comments and braces.

/// One line, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Counted from one.
    pub(crate) number: usize,
    /// The code; every string in it is empty.
    pub(crate) code: String,
    /// What stands in strings; several on one line have a NUL between them.
    pub(crate) text: String,
    /// What stands in comments.
    pub(crate) comment: String,
    /// Whether it is compiled for tests only.
    pub(crate) test: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    LineComment,
    /// How deep.
    BlockComment(usize),
    Text,
    /// With how many `#`.
    RawText(usize),
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    inside: Inside,
    lines: Vec<Line>,
}

/// Takes a file apart.
pub(crate) fn read(text: &str, all_for_tests: bool) -> Vec<Line> {
    let chars: Vec<char> = text.chars().collect();
    let first = Line { number: 1, ..Line::default() };
    let mut reader = Reader { chars: &chars, at: 0, inside: Inside::Code, lines: vec![first] };
    while reader.at < chars.len() {
        reader.step();
    }
    let mut lines = reader.lines;
    if all_for_tests {
        lines.iter_mut().for_each(|line| line.test = true);
    } else {
        mark_tests(&mut lines);
    }
    lines
}

impl Reader<'_> {
    fn looking_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, wanted)| self.chars.get(self.at + ahead) == Some(&wanted))
    }

    fn line(&mut self) -> &mut Line {
        if self.lines.is_empty() {
            self.lines.push(Line { number: 1, ..Line::default() });
        }
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }

    fn step(&mut self) {
        let char = self.chars[self.at];
        if char == '\n' {
            if self.inside == Inside::LineComment {
                self.inside = Inside::Code;
            }
            let number = self.lines.len() + 1;
            self.lines.push(Line { number, ..Line::default() });
            self.at += 1;
            return;
        }
        match self.inside {
            Inside::Code => self.code(char),
            Inside::LineComment => self.comment(char),
            Inside::BlockComment(depth) => self.block(char, depth),
            Inside::Text => self.text(char),
            Inside::RawText(hashes) => self.raw(char, hashes),
        }
    }

    fn comment(&mut self, char: char) {
        self.line().comment.push(char);
        self.at += 1;
    }

    fn block(&mut self, char: char, depth: usize) {
        if self.looking_at("/*") {
            self.inside = Inside::BlockComment(depth + 1);
            self.at += 2;
        } else if self.looking_at("*/") {
            self.inside = if depth == 1 { Inside::Code } else { Inside::BlockComment(depth - 1) };
            self.at += 2;
        } else {
            self.comment(char);
        }
    }

    fn text(&mut self, char: char) {
        match char {
            // An escaped line end must still count as a line.
            '\\' if self.chars.get(self.at + 1) != Some(&'\n') => {
                let escaped: String = self.chars.iter().skip(self.at).take(2).collect();
                self.line().text.push_str(&escaped);
                self.at += 2;
            }
            '"' => self.close(1),
            other => {
                self.line().text.push(other);
                self.at += 1;
            }
        }
    }

    fn raw(&mut self, char: char, hashes: usize) {
        let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        if self.looking_at(&end) {
            self.close(1 + hashes);
        } else {
            self.line().text.push(char);
            self.at += 1;
        }
    }

    fn close(&mut self, length: usize) {
        self.line().text.push('\0');
        self.line().code.push('"');
        self.inside = Inside::Code;
        self.at += length;
    }

    fn code(&mut self, char: char) {
        if self.looking_at("//") {
            self.inside = Inside::LineComment;
        } else if self.looking_at("/*") {
            self.inside = Inside::BlockComment(1);
            self.at += 2;
        } else if char == '"' {
            self.line().code.push('"');
            self.inside = Inside::Text;
            self.at += 1;
        } else if let Some(hashes) = self.raw_start() {
            self.line().code.push('"');
            self.inside = Inside::RawText(hashes);
            self.at += 2 + hashes;
        } else if char == '\'' {
            self.character();
        } else {
            self.line().code.push(char);
            self.at += 1;
        }
    }

    /// How many `#` a raw string has that begins here; `None` if none begins here.
    fn raw_start(&self) -> Option<usize> {
        let before = self.at.checked_sub(1).and_then(|before| self.chars.get(before));
        let is_name = before.is_some_and(|char| (char.is_alphanumeric() && *char != 'b') || *char == '_');
        if is_name || self.chars[self.at] != 'r' {
            return None;
        }
        let hashes = self.chars.iter().skip(self.at + 1).take_while(|char| **char == '#').count();
        (self.chars.get(self.at + 1 + hashes) == Some(&'"')).then_some(hashes)
    }

    /// A character's value is skipped; a lifetime is code.
    fn character(&mut self) {
        let length = match (self.chars.get(self.at + 1), self.chars.get(self.at + 2)) {
            (Some('\\'), Some(_)) => {
                let end = self.chars.iter().skip(self.at + 3).position(|char| *char == '\'');
                end.map_or(1, |end| end + 4)
            }
            (Some(_), Some('\'')) => 3,
            (Some(_) | None, _) => 1,
        };
        self.line().code.push('\'');
        self.at += length;
    }
}

/// Marks `#[cfg(test)]` and the item after it.
fn mark_tests(lines: &mut [Line]) {
    let mut depth = 0_usize;
    let mut waiting = false;
    let mut until: Option<usize> = None;
    for line in lines {
        if until.is_none() && line.code.trim_start().starts_with("#[cfg(test)]") {
            waiting = true;
        }
        line.test = waiting || until.is_some();
        for char in line.code.chars() {
            match char {
                '{' => {
                    if waiting {
                        waiting = false;
                        until = Some(depth);
                    }
                    depth += 1;
                }
                '}' => {
                    depth = depth.saturating_sub(1);
                    if until == Some(depth) {
                        until = None;
                    }
                }
                ';' if waiting => waiting = false,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        read(text, false).remove(0)
    }

    #[test]
    fn takes_code_texts_and_comments_apart() {
        // (source, code, text, comment)
        let table = [
            (r#"let a = "b{"; // c "d""#, r#"let a = ""; "#, "b{\0", r#"// c "d""#),
            (r##"f(r#"x"y"#, 'z', '"', '\'', 'a: loop)"##, r#"f("", ', ', ', 'a: loop)"#, "x\"y\0", ""),
            (r#"let s = "a\"b";"#, r#"let s = "";"#, "a\\\"b\0", ""),
            ("a /* b /* c */ d */ e", "a  e", "", " b  c  d "),
            (r#"for r in b"bytes" {}"#, r#"for r in b"" {}"#, "bytes\0", ""),
        ];
        for (source, code, text, comment) in table {
            let line = line(source);
            assert_eq!(
                (line.code.as_str(), line.text.as_str(), line.comment.as_str()),
                (code, text, comment),
                "{source}"
            );
        }
    }

    #[test]
    fn marks_what_is_for_tests_and_nothing_after_it() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\"; }\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let marked: Vec<usize> = read(source, false).iter().filter(|line| line.test).map(|line| line.number).collect();
        assert_eq!(marked, [2, 3, 4, 5, 7, 8]);
        assert!(read(source, true).iter().all(|line| line.test));
    }

    #[test]
    fn counts_lines_through_strings_and_comments() {
        let lines = read("a(\"one\\\ntwo\n\");\n/*\n*/ b", false);
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[4].code, " b");
    }
}
