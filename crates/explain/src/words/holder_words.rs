//! What the pages about an account's holder say: who he is, and another pay password.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels of these pages, in one language.
    HolderWords;

    /// Over the page of another pay password.
    reset_title,
    /// Why it asks so much.
    reset_body,
    /// On the link that leads there.
    reset_link,
    /// On the button that has a code sent; `{phone}`.
    reset_send,
    /// A code is on its way to `{phone}`.
    code_sent,
    /// Before its field.
    code_label,
    /// Before the field of the name.
    name_label,
    /// Before the field of the document's number.
    document_label,
    /// Before the field of the new pay password.
    new_password_label,
    /// On the button; `{amount}` is paid with it at once.
    reset_pay_button,
    /// Something did not fit.
    reset_unproven,
    /// What a field must look like.
    reset_form,
    /// The next one is taken at `{time}`.
    too_soon,
    /// The registry does not answer.
    no_answer,
    /// What stands against it comes first.
    reset_first,
    /// On the button that has another code sent.
    code_again,
}
