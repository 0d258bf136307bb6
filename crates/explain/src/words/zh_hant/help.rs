//! The help centre and the guided check, in traditional Chinese.

use tantu_domain::cause::CauseGroup;

use crate::words::help_words::HelpWords;
use crate::words::texts::texts;

pub(crate) const HELP: HelpWords = HelpWords {
    title: "為什麼沒付成",
    own_words_label: "用您自己的話說說",
    own_words_hint: "例如「一直收不到驗證碼」。不必寫卡號和密碼；寫的內容不會保存。",
    own_words_button: "找原因",
    check_title: "一步一步排查",
    check_body: "回答幾個小問題，從簡單到複雜。不用登入。",
    check_button: "開始排查",
    heard_title: "聽起來像是",
    ask_title: "問一個小問題",
    door_title: "這是另一類問題",
    mine_button: "查一查我的",
    read_button: "怎麼解決",
    question_of: "第 {number} 問",
    named_title: "最可能是這個",
    still_button: "照做了，還是付不了",
    again_button: "從頭再查",
    support_title: "接下來由客服陪您看",
    support_body: "已知的原因都不像。請準備好訂單號、時間、金額和畫面上的提示；不要給任何人密碼或驗證碼。",
    search_label: "搜尋說明",
    search_button: "搜尋",
    search_none: "沒有文章寫到這個詞，可以在上面用自己的話說說。",
    articles_title: "全部原因",
    when_title: "這是什麼情況",
    steps_title: "怎麼解決",
    bar_label: "付不了？說說看到了什麼",
    found_title: "現在是這個原因",
    steps_button: "看看怎麼辦",
    pay_button: "辦好了，回到訂單付款",
    order_link: "回到訂單",
    known_body: "這筆訂單、您的帳戶和付款方式，我們已經查過一遍；沒問題的，不再問您。",
    measured_fine: "這台裝置剛檢查過，不妨礙付款。",
    device_button: "先檢查這台裝置",
    support_packed: "訂單號、時間、金額、付款方式、檢查結果和您剛才的回答會一併交給客服，不必再說一遍。",
    ticket_button: "交給客服",
    answers_title: "您剛才的回答",
    which_title: "是這幾筆中的哪一筆？",
    topics_title: "專題",
    causes_title: "可能的原因",
};

texts! {
    group: CauseGroup;

    Platform: "平台和付款管道",
    Device: "網路和手機",
    App: "App",
    Account: "帳戶",
    Identity: "實名和證件",
    Card: "銀行卡和支付密碼",
    OneTimeCode: "驗證碼",
    Binding: "綁卡",
    Points: "點數",
    Funds: "餘額和資金",
    Limit: "限額",
    Mandate: "扣款授權",
    Risk: "風險攔截",
    PayLater: "先享後付、信用和客服",
}
