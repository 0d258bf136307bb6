//! The tables in memory: parsed once, indexed by channel, family and code.
//!
//! A row that cannot be parsed is left out, so that its code is unrecognised and therefore undecided; the
//! tests prove that there is no such row.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use tantu_domain::cause::Cause;
use tantu_domain::evidence::Confidence;

use crate::spelling::spellings;
use crate::{CodeResult, Fix, Meaning, Override, OverrideError, ranges};

/// The channels and their tables; a row is family, code, when, message, result, resend, causes, fix.
const SOURCES: &[(&str, &str)] = &[
    ("alipay", include_str!("../data/alipay.tsv")),
    ("wechatpay", include_str!("../data/wechatpay.tsv")),
    ("unionpay", include_str!("../data/unionpay.tsv")),
    ("douyin", include_str!("../data/douyin.tsv")),
    ("iso8583", include_str!("../data/iso8583.tsv")),
    ("stripe", include_str!("../data/stripe.tsv")),
    ("adyen", include_str!("../data/adyen.tsv")),
];

/// The family of the codes that Alipay's gateway gives before it looks at the call. Its codes stand in families of
/// their outer code (`gateway/40002`), which share no code with each other.
const GATEWAY: &str = "gateway";

/// Families whose codes answer calls of other families, too: channel, how the other family begins, and this one.
/// WeChat's transfers are not among them: there every code that their own table lacks leaves the money open.
const SHARED: &[(&str, &str, &str)] = &[
    ("alipay", "alipay.data.bill.", "alipay.data.bill"),
    ("alipay", "alipay.fund.auth.operation.", "alipay.fund.auth.order.unfreeze"),
    ("alipay", "", GATEWAY),
    ("wechatpay", "v3.transactions", "v3.transactions/older"),
    ("wechatpay", "v3.transactions", "v3.common"),
    ("wechatpay", "v3.refund", "v3.common"),
    ("wechatpay", "v3.payscore", "v3.common"),
    ("wechatpay", "v3.certificates", "v3.common"),
];

static BUILT_IN: LazyLock<Tables> = LazyLock::new(|| {
    let parsed = |(channel, text): &(&'static str, &'static str)| {
        let channel = *channel;
        rows(text).filter_map(move |row| row.and_then(|row| meaning(channel, &row)))
    };
    Tables::of(SOURCES.iter().flat_map(parsed).collect())
});

type Key = (&'static str, &'static str, &'static str);

/// All rows, with the operator's own where there are some.
#[derive(Debug, Clone)]
pub struct Tables {
    rows: Vec<Meaning>,
    /// Where the rows of a key stand: one, or several where the message tells them apart.
    places: HashMap<Key, Vec<usize>>,
}

impl Default for Tables {
    /// The built-in tables, for whoever overrides nothing.
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

impl Tables {
    /// The built-in tables, changed as the operator says. Meant for the start of the process: what an override
    /// says lives as long as the process does.
    ///
    /// # Errors
    ///
    /// If one of them names no row or no such channel, says nothing or not why, contradicts itself, adds a code
    /// without a result, or stands twice.
    pub fn with(overrides: &[Override]) -> Result<Self, OverrideError> {
        let mut tables = Self::default();
        // A row that is added takes what it does not say from the call's other rows, so these are settled first,
        // wherever they stand in the list.
        let mut ordered: Vec<&Override> = overrides.iter().collect();
        ordered
            .sort_by_key(|of| (tables.standing(&of.channel, &of.family, &of.code).is_none(), of.family.contains('/')));
        let mut seen = HashSet::new();
        for of in ordered {
            let Some((channel, _)) = SOURCES.iter().find(|(channel, _)| *channel == of.channel) else {
                return Err(OverrideError::UnknownChannel(of.channel.clone()));
            };
            of.check()?;
            let Some(places) = tables.standing(channel, &of.family, &of.code).map(<[usize]>::to_vec) else {
                let row = of.add(channel, tables.look_up(channel, &of.family, &of.code))?;
                seen.insert(tables.rows.len());
                tables.insert(row);
                continue;
            };
            if places.iter().any(|place| !seen.insert(*place)) {
                return Err(OverrideError::Twice(of.row()));
            }
            let rows = tables.rows.iter_mut().enumerate();
            of.change(rows.filter(|(place, _)| places.contains(place)).map(|(_, row)| row))?;
        }
        Ok(tables)
    }

    /// What `code` means as the answer to a call of `family`: in exactly this family, or in the more general one
    /// of the same call (`alipay.trade.pay/withhold`, then `alipay.trade.pay`), or in those whose codes answer
    /// this call, too (the channel's gateway); in each, in either spelling. Where the message tells several rows
    /// apart it is the most cautious of them. `None` is *unrecognised*: treat it as undecided and report it.
    pub fn look_up(&self, channel: &str, family: &str, code: &str) -> Option<&Meaning> {
        let general = family.rsplit_once('/').map(|(call, _)| call);
        let shared = SHARED.iter().filter(|(of, begin, _)| *of == channel && family.starts_with(begin));
        std::iter::once(family)
            .chain(general)
            .chain(shared.map(|(_, _, shared)| *shared))
            .find_map(|family| self.most_cautious(channel, family, code))
    }

    /// All that `code` may mean, in either spelling, over all channels and families. Where UnionPay's table lacks
    /// it, its rule for the range is among them: 51 is *funds* in field 39, and to UnionPay an unlisted code of
    /// 30–59, which leaves the result open.
    pub fn meanings(&self, code: &str) -> Vec<&Meaning> {
        let unlisted = !self.places.contains_key(&("unionpay", "acp", code));
        let range = ranges::range_of(code).filter(|_| unlisted);
        let by_rule = |row: &Meaning| row.family == ranges::FAMILY && range == Some(row.code);
        let named = |row: &Meaning| spellings(row.channel, code).any(|code| code == row.code);
        self.rows.iter().filter(|row| named(row) || by_rule(row)).collect()
    }

    /// Every row of every table.
    pub fn all(&self) -> &[Meaning] {
        &self.rows
    }

    fn of(rows: Vec<Meaning>) -> Self {
        let mut tables = Self { rows: Vec::with_capacity(rows.len()), places: HashMap::with_capacity(rows.len()) };
        rows.into_iter().for_each(|row| tables.insert(row));
        tables
    }

    fn insert(&mut self, row: Meaning) {
        let place = self.rows.len();
        self.places.entry((row.channel, row.family, row.code)).or_default().push(place);
        if row.family.split_once('/').is_some_and(|(call, _)| call == GATEWAY) {
            self.places.entry((row.channel, GATEWAY, row.code)).or_default().push(place);
        }
        self.rows.push(row);
    }

    /// Where the rows of exactly this family stand, in either spelling of the code.
    fn standing<'a>(&'a self, channel: &'a str, family: &'a str, code: &'a str) -> Option<&'a [usize]> {
        spellings(channel, code).find_map(|code| self.places.get(&(channel, family, code))).map(Vec::as_slice)
    }

    fn most_cautious(&self, channel: &str, family: &str, code: &str) -> Option<&Meaning> {
        let places = self.standing(channel, family, code)?;
        let rows = places.iter().filter_map(|place| self.rows.get(*place));
        // The first of those that are equal: the tables name the plainest case first.
        rows.min_by_key(|row| Reverse((row.result.caution(), !row.resend_same_order)))
    }
}

/// [`Tables::look_up`] in the built-in tables.
pub fn look_up(channel: &str, family: &str, code: &str) -> Option<&'static Meaning> {
    BUILT_IN.look_up(channel, family, code)
}

/// [`Tables::meanings`] in the built-in tables.
pub fn meanings(code: &str) -> Vec<&'static Meaning> {
    BUILT_IN.meanings(code)
}

/// Every row of the built-in tables.
pub fn all() -> &'static [Meaning] {
    BUILT_IN.all()
}

fn rows(text: &'static str) -> impl Iterator<Item = Option<csv::StringRecord>> {
    csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .from_reader(text.as_bytes())
        .into_records()
        .map(Result::ok)
}

fn meaning(channel: &'static str, row: &csv::StringRecord) -> Option<Meaning> {
    let cell = |index| row.get(index).map(leaked);
    Some(Meaning {
        channel,
        family: cell(0)?,
        code: cell(1)?,
        when: cell(2)?,
        message: cell(3)?,
        result: CodeResult::parse(row.get(4)?)?,
        resend_same_order: match row.get(5)? {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
        causes: row.get(6)?.split_ascii_whitespace().map(cause).collect::<Option<_>>()?,
        fix: match cell(7)? {
            "" => None,
            id => Some(Fix::parse(id)?),
        },
        overridden: false,
        note: "",
    })
}

/// The tables live as long as the process, so their cells may, too.
pub(crate) fn leaked(text: &str) -> &'static str {
    if text.is_empty() { "" } else { String::leak(text.to_owned()) }
}

/// A cause and its confidence, written as in `limit.daily:likely`.
fn cause(text: &str) -> Option<(Cause, Confidence)> {
    let (id, confidence) = text.split_once(':')?;
    Some((Cause::parse(id)?, Confidence::parse(confidence)?))
}
