//! Causes in words: the catalogue, three languages, and the plan of steps.
//!
//! Pure: no I/O and no clock; what the words depend on is an argument. Text for people lives in [`mod@words`]
//! and nowhere else in the workspace, so that a test can read every sentence that a payer may see.

pub mod catalogue;
pub mod contacts;
pub mod lang;
pub mod plan;
pub mod topic;
pub mod words;

pub use contacts::Contact;
pub use lang::Lang;
pub use plan::{Plan, Step, plan, plan_binding, plan_signed_out};
pub use topic::Topic;
pub use words::{CauseWords, Context, OperationWords, words};
