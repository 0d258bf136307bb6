//! Certificates: when they hold, and whether they lead to a root. Which roots count, and what a certificate may be
//! used for, is each channel's own rule.

use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::pem::Pem;

/// The certificates of one text in PEM, as they stand in it.
pub(crate) struct Pems(Vec<Pem>);

impl Pems {
    /// `None` if there is none in it, or something that cannot be read.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let parts = Pem::iter_from_buffer(text.as_bytes()).collect::<Result<Vec<_>, _>>().ok()?;
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// `None` if one of them is no certificate.
    pub(crate) fn certificates(&self) -> Option<Vec<X509Certificate<'_>>> {
        self.0.iter().map(|pem| pem.parse_x509().ok()).collect()
    }
}

/// Why a certificate does not hold at a time.
pub(crate) enum Outside {
    /// It begins later.
    NotYet(Timestamp),
    /// It has ended.
    Over(Timestamp),
    /// Its times are none.
    Unreadable,
}

/// Whether a certificate holds `at` this time.
pub(crate) fn holds(certificate: &X509Certificate<'_>, at: Timestamp) -> Result<(), Outside> {
    let validity = certificate.validity();
    let time = |second| Timestamp::from_second(second).map_err(|_| Outside::Unreadable);
    let (from, until) = (time(validity.not_before.timestamp())?, time(validity.not_after.timestamp())?);
    if at < from {
        return Err(Outside::NotYet(from));
    }
    if until < at {
        return Err(Outside::Over(until));
    }
    Ok(())
}

/// Whether each certificate from this one on is signed by the next, up to one of the roots. Only authorities stand
/// in between, and each certificate's own signature is of a kind that `accepted` accepts.
pub(crate) fn leads(
    from: &X509Certificate<'_>,
    by: &[X509Certificate<'_>],
    roots: &[X509Certificate<'_>],
    at: Timestamp,
    accepted: impl Fn(&X509Certificate<'_>) -> bool,
) -> bool {
    let signs = |of: &X509Certificate<'_>, issuer: &X509Certificate<'_>| {
        issuer.subject().as_raw() == of.issuer().as_raw()
            && holds(issuer, at).is_ok()
            && accepted(of)
            && of.verify_signature(Some(issuer.public_key())).is_ok()
    };
    let mut link = from;
    // No chain is longer than what there is to build it of.
    for _ in 0..=by.len() {
        if roots.iter().any(|root| signs(link, root)) {
            return true;
        }
        let Some(next) = by.iter().find(|next| next.is_ca() && signs(link, next)) else { return false };
        link = next;
    }
    false
}
