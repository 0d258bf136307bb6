//! The tables are whole: every published row stands once, can be read, and gives somebody something to do.

use std::collections::{BTreeMap, HashSet};

use tantu_codes::{CodeResult, Fix, Meaning, all, look_up, meanings, who_by_range};
use tantu_domain::cause::{Cause, Who};
use tantu_domain::evidence::Confidence;

/// How many codes each channel publishes, counted where they were collected, and the table of each.
const TABLES: &[(&str, usize, &str)] = &[
    ("adyen", 45, include_str!("../data/adyen.tsv")),
    ("alipay", 618, include_str!("../data/alipay.tsv")),
    ("douyin", 70, include_str!("../data/douyin.tsv")),
    ("iso8583", 178, include_str!("../data/iso8583.tsv")),
    ("stripe", 265, include_str!("../data/stripe.tsv")),
    ("unionpay", 87, include_str!("../data/unionpay.tsv")),
    ("wechatpay", 256, include_str!("../data/wechatpay.tsv")),
];

/// What the sources mark as *the code does not tell whether money moved*.
const UNDECIDED: &str = include_str!("data/undecided.tsv");

#[test]
fn all_1519_codes_are_here() {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for row in all() {
        *counted.entry(row.channel).or_default() += 1;
    }
    let published: BTreeMap<&str, usize> = TABLES.iter().map(|(channel, count, _)| (*channel, *count)).collect();
    assert_eq!(counted, published);
    assert_eq!(all().len(), 1519);
}

#[test]
fn every_row_parses() {
    for (channel, count, text) in TABLES {
        assert_eq!(text.lines().next(), Some("family\tcode\twhen\tmessage\tresult\tresend\tcauses\tfix"), "{channel}");
        // A row that cannot be parsed is left out in silence, so the lines must be as many as the rows.
        assert_eq!(text.lines().count() - 1, *count, "{channel}");
        for line in text.lines() {
            assert_eq!(line.split('\t').count(), 8, "{channel}: {line}");
        }
    }
}

#[test]
fn no_key_stands_twice() {
    let mut seen = HashSet::new();
    let mut at_gateway = HashSet::new();
    for row in all() {
        assert!(seen.insert((row.channel, row.family, row.code, row.when)), "{} {} twice", row.family, row.code);
        if row.family.starts_with("gateway") {
            assert!(at_gateway.insert((row.channel, row.code)), "{} is in two gateway families", row.code);
        }
    }
    // Where the message tells rows apart, all of them need one.
    for row in all().iter().filter(|row| row.when.is_empty()) {
        let key = (row.channel, row.family, row.code);
        assert_eq!(all().iter().filter(|other| (other.channel, other.family, other.code) == key).count(), 1, "{key:?}");
    }
}

#[test]
fn families_codes_and_texts_are_clean() {
    let clean = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"./_".contains(&byte);
    for row in all() {
        assert!(!row.family.is_empty() && row.family.bytes().all(clean), "{}", row.family);
        assert!(!row.code.is_empty() && row.code.trim() == row.code, "{:?}", row.code);
        assert!(row.message.trim() == row.message && !row.message.contains('"'), "{:?}", row.message);
        for note in ["name only", "reading of", "HTTP 4", "HTTP 5", "(sic"] {
            assert!(!row.message.contains(note), "a collector's note: {:?}", row.message);
        }
        assert!(!row.overridden && row.note.is_empty());
    }
}

#[test]
fn causes_stand_in_the_order_in_which_they_are_named() {
    for row in all() {
        let order: Vec<_> = row.causes.iter().map(|(cause, confidence)| (*confidence, *cause)).collect();
        assert!(order.is_sorted(), "{} {}: {:?}", row.family, row.code, row.causes);
        let named: HashSet<_> = row.causes.iter().map(|(cause, _)| cause).collect();
        assert_eq!(named.len(), row.causes.len(), "{} {} names a cause twice", row.family, row.code);
        let certain = row.causes.iter().any(|(_, confidence)| *confidence == Confidence::Certain);
        assert!(!certain || row.causes.len() == 1, "{} cannot be certain and something else", row.code);
    }
}

#[test]
fn what_is_unknown_is_never_declined() {
    let mut marked = 0;
    for line in UNDECIDED.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [channel, family, code, when] = cells[..] else { panic!("{line:?} is no row") };
        let stands = |row: &&Meaning| (row.channel, row.family, row.code, row.when) == (channel, family, code, when);
        let row = all().iter().find(stands).unwrap_or_else(|| panic!("{channel} {family} {code} is missing"));
        assert!([CodeResult::Undecided, CodeResult::Accepted].contains(&row.result), "{channel} {family} {code}");
        let found = look_up(channel, family, code).unwrap();
        assert_ne!(found.result, CodeResult::Declined, "{channel} {family} {code}, looked up");
        marked += 1;
    }
    assert_eq!(marked, 114);
    let faults = ["SYSTEM_ERROR", "SYSTEMERROR", "unknow-error"];
    for row in all().iter().filter(|row| faults.iter().any(|fault| row.code.ends_with(fault))) {
        assert_eq!(row.result, CodeResult::Undecided, "{} {}", row.family, row.code);
    }
}

#[test]
fn what_a_payers_app_says_decides_nothing() {
    let of_apps: Vec<_> = all().iter().filter(|row| row.family.starts_with("app.")).collect();
    assert_eq!(of_apps.len(), 14);
    for row in of_apps {
        assert!([CodeResult::Undecided, CodeResult::Accepted].contains(&row.result), "{} {}", row.family, row.code);
    }
}

/// A step that is more than "contact support" or "read on": somebody knows what to change.
fn specific(row: &Meaning) -> bool {
    row.causes.iter().any(|(cause, _)| *cause != Cause::SupportEscalate)
        || row.fix.is_some_and(|fix| ![Fix::ContactChannel, Fix::ReadDetail].contains(&fix))
}

#[test]
fn at_least_nine_in_ten_declined_rows_give_somebody_a_specific_step() {
    let declined: Vec<_> = all().iter().filter(|row| row.result == CodeResult::Declined).collect();
    let with_step = declined.iter().filter(|row| specific(row)).count();
    let tenths_of_percent = with_step * 1000 / declined.len();
    println!(
        "a specific step for somebody: {with_step} of {} declined rows, {}.{} %",
        declined.len(),
        tenths_of_percent / 10,
        tenths_of_percent % 10
    );
    assert!(tenths_of_percent >= 900);
}

#[test]
fn whatever_is_not_done_leaves_something_to_do() {
    for row in all().iter().filter(|row| row.result != CodeResult::Succeeded) {
        assert!(row.fix.is_some() || !row.causes.is_empty(), "{} {} leads nowhere", row.family, row.code);
    }
}

#[test]
fn every_fix_is_used_and_said_in_a_sentence() {
    let used: HashSet<_> = all().iter().filter_map(|row| row.fix).collect();
    for fix in Fix::PLAIN.iter().chain(&used) {
        assert!(used.contains(fix), "{} is in no table", fix.id());
        let what = fix.what();
        assert!(what.ends_with('.') && what.is_ascii() && what.len() > 20, "{}: {what}", fix.id());
    }
    let ids: HashSet<_> = used.iter().map(|fix| fix.id()).collect();
    assert_eq!(ids.len(), used.len());
    assert_eq!(Fix::AddParameter("timestamp").id(), "add_parameter:timestamp");
    assert_eq!(Fix::CorrectParameter("charset").what(), "Correct this part of the request: charset.");
}

#[test]
fn what_nobody_published_is_unrecognised() {
    for (channel, family, code) in [
        ("alipay", "alipay.trade.pay", "ACQ.NEVER_SEEN"),
        // Misspelt only where the channel misspells it.
        ("alipay", "alipay.trade.pay", "AQC.SYSTEM_ERROR"),
        ("alipay", "alipay.trade.pay", ""),
        ("wechatpay", "alipay.trade.pay", "ACQ.SYSTEM_ERROR"),
        ("wechatpay", "v2.micropay", "NOTSUPPORTCARD"),
        // A transfer's unknown code leaves the money open, whatever it means elsewhere.
        ("wechatpay", "v3.transfer", "USER_ACCOUNT_ABNORMAL"),
        ("unionpay", "acp", "29"),
        ("unionpay", "acp", "51"),
        ("iso8583", "field39.cups", "ZZ"),
        ("iso8583", "field39.cups", "A6"),
        ("stripe", "decline_code", "card_declined"),
        ("paypal", "orders", "INSTRUMENT_DECLINED"),
    ] {
        assert_eq!(look_up(channel, family, code), None, "{channel} {family} {code}");
    }
    assert!(meanings("ACQ.NEVER_SEEN").is_empty() && meanings("").is_empty());
}

#[test]
fn unionpays_ranges_say_who() {
    for (code, who) in [
        ("00", None),
        ("09", Some(&[Who::Channel][..])),
        ("29", Some(&[Who::Platform][..])),
        ("59", Some(&[Who::Platform][..])),
        ("89", Some(&[Who::Payer, Who::Bank][..])),
        ("97", None),
        ("A7", None),
        ("+7", None),
        ("7", None),
        ("", None),
    ] {
        assert_eq!(who_by_range(code), who, "{code:?}");
    }
    for row in all().iter().filter(|row| row.family == "acp.ranges") {
        assert_eq!((row.result, row.causes.len()), (CodeResult::Undecided, 0), "{}", row.code);
    }
}
