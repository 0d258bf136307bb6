//! Whom we tell of what has happened, as the configuration has it: merchants' addresses, and the secrets that they share with us.

use std::path::PathBuf;

use serde::Deserialize;
use tantu_channels::secret::Secret;
use tantu_channels::webhook::{WebhookEndpoint, Webhooks};

use crate::output::Failure;

/// One merchant's endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSection {
    /// Whose, `mer_…`.
    merchant: String,
    /// His address.
    url: String,
    /// A file with `whsec_` and 24 to 64 random bytes in Base64.
    secret_file: PathBuf,
}

impl WebhookSection {
    fn endpoint(&self) -> Result<WebhookEndpoint, Failure> {
        let merchant = self.merchant.parse();
        let url = url::Url::parse(&self.url);
        let secret = std::fs::read_to_string(&self.secret_file);
        Ok(WebhookEndpoint {
            merchant: merchant
                .map_err(|_| Failure::usage("webhooks.merchant: write mer_ and 26 letters and digits"))?,
            url: url.map_err(|error| Failure::usage(format!("webhooks.url: {:?} is no address: {error}", self.url)))?,
            secret: Secret::new(
                secret
                    .map_err(|error| {
                        let path = self.secret_file.display();
                        Failure::usage(format!("webhooks.secret_file: {path} cannot be read: {error}"))
                    })?
                    .trim(),
            ),
        })
    }
}

/// Who tells merchants; nobody, if no endpoint is configured.
pub(crate) fn webhooks(sections: &[WebhookSection]) -> Result<Option<Webhooks>, Failure> {
    if sections.is_empty() {
        return Ok(None);
    }
    let endpoints = sections.iter().map(WebhookSection::endpoint).collect::<Result<Vec<_>, _>>()?;
    let made = Webhooks::new(endpoints).map_err(|error| {
        let hint = "printf 'whsec_%s' \"$(head -c 32 /dev/urandom | base64)\" > FILE";
        Failure::with_hint(format!("webhooks: {error}"), hint)
    });
    made.map(Some)
}
