//! The labels of the pages, as one struct, so that a label missing in a language does not compile.
//!
//! What stands in braces is a place for a value; [`super::fill`] puts it there.

/// All labels of the pages in one language.
#[derive(Debug, Clone, Copy)]
pub struct PageWords {
    // Every page.
    /// The product.
    pub product_name: &'static str,
    /// Beside the language switch.
    pub language_label: &'static str,
    /// Always in its own language.
    pub language_zh_hans: &'static str,
    /// Always in its own language.
    pub language_zh_hant: &'static str,
    /// Always in its own language.
    pub language_en: &'static str,
    /// On every page of a demo.
    pub demo_note: &'static str,
    /// When the business clock was moved; `{time}`.
    pub clock_note: &'static str,
    /// Under a page with times.
    pub time_zone_note: &'static str,
    /// Our own fault; `{time}` is its beginning.
    pub incident_banner: &'static str,
    /// A channel's fault; `{channel}`, `{time}`.
    pub incident_banner_channel: &'static str,
    /// Behind either; `{time}`.
    pub incident_expected_end: &'static str,
    /// Behind either.
    pub incident_no_end: &'static str,
    /// A link.
    pub back: &'static str,
    /// Opens more.
    pub details: &'static str,
    /// A choice.
    pub yes: &'static str,
    /// A choice.
    pub no: &'static str,
    /// Closes a form.
    pub cancel_button: &'static str,
    /// Copies a code.
    pub copy_button: &'static str,
    /// After it.
    pub copied: &'static str,
    /// While a part of the page comes.
    pub loading: &'static str,
    /// To the help centre.
    pub help_link: &'static str,
    /// To `/docs`.
    pub api_link: &'static str,
    // The cashier.
    /// Its heading.
    pub cashier_title: &'static str,
    /// Before the subject.
    pub order_label: &'static str,
    /// Before the merchant's number.
    pub order_no_label: &'static str,
    /// Before our id.
    pub payment_no_label: &'static str,
    /// Before the merchant.
    pub merchant_label: &'static str,
    /// Before the amount.
    pub amount_label: &'static str,
    /// Before a time.
    pub created_at_label: &'static str,
    /// Over the instruments.
    pub choose_heading: &'static str,
    /// The wallet.
    pub instrument_wallet: &'static str,
    /// The wallet and what it holds; `{amount}`.
    pub instrument_wallet_with_balance: &'static str,
    /// The wallet as a heading or a choice of its own.
    pub instrument_wallet_title: &'static str,
    /// A choice in the list.
    pub instrument_alipay_mandate: &'static str,
    /// A choice in the list.
    pub instrument_wechatpay_mandate: &'static str,
    /// A choice in the list.
    pub instrument_douyin_mandate: &'static str,
    /// A choice in the list.
    pub instrument_unionpay_mandate: &'static str,
    /// Beside the wallet; `{amount}`.
    pub available_balance: &'static str,
    /// Beside a mandate; `{time}`.
    pub mandate_valid_until: &'static str,
    /// Beside an instrument.
    pub can_pay_now: &'static str,
    /// Beside an instrument.
    pub cannot_pay_now: &'static str,
    /// Beside the chosen one.
    pub selected: &'static str,
    /// Opens the cause.
    pub why: &'static str,
    /// Opens the steps.
    pub way_out: &'static str,
    /// `{amount}`.
    pub pay_button: &'static str,
    /// A button; `{instrument}`.
    pub pay_with: &'static str,
    /// A button; `{instrument}`, `{amount}`.
    pub pay_with_amount: &'static str,
    /// On the button after the tap.
    pub paying: &'static str,
    /// When no instrument can pay.
    pub none_can_pay: &'static str,
    /// Before any tap.
    pub not_charged_yet: &'static str,
    /// A link.
    pub choose_other: &'static str,
    /// A link.
    pub add_instrument: &'static str,
    /// Under the form; `{time}`.
    pub link_valid_until: &'static str,
    // Causes and steps, wherever they are shown.
    /// The first of the four.
    pub what_happened_label: &'static str,
    /// The second.
    pub money_safe_label: &'static str,
    /// The third.
    pub what_now_label: &'static str,
    /// The fourth.
    pub by_itself_label: &'static str,
    /// Over the plan.
    pub steps_heading: &'static str,
    /// Over the alternatives.
    pub alternatives_heading: &'static str,
    /// Over the plan when there are alternatives.
    pub or_steps_heading: &'static str,
    /// `{number}`.
    pub step_number: &'static str,
    /// Beside a step.
    pub step_done: &'static str,
    /// Beside a step.
    pub step_next: &'static str,
    /// Beside a wait; `{time}`.
    pub not_before: &'static str,
    /// Before where to tap.
    pub where_label: &'static str,
    /// Before how long.
    pub takes_label: &'static str,
    /// Before who acts.
    pub who_label: &'static str,
    /// The payer.
    pub who_payer: &'static str,
    /// The bank.
    pub who_bank: &'static str,
    /// The third party.
    pub who_channel: &'static str,
    /// We.
    pub who_platform: &'static str,
    /// Support.
    pub who_support: &'static str,
    /// Over several causes.
    pub all_causes_heading: &'static str,
    /// Beside the first.
    pub first_cause_label: &'static str,
    /// Over the causes of other instruments.
    pub other_ways_heading: &'static str,
    /// Beside a cause.
    pub likely: &'static str,
    /// Beside a cause.
    pub possible: &'static str,
    /// Opens the facts.
    pub evidence_label: &'static str,
    /// Before the code, small, to be copied.
    pub code_small_label: &'static str,
    /// Before a channel's own code, small.
    pub channel_code_label: &'static str,
    /// Before a case's id.
    pub case_label: &'static str,
    /// For a fact that nobody told us.
    pub unknown_value: &'static str,
    // Refused.
    /// When no single cause gives the title.
    pub refused_title: &'static str,
    /// Under it.
    pub refused_body: &'static str,
    /// Small, under the steps.
    pub order_kept: &'static str,
    /// A link.
    pub back_to_cashier: &'static str,
    /// A link.
    pub back_to_merchant: &'static str,
    /// Resumes.
    pub resume_button: &'static str,
    /// Says that the remedy is done.
    pub recheck_button: &'static str,
    /// After it.
    pub recheck_passed: &'static str,
    /// After it, when only an attempt can tell.
    pub recheck_unknown: &'static str,
    /// After it.
    pub recheck_still_blocked: &'static str,
    /// Signs a mandate.
    pub sign_mandate_button: &'static str,
    /// Asks for a freeze to be lifted.
    pub request_unfreeze_button: &'static str,
    /// After it.
    pub unfreeze_requested: &'static str,
    /// Under it.
    pub unfreeze_requested_body: &'static str,
    /// Beside it; `{time}`.
    pub unfreeze_requested_at: &'static str,
    /// To the app store.
    pub update_app_button: &'static str,
    /// To the wallet.
    pub top_up_button: &'static str,
    /// To support.
    pub open_ticket_button: &'static str,
    /// Under it.
    pub ticket_note: &'static str,
    // Undecided.
    /// `{channel}`.
    pub undecided_title: &'static str,
    /// Under it.
    pub undecided_body: &'static str,
    /// Under it.
    pub undecided_money: &'static str,
    /// `{time}`.
    pub undecided_known_by: &'static str,
    /// Under it.
    pub undecided_leave: &'static str,
    /// `{time}`.
    pub undecided_since: &'static str,
    /// Asks for the present state.
    pub refresh_button: &'static str,
    /// Small.
    pub refreshes_by_itself: &'static str,
    // The result.
    /// Paid.
    pub paid_title: &'static str,
    /// `{amount}`, `{merchant}`.
    pub paid_body: &'static str,
    /// Before the instrument.
    pub paid_with_label: &'static str,
    /// Before the time.
    pub paid_at_label: &'static str,
    /// Before the channel's number.
    pub trade_no_label: &'static str,
    /// Given up by the merchant.
    pub closed_title: &'static str,
    /// Under it.
    pub closed_body: &'static str,
    /// A late success is on its way back; `{amount}`.
    pub returning_title: &'static str,
    /// Under it; `{channel}`.
    pub returning_body: &'static str,
    /// It is back; `{amount}`.
    pub returned_title: &'static str,
    /// Under it; `{channel}`.
    pub returned_body: &'static str,
    // Signing in.
    /// Its heading.
    pub sign_in_title: &'static str,
    /// Over the form, when it is needed for a step.
    pub sign_in_to_fix: &'static str,
    /// Under it.
    pub sign_in_hint: &'static str,
    /// Before a field.
    pub sign_in_account_label: &'static str,
    /// Before a field.
    pub sign_in_key_label: &'static str,
    /// Signs in.
    pub sign_in_button: &'static str,
    /// Only in a demo.
    pub sign_in_demo_hint: &'static str,
    /// After a wrong entry.
    pub sign_in_no_match: &'static str,
    /// `{account}`.
    pub signed_in_as: &'static str,
    /// Signs out.
    pub sign_out_button: &'static str,
    /// The session ended.
    pub session_over_title: &'static str,
    /// Under it.
    pub session_over_body: &'static str,
    /// Another account's page.
    pub not_yours_title: &'static str,
    /// Under it.
    pub not_yours_body: &'static str,
    // Mandates.
    /// Their page.
    pub mandates_title: &'static str,
    /// Under it.
    pub mandates_body: &'static str,
    /// When there are none.
    pub mandates_none: &'static str,
    /// Its state.
    pub mandate_signing: &'static str,
    /// Its state.
    pub mandate_active: &'static str,
    /// Its state.
    pub mandate_expired: &'static str,
    /// Its state.
    pub mandate_revoked: &'static str,
    /// `{time}`.
    pub mandate_signed_at: &'static str,
    /// `{time}`.
    pub mandate_expires_at: &'static str,
    /// `{time}`.
    pub mandate_expired_at: &'static str,
    /// `{time}`.
    pub mandate_revoked_at: &'static str,
    /// By whom.
    pub revoked_by_payer: &'static str,
    /// By whom.
    pub revoked_by_platform: &'static str,
    /// By whom.
    pub revoked_by_unknown: &'static str,
    /// A new one; `{channel}`.
    pub mandate_sign_new_button: &'static str,
    /// Withdraws it.
    pub mandate_revoke_button: &'static str,
    /// Before it; `{channel}`.
    pub mandate_revoke_confirm: &'static str,
    /// Before the channel's page; `{channel}`.
    pub mandate_going_title: &'static str,
    /// Under it.
    pub mandate_going_body: &'static str,
    /// Back from the channel, not yet confirmed; `{channel}`.
    pub mandate_returned_title: &'static str,
    /// Under it.
    pub mandate_returned_body: &'static str,
    /// Signed; `{channel}`.
    pub mandate_signed_title: &'static str,
    /// Under it.
    pub mandate_signed_body: &'static str,
    /// Came back without signing; `{channel}`.
    pub mandate_unsigned_title: &'static str,
    /// Under it.
    pub mandate_unsigned_body: &'static str,
    // The wallet and the limits.
    /// Its page.
    pub wallet_title: &'static str,
    /// Before an amount.
    pub balance_label: &'static str,
    /// Before an amount.
    pub held_label: &'static str,
    /// Its page.
    pub limits_title: &'static str,
    /// Before an amount.
    pub limit_per_transaction_label: &'static str,
    /// Before an amount.
    pub limit_day_label: &'static str,
    /// Before an amount.
    pub limit_month_label: &'static str,
    /// No such limit.
    pub limit_none: &'static str,
    /// Before an amount.
    pub used_label: &'static str,
    /// Before an amount.
    pub remaining_label: &'static str,
    /// Before a time.
    pub resets_at_label: &'static str,
    /// The list of payments.
    pub payments_title: &'static str,
    /// When there are none.
    pub payments_none: &'static str,
    // Names of states.
    /// A payment.
    pub state_created: &'static str,
    /// A payment.
    pub state_requires_action: &'static str,
    /// A payment.
    pub state_processing: &'static str,
    /// A payment.
    pub state_succeeded: &'static str,
    /// A payment.
    pub state_refused: &'static str,
    /// A payment.
    pub state_closed: &'static str,
    /// An account.
    pub account_active: &'static str,
    /// An account.
    pub account_restricted: &'static str,
    /// An account.
    pub account_frozen: &'static str,
    // When a page cannot be shown.
    /// 404.
    pub not_found_title: &'static str,
    /// Under it.
    pub not_found_body: &'static str,
    /// 404 for a payment.
    pub payment_not_found_title: &'static str,
    /// Under it.
    pub payment_not_found_body: &'static str,
    /// The link's time is over.
    pub expired_link_title: &'static str,
    /// Under it.
    pub expired_link_body: &'static str,
    /// The page was open for too long or in two windows.
    pub form_stale_title: &'static str,
    /// Under it.
    pub form_stale_body: &'static str,
    /// 403.
    pub forbidden_title: &'static str,
    /// Under it.
    pub forbidden_body: &'static str,
    /// 400.
    pub bad_request_title: &'static str,
    /// Under it.
    pub bad_request_body: &'static str,
    /// 422.
    pub key_reused_title: &'static str,
    /// Under it.
    pub key_reused_body: &'static str,
    /// 429.
    pub too_many_title: &'static str,
    /// `{seconds}`.
    pub too_many_body: &'static str,
    /// 503.
    pub overloaded_title: &'static str,
    /// `{seconds}`.
    pub overloaded_body: &'static str,
    /// 500.
    pub server_error_title: &'static str,
    /// Under it.
    pub server_error_body: &'static str,
    /// Before a number for support.
    pub error_number_label: &'static str,
}

impl PageWords {
    /// Every label with its name, so that a test or a person can read them all.
    pub fn all(&self) -> Vec<(&'static str, &'static str)> {
        LABELS.iter().map(|(name, of)| (*name, of(self))).collect()
    }
}

type Label = (&'static str, fn(&PageWords) -> &'static str);

const LABELS: &[Label] = &[
    ("product_name", |words| words.product_name),
    ("language_label", |words| words.language_label),
    ("language_zh_hans", |words| words.language_zh_hans),
    ("language_zh_hant", |words| words.language_zh_hant),
    ("language_en", |words| words.language_en),
    ("demo_note", |words| words.demo_note),
    ("clock_note", |words| words.clock_note),
    ("time_zone_note", |words| words.time_zone_note),
    ("incident_banner", |words| words.incident_banner),
    ("incident_banner_channel", |words| words.incident_banner_channel),
    ("incident_expected_end", |words| words.incident_expected_end),
    ("incident_no_end", |words| words.incident_no_end),
    ("back", |words| words.back),
    ("details", |words| words.details),
    ("yes", |words| words.yes),
    ("no", |words| words.no),
    ("cancel_button", |words| words.cancel_button),
    ("copy_button", |words| words.copy_button),
    ("copied", |words| words.copied),
    ("loading", |words| words.loading),
    ("help_link", |words| words.help_link),
    ("api_link", |words| words.api_link),
    ("cashier_title", |words| words.cashier_title),
    ("order_label", |words| words.order_label),
    ("order_no_label", |words| words.order_no_label),
    ("payment_no_label", |words| words.payment_no_label),
    ("merchant_label", |words| words.merchant_label),
    ("amount_label", |words| words.amount_label),
    ("created_at_label", |words| words.created_at_label),
    ("choose_heading", |words| words.choose_heading),
    ("instrument_wallet", |words| words.instrument_wallet),
    ("instrument_wallet_with_balance", |words| words.instrument_wallet_with_balance),
    ("instrument_wallet_title", |words| words.instrument_wallet_title),
    ("instrument_alipay_mandate", |words| words.instrument_alipay_mandate),
    ("instrument_wechatpay_mandate", |words| words.instrument_wechatpay_mandate),
    ("instrument_douyin_mandate", |words| words.instrument_douyin_mandate),
    ("instrument_unionpay_mandate", |words| words.instrument_unionpay_mandate),
    ("available_balance", |words| words.available_balance),
    ("mandate_valid_until", |words| words.mandate_valid_until),
    ("can_pay_now", |words| words.can_pay_now),
    ("cannot_pay_now", |words| words.cannot_pay_now),
    ("selected", |words| words.selected),
    ("why", |words| words.why),
    ("way_out", |words| words.way_out),
    ("pay_button", |words| words.pay_button),
    ("pay_with", |words| words.pay_with),
    ("pay_with_amount", |words| words.pay_with_amount),
    ("paying", |words| words.paying),
    ("none_can_pay", |words| words.none_can_pay),
    ("not_charged_yet", |words| words.not_charged_yet),
    ("choose_other", |words| words.choose_other),
    ("add_instrument", |words| words.add_instrument),
    ("link_valid_until", |words| words.link_valid_until),
    ("what_happened_label", |words| words.what_happened_label),
    ("money_safe_label", |words| words.money_safe_label),
    ("what_now_label", |words| words.what_now_label),
    ("by_itself_label", |words| words.by_itself_label),
    ("steps_heading", |words| words.steps_heading),
    ("alternatives_heading", |words| words.alternatives_heading),
    ("or_steps_heading", |words| words.or_steps_heading),
    ("step_number", |words| words.step_number),
    ("step_done", |words| words.step_done),
    ("step_next", |words| words.step_next),
    ("not_before", |words| words.not_before),
    ("where_label", |words| words.where_label),
    ("takes_label", |words| words.takes_label),
    ("who_label", |words| words.who_label),
    ("who_payer", |words| words.who_payer),
    ("who_bank", |words| words.who_bank),
    ("who_channel", |words| words.who_channel),
    ("who_platform", |words| words.who_platform),
    ("who_support", |words| words.who_support),
    ("all_causes_heading", |words| words.all_causes_heading),
    ("first_cause_label", |words| words.first_cause_label),
    ("other_ways_heading", |words| words.other_ways_heading),
    ("likely", |words| words.likely),
    ("possible", |words| words.possible),
    ("evidence_label", |words| words.evidence_label),
    ("code_small_label", |words| words.code_small_label),
    ("channel_code_label", |words| words.channel_code_label),
    ("case_label", |words| words.case_label),
    ("unknown_value", |words| words.unknown_value),
    ("refused_title", |words| words.refused_title),
    ("refused_body", |words| words.refused_body),
    ("order_kept", |words| words.order_kept),
    ("back_to_cashier", |words| words.back_to_cashier),
    ("back_to_merchant", |words| words.back_to_merchant),
    ("resume_button", |words| words.resume_button),
    ("recheck_button", |words| words.recheck_button),
    ("recheck_passed", |words| words.recheck_passed),
    ("recheck_unknown", |words| words.recheck_unknown),
    ("recheck_still_blocked", |words| words.recheck_still_blocked),
    ("sign_mandate_button", |words| words.sign_mandate_button),
    ("request_unfreeze_button", |words| words.request_unfreeze_button),
    ("unfreeze_requested", |words| words.unfreeze_requested),
    ("unfreeze_requested_body", |words| words.unfreeze_requested_body),
    ("unfreeze_requested_at", |words| words.unfreeze_requested_at),
    ("update_app_button", |words| words.update_app_button),
    ("top_up_button", |words| words.top_up_button),
    ("open_ticket_button", |words| words.open_ticket_button),
    ("ticket_note", |words| words.ticket_note),
    ("undecided_title", |words| words.undecided_title),
    ("undecided_body", |words| words.undecided_body),
    ("undecided_money", |words| words.undecided_money),
    ("undecided_known_by", |words| words.undecided_known_by),
    ("undecided_leave", |words| words.undecided_leave),
    ("undecided_since", |words| words.undecided_since),
    ("refresh_button", |words| words.refresh_button),
    ("refreshes_by_itself", |words| words.refreshes_by_itself),
    ("paid_title", |words| words.paid_title),
    ("paid_body", |words| words.paid_body),
    ("paid_with_label", |words| words.paid_with_label),
    ("paid_at_label", |words| words.paid_at_label),
    ("trade_no_label", |words| words.trade_no_label),
    ("closed_title", |words| words.closed_title),
    ("closed_body", |words| words.closed_body),
    ("returning_title", |words| words.returning_title),
    ("returning_body", |words| words.returning_body),
    ("returned_title", |words| words.returned_title),
    ("returned_body", |words| words.returned_body),
    ("sign_in_title", |words| words.sign_in_title),
    ("sign_in_to_fix", |words| words.sign_in_to_fix),
    ("sign_in_hint", |words| words.sign_in_hint),
    ("sign_in_account_label", |words| words.sign_in_account_label),
    ("sign_in_key_label", |words| words.sign_in_key_label),
    ("sign_in_button", |words| words.sign_in_button),
    ("sign_in_demo_hint", |words| words.sign_in_demo_hint),
    ("sign_in_no_match", |words| words.sign_in_no_match),
    ("signed_in_as", |words| words.signed_in_as),
    ("sign_out_button", |words| words.sign_out_button),
    ("session_over_title", |words| words.session_over_title),
    ("session_over_body", |words| words.session_over_body),
    ("not_yours_title", |words| words.not_yours_title),
    ("not_yours_body", |words| words.not_yours_body),
    ("mandates_title", |words| words.mandates_title),
    ("mandates_body", |words| words.mandates_body),
    ("mandates_none", |words| words.mandates_none),
    ("mandate_signing", |words| words.mandate_signing),
    ("mandate_active", |words| words.mandate_active),
    ("mandate_expired", |words| words.mandate_expired),
    ("mandate_revoked", |words| words.mandate_revoked),
    ("mandate_signed_at", |words| words.mandate_signed_at),
    ("mandate_expires_at", |words| words.mandate_expires_at),
    ("mandate_expired_at", |words| words.mandate_expired_at),
    ("mandate_revoked_at", |words| words.mandate_revoked_at),
    ("revoked_by_payer", |words| words.revoked_by_payer),
    ("revoked_by_platform", |words| words.revoked_by_platform),
    ("revoked_by_unknown", |words| words.revoked_by_unknown),
    ("mandate_sign_new_button", |words| words.mandate_sign_new_button),
    ("mandate_revoke_button", |words| words.mandate_revoke_button),
    ("mandate_revoke_confirm", |words| words.mandate_revoke_confirm),
    ("mandate_going_title", |words| words.mandate_going_title),
    ("mandate_going_body", |words| words.mandate_going_body),
    ("mandate_returned_title", |words| words.mandate_returned_title),
    ("mandate_returned_body", |words| words.mandate_returned_body),
    ("mandate_signed_title", |words| words.mandate_signed_title),
    ("mandate_signed_body", |words| words.mandate_signed_body),
    ("mandate_unsigned_title", |words| words.mandate_unsigned_title),
    ("mandate_unsigned_body", |words| words.mandate_unsigned_body),
    ("wallet_title", |words| words.wallet_title),
    ("balance_label", |words| words.balance_label),
    ("held_label", |words| words.held_label),
    ("limits_title", |words| words.limits_title),
    ("limit_per_transaction_label", |words| words.limit_per_transaction_label),
    ("limit_day_label", |words| words.limit_day_label),
    ("limit_month_label", |words| words.limit_month_label),
    ("limit_none", |words| words.limit_none),
    ("used_label", |words| words.used_label),
    ("remaining_label", |words| words.remaining_label),
    ("resets_at_label", |words| words.resets_at_label),
    ("payments_title", |words| words.payments_title),
    ("payments_none", |words| words.payments_none),
    ("state_created", |words| words.state_created),
    ("state_requires_action", |words| words.state_requires_action),
    ("state_processing", |words| words.state_processing),
    ("state_succeeded", |words| words.state_succeeded),
    ("state_refused", |words| words.state_refused),
    ("state_closed", |words| words.state_closed),
    ("account_active", |words| words.account_active),
    ("account_restricted", |words| words.account_restricted),
    ("account_frozen", |words| words.account_frozen),
    ("not_found_title", |words| words.not_found_title),
    ("not_found_body", |words| words.not_found_body),
    ("payment_not_found_title", |words| words.payment_not_found_title),
    ("payment_not_found_body", |words| words.payment_not_found_body),
    ("expired_link_title", |words| words.expired_link_title),
    ("expired_link_body", |words| words.expired_link_body),
    ("form_stale_title", |words| words.form_stale_title),
    ("form_stale_body", |words| words.form_stale_body),
    ("forbidden_title", |words| words.forbidden_title),
    ("forbidden_body", |words| words.forbidden_body),
    ("bad_request_title", |words| words.bad_request_title),
    ("bad_request_body", |words| words.bad_request_body),
    ("key_reused_title", |words| words.key_reused_title),
    ("key_reused_body", |words| words.key_reused_body),
    ("too_many_title", |words| words.too_many_title),
    ("too_many_body", |words| words.too_many_body),
    ("overloaded_title", |words| words.overloaded_title),
    ("overloaded_body", |words| words.overloaded_body),
    ("server_error_title", |words| words.server_error_title),
    ("server_error_body", |words| words.server_error_body),
    ("error_number_label", |words| words.error_number_label),
];
