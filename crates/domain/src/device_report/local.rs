//! What lies in the device itself: its clock, system, power, permissions, what is stuck, and what our app has stored.

use super::{Conclusions, DeviceReport, DeviceRules, Seen};
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
    system(report, rules, found);
    if let (Some(power), Some(floor)) = (report.power, rules.power_floor)
        && power.percent < floor
        && !power.charging
    {
        found.certain(Evidence::DeviceLowPower { percent: power.percent.into(), floor: floor.into() });
    }
    if let (Some(shown), Some(expected)) = (&report.configuration, &rules.configuration)
        && shown != expected
    {
        found.certain(Seen::CacheCorrupt { expected: expected.clone(), found: shown.clone() });
    }
}

fn system(report: &DeviceReport, rules: &DeviceRules, found: &mut Conclusions) {
    let Some(system) = &report.system else { return };
    let oldest = rules.systems.iter().find(|oldest| oldest.name == system.name);
    if let Some(oldest) = oldest.filter(|oldest| system.version < oldest.version) {
        found.certain(Seen::OsOutdated {
            system: system.name.clone(),
            version: system.version,
            minimum: oldest.version,
        });
    }
}
