//! Parameters of statements. A parameter has the type of its column, and never shows itself in a log.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use jiff::Timestamp;
use jiff::tz::Offset;
use tantu_domain::ids::{
    AccountId, AnnouncementId, AttemptId, BillId, BindingId, CaseId, CodeId, CreditEntryId, DecisionId, DeviceKeyId,
    DeviceReportId, ExtensionId, FoldId, IncidentId, InstrumentId, JobId, LotId, MandateId, MerchantId, ObservationId,
    OpeningId, PaymentId, RefundId, RepaymentId, TicketId, TransactionId, digits,
};
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

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

/// One parameter. Of one column all are of the same kind, or nothing.
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
    /// `text`, or nothing in a column of any type.
    Text(Option<String>),
    /// `text`: a word of ours.
    Word(&'static str),
    /// `text`: an id, by what stands before its underscore and its bytes. It sorts as its text does.
    Id(&'static str, [u8; 16]),
    /// `text`: a time that sorts: UTC with nine decimals.
    Time(Timestamp),
    /// `bytea`: hashes.
    Bytes(Vec<u8>),
    /// `uuid`: a name of sixteen bytes.
    Uuid([u8; 16]),
    /// An array of any of them.
    List(Vec<Value>),
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

    /// What may be missing.
    pub(crate) fn maybe<T: Into<Self>>(value: Option<T>) -> Self {
        value.map_or(Self::NULL, Into::into)
    }

    /// An array, in this order.
    pub(crate) fn list<T: Into<Self>>(things: impl IntoIterator<Item = T>) -> Self {
        Self::List(things.into_iter().map(Into::into).collect())
    }

    /// The text, if it is one that was given as a text.
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

    /// The text of one that is a text.
    #[cfg(test)]
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone().unwrap_or_default(),
            Self::Word(word) => (*word).to_owned(),
            Self::Id(..) | Self::Time(_) => {
                let mut out = BytesMut::new();
                self.write_text(&mut out);
                String::from_utf8_lossy(&out).into_owned()
            }
            Self::Shard(_)
            | Self::Small(_)
            | Self::Int(_)
            | Self::Big(_)
            | Self::Flag(_)
            | Self::Bytes(_)
            | Self::Uuid(_)
            | Self::List(_) => String::new(),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Text(None))
    }

    /// Its type. No column of ours is a list.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Shard(_) | Self::Small(_) => "smallint",
            Self::Int(_) => "integer",
            Self::Big(_) => "bigint",
            Self::Flag(_) => "boolean",
            Self::Text(_) | Self::Word(_) | Self::Id(..) | Self::Time(_) | Self::List(_) => "text",
            Self::Bytes(_) => "bytea",
            Self::Uuid(_) => "uuid",
        }
    }

    /// Writes it with its length before it.
    fn write_copied(&self, out: &mut BytesMut) {
        let length = out.len();
        out.put_i32(-1);
        if self.is_null() {
            return;
        }
        self.write(out);
        let written = i32::try_from(out.len() - length - 4).unwrap_or(i32::MAX);
        out[length..length + 4].copy_from_slice(&written.to_be_bytes());
    }

    /// Writes what is there, and no list.
    fn write(&self, out: &mut BytesMut) {
        match self {
            Self::Shard(number) => out.put_i16(i16::from(*number)),
            Self::Small(number) => out.put_i16(*number),
            Self::Int(number) => out.put_i32(*number),
            Self::Big(number) => out.put_i64(*number),
            Self::Flag(flag) => out.put_u8(u8::from(*flag)),
            Self::Text(_) | Self::Word(_) | Self::Id(..) | Self::Time(_) => self.write_text(out),
            Self::Bytes(bytes) => out.put_slice(bytes),
            Self::Uuid(bytes) => out.put_slice(bytes),
            Self::List(values) => write_list(values, out),
        }
    }

    fn write_text(&self, out: &mut BytesMut) {
        match self {
            Self::Text(text) => out.put_slice(kept(text.as_deref().unwrap_or_default()).as_bytes()),
            Self::Word(word) => out.put_slice(word.as_bytes()),
            Self::Id(prefix, bytes) => {
                out.put_slice(prefix.as_bytes());
                out.put_u8(b'_');
                out.put_slice(&digits(*bytes));
            }
            Self::Time(at) => write_time(*at, out),
            Self::Shard(_)
            | Self::Small(_)
            | Self::Int(_)
            | Self::Big(_)
            | Self::Flag(_)
            | Self::Bytes(_)
            | Self::Uuid(_)
            | Self::List(_) => {}
        }
    }
}

/// A time as `2026-01-31T23:59:59.000000001Z`.
fn write_time(at: Timestamp, out: &mut BytesMut) {
    let civil = Offset::UTC.to_datetime(at);
    let Ok(year) = u32::try_from(civil.year()) else {
        // Before the year 0 there are no four digits; nothing of ours is that old.
        out.put_slice(at.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string().as_bytes());
        return;
    };
    let two = |number: i8| u32::from(number.unsigned_abs());
    let parts = [
        (year, 4, b'-'),
        (two(civil.month()), 2, b'-'),
        (two(civil.day()), 2, b'T'),
        (two(civil.hour()), 2, b':'),
        (two(civil.minute()), 2, b':'),
        (two(civil.second()), 2, b'.'),
        (civil.subsec_nanosecond().unsigned_abs(), 9, b'Z'),
    ];
    for (mut number, width, then) in parts {
        let mut digits = [b'0'; 9];
        for digit in digits.iter_mut().take(width).rev() {
            *digit += u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        out.put_slice(&digits[..width]);
        out.put_u8(then);
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&'static str> for Value {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

/// Ids are kept as their texts.
macro_rules! ids {
    ($($id:ident)+) => { $(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Id($id::PREFIX, id.bytes())
            }
        }
    )+ };
}

ids! {
    AccountId AnnouncementId AttemptId BillId BindingId CaseId CodeId CreditEntryId DecisionId DeviceKeyId DeviceReportId ExtensionId FoldId IncidentId
    InstrumentId JobId LotId MandateId MerchantId ObservationId OpeningId PaymentId RefundId RepaymentId TicketId TransactionId
}

/// The client's library logs parameters when it is asked to; they are not for a log.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_null() { "null" } else { "a value" })
    }
}

/// How the rows of a binary `COPY` begin: the signature, no flags, no extension.
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Rows as a binary `COPY` takes them. Each value is written for its own type, which must be its column's.
pub(crate) fn copied(rows: &[Row]) -> Bytes {
    let mut out = BytesMut::with_capacity(rows.len() * 512);
    out.put_slice(COPY_HEADER);
    for row in rows {
        out.put_i16(i16::try_from(row.len()).unwrap_or(i16::MAX));
        row.iter().for_each(|value| value.write_copied(&mut out));
    }
    out.put_i16(-1);
    out.freeze()
}

/// Writes a list as an array of what its first value is; an empty one as an array of texts.
fn write_list(values: &[Value], out: &mut BytesMut) {
    let member = match values.first() {
        Some(Value::Big(_)) => Type::INT8,
        Some(Value::Int(_)) => Type::INT4,
        Some(Value::Shard(_) | Value::Small(_)) => Type::INT2,
        Some(Value::Uuid(_)) => Type::UUID,
        _ => Type::TEXT,
    };
    out.put_i32(i32::from(!values.is_empty()));
    out.put_i32(0);
    out.put_u32(member.oid());
    if !values.is_empty() {
        out.put_i32(i32::try_from(values.len()).unwrap_or(i32::MAX));
        out.put_i32(1);
    }
    values.iter().for_each(|value| value.write_copied(out));
}

/// Writes values as an array of one dimension, as the server's own binary form has it.
fn write_array<'a>(
    of: &Type,
    values: impl ExactSizeIterator<Item = &'a Value>,
    out: &mut BytesMut,
) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
    let Kind::Array(member) = of.kind() else { return Err(format!("{of} is no array").into()) };
    out.put_i32(if values.len() == 0 { 0 } else { 1 });
    out.put_i32(1);
    out.put_u32(member.oid());
    if values.len() > 0 {
        out.put_i32(i32::try_from(values.len())?);
        out.put_i32(1);
    }
    // Most are ids and other short texts: the buffer grows once and not ten times.
    out.reserve(values.len() * 40);
    for value in values {
        let length = out.len();
        out.put_i32(-1);
        if let IsNull::No = value.to_sql(member, out)? {
            let written = i32::try_from(out.len() - length - 4)?;
            out[length..length + 4].copy_from_slice(&written.to_be_bytes());
        }
    }
    Ok(IsNull::No)
}

impl ToSql for Value {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Text(None) => return Ok(IsNull::Yes),
            Self::List(values) => return write_array(of, values.iter(), out),
            other => other.write(out),
        }
        Ok(IsNull::No)
    }

    fn accepts(of: &Type) -> bool {
        let member = if let Kind::Array(member) = of.kind() { member } else { of };
        [Type::INT2, Type::INT4, Type::INT8, Type::BOOL, Type::TEXT, Type::BYTEA, Type::UUID].contains(member)
    }

    fn to_sql_checked(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        // Each value is written for one type only, and a server that takes another would read other bytes.
        let is_taken = match self {
            Self::Text(None) => true,
            Self::Shard(_) | Self::Small(_) => *of == Type::INT2,
            Self::Int(_) => *of == Type::INT4,
            Self::Big(_) => *of == Type::INT8,
            Self::Flag(_) => *of == Type::BOOL,
            Self::Text(Some(_)) | Self::Word(_) | Self::Id(..) | Self::Time(_) => *of == Type::TEXT,
            Self::Bytes(_) => *of == Type::BYTEA,
            Self::Uuid(_) => *of == Type::UUID,
            Self::List(_) => matches!(of.kind(), Kind::Array(_)),
        };
        if is_taken { self.to_sql(of, out) } else { Err(format!("the column takes {of}").into()) }
    }
}

/// One row, a value for each of its table's columns.
pub(crate) type Row = Vec<Value>;

/// A column of rows, which travels as one array.
#[derive(Clone)]
pub(crate) struct Column {
    pub(crate) rows: Arc<[Row]>,
    pub(crate) place: usize,
}

impl Column {
    /// Its values, in the order of the rows.
    pub(crate) fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.rows.iter().map(|row| row.get(self.place).unwrap_or(&Value::NULL))
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values")
    }
}

impl ToSql for Column {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        write_array(of, self.values(), out)
    }

    fn accepts(of: &Type) -> bool {
        matches!(of.kind(), Kind::Array(_))
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

    #[test]
    fn ids_and_times_are_their_texts() {
        let id = PaymentId::from_bytes([7; 16]).unwrap();
        assert_eq!(Value::from(id).shown(), id.to_string());
        for at in ["2026-01-31T23:59:59.000000001Z", "0007-02-03T04:05:06.780000000Z", "9999-12-30T00:00:00.999999999Z"]
        {
            assert_eq!(Value::Time(at.parse().unwrap()).shown(), at);
        }
        let old: Timestamp = "-000044-03-15T12:00:00Z".parse().unwrap();
        assert_eq!(Value::Time(old).shown(), old.strftime("%Y-%m-%dT%H:%M:%S.%9fZ").to_string());
    }

    #[test]
    fn copied_rows_are_what_the_server_documents() {
        let row = vec![Value::Shard(7), "ab".into(), Value::NULL, Value::list([Value::Big(-1)])];
        let mut expected = b"PGCOPY\n\xff\r\n\0".to_vec();
        expected.extend([0; 8]);
        expected.extend([0, 4, 0, 0, 0, 2, 0, 7, 0, 0, 0, 2, b'a', b'b', 0xFF, 0xFF, 0xFF, 0xFF]);
        // One dimension, no nothing in it, of bigint (20); one value from the first on, of eight bytes.
        expected.extend([0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 8]);
        expected.extend([0xFF; 8]);
        expected.extend([0xFF, 0xFF]);
        assert_eq!(copied(&[row]), expected);
    }

    #[test]
    fn an_array_is_what_the_library_writes() {
        let (mut ours, mut theirs) = (BytesMut::new(), BytesMut::new());
        let texts = [Some("a"), None, Some("\u{10fffe}")];
        let values = Value::List(vec!["a".into(), Value::NULL, String::from('\u{10fffe}').into()]);
        values.to_sql_checked(&Type::TEXT_ARRAY, &mut ours).unwrap();
        texts.map(|text| text.map(kept)).as_slice().to_sql(&Type::TEXT_ARRAY, &mut theirs).unwrap();
        assert_eq!(ours[12..], theirs[12..]);
        let none = Value::List(Vec::new());
        none.to_sql_checked(&Type::INT8_ARRAY, &mut ours).unwrap();
        assert!(Value::Big(7).to_sql_checked(&Type::INT4, &mut ours).is_err());
        assert!(none.to_sql_checked(&Type::INT4, &mut ours).is_err());
    }
}
