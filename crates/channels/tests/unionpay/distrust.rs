//! What proves nothing: answers and notifications that are not UnionPay's, not whole, or not about what we asked.
//! One table for both, because both are proven in the same way.

use aws_lc_rs::signature::RsaKeyPair;
use tantu_channels::unionpay::{UnionPay, UnionPayConfig};
use tantu_channels::{Charge, NotificationError, Notifications};
use tantu_domain::attempt::AttemptReport;

use crate::authority::{Authority, BETWEEN, MERCHANT, OTHER_NAME, ROOT, STRANGER, UNIONPAY, UNIONPAY_NAME, WORLD};
use crate::notices::paid;
use crate::stub::{HERE, Pairs, Reply, Stub, answering, attempt, config, connect, form, pairs, signed, text};

/// A way to forge: the fields as UnionPay would sign them go in, and what is sent comes out.
type Forgery = (&'static str, fn(Pairs) -> Pairs, NotificationError);

fn with(mut fields: Pairs, name: &str, value: &str) -> Pairs {
    fields.insert(name.to_owned(), value.to_owned());
    fields
}

fn without(mut fields: Pairs, name: &str) -> Pairs {
    fields.remove(name);
    fields
}

/// Signed by `key` with a certificate for it.
fn by(fields: Pairs, key: &RsaKeyPair, certificate: String) -> Pairs {
    signed(with(fields, "signPubKeyCert", &certificate), key)
}

fn by_unionpay(fields: Pairs) -> Pairs {
    signed(fields, &UNIONPAY)
}

fn forgeries() -> Vec<Forgery> {
    use NotificationError::{Malformed, Signature, Unsigned, UntrustedCertificate};
    vec![
        ("not signed", |fields| fields, Unsigned),
        ("an empty signature", |fields| with(fields, "signature", ""), Unsigned),
        ("no base64", |fields| with(fields, "signature", "%%%"), Signature),
        ("another key", |fields| signed(fields, &STRANGER), Signature),
        ("our own key, with their certificate", |fields| signed(fields, &MERCHANT), Signature),
        ("our own certificate", |fields| by(fields, &MERCHANT, WORLD.merchant.clone()), UntrustedCertificate),
        (
            "another merchant's certificate of the same authority",
            |fields| by(fields, &STRANGER, WORLD.between.issue(OTHER_NAME, &STRANGER, 5, 2030)),
            UntrustedCertificate,
        ),
        (
            "UnionPay's name from an authority of one's own",
            |fields| {
                let own = Authority::root("CFCA OCA1", &STRANGER);
                by(fields, &STRANGER, own.issue(UNIONPAY_NAME, &STRANGER, 5, 2030))
            },
            UntrustedCertificate,
        ),
        (
            "UnionPay's name under another root of the same name",
            |fields| {
                let between = Authority::root("CFCA CS CA", &STRANGER).under("CFCA OCA1", &STRANGER, true, 2040);
                by(fields, &STRANGER, between.issue(UNIONPAY_NAME, &STRANGER, 5, 2030))
            },
            UntrustedCertificate,
        ),
        (
            "a certificate that a merchant's certificate signed",
            |fields| {
                let merchant = WORLD.between.under(OTHER_NAME, &STRANGER, false, 2030);
                by(fields, &STRANGER, merchant.issue(UNIONPAY_NAME, &STRANGER, 5, 2030))
            },
            UntrustedCertificate,
        ),
        (
            "two certificates in one",
            |fields| {
                let both = WORLD.between.issue(OTHER_NAME, &STRANGER, 5, 2030) + &WORLD.unionpay;
                by(fields, &STRANGER, both)
            },
            UntrustedCertificate,
        ),
        ("no certificate", |fields| signed(without(fields, "signPubKeyCert"), &UNIONPAY), Unsigned),
        ("a certificate that is none", |fields| by(fields, &UNIONPAY, "none".to_owned()), UntrustedCertificate),
        (
            "UnionPay's certificate of last year",
            |fields| by(fields, &UNIONPAY, WORLD.between.issue(UNIONPAY_NAME, &UNIONPAY, 5, 2025)),
            UntrustedCertificate,
        ),
        (
            "signMethod 11, for which a word would do",
            |fields| by_unionpay(with(fields, "signMethod", "11")),
            Malformed { field: "signMethod" },
        ),
        (
            "version 5.0.0, signed in another way",
            |fields| by_unionpay(with(fields, "version", "5.0.0")),
            Malformed { field: "version" },
        ),
        ("an amount changed afterwards", |fields| with(by_unionpay(fields), "txnAmt", "1"), Signature),
        ("a code changed afterwards", |fields| with(by_unionpay(fields), "origRespCode", "64"), Signature),
        ("a field added", |fields| with(by_unionpay(fields), "extra", "1"), Signature),
        ("a field taken away", |fields| without(by_unionpay(fields), "accessType"), Signature),
    ]
}

#[tokio::test]
async fn no_forged_answer_is_believed() {
    for (name, forge, _) in forgeries() {
        // A success, so that a mistake would show.
        let request = question();
        let success = [("respCode", "00"), ("origRespCode", "00"), ("queryId", "9516"), ("txnAmt", "8888")];
        let forged = text(&forge(answering(&request, &success)));
        let stub = Stub::start(vec![Reply::Raw(axum::http::StatusCode::OK, forged)]).await;
        assert_eq!(stub.unionpay.query(attempt()).await, AttemptReport::NoAnswer, "{name}");
    }
}

/// What a query for our attempt says, as far as an answer echoes it.
fn question() -> Pairs {
    pairs(&[
        ("version", "5.1.0"),
        ("encoding", "UTF-8"),
        ("signMethod", "01"),
        ("txnType", "00"),
        ("txnSubType", "00"),
        ("bizType", "000000"),
        ("accessType", "0"),
        ("merId", crate::stub::MER_ID),
        ("orderId", &attempt().channel_number()),
        ("txnTime", crate::stub::TXN_TIME),
    ])
}

#[test]
fn no_forged_notification_is_believed() {
    let unionpay = connect(&config(HERE));
    for (name, forge, expected) in forgeries() {
        assert_eq!(unionpay.read(&form(&forge(paid()))), Err(expected), "{name}");
    }
    // Two fields become one without a change to what is signed. (In an answer the same text is the same two fields.)
    let fields = by_unionpay(paid());
    let moved = format!("{}&encoding={}", fields["bizType"], fields["encoding"]);
    let one = without(with(fields, "bizType", &moved), "encoding");
    assert_eq!(unionpay.read(&form(&one)), Err(NotificationError::Signature));
    // The same fields are believed when nobody touched them.
    assert!(unionpay.read(&form(&by_unionpay(paid()))).is_ok());
}

#[tokio::test]
async fn a_genuine_answer_about_something_else_proves_nothing() {
    let success = [("respCode", "00"), ("origRespCode", "00"), ("queryId", "9516"), ("txnAmt", "8888")];
    for (field, value) in
        [("orderId", "00000000000000000000000000000000"), ("txnTime", "20261120090058"), ("merId", "777290058110049")]
    {
        let other = by_unionpay(with(answering(&question(), &success), field, value));
        let stub = Stub::start(vec![Reply::Raw(axum::http::StatusCode::OK, text(&other))]).await;
        assert_eq!(stub.unionpay.query(attempt()).await, AttemptReport::NoAnswer, "{field}");
        // One that does not say what it is about is undecided.
        let silent = by_unionpay(without(answering(&question(), &success), field));
        let stub = Stub::start(vec![Reply::Raw(axum::http::StatusCode::OK, text(&silent))]).await;
        let report = stub.unionpay.query(attempt()).await;
        assert!(
            matches!(&report, AttemptReport::Fault(word) if word.code == "incomplete_answer"),
            "{field}: {report:?}"
        );
    }
}

#[test]
fn roots_names_and_links_decide() {
    let body = form(&by_unionpay(paid()));
    let reads = |change: &dyn Fn(&mut UnionPayConfig)| {
        let mut config = config(HERE);
        change(&mut config);
        connect(&config).read(&body).map(drop)
    };
    let refused = Err(NotificationError::UntrustedCertificate);
    assert_eq!(reads(&|_| ()), Ok(()));
    // What stands in between may stand with the roots, or twice.
    assert_eq!(reads(&|config| config.trust.middle_pem = WORLD.between.pem() + &WORLD.between.pem()), Ok(()));
    assert_eq!(reads(&|config| config.trust.roots_pem = WORLD.between.pem()), Ok(()));
    assert_eq!(reads(&|config| config.trust.signer = "中国银联".into()), refused);
    assert_eq!(reads(&|config| config.trust.signer = "某某商贸有限公司".into()), refused);
    assert_eq!(reads(&|config| config.trust.middle_pem = WORLD.root.pem()), refused);
    assert_eq!(reads(&|config| config.trust.roots_pem = Authority::root("CFCA CS CA", &STRANGER).pem()), refused);
    let link = |is_ca, until| WORLD.root.under("CFCA OCA1", &BETWEEN, is_ca, until).pem();
    assert_eq!(reads(&|config| config.trust.middle_pem = link(true, 2040)), Ok(()));
    assert_eq!(reads(&|config| config.trust.middle_pem = link(false, 2040)), refused);
    assert_eq!(reads(&|config| config.trust.middle_pem = link(true, 2025)), refused);
    let namesake = Authority::root("CFCA CS CA", &ROOT).under("CFCA OCA1", &STRANGER, true, 2040).pem();
    assert_eq!(reads(&|config| config.trust.middle_pem = namesake.clone()), refused);
}

#[test]
fn a_body_that_is_too_long_twice_or_nothing() {
    use NotificationError::{DoubledField, TooLarge, Unsigned};
    let unionpay: UnionPay = connect(&config(HERE));
    let genuine = form(&by_unionpay(paid()));
    let appended = |tail: &str| [genuine.clone(), tail.as_bytes().to_vec()].concat();
    for (body, expected) in [
        (appended("&txnAmt=8888"), DoubledField),
        (appended("&signature=AAAA"), DoubledField),
        (appended(&format!("&x={}", "1".repeat(64 * 1024))), TooLarge { limit: 64 * 1024 }),
        (appended(&"&x=1".repeat(200)), DoubledField),
        (Vec::new(), Unsigned),
        (b"<html>".to_vec(), Unsigned),
        (vec![0xff; 64], Unsigned),
    ] {
        assert_eq!(unionpay.read(&body), Err(expected));
    }
}

#[test]
fn any_flipped_bit_breaks_a_notification() {
    let unionpay = connect(&config(HERE));
    let body = form(&by_unionpay(paid()));
    let believed = unionpay.read(&body);
    assert!(believed.is_ok());
    for index in 0..body.len() {
        for bit in [1, 0x20] {
            let mut altered = body.clone();
            altered[index] ^= bit;
            let read = unionpay.read(&altered);
            // Another spelling of the same fields (`%2f` for `%2F`) is the same notification.
            let same = altered[index].is_ascii_hexdigit() && read == believed;
            assert!(read.is_err() || same, "byte {index}: {read:?}");
        }
    }
}

#[test]
fn an_error_repeats_nothing_of_the_notification() {
    let unionpay = connect(&config(HERE));
    let error = unionpay.read(&form(&signed(paid(), &STRANGER))).unwrap_err();
    let shown = format!("{error} {error:?}");
    for (name, value) in &paid() {
        assert!(value.len() < 4 || !shown.contains(value), "{name}: {shown}");
    }
}
