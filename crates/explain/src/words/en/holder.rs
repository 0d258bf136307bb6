//! The pages about an account's holder, in English.

use crate::words::holder_words::HolderWords;

pub(crate) const HOLDER: HolderWords = HolderWords {
    reset_title: "A new payment password",
    reset_body: "To be sure it's you we ask for three things: a code to your phone, your name, and your document's number. This order is kept meanwhile.",
    reset_link: "Forgotten it?",
    reset_send: "Send a code to {phone}",
    code_sent: "A code is on its way to {phone}. It is good for five minutes.",
    code_label: "Code from the message (6 digits)",
    name_label: "Your name, as on the document",
    document_label: "Number of your identity card (18 characters)",
    new_password_label: "New payment password (6 digits)",
    reset_pay_button: "Set it and pay {amount}",
    reset_unproven: "The name, the number or the code doesn't fit. Look at each of them and send them again.",
    reset_form: "Please write the name as on the document, all 18 characters of the number, and the six digits of the code.",
    too_soon: "The next try is possible {time}.",
    no_answer: "The register of people doesn't answer right now; nothing has changed. Please send it again in a minute.",
    reset_first: "One thing comes first:",
    code_again: "Send another code",
};
