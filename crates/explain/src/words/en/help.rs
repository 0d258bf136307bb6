//! The help centre and the guided check, in English.

use tantu_domain::cause::CauseGroup;

use crate::words::help_words::HelpWords;
use crate::words::texts::texts;

pub(crate) const HELP: HelpWords = HelpWords {
    title: "Why did it not go through?",
    own_words_label: "Say it in your own words",
    own_words_hint: "For example: “no code arrives”. Leave out card numbers and passwords; nothing you write here is kept.",
    own_words_button: "Find the cause",
    check_title: "Check step by step",
    check_body: "A few short questions, from the simple to the deep. No account needed.",
    check_button: "Start",
    heard_title: "It sounds like",
    ask_title: "One question",
    door_title: "This is something else",
    mine_button: "Check mine now",
    read_button: "What to do",
    question_of: "Question {number}",
    named_title: "Most likely this is it",
    still_button: "I did this, and it still fails",
    again_button: "Start again",
    support_title: "A person looks at this with you",
    support_body: "None of the known causes fits. Have the order number, time, amount and what the screen said ready; never a password or a code.",
    search_label: "Search the help articles",
    search_button: "Search",
    search_none: "No article has these words. Say it in your own words above.",
    articles_title: "All causes",
    when_title: "What it is",
    steps_title: "What to do",
    bar_label: "A payment fails? Say what you see",
    found_title: "This is what stops it now",
    steps_button: "See what to do",
    pay_button: "Done: back to the order",
    order_link: "Back to the order",
    known_body: "We have looked at this order, your account and the way you pay. What is fine is not asked about.",
    measured_fine: "This device was just checked; nothing on it stops a payment.",
    device_button: "Check this device first",
    support_packed: "The order number, time, amount, method, our findings and your replies go along; you need not say them again.",
    ticket_button: "Hand it to a person",
    answers_title: "What you replied",
    which_title: "Is it one of these orders?",
    topics_title: "Topics",
    causes_title: "Possible causes",
};

texts! {
    group: CauseGroup;

    Platform: "The service and the channels",
    Device: "Network and phone",
    App: "The app",
    Account: "Your account",
    Identity: "Your identity",
    Card: "Cards and the pay password",
    OneTimeCode: "Verification codes",
    Binding: "Adding a card",
    Points: "Points",
    Funds: "Money",
    Limit: "Limits",
    Mandate: "Permissions to charge",
    Risk: "Safety checks",
    PayLater: "Pay later, credit and support",
}
