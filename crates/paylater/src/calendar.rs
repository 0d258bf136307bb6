//! Working days in mainland China. A year that nobody has announced yet is an error, never a guess.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

/// The days that this crate knows of, each with the announcement that it comes from.
const ANNOUNCED: &str = include_str!("../data/holidays.tsv");

/// Why a day cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No announcement for that year is in the data.
    #[error("the calendar ends before {0}: add that year's announced days off, for nothing is guessed")]
    UnknownYear(i16),
    /// A line of the data says nothing that can be read.
    #[error("line {line} of the calendar is not `off` or `work`, a first and a last day of one year")]
    Unreadable {
        /// Counted from one.
        line: usize,
    },
}

/// Which days are worked, for the years that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// What differs from the week's own order, per year; `true` is a day that is worked.
    years: BTreeMap<i16, BTreeMap<Date, bool>>,
}

impl Calendar {
    /// The years that come with this crate.
    ///
    /// # Errors
    /// [`CalendarError::Unreadable`] if the data was broken by an edit.
    pub fn announced() -> Result<Self, CalendarError> {
        Self::parse(ANNOUNCED)
    }

    /// Reads lines of `off` or `work`, a first and a last day (`2026-10-01`), with tabs between; `#` begins a comment.
    ///
    /// # Errors
    /// [`CalendarError::Unreadable`] at the first line that says something else.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let mut years: BTreeMap<i16, BTreeMap<Date, bool>> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (works, first, last) = read(line).ok_or(CalendarError::Unreadable { line: index + 1 })?;
            let year = years.entry(first.year()).or_default();
            let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
            year.extend(days.map(|day| (day, works)));
        }
        Ok(Self { years })
    }

    /// The calendar with years that nobody has announced, in which every weekday is worked: for practice in a sandbox, never
    /// for money. A year that is announced stays as it is.
    #[must_use]
    pub fn practising(mut self, years: std::ops::RangeInclusive<i16>) -> Self {
        for year in years {
            self.years.entry(year).or_default();
        }
        self
    }

    /// Whether people work on `day`.
    ///
    /// # Errors
    /// [`CalendarError::UnknownYear`] if its year is not in the data.
    pub fn is_working_day(&self, day: Date) -> Result<bool, CalendarError> {
        let year = self.years.get(&day.year()).ok_or(CalendarError::UnknownYear(day.year()))?;
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Ok(year.get(&day).copied().unwrap_or(!weekend))
    }

    /// The first working day that is not before `day`: where a due date moves to.
    ///
    /// # Errors
    /// [`CalendarError::UnknownYear`] if the search leaves the data.
    pub fn on_or_after(&self, day: Date) -> Result<Date, CalendarError> {
        self.search(day, |day| day.tomorrow().ok())
    }

    /// The last working day that is not after `day`: when wages for a payday on a day off are paid.
    ///
    /// # Errors
    /// [`CalendarError::UnknownYear`] if the search leaves the data.
    pub fn on_or_before(&self, day: Date) -> Result<Date, CalendarError> {
        self.search(day, |day| day.yesterday().ok())
    }

    fn search(&self, from: Date, step: fn(Date) -> Option<Date>) -> Result<Date, CalendarError> {
        let mut day = from;
        while !self.is_working_day(day)? {
            day = step(day).ok_or(CalendarError::UnknownYear(day.year()))?;
        }
        Ok(day)
    }
}

fn read(line: &str) -> Option<(bool, Date, Date)> {
    let mut parts = line.split('\t');
    let works = match parts.next()? {
        "work" => true,
        "off" => false,
        _ => return None,
    };
    let (first, last): (Date, Date) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let fits = first <= last && first.year() == last.year() && parts.next().is_none();
    fits.then_some((works, first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn knows_days_off_and_worked_weekends() {
        let calendar = Calendar::announced().unwrap();
        let table = [
            ("2024-02-09", true), // the eve of the festival was no day off that year
            ("2024-02-12", false),
            ("2024-02-18", true), // a Sunday
            ("2025-10-08", false),
            ("2026-01-04", true), // a Sunday
            ("2026-11-21", false),
            ("2026-11-23", true),
        ];
        for (text, works) in table {
            assert_eq!(calendar.is_working_day(day(text)), Ok(works), "{text}");
        }
    }

    #[test]
    fn a_due_date_moves_past_the_festival_and_wages_come_before_it() {
        let calendar = Calendar::announced().unwrap();
        assert_eq!(calendar.on_or_after(day("2026-02-15")), Ok(day("2026-02-24")));
        assert_eq!(calendar.on_or_before(day("2026-02-15")), Ok(day("2026-02-14")));
        assert_eq!(calendar.on_or_after(day("2025-10-10")), Ok(day("2025-10-10")));
    }

    #[test]
    fn a_year_that_is_not_in_the_data_is_an_error() {
        let calendar = Calendar::announced().unwrap();
        assert_eq!(calendar.is_working_day(day("2023-12-31")), Err(CalendarError::UnknownYear(2023)));
        // The last days of 2026 are worked; the search must not walk into a year that nobody announced.
        let only = Calendar::parse("off\t2026-12-28\t2026-12-31\n").unwrap();
        assert_eq!(only.on_or_after(day("2026-12-29")), Err(CalendarError::UnknownYear(2027)));
    }

    #[test]
    fn says_which_line_cannot_be_read() {
        for text in [
            "off\t2026-01-01",
            "rest\t2026-01-01\t2026-01-02",
            "off\t2026-12-31\t2027-01-01",
            "off\t2026-02-30\t2026-03-01",
        ] {
            assert_eq!(Calendar::parse(&format!("# a comment\n{text}\n")), Err(CalendarError::Unreadable { line: 2 }));
        }
    }
}
