//! What the status page and its feed say.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels of the status page and its feed, in one language.
    StatusWords;

    /// The page's title.
    title,
    /// Nothing is disturbed.
    all_well_title,
    /// The same, in a sentence.
    all_well_body,
    /// Nothing can be paid.
    all_down_title,
    /// Some ways to pay do not work.
    some_down_title,
    /// When this was looked at; `{time}`.
    as_of,
    /// Our own system, as a name.
    ours,
    /// The channel of bank cards, as a payer knows it; `{channel}`.
    card_channel,
    /// A fault, as a heading; `{whose}`.
    fault_of,
    /// Maintenance, as a heading; `{whose}`.
    work_on,
    /// That there is a fault; `{whose}`, `{time}`.
    fault_since,
    /// That there is maintenance; `{whose}`, `{time}`.
    work_since,
    /// What does not work in a fault of ours.
    all_concerned,
    /// What does not work in a fault of a channel; `{whose}`.
    one_concerned,
    /// That the money is safe.
    money,
    /// What to do in a fault of ours.
    now_wait,
    /// What to do in a fault of a channel.
    now_other,
    /// When it is expected to be over; `{time}`.
    back_by,
    /// That nobody knows yet when it is over.
    back_unknown,
    /// Over maintenance that is planned.
    planned_heading,
    /// From when to when; `{from}`, `{to}`.
    window,
    /// What will not work in maintenance of ours.
    then_all,
    /// What will not work in maintenance of a channel; `{whose}`.
    then_one,
    /// Over what staff tell everybody.
    announcements_heading,
    /// Under an announcement; `{time}`.
    published,
    /// Over what has ended.
    ended_heading,
    /// That nothing was disturbed.
    ended_none,
    /// To the feed.
    feed_link,
    /// From other pages to this one.
    to_status,
    /// The feed's title.
    feed_title,
    /// Of an entry; `{time}`.
    feed_since,
    /// Of an entry; `{time}`.
    feed_expected,
    /// Of an entry; `{time}`.
    feed_over,
    /// The title of what was withdrawn; `{title}`.
    feed_withdrawn,
    /// The text of what was withdrawn.
    feed_called_off,
    /// That whoever was hit is told at the end.
    told_when_over,
    /// The page of a payer's notices.
    notices_title,
    /// That there are none.
    notices_none,
    /// A notice; `{whose}`, `{time}`.
    over_said,
    /// Before orders that can be paid now.
    over_open,
    /// That none is left.
    over_settled,
    /// The button; `{amount}`.
    over_pay,
}
