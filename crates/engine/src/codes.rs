//! One-time codes: counted before they are sent, counted before they are looked at, and good once for one thing.

pub mod count_sending;
pub mod count_try;
pub mod payment;
pub mod prove;
pub mod put_code;
pub mod record_delivery;

use std::net::IpAddr;

use aws_lc_rs::rand;
use jiff::Timestamp;
use tantu_channels::secret::Secret;
use tantu_channels::sms::{Message, MessageState, Receipt};
use tantu_domain::code::{Code, Delivery, Purpose, SealedText};
use tantu_domain::document::masked_phone;
use tantu_domain::ids::{AccountId, CodeId, DeviceKeyId};
use tantu_domain::one_time_code::{ADDRESS, PERSONAL, SendLimits, TRIES};
use tantu_store::person::Subject;
use tantu_store::world::World;
use tantu_vault::Place;
use zeroize::Zeroizing;

use crate::Engine;
use crate::codes::count_sending::{CountSending, Counted};
use crate::codes::count_try::CountTry;
use crate::codes::put_code::PutCode;
use crate::codes::record_delivery::RecordDelivery;
use crate::error::{EngineError, Rejection};
use crate::people::People;

/// Who asks for a code, besides the account: what is counted so that nobody has thousands sent.
#[derive(Debug, Clone, Default)]
pub struct Asker {
    /// The device that signed the request.
    pub device: Option<DeviceKeyId>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// A code that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The code.
    pub code: Code,
    /// The phone with its middle hidden.
    pub phone: String,
    /// When the next one can be sent.
    pub next_at: Timestamp,
    /// How many more can be sent today.
    pub left: u32,
}

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefused {
    /// It is not the one that was sent; so many tries are left.
    Wrong(u32),
    /// It was used, its time or its tries are over: another one is to be sent.
    Over,
}

/// The code, used in the commit that acts on it.
pub(crate) fn spent(world: &World, id: CodeId, now: Timestamp) -> Result<Code, Rejection> {
    let missing = || Rejection::NotFound { what: "code", id: id.to_string() };
    let code = world.codes.get(&id).ok_or_else(missing)?;
    code.used(now)
        .ok_or_else(|| Rejection::State("the code was used, or its time is over; have another one sent".into()))
}

/// Where the phone of a code stands.
pub(crate) fn place(code: &[u8; 16]) -> Place<'_> {
    Place { table: "codes", column: "phone", row: code }
}

/// All that a code is bound to, and its digits.
fn mac(people: &People, code: &Bound<'_>, digits: &Secret) -> [u8; 32] {
    code.with_parts(digits, |parts| people.vault.mac("one-time code", parts))
}

struct Bound<'a> {
    id: CodeId,
    account: AccountId,
    purpose: Purpose,
    phone: &'a Secret,
}

impl Bound<'_> {
    fn with_parts<T>(&self, digits: &Secret, act: impl FnOnce(&[&[u8]]) -> T) -> T {
        let (id, account) = (self.id.bytes(), self.account.bytes());
        let what = match self.purpose {
            Purpose::BindPhone | Purpose::ResetPassword => String::new(),
            Purpose::Payment(payment, merchant, amount) => {
                format!("{payment} {merchant} {} {}", amount.minor(), amount.currency().code())
            }
        };
        let purpose = self.purpose.id().as_bytes();
        let (phone, digits) = (self.phone.reveal().as_bytes(), digits.reveal().as_bytes());
        act(&[&id, &account, purpose, what.as_bytes(), phone, digits])
    }
}

impl Engine {
    /// Counts one more of something; the instants with it.
    pub(crate) async fn count(&self, subject: [u8; 32], limits: SendLimits) -> Result<Counted, EngineError> {
        self.run(CountSending { subject: Subject::new(subject), limits }).await
    }

    /// Sends a code to a phone. Everything that it is counted by is counted first, each in a commit of its own.
    pub(crate) async fn send_code(
        &self,
        account: AccountId,
        purpose: Purpose,
        phone: &Secret,
        asker: &Asker,
    ) -> Result<Sent, EngineError> {
        let people = self.people()?;
        let hash = |kind: &str, what: &[u8]| people.vault.mac("sendings", &[kind.as_bytes(), what]);
        if let Some(address) = asker.address {
            self.count(hash("address", address.to_canonical().to_string().as_bytes()), ADDRESS).await?;
        }
        if let Some(device) = asker.device {
            self.count(hash("device", &device.bytes()), PERSONAL).await?;
        }
        self.count(hash("account", &account.bytes()), PERSONAL).await?;
        let counted = self.count(hash("phone", phone.reveal().as_bytes()), PERSONAL).await?;
        let digits = fresh_digits()?;
        let id = CodeId::new(&*self.parts.ids, account.shard());
        let bound = Bound { id, account, purpose, phone };
        let sealed = people.vault.seal(place(&id.bytes()), phone.reveal()).map_err(|_| EngineError::Vault)?;
        let code = Code {
            id,
            account,
            purpose,
            phone: SealedText(sealed),
            mac: mac(people, &bound, &digits),
            sent_at: self.parts.clock.now(),
            tries: 0,
            used_at: None,
            delivery: Delivery::Sent,
            delivery_at: None,
        };
        self.run(PutCode { code: code.clone() }).await?;
        let receipt = people.sms.send(&message(&code, phone, digits)).await;
        let code = match receipt {
            Ok(receipt) => self.run(RecordDelivery::of(&code, &receipt)).await?,
            // It may be on its way; its receipt is asked for when the payer misses it.
            Err(error) => {
                tracing::warn!(code = %id, %error, "a message with a code brought no receipt");
                code
            }
        };
        tracing::info!(%account, code = %id, purpose = purpose.id(), "a code was sent");
        Ok(Sent { code, phone: masked_phone(phone.reveal()), next_at: counted.next_at, left: counted.left })
    }

    /// Asks the carrier what became of a code's message: the payer says that it did not come.
    ///
    /// # Errors
    /// [`EngineError`] if there is no such code of this account's, or the carrier does not answer.
    pub async fn code_delivery(&self, account: AccountId, id: CodeId) -> Result<Sent, EngineError> {
        let people = self.people()?;
        let code = self.run(count_try::Look { account, code: id }).await?;
        let silent = || EngineError::Channel("the sender of messages does not answer; ask again in a minute".into());
        let receipt = people.sms.receipt(&id.to_string()).await.map_err(|_| silent())?;
        let code = self.run(RecordDelivery::of(&code, &receipt)).await?;
        let phone = self.phone_of(people, &code)?;
        let hash = people.vault.mac("sendings", &[b"phone", phone.reveal().as_bytes()]);
        let counted = self.run(count_sending::LookAt { subject: Subject::new(hash), limits: PERSONAL }).await?;
        Ok(Sent { code, phone: masked_phone(phone.reveal()), next_at: counted.next_at, left: counted.left })
    }

    /// Counts a try of a code, then looks at it. A right one is not yet used: whoever acts on it does that in the same
    /// commit.
    pub(crate) async fn try_code(
        &self,
        account: AccountId,
        id: CodeId,
        digits: &Secret,
    ) -> Result<Result<(Code, Secret), CodeRefused>, EngineError> {
        let people = self.people()?;
        let Some(code) = self.run(CountTry { account, code: id }).await? else { return Ok(Err(CodeRefused::Over)) };
        let phone = self.phone_of(people, &code)?;
        let bound = Bound { id, account, purpose: code.purpose, phone: &phone };
        let right = bound.with_parts(digits, |parts| people.vault.verifies("one-time code", parts, &code.mac));
        if right {
            return Ok(Ok((code, phone)));
        }
        tracing::info!(%account, code = %id, "a code was wrong");
        let left = TRIES.saturating_sub(code.tries);
        Ok(Err(if left == 0 { CodeRefused::Over } else { CodeRefused::Wrong(left) }))
    }

    fn phone_of(&self, people: &People, code: &Code) -> Result<Secret, EngineError> {
        let opened = people.vault.open(place(&code.id.bytes()), &code.phone.0);
        Ok(Secret::new(opened.map_err(|_| EngineError::Vault)?.as_str()))
    }
}

/// Six digits, each as likely as any other.
fn fresh_digits() -> Result<Secret, EngineError> {
    const MOST: u32 = 1_000_000;
    loop {
        let mut bytes = Zeroizing::new([0_u8; 4]);
        rand::fill(bytes.as_mut()).map_err(|_| EngineError::Vault)?;
        let number = u32::from_be_bytes(*bytes);
        // The last numbers would make some digits likelier.
        if number < u32::MAX - u32::MAX % MOST {
            return Ok(Secret::new(format!("{:06}", number % MOST)));
        }
    }
}

fn message(code: &Code, phone: &Secret, digits: Secret) -> Message {
    let mut values = std::collections::BTreeMap::from([("code".to_owned(), digits)]);
    if let Purpose::Payment(_, _, amount) = code.purpose {
        values.insert("amount".to_owned(), Secret::new(amount.to_string()));
    }
    Message { id: code.id.to_string(), to: phone.clone(), template: format!("{}_code", code.purpose.id()), values }
}

/// What a receipt says of a code.
fn delivery(receipt: &Receipt) -> Delivery {
    match receipt.state {
        MessageState::Queued | MessageState::Delayed => Delivery::Sent,
        MessageState::Delivered => Delivery::Delivered,
        MessageState::DeliveredUnread => Delivery::Intercepted,
        MessageState::Rejected => Delivery::Refused,
    }
}
