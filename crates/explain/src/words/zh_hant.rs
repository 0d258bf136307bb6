//! Every word for people in traditional Chinese, written for Taiwan and Hong Kong alike.

pub(crate) mod causes;
pub(crate) mod confirm;
pub(crate) mod doctor;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod rules;
