//! What the pages about an account's holder say: who he is, another pay password, and what stands against his account.
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
    /// Over the page of the identity.
    identity_title,
    /// Under it.
    identity_intro,
    /// Before how it stands.
    state_label,
    /// Nobody is known.
    state_unverified,
    /// It is verified.
    state_verified,
    /// The document is past its date.
    state_expired,
    /// Before the tier.
    tier_label,
    /// Before the document's last day.
    until_shown_label,
    /// A document without a last day.
    for_ever,
    /// Before the name.
    name_shown_label,
    /// Before the document's number.
    document_shown_label,
    /// Before the phone.
    phone_shown_label,
    /// Where nothing is known.
    not_given,
    /// What is missing: everything.
    lacks_both,
    /// What is missing: a phone.
    lacks_phone,
    /// Over the form of name and document.
    verify_heading,
    /// Under it.
    verify_note,
    /// Over the same form of who is verified.
    anew_heading,
    /// Before the field of the document's last day.
    until_label,
    /// On the button.
    verify_button,
    /// Over the form of a higher tier.
    raise_heading,
    /// Under it.
    raise_note,
    /// Before the field of a card.
    card_label,
    /// Over the form of the phone.
    phone_heading,
    /// Over the form of another phone.
    another_phone_heading,
    /// Under it.
    phone_note,
    /// Before its field.
    phone_label,
    /// On the button.
    phone_button,
    /// A code is on its way.
    phone_code_sent,
    /// On the button that takes the code.
    bind_button,
    /// Over what was changed.
    changed_heading,
    /// What was changed, `{what}`, and when, `{time}`.
    changed_body,
    /// The name, at the beginning of a sentence.
    what_name,
    /// The document, likewise.
    what_document,
    /// The phone, likewise.
    what_phone,
    /// On the button.
    confirm_changed_button,
    /// It is verified.
    verified_note,
    /// The sources say no.
    unconfirmed_note,
    /// There are too few sources.
    few_sources_note,
    /// What the fields must look like.
    identity_form_note,
    /// The phone is bound.
    bound_note,
    /// What a phone must look like.
    phone_form_note,
    /// The code was wrong.
    code_wrong_note,
    /// The code is over.
    code_over_note,
    /// The change is confirmed.
    confirmed_note,
    /// Over the page of what stands against the account.
    cases_title,
    /// Nothing stands against it.
    cases_none,
    /// Payments wait.
    waiting_note,
    /// Over the form that takes the account back.
    secure_heading,
    /// On its button.
    secure_button,
    /// Over the form that confirms the holder.
    confirm_heading,
    /// On its button.
    confirm_button,
    /// Over the form of an appeal.
    appeal_heading,
    /// Under it.
    appeal_note,
    /// Before its field.
    appeal_label,
    /// Before the field of evidence.
    evidence_label,
    /// On its button.
    appeal_button,
    /// It was sent at `{time}`.
    appeal_sent,
    /// It was sent just now.
    appeal_taken,
    /// What its fields must look like.
    appeal_form_note,
    /// Asked too often.
    too_often,
    /// The case is another by now.
    case_over,
    /// Over points that are on hold.
    points_heading,
    /// How many, `{amount}`.
    points_body,
}
