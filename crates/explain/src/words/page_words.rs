//! The labels of the pages, as one struct, so that a label missing in a language does not compile.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

super::labels::labels! {
    /// All labels of the pages in one language.
    PageWords;

    // Every page.
    /// The product.
    product_name,
    /// Beside the language switch.
    language_label,
    /// Always in its own language.
    language_zh_hans,
    /// Always in its own language.
    language_zh_hant,
    /// Always in its own language.
    language_en,
    /// On every page of a demo.
    demo_note,
    /// When the business clock was moved; `{time}`.
    clock_note,
    /// Under a page with times.
    time_zone_note,
    /// Our own fault; `{time}` is its beginning.
    incident_banner,
    /// A channel's fault; `{channel}`, `{time}`.
    incident_banner_channel,
    /// Behind either; `{time}`.
    incident_expected_end,
    /// Behind either.
    incident_no_end,
    /// A link.
    back,
    /// Opens more.
    details,
    /// A choice.
    yes,
    /// A choice.
    no,
    /// Closes a form.
    cancel_button,
    /// Copies a code.
    copy_button,
    /// After it.
    copied,
    /// While a part of the page comes.
    loading,
    /// To the help centre.
    help_link,
    /// To `/docs`.
    api_link,
    // The cashier.
    /// Its heading.
    cashier_title,
    /// Before the subject.
    order_label,
    /// Before the merchant's number.
    order_no_label,
    /// Before our id.
    payment_no_label,
    /// Before the merchant.
    merchant_label,
    /// Before the amount.
    amount_label,
    /// Before a time.
    created_at_label,
    /// Over the instruments.
    choose_heading,
    /// The wallet.
    instrument_wallet,
    /// The pay-later line, as an instrument.
    instrument_pay_later,
    /// The account's points, as an instrument.
    instrument_points,
    /// The wallet and what it holds; `{amount}`.
    instrument_wallet_with_balance,
    /// The wallet as a heading or a choice of its own.
    instrument_wallet_title,
    /// A choice in the list.
    instrument_alipay_mandate,
    /// A choice in the list.
    instrument_wechatpay_mandate,
    /// A choice in the list.
    instrument_douyin_mandate,
    /// A choice in the list.
    instrument_unionpay_mandate,
    /// Beside the wallet; `{amount}`.
    available_balance,
    /// Beside a mandate; `{time}`.
    mandate_valid_until,
    /// Beside an instrument.
    can_pay_now,
    /// Beside an instrument.
    cannot_pay_now,
    /// Beside the chosen one.
    selected,
    /// Opens the cause.
    why,
    /// Opens the steps.
    way_out,
    /// `{amount}`.
    pay_button,
    /// A button; `{instrument}`.
    pay_with,
    /// A button; `{instrument}`, `{amount}`.
    pay_with_amount,
    /// On the button after the tap.
    paying,
    /// When no instrument can pay.
    none_can_pay,
    /// Before any tap.
    not_charged_yet,
    /// A link.
    choose_other,
    /// A link.
    add_instrument,
    /// Under the form; `{time}`.
    link_valid_until,
    // Causes and steps, wherever they are shown.
    /// The first of the four.
    what_happened_label,
    /// The second.
    money_safe_label,
    /// The third.
    what_now_label,
    /// The fourth.
    by_itself_label,
    /// Over the plan.
    steps_heading,
    /// Over the alternatives.
    alternatives_heading,
    /// Over the plan when there are alternatives.
    or_steps_heading,
    /// `{number}`.
    step_number,
    /// Beside a step.
    step_done,
    /// Beside a step.
    step_next,
    /// Beside a wait; `{time}`.
    not_before,
    /// Before where to tap.
    where_label,
    /// Before how long.
    takes_label,
    /// Before who acts.
    who_label,
    /// The payer.
    who_payer,
    /// The bank.
    who_bank,
    /// The third party.
    who_channel,
    /// We.
    who_platform,
    /// Support.
    who_support,
    /// Over several causes.
    all_causes_heading,
    /// Beside the first.
    first_cause_label,
    /// Over the causes of other instruments.
    other_ways_heading,
    /// Beside a cause.
    likely,
    /// Beside a cause.
    possible,
    /// Opens the facts.
    evidence_label,
    /// Before the code, small, to be copied.
    code_small_label,
    /// Before a channel's own code, small.
    channel_code_label,
    /// Before a case's id.
    case_label,
    /// For a fact that nobody told us.
    unknown_value,
    // The names of facts.
    /// `whose`, `channel`.
    fact_whose,
    /// `since`.
    fact_since,
    /// `expected_end`.
    fact_expected_end,
    /// `sent_at`.
    fact_sent_at,
    /// `last_contact`.
    fact_last_contact,
    /// `loss_percent`.
    fact_loss_percent,
    /// `version`.
    fact_version,
    /// `minimum`.
    fact_minimum,
    /// `balance`.
    fact_balance,
    /// `requested`.
    fact_requested,
    /// `short`.
    fact_short,
    /// `limit`.
    fact_limit,
    /// `used`.
    fact_used,
    /// `remaining`.
    fact_remaining,
    /// `resets_at`.
    fact_resets_at,
    /// `expired_at`.
    fact_expired_at,
    /// `revoked_at`.
    fact_revoked_at,
    /// `until`.
    fact_until,
    /// `unfreeze_requested_at`.
    fact_unfreeze_requested_at,
    /// `told_at`.
    fact_told_at,
    /// A fact's name.
    fact_tries_left,
    /// A fact's name.
    fact_locked_until,
    /// The value `platform`.
    whose_platform,
    // Refused.
    /// When no single cause gives the title.
    refused_title,
    /// Under it.
    refused_body,
    /// Small, under the steps.
    order_kept,
    /// A link.
    back_to_cashier,
    /// A link.
    back_to_merchant,
    /// Resumes.
    resume_button,
    /// Says that the remedy is done.
    recheck_button,
    /// After it.
    recheck_passed,
    /// After it, when only an attempt can tell.
    recheck_unknown,
    /// After it.
    recheck_still_blocked,
    /// Signs a mandate.
    sign_mandate_button,
    /// Asks for a freeze to be lifted.
    request_unfreeze_button,
    /// After it.
    unfreeze_requested,
    /// Under it.
    unfreeze_requested_body,
    /// Beside it; `{time}`.
    unfreeze_requested_at,
    /// To the app store.
    update_app_button,
    /// To the wallet.
    top_up_button,
    /// To support.
    open_ticket_button,
    /// Under it.
    ticket_note,
    // Undecided.
    /// `{channel}`.
    undecided_title,
    /// Under it.
    undecided_body,
    /// Under it.
    undecided_money,
    /// `{time}`.
    undecided_known_by,
    /// Under it.
    undecided_leave,
    /// `{time}`.
    undecided_since,
    /// Asks for the present state.
    refresh_button,
    /// Small.
    refreshes_by_itself,
    // The result.
    /// Paid.
    paid_title,
    /// `{amount}`, `{merchant}`.
    paid_body,
    /// Before the instrument.
    paid_with_label,
    /// Before the time.
    paid_at_label,
    /// Before the channel's number.
    trade_no_label,
    /// Given up by the merchant.
    closed_title,
    /// Under it.
    closed_body,
    /// A late success is on its way back; `{amount}`.
    returning_title,
    /// Under it; `{channel}`.
    returning_body,
    /// It is back; `{amount}`.
    returned_title,
    /// Under it; `{channel}`.
    returned_body,
    /// A merchant's refund is on its way; `{merchant}`.
    refunding_body,
    /// It is in the wallet.
    refunded_wallet,
    /// It came off a bill.
    refunded_bill,
    /// It came back as points; `{points}`.
    refunded_points,
    /// Of a refund that was refused.
    refund_refused,
    /// Its channel has not decided.
    refund_waits,
    // Signing in.
    /// Its heading.
    sign_in_title,
    /// Over the form, when it is needed for a step.
    sign_in_to_fix,
    /// Under it.
    sign_in_hint,
    /// Before a field.
    sign_in_account_label,
    /// Before a field.
    sign_in_key_label,
    /// Signs in.
    sign_in_button,
    /// Only in a demo.
    sign_in_demo_hint,
    /// After a wrong entry.
    sign_in_no_match,
    /// `{account}`.
    signed_in_as,
    /// Signs out.
    sign_out_button,
    /// The session ended.
    session_over_title,
    /// Under it.
    session_over_body,
    /// Another account's page.
    not_yours_title,
    /// Under it.
    not_yours_body,
    /// Folds the checks of a decision.
    trace_heading,
    /// Under it; `{time}`.
    trace_body,
    // The pay password.
    /// Where it is entered.
    password_title,
    /// Under it; `{amount}`, `{merchant}`.
    password_body,
    /// Before its field.
    password_label,
    /// `{amount}`.
    password_button,
    /// To somebody who has the link and is not signed in.
    password_needs_sign_in,
    /// Where it is set.
    password_set_title,
    /// Under it.
    password_set_body,
    /// Before its second field.
    password_again_label,
    /// Sets it, and goes on paying.
    password_set_button,
    /// The two fields differ.
    password_differs,
    /// What was entered cannot be one.
    password_weak,
    // Mandates.
    /// Their page.
    mandates_title,
    /// Under it.
    mandates_body,
    /// When there are none.
    mandates_none,
    /// Its state.
    mandate_signing,
    /// Its state.
    mandate_active,
    /// Its state.
    mandate_expired,
    /// Its state.
    mandate_revoked,
    /// `{time}`.
    mandate_signed_at,
    /// `{time}`.
    mandate_expires_at,
    /// `{time}`.
    mandate_expired_at,
    /// `{time}`.
    mandate_revoked_at,
    /// By whom.
    revoked_by_payer,
    /// By whom.
    revoked_by_platform,
    /// By whom.
    revoked_by_unknown,
    /// A new one; `{channel}`.
    mandate_sign_new_button,
    /// Withdraws it.
    mandate_revoke_button,
    /// Before it; `{channel}`.
    mandate_revoke_confirm,
    /// Before the channel's page; `{channel}`.
    mandate_going_title,
    /// Under it.
    mandate_going_body,
    /// Back from the channel, not yet confirmed; `{channel}`.
    mandate_returned_title,
    /// Under it.
    mandate_returned_body,
    /// Signed; `{channel}`.
    mandate_signed_title,
    /// Under it.
    mandate_signed_body,
    /// Came back without signing; `{channel}`.
    mandate_unsigned_title,
    /// Under it.
    mandate_unsigned_body,
    // The wallet and the limits.
    /// Its page.
    wallet_title,
    /// Before an amount.
    balance_label,
    /// Before an amount.
    held_label,
    /// Its page.
    limits_title,
    /// Before an amount.
    limit_per_transaction_label,
    /// Before an amount.
    limit_day_label,
    /// Before an amount.
    limit_month_label,
    /// No such limit.
    limit_none,
    /// Before an amount.
    used_label,
    /// Before an amount.
    remaining_label,
    /// Before a time.
    resets_at_label,
    /// The list of payments.
    payments_title,
    /// When there are none.
    payments_none,
    // Names of states.
    /// A payment.
    state_created,
    /// A payment.
    state_requires_action,
    /// A payment.
    state_processing,
    /// A payment.
    state_succeeded,
    /// A payment.
    state_refused,
    /// A payment.
    state_closed,
    /// An account.
    account_active,
    /// An account.
    account_restricted,
    /// An account.
    account_frozen,
    // When a page cannot be shown.
    /// 404.
    not_found_title,
    /// Under it.
    not_found_body,
    /// 404 for a payment.
    payment_not_found_title,
    /// Under it.
    payment_not_found_body,
    /// The link's time is over.
    expired_link_title,
    /// Under it.
    expired_link_body,
    /// The page was open for too long or in two windows.
    form_stale_title,
    /// Under it.
    form_stale_body,
    /// 403.
    forbidden_title,
    /// Under it.
    forbidden_body,
    /// 400.
    bad_request_title,
    /// Under it.
    bad_request_body,
    /// 422.
    key_reused_title,
    /// Under it.
    key_reused_body,
    /// 429.
    too_many_title,
    /// `{seconds}`.
    too_many_body,
    /// 503.
    overloaded_title,
    /// `{seconds}`.
    overloaded_body,
    /// 500.
    server_error_title,
    /// Under it.
    server_error_body,
    /// Before a number for support.
    error_number_label,
    // The welcome page and the demo.
    /// On the welcome page, under the name.
    welcome_body,
    /// To `/demo`.
    demo_link,
    /// Its heading.
    demo_title,
    /// Under it.
    demo_body,
    /// When the list is empty.
    demo_none,
    /// Opens the cashier as anybody with the link.
    demo_open_cashier,
    /// Signs in as the demo's payer, and opens the cashier.
    demo_open_as_payer,
    /// To the first page.
    home_link,
    /// Before the sign-in button of a link.
    sign_in_once,
    /// On a page that asks for the payer's session: where it comes from.
    sign_in_by_link,
    /// When the way is open again after a refusal.
    open_again,
    /// 503 or a time-out.
    not_now_title,
    /// Under it.
    not_now_body,
    // A code explained.
    /// The heading of `/explain`.
    explain_title,
    /// Under it.
    explain_body,
    /// Before the field.
    explain_code_label,
    /// Explains.
    explain_button,
    /// A result.
    explain_succeeded_title,
    /// Under it.
    explain_succeeded_body,
    /// A result.
    explain_accepted_title,
    /// Under it.
    explain_accepted_body,
    /// A result.
    explain_declined_title,
    /// Under it.
    explain_declined_body,
    /// A result.
    explain_undecided_title,
    /// Under it.
    explain_undecided_body,
    /// A code that is in no table.
    explain_unknown_title,
    /// Under it.
    explain_unknown_body,
    /// Over several readings of one code.
    explain_differs,
    /// For developers.
    explain_resend_yes,
    /// For developers.
    explain_resend_after_query,
    /// For developers.
    explain_resend_no,
    /// When the payer can do nothing about it.
    explain_merchant_side,
    /// Over the part for developers.
    explain_developer_heading,
    /// Before the channel's own text.
    explain_message_label,
    /// Beside a row that the operator changed or added; `{note}`.
    explain_changed_here,
    /// Lifts the choice of one channel.
    explain_all_channels,
    /// Whose ISO 8583 codes are.
    explain_card_networks,
    /// Over it.
    open_again_title,
    /// Over what stopped it before.
    earlier_reason,
    /// On the button that rechecks and, if nothing stops it any more, pays; `{amount}`.
    recheck_pay_button,
    /// A sign-in link that was used or is too old.
    link_spent_title,
    /// Under it.
    link_spent_body,
}
