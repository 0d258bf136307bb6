//! What a figure was measured on: cores, memory and the file system of the database.

use std::path::Path;

/// The machine in a line, with the file system that holds `folder`, if that is known.
pub(crate) fn machine(folder: Option<&Path>) -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let model = field(&cpus, "model name").unwrap_or(std::env::consts::ARCH);
    let gib = field(&memory, "MemTotal").and_then(gib).map_or(String::new(), |gib| format!(", {gib} GiB"));
    let disk = folder.and_then(file_system).map_or(String::new(), |kind| format!(", {kind}"));
    format!("{cores} cores of {model}{gib}, {}{disk}", std::env::consts::OS)
}

/// The kind of file system that holds a folder.
pub(crate) fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    kind_of(&std::fs::read_to_string("/proc/mounts").ok()?, &folder)
}

/// Whether a sync reaches anything that survives a power cut.
pub(crate) fn forgets(file_system: &str) -> bool {
    matches!(file_system, "tmpfs" | "ramfs")
}

fn kind_of(mounts: &str, folder: &Path) -> Option<String> {
    let mounted = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let holding = mounted.filter(|(place, _)| folder.starts_with(place));
    // Of two mounts on one place the later one hides the earlier.
    holding.max_by_key(|(place, _)| place.len()).map(|(_, kind)| kind.to_owned())
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn gib(kilobytes: &str) -> Option<u64> {
    let kilobytes: u64 = kilobytes.strip_suffix(" kB")?.trim().parse().ok()?;
    Some((kilobytes + 524_288) / 1_048_576)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_holds_a_folder() {
        let mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/vdb /tmp/disk xfs rw 0 0\n";
        let table = [("/work", "ext4"), ("/tmp/a", "tmpfs"), ("/tmpfile", "ext4"), ("/tmp/disk/a", "xfs")];
        for (folder, expected) in table {
            assert_eq!(kind_of(mounts, Path::new(folder)).as_deref(), Some(expected), "{folder}");
        }
        assert!(forgets("tmpfs") && !forgets("ext4"));
    }

    #[test]
    fn memory_is_rounded_to_gibibytes() {
        assert_eq!(field("MemTotal:       24689336 kB\n", "MemTotal").and_then(gib), Some(24));
        assert_eq!(gib("many"), None);
    }
}
