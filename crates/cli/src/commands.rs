//! One file for each command.

pub(crate) mod bench;
pub(crate) mod causes;
pub(crate) mod codes;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod matrix;
pub(crate) mod migrate;
pub(crate) mod sandbox;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod verify;
