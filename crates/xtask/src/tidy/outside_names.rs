//! The tree names no host of a package registry and no folder of anybody's machine: what builds it decides where
//! packages come from, and a path that exists on one machine is wrong on every other.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// The names stand in pieces, so that the check does not find itself.
const HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npmjs", "."),
    concat!("npmmirror", "."),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("ruby", "gems.org"),
    concat!("proxy.golang", ".org"),
    concat!("deb.debian", ".org"),
    concat!("docker", ".io"),
];

const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Cargo writes this file itself, and names the index in it.
const WRITTEN_BY_CARGO: &str = "Cargo.lock";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files().iter().filter(|file| file.path != WRITTEN_BY_CARGO) {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(host) = HOSTS.iter().find(|host| line.contains(**host)) {
                findings.push(Finding::new(
                    &file.path,
                    index + 1,
                    format!("names the host {host} of a package registry"),
                ));
            }
            if let Some(folder) = FOLDERS.iter().find(|folder| line.contains(**folder)) {
                findings.push(Finding::new(&file.path, index + 1, format!("names {folder}, a folder of one machine")));
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
    fn finds_hosts_of_registries_and_folders_of_machines() {
        let host = format!("first\nsee https://{}/tantu\n", HOSTS[0]);
        let folder = format!("path = \"{}tantu\"\n", FOLDERS[0]);
        let files =
            [("Cargo.lock", host.as_str()), ("README.md", host.as_str()), ("crates/web/a.toml", folder.as_str())];
        found(check, &files, &[("README.md", 2), ("crates/web/a.toml", 1)]);
    }
}
