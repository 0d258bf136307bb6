//! How the operations of pay-later are told, in traditional Chinese.

use crate::words::said::OperationText;

pub(super) const REPAY_BILL: OperationText = OperationText {
    title: "還款",
    what: "還清已過還款日的帳單，全部或一部分。",
    place: "坦途 App：我的 → 先享後付 → 未還帳單",
    takes: "約 1 分鐘",
    there: None,
};

pub(super) const ENABLE_AUTO_REPAY: OperationText = OperationText {
    title: "開啟自動還款",
    what: "到期日自動還款，先扣哪一種由您排序。",
    place: "坦途 App：我的 → 先享後付 → 自動還款",
    takes: "約 1 分鐘",
    there: None,
};

pub(super) const VIEW_CREDIT_REPORT: OperationText = OperationText {
    title: "看信用報告",
    what: "每一次變動與原因都寫在裡面。",
    place: "坦途 App：我的 → 信用 → 信用報告",
    takes: "約 1 分鐘",
    there: None,
};

pub(super) const UNFREEZE_LINE: OperationText = OperationText {
    title: "恢復先享後付",
    what: "恢復後可以繼續使用；由我們暫停的，須先由兩位工作人員確認。",
    place: "坦途 App：我的 → 先享後付",
    takes: "幾秒；由我們暫停的，2 小時內有專人處理",
    there: None,
};
