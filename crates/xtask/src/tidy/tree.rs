//! The tree as texts with paths. What is generated or fetched (target, `node_modules`) is no part of it.

use std::io;
use std::path::Path;

use crate::tidy::source::{self, Line};

/// What is made by tools and never tracked. In a worktree `.git` is a file.
const MADE_BY_TOOLS: &[&str] = &[".git", "target", "node_modules", ".venv", "__pycache__"];

/// One file that is text.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// The crate's folder below `crates/`, if it is in one.
    pub(crate) fn krate(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.ends_with(".rs")
    }

    pub(crate) fn ends_with(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    /// Whether the whole file is compiled for tests only.
    pub(crate) fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        let folder = parts.iter().any(|part| matches!(*part, "tests" | "benches" | "examples"));
        folder || self.ends_with("/tests.rs")
    }

    /// The lines of a Rust file, with code, texts and comments apart.
    pub(crate) fn lines(&self) -> Vec<Line> {
        source::read(&self.text, self.is_test())
    }
}

/// All files, in the order of their paths.
#[derive(Debug)]
pub(crate) struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads every text below a folder.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        walk(root, "", &mut files)?;
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Self { files })
    }

    pub(crate) fn files(&self) -> &[File] {
        &self.files
    }

    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (path, kind) = (format!("{prefix}{name}"), entry.file_type()?);
        if MADE_BY_TOOLS.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file()
            // What is no text has no lines to check.
            && let Ok(text) = String::from_utf8(std::fs::read(entry.path())?)
        {
            files.push(File { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod planted {
    //! Trees that the controls plant.

    use super::{File, Tree};
    use crate::tidy::Finding;

    /// A tree of these files.
    pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Tree { files: files.iter().map(file).collect() }
    }

    /// The rule finds exactly these places in these files.
    #[track_caller]
    pub(crate) fn found(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)], places: &[(&str, usize)]) {
        let findings = check(&tree(files));
        let mut at: Vec<(&str, usize)> = findings.iter().map(|finding| (finding.path.as_str(), finding.line)).collect();
        at.sort_unstable();
        assert_eq!(at, places, "{findings:#?}");
    }
}
