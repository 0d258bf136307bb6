//! The causes of cards, passwords, codes and bindings, in traditional Chinese, written for Taiwan and Hong Kong alike.

use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, RETRY, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

const BINDING_IS_FREE: &str = "尚未扣款，綁卡本身也不收費。";

pub(super) fn card_expired(f: &Facts<'_>) -> Said {
    let happened = match f.text("expiry").map(str::to_owned).or_else(|| f.time("expiry")) {
        Some(expiry) => format!("這張卡的有效期至 {expiry}，之後銀行不再放行。"),
        None => "這張卡已過有效期，銀行不再放行。".to_owned(),
    };
    said("銀行卡已過期", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::ReplaceCard, "已有新卡：請綁定新卡。還沒有：請向銀行申請換卡，電話在卡片背面。")
}

pub(super) fn card_not_activated(f: &Facts<'_>) -> Said {
    said("銀行卡尚未開卡", format!("{}沒有放行：這張卡發出後尚未開卡。", issuer(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::ActivateCard, "在銀行 App 裡開卡，或撥打卡片背面的電話（約 5 分鐘）。")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn card_online_payment_disabled(f: &Facts<'_>) -> Said {
    if f.whose() == Some(Whose::Platform) {
        let since = f.time("since").map_or_else(String::new, |at| format!(" {at} "));
        return said("這張卡的付款功能已關閉", format!("您{since}關閉了這張卡的付款功能。"))
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::TogglePaymentFunction, "在「我的銀行卡」裡重新開啟（幾秒鐘），然後繼續付這筆。");
    }
    said("這張卡未開通網上付款", format!("{}沒有放行：這張卡的網上付款功能尚未開通。", issuer(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::EnableOnlinePayment, "在銀行 App 裡開通「網上付款」（約 3 分鐘）。")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn card_details_wrong(f: &Facts<'_>) -> Said {
    let factor = match f.text("factor") {
        Some("number") => "卡號",
        Some("expiry") => "有效期",
        Some("cvn") => "卡片背面的三位安全碼",
        Some("phone") => "預留手機號碼",
        Some("holder") => "持卡人姓名",
        Some("id_number") => "證件號碼",
        Some(_) | None => "卡號、有效期、姓名或證件號碼其中一項",
    };
    // What cannot be right by itself we see before any bank is asked.
    let said = match (f.text("factor"), f.text("code")) {
        (Some(_), None) => said("卡片資料有一處不對", format!("{factor}的位數或格式不對，尚未交給銀行。")),
        _ => said("卡片資料與銀行的不一致", format!("銀行核對時，{factor}與登記的不符。")),
    };
    said.act(Operation::CorrectCardDetails, "對照卡面核對一遍，更正後重新送出。")
        .act(Operation::Rebind, "核對無誤仍不行，請解除綁定後重新綁定。")
}

pub(super) fn card_status_abnormal(f: &Facts<'_>) -> Said {
    let happened = format!("{}未說明原因，可能是卡片掛失、凍結或久未使用。", issuer(f));
    said("銀行暫不讓這張卡付款", happened)
        .hedged()
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskBank, "若要繼續用這張卡：請撥卡片背面的電話，詢問「卡片狀態」。")
        .act(Operation::Recheck, "銀行處理好後按「再試」。")
}

pub(super) fn card_reserved_phone_mismatch(f: &Facts<'_>) -> Said {
    let happened = match (f.text("phone"), f.text("reserved_phone")) {
        (Some(phone), Some(reserved)) => format!("您填的是 {phone}，留存於銀行的是 {reserved}。"),
        (Some(phone), None) => format!("您填的 {phone} 與留存於銀行的不同；銀行沒有告訴我們留存的是哪個。"),
        (None, _) => "填寫的手機號碼與留存於銀行的不同；銀行沒有告訴我們留存的是哪個。".to_owned(),
    };
    said("手機號碼與銀行留存的不同", happened)
        .act(Operation::UseReservedPhone, "改填辦卡時留給銀行的手機號碼。")
        .act(Operation::UpdateReservedPhone, "那個號碼已停用：請在銀行 App 或分行改成目前的，再回來按「再試」。")
}

pub(super) fn auth_payment_password(f: &Facts<'_>) -> Said {
    match f.text("state") {
        Some("unset") => said("尚未設定付款密碼", "付款前要驗證付款密碼，這個帳戶尚未設定。")
            .act(Operation::SetPaymentPassword, "現在設定（約 1 分鐘），然後繼續付這筆。"),
        Some("locked") => {
            let said = said("付款密碼已鎖定", "付款密碼連續數次不符，為保護您的資金先鎖定了。");
            let reset =
                f.text("reset_by").map(|_| "趕時間或想不起來：驗證是您本人後，設一個新的（約 2 分鐘）。".to_owned());
            let said = said.act_if(Operation::ResetPaymentPassword, reset);
            match f.time("locked_until") {
                Some(at) => said.act(Operation::WaitUntil, format!("{at} 自動解鎖，屆時用原來的密碼付這筆。")),
                None => said.act(Operation::WaitUntil, "過一陣子會自動解鎖，屆時再付這筆。"),
            }
        }
        Some("wrong") => {
            let left = f.count("tries_left").map_or_else(String::new, |left| format!("，還可輸入 {left} 次"));
            said("付款密碼不符", format!("這次的付款密碼與您設定的不同{left}。"))
                .act(Operation::Resume, "不用急，想好再輸入一次，訂單會為您保留。")
        }
        Some(_) | None => said("付款密碼未通過", "付款密碼尚未設定、不符或已鎖定，付款沒有繼續。")
            .act(Operation::SetPaymentPassword, "未曾設定：現在設定（約 1 分鐘）。")
            .act(Operation::ResetPaymentPassword, "忘記或被鎖定：驗證本人後重設（約 2 分鐘）。"),
    }
}

pub(super) fn otp_not_received(f: &Facts<'_>) -> Said {
    if f.channel().is_some() {
        return banks_code_missing(f);
    }
    let phone = f.text("phone").map_or_else(|| "傳出，".to_owned(), |phone| format!("傳往 {phone}，"));
    let left = f.count("sends_left").map_or_else(String::new, |left| format!("，還可傳 {left} 次"));
    said("驗證碼沒有送達", format!("簡訊驗證碼已{phone}電信公司尚未送達。"))
        .act(Operation::ResendCode, format!("滿 60 秒後可重新傳送{left}。"))
        .act(Operation::UseVoiceCode, "或選「語音驗證碼」，接聽電話聽取數字。")
        .act(Operation::UseOtherNumber, "這個號碼收不到簡訊：換一個手機號碼。")
}

/// Of a bank's message nobody gives us a receipt.
fn banks_code_missing(f: &Facts<'_>) -> Said {
    let phone = f.text("phone").map_or_else(String::new, |phone| format!("到 {phone}"));
    let left = f.count("sends_left").map_or_else(String::new, |left| format!("，還可傳 {left} 次"));
    said("驗證碼沒有送達", format!("已請銀行傳送驗證碼{phone}，您沒有收到；銀行不告知我們送達情形。"))
        .act(Operation::ResendCode, format!("滿 60 秒後可重新傳送{left}。"))
        .act(Operation::UseOtherNumber, "銀行只傳到預留手機號碼。號碼換了，請先到銀行更新。")
}

pub(super) fn otp_intercepted(f: &Facts<'_>) -> Said {
    let happened = match f.time("delivered_at") {
        None if f.channel().is_some() => "銀行的簡訊到了您的手機，但沒有顯示，多半被攔截了。".to_owned(),
        Some(at) => format!("電信公司回報：簡訊 {at} 已送到您的手機，但沒有顯示，多半被攔截了。"),
        None => "電信公司回報：簡訊已送到您的手機，但沒有顯示，多半被攔截了。".to_owned(),
    };
    said("驗證碼被手機攔截了", happened)
        .act(Operation::CheckInterceptedMessages, "到簡訊的「垃圾訊息」或安全類 App 的攔截紀錄裡找。")
        .act(Operation::ResendCode, "放行後重新傳送一則，舊的 5 分鐘後失效。")
}

pub(super) fn otp_wrong(f: &Facts<'_>) -> Said {
    let happened = match f.text("state") {
        Some("expired") => "這個驗證碼已逾時：每個驗證碼 5 分鐘內有效。",
        Some("too_soon") => "剛傳送過一則驗證碼，現在還不能再傳。",
        Some(_) | None => "輸入的與銀行最近傳送的不同。",
    };
    let left = f.count("sends_left").map_or_else(String::new, |n| format!("（還可傳 {n} 次）"));
    let next = match f.retry_at() {
        Some(m) => format!("{m} 可以重新取得{left}。"),
        None => format!("重新取得一則{left}，收到後 5 分鐘內輸入。"),
    };
    said("驗證碼不對或已失效", happened).act(Operation::ResendCode, next)
}

pub(super) fn binding_bank_unsupported(f: &Facts<'_>) -> Said {
    let happened = match f.bank() {
        Some(bank) => format!("我們尚未支援{bank}的這一類卡。"),
        None => "我們尚未支援這家銀行，或這一類卡。".to_owned(),
    };
    said("這張卡的銀行尚未支援", happened)
        .money(BINDING_IS_FREE)
        .act(Operation::UseOtherCard, "換一張支援的銀行卡；綁卡頁列出了所有支援的銀行。")
}

pub(super) fn binding_bank_restricted(f: &Facts<'_>) -> Said {
    said("銀行不允許綁定這張卡", format!("{}沒有同意綁定，也未說明原因；只有銀行能解除。", issuer(f)))
        .money(BINDING_IS_FREE)
        .act(Operation::UseOtherCard, "換一張其他銀行的卡，最快。")
        .act(Operation::AskBank, "一定要用這張：請撥卡片背面的電話，詢問「為何不能綁定第三方支付」。")
}

pub(super) fn binding_operation_error(f: &Facts<'_>) -> Said {
    let happened = match f.text("step_expected") {
        Some("sms_code") => "卡片資料已送出，簡訊驗證碼那一步尚未完成。",
        Some("card_details") => "卡片資料尚未填寫完整。",
        Some("terms") => "尚未同意綁卡條款。",
        Some("none") => "這次綁卡已經結束，或正由銀行處理，現在不必再填。",
        Some("identity") => "姓名與證件那一步尚未完成。",
        Some(_) | None => "綁卡有一步尚未完成，後面的步驟接不上。",
    };
    said("綁卡停在中途", happened)
        .money(BINDING_IS_FREE)
        .act(Operation::ResumeBinding, "按「繼續綁卡」，從停下的那一步接著做，填過的不必再填。")
}

pub(super) fn binding_stale(f: &Facts<'_>) -> Said {
    let happened = match f.time("last_good_use") {
        Some(at) if f.text("state") == Some("unbound") => format!("這張卡已由您解綁，上一次可用是 {at}。"),
        Some(at) => format!("銀行那邊的綁定已失效；這張卡上一次可用是 {at}。"),
        None => "銀行那邊的綁定已失效，我們這邊的還在，兩邊對不上。".to_owned(),
    };
    said("卡片綁定已失效", happened)
        .act(Operation::Rebind, "解除綁定後重新綁定（約 2 分鐘），然後繼續付這筆。")
        .act(Operation::TogglePaymentFunction, "仍不行：將付款功能關閉再開啟。")
        .act(Operation::Recheck, RETRY)
}
