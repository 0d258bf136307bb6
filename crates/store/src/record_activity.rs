//! What the rules against misuse look at of an account, as JSON in its row: written and read whole, never asked for by SQL.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tantu_domain::activity::{Activity, Order};
use tantu_domain::ids::PaymentId;

use crate::record::Wrong;

#[derive(Serialize, Deserialize)]
struct ActivityRecord {
    orders: Vec<(String, String)>,
    devices: Vec<(String, String)>,
    place: Option<(String, String)>,
    cleared_at: Option<String>,
}

/// Writes it; nothing if there is nothing to remember.
pub(crate) fn write_activity(activity: &Activity) -> Option<String> {
    if *activity == Activity::default() {
        return None;
    }
    let record = ActivityRecord {
        orders: activity.orders.iter().map(|order| (order.at.to_string(), order.payee.to_string())).collect(),
        devices: activity.devices.iter().map(|(device, at)| (device.to_string(), at.to_string())).collect(),
        place: activity.place.map(|(place, at)| (place.to_string(), at.to_string())),
        cleared_at: activity.cleared_at.map(|at| at.to_string()),
    };
    let written = serde_json::to_string(&record);
    Some(written.unwrap_or_else(|error| unreachable!("a record of plain values: {error}")))
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, Wrong> {
    text.parse().map_err(|_| format!("{text:?} is not what stands here"))
}

fn dated<T: std::str::FromStr>((thing, at): &(String, String)) -> Result<(T, Timestamp), Wrong> {
    Ok((parsed(thing)?, parsed(at)?))
}

/// Reads it.
pub(crate) fn read_activity(text: Option<&str>) -> Result<Activity, Wrong> {
    let Some(text) = text else { return Ok(Activity::default()) };
    let record: ActivityRecord = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let order = |(at, payee): &(String, String)| Ok(Order { at: parsed(at)?, payee: parsed(payee)? });
    Ok(Activity {
        orders: record.orders.iter().map(order).collect::<Result<_, Wrong>>()?,
        devices: record.devices.iter().map(dated).collect::<Result<_, Wrong>>()?,
        place: record.place.as_ref().map(dated).transpose()?,
        cleared_at: record.cleared_at.as_deref().map(parsed).transpose()?,
    })
}

/// Writes ids one after the other; nothing if there is none.
pub(crate) fn write_ids(ids: &[PaymentId]) -> Option<String> {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

/// Reads them.
pub(crate) fn read_ids(text: Option<&str>) -> Result<Vec<PaymentId>, Wrong> {
    text.unwrap_or_default().split_ascii_whitespace().map(parsed).collect()
}
