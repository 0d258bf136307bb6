//! PostgreSQL's programs, and who runs them: the server refuses to be root.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::ClusterError;

const INSTALL: &str = "PostgreSQL is not installed here, and this needs its server: \
                       run ./test, which installs it, or install the package postgresql";

/// Where they are.
#[derive(Debug)]
pub(crate) struct Programs {
    folder: PathBuf,
    /// The user `postgres` and his group, if we are root.
    owner: Option<(u32, u32)>,
}

impl Programs {
    pub(crate) fn find() -> Result<Self, ClusterError> {
        let told = said("pg_config", &["--bindir"]).map(PathBuf::from);
        let path = said("sh", &["-c", "command -v initdb"]).map(PathBuf::from);
        let path = path.and_then(|path| path.parent().map(Path::to_owned));
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut installed: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
        installed.sort();
        let folders = told.into_iter().chain(path).chain(installed.into_iter().rev());
        let real = |folder: PathBuf| fs::canonicalize(folder.join("initdb")).ok()?.parent().map(Path::to_owned);
        let has_all =
            |folder: &PathBuf| ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).exists());
        let folder = folders.filter_map(real).find(has_all).ok_or_else(|| ClusterError(INSTALL.to_owned()))?;
        let owner = if said("id", &["-u"]).as_deref() == Some("0") { Some(postgres()?) } else { None };
        Ok(Self { folder, owner })
    }

    pub(crate) fn are_run_by_root(&self) -> bool {
        self.owner.is_some()
    }

    /// What a mounted disk is told so that it is the server's.
    pub(crate) fn owned(&self) -> String {
        self.owner.map_or_else(String::new, |(user, group)| format!(",uid={user},gid={group}"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What stands before a program so that it runs as the server does.
    pub(crate) fn as_server(&self) -> Vec<OsString> {
        let words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"];
        if self.owner.is_some() { words.map(OsString::from).to_vec() } else { Vec::new() }
    }

    /// A command that runs as the server does.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut words = self.as_server();
        words.push(program.as_ref().to_owned());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir("/");
        command
    }

    /// Makes a file or folder the server's.
    pub(crate) fn give(&self, path: &Path) -> Result<(), ClusterError> {
        let Some((user, group)) = self.owner else { return Ok(()) };
        Ok(chown(path, Some(user), Some(group))?)
    }
}

/// The numbers of the user `postgres` and of his group.
fn postgres() -> Result<(u32, u32), ClusterError> {
    let number = |what: &str| said("id", &[what, "postgres"]).and_then(|told| told.parse().ok());
    let found = number("-u").zip(number("-g"));
    found
        .ok_or_else(|| ClusterError(format!("we are root, and there is no user postgres to run the server: {INSTALL}")))
}

/// What a program says, if it succeeds.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let done = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
