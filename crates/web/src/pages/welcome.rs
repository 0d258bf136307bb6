//! The first page.

use axum::response::Response;
use maud::html;

use crate::pages::missing_words::missing;
use crate::pages::visitor::Visitor;

/// Says what this is, and leads on.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let (words, more) = (visitor.words, missing(visitor.lang));
    let content = html! {
        section.card.welcome {
            h1 { (words.product_name) }
            p { (more.welcome_body) }
            p.actions {
                @if visitor.app.config.demo { a.button href="/demo" { (more.demo_link) } }
                a.button.quiet href="/docs/" { (words.api_link) }
            }
        }
    };
    visitor.page(words.product_name, &content)
}
