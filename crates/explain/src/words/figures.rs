//! Times and days as people write them, always in Beijing: `11月23日 00:00`, `Nov 23, 00:00`.

use jiff::Timestamp;
use jiff::civil::Date;
use tantu_domain::clock::{beijing, day_of};

use crate::lang::Lang;

/// An instant: `12:45` on the day of `now`, else with its date.
pub fn time(at: Timestamp, now: Timestamp, lang: Lang) -> String {
    let zoned = at.to_zoned(beijing());
    let clock = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
    if zoned.date() == day_of(now) {
        return clock;
    }
    let day = day(zoned.date(), now, lang);
    match lang {
        Lang::ZhHans | Lang::ZhHant => format!("{day} {clock}"),
        Lang::En => format!("{day}, {clock}"),
    }
}

/// An instant as the end of a sentence: English needs *at* for a time of today and *on* for any other.
pub(super) fn moment(at: Timestamp, now: Timestamp, lang: Lang) -> String {
    let written = time(at, now, lang);
    match lang {
        Lang::ZhHans | Lang::ZhHant => written,
        Lang::En if day_of(at) == day_of(now) => format!("at {written}"),
        Lang::En => format!("on {written}"),
    }
}

/// A length of time in the unit in which people would say it, without its direction. A few minutes keep their
/// seconds, so that what is a second too long does not read like what is allowed.
pub(super) fn span(seconds: i64, lang: Lang) -> String {
    let seconds = seconds.unsigned_abs();
    let (minutes, rest) = (seconds / 60, seconds % 60);
    if (120..600).contains(&seconds) && rest > 0 {
        return match lang {
            Lang::ZhHans | Lang::ZhHant => format!("{minutes} 分 {rest} 秒"),
            Lang::En => format!("{minutes} min {rest} s"),
        };
    }
    let (number, units) = match seconds {
        0..120 => (seconds, [" 秒", " 秒", " seconds"]),
        120..7200 => (seconds / 60, [" 分钟", " 分鐘", " minutes"]),
        7200..172_800 => (seconds / 3600, [" 小时", " 小時", " hours"]),
        _ => (seconds / 86_400, [" 天", " 天", " days"]),
    };
    let [simplified, traditional, english] = units;
    match lang {
        Lang::ZhHans => format!("{number}{simplified}"),
        Lang::ZhHant => format!("{number}{traditional}"),
        Lang::En => format!("{number}{english}"),
    }
}

/// A day, with its year if that is not the year of `now`.
pub fn day(day: Date, now: Timestamp, lang: Lang) -> String {
    let same_year = day.year() == day_of(now).year();
    match (lang, same_year) {
        (Lang::ZhHans | Lang::ZhHant, true) => format!("{}月{}日", day.month(), day.day()),
        (Lang::ZhHans | Lang::ZhHant, false) => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        (Lang::En, true) => format!("{} {}", month(day), day.day()),
        (Lang::En, false) => format!("{} {}, {}", month(day), day.day(), day.year()),
    }
}

fn month(day: Date) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(day.month()).ok().and_then(|month| MONTHS.get(month - 1)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_own_unit() {
        let cases = [
            (-5400, "90 minutes"),
            (300, "5 minutes"),
            (-301, "5 min 1 s"),
            (61, "61 seconds"),
            (660, "11 minutes"),
            (10_800, "3 hours"),
            (864_000, "10 days"),
        ];
        for (seconds, english) in cases {
            assert_eq!(span(seconds, Lang::En), english);
        }
        assert_eq!((span(5400, Lang::ZhHant), span(301, Lang::ZhHans)), ("90 分鐘".to_owned(), "5 分 1 秒".to_owned()));
    }

    #[test]
    fn writes_times_as_people_do() {
        let now: Timestamp = "2026-11-22T12:00:00+08:00".parse().unwrap();
        let cases = [
            ("2026-11-22T12:45:00+08:00", "12:45", "12:45"),
            ("2026-11-23T00:00:00+08:00", "11月23日 00:00", "Nov 23, 00:00"),
            ("2027-01-01T00:00:00+08:00", "2027年1月1日 00:00", "Jan 1, 2027, 00:00"),
            ("2026-11-21T17:30:00Z", "01:30", "01:30"),
        ];
        for (at, chinese, english) in cases {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(time(at, now, Lang::ZhHans), chinese);
            assert_eq!(time(at, now, Lang::ZhHant), chinese);
            assert_eq!(time(at, now, Lang::En), english);
        }
    }
}
