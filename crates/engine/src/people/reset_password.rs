//! The holder who has forgotten his pay password, or has locked it, proves who he is and sets another: by name and document,
//! as we keep them and the registry knows them, and by a code to the phone that is bound.
//!
//! All of it is looked at together, and nobody learns what of it did not fit: right and wrong cost the same. Tries with a
//! wrong code are counted apart, so that who has only a session cannot use up those of who has the phone.

use tantu_channels::registry::Verification;
use tantu_channels::secret::Secret;
use tantu_domain::account::Account;
use tantu_domain::code::Purpose;
use tantu_domain::holder_evidence::HolderEvidence;
use tantu_domain::ids::{AccountId, CodeId, PaymentId};
use tantu_domain::one_time_code::{ADDRESS, IDENTITY_TRIES, TooSoon};
use tantu_domain::password::{PasswordHash, PayPassword, Proof};
use tantu_domain::person::{Detail, Person};
use tantu_store::access::TokenHash;
use tantu_store::change::Change;
use tantu_store::keys::Keys;
use tantu_store::person::SealedPerson;
use tantu_store::world::World;

use super::load_holder::LoadHolder;
use crate::Engine;
use crate::accounts::{account_of, audited};
use crate::audit_trail::entry;
use crate::codes::payment::{Asked, certain};
use crate::codes::{Asker, spent};
use crate::command::{Command, Decision, Tools};
use crate::error::{EngineError, Rejection};
use crate::people::People;
use crate::risk::resumed;

/// What the holder gives, and the pay password that he wants.
#[derive(Debug, Clone)]
pub struct ResetClaim {
    /// The code that was sent.
    pub code: CodeId,
    /// Its digits.
    pub digits: Secret,
    /// The name as the document has it.
    pub name: Secret,
    /// The document's whole number.
    pub document: Secret,
    /// The new pay password.
    pub password: Secret,
    /// The payment that waits for it, and the hash of a token that lets it through once.
    pub payment: Option<(PaymentId, TokenHash)>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// The new one is set, and the lock is over.
    Done,
    /// Something did not fit. What, nobody is told.
    Unproven,
}

/// Sets another pay password, and spends the code, in one commit.
#[derive(Debug, Clone)]
struct ResetPassword {
    account: AccountId,
    /// Whose it was when all was looked at.
    person: Person,
    code: CodeId,
    hash: PasswordHash,
    payment: Option<(PaymentId, TokenHash)>,
}

impl Command for ResetPassword {
    type Outcome = ();

    fn keys(&self) -> Keys {
        let mut keys = audited(self.account);
        keys.codes.insert(self.code);
        keys.payments.extend(self.payment.map(|(payment, _)| payment));
        keys
    }

    fn decide(&self, world: &World, tools: &Tools<'_>) -> Decision<()> {
        let before = account_of(world, self.account)?;
        if before.person != self.person {
            return Err(Rejection::State(
                "what is known of the holder was changed meanwhile; have another code sent".into(),
            ));
        }
        let code = spent(world, self.code, tools.now)?;
        // Who proves this much has his account back, too, if somebody else seemed to use it.
        let (secured, over) = match before.clone().secured(tools.now) {
            Ok(secured) => (secured, before.case()),
            Err(_) => (before.clone(), None),
        };
        let account = Account { password: Some(PayPassword::new(self.hash.clone())), ..secured };
        let what = ("reset_password", "name, document and a code");
        let noted = entry(world, self.account, tools.wall, self.account.to_string(), what);
        let mut changes = vec![Change::PutAccount(account), Change::PutCode(code), noted];
        if let Some(case) = over {
            changes.extend(resumed(world, case, tools)?);
        }
        if let Some((id, token)) = self.payment {
            let missing = || Rejection::NotFound { what: "payment", id: id.to_string() };
            let payment = world.payments.get(&id).filter(|payment| payment.account == self.account);
            changes.push(Change::PutProof(Proof::new(payment.ok_or_else(missing)?, token.0, tools.now)));
        }
        Ok(((), changes))
    }
}

/// What is kept of a holder who can prove himself.
struct Kept {
    name: Secret,
    document: Secret,
    phone: Secret,
}

impl Engine {
    /// Sends the code by which, with name and document, another pay password is set.
    ///
    /// # Errors
    /// [`EngineError`] if none is set, what is known of the holder is too new, or it is too soon.
    pub async fn begin_reset(&self, account: AccountId, asker: &Asker) -> Result<Asked, EngineError> {
        self.keeper()?;
        let (known, person) = self.run(LoadHolder { account }).await?;
        match self.kept_of(self.people()?, &known, &person)? {
            Ok(kept) => {
                let sent = self.send_code(account, Purpose::ResetPassword, &kept.phone, asker).await?;
                Ok(Asked::Sent(Box::new(sent)))
            }
            Err(stands) => Ok(Asked::Refused(certain(&stands.into()))),
        }
    }

    /// Sets another pay password if all that the holder gives fits: the code, the name and the document, as we keep them
    /// and as the registry says. A lock is over then.
    ///
    /// # Errors
    /// [`EngineError`] if it was asked too often, the registry does not answer, or nothing could be kept.
    pub async fn reset_password(
        &self,
        account: AccountId,
        claim: ResetClaim,
        asker: &Asker,
    ) -> Result<Reset, EngineError> {
        let (people, keeper) = (self.people()?, self.keeper()?);
        let (known, person) = self.run(LoadHolder { account }).await?;
        let none = || Rejection::State("the holder cannot prove himself by this; ask for a code to see why".into());
        let kept = self.kept_of(people, &known, &person)?.map_err(|_| none())?;
        if let Some((payment, _)) = claim.payment {
            self.open_payment(account, payment).await?;
        }
        let subject = |kind: &str, what: &[u8]| people.vault.mac("reset tries", &[kind.as_bytes(), what]);
        if let Some(address) = asker.address {
            self.count(subject("address", address.to_canonical().to_string().as_bytes()), ADDRESS).await?;
        }
        let tried = self.try_code(account, claim.code, &claim.digits).await?;
        let fits = |purpose: Purpose, phone: &Secret| purpose == Purpose::ResetPassword && *phone == kept.phone;
        let coded = tried.is_ok_and(|(code, phone)| fits(code.purpose, &phone));
        let (by_account, by_phone) = if coded { ("account", "phone") } else { ("account, no code", "phone, no code") };
        self.count(subject(by_account, &account.bytes()), IDENTITY_TRIES).await?;
        self.count(subject(by_phone, kept.phone.reveal().as_bytes()), IDENTITY_TRIES).await?;
        let question = Verification {
            id: self.fresh_question(),
            name: claim.name.clone(),
            document: claim.document.clone(),
            phone: Some(kept.phone.clone()),
            card: None,
        };
        let confirmed = people.confirms(&question).await?;
        let hash = keeper.hash(account, claim.password.reveal()).await?;
        let named = kept.name == claim.name;
        let documented = kept.document == claim.document;
        if !(coded & confirmed & named & documented) {
            tracing::info!(%account, "a holder did not prove himself for another pay password");
            return Ok(Reset::Unproven);
        }
        let command = ResetPassword { account, person: known.person, code: claim.code, hash, payment: claim.payment };
        self.run(command).await?;
        tracing::info!(%account, "a holder proved himself and set another pay password");
        Ok(Reset::Done)
    }

    /// What the holder is compared with, or what stands against that.
    fn kept_of(
        &self,
        people: &People,
        known: &Account,
        person: &SealedPerson,
    ) -> Result<Result<Kept, HolderEvidence>, EngineError> {
        if known.password.is_none() {
            return Err(Rejection::State("no pay password is set; set the first one".into()).into());
        }
        let open = |detail, sealed| people.open(known.id, detail, sealed);
        let name = open(Detail::Name, person.name.as_ref())?;
        let document = open(Detail::Document, person.document.as_ref())?;
        let (Some(name), Some(document)) = (name, document) else {
            return Ok(Err(HolderEvidence::IdentityUnverified { tier: "none", needed: "I", allowed: None }));
        };
        let Some(phone) = open(Detail::Phone, person.phone.as_ref())? else {
            return Ok(Err(HolderEvidence::PhoneUnbound));
        };
        if let Some(changed) = known.person.changed {
            return Ok(Err(HolderEvidence::InfoChanged { what: changed.what.id(), changed_at: changed.at }));
        }
        match known.person.proves_from() {
            Some(at) if self.parts.clock.now() < at => Err(Rejection::TooSoon(TooSoon { at }).into()),
            Some(_) => Ok(Ok(Kept { name, document, phone })),
            None => Ok(Err(HolderEvidence::PhoneUnbound)),
        }
    }
}
