//! Alipay OpenAPI v2 as the merchant sees it: `/gateway.do`, the page on which a payer signs, notifications.
//!
//! The order of work in every call: authenticate ([`gateway`]), meet a scripted fault if there is one ([`faulty`]), act
//! on the books under one lock (one file per method), release the lock, then sign and send. So an answer that is lost
//! on the way has still happened, which is what a merchant's server must be able to live with.

pub(crate) mod agreement;
pub(crate) mod agreement_notice;
mod agreement_page;
mod agreement_query;
mod agreement_unsign;
mod answer;
mod biz;
pub(crate) mod books;
pub(crate) mod buyer;
mod call;
mod expiry;
mod faulty;
mod gateway;
mod keys;
mod notification;
mod page;
mod parameters;
pub(crate) mod published;
mod refund_query;
mod signature;
pub(crate) mod trade;
mod trade_cancel;
mod trade_close;
mod trade_create;
mod trade_notice;
mod trade_pay;
mod trade_query;
mod trade_refund;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{any, post};

use crate::SandboxError;
use crate::clock::Clock;
use crate::faults::FaultBook;
use crate::ids::Ids;
use crate::tasks::Tasks;

use books::Books;
use keys::Key;
use notification::Notifier;

pub(crate) use agreement_unsign::withdraw;
pub(crate) use call::Method;
pub(crate) use keys::Pem;
pub(crate) use notification::{Notice, Record, send as send_notice};

/// The name of this channel in faults and in the truth.
pub(crate) const CHANNEL: &str = "alipay";

/// Alipay: one merchant with one application, its buyers, and the books.
pub(crate) struct Alipay {
    pub(crate) app_id: String,
    pub(crate) seller_id: String,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) faults: FaultBook,
    pub(crate) tasks: Tasks,
    pub(crate) notifier: Notifier,
    merchant_key: Key,
    alipay_key: Key,
    /// Signs what must not be believed.
    forger_key: Key,
    books: Mutex<Books>,
}

impl Alipay {
    pub(crate) fn new(seed: u64, address: SocketAddr) -> Result<Self, SandboxError> {
        let ids = Ids::new(seed);
        Ok(Self {
            app_id: ids.app_id(),
            seller_id: ids.user_id(),
            address,
            clock: Clock::new(),
            ids,
            faults: FaultBook::default(),
            tasks: Tasks::default(),
            notifier: Notifier::new()?,
            merchant_key: Key::generate()?,
            alipay_key: Key::generate()?,
            forger_key: Key::generate()?,
            books: Mutex::new(Books::default()),
        })
    }

    /// The books, locked. The lock is held for one change and never across a wait.
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        // A panic elsewhere cannot leave half a movement of money: each is made by one method of `Books`.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The merchant's private key, which a real merchant would have made himself.
    pub(crate) fn merchant_pem(&self) -> &Pem {
        self.merchant_key.pem()
    }

    pub(crate) fn alipay_public_pem(&self) -> &str {
        &self.alipay_key.pem().public
    }
}

/// The routes of Alipay's port.
pub(crate) fn router(alipay: Arc<Alipay>) -> Router {
    Router::new()
        .route("/gateway.do", any(gateway::handle))
        .route("/sandbox/agreement", post(agreement_page::decide))
        .with_state(alipay)
}
