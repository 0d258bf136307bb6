//! The app in the payer's hand, as its header names it: `Tantu-Client: tantu-app/5.2.0`.

use std::fmt;
use std::str::FromStr;

use crate::device::SigningDevice;

/// A version of three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Why a text names no client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// Not three numbers.
    #[error("{0:?} is not a version; write three numbers such as 5.2.0")]
    Version(String),
    /// Not a name and a version.
    #[error("{0:?} names no client; write name/version such as tantu-app/5.2.0")]
    Shape(String),
}

impl FromStr for Version {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Version(text.chars().take(64).collect());
        let numbers = text.split('.').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>().map_err(|_| wrong())?;
        match numbers[..] {
            [major, minor, patch] => Ok(Self { major, minor, patch }),
            _ => Err(wrong()),
        }
    }
}

/// Which app, in which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The app's name.
    pub app: String,
    /// Its version.
    pub version: Version,
}

impl FromStr for Client {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let (app, version) =
            text.trim().split_once('/').ok_or_else(|| ClientError::Shape(text.chars().take(64).collect()))?;
        let named =
            !app.is_empty() && app.len() <= 40 && app.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !named {
            return Err(ClientError::Shape(text.chars().take(64).collect()));
        }
        Ok(Self { app: app.to_owned(), version: version.parse()? })
    }
}

/// Who speaks for the payer in a request: what is known of his app and of his device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speaker {
    /// The payer's app, if one speaks for him.
    pub client: Option<Client>,
    /// His device, if it signed what is asked.
    pub device: Option<SigningDevice>,
}

/// The oldest version of an app that may still pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRule {
    /// The app's name.
    pub app: String,
    /// The oldest version that may pay.
    pub minimum: Version,
    /// Where the payer updates.
    pub update_at: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let old: Client = "tantu-app/5.9.0".parse().unwrap();
        let new: Client = "tantu-app/5.10.0".parse().unwrap();
        assert!(old.version < new.version);
    }

    #[test]
    fn refuses_what_is_no_client() {
        for text in ["", "tantu-app", "tantu-app/5", "tantu-app/5.1.x", "/5.1.0", "a b/1.0.0", "tantu-app/-1.0.0"] {
            assert!(text.parse::<Client>().is_err(), "{text}");
        }
    }
}
