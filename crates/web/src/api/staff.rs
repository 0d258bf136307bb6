//! Staff and their second factor: enrolled once, a session for each code, and removed by two others.

pub(crate) mod second_factor;
pub(crate) mod sessions;
