//! What an article about a topic says.

/// An article: a title, what it is about in a sentence or two, and its parts under headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicWords {
    /// Its title.
    pub title: &'static str,
    /// What it is about.
    pub lead: &'static str,
    /// A heading and a text each.
    pub parts: &'static [(&'static str, &'static str)],
}

/// A function that has an article for each topic; one without does not compile.
macro_rules! articles {
    ($( $variant:ident: $title:literal, $lead:literal, [$( $heading:literal => $text:literal, )*]; )*) => {
        pub(crate) fn topic(one: crate::topic::Topic) -> crate::words::TopicWords {
            use crate::topic::Topic;
            let (title, lead, parts): (_, _, &'static [(&'static str, &'static str)]) = match one {
                $( Topic::$variant => ($title, $lead, &[$( ($heading, $text), )*]), )*
            };
            crate::words::TopicWords { title, lead, parts }
        }
    };
}

pub(crate) use articles;
