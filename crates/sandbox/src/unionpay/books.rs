//! UnionPay's own books: merchants, orders, tokens, and the one-time codes on their way.
//!
//! Money moves only in [`Books::settle`] and [`Books::give_back`], between a card at its bank and a merchant.

use std::collections::HashMap;

use jiff::Timestamp;

use super::call::{Call, OrderKey};
use super::certificates::MerchantCertificate;
use super::one_time_code::{Purpose, SentCode};
use super::order::{Order, WRONG_CODE};
use super::page::Page;
use super::token::{Token, TokenState};
use crate::banks::{Banks, Code};
use crate::money::Fen;

/// A merchant as UnionPay has him on record.
#[derive(Clone)]
pub(crate) struct Merchant {
    pub(crate) mer_id: String,
    /// The requestor of tokens (`trId`) that he may name.
    pub(crate) tr_id: String,
    pub(crate) certificates: Vec<MerchantCertificate>,
    /// A merchant who is not active is refused with 31.
    pub(crate) active: bool,
    pub(crate) balance: Fen,
}

/// The books.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) merchants: Vec<Merchant>,
    orders: Vec<Order>,
    by_key: HashMap<OrderKey, usize>,
    by_query_id: HashMap<String, usize>,
    tokens: Vec<Token>,
    by_token: HashMap<String, usize>,
    by_order_id: HashMap<String, Vec<usize>>,
    tokens_of_card: HashMap<String, Vec<usize>>,
    /// How often an order's transaction was asked for.
    calls: HashMap<OrderKey, u32>,
    pub(crate) codes: HashMap<(OrderKey, Purpose), SentCode>,
    /// What was read on opened pages, by the page's token.
    pub(crate) pages: HashMap<String, Page>,
}

impl Books {
    pub(crate) fn merchant(&self, mer_id: &str) -> Option<&Merchant> {
        self.merchants.iter().find(|merchant| merchant.mer_id == mer_id)
    }

    pub(crate) fn merchant_mut(&mut self, mer_id: &str) -> Option<&mut Merchant> {
        self.merchants.iter_mut().find(|merchant| merchant.mer_id == mer_id)
    }

    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    pub(crate) fn order(&self, key: &OrderKey) -> Option<&Order> {
        self.orders.get(*self.by_key.get(key)?)
    }

    pub(crate) fn order_mut(&mut self, key: &OrderKey) -> Option<&mut Order> {
        self.orders.get_mut(*self.by_key.get(key)?)
    }

    /// The orders of one number; only number and time together name one.
    pub(crate) fn orders_numbered(&self, order_id: &str) -> impl Iterator<Item = &Order> {
        self.by_order_id.get(order_id).into_iter().flatten().filter_map(|index| self.orders.get(*index))
    }

    /// The merchant's order that a query id names.
    pub(crate) fn order_of(&self, mer_id: &str, query_id: &str) -> Option<&Order> {
        let order = self.orders.get(*self.by_query_id.get(query_id)?)?;
        (order.key.mer_id == mer_id).then_some(order)
    }

    pub(crate) fn calls(&self, key: &OrderKey) -> u32 {
        self.calls.get(key).copied().unwrap_or(0)
    }

    /// Takes an order once: orderId and txnTime together name it (smartwalle/unionpay, account.go), and a second one is
    /// 12. The exception is an order that failed at its one-time code, whose payer may try again.
    pub(crate) fn take(&mut self, order: Order) -> Result<(), Code> {
        let calls = self.calls.entry(order.key.clone()).or_insert(0);
        *calls = calls.saturating_add(1);
        match self.by_key.get(&order.key).copied() {
            None => {
                let index = self.orders.len();
                self.by_key.insert(order.key.clone(), index);
                self.by_query_id.insert(order.query_id.clone(), index);
                self.by_order_id.entry(order.key.order_id.clone()).or_default().push(index);
                self.orders.push(order);
                Ok(())
            }
            Some(index) => {
                let known = self.orders.get_mut(index).ok_or("12")?;
                let again = known.code == WRONG_CODE && known.kind == order.kind && known.amount == order.amount;
                if !again {
                    return Err("12");
                }
                // It keeps its number: to the merchant it is the same order.
                let (query_id, trace_no) = (known.query_id.clone(), known.trace_no.clone());
                *known = Order { query_id, trace_no, ..order };
                Ok(())
            }
        }
    }

    /// Notes how an order ended.
    pub(crate) fn decide(&mut self, key: &OrderKey, code: &str) {
        if let Some(order) = self.order_mut(key) {
            order.code = code.to_owned();
        }
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn token(&self, number: &str) -> Option<&Token> {
        self.tokens.get(*self.by_token.get(number)?)
    }

    pub(crate) fn token_mut(&mut self, number: &str) -> Option<&mut Token> {
        self.tokens.get_mut(*self.by_token.get(number)?)
    }

    /// The living token of a card for a requestor.
    pub(crate) fn token_for(&mut self, mer_id: &str, tr_id: &str, card: &str) -> Option<&mut Token> {
        let fits = |token: &Token| token.mer_id == mer_id && token.tr_id == tr_id && token.state == TokenState::Normal;
        let index =
            self.tokens_of_card.get(card)?.iter().rev().find(|index| self.tokens.get(**index).is_some_and(fits))?;
        self.tokens.get_mut(*index)
    }

    pub(crate) fn token_opened_by(&self, key: &OrderKey) -> Option<&Token> {
        self.order(key).and_then(|order| order.token.as_deref()).and_then(|number| self.token(number))
    }

    pub(crate) fn add_token(&mut self, token: Token) {
        let index = self.tokens.len();
        self.by_token.insert(token.number.clone(), index);
        self.tokens_of_card.entry(token.card.clone()).or_default().push(index);
        self.tokens.push(token);
    }

    /// The token that a call names, if the caller may use it now.
    pub(crate) fn usable_token(&self, call: &Call, now: Timestamp) -> Result<&Token, Code> {
        let token = self.token(call.token_text("token")).ok_or("89")?;
        let own = token.mer_id == call.key.mer_id && token.tr_id == call.token_text("trId");
        if !own || token.state != TokenState::Normal {
            return Err("89");
        }
        if now >= token.ends_at { Err("80") } else { Ok(token) }
    }

    /// Takes an order's amount from its card, once, or refuses with the bank's code.
    pub(crate) fn settle(&mut self, banks: &Banks, key: &OrderKey, phone: &str) -> Result<(), Code> {
        let order = self.order(key).ok_or("01")?;
        let (card, amount, query_id) = (order.card.clone(), order.amount, order.query_id.clone());
        let merchant = self.merchant_mut(&key.mer_id).ok_or("31")?;
        let balance = merchant.balance.plus(amount).ok_or("33")?;
        banks.charge(&card, amount, &query_id, phone)?;
        merchant.balance = balance;
        if let Some(order) = self.order_mut(key) {
            order.times_charged = order.times_charged.saturating_add(1);
        }
        Ok(())
    }

    /// Gives a part of a paid order back to its card. Undone, it also gives back what it used of the card's limits.
    pub(crate) fn give_back(&mut self, banks: &Banks, key: &OrderKey, amount: Fen, undone: bool) -> Result<(), Code> {
        let order = self.order(key).ok_or("35")?;
        let (card, query_id) = (order.card.clone(), order.query_id.clone());
        let merchant = self.merchant_mut(&key.mer_id).ok_or("31")?;
        merchant.balance = merchant.balance.minus(amount).ok_or("35")?;
        banks.give_back(&card, amount, undone.then_some(query_id.as_str()));
        Ok(())
    }
}
