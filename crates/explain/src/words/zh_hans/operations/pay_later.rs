//! How the operations of pay-later are told, in simplified Chinese.

use crate::words::said::OperationText;

pub(super) const REPAY_BILL: OperationText = OperationText {
    title: "还款",
    what: "还清过了还款日的账单，全部或一部分。",
    place: "坦途 App：我的 → 先享后付 → 未还账单",
    takes: "约 1 分钟",
    there: None,
};

pub(super) const ENABLE_AUTO_REPAY: OperationText = OperationText {
    title: "打开自动还款",
    what: "到期日自动还，先扣哪一种由您排。",
    place: "坦途 App：我的 → 先享后付 → 自动还款",
    takes: "约 1 分钟",
    there: None,
};

pub(super) const VIEW_CREDIT_REPORT: OperationText = OperationText {
    title: "看信用报告",
    what: "每一次变动和原因都写在里面。",
    place: "坦途 App：我的 → 信用 → 信用报告",
    takes: "约 1 分钟",
    there: None,
};

pub(super) const UNFREEZE_LINE: OperationText = OperationText {
    title: "恢复先享后付",
    what: "恢复后可以继续使用；我们暂停的，要由两位工作人员先看过。",
    place: "坦途 App：我的 → 先享后付",
    takes: "几秒；我们暂停的，2 小时内有人处理",
    there: None,
};
