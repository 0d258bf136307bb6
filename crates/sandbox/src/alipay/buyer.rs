//! A buyer at Alipay: his money there, and the state of his account.

use crate::money::Fen;

use super::call::Refusal;
use super::trade::FundChannel;

/// A state of a buyer's account, and the published code with which Alipay then refuses a charge.
///
/// Several states share a code because Alipay publishes only one for them: whoever reads the code cannot tell a frozen
/// account from a restricted one, and must not pretend to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BuyerState {
    pub(crate) name: &'static str,
    pub(crate) refused_with: Option<&'static str>,
}

/// All states in which a buyer can be put. The codes are from the table of alipay.trade.pay.
pub(crate) const STATES: &[BuyerState] = &[
    BuyerState { name: "normal", refused_with: None },
    BuyerState { name: "frozen", refused_with: Some("ACQ.BUYER_ENABLE_STATUS_FORBID") },
    BuyerState { name: "restricted", refused_with: Some("ACQ.BUYER_ENABLE_STATUS_FORBID") },
    BuyerState { name: "unverified", refused_with: Some("ACQ.NOT_CERTIFIED_USER") },
    BuyerState { name: "certify_level_low", refused_with: Some("ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT") },
    BuyerState { name: "not_mainland", refused_with: Some("ACQ.BUYER_NOT_MAINLAND_CERT") },
    BuyerState { name: "payer_unmatched", refused_with: Some("ACQ.PAYER_UNMATCHED") },
    BuyerState { name: "day_limit_reached", refused_with: Some("ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR") },
    BuyerState { name: "month_limit_reached", refused_with: Some("ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR") },
    BuyerState { name: "risky", refused_with: Some("ACQ.PAYMENT_REQUEST_HAS_RISK") },
    BuyerState { name: "balance_payment_off", refused_with: Some("ACQ.ERROR_BALANCE_PAYMENT_DISABLE") },
    BuyerState { name: "mobile_payment_off", refused_with: Some("ACQ.MOBILE_PAYMENT_SWITCH_OFF") },
    BuyerState { name: "no_instrument", refused_with: Some("ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE") },
    BuyerState { name: "wallet_unsupported", refused_with: Some("ACQ.NOT_SUPPORT_PAYMENT_INST") },
    BuyerState { name: "bankcard_invalid", refused_with: Some("ACQ.BUYER_BANKCARD_INVALID") },
    BuyerState { name: "bankcard_declined", refused_with: Some("ACQ.BUYER_BANKCARD_DECLINED") },
    BuyerState { name: "credit_refused", refused_with: Some("ACQ.ZM_CREDIT_AUTH_FAIL") },
    BuyerState { name: "closed", refused_with: Some("ACQ.BUYER_NOT_EXIST") },
];

/// Finds a state by its name.
pub(crate) fn state_named(name: &str) -> Option<&'static BuyerState> {
    STATES.iter().find(|state| state.name == name)
}

/// A buyer.
#[derive(Clone, Debug)]
pub(crate) struct Buyer {
    pub(crate) buyer_id: String,
    pub(crate) logon_id: String,
    pub(crate) balance: Fen,
    /// The balance behind a linked bank card, if he has linked one.
    pub(crate) bank_card_balance: Option<Fen>,
    pub(crate) state: &'static BuyerState,
}

impl Buyer {
    /// Whether the state of his account lets him pay at all.
    pub(crate) fn may_pay(&self) -> Result<(), Refusal> {
        match self.state.refused_with {
            Some(code) => Err(Refusal::new(code)),
            None => Ok(()),
        }
    }

    /// Takes the whole amount from one place, the balance first; changes nothing when it refuses.
    pub(crate) fn pay(&mut self, amount: Fen) -> Result<FundChannel, Refusal> {
        self.may_pay()?;
        if let Some(rest) = self.balance.minus(amount) {
            self.balance = rest;
            return Ok(FundChannel::Balance);
        }
        let Some(card) = self.bank_card_balance else {
            return Err(Refusal::new("ACQ.BUYER_BALANCE_NOT_ENOUGH"));
        };
        let Some(rest) = card.minus(amount) else {
            return Err(Refusal::new("ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH"));
        };
        self.bank_card_balance = Some(rest);
        Ok(FundChannel::BankCard)
    }

    /// Puts money back to where it came from; `None` when the account cannot hold it.
    pub(crate) fn give_back(&mut self, amount: Fen, to: FundChannel) -> Option<()> {
        match to {
            FundChannel::Balance => self.balance = self.balance.plus(amount)?,
            FundChannel::BankCard => {
                // A card that was unlinked since is linked again by what flows back to it.
                self.bank_card_balance = Some(self.bank_card_balance.unwrap_or_default().plus(amount)?);
            }
        }
        Some(())
    }

    /// The login name as answers show it: `138****2877`, `xud***@126.com` (published samples).
    pub(crate) fn masked_logon_id(&self) -> String {
        if let Some((name, domain)) = self.logon_id.split_once('@') {
            let shown: String = name.chars().take(3).collect();
            return format!("{shown}***@{domain}");
        }
        let count = self.logon_id.chars().count();
        let head: String = self.logon_id.chars().take(3).collect();
        let tail: String = self.logon_id.chars().skip(count.saturating_sub(4).max(3)).collect();
        format!("{head}****{tail}")
    }
}
