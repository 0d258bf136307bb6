//! What is said of bank cards, on their pages and wherever one is named.
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
    /// The heading of one's own cards.
    title,
    /// Without any.
    none,
    /// Begins a binding.
    bind_button,
    /// Begins one for a card that is there.
    bind_again_button,
    /// Before the phone reserved at the bank.
    reserved_phone,
    /// It may be charged.
    state_bound,
    /// Its holder has switched it off.
    state_switched_off,
    /// The bank's side knows it no more.
    state_stale,
    /// The token is being let go.
    state_unbinding,
    /// Switches payments off.
    switch_off_button,
    /// Switches them on again.
    switch_on_button,
    /// Opens what follows.
    unbind_summary,
    /// What it means.
    unbind_body,
    /// Does it.
    unbind_button,
    /// Over the banks whose cards are bound.
    banks_heading,
    /// Over topping up the wallet.
    top_up_title,
    /// By how much the wallet is short, with {amount}.
    top_up_body,
    /// Tops up, with {amount}.
    top_up_button,
    /// That there is no debit card to top up from.
    top_up_no_card,
    /// Leads from a top-up that is done to the order that it was for.
    top_up_onward,
    /// Whom a top-up pays.
    top_up_payee,
    /// What a top-up is, in the list of payments.
    top_up_subject,
    /// Ends the session in this browser.
    sign_out_button,
    /// Before a binding.
    terms_title,
    /// Who sees the details.
    terms_shared,
    /// What is kept.
    terms_kept,
    /// What it costs.
    terms_free,
    /// Which edition; `{edition}`.
    terms_edition,
    /// Agrees.
    terms_button,
    /// Over the form.
    details_title,
    /// Under it.
    details_body,
    /// Where the sealed box is not.
    details_again,
    /// A field.
    name_label,
    /// A field.
    document_label,
    /// A field.
    number_label,
    /// A field.
    phone_label,
    /// Opens two more fields.
    credit_summary,
    /// A field.
    expiry_label,
    /// A field.
    cvn_label,
    /// Gives the details.
    send_code_button,
    /// Over the code's form.
    code_title,
    /// Where it went; `{bank}`, `{phone}`, `{time}`.
    code_body,
    /// A field.
    code_label,
    /// Somebody else has the link.
    code_needs_sign_in,
    /// Sends the code.
    bind_confirm_button,
    /// Sends it for a payment; `{amount}`.
    pay_code_button,
    /// Behind the seconds that are left.
    next_code_in,
    /// When that is far; `{time}`.
    next_code_at,
    /// Has another one sent.
    resend_button,
    /// Opens what to do.
    missing_summary,
    /// What to do first.
    missing_blocked,
    /// What to do then; `{phone}`.
    missing_phone,
    /// What to do last.
    missing_signal,
    /// The payer's word.
    missing_not_found,
    /// The payer's word.
    missing_intercepted,
    /// The bank is asked for its code.
    sending_title,
    /// Only the bank knows.
    opening_title,
    /// What it means.
    opening_body,
    /// It is done.
    bound_title,
    /// It is done; `{card}`.
    bound_body,
    /// Its holder gave it up.
    abandoned_title,
    /// What it means.
    abandoned_body,
    /// Gives it up.
    abandon_button,
    /// A link.
    to_cards,
    /// Over several causes.
    single_out_heading,
    /// What a choice does.
    single_out_body,
}
