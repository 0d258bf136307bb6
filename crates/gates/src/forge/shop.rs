//! Our side: the production engine, connectors and router, with open payments that somebody would like to be taken for paid.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use tantu_channels::Notifications;
use tantu_channels::alipay::{Alipay, AlipayConfig, Keys};
use tantu_channels::card::OneTimeCode;
use tantu_channels::secret::Secret;
use tantu_channels::unionpay::{TEST_SIGNER, Trust, UnionPay, UnionPayConfig};
use tantu_domain::attempt::AttemptState;
use tantu_domain::binding::BindingState;
use tantu_domain::channel::Channel;
use tantu_domain::client::Speaker;
use tantu_domain::clock::Clock;
use tantu_domain::ids::{AccountId, InstrumentId, MerchantId, PaymentId, Shard};
use tantu_domain::instrument::MandateReport;
use tantu_domain::money::Money;
use tantu_domain::policy::Policy;
use tantu_engine::accounts::open::OpenAccount;
use tantu_engine::bindings::accept_terms::AcceptTerms;
use tantu_engine::bindings::begin::BeginBinding;
use tantu_engine::bindings::{Holder, Stepped};
use tantu_engine::cards::CardDetails;
use tantu_engine::cards::keeper::CardKeeper;
use tantu_engine::command::Settings;
use tantu_engine::mandates::record::RecordMandate;
use tantu_engine::payments::create::CreatePayment;
use tantu_engine::time::{SystemClock, UuidIds};
use tantu_engine::{CardConnector, Connector, Engine, EngineConfig};
use tantu_store::claim::IdempotencyKey;
use tantu_store::sqlite::SqliteStore;
use tantu_web::{App, ServerSecret, WebConfig, router};
use tokio::net::TcpListener;

use super::alipay::{APP, SELLER};
use super::credulous::Credulous;
use super::fields::Target;
use super::liar::Liar;
use super::unionpay::{MER_ID, TR_ID};
use crate::outcome::Failure;

/// So many payments are open at each channel.
const OPEN: u8 = 40;

/// Whose card everybody binds; its number begins as a bank's that we know.
const CARD: &str = "6222020200012345670";
const PHONE: &str = "13812345678";
const DOCUMENT: &str = "11010519491231002X";

/// What each costs, in fen; the lies know it, too.
const PRICE: i64 = 2_500;

/// Business time stands still; real time does not.
struct Still(SystemClock, Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.1
    }

    fn wall(&self) -> Timestamp {
        self.0.wall()
    }
}

/// Our side.
pub(super) struct Shop {
    pub(super) engine: Engine,
    pub(super) base: String,
    pub(super) alipay: Arc<Alipay>,
    pub(super) unionpay: Arc<UnionPay>,
    /// What is under way at each channel.
    pub(super) at_alipay: Vec<Target>,
    pub(super) at_unionpay: Vec<Target>,
    pub(super) payments: Vec<PaymentId>,
    folder: tempfile::TempDir,
}

impl Shop {
    /// Opens it, with payments that wait for their payers at the channel. `credulous` makes its doors believe everything.
    pub(super) async fn open(liar: &Arc<Liar>, credulous: bool) -> Result<Self, Failure> {
        let system = SystemClock::default();
        let now = system.now();
        let clock: Arc<dyn Clock> = Arc::new(Still(system, now));
        let alipay = Arc::new(Alipay::new(alipay_config(liar)?, clock.clone())?);
        let unionpay = Arc::new(UnionPay::new(&unionpay_config(liar)?, clock.clone())?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let folder = tempfile::tempdir()?;
        let database = format!("sqlite:{}", folder.path().join("gate.db").display());
        let engine = Engine::start(EngineConfig {
            people: None,
            webhooks: None,
            store: Arc::new(SqliteStore::open_url(&database)?),
            clock,
            ids: Arc::new(UuidIds),
            policy: Policy { version: "gate".into(), ..Policy::default() },
            settings: settings(&base),
            channels: channels(&alipay, &unionpay, liar, credulous),
            passwords: None,
            // The key of a server that lives for one run.
            card_keeper: CardKeeper::new(base.as_bytes()),
            second_factors: None,
            codes: Arc::default(),
        })
        .await?;
        let web = WebConfig::new(base.clone(), ServerSecret::new(folder.path().as_os_str().as_encoded_bytes()));
        let router = router(App::new(engine.clone(), web));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut shop = Self {
            engine,
            base,
            alipay,
            unionpay,
            at_alipay: Vec::new(),
            at_unionpay: Vec::new(),
            payments: Vec::new(),
            folder,
        };
        for number in 0..OPEN {
            let account = AccountId::new(&*shop.engine.ids(), Shard::of(number));
            shop.engine.run(OpenAccount { id: account, opening: None, met: None }).await?;
            let mandate = shop.mandate(account, number).await?;
            let target = shop.begin_payment(account, mandate).await?;
            shop.at_alipay.push(target);
            let card = shop.card(account).await?;
            let target = shop.begin_payment(account, card).await?;
            shop.at_unionpay.push(target);
        }
        Ok(shop)
    }

    /// A payment that waits for the channel.
    async fn begin_payment(&mut self, account: AccountId, instrument: InstrumentId) -> Result<Target, Failure> {
        let merchant = MerchantId::new(&*self.engine.ids(), Shard::of(0));
        let order_no = format!("open-{}", self.payments.len());
        let idempotency = IdempotencyKey { client: merchant.to_string(), key: order_no.clone() };
        let command = CreatePayment {
            merchant,
            order_no,
            subject: "Two teas".into(),
            account,
            amount: Money::cny(PRICE),
            instrument,
            speaker: Speaker::default(),
            shown: None,
            idempotency: idempotency.clone(),
            request_hash: [1; 32],
        };
        let payment = self.engine.pay(command, idempotency).await?.payment;
        let attempt = payment.undecided_attempt().ok_or("a payment that should be open is not")?.id;
        self.payments.push(payment.id);
        Ok(Target { attempt, amount: PRICE })
    }

    /// A mandate at Alipay.
    async fn mandate(&self, account: AccountId, number: u8) -> Result<InstrumentId, Failure> {
        let (mandate, _) = self.engine.begin_mandate(account, Channel::Alipay, None, |_| String::new()).await?;
        let now = self.engine.clock().now();
        let report = MandateReport::Signed {
            agreement_no: format!("2020{number:016}"),
            signed_at: now,
            expires_at: now.checked_add(SignedDuration::from_hours(24 * 300))?,
        };
        self.engine.run(RecordMandate { mandate: mandate.id, report }).await?;
        Ok(mandate.instrument)
    }

    /// A card that is bound at UnionPay.
    async fn card(&self, account: AccountId) -> Result<InstrumentId, Failure> {
        let begin = BeginBinding { account, instrument: None, holder: Holder::default() };
        let binding = self.engine.run(begin).await?.map_err(|causes| format!("no binding begins: {causes:?}"))?;
        let edition = self.engine.policy().cards.terms.clone();
        self.engine.run(AcceptTerms { account, binding: binding.id, edition }).await?;
        let details = CardDetails {
            name: Secret::new("Zhang San"),
            document_no: Secret::new(DOCUMENT),
            card_no: Secret::new(CARD),
            phone: Secret::new(PHONE),
            expiry: None,
            cvn: None,
        };
        let given = self.engine.give_details(account, binding.id, details, Holder::default()).await?;
        let sealed = given.sealed.ok_or_else(|| format!("no code was sent: {:?}", given.stepped))?;
        let code = OneTimeCode::new("123456");
        match self.engine.enter_binding_code(account, binding.id, code, &sealed, Holder::default()).await? {
            Stepped::Taken(bound) if matches!(bound.state, BindingState::Bound { .. }) => Ok(bound.instrument),
            other => Err(format!("a card that should be bound is not: {other:?}").into()),
        }
    }

    /// The database's files, each with the SHA-256 of its bytes; not the index that readers share.
    pub(super) fn files(&self) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(self.folder.path())? {
            let path = entry?.path();
            if !path.to_string_lossy().ends_with("-shm") {
                let bytes = std::fs::read(&path)?;
                files.push((path, digest(&SHA256, &bytes).as_ref().to_vec()));
            }
        }
        files.sort();
        Ok(files)
    }

    /// What is not as it was: every payment is open, nobody has paid or been paid, and the books are in order.
    pub(super) async fn changed(&self) -> Result<Vec<String>, Failure> {
        let ids = self.payments.clone();
        let payments =
            self.engine.read(move |store| ids.into_iter().map(|id| store.payment(id)).collect::<Result<Vec<_>, _>>());
        let mut changed = Vec::new();
        for payment in payments.await?.into_iter().flatten() {
            let attempts = payment.legs.iter().flat_map(|leg| &leg.attempts);
            let ended = attempts.into_iter().filter(|attempt| !matches!(attempt.state, AttemptState::Submitted { .. }));
            changed.extend(ended.map(|attempt| format!("{} is {}", attempt.id, attempt.state.id())));
        }
        let audit = self.engine.read(|store| store.audit()).await?;
        changed.extend(audit.checks.into_iter().flat_map(|check| check.broken));
        Ok(changed)
    }
}

fn settings(base: &str) -> Settings {
    Settings {
        process: "gate".into(),
        charge_expiry: SignedDuration::from_mins(10),
        confirm_expiry: SignedDuration::from_mins(15),
        lease: SignedDuration::from_secs(15),
        mandate_days: 365,
        answer_wait: Duration::from_secs(20),
        fold_interval: Duration::from_secs(24 * 3_600),
        pay_later: None,
        notify_base: base.to_owned(),
    }
}

fn channels(
    alipay: &Arc<Alipay>,
    unionpay: &Arc<UnionPay>,
    liar: &Arc<Liar>,
    credulous: bool,
) -> HashMap<Channel, Connector> {
    let door = |channel, reader: Arc<dyn Notifications>| -> Arc<dyn Notifications> {
        if credulous { Arc::new(Credulous::new(channel, reader, liar.clone())) } else { reader }
    };
    let at_alipay = Connector {
        charge: alipay.clone(),
        mandates: Some(alipay.clone()),
        pages: Some(alipay.clone()),
        cards: None,
        notifications: door(Channel::Alipay, alipay.clone()),
    };
    let at_unionpay = Connector {
        charge: unionpay.clone(),
        mandates: None,
        pages: None,
        cards: Some(CardConnector { binding: unionpay.clone(), payments: unionpay.clone() }),
        notifications: door(Channel::UnionPay, unionpay.clone()),
    };
    HashMap::from([(Channel::Alipay, at_alipay), (Channel::UnionPay, at_unionpay)])
}

fn alipay_config(liar: &Liar) -> Result<AlipayConfig, Failure> {
    Ok(AlipayConfig {
        gateway: format!("{}/gateway.do", liar.base).parse()?,
        app_id: APP.into(),
        merchant_private_key_pem: liar.alipay.merchant.private_pem()?,
        keys: Keys::PublicKey { alipay_public_key_pem: liar.alipay.channel.public_pem()? },
        seller_id: Some(SELLER.into()),
        sign_scene: "INDUSTRY|DIGITAL_MEDIA".into(),
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(20),
        codes: Arc::default(),
    })
}

fn unionpay_config(liar: &Liar) -> Result<UnionPayConfig, Failure> {
    let play = &liar.unionpay;
    Ok(UnionPayConfig {
        gateway: format!("{}/gateway/api/", liar.base).parse()?,
        mer_id: MER_ID.into(),
        tr_id: TR_ID.into(),
        sign_key_pem: Secret::new(play.merchant.private_pem()?),
        sign_cert_pem: play.merchant_certificate.clone(),
        trust: Trust {
            roots_pem: play.root.clone(),
            middle_pem: play.middle.clone(),
            signer: TEST_SIGNER.into(),
            sha1: false,
        },
        notify_url: "http://127.0.0.1:9/v1/notifications/unionpay".into(),
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(20),
        codes: Arc::default(),
    })
}
