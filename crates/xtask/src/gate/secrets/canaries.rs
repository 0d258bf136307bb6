//! The canaries: made-up secrets of every kind, each made once and remembered.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::Failure;
use crate::gate::chance::Chance;
use crate::gate::secrets::search::hexadecimal;
use crate::gate::traffic::api::text;

/// What a canary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Card,
    /// A card's number that begins as those of a bank that we know.
    KnownCard,
    Id,
    /// A person's name: five characters that stand in this order nowhere else.
    Name,
    Phone,
    /// Three digits: found only as the value of a field of their name, because three digits stand everywhere.
    Cvn,
    /// Six digits: found only beside their name.
    Code,
    Password,
    PaymentCode,
    /// Sessions, links, proofs and keys that somebody holds.
    Token,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Card | Self::KnownCard => "card",
            Self::Id => "id",
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Cvn => "cvn",
            Self::Code => "code",
            Self::Password => "password",
            Self::PaymentCode => "payment_code",
            Self::Token => "token",
        }
    }

    /// Whether it is so short that only its name beside it makes it one.
    pub(crate) fn is_short(self) -> bool {
        matches!(self, Self::Cvn | Self::Code | Self::Password)
    }
}

/// A canary: whether the server has made it itself, and so may say it to whom it belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Canary {
    pub(crate) kind: Kind,
    pub(crate) issued: bool,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Canaries {
    chance: Chance,
    wanted: u32,
    all: HashMap<String, Canary>,
    /// The server's own keys, as bytes.
    keys: Vec<Vec<u8>>,
}

impl Canaries {
    pub(crate) fn new(wanted: u32) -> Self {
        Self { chance: Chance::new(20_261_122), wanted, all: HashMap::new(), keys: Vec::new() }
    }

    /// Whether more are wanted.
    pub(crate) fn hungry(&self) -> bool {
        self.sent() < usize::try_from(self.wanted).unwrap_or(usize::MAX)
    }

    pub(crate) fn sent(&self) -> usize {
        self.all.len() + self.keys.len()
    }

    pub(crate) fn all(&self) -> &HashMap<String, Canary> {
        &self.all
    }

    pub(crate) fn keys(&self) -> &[Vec<u8>] {
        &self.keys
    }

    pub(crate) fn by_kind(&self) -> BTreeMap<&'static str, usize> {
        let mut kinds = BTreeMap::from([("key", self.keys.len())]);
        for canary in self.all.values() {
            *kinds.entry(canary.kind.name()).or_default() += 1;
        }
        kinds
    }

    /// Remembers what somebody else has made.
    pub(crate) fn issued(&mut self, kind: Kind, text: &str) {
        self.all.insert(text.to_owned(), Canary { kind, issued: true });
    }

    /// Remembers what was made outside, by a bank or a phone.
    pub(crate) fn learnt(&mut self, kind: Kind, text: &str) {
        self.all.insert(text.to_owned(), Canary { kind, issued: false });
    }

    /// Makes one that nobody has had.
    pub(crate) fn fresh(&mut self, kind: Kind) -> String {
        loop {
            let text = self.make(kind);
            if !self.all.contains_key(&text) {
                self.all.insert(text.clone(), Canary { kind, issued: false });
                return text;
            }
            // Three digits are soon used up; one that is known is as good.
            if kind == Kind::Cvn {
                return text;
            }
        }
    }

    fn make(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Card => {
                let length = usize::try_from(self.chance.between(15, 18)).unwrap_or(15);
                let body = format!("6{}", self.digits(length - 1));
                checked(&body)
            }
            Kind::KnownCard => {
                let body = format!("622202{}", self.digits(12));
                checked(&body)
            }
            Kind::Id => self.document(),
            Kind::Name => (0..5).filter_map(|_| self.han()).collect(),
            Kind::Phone => format!("1{}{}", self.chance.between(3, 9), self.digits(9)),
            Kind::Cvn => self.digits(3),
            // Not in a row and not all the same: the last two differ from what comes before.
            Kind::Code | Kind::Password => format!("{}94", self.digits(4)),
            Kind::PaymentCode => format!("28{}", self.digits(16)),
            Kind::Token => format!("canary{}", self.digits(24)),
        }
    }

    /// The number of an identity card with the right check character (GB 11643). Its sequence is given to nobody.
    fn document(&mut self) -> String {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
        let (year, month) = (self.chance.between(1950, 1999), self.chance.between(1, 12));
        let body = format!("1{}{year}{month:02}{:02}000", self.digits(5), self.chance.between(1, 28));
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        let check = usize::try_from(sum % 11).ok().and_then(|place| CHECKS.get(place)).copied().unwrap_or('0');
        format!("{body}{check}")
    }

    /// One of the characters that names are written with.
    fn han(&mut self) -> Option<char> {
        u32::try_from(self.chance.between(0x4e00, 0x9fa5)).ok().and_then(char::from_u32)
    }

    /// A key of the server.
    fn key(&mut self) -> Vec<u8> {
        let key: Vec<u8> = (0..32).map(|_| u8::try_from(self.chance.between(0, 255)).unwrap_or(0)).collect();
        self.keys.push(key.clone());
        key
    }

    fn digits(&mut self, many: usize) -> String {
        (0..many).map(|_| char::from(b'0' + u8::try_from(self.chance.between(0, 9)).unwrap_or(0))).collect()
    }

    /// Writes the server's keys and a configuration that names them, with the sandbox's services that know people, of its
    /// credentials; gives the configuration's path.
    pub(crate) fn write_keys(&mut self, folder: &Path, credentials: &Value) -> Result<PathBuf, Failure> {
        let mut config = String::from("[server]\n");
        for (field, name) in [("secret_file", "secret"), ("password_key_file", "password_key")] {
            let key = self.key();
            config.push_str(&format!("{field} = \"{}\"\n", written(folder, name, &key)?));
        }
        for (field, name) in [("second_factor_key_file", "second_factor_key"), ("vault_key_file", "vault_key")] {
            if field == "vault_key_file" {
                config.push_str("\n[people]\n");
            }
            let ring = format!("1 {}\n", hexadecimal(&self.key()));
            config.push_str(&format!("{field} = \"{}\"\n", written(folder, name, ring.as_bytes())?));
        }
        for name in ["registry", "sms"] {
            let (endpoint, key) =
                (text(credentials, &format!("/{name}/endpoint"))?, text(credentials, &format!("/{name}/key"))?);
            let file = written(folder, &format!("{name}_key"), key.as_bytes())?;
            config.push_str(&format!("{name} = \"{endpoint}\"\n{name}_key_file = \"{file}\"\n"));
            self.keys.push(key.into_bytes());
        }
        config.push_str(
            "\n[policy]\nversion = \"gate\"\n\n[[policy.limits]]\nproduct = \"wallet\"\npassword_free = 1000\n",
        );
        let path = folder.join("config.toml");
        std::fs::write(&path, config)?;
        Ok(path)
    }
}

/// Writes a file of keys; gives its path as a configuration names it.
fn written(folder: &Path, name: &str, bytes: &[u8]) -> Result<String, Failure> {
    let path = folder.join(name);
    std::fs::write(&path, bytes)?;
    Ok(path.display().to_string())
}

/// A card's number: its first digits, and the one that checks them.
fn checked(body: &str) -> String {
    let digits = body.bytes().rev().enumerate().map(|(place, byte)| {
        let digit = u32::from(byte - b'0') * if place.is_multiple_of(2) { 2 } else { 1 };
        digit / 10 + digit % 10
    });
    let sum: u32 = digits.sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
