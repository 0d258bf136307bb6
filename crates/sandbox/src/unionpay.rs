//! UnionPay ACP 5.1 (银联全渠道) as the merchant sees it: the token product, `/gateway/api/*.do` and its notifications.
//!
//! The order of work is Alipay's: authenticate ([`gateway`]), meet a scripted fault if there is one ([`faulty`]), act on
//! the books under one lock (one file per transaction), release the lock, then sign and send. Behind the books stand the
//! banks with the cards, and the phones to which the banks send their codes. What is published where, and what is not, is
//! in each file's head and together in docs/sandbox-unionpay.md.

pub(crate) mod answer;
pub(crate) mod books;
pub(crate) mod call;
pub(crate) mod certificates;
mod consume;
mod customer;
mod encryption_certificate;
mod faulty;
mod fields;
mod gateway;
mod give_back;
mod notification;
mod one_time_code;
mod open;
mod open_query;
pub(crate) mod order;
mod page;
pub(crate) mod published;
mod query;
mod refund;
mod reversal;
mod signature;
pub(crate) mod token;
mod token_deletion;
mod undo;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::SandboxError;
use crate::backstage::Backstage;
use crate::banks::card::Kind as CardKind;
use crate::banks::{Banks, Code};
use crate::calls::Calls;
use crate::clock::Clock;
use crate::faults::FaultBook;
use crate::ids::Ids;
use crate::money::Fen;
use crate::outbox::Outbox;
use crate::phones::Phones;
use crate::tasks::Tasks;

use books::{Books, Merchant};
use call::Call;
use certificates::{Authority, MadeMerchant, MerchantCertificate, Signer};
use notification::Record;
use order::Order;

/// The name of this channel in faults and in the truth.
pub(crate) const CHANNEL: &str = "unionpay";
/// The first merchant; test numbers at UnionPay begin with 777.
pub(crate) const FIRST_MERCHANT: &str = "777290058110097";
/// The requestor of tokens that UnionPay's test environment gives to everybody (the official demo).
pub(crate) const FIRST_REQUESTOR: &str = "62000000001";

/// UnionPay: its certificates, the merchants, and the books.
pub(crate) struct UnionPay {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<Clock>,
    pub(crate) faults: Arc<FaultBook>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) tasks: Arc<Tasks>,
    pub(crate) ids: Ids,
    pub(crate) authority: Authority,
    pub(crate) made: MadeMerchant,
    pub(crate) outbox: Outbox<Record>,
    pub(crate) banks: Arc<Banks>,
    pub(crate) phones: Arc<Phones>,
    /// Signs what must not be believed; made when it is first needed.
    foreign: OnceLock<Option<Signer>>,
    books: Mutex<Books>,
}

impl UnionPay {
    pub(crate) fn new(
        seed: u64,
        address: SocketAddr,
        backstage: &Backstage,
        banks: Arc<Banks>,
        phones: Arc<Phones>,
    ) -> Result<Self, SandboxError> {
        let (authority, made) = Authority::issue()?;
        let mut books = Books::default();
        books.merchants.push(Merchant {
            mer_id: FIRST_MERCHANT.to_owned(),
            tr_id: FIRST_REQUESTOR.to_owned(),
            certificates: vec![MerchantCertificate::read(&made.certificate)?],
            active: true,
            balance: Fen::ZERO,
        });
        Ok(Self {
            address,
            clock: Arc::clone(&backstage.clock),
            faults: Arc::clone(&backstage.faults),
            calls: Arc::clone(&backstage.calls),
            tasks: Arc::clone(&backstage.tasks),
            ids: Ids::new(seed.wrapping_add(0x0ACB)),
            authority,
            made,
            outbox: notification::outbox()?,
            banks,
            phones,
            foreign: OnceLock::new(),
            books: Mutex::new(books),
        })
    }

    /// The books, locked. The lock is held for one change and never across a wait; the banks' lock is taken inside it and
    /// never the other way round.
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        // A panic elsewhere cannot leave half a movement of money: each is made by one method of `Books`.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `None` only if the library makes no keys any more.
    pub(crate) fn foreign_signer(&self) -> Option<&Signer> {
        self.foreign.get_or_init(|| Signer::foreign().ok()).as_ref()
    }

    /// The caller may name this requestor of tokens.
    pub(crate) fn check_requestor(&self, call: &Call) -> Result<(), Code> {
        let books = self.books();
        let merchant = books.merchant(&call.key.mer_id).ok_or("31")?;
        let own = merchant.tr_id == call.token_text("trId") && call.token_text("tokenType") == "01";
        if own { Ok(()) } else { Err("89") }
    }

    /// The card that a call is about, for faults that are scripted for one card.
    pub(crate) fn card_of(&self, call: &Call) -> Option<String> {
        if let Some(card) = &call.card {
            return Some(card.clone());
        }
        let books = self.books();
        let by_token = books.token(call.token_text("token")).map(|token| token.card.clone());
        by_token.or_else(|| books.order(&call.key).map(|order| order.card.clone()))
    }

    /// 01 debit, 02 credit (general knowledge of the field's values; not seen in a public client).
    pub(crate) fn pay_card_type(&self, card: &str) -> Option<&'static str> {
        self.banks.bin_of(card).map(|bin| match bin.kind {
            CardKind::Debit => "01",
            CardKind::Credit => "02",
        })
    }

    /// Seals a text for the certificate that the caller signed with.
    pub(crate) fn seal_for(&self, call: &Call, plain: &str) -> Option<String> {
        let certificate = {
            let books = self.books();
            let merchant = books.merchant(&call.key.mer_id)?;
            let id = call.text("certId")?;
            merchant.certificates.iter().find(|certificate| certificate.id == id).cloned()?
        };
        certificate.seal(plain)
    }

    /// `customerInfo` as recorded: the phone, sealed.
    pub(crate) fn sealed_customer(&self, call: &Call, phone: &str) -> Option<String> {
        let sealed = self.seal_for(call, &format!("phoneNo={phone}"))?;
        Some(STANDARD.encode(format!("{{encryptedInfo={sealed}}}")))
    }

    /// What answers, queries and notifications say of a transaction that moves money.
    pub(crate) fn money_fields(&self, order: &Order) -> Vec<(&'static str, String)> {
        let amount = order.amount.count().to_string();
        let mut fields = vec![
            ("queryId", order.query_id.clone()),
            ("txnAmt", amount.clone()),
            ("settleAmt", amount),
            ("settleCurrencyCode", "156".to_owned()),
            ("settleDate", order.settle_date()),
            ("traceNo", order.trace_no.clone()),
            ("traceTime", order.trace_time()),
        ];
        if let Some(kind) = self.pay_card_type(&order.card) {
            fields.push(("payCardType", kind.to_owned()));
        }
        fields
    }
}

/// The routes of UnionPay's port.
pub(crate) fn router(up: Arc<UnionPay>) -> Router {
    Router::new()
        .route("/gateway/api/backTransReq.do", post(gateway::back))
        .route("/gateway/api/queryTrans.do", post(gateway::query))
        .route("/gateway/api/frontTransReq.do", post(gateway::front))
        .route("/sandbox/open", post(page::press))
        .with_state(up)
}
