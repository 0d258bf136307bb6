//! What is asked of somebody who cannot say why, what he may reply, and the doors for other matters, in simplified Chinese.

use tantu_domain::door::Door;
use tantu_domain::evidence::Confidence;
use tantu_domain::question::{Question, Reply};

use crate::words::texts::texts;

/// Whether money moved, where only words are known.
pub(crate) const MONEY: &str = "钱动没动，以订单上写的为准：再付之前先看一眼。";

/// Behind what happened, where only words are known: how sure they make us.
pub(crate) fn heard(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "",
        Confidence::Likely => "从您说的来看，这是最可能的原因。",
        Confidence::Possible => "从您说的来看，这是可能的原因之一。",
    }
}

texts! {
    question: Question;

    Shown: "屏幕上写的是什么？",
    Others: "身边的人现在能付款吗？",
    OtherWay: "换一张卡或用余额，能付吗？",
    OtherNetwork: "换一个网络（流量或别的 Wi-Fi）再付呢？",
    Restarted: "关掉 App 再打开，能付吗？",
    OnPhone: "手机上有下面哪种情况？",
    InApp: "App 当时是什么样？",
    Notice: "账户里的通知怎么说？",
    Identity: "身份信息是哪种情况？",
    WhichLimit: "提示的是哪一种限额？",
    SmallAmount: "金额小一点，能付吗？",
    Short: "是什么不够？",
    CodeWhere: "验证码到哪里去了？",
    CardState: "这张卡是什么情况？",
    BindingSaid: "绑卡时提示什么？",
    BankSaid: "银行怎么说？",
    Mandate: "扣款授权是什么情况？",
    Bill: "账单是什么情况？",
    Service: "关于服务，提示的是什么？",
}

texts! {
    door: Door;

    Refunds: "这是退款或订单的问题。请打开这笔订单，点“退款”或“售后”，商家会在那里答复。",
    Records: "这是查账单或问含义。账单和记录在“钱包 → 账单”里。",
    Credit: "这是额度或借款的问题。规则和申请在“先享后付”里。",
    Transfer: "这是用法的问题。帮助中心有一步一步的说明。",
    Safety: "如果受骗，请先打 110 或反诈热线 96110 报案，并请银行止付，再告诉我们。",
    Account: "这是账户本身的问题。请到“我的 → 设置 → 账户”里办理。",
    Other: "我们帮您解决付款没成功的问题。请说说在付什么、屏幕上写了什么。",
}

texts! {
    reply: Reply;

    ShownShort: "钱、额度或点数不够",
    ShownLimit: "超过限额",
    ShownCode: "要验证码，但没收到",
    ShownPassword: "支付密码不对，或被锁定",
    ShownAccount: "账户冻结、受限或有风险",
    ShownIdentity: "要实名，或证件、姓名不符",
    ShownCard: "卡有问题，或绑不上",
    ShownLine: "网络异常、超时，或一直转圈",
    ShownApp: "要更新、要重新登录，或闪退",
    ShownBusy: "系统繁忙、维护或暂不可用",
    ShownMandate: "授权或签约失效",
    ShownBill: "逾期、欠款或信用分",
    ShownNothing: "什么都没写，或没看清",
    OthersToo: "他们也付不了",
    OthersFine: "他们能付，只有我不行",
    OthersUnknown: "不知道",
    OtherWayPays: "能付",
    OtherWayFails: "都付不了",
    OtherWayUntried: "还没试",
    OtherNetworkPays: "换了就能付",
    OtherNetworkFails: "还是一样",
    RestartedPays: "能付了",
    RestartedFails: "还是一样",
    OnPhoneProxy: "开着 VPN、代理或加速器",
    OnPhoneDns: "改过 DNS，或提示找不到服务器",
    OnPhoneClock: "日期或时间不对",
    OnPhonePermission: "拒绝过权限（联网、相机、短信）",
    OnPhoneBlocker: "开着广告拦截或安全软件",
    OnPhoneOld: "手机系统很旧",
    OnPhonePower: "电量很低",
    OnPhoneNone: "都没有",
    InAppUpdate: "要我更新这个 App",
    InAppPartner: "跳到支付宝或微信后，要更新那个 App",
    InAppCrash: "闪退，或更新后才这样",
    InAppSignIn: "要我重新登录",
    InAppStale: "页面空白、错乱或是旧的",
    InAppNone: "都不是",
    NoticeFrozen: "账户被冻结",
    NoticeRestricted: "因违规被限制",
    NoticeStolen: "有不是我的登录或消费",
    NoticeRisk: "这笔交易有风险",
    NoticeChanged: "最近改过资料，要确认",
    NoticeNone: "没有通知",
    IdentityNever: "从没实名认证",
    IdentityName: "姓名和卡或账户不一致",
    IdentityDocument: "证件过期",
    IdentityNew: "最近改过",
    WhichLimitOne: "单笔",
    WhichLimitDay: "当日",
    WhichLimitMonth: "当月",
    WhichLimitTier: "全年，或账户等级",
    SmallAmountPays: "能付",
    SmallAmountFails: "不能",
    ShortBalance: "钱包余额",
    ShortCard: "卡里的钱或额度",
    ShortPoints: "点数",
    ShortRest: "点数付了一部分，剩下的付不了",
    ShortQuarantine: "在别处买的点数用不了",
    CodeBlocked: "在拦截或垃圾短信里",
    CodeNowhere: "手机上哪里都没有",
    CodeOldNumber: "发到了别的或旧的号码",
    CodeNoNumber: "账户没有绑手机号",
    CardStateDate: "有效期已过",
    CardStateNew: "新卡，还没激活",
    CardStateOffline: "线下能刷，网上不行",
    CardStateNowhere: "哪里都用不了",
    CardStateWorked: "以前能付，最近不行",
    CardStateBinding: "一直绑不上",
    BindingUnlisted: "不支持这家银行或卡种",
    BindingRefused: "银行不允许",
    BindingDetails: "卡信息不对",
    BindingPhone: "手机号和银行预留的不同",
    BindingStopped: "做到一半停了",
    BindingName: "姓名不一致",
    BankSaidRisk: "为安全拦下了这笔",
    BankSaidState: "卡被锁、挂失或长期未用",
    BankSaidOnline: "没开网上支付",
    BankSaidBinding: "不允许绑定",
    BankSaidUnbound: "银行那边已解除绑定",
    BankSaidNothing: "银行说一切正常",
    MandateEnded: "到期了",
    MandateCancelled: "我或别人取消过",
    MandateCard: "是绑定的卡失效",
    BillOverdue: "有一笔逾期",
    BillAutopay: "以为会自动还，没有扣",
    BillScore: "信用分不够",
    BillCard: "扣款那天卡里没钱",
    BillMethod: "想用的还款方式选不了",
    ServiceBusy: "人太多，要排队",
    ServiceMaintenance: "维护或故障",
    ServiceChannel: "银行或第三方出错",
    ServiceMethod: "这里不能用这种方式",
}
