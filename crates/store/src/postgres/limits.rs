//! How much of each limit's window an account has used.
//!
//! A row is of an account's month: the month's sum, and each day's in an array, because a payment counts in both. The view `limit_uses`
//! shows each window by itself.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use tantu_domain::ids::AccountId;
use tantu_domain::limit::{Counter, LimitUse, Window};
use tantu_domain::money::{Currency, Money};
use tokio_postgres::Row;

use super::cell::Cells;
use crate::error::StoreError;
use crate::row::Columns;
use crate::wire::burst::{Ask, LookUp};
use crate::wire::value::Value;

/// Whose month, of which product.
type Place = (AccountId, &'static str, Date, Currency);

/// By how much a batch changes what is used of a month's windows; `None` of one that it does not touch.
#[derive(Default)]
struct Month {
    month: Option<i128>,
    days: BTreeMap<i8, i128>,
}

/// The same for all that a batch touches.
#[derive(Default)]
pub(super) struct Uses(BTreeMap<Place, Month>);

/// A part of a month's change that fits into one statement: of the month, of one day, or of both.
#[derive(Clone, Copy)]
struct Part {
    month: Option<i64>,
    day: Option<(i8, i64)>,
}

/// Whether a statement adds or takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Begin,
    Add,
    Take,
}

/// Parts by the statements that carry them: no row twice in one of them.
type Statements = BTreeMap<(usize, Step), Vec<(Place, Part)>>;

impl Uses {
    pub(super) fn adjust(
        &mut self,
        account: AccountId,
        counter: Counter,
        window: Window,
        starts_on: Date,
        delta: Money,
    ) {
        let place = (account, counter.id(), starts_on.first_of_month(), delta.currency());
        let month = self.0.entry(place).or_default();
        let by = match window {
            Window::Month => month.month.get_or_insert(0),
            Window::Day => month.days.entry(starts_on.day()).or_insert(0),
        };
        *by += i128::from(delta.minor());
    }

    /// The shard of the first change.
    pub(super) fn shard(&self) -> Option<u8> {
        self.0.keys().next().map(|(account, ..)| account.shard().number())
    }

    /// The statements that change them. Whoever changes an account's holds the account.
    pub(super) fn asks(&self) -> Result<Vec<Ask>, StoreError> {
        let mut statements = Statements::new();
        for (place, change) in &self.0 {
            for (turn, (step, part)) in parts(*place, change)?.into_iter().enumerate() {
                if step == Step::Take {
                    // Of nothing nothing can be taken, and that is said by the row.
                    let begun = statements.entry((0, Step::Begin)).or_default();
                    if begun.last().is_none_or(|(last, _)| last != place) {
                        begun.push((*place, Part { month: None, day: None }));
                    }
                }
                statements.entry((turn, step)).or_default().push((*place, part));
            }
        }
        Ok(statements.iter().map(|((_, step), parts)| ask_change(*step, parts)).collect())
    }
}

/// What becomes of one month, as parts that each add or take. A day that changes as its month does goes with it.
fn parts(place: Place, change: &Month) -> Result<Vec<(Step, Part)>, StoreError> {
    let amount = |by: i128| {
        let too_wide =
            |_| StoreError::Refused(format!("a limit of {} cannot change by {by}: it would pass its width", place.0));
        let step = if by < 0 { Step::Take } else { Step::Add };
        Ok::<_, StoreError>((step, i64::try_from(by.unsigned_abs()).map_err(too_wide)?))
    };
    let mut parts: Vec<(Step, Part)> = Vec::new();
    if let Some(by) = change.month {
        let (step, by) = amount(by)?;
        parts.push((step, Part { month: Some(by), day: None }));
    }
    for (day, by) in &change.days {
        let (step, by) = amount(*by)?;
        match parts.first_mut() {
            Some((first, part)) if *first == step && part.day.is_none() => part.day = Some((*day, by)),
            _ => parts.push((step, Part { month: None, day: Some((*day, by)) })),
        }
    }
    Ok(parts)
}

/// What is proposed of a day is an array of it alone, whose lower bound is the day; so a statement knows which day it changes.
macro_rules! change {
    ($($conflict:literal),+) => {
        concat!(
            "INSERT INTO limit_months AS held (shard, account, product, month, used, days, currency)
             SELECT shard, account, product, month, used, CASE WHEN day IS NULL THEN '{}' ELSE array_fill(of_day, '{1}', ARRAY[day]) END,
             currency FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::integer[], $7::bigint[], $8::text[])
             AS put (shard, account, product, month, used, day, of_day, currency) ON CONFLICT (shard, account, product, month) DO ",
            $($conflict),+
        )
    };
}

const BEGIN: &str = change!("NOTHING");

const ADD: &str = change!(
    "UPDATE SET used = coalesce(held.used + excluded.used, held.used, excluded.used), days[coalesce(array_lower(excluded.days, 1), 1)] =
     coalesce(held.days[array_lower(excluded.days, 1)] + excluded.days[array_lower(excluded.days, 1)],
     held.days[coalesce(array_lower(excluded.days, 1), 1)], excluded.days[array_lower(excluded.days, 1)])"
);

const TAKE: &str = change!(
    "UPDATE SET used = coalesce(coalesce(held.used, 0) - excluded.used, held.used), days[coalesce(array_lower(excluded.days, 1), 1)] =
     coalesce(coalesce(held.days[array_lower(excluded.days, 1)], 0) - excluded.days[array_lower(excluded.days, 1)],
     held.days[coalesce(array_lower(excluded.days, 1), 1)])"
);

fn ask_change(step: Step, parts: &[(Place, Part)]) -> Ask {
    let sql = match step {
        Step::Begin => BEGIN,
        Step::Add => ADD,
        Step::Take => TAKE,
    };
    let column = |value: &dyn Fn(&Place, &Part) -> Value| {
        Value::List(parts.iter().map(|(place, part)| value(place, part)).collect())
    };
    let columns = vec![
        column(&|(account, ..), _| Value::shard(account.shard().number())),
        column(&|(account, ..), _| (*account).into()),
        column(&|(_, product, ..), _| (*product).into()),
        column(&|(_, _, month, _), _| month.to_string().into()),
        column(&|_, part| part.month.map_or(Value::NULL, Value::Big)),
        column(&|_, part| part.day.map_or(Value::NULL, |(day, _)| Value::Int(day.into()))),
        column(&|_, part| part.day.map_or(Value::NULL, |(_, by)| Value::Big(by))),
        column(&|(.., currency), _| currency.code().into()),
    ];
    Ask::new(sql, columns)
}

macro_rules! open {
    ($wanted:literal, $shard:literal) => {
        concat!(
            "SELECT found.*, CASE WHEN found.month >= $3 THEN found.days ELSE '{}' END AS open_days,
             array_lower(found.days, 1) AS first_day FROM ",
            $wanted,
            ", LATERAL (SELECT * FROM limit_months WHERE shard = ",
            $shard,
            " AND account = wanted.key
             AND (month >= $3 OR product IN ('wallet', 'wallet_two_factors')) OFFSET 0) AS found"
        )
    };
}

/// The months of accounts that may still be counted in: this one and the last one, because an attempt that was counted before
/// midnight may fail after it. And the sum of every month of the balance, because the regulator's ceilings are sums of them.
pub(super) fn ask(accounts: &[AccountId], now: Timestamp) -> Option<Ask> {
    let from = Window::Month.start(now).saturating_sub(1.month());
    let open = LookUp {
        of_one: open!("unnest($2::text[]) AS wanted (key)", "$1"),
        of_several: open!("unnest($1::smallint[], $2::text[]) AS wanted (shard, key)", "wanted.shard"),
    };
    let ask = Ask::look_up(open, accounts.iter().map(|id| (id.shard(), [(*id).into()])));
    ask.map(|ask| ask.with(from.to_string()))
}

/// The windows of one month.
pub(super) fn read(row: &Row) -> Result<Vec<LimitUse>, StoreError> {
    let cells = Cells::of("limit_months", row);
    let (account, month) = (cells.parse("account")?, cells.day("month")?);
    let counter = cells.word("product", Counter::parse)?;
    let currency = cells.word("currency", Currency::parse)?;
    let of =
        |window, starts_on, used| LimitUse { account, counter, window, starts_on, used: Money::new(used, currency) };
    let used: Option<i64> = cells.get("used")?;
    let mut uses: Vec<LimitUse> = used.map(|used| of(Window::Month, month, used)).into_iter().collect();
    let first: Option<i32> = cells.get("first_day")?;
    let days: Vec<Option<i64>> = cells.get("open_days")?;
    for (number, used) in (first.unwrap_or(1)..).zip(days) {
        let Some(used) = used else { continue };
        let day = i8::try_from(number).ok().and_then(|day| month.with().day(day).build().ok());
        let day = day.ok_or_else(|| cells.wrong("open_days", format!("{month} has no day {number}")))?;
        uses.push(of(Window::Day, day, used));
    }
    Ok(uses)
}
