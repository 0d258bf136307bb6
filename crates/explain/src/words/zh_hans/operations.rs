//! The words of every operation in simplified Chinese.

mod pay_later;
mod there;

use tantu_domain::operation::Operation;

use crate::words::said::{OperationText, There};

/// What is said of each operation.
pub(crate) fn operation(operation: Operation) -> &'static OperationText {
    match operation {
        Operation::Wait => &WAIT,
        Operation::WaitUntil => &WAIT_UNTIL,
        Operation::AwaitResult => &AWAIT_RESULT,
        Operation::RetrySameKey => &RETRY_SAME_KEY,
        Operation::Resume => &RESUME,
        Operation::Recheck => &RECHECK,
        Operation::ChooseInstrument => &CHOOSE_INSTRUMENT,
        Operation::CombineInstruments => &COMBINE_INSTRUMENTS,
        Operation::SplitPayment => &SPLIT_PAYMENT,
        Operation::SwitchNetwork => &SWITCH_NETWORK,
        Operation::ChangeResolver => &CHANGE_RESOLVER,
        Operation::TurnOffProxy => &TURN_OFF_PROXY,
        Operation::RestartApp => &RESTART_APP,
        Operation::SetClockAutomatic => &SET_CLOCK_AUTOMATIC,
        Operation::GrantPermission => &GRANT_PERMISSION,
        Operation::StopBlocker => &STOP_BLOCKER,
        Operation::UpdateOs => &UPDATE_OS,
        Operation::ChargeDevice => &CHARGE_DEVICE,
        Operation::UpdateApp => &UPDATE_APP,
        Operation::ClearCache => &CLEAR_CACHE,
        Operation::CloseConflictingApp => &CLOSE_CONFLICTING_APP,
        Operation::SignInAgain => &SIGN_IN_AGAIN,
        Operation::TogglePaymentFunction => &TOGGLE_PAYMENT_FUNCTION,
        Operation::UpdatePartnerApp => &UPDATE_PARTNER_APP,
        Operation::RequestUnfreeze => &REQUEST_UNFREEZE,
        Operation::AskChannelSupport => &ASK_CHANNEL_SUPPORT,
        Operation::Appeal => &APPEAL,
        Operation::SecureAccount => &SECURE_ACCOUNT,
        Operation::VerifyIdentity => &VERIFY_IDENTITY,
        Operation::ConfirmInfo => &CONFIRM_INFO,
        Operation::BindPhone => &BIND_PHONE,
        Operation::CorrectName => &CORRECT_NAME,
        Operation::RenewDocument => &RENEW_DOCUMENT,
        Operation::ReplaceCard => &REPLACE_CARD,
        Operation::ActivateCard => &ACTIVATE_CARD,
        Operation::EnableOnlinePayment => &ENABLE_ONLINE_PAYMENT,
        Operation::CorrectCardDetails => &CORRECT_CARD_DETAILS,
        Operation::UseReservedPhone => &USE_RESERVED_PHONE,
        Operation::UpdateReservedPhone => &UPDATE_RESERVED_PHONE,
        Operation::AskBank => &ASK_BANK,
        Operation::UseOtherCard => &USE_OTHER_CARD,
        Operation::SetPaymentPassword => &SET_PAYMENT_PASSWORD,
        Operation::ResetPaymentPassword => &RESET_PAYMENT_PASSWORD,
        Operation::ResendCode => &RESEND_CODE,
        Operation::UseVoiceCode => &USE_VOICE_CODE,
        Operation::UseOtherNumber => &USE_OTHER_NUMBER,
        Operation::CheckInterceptedMessages => &CHECK_INTERCEPTED_MESSAGES,
        Operation::ResumeBinding => &RESUME_BINDING,
        Operation::Rebind => &REBIND,
        Operation::TopUpPoints => &TOP_UP_POINTS,
        Operation::TopUp => &TOP_UP,
        Operation::PayIn => &PAY_IN,
        Operation::RaiseLimit => &RAISE_LIMIT,
        Operation::RaiseTier => &RAISE_TIER,
        Operation::AuthenticateStronger => &AUTHENTICATE_STRONGER,
        Operation::SignMandate => &SIGN_MANDATE,
        Operation::ConfirmItIsYou => &CONFIRM_IT_IS_YOU,
        Operation::RepayBill => &pay_later::REPAY_BILL,
        Operation::EnableAutoRepay => &pay_later::ENABLE_AUTO_REPAY,
        Operation::UnfreezeLine => &pay_later::UNFREEZE_LINE,
        Operation::ViewCreditReport => &pay_later::VIEW_CREDIT_REPORT,
        Operation::OpenTicket => &OPEN_TICKET,
    }
}

const WAIT: OperationText = OperationText {
    title: "等待恢复",
    what: "故障或限制解除之前不用做任何事，订单为您留着。",
    place: "不用操作",
    takes: "到恢复为止",
    there: None,
};

const WAIT_UNTIL: OperationText = OperationText {
    title: "等到那个时间",
    what: "到时间后再检查一次，通过就可以付这笔。",
    place: "不用操作",
    takes: "到所写的时间",
    there: None,
};

const AWAIT_RESULT: OperationText = OperationText {
    title: "等待结果",
    what: "我们向对方查询这笔到底扣了没有，查到就告诉您。",
    place: "不用操作，也不要再付一次",
    takes: "多半不到 1 分钟",
    there: None,
};

const RETRY_SAME_KEY: OperationText = OperationText {
    title: "自动重试",
    what: "轮到您时这一页自动再付，同一笔只会扣一次。",
    place: "留在这一页",
    takes: "几秒到一分钟",
    there: None,
};

const RESUME: OperationText = OperationText {
    title: "继续付款",
    what: "原来的订单接着付，不用重下。",
    place: "这一页，或 坦途 App：我的 → 订单",
    takes: "几秒",
    there: None,
};

const RECHECK: OperationText = OperationText {
    title: "再试",
    what: "您办好之后，同样的检查再做一遍，通过就接着付。",
    place: "这一页",
    takes: "几秒",
    there: None,
};

const CHOOSE_INSTRUMENT: OperationText = OperationText {
    title: "换一种方式付",
    what: "这笔订单不变，只换付款方式。",
    place: "收银台 → 付款方式",
    takes: "几秒",
    there: None,
};

const COMBINE_INSTRUMENTS: OperationText = OperationText {
    title: "组合付款",
    what: "一部分用这种方式付，其余用另一种。",
    place: "收银台 → 付款方式 → 组合付款",
    takes: "约 1 分钟",
    there: None,
};

const SPLIT_PAYMENT: OperationText = OperationText {
    title: "分几笔付",
    what: "请商家把订单拆成几笔，每笔都在限额之内。",
    place: "商家的订单页",
    takes: "看商家",
    there: None,
};

const SWITCH_NETWORK: OperationText = OperationText {
    title: "换一个网络",
    what: "Wi-Fi 和手机流量互换，绕开不稳的那一个。",
    place: "iPhone：设置 → 无线局域网 / 蜂窝网络；安卓：设置 → WLAN / 移动网络",
    takes: "约 10 秒",
    there: None,
};

const CHANGE_RESOLVER: OperationText = OperationText {
    title: "改 DNS",
    what: "换一个能给出正确地址的 DNS；不熟悉的话，换网络也行。",
    place: "iPhone：设置 → 无线局域网 → 网络旁的 ⓘ → 配置 DNS；安卓：设置 → 网络和互联网 → 私人 DNS",
    takes: "约 2 分钟",
    there: None,
};

const TURN_OFF_PROXY: OperationText = OperationText {
    title: "关掉代理或 VPN",
    what: "让手机直接连到付款服务器。",
    place: "iPhone：设置 → 通用 → VPN 与设备管理；安卓：设置 → 网络和互联网 → VPN",
    takes: "约 10 秒",
    there: None,
};

const RESTART_APP: OperationText = OperationText {
    title: "重启 App",
    what: "完全关掉 App 再打开，清掉卡住的连接。",
    place: "iPhone：从屏幕底部上滑停住，把 App 向上划走；安卓：最近任务里把 App 划掉",
    takes: "约 30 秒",
    there: None,
};

const SET_CLOCK_AUTOMATIC: OperationText = OperationText {
    title: "自动设置时间",
    what: "时间对了，手机才信得过我们的连接，我们也才认得它的签名。",
    place: "iPhone：设置 → 通用 → 日期与时间 → 自动设置；安卓：设置 → 系统 → 日期和时间 → 自动设置时间",
    takes: "约 10 秒",
    there: None,
};

const GRANT_PERMISSION: OperationText = OperationText {
    title: "打开权限",
    what: "为 App 打开这一步要用的权限。",
    place: "iPhone：设置 → 坦途；安卓：设置 → 应用管理 → 坦途 → 权限管理",
    takes: "约 20 秒",
    there: None,
};

const STOP_BLOCKER: OperationText = OperationText {
    title: "关掉拦截的 App",
    what: "付款时不让它拦下付款请求。",
    place: "iPhone：设置 → 通用 → VPN 与设备管理；安卓：设置 → 应用管理 → 该 App → 强行停止",
    takes: "约 30 秒",
    there: None,
};

const UPDATE_OS: OperationText = OperationText {
    title: "更新手机系统",
    what: "新系统能建立付款所需的安全连接。",
    place: "iPhone：设置 → 通用 → 软件更新；安卓：设置 → 系统 → 系统更新",
    takes: "约 30 分钟",
    there: None,
};

const CHARGE_DEVICE: OperationText = OperationText {
    title: "接上充电器",
    what: "充着电就能继续，不会中途断电。",
    place: "手机充电口",
    takes: "马上",
    there: None,
};

const UPDATE_APP: OperationText = OperationText {
    title: "更新 App",
    what: "新版本能付这笔，订单会留着。",
    place: "iPhone：App Store → 搜索“坦途” → 更新；安卓：应用商店 → 搜索“坦途” → 更新",
    takes: "约 2 分钟",
    there: None,
};

const CLEAR_CACHE: OperationText = OperationText {
    title: "清理缓存",
    what: "丢掉损坏的缓存，重新下载正确的。",
    place: "坦途 App：设置 → 通用设置 → 清理缓存",
    takes: "约 20 秒",
    there: None,
};

const CLOSE_CONFLICTING_APP: OperationText = OperationText {
    title: "关掉冲突的 App",
    what: "两个 App 不同时运行，付款就不会停住。",
    place: "iPhone：从屏幕底部上滑停住，把它向上划走；安卓：设置 → 应用管理 → 该 App → 强行停止",
    takes: "约 20 秒",
    there: None,
};

const SIGN_IN_AGAIN: OperationText = OperationText {
    title: "重新登录",
    what: "登录后回到同一笔订单。",
    place: "这一页的登录按钮",
    takes: "约 1 分钟",
    there: None,
};

const TOGGLE_PAYMENT_FUNCTION: OperationText = OperationText {
    title: "重开支付功能",
    what: "支付功能关掉再打开，会重新建立与银行的联系。",
    place: "坦途 App：我的 → 支付 → 支付管理 → 支付功能",
    takes: "约 1 分钟",
    there: None,
};

const UPDATE_PARTNER_APP: OperationText = OperationText {
    title: "更新对方的 App",
    what: "新版本能接这笔付款。",
    place: "手机的应用商店 → 搜索它的名字 → 更新",
    takes: "约 2 分钟",
    there: Some(There { title: "更新{channel} App", what: "新版本能接这笔付款。", place: there::store }),
};

const REQUEST_UNFREEZE: OperationText = OperationText {
    title: "申请解冻",
    what: "确认是您本人，由专人核实后解冻。",
    place: "这一页，或 坦途 App：我的 → 账户安全 → 申请解冻",
    takes: "填写约 3 分钟，2 小时内有专人处理",
    there: None,
};

const ASK_CHANNEL_SUPPORT: OperationText = OperationText {
    title: "找对方的客服",
    what: "只有对方知道原因，也只有它能解除。",
    place: "对方 App 里的客服",
    takes: "看对方",
    there: Some(There {
        title: "联系{channel}客服",
        what: "只有{channel}知道原因，也只有它能解除。",
        place: there::support,
    }),
};

const APPEAL: OperationText = OperationText {
    title: "申诉",
    what: "觉得不对，写明情况、附上凭证，由专人复核。",
    place: "这一页，或 坦途 App：设置 → 帮助与反馈 → 申诉",
    takes: "填写约 3 分钟，2 小时内有专人处理",
    there: Some(There {
        title: "向{channel}申诉",
        what: "是{channel}停下的，由{channel}复核。",
        place: there::support,
    }),
};

const SECURE_ACCOUNT: OperationText = OperationText {
    title: "保护账户",
    what: "改登录密码，并退出其他设备。",
    place: "坦途 App：设置 → 账户安全 → 修改密码、登录设备",
    takes: "约 2 分钟",
    there: None,
};

const VERIFY_IDENTITY: OperationText = OperationText {
    title: "实名认证",
    what: "用身份证和人脸确认是您本人。",
    place: "坦途 App：我的 → 实名认证",
    takes: "约 3 分钟",
    there: Some(There {
        title: "到{channel}实名认证",
        what: "在{channel}用身份证和人脸确认是您本人。",
        place: there::identity,
    }),
};

const CONFIRM_INFO: OperationText = OperationText {
    title: "核对个人信息",
    what: "看一眼改动，对就确认，不对就改回来。",
    place: "坦途 App：我的 → 个人信息",
    takes: "约 1 分钟",
    there: None,
};

const BIND_PHONE: OperationText = OperationText {
    title: "绑定手机号",
    what: "填手机号，收一条验证码。",
    place: "坦途 App：设置 → 账户安全 → 手机号",
    takes: "约 1 分钟",
    there: None,
};

const CORRECT_NAME: OperationText = OperationText {
    title: "更正姓名",
    what: "把登记错的那一边改成证件上的姓名。",
    place: "坦途 App：我的 → 实名认证；卡上的姓名请找银行",
    takes: "约 5 分钟",
    there: Some(There {
        title: "换成本人的{channel}账户",
        what: "付款的{channel}账户要和您的实名一致。",
        place: there::identity,
    }),
};

const RENEW_DOCUMENT: OperationText = OperationText {
    title: "更新证件",
    what: "拍摄有效的新证件。",
    place: "坦途 App：我的 → 实名认证 → 更新证件",
    takes: "约 2 分钟",
    there: None,
};

const REPLACE_CARD: OperationText = OperationText {
    title: "绑定新卡",
    what: "用银行发的新卡换下过期的那张。",
    place: "坦途 App：我的 → 银行卡管理 → 添加银行卡",
    takes: "约 2 分钟；向银行换卡约 7 天",
    there: None,
};

const ACTIVATE_CARD: OperationText = OperationText {
    title: "激活银行卡",
    what: "在银行激活之后，卡才能付款。",
    place: "银行 App → 卡片管理 → 激活；或打卡背面的电话",
    takes: "约 5 分钟",
    there: None,
};

const ENABLE_ONLINE_PAYMENT: OperationText = OperationText {
    title: "开通网上支付",
    what: "在银行打开这张卡的网上支付。",
    place: "银行 App → 卡片管理 → 网上支付；或打卡背面的电话",
    takes: "约 3 分钟",
    there: None,
};

const CORRECT_CARD_DETAILS: OperationText = OperationText {
    title: "核对卡信息",
    what: "对着卡面改正，重新提交。",
    place: "坦途 App：我的 → 银行卡管理 → 这张卡",
    takes: "约 1 分钟",
    there: None,
};

const USE_RESERVED_PHONE: OperationText = OperationText {
    title: "改用预留手机号",
    what: "填办卡时留在银行的那个号码。",
    place: "这一页的手机号一栏",
    takes: "约 1 分钟",
    there: None,
};

const UPDATE_RESERVED_PHONE: OperationText = OperationText {
    title: "在银行改手机号",
    what: "让银行把预留的手机号改成现在用的。",
    place: "银行 App → 个人信息 → 预留手机号；或带身份证到网点",
    takes: "约 5 分钟；网点约半天",
    there: None,
};

const ASK_BANK: OperationText = OperationText {
    title: "联系发卡银行",
    what: "问清原因并请银行放行。",
    place: "打卡背面的电话，或在银行 App 里找客服",
    takes: "约 10 分钟",
    there: None,
};

const USE_OTHER_CARD: OperationText = OperationText {
    title: "换一张卡",
    what: "绑定另一张支持的银行卡。",
    place: "坦途 App：我的 → 银行卡管理 → 添加银行卡",
    takes: "约 2 分钟",
    there: None,
};

const SET_PAYMENT_PASSWORD: OperationText = OperationText {
    title: "设置支付密码",
    what: "设一个六位数字，付款时用。",
    place: "坦途 App：设置 → 支付设置 → 支付密码",
    takes: "约 1 分钟",
    there: None,
};

const RESET_PAYMENT_PASSWORD: OperationText = OperationText {
    title: "重设支付密码",
    what: "确认是您本人后，设一个新的。",
    place: "坦途 App：设置 → 支付设置 → 支付密码 → 忘记密码",
    takes: "约 2 分钟",
    there: None,
};

const RESEND_CODE: OperationText = OperationText {
    title: "重新发送验证码",
    what: "再发一条新的，旧的随之失效。",
    place: "这一页的“重新发送”",
    takes: "约 1 分钟",
    there: None,
};

const USE_VOICE_CODE: OperationText = OperationText {
    title: "语音验证码",
    what: "打电话给您，把验证码念出来。",
    place: "这一页的“语音验证码”",
    takes: "约 1 分钟",
    there: None,
};

const USE_OTHER_NUMBER: OperationText = OperationText {
    title: "换一个手机号",
    what: "验证码改发到另一个您本人的号码。",
    place: "坦途 App：设置 → 账户安全 → 手机号",
    takes: "约 2 分钟",
    there: None,
};

const CHECK_INTERCEPTED_MESSAGES: OperationText = OperationText {
    title: "查看被拦截的短信",
    what: "在拦截记录里找到验证码，并放行这个号码。",
    place: "iPhone：信息 → 过滤条件 → 垃圾信息；安卓：短信 → 设置 → 骚扰拦截 → 拦截记录",
    takes: "约 1 分钟",
    there: None,
};

const RESUME_BINDING: OperationText = OperationText {
    title: "继续绑卡",
    what: "从停下的那一步接着做。",
    place: "坦途 App：我的 → 银行卡管理 → 继续绑卡",
    takes: "约 2 分钟",
    there: None,
};

const REBIND: OperationText = OperationText {
    title: "重新绑卡",
    what: "解除绑定，再绑一次，与银行重新连上。",
    place: "坦途 App：我的 → 银行卡管理 → 这张卡 → 解除绑定",
    takes: "约 2 分钟",
    there: None,
};

const TOP_UP_POINTS: OperationText = OperationText {
    title: "充值点数",
    what: "在官方入口充值，马上可用。",
    place: "坦途 App：我的 → 点数 → 充值",
    takes: "约 1 分钟",
    there: None,
};

const TOP_UP: OperationText = OperationText {
    title: "充值余额",
    what: "从您本人的储蓄卡转入余额。",
    place: "坦途 App：我的 → 余额 → 充值",
    takes: "约 1 分钟",
    there: Some(There {
        title: "到{channel}充值",
        what: "给您在{channel}的余额充值，或在那里换一张卡。",
        place: there::balance,
    }),
};

const PAY_IN: OperationText = OperationText {
    title: "往卡里存钱",
    what: "转账或存款到这张卡；信用卡则还款。",
    place: "银行 App → 转账；信用卡 → 还款",
    takes: "看银行，多半几分钟到账",
    there: None,
};

const RAISE_LIMIT: OperationText = OperationText {
    title: "调高限额",
    what: "验证本人后调高限额，可以只用一天。",
    place: "坦途 App：我的 → 支付管理 → 支付限额；银行的限额在银行 App",
    takes: "约 2 分钟",
    there: Some(There {
        title: "到{channel}调高限额",
        what: "这个限额是{channel}的，在它那里调高。",
        place: there::limits,
    }),
};

const RAISE_TIER: OperationText = OperationText {
    title: "升级账户",
    what: "补充身份信息，余额付款的上限随之提高。",
    place: "坦途 App：我的 → 实名认证 → 升级",
    takes: "约 5 分钟",
    there: None,
};

const AUTHENTICATE_STRONGER: OperationText = OperationText {
    title: "加强验证",
    what: "设好支付密码并在付款时输入，上限更高。",
    place: "这一页",
    takes: "约 1 分钟",
    there: None,
};

const SIGN_MANDATE: OperationText = OperationText {
    title: "重新签约",
    what: "再给我们一次扣款授权，随时可以解除。",
    place: "这一页的按钮会打开签约页",
    takes: "约 1 分钟",
    there: Some(There {
        title: "重新签约",
        what: "在{channel}再给我们一次扣款授权，随时可以解除。",
        place: there::mandates,
    }),
};

const CONFIRM_IT_IS_YOU: OperationText = OperationText {
    title: "确认是我本人",
    what: "人脸或短信验证，通过就接着付。",
    place: "这一页",
    takes: "约 1 分钟",
    there: Some(There {
        title: "到{channel}确认本人",
        what: "打开{channel}，按它的提示确认是您本人。",
        place: there::security,
    }),
};

const OPEN_TICKET: OperationText = OperationText {
    title: "联系客服",
    what: "检查结果已替您填好，由人来查。",
    place: "这一页，或 坦途 App：设置 → 帮助与反馈 → 联系客服",
    takes: "填写约 1 分钟，2 小时内有专人处理",
    there: None,
};
