//! The page that looks at a device from inside its browser. What it measures it shows, and sends only when it is told to.
//!
//! It is the one page with a script: nothing else in a browser can measure. Without one it says where to go instead.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde_json::{Map, Value, json};
use tantu_domain::client::Speaker;
use tantu_explain::words::{check_words, help_words};

use crate::pages::cashier::{Opened, open, path};
use crate::pages::guided::{self, Walk};
use crate::pages::tickets::ids;
use crate::pages::visitor::Visitor;

/// Where it is.
pub(crate) const PATH: &str = "/check";

/// Where its script is.
pub(crate) const SCRIPT: &str = "/check.js";

const CODE: &str = include_str!("check.js");

/// What is looked at, in this order; each name is also a label's.
const CHECKS: [&str; 8] =
    ["online", "round_trips", "clock", "permissions", "storage", "versions", "addresses", "power"];

/// What the browser may load on the page: our script, and answers of ours and of the channels, to see whether they come.
pub(crate) fn policy(partners: &[String]) -> String {
    format!(
        "default-src 'self'; script-src 'self'; connect-src 'self' {}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        partners.join(" ")
    )
}

/// Shows it. Opened from a payment's guided check, it leads back there with what it found, or on to a person.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let payment = visitor.query("payment");
    if payment.is_empty() {
        return page(&visitor, None);
    }
    match open(&visitor.app, &visitor, &payment, &Speaker::default()).await {
        Ok(opened) => page(&visitor, Some(&opened)),
        Err(problem) => visitor.answer(Err(problem)),
    }
}

fn page(visitor: &Visitor, about: Option<&Opened>) -> Response {
    let words = check_words(visitor.lang);
    let labels: Map<String, Value> =
        words.all().into_iter().map(|(name, label)| (name.to_owned(), json!(label))).collect();
    let label = |name: &str| words.all().into_iter().find(|(known, _)| *known == name).map_or("", |(_, label)| label);
    let walk = Walk::read(visitor).unmeasured();
    let onward = about.map(|opened| walk.address(&guided::of_payment(&visitor.app, opened)));
    let settings = json!({ "words": labels, "partners": visitor.app.config.partner_origins, "lang": visitor.lang.id(),
        "version": env!("CARGO_PKG_VERSION"), "onward": onward });
    // Only its own payer may hand something to a person.
    let own = about.filter(|opened| visitor.account == Some(opened.payment.account));
    let content = html! {
        section.card #check data-settings=(settings) {
            h1 { (words.title) }
            p { (words.lead) }
            p.quiet { (words.consent) }
            noscript {
                p { (words.no_script) }
                a.button.wide href="/help/check" { (help_words(visitor.lang).check_title) }
            }
            button.wide #begin type="button" hidden { (words.begin) }
            ul.causes #checks hidden {
                @for name in CHECKS {
                    li data-check=(name) { strong { (label(name)) } span.quiet { (words.waiting) } }
                }
            }
        }
        section.card #measured hidden {
            details { summary { (words.measured_title) } div { pre.codes #report {} } }
            button.wide #send type="button" { (words.send) }
            @if let Some(opened) = own {
                form method="post" action=(path(&visitor.app, opened.payment.id, "/ticket")) {
                    input type="hidden" name="csrf" value=(visitor.form_token());
                    input type="hidden" name="steps" value=(ids(&walk.taken));
                    input #device-report type="hidden" name="device_report" value="";
                    button.wide.plain type="submit" { (words.take_along) }
                }
            }
        }
        section.card #said role="status" hidden {}
        script src=(address()) defer {}
    };
    visitor.page(words.title, &content)
}

/// The script's address: another script has another one, so that no browser keeps an old one.
fn address() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let sum = CODE.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        format!("{SCRIPT}?v={sum:08x}")
    });
    &ADDRESS
}

/// Gives the script.
pub(crate) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], CODE).into_response()
}
