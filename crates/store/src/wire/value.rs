//! Parameters of statements. A parameter has the type of its column, and never shows itself in a log.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// PostgreSQL keeps no NUL in a text, and a channel may say anything: it is kept as this noncharacter and a `0`,
/// and the noncharacter itself with a `1`, so that every text comes back as it was.
const ESCAPE: char = '\u{10fffe}';

/// A text as it is kept.
pub(crate) fn kept(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', ESCAPE]) {
        Cow::Owned(text.replace(ESCAPE, "\u{10fffe}1").replace('\0', "\u{10fffe}0"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A kept text as it was.
pub(crate) fn told(kept: String) -> String {
    if kept.contains(ESCAPE) { kept.replace("\u{10fffe}0", "\0").replace("\u{10fffe}1", "\u{10fffe}") } else { kept }
}

/// One parameter.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    /// `smallint`: a shard. It is told from other numbers, so that a statement knows which shards it is about.
    Shard(u8),
    /// `smallint`: a small count.
    Small(i16),
    /// `integer`: a place in a list.
    Int(i32),
    /// `bigint`: amounts and counts.
    Big(i64),
    /// `boolean`.
    Flag(bool),
    /// `text`.
    Text(Option<String>),
    /// `bytea`: hashes.
    Bytes(Vec<u8>),
    /// `text[]`.
    Texts(Vec<String>),
    /// `bytea[]`.
    Hashes(Vec<Vec<u8>>),
}

impl Value {
    /// Nothing, in a column of any type.
    pub(crate) const NULL: Self = Self::Text(None);

    /// A shard's number.
    pub(crate) fn shard(number: u8) -> Self {
        Self::Shard(number)
    }

    /// A place in a list.
    pub(crate) fn place(number: usize) -> Self {
        Self::Int(i32::try_from(number).unwrap_or(i32::MAX))
    }

    /// A text that may be missing.
    pub(crate) fn maybe<T: Into<String>>(text: Option<T>) -> Self {
        Self::Text(text.map(Into::into))
    }

    /// Texts of things that have a text form, in their order.
    pub(crate) fn texts<T: ToString>(things: impl IntoIterator<Item = T>) -> Self {
        Self::Texts(things.into_iter().map(|thing| thing.to_string()).collect())
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.as_deref(),
            _ => None,
        }
    }

    /// The shard, if it is one.
    pub(crate) fn as_shard(&self) -> Option<u8> {
        match self {
            Self::Shard(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Text(None))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

/// The client's library logs parameters when it is asked to; they are not for a log.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_null() { "null" } else { "a value" })
    }
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Shard(number) => i16::from(*number).to_sql(of, out),
            Self::Small(number) => number.to_sql(of, out),
            Self::Int(number) => number.to_sql(of, out),
            Self::Big(number) => number.to_sql(of, out),
            Self::Flag(flag) => flag.to_sql(of, out),
            Self::Text(text) => text.as_deref().map(kept).to_sql(of, out),
            Self::Bytes(bytes) => bytes.to_sql(of, out),
            Self::Texts(texts) => texts.iter().map(|text| kept(text)).collect::<Vec<_>>().to_sql(of, out),
            Self::Hashes(hashes) => hashes.to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT2, Type::INT4, Type::INT8, Type::BOOL, Type::TEXT, Type::BYTEA, Type::TEXT_ARRAY, Type::BYTEA_ARRAY]
            .contains(of)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in
            ["", "plain", "\0", "a\0b", "\u{10fffe}", "\u{10fffe}0", "\u{10fffe}1", "\0\u{10fffe}\u{10fffe}0\0x"]
        {
            let kept = kept(text);
            assert!(!kept.contains('\0'), "{text:?}");
            assert_eq!(told(kept.into_owned()), text);
        }
    }

    #[test]
    fn a_value_does_not_show_itself() {
        let shown = format!("{:?} {:?}", Value::from("secret"), Value::Bytes(vec![7]));
        assert_eq!(shown, "a value a value");
    }
}
