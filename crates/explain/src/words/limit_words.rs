//! What is said of limits, on their page and among the facts of a refusal.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels about limits, in one language.
    LimitWords;

    /// Over the page.
    title,
    /// Under it.
    intro,
    /// A limit on one payment.
    per_transaction,
    /// A limit on a day.
    per_day,
    /// A limit on a month.
    per_month,
    /// A ceiling for a year.
    per_year,
    /// A ceiling for all time.
    since_opened,
    /// Who has set it: we.
    owner_product,
    /// Who has set it: the bank.
    owner_bank,
    /// Who has set it: the channel.
    owner_channel,
    /// Who has set it: the holder.
    owner_self_set,
    /// How much of it is used; `{used}`, `{limit}`.
    used_of,
    /// What is left; `{amount}`.
    left,
    /// When it starts afresh; `{time}`.
    resets,
    /// Until when it is raised; `{time}`.
    raised_until,
    /// Nobody has set any.
    none,
    /// Over the form.
    own_heading,
    /// Under it.
    own_note,
    /// Before a field for yuan.
    yuan,
    /// In a field without a limit.
    no_limit,
    /// Before the field for the pay password.
    password,
    /// On the button.
    save,
    /// After it.
    saved,
    /// A field that is no amount.
    not_an_amount,
    /// The pay password is needed.
    password_needed,
    /// Over the regulator's ceilings.
    ceilings_heading,
    /// What is not counted in them.
    ceilings_note,
    /// The tier's; `{tier}`.
    tier,
    /// Without the pay password.
    one_factor,
    /// With it.
    two_factors,
    /// A link to the page.
    link,
    /// On the button that has a payment resumed by itself; `{time}`.
    schedule_button,
    /// What it does.
    schedule_note,
    /// It will be; `{time}`.
    scheduled,
    /// On the button that takes it back.
    unschedule_button,
    /// Before the tier, among the facts.
    fact_tier,
    /// Before the strength, among the facts.
    fact_authentication,
    /// Before whose limit it is, among the facts.
    fact_owner,
    /// The payer's own, as a fact.
    whose_payer,
}
