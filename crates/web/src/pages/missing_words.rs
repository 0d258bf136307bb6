//! Labels that `tantu-explain` does not have yet, in all three languages; to be moved there.

use tantu_explain::Lang;

/// Labels of the welcome page, the demo's list, and a few errors.
pub(crate) struct MissingWords {
    /// On the welcome page, under the name.
    pub(crate) welcome_body: &'static str,
    /// To `/demo`.
    pub(crate) demo_link: &'static str,
    /// Its heading.
    pub(crate) demo_title: &'static str,
    /// Under it.
    pub(crate) demo_body: &'static str,
    /// When the list is empty.
    pub(crate) demo_none: &'static str,
    /// Opens the cashier as anybody with the link.
    pub(crate) demo_open_cashier: &'static str,
    /// Signs in as the demo's payer, and opens the cashier.
    pub(crate) demo_open_as_payer: &'static str,
    /// To the first page.
    pub(crate) home_link: &'static str,
    /// Before the sign-in button of a link.
    pub(crate) sign_in_once: &'static str,
    /// On a page that asks for the payer's session: where it comes from.
    pub(crate) sign_in_by_link: &'static str,
    /// When the way is open again after a refusal.
    pub(crate) open_again: &'static str,
    /// 503 or a time-out.
    pub(crate) not_now_title: &'static str,
    /// Under it.
    pub(crate) not_now_body: &'static str,
}

/// The labels in a language.
pub(crate) fn missing(lang: Lang) -> &'static MissingWords {
    match lang {
        Lang::ZhHans => &ZH_HANS,
        Lang::ZhHant => &ZH_HANT,
        Lang::En => &EN,
    }
}

const ZH_HANS: MissingWords = MissingWords {
    welcome_body: "付不了时，说清原因、给出依据，并带您付成。",
    demo_link: "看演示订单",
    demo_title: "演示订单",
    demo_body: "每一笔都付款受阻，打开收银台，看看为什么，并把它付成。",
    demo_none: "还没有演示订单。",
    demo_open_cashier: "打开收银台",
    demo_open_as_payer: "以付款人身份打开",
    home_link: "回到首页",
    sign_in_once: "点下面的按钮登录。这个链接只能用一次。",
    sign_in_by_link: "请打开平台发给您的登录链接；登录后自动回到这里。",
    open_again: "现在可以付了，之前的原因已经消除。",
    not_now_title: "现在暂时无法处理",
    not_now_body: "没有新的扣款。几秒后刷新这个页面，就能看到最新结果。",
};

const ZH_HANT: MissingWords = MissingWords {
    welcome_body: "付不了時，說清原因、提出依據，並帶您完成付款。",
    demo_link: "查看示範訂單",
    demo_title: "示範訂單",
    demo_body: "每一筆都付款受阻，開啟收銀台，看看為什麼，並完成付款。",
    demo_none: "目前沒有示範訂單。",
    demo_open_cashier: "開啟收銀台",
    demo_open_as_payer: "以付款人身分開啟",
    home_link: "回到首頁",
    sign_in_once: "按下方按鈕登入。這個連結只能使用一次。",
    sign_in_by_link: "請開啟平台傳給您的登入連結；登入後會自動回到這裡。",
    open_again: "現在可以付款了，先前的原因已經排除。",
    not_now_title: "目前暫時無法處理",
    not_now_body: "沒有新的扣款。幾秒後重新整理此頁，即可看到最新結果。",
};

const EN: MissingWords = MissingWords {
    welcome_body: "When a payment cannot go through, you see why, with proof, and the way to get it paid.",
    demo_link: "See the demo orders",
    demo_title: "Demo orders",
    demo_body: "Each of these is held up. Open its cashier, see why, and get it paid.",
    demo_none: "There are no demo orders yet.",
    demo_open_cashier: "Open the cashier",
    demo_open_as_payer: "Open as the payer",
    home_link: "To the first page",
    sign_in_once: "Sign in with the button below. This link works once.",
    sign_in_by_link: "Open the sign-in link that the platform sent you; it brings you back here.",
    open_again: "This can be paid now: what stopped it is gone.",
    not_now_title: "Not possible right now",
    not_now_body: "Nothing new was charged. Reload this page in a few seconds to see how it stands.",
};
