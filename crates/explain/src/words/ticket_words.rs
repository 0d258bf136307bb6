//! What the pages of tickets say.
//!
//! What stands in braces is a place for a value.

super::labels::labels! {
    /// All labels of the pages, in one language.
    TicketWords;

    /// The page's title.
    title,
    /// The title of the list.
    list_title,
    /// Where there is none.
    none,
    /// A person answers until `{time}`.
    waiting,
    /// Staff have answered.
    answered,
    /// Paid or bound, at `{time}`.
    solved,
    /// The same of a payment: `{amount}` paid at `{time}`.
    paid,
    /// What it is about was given up, at `{time}`.
    given_up,
    /// Ended by somebody, at `{time}`.
    closed,
    /// Over what goes along.
    facts_heading,
    /// Before the order's number.
    order_label,
    /// Before what it is for.
    subject_label,
    /// Before the time it was tried.
    time_label,
    /// Before the method.
    method_label,
    /// Before the amount.
    amount_label,
    /// Before the error's code.
    error_label,
    /// Before the ticket's number.
    number_label,
    /// Over who else must act.
    contacts_heading,
    /// Under it: whom to call, and what to say.
    contacts_note,
    /// Over the thread.
    thread_heading,
    /// Who speaks.
    by_payer,
    /// Who speaks.
    by_staff,
    /// Who speaks: the check made again.
    by_recheck,
    /// The check finds `{causes}`.
    blocked,
    /// The check finds nothing any more.
    unblocked,
    /// Over the form.
    ask_heading,
    /// Under it: what nobody needs to write.
    ask_note,
    /// The text's label.
    text_label,
    /// The call-back number's label.
    call_back_label,
    /// That a call back was asked for.
    call_back_asked,
    /// Sends the form that opens a ticket.
    open_button,
    /// Sends a message.
    send_button,
    /// Ends the ticket.
    close_button,
    /// To the order.
    to_order_button,
    /// After words from which something secret was taken out.
    masked,
    /// Over what was replied in the guided check.
    answers_heading,
}
