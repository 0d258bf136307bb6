//! What the pages of pay-later say.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels about pay-later, in one language.
    PayLaterWords;

    /// Over the home page.
    title,
    /// Under it.
    intro,
    /// What it costs in time; `{days}`.
    cost_free,
    /// What it costs after that; `{percent}`.
    cost_late,
    /// The fee; `{amount}`.
    cost_fee,
    /// There is none.
    cost_no_fee,
    /// When it is due; `{statement}`, `{due}`.
    cost_due,
    /// On the button that opens the line.
    open_button,
    /// No line is opened: the identity.
    unverified,
    /// Before what is left.
    available,
    /// How much is used; `{used}`, `{limit}`.
    used_of,
    /// The score; `{score}`.
    score,
    /// New orders wait: overdue.
    closed_overdue,
    /// New orders wait: the score; `{needed}`.
    closed_score,
    /// Over the bills.
    bills,
    /// There is none.
    no_bills,
    /// Not due yet; `{date}`.
    stage_open,
    /// Due today.
    stage_due,
    /// In its grace; `{date}`.
    stage_grace,
    /// Past its grace; `{days}`.
    stage_overdue,
    /// Nothing is owed; `{date}`.
    stage_settled,
    /// Over one bill.
    bill_title,
    /// Before what is owed.
    owed,
    /// A part.
    principal,
    /// A part.
    interest,
    /// A part.
    costs,
    /// Before the due date.
    due,
    /// Before the end of the grace.
    grace,
    /// Over the causes.
    why,
    /// Over what happens next.
    next,
    /// We will charge; `{instrument}`, `{time}`.
    next_ask,
    /// An attempt is under way; `{instrument}`.
    next_resolve,
    /// A channel is down; `{time}`.
    next_channel,
    /// The holder must act.
    next_payer,
    /// Over what would stop the collection.
    forecast,
    /// Nothing would; `{instrument}`.
    forecast_good,
    /// Auto-repay is off.
    forecast_off,
    /// It ends before; `{instrument}`, `{date}`.
    forecast_ends,
    /// Its limit is lower; `{instrument}`, `{amount}`.
    forecast_most,
    /// It cannot repay; `{instrument}`.
    forecast_other,
    /// Over the form.
    repay,
    /// Before the amount.
    repay_amount,
    /// Under it.
    repay_hint,
    /// On the button.
    repay_button,
    /// After it was repaid in full.
    repaid,
    /// After a part.
    repaid_part,
    /// The field is no such amount.
    not_an_amount,
    /// Over what was tried.
    story,
    /// The first line; `{date}`, `{amount}`.
    bought_on,
    /// One attempt; `{time}`, `{amount}`, `{instrument}`.
    tried,
    /// It was taken.
    taken,
    /// Nobody knows yet.
    undecided,
    /// It was not; `{cause}`.
    refused,
    /// The holder did it.
    by_hand,
    /// Why then.
    by_due,
    /// Why then.
    by_next,
    /// Why then.
    by_later,
    /// Why then.
    by_payday,
    /// Why then.
    by_reset,
    /// Why then.
    by_parts,
    /// Why then.
    by_channel,
    /// Why then.
    by_mended,
    /// Why then.
    by_cap,
    /// Over auto-repay.
    auto,
    /// It is on.
    auto_on,
    /// It is off.
    auto_off,
    /// Before the switch.
    auto_switch,
    /// Before the first instrument.
    auto_first,
    /// Before the second.
    auto_second,
    /// No second one.
    auto_nothing,
    /// Before the payday.
    payday,
    /// On the button.
    save,
    /// After it.
    saved,
    /// When we charge.
    hours,
    /// Over the report.
    credit,
    /// Under the score; `{lowest}`, `{highest}`.
    credit_range,
    /// Over the changes.
    moved,
    /// Over what would raise it.
    raises,
    /// Repaying; `{points}`.
    raise_bill,
    /// A month; `{points}`.
    raise_month,
    /// Nothing would now.
    raise_none,
    /// Over what it is enough for.
    needed,
    /// Using the line; `{score}`.
    need_use,
    /// A limit; `{limit}`, `{score}`.
    need_limit,
    /// It is.
    reached,
    /// Why.
    event_opened,
    /// Why.
    event_on_time,
    /// Why; `{level}`.
    event_overdue,
    /// Why.
    event_late,
    /// Why.
    event_month,
    /// Why; `{percent}`.
    event_use,
    /// What the plot shows, for who cannot see it.
    plot,
    /// Before the files.
    statement,
    /// No line is opened yet: the tier is too low; `{tier}`, `{needed}`, `{sources}`.
    tier_low,
    /// Its holder froze it; `{time}`.
    frozen_by_you,
    /// Staff froze it; `{time}`, `{case}`.
    frozen_by_us,
    /// Over the way to freeze it.
    freeze_summary,
    /// What that means.
    freeze_body,
    /// On the button.
    freeze_button,
    /// On the button that lifts it.
    unfreeze_button,
    /// On the link to the bank cards.
    cards,
    /// On the link that puts a cause right.
    handle,
    /// On the link to a repayment that waits for its payer.
    go_on,
    /// Over the parts.
    split,
    /// Under that.
    split_hint,
    /// A part waits for its result; `{amount}`.
    under_way,
    /// All of it waits for its result; `{amount}`.
    all_under_way,
    /// Nothing can repay.
    no_ways,
    /// The payday is no day.
    payday_wrong,
    /// What a repayment's order is about.
    repayment_of,
    /// On the link to the bill.
    back_to_bill,
    /// On the link to the home page.
    back_home,
    /// Before what was paid.
    paid_part,
    /// Before what came back.
    refunded,
    /// An entry that counts no more.
    is_struck,
    /// The dotted line of the plot; `{needed}`.
    needed_line,
}
