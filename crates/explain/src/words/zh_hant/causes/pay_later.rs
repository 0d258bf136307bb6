//! The causes of pay-later, credit and support, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::operation::Operation;

use super::said;
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn bnpl_line_frozen(f: &Facts<'_>) -> Said {
    let since = f.time("since").map_or_else(String::new, |at| format!("自 {at} 起"));
    let said = match f.text("by") {
        Some("staff") => {
            said("先享後付由我們暫停了", format!("為保護您的資金，我們{since}暫停了先享後付；既有帳單不受影響。"))
        }
        Some(_) => said("先享後付由您暫停了", format!("您{since}暫停了先享後付；既有帳單不受影響。")),
        None => said("先享後付暫停使用", "目前不接受新訂單；既有帳單不受影響。"),
    };
    let said = said.money("這筆新訂單沒有扣款，也沒有入帳。");
    match (f.text("by"), f.time("asked_at")) {
        (Some("staff"), Some(at)) => said
            .act(Operation::ChooseInstrument, "這筆先改用其他方式付款。")
            .by_itself(format!("您於 {at} 申請恢復，兩位工作人員確認後 2 小時內通知您。")),
        (Some("staff"), None) => {
            said.act(Operation::UnfreezeLine, "按「恢復先享後付」：兩位工作人員確認後恢復，2 小時內有專人處理。")
        }
        _ => said.act(Operation::UnfreezeLine, "您自己按「恢復先享後付」（幾秒），再付這筆。"),
    }
}

pub(super) fn bnpl_overdue(f: &Facts<'_>) -> Said {
    let due = f.time("due_on").map_or_else(String::new, |on| format!("{on} 到期的"));
    let amount = f.money("amount").map_or_else(String::new, |amount| format!(" {amount}"));
    let days = f.count("days").map_or_else(String::new, |days| format!("（已過 {days} 天）"));
    said("有一筆帳單已過還款日", format!("{due}帳單{amount} 尚未還清{days}，還清前不能再先享後付。"))
        .money("這筆新訂單沒有扣款，也沒有入帳。")
        .act(Operation::RepayBill, "還款：餘額、提款卡都可以，全部或一部分（約 1 分鐘）；還清後繼續付這筆。")
}

pub(super) fn bnpl_autopay_off(f: &Facts<'_>) -> Said {
    let happened = match f.time("since") {
        Some(at) => format!("自動還款自 {at} 起關閉，到期時沒有自動扣款。"),
        None => "這個帳戶沒有開啟自動還款，到期時沒有自動扣款。".to_owned(),
    };
    said("自動還款沒有開啟", happened)
        .act(Operation::EnableAutoRepay, "開啟自動還款，選好先扣哪一種（約 1 分鐘）。")
        .by_itself("開啟之後，每期到期日自動還款。")
}

pub(super) fn credit_score_impact(f: &Facts<'_>) -> Said {
    let happened = match (f.count("score"), f.count("needed")) {
        (Some(score), Some(needed)) => format!("您的信用評分為 {score}，先享後付需要 {needed}。"),
        _ => "您的信用評分低於先享後付所需的分數。".to_owned(),
    };
    said("信用評分暫時不足", happened)
        .act(Operation::RepayBill, "若有已過還款日的帳單，請先還清：這是回升最快的辦法。")
        .act(Operation::ViewCreditReport, "在信用報告裡查看每一次變動與原因。")
        .by_itself("之後每按時還一期，評分會回升一些，變動會寫在信用報告裡。")
}

pub(super) fn support_escalate(_: &Facts<'_>) -> Said {
    said("需要客服協助查明", "我們能查的都查過了，沒有找到原因，這筆仍未通過。")
        .act(Operation::OpenTicket, "按「聯絡客服」：訂單編號、時間、金額與檢查結果已替您填好；不需要任何密碼。")
}
