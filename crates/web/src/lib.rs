//! The HTTP API and the pages: what is asked of us over the wire, and how the answer looks there.
//!
//! Only this crate knows status codes. Who may ask what stands in [`access`], once for every route; a
//! route without a rule there answers nobody.

pub mod access;
mod answer;
mod api;
mod app;
mod body;
mod cookies;
mod crowd;
mod device;
pub mod explanation;
mod idempotency;
mod json;
mod lang;
mod pages;
mod payment_code;
mod problem;
pub mod render;
mod secret;
mod signed_out;

pub use api::document::document;
pub use app::{App, DemoLink, DemoLinks, WebConfig, router};
pub use secret::ServerSecret;
