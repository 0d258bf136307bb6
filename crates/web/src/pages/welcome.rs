//! The first page: what this is, and where to go from here.

use axum::response::Response;
use maud::html;

use crate::pages::visitor::Visitor;

/// Says what this is, and leads on.
pub(crate) async fn show(visitor: Visitor) -> Response {
    let words = visitor.words;
    let content = html! {
        section.card.welcome {
            h1 { (words.product_name) }
            p { (words.welcome_body) }
            p.actions {
                @if visitor.app.config.demo { a.button href="/demo" { (words.demo_link) } }
                a.button.quiet href="/docs/" { (words.api_link) }
            }
        }
    };
    visitor.page(words.product_name, &content)
}
