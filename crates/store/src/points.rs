//! A lot of points as the columns of its row, the same in both stores.

use jiff::Timestamp;
use tantu_domain::points::{Lot, LotState, Origin, Quarantine};

use crate::record::Wrong;

/// What of a lot is not a number or an id.
pub(crate) struct LotCells {
    pub(crate) seller: Option<String>,
    pub(crate) state: String,
    pub(crate) case: Option<String>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) appealed_at: Option<Timestamp>,
    pub(crate) release_proposed_by: Option<String>,
}

/// The columns of a lot.
pub(crate) fn cells_of(lot: &Lot) -> LotCells {
    let (state, quarantine) = match &lot.state {
        LotState::Expected => ("expected", None),
        LotState::Good => ("good", None),
        LotState::Quarantined(quarantine) => ("quarantined", Some(quarantine)),
    };
    LotCells {
        seller: match lot.origin {
            Origin::Official => None,
            Origin::Seller(merchant) => Some(merchant.to_string()),
        },
        state: state.to_owned(),
        case: quarantine.map(|quarantine| quarantine.case.to_string()),
        since: quarantine.map(|quarantine| quarantine.since),
        appealed_at: quarantine.and_then(|quarantine| quarantine.appealed_at),
        release_proposed_by: quarantine.and_then(|quarantine| quarantine.release_proposed_by).map(|by| by.to_string()),
    }
}

/// Who sold it.
pub(crate) fn origin_of(cells: &LotCells) -> Result<Origin, Wrong> {
    let seller = cells.seller.as_deref();
    seller.map_or(Ok(Origin::Official), |text| {
        text.parse().map(Origin::Seller).map_err(|_| format!("{text:?} is no merchant"))
    })
}

/// Where it stands.
pub(crate) fn state_of(cells: &LotCells) -> Result<LotState, Wrong> {
    match cells.state.as_str() {
        "expected" => Ok(LotState::Expected),
        "good" => Ok(LotState::Good),
        "quarantined" => {
            let case = cells.case.as_deref().and_then(|text| text.parse().ok()).ok_or("a quarantine without a case")?;
            let by = cells.release_proposed_by.as_deref().map(str::parse).transpose();
            Ok(LotState::Quarantined(Quarantine {
                case,
                since: cells.since.ok_or("a quarantine without a beginning")?,
                appealed_at: cells.appealed_at,
                release_proposed_by: by.map_err(|_| "not a mark of a member of staff")?,
            }))
        }
        other => Err(format!("{other:?} is no state")),
    }
}
