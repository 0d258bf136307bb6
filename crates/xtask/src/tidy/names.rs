//! What files and crates are called: a name says what lives there, and a folder is its crate.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

/// Names that say nothing about what lives there, so everything ends up there.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager", "core", "v2"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let crates = tree.files().iter().filter_map(crate_name);
    crates.chain(tree.rust().filter_map(file_name)).collect()
}

/// The folder is the crate's name without its prefix; `xtask` is no part of the product and has none.
fn crate_name(file: &File) -> Option<Finding> {
    let krate = file.krate()?;
    if file.path != format!("crates/{krate}/Cargo.toml") {
        return None;
    }
    let expected = if krate == "xtask" { "xtask".to_owned() } else { format!("tantu-{krate}") };
    let line = file.text.lines().position(|line| line.starts_with("name = "))?;
    let name = file.text.lines().nth(line)?.strip_prefix("name = ")?.trim().trim_matches('"');
    let why = format!("the crate in this folder is called {expected}, not {name}");
    (name != expected).then(|| Finding::new(&file.path, line + 1, why))
}

fn file_name(file: &File) -> Option<Finding> {
    if file.ends_with("/mod.rs") {
        return Some(Finding::new(&file.path, 1, "a module is a file beside its folder, never mod.rs"));
    }
    let empty = file.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    let empty = empty.into_iter().find(|part| EMPTY_NAMES.contains(part))?;
    Some(Finding::new(&file.path, 1, format!("{empty} says nothing; name it after what lives there")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_names_that_say_nothing() {
        let files = [
            ("crates/web/src/api/mod.rs", ""),
            ("crates/web/src/common/money.rs", ""),
            ("crates/web/src/payments.rs", ""),
            ("crates/web/src/utils.rs", ""),
        ];
        let places =
            [("crates/web/src/api/mod.rs", 1), ("crates/web/src/common/money.rs", 1), ("crates/web/src/utils.rs", 1)];
        found(check, &files, &places);
    }

    #[test]
    fn finds_a_crate_that_is_not_its_folder() {
        let wrong = "[package]\nname = \"tantu-http\"\n";
        found(check, &[("crates/web/Cargo.toml", wrong)], &[("crates/web/Cargo.toml", 2)]);
        let right =
            [("crates/web/Cargo.toml", "name = \"tantu-web\"\n"), ("crates/xtask/Cargo.toml", "name = \"xtask\"\n")];
        found(check, &right, &[]);
    }
}
