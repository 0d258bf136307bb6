//! Time and chance come in as arguments, so that a decision can be made again and give the same.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The hands of a clock.
pub trait Clock: Send + Sync {
    /// Business time: expiries, days, due dates. In a demo it can be moved forward.
    fn now(&self) -> Timestamp;

    /// Real time, for signatures and the headers of requests; it is never moved.
    fn wall(&self) -> Timestamp;
}

/// Where new ids come from.
pub trait Ids: Send + Sync {
    /// Sixteen fresh bytes in the layout of a `UUIDv7`: ordered by time, never the same twice.
    fn fresh(&self) -> [u8; 16];
}

/// The time zone of the platform's days and months, as the rules of the field ask.
pub fn beijing() -> TimeZone {
    // Mainland China has had one offset and no summer time since 1991.
    TimeZone::fixed(jiff::tz::offset(8))
}

/// The day of `at` in Beijing.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(beijing()).date()
}

/// The first instant of `day` in Beijing.
pub fn start_of(day: Date) -> Timestamp {
    // A fixed offset has no gaps, so every civil time exists; the fallback is out of reach.
    day.to_zoned(beijing()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        let late: Timestamp = "2026-11-21T15:59:59Z".parse().unwrap();
        let early: Timestamp = "2026-11-21T16:00:00Z".parse().unwrap();
        assert_eq!(day_of(late).to_string(), "2026-11-21");
        assert_eq!(day_of(early).to_string(), "2026-11-22");
        assert_eq!(start_of(day_of(early)), early);
    }
}
