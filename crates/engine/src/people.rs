//! The holders of accounts: verified through the registry, reached by phone, and known to nobody but the vault.
//!
//! Personal texts are in memory only while they are compared; what is kept is sealed for its row, and what is shown
//! has its middle hidden. A wrong guess says only that things do not belong together, and each is counted before the
//! registry is asked: nobody learns from us whose number is whose.

pub mod bind_phone;
pub mod confirm_details;
pub mod confirm_it_is_you;
pub mod load_holder;
pub mod record_identity;
pub mod reset_password;
pub mod secure;

use std::sync::Arc;

use jiff::civil::Date;
use tantu_channels::registry::{Finding, Registry, Verification};
use tantu_channels::secret::Secret;
use tantu_channels::sms::Sms;
use tantu_domain::account::Account;
use tantu_domain::ceiling::Tier;
use tantu_domain::code::{Code, Purpose, SealedText};
use tantu_domain::document::{masked_document, masked_name, masked_phone};
use tantu_domain::ids::{AccountId, CodeId};
use tantu_domain::one_time_code::IDENTITY_TRIES;
use tantu_domain::person::{Detail, Identity};
use tantu_store::person::SealedPerson;
use tantu_vault::{Place, Vault};

use crate::Engine;
use crate::codes::{Asker, CodeRefused, Sent};
use crate::error::{EngineError, Rejection};
use crate::people::bind_phone::BindPhone;
use crate::people::confirm_details::ConfirmDetails;
use crate::people::load_holder::LoadHolder;
use crate::people::record_identity::RecordIdentity;

/// What it takes to know people.
pub struct People {
    /// Seals what is known of them.
    pub vault: Arc<Vault>,
    /// Says whether a name, a document, a phone and a card belong together.
    pub registry: Arc<dyn Registry>,
    /// Sends codes to their phones.
    pub sms: Arc<dyn Sms>,
}

/// Who somebody says he is.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The name.
    pub name: Secret,
    /// The document's number.
    pub document: Secret,
    /// The document's last day; `None` for one without.
    pub valid_until: Option<Date>,
    /// The tier that is wanted.
    pub tier: Tier,
    /// Numbers of bank cards, each of which is a source. They are compared and not kept.
    pub cards: Vec<Secret>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// As many sources as the tier asks have confirmed it.
    Yes(Box<Account>),
    /// A source says that these do not belong together, or knows nobody of this number. Which, nobody is told.
    No,
}

/// A holder as he is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The account.
    pub account: Account,
    /// The name with all but its first letter hidden.
    pub name: Option<String>,
    /// The document's number with its middle hidden.
    pub document: Option<String>,
    /// The phone with its middle hidden.
    pub phone: Option<String>,
}

/// Where a text of a holder stands.
pub(crate) fn place(account: &[u8; 16], detail: Detail) -> Place<'_> {
    Place { table: "people", column: detail.id(), row: account }
}

impl People {
    pub(crate) fn seal(&self, account: AccountId, detail: Detail, text: &str) -> Result<SealedText, EngineError> {
        let sealed = self.vault.seal(place(&account.bytes(), detail), text);
        sealed.map(SealedText).map_err(|_| EngineError::Vault)
    }

    pub(crate) fn open(
        &self,
        account: AccountId,
        detail: Detail,
        sealed: Option<&SealedText>,
    ) -> Result<Option<Secret>, EngineError> {
        let opened = sealed.map(|sealed| self.vault.open(place(&account.bytes(), detail), &sealed.0)).transpose();
        let opened = opened.map_err(|_| {
            tracing::error!(%account, detail = detail.id(), "what is kept of a holder does not open");
            EngineError::Vault
        })?;
        Ok(opened.map(|text| Secret::new(text.as_str())))
    }

    /// Whether a source confirms it.
    async fn confirms(&self, verification: &Verification) -> Result<bool, EngineError> {
        match self.registry.verify(verification).await {
            Ok(Finding::Match) => Ok(true),
            Ok(Finding::Mismatch | Finding::NoRecord) => Ok(false),
            Ok(Finding::Unavailable) | Err(_) => Err(EngineError::Channel(
                "the registry of identities does not answer; nothing changed, and nobody is verified: ask again in a minute".into(),
            )),
        }
    }
}

impl Engine {
    /// A holder as he is shown to himself and to staff.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such account or it cannot be read.
    pub async fn holder(&self, account: AccountId) -> Result<Shown, EngineError> {
        let (known, person) = self.run(LoadHolder { account }).await?;
        let Some(people) = &self.parts.people else {
            return Ok(Shown { account: known, name: None, document: None, phone: None });
        };
        let shown = |detail, sealed: Option<&SealedText>, mask: fn(&str) -> String| {
            Ok::<_, EngineError>(people.open(account, detail, sealed)?.map(|text| mask(text.reveal())))
        };
        Ok(Shown {
            account: known,
            name: shown(Detail::Name, person.name.as_ref(), masked_name)?,
            document: shown(Detail::Document, person.document.as_ref(), masked_document)?,
            phone: shown(Detail::Phone, person.phone.as_ref(), masked_phone)?,
        })
    }

    /// Verifies who the holder is, by as many sources as the tier asks: the register of people, the carrier that has the
    /// phone, and the banks that have the cards.
    ///
    /// # Errors
    /// [`EngineError`] if it could not be asked, or not so often.
    pub async fn verify_identity(&self, account: AccountId, claimed: Claimed) -> Result<Verified, EngineError> {
        let people = self.people()?;
        let (_, person) = self.run(LoadHolder { account }).await?;
        let phone = people.open(account, Detail::Phone, person.phone.as_ref())?;
        let questions = self.questions(&claimed, phone.as_ref());
        let needed = claimed.tier.sources();
        if questions.len() < needed {
            let why = format!(
                "tier {} takes {needed} sources and there are {}: the register of people, the bound phone's carrier, and each card's bank",
                claimed.tier.id(),
                questions.len()
            );
            return Err(Rejection::State(why).into());
        }
        self.count_identity_try(people, account).await?;
        for question in questions.iter().take(needed) {
            if !people.confirms(question).await? {
                tracing::info!(%account, "a source does not confirm an identity");
                return Ok(Verified::No);
            }
        }
        let command = RecordIdentity {
            account,
            tier: claimed.tier,
            identity: Identity { verified_at: self.parts.clock.now(), valid_until: claimed.valid_until },
            changed: self.what_changed(people, &person, &claimed)?,
            mark: self.parts.card_keeper.as_ref().map(|keeper| keeper.mark(&claimed.name, &claimed.document)),
            name: people.seal(account, Detail::Name, claimed.name.reveal())?,
            document: people.seal(account, Detail::Document, claimed.document.reveal())?,
        };
        Ok(Verified::Yes(Box::new(self.run(command).await?)))
    }

    /// The holder says that what was changed is right, and proves that he is who he was: by the whole number of the
    /// document that he shows nobody else, and the registry's word that all of it belongs together.
    ///
    /// # Errors
    /// [`EngineError`] if nothing was changed, or it could not be asked.
    pub async fn confirm_details(&self, account: AccountId, document: &Secret) -> Result<Verified, EngineError> {
        let (known, _) = self.run(LoadHolder { account }).await?;
        if known.person.changed.is_none() {
            return Err(Rejection::State("nothing waits to be confirmed".into()).into());
        }
        if !self.proves_who_he_is(account, document).await? {
            return Ok(Verified::No);
        }
        Ok(Verified::Yes(Box::new(self.run(ConfirmDetails { account, changed: known.person.changed }).await?)))
    }

    /// Whether somebody knows the whole number of the holder's document, and the registry says that all that we keep of
    /// him belongs together. Each try is counted first.
    async fn proves_who_he_is(&self, account: AccountId, document: &Secret) -> Result<bool, EngineError> {
        let people = self.people()?;
        let (_, person) = self.run(LoadHolder { account }).await?;
        let open = |detail, sealed: Option<&SealedText>| people.open(account, detail, sealed);
        let name = open(Detail::Name, person.name.as_ref())?;
        let kept = open(Detail::Document, person.document.as_ref())?;
        let (Some(name), Some(kept)) = (name, kept) else {
            return Err(
                Rejection::State("verify the identity first: there is no document to compare with".into()).into()
            );
        };
        self.count_identity_try(people, account).await?;
        let phone = open(Detail::Phone, person.phone.as_ref())?;
        let question = Verification { id: self.fresh_question(), name, document: document.clone(), phone, card: None };
        let proven = kept == *document && people.confirms(&question).await?;
        if !proven {
            tracing::info!(%account, "a holder did not prove who he is");
        }
        Ok(proven)
    }

    /// Sends a code to a phone that the holder wants to bind.
    ///
    /// # Errors
    /// [`EngineError`] if it could not be sent, or not so soon.
    pub async fn begin_phone(&self, account: AccountId, phone: &Secret, asker: &Asker) -> Result<Sent, EngineError> {
        self.run(LoadHolder { account }).await?;
        self.send_code(account, Purpose::BindPhone, phone, asker).await
    }

    /// Binds the phone that a code was sent to.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such code, or it could not be kept.
    pub async fn bind_phone(
        &self,
        account: AccountId,
        code: CodeId,
        digits: &Secret,
    ) -> Result<Result<Account, CodeRefused>, EngineError> {
        let people = self.people()?;
        let (code, phone): (Code, Secret) = match self.try_code(account, code, digits).await? {
            Ok(right) => right,
            Err(refused) => return Ok(Err(refused)),
        };
        if code.purpose != Purpose::BindPhone {
            return Err(Rejection::State("this code is for something else".into()).into());
        }
        let (_, person) = self.run(LoadHolder { account }).await?;
        let before = people.open(account, Detail::Phone, person.phone.as_ref())?;
        let command = BindPhone {
            account,
            code: code.id,
            another: before.is_some_and(|before| before != phone),
            phone: people.seal(account, Detail::Phone, phone.reveal())?,
        };
        Ok(Ok(self.run(command).await?))
    }

    pub(crate) fn people(&self) -> Result<&People, EngineError> {
        let none = || Rejection::State("this server knows no people: the configuration has no section [people]".into());
        Ok(self.parts.people.as_ref().ok_or_else(none)?)
    }

    fn fresh_question(&self) -> String {
        CodeId::new(&*self.parts.ids, tantu_domain::ids::Shard::of(0)).to_string()
    }

    /// One question for each source, in the order in which they are asked.
    fn questions(&self, claimed: &Claimed, phone: Option<&Secret>) -> Vec<Verification> {
        let question = |phone: Option<&Secret>, card: Option<&Secret>| Verification {
            id: self.fresh_question(),
            name: claimed.name.clone(),
            document: claimed.document.clone(),
            phone: phone.cloned(),
            card: card.cloned(),
        };
        let carrier = phone.map(|phone| question(Some(phone), None));
        let banks = claimed.cards.iter().map(|card| question(None, Some(card)));
        std::iter::once(question(None, None)).chain(carrier).chain(banks).collect()
    }

    async fn count_identity_try(&self, people: &People, account: AccountId) -> Result<(), EngineError> {
        let subject = people.vault.mac("identity tries", &[&account.bytes()]);
        self.count(subject, IDENTITY_TRIES).await.map(drop)
    }

    /// What is not as it was in an identity before.
    fn what_changed(
        &self,
        people: &People,
        before: &SealedPerson,
        claimed: &Claimed,
    ) -> Result<Option<Detail>, EngineError> {
        for (detail, kept, said) in
            [(Detail::Name, &before.name, &claimed.name), (Detail::Document, &before.document, &claimed.document)]
        {
            let kept = people.open(before.account, detail, kept.as_ref())?;
            if kept.is_some_and(|kept| kept != *said) {
                return Ok(Some(detail));
            }
        }
        Ok(None)
    }
}
