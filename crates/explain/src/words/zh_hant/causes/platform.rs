//! The causes of the platform and third parties, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::operation::Operation;

use super::{choose, party, said, since};
use crate::words::facts::Facts;
use crate::words::said::Said;

pub(super) fn platform_overloaded(f: &Facts<'_>) -> Said {
    let again = match f.count("retry_after") {
        Some(seconds) => format!("約 {seconds} 秒後本頁自動再付一次，只會扣一次款。"),
        None => "輪到您時本頁自動再付一次，只會扣一次款。".to_owned(),
    };
    said("目前付款人數過多", "同時付款的人數超出我們的處理能力，您這筆尚未開始，不是您的問題。")
        .act(Operation::RetrySameKey, "請留在本頁，無須操作。")
        .by_itself(again)
}

pub(super) fn platform_outage(f: &Facts<'_>) -> Said {
    let back = match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("預計 {at} 恢復，恢復後自動付款並通知您。"),
        (Some(at), false) => format!("預計 {at} 恢復，之後按「繼續付款」即可，訂單不必重下。"),
        (None, true) => "恢復後自動付款並通知您。".to_owned(),
        (None, false) => "恢復時間尚未確定，一有進展即更新於本頁；訂單為您保留，不必重下。".to_owned(),
    };
    said("我們的系統發生故障", format!("{}我們的付款系統發生故障，不是您的問題。", since(f)))
        .money("尚未扣款，您的餘額與訂單都不受影響。")
        .act(Operation::Wait, "無須操作，也不必更換付款方式。")
        .by_itself(back)
}

pub(super) fn channel_interface_fault(f: &Facts<'_>) -> Said {
    let party = party(f);
    if f.undecided() {
        let happened = format!("{party}的系統發生故障：付款請求已送出，尚未收到結果。");
        return said(format!("正在向{party}確認"), happened);
    }
    let back = match (f.retry_at(), f.resumes_by_itself()) {
        (Some(at), true) => format!("預計 {at} 恢復，恢復後自動付款並通知您。"),
        (Some(at), false) => format!("預計 {at} 恢復，之後即可繼續付這筆。"),
        (None, true) => format!("{party}恢復後自動付款並通知您。"),
        (None, false) => format!("{party}未說明何時恢復；我們持續檢測，恢復後即可繼續付這筆。"),
    };
    said(format!("{party}暫時無法使用"), format!("{}{party}的系統發生故障，不是您的問題。", since(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::Wait, format!("若要用{party}付款：無須操作，等它恢復即可。"))
        .by_itself(back)
}

pub(super) fn channel_unavailable(f: &Facts<'_>) -> Said {
    let happened = match (f.text("rule"), f.channel(), f.label()) {
        (Some("not_configured"), Some(channel), _) => {
            format!("這裡目前沒有開通{}，付款請求沒有送出。", super::channel(channel))
        }
        (_, _, Some(label)) => format!("這筆不接受以{label}付款。"),
        (_, _, None) => "這筆訂單或帳單不接受您選的付款方式。".to_owned(),
    };
    let choose = choose(f).unwrap_or_else(|| "到「付款方式」新增一種這筆可用的，例如提款卡。".to_owned());
    said("這筆不能用此方式付款", happened).act(Operation::ChooseInstrument, choose)
}

pub(super) fn channel_not_confirmed(f: &Facts<'_>) -> Said {
    let party = party(f);
    if f.text("code").is_some() {
        return said("付款碼已失效", format!("{party}未接受您出示的付款碼：一組碼只能使用一次，約一分鐘內有效。"))
            .act(Operation::Resume, "請更新 App 裡的付款碼，再掃一次。")
            .act_if(Operation::ChooseInstrument, choose(f));
    }
    let happened = match f.time("expired_at") {
        Some(at) => format!("{party}等候您確認，至 {at} 仍未收到，這次請求已關閉。"),
        None => format!("{party}未收到您的確認，這次請求已關閉。"),
    };
    said(format!("尚未在{party}確認"), happened)
        .act(Operation::Resume, format!("按「繼續付款」，再到{party}確認。"))
        .act_if(Operation::ChooseInstrument, choose(f))
}
