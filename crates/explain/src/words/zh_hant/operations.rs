//! The words of every operation in traditional Chinese, written for Taiwan and Hong Kong alike.

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
    title: "等待恢復",
    what: "故障或限制解除之前無須操作，訂單為您保留。",
    place: "無須操作",
    takes: "至恢復為止",
    there: None,
};

const WAIT_UNTIL: OperationText = OperationText {
    title: "等到該時間",
    what: "時間一到會再檢查一次，通過即可付這筆。",
    place: "無須操作",
    takes: "至所列時間",
    there: None,
};

const AWAIT_RESULT: OperationText = OperationText {
    title: "等候結果",
    what: "我們向對方查詢這筆究竟有沒有扣款，一有結果即通知您。",
    place: "無須操作，也請勿重複付款",
    takes: "多半不到 1 分鐘",
    there: None,
};

const RETRY_SAME_KEY: OperationText = OperationText {
    title: "自動重試",
    what: "輪到您時本頁自動再付，同一筆只會扣一次。",
    place: "留在本頁",
    takes: "幾秒到一分鐘",
    there: None,
};

const RESUME: OperationText = OperationText {
    title: "繼續付款",
    what: "原訂單繼續付款，不必重下。",
    place: "本頁，或 坦途 App：我的 → 訂單",
    takes: "幾秒",
    there: None,
};

const RECHECK: OperationText = OperationText {
    title: "再試",
    what: "您處理好之後，同樣的檢查再做一次，通過即繼續付款。",
    place: "本頁",
    takes: "幾秒",
    there: None,
};

const CHOOSE_INSTRUMENT: OperationText = OperationText {
    title: "換一種方式付款",
    what: "訂單不變，只更換付款方式。",
    place: "收銀台 → 付款方式",
    takes: "幾秒",
    there: None,
};

const COMBINE_INSTRUMENTS: OperationText = OperationText {
    title: "組合付款",
    what: "一部分用此方式付，其餘用另一種。",
    place: "收銀台 → 付款方式 → 組合付款",
    takes: "約 1 分鐘",
    there: None,
};

const SPLIT_PAYMENT: OperationText = OperationText {
    title: "分筆付款",
    what: "請商家把訂單拆成幾筆，每筆都在額度之內。",
    place: "商家的訂單頁",
    takes: "視商家而定",
    there: None,
};

const SWITCH_NETWORK: OperationText = OperationText {
    title: "換一種連線",
    what: "Wi-Fi 與手機上網互換，避開不穩的那一種。",
    place: "iPhone：設定 → Wi-Fi；Android：設定 → 連線",
    takes: "約 10 秒",
    there: None,
};

const CHANGE_RESOLVER: OperationText = OperationText {
    title: "更改 DNS",
    what: "換一個能給出正確位址的 DNS；不熟悉的話，換一種連線也可以。",
    place: "iPhone：設定 → Wi-Fi → 連線旁的 ⓘ → 設定 DNS；Android：設定 → 連線 → 私人 DNS",
    takes: "約 2 分鐘",
    there: None,
};

const TURN_OFF_PROXY: OperationText = OperationText {
    title: "關閉代理或 VPN",
    what: "讓手機直接連到付款伺服器。",
    place: "iPhone：設定 → 一般 → VPN 與裝置管理；Android：設定 → 連線 → VPN",
    takes: "約 10 秒",
    there: None,
};

const RESTART_APP: OperationText = OperationText {
    title: "重新啟動 App",
    what: "完全關閉 App 再開啟，清掉卡住的連線。",
    place: "iPhone：從螢幕底部上滑停住，將 App 向上滑走；Android：在最近使用的 App 中滑掉",
    takes: "約 30 秒",
    there: None,
};

const SET_CLOCK_AUTOMATIC: OperationText = OperationText {
    title: "自動設定時間",
    what: "時間對了，手機才信得過我們的連線，我們也才認得它的簽章。",
    place: "iPhone：設定 → 一般 → 日期與時間 → 自動設定；Android：設定 → 系統 → 日期與時間 → 自動設定時間",
    takes: "約 10 秒",
    there: None,
};

const GRANT_PERMISSION: OperationText = OperationText {
    title: "開啟權限",
    what: "為 App 開啟這一步所需的權限。",
    place: "iPhone：設定 → 坦途；Android：設定 → 應用程式 → 坦途 → 權限",
    takes: "約 20 秒",
    there: None,
};

const STOP_BLOCKER: OperationText = OperationText {
    title: "關閉攔截的 App",
    what: "付款時不讓它攔下付款請求。",
    place: "iPhone：設定 → 一般 → VPN 與裝置管理；Android：設定 → 應用程式 → 該 App → 強制停止",
    takes: "約 30 秒",
    there: None,
};

const UPDATE_OS: OperationText = OperationText {
    title: "更新手機系統",
    what: "新系統能建立付款所需的安全連線。",
    place: "iPhone：設定 → 一般 → 軟體更新；Android：設定 → 系統 → 系統更新",
    takes: "約 30 分鐘",
    there: None,
};

const CHARGE_DEVICE: OperationText = OperationText {
    title: "接上充電器",
    what: "邊充電即可繼續，不會中途斷電。",
    place: "手機充電孔",
    takes: "立即",
    there: None,
};

const UPDATE_APP: OperationText = OperationText {
    title: "更新 App",
    what: "新版本可以付這筆，訂單會為您保留。",
    place: "iPhone：App Store → 搜尋「坦途」 → 更新；Android：Play 商店 → 搜尋「坦途」 → 更新",
    takes: "約 2 分鐘",
    there: None,
};

const CLEAR_CACHE: OperationText = OperationText {
    title: "清除快取",
    what: "捨棄損壞的快取，重新下載正確的。",
    place: "坦途 App：設定 → 一般設定 → 清除快取",
    takes: "約 20 秒",
    there: None,
};

const CLOSE_CONFLICTING_APP: OperationText = OperationText {
    title: "關閉衝突的 App",
    what: "兩個 App 不同時執行，付款就不會停住。",
    place: "iPhone：從螢幕底部上滑停住，將它向上滑走；Android：設定 → 應用程式 → 該 App → 強制停止",
    takes: "約 20 秒",
    there: None,
};

const SIGN_IN_AGAIN: OperationText = OperationText {
    title: "重新登入",
    what: "登入後回到同一筆訂單。",
    place: "本頁的登入按鈕",
    takes: "約 1 分鐘",
    there: None,
};

const TOGGLE_PAYMENT_FUNCTION: OperationText = OperationText {
    title: "重開付款功能",
    what: "付款功能關閉再開啟，會重新建立與銀行的連結。",
    place: "坦途 App：我的 → 付款 → 付款管理 → 付款功能",
    takes: "約 1 分鐘",
    there: None,
};

const UPDATE_PARTNER_APP: OperationText = OperationText {
    title: "更新對方的 App",
    what: "新版本可以處理這筆付款。",
    place: "手機的應用程式商店 → 搜尋其名稱 → 更新",
    takes: "約 2 分鐘",
    there: Some(There {
        title: "更新{channel} App", what: "新版本可以處理這筆付款。", place: there::store
    }),
};

const REQUEST_UNFREEZE: OperationText = OperationText {
    title: "申請解凍",
    what: "確認是您本人，由專人核實後解凍。",
    place: "本頁，或 坦途 App：我的 → 帳戶安全 → 申請解凍",
    takes: "填寫約 3 分鐘，2 小時內有專人處理",
    there: None,
};

const ASK_CHANNEL_SUPPORT: OperationText = OperationText {
    title: "聯絡對方客服",
    what: "只有對方知道原因，也只有它能解除。",
    place: "對方 App 裡的客服",
    takes: "視對方而定",
    there: Some(There {
        title: "聯絡{channel}客服",
        what: "只有{channel}知道原因，也只有它能解除。",
        place: there::support,
    }),
};

const APPEAL: OperationText = OperationText {
    title: "申訴",
    what: "認為有誤，寫明情況並附上憑證，由專人複核。",
    place: "本頁，或 坦途 App：設定 → 說明與意見 → 申訴",
    takes: "填寫約 3 分鐘，2 小時內有專人處理",
    there: Some(There {
        title: "向{channel}申訴",
        what: "是{channel}暫停的，由{channel}複核。",
        place: there::support,
    }),
};

const SECURE_ACCOUNT: OperationText = OperationText {
    title: "保護帳戶",
    what: "更改登入密碼，並登出其他裝置。",
    place: "坦途 App：設定 → 帳戶安全 → 更改密碼、登入裝置",
    takes: "約 2 分鐘",
    there: None,
};

const VERIFY_IDENTITY: OperationText = OperationText {
    title: "實名認證",
    what: "以身分證件與人臉確認是您本人。",
    place: "坦途 App：我的 → 實名認證",
    takes: "約 3 分鐘",
    there: Some(There {
        title: "到{channel}實名認證",
        what: "在{channel}以身分證件與人臉確認是您本人。",
        place: there::identity,
    }),
};

const CONFIRM_INFO: OperationText = OperationText {
    title: "核對個人資料",
    what: "查看更改，正確就確認，不正確就改回。",
    place: "坦途 App：我的 → 個人資料",
    takes: "約 1 分鐘",
    there: None,
};

const BIND_PHONE: OperationText = OperationText {
    title: "綁定手機號碼",
    what: "填手機號碼，收一則驗證碼。",
    place: "坦途 App：設定 → 帳戶安全 → 手機號碼",
    takes: "約 1 分鐘",
    there: None,
};

const CORRECT_NAME: OperationText = OperationText {
    title: "更正姓名",
    what: "把登記錯的那一邊改成證件上的姓名。",
    place: "坦途 App：我的 → 實名認證；卡片上的姓名請洽銀行",
    takes: "約 5 分鐘",
    there: Some(There {
        title: "換成本人的{channel}帳戶",
        what: "付款的{channel}帳戶須與您的實名一致。",
        place: there::identity,
    }),
};

const RENEW_DOCUMENT: OperationText = OperationText {
    title: "更新證件",
    what: "拍攝有效的新證件。",
    place: "坦途 App：我的 → 實名認證 → 更新證件",
    takes: "約 2 分鐘",
    there: None,
};

const REPLACE_CARD: OperationText = OperationText {
    title: "綁定新卡",
    what: "用銀行發的新卡換下過期的那張。",
    place: "坦途 App：我的 → 銀行卡管理 → 新增銀行卡",
    takes: "約 2 分鐘；向銀行換卡約 7 天",
    there: None,
};

const ACTIVATE_CARD: OperationText = OperationText {
    title: "開卡",
    what: "在銀行開卡之後，卡片才能付款。",
    place: "銀行 App → 卡片管理 → 開卡；或撥卡片背面的電話",
    takes: "約 5 分鐘",
    there: None,
};

const ENABLE_ONLINE_PAYMENT: OperationText = OperationText {
    title: "開通網上付款",
    what: "在銀行開啟這張卡的網上付款。",
    place: "銀行 App → 卡片管理 → 網上付款；或撥卡片背面的電話",
    takes: "約 3 分鐘",
    there: None,
};

const CORRECT_CARD_DETAILS: OperationText = OperationText {
    title: "核對卡片資料",
    what: "對照卡面更正，重新送出。",
    place: "坦途 App：我的 → 銀行卡管理 → 這張卡",
    takes: "約 1 分鐘",
    there: None,
};

const USE_RESERVED_PHONE: OperationText = OperationText {
    title: "改用留存的號碼",
    what: "填辦卡時留給銀行的那個號碼。",
    place: "本頁的手機號碼一欄",
    takes: "約 1 分鐘",
    there: None,
};

const UPDATE_RESERVED_PHONE: OperationText = OperationText {
    title: "在銀行更改手機號碼",
    what: "請銀行把留存的號碼改成目前使用的。",
    place: "銀行 App → 個人資料 → 手機號碼；或攜帶身分證件到分行",
    takes: "約 5 分鐘；分行約半天",
    there: None,
};

const ASK_BANK: OperationText = OperationText {
    title: "聯絡發卡銀行",
    what: "問明原因並請銀行放行。",
    place: "撥卡片背面的電話，或在銀行 App 裡聯絡客服",
    takes: "約 10 分鐘",
    there: None,
};

const USE_OTHER_CARD: OperationText = OperationText {
    title: "換一張卡",
    what: "綁定另一張支援的銀行卡。",
    place: "坦途 App：我的 → 銀行卡管理 → 新增銀行卡",
    takes: "約 2 分鐘",
    there: None,
};

const SET_PAYMENT_PASSWORD: OperationText = OperationText {
    title: "設定付款密碼",
    what: "設一個六位數字，付款時使用。",
    place: "坦途 App：設定 → 付款設定 → 付款密碼",
    takes: "約 1 分鐘",
    there: None,
};

const RESET_PAYMENT_PASSWORD: OperationText = OperationText {
    title: "重設付款密碼",
    what: "確認是您本人後，設一個新的。",
    place: "坦途 App：設定 → 付款設定 → 付款密碼 → 忘記密碼",
    takes: "約 2 分鐘",
    there: None,
};

const RESEND_CODE: OperationText = OperationText {
    title: "重新傳送驗證碼",
    what: "再傳一則新的，舊的隨之失效。",
    place: "本頁的「重新傳送」",
    takes: "約 1 分鐘",
    there: None,
};

const USE_VOICE_CODE: OperationText = OperationText {
    title: "語音驗證碼",
    what: "打電話給您，把驗證碼念出來。",
    place: "本頁的「語音驗證碼」",
    takes: "約 1 分鐘",
    there: None,
};

const USE_OTHER_NUMBER: OperationText = OperationText {
    title: "換一個手機號碼",
    what: "驗證碼改傳到另一個您本人的號碼。",
    place: "坦途 App：設定 → 帳戶安全 → 手機號碼",
    takes: "約 2 分鐘",
    there: None,
};

const CHECK_INTERCEPTED_MESSAGES: OperationText = OperationText {
    title: "查看被攔截的簡訊",
    what: "在攔截紀錄裡找到驗證碼，並放行這個號碼。",
    place: "iPhone：訊息 → 過濾條件 → 垃圾訊息；Android：訊息 → 垃圾訊息與已封鎖",
    takes: "約 1 分鐘",
    there: None,
};

const RESUME_BINDING: OperationText = OperationText {
    title: "繼續綁卡",
    what: "從停下的那一步接著做。",
    place: "坦途 App：我的 → 銀行卡管理 → 繼續綁卡",
    takes: "約 2 分鐘",
    there: None,
};

const REBIND: OperationText = OperationText {
    title: "重新綁卡",
    what: "解除綁定後再綁一次，與銀行重新連上。",
    place: "坦途 App：我的 → 銀行卡管理 → 這張卡 → 解除綁定",
    takes: "約 2 分鐘",
    there: None,
};

const TOP_UP_POINTS: OperationText = OperationText {
    title: "購買點數",
    what: "在官方入口購買，立即可用。",
    place: "坦途 App：我的 → 點數 → 購買",
    takes: "約 1 分鐘",
    there: None,
};

const TOP_UP: OperationText = OperationText {
    title: "存入餘額",
    what: "從您本人的提款卡轉入餘額。",
    place: "坦途 App：我的 → 餘額 → 存入",
    takes: "約 1 分鐘",
    there: Some(There {
        title: "到{channel}存入餘額",
        what: "為您在{channel}的餘額存款，或在那裡換一張卡。",
        place: there::balance,
    }),
};

const PAY_IN: OperationText = OperationText {
    title: "為卡片存款",
    what: "轉帳或存款到這張卡；信用卡則還款。",
    place: "銀行 App → 轉帳；信用卡 → 還款",
    takes: "視銀行而定，多半幾分鐘入帳",
    there: None,
};

const RAISE_LIMIT: OperationText = OperationText {
    title: "調高額度",
    what: "驗證本人後調高額度，可以只用一天。",
    place: "坦途 App：我的 → 付款管理 → 付款額度；銀行的額度在銀行 App",
    takes: "約 2 分鐘",
    there: Some(There {
        title: "到{channel}調高額度",
        what: "這個額度是{channel}的，在它那裡調高。",
        place: there::limits,
    }),
};

const RAISE_TIER: OperationText = OperationText {
    title: "升級帳戶",
    what: "補充身分資料，餘額付款的上限隨之提高。",
    place: "坦途 App：我的 → 實名認證 → 升級",
    takes: "約 5 分鐘",
    there: None,
};

const AUTHENTICATE_STRONGER: OperationText = OperationText {
    title: "加強驗證",
    what: "設好付款密碼並在付款時輸入，上限更高。",
    place: "本頁",
    takes: "約 1 分鐘",
    there: None,
};

const SIGN_MANDATE: OperationText = OperationText {
    title: "重新授權",
    what: "再給我們一次扣款授權，隨時可以解除。",
    place: "本頁的按鈕會開啟授權頁",
    takes: "約 1 分鐘",
    there: Some(There {
        title: "重新授權",
        what: "在{channel}再給我們一次扣款授權，隨時可以解除。",
        place: there::mandates,
    }),
};

const CONFIRM_IT_IS_YOU: OperationText = OperationText {
    title: "確認是我本人",
    what: "人臉或簡訊驗證，通過即繼續付款。",
    place: "本頁",
    takes: "約 1 分鐘",
    there: Some(There {
        title: "到{channel}確認本人",
        what: "開啟{channel}，依提示確認是您本人。",
        place: there::security,
    }),
};

const OPEN_TICKET: OperationText = OperationText {
    title: "聯絡客服",
    what: "檢查結果已替您填好，由專人查明。",
    place: "本頁，或 坦途 App：設定 → 說明與意見 → 聯絡客服",
    takes: "填寫約 1 分鐘，2 小時內有專人處理",
    there: None,
};
