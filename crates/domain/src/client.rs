//! The app in the payer's hand and what it runs on, as its header names them: `Tantu-Client: tantu-app/5.2.0;
//! system=android/14.0.0; configuration=2026-11/<checksum>; beside=alipay/10.6.0`. Only the first part is needed.

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
    /// A part that is not known, or that stands there twice.
    #[error("this is no part of a client; write system=, configuration= or beside=, the first two once")]
    Part,
    /// No edition and checksum.
    #[error("this is no configuration; write edition/checksum, the checksum as 64 hexadecimal digits")]
    Stored,
    /// Not three numbers.
    #[error("this is not a version; write three numbers such as 5.2.0")]
    Version,
    /// Not a name and a version.
    #[error("this names no client; write name/version such as tantu-app/5.2.0")]
    Shape,
}

impl FromStr for Version {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Version;
        let numbers = text.split('.').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>().map_err(|_| wrong())?;
        match numbers[..] {
            [major, minor, patch] => Ok(Self { major, minor, patch }),
            _ => Err(wrong()),
        }
    }
}

/// A system or an app by its name and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned {
    /// Its name, such as `android` or `alipay`.
    pub name: String,
    /// Its version.
    pub version: Version,
}

impl fmt::Display for Versioned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.version)
    }
}

impl FromStr for Versioned {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let shape = || ClientError::Shape;
        let (name, version) = text.trim().split_once('/').ok_or_else(shape)?;
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if name.is_empty() || name.len() > 40 || !name.bytes().all(letter) {
            return Err(shape());
        }
        Ok(Self { name: name.to_owned(), version: version.parse()? })
    }
}

/// The configuration that an app has stored: whose edition, and the SHA-256 of what it holds now, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The edition's name.
    pub edition: String,
    /// The checksum of what is stored.
    pub sha256: String,
}

impl FromStr for Stored {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Stored;
        let (edition, sha256) = text.trim().split_once('/').ok_or_else(wrong)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        let named = !edition.is_empty() && edition.len() <= 40 && edition.bytes().all(plain);
        if !named || sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        Ok(Self { edition: edition.to_owned(), sha256: sha256.to_ascii_lowercase() })
    }
}

/// The most apps beside ours that are looked at.
const MOST_BESIDE: usize = 16;

/// Which app, in which version, and what it says of what it runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The app's name.
    pub app: String,
    /// Its version.
    pub version: Version,
    /// The phone's system.
    pub system: Option<Versioned>,
    /// The configuration that the app has stored.
    pub configuration: Option<Stored>,
    /// Other apps on the phone: those of our partners, and those that run beside ours.
    pub beside: Vec<Versioned>,
}

impl Client {
    /// An app that says nothing but its version.
    pub fn new(app: impl Into<String>, version: Version) -> Self {
        Self { app: app.into(), version, system: None, configuration: None, beside: Vec::new() }
    }

    /// Takes in one further part.
    fn with(mut self, part: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Part;
        let (name, value) = part.trim().split_once('=').ok_or_else(wrong)?;
        match name {
            "system" if self.system.is_none() => self.system = Some(value.parse()?),
            "configuration" if self.configuration.is_none() => self.configuration = Some(value.parse()?),
            "beside" if self.beside.len() < MOST_BESIDE => self.beside.push(value.parse()?),
            _ => return Err(wrong()),
        }
        Ok(self)
    }
}

impl FromStr for Client {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let mut parts = text.split(';');
        let app: Versioned = parts.next().unwrap_or_default().parse()?;
        parts.try_fold(Self::new(app.name, app.version), Self::with)
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
        for text in [
            "",
            "tantu-app",
            "tantu-app/5",
            "tantu-app/5.1.x",
            "/5.1.0",
            "a b/1.0.0",
            "tantu-app/-1.0.0",
            "tantu-app/5.1.0;",
            "tantu-app/5.1.0; colour=red",
            "tantu-app/5.1.0; system=android",
            "tantu-app/5.1.0; system=android/14.0.0; system=android/15.0.0",
            "tantu-app/5.1.0; configuration=2026-11/abc",
        ] {
            assert!(text.parse::<Client>().is_err(), "{text}");
        }
        let many = "; beside=other/1.0.0".repeat(MOST_BESIDE + 1);
        assert!(format!("tantu-app/5.1.0{many}").parse::<Client>().is_err());
    }

    #[test]
    fn reads_what_an_app_says_of_its_phone() {
        let sum = "AB".repeat(32);
        let text = format!("tantu-app/5.2.0; system=android/14.0.0; configuration=2026-11/{sum}; beside=alipay/10.6.0");
        let client: Client = text.parse().unwrap();
        assert_eq!(client.system.map(|system| system.to_string()), Some("android/14.0.0".to_owned()));
        assert_eq!(client.configuration.map(|stored| stored.sha256), Some("ab".repeat(32)));
        assert_eq!(client.beside.len(), 1);
    }
}
