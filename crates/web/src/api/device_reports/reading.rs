//! How the parts of a report are read: short, plain, and without what a device should keep to itself.

use tantu_domain::masked::Masked;

use crate::problem::{Kind, Problem};

/// The longest text of a report.
const LONGEST: usize = 200;

/// Where in a request something stands.
pub(crate) struct At<'w> {
    /// What stands before a field's name.
    pub(crate) within: &'w str,
}

impl At<'_> {
    /// The problem of a field.
    pub(crate) fn wrong(&self, field: &str, detail: impl Into<String>) -> Problem {
        Problem::field(Kind::InvalidField, format!("{}{field}", self.within), detail)
    }

    /// A word that must be one of a few.
    pub(crate) fn one_of<T>(
        &self,
        field: &str,
        found: Option<T>,
        known: impl Iterator<Item = &'static str>,
    ) -> Result<T, Problem> {
        found.ok_or_else(|| self.wrong(field, format!("write one of {}", known.collect::<Vec<_>>().join(", "))))
    }
}

/// A short text without control characters; what is secret in it is taken out.
pub(crate) fn short(at: &At<'_>, field: &str, text: &str) -> Result<String, Problem> {
    let plain = !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    if plain {
        return Ok(Masked::of(text.trim()).0.text().to_owned());
    }
    Err(at.wrong(field, format!("write 1 to {LONGEST} characters without line breaks")))
}

/// An address without what may be secret in it: a name and password before the host, and what stands behind `?` and `#`.
pub(crate) fn clean(at: &At<'_>, field: &str, text: &str) -> Result<String, Problem> {
    let bare = text.trim().split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = bare.split_once("://").map_or(("", bare), |(scheme, rest)| (scheme, rest));
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    short(at, field, &(scheme + host + &path.map(|path| format!("/{path}")).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_addresses_are_left_out() {
        let table = [
            ("http://me:secret@10.0.0.9:3128/", "http://10.0.0.9:3128/"),
            ("10.0.0.9:3128", "10.0.0.9:3128"),
            ("https://portal.example/in?token=1#x", "https://portal.example/in"),
            ("me@proxy.lan:80", "proxy.lan:80"),
        ];
        for (text, expected) in table {
            assert_eq!(clean(&At { within: "" }, "portal", text).ok().as_deref(), Some(expected), "{text}");
        }
        assert!(clean(&At { within: "" }, "portal", "a\nb").is_err());
    }
}
