//! The help centre and the guided check, in simplified Chinese.

use tantu_domain::cause::CauseGroup;

use crate::words::help_words::HelpWords;
use crate::words::texts::texts;

pub(crate) const HELP: HelpWords = HelpWords {
    title: "为什么没付成",
    own_words_label: "用您自己的话说说",
    own_words_hint: "比如“一直收不到验证码”。不用写卡号和密码；写的内容不会保存。",
    own_words_button: "找原因",
    check_title: "一步一步排查",
    check_body: "回答几个小问题，从简单到复杂。不用登录。",
    check_button: "开始排查",
    heard_title: "听起来像是",
    ask_title: "问一个小问题",
    door_title: "这是另一类问题",
    mine_button: "查一查我的",
    read_button: "怎么解决",
    question_of: "第 {number} 问",
    named_title: "最可能是这个",
    still_button: "照做了，还是付不了",
    again_button: "从头再查",
    support_title: "接下来由客服陪您看",
    support_body: "已知的原因都不像。请准备好订单号、时间、金额和屏幕上的提示；不要给任何人密码或验证码。",
    search_label: "搜索帮助",
    search_button: "搜索",
    search_none: "没有文章写到这个词，可以在上面用自己的话说说。",
    articles_title: "全部原因",
    when_title: "这是什么情况",
    steps_title: "怎么解决",
    bar_label: "付不了？说说看到了什么",
    found_title: "现在是这个原因",
    steps_button: "去看怎么办",
    pay_button: "办好了，回到订单付款",
    order_link: "回到订单",
    known_body: "这笔订单、您的账户和付款方式，我们已经查过一遍；没问题的，不再问您。",
    measured_fine: "这台设备刚检查过，不妨碍付款。",
    device_button: "先检查这台设备",
    support_packed: "订单号、时间、金额、付款方式、检查结果和您刚才的回答会一起交给客服，不用再说一遍。",
    ticket_button: "交给客服",
    answers_title: "您刚才的回答",
    which_title: "是这几笔里的哪一笔？",
    topics_title: "专题",
    causes_title: "可能的原因",
};

texts! {
    group: CauseGroup;

    Platform: "平台和支付渠道",
    Device: "网络和手机",
    App: "App",
    Account: "账户",
    Identity: "实名和证件",
    Card: "银行卡和支付密码",
    OneTimeCode: "验证码",
    Binding: "绑卡",
    Points: "点数",
    Funds: "余额和资金",
    Limit: "限额",
    Mandate: "扣款授权",
    Risk: "风险拦截",
    PayLater: "先享后付、信用和客服",
}
