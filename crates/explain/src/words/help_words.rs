//! What the help centre and the guided check say.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels of the help centre, in one language.
    HelpWords;

    /// The page's title.
    title,
    /// Over the field for own words.
    own_words_label,
    /// Under it. Nothing is kept.
    own_words_hint,
    /// Its button.
    own_words_button,
    /// A card that leads to the guided check.
    check_title,
    /// Under it.
    check_body,
    /// Its button.
    check_button,
    /// Over the causes heard in own words.
    heard_title,
    /// Over a question back.
    ask_title,
    /// Over a door.
    door_title,
    /// On the button that checks one cause for this person.
    mine_button,
    /// On the link to an article.
    read_button,
    /// Over a question; `{number}`.
    question_of,
    /// Over a named cause.
    named_title,
    /// On the link of somebody for whom it still fails.
    still_button,
    /// Begins the check anew.
    again_button,
    /// Over the end at a person.
    support_title,
    /// Under it.
    support_body,
    /// Over the search field.
    search_label,
    /// Its button.
    search_button,
    /// If nothing was found.
    search_none,
    /// Over all articles.
    articles_title,
    /// Over what a cause is.
    when_title,
    /// Over the remedies.
    steps_title,
    /// In the bar under every page.
    bar_label,
    /// Over a cause that our own check has found.
    found_title,
    /// To the steps against it, on the order's page.
    steps_button,
    /// To the order, to pay once it is done.
    pay_button,
    /// To the order.
    order_link,
    /// Where a check of an order begins: what nobody needs to be asked.
    known_body,
    /// The device was looked at, and is fine.
    measured_fine,
    /// To the page that looks at the device.
    device_button,
    /// Under the end at a person, of an order: what goes along.
    support_packed,
    /// To the form that asks a person.
    ticket_button,
    /// Over what was replied so far.
    answers_title,
    /// Over the orders that are not paid.
    which_title,
    /// Over the topics.
    topics_title,
    /// Over a topic's causes.
    causes_title,
}
