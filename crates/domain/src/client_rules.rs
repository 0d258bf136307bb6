//! What an app and its phone must be for paying and for binding a card: data, never code.
//!
//! The same rules judge a request by what its header says, and a device report by what it reports.

use crate::channel::Channel;
use crate::check::Rule;
use crate::client::{Client, Version};
use crate::device_report::Seen;
use crate::evidence::{Evidence, Value};
use crate::trail::word;

/// What an app is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Paying an order.
    Pay,
    /// Binding a card.
    Bind,
}

impl Doing {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Pay, Self::Bind];

    /// The name that the configuration and the API use.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Bind => "bind",
        }
    }

    /// The one of a name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|doing| doing.id() == id)
    }
}

/// The oldest version of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRule {
    /// The app's name.
    pub app: String,
    /// For what alone; for everything if `None`.
    pub doing: Option<Doing>,
    /// The oldest version that may do it.
    pub minimum: Version,
    /// Where the payer updates.
    pub update_at: String,
}

/// The oldest version of a phone's system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemRule {
    /// The system's name, such as `android`.
    pub system: String,
    /// For what alone; for everything if `None`.
    pub doing: Option<Doing>,
    /// The oldest version that may do it.
    pub minimum: Version,
}

/// A fault that versions of an app are known to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFault {
    /// The app's name.
    pub app: String,
    /// For what alone; for everything if `None`.
    pub doing: Option<Doing>,
    /// The first version that has it; every earlier one, too, if `None`.
    pub from: Option<Version>,
    /// The version that no longer has it, if there is one.
    pub fixed_in: Option<Version>,
    /// The fault's name among us.
    pub fault: String,
}

/// Another app beside which ours cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Our app's name.
    pub app: String,
    /// The other's name.
    pub other_app: String,
    /// For what alone; for everything if `None`.
    pub doing: Option<Doing>,
    /// The fault's name among us.
    pub fault: String,
}

/// The oldest version of a channel's own app in which a payment can be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerRule {
    /// Whose app.
    pub channel: Channel,
    /// The app's name.
    pub app: String,
    /// The oldest version that takes our payments.
    pub minimum: Version,
}

/// The configuration that apps store, so that they need not ask for it each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Names the edition. An app that has stored another is not judged by this one.
    pub edition: String,
    /// What is stored, byte for byte.
    pub text: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientRules {
    /// The oldest versions of apps.
    pub apps: Vec<ClientRule>,
    /// The oldest versions of systems.
    pub systems: Vec<SystemRule>,
    /// Faults that are known.
    pub faults: Vec<KnownFault>,
    /// Apps that do not get on with ours.
    pub conflicts: Vec<Conflict>,
    /// The oldest versions of the channels' own apps.
    pub partners: Vec<PartnerRule>,
    /// What apps store.
    pub configuration: Option<Configuration>,
}

/// One thing that was looked at, and what it proves if it does not hold.
pub(crate) struct Looked {
    pub(crate) rule: Rule,
    pub(crate) input: Value,
    pub(crate) threshold: Value,
    pub(crate) evidence: Evidence,
}

fn concerns(only: Option<Doing>, doing: Doing) -> bool {
    only.is_none_or(|only| only == doing)
}

impl ClientRules {
    /// Everything that the rules say of this app and its phone. What it says nothing of is not looked at.
    pub(crate) fn look(&self, client: &Client, doing: Doing) -> Vec<Looked> {
        let mut looked = Vec::new();
        let own = self.apps.iter().filter(|rule| rule.app == client.app && concerns(rule.doing, doing));
        if let Some(rule) = own.max_by_key(|rule| rule.minimum) {
            looked.push(Looked {
                rule: Rule::AppVersion,
                input: word(&client.version.to_string()),
                threshold: word(&rule.minimum.to_string()),
                evidence: Evidence::AppOutdated {
                    app: client.app.clone(),
                    version: client.version,
                    minimum: rule.minimum,
                    update_at: rule.update_at.clone(),
                },
            });
        }
        looked.extend(self.system(client, doing));
        looked.extend(self.fault(client, doing));
        looked.extend(self.conflict(client, doing));
        looked.extend(self.stored(client));
        looked
    }

    fn system(&self, client: &Client, doing: Doing) -> Option<Looked> {
        let system = client.system.as_ref()?;
        let known = self.systems.iter().filter(|rule| rule.system == system.name && concerns(rule.doing, doing));
        let minimum = known.map(|rule| rule.minimum).max()?;
        Some(Looked {
            rule: Rule::SystemVersion,
            input: word(&system.version.to_string()),
            threshold: word(&minimum.to_string()),
            evidence: Seen::OsOutdated { system: system.name.clone(), version: system.version, minimum }.into(),
        })
    }

    /// The known fault of this version. Of several the one that is fixed last is told: that version has none of them.
    fn fault(&self, client: &Client, doing: Doing) -> Option<Looked> {
        let of_app = |fault: &&KnownFault| fault.app == client.app && concerns(fault.doing, doing);
        let has = |fault: &&KnownFault| {
            fault.from.is_none_or(|from| from <= client.version)
                && fault.fixed_in.is_none_or(|fixed| client.version < fixed)
        };
        self.faults.iter().find(of_app)?;
        let fault = self
            .faults
            .iter()
            .filter(of_app)
            .filter(has)
            .max_by_key(|fault| (fault.fixed_in.is_none(), fault.fixed_in));
        Some(Looked {
            rule: Rule::AppFault,
            input: fault.map_or(Value::Unknown, |fault| word(&fault.fault)),
            threshold: Value::Unknown,
            evidence: Seen::AppFault {
                app: client.app.clone(),
                version: client.version,
                fault: fault.map_or_else(String::new, |fault| fault.fault.clone()),
                fixed_in: fault.and_then(|fault| fault.fixed_in),
                other_app: None,
            }
            .into(),
        })
    }

    fn conflict(&self, client: &Client, doing: Doing) -> Option<Looked> {
        let runs = |conflict: &&Conflict| {
            conflict.app == client.app
                && concerns(conflict.doing, doing)
                && client.beside.iter().any(|other| other.name == conflict.other_app)
        };
        let conflict = self.conflicts.iter().find(runs)?;
        Some(Looked {
            rule: Rule::AppConflict,
            input: word(&conflict.other_app),
            threshold: Value::Unknown,
            evidence: Seen::AppFault {
                app: client.app.clone(),
                version: client.version,
                fault: conflict.fault.clone(),
                fixed_in: None,
                other_app: Some(conflict.other_app.clone()),
            }
            .into(),
        })
    }

    fn stored(&self, client: &Client) -> Option<Looked> {
        let stored = client.configuration.as_ref()?;
        let ours = self.configuration.as_ref().filter(|ours| ours.edition == stored.edition)?;
        Some(Looked {
            rule: Rule::Configuration,
            input: word(&stored.sha256),
            threshold: word(&ours.sha256),
            evidence: Seen::CacheCorrupt { expected: ours.sha256.clone(), found: stored.sha256.clone() }.into(),
        })
    }

    /// What they say of the app in which a channel's payment would be confirmed.
    pub(crate) fn partner(&self, client: &Client, channel: Channel) -> Option<Looked> {
        let rule = self.partners.iter().find(|rule| rule.channel == channel)?;
        let theirs = client.beside.iter().find(|app| app.name == rule.app)?;
        Some(Looked {
            rule: Rule::PartnerVersion,
            input: word(&theirs.version.to_string()),
            threshold: word(&rule.minimum.to_string()),
            evidence: Seen::PartnerOutdated { partner: channel, version: theirs.version, minimum: rule.minimum }.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Cause;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    fn rules() -> ClientRules {
        let fault = |from: Option<&str>, fixed: Option<&str>, fault: &str| KnownFault {
            app: "app".into(),
            doing: None,
            from: from.map(version),
            fixed_in: fixed.map(version),
            fault: fault.into(),
        };
        let app = |doing, minimum| ClientRule {
            app: "app".into(),
            doing,
            minimum: version(minimum),
            update_at: "https://example.com".into(),
        };
        ClientRules {
            apps: vec![app(None, "5.0.0"), app(Some(Doing::Bind), "5.1.0")],
            systems: vec![SystemRule { system: "android".into(), doing: None, minimum: version("9.0.0") }],
            faults: vec![fault(Some("5.2.0"), Some("5.2.3"), "blank_page"), fault(Some("6.0.0"), None, "loops")],
            conflicts: vec![Conflict {
                app: "app".into(),
                other_app: "cleaner".into(),
                doing: Some(Doing::Pay),
                fault: "closes_pages".into(),
            }],
            partners: vec![PartnerRule { channel: Channel::Alipay, app: "alipay".into(), minimum: version("10.2.0") }],
            configuration: Some(Configuration { edition: "1".into(), text: "x".into(), sha256: "a".repeat(64) }),
        }
    }

    fn causes(text: &str, doing: Doing) -> Vec<Cause> {
        let looked = rules().look(&text.parse().unwrap(), doing);
        let failed = looked.into_iter().filter(|one| !one.rule.holds(&one.input, &one.threshold));
        failed.map(|one| one.evidence.cause()).collect()
    }

    #[test]
    fn every_rule_is_held_against_what_the_app_says() {
        use Cause::{AppBug, AppCacheCorrupt, AppOutdated, DeviceOsOutdated};
        let (good, bad) = ("a".repeat(64), "b".repeat(64));
        let table: [(String, Doing, &[Cause]); 14] = [
            ("app/5.0.9".into(), Doing::Pay, &[]),
            ("app/5.0.9".into(), Doing::Bind, &[AppOutdated]),
            ("app/4.9.9".into(), Doing::Pay, &[AppOutdated]),
            ("other/1.0.0".into(), Doing::Pay, &[]),
            ("app/5.2.0".into(), Doing::Pay, &[AppBug]),
            ("app/5.2.3".into(), Doing::Pay, &[]),
            ("app/6.1.0".into(), Doing::Pay, &[AppBug]),
            ("app/5.1.0; beside=cleaner/1.0.0".into(), Doing::Pay, &[AppBug]),
            ("app/5.1.0; beside=cleaner/1.0.0".into(), Doing::Bind, &[]),
            ("app/5.1.0; system=android/8.1.0".into(), Doing::Pay, &[DeviceOsOutdated]),
            ("app/5.1.0; system=ios/8.1.0".into(), Doing::Pay, &[]),
            (format!("app/5.1.0; configuration=1/{good}"), Doing::Pay, &[]),
            (format!("app/5.1.0; configuration=1/{bad}"), Doing::Pay, &[AppCacheCorrupt]),
            // An app that has stored an older edition is behind, not broken.
            (format!("app/5.1.0; configuration=0/{bad}"), Doing::Pay, &[]),
        ];
        for (text, doing, expected) in table {
            assert_eq!(causes(&text, doing), expected, "{text} {doing:?}");
        }
    }

    #[test]
    fn a_partners_app_is_looked_at_only_for_its_own_channel() {
        let look = |text: &str, channel| {
            let looked = rules().partner(&text.parse().unwrap(), channel);
            looked.map(|one| one.rule.holds(&one.input, &one.threshold))
        };
        assert_eq!(look("app/5.1.0; beside=alipay/10.1.0", Channel::Alipay), Some(false));
        assert_eq!(look("app/5.1.0; beside=alipay/10.2.0", Channel::Alipay), Some(true));
        assert_eq!(look("app/5.1.0; beside=alipay/10.1.0", Channel::UnionPay), None);
        assert_eq!(look("app/5.1.0", Channel::Alipay), None);
    }
}
