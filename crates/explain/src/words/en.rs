//! Every word for people in English.

pub(crate) mod asking;
pub(crate) mod cards;
pub(crate) mod causes;
pub(crate) mod check;
pub(crate) mod confirm;
pub(crate) mod doctor;
pub(crate) mod help;
pub(crate) mod holder;
pub(crate) mod limits;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod pay_later;
pub(crate) mod rules;
pub(crate) mod status;
pub(crate) mod tickets;
pub(crate) mod topics;
