//! How the operations of pay-later are told.

use crate::words::said::OperationText;

pub(super) const REPAY_BILL: OperationText = OperationText {
    title: "Repay the bill",
    what: "Repay what is past due, in whole or in part.",
    place: "Tantu app: Me → Pay later → Open bills",
    takes: "About a minute",
    there: None,
};

pub(super) const ENABLE_AUTO_REPAY: OperationText = OperationText {
    title: "Turn on auto-repay",
    what: "Bills are repaid on their due date, in the order you choose.",
    place: "Tantu app: Me → Pay later → Auto-repay",
    takes: "About a minute",
    there: None,
};

pub(super) const VIEW_CREDIT_REPORT: OperationText = OperationText {
    title: "See the credit report",
    what: "It shows every change and its reason.",
    place: "Tantu app: Me → Credit → Report",
    takes: "About a minute",
    there: None,
};

pub(super) const UNFREEZE_LINE: OperationText = OperationText {
    title: "Reopen the pay-later line",
    what: "It takes new orders again; a line that we froze is looked at by two people first.",
    place: "Tantu app: Me → Pay later",
    takes: "A few seconds; a freeze of ours, within 2 hours",
    there: None,
};
