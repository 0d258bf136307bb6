//! The causes of points and funds, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::channel::Channel;
use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{app, channel, choose, said};
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
