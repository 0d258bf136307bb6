//! How the texts of a closed list are written: one line each, and none may be missing.

/// A function that has a text for each variant of an enum; one without does not compile.
macro_rules! texts {
    ($function:ident: $kind:ident; $( $variant:ident: $text:literal, )*) => {
        pub(crate) fn $function(one: $kind) -> &'static str {
            match one { $( $kind::$variant => $text, )* }
        }
    };
}

pub(crate) use texts;
