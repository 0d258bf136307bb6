//! The second factors of staff.

use tantu_domain::code::SealedText;
use tantu_domain::second_factor::{SecondFactor, StaffSession};
use tantu_domain::staff::StaffMark;
use tantu_store::Store;
use tantu_store::change::Change;
use tantu_store::keys::Keys;

use super::samples::{commit, later, now, one, world};

pub(crate) fn second_factors_survive(store: &dyn Store) {
    for number in [0, 1, 99, 255] {
        let staff = StaffMark::of(&[number; 32]);
        let keys = Keys { second_factors: one(staff), ..Keys::default() };
        assert!(world(store, &keys).second_factors.is_empty());
        let new = SecondFactor::new(staff, [number; 32], SealedText(vec![7; 60]));
        let session = StaffSession { hash: [3; 32], until: later(60) };
        let opened = new.clone().opened(59_000_000, session, now()).unwrap();
        let tried = (0..5).fold(opened.clone(), |tried, _| tried.count_try(now()).unwrap());
        let table = [
            new.clone(),
            new.clone().renewed(SealedText(vec![8; 61])).unwrap(),
            opened.clone(),
            tried.clone(),
            opened.clone().closed(),
            SecondFactor { removal_by: Some(StaffMark::of(&[9; 32])), ..opened.clone() },
            SecondFactor { secret: None, enrolled_at: None, session: None, ..opened },
        ];
        for factor in table {
            let mut seen = world(store, &keys);
            seen.apply(&Change::PutSecondFactor(factor.clone()));
            commit(store, &[Change::PutSecondFactor(factor.clone())]);
            assert_eq!(world(store, &keys).second_factors, seen.second_factors, "the batch saw what is loaded next");
            assert_eq!(seen.second_factors[&staff], factor);
        }
        assert!(tried.locked_until.is_some() && tried.locks == 1);
    }
}
