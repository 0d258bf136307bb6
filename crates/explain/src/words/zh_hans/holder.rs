//! The pages about an account's holder, in simplified Chinese.

use crate::words::holder_words::HolderWords;

pub(crate) const HOLDER: HolderWords = HolderWords {
    reset_title: "设一个新的支付密码",
    reset_body: "为确认是您本人，需要三样：手机收到的验证码、姓名、身份证号码。这笔订单会为您留着。",
    reset_link: "想不起来了？",
    reset_send: "发验证码到 {phone}",
    code_sent: "验证码已发往 {phone}，五分钟内有效。",
    code_label: "短信验证码（6 位数字）",
    name_label: "姓名，和证件上的一样",
    document_label: "身份证号码（18 位）",
    new_password_label: "新的支付密码（6 位数字）",
    reset_pay_button: "设好并付 {amount}",
    reset_unproven: "姓名、号码或验证码有一样对不上。请逐一看看，再提交一次。",
    reset_form: "请填证件上的姓名、完整的 18 位号码和 6 位验证码。",
    too_soon: "{time} 可以再试。",
    no_answer: "身份核验服务暂时没有回应，什么都没有改变。请一分钟后再提交。",
    reset_first: "请先完成这一步：",
    code_again: "再发一个验证码",
};
