//! Where a device says that it is, as exactly as the rules against misuse need it: to a tenth of a kilometre at best.

use std::fmt;
use std::str::FromStr;

/// A place on the earth, in hundredths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// North of the equator.
    latitude: i32,
    /// East of Greenwich.
    longitude: i32,
}

/// A text that names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place is LATITUDE:LONGITUDE in degrees with two decimals, such as 31.23:121.47")]
pub struct NoPlace;

/// `31.23` as 3123.
fn hundredths(text: &str, most: i32) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || whole.len() > 3 || part.len() != 2 || !digits(part) {
        return None;
    }
    let (whole, part): (i32, i32) = (whole.parse().ok()?, part.parse().ok()?);
    let value = whole * 100 + part;
    (value <= most * 100).then_some(sign * value)
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (latitude, longitude) = text.split_once(':').ok_or(NoPlace)?;
        Ok(Self {
            latitude: hundredths(latitude, 90).ok_or(NoPlace)?,
            longitude: hundredths(longitude, 180).ok_or(NoPlace)?,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |value: i32| {
            let sign = if value < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", value.abs() / 100, value.abs() % 100)
        };
        write!(f, "{}:{}", part(self.latitude), part(self.longitude))
    }
}

impl Place {
    /// Whether two places are farther apart than so many kilometres. A degree of latitude is 111 km; one of longitude is
    /// shorter towards the poles by the cosine, here by Bhaskara's fraction, which is off by less than 0.2 %. Across
    /// thousands of kilometres the plane is off by a few percent, which no rule needs.
    pub fn is_farther_than(self, km: u32, other: Self) -> bool {
        let north = i64::from(self.latitude) - i64::from(other.latitude);
        let east = (i64::from(self.longitude) - i64::from(other.longitude)).abs();
        let east = east.min(36_000 - east);
        let middle = (i64::from(self.latitude) + i64::from(other.latitude)) / 200;
        let (above, below) = (32_400 - 4 * middle * middle, 32_400 + middle * middle);
        // In tens of metres: 111.2 km are 11,120 of them for 100 hundredths.
        let (north, east) = (north * 1_112 / 10, east * 1_112 * above / below / 10);
        let most = i64::from(km) * 100;
        north * north + east * east > most * most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written() {
        for text in ["31.23:121.47", "-33.87:151.21", "0.00:-0.50", "90.00:180.00"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text, "{text}");
        }
        for text in
            ["", "31.23", "31.2:121.47", "91.00:0.00", "31.23:181.00", "a.bc:1.00", "31.23:121.47:1.00", "+1.00:1.00"]
        {
            assert_eq!(text.parse::<Place>(), Err(NoPlace), "{text}");
        }
    }

    #[test]
    fn distances_are_right_to_a_percent() {
        // Shanghai, Beijing (1,067 km), Hangzhou (about 164 km), Urumqi (about 3,270 km).
        let [shanghai, beijing, hangzhou, urumqi] =
            ["31.23:121.47", "39.90:116.40", "30.27:120.15", "43.82:87.62"].map(|text| text.parse::<Place>().unwrap());
        for (other, near, far) in [(beijing, 1_050, 1_085), (hangzhou, 160, 168), (urumqi, 3_150, 3_400)] {
            assert!(shanghai.is_farther_than(near, other) && !shanghai.is_farther_than(far, other), "{other}");
        }
        assert!(!shanghai.is_farther_than(0, shanghai));
    }
}
