//! What is asked of somebody who cannot say why, what he may reply, and the doors for other matters, in traditional Chinese.

use tantu_domain::door::Door;
use tantu_domain::evidence::Confidence;
use tantu_domain::question::{Question, Reply};

use crate::words::texts::texts;

/// Whether money moved, where only words are known.
pub(crate) const MONEY: &str = "款項是否變動，以訂單上寫的為準：再付之前先看一眼。";

/// Behind what happened, where only words are known: how sure they make us.
pub(crate) fn heard(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "",
        Confidence::Likely => "從您說的來看，這是最可能的原因。",
        Confidence::Possible => "從您說的來看，這是可能的原因之一。",
    }
}

texts! {
    question: Question;

    Shown: "畫面上寫的是什麼？",
    Others: "身邊的人現在能付款嗎？",
    OtherWay: "換一張卡或用餘額，能付嗎？",
    OtherNetwork: "換一個網路（行動數據或別的 Wi-Fi）再付呢？",
    Restarted: "關掉 App 再打開，能付嗎？",
    OnPhone: "手機上有下列哪種情況？",
    InApp: "App 當時是什麼情況？",
    Notice: "帳戶裡的通知怎麼說？",
    Identity: "身分資料是哪種情況？",
    WhichLimit: "提示的是哪一種限額？",
    SmallAmount: "金額小一點，能付嗎？",
    Short: "是什麼不夠？",
    CodeWhere: "驗證碼到哪裡去了？",
    CardState: "這張卡是什麼情況？",
    BindingSaid: "綁卡時提示什麼？",
    BankSaid: "銀行怎麼說？",
    Mandate: "扣款授權是什麼情況？",
    Bill: "帳單是什麼情況？",
    Service: "關於服務，提示的是什麼？",
}

texts! {
    door: Door;

    Refunds: "這是退款或訂單的問題。請打開這筆訂單，點「退款」或「售後」，商家會在那裡答覆。",
    Records: "這是查帳單或問含義。帳單和紀錄在「錢包 → 帳單」裡。",
    Credit: "這是額度或借款的問題。規則和申請在「先享後付」裡。",
    Transfer: "這是用法的問題。說明中心有一步一步的說明。",
    Safety: "如果受騙，請先撥 110 或反詐專線 96110 報案，並請銀行止付，再告訴我們。",
    Account: "這是帳戶本身的問題。請到「我的 → 設定 → 帳戶」裡辦理。",
    Other: "我們協助解決付款沒成功的問題。請說說在付什麼、畫面上寫了什麼。",
}

texts! {
    reply: Reply;

    ShownShort: "錢、額度或點數不夠",
    ShownLimit: "超過限額",
    ShownCode: "要驗證碼，但沒收到",
    ShownPassword: "支付密碼不對，或被鎖定",
    ShownAccount: "帳戶凍結、受限或有風險",
    ShownIdentity: "要實名，或證件、姓名不符",
    ShownCard: "卡有問題，或綁不上",
    ShownLine: "網路異常、逾時，或一直轉圈",
    ShownApp: "要更新、要重新登入，或閃退",
    ShownBusy: "系統繁忙、維護或暫不可用",
    ShownMandate: "授權或簽約失效",
    ShownBill: "逾期、欠款或信用分",
    ShownNothing: "什麼都沒寫，或沒看清",
    OthersToo: "他們也付不了",
    OthersFine: "他們能付，只有我不行",
    OthersUnknown: "不知道",
    OtherWayPays: "能付",
    OtherWayFails: "都付不了",
    OtherWayUntried: "還沒試",
    OtherNetworkPays: "換了就能付",
    OtherNetworkFails: "還是一樣",
    RestartedPays: "能付了",
    RestartedFails: "還是一樣",
    OnPhoneProxy: "開著 VPN、代理或加速器",
    OnPhoneDns: "改過 DNS，或提示找不到伺服器",
    OnPhoneClock: "日期或時間不對",
    OnPhonePermission: "拒絕過權限（網路、相機、簡訊）",
    OnPhoneBlocker: "開著廣告攔截或安全軟體",
    OnPhoneOld: "手機系統很舊",
    OnPhonePower: "電量很低",
    OnPhoneNone: "都沒有",
    InAppUpdate: "要我更新這個 App",
    InAppPartner: "跳到支付寶或微信後，要更新那個 App",
    InAppCrash: "閃退，或更新後才這樣",
    InAppSignIn: "要我重新登入",
    InAppStale: "頁面空白、錯亂或是舊的",
    InAppNone: "都不是",
    NoticeFrozen: "帳戶被凍結",
    NoticeRestricted: "因違規被限制",
    NoticeStolen: "有不是我的登入或消費",
    NoticeRisk: "這筆交易有風險",
    NoticeChanged: "最近改過資料，要確認",
    NoticeNone: "沒有通知",
    IdentityNever: "從未實名認證",
    IdentityName: "姓名和卡或帳戶不一致",
    IdentityDocument: "證件過期",
    IdentityNew: "最近改過",
    WhichLimitOne: "單筆",
    WhichLimitDay: "當日",
    WhichLimitMonth: "當月",
    WhichLimitTier: "全年，或帳戶等級",
    SmallAmountPays: "能付",
    SmallAmountFails: "不能",
    ShortBalance: "錢包餘額",
    ShortCard: "卡裡的錢或額度",
    ShortPoints: "點數",
    ShortRest: "點數付了一部分，剩下的付不了",
    ShortQuarantine: "在別處買的點數用不了",
    CodeBlocked: "在攔截或垃圾簡訊裡",
    CodeNowhere: "手機上哪裡都沒有",
    CodeOldNumber: "發到了別的或舊的號碼",
    CodeNoNumber: "帳戶沒有綁手機號碼",
    CardStateDate: "有效期已過",
    CardStateNew: "新卡，還沒開卡",
    CardStateOffline: "線下能刷，網上不行",
    CardStateNowhere: "哪裡都用不了",
    CardStateWorked: "以前能付，最近不行",
    CardStateBinding: "一直綁不上",
    BindingUnlisted: "不支援這家銀行或卡種",
    BindingRefused: "銀行不允許",
    BindingDetails: "卡片資料不對",
    BindingPhone: "手機號碼和銀行留存的不同",
    BindingStopped: "做到一半停了",
    BindingName: "姓名不一致",
    BankSaidRisk: "為安全攔下了這筆",
    BankSaidState: "卡片被鎖、掛失或久未使用",
    BankSaidOnline: "沒開網路支付",
    BankSaidBinding: "不允許綁定",
    BankSaidUnbound: "銀行那邊已解除綁定",
    BankSaidNothing: "銀行說一切正常",
    MandateEnded: "到期了",
    MandateCancelled: "我或別人取消過",
    MandateCard: "是綁定的卡失效",
    BillOverdue: "有一筆逾期",
    BillAutopay: "以為會自動還，沒有扣",
    BillScore: "信用分不夠",
    BillCard: "扣款那天卡裡沒錢",
    BillMethod: "想用的還款方式選不了",
    ServiceBusy: "人太多，要排隊",
    ServiceMaintenance: "維護或故障",
    ServiceChannel: "銀行或第三方出錯",
    ServiceMethod: "這裡不能用這種方式",
}
