//! Every word that a payer may read, held to the voice: lengths, promises, forbidden phrases, scripts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod scripts;

use jiff::Timestamp;
use jiff::civil::date;
use tantu_domain::cause::{Cause, CauseGroup};
use tantu_domain::channel::Channel;
use tantu_domain::evidence::{Confidence, Field, Finding, Value};
use tantu_domain::ids::InstrumentId;
use tantu_domain::instrument::Product;
use tantu_domain::money::Money;
use tantu_domain::operation::Operation;
use tantu_explain::words::{self, pages};
use tantu_explain::{CauseWords, Context, Lang, Topic, catalogue};

use crate::scripts::{SIMPLIFIED, TRADITIONAL};

const NOW: &str = "2026-11-22T12:00:00+08:00";

const FORBIDDEN_CHINESE: &[&str] = &[
    "!",
    "！",
    "亲",
    "親愛",
    "稍后再试",
    "稍後再試",
    "支付失败",
    "付款失败",
    "支付失敗",
    "付款失敗",
    "您输入有误",
    "您輸入有誤",
    "抱歉",
    "不便",
    "对不起",
    "對不起",
    "操作有误",
    "操作錯誤",
    "违规",
    "違規",
    "未知错误",
    "未知錯誤",
    "系统繁忙",
    "系統繁忙",
    "非法",
];
const FORBIDDEN_ENGLISH: &[&str] = &[
    "!",
    "sorry",
    "inconvenience",
    "try again later",
    "payment failed",
    "invalid",
    "illegal",
    "violation",
    "you entered the wrong",
    "something went wrong",
    "unknown error",
    "oops",
    "error occurred",
];
const NAMES_A_RULE: &[&str] = &[
    "规则",
    "規則",
    "模型",
    "分数",
    "黑名单",
    "黑名單",
    "异地",
    "設備異常",
    "频繁",
    "頻繁",
    "可疑",
    "欺诈",
    "詐騙",
    "rule",
    "score",
    "suspicious",
    "fraud",
    "blacklist",
    "unusual",
    "velocity",
    "device",
];

fn instrument(number: u8) -> InstrumentId {
    InstrumentId::from_bytes([number; 16]).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn finding(cause: Cause, evidence: &[(&str, Value)]) -> Finding {
    let field = |(name, value): &(&str, Value)| Field { name: (*name).to_owned().into(), value: value.clone() };
    Finding { cause, confidence: Confidence::Certain, evidence: evidence.iter().map(field).collect(), instrument: None }
}

fn context(lang: Lang) -> Context {
    let wallet = words::instrument_label(Product::Wallet, lang).to_owned();
    let alipay = words::instrument_label(Product::ChannelMandate(Channel::Alipay), lang).to_owned();
    Context {
        amount: Some(Money::cny(36_000)),
        labels: vec![(instrument(1), wallet), (instrument(2), alipay)],
        can_pay_with: vec![words::balance_label(Money::cny(120_000), lang)],
        ..Context::at(at(NOW))
    }
}

/// A finding of each cause as it comes, with the fields that we know of, and those of other sides.
fn samples() -> Vec<Finding> {
    let mut samples: Vec<Finding> = Vec::new();
    for cause in Cause::ALL {
        samples.extend(evidence(*cause).iter().map(|evidence| finding(*cause, evidence)));
    }
    samples
}

fn told(whose: &str, code: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("whose", text(whose)),
        ("code", text(code)),
        ("message", text("as it came")),
        ("told_at", Value::Time(at(NOW))),
    ]
}

fn window(resets_at: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("whose", text("platform")),
        ("limit", Value::Money(Money::cny(500_000))),
        ("used", Value::Money(Money::cny(480_000))),
        ("remaining", Value::Money(Money::cny(20_000))),
        ("requested", Value::Money(Money::cny(36_000))),
        ("resets_at", Value::Time(at(resets_at))),
    ]
}

/// The evidence of one cause, of each side that it may be about.
fn evidence(cause: Cause) -> Vec<Vec<(&'static str, Value)>> {
    match cause.group() {
        CauseGroup::Platform => platform_evidence(cause),
        CauseGroup::Device | CauseGroup::App => device_evidence(cause),
        CauseGroup::Account | CauseGroup::Identity => account_evidence(cause),
        CauseGroup::Card | CauseGroup::OneTimeCode | CauseGroup::Binding => card_evidence(cause),
        CauseGroup::Points | CauseGroup::Funds | CauseGroup::Limit => money_evidence(cause),
        CauseGroup::Mandate => vec![
            vec![
                ("whose", text("alipay")),
                ("expired_at", Value::Time(at("2026-11-19T00:00:00+08:00"))),
                ("revoked_at", Value::Time(at("2026-11-22T08:00:00+08:00"))),
                ("by", text("payer")),
            ],
            vec![("whose", text("alipay")), ("revoked_at", Value::Unknown), ("by", Value::Unknown)],
        ],
        CauseGroup::Risk => vec![vec![("case", text("cas_1"))], told("alipay", "X")],
        CauseGroup::PayLater if cause == Cause::BnplLineFrozen => vec![
            vec![ours(), ("by", text("holder")), since()],
            vec![ours(), ("by", text("staff")), ("case", text("cas_1")), since()],
            vec![ours(), ("by", text("staff")), ("case", text("cas_1")), since(), ("asked_at", since().1)],
        ],
        CauseGroup::PayLater => vec![vec![
            ("due_on", Value::Day(date(2026, 11, 10))),
            ("days", Value::Count(12)),
            ("amount", Value::Money(Money::cny(88_000))),
            ("score", Value::Count(588)),
            ("needed", Value::Count(600)),
            since(),
        ]],
    }
}

fn since() -> (&'static str, Value) {
    ("since", Value::Time(at("2026-11-22T09:30:00+08:00")))
}

fn ours() -> (&'static str, Value) {
    ("whose", text("platform"))
}

fn platform_evidence(cause: Cause) -> Vec<Vec<(&'static str, Value)>> {
    let later = Value::Time(at("2026-11-22T12:45:00+08:00"));
    match cause {
        Cause::PlatformOverloaded => vec![vec![("retry_after", Value::Count(5))]],
        Cause::PlatformOutage => {
            vec![vec![since(), ("expected_end", later)], vec![since(), ("expected_end", Value::Unknown)]]
        }
        Cause::ChannelUnavailable => vec![vec![("channel", text("alipay")), ("rule", text("not_configured"))], vec![]],
        Cause::ChannelInterfaceFault => vec![
            vec![("whose", text("alipay")), since(), ("expected_end", later)],
            vec![("whose", text("unionpay")), since(), ("expected_end", Value::Unknown)],
        ],
        Cause::ChannelNotConfirmed => vec![
            vec![("whose", text("alipay")), ("expired_at", Value::Time(at("2026-11-22T11:45:00+08:00")))],
            told("alipay", "ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ],
        _ => vec![vec![]],
    }
}

fn device_evidence(cause: Cause) -> Vec<Vec<(&'static str, Value)>> {
    match cause {
        Cause::NetworkUnstable => {
            vec![vec![("channel", text("alipay")), ("loss_percent", Value::Count(30))], vec![]]
        }
        Cause::NetworkDns => vec![vec![("resolver", text("192.168.1.1"))]],
        Cause::NetworkProxyInterference => vec![vec![("proxy", text("10.0.0.7:8080"))]],
        Cause::DeviceClockSkew => {
            vec![vec![("skew_seconds", Value::Count(-5400)), ("allowed_seconds", Value::Count(300))]]
        }
        Cause::DevicePermissionDenied => vec![vec![("permission", text("sms"))], vec![]],
        Cause::DeviceBackgroundInterference => vec![vec![("channel", text("alipay"))]],
        Cause::DeviceOsOutdated => vec![vec![("version", text("iOS 9.1")), ("minimum", text("iOS 13"))]],
        Cause::DeviceLowPower => vec![vec![("percent", Value::Count(4)), ("floor", Value::Count(10))]],

        Cause::AppOutdated => vec![vec![("version", text("5.1.0")), ("minimum", text("5.2.0"))]],
        Cause::AppBug => vec![
            vec![("version", text("5.1.0")), ("fixed_in", text("5.1.1"))],
            vec![("version", text("5.1.0"))],
            vec![("other_app", text("CleanMaster"))],
        ],
        Cause::AppSessionStale => vec![vec![("reason", text("replaced"))], vec![]],
        Cause::AppPartnerOutdated => vec![vec![("whose", text("alipay")), ("version", Value::Unknown)], vec![]],

        _ => vec![vec![since()]],
    }
}

fn account_evidence(cause: Cause) -> Vec<Vec<(&'static str, Value)>> {
    let later = Value::Time(at("2026-11-22T12:45:00+08:00"));
    let case = || ("case", text("cas_1"));
    match cause {
        Cause::AccountFrozen => vec![
            vec![ours(), case(), since(), ("reason", text("security_check"))],
            vec![ours(), case(), since(), ("reason", text("terms_of_use")), ("unfreeze_requested_at", later)],
            told("alipay", "ACQ.BUYER_ACCOUNT_FROZEN"),
        ],
        Cause::AccountRestricted => vec![
            vec![
                ours(),
                case(),
                since(),
                ("reason", text("terms_of_use")),
                ("until", Value::Time(at("2026-12-01T00:00:00+08:00"))),
            ],
            told("wechatpay", "ACCOUNT_ABNORMAL"),
        ],
        Cause::AccountInfoChanged => {
            vec![vec![("what", text("phone")), ("changed_at", Value::Time(at("2026-11-20T10:00:00+08:00")))], vec![]]
        }

        Cause::IdentityUnverified => vec![vec![ours()], told("alipay", "X")],
        Cause::IdentityNameMismatch => {
            vec![vec![ours(), ("holder", text("王*")), ("account_holder", text("李*"))], vec![], told("alipay", "X")]
        }
        Cause::IdentityExpired => vec![vec![("expired_on", Value::Day(date(2026, 8, 31)))]],
        _ => vec![vec![case()]],
    }
}

fn money_evidence(cause: Cause) -> Vec<Vec<(&'static str, Value)>> {
    match cause {
        Cause::FundsInsufficientBalance => vec![
            vec![
                ours(),
                ("balance", Value::Money(Money::cny(34_770))),
                ("requested", Value::Money(Money::cny(36_000))),
                ("short", Value::Money(Money::cny(1_230))),
            ],
            told("alipay", "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        ],
        Cause::FundsCardInsufficient => {
            vec![told("alipay", "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH"), told("unionpay", "51")]
        }
        Cause::LimitPerTransaction => vec![
            vec![ours(), ("limit", Value::Money(Money::cny(20_000))), ("requested", Value::Money(Money::cny(36_000)))],
            told("alipay", "ACQ.PAYMENT_AMOUNT_EXCEED"),
        ],
        Cause::LimitDaily => vec![window("2026-11-23T00:00:00+08:00"), told("unionpay", "33")],
        Cause::LimitMonthly => vec![window("2026-12-01T00:00:00+08:00"), told("alipay", "X")],
        Cause::LimitPlatform => {
            vec![vec![("limit", Value::Money(Money::cny(100_000))), ("used", Value::Money(Money::cny(90_000)))], vec![]]
        }
        _ => vec![vec![
            ("points", Value::Count(800)),
            ("requested", Value::Count(1200)),
            ("remainder", Value::Money(Money::cny(10_000))),
        ]],
    }
}

fn card_evidence(cause: Cause) -> Vec<Vec<(&'static str, Value)>> {
    match cause {
        Cause::CardExpired => vec![vec![("expiry", text("2026-08"))], vec![]],
        Cause::CardDetailsWrong => vec![vec![("factor", text("expiry"))], vec![]],
        Cause::CardReservedPhoneMismatch => vec![vec![("phone", text("138****0001"))]],
        Cause::AuthPaymentPassword => vec![
            vec![("state", text("unset"))],
            vec![("state", text("wrong")), ("tries_left", Value::Count(3))],
            vec![("state", text("locked")), ("locked_until", Value::Time(at("2026-11-22T15:00:00+08:00")))],
            vec![("state", text("locked")), ("locked_until", Value::Unknown), ("reset_by", text("identity"))],
        ],
        Cause::OtpNotReceived => vec![
            vec![("phone", text("138****0001")), ("sends_left", Value::Count(4))],
            vec![("whose", text("unionpay")), ("phone", text("138****0001")), ("sends_left", Value::Count(4))],
        ],
        Cause::OtpIntercepted => vec![
            vec![("delivered_at", Value::Time(at("2026-11-22T11:58:00+08:00")))],
            vec![("whose", text("unionpay")), ("delivered_at", Value::Unknown)],
        ],
        Cause::BindingOperationError => vec![vec![("step_expected", text("sms_code"))]],
        Cause::BindingStale => vec![vec![("last_good_use", Value::Time(at("2026-10-01T09:00:00+08:00")))]],
        _ => vec![told("unionpay", "63")],
    }
}

fn sentences(words: &CauseWords) -> Vec<&str> {
    let four = [words.title.as_str(), &words.happened, &words.money];
    let rest = words.now.iter().chain(&words.by_itself).map(String::as_str);
    four.into_iter().chain(rest).collect()
}

/// Every text that can come out, with where it comes from.
fn everything(lang: Lang) -> Vec<(String, String)> {
    let rich = context(lang);
    let poor = Context::at(at(NOW));
    let undecided = Context { undecided: true, known_by: Some(at("2026-11-22T12:45:00+08:00")), ..context(lang) };
    let mut all: Vec<(String, String)> = Vec::new();
    let bare = Cause::ALL.iter().map(|cause| finding(*cause, &[]));
    for finding in samples().into_iter().chain(bare) {
        for context in [&rich, &poor, &undecided] {
            let words = tantu_explain::words(&finding, lang, context);
            all.extend(sentences(&words).into_iter().map(|text| (finding.cause.id().to_owned(), text.to_owned())));
        }
    }
    for operation in Operation::ALL {
        for at in std::iter::once(None).chain(Channel::ALL.iter().copied().map(Some)) {
            let words = words::operation(*operation, at, lang);
            let texts = [words.title, words.what, words.place, words.takes];
            all.extend(texts.into_iter().map(|text| (operation.id().to_owned(), text)));
        }
    }
    let labels = pages(lang)
        .all()
        .into_iter()
        .chain(words::confirm_words(lang).all())
        .chain(words::card_words(lang).all())
        .chain(words::check_words(lang).all())
        .chain(words::status_words(lang).all())
        .chain(words::ticket_words(lang).all())
        .chain(words::holder_words(lang).all())
        .chain(words::pay_later_words(lang).all());
    all.extend(labels.map(|(name, text)| (name.to_owned(), text.to_owned())));
    for topic in Topic::ALL {
        let words = words::topic(*topic, lang);
        let parts = words.parts.iter().flat_map(|(heading, text)| [*heading, *text]);
        all.extend(
            [words.title, words.lead].into_iter().chain(parts).map(|text| (topic.id().to_owned(), text.to_owned())),
        );
    }
    all
}

#[test]
fn nothing_is_empty_and_no_id_shows() {
    let dotted: Vec<&str> = Cause::ALL.iter().map(|cause| cause.id()).collect();
    let snake: Vec<&str> = Operation::ALL.iter().map(|op| op.id()).filter(|id| id.contains('_')).collect();
    for lang in Lang::ALL {
        for (of, text) in everything(*lang) {
            assert!(!text.trim().is_empty(), "{of}");
            let shown = dotted.iter().chain(&snake).find(|id| text.contains(**id));
            assert_eq!(shown, None, "{of}: {text}");
            assert!(!text.contains("  ") && text.trim() == text, "{of}: {text}");
            assert!(!text.contains("cas_") && !text.contains("ACQ."), "{of}: {text}");
        }
    }
}

#[test]
fn no_sentence_is_forbidden() {
    for lang in Lang::ALL {
        let forbidden = if *lang == Lang::En { FORBIDDEN_ENGLISH } else { FORBIDDEN_CHINESE };
        for (of, text) in everything(*lang) {
            let small = text.to_lowercase();
            let found = forbidden.iter().find(|phrase| small.contains(**phrase));
            assert_eq!(found, None, "{of}: {text}");
        }
    }
}

#[test]
fn each_script_keeps_to_itself() {
    let only_simplified: Vec<char> = SIMPLIFIED.chars().filter(|c| !TRADITIONAL.contains(*c)).collect();
    let shared = "余里台只系着内加却席強复儿内云却";
    for (lang, foreign) in [(Lang::ZhHant, only_simplified), (Lang::ZhHans, TRADITIONAL.chars().collect())] {
        for (of, text) in everything(lang) {
            if of == "language_zh_hans" || of == "language_zh_hant" {
                continue;
            }
            let found = text.chars().find(|c| foreign.contains(c) && !shared.contains(*c));
            assert_eq!(found, None, "{of}: {text}");
        }
    }
    // The lists can fail: each script's own words are full of what the other must not have.
    let has = |lang: Lang, list: &str| everything(lang).iter().any(|(_, text)| text.chars().any(|c| list.contains(c)));
    assert!(has(Lang::ZhHans, "额账户") && has(Lang::ZhHant, "額帳戶"));
    for (of, text) in everything(Lang::En) {
        if !of.starts_with("language_zh") {
            assert!(text.chars().all(|c| c.is_ascii() || "¥→ⓘ·–王李".contains(c)), "{of}: {text}");
        }
    }
}

#[test]
fn titles_are_short_and_name_a_cause() {
    for finding in samples().iter().chain(&Cause::ALL.iter().map(|cause| finding(*cause, &[])).collect::<Vec<_>>()) {
        for lang in Lang::ALL {
            let title = tantu_explain::words(finding, *lang, &context(*lang)).title;
            let ok = match lang {
                Lang::ZhHans | Lang::ZhHant => chinese_length(&title) <= 14,
                Lang::En => title.split_whitespace().count() <= 6,
            };
            assert!(ok, "{title}");
            assert!(!title.ends_with(['。', '.']), "{title}");
        }
    }
}

/// Characters, a run of Latin letters counting as one.
fn chinese_length(text: &str) -> usize {
    let mut latin = false;
    text.chars()
        .filter(|c| {
            let was = latin;
            latin = c.is_ascii_alphanumeric();
            !(c.is_whitespace() || (latin && was))
        })
        .count()
}

#[test]
fn titles_of_the_catalogue_tell_causes_apart() {
    for lang in Lang::ALL {
        let mut titles: Vec<String> = Cause::ALL.iter().map(|cause| words::title(*cause, *lang)).collect();
        titles.sort();
        let count = titles.len();
        titles.dedup();
        assert_eq!(titles.len(), count);
    }
    assert_eq!(catalogue::entries().len(), Cause::ALL.len());
    let entry = catalogue::entry(Cause::LimitDaily);
    assert_eq!(entry.title(Lang::En), "Today's limit is used up");
    assert_eq!(entry.remedies[0].title(Lang::ZhHans), "换一种方式付");
}

#[test]
fn something_can_always_be_done() {
    for finding in samples() {
        for lang in Lang::ALL {
            for context in [context(*lang), Context::at(at(NOW))] {
                assert!(!tantu_explain::words(&finding, *lang, &context).now.is_empty(), "{}", finding.cause.id());
            }
        }
    }
}

#[test]
fn risk_is_told_without_its_rule() {
    let careful = |cause: Cause| cause.group() == CauseGroup::Risk || cause == Cause::AccountFrozen;
    for finding in samples().iter().filter(|finding| careful(finding.cause)) {
        for lang in Lang::ALL {
            let words = tantu_explain::words(finding, *lang, &context(*lang));
            for text in sentences(&words) {
                let found = NAMES_A_RULE.iter().find(|name| text.to_lowercase().contains(**name));
                assert_eq!(found, None, "{text}");
            }
        }
    }
}

#[test]
fn we_promise_to_pay_by_ourselves_only_if_we_do() {
    let limit = finding(Cause::LimitDaily, &window("2026-11-23T00:00:00+08:00"));
    let with = Context { resumes_by_itself: true, ..context(Lang::ZhHans) };
    let by_itself = |context: &Context| tantu_explain::words(&limit, Lang::ZhHans, context).by_itself.unwrap();
    assert_eq!(by_itself(&with), "11月23日 00:00 后自动付，届时通知您。");
    assert_eq!(by_itself(&context(Lang::ZhHans)), "11月23日 00:00 限额恢复，之后可以继续付这笔。");
}

#[test]
fn while_undecided_it_reads_as_the_voice_does() {
    let lost = finding(Cause::NetworkUnstable, &[("channel", text("alipay"))]);
    let expected = [
        (Lang::ZhHans, "正在向支付宝确认", "最迟 12:45 告诉您结果。"),
        (Lang::ZhHant, "正在向支付寶確認", "最遲 12:45 通知您結果。"),
        (Lang::En, "Checking with Alipay", "You'll know by 12:45."),
    ];
    for (lang, title, by_itself) in expected {
        let context = Context { undecided: true, known_by: Some(at("2026-11-22T12:45:00+08:00")), ..context(lang) };
        let words = tantu_explain::words(&lost, lang, &context);
        assert_eq!((words.title.as_str(), words.by_itself.as_deref()), (title, Some(by_itself)));
        assert_eq!(words.money, pages(lang).undecided_money);
        assert_eq!(words.happened, pages(lang).undecided_body);
    }
}

#[test]
fn facts_are_told_with_their_names() {
    let told = finding(Cause::AgreementRevoked, &evidence(Cause::AgreementRevoked)[1]);
    let facts = |lang: Lang| -> Vec<String> {
        let facts = told.evidence.iter().filter_map(|field| words::fact(field, lang, &context(lang)));
        facts.map(|fact| format!("{}: {}", fact.label, fact.value)).collect()
    };
    assert_eq!(facts(Lang::ZhHans), ["哪一方: 支付宝", "解除时间: 对方没有告诉我们"]);
    assert_eq!(facts(Lang::En), ["Whose: Alipay", "Withdrawn: They didn't tell us"]);
}

#[test]
fn unsure_causes_say_so() {
    let mut unsure = finding(Cause::CardNotActivated, &told("unionpay", "63"));
    unsure.confidence = Confidence::Possible;
    for (lang, words) in [(Lang::ZhHans, "可能"), (Lang::ZhHant, "可能"), (Lang::En, "possible")] {
        assert!(tantu_explain::words(&unsure, lang, &context(lang)).happened.contains(words));
    }
}

/// Reads like a page, so that a person can read it from top to bottom.
fn page_of(finding: &Finding, lang: Lang, context: &Context) -> String {
    let words = tantu_explain::words(finding, lang, context);
    let mut lines =
        vec![format!("  {}", words.title), format!("    {}", words.happened), format!("    {}", words.money)];
    lines.extend(words.now.iter().map(|sentence| format!("    · {sentence}")));
    lines.extend(words.by_itself.iter().map(|sentence| format!("    … {sentence}")));
    lines.join("\n")
}

/// The finding as it stands on its instrument, and a context in which the other one can pay.
fn staged(mut finding: Finding, lang: Lang) -> (Finding, Context) {
    let mut context = context(lang);
    match (finding.cause.group(), finding.field("whose")) {
        (CauseGroup::Platform, None) | (CauseGroup::Device | CauseGroup::App | CauseGroup::Account, None) => {
            context.can_pay_with.clear();
        }
        (CauseGroup::Account, Some(Value::Text(whose))) if whose == "platform" => context.can_pay_with.clear(),
        (_, Some(Value::Text(whose))) if whose != "platform" => finding.instrument = Some(instrument(2)),
        (_, _) => {
            finding.instrument = Some(instrument(1));
            context.can_pay_with = vec![words::channel_label(Channel::Alipay, lang).to_owned()];
        }
    }
    (finding, context)
}

#[test]
fn all_causes_read_aloud() {
    let mut text = String::new();
    for finding in samples() {
        text.push_str(&format!("{}\n", finding.cause.id()));
        for lang in Lang::ALL {
            let (finding, context) = staged(finding.clone(), *lang);
            text.push_str(&page_of(&finding, *lang, &context));
            text.push('\n');
        }
        text.push('\n');
    }
    text.push_str("— undecided —\n\n");
    for cause in [Cause::NetworkUnstable, Cause::ChannelInterfaceFault] {
        for lang in Lang::ALL {
            let known_by = Some(at("2026-11-22T12:45:00+08:00"));
            let context = Context { undecided: true, known_by, ..context(*lang) };
            text.push_str(&page_of(&finding(cause, &[("channel", Value::Text("alipay".into()))]), *lang, &context));
            text.push('\n');
        }
    }
    insta::assert_snapshot!("causes", text);
}

#[test]
fn all_operations_read_aloud() {
    let mut text = String::new();
    for operation in Operation::ALL {
        text.push_str(&format!("{}\n", operation.id()));
        for lang in Lang::ALL {
            let words = words::operation(*operation, None, *lang);
            text.push_str(&format!("  {} | {} | {} | {}\n", words.title, words.what, words.place, words.takes));
            let there = words::operation(*operation, Some(Channel::Alipay), *lang);
            if there != words {
                text.push_str(&format!("    @ {} | {} | {}\n", there.title, there.what, there.place));
            }
        }
    }
    insta::assert_snapshot!("operations", text);
}
