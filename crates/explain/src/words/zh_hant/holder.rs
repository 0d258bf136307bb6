//! The pages about an account's holder, in traditional Chinese.

use crate::words::holder_words::HolderWords;

pub(crate) const HOLDER: HolderWords = HolderWords {
    reset_title: "設一個新的付款密碼",
    reset_body: "為確認是您本人，需要三項：手機收到的驗證碼、姓名、身分證號碼。這筆訂單會為您保留。",
    reset_link: "想不起來了？",
    reset_send: "傳驗證碼到 {phone}",
    code_sent: "驗證碼已傳往 {phone}，五分鐘內有效。",
    code_label: "簡訊驗證碼（6 位數字）",
    name_label: "姓名，與證件上相同",
    document_label: "身分證號碼（18 位）",
    new_password_label: "新的付款密碼（6 位數字）",
    reset_pay_button: "設定並付 {amount}",
    reset_unproven: "姓名、號碼或驗證碼有一項不符。請逐一查看，再送出一次。",
    reset_form: "請填證件上的姓名、完整的 18 位號碼和 6 位驗證碼。",
    too_soon: "{time} 可以再試。",
    no_answer: "身分核驗服務暫時沒有回應，什麼都沒有改變。請一分鐘後再送出。",
    reset_first: "請先完成這一步：",
    code_again: "再傳一個驗證碼",
};
