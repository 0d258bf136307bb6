//! Forgery: notifications and answers of more than twenty kinds for both channels, none of them to be believed. Notifications
//! are posted to the doors of a server over loopback; answers come from a channel that lies to the production connectors,
//! some of them under the engine.
//!
//! Business time stands still, so nothing but a notification could write: after all of them the database's files must be
//! the same, byte for byte. The control does not look at signatures: whatever it gets, it believes.

mod alipay;
mod credulous;
mod fields;
mod keys;
mod liar;
mod lies;
mod posting;
mod shop;
mod unionpay;

use serde_json::json;

use crate::outcome::{Failure, Outcome, progress};
use crate::stopwatch::Stopwatch;
use liar::Liar;
use shop::Shop;

/// As many forgeries as the promise names.
const FORGERIES: u64 = 600_000;

/// Whoever believes everything is caught within a few.
const CONTROL_FORGERIES: u64 = 1_000;

/// Of a hundred forgeries, so many are notifications to each of the two doors; of the rest, so many go to the connectors, and
/// what is left under the engine.
const NOTIFICATIONS: u64 = 30;
const ANSWERS: u64 = 18;

/// Runs it.
pub(crate) async fn run(count: Option<u64>, control: bool) -> Result<Outcome, Failure> {
    let watch = Stopwatch::start();
    let most = if control { CONTROL_FORGERIES } else { FORGERIES };
    let count = count.unwrap_or(most).min(if control { CONTROL_FORGERIES } else { u64::MAX });
    let liar = Liar::start(control).await?;
    let shop = Shop::open(&liar, control).await?;
    let before = shop.files()?;
    liar.forge();

    let each = count * NOTIFICATIONS / 100;
    let mut outcome = Outcome::default();
    let alipay = posting::to_alipay(&shop, &liar, each).await?;
    progress(format_args!("  {each} notifications to Alipay's door in {} s", watch.elapsed().as_secs()));
    let unionpay = posting::to_unionpay(&shop, &liar, each).await?;
    progress(format_args!("  {each} notifications to UnionPay's door in {} s", watch.elapsed().as_secs()));
    let same = shop.files()? == before;
    if !same {
        outcome.why.push("the database's files are not the same as before the notifications".to_owned());
    }
    let each_answer = count * ANSWERS / 100;
    let believed_of = [lies::to_alipay(&shop, each_answer).await?, lies::to_unionpay(&shop, each_answer).await?];
    let believed = believed_of.concat();
    progress(format_args!("  {} answers to the connectors in {} s", 2 * each_answer, watch.elapsed().as_secs()));
    let under_engine = count.saturating_sub(2 * each + 2 * each_answer);
    lies::under_the_engine(&shop, under_engine).await?;

    let accepted = [alipay.accepted.as_slice(), &unionpay.accepted].concat();
    outcome.found("notifications were accepted", &accepted);
    outcome.found("answers were believed", &believed);
    if control {
        let parts = [
            ("a forged notification to Alipay's door", &alipay.accepted),
            ("a forged notification to UnionPay's door", &unionpay.accepted),
            ("a forged answer of Alipay", &believed_of[0]),
            ("a forged answer of UnionPay", &believed_of[1]),
        ];
        let blind = parts.into_iter().filter(|(_, believed)| believed.is_empty());
        outcome.unnoticed =
            blind.map(|(part, _)| format!("{part} was not believed by what believes everything")).collect();
    }
    let changed = shop.changed().await?;
    outcome.found("payments or books are not as they were", &changed);
    let kinds = [alipay::NOTIFICATIONS.len(), unionpay::FORGERIES.len(), alipay::ANSWERS.len()];
    outcome.figures = json!({
        "notifications_over_http": { "alipay": alipay.posted, "unionpay": unionpay.posted },
        "kinds_of_notifications": { "alipay": kinds[0], "unionpay": kinds[1] },
        "answers_over_http": {
            "alipay": liar.lies_of_alipay(), "unionpay": liar.lies_of_unionpay(), "of_them_under_the_engine": under_engine,
        },
        "kinds_of_answers": { "alipay": kinds[2], "unionpay": kinds[1] - unionpay::NO_ANSWERS.len() },
        "accepted": accepted.len() + believed.len(),
        "refused_with": json!({ "alipay": alipay.statuses, "unionpay": unionpay.statuses }),
        "files_as_before_the_notifications": same,
        "payments_not_as_before": changed.len(),
        "seconds": watch.elapsed().as_secs(),
    });
    Ok(outcome)
}
