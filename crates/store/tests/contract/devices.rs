//! The keys of payers' devices, and what the devices reported.

use tantu_domain::ids::{DeviceKeyId, DeviceReportId, PaymentId};
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::device::{ClockReport, DeviceKey, DeviceReport, PowerReport, TlsError};
use tantu_store::keys::Keys;

use super::samples::{Payer, commit, id, later, now, one, world};

pub(crate) fn keys_survive_and_end(store: &dyn Store) {
    let payer = Payer::stored(store);
    let key = DeviceKey {
        id: id(DeviceKeyId::new),
        account: payer.account,
        public_key: (0..=90).collect(),
        registered_at: now(),
        revoked_at: None,
    };
    assert_eq!(store.device_key(key.id).unwrap(), None);
    let keys = Keys { device_keys: one(key.id), ..Keys::default() };
    assert!(world(store, &keys).device_keys.is_empty());
    for row in [key.clone(), DeviceKey { revoked_at: Some(later(5)), ..key.clone() }] {
        let mut seen = world(store, &keys);
        seen.apply(&Change::PutDeviceKey(row.clone()));
        commit(store, &[Change::PutDeviceKey(row.clone())]);
        assert_eq!(store.device_key(key.id).unwrap().as_ref(), Some(&row));
        assert_eq!(world(store, &keys).device_keys, seen.device_keys, "the batch saw what is loaded next");
    }
    // Whoever puts a known key under another name or with other bytes changes neither.
    let ended = store.device_key(key.id).unwrap().unwrap();
    let stolen = DeviceKey { account: Payer::new().account, public_key: vec![1], ..ended.clone() };
    commit(store, &[Change::PutDeviceKey(stolen)]);
    assert_eq!(store.device_key(key.id).unwrap(), Some(ended));
}

pub(crate) fn reports_survive(store: &dyn Store) {
    let payer = Payer::stored(store);
    let clock = |tls_error| Some(ClockReport { device_time: later(-9_999), tls_error });
    let power = |percent, charging| Some(PowerReport { percent, charging });
    let table = [
        (None, None, None),
        (Some(id(PaymentId::new)), clock(None), power(0, false)),
        (None, clock(Some(TlsError::NotYetValid)), power(100, true)),
        (None, clock(Some(TlsError::Expired)), None),
    ];
    for (payment, clock, power) in table {
        let report = DeviceReport {
            id: id(DeviceReportId::new),
            account: payer.account,
            payment,
            received_at: now(),
            clock,
            power,
        };
        assert_eq!(store.device_report(report.id).unwrap(), None);
        commit(store, &[Change::PutDeviceReport(report.clone())]);
        assert_eq!(store.device_report(report.id).unwrap(), Some(report));
    }
}

pub(crate) fn a_report_is_never_said_differently(store: &dyn Store) {
    let report = DeviceReport {
        id: id(DeviceReportId::new),
        account: Payer::stored(store).account,
        payment: None,
        received_at: now(),
        clock: None,
        power: Some(PowerReport { percent: 3, charging: false }),
    };
    let other = DeviceReport { power: None, received_at: later(1), ..report.clone() };
    commit(store, &[Change::PutDeviceReport(report.clone()), Change::PutDeviceReport(other)]);
    assert_eq!(store.device_report(report.id).unwrap(), Some(report));
}
