//! The causes of points, funds and limits, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, channel, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn points_insufficient(f: &Facts<'_>) -> Said {
    let happened = match (f.count("points"), f.count("requested")) {
        (Some(points), Some(requested)) => {
            format!("您有 {points} 點，這筆需 {requested} 點，差 {} 點。", requested - points)
        }
        _ => "您的點數少於這筆所需的點數。".to_owned(),
    };
    said("點數不足", happened)
        .money("尚未扣款，點數也沒有動用。")
        .act(Operation::TopUpPoints, "在官方入口購買點數（約 1 分鐘）。")
        .act(Operation::CombineInstruments, "或用點數付一部分，其餘以其他方式付款。")
}

pub(super) fn points_unofficial_channel(f: &Facts<'_>) -> Said {
    let happened = match f.count("points") {
        Some(points) => format!("有 {points} 點來自非官方賣家，先封存了，不能用來付款。"),
        None => "有一批點數來自非官方賣家，先封存了，不能用來付款。".to_owned(),
    };
    said("部分點數暫時封存", happened)
        .money("尚未扣款；其餘點數照常可用。")
        .act(Operation::TopUpPoints, "在官方入口購買的點數，立即可用。")
        .act(Operation::Appeal, "認為有誤？按「申訴」並附上購買憑證，2 小時內有專人處理。")
}

pub(super) fn points_remainder_method(f: &Facts<'_>) -> Said {
    let happened = match f.money("remainder") {
        Some(rest) => format!("點數可付一部分，其餘 {rest} 的付款方式沒有通過。"),
        None => "點數可付一部分，其餘部分的付款方式沒有通過。".to_owned(),
    };
    said("點數以外的部分沒有付成", happened)
        .money("尚未扣款，點數已全數退回。")
        .act(Operation::ChooseInstrument, choose(f).unwrap_or_else(|| "其餘部分換一種方式付款。".to_owned()))
        .act(Operation::Resume, "換好後按「繼續付款」，點數會再次使用。")
}

pub(super) fn funds_insufficient_balance(f: &Facts<'_>) -> Said {
    if let Some(at) = f.channel() {
        return insufficient_there(f, at);
    }
    let happened = match (f.money("balance"), f.amount(), f.money("short")) {
        (Some(balance), Some(amount), Some(short)) => format!("餘額有 {balance}，這筆 {amount}，差 {short}。"),
        (Some(balance), Some(amount), None) => format!("餘額有 {balance}，不足以付這筆 {amount}。"),
        _ => "餘額少於這筆的金額。".to_owned(),
    };
    let top_up = match f.money("short") {
        Some(short) => format!("存入至少 {short}，入帳後繼續付這筆（約 1 分鐘）。"),
        None => "存入餘額，入帳後繼續付這筆（約 1 分鐘）。".to_owned(),
    };
    let title = if matches!(f.whose(), Some(Whose::Platform)) { "餘額不足" } else { "帳戶餘額不足" };
    said(title, happened).act_if(Operation::ChooseInstrument, choose(f)).act(Operation::TopUp, top_up)
}

fn insufficient_there(f: &Facts<'_>, at: Channel) -> Said {
    let (name, app) = (channel(at), app(at));
    let amount = f.amount().map_or_else(String::new, |amount| format!(" {amount}"));
    said(format!("{name}餘額不足"), format!("{name}表示您在那裡的餘額不足以付這筆{amount}；餘額多少，它沒有告訴我們。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::TopUp, format!("若要用{name}付款：先到{app} 存入餘額，或在那裡換一張卡。"))
        .act(Operation::Recheck, format!("存好後按「再試」：我們看不到您在{name}的餘額，再付一次才知道夠不夠。"))
}

pub(super) fn funds_card_insufficient(f: &Facts<'_>) -> Said {
    let amount = f.amount().map_or_else(String::new, |amount| format!(" {amount}"));
    let who = match (f.channel(), f.bank()) {
        (Some(at @ (Channel::Alipay | Channel::WechatPay | Channel::DouyinPay)), _) => {
            format!("{}表示，您在那裡使用的銀行卡", channel(at))
        }
        (_, Some(bank)) => format!("{bank}表示，這張卡"),
        (_, None) => "銀行表示，這張卡".to_owned(),
    };
    let said = said("銀行卡內款項不足", format!("{who}的餘額或額度不足以付這筆{amount}；差多少沒有告訴我們。"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::PayIn, "為這張卡存款或還款，入帳後按「再試」：再付一次才知道夠不夠。");
    match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => said.by_itself(format!("{at} 再自動付款一次，並通知您。")),
        _ => said,
    }
}

/// 額度是誰定的、用了多少。對方的額度，我們只知道它說了「超出」。
fn over(f: &Facts<'_>, span: &str, period: &str) -> String {
    let this = this(f);
    let by = f.label().map_or_else(String::new, |label| format!("用{label}"));
    match (f.whose(), f.money("limit"), f.money("used")) {
        (Some(Whose::Channel(_)), _, _) => {
            format!("{}表示{this}超出它的{period}額度；額度多少，它沒有告訴我們。", issuer(f))
        }
        (_, Some(limit), Some(used)) => format!("{span}{by}已付 {used}，{this}會超出{period} {limit} 的額度。"),
        (_, Some(limit), None) => format!("{this}超出{period} {limit} 的額度。"),
        (_, None, _) => format!("{this}超出{period}額度。"),
    }
}

pub(super) fn limit_per_transaction(f: &Facts<'_>) -> Said {
    let raise = match f.whose() {
        Some(Whose::Channel(Channel::UnionPay)) => "請在銀行 App 裡調高單筆額度，回來按「再試」。".to_owned(),
        Some(Whose::Channel(at)) => format!("請在{} 裡調高單筆額度，回來按「再試」。", app(at)),
        Some(Whose::Platform) | None => "臨時調高單筆額度，驗證本人後當日有效（約 2 分鐘）。".to_owned(),
    };
    said("超出單筆額度", over(f, "", "單筆"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::SplitPayment, "商家同意的話，可以分幾筆付款。")
        .act(Operation::RaiseLimit, raise)
}

fn raise(f: &Facts<'_>) -> String {
    match f.whose() {
        Some(Whose::Channel(Channel::UnionPay)) => "或在銀行 App 裡調高額度，回來按「再試」。".to_owned(),
        Some(Whose::Channel(at)) => format!("或在{} 裡調高額度，回來按「再試」。", app(at)),
        Some(Whose::Platform) | None => "或臨時調高額度，驗證本人後即可付款（約 2 分鐘）。".to_owned(),
    }
}

fn restored(f: &Facts<'_>, unknown: &str) -> String {
    match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("{at} 後自動付款，屆時通知您。"),
        (Some(at), false) => format!("{at} 額度恢復，之後即可繼續付這筆。"),
        (None, _) => unknown.to_owned(),
    }
}

pub(super) fn limit_daily(f: &Facts<'_>) -> Said {
    said("今日額度已用完", over(f, "今天", "每日"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "每日額度通常於次日 0 點恢復，之後即可繼續付這筆。"))
}

pub(super) fn limit_monthly(f: &Facts<'_>) -> Said {
    said("本月額度已用完", over(f, "本月", "每月"))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseLimit, raise(f))
        .by_itself(restored(f, "每月額度通常於下月 1 日 0 點恢復，之後即可繼續付這筆。"))
}

pub(super) fn limit_platform(f: &Facts<'_>) -> Said {
    let this = this(f);
    let happened = match (f.money("used"), f.money("limit")) {
        (Some(used), Some(limit)) => {
            format!("依監管規定，您的帳戶等級最多以餘額付款 {limit}；已付 {used}，{this}會超出。")
        }
        (None, Some(limit)) => format!("依監管規定，您的帳戶等級最多以餘額付款 {limit}，{this}會超出。"),
        _ => format!("依監管規定，餘額付款按帳戶等級與驗證強度設有上限，{this}會超出。"),
    };
    let said = said("餘額付款已達規定上限", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::RaiseTier, "補充身分資料、升級帳戶，上限隨之提高（約 5 分鐘）。")
        .act(Operation::AuthenticateStronger, "或以更強的驗證（人臉加付款密碼）付這筆。");
    match f.retry_at() {
        Some(_) => said.by_itself(restored(f, "")),
        None => said,
    }
}

/// 帶著金額的「這筆」，後面直接接動詞。
fn this(f: &Facts<'_>) -> String {
    f.amount().map_or_else(|| "這筆".to_owned(), |amount| format!("這筆 {amount} "))
}
