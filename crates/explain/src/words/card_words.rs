//! What is said of bank cards.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels about bank cards, in one language.
    CardWords;

    /// A debit card.
    debit,
    /// A credit card.
    credit,
    /// A prepaid card.
    prepaid,
    /// The name of one card; `{bank}`, `{kind}`, `{last_four}`.
    card,
}
