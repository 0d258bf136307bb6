//! What apps and phones must be, as the configuration says it.

use serde::Deserialize;
use tantu_domain::channel::Channel;
use tantu_domain::client::Version;
use tantu_domain::client_rules::{ClientRule, ClientRules, Conflict, Doing, KnownFault, PartnerRule, SystemRule};

use super::PolicySection;
use crate::output::Failure;

/// The oldest version of one app.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSection {
    app: String,
    minimum: String,
    update_at: String,
    /// `pay` or `bind`; both if absent.
    operation: Option<String>,
}

/// The oldest version of one system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemSection {
    name: String,
    minimum: String,
    /// `pay` or `bind`; both if absent.
    operation: Option<String>,
}

/// A fault that versions of an app are known to have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownFaultSection {
    app: String,
    fault: String,
    from: Option<String>,
    fixed_in: Option<String>,
    /// `pay` or `bind`; both if absent.
    operation: Option<String>,
}

/// Another app beside which ours cannot work.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConflictSection {
    app: String,
    other_app: String,
    fault: String,
    /// `pay` or `bind`; both if absent.
    operation: Option<String>,
}

/// The oldest version of a channel's own app.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartnerSection {
    channel: String,
    app: String,
    minimum: String,
}

/// All rules, every field checked. The configuration that apps store is made of the whole policy, and is not here.
pub(crate) fn rules(policy: &PolicySection) -> Result<ClientRules, Failure> {
    Ok(ClientRules {
        apps: policy.clients.iter().map(ClientSection::rule).collect::<Result<_, _>>()?,
        systems: policy.systems.iter().map(SystemSection::rule).collect::<Result<_, _>>()?,
        faults: policy.known_faults.iter().map(KnownFaultSection::fault).collect::<Result<_, _>>()?,
        conflicts: policy.conflicts.iter().map(ConflictSection::conflict).collect::<Result<_, _>>()?,
        partners: policy.partners.iter().map(PartnerSection::rule).collect::<Result<_, _>>()?,
        configuration: None,
    })
}

fn version(field: &str, text: &str) -> Result<Version, Failure> {
    text.parse().map_err(|error| Failure::usage(format!("{field}: {error}")))
}

fn operation(field: &str, text: Option<&str>) -> Result<Option<Doing>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let doing = Doing::parse(text);
    let unknown = || Failure::usage(format!("{field}: {text:?} is no operation; write pay or bind, or leave it out"));
    doing.map(Some).ok_or_else(unknown)
}

impl ClientSection {
    fn rule(&self) -> Result<ClientRule, Failure> {
        Ok(ClientRule {
            app: self.app.clone(),
            doing: operation("policy.clients.operation", self.operation.as_deref())?,
            minimum: version("policy.clients.minimum", &self.minimum)?,
            update_at: self.update_at.clone(),
        })
    }
}

impl SystemSection {
    fn rule(&self) -> Result<SystemRule, Failure> {
        Ok(SystemRule {
            system: self.name.clone(),
            doing: operation("policy.systems.operation", self.operation.as_deref())?,
            minimum: version("policy.systems.minimum", &self.minimum)?,
        })
    }
}

impl KnownFaultSection {
    fn fault(&self) -> Result<KnownFault, Failure> {
        let field = |name: &str, text: &Option<String>| {
            text.as_deref().map(|text| version(&format!("policy.known_faults.{name}"), text)).transpose()
        };
        let (from, fixed_in) = (field("from", &self.from)?, field("fixed_in", &self.fixed_in)?);
        if from.is_some() && fixed_in.is_some() && fixed_in <= from {
            let why = format!("policy.known_faults.fixed_in: {} has no version with the fault", self.fault);
            return Err(Failure::with_hint(why, "write a later version than in from"));
        }
        Ok(KnownFault {
            app: self.app.clone(),
            doing: operation("policy.known_faults.operation", self.operation.as_deref())?,
            from,
            fixed_in,
            fault: self.fault.clone(),
        })
    }
}

impl ConflictSection {
    fn conflict(&self) -> Result<Conflict, Failure> {
        Ok(Conflict {
            app: self.app.clone(),
            other_app: self.other_app.clone(),
            doing: operation("policy.conflicts.operation", self.operation.as_deref())?,
            fault: self.fault.clone(),
        })
    }
}

impl PartnerSection {
    fn rule(&self) -> Result<PartnerRule, Failure> {
        let unknown = || Failure::usage(format!("policy.partners.channel: {:?} is no channel", self.channel));
        Ok(PartnerRule {
            channel: Channel::parse(&self.channel).ok_or_else(unknown)?,
            app: self.app.clone(),
            minimum: version("policy.partners.minimum", &self.minimum)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn wrong(text: &str) -> String {
        let config = Config::from_text(text).unwrap();
        config.policy.policy().unwrap_err().message()
    }

    #[test]
    fn the_example_has_rules_that_are_read() {
        let config = Config::from_text(include_str!("../../../../config.example.toml")).unwrap();
        let policy = config.policy.policy().unwrap();
        let stored = policy.clients.configuration.unwrap();
        assert_eq!((stored.edition.as_str(), stored.sha256.len()), (policy.version.as_str(), 64));
        assert!(stored.text.contains("app tantu-app all 5.0.0"), "{}", stored.text);
        assert!(!policy.clients.systems.is_empty() && !policy.clients.faults.is_empty());
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let table = [
            ("[[policy.systems]]\nname = \"android\"\nminimum = \"9\"", "policy.systems.minimum"),
            (
                "[[policy.systems]]\nname = \"android\"\nminimum = \"9.0.0\"\noperation = \"sleep\"",
                "policy.systems.operation",
            ),
            (
                "[[policy.known_faults]]\napp = \"a\"\nfault = \"f\"\nfrom = \"2.0.0\"\nfixed_in = \"1.0.0\"",
                "policy.known_faults.fixed_in",
            ),
            ("[[policy.partners]]\nchannel = \"nobody\"\napp = \"a\"\nminimum = \"1.0.0\"", "policy.partners.channel"),
        ];
        for (text, field) in table {
            assert!(wrong(text).starts_with(field), "{text}: {}", wrong(text));
        }
    }
}
