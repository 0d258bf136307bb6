//! Which crate may know which. The arrows point towards `domain`; `sandbox` and `channels` never meet.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

/// A crate, and the crates of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("codes", &["domain"]),
    ("explain", &["domain"]),
    ("diagnosis", &["domain"]),
    ("paylater", &["domain"]),
    ("exports", &["domain"]),
    ("store", &["domain", "paylater"]),
    ("doctor", &["domain"]),
    ("vault", &[]),
    ("channels", &["domain", "codes"]),
    ("engine", &["domain", "codes", "explain", "paylater", "store", "channels", "vault"]),
    (
        "web",
        &["domain", "codes", "explain", "diagnosis", "paylater", "exports", "store", "channels", "engine", "doctor"],
    ),
    (
        "cli",
        &[
            "domain",
            "codes",
            "explain",
            "diagnosis",
            "paylater",
            "store",
            "channels",
            "engine",
            "doctor",
            "web",
            "sandbox",
            "vault",
        ],
    ),
    ("sandbox", &[]),
    ("cluster", &[]),
    ("gates", &["domain", "codes", "store", "channels", "engine", "web", "sandbox", "cli"]),
    ("population", &[]),
    ("xtask", &["cluster", "domain", "paylater", "population"]),
];

/// What the tests of some crates may start: the other side, because a test is where the two are meant to meet, a database
/// server of their own, and the keys under which an engine seals.
const TESTS_MAY_START: &[(&str, &[&str])] =
    &[("sandbox", &["channels", "engine", "web"]), ("cluster", &["store", "cli"]), ("vault", &["web"])];

/// Libraries that belong to one crate alone, because they are what that crate is for.
const OWNED: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("refinery", "store"),
    ("tokio-postgres", "store"),
    ("deadpool-postgres", "store"),
    ("confique", "cli"),
];

/// All that the pure rules may be built from.
const PURE_MAY_USE: &[&str] = &["jiff", "thiserror"];

/// The crates that hold pure rules.
const PURE: &[&str] = &["domain", "paylater"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.files().iter().filter(|file| file.krate().is_some() && file.ends_with("/Cargo.toml"));
    manifests.filter(|file| file.path.split('/').count() == 3).flat_map(check_manifest).collect()
}

/// A line of a table of dependencies.
struct Dependency<'a> {
    line: usize,
    name: &'a str,
    dev: bool,
}

fn check_manifest(manifest: &File) -> Vec<Finding> {
    let krate = manifest.krate().unwrap_or_default();
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == krate) else {
        let why = format!("crate {krate} has no arrows yet; say in tidy/arrows.rs and ARCHITECTURE.md what it may use");
        return vec![Finding::new(&manifest.path, 1, why)];
    };
    let broken = dependencies(&manifest.text).into_iter().filter_map(|dependency| {
        let why = refused(krate, allowed, &dependency)?;
        Some(Finding::new(&manifest.path, dependency.line, why))
    });
    broken.collect()
}

fn refused(krate: &str, allowed: &[&str], dependency: &Dependency<'_>) -> Option<String> {
    if let Some(ours) = dependency.name.strip_prefix("tantu-") {
        let starts = |(started, by): &(&str, &[&str])| *started == ours && by.contains(&krate);
        let fine = allowed.contains(&ours) || (dependency.dev && TESTS_MAY_START.iter().any(starts));
        return (!fine).then(|| format!("{krate} may not know {ours}; it may know: {}", list(allowed)));
    }
    if PURE.contains(&krate) && !dependency.dev && !PURE_MAY_USE.contains(&dependency.name) {
        return Some(format!("{krate} is pure and uses nothing but {}", list(PURE_MAY_USE)));
    }
    let (_, owner) = OWNED.iter().find(|(library, _)| *library == dependency.name)?;
    (*owner != krate).then(|| format!("{} is {owner}'s alone", dependency.name))
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none of ours".to_owned() } else { names.join(", ") }
}

/// The names in every table of dependencies, also of those for one platform and in the long form.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    let mut table: Option<bool> = None;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let (head, name) = header.rsplit_once("dependencies").unwrap_or(("none", ""));
            let dev = head.ends_with("dev-");
            table = (head != "none" && name.is_empty()).then_some(dev);
            if let Some(name) = name.strip_prefix('.') {
                found.push(Dependency { line: index + 1, name, dev });
            }
        } else if let Some(dev) = table
            && let Some((key, _)) = line.split_once('=')
            && !line.starts_with('#')
        {
            let name = key.trim().split('.').next().unwrap_or_default();
            found.push(Dependency { line: index + 1, name, dev });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::planted::found;

    #[test]
    fn finds_arrows_that_point_the_wrong_way() {
        let domain = "[dependencies]\njiff.workspace = true\nserde = \"1\"\ntantu-store.workspace = true\n\n[dev-dependencies]\nproptest.workspace = true\n";
        let sandbox = "[dependencies]\n# tantu-cli.workspace = true\ntantu-channels = { path = \"../channels\" }\n";
        let web =
            "[target.'cfg(unix)'.dependencies]\nrusqlite = \"1\"\n\n[dependencies.tantu-cli]\npath = \"../cli\"\n";
        let new = "[package]\nname = \"tantu-new\"\n";
        let files = [
            ("crates/domain/Cargo.toml", domain),
            ("crates/new/Cargo.toml", new),
            ("crates/sandbox/Cargo.toml", sandbox),
            ("crates/web/Cargo.toml", web),
        ];
        let places = [
            ("crates/domain/Cargo.toml", 3),
            ("crates/domain/Cargo.toml", 4),
            ("crates/new/Cargo.toml", 1),
            ("crates/sandbox/Cargo.toml", 3),
            ("crates/web/Cargo.toml", 2),
            ("crates/web/Cargo.toml", 4),
        ];
        found(check, &files, &places);
    }

    #[test]
    fn sandbox_and_channels_meet_in_tests_only() {
        let channels = "[dependencies]\ntantu-domain.workspace = true\ntantu-codes.workspace = true\n[dev-dependencies]\ntantu-sandbox.workspace = true\n";
        found(check, &[("crates/channels/Cargo.toml", channels)], &[]);
        let shared = "[dependencies]\ntantu-sandbox.workspace = true\n";
        found(check, &[("crates/channels/Cargo.toml", shared)], &[("crates/channels/Cargo.toml", 2)]);
    }
}
