//! The causes of pay-later, credit and support, in simplified Chinese.

use tantu_domain::operation::Operation;

use super::said;
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn bnpl_line_frozen(f: &Facts<'_>) -> Said {
    let since = f.time("since").map_or_else(String::new, |at| format!("从 {at} 起"));
    let said = match f.text("by") {
        Some("staff") => {
            said("先享后付由我们暂停了", format!("为保护您的钱，我们{since}暂停了先享后付；已有的账单不受影响。"))
        }
        Some(_) => said("先享后付由您暂停了", format!("您{since}暂停了先享后付；已有的账单不受影响。")),
        None => said("先享后付暂停使用", "现在不接新订单；已有的账单不受影响。"),
    };
    let said = said.money("这笔新订单没有扣款，也没有记账。");
    match (f.text("by"), f.time("asked_at")) {
        (Some("staff"), Some(at)) => said
            .act(Operation::ChooseInstrument, "这笔先换一种方式付。")
            .by_itself(format!("您在 {at} 申请了恢复，两位工作人员看过后 2 小时内告诉您。")),
        (Some("staff"), None) => {
            said.act(Operation::UnfreezeLine, "点“恢复先享后付”：两位工作人员看过后恢复，2 小时内有人处理。")
        }
        _ => said.act(Operation::UnfreezeLine, "您自己点“恢复先享后付”（几秒），再付这笔。"),
    }
}

pub(super) fn bnpl_overdue(f: &Facts<'_>) -> Said {
    let due = f.time("due_on").map_or_else(String::new, |on| format!("{on} 到期的"));
    let amount = f.money("amount").map_or_else(String::new, |amount| format!(" {amount}"));
    let days = f.count("days").map_or_else(String::new, |days| format!("（已过 {days} 天）"));
    said("有一笔账单过了还款日", format!("{due}账单{amount} 还没有还清{days}，还清前不能再先享后付。"))
        .money("这笔新订单没有扣款，也没有记账。")
        .act(Operation::RepayBill, "还款：余额、储蓄卡都可以，全部或一部分（约 1 分钟）；还清后接着付这笔。")
}

pub(super) fn bnpl_autopay_off(f: &Facts<'_>) -> Said {
    let happened = match f.time("since") {
        Some(at) => format!("自动还款从 {at} 起是关闭的，到期时没有自动扣款。"),
        None => "这个账户没有打开自动还款，到期时没有自动扣款。".to_owned(),
    };
    said("自动还款没有打开", happened)
        .act(Operation::EnableAutoRepay, "打开自动还款，选好先扣哪一种（约 1 分钟）。")
        .by_itself("打开之后，每期到期日自动还款。")
}

pub(super) fn credit_score_impact(f: &Facts<'_>) -> Said {
    let happened = match (f.count("score"), f.count("needed")) {
        (Some(score), Some(needed)) => format!("您的信用分是 {score}，先享后付要 {needed}。"),
        _ => "您的信用分低于先享后付所要的分数。".to_owned(),
    };
    said("信用分暂时不够", happened)
        .act(Operation::RepayBill, "有过了还款日的账单，先还清：这是回升最快的办法。")
        .act(Operation::ViewCreditReport, "在信用报告里看每一次变动和原因。")
        .by_itself("之后每按时还一期，分数会回升一些，变动写在信用报告里。")
}

pub(super) fn support_escalate(_: &Facts<'_>) -> Said {
    said("需要客服帮您查", "我们能查的都查过了，没有发现原因，这笔还是没有通过。")
        .act(Operation::OpenTicket, "点“联系客服”：订单号、时间、金额和检查结果已替您填好；不需要任何密码。")
}
