//! Why the database did not do as asked. Each error has a face for people (with a hint) and one for the log.

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another server writes this file.
    #[error("another process is already writing {path}; stop it, or give this one its own --database")]
    Locked {
        /// The file.
        path: String,
    },
    /// The file is not there, and this command does not make one.
    #[error("there is no database at {path}; start `tantu serve --database sqlite:{path}` once, or check the path")]
    Missing {
        /// The file.
        path: String,
    },
    /// The file was written by a later version.
    #[error("the database has schema {found}, and this version of tantu knows up to {known}; update tantu")]
    Newer {
        /// The file's.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// The database's address makes no sense.
    #[error(
        "{url:?} is no database; write sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE with %XX for \
             whatever is special in the password"
    )]
    Url {
        /// As it was given, but for what may be a password.
        url: String,
    },
    /// A claim that the batch did not load is already made.
    #[error("the claim is already made")]
    Claimed,
    /// A row holds what no version of tantu writes.
    #[error("row {row} of {table} cannot be read: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Which row.
        row: String,
        /// What is wrong.
        why: String,
    },
    /// The transaction was refused, and nothing changed.
    #[error("the database refused the change: {0}")]
    Refused(String),
    /// A statement of ours is not about one shard, where it has to be; it was not sent.
    #[error("a fault of ours, and nothing changed: {0}")]
    NotOneShard(String),
    /// The database cannot be used now; nothing changed.
    #[error("the database cannot be used: {0}")]
    Unavailable(String),
    /// Another process was in the way; nothing changed, and the same batch is begun again.
    #[error("another process was in the way; nothing changed, try again: {0}")]
    Busy(String),
    /// The commit's answer is lost: only the database knows whether it happened.
    #[error("the commit's answer was lost: {0}")]
    Unknown(String),
}
