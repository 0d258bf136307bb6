//! What lies in the device itself: its clock, system, power, permissions, what is stuck, and what our app has stored.

use super::{Conclusions, DeviceReport, DeviceRules, Seen};
use crate::client::{Client, Version};
use crate::evidence::Evidence;

pub(super) fn judge(report: &DeviceReport, rules: &DeviceRules, found: &mut Conclusions) {
    if let Some(skew) = report.skew_seconds
        && skew.saturating_abs() > rules.skew_seconds
    {
        found.certain(Evidence::DeviceClockSkew { skew_seconds: skew, allowed_seconds: rules.skew_seconds });
    }
    for permission in &report.permissions {
        if permission.denied && rules.permissions.contains(&permission.name) {
            found.certain(Seen::PermissionDenied { permission: permission.name.clone(), state: "denied" });
        }
    }
    if let Some(stuck) = &report.stuck
        && stuck.count.is_none_or(|count| count >= rules.half_open)
    {
        found.certain(Seen::TransientFault { what: stuck.what.clone(), count: stuck.count, since: stuck.since });
    }
    clients(report, rules, found);
    if let (Some(power), Some(floor)) = (report.power, rules.power_floor)
        && power.percent < floor
        && !power.charging
    {
        found.certain(Evidence::DeviceLowPower { percent: power.percent.into(), floor: floor.into() });
    }
}

/// The rules for apps and systems, as a request is judged by them. A device without our app has a system all the same.
fn clients(report: &DeviceReport, rules: &DeviceRules, found: &mut Conclusions) {
    let none = Version { major: 0, minor: 0, patch: 0 };
    let client = report.client().unwrap_or_else(|| Client { system: report.system.clone(), ..Client::new("", none) });
    for looked in rules.clients.look(&client, rules.doing) {
        if !looked.rule.holds(&looked.input, &looked.threshold) {
            found.certain(looked.evidence);
        }
    }
}
