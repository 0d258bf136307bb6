//! The configuration: one TOML file, described field by field in `config.example.toml`.
//!
//! A field that is missing or wrong is named with the way out; keys are read from files, never from here.

mod clients;
mod codes;
mod limits;
pub(crate) mod pay_later;
mod risk;
pub(crate) mod webhooks;

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use confique::Config as _;
use jiff::SignedDuration;
use serde::Deserialize;
use tantu_codes::Tables;
use tantu_domain::bank::Bank;
use tantu_domain::ceiling::Tier;
use tantu_domain::client_rules::Configuration;
use tantu_domain::money::Money;
use tantu_domain::points::PointsPolicy;
use tantu_domain::policy::{CardPolicy, IdentityPolicy, Policy};

use self::clients::{ClientSection, ConflictSection, KnownFaultSection, PartnerSection, SystemSection};
use self::codes::CodeSection;
use self::limits::{CeilingsSection, LimitSection, PublishedSection};
use self::pay_later::PayLaterSection;
use self::risk::RiskSection;
use self::webhooks::WebhookSection;
use crate::output::Failure;

/// All of it.
#[derive(Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Config {
    #[config(nested)]
    pub(crate) server: ServerSection,
    #[config(nested)]
    pub(crate) policy: PolicySection,
    /// The Alipay account that takes the money; absent if Alipay is not offered.
    pub(crate) alipay: Option<AlipaySection>,
    /// The UnionPay merchant that charges bank cards; absent if no card is bound.
    pub(crate) unionpay: Option<UnionPaySection>,
    /// The lender and his product; absent if nothing is paid later.
    pub(crate) pay_later: Option<PayLaterSection>,
    /// What it takes to know people: their registry, their phones, and what seals their names.
    pub(crate) people: Option<PeopleSection>,
    /// Merchants who are told of what has happened.
    #[config(default = [])]
    pub(crate) webhooks: Vec<WebhookSection>,
    /// Rows of the channels' code tables that are not taken as they were published.
    #[config(default = [])]
    pub(crate) codes: Vec<CodeSection>,
}

/// Where and how we serve.
#[derive(Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct ServerSection {
    /// Where to listen.
    #[config(default = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// `sqlite:PATH`.
    #[config(default = "sqlite:tantu.db")]
    pub(crate) database: String,
    /// Our address as payers and channels see it; `http://` + `listen` if absent.
    pub(crate) public_base: Option<String>,
    /// A file of at least 32 random bytes that signs cashier links; made anew at each start if absent.
    pub(crate) secret_file: Option<PathBuf>,
    /// A file of at least 32 random bytes with which pay passwords are kept; without it none is.
    pub(crate) password_key_file: Option<PathBuf>,
    /// A file with the keys that seal the secrets of staff's second factors; without it no member of staff signs in.
    pub(crate) second_factor_key_file: Option<PathBuf>,
    /// Minutes that a session of staff lasts.
    #[config(default = 30)]
    pub(crate) staff_session_minutes: u32,
    /// The PEM file of our certificate and those between it and its authority; with `tls_key` we serve TLS.
    pub(crate) tls_cert: Option<PathBuf>,
    /// The PEM file of the certificate's private key.
    pub(crate) tls_key: Option<PathBuf>,
    /// Seconds that we still take requests after SIGTERM, while `/readyz` sends callers elsewhere.
    #[config(default = 2)]
    pub(crate) drain_seconds: u32,
    /// Seconds after which a channel takes no more money for a charge.
    #[config(default = 120)]
    pub(crate) charge_expiry_seconds: u32,
    /// Seconds that a payer has to confirm at a channel, on its page or in its app.
    #[config(default = 900)]
    pub(crate) confirm_expiry_seconds: u32,
    /// For how many days a mandate is asked for.
    #[config(default = 365)]
    pub(crate) mandate_days: u16,
    /// Seconds that a caller waits for a channel before the answer is *undecided*.
    #[config(default = 8)]
    pub(crate) answer_wait_seconds: u32,
    /// The most requests that are handled at once; whoever finds no place is refused before his body is read.
    #[config(default = 4096)]
    pub(crate) most_requests: u32,
    /// Minutes within which staff answer a ticket; payers are told so.
    #[config(default = 120)]
    pub(crate) ticket_answer_minutes: u32,
    /// Seconds after which what merchants were paid is folded into their own accounts.
    #[config(default = 60)]
    pub(crate) fold_interval_seconds: u32,
}

/// The figures that decide.
#[derive(Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct PolicySection {
    /// Names the edition.
    #[config(default = "2026-11")]
    pub(crate) version: String,
    /// The oldest versions of apps that may pay.
    #[config(default = [])]
    pub(crate) clients: Vec<ClientSection>,
    /// The oldest versions of phones' systems that may pay.
    #[config(default = [])]
    pub(crate) systems: Vec<SystemSection>,
    /// Faults that versions of apps are known to have.
    #[config(default = [])]
    pub(crate) known_faults: Vec<KnownFaultSection>,
    /// Other apps beside which ours cannot work.
    #[config(default = [])]
    pub(crate) conflicts: Vec<ConflictSection>,
    /// The oldest versions of the channels' own apps.
    #[config(default = [])]
    pub(crate) partners: Vec<PartnerSection>,
    /// What each product may be used for at most.
    #[config(default = [])]
    pub(crate) limits: Vec<LimitSection>,
    /// What banks and channels have published of their own limits.
    #[config(default = [])]
    pub(crate) published: Vec<PublishedSection>,
    /// The regulator's ceilings for paying from a balance; none if absent.
    pub(crate) ceilings: Option<CeilingsSection>,
    /// What holds for bank cards; absent for what is usual.
    pub(crate) cards: Option<CardsSection>,
    /// The rules against misuse; none if absent.
    pub(crate) risk: Option<RiskSection>,
    /// What is asked of an account's holder; nothing if absent.
    pub(crate) identity: Option<IdentitySection>,
    /// Points; none are offered if absent.
    pub(crate) points: Option<PointsSection>,
}

/// Points.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointsSection {
    /// In fen: what a point is worth.
    fen_per_point: i64,
    /// The merchants who may sell points besides ourselves, `mer_…`.
    #[serde(default)]
    sellers: Vec<String>,
}

impl PointsSection {
    fn policy(&self) -> Result<PointsPolicy, Failure> {
        if self.fen_per_point <= 0 {
            return Err(Failure::usage("policy.points.fen_per_point: a point is worth at least 1 fen".to_owned()));
        }
        let seller = |text: &String| {
            text.parse()
                .map_err(|_| Failure::usage(format!("policy.points.sellers: {text:?} is no merchant's id (mer_…)")))
        };
        let sellers = self.sellers.iter().map(seller).collect::<Result<_, _>>()?;
        Ok(PointsPolicy { fen_per_point: self.fen_per_point, sellers })
    }
}

/// What holds for bank cards.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardsSection {
    /// In fen: the most that goes without the bank's own code.
    bank_code_free: Option<i64>,
    /// In percent: the power that a device needs for a binding.
    power_floor: Option<u8>,
    /// The edition of the terms that holders agree to.
    terms: Option<String>,
    /// The banks whose cards are not bound.
    #[serde(default)]
    without: Vec<String>,
}

/// What is asked of an account's holder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentitySection {
    wallet_tier: Option<String>,
    #[serde(default)]
    wallet_needs_phone: bool,
    binding_tier: Option<String>,
    #[serde(default)]
    binding_needs_phone: bool,
    unverified_most: Option<i64>,
    #[serde(default)]
    confirms_changes: bool,
}

/// The services that know people and reach them, and the keys that seal what we keep of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeopleSection {
    pub(crate) vault_key_file: PathBuf,
    pub(crate) registry: String,
    pub(crate) registry_key_file: PathBuf,
    pub(crate) sms: String,
    pub(crate) sms_key_file: PathBuf,
}

/// An Alipay application, with Alipay's public key or with certificates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlipaySection {
    pub(crate) gateway: String,
    pub(crate) app_id: String,
    pub(crate) merchant_private_key_file: PathBuf,
    pub(crate) alipay_public_key_file: Option<PathBuf>,
    pub(crate) app_cert_file: Option<PathBuf>,
    pub(crate) alipay_cert_file: Option<PathBuf>,
    pub(crate) alipay_root_cert_file: Option<PathBuf>,
    pub(crate) seller_id: Option<String>,
    /// The scene under which payers sign mandates, as agreed with Alipay.
    pub(crate) sign_scene: String,
}

/// A UnionPay merchant with the token product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnionPaySection {
    pub(crate) gateway: String,
    pub(crate) mer_id: String,
    /// Under which number tokens are asked for.
    pub(crate) tr_id: String,
    pub(crate) sign_key_file: PathBuf,
    pub(crate) sign_cert_file: PathBuf,
    pub(crate) root_certs_file: PathBuf,
    pub(crate) middle_certs_file: PathBuf,
}

impl Config {
    /// Reads a file, or takes the defaults.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Failure> {
        let mut builder = Self::builder();
        if let Some(path) = file {
            if !path.is_file() {
                let hint = "copy config.example.toml and name it with --config";
                return Err(Failure::with_hint(format!("there is no configuration at {}", path.display()), hint));
            }
            builder = builder.file(path);
        }
        builder.load().map_err(|error| {
            let why = format!("the configuration cannot be read: {}", whole(&error));
            Failure::with_hint(why, "config.example.toml shows every field")
        })
    }
}

impl Config {
    /// Reads a text, as the stage does with the example.
    pub(crate) fn from_text(text: &str) -> Result<Self, Failure> {
        let wrong = |error: String| Failure::usage(format!("the configuration cannot be read: {error}"));
        let layer = toml::from_str(text).map_err(|error| wrong(whole(&error)))?;
        Self::builder().preloaded(layer).load().map_err(|error| wrong(whole(&error)))
    }
}

impl Config {
    /// The channels' codes with the operator's rows, every field checked.
    pub(crate) fn tables(&self) -> Result<Tables, Failure> {
        codes::tables(&self.codes)
    }
}

/// An error with what is behind it: the field's name stands in the last of them.
fn whole(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        said.push_str(": ");
        said.push_str(cause.to_string().trim());
        behind = cause.source();
    }
    said
}

/// The example configuration. The demo, the matrix and the bench run with it, so that what they show is what one starts with.
pub(crate) const EXAMPLE: &str = include_str!("../../../config.example.toml");

/// The shortest time for a payer to confirm: channels refuse orders that end within a minute, and the way there takes
/// some of it.
const SHORTEST_CONFIRM_SECONDS: u32 = 90;

impl ServerSection {
    pub(crate) fn charge_expiry(&self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.charge_expiry_seconds))
    }

    pub(crate) fn fold_interval(&self) -> Result<Duration, Failure> {
        if self.fold_interval_seconds == 0 {
            let hint =
                "write at least 1; a merchant's debit folds what it needs by itself, so a minute is often enough";
            return Err(Failure::with_hint("server.fold_interval_seconds: 0 is no interval", hint));
        }
        Ok(Duration::from_secs(u64::from(self.fold_interval_seconds)))
    }

    pub(crate) fn confirm_expiry(&self) -> Result<SignedDuration, Failure> {
        if self.confirm_expiry_seconds < SHORTEST_CONFIRM_SECONDS {
            let why = format!("server.confirm_expiry_seconds: {} is too short", self.confirm_expiry_seconds);
            let hint = format!("give payers at least {SHORTEST_CONFIRM_SECONDS} seconds to confirm at a channel");
            return Err(Failure::with_hint(why, hint));
        }
        Ok(SignedDuration::from_secs(i64::from(self.confirm_expiry_seconds)))
    }
}

impl PolicySection {
    /// The policy, with every field checked.
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        let clients = clients::rules(self)?;
        let limits = self.limits.iter().map(LimitSection::limit).collect::<Result<_, _>>()?;
        let identity = self.identity.as_ref().map(IdentitySection::policy).transpose()?.unwrap_or_default();
        let cards = self.cards.as_ref().map_or_else(|| Ok(CardPolicy::default()), CardsSection::policy)?;
        let published = self.published.iter().map(PublishedSection::limit).collect::<Result<_, _>>()?;
        let ceilings = self.ceilings.clone().unwrap_or_default().ceilings()?;
        let risk = self.risk.as_ref().map(RiskSection::policy).transpose()?.unwrap_or_default();
        let points = self.points.as_ref().map(PointsSection::policy).transpose()?;
        let version = self.version.clone();
        let mut policy = Policy { version, clients, limits, published, ceilings, cards, identity, risk, points };
        let (edition, text) = (policy.version.clone(), policy.configuration_text());
        let sha256 = hex::encode(digest(&SHA256, text.as_bytes()));
        policy.clients.configuration = Some(Configuration { edition, text, sha256 });
        Ok(policy)
    }
}

impl IdentitySection {
    fn policy(&self) -> Result<IdentityPolicy, Failure> {
        let tier = |field, text: &String| {
            let why = format!("policy.identity.{field}: {text:?} is no tier");
            Tier::parse(text).ok_or_else(|| Failure::with_hint(why, "write I, II or III, or leave it out"))
        };
        if let Some(fen) = self.unverified_most.filter(|fen| *fen < 0) {
            return Err(Failure::usage(format!("policy.identity.unverified_most: {fen} fen is less than nothing")));
        }
        Ok(IdentityPolicy {
            wallet: self.wallet_tier.as_ref().map(|text| tier("wallet_tier", text)).transpose()?,
            wallet_needs_phone: self.wallet_needs_phone,
            binding: self.binding_tier.as_ref().map(|text| tier("binding_tier", text)).transpose()?,
            binding_needs_phone: self.binding_needs_phone,
            unverified_most: self.unverified_most.map(Money::cny),
            confirms_changes: self.confirms_changes,
        })
    }
}

impl CardsSection {
    fn policy(&self) -> Result<CardPolicy, Failure> {
        let mut policy = CardPolicy::default();
        for id in &self.without {
            let bank = Bank::parse(id).ok_or_else(|| {
                let known: Vec<&str> = policy.banks.iter().map(|(bank, _)| bank.id()).collect();
                let why = format!("policy.cards.without: {id:?} is no bank");
                Failure::with_hint(why, format!("write some of {}", known.join(", ")))
            })?;
            policy = policy.without(bank);
        }
        match self.bank_code_free {
            Some(fen) if fen < 0 => {
                return Err(Failure::usage(format!("policy.cards.bank_code_free: {fen} fen is less than nothing")));
            }
            Some(fen) => policy.bank_code_free = Money::cny(fen),
            None => {}
        }
        policy.power_floor = self.power_floor.unwrap_or(policy.power_floor);
        policy.terms = self.terms.clone().unwrap_or(policy.terms);
        Ok(policy)
    }
}
