//! A list of labels as one struct, so that a label missing in a language does not compile.

macro_rules! labels {
    ($(#[$about:meta])* $name:ident; $( $(#[$doc:meta])* $field:ident, )*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name { $( $(#[$doc])* pub $field: &'static str, )* }

        impl $name {
            /// Every label with its name, so that a test or a person can read them all.
            pub fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$( (stringify!($field), self.$field), )*]
            }
        }
    };
}

pub(crate) use labels;
