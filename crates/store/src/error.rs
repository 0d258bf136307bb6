//! Why the database did not do as asked. Each error has a face for people (with a hint) and one for the log.

/// What keeps a database from its work, by a name that a program can read. Each passes by itself, or when somebody does what its
/// error says; a process that serves need not be started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody takes the call, or the connection was lost.
    Unreachable,
    /// The server is starting, stopping or has just crashed.
    Restarting,
    /// The server does not let this user in.
    AccessDenied,
    /// The server has no database of this name.
    NoSuchDatabase,
    /// One side asks for TLS and the other has none, or the certificate does not verify.
    Tls,
    /// The server takes no more connections.
    TooManyConnections,
    /// All connections of this process are in use.
    Overloaded,
    /// The server has taken the question and does not answer.
    NoAnswer,
    /// The database can only be read.
    ReadOnly,
    /// The disk, or the part of it that the database may use, is full.
    Full,
    /// The schema is of a later version of tantu.
    SchemaNewer,
    /// The schema is of an earlier version of tantu.
    SchemaOlder,
    /// The database holds tables of something else, or ours no more.
    SchemaForeign,
    /// Another process is bringing the schema up to date.
    Migrating,
    /// Anything else.
    Other,
}

impl Trouble {
    /// Every one of them.
    pub const ALL: [Self; 15] = [
        Self::Unreachable,
        Self::Restarting,
        Self::AccessDenied,
        Self::NoSuchDatabase,
        Self::Tls,
        Self::TooManyConnections,
        Self::Overloaded,
        Self::NoAnswer,
        Self::ReadOnly,
        Self::Full,
        Self::SchemaNewer,
        Self::SchemaOlder,
        Self::SchemaForeign,
        Self::Migrating,
        Self::Other,
    ];

    /// Its name, as `/readyz` says it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Restarting => "restarting",
            Self::AccessDenied => "access_denied",
            Self::NoSuchDatabase => "no_such_database",
            Self::Tls => "tls",
            Self::TooManyConnections => "too_many_connections",
            Self::Overloaded => "overloaded",
            Self::NoAnswer => "no_answer",
            Self::ReadOnly => "read_only",
            Self::Full => "full",
            Self::SchemaNewer => "schema_newer",
            Self::SchemaOlder => "schema_older",
            Self::SchemaForeign => "schema_foreign",
            Self::Migrating => "migrating",
            Self::Other => "other",
        }
    }
}

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
    #[error("the database cannot be used: {1}")]
    Unavailable(Trouble, String),
    /// Another process was in the way; nothing changed, and the same batch is begun again.
    #[error("another process was in the way; nothing changed, try again: {0}")]
    Busy(String),
    /// The commit's answer is lost: only the database knows whether it happened.
    #[error("the commit's answer was lost: {0}")]
    Unknown(String),
}

impl StoreError {
    /// What keeps the database from its work, if this says so.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Unavailable(trouble, _) => Some(*trouble),
            Self::Newer { .. } => Some(Trouble::SchemaNewer),
            Self::Missing { .. } => Some(Trouble::NoSuchDatabase),
            Self::Locked { .. } | Self::Url { .. } | Self::Unknown(_) | Self::Corrupt { .. } => Some(Trouble::Other),
            Self::Claimed | Self::Refused(_) | Self::NotOneShard(_) | Self::Busy(_) => None,
        }
    }
}
