//! What the use cases of bank cards share: the keeper of what must not be kept, and what a holder has entered.

pub mod keeper;

use tantu_channels::card::{CardFactors, DocumentKind};
use tantu_channels::secret::Secret;
use tantu_domain::factors::FactorTexts;

/// What the holder has entered of a card, in memory for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardDetails {
    /// The holder's name.
    pub name: Secret,
    /// The number of the holder's resident identity card.
    pub document_no: Secret,
    /// The card's number.
    pub card_no: Secret,
    /// The phone number reserved at the bank.
    pub phone: Secret,
    /// A credit card's last month, as it shows it: `MM/YY`.
    pub expiry: Option<Secret>,
    /// A credit card's security code.
    pub cvn: Option<Secret>,
}

impl CardDetails {
    /// The texts, lent to whoever looks at their shape.
    pub(crate) fn texts(&self) -> FactorTexts<'_> {
        FactorTexts {
            document_no: self.document_no.reveal(),
            card_no: self.card_no.reveal(),
            phone: self.phone.reveal(),
            expiry: self.expiry.as_ref().map(Secret::reveal),
            cvn: self.cvn.as_ref().map(Secret::reveal),
        }
    }

    /// The same as a channel takes them.
    pub(crate) fn factors(&self) -> CardFactors {
        CardFactors {
            number: self.card_no.clone(),
            phone: self.phone.clone(),
            name: self.name.clone(),
            document_kind: DocumentKind::IdCard,
            document: self.document_no.clone(),
            expiry: self.expiry.as_ref().map(|text| Secret::new(text.reveal().replace('/', ""))),
            cvn2: self.cvn.clone(),
        }
    }
}
