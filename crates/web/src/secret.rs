//! Tokens: random ones that are kept as hashes only, and signed ones that need not be kept at all.

use std::fmt;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tantu_domain::ids::PaymentId;
use tantu_domain::staff::StaffMark;
use tantu_store::access::TokenHash;

use crate::problem::{Kind, Problem};

/// Before a merchant's or a staff member's API key.
pub(crate) const API_KEY: &str = "tk_";
/// Before a payer's session.
pub(crate) const SESSION: &str = "ps_";
/// Before the token of a session of staff.
pub(crate) const STAFF_SESSION: &str = "ss_";
/// Before the proof that a pay password was entered.
pub(crate) const PROOF: &str = "prf_";
/// Before a link that signs in once.
pub(crate) const LINK: &str = "ln_";
/// Before the token of a cashier link.
pub(crate) const CASHIER: &str = "ck_";

/// Before the digits of a mark.
const MARK: &str = "stf_";

/// What cashier links and form tokens are signed with.
#[derive(Clone)]
pub struct ServerSecret(hmac::Key);

impl ServerSecret {
    /// The secret of random bytes; 32 are enough.
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The token of a payment's cashier link: whoever knows it sees the payment and may pay it.
    pub fn cashier_token(&self, payment: PaymentId) -> String {
        let tag = self.sign("cashier", &[payment.to_string().as_bytes()]);
        format!("{CASHIER}{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    pub(crate) fn opens_cashier(&self, payment: PaymentId, token: &str) -> bool {
        self.verifies("cashier", &[payment.to_string().as_bytes()], token.strip_prefix(CASHIER).unwrap_or(""))
    }

    /// The token of the forms shown to one browser, signed in or not.
    pub(crate) fn form_token(&self, visitor: &str, session: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.sign("form", &[visitor.as_bytes(), session.as_bytes()]).as_ref())
    }

    pub(crate) fn opens_form(&self, visitor: &str, session: &str, token: &str) -> bool {
        self.verifies("form", &[visitor.as_bytes(), session.as_bytes()], token)
    }

    /// What stands for a bank's code in a request's hash. Six digits behind a bare hash would be plain text.
    pub(crate) fn code_mark(&self, payment: PaymentId, code: &str) -> Vec<u8> {
        self.sign("bank code", &[payment.to_string().as_bytes(), code.as_bytes()]).as_ref().to_vec()
    }

    fn sign(&self, purpose: &str, parts: &[&[u8]]) -> hmac::Tag {
        hmac::sign(&self.0, &signed_bytes(purpose, parts))
    }

    /// Compares in constant time.
    fn verifies(&self, purpose: &str, parts: &[&[u8]], token: &str) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(token) else { return false };
        hmac::verify(&self.0, &signed_bytes(purpose, parts), &tag).is_ok()
    }
}

/// Each part under its length, so that no two lists of parts read the same.
fn signed_bytes(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("tantu {purpose}").into_bytes();
    for part in parts {
        bytes.extend(format!(" {}:", part.len()).into_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(…)")
    }
}

/// A token of 256 random bits with its prefix.
pub(crate) fn fresh_token(prefix: &str) -> Result<String, Problem> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        tracing::error!("the system gives no random numbers");
        Problem::new(Kind::Internal, "the server has no random numbers; nothing changed")
    })?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// The token of a session of staff. It names whose it is, because that is where the session is looked for.
pub(crate) fn fresh_staff_token(staff: StaffMark) -> Result<String, Problem> {
    let mark = staff.to_string();
    let mark = mark.strip_prefix(MARK).unwrap_or(&mark);
    fresh_token(&format!("{STAFF_SESSION}{mark}_"))
}

/// Whose session a token of staff says that it is.
pub(crate) fn staff_of(token: &str) -> Option<StaffMark> {
    let (mark, _) = token.strip_prefix(STAFF_SESSION)?.split_once('_')?;
    format!("{MARK}{mark}").parse().ok()
}

/// What a token is kept and found by.
pub(crate) fn hash_of(token: &str) -> TokenHash {
    TokenHash(sha256(&[token.as_bytes()]))
}

/// The SHA-256 of parts, one after the other.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0_u8; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let secret = ServerSecret::new(&[7; 32]);
        assert!(secret.opens_form("ab", "c", &secret.form_token("ab", "c")));
        assert!(!secret.opens_form("a", "bc", &secret.form_token("ab", "c")));
        assert!(!ServerSecret::new(&[8; 32]).opens_form("ab", "c", &secret.form_token("ab", "c")));
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", ServerSecret::new(&[7; 32])), "ServerSecret(…)");
    }
}
