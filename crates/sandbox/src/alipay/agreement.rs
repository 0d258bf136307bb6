//! A withholding agreement: what the payer has allowed, and until when.

use jiff::Timestamp;

use super::app::Mode;
use super::call::Refusal;
use crate::money::Fen;

/// Who withdrew an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsigner {
    Buyer,
    Merchant,
}

/// Where an agreement stands. Its end by time is not a state: it follows from `invalid_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgreementState {
    Normal,
    Stopped,
    Unsigned { at: Timestamp, by: Unsigner },
}

/// The rules of a periodic agreement (`period_rule_params`; AlipayUserAgreementPageSignModel, PeriodRuleParams).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PeriodRules {
    pub(crate) single_amount: Fen,
    pub(crate) total_amount: Option<Fen>,
    pub(crate) total_payments: Option<u32>,
}

/// An agreement.
#[derive(Clone, Debug)]
pub(crate) struct Agreement {
    pub(crate) agreement_no: String,
    pub(crate) external_agreement_no: Option<String>,
    pub(crate) external_logon_id: Option<String>,
    pub(crate) buyer_id: String,
    pub(crate) personal_product_code: String,
    pub(crate) sign_scene: String,
    pub(crate) signed_at: Timestamp,
    pub(crate) invalid_at: Timestamp,
    pub(crate) state: AgreementState,
    /// The application under which it was signed.
    pub(crate) mode: Mode,
    pub(crate) notify_url: Option<String>,
    pub(crate) rules: Option<PeriodRules>,
    pub(crate) charged: Fen,
    pub(crate) charges: u32,
}

impl Agreement {
    /// The published words for its state: NORMAL and STOP (AlipayUserAgreementQueryResponse: TEMP 暂存, NORMAL 正常,
    /// STOP 暂停), and UNSIGN as in the notice of a withdrawal.
    pub(crate) const fn status(&self) -> &'static str {
        match self.state {
            AgreementState::Normal => "NORMAL",
            AgreementState::Stopped => "STOP",
            AgreementState::Unsigned { .. } => "UNSIGN",
        }
    }

    pub(crate) const fn is_unsigned(&self) -> bool {
        matches!(self.state, AgreementState::Unsigned { .. })
    }

    /// Whether it allows a charge of this product and amount now. The codes are from the withholding rows of the
    /// table of alipay.trade.pay. When in the period a charge falls is not checked: the sandbox has no contract that
    /// would say by how many days it may differ.
    pub(crate) fn allows(&self, product_code: &str, amount: Fen, now: Timestamp) -> Result<(), Refusal> {
        match self.state {
            AgreementState::Unsigned { .. } => return Err(Refusal::new("ACQ.AGREEMENT_NOT_EXIST")),
            AgreementState::Stopped => return Err(Refusal::new("ACQ.AGREEMENT_STATUS_NOT_NORMAL")),
            AgreementState::Normal if now >= self.invalid_at => return Err(Refusal::new("ACQ.AGREEMENT_INVALID")),
            AgreementState::Normal => {}
        }
        // GENERAL_WITHHOLDING charges under GENERAL_WITHHOLDING_P, CYCLE_PAY_AUTH under CYCLE_PAY_AUTH_P.
        if self.personal_product_code != format!("{product_code}_P") {
            return Err(Refusal::new("ACQ.AGREEMENT_ERROR"));
        }
        let Some(rules) = self.rules else { return Ok(()) };
        if amount > rules.single_amount {
            return Err(Refusal::new("ACQ.CYCLE_PAY_SINGLE_FEE_EXCEED"));
        }
        let sum = self.charged.plus(amount);
        if rules.total_amount.is_some_and(|total| sum.is_none_or(|sum| sum > total)) {
            return Err(Refusal::new("ACQ.CYCLE_PAY_TOTAL_FEE_EXCEED"));
        }
        if rules.total_payments.is_some_and(|total| self.charges >= total) {
            return Err(Refusal::new("ACQ.CYCLE_PAY_TOTAL_TIMES_EXCEED"));
        }
        Ok(())
    }
}
