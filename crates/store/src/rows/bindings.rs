//! The binding of a card, where it stands.

use tantu_domain::bank::Bank;
use tantu_domain::binding::{Binding, BindingRefusal, BindingState};

use super::cards::{FaceColumns, face};
use crate::error::StoreError;
use crate::record::read_findings;
use crate::row::Columns;

const FACE: FaceColumns = FaceColumns {
    bank: "bank",
    kind: "card_kind",
    bin: "bin",
    last_four: "last_four",
    phone: "phone",
    hash: "card_hash",
    holder: "holder",
};

pub(crate) fn read(cells: &impl Columns) -> Result<Binding, StoreError> {
    let face = match cells.optional_word("bank", Bank::parse)? {
        None => None,
        Some(_) => Some(face(cells, &FACE)?),
    };
    let refusal = match cells.optional_time("refused_at")? {
        None => None,
        Some(at) => Some(BindingRefusal { at, causes: cells.written("causes", read_findings)? }),
    };
    let since = cells.time("state_at")?;
    Ok(Binding {
        id: cells.parse("id")?,
        account: cells.parse("account")?,
        instrument: cells.parse("instrument")?,
        begun_at: cells.time("begun_at")?,
        terms: cells.optional_text("terms")?,
        face,
        opening: cells.optional("opening")?,
        code_sent_at: cells.optional_time("code_sent_at")?,
        refusal,
        state: cells.word("state", |id| BindingState::parse(id, since))?,
    })
}
