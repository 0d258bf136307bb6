//! The causes of cards, passwords, codes and bindings, in simplified Chinese.

use tantu_domain::evidence::Whose;
use tantu_domain::operation::Operation;

use super::{ONLY_AN_ATTEMPT_TELLS, RETRY, choose, issuer, said};
use crate::words::facts::Facts;
use crate::words::said::Said;

const BINDING_IS_FREE: &str = "没有扣款，绑卡本身也不收钱。";

pub(super) fn card_expired(f: &Facts<'_>) -> Said {
    let happened = match f.text("expiry").map(str::to_owned).or_else(|| f.time("expiry")) {
        Some(expiry) => format!("这张卡的有效期到 {expiry}，之后银行不再放行。"),
        None => "这张卡已过有效期，银行不再放行。".to_owned(),
    };
    said("银行卡已过期", happened)
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::ReplaceCard, "有新卡：重新绑定新卡。还没有：请向银行申请换卡，号码在卡背面。")
}

pub(super) fn card_not_activated(f: &Facts<'_>) -> Said {
    said("银行卡还没有激活", format!("{}没有放行：这张卡发出后还没有激活。", issuer(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::ActivateCard, "在银行 App 里激活，或打卡背面的电话（约 5 分钟）。")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn card_online_payment_disabled(f: &Facts<'_>) -> Said {
    if f.whose() == Some(Whose::Platform) {
        let since = f.time("since").map_or_else(String::new, |at| format!(" {at} "));
        return said("这张卡的支付功能已关闭", format!("您{since}关闭了这张卡的支付功能。"))
            .act_if(Operation::ChooseInstrument, choose(f))
            .act(Operation::TogglePaymentFunction, "在“我的银行卡”里把它重新打开（几秒钟），然后继续付这笔。");
    }
    said("这张卡没有开通网上支付", format!("{}没有放行：这张卡的网上支付功能没有开通。", issuer(f)))
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::EnableOnlinePayment, "在银行 App 里开通“网上支付”（约 3 分钟）。")
        .act(Operation::Recheck, ONLY_AN_ATTEMPT_TELLS)
}

pub(super) fn card_details_wrong(f: &Facts<'_>) -> Said {
    let factor = match f.text("factor") {
        Some("number") => "卡号",
        Some("expiry") => "有效期",
        Some("cvn") => "卡背面的三位安全码",
        Some("phone") => "预留手机号",
        Some("holder") => "持卡人姓名",
        Some("id_number") => "身份证号",
        Some(_) | None => "卡号、有效期、姓名或证件号中的一项",
    };
    // What cannot be right by itself we see before any bank is asked.
    let said = match (f.text("factor"), f.text("code")) {
        (Some(_), None) => said("卡信息有一处不对", format!("{factor}的位数或格式不对，还没有交给银行。")),
        _ => said("卡信息与银行的不一致", format!("银行核对时，{factor}与它登记的对不上。")),
    };
    said.act(Operation::CorrectCardDetails, "对着卡面核对一遍，改正后重新提交。")
        .act(Operation::Rebind, "核对无误仍不行，就解除绑定，重新绑一次。")
}

pub(super) fn card_status_abnormal(f: &Facts<'_>) -> Said {
    let happened = format!("{}没有说明原因，可能是卡被挂失、冻结或长期未用。", issuer(f));
    said("银行暂不让这张卡付款", happened)
        .hedged()
        .act_if(Operation::ChooseInstrument, choose(f))
        .act(Operation::AskBank, "想用回这张卡：请打卡背面的电话，问“卡状态”。")
        .act(Operation::Recheck, "银行办好后点“再试”。")
}

pub(super) fn card_reserved_phone_mismatch(f: &Facts<'_>) -> Said {
    let happened = match (f.text("phone"), f.text("reserved_phone")) {
        (Some(phone), Some(reserved)) => format!("您填的是 {phone}，银行预留的是 {reserved}。"),
        (Some(phone), None) => format!("您填的 {phone} 与银行预留的不同；银行没有告诉我们预留的是哪个。"),
        (None, _) => "填写的手机号与银行预留的不同；银行没有告诉我们预留的是哪个。".to_owned(),
    };
    said("手机号与银行预留的不同", happened)
        .act(Operation::UseReservedPhone, "改填办卡时留在银行的手机号。")
        .act(Operation::UpdateReservedPhone, "那个号码不用了：请在银行 App 或网点改成现在的，再回来点“再试”。")
}

pub(super) fn auth_payment_password(f: &Facts<'_>) -> Said {
    match f.text("state") {
        Some("unset") => said("还没有设置支付密码", "付款前要验证支付密码，这个账户还没有设置。")
            .act(Operation::SetPaymentPassword, "现在设置（约 1 分钟），然后继续付这笔。"),
        Some("locked") => {
            let said = said("支付密码已锁定", "支付密码连续几次不符，为保护您的钱先锁定了。");
            let reset =
                f.text("reset_by").map(|_| "着急或想不起来：验证是您本人后，设一个新的（约 2 分钟）。".to_owned());
            let said = said.act_if(Operation::ResetPaymentPassword, reset);
            match f.time("locked_until") {
                Some(at) => said.act(Operation::WaitUntil, format!("{at} 自动解锁，到时用原来的密码付这笔。")),
                None => said.act(Operation::WaitUntil, "过一阵会自动解锁，到时再付这笔。"),
            }
        }
        Some("wrong") => {
            let left = f.count("tries_left").map_or_else(String::new, |left| format!("，还可以输入 {left} 次"));
            said("支付密码不符", format!("这次的支付密码与您设置的不同{left}。"))
                .act(Operation::Resume, "不着急，想好再输一次，订单会为您留着。")
        }
        Some(_) | None => said("支付密码没有通过", "支付密码还没设置、不符或已锁定，付款没有继续。")
            .act(Operation::SetPaymentPassword, "没设过：现在设置（约 1 分钟）。")
            .act(Operation::ResetPaymentPassword, "忘了或被锁定：验证本人后重设（约 2 分钟）。"),
    }
}

pub(super) fn otp_not_received(f: &Facts<'_>) -> Said {
    if f.channel().is_some() {
        return banks_code_missing(f);
    }
    let phone = f.text("phone").map_or_else(|| "发出，".to_owned(), |phone| format!("发往 {phone}，"));
    let left = f.count("sends_left").map_or_else(String::new, |left| format!("，还可以发 {left} 次"));
    said("验证码没有送到", format!("短信验证码已{phone}运营商还没有送达。"))
        .act(Operation::ResendCode, format!("满 60 秒后可以重新发送{left}。"))
        .act(Operation::UseVoiceCode, "或者选“语音验证码”，接电话听数字。")
        .act(Operation::UseOtherNumber, "这个号码收不到短信：换一个手机号。")
}

/// Of a bank's message nobody gives us a receipt.
fn banks_code_missing(f: &Facts<'_>) -> Said {
    let phone = f.text("phone").map_or_else(String::new, |phone| format!("到 {phone}"));
    let left = f.count("sends_left").map_or_else(String::new, |left| format!("，还可以发 {left} 次"));
    said("验证码没有送到", format!("已请银行发送验证码{phone}，您没有收到；银行不告诉我们送达情况。"))
        .act(Operation::ResendCode, format!("满 60 秒后可以重新发送{left}。"))
        .act(Operation::UseOtherNumber, "银行只发到预留手机号。号码换了，请先到银行更新。")
}

pub(super) fn otp_intercepted(f: &Facts<'_>) -> Said {
    let happened = match f.time("delivered_at") {
        None if f.channel().is_some() => "银行的短信到了您的手机，但没有显示出来，多半被拦截了。".to_owned(),
        Some(at) => format!("运营商回执：短信 {at} 已送到您的手机，但没有显示出来，多半被拦截了。"),
        None => "运营商回执：短信已送到您的手机，但没有显示出来，多半被拦截了。".to_owned(),
    };
    said("验证码被手机拦截了", happened)
        .act(Operation::CheckInterceptedMessages, "到短信的“骚扰拦截”或安全类 App 的拦截记录里找。")
        .act(Operation::ResendCode, "放行后重新发送一条，旧的 5 分钟后失效。")
}

pub(super) fn otp_wrong(f: &Facts<'_>) -> Said {
    let happened = match f.text("state") {
        Some("expired") => "这个验证码已过期：每个验证码 5 分钟内有效。",
        Some("too_soon") => "刚发过一条验证码，现在还不能再发。",
        Some(_) | None => "输入的和银行最近发的那条不一样。",
    };
    let left = f.count("sends_left").map_or_else(String::new, |n| format!("（还可发 {n} 次）"));
    let next = match f.retry_at() {
        Some(m) => format!("{m} 可以重新获取{left}。"),
        None => format!("重新获取一条{left}，收到后 5 分钟内输入。"),
    };
    said("验证码不对或已失效", happened).act(Operation::ResendCode, next)
}

pub(super) fn binding_bank_unsupported(f: &Facts<'_>) -> Said {
    let happened = match f.bank() {
        Some(bank) => format!("我们还不支持{bank}的这一类卡。"),
        None => "我们还不支持这家银行，或这一类卡。".to_owned(),
    };
    said("这张卡所在的银行暂不支持", happened)
        .money(BINDING_IS_FREE)
        .act(Operation::UseOtherCard, "换一张支持的银行卡；绑卡页列出了全部支持的银行。")
}

pub(super) fn binding_bank_restricted(f: &Facts<'_>) -> Said {
    said("银行不允许绑定这张卡", format!("{}没有同意绑定，也没有告诉我们原因；能解除的只有银行。", issuer(f)))
        .money(BINDING_IS_FREE)
        .act(Operation::UseOtherCard, "换一张别的银行的卡，最快。")
        .act(Operation::AskBank, "一定要用这张：请打卡背面的电话，问“为什么不能绑定第三方支付”。")
}

pub(super) fn binding_operation_error(f: &Facts<'_>) -> Said {
    let happened = match f.text("step_expected") {
        Some("sms_code") => "卡信息已提交，短信验证码那一步还没有做完。",
        Some("card_details") => "卡信息还没有提交完整。",
        Some("terms") => "还没有同意绑卡协议。",
        Some("none") => "这次绑卡已经结束，或正在银行处理，现在不用再填。",
        Some("identity") => "姓名和证件那一步还没有做完。",
        Some(_) | None => "绑卡有一步没有做完，后面的步骤接不上。",
    };
    said("绑卡停在了半路", happened)
        .money(BINDING_IS_FREE)
        .act(Operation::ResumeBinding, "点“继续绑卡”，从停下的那一步接着做，填过的不用再填。")
}

pub(super) fn binding_stale(f: &Facts<'_>) -> Said {
    let happened = match f.time("last_good_use") {
        Some(at) if f.text("state") == Some("unbound") => format!("这张卡已由您解绑，上一次能用是 {at}。"),
        Some(at) => format!("银行那边的绑定已失效；这张卡上一次能用是 {at}。"),
        None => "银行那边的绑定已失效，我们这边的还在，两边对不上。".to_owned(),
    };
    said("卡的绑定已失效", happened)
        .act(Operation::Rebind, "解除绑定，再绑一次（约 2 分钟），然后继续付这笔。")
        .act(Operation::TogglePaymentFunction, "仍不行：把支付功能关掉再打开。")
        .act(Operation::Recheck, RETRY)
}
