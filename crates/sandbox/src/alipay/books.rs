//! The channel's own books: buyers, agreements, trades and the merchant's balance.
//!
//! Money moves only in [`Books::settle`] and [`Books::give_back`], always between a buyer and the merchant and in whole
//! fen, so that what all of them hold together changes only when a buyer is topped up from outside.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::agreement::Agreement;
use super::agreement_page::Signing;
use super::biz::Biz;
use super::buyer::Buyer;
use super::call::Refusal;
use super::page_order::PageOrder;
use super::payment_code::PaymentCode;
use super::trade::{Payment, Refund, Trade};
use crate::money::Fen;

/// A charge that was refused; kept so that an audit can see what the merchant was told.
#[derive(Clone, Debug)]
pub(crate) struct RefusedCharge {
    pub(crate) out_trade_no: String,
    pub(crate) sub_code: String,
    pub(crate) at: Timestamp,
}

/// The books.
#[derive(Default)]
pub(crate) struct Books {
    buyers: BTreeMap<String, Buyer>,
    agreements: Vec<Agreement>,
    trades: Vec<Trade>,
    by_out_trade_no: HashMap<String, usize>,
    by_trade_no: HashMap<String, usize>,
    pay_calls: HashMap<String, u32>,
    refused: Vec<RefusedCharge>,
    merchant_balance: Fen,
    /// What was read on opened signing pages, by the page's token.
    pub(crate) signings: HashMap<String, Signing>,
    /// What was read on opened pages of orders, by the page's token.
    pub(crate) page_orders: HashMap<String, PageOrder>,
    /// The codes on the buyers' phones.
    pub(crate) payment_codes: HashMap<String, PaymentCode>,
}

impl Books {
    pub(crate) fn merchant_balance(&self) -> Fen {
        self.merchant_balance
    }

    pub(crate) fn buyers(&self) -> impl Iterator<Item = &Buyer> {
        self.buyers.values()
    }

    pub(crate) fn buyer(&self, buyer_id: &str) -> Option<&Buyer> {
        self.buyers.get(buyer_id)
    }

    pub(crate) fn buyer_mut(&mut self, buyer_id: &str) -> Option<&mut Buyer> {
        self.buyers.get_mut(buyer_id)
    }

    pub(crate) fn add_buyer(&mut self, buyer: Buyer) {
        self.buyers.insert(buyer.buyer_id.clone(), buyer);
    }

    pub(crate) fn agreements(&self) -> &[Agreement] {
        &self.agreements
    }

    pub(crate) fn agreement(&self, agreement_no: &str) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.agreement_no == agreement_no)
    }

    pub(crate) fn agreement_mut(&mut self, agreement_no: &str) -> Option<&mut Agreement> {
        self.agreements.iter_mut().find(|agreement| agreement.agreement_no == agreement_no)
    }

    /// The agreement that a query or a withdrawal names: by its number, or by the merchant's number and the product,
    /// then the newest.
    pub(crate) fn agreement_named(&self, biz: &Biz) -> Option<&Agreement> {
        if let Some(number) = biz.text("agreement_no") {
            return self.agreement(&number);
        }
        let external = biz.text("external_agreement_no")?;
        let product = biz.text("personal_product_code")?;
        let named = |agreement: &&Agreement| {
            agreement.external_agreement_no.as_ref() == Some(&external) && agreement.personal_product_code == product
        };
        self.agreements.iter().rev().find(named)
    }

    pub(crate) fn add_agreement(&mut self, agreement: Agreement) {
        self.agreements.push(agreement);
    }

    pub(crate) fn trades(&self) -> &[Trade] {
        &self.trades
    }

    pub(crate) fn trade(&self, out_trade_no: &str) -> Option<&Trade> {
        self.trades.get(*self.by_out_trade_no.get(out_trade_no)?)
    }

    pub(crate) fn trade_mut(&mut self, out_trade_no: &str) -> Option<&mut Trade> {
        self.trades.get_mut(*self.by_out_trade_no.get(out_trade_no)?)
    }

    /// The trade that a request names. When both numbers are sent, `trade_no` counts (published for all of them).
    pub(crate) fn trade_named(&self, biz: &Biz) -> Option<&Trade> {
        match biz.text("trade_no") {
            Some(trade_no) => self.trades.get(*self.by_trade_no.get(&trade_no)?),
            None => self.trade(&biz.text("out_trade_no")?),
        }
    }

    pub(crate) fn open(&mut self, trade: Trade) {
        let index = self.trades.len();
        self.by_out_trade_no.insert(trade.out_trade_no.clone(), index);
        self.by_trade_no.insert(trade.trade_no.clone(), index);
        self.trades.push(trade);
    }

    /// Opens a trade, or puts it in the place of what is known of it.
    pub(crate) fn keep(&mut self, trade: Trade) {
        match self.trade_mut(&trade.out_trade_no) {
            Some(known) => *known = trade,
            None => self.open(trade),
        }
    }

    pub(crate) fn count_pay_call(&mut self, out_trade_no: &str) {
        let calls = self.pay_calls.entry(out_trade_no.to_owned()).or_insert(0);
        *calls = calls.saturating_add(1);
    }

    pub(crate) fn pay_calls(&self, out_trade_no: &str) -> u32 {
        self.pay_calls.get(out_trade_no).copied().unwrap_or(0)
    }

    pub(crate) fn note_refused(&mut self, refused: RefusedCharge) {
        self.refused.push(refused);
    }

    pub(crate) fn refused(&self) -> &[RefusedCharge] {
        &self.refused
    }

    /// Moves the amount of `trade` from its buyer to the merchant and notes the trade as paid, or changes nothing.
    /// A trade that is not in the books yet is opened only when it is paid: a withholding that was declined leaves
    /// nothing behind, and the same number may be sent again.
    pub(crate) fn settle(
        &mut self,
        mut trade: Trade,
        agreement_no: Option<&str>,
        now: Timestamp,
    ) -> Result<Trade, Refusal> {
        let overflow = || Refusal::new("ACQ.TOTAL_FEE_EXCEED");
        let merchant_balance = self.merchant_balance.plus(trade.total).ok_or_else(overflow)?;
        let buyer = self.buyers.get_mut(&trade.buyer_id).ok_or_else(|| Refusal::new("ACQ.BUYER_NOT_EXIST"))?;
        let from = buyer.pay(trade.total)?;
        self.merchant_balance = merchant_balance;
        trade.payment = Some(Payment { at: now, from });
        trade.times_charged = trade.times_charged.saturating_add(1);
        if let Some(agreement) = agreement_no.and_then(|number| self.agreement_mut(number)) {
            agreement.charged = agreement.charged.plus(trade.total).unwrap_or(agreement.charged);
            agreement.charges = agreement.charges.saturating_add(1);
        }
        self.keep(trade.clone());
        Ok(trade)
    }

    /// Moves a part of a paid trade back to where it came from. A trade whose last fen went back is closed.
    pub(crate) fn give_back(&mut self, out_trade_no: &str, refund: Refund) -> Result<Trade, Refusal> {
        let trade = self.trade(out_trade_no).ok_or_else(|| Refusal::new("ACQ.TRADE_NOT_EXIST"))?;
        let payment = trade.payment.ok_or_else(|| Refusal::new("ACQ.TRADE_STATUS_ERROR"))?;
        let buyer_id = trade.buyer_id.clone();
        let rest = self.merchant_balance.minus(refund.amount);
        let rest = rest.ok_or_else(|| Refusal::new("ACQ.SELLER_BALANCE_NOT_ENOUGH"))?;
        let buyer = self.buyers.get_mut(&buyer_id).ok_or_else(|| Refusal::new("ACQ.BUYER_NOT_EXIST"))?;
        buyer.give_back(refund.amount, payment.from).ok_or_else(|| Refusal::new("ACQ.BUYER_ERROR"))?;
        self.merchant_balance = rest;
        let trade = self.trade_mut(out_trade_no).ok_or_else(|| Refusal::new("ACQ.TRADE_NOT_EXIST"))?;
        let at = refund.at;
        trade.refunds.push(refund);
        if trade.refundable() == Fen::ZERO {
            trade.closed_at = Some(at);
        }
        Ok(trade.clone())
    }

    /// Whom a call is about, for faults that are scripted for one buyer.
    pub(crate) fn buyer_of(&self, biz: &Biz) -> Option<String> {
        if let Some(buyer_id) = biz.text("buyer_id") {
            return Some(buyer_id);
        }
        if let Some(code) = biz.text("auth_code").and_then(|code| self.payment_codes.get(&code)) {
            return Some(code.buyer_id.clone());
        }
        let under = biz.object("agreement_params").and_then(|agreement| agreement.text("agreement_no"));
        let agreement = match under {
            Some(number) => self.agreement(&number),
            None => self.agreement_named(biz),
        };
        let trade = || self.trade_named(biz).map(|trade| trade.buyer_id.clone());
        agreement.map(|agreement| agreement.buyer_id.clone()).or_else(trade)
    }
}
