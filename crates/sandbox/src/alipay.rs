//! Alipay OpenAPI v2 as the merchant sees it: `/gateway.do`, the pages on which a payer signs and pays, notifications.
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
pub(crate) mod app;
mod biz;
pub(crate) mod books;
pub(crate) mod buyer;
mod call;
pub(crate) mod certificates;
mod expiry;
mod faulty;
mod gateway;
mod notification;
mod page;
pub(crate) mod page_order;
mod parameters;
pub(crate) mod payment_code;
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
mod way_back;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use axum::Router;
use axum::routing::{any, post};

use crate::SandboxError;
use crate::backstage::Backstage;
use crate::calls::Calls;
use crate::clock::Clock;
use crate::faults::FaultBook;
use crate::ids::Ids;
use crate::keys::Key;
use crate::tasks::Tasks;

use app::{App, Mode};
use books::Books;
use notification::Notifier;

pub(crate) use agreement_unsign::withdraw;
pub(crate) use call::Method;
pub(crate) use notification::{Notice, Record, send as send_notice};

/// The name of this channel in faults and in the truth.
pub(crate) const CHANNEL: &str = "alipay";

/// Alipay: one merchant with his applications, the buyers, and the books.
pub(crate) struct Alipay {
    pub(crate) seller_id: String,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<Clock>,
    pub(crate) ids: Ids,
    pub(crate) faults: Arc<FaultBook>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) tasks: Arc<Tasks>,
    pub(crate) notifier: Notifier,
    public_key_app: App,
    certificate_app: App,
    /// Signs what must not be believed.
    forger_key: Key,
    books: Mutex<Books>,
}

impl Alipay {
    pub(crate) fn new(seed: u64, address: SocketAddr, backstage: &Backstage) -> Result<Self, SandboxError> {
        let ids = Ids::new(seed);
        // Making RSA keys is what a start waits for, so both applications are made at once. Only the first draws a number,
        // and the order of the draws decides the numbers: it comes before the seller.
        let (public_key_app, certificate_app) = thread::scope(|scope| {
            let certificate_app = scope.spawn(|| App::with_certificates(&ids));
            let public_key_app = App::with_public_keys(&ids);
            (public_key_app, certificate_app.join())
        });
        let certificate_app = certificate_app.map_err(|_| SandboxError::Keys("a thread ended".to_owned()))?;
        let (public_key_app, certificate_app) = (public_key_app?, certificate_app?);
        Ok(Self {
            seller_id: ids.user_id(),
            address,
            clock: Arc::clone(&backstage.clock),
            ids,
            faults: Arc::clone(&backstage.faults),
            calls: Arc::clone(&backstage.calls),
            tasks: Arc::clone(&backstage.tasks),
            notifier: notification::notifier()?,
            public_key_app,
            certificate_app,
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

    pub(crate) fn app(&self, mode: Mode) -> &App {
        match mode {
            Mode::PublicKey => &self.public_key_app,
            Mode::Certificate => &self.certificate_app,
        }
    }

    /// The mode of the application with this number.
    pub(crate) fn mode_of(&self, app_id: &str) -> Option<Mode> {
        [Mode::PublicKey, Mode::Certificate].into_iter().find(|mode| self.app(*mode).id == app_id)
    }
}

/// The routes of Alipay's port.
pub(crate) fn router(alipay: Arc<Alipay>) -> Router {
    Router::new()
        .route("/gateway.do", any(gateway::handle))
        .route("/sandbox/agreement", post(agreement_page::decide))
        .route("/sandbox/order", post(page_order::decide))
        .with_state(alipay)
}
