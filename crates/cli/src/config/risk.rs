//! The rules against misuse as their file has them, each field checked. A field that a signal does not look at is an error: a
//! rule that does not do what somebody thinks is worse than none.

use std::path::PathBuf;

use jiff::SignedDuration;
use serde::Deserialize;
use tantu_domain::account::SafeReason;
use tantu_domain::money::Money;
use tantu_domain::risk::{Measure, RiskPolicy, RiskRule, Signal};

use crate::output::Failure;

/// The rules that are in force where no other file is named.
const BUILT_IN: &str = include_str!("../../data/risk.toml");

/// The rules against misuse.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RiskSection {
    /// Another file in place of the built-in rules.
    rules_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[serde(default)]
    rules: Vec<RuleSection>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSection {
    id: String,
    signal: String,
    measure: String,
    reason: Option<String>,
    apps: Option<Vec<String>>,
    most: Option<u16>,
    within_minutes: Option<u32>,
    above: Option<i64>,
    km: Option<u32>,
    locks: Option<u32>,
}

impl RiskSection {
    pub(crate) fn policy(&self) -> Result<RiskPolicy, Failure> {
        let Some(file) = &self.rules_file else { return read("the built-in rules", BUILT_IN) };
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("policy.risk.rules_file: {name} cannot be read: {error}")))?;
        read(&name, &text)
    }
}

fn read(name: &str, text: &str) -> Result<RiskPolicy, Failure> {
    let file: RulesFile =
        toml::from_str(text).map_err(|error| Failure::usage(format!("{name}: {}", error.message())))?;
    let mut rules: Vec<RiskRule> = Vec::new();
    for section in file.rules {
        let wrong = |why: &str| Failure::usage(format!("{name}: rule {:?}: {why}", section.id));
        let rule = section.rule().map_err(|why| wrong(&why))?;
        if rules.iter().any(|known| known.id == rule.id) {
            return Err(wrong("there is another rule of this id"));
        }
        rules.push(rule);
    }
    Ok(RiskPolicy { rules })
}

impl RuleSection {
    fn rule(&self) -> Result<RiskRule, String> {
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if self.id.is_empty() || self.id.len() > 40 || !self.id.bytes().all(is_id) {
            return Err("an id is lower-case letters, digits and _, at most 40 of them".into());
        }
        let measure = Measure::parse(&self.measure).ok_or("measure is allow, challenge, restrict or freeze")?;
        let reason = match (measure, self.reason.as_deref()) {
            (Measure::Allow, None) => SafeReason::SecurityCheck,
            (Measure::Challenge, None) => SafeReason::ConfirmItIsYou,
            (Measure::Restrict | Measure::Freeze, Some(text)) => SafeReason::parse(text)
                .filter(|reason| !matches!(reason, SafeReason::HolderRequest | SafeReason::ConfirmItIsYou))
                .filter(|reason| measure == Measure::Freeze || *reason != SafeReason::Compromised)
                .ok_or("reason is security_check or terms_of_use, or of a freeze compromised")?,
            (Measure::Restrict | Measure::Freeze, None) => {
                return Err("what restricts or freezes needs a reason".into());
            }
            (Measure::Allow | Measure::Challenge, Some(_)) => {
                return Err("only what restricts or freezes has a reason".into());
            }
        };
        Ok(RiskRule { id: self.id.clone(), signal: self.signal()?, measure, reason })
    }

    fn signal(&self) -> Result<Signal, String> {
        // What is taken is gone; what is left then was for another signal.
        let mut left = Self { id: String::new(), signal: String::new(), ..self.clone() };
        let needs = |field: &str| format!("the signal {} needs {field}", self.signal);
        let mut within = || {
            let minutes = left.within_minutes.take().filter(|minutes| *minutes > 0);
            minutes.map(|minutes| SignedDuration::from_mins(i64::from(minutes))).ok_or_else(|| needs("within_minutes"))
        };
        let signal = match self.signal.as_str() {
            "unofficial_client" => Signal::UnofficialClient(left.apps.take().ok_or_else(|| needs("apps"))?),
            "velocity" => {
                let within = within()?;
                Signal::Velocity { most: usize::from(left.most.take().ok_or_else(|| needs("most"))?), within }
            }
            "same_pair" => {
                let within = within()?;
                Signal::SamePair { most: usize::from(left.most.take().ok_or_else(|| needs("most"))?), within }
            }
            "new_device" => {
                let within = within()?;
                let above = left.above.take().filter(|fen| *fen >= 0).ok_or_else(|| needs("above, in fen"))?;
                Signal::NewDevice { within, above: Money::cny(above) }
            }
            "far_place" => {
                let within = within()?;
                Signal::FarPlace { km: left.km.take().ok_or_else(|| needs("km"))?, within }
            }
            "new_device_far_away" => {
                let within = within()?;
                Signal::NewDeviceFarAway { within, km: left.km.take().ok_or_else(|| needs("km"))? }
            }
            "password_guessed" => {
                Signal::PasswordGuessed(left.locks.take().filter(|locks| *locks > 0).ok_or_else(|| needs("locks"))?)
            }
            other => return Err(format!("{other:?} is no signal")),
        };
        let unused = [
            ("apps", left.apps.is_some()),
            ("most", left.most.is_some()),
            ("within_minutes", left.within_minutes.is_some()),
            ("above", left.above.is_some()),
            ("km", left.km.is_some()),
            ("locks", left.locks.is_some()),
        ];
        match unused.iter().find(|(_, is_left)| *is_left) {
            Some((field, _)) => Err(format!("the signal {} does not look at {field}", self.signal)),
            None => Ok(signal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_hold_one_of_each_signal_and_every_measure_that_stops() {
        let rules = read("built in", BUILT_IN).unwrap().rules;
        let mut measures: Vec<Measure> = rules.iter().map(|rule| rule.measure).collect();
        measures.sort();
        measures.dedup();
        assert_eq!(measures, [Measure::Challenge, Measure::Restrict, Measure::Freeze]);
        assert_eq!(rules.len(), 7);
    }

    #[test]
    fn a_rule_that_would_not_do_what_it_says_is_refused() {
        let base = "id = \"x\"\nsignal = \"velocity\"\nmost = 1\nwithin_minutes = 1\nmeasure = \"challenge\"";
        let table = [
            (base.replace("\"x\"", "\"X y\""), "an id is"),
            (base.replace("velocity", "speed"), "no signal"),
            (base.replace("challenge", "shout"), "measure is"),
            (base.replace("challenge", "freeze"), "needs a reason"),
            (format!("{base}\nreason = \"terms_of_use\""), "only what restricts"),
            (base.replace("challenge\"", "restrict\"\nreason = \"compromised\""), "reason is"),
            (base.replace("most = 1\n", ""), "needs most"),
            (base.replace("within_minutes = 1", "within_minutes = 0"), "needs within_minutes"),
            (format!("{base}\nkm = 5"), "does not look at km"),
            (format!("{base}\ncolour = 5"), "colour"),
            (format!("{base}\n[[rules]]\n{base}"), "another rule"),
        ];
        for (text, why) in table {
            let refused = read("test", &format!("[[rules]]\n{text}")).unwrap_err().message();
            assert!(refused.contains(why), "{text}: {refused}");
        }
        assert_eq!(read("test", &format!("[[rules]]\n{base}")).unwrap().rules.len(), 1);
    }
}
