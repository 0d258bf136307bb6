//! What a server needs to know people: the registry, the sender of messages, and the keys that seal what is kept.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tantu_channels::registry::RegistryService;
use tantu_channels::secret::Secret;
use tantu_channels::sms::{ServiceConfig, SmsService};
use tantu_engine::people::People;
use tantu_vault::{KeyRing, Vault};

use crate::config::PeopleSection;
use crate::output::Failure;
use crate::server::{client, require_loopback};

/// What a sandbox's `/credentials` tells of its two services.
#[derive(Debug, Deserialize)]
struct Credentials {
    sms: Service,
    registry: Service,
}

#[derive(Debug, Deserialize)]
struct Service {
    endpoint: String,
    key: String,
}

/// The services of a sandbox, with a key that ends with this process: its database does too.
pub(crate) async fn of_sandbox(control: &str) -> Result<People, Failure> {
    require_loopback("--sandbox", control)?;
    let found: Credentials = client()?.get(format!("{control}/credentials")).send().await?.json().await?;
    for service in [&found.sms, &found.registry] {
        require_loopback("the sandbox's services", &service.endpoint)?;
    }
    let vault = Vault::new(&KeyRing::fresh()?)?;
    people(
        vault,
        service(&found.registry.endpoint, &found.registry.key)?,
        service(&found.sms.endpoint, &found.sms.key)?,
    )
}

/// The services that are configured.
pub(crate) fn of_section(section: &PeopleSection) -> Result<People, Failure> {
    let keys = read("people.vault_key_file", &section.vault_key_file)?;
    let ring = KeyRing::parse(&keys).map_err(|error| {
        let why = format!("people.vault_key_file: {}: {error}", section.vault_key_file.display());
        Failure::with_hint(why, "nobody's name is kept under a key that others know")
    })?;
    let registry = read("people.registry_key_file", &section.registry_key_file)?;
    let sms = read("people.sms_key_file", &section.sms_key_file)?;
    let vault = Vault::new(&ring)?;
    people(vault, service(&section.registry, registry.trim())?, service(&section.sms, sms.trim())?)
}

fn people(vault: Vault, registry: ServiceConfig, sms: ServiceConfig) -> Result<People, Failure> {
    Ok(People {
        vault: Arc::new(vault),
        registry: Arc::new(RegistryService::new(&registry)?),
        sms: Arc::new(SmsService::new(&sms)?),
    })
}

fn service(base: &str, key: &str) -> Result<ServiceConfig, Failure> {
    Ok(ServiceConfig {
        base: url::Url::parse(base).map_err(|error| Failure::usage(format!("{base:?} is no address: {error}")))?,
        key: Secret::new(key),
        timeout: Duration::from_secs(5),
        connect_timeout: Duration::from_secs(2),
    })
}

fn read(field: &str, path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{field}: {} cannot be read: {error}", path.display())))
}
