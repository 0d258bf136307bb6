//! Every word for people in simplified Chinese.

pub(crate) mod causes;
pub(crate) mod confirm;
pub(crate) mod doctor;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod rules;
